//! Text of events is untrusted: nothing of it acts on a terminal, a spreadsheet or a document.

use demarche_cli::Terminal;

use super::support::{Folder, line, run, run_with};

/// Titles that would do something.
const NASTY: [&str; 10] = [
    "\u{1b}[2J\u{1b}[31mgone",
    "bell\u{7}back\u{8}\u{8}\u{8}\u{8}over",
    "\u{9b}31mC1",
    "\u{1b}]0;owned\u{7}",
    "line one\r\nline two",
    "right\u{202e}tfel",
    "del\u{7f} bom\u{feff} tag\u{e0041}",
    "\u{2028}separator",
    "soft\u{ad}hyphen \u{2061}\u{2064}\u{fff9}\u{fffb}",
    "nothing\u{200d}\u{200c}\u{34f}\u{115f}\u{180e}\u{206a}\u{3164}\u{fe0f}\u{ffa0}\u{e0100}\u{f0000}shown",
];

/// Tells whether a character does something to a terminal other than end a line.
fn acts(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}' | '\u{feff}')
        || matches!(c, '\u{e0000}'..='\u{e0fff}' | '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{180e}' | '\u{3164}')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{206f}' | '\u{fe0f}' | '\u{ffa0}')
        || matches!(c, '\u{fff9}'..='\u{fffb}' | '\u{f0000}')
}

fn journal(folder: &Folder) -> String {
    let mut log = String::new();
    for (number, title) in (1..).zip(NASTY) {
        log.push_str(&line(number, &format!("us-ru/t{number}"), title));
    }
    // Texts other than titles, in an event on each of three tracks.
    let nasty = serde_json::to_string(NASTY[0]).unwrap();
    log.push_str(&format!(
        "{{\"id\":\"0199f3c0-5a00-7000-8000-000000000100\",\"v\":3,\"type\":\"meeting_held\",\"track\":\"us-ru/t1\",\
         \"occurred\":\"2025-10-22\",\"recorded\":\"2025-10-23T09:00:00Z\",\"source\":{{\"who\":\"us\",\"attribution\":\
         \"media\"}},\"cite\":{nasty},\"note\":{nasty},\"data\":{{\"meeting\":\"m\",\"title\":{nasty},\"venue\":{nasty},\
         \"outcome\":{nasty}}}}}\n"
    ));
    log.push_str(&format!(
        "{{\"id\":\"0199f3c0-5a00-7000-8000-000000000101\",\"v\":3,\"type\":\"proposal_made\",\"track\":\"us-ru/t2\",\
         \"occurred\":\"2025-10-22\",\"recorded\":\"2025-10-23T09:00:01Z\",\"source\":{{\"who\":\"us\",\"attribution\":\
         \"media\"}},\"data\":{{\"proposal\":\"p\",\"by\":\"us\",\"summary\":{nasty}}}}}\n"
    ));
    log.push_str(&format!(
        "{{\"id\":\"0199f3c0-5a00-7000-8000-000000000102\",\"v\":3,\"type\":\"meeting_scheduled\",\
         \"track\":\"us-ru/t3\",\"occurred\":\"2025-10-22\",\"recorded\":\"2025-10-23T09:00:02Z\",\"source\":\
         {{\"who\":\"us\",\"attribution\":\"media\"}},\
         \"data\":{{\"meeting\":\"next\",\"when\":\"2025-11\",\"venue\":{nasty}}}}}\n"
    ));
    folder.write("nasty.jsonl", log)
}

#[test]
fn no_command_in_any_format_sends_control_characters_of_events() {
    let folder = Folder::new("safety");
    let log = journal(&folder);
    let mut tried = 0;
    for command in [
        vec!["replay"],
        vec!["show", "--track", "us-ru/t1"],
        vec!["show", "--track", "us-ru/t2"],
        vec!["why", "--track", "us-ru/t1"],
        vec!["events"],
        vec!["diff", "--from", "2025-10-01"],
        vec!["history"],
        vec!["agenda"],
        vec!["compare", "--reading", "who:us", "--reading", "who:ru"],
        vec!["check"],
        vec!["stats"],
    ] {
        for format in ["table", "json", "jsonl", "csv", "markdown"] {
            for columns in [80, 160] {
                let mut args = command.clone();
                args.insert(1, &log);
                args.extend(["--format", format]);
                let terminal = Terminal { columns: Some(columns), ..Terminal::default() };
                let outcome = run_with(&args, b"", terminal);
                assert!(outcome.code <= 1, "{args:?}: {}", outcome.stderr);
                tried += 1;
                let bad = outcome.stdout.chars().chain(outcome.stderr.chars()).find(|c| acts(*c));
                assert_eq!(bad, None, "{args:?}:\n{}", outcome.stdout);
            }
        }
    }
    assert!(tried == 110, "{tried}");
}

