//! The laws of the fold (`docs/model.md` §5), each over generated logs and questions, and held against the oracle.
//!
//! `PROPTEST_CASES` sets the number of cases of each law; without it there are 256.

// Tests may panic, and say what they found; clippy sees test functions only, not what they call.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::wildcard_enum_match_arm)]
// Examples read best with their JSON in place, and ask `as_of` as one speaks.
#![allow(clippy::needless_pass_by_value, clippy::wrong_self_convention)]
#![allow(dead_code, reason = "the modules are shared with the other tests")]

mod naive;
mod support;

use std::sync::Arc;

use demarche_core::facts::{Facts, LinePlace, LineReader, Texts};
use demarche_core::{Event, EventRetracted, Instant, codec, strategy};
use demarche_projection::query::Query;
use demarche_projection::state::{Milestone, TrackState, rollup};
use demarche_projection::{Applied, Fold, LogChanged, Track};
use proptest::prelude::*;
use proptest::sample::Index;

use naive::NaiveQuery;
use support::generate::{dealt, log, nested_log, order, question, questions, reordered};
use support::scenario::default_query;
use support::{Log, States, by_evidence, contract, fold, full_states, prop_assert_same};

fn laws() -> ProptestConfig {
    ProptestConfig {
        // A seed says nothing once a strategy changes: failures that were found are separate tests in `rules.rs`.
        failure_persistence: None,
        // Logs are long, and a short counterexample is worth the wait.
        max_shrink_iters: 100_000,
        ..ProptestConfig::default()
    }
}

fn told(log: &Log, query: &NaiveQuery) -> States {
    full_states(&fold(&log.0), query)
}

fn merged(folds: impl IntoIterator<Item = Fold>) -> Fold {
    let mut whole = Fold::new();
    for part in folds {
        whole.merge(part).unwrap();
    }
    whole
}

/// An event with the same id and other content.
fn forged(event: &Event) -> Event {
    let note = match event.note.as_deref() {
        Some("forged") => None,
        _ => Some("forged".into()),
    };
    Event { note, ..event.clone() }
}

/// Makes the retraction of an event, recorded together with the event, so that both are known or neither.
fn retraction(of: &Event, id: &str) -> Event {
    let data = EventRetracted { event: of.id, reason: "a mistake".into() }.into();
    Event { id: id.parse().unwrap(), cite: None, note: None, data, ..of.clone() }
}

/// What a list tells of a track: where it stands, with what lies beneath it, and what comes next.
type Line = (TrackState, Vec<Milestone>);

/// The lines of all tracks, by the tree of the states and the dossier of each track.
fn by_tree_and_dossiers(fold: &Fold, query: &Query) -> Vec<Line> {
    let states = fold.states(query).unwrap();
    let nodes = rollup(&states);
    let line = |state: &TrackState| {
        let mut line = state.clone();
        line.descendants = nodes.iter().find(|node| node.track == state.track).map(|node| node.beneath.clone());
        let dossier = fold.dossier(&state.track, query).unwrap().unwrap();
        assert_eq!(dossier.state, *state);
        (line, dossier.milestones)
    };
    states.iter().map(line).collect()
}

/// The lines of all tracks, worked out some at a time.
fn listed(fold: &Fold, query: &Query) -> Vec<Line> {
    let mut batches = fold.batches(query);
    let beneath = batches.beneath().unwrap();
    let tell = |track: &Track<'_>, lines: &mut Vec<Line>| -> Result<(), LogChanged> {
        let Some(mut state) = track.state()? else { return Ok(()) };
        state.descendants = Some(track.descendants(&beneath));
        let course = track.milestones(&state)?;
        lines.push((state, course));
        Ok(())
    };
    std::iter::from_fn(|| batches.next(tell).unwrap()).flatten().flatten().collect()
}

