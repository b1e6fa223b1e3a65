//! The changes of status that events bring as they come: all of them, and no others.

// Tests may panic, and say what they found; clippy sees test functions only, not what they call.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::wildcard_enum_match_arm)]
// Examples read best with their JSON in place.
#![allow(clippy::needless_pass_by_value, clippy::wrong_self_convention)]
#![allow(dead_code, unused_imports, unused_macros, reason = "the modules are shared with the other tests")]

mod naive;
mod support;

use std::collections::BTreeMap;

use demarche_core::{Event, codec};
use demarche_projection::{Fold, Query, Status, StatusChange, Watch};
use proptest::prelude::*;
use serde_json::json;

use support::asked;
use support::generate::{log, order, question, reordered};

/// An event on a track, recorded at noon of a day, on which it also occurred.
fn event(number: u64, day: &str, track: &str, kind: &str, data: serde_json::Value) -> Event {
    let line = json!({
        "id": id(number), "v": 1, "type": kind, "track": track, "occurred": day,
        "recorded": format!("{day}T12:00:00Z"),
        "source": { "who": "us/state", "attribution": "on_record", "grade": "B2" }, "data": data,
    });
    codec::decode(line.to_string().as_bytes()).unwrap()
}

fn id(number: u64) -> String {
    format!("01940000-0000-7000-8000-{number:012}")
}

/// What a watch tells of an event, in short: `track: from → to`.
fn told(watch: &mut Watch, event: Event) -> Vec<String> {
    let word = |status: Option<Status>| status.map_or("nothing", Status::as_str);
    let short = |change: &StatusChange| {
        format!("{}: {} → {}", change.track, word(change.from_status()), word(change.to_status()))
    };
    watch.apply(event).unwrap().iter().map(short).collect()
}

#[test]
fn an_event_on_one_track_tells_what_the_time_did_to_the_others() {
    let mut watch = Watch::new(Fold::new(), Query::default()).unwrap();
    let issue = || json!({ "issue": "i" });
    let scheduled = json!({ "meeting": "m", "when": "2025-05" });
    assert_eq!(told(&mut watch, event(1, "2025-01-01", "a", "issue_raised", issue())), ["a: nothing → active"]);
    assert_eq!(
        told(&mut watch, event(2, "2025-03-30", "b", "meeting_scheduled", scheduled)),
        ["b: nothing → scheduled"]
    );
    // Ninety days after the first of January the first track is silent; the last of them is not over at its last hour.
    assert_eq!(told(&mut watch, event(3, "2025-04-01", "c", "issue_raised", issue())), ["c: nothing → active"]);
    assert_eq!(told(&mut watch, event(4, "2025-04-02", "c", "issue_raised", issue())), ["a: active → stalled"]);
    assert_eq!(told(&mut watch, event(4, "2025-04-02", "c", "issue_raised", issue())), Vec::<String>::new());
    assert_eq!(
        told(&mut watch, event(5, "2025-06-01", "a", "issue_raised", issue())),
        ["b: scheduled → overdue", "a: stalled → active"]
    );
    // Both have been silent, the one for longer than the other.
    assert_eq!(
        told(&mut watch, event(6, "2026-01-01", "d", "issue_raised", issue())),
        ["b: overdue → stalled", "c: active → stalled", "a: active → stalled", "d: nothing → active"]
    );
    let retracted = json!({ "event": id(6), "reason": "a mistake" });
    assert_eq!(told(&mut watch, event(7, "2026-01-02", "d", "event_retracted", retracted)), ["d: active → nothing"]);
    // Late news brings on no day.
    assert_eq!(told(&mut watch, event(8, "2025-12-30", "c", "issue_raised", issue())), ["c: stalled → active"]);
    assert!(watch.apply(event(8, "2025-12-31", "c", "issue_raised", issue())).is_err());
}

#[test]
fn a_change_says_by_which_event_it_came() {
    let mut watch = Watch::new(Fold::new(), Query::default()).unwrap();
    told(&mut watch, event(1, "2025-01-01", "a", "issue_raised", json!({ "issue": "i" })));
    let changes = watch.apply(event(2, "2025-06-01", "b", "issue_raised", json!({ "issue": "i" }))).unwrap();
    assert_eq!(
        serde_json::to_value(changes[0].view()).unwrap(),
        json!({
            "track": "a",
            "from": { "status": "active", "since": "2025-01-01", "decided_by": id(1) },
            "to": { "status": "stalled", "since": "2025-04-01", "decided_by": id(1) },
            "by": id(2),
        })
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_change_of_every_track_is_told_and_nothing_else(
        log in log(),
        order in order(),
        question in question(),
        is_open in any::<bool>(),
        first in 0_usize..8,
    ) {
        // Where no day is asked for, each record may bring it on.
        let asked = asked(&question.to(&log));
        let open = Query { as_of: None, known_at: None, today: None, ..asked.clone() };
        let query = if is_open { open } else { asked };
        let events = reordered(&log, &order).0;
        let statuses = |fold: &Fold| -> BTreeMap<String, Status> {
            fold.states(&query).unwrap().iter().map(|state| (state.track.to_string(), state.status)).collect()
        };
        let (there, coming) = events.split_at(first.min(events.len()));
        let mut fold = support::fold(there);
        let mut watch = Watch::new(fold.clone(), query.clone()).unwrap();
        for event in coming {
            let before = statuses(&fold);
            fold.apply(event.clone()).unwrap();
            let after = statuses(&fold);
            let mut expected: BTreeMap<String, (Option<Status>, Option<Status>)> = BTreeMap::new();
            for track in before.keys().chain(after.keys()) {
                let change = (before.get(track).copied(), after.get(track).copied());
                if change.0 != change.1 {
                    expected.insert(track.clone(), change);
                }
            }
            let changes = watch.apply(event.clone()).unwrap();
            let told: Vec<_> = changes
                .iter()
                .map(|change| (change.track.to_string(), (change.from_status(), change.to_status())))
                .collect();
            prop_assert_eq!(told.len(), expected.len(), "each once: {:?}", told);
            prop_assert_eq!(BTreeMap::from_iter(told), expected);
        }
    }
}
