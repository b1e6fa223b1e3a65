//! Bytes and messages are pinned: one canonical line of each type in full and one at its least, the early draft with
//! what it is upcast to, and lines that are wrong, each with the error that it gives. See `golden/README.md`.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use demarche_core::codec::{Entry, Reader, decode, encode};
use demarche_core::{
    Attribution, Claims, Event, EventRetracted, EventType, Grade, MeasureEffect, MeasureOf, MeasureTaken,
    MeetingFormat, MeetingLevel, MeetingMode, MeetingScheduled, Payload, Source, StatementMade, TrackStalled,
};

const V3: &str = include_str!("golden/v3.jsonl");

/// The current version of a canonical line of an older one.
fn as_current(line: &str) -> String {
    line.replacen("\"v\":1,", "\"v\":3,", 1).replacen("\"v\":2,", "\"v\":3,", 1)
}

#[test]
fn every_type_stands_there_in_full_and_at_its_least() {
    let types: Vec<EventType> = V3.lines().map(|line| decode(line.as_bytes()).unwrap().event_type()).collect();
    let expected: Vec<EventType> = EventType::ALL.iter().flat_map(|event_type| [*event_type; 2]).collect();
    assert_eq!(types, expected);
}

#[test]
fn a_canonical_line_is_written_as_it_was_read() {
    for line in V3.lines() {
        assert_eq!(encode(&decode(line.as_bytes()).unwrap()), line);
    }
}

#[test]
fn each_optional_field_is_among_those_given_in_full() {
    // What the least line of a type lacks, the full line has; so no field escapes the pinning of its name and place.
    let lines: Vec<&str> = V3.lines().collect();
    for pair in lines.chunks(2) {
        let [full, least] = pair else { panic!("the lines come in pairs") };
        for key in keys(least) {
            assert!(keys(full).contains(&key), "{key} in {full}");
        }
        // A date may well be unbounded.
        let shown = format!("{:?}", decode(full.as_bytes()).unwrap()).replace("latest: None", "");
        assert!(!shown.contains("None"), "an optional field is missing in {full}: {shown}");
        assert!(!shown.contains("[]"), "a list is empty in {full}: {shown}");
    }
}

fn keys(line: &str) -> Vec<String> {
    let value: serde_json::Value = serde_json::from_str(line).unwrap();
    let data = value.get("data").and_then(|data| data.as_object()).unwrap();
    value.as_object().unwrap().keys().chain(data.keys()).cloned().collect()
}

/// The event of that id's last two digits.
#[track_caller]
fn event(id: &str) -> Event {
    let events = V3.lines().map(|line| decode(line.as_bytes()).unwrap());
    events.into_iter().find(|event| event.id.to_string().ends_with(id)).unwrap()
}

#[test]
fn a_full_event_is_read_field_by_field() {
    let expected = Event {
        id: "0199f3c0-5a00-7000-8000-00000000000b".parse().unwrap(),
        track: "us-ru/irritants/direct-flights".parse().unwrap(),
        occurred: "20XX?".parse().unwrap(),
        recorded: "2025-10-23T08:00:00.000000001Z".parse().unwrap(),
        entered_by: Some("desk/ana".parse().unwrap()),
        source: Source {
            who: "us/embassy-moscow".parse().unwrap(),
            via: Some("izvestia".parse().unwrap()),
            attribution: Attribution::OnRecord,
            grade: Some("F6".parse::<Grade>().unwrap()),
        },
        cite: Some("https://example.org/a?b=c&d#e".into()),
        note: Some("The desk's own remark: «так» \\ \"so\".".into()),
        data: Payload::MeetingScheduled(MeetingScheduled {
            meeting: "round-3".parse().unwrap(),
            when: "2025-11-XX".parse().unwrap(),
            title: Some("Third round".into()),
            by: Some("us/state".parse().unwrap()),
            venue: Some("Istanbul \"Ciragan\"".into()),
            format: Some(MeetingFormat::Video),
            mode: Some(MeetingMode::Indirect),
            level: Some(MeetingLevel::Experts),
            parties: vec!["us".parse().unwrap(), "ru".parse().unwrap()],
        }),
    };
    assert_eq!(event("0b"), expected);
}

