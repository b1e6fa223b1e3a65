//! §4: which of the parties say so, and which are silent.

use serde_json::json;

use crate::support::scenario::{given, on};
use crate::told::*;

fn parties(parties: &[&str]) -> crate::support::scenario::Told {
    on("2025-01-01", "press", "track_opened", json!({ "title": "Talks", "kind": "contacts", "parties": parties }))
}

#[test]
fn one_side_announces_and_the_other_is_silent() {
    given([opened("2025-01-01"), scheduled("2025-01-02", "ru/mfa", "round-1", "2025-03")])
        .today("2025-02-01")
        .then(json!({ "status": "scheduled", "said_by": ["ru"], "silent": ["us"] }));
}

#[test]
fn who_confirms_says_so_too() {
    given([
        opened("2025-01-01"),
        scheduled("2025-01-02", "ru/mfa", "round-1", "2025-03"),
        confirmed("2025-01-03", "us/embassy", &[2]),
    ])
    .today("2025-02-01")
    .then(json!({ "said_by": ["ru", "us"], "silent": [] }));
}

#[test]
fn a_party_may_confirm_what_a_newspaper_says() {
    given([
        opened("2025-01-01"),
        meeting("2025-01-02", "press", "held", "round-1"),
        confirmed("2025-01-03", "us", &[2]),
    ])
    .today("2025-02-01")
    .then(json!({ "said_by": ["us"], "silent": ["ru"] }));
}

#[test]
fn confirming_another_effect_or_subject_is_not_saying_so() {
    given([
        opened("2025-01-01"),
        meeting("2025-01-02", "ru", "proposed", "round-1"),
        scheduled("2025-01-03", "ru", "round-2", "2025-03"),
        scheduled("2025-01-04", "ru", "round-1", "2025-03"),
        scheduled("2025-01-05", "us", "round-2", "2025-04"),
        confirmed("2025-01-06", "us", &[1, 2, 3]),
    ])
    .today("2025-02-01")
    .then(json!({ "status": "scheduled", "decided_by": 4, "said_by": ["ru"], "silent": ["us"] }));
}

#[test]
fn confirming_what_was_set_aside_is_not_saying_so() {
    given([
        opened("2025-01-01"),
        scheduled("2025-01-02", "hu", "round-1", "2025-03"),
        denied("2025-01-03", "hu/mfa", &[2]),
        confirmed("2025-01-03", "us", &[2]).grade("C3"),
        scheduled("2025-01-04", "ru", "round-1", "2025-04"),
    ])
    .today("2025-02-01")
    .then(json!({ "decided_by": 5, "said_by": ["ru"], "silent": ["us"] }));
}

#[test]
fn confirming_a_date_that_was_given_up_is_not_saying_so() {
    given([
        opened("2025-01-01"),
        scheduled("2025-01-02", "press", "round-1", "2025-03"),
        confirmed("2025-01-03", "us", &[2]),
        scheduled("2025-01-04", "press", "round-1", "2025-04"),
    ])
    .today("2025-02-01")
    .then(json!({ "decided_by": 4, "said_by": [], "otherwise": [], "silent": ["ru", "us"] }));
}

#[test]
fn a_withdrawal_that_somebody_tries_to_withdraw_still_counts() {
    given([opened("2025-01-01"), withdrawn("2025-01-02", "us", &[99]), withdrawn("2025-01-03", "us", &[2, 3])])
        .today("2025-02-01")
        .reading("who:us")
        .then(json!({ "status": "open", "decided_by": 2, "said_by": ["us"], "silent": ["ru"] }));
}

#[test]
fn a_confirmation_that_was_withdrawn_says_nothing() {
    given([
        opened("2025-01-01"),
        scheduled("2025-01-02", "ru", "round-1", "2025-03"),
        confirmed("2025-01-03", "us", &[2]),
        withdrawn("2025-01-04", "us", &[3]),
    ])
    .today("2025-02-01")
    .then(json!({ "said_by": ["ru"], "silent": ["us"] }));
}

#[test]
fn scheduling_and_rescheduling_for_the_same_day_say_the_same() {
    let moved = |when| on("2025-01-03", "us", "meeting_rescheduled", json!({ "meeting": "round-1", "when": when }));
    let told = |when| [opened("2025-01-01"), scheduled("2025-01-02", "ru", "round-1", "2025-03"), moved(when)];
    given(told("2025-03-10"))
        .today("2025-02-01")
        .then(json!({ "since": "2025-01-02", "decided_by": 2, "said_by": ["ru", "us"], "otherwise": [] }));
    given(told("2025-04")).today("2025-02-01").then(json!({
        "since": "2025-01-03", "decided_by": 3, "said_by": ["us"], "otherwise": ["ru"],
        "contested": [dispute(2, &[], false, Some("objection"))],
    }));
}

#[test]
fn relocating_a_scheduled_meeting_is_saying_so_where_the_venue_stands() {
    let told = || {
        [
            opened("2025-01-01"),
            scheduled("2025-01-02", "ru", "round-1", "2025-03"),
            relocated("2025-01-03", "us", "round-1", "Vienna"),
        ]
    };
    given(told()).today("2025-02-01").then(json!({ "decided_by": 2, "said_by": ["ru", "us"], "silent": [] }));
    given(told().into_iter().chain([relocated("2025-01-04", "press", "round-1", "Cairo")]))
        .today("2025-02-01")
        .then(json!({ "decided_by": 2, "said_by": ["ru"], "otherwise": ["us"] }));
}

