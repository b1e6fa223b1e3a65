//! §4, the stall that nobody declares: when an event was heard, and when the patience is over.

use serde_json::json;

use crate::support::scenario::{given, on};
use crate::told::*;

#[test]
fn silence_begins_when_the_patience_is_over_and_not_before() {
    // Heard at noon, when it was recorded: before the end of its day. 1 January and 90 days are 1 April.
    given([opened("2025-01-01")])
        .today("2025-04-01T12:00:00Z")
        .then(json!({ "status": "open", "since": "2025-01-01" }))
        .today("2025-04-01T12:00:00.000000001Z")
        .then(json!({
            "status": "stalled", "since": "2025-04-01", "decided_by": 1, "said_by": [], "silent": [], "contested": [],
        }));
}

#[test]
fn silence_names_nobody_even_where_a_party_spoke_last() {
    given([opened("2025-01-01"), meeting("2025-01-02", "ru", "held", "round-1")])
        .today("2025-12-31")
        .then(json!({ "status": "stalled", "since": "2025-04-02", "decided_by": 2, "said_by": [], "silent": [] }));
}

#[test]
fn a_declared_stall_comes_before_silence() {
    given([opened("2025-01-01"), stalled("2025-01-10", "us")])
        .today("2025-12-31")
        .then(json!({ "status": "stalled", "since": "2025-01-10", "decided_by": 2, "said_by": ["us"] }));
}

#[test]
fn silence_comes_before_overdue_and_all_that_follows() {
    // 90 days from the end of 5 March are the end of 3 June.
    given([opened("2025-01-01"), scheduled("2025-02-01", "us", "round-1", "2025-03-05")])
        .today("2025-06-03")
        .then(json!({ "status": "overdue", "since": "2025-03-05" }))
        .today("2025-06-04T00:00:00Z")
        .then(json!({ "status": "stalled", "since": "2025-06-03", "decided_by": 2 }));
    given([opened("2025-01-01"), meeting("2025-01-02", "us", "postponed", "round-1")])
        .today("2025-04-01")
        .then(json!({ "status": "stalled", "since": "2025-04-01", "decided_by": 1 }));
}

#[test]
fn nobody_is_silent_before_the_day_to_which_a_meeting_was_postponed() {
    let postponed =
        |until| on("2025-01-02", "us", "meeting_postponed", json!({ "meeting": "round-1", "until": until }));
    given([opened("2025-01-01"), postponed("2025-03-05")])
        .today("2025-03-05")
        .then(json!({ "status": "postponed" }))
        .today("2025-06-03")
        .then(json!({ "status": "overdue", "since": "2025-03-05" }))
        .today("2025-06-04T00:00:00Z")
        .then(json!({ "status": "stalled", "since": "2025-06-03", "decided_by": 1 }));
    given([opened("2025-01-01"), postponed("2025-03/..")]).today("9999").then(json!({ "status": "postponed" }));
}

#[test]
fn a_meeting_ahead_keeps_silence_away() {
    given([scheduled("2025-01-01", "us", "round-1", "2026-01-01")])
        .today("2025-12-31")
        .then(json!({ "status": "scheduled" }))
        .today("2026-04-01")
        .then(json!({ "status": "overdue", "since": "2026-01-01" }))
        .today("2026-04-02")
        .then(json!({ "status": "stalled", "since": "2026-04-01" }));
}

#[test]
fn what_is_entered_late_was_heard_at_the_end_of_its_day() {
    given([opened("2025-01-10").recorded("2025-06-01")])
        .today("2025-04-10")
        .then(json!({ "status": "open" }))
        .today("2025-04-11T00:00:00Z")
        .then(json!({ "status": "stalled", "since": "2025-04-10" }));
}

#[test]
fn what_is_dated_by_the_year_was_heard_when_it_was_recorded() {
    // Noon of 2 June and 90 days: 28 days of June, 31 of July, 31 of August.
    given([opened("2025").recorded("2025-06-02")])
        .today("2025-08-31T12:00:00Z")
        .then(json!({ "status": "open", "since": "2025" }))
        .today("2025-08-31T12:00:01Z")
        .then(json!({ "status": "stalled", "since": "2025-08-31" }));
}

#[test]
fn what_is_open_ended_was_heard_when_it_was_recorded() {
    given([opened("2025-01/..").recorded("2025-06-02")])
        .today("2025-08-31")
        .then(json!({ "status": "stalled", "since": "2025-08-31" }));
}

