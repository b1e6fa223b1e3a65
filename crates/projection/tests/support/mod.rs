//! What the tests share: the fold asked in the oracle's words, logs that print as logs, and given / when / then.

pub(crate) mod generate;
pub(crate) mod scenario;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use demarche_core::{Event, codec};
use demarche_projection::Fold;
use demarche_projection::query::{Patience, Query, Reading};
use serde_json::Value;

use crate::naive::{NaiveQuery, NaiveReading};

/// The states of all tracks as JSON, by track.
pub(crate) type States = BTreeMap<String, Value>;

/// The keys of the JSON contract, less `evidence`, of which the oracle knows the first only (`decided_by`).
const CONTRACT: [&str; 23] = [
    "track",
    "title",
    "kind",
    "parties",
    "mediators",
    "status",
    "since",
    "decided_by",
    "next",
    "meetings_held",
    "last_held",
    "last",
    "open_proposals",
    "ahead",
    "last_activity",
    "last_progress",
    "sources",
    "events",
    "said_by",
    "otherwise",
    "silent",
    "contested",
    "disputes",
];

/// A log that prints as it would stand in a file, so that a counterexample can be copied into one.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Log(pub(crate) Vec<Event>);

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "a log of {} events", self.0.len())?;
        self.0.iter().try_for_each(|event| writeln!(f, "{}", codec::encode(event)))
    }
}

/// Folds a log that has no conflicts.
pub(crate) fn fold(events: &[Event]) -> Fold {
    Fold::of(events.to_vec()).unwrap_or_else(|conflict| panic!("a log without conflicts: {conflict:?}"))
}

/// Everything that the fold says.
pub(crate) fn full_states(fold: &Fold, query: &NaiveQuery) -> States {
    let states = fold.states(&asked(query)).unwrap();
    states.iter().map(|state| (state.track.to_string(), serde_json::to_value(state).unwrap())).collect()
}

/// What the fold says, less what the contract does not promise.
pub(crate) fn contract(states: &States) -> States {
    states.iter().map(|(track, state)| (track.clone(), contract_of(state))).collect()
}

fn contract_of(state: &Value) -> Value {
    let kept = CONTRACT.iter().map(|key| (String::from(*key), state.get(key).cloned()));
    Value::Object(kept.filter_map(|(key, value)| Some((key, value?))).collect())
}

/// What a track is by its evidence alone, next to what it is by the whole log: law 8, for one track.
pub(crate) struct ByEvidence {
    pub(crate) whole: Value,
    pub(crate) evidence: Log,
    /// By the fold with the same bounds, by the fold without bounds, and by the oracle.
    pub(crate) alone: [Value; 3],
}

/// Folds again the evidence of every track. The query must say `today`: its default hangs on the log.
pub(crate) fn by_evidence(events: &[Event], query: &NaiveQuery) -> Vec<ByEvidence> {
    assert!(query.today.is_some());
    let unbounded = NaiveQuery { as_of: None, known_at: None, ..query.clone() };
    let again = |(track, whole): (String, Value)| {
        let ids: Vec<&str> = whole["evidence"].as_array().unwrap().iter().flat_map(Value::as_str).collect();
        let is_evidence = |e: &&Event| e.track.as_str() == track && ids.contains(&e.id.to_string().as_str());
        let evidence = Log(events.iter().filter(is_evidence).cloned().collect());
        let folded = fold(&evidence.0);
        let alone =
            [full_states(&folded, query), full_states(&folded, &unbounded), crate::naive::states(&evidence.0, query)];
        let alone = alone.map(|mut states| states.remove(&track).unwrap_or_default());
        ByEvidence { whole, evidence, alone }
    };
    full_states(&fold(events), query).into_iter().map(again).collect()
}

/// The oracle's query in the words of the fold.
pub(crate) fn asked(query: &NaiveQuery) -> Query {
    let by_kind = query.patience_by_kind.iter().map(|(kind, days)| (kind.parse().unwrap(), *days)).collect();
    Query {
        as_of: query.as_of,
        known_at: query.known_at,
        today: query.today,
        reading: match query.reading.clone() {
            NaiveReading::Prudent => Reading::Prudent,
            NaiveReading::Latest => Reading::Latest,
            NaiveReading::OnRecord => Reading::OnRecord,
            NaiveReading::Grade(floor) => Reading::Grade(floor),
            NaiveReading::Who(actor) => Reading::Who(actor),
            NaiveReading::Side(actor) => Reading::Side(actor),
        },
        patience: Patience { days: query.patience_days, by_kind },
    }
}

/// Tells where two answers differ, a line a key; nothing where they are the same.
pub(crate) fn difference(left: &States, right: &States) -> String {
    let tracks: BTreeSet<_> = left.keys().chain(right.keys()).collect();
    let differ = |track: &&&String| left.get(**track) != right.get(**track);
    tracks.iter().filter(differ).map(|track| track_difference(track, left.get(*track), right.get(*track))).collect()
}

fn track_difference(track: &str, left: Option<&Value>, right: Option<&Value>) -> String {
    let keys = |state: Option<&Value>| -> BTreeSet<String> {
        state.and_then(Value::as_object).map(|object| object.keys().cloned().collect()).unwrap_or_default()
    };
    let get = |state: Option<&Value>, key: &str| state.and_then(|s| s.get(key)).map_or("-".into(), Value::to_string);
    let all: BTreeSet<_> = keys(left).union(&keys(right)).cloned().collect();
    let lines = all.iter().map(|key| (key, get(left, key), get(right, key))).filter(|(_, l, r)| l != r);
    lines.map(|(key, l, r)| format!("\n  {track}: {key}: left {l}, right {r}")).collect()
}

/// Asserts, within a property, that two answers are the same.
macro_rules! prop_assert_same {
    ($left:expr, $right:expr, $($what:tt)+) => {{
        let difference = $crate::support::difference(&$left, &$right);
        proptest::prop_assert!(difference.is_empty(), "{}:{}", format_args!($($what)+), difference);
    }};
}
pub(crate) use prop_assert_same;