/// A fold of the log as a text that is read to facts, in which lines may stand twice.
fn fold_of_text(log: &Log) -> Fold {
    let text: Vec<u8> = log.0.iter().flat_map(|event| format!("{}\n", codec::encode(event)).into_bytes()).collect();
    let mut facts = Facts::new();
    LineReader::new().read(&text, LinePlace::new(0, 0).unwrap(), &mut facts).unwrap();
    let again: Vec<u32> = facts.repeated().into_iter().map(|(again, _)| again).collect();
    facts.drop_all(&again);
    let mut texts = Texts::new();
    texts.push(Arc::new(text));
    Fold::of_log(facts, texts)
}

/// What must follow from the evidence alone.
const EVIDENT: [&str; 3] = ["status", "since", "decided_by"];

const FIRST_RETRACTION: &str = "0199f3c0-5a00-7000-9000-000000000001";
const SECOND_RETRACTION: &str = "0199f3c0-5a00-7000-9000-000000000002";

proptest! {
    #![proptest_config(laws())]

    /// The fold is fast, the oracle is obvious, and they agree: any log, any question.
    #[test]
    fn the_fold_says_what_the_oracle_says(log in log(), questions in questions()) {
        let fold = fold(&log.0);
        for query in questions.iter().map(|question| question.to(&log)) {
            let found = contract(&full_states(&fold, &query));
            prop_assert_same!(found, naive::states(&log.0, &query), "fold and oracle, {query:?}");
        }
    }

    /// Wherever its events came from, a fold says the same: a text as a whole, one event after the other, or some so
    /// and some so, with questions between.
    #[test]
    fn where_the_events_came_from_changes_nothing(log in log(), cut in any::<Index>(), questions in questions()) {
        let one_by_one = fold(&log.0);
        let (first, rest) = log.0.split_at(if log.0.is_empty() { 0 } else { cut.index(log.0.len()) });
        let mut mixed = fold_of_text(&Log(first.to_vec()));
        let queries: Vec<Query> = questions.iter().map(|question| support::asked(&question.to(&log))).collect();
        for query in &queries {
            let _ = listed(&mixed, query);
        }
        for event in rest {
            mixed.apply(event).unwrap();
        }
        let merged = merged([fold_of_text(&Log(rest.to_vec())), fold_of_text(&Log(first.to_vec()))]);
        let of_text = fold_of_text(&log);
        for query in &queries {
            let (expected, dossiers) = (by_tree_and_dossiers(&one_by_one, query), one_by_one.dossiers(query).unwrap());
            for (how, fold) in
                [("one by one", &one_by_one), ("a text", &of_text), ("mixed", &mixed), ("merged", &merged)]
            {
                prop_assert_eq!(&listed(fold, query), &expected, "{}, {:?}", how, query);
                prop_assert_eq!(&fold.dossiers(query).unwrap(), &dossiers, "{}, {:?}", how, query);
            }
        }
    }

    /// What a list counts beneath a track is what the tree of all states counts there.
    #[test]
    fn a_list_counts_beneath_each_track_what_the_tree_counts(log in nested_log(), questions in questions()) {
        let (fold, of_text) = (fold(&log.0), fold_of_text(&log));
        for query in questions.iter().map(|question| support::asked(&question.to(&log))) {
            let expected = by_tree_and_dossiers(&fold, &query);
            prop_assert_eq!(&listed(&fold, &query), &expected, "{:?}", query);
            prop_assert_eq!(&listed(&of_text, &query), &expected, "{:?}", query);
        }
    }

    /// Of one track alone the fold says the same as of it among all.
    #[test]
    fn one_track_is_told_as_among_all(log in log(), question in question()) {
        let query = question.to(&log);
        let (fold, asked) = (fold(&log.0), support::asked(&query));
        let all = full_states(&fold, &query);
        for event in &log.0 {
            let one = fold.state(&event.track, &asked).unwrap().map(|state| serde_json::to_value(state).unwrap());
            prop_assert_eq!(one.as_ref(), all.get(event.track.as_str()));
        }
        prop_assert!(fold.state(&"no/such/track".parse().unwrap(), &asked).unwrap().is_none());
    }

    /// §3: "tracks fold independently of each other".
    #[test]
    fn other_tracks_change_nothing(log in log(), question in question()) {
        let query = question.dated(&log);
        let all = told(&log, &query);
        for (track, state) in &all {
            let alone = log.0.iter().filter(|e| e.track.as_str() == track).cloned().collect();
            let alone = told(&Log(alone), &query);
            let expected = [(track.clone(), state.clone())].into();
            prop_assert_same!(alone, expected, "alone and among others, {query:?}");
        }
    }

    /// A fold over the events on one track needs of the others only when the last of them was recorded.
    #[test]
    fn a_part_that_knows_the_end_of_the_log_says_the_same(log in log(), question in question()) {
        let query = question.to(&log);
        let whole = fold(&log.0);
        let all = full_states(&whole, &query);
        for track in whole.tracks() {
            let mut part = Fold::of(log.0.iter().filter(|event| event.track == *track).cloned()).unwrap();
            part.recorded_until(whole.last_recorded());
            let expected = all.get(track.as_str()).map(|state| (track.to_string(), state.clone())).into_iter().collect();
            let mut merged = Fold::new();
            merged.merge(part.clone()).unwrap();
            for part in [part, merged] {
                prop_assert_same!(full_states(&part, &query), expected, "a part and the whole, {query:?}");
            }
        }
    }

    /// Law 1: "Permuting the log changes nothing."
    #[test]
    fn permuting_the_log_changes_nothing(log in log(), order in order(), question in question()) {
        let (query, permuted) = (question.to(&log), reordered(&log, &order));
        let expected = told(&log, &query);
        prop_assert_same!(told(&permuted, &query), expected, "permuted and as it was, {query:?}");
        prop_assert_same!(naive::states(&permuted.0, &query), contract(&expected), "oracle and fold, {query:?}");
    }

    /// Law 2: "Duplicating lines changes nothing."
    #[test]
    fn duplicating_lines_changes_nothing(log in log(), order in order(), question in question()) {
        let query = question.to(&log);
        let some_twice = order.iter().cycle().zip(&log.0).filter(|(key, _)| **key % 2 == 0).map(|(_, e)| e.clone());
        let duplicated = reordered(&Log(log.0.iter().cloned().chain(some_twice).collect()), &order);
        let expected = told(&log, &query);
        prop_assert_same!(told(&duplicated, &query), expected, "duplicated and as it was, {query:?}");
        prop_assert_same!(naive::states(&duplicated.0, &query), contract(&expected), "oracle and fold, {query:?}");
        prop_assert_eq!(fold(&duplicated.0).events().count(), fold(&log.0).events().count());
    }

    /// Law 2: "the same id with different content is an error", however it arrives, and changes nothing.
    #[test]
    fn the_same_id_with_other_content_is_refused(log in log(), which in any::<Index>(), question in question()) {
        prop_assume!(!log.0.is_empty());
        let (query, forged) = (question.to(&log), forged(which.get(&log.0)));
        let both = log.0.iter().cloned().chain([forged.clone()]);
        prop_assert!(Fold::of(both).is_err());
        let (mut one, expected) = (fold(&log.0), told(&log, &query));
        prop_assert!(one.apply(forged.clone()).is_err());
        prop_assert_same!(full_states(&one, &query), expected, "after a refused event, {query:?}");
        prop_assert!(one.merge(fold(&[forged])).is_err());
    }

    /// Law 3: "Folding parts and merging equals folding the whole, for any cut."
    #[test]
    fn merging_parts_equals_folding_the_whole(log in log(), order in order(), question in question()) {
        let query = question.to(&log);
        let expected = told(&log, &query);
        let parts: Vec<Fold> = dealt(&log, &order, 4).iter().map(|part| fold(&part.0)).collect();
        let [a, b, c, d] = [0, 1, 2, 3].map(|part| parts[part].clone());
        let forwards = merged([a.clone(), b.clone(), c.clone(), d.clone()]);
        let backwards = merged([d.clone(), c.clone(), b.clone(), a.clone()]);
        let in_pairs = merged([merged([a, b]), merged([c, d])]);
        for (how, whole) in [("forwards", forwards), ("backwards", backwards), ("in pairs", in_pairs)] {
            prop_assert_same!(full_states(&whole, &query), expected, "merged {how} and whole, {query:?}");
        }
        prop_assert_same!(naive::states(&log.0, &query), contract(&expected), "oracle and fold, {query:?}");
    }

    /// Law 3: "idempotent merge", also of parts that overlap.
    #[test]
    fn merging_again_changes_nothing(log in log(), order in order(), question in question()) {
        let query = question.to(&log);
        let expected = told(&log, &query);
        let whole = fold(&log.0);
        let parts = dealt(&log, &order, 2).into_iter().map(|part| fold(&part.0));
        let overlapping = merged([whole.clone(), whole, Fold::new()].into_iter().chain(parts));
        prop_assert_same!(full_states(&overlapping, &query), expected, "merged again and once, {query:?}");
    }

    /// Law 4: "Folding one event at a time equals folding the batch; a snapshot plus the rest equals the whole." Here
    /// at every line, with a question in between.
    #[test]
    fn one_event_at_a_time_equals_the_batch(log in log(), question in question()) {
        let query = question.to(&log);
        let mut step_by_step = Fold::new();
        for (line, event) in log.0.iter().enumerate() {
            let before = &log.0[..line];
            let applied = step_by_step.apply(event.clone()).unwrap();
            prop_assert_eq!(matches!(applied, Applied::Duplicate(_)), before.contains(event));
            step_by_step = step_by_step.clone();
            let batch = fold(&log.0[..=line]);
            let (found, expected) = (full_states(&step_by_step, &query), full_states(&batch, &query));
            prop_assert_same!(found, expected, "step by step and in a batch, line {}, {query:?}", line + 1);
        }
        let (found, expected) = (contract(&full_states(&step_by_step, &query)), naive::states(&log.0, &query));
        prop_assert_same!(found, expected, "step by step and oracle, {query:?}");
    }

    /// Law 5: "Folding with `known_at = k` equals folding the log filtered to `recorded ≤ k`."
    #[test]
    fn what_was_known_is_what_had_been_recorded(log in log(), question in question()) {
        let query = question.dated(&log);
        let bound = query.known_at.or(query.today).unwrap_or(Instant::MAX);
        let bounded = NaiveQuery { known_at: Some(bound), ..query.clone() };
        let unbounded = NaiveQuery { known_at: None, ..query };
        let known = Log(log.0.iter().filter(|e| e.recorded <= bound).cloned().collect());
        let expected = told(&log, &bounded);
        prop_assert_same!(told(&known, &unbounded), expected, "filtered and bounded, {bounded:?}");
        let naive = naive::states(&known.0, &unbounded);
        prop_assert_same!(naive, contract(&expected), "oracle of the filtered and bounded, {bounded:?}");
    }

    /// Law 5: "likewise `as_of` (retractions kept)".
    #[test]
    fn what_had_happened_is_what_had_occurred(log in log(), question in question()) {
        let query = question.dated(&log);
        let bound = query.as_of.or(query.today).unwrap_or(Instant::MAX);
        let bounded = NaiveQuery { as_of: Some(bound), ..query.clone() };
        let unbounded = NaiveQuery { as_of: None, ..query };
        let kept = |e: &&Event| e.told() <= bound || e.event_type().as_str() == "event_retracted";
        let happened = Log(log.0.iter().filter(kept).cloned().collect());
        let expected = told(&log, &bounded);
        prop_assert_same!(told(&happened, &unbounded), expected, "filtered and bounded, {bounded:?}");
        let naive = naive::states(&happened.0, &unbounded);
        prop_assert_same!(naive, contract(&expected), "oracle of the filtered and bounded, {bounded:?}");
    }

    /// Law 6: "Retracting an event equals never having written it", and retracting the retraction brings it back.
    #[test]
    fn retracting_equals_never_having_written(log in log(), which in any::<Index>(), question in question()) {
        prop_assume!(!log.0.is_empty());
        let (query, event) = (question.dated(&log), which.get(&log.0));
        let never = Log(log.0.iter().filter(|e| e.id != event.id).cloned().collect());
        let first = retraction(event, FIRST_RETRACTION);
        let retracted = Log(log.0.iter().cloned().chain([first.clone()]).collect());
        let expected = told(&never, &query);
        prop_assert_same!(told(&retracted, &query), expected, "retracted and never written, {query:?}");
        let naive = naive::states(&retracted.0, &query);
        prop_assert_same!(naive, contract(&expected), "oracle of the retracted and never written, {query:?}");
        let back = retraction(&first, SECOND_RETRACTION);
        let back = Log(retracted.0.iter().cloned().chain([back]).collect());
        prop_assert_same!(told(&back, &query), told(&log, &query), "brought back and as it was, {query:?}");
    }

    /// Law 7: "Every event survives encoding and decoding, byte for byte once canonical."
    #[test]
    fn every_event_survives_encoding(event in strategy::event()) {
        let line = codec::encode(&event);
        let read = codec::decode(line.as_bytes()).unwrap();
        prop_assert_eq!(codec::encode(&read), line);
        prop_assert_eq!(read, event);
    }

    /// Law 7, for logs: what was written down and read again is told the same.
    #[test]
    fn a_log_read_again_is_told_the_same(log in log(), question in question()) {
        let query = question.to(&log);
        let lines: Vec<String> = log.0.iter().map(codec::encode).collect();
        let read = Log(lines.iter().map(|line| codec::decode(line.as_bytes()).unwrap()).collect());
        prop_assert_same!(told(&read, &query), told(&log, &query), "read again and as it was, {query:?}");
    }

    /// Law 8: "with the same `today`, patience and reading, folding only a track's evidence events gives it the same
    /// status and `since`".
    #[test]
    fn the_evidence_suffices(log in log(), questions in questions()) {
        for query in questions.iter().map(|question| question.dated(&log)) {
            for track in by_evidence(&log.0, &query) {
                prop_assert_eq!(&track.whole["evidence"][0], &track.whole["decided_by"]);
                for (found, key) in track.alone.iter().flat_map(|found| EVIDENT.map(|key| (found, key))) {
                    let (found, whole) = (found.get(key), track.whole.get(key));
                    prop_assert_eq!(found, whole, "{} by {:?}, {:?}", key, &track.evidence, query);
                }
            }
        }
    }

    /// Law 10: "No input line, however broken, panics": any bytes.
    #[test]
    fn no_line_panics(line in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = codec::decode(&line);
    }

    /// Law 10, for lines that are nearly right, and the fold of what can be read of them.
    #[test]
    fn no_broken_log_panics(
        log in log(),
        breaks in prop::collection::vec((any::<Index>(), any::<Index>(), any::<u8>()), 0..20),
        question in question(),
    ) {
        let mut lines: Vec<Vec<u8>> = log.0.iter().map(|event| codec::encode(event).into_bytes()).collect();
        for (line, column, byte) in breaks.into_iter().filter(|_| !log.0.is_empty()) {
            let line = line.index(lines.len());
            let column = column.index(lines[line].len());
            lines[line][column] = byte;
        }
        let mut fold = Fold::new();
        for event in lines.iter().filter_map(|line| codec::decode(line).ok()) {
            let _ = fold.apply(event);
        }
        let read = Log(fold.events().collect::<Result<_, _>>().unwrap());
        let query = question.to(&read);
        prop_assert_same!(contract(&full_states(&fold, &query)), naive::states(&read.0, &query), "{query:?}");
    }
}

/// Of no events there is nothing to say, and no default for `today` either.
#[test]
fn nothing_is_said_of_an_empty_log() {
    assert_eq!(told(&Log(Vec::new()), &default_query()), States::new());
    assert_eq!(naive::states(&[], &default_query()), States::new());
}