#[test]
fn what_is_dated_ahead_was_heard_when_it_was_recorded() {
    // Noon of 1 July and 90 days: 29 September.
    given([opened("2025-08").recorded("2025-07-01")])
        .today("2025-09-29T12:00:00Z")
        .then(json!({ "status": "open" }))
        .today("2025-09-29")
        .then(json!({ "status": "stalled", "since": "2025-09-29" }));
}

#[test]
fn the_last_sign_is_what_was_heard_last_and_not_what_is_last_in_order() {
    given([
        opened("2025-01-01"),
        raised("2025", "us", "visas").recorded("2025-06-02"),
        raised("2025-03-01", "us", "gas"),
    ])
    .today("2025-08-31")
    .then(json!({ "status": "stalled", "since": "2025-08-31", "decided_by": 2, "last_progress": "2025-03-01" }));
}

#[test]
fn of_signs_heard_at_once_the_last_in_order_decides() {
    // Both end with January, and so were heard at its end; the one that begins with the year comes first in order.
    let january = raised("2025-01", "us", "gas").recorded("2025-06-01");
    let interval = raised("2025-01-01/2025-01-31", "us", "visas").recorded("2025-05-01");
    let day = raised("2025-01-31", "us", "fish").recorded("2025-04-01");
    given([january, day, interval])
        .today("2025-12-31")
        .then(json!({ "status": "stalled", "since": "2025-05-01", "decided_by": 2 }));
}

#[test]
fn without_progress_any_considered_event_is_a_sign() {
    given([
        statement("2025-01-01", "us"),
        meeting("2025-01-05", "us", "cancelled", "round-1"),
        withdrawn("2025-01-07", "us", &[2]),
    ])
    .today("2025-04-07T12:00:00Z")
    .then(json!({ "status": "open", "decided_by": 1, "last_progress": null }))
    .today("2025-04-07")
    .then(json!({ "status": "stalled", "since": "2025-04-07", "decided_by": 3 }));
}

#[test]
fn progress_that_does_not_count_is_no_sign_where_other_progress_counts() {
    given([opened("2025-01-01"), raised("2025-02-01", "us", "visas"), denied("2025-02-02", "ru", &[2])])
        .today("2025-04-02")
        .then(json!({ "status": "stalled", "since": "2025-04-01", "decided_by": 1 }));
}

#[test]
fn progress_that_does_not_count_is_a_sign_like_any_other_where_none_counts() {
    given([statement("2025-01-01", "us"), raised("2025-02-01", "us", "visas"), denied("2025-01-15", "ru", &[2])])
        .today("2025-05-02T12:00:00Z")
        .then(json!({ "status": "open", "decided_by": 1 }))
        .today("2025-05-02")
        .then(json!({ "status": "stalled", "since": "2025-05-02", "decided_by": 2 }));
}

#[test]
fn the_patience_is_that_of_the_kind_else_the_general_one() {
    let given = given([opened("2025-01-01")]).patience(10).patience_for("summit", 5).today("2025-01-11");
    let given = given.then(json!({ "status": "stalled", "since": "2025-01-11" }));
    given.patience_for("consultations", 30).then(json!({ "status": "open" }));
}

#[test]
fn the_kind_is_the_one_last_opened() {
    let summit =
        on("2025-01-02", "press", "track_opened", json!({ "title": "Summit", "kind": "summit", "parties": [] }));
    given([opened("2025-01-01"), summit.clone()])
        .patience_for("consultations", 5)
        .patience_for("summit", 20)
        .today("2025-01-20")
        .then(json!({ "status": "open", "kind": "summit" }))
        .today("2025-01-22")
        .then(json!({ "status": "stalled", "since": "2025-01-22", "decided_by": 2 }));
    // An opening that does not count still names the kind.
    given([opened("2025-01-01"), summit, withdrawn("2025-01-03", "press", &[2])])
        .patience_for("summit", 20)
        .today("2025-01-22")
        .then(json!({ "status": "stalled", "since": "2025-01-21", "decided_by": 1, "kind": "summit" }));
}

#[test]
fn without_patience_the_next_instant_is_silence() {
    given([opened("2025-01-01")])
        .patience(0)
        .today("2025-01-01T12:00:00Z")
        .then(json!({ "status": "open" }))
        .today("2025-01-01T12:00:01Z")
        .then(json!({ "status": "stalled", "since": "2025-01-01" }));
}

#[test]
fn endless_patience_sees_no_silence() {
    given([opened("2025-01-01")]).patience(u32::MAX).today("9999").then(json!({ "status": "open" }));
}
