//! §2 and §3.1: the order of events, the two times, `today`; and the set of events that a log is.

use serde_json::json;

use crate::support::scenario::{given, on};
use crate::told::*;

#[test]
fn events_are_ordered_by_the_first_instant_at_which_they_can_have_occurred() {
    // "2025" can be as early as 1 January, however late it was recorded.
    given([
        scheduled("2025-01-02", "us", "round-1", "2026"),
        meeting("2025", "us", "cancelled", "round-1").recorded("2025-10-23"),
    ])
    .today("2025-10-24")
    .then(json!({ "status": "scheduled", "decided_by": 1, "last_activity": "2025-01-02" }));
}

#[test]
fn an_offset_may_put_an_event_into_the_day_before() {
    given([
        meeting("2025-01-02", "us", "proposed", "round-1"),
        meeting("2025-01-02T01:00:00+03:00", "us", "cancelled", "round-1"),
    ])
    .today("2025-02-01")
    .then(json!({ "status": "proposed", "since": "2025-01-02", "decided_by": 1 }));
}

#[test]
fn of_events_that_may_begin_together_the_first_recorded_is_first() {
    given([
        meeting("2025-01-01T00:00:00Z", "us", "postponed", "round-1").recorded("2025-01-02T08:00:00.000001Z"),
        meeting("2025-01", "us", "proposed", "round-1").recorded("2025-01-02T08:00:00Z"),
    ])
    .today("2025-02-01")
    .then(json!({ "status": "postponed", "decided_by": 1 }));
}

#[test]
fn of_events_recorded_at_once_the_id_decides() {
    given([meeting("2025-01-02", "us", "cancelled", "round-1"), meeting("2025-01-02", "us", "postponed", "round-1")])
        .today("2025-02-01")
        .then(json!({ "status": "postponed", "decided_by": 2 }));
}

#[test]
fn the_order_of_lines_and_repeated_lines_say_nothing() {
    let late = scheduled("2025-01-03", "us", "round-1", "2025-03-01");
    let early = meeting("2025-01-02", "us", "cancelled", "round-1");
    given([late, opened("2025-01-01"), early])
        .told_twice()
        .today("2025-02-01")
        .then(json!({ "status": "scheduled", "decided_by": 1, "events": 3, "sources": 2 }));
}

#[test]
fn as_of_keeps_what_can_have_occurred_by_then() {
    let told = [opened("2025-01-01"), meeting("2025-01-31", "us", "held", "round-1"), raised("2025-02", "us", "visas")];
    let given = given(told).today("2025-03-01");
    let given = given.as_of("2025-01-30").then(json!({ "status": "open", "events": 1 }));
    let given = given.as_of("2025-01-31T00:00:00Z").then(json!({ "status": "active", "events": 2 }));
    let given = given.as_of("2025-01-31").then(json!({ "events": 2 }));
    given.as_of("2025-02-01T00:00:00Z").then(json!({ "events": 3 }));
}

#[test]
fn known_at_keeps_what_was_recorded_by_then() {
    let held = meeting("2025-01-05", "us", "held", "round-1").recorded("2025-02-10T08:00:00Z");
    let given = given([opened("2025-01-01"), held]).today("2025-03-01");
    let given = given.known_at("2025-02-10T07:59:59Z").then(json!({ "status": "open", "events": 1 }));
    let given = given.known_at("2025-02-10T08:00:00Z").then(json!({ "status": "active", "events": 2 }));
    given.known_at("2024").then_nothing();
}

#[test]
fn as_of_and_known_at_are_asked_together() {
    let held = meeting("2025-01-05", "us", "held", "round-1").recorded("2025-02-10");
    let given = given([opened("2025-01-01"), held]).today("2025-03-01");
    let given = given.as_of("2025-01-05").known_at("2025-02-09").then(json!({ "status": "open" }));
    let given = given.as_of("2025-01-04").known_at("2025-02-10").then(json!({ "status": "open" }));
    given.as_of("2025-01-05").known_at("2025-02-10").then(json!({ "status": "active" }));
}

#[test]
fn today_is_as_of_else_known_at_else_the_last_recorded() {
    // The last line of the log is on another track, and still dates it.
    let elsewhere = statement("2025-01-01", "us").track("u").recorded("2025-12-01");
    let given = given([opened("2025-01-01"), elsewhere]);
    let given = given.then(json!({ "status": "stalled", "since": "2025-04-01" }));
    let given = given.known_at("2025-03-01").then(json!({ "status": "open" }));
    let given = given.known_at("2025-04-02").then(json!({ "status": "stalled" }));
    let given = given.as_of("2025-03-01").then(json!({ "status": "open" }));
    let given = given.as_of("2025-04-02").known_at("2025-03-01").then(json!({ "status": "stalled" }));
    given.today("2025-03-31").then(json!({ "status": "open" }));
}

#[test]
fn the_last_recorded_is_not_the_last_in_order() {
    given([raised("2025-01-01", "us", "visas").recorded("2025-08-01"), meeting("2025-05-01", "us", "held", "round-2")])
        .then(json!({ "status": "stalled", "since": "2025-07-30", "decided_by": 2 }))
        .today("2025-07-01")
        .then(json!({ "status": "active" }));
}

#[test]
fn today_bounds_nothing() {
    given([opened("2025-01-01"), meeting("2025-06-01", "us", "held", "round-1")])
        .today("2025-01-02")
        .then(json!({ "status": "active", "events": 2 }));
}

#[test]
fn titles_follow_the_bounds_too() {
    let renamed =
        on("2025-02-01", "us", "track_opened", json!({ "title": "Summit", "kind": "summit", "parties": ["us"] }));
    let given = given([opened("2025-01-01"), renamed]).today("2025-03-01");
    let given = given.then(json!({ "title": "Summit", "kind": "summit", "parties": ["us"], "decided_by": 2 }));
    given.as_of("2025-01-31").then(json!({ "title": "Talks", "kind": "consultations", "parties": ["us", "ru"] }));
}
