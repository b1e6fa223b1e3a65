//! §4: the disputes over what a status rests on, whatever the reading.

use serde_json::json;

use crate::support::scenario::{given, on};
use crate::told::*;

#[test]
fn disputes_over_the_meeting_bear_on_it_and_no_others() {
    given([
        opened("2025-01-01"),
        meeting("2025-01-02", "press", "cancelled", "round-1"),
        meeting("2025-01-03", "us", "postponed", "round-2"),
        meeting("2025-01-04", "us", "proposed", "round-1"),
        denied("2025-01-05", "ru", &[1, 2, 3]),
    ])
    .today("2025-02-01")
    .then(json!({
        "status": "proposed", "decided_by": 4,
        "contested": [dispute(2, &[5], true, Some("rival"))],
        "disputes": [
            dispute(1, &[5], true, None),
            dispute(2, &[5], true, Some("rival")),
            dispute(3, &[5], true, None),
        ],
    }));
}

#[test]
fn claims_come_in_order_and_denials_by_id() {
    given([
        meeting("2025-01-03", "us", "proposed", "round-1"),
        meeting("2025-01-02", "press", "cancelled", "round-1").grade("A1"),
        denied("2025-01-06", "hu", &[1, 2]).grade("C3"),
        denied("2025-01-05", "ru", &[2]).grade("C1"),
    ])
    .today("2025-02-01")
    .then(json!({
        "status": "proposed", "decided_by": 1,
        "contested": [
            dispute(2, &[3, 4], false, Some("rival")),
            dispute(1, &[3], false, Some("supports")),
        ],
    }));
}

#[test]
fn dissent_is_shown_whatever_the_reading_and_weighed_as_the_prudent_one_does() {
    let told = given([
        meeting("2025-01-02", "us", "cancelled", "round-1"),
        denied("2025-01-03", "ru", &[1]),
        confirmed("2025-01-04", "hu", &[1]).grade("C3").attribution("media"),
    ]);
    let dispute = |set_aside| json!({ "contested": [dispute(1, &[2], set_aside, Some("supports"))] });
    let told = told.today("2025-02-01");
    let told = told.reading("latest").then(dispute(true));
    let told = told.reading("who:us").then(dispute(true));
    let told = told.reading("side:us").then(dispute(true));
    told.reading("grade:B2").then(json!({ "status": "open", "decided_by": 1 })).then(dispute(true));
    // A confirmation that the reading drops still counts in the weighing.
    given([
        meeting("2025-01-02", "us", "cancelled", "round-1"),
        denied("2025-01-03", "ru", &[1]),
        confirmed("2025-01-04", "hu", &[1]).grade("B1").attribution("media"),
    ])
    .today("2025-02-01")
    .reading("on-record")
    .then(json!({ "status": "open", "decided_by": 1 }))
    .then(dispute(false));
}

#[test]
fn a_claim_that_the_reading_drops_is_shown_too() {
    given([
        meeting("2025-01-02", "ru", "cancelled", "round-1"),
        meeting("2025-01-03", "us", "proposed", "round-1"),
        denied("2025-01-04", "us", &[1]).grade("C3"),
    ])
    .today("2025-02-01")
    .reading("who:us")
    .then(json!({
        "status": "proposed",
        "contested": [dispute(1, &[3], false, Some("rival"))],
    }));
}

#[test]
fn a_withdrawn_claim_is_no_matter_of_dispute() {
    given([
        meeting("2025-01-02", "us", "cancelled", "round-1"),
        meeting("2025-01-03", "us", "postponed", "round-1"),
        denied("2025-01-04", "ru", &[1]),
        withdrawn("2025-01-05", "us", &[1]),
    ])
    .today("2025-02-01")
    .then(json!({ "status": "postponed", "contested": [], "disputes": [] }));
}

#[test]
fn a_withdrawn_denial_is_no_dispute_whatever_the_reading() {
    let told = given([
        meeting("2025-01-02", "us", "cancelled", "round-1"),
        denied("2025-01-03", "ru", &[1]),
        denied("2025-01-04", "hu", &[1]).grade("D3"),
        withdrawn("2025-01-05", "ru", &[2, 3]),
    ]);
    let only_hu = json!({
        "status": "cancelled",
        "contested": [dispute(1, &[3], false, Some("supports"))],
    });
    told.today("2025-02-01").then(only_hu.clone()).reading("who:us").then(only_hu);
}

#[test]
fn a_retracted_denial_and_one_out_of_bounds_are_no_disputes() {
    let told = given([
        meeting("2025-01-02", "us", "cancelled", "round-1"),
        denied("2025-01-03", "ru", &[1]).grade("F6"),
        denied("2025-01-10", "hu", &[1]).grade("F6").recorded("2025-01-20"),
        retracted("2025-01-04", 2),
    ]);
    let told = told.today("2025-02-01");
    let told = told.then(json!({
        "contested": [dispute(1, &[3], false, Some("supports"))],
    }));
    let told = told.known_at("2025-01-19").then(json!({ "contested": [] }));
    told.known_at("2025-01-20").as_of("2025-01-09").then(json!({ "contested": [] }));
}

