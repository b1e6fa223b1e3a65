//! What is odd about a new entry is told as it is made.

use serde_json::json;

use super::support::{Folder, Outcome, run, run_with};

/// Enters an event on one track, of a source and a grade.
fn record(journal: &str, what: &str, rest: &[&str], grade: &[&str]) -> Outcome {
    let source = ["--who", "us/mfa", "--attribution", "on-record"];
    run(&[&["record", what, "us-ru", "-j", journal], rest, &source[..], grade].concat())
}

/// A line in which a source of grade B2 sets a meeting for a day of March.
fn set(number: u32, meeting: &str) -> String {
    let set = json!({
        "id": format!("0199f3c0-5a00-7000-8000-{number:012}"), "v": 2, "type": "meeting_scheduled", "track": "us-ru",
        "occurred": "2025-12-01", "recorded": "2025-12-01T08:00:00Z",
        "source": { "who": "us/mfa", "attribution": "on_record", "grade": "B2" },
        "data": { "meeting": meeting, "when": format!("2026-03-{number:02}") },
    });
    format!("{set}\n")
}

/// A journal with a meeting set by a firm word.
fn with_a_date(name: &str) -> (Folder, String) {
    let folder = Folder::new(name);
    let journal = folder.write("desk.jsonl", set(1, "m"));
    (folder, journal)
}

/// The text, with each run of white space as one blank.
fn unwrapped(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_weak_entry_that_overturns_a_firm_one_is_stored_with_a_warning() {
    let overturns =
        "warning[weak-overturn]: meeting_cancelled by us/mfa (C3) overturns meeting_scheduled by us/mfa (B2)";
    let cancel = |journal: &str, grade: &str, more: &[&str]| {
        record(journal, "meeting-cancelled", &[&["--meeting", "m"], more].concat(), &["--grade", grade])
    };
    // A dry run shows it with what else would change.
    let (_folder, journal) = with_a_date("odd-weak");
    let dry = cancel(&journal, "C3", &["--dry-run"]);
    assert!(unwrapped(&dry.stdout).contains(overturns), "{}", dry.stdout);
    assert_eq!((dry.code, &*dry.stderr), (0, ""));
    let outcome = cancel(&journal, "C3", &[]);
    assert_eq!((outcome.code, outcome.stderr.trim_end()), (0, overturns));
    assert_eq!(outcome.stdout.lines().count(), 1, "it is stored");
    let (_folder, journal) = with_a_date("odd-firm");
    assert_eq!(cancel(&journal, "B2", &[]).stderr, "");
}

#[test]
fn an_older_finding_is_not_told_again() {
    let (_folder, journal) = with_a_date("odd-again");
    std::fs::write(&journal, set(1, "m") + &set(2, "m")).unwrap();
    assert_eq!(record(&journal, "statement-made", &["--summary", "S"], &[]).stderr, "");
}

#[test]
fn the_short_forms_tell_it_too() {
    let (_folder, journal) = with_a_date("odd-short");
    let source = ["--who", "us/mfa", "--attribution", "media"];
    let outcome = run(&[&["withdraw", "#1", "-j", &journal], &source[..]].concat());
    let expected =
        "warning[weak-overturn]: claim_withdrawn by us/mfa (no grade) overturns meeting_scheduled by us/mfa (B2)";
    assert!(outcome.code == 0 && outcome.stderr.contains(expected), "{}", outcome.stderr);
}

#[test]
fn dates_that_cannot_be_known_yet_are_told() {
    let state = |occurred: &str| {
        let (_folder, journal) = with_a_date("odd-dates");
        record(&journal, "statement-made", &["--summary", "S", "--occurred", occurred], &[]).stderr
    };
    assert!(state("2025-12-30/2026-01-04").starts_with("warning[ends-ahead]: "));
    assert!(state("2026-02").starts_with("warning[recorded-early]: "));
    assert_eq!(state("2025-12"), "");
}

#[test]
fn of_a_batch_the_first_are_told_with_their_ids() {
    let (_folder, journal) = with_a_date("odd-batch");
    let lines: String = (2..=14).map(|number| set(number, "n")).collect();
    let outcome = run_with(&["record", "--batch", "-j", &journal], lines.as_bytes(), demarche_cli::Terminal::default());
    let told: Vec<&str> = outcome.stderr.lines().collect();
    assert_eq!((outcome.code, told.len()), (0, 11), "{}", outcome.stderr);
    let first = "warning[tied-order]: 0199f3c0-5a00-7000-8000-000000000003: meeting_scheduled by us/mfa and ";
    assert!(told[0].starts_with(first), "{}", told[0]);
    assert_eq!(told[10], "warning: and 2 more, which `demarche check` tells");
}
