//! The history of a track, worked out in one pass, against the fold asked anew at each moment.
//!
//! `PROPTEST_CASES` sets the number of cases; without it there are 256.

// Tests may panic, and say what they found; clippy sees test functions only, not what they call.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::wildcard_enum_match_arm)]
// Examples read best with their JSON in place, and ask `as_of` as one speaks.
#![allow(clippy::needless_pass_by_value, clippy::wrong_self_convention)]
#![allow(dead_code, unused_imports, unused_macros, reason = "the modules are shared with the other tests")]

mod naive;
mod support;

use std::collections::BTreeSet;

use demarche_core::{DateBounds, EventId, Instant, TrackId};
use demarche_projection::query::Query;
use demarche_projection::state::{Rule, Status};
use demarche_projection::{Along, Fold};
use proptest::prelude::*;

use support::generate::{log, questions};
use support::{asked, fold};

/// A spell as both sides tell it.
type Told = (Instant, Status, Rule, EventId, DateBounds);

/// The history by definition: the fold is asked at each moment, by what had come until then, judged then.
fn asked_anew(fold: &Fold, track: &TrackId, query: &Query, along: Along) -> Vec<Told> {
    let (Some(today), bounds) = (fold.today(query), query.bounds()) else { return Vec::new() };
    let events = fold.in_order(track).unwrap().into_iter().filter(|event| bounds.contain(event));
    let moments = events.map(|event| match along {
        Along::Occurred => event.told(),
        Along::Recorded => event.recorded,
    });
    let moments: BTreeSet<Instant> = moments.filter(|moment| *moment <= today).collect();
    let mut told: Vec<Told> = Vec::new();
    for (at, moment) in moments.iter().enumerate() {
        let next = moments.iter().nth(at + 1);
        let mut now = Some(*moment);
        while let Some(judged) = now {
            let query = Query { today: Some(judged), ..query.clone() };
            let query = match along {
                // A retraction is in bounds, whenever it occurred; but it widens them for nothing else.
                Along::Occurred => Query { as_of: query.as_of.min(Some(*moment)).or(Some(*moment)), ..query },
                Along::Recorded => Query { known_at: Some(*moment), ..query },
            };
            let Some(state) = fold.state(track, &query).unwrap() else { break };
            if told.last().is_none_or(|(_, status, ..)| *status != state.status) {
                let since = (state.since.earliest(), state.since.latest());
                told.push((judged, state.status, state.rule, state.decided_by, since));
            }
            let due = state.due.and_then(|due| due.plus_nanos(1));
            now = due.filter(|due| *due > judged && *due <= today && next.is_none_or(|next| due < next));
        }
    }
    told
}

fn in_one_pass(fold: &Fold, track: &TrackId, query: &Query, along: Along) -> Vec<Told> {
    let history = fold.history(track, query, along).unwrap();
    history.iter().map(|spell| (spell.from, spell.status, spell.rule, spell.decided_by, spell.since)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, max_shrink_iters: 100_000, ..ProptestConfig::default() })]

    #[test]
    fn a_history_tells_what_the_fold_tells_at_each_moment(log in log(), questions in questions()) {
        let fold = fold(&log.0);
        for query in questions.iter().map(|question| asked(&question.to(&log))) {
            for track in fold.tracks() {
                for along in [Along::Occurred, Along::Recorded] {
                    let (found, expected) =
                        (in_one_pass(&fold, track, &query, along), asked_anew(&fold, track, &query, along));
                    prop_assert_eq!(found, expected, "{}, {:?}, {:?}", track, along, query);
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn spells_follow_each_other_without_a_gap_until_the_day_of_the_question(log in log(), questions in questions()) {
        let fold = fold(&log.0);
        for query in questions.iter().map(|question| asked(&question.to(&log))) {
            for track in fold.tracks() {
                for along in [Along::Occurred, Along::Recorded] {
                    let history = fold.history(track, &query, along).unwrap();
                    let (Some(first), Some(last)) = (history.first(), history.last()) else { continue };
                    let today = fold.today(&query).unwrap();
                    for (spell, next) in history.iter().zip(&history[1..]) {
                        prop_assert_eq!(spell.to(), Some(next.from));
                        prop_assert!(spell.from < next.from && spell.status != next.status);
                    }
                    prop_assert_eq!((last.to(), last.end), (None, today));
                    let days: i64 = history.iter().map(|spell| spell.days()).sum();
                    prop_assert_eq!(days, (today.date() - first.from.date()).num_days());
                    for spell in &history {
                        let certain = spell.certain_from(along);
                        prop_assert!(spell.from <= certain && certain <= spell.end);
                    }
                }
            }
        }
    }

    #[test]
    fn the_last_spell_has_the_status_of_the_track(log in log(), questions in questions()) {
        let fold = fold(&log.0);
        for query in questions.iter().map(|question| asked(&question.to(&log))) {
            for track in fold.tracks() {
                let Some(state) = fold.state(track, &query).unwrap() else { continue };
                // What is recorded after the day of the question is no part of a history that ends then.
                let later = fold.in_order(track).unwrap().into_iter().any(|event| event.recorded > state.today);
                let history = fold.history(track, &query, Along::Recorded).unwrap();
                prop_assert!(later || history.last().map(|spell| spell.status) == Some(state.status));
            }
        }
    }
}

#[test]
fn a_track_that_is_not_there_has_no_history() {
    let nowhere = "no/such/track".parse().unwrap();
    assert!(Fold::new().history(&nowhere, &Query::default(), Along::Occurred).unwrap().is_empty());
}