#[test]
fn the_least_event_is_read_field_by_field() {
    let expected = Event {
        id: "0199f3c0-5a00-7000-8000-000000000004".parse().unwrap(),
        track: "a".parse().unwrap(),
        occurred: "2025-10-16T12:30:00.5+02".parse().unwrap(),
        recorded: "2025-10-23T08:00:00Z".parse().unwrap(),
        entered_by: None,
        source: Source { who: "anon".parse().unwrap(), via: None, attribution: Attribution::Anonymous, grade: None },
        cite: None,
        note: None,
        data: TrackStalled { reason: None }.into(),
    };
    assert_eq!(event("04"), expected);
    assert_eq!(expected.occurred.earliest().to_string(), "2025-10-16T10:30:00.500Z");
}

#[test]
fn payloads_are_read_field_by_field() {
    let measure = MeasureTaken {
        measure: "oil".parse().unwrap(),
        of: MeasureOf::Sanctions,
        effect: MeasureEffect::Imposed,
        by: "us/treasury".parse().unwrap(),
        against: vec!["ru".parse().unwrap()],
        effective: Some("2025-11-21~".parse().unwrap()),
        summary: Some("On two companies.".into()),
    };
    assert_eq!(event("25").data, measure.into());
    let statement = StatementMade { summary: "\\o/ \u{1}\u{7f}\u{2028} 👋".into(), stance: None, about: None };
    assert_eq!(event("28").data, statement.into());
    let ids = ["0199f3c0-5a00-7000-8000-000000000013", "00000000-0000-0000-0000-000000000000"];
    let claims = Claims::new(ids.iter().map(|id| id.parse().unwrap()).collect()).unwrap();
    assert_eq!(event("2b").data.targets(), claims.ids());
    let retraction = EventRetracted {
        event: "0199f3c0-5a00-7000-8000-000000000001".parse().unwrap(),
        reason: "typed into the wrong track".into(),
    };
    assert_eq!(event("2f").data, retraction.into());
}

#[test]
fn versions_1_and_2_are_upcast_by_their_number() {
    for line in [include_str!("golden/v1.jsonl"), include_str!("golden/v2.jsonl")].into_iter().flat_map(str::lines) {
        assert_eq!(encode(&decode(line.as_bytes()).unwrap()), as_current(line));
    }
}

#[test]
fn the_early_draft_is_upcast() {
    let upcast = Reader::new(&include_bytes!("golden/v0.jsonl")[..]).map(|entry| encode(&entry.unwrap().event));
    let expected: Vec<String> = include_str!("golden/v0-as-v1.jsonl").lines().map(as_current).collect();
    assert_eq!(upcast.collect::<Vec<_>>(), expected);
}

/// What a reader says of lines that are all wrong: each error with what it blames.
fn errors(log: &str) -> Vec<String> {
    let tell = |entry: Result<Entry, demarche_core::codec::ReadError>| match entry {
        Ok(entry) => format!("line {}: nothing is wrong", entry.line),
        Err(error) => format!("{error} ⟦{}⟧", error.excerpt.blamed),
    };
    Reader::new(log.as_bytes()).map(tell).collect()
}

#[test]
fn every_wrong_line_gives_its_error() {
    for (log, expected) in [
        (include_str!("golden/bad.jsonl"), include_str!("golden/bad.txt")),
        (include_str!("golden/v0-bad.jsonl"), include_str!("golden/v0-bad.txt")),
    ] {
        let errors = errors(log);
        for (found, expected) in errors.iter().zip(expected.lines()) {
            assert_eq!(found, expected);
        }
        assert_eq!(errors.len(), expected.lines().count());
        assert_eq!(errors.len(), log.lines().count());
    }
}
