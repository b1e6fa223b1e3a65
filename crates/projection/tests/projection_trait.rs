//! Projections by others: the lawful pass, and each law catches what breaks it, and nothing else.

#![cfg(feature = "testing")]
// Tests may panic, and say what they found; clippy sees test functions only, not what they call.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::BTreeSet;

use demarche_core::{Event, EventId, EventType, Instant, TrackId, codec, strategy};
use demarche_projection::query::{Bounds, Query};
use demarche_projection::testing::{self, Broken, Law, Trial};
use demarche_projection::{Projection, Replay};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use faulty::{Fault, Shared, Tally, Timid, set_of};

#[path = "projection_trait/faulty.rs"]
mod faulty;
/// The example, its tests among these.
#[path = "../examples/venue_counts.rs"]
#[allow(dead_code)]
mod venue_counts;

/// The number of trials, the same at every run.
fn trials(count: usize) -> Vec<Trial> {
    let (trial, mut runner) = (testing::trial(), TestRunner::deterministic());
    (0..count).map(|_| trial.new_tree(&mut runner).unwrap().current()).collect()
}

/// The laws that a projection breaks on any of the trials.
fn broken<P: Projection>(make: impl Fn() -> P, trials: &[Trial]) -> BTreeSet<Law> {
    let broken = trials.iter().flat_map(|trial| each(&make, trial)).filter_map(Result::err);
    broken.map(|broken| broken.law).collect()
}

fn each<P: Projection>(make: impl Fn() -> P, trial: &Trial) -> [Result<(), Broken>; 8] {
    [
        testing::permuting(&make, trial),
        testing::duplicating(&make, trial),
        testing::merging(&make, trial),
        testing::one_at_a_time(&make, trial),
        testing::snapshot(&make, trial),
        testing::known_at(&make, trial),
        testing::as_of(&make, trial),
        testing::retracting(&make, trial),
    ]
}

#[test]
fn each_law_catches_what_breaks_it() {
    let trials = trials(40);
    let breaks = |fault: Fault, laws: &[Law]| {
        assert_eq!(broken(Tally::with(fault), &trials), laws.iter().copied().collect(), "{fault:?}");
    };
    breaks(Fault::None, &[]);
    // Parts merge in another order than that in which their lines came.
    breaks(Fault::OrderOfArrival, &[Law::Permuting, Law::Merging]);
    breaks(Fault::Repetitions, &[Law::Duplicating, Law::Merging]);
    breaks(Fault::RepetitionsOfParts, &[Law::Merging]);
    breaks(Fault::OneSidedMerge, &[Law::Merging]);
    breaks(Fault::MergeOfKnownTracks, &[Law::Merging]);
    breaks(Fault::StrictKnownAt, &[Law::KnownAt]);
    breaks(Fault::NoKnownAt, &[Law::KnownAt]);
    breaks(Fault::StrictAsOf, &[Law::AsOf]);
    breaks(Fault::RetractionsAsOf, &[Law::AsOf]);
    breaks(Fault::NoRetractions, &[Law::Retracting]);
    breaks(Fault::FinalRetractions, &[Law::Retracting]);
    breaks(Fault::StaleAnswer, &[Law::OneAtATime]);
    assert_eq!(broken(Shared::default, &trials), [Law::Snapshot].into());
    // Lines come twice in every law.
    let refusing = broken(Tally::with(Fault::RefusedRepetitions), &trials);
    assert!(refusing.is_superset(&[Law::Duplicating, Law::Merging, Law::OneAtATime].into()), "{refusing:?}");
}

/// The first that is broken, in the order of the laws.
#[test]
fn all_of_them_are_tried() {
    let mut seen = BTreeSet::new();
    let faults = [
        Fault::OrderOfArrival,
        Fault::Repetitions,
        Fault::RepetitionsOfParts,
        Fault::StaleAnswer,
        Fault::StrictKnownAt,
        Fault::StrictAsOf,
        Fault::NoRetractions,
    ];
    for (fault, trial) in faults.into_iter().cycle().zip(trials(70)) {
        let first = each(Tally::with(fault), &trial).into_iter().find_map(Result::err);
        assert_eq!(testing::all(Tally::with(fault), &trial).err(), first);
        seen.extend(first.map(|broken| broken.law));
        let first = each(Shared::default, &trial).into_iter().find_map(Result::err);
        assert_eq!(testing::all(Shared::default, &trial).err(), first);
        seen.extend(first.map(|broken| broken.law));
    }
    assert_eq!(seen.len(), 8, "{seen:?}");
}

#[test]
fn what_breaks_a_law_is_shrunk_and_printed_as_a_log() {
    let failed = testing::check(Tally::with(Fault::NoRetractions), 256).unwrap_err();
    // One line, and the retraction that the law adds to it.
    let [line] = failed.trial.log.as_slice() else { panic!("{failed}") };
    let printed = failed.to_string();
    let expected = format!(
        "broken law: retracting an event equals never having written it\n\
         with {} retracted, it must answer (-) and does answer (+):\n\
         -     {{}},\n\
         -     None,\n\
         +     {{\n",
        line.id
    );
    assert!(printed.starts_with(&expected), "{printed}");
    assert!(printed.contains(&format!("on a log of 1 lines:\n{}\nwith ", codec::encode(line))), "{printed}");
    assert_eq!(format!("{failed:?}"), printed);

    let failed = testing::check(Tally::with(Fault::OrderOfArrival), 256).unwrap_err();
    assert_eq!(failed.trial.log.len(), 2, "{failed}");
    assert!(testing::all(Tally::with(Fault::OrderOfArrival), &failed.trial).is_err(), "{failed}");
}

