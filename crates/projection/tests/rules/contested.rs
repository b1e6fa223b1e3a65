//! §4: the disputes over what a status rests on, whatever the reading.

use serde_json::json;

use crate::support::scenario::{given, on};
use crate::told::*;

#[test]
fn disputes_over_the_same_meeting_are_shown_and_no_others() {
    given([
        opened("2025-01-01"),
        meeting("2025-01-02", "us", "cancelled", "round-1"),
        meeting("2025-01-03", "us", "held", "round-2"),
        meeting("2025-01-04", "us", "proposed", "round-1"),
        denied("2025-01-05", "ru", &[1, 2, 3]),
    ])
    .today("2025-02-01")
    .then(json!({
        "status": "proposed", "decided_by": 4, "contested": [{ "claim": 2, "denied_by": [5], "set_aside": true }],
    }));
}

#[test]
fn claims_come_in_order_and_denials_by_id() {
    given([
        meeting("2025-01-03", "us", "proposed", "round-1"),
        meeting("2025-01-02", "us", "cancelled", "round-1").grade("A1"),
        denied("2025-01-06", "hu", &[1, 2]).grade("C3"),
        denied("2025-01-05", "ru", &[2]).grade("C1"),
    ])
    .today("2025-02-01")
    .then(json!({
        "status": "proposed", "decided_by": 1,
        "contested": [
            { "claim": 2, "denied_by": [3, 4], "set_aside": false },
            { "claim": 1, "denied_by": [3], "set_aside": false },
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
    let dispute = |set_aside| json!({ "contested": [{ "claim": 1, "denied_by": [2], "set_aside": set_aside }] });
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
        meeting("2025-01-03", "us", "postponed", "round-1"),
        denied("2025-01-04", "us", &[1]).grade("C3"),
    ])
    .today("2025-02-01")
    .reading("who:us")
    .then(json!({ "status": "postponed", "contested": [{ "claim": 1, "denied_by": [3], "set_aside": false }] }));
}

#[test]
fn a_withdrawn_claim_stays_disputed() {
    given([
        meeting("2025-01-02", "us", "cancelled", "round-1"),
        meeting("2025-01-03", "us", "postponed", "round-1"),
        denied("2025-01-04", "ru", &[1]),
        withdrawn("2025-01-05", "us", &[1]),
    ])
    .today("2025-02-01")
    .then(json!({ "status": "postponed", "contested": [{ "claim": 1, "denied_by": [3], "set_aside": true }] }));
}

#[test]
fn a_withdrawn_denial_is_no_dispute_whatever_the_reading() {
    let told = given([
        meeting("2025-01-02", "us", "cancelled", "round-1"),
        denied("2025-01-03", "ru", &[1]),
        denied("2025-01-04", "hu", &[1]).grade("D3"),
        withdrawn("2025-01-05", "ru", &[2, 3]),
    ]);
    let only_hu = json!({ "status": "cancelled", "contested": [{ "claim": 1, "denied_by": [3], "set_aside": false }] });
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
    let told = told.then(json!({ "contested": [{ "claim": 1, "denied_by": [3], "set_aside": false }] }));
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
        .then(json!({ "status": "cancelled", "contested": [{ "claim": 1, "denied_by": [2], "set_aside": false }] }));
}

#[test]
fn a_denied_denial_is_no_dispute_over_the_meeting() {
    given([
        meeting("2025-01-02", "us", "cancelled", "round-1"),
        denied("2025-01-03", "ru", &[1]).grade("F6"),
        denied("2025-01-04", "us", &[2]),
    ])
    .today("2025-02-01")
    .then(json!({ "contested": [{ "claim": 1, "denied_by": [2], "set_aside": false }] }));
}

#[test]
fn where_there_is_no_subject_only_the_deciding_event_is_looked_at() {
    given([
        opened("2025-01-01"),
        stalled("2025-01-02", "us"),
        stalled("2025-01-03", "ru"),
        denied("2025-01-04", "hu", &[1, 2, 3]).grade("F6"),
    ])
    .today("2025-02-01")
    .then(json!({
        "status": "stalled", "decided_by": 3, "said_by": ["ru", "us"],
        "contested": [{ "claim": 3, "denied_by": [4], "set_aside": false }],
    }));
}

#[test]
fn issues_are_no_subject() {
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
fn what_a_statement_is_about_is_no_subject() {
    given([
        opened("2025-01-01"),
        meeting("2025-01-02", "us", "proposed", "round-1"),
        on("2025-01-03", "ru", "statement_made", json!({ "summary": "…", "about": "round-1" })),
        denied("2025-01-04", "ru", &[3]).grade("F6"),
    ])
    .today("2025-02-01")
    .then(json!({ "status": "proposed", "decided_by": 2, "contested": [] }));
}

#[test]
fn a_proposal_and_its_answers_are_one_subject() {
    given([
        opened("2025-01-01"),
        proposal("2025-01-02", "us", "swap"),
        meeting("2025-01-02", "us", "proposed", "swap"),
        answer("2025-01-03", "ru", "swap", "rejected"),
        denied("2025-01-04", "hu", &[2, 3]).grade("F6"),
    ])
    .today("2025-02-01")
    .then(json!({
        "status": "rejected", "decided_by": 4, "contested": [{ "claim": 2, "denied_by": [5], "set_aside": false }],
    }));
}

#[test]
fn an_agreement_and_its_end_are_one_subject() {
    given([
        agreement("2025-01-01", "us", "treaty"),
        on("2025-01-02", "ru", "agreement_ended", json!({ "agreement": "treaty", "how": "suspended" })),
        denied("2025-01-04", "us", &[2]),
    ])
    .today("2025-02-01")
    .then(json!({
        "status": "active", "decided_by": 1, "contested": [{ "claim": 2, "denied_by": [3], "set_aside": true }],
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
        "status": "stalled", "decided_by": 2, "said_by": [], "silent": [],
        "contested": [{ "claim": 2, "denied_by": [3], "set_aside": false }],
    }));
}

#[test]
fn a_denied_claim_about_claims_is_disputed_and_never_set_aside() {
    given([confirmed("2025-01-01", "us", &[99]).grade(""), denied("2025-01-02", "ru", &[1]).grade("A1")])
        .today("2025-02-01")
        .then(json!({
            "status": "open", "decided_by": 1, "events": 2,
            "contested": [{ "claim": 1, "denied_by": [2], "set_aside": false }],
        }));
}
