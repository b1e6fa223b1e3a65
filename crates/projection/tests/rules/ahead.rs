//! §4: what lies ahead of `today`, what was held last, and who mediates.

use serde_json::json;

use crate::support::scenario::{Told, given, on};
use crate::told::*;

fn due(occurred: &str, proposal: &str, deadline: &str) -> Told {
    let data = json!({ "proposal": proposal, "by": "us", "summary": "…", "deadline": deadline });
    on(occurred, "us", "proposal_made", data)
}

fn measure(occurred: &str, measure: &str, effect: &str, effective: Option<&str>) -> Told {
    let mut data = json!({ "measure": measure, "of": "tariffs", "effect": effect, "by": "us" });
    if let Some(effective) = effective {
        data["effective"] = effective.into();
    }
    on(occurred, "us", "measure_taken", data)
}

fn treaty_until(occurred: &str, until: &str) -> Told {
    on(occurred, "us", "agreement_reached", json!({ "agreement": "treaty", "stage": "signed", "until": until }))
}

#[test]
fn what_is_ahead_comes_in_order_of_date_and_kind() {
    given([
        scheduled("2025-01-01", "us", "round-1", "2025-03-05"),
        measure("2025-01-01", "tariffs-2", "threatened", Some("2025-03-05")),
        due("2025-01-01", "swap", "2025-03-05"),
        treaty_until("2025-01-01", "2025-03-05"),
        scheduled("2025-01-02", "us", "round-0", "2025-03-05/2025-03-06"),
        measure("2025-01-02", "tariffs-1", "announced", Some("2025-02")),
        treaty_until("2025-01-03", "2025-03-05/.."),
    ])
    .today("2025-02-01")
    .then(json!({ "ahead": [
        { "on": "2025-02", "what": "measure", "name": "tariffs-1" },
        { "on": "2025-03-05", "what": "meeting", "name": "round-1" },
        { "on": "2025-03-05", "what": "deadline", "name": "swap" },
        { "on": "2025-03-05", "what": "measure", "name": "tariffs-2" },
        { "on": "2025-03-05/2025-03-06", "what": "meeting", "name": "round-0" },
        { "on": "2025-03-05/..", "what": "agreement", "name": "treaty" },
    ] }));
}

#[test]
fn a_date_is_ahead_until_its_last_instant() {
    given([scheduled("2025-01-01", "us", "round-1", "2025-02")])
        .today("2025-02-28")
        .then(json!({ "ahead": [{ "on": "2025-02", "what": "meeting", "name": "round-1" }] }))
        .today("2025-03-01T00:00:00Z")
        .then(json!({ "ahead": [] }));
}

#[test]
fn a_meeting_without_an_announced_date_is_not_ahead() {
    given([
        expected("2025-01-01", "us", "round-1", "2025-03-05"),
        on("2025-01-02", "us", "meeting_postponed", json!({ "meeting": "round-2", "until": "2025-03-05" })),
    ])
    .today("2025-02-01")
    .then(json!({ "status": "postponed", "ahead": [] }));
}

#[test]
fn an_answer_ends_a_deadline_and_a_deferral_does_not() {
    let ahead = json!({ "ahead": [{ "on": "2025-03", "what": "deadline", "name": "swap" }] });
    let told = |word| [due("2025-01-01", "swap", "2025-03"), answer("2025-01-02", "ru", "swap", word)];
    given(told("deferred")).today("2025-02-01").then(ahead.clone());
    given(told("rejected")).today("2025-02-01").then(json!({ "ahead": [] }));
    // When it is made again without a deadline, it keeps the deadline that it has; one that an answer ended does not
    // return.
    let again = || proposal("2025-01-03", "us", "swap");
    given(told("deferred").into_iter().chain([again()])).today("2025-02-01").then(ahead);
    given(told("rejected").into_iter().chain([again()])).today("2025-02-01").then(json!({ "ahead": [] }));
}

#[test]
fn the_last_word_on_a_measure_says_when_it_takes_effect() {
    let threatened = || measure("2025-01-01", "tariffs", "threatened", Some("2025-03"));
    given([threatened(), measure("2025-01-02", "tariffs", "threatened", Some("2025-04"))])
        .today("2025-02-01")
        .then(json!({ "ahead": [{ "on": "2025-04", "what": "measure", "name": "tariffs" }] }));
    given([threatened(), measure("2025-01-02", "tariffs", "lifted", None)])
        .today("2025-02-01")
        .then(json!({ "ahead": [] }));
}

#[test]
fn an_agreement_that_ended_does_not_end_again() {
    given([
        treaty_until("2025-01-01", "2025-03"),
        on("2025-01-02", "ru", "agreement_ended", json!({ "agreement": "treaty", "how": "withdrawn" })),
    ])
    .today("2025-02-01")
    .then(json!({ "ahead": [] }));
}

#[test]
fn the_meeting_held_last_has_the_format_last_given() {
    let with = |format: &str, when: &str| json!({ "meeting": "call", "when": when, "format": format });
    given([
        on("2025-01-01", "us", "meeting_scheduled", with("phone", "2025-01-10")),
        on("2025-01-02", "us", "meeting_scheduled", with("video", "2025-01-11")),
        meeting("2025-01-11", "us", "held", "call"),
        on("2025-01-20", "us", "meeting_held", json!({ "meeting": "earlier", "when": "2025-01-09" })),
    ])
    .today("2025-02-01")
    .then(json!({
        "last": { "meeting": "call", "when": "2025-01-11", "format": "video" },
        "last_held": "2025-01-11", "meetings_held": 2,
    }));
    given([meeting("2025-01-11", "us", "held", "call")])
        .today("2025-02-01")
        .then(json!({ "last": { "meeting": "call", "when": "2025-01-11", "format": null } }));
    given([opened("2025-01-01")]).today("2025-02-01").then(json!({ "last": null, "mediators": [] }));
}

#[test]
fn mediators_are_those_of_the_last_opening() {
    let mediated = |occurred, mediators: &[&str]| {
        let data = json!({ "title": "Talks", "kind": "contacts", "parties": ["us", "ir"], "mediators": mediators });
        on(occurred, "press", "track_opened", data)
    };
    given([
        mediated("2025-01-01", &["om"]),
        mediated("2025-01-02", &["qa", "om", "qa"]),
        denied("2025-01-03", "us", &[2]),
    ])
    .today("2025-02-01")
    .then(json!({ "decided_by": 1, "mediators": ["qa", "om"] }));
}
