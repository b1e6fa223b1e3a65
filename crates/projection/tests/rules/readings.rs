//! §3, the table of readings: what each drops, and how it weighs.

use serde_json::json;

use crate::support::scenario::{Scenario, Told, given, on};
use crate::told::*;

/// Opened by event 1 on record with the best grade, so that no reading but `who` and `side` touches it, and then called
/// off by event 2.
fn called_off(cancelled: Told, then: impl IntoIterator<Item = Told>) -> Scenario {
    given([opened("2025-01-01").grade("A1"), cancelled].into_iter().chain(then)).today("2025-02-01")
}

/// Called off by `us` (B2).
fn by_us() -> Told {
    meeting("2025-01-02", "us", "cancelled", "round-1")
}

#[test]
fn latest_notes_denials_and_weighs_none() {
    called_off(by_us(), [denied("2025-01-03", "ru", &[2]).grade("A1")])
        .reading("latest")
        .then(json!({
            "status": "cancelled", "decided_by": 2, "events": 3,
            "contested": [dispute(2, &[3], true, Some("supports"))],
        }))
        .reading("prudent")
        .then(json!({
            "status": "open",
            "contested": [dispute(2, &[3], true, Some("decisive"))],
        }));
}

#[test]
fn latest_still_leaves_out_what_was_withdrawn() {
    called_off(by_us(), [withdrawn("2025-01-03", "us", &[2])]).reading("latest").then(json!({ "status": "open" }));
}

#[test]
fn on_record_keeps_what_was_said_on_record_or_published() {
    for attribution in ["on_record", "document"] {
        called_off(by_us().attribution(attribution), [])
            .reading("on-record")
            .then(json!({ "status": "cancelled", "events": 2, "sources": 2 }));
    }
    for attribution in ["background", "anonymous", "media"] {
        called_off(by_us().attribution(attribution), [])
            .reading("on-record")
            .then(json!({ "status": "open", "events": 1, "sources": 1, "last_activity": "2025-01-01" }));
    }
}

#[test]
fn a_grade_is_a_floor_for_both_its_parts() {
    let kept = |grade: &str| called_off(by_us().grade(grade), []).reading("grade:B3");
    for grade in ["B3", "B1", "A3", "A1"] {
        kept(grade).then(json!({ "status": "cancelled", "events": 2 }));
    }
    for grade in ["C1", "B4", "A4", "F6", ""] {
        kept(grade).then(json!({ "status": "open", "events": 1 }));
    }
}

#[test]
fn the_lowest_floor_still_drops_what_has_no_grade() {
    called_off(by_us().grade(""), []).reading("grade:F6").then(json!({ "status": "open", "events": 1 }));
    called_off(by_us().grade("F6"), []).reading("grade:F6").then(json!({ "status": "cancelled", "events": 2 }));
}

#[test]
fn who_keeps_an_actor_and_those_beneath() {
    let said_by = |who| given([meeting("2025-01-02", who, "cancelled", "round-1")]).today("2025-02-01");
    said_by("ru").reading("who:ru").then(json!({ "status": "cancelled" }));
    said_by("ru/mfa/lavrov").reading("who:ru").then(json!({ "status": "cancelled" }));
    said_by("ru/mfa/lavrov").reading("who:ru/mfa").then(json!({ "status": "cancelled" }));
    said_by("rus").reading("who:ru").then_nothing();
    said_by("ru").reading("who:ru/mfa").then_nothing();
    said_by("press").reading("who:ru").then_nothing();
}

#[test]
fn what_a_reading_drops_neither_denies_nor_confirms_nor_withdraws() {
    let denial = denied("2025-01-03", "ru", &[2]).grade("A1");
    called_off(by_us(), [denial.clone()]).reading("who:us").then(json!({ "status": "cancelled" }));
    called_off(by_us(), [denial.attribution("media")]).reading("on-record").then(json!({
        "status": "cancelled",
        "contested": [dispute(2, &[3], true, Some("supports"))],
    }));
    // The confirmation would lift the claim above the denial, but the reading drops it.
    let confirmation = confirmed("2025-01-04", "hu", &[2]).grade("A1").attribution("media");
    let disputed = called_off(by_us(), [denied("2025-01-03", "ru", &[2]), confirmation]);
    disputed.then(json!({ "status": "cancelled" })).reading("on-record").then(json!({ "status": "open" }));
    // The source takes its claim back, but not on record.
    let withdrawal = withdrawn("2025-01-03", "us", &[2]).attribution("background");
    let taken_back = called_off(by_us(), [withdrawal]);
    taken_back.then(json!({ "status": "open" })).reading("on-record").then(json!({ "status": "cancelled" }));
}

