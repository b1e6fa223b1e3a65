//! Meetings.

use demarche_projection::query::Patience;

use super::*;

#[test]
fn held_after_cancellation_unless_something_brought_it_back() {
    let between = |what: &[&str]| {
        let days = ["2025-02-03", "2025-02-04", "2025-02-05"];
        let middle = days.iter().zip(what).map(|(day, what)| meeting(day, what));
        let ends = [meeting("2025-02-01", "proposed"), meeting("2025-02-02", "cancelled")];
        found(ends.into_iter().chain(middle).chain([meeting("2025-02-06", "held")]))
    };
    assert_eq!(between(&[]), ["held-after-cancellation 4 3"]);
    assert_eq!(between(&["postponed"]), ["held-after-cancellation 5 3"]);
    assert_eq!(between(&["relocated"]), ["held-after-cancellation 5 3"]);
    assert_eq!(between(&["rescheduled", "cancelled"]), ["held-after-cancellation 6 5"]);
    // A second report of the same meeting is not strange again.
    assert_eq!(between(&["held"]), ["held-after-cancellation 4 3"]);
    for back in ["proposed", "scheduled", "rescheduled"] {
        assert_eq!(between(&[back]), NOTHING, "{back}");
    }
}

#[test]
fn a_cancellation_that_does_not_count_is_none() {
    let log = |last: Told| {
        let [proposed, cancelled] = [meeting("2025-02-01", "proposed"), meeting("2025-02-02", "cancelled")];
        found([proposed, cancelled, meeting("2025-02-03", "held"), last])
    };
    let withdrawn = on("2025-02-04", "us", "claim_withdrawn", json!({ "claims": [3] }));
    assert_eq!(log(withdrawn), NOTHING);
    let denied = |grade: &str| on("2025-02-04", "ru", "claim_denied", json!({ "claims": [3] })).grade(grade);
    assert_eq!(log(denied("B2")), ["open-dispute 3 5"]);
    assert_eq!(log(denied("B3")), ["open-dispute 3 5", "held-after-cancellation 4 3"]);
}

#[test]
fn what_was_held_or_cancelled_was_announced_before() {
    assert_eq!(found([meeting("2025-02-01", "held")]), ["never-announced 2"]);
    assert_eq!(found([meeting("2025-02-01", "cancelled")]), ["never-announced 2"]);
    assert_eq!(found([meeting("2025-02-01", "postponed")]), NOTHING);
    for announced in ["proposed", "scheduled", "rescheduled", "relocated"] {
        assert_eq!(found([meeting("2025-02-01", announced), meeting("2025-02-02", "held")]), NOTHING, "{announced}");
        // Only afterwards is too late.
        let late = found([meeting("2025-02-02", announced), meeting("2025-02-01", "held")]);
        assert_eq!(late, ["never-announced 3"], "{announced}");
    }
    // Once a meeting, and of another meeting nothing follows.
    let other = on("2025-02-01", "us", "meeting_proposed", json!({ "meeting": "other" }));
    let log = [other, meeting("2025-02-02", "held"), meeting("2025-02-03", "held"), meeting("2025-02-04", "cancelled")];
    assert_eq!(found(log), ["never-announced 3"]);
    let expected = "the meeting m was cancelled, and never proposed or scheduled before";
    assert_eq!(message([meeting("2025-02-01", "cancelled")], &Query::default()), expected);
}

#[test]
fn an_announcement_that_does_not_count_was_still_made() {
    let log = |last: Told| found([meeting("2025-02-01", "proposed"), meeting("2025-02-02", "held"), last]);
    assert_eq!(log(on("2025-02-03", "us", "claim_withdrawn", json!({ "claims": [2] }))), NOTHING);
    let retracted = on("2025-02-03", "us", "event_retracted", json!({ "event": 2, "reason": "r" }));
    assert_eq!(log(retracted), ["never-announced 3"]);
    let held_withdrawn = on("2025-02-03", "us", "claim_withdrawn", json!({ "claims": [2] }));
    assert_eq!(found([meeting("2025-02-02", "held"), held_withdrawn]), NOTHING);
}