#[test]
fn no_export_sends_control_characters_of_events() {
    let folder = Folder::new("safety-export");
    let log = journal(&folder);
    for args in [
        &["export", "json-ld"][..],
        &["export", "jsonl"],
        &["export", "jsonl", "--events"],
        &["export", "cloudevents"],
        &["export", "csv"],
        &["export", "csv", "--events"],
        &["export", "digest", "--since", "2025-01-01"],
        &["export", "digest", "--since", "2025-01-01", "--html"],
        &["timeline"],
    ] {
        let outcome = run(&[args, &[&log]].concat());
        assert_eq!(outcome.code, 0, "{args:?}: {}", outcome.stderr);
        let bad = outcome.stdout.chars().find(|c| acts(*c));
        assert_eq!(bad, None, "{args:?}:\n{}", outcome.stdout);
    }
    let calendar = run(&["export", "ics", &log]).stdout.replace("\r\n ", "").replace("\r\n", "\n");
    assert_eq!(calendar.chars().find(|c| acts(*c)), None, "{calendar}");
}

#[test]
fn a_canonical_line_is_kept_to_the_byte_and_does_nothing_to_a_terminal() {
    let folder = Folder::new("safety-lines");
    let log = journal(&folder);
    let (key, seal) = (format!("{}/key", folder.path()), format!("{}/seal", folder.path()));
    let vkey = run(&["seal", "--new-key", &key, "--origin", "desk"]);
    assert_eq!(run(&["fmt", &log]).code, 0);
    assert_eq!(run(&["seal", &log, "--key", &key, "-o", &seal]).code, 0);
    let canonical = std::fs::read_to_string(&log).unwrap();
    let proof = format!("{}/proof", folder.path());
    assert_eq!(run(&["prove", &log, "#9", "--checkpoint", &seal, "-o", &proof]).code, 0);
    let cloud_events = folder.write("cloud.json", run(&["export", "cloudevents", &log]).stdout);
    let terminal = Terminal { stdout_is_terminal: true, ..Terminal::default() };
    for args in [
        &["merge", &log][..],
        &["fmt", "-"],
        &["import", "cloudevents", &cloud_events],
        &["verify", "--proof", &proof, "--vkey", vkey.stdout.trim_end()],
    ] {
        let shown = run_with(args, canonical.as_bytes(), terminal);
        assert_eq!(shown.code, 0, "{args:?}: {}", shown.stderr);
        assert_eq!(shown.stdout.chars().find(|c| acts(*c)), None, "{args:?}:\n{}", shown.stdout);
        let piped = run_with(args, canonical.as_bytes(), Terminal::default()).stdout;
        assert!(piped.contains('\u{ad}') && piped != shown.stdout, "{args:?}");
        if args[0] != "verify" {
            let sorted = |text: &str| {
                let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
                lines.sort();
                lines
            };
            assert!(sorted(&piped) == sorted(&canonical), "{args:?}");
        }
    }
}

#[test]
fn the_text_is_shown_all_the_same() {
    let folder = Folder::new("safety-shown");
    let log = journal(&folder);
    let outcome = run_with(&["replay", &log], b"", Terminal { columns: Some(160), ..Terminal::default() });
    assert!(outcome.stdout.contains("\\u{1b}[2J\\u{1b}[31mgone"), "{}", outcome.stdout);
    assert!(outcome.stdout.contains("line one\\r\\nline two"), "{}", outcome.stdout);
}

#[test]
fn json_keeps_every_character() {
    let folder = Folder::new("safety-json");
    let log = journal(&folder);
    let states: Vec<serde_json::Value> =
        serde_json::from_str(&run(&["replay", &log, "--format", "json"]).stdout).unwrap();
    let mut titles: Vec<&str> = states.iter().map(|state| state["title"].as_str().unwrap()).collect();
    let mut nasty = NASTY;
    titles.sort_unstable();
    nasty.sort_unstable();
    assert_eq!(titles, nasty);
}

#[test]
fn errors_show_a_broken_line_harmlessly() {
    let outcome = run_with(&["replay", "-"], b"\x1b[2J\x07 \xff\xe2\x80\xae\n", Terminal::default());
    assert_eq!(outcome.code, 1);
    assert!(!outcome.stderr.chars().any(acts), "{:?}", outcome.stderr);
    let outcome = run(&["show", "no/such/\u{1b}[31mfile", "--track", "a"]);
    assert_eq!(outcome.code, 3);
    assert!(!outcome.stderr.chars().any(acts), "{:?}", outcome.stderr);
}

#[test]
fn a_cell_is_neither_formula_nor_markup() {
    let folder = Folder::new("safety-csv");
    let log = [
        line(1, "a", "=HYPERLINK(\"http://x\")"),
        line(2, "b", "@SUM(A1)"),
        line(3, "c", "<script>alert(1)</script> | pipe `code`"),
    ];
    let log = folder.write("cells.jsonl", log.concat());
    let csv = run(&["replay", &log, "--format", "csv"]).stdout;
    for cell in csv.lines().skip(1).flat_map(|line| line.split(',')) {
        assert!(!cell.trim_start_matches('"').starts_with(['=', '@', '+']), "{csv}");
    }
    let markdown = run(&["replay", &log, "--format", "markdown"]).stdout;
    assert!(markdown.contains("&lt;script&gt;") && markdown.contains("\\| pipe \\`code\\`"), "{markdown}");
}
