//! Following a journal that grows.

use std::io::Write as _;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::support::{Folder, line, run, run_by};

/// A day on which nobody is silent yet.
fn early() -> DateTime<Utc> {
    "2025-11-01T08:00:00Z".parse().unwrap()
}

/// A meeting on the track `a`, scheduled or cancelled.
fn meeting(number: u32, event_type: &str, rest: &str) -> String {
    let line = line(number, "a", "A").replace("track_opened", event_type);
    let data = line.find("\"data\"").unwrap();
    format!("{}\"data\":{{\"meeting\":\"m\"{rest}}}}}\n", &line[..data])
}

#[test]
fn each_change_is_printed_as_it_happens_and_a_cut_is_told() {
    let folder = Folder::new("watch");
    let path = folder.write("desk.jsonl", line(1, "a", "A"));
    let writer = path.clone();
    let growing = std::thread::spawn(move || {
        let append = |text: &str| {
            std::thread::sleep(Duration::from_millis(300));
            std::fs::OpenOptions::new().append(true).open(&writer).unwrap().write_all(text.as_bytes()).unwrap();
        };
        let scheduled = meeting(2, "meeting_scheduled", ",\"when\":\"2026-10\"");
        append(&scheduled[..100]);
        append(&scheduled[100..]);
        // What comes twice is not told.
        append(&scheduled);
        append("nonsense\n");
        // A week is no other status.
        append(&meeting(3, "meeting_rescheduled", ",\"when\":\"2026-11\""));
        append(&meeting(4, "meeting_cancelled", ""));
        // Nothing was heard of the one track for long: an event on another shows it.
        append(&line(6, "c", "C").replace("2025-10-", "2026-10-"));
        std::thread::sleep(Duration::from_millis(300));
        std::fs::write(&writer, line(5, "b", "\u{1b}[31mB")).unwrap();
        std::thread::sleep(Duration::from_millis(300));
    });
    let outcome = run_by(early, &["watch", &path, "--interval", "20", "--for", "4"]);
    growing.join().unwrap();
    assert_eq!(outcome.code, 0);
    let expected = "\
a: was open, now scheduled since 3 October 2025
  - Next meeting: m 2026-10 (before: none)
  - Meeting m: scheduled
  + Embassy (US) (B2): the meeting m is to take place in October 2026
";
    assert!(outcome.stdout.starts_with(expected), "{}", outcome.stdout);
    let heads: Vec<&str> = outcome.stdout.lines().filter(|line| !line.starts_with(' ')).collect();
    assert_eq!(
        heads[1..],
        [
            "a: still scheduled since 4 October 2025",
            "a: was scheduled, now cancelled since 5 October 2025",
            "a: was cancelled, now stalled since 2 January 2026",
            "c: new, open since 7 October 2026",
            "b: new, stalled since 4 January 2026",
        ]
    );
    assert!(outcome.stdout.contains("  - Meeting m: 2026-11 (before: 2026-10)"), "{}", outcome.stdout);
    assert!(outcome.stdout.contains("\\u{1b}[31mB"), "{}", outcome.stdout);
    assert!(outcome.stderr.contains("desk.jsonl:4:1"), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("it was cut: it is read again"), "{}", outcome.stderr);
}

#[test]
fn a_stall_is_told_on_its_day_though_nothing_comes() {
    fn moving() -> DateTime<Utc> {
        static BEGUN: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
        let is_later = BEGUN.get_or_init(std::time::Instant::now).elapsed() > Duration::from_millis(300);
        if is_later { early() + chrono::TimeDelta::days(100) } else { early() }
    }
    let folder = Folder::new("watch-clock");
    let path = folder.write("desk.jsonl", line(1, "a", "A"));
    let watch = |format| run_by(moving, &["watch", &path, "--interval", "20", "--for", "0.8", "--format", format]);
    let outcome = watch("jsonl");
    let news: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!((&news["to"]["status"], &news["by"]), (&"stalled".into(), &serde_json::Value::Null));
    assert_eq!(watch("table").stdout, "", "what the time has done before is no news");
}

#[test]
fn changes_are_told_to_programs_a_line_each() {
    let folder = Folder::new("watch-jsonl");
    let path = folder.write("desk.jsonl", line(1, "a", "A"));
    let writer = path.clone();
    let growing = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(300));
        let mut file = std::fs::OpenOptions::new().append(true).open(&writer).unwrap();
        file.write_all(meeting(2, "meeting_scheduled", ",\"when\":\"2026-10\"").as_bytes()).unwrap();
    });
    let args = ["watch", &path, "--interval", "20", "--for", "1.5", "--format", "jsonl", "--track", "a"];
    let outcome = run_by(early, &args);
    growing.join().unwrap();
    let change: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!((&change["from"]["status"], &change["to"]["status"]), (&"open".into(), &"scheduled".into()));
    assert_eq!(change["by"], "0199f3c0-5a00-7000-8000-000000000002");
}

#[test]
fn it_ends_in_time_however_long_the_interval() {
    let folder = Folder::new("watch-interval");
    let path = folder.write("desk.jsonl", line(1, "a", "A"));
    let begun = std::time::Instant::now();
    assert_eq!(run(&["watch", &path, "--for", "0.3", "--interval", "18446744073709551615"]).code, 0);
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    assert_eq!(run(&["watch", &path, "--for", "0.1", "--interval", "0"]).code, 2, "it would never rest");
}

#[cfg(unix)]
#[test]
fn only_a_file_is_watched() {
    let folder = Folder::new("watch-pipe");
    let pipe = format!("{}/pipe", folder.path());
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    for journal in [pipe.as_str(), folder.path(), "-"] {
        let outcome = run(&["watch", journal, "--for", "0.1"]);
        assert_eq!(outcome.code, 2);
        assert!(outcome.stderr.contains("only a file or a store can be watched"), "{}", outcome.stderr);
    }
}

#[test]
fn a_journal_that_is_written_over_by_a_longer_one_loses_no_change() {
    let folder = Folder::new("watch-rewritten");
    let path = folder.write("desk.jsonl", line(1, "a", "A"));
    let writer = path.clone();
    let writing = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(400));
        let longer = line(2, "b", "B") + &meeting(3, "meeting_scheduled", ",\"when\":\"2026-10\"");
        std::fs::OpenOptions::new().write(true).open(&writer).unwrap().write_all(longer.as_bytes()).unwrap();
    });
    let outcome = run_by(early, &["watch", &path, "--interval", "50", "--for", "2"]);
    writing.join().unwrap();
    assert!(outcome.stdout.contains("a: was open, now scheduled"), "{}", outcome.stdout);
    assert!(outcome.stdout.contains("b: new, open"), "{}", outcome.stdout);
    assert!(outcome.stderr.contains("it was rewritten: it is read again"), "{}", outcome.stderr);
    assert!(!outcome.stderr.contains("error"), "{}", outcome.stderr);
}
