//! §4: who says otherwise, and why that bears on the status.

use serde_json::json;

use crate::support::scenario::{Scenario, Told, given, on};
use crate::told::*;

/// `us` schedules a round for March at Vienna, and then somebody says something.
fn scheduled_by_us(then: impl IntoIterator<Item = Told>) -> Scenario {
    let round = json!({ "meeting": "round-1", "when": "2025-03", "venue": "Vienna" });
    let told = [opened("2025-01-01"), on("2025-01-02", "us", "meeting_scheduled", round)];
    given(told.into_iter().chain(then)).today("2025-02-01")
}

fn objection(claim: u64, otherwise: &[&str]) -> serde_json::Value {
    json!({
        "status": "scheduled", "otherwise": otherwise,
        "contested": [{ "claim": claim, "denied_by": [], "set_aside": false, "because": "objection" }],
    })
}

fn none() -> serde_json::Value {
    json!({ "status": "scheduled", "otherwise": [], "contested": [] })
}

#[test]
fn who_denies_what_the_state_says_says_otherwise() {
    scheduled_by_us([denied("2025-01-03", "ru", &[2]).grade("C3")]).then(json!({
        "status": "scheduled", "said_by": ["us"], "otherwise": ["ru"], "silent": [],
        "contested": [dispute(2, &[3], false, Some("supports"))],
    }));
}

#[test]
fn whose_claim_is_a_rival_says_otherwise_until_it_says_something_different() {
    let cancelled = || [meeting("2025-01-03", "ru", "cancelled", "round-1"), denied("2025-01-04", "us", &[3])];
    scheduled_by_us(cancelled()).then(json!({
        "status": "scheduled", "said_by": ["us"], "otherwise": ["ru"],
        "contested": [dispute(3, &[4], true, Some("rival"))],
    }));
    scheduled_by_us(cancelled().into_iter().chain([meeting("2025-01-05", "ru", "proposed", "round-1")])).then(none());
    // Had no denial been weighed, the meeting would still be cancelled.
    for different in [relocated("2025-01-05", "ru", "round-1", "Vienna"), confirmed("2025-01-05", "ru", &[2])] {
        scheduled_by_us(cancelled().into_iter().chain([different])).then(json!({
            "status": "scheduled",
            "contested": [dispute(3, &[4], true, Some("decisive"))],
        }));
    }
    // Saying it again is nothing different, and a withdrawn word is none.
    scheduled_by_us(cancelled().into_iter().chain([
        confirmed("2025-01-05", "ru", &[3]).grade("F6"),
        confirmed("2025-01-06", "ru", &[2]),
        withdrawn("2025-01-07", "ru", &[6]),
    ]))
    .then(json!({ "otherwise": ["ru"] }));
}

#[test]
fn a_rival_names_a_day_to_come_or_another_venue() {
    let rival = |when: &str, venue: &str| {
        let data = json!({ "meeting": "round-1", "when": when, "venue": venue });
        scheduled_by_us([on("2025-01-01", "press", "meeting_scheduled", data), denied("2025-01-04", "us", &[3])])
    };
    let because = |because: &str| json!({ "contested": [dispute(3, &[4], true, Some(because))] });
    rival("2025-04", "Vienna").then(because("rival"));
    rival("2025-01-20", "Cairo").then(because("rival"));
    rival("2025-01-20", "Vienna").then(json!({ "contested": [] }));
    rival("2025-03-05", "Vienna").then(because("supports"));
}

#[test]
fn a_party_against_the_meeting_objects() {
    scheduled_by_us([stance("2025-01-03", "ru", "opposed", "round-1")]).then(objection(3, &["ru"]));
    scheduled_by_us([stalled("2025-01-03", "ru/mfa")]).then(objection(3, &["ru"]));
    scheduled_by_us([expected("2025-01-03", "ru", "round-1", "2025-04")]).then(objection(3, &["ru"]));
    // Another party, another subject, another stance, an older word.
    scheduled_by_us([stance("2025-01-03", "hu", "opposed", "round-1")]).then(none());
    scheduled_by_us([stance("2025-01-03", "ru", "opposed", "round-2")]).then(none());
    scheduled_by_us([stance("2025-01-03", "ru", "open", "round-1")]).then(none());
    scheduled_by_us([stance("2025-01-01", "ru", "opposed", "round-1")]).then(none());
}

