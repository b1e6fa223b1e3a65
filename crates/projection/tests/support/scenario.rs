//! Given a log, when one asks, then the answer is so: for the fold and the oracle alike.
//!
//! Events are numbered from 1 as they are told. In `claims` and `event`, and wherever an id stands in an answer, the
//! number is written instead.

use std::collections::BTreeMap;

use demarche_core::{Edtf, Event, Instant, codec};
use serde_json::{Value, json};

use super::{States, by_evidence, contract, fold, full_states};
use crate::naive::{self, NaiveQuery, NaiveReading};

/// An event as a test tells it.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    line: Value,
}

/// Tells an event on the track `t`, recorded at noon of its first day, on record, of grade B2.
#[allow(clippy::needless_pass_by_value, reason = "`json!` reads best where it is written")]
pub(crate) fn on(occurred: &str, who: &str, kind: &str, data: Value) -> Told {
    let source = json!({ "who": who, "attribution": "on_record", "grade": "B2" });
    Told { line: json!({ "v": 2, "type": kind, "track": "t", "occurred": occurred, "source": source, "data": data }) }
}

impl Told {
    /// Recorded at that instant, or at noon of that day.
    pub(crate) fn recorded(mut self, recorded: &str) -> Self {
        self.line["recorded"] = if recorded.contains('T') { recorded.into() } else { noon(recorded).into() };
        self
    }

    /// Of another grade; an empty text means no grade.
    pub(crate) fn grade(mut self, grade: &str) -> Self {
        if grade.is_empty() {
            self.line["source"].as_object_mut().unwrap().remove("grade");
        } else {
            self.line["source"]["grade"] = grade.into();
        }
        self
    }

    pub(crate) fn attribution(mut self, attribution: &str) -> Self {
        self.line["source"]["attribution"] = attribution.into();
        self
    }

    pub(crate) fn track(mut self, track: &str) -> Self {
        self.line["track"] = track.into();
        self
    }

    /// The event with its number.
    fn event(mut self, number: u64) -> Event {
        self.line["id"] = id(number).into();
        if let Some(target) = self.line.pointer_mut("/data/event") {
            *target = id(target.as_u64().unwrap()).into();
        }
        for target in self.line.pointer_mut("/data/claims").and_then(Value::as_array_mut).into_iter().flatten() {
            *target = id(target.as_u64().unwrap()).into();
        }
        if self.line.get("recorded").is_none() {
            let occurred: Edtf = self.line["occurred"].as_str().unwrap().parse().unwrap();
            self.line["recorded"] = noon(&occurred.earliest().unwrap().date().to_string()).into();
        }
        codec::decode(self.line.to_string().as_bytes()).unwrap_or_else(|error| panic!("event {number}: {error:?}"))
    }
}

fn noon(day: &str) -> String {
    format!("{day}T12:00:00Z")
}

fn id(number: u64) -> String {
    format!("01940000-0000-7000-8000-{number:012}")
}

/// A log and a question.
#[derive(Debug, Clone)]
pub(crate) struct Scenario {
    events: Vec<Event>,
    query: NaiveQuery,
    track: String,
}

/// Begins with a log. The question is the default one, about the track `t`.
#[track_caller]
pub(crate) fn given(told: impl IntoIterator<Item = Told>) -> Scenario {
    let events = (1..).zip(told).map(|(number, told)| told.event(number)).collect();
    Scenario { events, query: default_query(), track: "t".into() }
}

pub(crate) fn default_query() -> NaiveQuery {
    NaiveQuery {
        as_of: None,
        known_at: None,
        today: None,
        reading: NaiveReading::Prudent,
        patience_days: 90,
        patience_by_kind: BTreeMap::new(),
    }
}

impl Scenario {
    #[allow(clippy::wrong_self_convention, reason = "the option has that name")]
    pub(crate) fn as_of(mut self, bound: &str) -> Self {
        self.query.as_of = Some(bound_at(bound));
        self
    }

