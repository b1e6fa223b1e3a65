//! Calendars: what each entry says, when it takes time, and that text stays text.

use demarche_core::strategy;
use demarche_interop::export::ics;
use demarche_projection::Fold;
use demarche_projection::narrate::Names;
use demarche_projection::query::{Query, Reading};
use proptest::prelude::*;

use super::journals::{fold_of, journal_of, on_meeting, track_of};

/// A calendar of everything that there is.
fn calendar_of_all(fold: &Fold) -> String {
    let query = Query::default();
    ics::calendar(fold, &query, &fold.dossiers(&query).unwrap(), &Names::default()).unwrap().text
}

#[test]
fn text_cannot_break_out_of_a_calendar() {
    for text in ["x\r\nATTENDEE:mailto:evil@example.org\r\nEND:VEVENT", "a;b,c\\n:d\"", "\u{85}\u{2028}ATTENDEE:x"] {
        let fold = fold_of(&journal_of(text));
        let calendar = calendar_of_all(&fold);
        let lines = || calendar.split("\r\n");
        assert_eq!(lines().filter(|line| *line == "END:VEVENT").count(), 1, "{calendar}");
        assert!(!lines().any(|line| line.starts_with("ATTENDEE")), "{calendar}");
        assert!(!calendar.replace("\r\n", "").contains(['\r', '\n', '\u{85}', '\u{2028}']), "{calendar:?}");
        assert!(lines().all(|line| line.len() <= 75), "{calendar}");
    }
}

/// The entries of a calendar, each as its lines, unfolded. The last word counts, even where it is denied.
fn entries(fold: &Fold) -> Vec<Vec<String>> {
    let query = Query { reading: Reading::Latest, ..Query::default() };
    let calendar = ics::calendar(fold, &query, &fold.dossiers(&query).unwrap(), &Names::default())
        .unwrap()
        .text
        .replace("\r\n ", "");
    let entries = calendar.split("BEGIN:VEVENT\r\n").skip(1);
    entries.map(|entry| entry.split_terminator("\r\n").map(str::to_owned).collect()).collect()
}

#[track_caller]
fn has(entry: &[String], lines: &[&str]) {
    for line in lines {
        assert!(entry.iter().any(|found| found == line), "{line} in {entry:#?}");
    }
}