#[test]
fn readings_that_drop_weigh_what_is_left() {
    let denial = denied("2025-01-03", "us/mfa", &[2]);
    called_off(by_us(), [denial])
        .reading("who:us")
        .then(json!({ "status": "open", "since": "2025-01-02", "decided_by": 2 }));
}

#[test]
fn a_title_is_no_claim_and_no_reading_drops_it() {
    called_off(by_us(), []).reading("who:us").then(json!({
        "title": "Talks", "kind": "consultations", "parties": ["us", "ru"], "status": "cancelled", "events": 1,
        "said_by": ["us"], "silent": ["ru"],
    }));
}

#[test]
fn where_a_reading_drops_everything_the_track_is_not_told() {
    given([opened("2025-01-01")]).reading("who:us").then_nothing();
}

#[test]
fn a_side_sets_aside_what_it_denies_however_weakly() {
    let disputed = called_off(by_us(), [denied("2025-01-03", "ru/mfa", &[2]).grade("")]);
    let disputed = disputed.then(json!({ "status": "cancelled" }));
    let disputed = disputed.reading("side:ru").then(json!({ "status": "open", "events": 3 }));
    disputed.reading("side:ru/mfa").then(json!({ "status": "open" }));
}

#[test]
fn a_side_keeps_what_it_said_itself_however_well_denied() {
    let said_by_theirs = meeting("2025-01-02", "us/mfa", "cancelled", "round-1").grade("");
    let disputed = called_off(said_by_theirs, [denied("2025-01-03", "ru", &[2]).grade("A1")]);
    let disputed = disputed.then(json!({ "status": "open" }));
    let disputed = disputed.reading("side:us").then(json!({ "status": "cancelled" }));
    disputed.reading("side:us/white-house").then(json!({ "status": "open" }));
}

#[test]
fn a_side_keeps_what_it_confirmed() {
    let reported = meeting("2025-01-02", "press", "cancelled", "round-1");
    let disputed = [denied("2025-01-03", "ru", &[2]), confirmed("2025-01-04", "us", &[2]).grade("F6")];
    let told = called_off(reported.clone(), disputed.clone());
    told.then(json!({ "status": "open" })).reading("side:us").then(json!({ "status": "cancelled" }));
    // Not after it took its confirmation back.
    called_off(reported, disputed.into_iter().chain([withdrawn("2025-01-05", "us", &[4])]))
        .reading("side:us")
        .then(json!({ "status": "open" }));
}

#[test]
fn what_a_side_both_says_and_denies_is_weighed() {
    let reported = meeting("2025-01-02", "us", "cancelled", "round-1");
    let by_grade =
        |grade| called_off(reported.clone(), [denied("2025-01-03", "us/mfa", &[2]).grade(grade)]).reading("side:us");
    by_grade("B2").then(json!({ "status": "open" }));
    by_grade("B3").then(json!({ "status": "cancelled" }));
}

#[test]
fn what_concerns_a_side_not_is_weighed() {
    let by_grade = |grade| called_off(by_us(), [denied("2025-01-03", "ru", &[2]).grade(grade)]).reading("side:hu");
    by_grade("B2").then(json!({ "status": "open" }));
    by_grade("B3").then(json!({ "status": "cancelled" }));
}

#[test]
fn a_denial_that_a_side_withdrew_is_none_of_its_denials() {
    called_off(by_us(), [denied("2025-01-03", "ru", &[2]).grade("C3"), withdrawn("2025-01-04", "ru", &[3])])
        .reading("side:ru")
        .then(json!({ "status": "cancelled" }));
}

#[test]
fn a_side_has_the_whole_picture() {
    called_off(by_us(), [statement("2025-01-03", "hu")])
        .reading("side:ru")
        .then(json!({ "status": "cancelled", "events": 3, "sources": 3 }));
}

#[test]
fn a_reading_of_what_one_said_may_leave_claims_only() {
    given([by_us(), denied("2025-01-03", "ru", &[1])])
        .today("2025-02-01")
        .reading("who:ru")
        .then(json!({ "status": "open", "since": "2025-01-03", "decided_by": 2, "last_progress": null, "kind": null }));
}

#[test]
fn a_stall_may_be_declared_by_one_side_only() {
    let told =
        || [opened("2025-01-01"), on("2025-01-02", "us", "track_resumed", json!({})), stalled("2025-01-03", "ru")];
    given(told()).today("2025-02-01").reading("who:us").then(json!({ "status": "active", "decided_by": 2 }));
    given(told()).today("2025-02-01").reading("who:ru").then(json!({ "status": "stalled", "decided_by": 3 }));
}
