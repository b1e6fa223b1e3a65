//! §4, the table of statuses, row by row, and the order of the rows.

use serde_json::json;

use crate::support::scenario::{given, on};
use crate::told::*;

#[test]
fn a_track_that_was_only_opened_is_open() {
    given([opened("2025-01-01")]).today("2025-02-01").then(json!({
        "track": "t", "title": "Talks", "kind": "consultations", "parties": ["us", "ru"],
        "status": "open", "since": "2025-01-01", "decided_by": 1,
        "next": null, "meetings_held": 0, "last_held": null, "open_proposals": [],
        "last_activity": "2025-01-01", "last_progress": "2025-01-01", "sources": 1, "events": 1,
        "said_by": [], "silent": ["ru", "us"], "contested": [],
    }));
}

#[test]
fn a_track_never_opened_is_open_since_its_first_event() {
    given([statement("2025-01-03", "us"), statement("2025-01-02", "ru")]).today("2025-02-01").then(json!({
        "title": null, "kind": null, "parties": [],
        "status": "open", "since": "2025-01-02", "decided_by": 2,
        "last_activity": "2025-01-03", "last_progress": null, "sources": 2, "events": 2,
        "said_by": [], "silent": [],
    }));
}

#[test]
fn a_track_opened_again_is_open_since_the_last_opening() {
    given([opened("2025-01-01"), opened("2025-01-05"), statement("2025-01-09", "us")])
        .today("2025-02-01")
        .then(json!({ "status": "open", "since": "2025-01-05", "decided_by": 2 }));
}

#[test]
fn a_meeting_ahead_makes_it_scheduled_until_its_last_instant() {
    let given = given([opened("2025-01-01"), scheduled("2025-02-01", "ru/mfa", "round-1", "2025-03-05")]);
    let given = given.today("2025-03-05T23:59:59.999999999Z").then(json!({
        "status": "scheduled", "since": "2025-02-01", "decided_by": 2,
        "next": { "meeting": "round-1", "when": "2025-03-05", "venue": null },
    }));
    given.today("2025-03-06T00:00:00Z").then(json!({
        "status": "overdue", "since": "2025-03-05", "decided_by": 2, "next": null,
    }));
}

#[test]
fn overdue_is_counted_from_the_last_day_of_an_imprecise_date() {
    given([
        opened("2025-01-01"),
        scheduled("2025-02-01", "ru", "round-1", "2025-02-20"),
        on("2025-02-10", "us", "meeting_rescheduled", json!({ "meeting": "round-1", "when": "2025-03" })),
        relocated("2025-02-11", "us", "round-1", "Vienna"),
    ])
    .today("2025-03-31")
    .then(json!({ "status": "scheduled", "since": "2025-02-10", "decided_by": 3 }))
    .today("2025-04-01")
    .then(json!({ "status": "overdue", "since": "2025-03-31", "decided_by": 3 }));
}

#[test]
fn a_meeting_ahead_comes_before_a_declared_stall() {
    given([scheduled("2025-02-01", "ru", "round-1", "2025-03-05"), stalled("2025-02-02", "us")])
        .today("2025-03-01")
        .then(json!({ "status": "scheduled", "decided_by": 1 }))
        .today("2025-03-06")
        .then(json!({ "status": "stalled", "since": "2025-02-02", "decided_by": 2 }));
}

#[test]
fn a_conclusion_comes_before_everything() {
    given([
        opened("2025-01-01"),
        scheduled("2025-02-01", "ru", "round-1", "2025-03-05"),
        concluded("2025-02-02", "us"),
        statement("2025-02-03", "us"),
        meeting("2025-02-04", "us", "cancelled", "round-2"),
    ])
    .today("2025-03-01")
    .then(json!({
        "status": "concluded", "since": "2025-02-02", "decided_by": 3, "said_by": ["us"], "silent": ["ru"],
        "next": { "meeting": "round-1", "when": "2025-03-05", "venue": null },
    }))
    .today("2030")
    .then(json!({ "status": "concluded", "since": "2025-02-02", "next": null }));
}

#[test]
fn progress_after_a_conclusion_revives_the_track() {
    given([concluded("2025-02-02", "us"), raised("2025-02-03", "ru", "visas")])
        .today("2025-03-01")
        .then(json!({ "status": "active", "since": "2025-02-03", "decided_by": 2 }));
}

#[test]
fn a_stall_after_a_conclusion_is_a_stall() {
    given([concluded("2025-02-02", "us"), stalled("2025-02-03", "ru")])
        .today("2025-03-01")
        .then(json!({ "status": "stalled", "since": "2025-02-03", "decided_by": 2 }));
}

