//! §3, steps 2 to 4: retractions, withdrawals, denials and confirmations under the prudent reading.

use serde_json::json;

use crate::support::scenario::{Told, given, on};
use crate::told::*;

/// Opened, then called off: `cancelled` by event 2 where that counts, else `open` by event 1.
fn called_off_by(who: &str, grade: &str) -> [Told; 2] {
    [opened("2025-01-01"), meeting("2025-01-02", who, "cancelled", "round-1").grade(grade)]
}

/// Asserts whether the cancellation of [`called_off_by`] counts after what else is told.
#[track_caller]
fn counts(counts: bool, claim: [Told; 2], then: impl IntoIterator<Item = Told>) {
    let (status, decided_by) = if counts { ("cancelled", 2) } else { ("open", 1) };
    let told = claim.into_iter().chain(then);
    given(told).today("2025-02-01").then(json!({ "status": status, "decided_by": decided_by }));
}

#[test]
fn a_retracted_event_was_never_written() {
    given(called_off_by("us", "B2").into_iter().chain([retracted("2025-01-03", 2)])).today("2025-02-01").then(json!({
        "status": "open", "decided_by": 1, "events": 1, "sources": 1, "last_activity": "2025-01-01", "said_by": [],
    }));
}

#[test]
fn retracting_a_retraction_brings_the_event_back() {
    let chain = |length| (0..length).map(|n| retracted("2025-01-03", n + 2)).collect::<Vec<_>>();
    counts(false, called_off_by("us", "B2"), chain(1));
    counts(true, called_off_by("us", "B2"), chain(2));
    counts(false, called_off_by("us", "B2"), chain(3));
    counts(true, called_off_by("us", "B2"), chain(4));
}

#[test]
fn an_event_is_back_only_where_every_retraction_of_it_is_void() {
    let retractions = [retracted("2025-01-03", 2), retracted("2025-01-03", 2), retracted("2025-01-04", 3)];
    counts(false, called_off_by("us", "B2"), retractions.clone());
    counts(true, called_off_by("us", "B2"), retractions.into_iter().chain([retracted("2025-01-04", 4)]));
}

#[test]
fn retractions_on_a_cycle_are_void_and_retract_nothing_else() {
    // 3 and 4 retract each other; where 5 retracts 3 from outside, 4 is void all the same.
    let cycle = [retracted("2025-01-03", 4), retracted("2025-01-03", 3)];
    counts(true, called_off_by("us", "B2"), cycle.clone());
    counts(true, called_off_by("us", "B2"), cycle.clone().into_iter().chain([retracted("2025-01-04", 3)]));
    given(called_off_by("us", "B2").into_iter().chain(cycle))
        .today("2025-02-01")
        .then(json!({ "events": 2, "sources": 2 }));
}

#[test]
fn a_retraction_of_itself_is_void() {
    counts(true, called_off_by("us", "B2"), [retracted("2025-01-03", 3)]);
}

#[test]
fn a_retraction_acts_on_its_own_track_only() {
    counts(true, called_off_by("us", "B2"), [retracted("2025-01-03", 2).track("u")]);
    counts(true, called_off_by("us", "B2"), [retracted("2025-01-03", 99)]);
}

#[test]
fn retractions_are_exempt_from_as_of_and_not_from_known_at() {
    let told = called_off_by("us", "B2").into_iter().chain([retracted("2025-06-01", 2)]);
    let given = given(told).today("2025-02-01");
    let given = given.as_of("2025-01-31").then(json!({ "status": "open" }));
    given.known_at("2025-05-31").then(json!({ "status": "cancelled" }));
}

#[test]
fn a_track_of_which_all_is_void_is_not_told() {
    given([statement("2025-01-01", "us"), retracted("2025-01-02", 1)]).then_nothing();
    given([retracted("2025-01-02", 2)]).then_nothing();
}

#[test]
fn a_claim_withdrawn_by_its_own_source_no_longer_counts_and_is_still_activity() {
    given(called_off_by("us", "B2").into_iter().chain([withdrawn("2025-01-03", "us", &[2])])).today("2025-02-01").then(
        json!({
            "status": "open", "decided_by": 1, "events": 3, "sources": 2, "last_activity": "2025-01-03",
        }),
    );
}

#[test]
fn nobody_else_can_withdraw_a_claim() {
    counts(true, called_off_by("us", "B2"), [withdrawn("2025-01-03", "ru", &[2])]);
    counts(true, called_off_by("us/mfa", "B2"), [withdrawn("2025-01-03", "us", &[2])]);
    counts(true, called_off_by("us", "B2"), [withdrawn("2025-01-03", "us/mfa", &[2])]);
}

#[test]
fn a_withdrawal_may_come_before_the_claim_in_order() {
    counts(false, called_off_by("us", "B2"), [withdrawn("2024-12-01", "us", &[2])]);
}

#[test]
fn a_withdrawal_cannot_be_withdrawn_but_retracted() {
    let withdrawals = [withdrawn("2025-01-03", "us", &[2]), withdrawn("2025-01-04", "us", &[3])];
    counts(false, called_off_by("us", "B2"), withdrawals.clone());
    counts(true, called_off_by("us", "B2"), withdrawals.into_iter().chain([retracted("2025-01-05", 3)]));
}

#[test]
fn a_denial_as_good_as_the_claim_sets_it_aside() {
    counts(false, called_off_by("us", "B2"), [denied("2025-01-03", "ru", &[2]).grade("B2")]);
    counts(false, called_off_by("us", "B2"), [denied("2025-01-03", "ru", &[2]).grade("A6")]);
    counts(true, called_off_by("us", "B2"), [denied("2025-01-03", "ru", &[2]).grade("B3")]);
    counts(true, called_off_by("us", "B2"), [denied("2025-01-03", "ru", &[2]).grade("C1")]);
}