#[test]
fn denials_on_another_track_are_no_disputes() {
    given([meeting("2025-01-02", "us", "cancelled", "round-1"), denied("2025-01-03", "ru", &[1]).track("u")])
        .today("2025-02-01")
        .then(json!({ "status": "cancelled", "contested": [] }));
}

#[test]
fn a_source_that_denies_itself_makes_a_dispute() {
    given([meeting("2025-01-02", "us", "cancelled", "round-1"), denied("2025-01-03", "us", &[1]).grade("B3")])
        .today("2025-02-01")
        .then(json!({
            "status": "cancelled",
            "contested": [dispute(1, &[2], false, Some("supports"))],
        }));
}

#[test]
fn a_denied_denial_is_no_dispute_over_the_meeting() {
    given([
        meeting("2025-01-02", "us", "cancelled", "round-1"),
        denied("2025-01-03", "ru", &[1]).grade("F6"),
        denied("2025-01-04", "us", &[2]),
    ])
    .today("2025-02-01")
    .then(json!({
        "contested": [dispute(1, &[2], false, Some("supports"))],
        "disputes": [
            dispute(1, &[2], false, Some("supports")),
            dispute(2, &[3], false, None),
        ],
    }));
}

#[test]
fn where_there_is_no_meeting_the_claims_of_the_run_are_looked_at() {
    given([
        opened("2025-01-01"),
        stalled("2025-01-02", "us"),
        stalled("2025-01-03", "ru"),
        denied("2025-01-04", "hu", &[1, 2, 3]).grade("F6"),
    ])
    .today("2025-02-01")
    .then(json!({
        "status": "stalled", "decided_by": 2, "said_by": ["ru", "us"],
        "contested": [
            dispute(2, &[4], false, Some("supports")),
            dispute(3, &[4], false, Some("supports")),
        ],
    }));
}

#[test]
fn an_issue_raised_again_rests_on_the_last_word() {
    given([
        opened("2025-01-01"),
        raised("2025-01-02", "us", "visas"),
        raised("2025-01-03", "ru", "visas"),
        denied("2025-01-04", "hu", &[2]).grade("F6"),
    ])
    .today("2025-02-01")
    .then(json!({ "status": "active", "decided_by": 3, "contested": [] }));
}

#[test]
fn a_denied_statement_about_the_meeting_bears_on_it_unless_it_is_older() {
    let about = |occurred| on(occurred, "ru", "statement_made", json!({ "summary": "…", "about": "round-1" }));
    given([
        opened("2025-01-01"),
        about("2025-01-01"),
        meeting("2025-01-02", "us", "proposed", "round-1"),
        about("2025-01-03"),
        denied("2025-01-04", "ru", &[2, 4]).grade("F6"),
    ])
    .today("2025-02-01")
    .then(json!({
        "status": "proposed", "decided_by": 3,
        "contested": [dispute(4, &[5], false, Some("supports"))],
    }));
}

#[test]
fn of_a_proposal_only_the_claims_of_the_run_bear() {
    given([
        opened("2025-01-01"),
        proposal("2025-01-02", "us", "swap"),
        meeting("2025-01-02", "us", "proposed", "swap"),
        answer("2025-01-03", "ru", "swap", "rejected"),
        denied("2025-01-04", "hu", &[2, 3, 4]).grade("F6"),
    ])
    .today("2025-02-01")
    .then(json!({
        "status": "rejected", "decided_by": 4,
        "contested": [dispute(4, &[5], false, Some("supports"))],
    }));
}

#[test]
fn what_would_decide_if_no_denial_were_weighed_is_decisive() {
    given([
        opened("2024-12-31"),
        agreement("2025-01-01", "us", "treaty"),
        on("2025-01-02", "ru", "agreement_ended", json!({ "agreement": "treaty", "how": "suspended" })),
        denied("2025-01-04", "us", &[3]),
    ])
    .today("2025-02-01")
    .then(json!({
        "status": "active", "decided_by": 2, "said_by": ["us"], "otherwise": ["ru"], "silent": [],
        "contested": [dispute(3, &[4], true, Some("decisive"))],
    }));
}

#[test]
fn a_stall_by_silence_is_contested_where_its_last_sign_is() {
    given([
        opened("2025-01-01"),
        meeting("2025-01-02", "us", "held", "round-1"),
        denied("2025-01-03", "ru", &[2]).grade("F6"),
    ])
    .today("2025-12-31")
    .then(json!({
        "status": "stalled", "decided_by": 2, "said_by": [], "otherwise": [], "silent": [],
        "contested": [dispute(2, &[3], false, Some("supports"))],
    }));
}

#[test]
fn a_denied_claim_about_claims_is_disputed_and_never_set_aside() {
    given([confirmed("2025-01-01", "us", &[99]).grade(""), denied("2025-01-02", "ru", &[1]).grade("A1")])
        .today("2025-02-01")
        .then(json!({
            "status": "open", "decided_by": 1, "events": 2,
            "contested": [dispute(1, &[2], false, Some("supports"))],
        }));
}
