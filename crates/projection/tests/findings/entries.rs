//! Entries as such.

use super::*;

#[test]
fn nothing_is_recorded_before_it_can_have_occurred() {
    let recorded = |text: &str| meeting("2025-02-10", "proposed").with("recorded", text);
    assert_eq!(found([recorded("2025-02-09T23:59:59Z")]), ["recorded-early 2"]);
    assert_eq!(found([recorded("2025-02-10T00:00:00Z")]), NOTHING);
    // Somewhere in February it may have occurred before.
    assert_eq!(found([meeting("2025-02", "proposed").with("recorded", "2025-02-01T00:00:00Z")]), NOTHING);
    let expected = "meeting_proposed by us occurred in 2025-02-10, and was recorded before, at 2025-02-09T23:59:59Z";
    assert_eq!(message([recorded("2025-02-09T23:59:59Z")], &Query::default()), expected);
}

#[test]
fn a_track_never_opened_is_one_finding_at_its_first_event() {
    let query = Query::default();
    let log = || [meeting("2025-02-02", "proposed"), meeting("2025-02-01", "proposed")];
    assert_eq!(found_by(&fold(log()), &query), ["track-not-opened 2"]);
    // Opened late is opened.
    let late = on("2025-06-01", "us", "track_opened", json!({ "title": "T", "kind": "summit", "parties": [] }));
    assert_eq!(found_by(&fold(log().into_iter().chain([late])), &query), NOTHING);
    // An opening taken back still names the track; one retracted does not.
    let taken_back = |kind: &str, data: Value| fold([opened(), on("2025-02-03", "us", kind, data)]);
    assert_eq!(found_by(&taken_back("claim_withdrawn", json!({ "claims": [1] })), &query), NOTHING);
    assert_eq!(found_by(&taken_back("event_retracted", json!({ "event": 1, "reason": "r" })), &query), NOTHING);
    let retracts = on("2025-02-03", "us", "event_retracted", json!({ "event": 1, "reason": "r" }));
    let fold = fold([opened(), retracts, meeting("2025-02-04", "proposed")]);
    assert_eq!(found_by(&fold, &query), ["track-not-opened 3"]);
}

#[test]
fn an_interval_does_not_end_in_a_time_that_had_not_come_when_it_was_recorded() {
    let held = |occurred: &str, recorded: &str| meeting(occurred, "proposed").with("recorded", recorded);
    let noon = "2025-02-10T12:00:00Z";
    assert_eq!(found([held("2025-02-08/2025-02-11", noon)]), ["ends-ahead 2"]);
    assert_eq!(found([held("2025-01/2025-03", noon)]), ["ends-ahead 2"]);
    // Its last day, its last month had begun.
    assert_eq!(found([held("2025-02-08/2025-02-10", noon)]), NOTHING);
    assert_eq!(found([held("2025-01/2025-02", noon)]), NOTHING);
    // What is merely imprecise may have occurred before; what is open has no end.
    assert_eq!(found([held("2025-02", noon)]), NOTHING);
    assert_eq!(found([held("2025", noon)]), NOTHING);
    assert_eq!(found([held("2025-02-08/..", noon)]), NOTHING);
    // What begins later is recorded early, and no more.
    assert_eq!(found([held("2025-02-11/2025-02-12", noon)]), ["recorded-early 2"]);
    let expected = "meeting_proposed by us occurred in 2025-02-08/2025-02-11, whose end had not come when it was recorded, \
                    at 2025-02-10T12:00:00Z";
    assert_eq!(message([held("2025-02-08/2025-02-11", noon)], &Query::default()), expected);
}

#[test]
fn entries_that_only_their_ids_order_say_one_thing_of_a_matter() {
    let set = |when: &str| on("2025-02-10", "us", "meeting_scheduled", json!({ "meeting": "m", "when": when }));
    let other = || on("2025-02-10", "us", "meeting_scheduled", json!({ "meeting": "n", "when": "2025-06-02" }));
    assert_eq!(found([set("2025-06-01"), set("2025-06-02"), set("2025-06-01")]), ["tied-order 3 2"]);
    assert_eq!(found([set("2025-06-01"), other()]), NOTHING, "they are two meetings");
    assert_eq!(found([set("2025-06-01"), meeting("2025-02-10", "cancelled")]), ["tied-order 3 2"]);
    // A microsecond is an order, and so is a day.
    assert_eq!(found([set("2025-06-01"), set("2025-06-02").with("recorded", "2025-02-10T12:00:00.000001Z")]), NOTHING);
    assert_eq!(
        found([
            set("2025-06-01"),
            set("2025-06-02").with("occurred", "2025-02-09").with("recorded", "2025-02-10T12:00:00Z")
        ]),
        NOTHING
    );
    // What a statement says of a matter takes it nowhere.
    let said = |stance: &str| {
        on("2025-02-10", "us", "statement_made", json!({ "summary": "S", "about": "m", "stance": stance }))
    };
    assert_eq!(found([set("2025-06-01"), said("open"), said("opposed")]), NOTHING);
    // Of the track itself, and what was taken back ties with nothing.
    let track = |kind: &str| on("2025-02-10", "us", kind, json!({}));
    assert_eq!(found([track("track_stalled"), track("track_resumed")]), ["tied-order 3 2"]);
    let withdrawn = on("2025-02-11", "us", "claim_withdrawn", json!({ "claims": [3] }));
    assert_eq!(found([set("2025-06-01"), set("2025-06-02"), withdrawn]), NOTHING);
    let expected = "meeting_scheduled by us and meeting_scheduled by us occurred in 2025-02-10 and were recorded at one \
                    instant: only their ids order them";
    assert_eq!(message([set("2025-06-01"), set("2025-06-02")], &Query::default()), expected);
}