#[test]
fn no_grade_ranks_below_every_grade_and_ties_with_none() {
    counts(true, called_off_by("us", "F6"), [denied("2025-01-03", "ru", &[2]).grade("")]);
    counts(false, called_off_by("us", ""), [denied("2025-01-03", "ru", &[2]).grade("")]);
    counts(false, called_off_by("us", ""), [denied("2025-01-03", "ru", &[2]).grade("F6")]);
}

#[test]
fn the_best_of_several_denials_is_weighed() {
    let weak = denied("2025-01-03", "ru", &[2]).grade("F6");
    counts(true, called_off_by("us", "B2"), [weak.clone()]);
    counts(false, called_off_by("us", "B2"), [weak.clone(), denied("2025-01-03", "hu", &[2]).grade("B1")]);
    counts(false, called_off_by("us", "B2"), [denied("2025-01-03", "hu", &[2]).grade("B1"), weak]);
}

#[test]
fn a_source_may_deny_its_own_claim() {
    counts(false, called_off_by("us", "B2"), [denied("2025-01-03", "us", &[2])]);
}

#[test]
fn a_confirmation_by_another_source_supports_a_claim() {
    let denial = denied("2025-01-03", "ru", &[2]).grade("B2");
    let confirmation = |who, grade| confirmed("2025-01-04", who, &[2]).grade(grade);
    counts(true, called_off_by("us", "C3"), [denial.clone(), confirmation("hu", "B1")]);
    counts(true, called_off_by("us", "C3"), [denial.clone(), confirmation("us/mfa", "B1")]);
    counts(false, called_off_by("us", "C3"), [denial.clone(), confirmation("us", "B1")]);
    counts(false, called_off_by("us", "C3"), [denial.clone(), confirmation("hu", "B2")]);
    counts(false, called_off_by("us", "C3"), [denial, confirmation("hu", "")]);
}

#[test]
fn who_denies_may_also_confirm() {
    counts(
        true,
        called_off_by("us", "C3"),
        [denied("2025-01-03", "ru", &[2]), confirmed("2025-01-04", "ru", &[2]).grade("B1")],
    );
}

#[test]
fn a_withdrawn_denial_acts_no_more() {
    let denial = denied("2025-01-03", "ru", &[2]);
    counts(true, called_off_by("us", "B2"), [denial.clone(), withdrawn("2025-01-04", "ru", &[3])]);
    counts(false, called_off_by("us", "B2"), [denial, withdrawn("2025-01-04", "us", &[3])]);
}

#[test]
fn a_withdrawn_confirmation_acts_no_more() {
    let disputed = [denied("2025-01-03", "ru", &[2]), confirmed("2025-01-04", "hu", &[2]).grade("A1")];
    counts(true, called_off_by("us", "B2"), disputed.clone());
    counts(false, called_off_by("us", "B2"), disputed.into_iter().chain([withdrawn("2025-01-05", "hu", &[4])]));
}

#[test]
fn claims_about_claims_are_not_weighed() {
    // Neither the denial of a denial nor the denial of a confirmation has an effect.
    counts(
        false,
        called_off_by("us", "B2"),
        [denied("2025-01-03", "ru", &[2]), denied("2025-01-04", "us", &[3]).grade("A1")],
    );
    counts(
        true,
        called_off_by("us", "C3"),
        [
            denied("2025-01-03", "ru", &[2]),
            confirmed("2025-01-04", "hu", &[2]).grade("B1"),
            denied("2025-01-05", "ru", &[4]).grade("A1"),
        ],
    );
    // Nor does confirming the denial give it more weight.
    counts(
        true,
        called_off_by("us", "B2"),
        [denied("2025-01-03", "ru", &[2]).grade("C3"), confirmed("2025-01-04", "hu", &[3]).grade("A1")],
    );
}

#[test]
fn claims_about_claims_act_on_their_own_track_only() {
    counts(true, called_off_by("us", "B2"), [denied("2025-01-03", "ru", &[2]).track("u")]);
    counts(true, called_off_by("us", "B2"), [withdrawn("2025-01-03", "us", &[2]).track("u")]);
    counts(
        false,
        called_off_by("us", "C3"),
        [denied("2025-01-03", "ru", &[2]), confirmed("2025-01-04", "hu", &[2]).grade("A1").track("u")],
    );
}

#[test]
fn a_denial_beyond_as_of_has_not_happened() {
    let told = called_off_by("us", "B2").into_iter().chain([denied("2025-01-10", "ru", &[2])]);
    let given = given(told).today("2025-02-01");
    let given = given.then(json!({ "status": "open" }));
    given.as_of("2025-01-09").then(json!({ "status": "cancelled", "contested": [] }));
}

#[test]
fn an_opening_that_does_not_count_still_names_the_track() {
    let renamed = on(
        "2025-01-02",
        "us",
        "track_opened",
        json!({ "title": "Summit", "kind": "summit", "parties": ["hu", "us", "hu"] }),
    );
    let given_then = |last| given([opened("2025-01-01"), renamed.clone(), last]).today("2025-02-01");
    given_then(withdrawn("2025-01-03", "us", &[2])).then(json!({
        "status": "open", "decided_by": 1, "title": "Summit", "kind": "summit", "parties": ["hu", "us"],
    }));
    given_then(denied("2025-01-03", "ru", &[2])).then(json!({ "decided_by": 1, "title": "Summit" }));
    given_then(retracted("2025-01-03", 2)).then(json!({ "decided_by": 1, "title": "Talks", "parties": ["us", "ru"] }));
}
