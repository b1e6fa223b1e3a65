//! §4: a refusal stands until the party that declined, or somebody who is no party, says otherwise.

use serde_json::json;

use crate::support::scenario::{Scenario, Told, given, on};
use crate::told::*;

/// `us` schedules a round, `ru` declines, and then somebody says something.
fn declined_by_ru(then: impl IntoIterator<Item = Told>) -> Scenario {
    let told = [
        opened("2025-01-01"),
        scheduled("2025-01-02", "us", "round-1", "2025-03"),
        declined("2025-01-03", "ru", "round-1"),
    ];
    given(told.into_iter().chain(then)).today("2025-02-01")
}

#[test]
fn a_meeting_declined_is_rejected() {
    declined_by_ru([]).then(json!({
        "status": "rejected", "since": "2025-01-03", "decided_by": 3, "said_by": ["ru"], "silent": ["us"], "next": null,
    }));
}

#[test]
fn another_party_cannot_undo_a_refusal() {
    for insisting in [
        meeting("2025-01-04", "us", "proposed", "round-1"),
        scheduled("2025-01-04", "us/state", "round-1", "2025-03-10"),
        on("2025-01-04", "us", "meeting_rescheduled", json!({ "meeting": "round-1", "when": "2025-03" })),
    ] {
        declined_by_ru([insisting]).then(json!({ "status": "rejected", "since": "2025-01-03", "decided_by": 3 }));
    }
}

#[test]
fn another_day_is_another_invitation() {
    declined_by_ru([scheduled("2025-01-04", "us", "round-1", "2025-04")])
        .then(json!({ "status": "scheduled", "since": "2025-01-04", "decided_by": 4 }));
    declined_by_ru([expected("2025-01-04", "us", "round-1", "2025-04")])
        .then(json!({ "status": "proposed", "since": "2025-01-04", "decided_by": 4 }));
}

#[test]
fn the_decliner_or_an_outsider_can_revive_the_meeting() {
    for who in ["ru/mfa", "press"] {
        declined_by_ru([scheduled("2025-01-04", who, "round-1", "2025-03")])
            .then(json!({ "status": "scheduled", "since": "2025-01-04", "decided_by": 4 }));
        declined_by_ru([meeting("2025-01-04", who, "proposed", "round-1")])
            .then(json!({ "status": "proposed", "since": "2025-01-04", "decided_by": 4 }));
    }
}

#[test]
fn by_says_which_party_declined_and_who_says_whose_word_it_is() {
    let told = on("2025-01-03", "press", "meeting_declined", json!({ "meeting": "round-1", "by": "ru" }));
    let told = [opened("2025-01-01"), scheduled("2025-01-02", "us", "round-1", "2025-03"), told];
    given(told.clone())
        .today("2025-02-01")
        .then(json!({ "status": "rejected", "said_by": [], "silent": ["ru", "us"] }));
    given(told.clone().into_iter().chain([scheduled("2025-01-04", "us", "round-1", "2025-03")]))
        .today("2025-02-01")
        .then(json!({ "status": "rejected", "decided_by": 3 }));
    given(told.into_iter().chain([scheduled("2025-01-04", "ru", "round-1", "2025-03")]))
        .today("2025-02-01")
        .then(json!({ "status": "scheduled", "decided_by": 4 }));
}

#[test]
fn what_is_neither_a_proposal_nor_a_date_is_not_held_up_by_a_refusal() {
    for (what, status) in [("postponed", "postponed"), ("cancelled", "cancelled"), ("held", "active")] {
        declined_by_ru([meeting("2025-01-04", "us", what, "round-1")])
            .then(json!({ "status": status, "decided_by": 4 }));
    }
}

#[test]
fn a_meeting_held_cannot_be_declined_any_more() {
    given([meeting("2025-01-02", "us", "held", "round-1"), declined("2025-01-03", "ru", "round-1")])
        .today("2025-02-01")
        .then(json!({ "status": "active", "decided_by": 1, "meetings_held": 1 }));
}

#[test]
fn an_old_refusal_is_an_objection_where_somebody_else_revives_the_meeting() {
    declined_by_ru([scheduled("2025-01-04", "press", "round-1", "2025-03")]).then(json!({
        "status": "scheduled", "said_by": ["us"], "otherwise": ["ru"], "silent": [],
        "contested": [dispute(3, &[], false, Some("objection"))],
    }));
}

#[test]
fn who_speaks_beneath_the_decliner_can_revive_a_meeting() {
    given([
        on(
            "2025-01-01",
            "us",
            "track_opened",
            json!({ "title": "T", "kind": "contacts", "parties": ["ru/mfa", "us"] }),
        ),
        on("2025-01-02", "ru", "meeting_declined", json!({ "meeting": "m", "by": "ru" })),
        on("2025-01-03", "ru/mfa", "meeting_scheduled", json!({ "meeting": "m", "when": "2025-03" })),
    ])
    .today("2025-02-01")
    .then(json!({ "status": "scheduled" }));
}