#[test]
fn a_panic_is_shrunk_and_printed_as_well() {
    let failed = testing::check(Timid::default, 256).unwrap_err();
    assert_eq!(failed.reason, "it panicked: too much contradiction");
    assert_eq!(failed.trial.log.len(), 2, "{failed}");
}

#[test]
fn a_refused_event_breaks_the_law_under_which_it_came() {
    let event = strategy::log_of(1..=1).new_tree(&mut TestRunner::deterministic()).unwrap().current().remove(0);
    let trial = Trial { log: vec![event.clone()], ..Trial::default() };
    let broken = testing::duplicating(Tally::with(Fault::RefusedRepetitions), &trial).unwrap_err();
    assert_eq!(broken.law, Law::Duplicating);
    assert_eq!(broken.how, "with every line twice");
    let expected = format!("refused: duplicate id {}: another event of that id has different content", event.id);
    assert_eq!(broken.found, expected);
    assert!(broken.expected.contains(event.track.as_str()), "{broken}");
}

/// What differs is shown, and what does not is left out.
#[test]
fn only_the_difference_is_shown() {
    let answer = |lines: &[&str]| lines.join("\n");
    let broken = |expected: &[&str], found: &[&str]| {
        let text = Broken { law: Law::Merging, how: "So".into(), expected: answer(expected), found: answer(found) };
        let text = text.to_string();
        text.rsplit_once("does answer (+):\n").unwrap().1.to_owned()
    };
    assert_eq!(broken(&["a", "b", "c"], &["a", "x", "y", "c"]), "- b\n+ x\n+ y\n");
    assert_eq!(broken(&["a", "b", "b", "c"], &["a", "b", "c"]), "- b\n");
    assert_eq!(broken(&["a"], &["a", "a"]), "+ a\n");
    assert_eq!(broken(&["a"], &["b"]), "- a\n+ b\n");
}

/// Of an empty log, and without keys, there is nothing to say against anybody.
#[test]
fn an_empty_trial_is_lawful() {
    let nothing = Trial::default();
    assert_eq!(testing::all(Tally::with(Fault::None), &nothing), Ok(()));
    assert_eq!(testing::all(Tally::with(Fault::StaleAnswer), &nothing), Ok(()));
}

#[test]
fn the_fold_obeys_the_laws_under_every_reading() {
    let today: Instant = "2026-01-01T00:00:00Z".parse().unwrap();
    for reading in ["prudent", "latest", "on-record", "grade:B3", "who:us", "side:ru"] {
        let query = Query { today: Some(today), reading: reading.parse().unwrap(), ..Query::default() };
        testing::check(|| Replay::new(query.clone()), 32).unwrap();
    }
}

/// Without a day on which it is judged, the fold is judged on the day of the last record, and so is no function of what
/// is in bounds alone. The laws notice.
#[test]
fn a_replay_must_be_dated() {
    let laws = broken(|| Replay::new(Query::default()), &trials(40));
    assert!(!laws.is_empty());
    let of_the_set = [Law::Permuting, Law::Duplicating, Law::Merging, Law::OneAtATime, Law::Snapshot];
    assert!(laws.is_disjoint(&of_the_set.into()), "{laws:?}");
}

/// The events of one track, and of all tracks, against the plainest words for them.
#[test]
fn what_is_live_is_in_bounds_and_not_void() {
    let (mut live, mut void) = (0, 0);
    for Trial { log, bounds, .. } in trials(300) {
        let set = set_of(&log);
        let all = set.all_live(&bounds).unwrap();
        assert!(all.is_sorted_by_key(Event::order));
        let live_on = |track: &&TrackId| set.live(track, &bounds).unwrap();
        let mut by_track: Vec<Event> = set.tracks().iter().flat_map(live_on).collect();
        by_track.sort_by_key(Event::order);
        assert_eq!(all, by_track);
        let events: Vec<Event> = set.events().collect::<Result<_, _>>().unwrap();
        for event in events.iter().filter(|event| !event.event_type().is_housekeeping()) {
            let is_live = all.contains(event);
            assert_eq!(is_live, bounds.contain(event) && !is_void(&events, &bounds, event, &mut Vec::new()));
            live += usize::from(is_live);
            void += usize::from(!is_live && bounds.contain(event));
        }
        assert!(all.iter().all(|event| !event.event_type().is_housekeeping()));
    }
    assert!(live > 1000 && void > 100, "{live} live, {void} void");
}

/// Tells whether a retraction that is not void names the event; on a circle all are.
fn is_void(events: &[Event], bounds: &Bounds, event: &Event, above: &mut Vec<EventId>) -> bool {
    if above.contains(&event.id) {
        return true;
    }
    above.push(event.id);
    let retracts = |other: &&Event| {
        bounds.contain(other)
            && other.track == event.track
            && other.event_type() == EventType::EventRetracted
            && other.data.targets() == [event.id]
    };
    let void = events.iter().filter(retracts).any(|retraction| !is_void(events, bounds, retraction, above));
    above.pop();
    void || on_a_circle(events, event)
}

/// Tells whether the retractions lead from the event back to it.
fn on_a_circle(events: &[Event], event: &Event) -> bool {
    let next = |event: &&Event| {
        let target = event.data.targets().first();
        let target = target.and_then(|target| events.iter().find(|other| other.id == *target));
        target.filter(|target| event.event_type() == EventType::EventRetracted && target.track == event.track)
    };
    std::iter::successors(next(&event), next).take(events.len()).any(|other| other.id == event.id)
}
