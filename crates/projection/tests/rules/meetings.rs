//! §4: phases of meetings, what is next, what was held; and the proposals that are open.

use serde_json::json;

use crate::support::scenario::{given, on};
use crate::told::*;

#[test]
fn relocating_a_meeting_never_heard_of_proposes_it() {
    given([opened("2025-01-01"), relocated("2025-01-02", "us", "round-1", "Vienna")])
        .today("2025-02-01")
        .then(json!({ "status": "proposed", "since": "2025-01-02", "decided_by": 2, "said_by": ["us"], "next": null }));
}

#[test]
fn relocating_it_again_sets_no_phase() {
    given([
        opened("2025-01-01"),
        relocated("2025-01-02", "us", "round-1", "Vienna"),
        relocated("2025-01-03", "ru", "round-1", "Cairo"),
    ])
    .today("2025-02-01")
    .then(json!({
        "status": "proposed", "since": "2025-01-02", "decided_by": 2, "said_by": ["ru"], "silent": ["us"],
        "last_activity": "2025-01-03", "last_progress": "2025-01-01",
    }));
}

#[test]
fn a_meeting_was_never_heard_of_where_what_came_before_does_not_count() {
    given([
        opened("2025-01-01"),
        meeting("2025-01-02", "us", "cancelled", "round-1"),
        relocated("2025-01-03", "ru", "round-1", "Cairo"),
        denied("2025-01-04", "ru", &[2]),
    ])
    .today("2025-02-01")
    .then(json!({ "status": "proposed", "since": "2025-01-03", "decided_by": 3, "said_by": ["ru"] }));
}

#[test]
fn relocating_a_cancelled_meeting_leaves_it_cancelled() {
    given([
        opened("2025-01-01"),
        scheduled("2025-01-02", "us", "round-1", "2025-03-01"),
        meeting("2025-01-03", "us", "cancelled", "round-1"),
        relocated("2025-01-04", "ru", "round-1", "Vienna"),
    ])
    .today("2025-02-01")
    .then(json!({ "status": "cancelled", "since": "2025-01-03", "decided_by": 3, "next": null }));
}

#[test]
fn what_is_next_has_the_date_and_the_venue_last_given() {
    let round = json!({ "meeting": "round-1", "when": "2025-03-01", "venue": "Vienna" });
    given([
        opened("2025-01-01"),
        on("2025-01-02", "us", "meeting_scheduled", round),
        on("2025-01-03", "ru", "meeting_rescheduled", json!({ "meeting": "round-1", "when": "2025-04~" })),
    ])
    .today("2025-02-01")
    .then(json!({
        "status": "scheduled", "since": "2025-01-03", "decided_by": 3,
        "next": { "meeting": "round-1", "when": "2025-04~", "venue": "Vienna" },
    }));
}

#[test]
fn a_new_venue_of_a_scheduled_meeting_is_the_next_ones() {
    given([
        scheduled("2025-01-02", "us", "round-1", "2025-03-01"),
        relocated("2025-01-03", "ru", "round-1", "Cairo"),
        statement("2025-01-04", "ru"),
    ])
    .today("2025-02-01")
    .then(json!({
        "status": "scheduled", "decided_by": 1,
        "next": { "meeting": "round-1", "when": "2025-03-01", "venue": "Cairo" },
    }));
}

#[test]
fn a_venue_once_given_stays_no_matter_who_gave_it() {
    for what in ["meeting_proposed", "meeting_held"] {
        given([
            on("2025-01-02", "us", what, json!({ "meeting": "round-1", "venue": "Vienna" })),
            scheduled("2025-01-03", "us", "round-1", "2025-03-01"),
        ])
        .today("2025-02-01")
        .then(json!({
            "decided_by": 2, "next": { "meeting": "round-1", "when": "2025-03-01", "venue": "Vienna" },
        }));
    }
}

#[test]
fn the_next_meeting_is_the_earliest_then_the_shortest_then_the_first_by_name() {
    let month = || scheduled("2025-01-02", "us", "a", "2025-03");
    let until = || scheduled("2025-01-02", "us", "z", "2025-03-01/2025-03-02");
    let day = || scheduled("2025-01-02", "us", "y", "2025-03-01");
    let same_day = || scheduled("2025-01-03", "us", "x", "2025-03-01");
    let next = |slug: &str, when: &str| json!({ "next": { "meeting": slug, "when": when, "venue": null } });
    given([month(), until()]).today("2025-02-01").then(next("z", "2025-03-01/2025-03-02"));
    given([month(), until(), day()]).today("2025-02-01").then(next("y", "2025-03-01"));
    given([month(), until(), day(), same_day()]).today("2025-02-01").then(next("x", "2025-03-01"));
    // On 2 March the days are over; the interval has a day left.
    given([month(), until(), day(), same_day()])
        .today("2025-03-02T08:00:00Z")
        .then(next("z", "2025-03-01/2025-03-02"))
        .then(json!({ "status": "scheduled", "decided_by": 2 }));
}

