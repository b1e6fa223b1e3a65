//! The journals in `fixtures/`, whose expectations were written by hand beside them: a question a line.

use std::fs;
use std::path::{Path, PathBuf};

use demarche_core::{Event, codec};
use serde_json::Value;

use crate::naive;
use crate::support::scenario::{bound_at, default_query, read_as};
use crate::support::{contract, fold, full_states};

#[test]
fn the_year_of_two_countries() {
    every_question_is_answered("us-russia-2025");
}

#[test]
fn the_cases_of_one_rule_each() {
    let cases = fs::read_dir(fixtures().join("cases")).unwrap().map(|file| file.unwrap().file_name());
    let names: Vec<_> =
        cases.filter_map(|name| Some(name.to_str()?.strip_suffix(".expect.jsonl")?.to_owned())).collect();
    assert!(!names.is_empty());
    for name in names {
        every_question_is_answered(&format!("cases/{name}"));
    }
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures")
}

fn lines(name: &str) -> Vec<String> {
    let path = fixtures().join(name);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.lines().map(String::from).collect()
}

#[track_caller]
fn every_question_is_answered(name: &str) {
    let log = lines(&format!("{name}.jsonl"));
    let log: Vec<Event> = log.iter().map(|line| codec::decode(line.as_bytes()).unwrap()).collect();
    for question in lines(&format!("{name}.expect.jsonl")) {
        answered(&log, &question, name);
    }
}

#[track_caller]
fn answered(log: &[Event], question: &str, name: &str) {
    let asked: Value = serde_json::from_str(question).unwrap();
    let text = |key: &str| asked.get(key).map(|value| value.as_str().unwrap());
    let mut query = default_query();
    query.as_of = text("as_of").map(bound_at);
    query.known_at = text("known_at").map(bound_at);
    query.today = text("today").map(bound_at);
    query.reading = read_as(text("reading").unwrap_or("prudent"));
    let (by_the_oracle, by_the_fold) = (naive::states(log, &query), contract(&full_states(&fold(log), &query)));
    for (by, states) in [("the oracle", by_the_oracle), ("the fold", by_the_fold)] {
        let found = states.get(text("track").unwrap());
        let found = found.unwrap_or_else(|| panic!("{name}: {by} is silent on {question}"));
        assert_eq!(found.get("status"), asked.get("status"), "{name}: {by} on {question}: {found:#}");
        let contested = found["contested"].as_array().map(|disputes| !disputes.is_empty());
        assert_eq!(contested, asked["contested"].as_bool(), "{name}: {by} on {question}: {found:#}");
    }
}
