//! §5.8: the evidence suffices. Which events it must hold is told by examples in which a smaller one would not do.

use serde_json::json;

use crate::support::scenario::{given, on};
use crate::told::*;

#[test]
fn what_keeps_silence_away_is_evidence() {
    given([opened("2025-01-01"), meeting("2025-01-02", "us", "held", "round-1"), raised("2025-06-01", "us", "visas")])
        .today("2025-06-02")
        .then(json!({ "status": "active", "decided_by": 2 }))
        .then_the_evidence_suffices();
}

#[test]
fn what_keeps_silence_away_is_evidence_even_where_it_is_no_progress() {
    // Nothing here is progress, so that the last word of any kind is the sign that counts.
    given([opened("2025-01-01"), statement("2025-01-02", "us"), statement("2025-06-01", "us")])
        .reading("who:us")
        .today("2025-06-02")
        .then(json!({ "status": "open", "since": "2025-01-02", "decided_by": 2 }))
        .then_the_evidence_suffices();
}

#[test]
fn an_opening_that_the_reading_drops_keeps_no_silence_away() {
    // Where patience hangs on the kind, the opening is evidence. The reading drops it, so that it is no sign of
    // progress, however lately it was heard, and event 2 has to be evidence, too.
    given([statement("2025-01-02", "us"), statement("2025-05-31", "us"), opened("2025-06-01")])
        .patience_for("summit", 5)
        .reading("who:us")
        .today("2025-06-02")
        .then(json!({ "status": "open", "since": "2025-01-02", "decided_by": 1, "kind": "consultations" }))
        .then_the_evidence_suffices();
}

#[test]
fn the_opening_that_sets_the_patience_is_evidence() {
    let summit = json!({ "title": "Summit", "kind": "summit", "parties": [] });
    given([opened("2025-01-01"), on("2025-01-02", "hu", "track_opened", summit), raised("2025-01-03", "us", "visas")])
        .patience(1_000)
        .patience_for("summit", 5)
        .reading("who:us")
        .today("2025-02-01")
        .then(json!({ "status": "stalled", "since": "2025-01-08", "decided_by": 3 }))
        .then_the_evidence_suffices();
}

#[test]
fn an_opening_that_does_not_count_but_sets_the_patience_must_not_count_as_evidence_either() {
    let summit =
        || on("2025-05-01", "hu", "track_opened", json!({ "title": "Summit", "kind": "summit", "parties": [] }));
    let told = |last| [opened("2025-01-01"), raised("2025-01-03", "us", "visas"), summit(), last];
    for last in [withdrawn("2025-05-02", "hu", &[3]), denied("2025-05-02", "us", &[3])] {
        given(told(last))
            .patience(1_000)
            .patience_for("summit", 5)
            .today("2025-06-01")
            .then(json!({ "status": "stalled", "since": "2025-01-08", "decided_by": 2 }))
            .then_the_evidence_suffices();
    }
}

#[test]
fn the_word_that_made_a_relocated_meeting_known_is_evidence() {
    given([
        opened("2025-01-01"),
        meeting("2025-01-02", "us", "cancelled", "round-1"),
        relocated("2025-01-04", "ru", "round-1", "Vienna"),
    ])
    .today("2025-02-01")
    .then(json!({ "status": "cancelled", "decided_by": 2 }))
    .then_the_evidence_suffices();
}

#[test]
fn a_confirmation_that_saves_a_claim_is_no_use_without_the_denial_and_the_other_way_round() {
    let disputed = || {
        [
            opened("2025-01-01"),
            meeting("2025-01-02", "press", "cancelled", "round-1").grade("C3"),
            denied("2025-01-03", "ru", &[2]),
            confirmed("2025-01-04", "us", &[2]).grade("B1"),
        ]
    };
    for reading in ["prudent", "latest", "on-record", "side:us", "side:ru", "side:hu"] {
        given(disputed()).today("2025-02-01").reading(reading).then_the_evidence_suffices();
    }
}