#[test]
fn relocating_a_meeting_never_heard_of_says_that_it_is_proposed() {
    given([
        opened("2025-01-01"),
        relocated("2025-01-02", "us", "round-1", "Vienna"),
        meeting("2025-01-03", "ru", "proposed", "round-1"),
    ])
    .today("2025-02-01")
    .then(json!({ "status": "proposed", "decided_by": 2, "said_by": ["ru", "us"], "silent": [] }));
}

#[test]
fn another_answer_or_stage_is_another_word() {
    given([
        opened("2025-01-01"),
        answer("2025-01-02", "us", "one-more-year", "accepted"),
        answer("2025-01-03", "ru", "one-more-year", "rejected"),
    ])
    .today("2025-02-01")
    .then(json!({ "status": "rejected", "decided_by": 3, "said_by": ["ru"], "silent": ["us"] }));
    let initialled =
        on("2025-01-02", "us", "agreement_reached", json!({ "agreement": "treaty", "stage": "initialled" }));
    given([opened("2025-01-01"), initialled, agreement("2025-01-03", "ru", "treaty")])
        .today("2025-02-01")
        .then(json!({ "status": "active", "decided_by": 3, "said_by": ["ru"], "silent": ["us"] }));
    given([opened("2025-01-01"), agreement("2025-01-02", "us", "treaty"), agreement("2025-01-03", "ru", "treaty")])
        .today("2025-02-01")
        .then(json!({ "status": "active", "since": "2025-01-02", "decided_by": 2, "said_by": ["ru", "us"] }));
}

#[test]
fn another_proposal_or_agreement_is_another_subject() {
    given([opened("2025-01-01"), proposal("2025-01-02", "us", "a"), proposal("2025-01-03", "ru", "b")])
        .today("2025-02-01")
        .then(json!({ "decided_by": 3, "said_by": ["ru"], "silent": ["us"] }));
    given([opened("2025-01-01"), agreement("2025-01-02", "us", "a"), agreement("2025-01-03", "ru", "b")])
        .today("2025-02-01")
        .then(json!({ "decided_by": 3, "said_by": ["ru"], "silent": ["us"] }));
}

#[test]
fn a_proposal_and_its_answer_are_two_effects() {
    given([opened("2025-01-01"), proposal("2025-01-02", "us", "a"), answer("2025-01-03", "ru", "a", "deferred")])
        .today("2025-02-01")
        .then(json!({ "decided_by": 3, "said_by": ["ru"], "silent": ["us"] }));
}

#[test]
fn raising_an_issue_is_the_word_of_one_party() {
    given([opened("2025-01-01"), raised("2025-01-02", "us", "visas"), raised("2025-01-03", "ru", "visas")])
        .today("2025-02-01")
        .then(json!({ "status": "active", "decided_by": 3, "said_by": ["ru"], "silent": ["us"] }));
}

#[test]
fn a_meeting_and_a_proposal_of_one_name_are_two_subjects() {
    given([
        opened("2025-01-01"),
        proposal("2025-01-02", "us", "swap"),
        meeting("2025-01-03", "ru", "proposed", "swap"),
    ])
    .today("2025-02-01")
    .then(json!({ "status": "proposed", "decided_by": 3, "said_by": ["ru"], "silent": ["us"] }));
}

#[test]
fn parties_beneath_others_and_repeated_ones_are_told_apart_and_sorted() {
    given([
        parties(&["us", "ru/mfa", "ru", "hu", "us"]),
        meeting("2025-01-02", "ru/mfa/lavrov", "held", "round-1"),
        meeting("2025-01-02", "rus", "held", "round-1"),
    ])
    .today("2025-02-01")
    .then(json!({ "parties": ["us", "ru/mfa", "ru", "hu"], "said_by": ["ru", "ru/mfa"], "silent": ["hu", "us"] }));
}

#[test]
fn where_no_parties_are_known_nobody_speaks_and_nobody_is_silent() {
    given([parties(&[]), meeting("2025-01-02", "ru", "held", "round-1")])
        .today("2025-02-01")
        .then(json!({ "parties": [], "said_by": [], "silent": [] }));
}

#[test]
fn what_a_reading_drops_says_nothing() {
    given([
        opened("2025-01-01"),
        scheduled("2025-01-02", "ru", "round-1", "2025-03"),
        confirmed("2025-01-03", "us", &[2]).attribution("background"),
    ])
    .today("2025-02-01")
    .reading("on-record")
    .then(json!({ "said_by": ["ru"], "silent": ["us"] }));
}

/// The status `open` may rest on a claim that is set aside.
#[test]
fn who_is_outweighed_says_nothing_by_that() {
    let opened_by_us = json!({ "title": "Talks", "kind": "contacts", "parties": ["us", "ru"] });
    given([on("2025-01-01", "us", "track_opened", opened_by_us), denied("2025-01-02", "us", &[1])])
        .today("2025-02-01")
        .then(json!({ "status": "open", "decided_by": 1, "said_by": [] }));
}

#[test]
fn a_wish_among_several_confirmed_words_counts_only_alone() {
    given([
        opened("2025-01-01"),
        meeting("2025-01-02", "press", "postponed", "m"),
        meeting("2025-01-03", "press", "proposed", "m"),
        confirmed("2025-01-04", "us", &[2, 3]),
    ])
    .today("2025-02-01")
    .then(json!({ "status": "postponed", "said_by": ["us"] }));
}
