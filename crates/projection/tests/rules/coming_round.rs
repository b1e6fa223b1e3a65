//! §3: a denial lapses where the party that spoke it comes round.

use serde_json::json;

use crate::support::scenario::{Told, given, on};
use crate::told::*;

/// What the press says, `ru/mfa` denies, and then somebody else says.
fn denied_by_ru(claim: Told, then: Told) -> crate::support::scenario::Scenario {
    given([claim, denied("2025-01-03", "ru/mfa", &[1]), then]).today("2025-02-01")
}

#[test]
fn a_denial_lapses_where_its_party_says_the_same_later() {
    let claim = || scheduled("2025-01-02", "press", "round-1", "2025-03");
    denied_by_ru(claim(), scheduled("2025-01-04", "ru", "round-1", "2025-03-10"))
        .then(json!({ "since": "2025-01-02", "disputes": [] }));
    let stands = |because: &str| json!({ "disputes": [dispute(1, &[2], true, Some(because))] });
    // Another day, another party, another phase.
    denied_by_ru(claim(), scheduled("2025-01-04", "ru", "round-1", "2025-04")).then(stands("rival"));
    denied_by_ru(claim(), scheduled("2025-01-04", "us", "round-1", "2025-03-10")).then(stands("supports"));
    denied_by_ru(claim(), expected("2025-01-04", "ru", "round-1", "2025-04")).then(stands("rival"));
}

#[test]
fn a_denial_lapses_where_its_party_confirms_the_claim_later() {
    let cancelled = || meeting("2025-01-02", "press", "cancelled", "round-1");
    denied_by_ru(cancelled(), confirmed("2025-01-04", "ru", &[1]))
        .then(json!({ "status": "cancelled", "disputes": [] }));
    denied_by_ru(cancelled(), confirmed("2025-01-02", "ru", &[1]).recorded("2025-01-05"))
        .then(json!({ "disputes": [dispute(1, &[2], true, Some("supports"))] }));
}

#[test]
fn a_word_that_was_withdrawn_is_no_coming_round() {
    given([
        meeting("2025-01-02", "press", "cancelled", "round-1"),
        denied("2025-01-03", "ru", &[1]),
        meeting("2025-01-04", "ru", "cancelled", "round-1"),
        withdrawn("2025-01-05", "ru", &[3]),
    ])
    .today("2025-02-01")
    .then(json!({ "status": "open" }))
    .then(json!({ "disputes": [dispute(1, &[2], true, Some("supports"))] }));
}

#[test]
fn a_party_that_says_later_what_it_has_denied_comes_round() {
    given([denied("2025-01-02", "ru", &[2]), meeting("2025-01-03", "ru/mfa", "cancelled", "round-1")])
        .today("2025-02-01")
        .then(json!({ "status": "cancelled", "decided_by": 2, "disputes": [] }));
}

#[test]
fn a_relocation_is_said_again_by_any_claim_with_that_venue() {
    let at = |venue: &str| {
        on("2025-01-04", "ru", "meeting_scheduled", json!({ "meeting": "round-1", "when": "2025-03", "venue": venue }))
    };
    let moved = || relocated("2025-01-02", "press", "round-1", "Vienna");
    denied_by_ru(moved(), at("Vienna")).then(json!({ "disputes": [] }));
    denied_by_ru(moved(), at("Cairo")).then(json!({ "disputes": [
        dispute(1, &[2], true, Some("rival")),
    ] }));
}

#[test]
fn nothing_says_the_same_as_a_statement_or_an_opening() {
    let stands = |because| json!({ "disputes": [dispute(1, &[2], true, because)] });
    denied_by_ru(statement("2025-01-02", "press"), statement("2025-01-04", "ru")).then(stands(Some("supports")));
    denied_by_ru(opened("2025-01-02"), opened("2025-01-04")).then(json!({ "decided_by": 3 })).then(stands(None));
}
