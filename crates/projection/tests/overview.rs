//! What a list of tracks says of each, and what is counted of a journal.

// Tests may panic, and say what they found; clippy sees test functions only, not what they call.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::sync::Arc;

use demarche_core::facts::{Facts, LinePlace, Texts};
use demarche_core::{Event, codec, strategy};
use demarche_projection::query::{Bounds, Query};
use demarche_projection::state::Milestone;
use demarche_projection::stats::{Stats, Tally};
use demarche_projection::{Applied, ApplyError, Conflict, Fold, LogChanged};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Events on the track `t`, each recorded at noon of its first day, by the US, of grade B2.
fn fold(told: &[(&str, &str, Value)]) -> Fold {
    let line = |(number, (occurred, kind, data)): (u64, &(&str, &str, Value))| {
        let day = if occurred.len() == 10 { (*occurred).to_owned() } else { format!("{occurred}-01") };
        let line = json!({
            "id": format!("01940000-0000-7000-8000-{number:012}"), "v": 1, "type": kind, "track": "t",
            "occurred": occurred, "recorded": format!("{day}T12:00:00Z"),
            "source": { "who": "us/state", "attribution": "on_record", "grade": "B2" }, "data": data,
        });
        codec::decode(line.to_string().as_bytes()).unwrap()
    };
    Fold::of((1..).zip(told).map(line)).unwrap()
}

#[track_caller]
fn course(told: &[(&str, &str, Value)], expected: &[&str]) {
    let fold = fold(told);
    let query = Query { today: "2025-06-01T00:00:00Z".parse().ok(), ..Query::default() };
    let dossier = fold.dossier(&"t".parse().unwrap(), &query).unwrap().unwrap();
    let word = |course: &Milestone| match course {
        Milestone::Next(meeting) => format!("next {}", meeting.meeting),
        Milestone::Wanted(meeting) => format!("wanted {}", meeting.meeting),
        Milestone::Unanswered(proposal) => format!("unanswered {proposal}"),
        Milestone::Last(meeting) => format!("last {}", meeting.meeting),
    };
    assert_eq!(dossier.milestones.iter().map(word).collect::<Vec<_>>(), expected);
}

fn meeting(day: &'static str, kind: &'static str, name: &str) -> (&'static str, &'static str, Value) {
    let when = if kind == "meeting_scheduled" {
        json!({ "meeting": name, "when": "2025-07" })
    } else {
        json!({ "meeting": name })
    };
    (day, kind, when)
}

fn proposal(day: &'static str, name: &str) -> (&'static str, &'static str, Value) {
    (day, "proposal_made", json!({ "proposal": name, "by": "us", "summary": "S" }))
}

#[test]
fn what_is_ahead_comes_before_what_lies_behind() {
    let held = || meeting("2025-01-01", "meeting_held", "a");
    let (first, second) =
        (meeting("2025-02-01", "meeting_proposed", "b"), meeting("2025-02-02", "meeting_proposed", "c"));
    course(&[("2025-01-01", "track_stalled", json!({}))], &[]);
    course(&[held(), meeting("2025-02-01", "meeting_cancelled", "b")], &["last a"]);
    course(&[held(), meeting("2025-02-01", "meeting_held", "b")], &["last b"]);
    course(&[held(), first.clone(), second.clone()], &["wanted c"]);
    course(&[held(), first, second, meeting("2025-02-03", "meeting_scheduled", "d")], &["next d"]);
    course(&[held(), proposal("2025-02-04", "q"), proposal("2025-02-05", "p")], &["unanswered p", "unanswered q"]);
    course(
        &[held(), proposal("2025-02-04", "q"), meeting("2025-02-03", "meeting_proposed", "d")],
        &["wanted d", "unanswered q"],
    );
    // A date that has passed is ahead no more.
    let passed = ("2025-02-01", "meeting_scheduled", json!({ "meeting": "b", "when": "2025-03" }));
    course(&[held(), passed], &["last a"]);
}

#[test]
fn every_event_is_counted_once_under_each_heading() {
    let retracted = json!({ "event": "01940000-0000-7000-8000-000000000001", "reason": "a mistake" });
    let fold = fold(&[
        ("2024-12", "track_stalled", json!({})),
        ("2025-01-03", "issue_raised", json!({ "issue": "i" })),
        ("2025-01-03", "issue_raised", json!({ "issue": "j" })),
        ("2025-01-05", "event_retracted", retracted),
    ]);
    let stats = Stats::of(fold.facts());
    assert_eq!((stats.events, stats.tracks, stats.speakers), (4, 1, 1));
    let groups = stats.groups();
    let group = |name: &str| groups.iter().find(|(of, _)| *of == name).unwrap().1.clone();
    assert_eq!(group("type"), [("issue_raised", 2), ("event_retracted", 1), ("track_stalled", 1)]);
    assert_eq!(group("year"), [("2024", 1), ("2025", 3)]);
    assert_eq!((group("party"), group("grade")), (vec![("us", 4)], vec![("B2", 4)]));
    for (name, counts) in &groups {
        assert_eq!(counts.iter().map(|(_, count)| count).sum::<usize>(), 4, "{name}");
    }
    let occurred = stats.occurred.unwrap();
    assert_eq!((occurred.first.to_string(), occurred.days), ("2024-12-01T00:00:00Z".to_owned(), 35));
    assert!((occurred.events_per_day - 0.11).abs() < 1e-9, "{}", occurred.events_per_day);
    assert_eq!(stats.median_days_to_record, Some(0));
    let nothing = Stats::of(Fold::new().facts());
    assert_eq!((nothing.events, nothing.occurred, nothing.median_days_to_record), (0, None, None));
}

