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
