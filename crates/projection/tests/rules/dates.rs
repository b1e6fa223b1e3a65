//! §4: whose date a meeting has, and where the run of a phase begins anew.

use serde_json::json;

use crate::support::scenario::{Scenario, Told, given, on};
use crate::told::*;

fn rounds(told: impl IntoIterator<Item = Told>) -> Scenario {
    given([opened("2025-01-01")].into_iter().chain(told)).today("2025-02-01")
}

fn next(when: &str) -> serde_json::Value {
    json!({ "next": { "meeting": "round-1", "when": when, "venue": null } })
}

#[test]
fn the_run_goes_on_where_the_dates_have_a_day_in_common() {
    rounds([
        scheduled("2025-01-02", "us", "round-1", "2025-03"),
        scheduled("2025-01-03", "us", "round-1", "2025-03-31/2025-04-02").grade("A1"),
        scheduled("2025-01-04", "us", "round-1", "2025-04-02").grade("A1"),
    ])
    .then(json!({ "status": "scheduled", "since": "2025-01-02", "decided_by": 3 }))
    .then(next("2025-04-02"));
}

#[test]
fn the_run_begins_anew_where_the_date_becomes_another_one() {
    rounds([
        scheduled("2025-01-02", "us", "round-1", "2025-03").grade("A1"),
        scheduled("2025-01-03", "us", "round-1", "2025-04"),
    ])
    .then(json!({ "status": "scheduled", "since": "2025-01-03", "decided_by": 3 }));
}

#[test]
fn days_are_those_of_utc() {
    let evening = || scheduled("2025-01-02", "us", "round-1", "2025-03-05T22:00:00-05:00");
    rounds([evening(), scheduled("2025-01-03", "us", "round-1", "2025-03-06T01:00:00Z")])
        .then(json!({ "since": "2025-01-02", "decided_by": 2 }));
    rounds([evening(), scheduled("2025-01-03", "us", "round-1", "2025-03-05")])
        .then(json!({ "since": "2025-01-03", "decided_by": 3 }));
}

#[test]
fn what_moves_nothing_breaks_no_run() {
    rounds([
        scheduled("2025-01-02", "us", "round-1", "2025-03"),
        meeting("2025-01-03", "ru", "proposed", "round-1"),
        relocated("2025-01-04", "ru", "round-1", "Vienna"),
        scheduled("2025-01-05", "ru", "round-1", "2025-03"),
    ])
    .then(json!({ "status": "scheduled", "since": "2025-01-02", "decided_by": 2, "said_by": ["ru", "us"] }));
}

#[test]
fn a_proposal_undoes_no_date_and_a_postponement_only_with_a_new_one() {
    rounds([scheduled("2025-01-02", "us", "round-1", "2025-03"), expected("2025-01-03", "ru", "round-1", "2025-04")])
        .then(json!({ "status": "scheduled", "decided_by": 2 }));
    let postponed = || meeting("2025-01-02", "us", "postponed", "round-1");
    rounds([postponed(), on("2025-01-03", "us", "meeting_proposed", json!({ "meeting": "round-1", "venue": "Oslo" }))])
        .then(json!({ "status": "postponed", "decided_by": 2 }));
    rounds([postponed(), expected("2025-01-03", "us", "round-1", "2025-04")])
        .then(json!({ "status": "proposed", "decided_by": 3 }));
    rounds([meeting("2025-01-02", "us", "held", "round-1"), expected("2025-01-03", "us", "round-1", "2025-04")])
        .then(json!({ "status": "active", "decided_by": 2, "meetings_held": 1 }));
}

#[test]
fn the_days_of_a_visit_do_not_widen_the_day_of_the_talks() {
    let day = || scheduled("2025-01-02", "us", "round-1", "2025-03-05");
    let visit = |who| scheduled("2025-01-03", who, "round-1", "2025-03-04/2025-03-06");
    rounds([day(), visit("ru")]).then(next("2025-03-05")).then(json!({ "since": "2025-01-02" }));
    // The same party may correct itself, and a doubtful day gives way.
    rounds([day(), visit("us/state")]).then(next("2025-03-04/2025-03-06"));
    rounds([scheduled("2025-01-02", "us", "round-1", "2025-03-05?"), visit("ru")]).then(next("2025-03-04/2025-03-06"));
    // What overlaps it is no wider, and a new date for a meeting that was off is new.
    rounds([day(), scheduled("2025-01-03", "ru", "round-1", "2025-03-05/2025-03-06")]).then(next("2025-03-05"));
    rounds([scheduled("2025-01-02", "us", "round-1", "2025-03-04/2025-03-05"), visit("ru")])
        .then(next("2025-03-04/2025-03-05"));
    rounds([scheduled("2025-01-02", "us", "round-1", "2025-03-03/2025-03-05"), visit("ru")])
        .then(next("2025-03-04/2025-03-06"));
    rounds([day(), meeting("2025-01-02", "us", "cancelled", "round-1"), visit("ru")])
        .then(next("2025-03-04/2025-03-06"));
    // A day that was expected stands in a wider date that is announced.
    rounds([expected("2025-01-02", "us", "round-1", "2025-03-05"), visit("ru")])
        .then(next("2025-03-05"))
        .then(json!({ "status": "scheduled", "since": "2025-01-03" }));
}

#[test]
fn a_meeting_wanted_again_has_no_date() {
    let off =
        || [scheduled("2025-01-02", "us", "round-1", "2025-03"), meeting("2025-01-03", "us", "cancelled", "round-1")];
    let wanted = meeting("2025-01-04", "us", "proposed", "round-1");
    // A word with a date would not fit a meeting that had another one.
    rounds(off().into_iter().chain([wanted, expected("2025-01-05", "ru", "round-1", "2025-06")]))
        .then(json!({ "status": "proposed", "since": "2025-01-04", "decided_by": 4, "said_by": ["ru"] }));
}

#[test]
fn a_next_round_that_is_wanted_leaves_talks_just_held_active() {
    let held = || meeting("2025-01-02", "us", "held", "round-1");
    let wanted = || meeting("2025-01-05", "us", "proposed", "round-2");
    rounds([held(), agreement("2025-01-03", "us", "treaty"), wanted()])
        .then(json!({ "status": "active", "decided_by": 3 }));
    rounds([held(), wanted()]).then(json!({ "status": "active", "decided_by": 2 }));
    rounds([held(), proposal("2025-01-03", "us", "swap"), wanted()])
        .then(json!({ "status": "proposed", "decided_by": 4 }));
    rounds([held(), expected("2025-01-05", "us", "round-2", "2025-04")])
        .then(json!({ "status": "proposed", "decided_by": 3 }));
}
