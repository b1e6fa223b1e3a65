//! Numbers of any size in options: taken or refused, at once.

use std::time::{Duration, Instant};

use super::support::{Folder, line, run};

/// Numbers that nobody means.
const NUMBERS: [&str; 7] =
    ["0", "-1", "4294967295", "18446744073709551615", "1e30", "1000000000000000000000000000000", "NaN"];

#[test]
fn any_number_is_taken_or_refused_at_once() {
    let folder = Folder::new("numbers");
    let log = folder.write("log.jsonl", line(1, "a", "A"));
    let id = "0199f3c0-5a00-7000-8000-000000000001";
    let options: [(&str, &[&str]); 16] = [
        ("--threads", &["replay", &log]),
        ("--threads", &["events", &log]),
        ("--threads", &["stats", &log]),
        ("--threads", &["show", &log, "--track", "a"]),
        ("--patience", &["replay", &log]),
        ("--patience", &["show", &log, "--track", "a"]),
        ("--patience", &["check", &log]),
        ("--patience", &["diff", &log, "--from", "2025-01-01", "--to", "2025-12-01"]),
        ("--width", &["timeline", &log]),
        ("--busiest", &["timeline", &log]),
        ("--interval", &["watch", &log, "--for", "0.05"]),
        ("--wait", &["retract", id, "--journal", &log, "--reason", "r", "--dry-run"]),
        ("--wait", &["deny", id, "--journal", &log, "--who", "ru", "--attribution", "media", "--dry-run"]),
        ("--expect-version", &["retract", id, "--journal", &log, "--reason", "r", "--dry-run"]),
        ("--expect-version", &["deny", id, "--journal", &log, "--who", "ru", "--attribution", "media", "--dry-run"]),
        ("--patience", &["export", "csv", &log]),
    ];
    for (option, command) in options {
        for number in NUMBERS {
            let begun = Instant::now();
            let outcome = run(&[command, &[&format!("{option}={number}")]].concat());
            assert!(outcome.code <= 2, "{command:?} {option}={number}: {}", outcome.stderr);
            if outcome.code == 2 {
                assert!(outcome.stderr.contains(option), "{command:?} {option}={number}: {}", outcome.stderr);
            }
            assert!(begun.elapsed() < Duration::from_secs(10), "{command:?} {option}={number}");
        }
    }
}

#[test]
fn more_threads_than_any_machine_has_are_refused() {
    let folder = Folder::new("threads");
    let log = folder.write("log.jsonl", line(1, "a", "A"));
    let outcome = run(&["replay", &log, "--threads", "1000000"]);
    assert_eq!(outcome.code, 2);
    assert!(outcome.stderr.contains("--threads") && outcome.stderr.contains("1..=256"), "{}", outcome.stderr);
    assert_eq!(run(&["replay", &log, "--threads", "256"]).code, 0);
}
