//! `docs/cli.md`: its commands are what the program's own help says.

use super::support::{COMMANDS, root, run};

const BEGIN: &str = "<!-- The commands below are what `demarche COMMAND --help` prints; a test keeps them so. -->\n";

#[test]
fn the_reference_is_what_the_help_says() {
    let path = root().join("docs/cli.md");
    let text = std::fs::read_to_string(&path).unwrap();
    let (prose, found) = text.split_once(BEGIN).expect("docs/cli.md has the mark of the generated part");
    let mut expected = String::new();
    for command in COMMANDS {
        let help = run(&[command, "--help"]);
        assert_eq!((help.code, &*help.stderr), (0, ""));
        // What the environment holds is none of the reference's business.
        let help: Vec<&str> = help.stdout.lines().map(str::trim_end).collect();
        expected.push_str(&format!("\n### demarche {command}\n\n```text\n{}\n```\n", help.join("\n").trim_end()));
    }
    if std::env::var_os("DEMARCHE_BLESS").is_some() {
        std::fs::write(&path, format!("{prose}{BEGIN}{expected}")).unwrap();
        return;
    }
    let first = found.lines().zip(expected.lines()).find(|(found, expected)| found != expected);
    assert!(found == expected, "DEMARCHE_BLESS=1 takes what the help says now; the first line: {first:?}");
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