#[test]
fn a_date_that_passed_longer_ago_than_the_patience_needs_an_outcome() {
    // 2025-05-01 ends 90 days before 2025-07-30 does.
    let log = || [meeting("2025-02-01", "scheduled")];
    assert_eq!(found_at("2025-07-30", log()), NOTHING);
    assert_eq!(found_at("2025-07-31T00:00:00Z", log()), ["no-outcome 2"]);
    let expected = "the meeting m was to be held in 2025-05-01, 91 days ago, and nobody says what came of it";
    assert_eq!(message(log(), &today("2025-07-31")), expected);
    for outcome in ["held", "cancelled", "postponed"] {
        let log = [meeting("2025-02-01", "scheduled"), meeting("2025-05-02", outcome)];
        assert_eq!(found_at("2025-12-01", log), NOTHING, "{outcome}");
    }
    // A wish tells nothing of what came of it.
    let wish = [meeting("2025-02-01", "scheduled"), meeting("2025-05-02", "proposed")];
    assert_eq!(found_at("2025-12-01", wish), ["no-outcome 2"]);
    // The last who dated it is to blame, and a date without an end never passes.
    let moved = [meeting("2025-02-01", "scheduled"), meeting("2025-02-02", "rescheduled")];
    assert_eq!(found_at("2025-12-01", moved), ["no-outcome 3"]);
    let open = on("2025-02-01", "us", "meeting_scheduled", json!({ "meeting": "m", "when": "2025-05/.." }));
    assert_eq!(found_at("2026-12-01", [open]), NOTHING);
}

#[test]
fn the_patience_is_that_of_the_kind() {
    let fold = fold([opened(), meeting("2025-02-01", "scheduled")]);
    let by_kind = |kind: &str| Query {
        patience: Patience { days: 90, by_kind: [(kind.parse().unwrap(), 10)].into() },
        ..today("2025-06-01")
    };
    assert_eq!(found_by(&fold, &by_kind("summit")), ["no-outcome 2"]);
    assert_eq!(found_by(&fold, &by_kind("trade")), NOTHING);
}

#[test]
fn two_meetings_at_one_time_and_venue_may_be_one() {
    let held = |name: &str, when: &str, venue: &str| {
        on("2025-03-01", "us", "meeting_held", json!({ "meeting": name, "when": when, "venue": venue }))
    };
    let announced = |name: &str| on("2025-02-01", "us", "meeting_proposed", json!({ "meeting": name }));
    let pair = |a: Told, b: Told| found([announced("a"), announced("b"), a, b]);
    assert_eq!(pair(held("a", "2025-03-01", "Geneva"), held("b", "2025-03-01", " GENEVA ")), ["double-booked 5 4"]);
    // The same bounds in other letters.
    assert_eq!(pair(held("a", "2025-03", "Genève"), held("b", "2025-03~", "GENÈVE")), ["double-booked 5 4"]);
    assert_eq!(pair(held("a", "2025-03-01", "Geneva"), held("b", "2025-03-02", "Geneva")), NOTHING);
    assert_eq!(pair(held("a", "2025-03-01", "Geneva"), held("b", "2025-03", "Geneva")), NOTHING);
    assert_eq!(pair(held("a", "2025-03-01", "Geneva"), held("b", "2025-03-01", "Basel")), NOTHING);
    assert_eq!(pair(held("a", "2025-03-01", "Geneva"), held("a", "2025-03-01", "Geneva")), NOTHING);
    // No venue is not the same venue.
    let nowhere = |name: &str| on("2025-03-01", "us", "meeting_held", json!({ "meeting": name }));
    assert_eq!(pair(nowhere("a"), nowhere("b")), NOTHING);
    // Event text is quoted and escaped.
    let log =
        [announced("a"), announced("b"), held("a", "2025-03", "\u{1b}[31m\n"), held("b", "2025-03", "\u{1b}[31m")];
    let expected = r#"the meetings a and b were held at the same time (2025-03) and venue ("\u{1b}[31m")"#;
    assert_eq!(message(log, &Query::default()), expected);
}

#[test]
fn each_meeting_but_the_first_is_double_booked() {
    let held = |day: &str, name: &str| {
        on(day, "us", "meeting_held", json!({ "meeting": name, "when": "2025-03-01", "venue": "Geneva" }))
    };
    let names = || ["a", "b", "c"];
    let announced = names().map(|name| on("2025-02-01", "us", "meeting_proposed", json!({ "meeting": name })));
    let log = [held("2025-03-03", "a"), held("2025-03-02", "b"), held("2025-03-01", "c")];
    assert_eq!(found(announced.into_iter().chain(log)), ["double-booked 6 7", "double-booked 5 7"]);
}