const DATES: [(&str, &str); 5] = [
    ("proposal_made", r#"{"proposal":"swap","by":"a","summary":"S","deadline":"2025-11-05"}"#),
    (
        "measure_taken",
        r#"{"measure":"tariffs","of":"tariffs","effect":"announced","by":"a","effective":"2025-11-10/2025-11-12"}"#,
    ),
    ("measure_taken", r#"{"measure":"ban","of":"tariffs","effect":"threatened","by":"a","effective":"2025-11-30"}"#),
    ("agreement_reached", r#"{"agreement":"swap","stage":"signed","until":"2026-02-05"}"#),
    ("meeting_scheduled", r#"{"meeting":"swap","when":"2025-12-01"}"#),
];

#[test]
fn a_calendar_holds_deadlines_measures_and_ends_of_agreements_as_whole_days() {
    let entries = entries(&track_of(&DATES));
    let [meeting, deadline, measure, threat, agreement] = &entries[..] else { panic!("{entries:#?}") };
    let whole_day = |day: &str, next: &str| [format!("DTSTART;VALUE=DATE:{day}"), format!("DTEND;VALUE=DATE:{next}")];
    for (entry, summary, status, [start, end]) in [
        (deadline, "SUMMARY:Answer due: S", "STATUS:CONFIRMED", whole_day("20251105", "20251106")),
        (measure, "SUMMARY:Measure takes effect: A – Tariffs", "STATUS:TENTATIVE", whole_day("20251110", "20251113")),
        (threat, "SUMMARY:Threat falls due: A – Ban", "STATUS:CONFIRMED", whole_day("20251130", "20251201")),
        (agreement, "SUMMARY:Agreement ends: Swap", "STATUS:CONFIRMED", whole_day("20260205", "20260206")),
    ] {
        has(entry, &[summary, status, &start, &end, "TRANSP:TRANSPARENT", "CATEGORIES:a-b", "SEQUENCE:0"]);
    }
    has(meeting, &["STATUS:CONFIRMED", "TRANSP:OPAQUE"]);
    let uid = |entry: &Vec<String>| entry.iter().find(|line| line.starts_with("UID:")).unwrap().clone();
    let uids: std::collections::BTreeSet<String> = entries.iter().map(uid).collect();
    assert_eq!(uids.len(), 5, "things of one name have ids of their own");
}

const MOVED: (&str, &str) = ("proposal_made", r#"{"proposal":"swap","by":"a","summary":"S","deadline":"2025-11-20"}"#);

/// The one entry of a calendar, and its id.
fn entry_of(events: &[(&str, &str)]) -> (Vec<String>, String) {
    let entry = entries(&track_of(events)).remove(0);
    let uid = entry.iter().find(|line| line.starts_with("UID:")).unwrap().clone();
    (entry, uid)
}

#[test]
fn an_entry_keeps_its_id_when_its_date_moves() {
    let ((_, uid), (after, _)) = (entry_of(&DATES[..1]), entry_of(&[DATES[0], MOVED]));
    has(&after, &[&uid, "SEQUENCE:1", "DTSTART;VALUE=DATE:20251120", "STATUS:CONFIRMED"]);
}

#[test]
fn an_entry_that_somebody_denies_is_tentative() {
    let denied = ("claim_denied", r#"{"claims":["0199f3c0-5a00-7000-8000-000000000002"]}"#);
    let ((_, uid), (doubted, _)) = (entry_of(&DATES[..1]), entry_of(&[DATES[0], MOVED, denied]));
    has(&doubted, &[&uid, "SEQUENCE:2", "DTSTART;VALUE=DATE:20251120", "STATUS:TENTATIVE"]);
    assert!(doubted.iter().any(|line| line.contains("Somebody denies that")), "{doubted:#?}");
}

/// How many dates are in the calendar once all have passed.
fn dates_in_hindsight(more: &[(&str, &str)]) -> usize {
    let today = Query { today: "2026-06-01T00:00:00Z".parse().ok(), ..Query::default() };
    let fold = track_of(&[&DATES[..], more].concat());
    ics::calendar(&fold, &today, &fold.dossiers(&today).unwrap(), &Names::default()).unwrap().counts.dates
}

#[test]
fn what_has_passed_stays_in_the_calendar() {
    assert_eq!(dates_in_hindsight(&[("statement_made", r#"{"summary":"S"}"#)]), 4);
}

#[test]
fn what_was_answered_or_ended_leaves_the_calendar() {
    let answered = ("proposal_answered", r#"{"proposal":"swap","by":"b","answer":"accepted"}"#);
    let ended = ("agreement_ended", r#"{"agreement":"swap","how":"withdrawn","by":"b"}"#);
    assert_eq!(dates_in_hindsight(&[answered, ended]), 2);
}

/// The value of a property, unfolded.
fn property(calendar: &str, name: &str) -> String {
    let unfolded = calendar.replace("\r\n ", "");
    let prefix = format!("{name}:");
    unfolded.split("\r\n").find_map(|line| line.strip_prefix(&prefix)).unwrap_or_default().to_owned()
}

#[test]
fn the_sequence_rises_with_every_event_and_the_id_stays() {
    let log = journal_of("Round");
    let lines: Vec<&str> = log.lines().collect();
    let denial = "{\"id\":\"0199f3c0-5a00-7000-8000-000000000013\",\"v\":1,\"type\":\"claim_denied\",\"track\":\"a-b\",\
         \"occurred\":\"2025-10-13\",\"recorded\":\"2025-10-13T08:00:00Z\",\
         \"source\":{\"who\":\"b\",\"attribution\":\"on_record\"},\
         \"data\":{\"claims\":[\"0199f3c0-5a00-7000-8000-000000000012\"]}}";
    let retraction = "{\"id\":\"0199f3c0-5a00-7000-8000-000000000014\",\"v\":1,\"type\":\"event_retracted\",\
         \"track\":\"a-b\",\"occurred\":\"2025-10-14\",\"recorded\":\"2025-10-14T08:00:00Z\",\
         \"source\":{\"who\":\"desk\",\"attribution\":\"document\"},\
         \"data\":{\"event\":\"0199f3c0-5a00-7000-8000-000000000012\",\"reason\":\"A slip\"}}";
    let steps = [lines[1], lines[2], lines[3], denial, retraction];
    // What b denies is outweighed, so that the meeting is put off again.
    let expected = ["CONFIRMED", "CANCELLED", "TENTATIVE", "CANCELLED", "CANCELLED"];
    let mut log = format!("{}\n", lines[0]);
    let mut uids = Vec::new();
    for (sequence, (step, status)) in steps.iter().zip(expected).enumerate() {
        log.push_str(step);
        log.push('\n');
        let fold = fold_of(&log);
        let calendar = calendar_of_all(&fold);
        assert_eq!(property(&calendar, "SEQUENCE"), sequence.to_string());
        assert_eq!(property(&calendar, "STATUS"), status, "after {sequence}");
        uids.push(property(&calendar, "UID"));
    }
    uids.dedup();
    assert_eq!(uids.len(), 1);
}

#[test]
fn an_entry_of_the_last_day_that_there_is_ends_no_earlier_than_it_begins() {
    for (when, start, end) in [
        ("9999-12", "99991201", "99991231"),
        ("9999-12-30", "99991230", "99991231"),
        // An end that is the beginning is refused by readers; without one the entry takes its one day.
        ("9999-12-31", "99991231", ""),
        ("9999-12-31/..", "99991231", ""),
    ] {
        let scheduled = on_meeting(10, "meeting_scheduled", "x", &format!(",\"when\":\"{when}\""));
        let calendar = calendar_of_all(&fold_of(&scheduled));
        assert_eq!(property(&calendar, "DTSTART;VALUE=DATE"), start, "{when}");
        assert_eq!(property(&calendar, "DTEND;VALUE=DATE"), end, "{when}");
    }
}

#[test]
fn a_summary_says_what_happens_whose_it_is_and_what_it_is_about() {
    let opened = ("track_opened", r#"{"title":"Talks on the border","kind":"summit","parties":["us","ru/mfa"]}"#);
    for (event, summary) in [
        (
            ("meeting_scheduled", r#"{"meeting":"round-3","when":"2025-12-01"}"#),
            "US and MFA (Russia) – Round 3 (Talks on the border)",
        ),
        (
            ("meeting_proposed", r#"{"meeting":"m","when":"2025-12","title":"A summit","parties":["us","hu"]}"#),
            "Proposed: US and Hungary – A summit",
        ),
        (
            ("proposal_made", r#"{"proposal":"p","by":"ru","to":["us"],"summary":"A year more","deadline":"2026"}"#),
            "Answer due: US – A year more",
        ),
        (
            (
                "measure_taken",
                r#"{"measure":"m","of":"tariffs","effect":"announced","by":"us","effective":"2026","summary":"Steel"}"#,
            ),
            "Measure takes effect: US – Steel",
        ),
        (
            ("agreement_reached", r#"{"agreement":"new-start","stage":"signed","until":"2026-02-05"}"#),
            "Agreement ends: US and MFA (Russia) – New Start",
        ),
    ] {
        let calendar = calendar_of_all(&track_of(&[opened, event]));
        assert_eq!(property(&calendar, "SUMMARY"), summary);
    }
}

#[test]
fn a_blank_title_leaves_no_summary_empty() {
    for title in ["", " ", "\u{a0}\t"] {
        let calendar = calendar_of_all(&fold_of(&journal_of(title)));
        let summary = property(&calendar, "SUMMARY");
        assert!(summary.ends_with("A and B – Round"), "{title:?} gives {summary:?}");
        assert!(property(&calendar, "DESCRIPTION").starts_with("Track: a-b\\n"), "{calendar}");
        assert!(!calendar.contains("LOCATION"), "{calendar}");
    }
}

#[test]
fn a_proposed_meeting_with_a_date_is_tentative() {
    let calendar = calendar_of_all(&track_of(&[("meeting_proposed", r#"{"meeting":"dated","when":"2025-12-01"}"#)]));
    assert_eq!(property(&calendar, "STATUS"), "TENTATIVE");
    assert_eq!(property(&calendar, "TRANSP"), "TRANSPARENT");
}

#[test]
fn a_proposed_meeting_without_a_date_is_counted() {
    let dated = ("meeting_proposed", r#"{"meeting":"dated","when":"2025-12-01"}"#);
    let wish = ("meeting_proposed", r#"{"meeting":"wish"}"#);
    let (fold, query) = (track_of(&[dated, wish]), Query::default());
    let counts = ics::calendar(&fold, &query, &fold.dossiers(&query).unwrap(), &Names::default()).unwrap().counts;
    assert_eq!((counts.meetings, counts.undated), (1, 1));
}

proptest! {
    #[test]
    fn every_entry_takes_time_only_if_a_meeting_is_sure_and_is_one_that_readers_take(log in strategy::log()) {
        for entry in entries(&Fold::of(log).unwrap()) {
            let value = |name: &str| {
                entry.iter().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).unwrap_or_default()
            };
            let happens = ["Answer due: ", "Measure takes effect: ", "Threat falls due: ", "Agreement ends: "];
            let is_meeting = !happens.iter().any(|happens| value("SUMMARY").starts_with(happens));
            let takes_time = value("TRANSP") == "OPAQUE";
            prop_assert_eq!(takes_time, is_meeting && value("STATUS") == "CONFIRMED", "{:#?}", entry);
            prop_assert!(takes_time || value("TRANSP") == "TRANSPARENT");
            prop_assert!(!value("SUMMARY").trim().is_empty());
            let (start, end) = (value("DTSTART;VALUE=DATE"), value("DTEND;VALUE=DATE"));
            prop_assert!(end.is_empty() || start < end, "{:#?}", entry);
        }
    }
}