#[test]
fn of_several_declared_stalls_the_first_since_the_last_progress_dates_it() {
    given([
        opened("2025-01-01"),
        stalled("2025-01-02", "us"),
        raised("2025-01-03", "us", "visas"),
        stalled("2025-01-04", "ru"),
        statement("2025-01-05", "us"),
        stalled("2025-01-06", "us").grade("A1"),
    ])
    .today("2025-02-01")
    .then(
        json!({ "status": "stalled", "since": "2025-01-04", "decided_by": 6, "said_by": ["ru", "us"], "silent": [] }),
    );
}

#[test]
fn a_wish_or_an_opening_ends_no_declared_stall() {
    let at_a_place = json!({ "meeting": "round-1", "venue": "Vienna" });
    let told =
        || [stalled("2025-01-02", "us"), meeting("2025-01-03", "us", "proposed", "round-1"), opened("2025-01-04")];
    given(told()).today("2025-02-01").then(json!({ "status": "stalled", "since": "2025-01-02", "decided_by": 1 }));
    given(told().into_iter().chain([on("2025-01-05", "us", "meeting_proposed", at_a_place)]))
        .today("2025-02-01")
        .then(json!({ "status": "proposed", "since": "2025-01-03", "decided_by": 2 }));
}

#[test]
fn progress_ends_a_declared_stall() {
    given([opened("2025-01-01"), stalled("2025-01-02", "us"), raised("2025-01-03", "us", "visas")])
        .today("2025-02-01")
        .then(json!({ "status": "active", "since": "2025-01-03", "decided_by": 3, "last_progress": "2025-01-03" }));
}

#[test]
fn activity_that_is_no_progress_does_not_end_a_declared_stall() {
    given([
        opened("2025-01-01"),
        stalled("2025-01-02", "us"),
        meeting("2025-01-03", "us", "postponed", "round-1"),
        meeting("2025-01-04", "us", "cancelled", "round-1"),
        relocated("2025-01-05", "us", "round-1", "Vienna"),
        on("2025-01-06", "us", "agreement_ended", json!({ "agreement": "treaty", "how": "expired" })),
        on("2025-01-07", "us", "measure_taken", json!({ "measure": "m", "of": "visa", "effect": "eased", "by": "us" })),
        statement("2025-01-08", "us"),
        confirmed("2025-01-09", "ru", &[3]),
    ])
    .today("2025-02-01")
    .then(json!({
        "status": "stalled", "since": "2025-01-02", "decided_by": 2, "said_by": ["us"], "silent": ["ru"],
        "last_activity": "2025-01-09", "last_progress": "2025-01-01",
    }));
}

#[test]
fn postponed_cancelled_and_proposed_are_as_the_last_move_left_its_meeting() {
    for what in ["postponed", "cancelled", "proposed"] {
        given([
            opened("2025-01-01"),
            meeting("2025-01-02", "ru", what, "round-1"),
            raised("2025-01-03", "us", "visas"),
            statement("2025-01-04", "us"),
        ])
        .today("2025-02-01")
        .then(json!({ "status": what, "since": "2025-01-02", "decided_by": 2, "said_by": ["ru"], "silent": ["us"] }));
    }
}

#[test]
fn a_meeting_held_makes_it_active() {
    given([opened("2025-01-01"), meeting("2025-01-02", "ru", "held", "round-1"), statement("2025-01-04", "us")])
        .today("2025-02-01")
        .then(json!({ "status": "active", "since": "2025-01-02", "decided_by": 2, "meetings_held": 1 }));
}

#[test]
fn a_relocation_is_no_move() {
    given([
        opened("2025-01-01"),
        meeting("2025-01-02", "us", "cancelled", "round-1"),
        meeting("2025-01-03", "ru", "proposed", "round-2"),
        relocated("2025-01-04", "ru", "round-1", "Vienna"),
    ])
    .today("2025-02-01")
    .then(json!({ "status": "proposed", "since": "2025-01-03", "decided_by": 3, "said_by": ["ru"], "silent": ["us"] }));
}

#[test]
fn a_proposal_is_proposed_until_it_is_answered() {
    let told = || vec![opened("2025-01-01"), proposal("2025-01-02", "ru", "one-more-year")];
    given(told()).today("2025-02-01").then(json!({
        "status": "proposed", "since": "2025-01-02", "decided_by": 2, "open_proposals": ["one-more-year"],
    }));
    let answered = |word| told().into_iter().chain([answer("2025-01-03", "us", "one-more-year", word)]);
    let given_answer = |word| given(answered(word)).today("2025-02-01");
    let by_the_answer = |status: &str, open: &[&str]| {
        let open = json!(open);
        json!({ "status": status, "since": "2025-01-03", "decided_by": 3, "open_proposals": open })
    };
    given_answer("deferred").then(by_the_answer("proposed", &["one-more-year"]));
    given_answer("rejected").then(by_the_answer("rejected", &[]));
    given_answer("accepted").then(by_the_answer("active", &[]));
    given_answer("countered").then(by_the_answer("active", &[]));
}