#[test]
fn a_date_without_a_beginning_comes_first_and_one_without_an_end_last() {
    let open_end = scheduled("2025-01-02", "us", "a", "2025-03-01/..");
    let month = scheduled("2025-01-02", "us", "b", "2025-03");
    let no_beginning = scheduled("2025-01-02", "us", "c", "../2025-03");
    given([open_end.clone(), month.clone(), no_beginning])
        .today("2025-02-01")
        .then(json!({ "decided_by": 3, "next": { "meeting": "c", "when": "../2025-03", "venue": null } }));
    given([open_end, month])
        .today("2025-02-01")
        .then(json!({ "decided_by": 2 }))
        // A date without an end never passes.
        .today("9999")
        .then(json!({ "status": "scheduled", "decided_by": 1 }));
}

#[test]
fn an_expected_date_is_no_scheduled_one() {
    given([on("2025-01-02", "us", "meeting_proposed", json!({ "meeting": "round-1", "when": "2025-03-01" }))])
        .today("2025-02-01")
        .then(json!({ "status": "proposed", "decided_by": 1, "next": null }));
}

#[test]
fn a_postponed_meeting_is_not_next_even_where_it_is_said_until_when() {
    given([
        scheduled("2025-01-02", "us", "round-1", "2025-03-01"),
        on("2025-01-03", "us", "meeting_postponed", json!({ "meeting": "round-1", "until": "2025-05" })),
    ])
    .today("2025-02-01")
    .then(json!({ "status": "postponed", "since": "2025-01-03", "decided_by": 2, "next": null }));
}

#[test]
fn a_meeting_was_held_when_it_is_said_else_when_the_event_occurred() {
    let dated = json!({ "meeting": "round-1", "when": "2025-01-15/2025-01-16" });
    given([on("2025-01-20", "us", "meeting_held", dated)])
        .today("2025-02-01")
        .then(json!({ "meetings_held": 1, "last_held": "2025-01-15/2025-01-16", "since": "2025-01-20" }));
    given([scheduled("2025-01-02", "us", "round-1", "2025-01"), meeting("2025-01-20", "us", "held", "round-1")])
        .today("2025-02-01")
        .then(json!({ "meetings_held": 1, "last_held": "2025-01-20", "next": null }));
}

#[test]
fn the_last_held_is_the_latest_by_its_date_and_not_in_order() {
    let late_word = json!({ "meeting": "round-1", "when": "2024-12" });
    given([meeting("2025-01-10", "us", "held", "round-2"), on("2025-01-20", "us", "meeting_held", late_word)])
        .today("2025-02-01")
        .then(json!({ "meetings_held": 2, "last_held": "2025-01-10" }));
}

#[test]
fn of_those_held_from_the_same_day_the_one_that_may_have_lasted_longer_is_the_last() {
    given([
        meeting("2025-01", "us", "held", "a").recorded("2025-02-01"),
        meeting("2025-01-01", "us", "held", "b"),
        meeting("2025-01-01/..", "us", "held", "c"),
    ])
    .today("2025-02-01")
    .then(json!({ "meetings_held": 3, "last_held": "2025-01-01/.." }));
}

#[test]
fn a_meeting_held_and_then_cancelled_is_cancelled() {
    given([meeting("2025-01-10", "us", "held", "round-1"), meeting("2025-01-11", "us", "cancelled", "round-1")])
        .today("2025-02-01")
        .then(json!({ "status": "cancelled", "decided_by": 2, "meetings_held": 0, "last_held": null }));
}

#[test]
fn a_meeting_cancelled_and_then_held_was_held() {
    given([meeting("2025-01-10", "us", "cancelled", "round-1"), meeting("2025-01-11", "us", "held", "round-1")])
        .today("2025-02-01")
        .then(json!({ "status": "active", "decided_by": 2, "meetings_held": 1, "last_held": "2025-01-11" }));
}

#[test]
fn proposals_stay_open_until_an_answer_other_than_a_deferral() {
    given([
        proposal("2025-01-01", "us", "kept"),
        proposal("2025-01-01", "us", "deferred"),
        proposal("2025-01-01", "us", "countered"),
        proposal("2025-01-01", "us", "made-again"),
        answer("2025-01-02", "ru", "deferred", "deferred"),
        answer("2025-01-02", "ru", "countered", "countered"),
        answer("2025-01-02", "ru", "made-again", "rejected"),
        proposal("2025-01-03", "us", "made-again"),
        answer("2025-01-03", "ru", "never-made", "deferred"),
        answer("2025-01-04", "ru", "countered", "deferred"),
    ])
    .today("2025-02-01")
    .then(json!({ "open_proposals": ["deferred", "kept", "made-again"], "status": "proposed", "decided_by": 10 }));
}

#[test]
fn an_answer_that_does_not_count_closes_nothing() {
    given([
        proposal("2025-01-01", "us", "p"),
        answer("2025-01-02", "ru", "p", "rejected"),
        denied("2025-01-03", "ru/mfa", &[2]),
    ])
    .today("2025-02-01")
    .then(json!({ "open_proposals": ["p"], "status": "proposed", "decided_by": 1 }))
    .reading("latest")
    .then(json!({ "open_proposals": [], "status": "rejected", "decided_by": 2 }));
}