#[test]
fn a_noncommittal_word_is_an_objection_of_a_party_that_stands_behind_the_meeting_only() {
    scheduled_by_us([stance("2025-01-03", "ru", "noncommittal", "round-1")]).then(none());
    // Who says so is not told among those that say otherwise.
    scheduled_by_us([stance("2025-01-03", "us", "noncommittal", "round-1")])
        .then(objection(3, &[]))
        .then(json!({ "said_by": ["us"] }));
}

#[test]
fn a_party_that_speaks_of_the_meeting_later_objects_no_more() {
    scheduled_by_us([
        stance("2025-01-03", "ru", "opposed", "round-1"),
        meeting("2025-01-04", "ru/mfa", "proposed", "round-1"),
    ])
    .then(none());
}

#[test]
fn nobody_objects_to_a_meeting_that_is_overdue() {
    let told = [stance("2025-01-03", "ru", "opposed", "round-1")];
    scheduled_by_us(told).today("2025-04-01").then(json!({ "status": "overdue", "contested": [], "otherwise": [] }));
}

#[test]
fn another_day_is_no_objection_to_a_meeting_that_is_merely_proposed() {
    given([
        opened("2025-01-01"),
        expected("2025-01-02", "ru", "round-1", "2025-04"),
        expected("2025-01-03", "us", "round-1", "2025-03"),
    ])
    .today("2025-02-01")
    .then(json!({
        "status": "proposed", "decided_by": 3, "said_by": ["us"], "otherwise": [], "silent": ["ru"], "contested": [],
    }));
}

#[test]
fn a_side_has_its_own_picture_where_it_stands_behind_no_date() {
    // What ru wants undoes for ru what others have set.
    scheduled_by_us([expected("2025-01-03", "ru", "round-1", "2025-04")])
        .reading("side:ru")
        .then(json!({ "status": "proposed", "since": "2025-01-03", "decided_by": 3, "said_by": ["ru"] }))
        .reading("side:us")
        .then(json!({ "status": "scheduled", "decided_by": 2 }));
    scheduled_by_us([
        scheduled("2025-01-03", "ru/mfa", "round-1", "2025-03"),
        expected("2025-01-04", "ru", "round-1", "2025-04"),
    ])
    .reading("side:ru")
    .then(json!({ "status": "scheduled", "since": "2025-01-02" }));
    scheduled_by_us([
        meeting("2025-01-03", "us", "postponed", "round-1"),
        meeting("2025-01-04", "ru", "proposed", "round-1"),
    ])
    .reading("side:ru")
    .then(json!({ "status": "proposed", "decided_by": 4 }))
    .reading("prudent")
    .then(json!({ "status": "postponed", "decided_by": 3 }));
}

/// A track may be between an actor and one above another: what the one above says is not the party's word.
#[test]
fn only_the_party_itself_ends_its_objection() {
    let parties = json!({ "title": "Talks", "kind": "contacts", "parties": ["us/state", "ru"] });
    let at = |day: &str, who: &str, city: &str| {
        on(day, who, "meeting_scheduled", json!({ "meeting": "m", "when": "2025-03", "venue": city }))
    };
    given([
        on("2025-01-01", "ru", "track_opened", parties),
        at("2025-01-02", "ru", "Vienna"),
        on("2025-01-03", "us/state", "meeting_declined", json!({ "meeting": "m", "by": "us/state" })),
        at("2025-01-04", "us", "Vienna"),
    ])
    .today("2025-02-01")
    .then(json!({ "otherwise": ["us/state"] }));
}

#[test]
fn a_party_whose_claim_one_above_it_denies_still_says_otherwise() {
    let parties = json!({ "title": "Talks", "kind": "contacts", "parties": ["ru/mfa", "us"] });
    given([
        on("2025-01-01", "us", "track_opened", parties),
        on("2025-01-02", "ru/mfa", "track_stalled", json!({})),
        denied("2025-01-03", "ru", &[2]).grade("B2"),
    ])
    .today("2025-02-01")
    .then(json!({ "status": "open", "otherwise": ["ru/mfa"] }));
}
