//! What commands read from a database and write to it, as with a file.

use super::program::{Folder, example, journal, of_done, refused, run_with, said};

const STALLED: [&str; 10] = [
    "track-stalled",
    "us-ru/tunnel",
    "--who",
    "izvestia",
    "--attribution",
    "media",
    "--occurred",
    "2025-11",
    "--grade",
    "B2",
];

#[test]
fn every_question_has_the_same_answer_from_a_database() {
    let store = journal("same_answers");
    let log = example().display().to_string();
    said(&["copy", &log, &store]);
    for question in [
        &["replay"][..],
        &["replay", "--format", "jsonl"],
        &["why", "--track", "us-ru/leaders"],
        &["show", "--track", "us-ru/leaders"],
        &["diff", "--from", "2025-10-20", "--to", "2025-10-24"],
        &["agenda"],
        &["compare", "--reading", "side:us", "--reading", "side:ru"],
        &["stats"],
        &["export", "cloudevents"],
        &["merge"],
    ] {
        let ask = |log: &str| said(&[question, &[log]].concat());
        assert_eq!(ask(&store), ask(&log), "{question:?}");
    }
}

#[test]
fn an_entry_in_a_database_is_the_next_and_is_retracted() {
    let store = journal("entered");
    said(&["copy", &example().display().to_string(), &store]);
    let id = said(&[&["record", "-j", &store], &STALLED[..]].concat());
    assert!(said(&["events", &store, "--track", "us-ru/tunnel", "--format", "jsonl"]).contains(id.trim()));
    said(&["retract", "-j", &store, "last", "--reason", "entered twice"]);
    assert!(!said(&["why", &store, "--track", "us-ru/tunnel"]).contains(id.trim()), "it is void");
    let last = said(&["events", &store, "--format", "jsonl"]).lines().last().unwrap().to_owned();
    assert!(last.contains("event_retracted") && last.contains(id.trim()), "{last}");
}

#[test]
fn a_dry_run_in_a_database_enters_nothing() {
    let store = journal("dry_run");
    let shown = said(&[&["record", "-j", &store, "--dry-run"], &STALLED[..]].concat());
    assert!(shown.contains("track_stalled"), "{shown}");
    assert_eq!(said(&["events", &store, "--format", "jsonl"]), "");
}

#[test]
fn another_version_of_a_track_is_refused() {
    let store = journal("expected");
    said(&[&["record", "-j", &store, "--expect-version", "0"], &STALLED[..]].concat());
    let (code, why) = refused(&[&["record", "-j", &store, "--expect-version", "0"], &STALLED[..]].concat());
    assert_eq!(code, Some(1), "{why}");
    assert!(why.contains("nothing was written"), "{why}");
}

#[test]
fn an_import_into_a_database_adds_each_event_once() {
    let (store, folder) = (journal("imported"), Folder::new());
    let input = folder.path("events.json");
    let events = said(&["export", "cloudevents", &example().display().to_string()]);
    std::fs::write(&input, &events).unwrap();
    for (added, already) in [("79", "0"), ("0", "79")] {
        let told = said(&["import", "cloudevents", &input, "-o", &store]);
        assert!(told.contains(added) && told.contains(already), "{told}");
    }
    assert_eq!(said(&["events", &store, "--format", "jsonl"]).lines().count(), 79);
}

#[test]
fn a_batch_of_a_database_is_entered_as_a_whole() {
    let store = journal("batch");
    let line = r#"{"type":"track_stalled","track":"us-ru","occurred":"2025-11","source":{"who":"izvestia","attribution":"media"},"data":{}}"#;
    let done =
        run_with(&["record", "-j", &store, "--batch"], &format!("{line}\n{}\n", line.replace("2025-11", "2025-12")));
    assert_eq!(of_done(&done).lines().count(), 2);
    let broken = run_with(&["record", "-j", &store, "--batch"], &format!("{line}\n{{}}\n"));
    assert_eq!(broken.status.code(), Some(1));
    assert_eq!(said(&["events", &store, "--format", "jsonl"]).lines().count(), 2);
}

#[test]
fn what_needs_a_file_refuses_a_database() {
    let store = journal("no_file");
    for args in [&["fmt", &store, "--write"][..], &["merge", &store, "-o", &store]] {
        let (code, why) = refused(args);
        assert_eq!(code, Some(2), "{args:?}: {why}");
    }
}
