//! Tables of scalar columns: the same under one name wherever they come from, and as spreadsheets want them.

use super::support::{Folder, Outcome, fixture, run};

fn seed(args: &[&str], rest: &[&str]) -> Outcome {
    run(&[args, &[&fixture("us-russia-2025.jsonl")], rest].concat())
}

#[test]
fn a_query_and_an_export_give_the_same_table() {
    for options in [&[][..], &["--track", "us-ru/*"], &["--as-of", "2025-05-20", "--today", "2025-06-01"]] {
        let replayed = seed(&["replay"], &[options, &["--format", "csv"]].concat());
        let exported = seed(&["export", "csv"], options);
        assert_eq!((replayed.code, &*replayed.stderr), (0, ""));
        assert_eq!(replayed.stdout, exported.stdout, "{options:?}");
    }
    let asked = seed(&["events"], &["--format", "csv"]).stdout;
    let exported = seed(&["export", "csv"], &["--events"]).stdout;
    let sorted = |text: &str| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort_unstable();
        lines
    };
    // Queries print events in the order of the log, exports by their tracks.
    assert_eq!(sorted(&asked), sorted(&exported));
    assert_eq!(asked.lines().next(), exported.lines().next());
}

#[test]
fn a_state_says_as_of_when_it_is() {
    let csv = seed(&["replay"], &["--as-of", "2025-05-20", "--known-at", "2025-10-30", "--format", "csv"]).stdout;
    let mut rows = csv.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
    let (header, row) = (rows.next().unwrap(), rows.next().unwrap());
    let cell = |name: &str| {
        let at = header.iter().rev().position(|column| column == name).unwrap_or_else(|| panic!("no {name}"));
        row[row.len() - 1 - at].clone()
    };
    assert_eq!(cell("as_of"), "2025-05-20T23:59:59.999999999Z");
    assert_eq!(cell("known_at"), "2025-10-30T23:59:59.999999999Z");
    assert_eq!(cell("today"), cell("as_of"));
    for column in ["since_earliest", "since_latest"] {
        assert!(header.iter().any(|found| found == column), "{header:?}");
    }
}

#[test]
fn a_csv_begins_with_a_byte_order_mark_where_one_is_asked_for() {
    let track = ["--track", "us-ru/leaders"];
    for (command, options) in [
        (&["replay"][..], &["--format", "csv"][..]),
        (&["events"], &["--format", "csv"]),
        (&["events"], &["--format", "csv", "--stream"]),
        (&["show"], &["--track", "us-ru/leaders", "--format", "csv"]),
        (&["why"], &["--track", "us-ru/leaders", "--format", "csv"]),
        (&["diff"], &["--from", "2025-10-20", "--format", "csv"]),
        (&["history"], &["--format", "csv"]),
        (&["agenda"], &["--format", "csv"]),
        (&["compare"], &["--reading", "latest", "--reading", "prudent", "--format", "csv"]),
        (&["check"], &["--format", "csv"]),
        (&["stats"], &["--format", "csv"]),
        (&["export", "csv"], &[]),
        (&["export", "csv"], &["--events"]),
    ] {
        let (plain, marked) = (seed(command, options), seed(command, &[options, &["--bom"]].concat()));
        assert_eq!(marked.code, 0, "{command:?}: {}", marked.stderr);
        assert_eq!(marked.stdout, format!("\u{feff}{}", plain.stdout), "{command:?}");
    }
    for command in [&["replay"][..], &["export", "jsonl"], &["export", "ics"], &["watch"]] {
        let outcome = seed(command, &[&["--bom"], &track[..]].concat());
        assert_eq!((outcome.code, &*outcome.stdout), (2, ""), "{command:?}");
        assert!(outcome.stderr.contains("--bom is for "), "{command:?}: {}", outcome.stderr);
    }
}

#[test]
fn a_sheet_with_a_byte_order_mark_is_read_back() {
    let folder = Folder::new("bom");
    let path = folder.write("states.csv", "");
    let outcome = seed(&["export", "csv"], &["--bom", "-o", &path, "--force"]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert!(std::fs::read(&path).unwrap().starts_with(&[0xEF, 0xBB, 0xBF]));
}

#[test]
fn a_moment_long_after_the_last_entry_gets_a_note() {
    for command in [
        &["replay"][..],
        &["show", "--track", "us-ru/leaders"],
        &["why", "--track", "us-ru/leaders"],
        &["history"],
        &["agenda"],
        &["compare", "--reading", "latest", "--reading", "prudent"],
        &["check"],
        &["export", "csv"],
        &["timeline"],
        &["diff", "--from", "2025-10-20"],
    ] {
        let at = |option: &str, day: &str| seed(command, &[option, day]);
        let late = at("--as-of", "2026-03-01");
        let note = "note: the data end 129 days before --as-of: the last entry was recorded on 23 October 2025\n";
        assert!(late.code == 0 && late.stderr.contains(note), "{command:?}: {}", late.stderr);
        let soon = at("--as-of", "2025-11-22");
        assert!(soon.code == 0 && !soon.stderr.contains("the data end"), "{command:?}: {}", soon.stderr);
        if command[0] != "diff" {
            assert!(at("--known-at", "2026-03-01").stderr.contains("before --known-at"), "{command:?}");
        }
    }
}