#[test]
fn agreements_exchanges_and_resumptions_are_moves_that_make_it_active() {
    let exchange = on("2025-01-03", "us", "exchange_completed", json!({ "exchange": "swap", "of": "prisoners" }));
    let resumed = on("2025-01-03", "us", "track_resumed", json!({}));
    for last in [agreement("2025-01-03", "us", "treaty"), exchange, resumed] {
        given([opened("2025-01-01"), proposal("2025-01-02", "ru", "one-more-year"), last])
            .today("2025-02-01")
            .then(json!({ "status": "active", "since": "2025-01-03", "decided_by": 3, "said_by": ["us"] }));
    }
}

#[test]
fn an_agreement_that_ended_is_a_stall_until_something_moves() {
    let ended = on("2025-01-02", "ru", "agreement_ended", json!({ "agreement": "treaty", "how": "withdrawn" }));
    let told = || [agreement("2025-01-01", "us", "treaty"), ended.clone()];
    given(told()).today("2025-02-01").then(json!({ "status": "stalled", "since": "2025-01-02", "decided_by": 2 }));
    given(told().into_iter().chain([proposal("2025-01-03", "us", "one-more-year")]))
        .today("2025-02-01")
        .then(json!({ "status": "proposed", "decided_by": 3 }));
}

#[test]
fn a_move_decides_even_where_an_issue_came_after_it() {
    given([opened("2025-01-01"), agreement("2025-01-02", "us", "treaty"), raised("2025-01-03", "ru", "visas")])
        .today("2025-02-01")
        .then(json!({ "status": "active", "since": "2025-01-02", "decided_by": 2, "last_progress": "2025-01-03" }));
}

#[test]
fn the_last_activity_is_considered_and_the_last_progress_counts() {
    given([opened("2025-01-01"), raised("2025-01-03", "us", "visas"), withdrawn("2025-01-02", "us", &[2])])
        .today("2025-02-01")
        .then(json!({ "status": "open", "last_activity": "2025-01-03", "last_progress": "2025-01-01", "events": 3 }));
}

#[test]
fn issues_are_progress_and_no_move() {
    let resolved = on("2025-01-04", "ru", "issue_resolved", json!({ "issue": "visas", "extent": "partly" }));
    given([opened("2025-01-01"), raised("2025-01-03", "us", "visas"), resolved.clone(), opened("2025-01-05")])
        .today("2025-02-01")
        .then(json!({ "status": "active", "since": "2025-01-04", "decided_by": 3, "last_progress": "2025-01-05" }));
    given([opened("2025-01-01"), proposal("2025-01-02", "us", "one-more-year"), resolved])
        .today("2025-02-01")
        .then(json!({ "status": "proposed", "since": "2025-01-02", "decided_by": 2 }));
}

#[test]
fn another_term_of_an_agreement_is_another_run() {
    let until = |occurred, until| {
        let data = json!({ "agreement": "treaty", "stage": "in_force", "until": until });
        on(occurred, "us", "agreement_reached", data)
    };
    given([until("2025-01-01", "2026"), until("2025-01-02", "2026")])
        .today("2025-02-01")
        .then(json!({ "status": "active", "since": "2025-01-01", "decided_by": 1 }));
    given([until("2025-01-01", "2026"), until("2025-01-02", "2027")])
        .today("2025-02-01")
        .then(json!({ "status": "active", "since": "2025-01-02", "decided_by": 2 }));
}

#[test]
fn conclusions_are_a_run_and_a_later_opening_ends_it() {
    given([opened("2025-01-01"), concluded("2025-01-02", "us"), concluded("2025-01-03", "ru")])
        .today("2025-02-01")
        .then(json!({ "status": "concluded", "since": "2025-01-02", "decided_by": 2, "said_by": ["ru", "us"] }));
    given([concluded("2025-01-02", "us"), opened("2025-01-03")])
        .today("2025-02-01")
        .then(json!({ "status": "open", "since": "2025-01-03", "decided_by": 2 }));
}

#[test]
fn a_proposal_past_its_deadline_is_overdue() {
    let data = json!({ "proposal": "swap", "by": "us", "summary": "…", "deadline": "2025-01" });
    given([opened("2025-01-01"), on("2025-01-02", "us", "proposal_made", data)])
        .today("2025-01-31")
        .then(json!({ "status": "proposed", "since": "2025-01-02" }))
        .today("2025-02-01")
        .then(json!({ "status": "overdue", "since": "2025-01-31", "decided_by": 2, "open_proposals": ["swap"] }));
}
