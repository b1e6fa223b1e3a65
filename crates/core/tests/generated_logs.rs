//! The generator of benchmark logs makes what its documentation says.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::collections::{HashMap, HashSet};

use demarche_core::codec::{decode, encode};
use demarche_core::{Event, EventType, TrackId};

use self::generate::Spread;

#[path = "../benches/support/generate.rs"]
mod generate;

const EVENTS: u64 = 20_000;
const BRIEF_TRACKS: usize = 20_000;

fn log() -> Vec<Event> {
    generate::Generator::new(EVENTS, 100, 7).collect()
}

/// Makes a log in which nearly every event has a different track.
fn brief_log() -> Vec<Event> {
    generate::Generator::spread(Spread::Brief, EVENTS, BRIEF_TRACKS, 7).collect()
}

/// How many of a thousand events are so.
fn per_mille(log: &[Event], so: impl Fn(&&Event) -> bool) -> usize {
    log.iter().filter(so).count() * 1000 / log.len()
}

#[test]
fn it_is_as_long_and_as_mixed_as_said() {
    assert_mixed(&log());
    assert_mixed(&brief_log());
}

#[track_caller]
fn assert_mixed(log: &[Event]) {
    assert_eq!(log.len() as u64, EVENTS);
    let late = |event: &&Event| event.recorded.days_since(event.occurred.earliest()) >= 30;
    // The imprecise ones of the 2 % may lie a month, those dated by the year some more, before they were recorded.
    assert!((15..60).contains(&per_mille(log, late)), "{}", per_mille(log, late));
    let claims = per_mille(log, |event| event.event_type().is_about_claims());
    assert!((25..35).contains(&claims), "{claims}");
    let retractions = per_mille(log, |event| event.event_type() == EventType::EventRetracted);
    assert!((7..13).contains(&retractions), "{retractions}");
    // A redaction stands where it was signed; no log is made with one.
    for event_type in EventType::ALL.iter().filter(|event_type| !event_type.is_signed()) {
        assert!(log.iter().any(|event| event.event_type() == *event_type), "no {event_type}");
    }
    let bytes: usize = log.iter().map(|event| encode(event).len() + 1).sum();
    let average = bytes / log.len();
    assert!((370..406).contains(&average), "{average} bytes a line");
}

#[test]
fn brief_tracks_are_nearly_as_many_as_the_events() {
    let tracks: HashSet<TrackId> = brief_log().into_iter().map(|event| event.track).collect();
    assert!((950..970).contains(&(tracks.len() * 1000 / BRIEF_TRACKS)), "{}", tracks.len());
}

#[test]
fn it_is_told_in_order_and_names_what_is_there() {
    assert_in_order(&log());
    assert_in_order(&brief_log());
}

#[track_caller]
fn assert_in_order(log: &[Event]) {
    assert!(log.windows(2).all(|pair| matches!(pair, [a, b] if a.recorded < b.recorded)));
    let mut seen = HashMap::new();
    for event in log {
        assert_eq!(decode(encode(event).as_bytes()).as_ref(), Ok(event));
        for target in event.data.targets() {
            assert_eq!(seen.get(target), Some(&event.track), "{}", encode(event));
        }
        assert_eq!(seen.insert(event.id, event.track.clone()), None, "an id stands twice");
    }
}

#[test]
fn the_same_seed_gives_the_same_log() {
    assert!(generate::Generator::new(500, 10, 1).eq(generate::Generator::new(500, 10, 1)));
    assert!(generate::Generator::new(500, 10, 1).ne(generate::Generator::new(500, 10, 2)));
    assert_eq!(generate::Generator::new(0, 0, 1).count(), 0);
    assert_eq!(generate::Generator::new(1, 0, 1).count(), 1);
}
