//! `docs/reference.md`: what the program's own help says, with the options that several commands share said once.

use std::collections::BTreeMap;

use super::support::{COMMANDS, root, run};

/// An option that this many commands have, in the same words, stands in the reference once.
const SHARED_BY: usize = 4;

/// The help of a command, in parts.
struct Help {
    command: &'static str,
    /// What it does, its usage and its arguments.
    beginning: String,
    /// Each option under its heading.
    options: Vec<(String, String)>,
    examples: String,
}

impl Help {
    fn of(command: &'static str) -> Self {
        let help = run(&[command, "--help"]);
        assert_eq!((help.code, &*help.stderr), (0, ""));
        let mut found = Self { command, beginning: String::new(), options: Vec::new(), examples: String::new() };
        let mut heading = "";
        for line in help.stdout.lines().map(str::trim_end) {
            if let Some(begun) = line.strip_suffix(':').filter(|_| !line.starts_with(' ')) {
                heading = begun;
            }
            let text = match heading {
                "" | "Arguments" => &mut found.beginning,
                "Examples" | "Example" => &mut found.examples,
                _ if !line.starts_with(' ') && !line.is_empty() => continue,
                _ => {
                    // An option begins with its name; its text is indented further.
                    if line.trim_start().starts_with('-') && !line.starts_with("          ") {
                        found.options.push((heading.to_owned(), String::new()));
                    }
                    match found.options.last_mut() {
                        Some((_, text)) => text,
                        None => continue,
                    }
                }
            };
            text.push_str(line);
            text.push('\n');
        }
        found
    }
}

/// Writes options under their headings, in a block.
fn block(out: &mut String, beginning: &str, options: &[&(String, String)], examples: &str) {
    out.push_str("```text\n");
    out.push_str(beginning.trim_end());
    let mut heading = "";
    for (under, option) in options {
        let gap = if beginning.is_empty() && heading.is_empty() { "" } else { "\n\n" };
        if under != heading {
            out.push_str(&format!("{gap}{under}:\n"));
        } else {
            out.push_str("\n\n");
        }
        out.push_str(option.trim_end());
        heading = under;
    }
    if !examples.is_empty() {
        out.push_str(&format!("\n\n{}", examples.trim_end()));
    }
    out.push_str("\n```\n");
}

/// The name of an option, as it is typed.
fn name(option: &str) -> String {
    let first = option.split_whitespace().find(|word| word.starts_with("--")).unwrap_or_default();
    format!("`{}`", first.trim_end_matches(['[', '=', ',']))
}

/// The whole page.
fn reference() -> String {
    let helps: Vec<Help> = COMMANDS.into_iter().map(Help::of).collect();
    let mut count: BTreeMap<&(String, String), usize> = BTreeMap::new();
    helps.iter().flat_map(|help| &help.options).for_each(|option| *count.entry(option).or_default() += 1);
    let is_shared = |option: &&(String, String)| count.get(*option).is_some_and(|count| *count >= SHARED_BY);

    let mut page = String::from(
        "# Reference\n\nWhat `demarche COMMAND --help` says, with the options that many commands share said once. A \
         test keeps it so.\n[The command line](cli.md) is the guide.\n\n## Shared options\n\n",
    );
    let mut shared: Vec<&(String, String)> = Vec::new();
    for option in helps.iter().flat_map(|help| &help.options).filter(is_shared) {
        if !shared.contains(&option) {
            shared.push(option);
        }
    }
    // The headings come in the order in which they are met first.
    let mut headings: Vec<&str> = Vec::new();
    shared.iter().filter(|(heading, _)| heading != "Options").for_each(|(heading, _)| {
        if !headings.contains(&heading.as_str()) {
            headings.push(heading);
        }
    });
    headings.push("Options");
    shared.sort_by_key(|(heading, _)| headings.iter().position(|found| found == heading));
    block(&mut page, "", &shared, "");

    for help in &helps {
        page.push_str(&format!("\n## demarche {}\n\n", help.command));
        let own: Vec<&(String, String)> = help.options.iter().filter(|option| !is_shared(option)).collect();
        block(&mut page, &help.beginning, &own, &help.examples);
        let names: Vec<String> = help.options.iter().filter(is_shared).map(|(_, option)| name(option)).collect();
        let line = format!("Shared: {}.", names.join(", "));
        page.push_str(&format!("\n{}\n", textwrap::fill(&line, 120)));
    }
    page
}

#[test]
fn the_reference_is_what_the_help_says() {
    let path = root().join("docs/reference.md");
    let expected = reference();
    if std::env::var_os("DEMARCHE_BLESS").is_some() {
        std::fs::write(&path, expected).unwrap();
        return;
    }
    let found = std::fs::read_to_string(&path).unwrap();
    let first = found.lines().zip(expected.lines()).find(|(found, expected)| found != expected);
    assert!(found == expected, "DEMARCHE_BLESS=1 takes what the help says now; the first line: {first:?}");
}

#[test]
fn every_option_of_the_help_is_in_the_reference() {
    let page = reference();
    for command in COMMANDS {
        let help = run(&[command, "--help"]).stdout;
        let (_, section) = page.split_once(&format!("## demarche {command}\n")).unwrap();
        let section = section.split("\n## ").next().unwrap();
        let options = help.lines().filter(|line| line.trim_start().starts_with('-') && !line.starts_with("          "));
        for option in options {
            assert!(section.contains(name(option).trim_matches('`')), "{command}: {option}");
        }
    }
}

#[test]
fn every_command_of_the_program_is_in_the_reference() {
    let help = run(&["--help"]).stdout;
    let listed: Vec<&str> = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| line.starts_with("  "))
        // What is indented further goes on from the line above.
        .filter_map(|line| line.strip_prefix("  ").filter(|line| !line.starts_with(' '))?.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect();
    assert_eq!(listed, COMMANDS);
}

#[test]
fn every_help_has_an_example() {
    for command in COMMANDS {
        let help = run(&[command, "--help"]).stdout;
        assert!(help.contains(&format!("  demarche {command}")), "{command}: {help}");
    }
}