proptest! {
    #[test]
    fn the_facts_on_a_track_are_those_of_its_events_in_bounds(
        events in strategy::log(),
        track in strategy::small::track(),
        as_of in proptest::option::of(strategy::small::instant()),
        known_at in proptest::option::of(strategy::small::instant()),
    ) {
        let (fold, bounds) = (Fold::of(events).unwrap(), Bounds { as_of, known_at });
        let expected = fold.in_order(&track).unwrap().into_iter().filter(|event| bounds.contain(event));
        let found = fold.facts_on(&track, &bounds).into_iter().map(|fact| fact.id);
        prop_assert_eq!(found.collect::<Vec<_>>(), expected.map(|event| event.id).collect::<Vec<_>>());
    }

    #[test]
    fn counting_one_by_one_or_by_facts_is_counting_the_set(events in strategy::log(), again: prop::sample::Index) {
        let (mut fold, mut tally, mut facts) = (Fold::new(), Tally::default(), Facts::new());
        let mut distinct: Vec<&Event> = Vec::new();
        for (at, event) in (0..).zip(&events) {
            let number = distinct.iter().position(|other| other.id == event.id);
            let expected = match number.map(|number| u32::try_from(number).unwrap()) {
                Some(number) => Applied::Duplicate(number),
                None => Applied::New(u32::try_from(distinct.len()).unwrap()),
            };
            prop_assert_eq!(fold.apply(event), Ok(expected));
            if matches!(expected, Applied::New(_)) {
                distinct.push(event);
                tally.count(event);
            }
            facts.push_line(&codec::encode(event), LinePlace::new(0, at).unwrap()).unwrap();
        }
        // Of each id the first counts, whatever the others say.
        let repeated: Vec<u32> = facts.repeated().into_iter().map(|(again, _)| again).collect();
        facts.drop_all(&repeated);
        if !distinct.is_empty() {
            let at = again.index(distinct.len());
            let (first, event) = (u32::try_from(at).unwrap(), distinct[at]);
            prop_assert_eq!(fold.apply(event), Ok(Applied::Duplicate(first)));
            let other = Event { note: Some("Something else.".into()), ..event.clone() };
            if other != *event {
                prop_assert_eq!(fold.apply(&other), Err(Conflict { first, event: Box::new(other) }.into()));
            }
        }
        let stats = Stats::of(fold.facts());
        prop_assert_eq!(&Stats::of(&facts), &stats);
        prop_assert_eq!(tally.into_stats(), stats);
    }
}

/// The fold over a mapped log of one event, whose line another one has been written over.
fn overwritten(event: &Event) -> Fold {
    let (id, occurred) = ("01940000-0000-7000-8000-999999999999".parse().unwrap(), "2024".parse().unwrap());
    let other = Event { id, occurred, ..event.clone() };
    let (mut facts, mut texts) = (Facts::new(), Texts::new());
    texts.push(Arc::new(codec::encode(&other).into_bytes()));
    facts.push_line(&codec::encode(event), LinePlace::new(0, 0).unwrap()).unwrap();
    Fold::of_log(facts, texts)
}

#[test]
fn an_overwritten_line_is_an_error_whatever_is_asked() {
    let event = fold(&[("2025-05", "track_stalled", json!({}))]).events().next().unwrap().unwrap();
    let fold = overwritten(&event);
    let (query, bounds) = (Query::default(), Bounds::default());
    assert_eq!(fold.events().collect::<Vec<_>>(), [Err(LogChanged)]);
    assert_eq!((fold.get(event.id), fold.event(0)), (Err(LogChanged), Err(LogChanged)));
    assert_eq!(fold.in_order(&event.track), Err(LogChanged));
    assert_eq!((fold.live(&event.track, &bounds), fold.all_live(&bounds)), (Err(LogChanged), Err(LogChanged)));
    assert_eq!(fold.states(&query).map(|_| ()), Err(LogChanged));
    assert_eq!(fold.dossiers(&query).map(|_| ()), Err(LogChanged));
}

#[test]
fn an_overwritten_line_is_neither_merged_nor_taken_for_another_event() {
    let event = fold(&[("2025-05", "track_stalled", json!({}))]).events().next().unwrap().unwrap();
    let other = Event { id: "01940000-0000-7000-8000-000000000009".parse().unwrap(), ..event.clone() };
    let mut whole = Fold::of([other]).unwrap();
    assert_eq!(whole.merge(overwritten(&event)), Err(ApplyError::LogChanged(LogChanged)));
    assert_eq!(whole.len(), 1);
    let mut changed = overwritten(&event);
    assert_eq!(changed.apply(&event), Err(ApplyError::LogChanged(LogChanged)));
    assert_eq!(changed.len(), 1);
}