    pub(crate) fn known_at(mut self, bound: &str) -> Self {
        self.query.known_at = Some(bound_at(bound));
        self
    }

    pub(crate) fn today(mut self, today: &str) -> Self {
        self.query.today = Some(bound_at(today));
        self
    }

    pub(crate) fn reading(mut self, reading: &str) -> Self {
        self.query.reading = read_as(reading);
        self
    }

    pub(crate) fn patience(mut self, days: u32) -> Self {
        self.query.patience_days = days;
        self
    }

    pub(crate) fn patience_for(mut self, kind: &str, days: u32) -> Self {
        self.query.patience_by_kind.insert(kind.into(), days);
        self
    }

    pub(crate) fn about(mut self, track: &str) -> Self {
        self.track = track.into();
        self
    }

    /// The log told twice over, the second time backwards.
    pub(crate) fn told_twice(mut self) -> Self {
        let again: Vec<_> = self.events.iter().rev().cloned().collect();
        self.events.extend(again);
        self
    }

    /// Asserts that the answer has these values under these keys, and gives the scenario back for the next question.
    #[track_caller]
    #[allow(clippy::needless_pass_by_value, reason = "`json!` reads best where it is written")]
    pub(crate) fn then(self, expected: Value) -> Self {
        for (by, states) in self.answers() {
            let state = states.get(&self.track);
            let state = numbered(state.unwrap_or_else(|| panic!("{by} says nothing of {}", self.track)));
            for (key, value) in expected.as_object().unwrap() {
                assert_eq!(state.get(key), Some(value), "{by}: `{key}` (left: found, right: expected) in {state:#}");
            }
        }
        self
    }

    /// Asserts that nothing is said of the track.
    #[track_caller]
    pub(crate) fn then_nothing(self) -> Self {
        for (by, states) in self.answers() {
            assert_eq!(states.get(&self.track), None, "{by}");
        }
        self
    }

    /// Asserts law 8: that the evidence alone gives the track the same status and `since`.
    #[track_caller]
    pub(crate) fn then_the_evidence_suffices(self) -> Self {
        for found in by_evidence(&self.events, &self.query) {
            for (key, alone) in ["status", "since"].iter().flat_map(|key| found.alone.iter().map(move |a| (key, a))) {
                let whole = found.whole.get(key);
                assert_eq!(alone.get(key), whole, "`{key}` by the evidence and by all: {:?}", found.evidence);
            }
        }
        self
    }

    fn answers(&self) -> [(&'static str, States); 2] {
        let by_the_fold = contract(&full_states(&fold(&self.events), &self.query));
        [("the oracle", naive::states(&self.events, &self.query)), ("the fold", by_the_fold)]
    }
}

/// §4: "A bound given as a date means its last instant."
pub(crate) fn bound_at(text: &str) -> Instant {
    let date: Edtf = text.parse().unwrap();
    date.latest().unwrap()
}

/// A reading from its text, as in `side:ru`.
pub(crate) fn read_as(reading: &str) -> NaiveReading {
    match reading.split_once(':').unwrap_or((reading, "")) {
        ("prudent", "") => NaiveReading::Prudent,
        ("latest", "") => NaiveReading::Latest,
        ("on-record", "") => NaiveReading::OnRecord,
        ("grade", floor) => NaiveReading::Grade(floor.parse().unwrap()),
        ("who", actor) => NaiveReading::Who(actor.parse().unwrap()),
        ("side", actor) => NaiveReading::Side(actor.parse().unwrap()),
        _ => panic!("no reading: {reading}"),
    }
}

/// The same with numbers for ids.
fn numbered(value: &Value) -> Value {
    match value {
        Value::String(text) => match text.strip_prefix("01940000-0000-7000-8000-") {
            Some(number) => number.parse::<u64>().unwrap().into(),
            None => value.clone(),
        },
        Value::Array(values) => values.iter().map(numbered).collect(),
        Value::Object(fields) => fields.iter().map(|(key, value)| (key.clone(), numbered(value))).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}
