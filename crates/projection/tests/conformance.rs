//! What another implementation of the same rules says of logs, key by key: `fixtures/conformance`, whose README tells
//! where it comes from.

// Tests may panic, and say what they found; clippy sees test functions only, not what they call.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::wildcard_enum_match_arm)]
#![allow(dead_code, unused_imports, unused_macros, reason = "the modules are shared with the other tests")]

mod naive;
mod support;

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use demarche_core::{Event, codec};
use flate2::read::GzDecoder;
use serde_json::Value;

use naive::NaiveQuery;
use support::scenario::{bound_at, default_query, read_as};
use support::{States, fold, full_states};

const LOGS: u32 = 24;
const QUESTIONS_PER_LOG: usize = 12;

/// Where two answers differ: the log, the question as it stands in the file (as in `{"reading":"latest"}`), the track,
/// and the key.
type LinePlace = [String; 4];

/// Where the text of the rules says something else than the vectors: the place, and the sentence that says so.
const KNOWN: &[[&str; 5]] = &[];

#[test]
fn the_oracle_says_what_another_implementation_says() {
    assert_conforms(naive::states);
}

#[test]
fn the_fold_says_what_another_implementation_says() {
    assert_conforms(|events, query| full_states(&fold(events), query));
}

/// Asserts that the answers differ from the vectors where that is known, and nowhere else.
#[track_caller]
fn assert_conforms(answer: impl Fn(&[Event], &NaiveQuery) -> States) {
    let known: BTreeSet<LinePlace> = KNOWN.iter().map(|[place @ .., _why]| place.map(String::from)).collect();
    let mut met = BTreeSet::new();
    let mut report = Vec::new();
    for log in (1..=LOGS).map(|number| format!("log-{number:02}")) {
        let events: Vec<Event> =
            lines(&format!("{log}.jsonl.gz")).iter().map(|line| codec::decode(line.as_bytes()).unwrap()).collect();
        let questions = lines(&format!("{log}.expected.jsonl.gz"));
        assert_eq!(questions.len(), QUESTIONS_PER_LOG, "{log}");
        for question in questions {
            let question: Value = serde_json::from_str(&question).unwrap();
            let found = answer(&events, &query(&question["query"]));
            for (track, key, left, right) in differing(&found, question["states"].as_array().unwrap()) {
                let place = [log.clone(), question["query"].to_string(), track, key];
                if known.contains(&place) {
                    met.insert(place);
                } else {
                    report.push(format!("{}: {left}, but expected {right}", place.join(", ")));
                }
            }
        }
    }
    report.extend(known.difference(&met).map(|place| format!("{}: known to differ, and does not", place.join(", "))));
    assert!(report.is_empty(), "{} differences:\n{}", report.len(), report.join("\n"));
}

/// Track, key, what was found and what was expected: for each key that is expected, and for `track` itself where one
/// side says nothing of the track.
fn differing(found: &States, expected: &[Value]) -> Vec<(String, String, String, String)> {
    let mut differing = Vec::new();
    let mut expected_tracks = BTreeSet::new();
    for state in expected {
        let track = state["track"].as_str().unwrap();
        expected_tracks.insert(track);
        for (key, right) in state.as_object().unwrap() {
            let left = found.get(track).and_then(|state| state.get(key));
            if left != Some(right) {
                let left = left.map_or("nothing".into(), Value::to_string);
                differing.push((track.into(), key.clone(), left, right.to_string()));
            }
        }
    }
    for track in found.keys().filter(|track| !expected_tracks.contains(track.as_str())) {
        differing.push((track.clone(), "track".into(), "a state".into(), "nothing".into()));
    }
    differing
}

/// The lines of a compressed file.
fn lines(name: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/conformance").join(name);
    BufReader::new(GzDecoder::new(File::open(path).unwrap())).lines().map(Result::unwrap).collect()
}

/// A question from the options of `replay`.
fn query(options: &Value) -> NaiveQuery {
    let mut query = default_query();
    for (option, value) in options.as_object().unwrap() {
        let value = value.as_str().unwrap();
        match option.as_str() {
            "as_of" => query.as_of = Some(bound_at(value)),
            "known_at" => query.known_at = Some(bound_at(value)),
            "today" => query.today = Some(bound_at(value)),
            "reading" => query.reading = read_as(value),
            "patience" => query.patience_days = value.parse().unwrap(),
            _ => panic!("no option: {option}"),
        }
    }
    query
}
