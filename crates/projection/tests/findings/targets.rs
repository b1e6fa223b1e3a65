//! What claims about claims and retractions name.

use super::*;

#[test]
fn retractions_in_a_circle_are_one_finding_a_circle() {
    let retracts =
        |day: &str, target: u64| on(day, "desk", "event_retracted", json!({ "event": target, "reason": "r" }));
    // 2 → 4 → 3 → 2 is a circle, 5 itself is one, 6 retracts into the circle from outside.
    let log = || {
        [
            retracts("2025-02-02", 4),
            retracts("2025-02-01", 2),
            retracts("2025-02-03", 3),
            retracts("2025-02-04", 5),
            retracts("2025-02-05", 4),
        ]
    };
    assert_eq!(found(log()), ["retraction-cycle 3 2 4", "retraction-cycle 5"]);
    // As far as was known before the circle closed, there is none.
    let known = Query { known_at: moment("2025-02-02").unwrap(), ..Query::default() };
    let fold = fold([opened()].into_iter().chain(log()));
    assert_eq!(found_by(&fold, &known), NOTHING);
}

#[test]
fn a_circle_is_told_in_numbers() {
    let retracts =
        |day: &str, target: u64| on(day, "desk", "event_retracted", json!({ "event": target, "reason": "r" }));
    let query = Query::default();
    assert_eq!(message([retracts("2025-02-01", 2)], &query), "a retraction retracts itself, and is void");
    let two = [retracts("2025-02-01", 3), retracts("2025-02-01", 2)];
    assert_eq!(message(two, &query), "2 retractions retract each other in a circle, and are void");
}

#[test]
fn a_chain_of_retractions_is_no_circle() {
    let retracts = |target: u64| on("2025-02-01", "desk", "event_retracted", json!({ "event": target, "reason": "r" }));
    assert_eq!(found([meeting("2025-02-01", "proposed"), retracts(2), retracts(3)]), NOTHING);
}

#[test]
fn what_is_named_must_be_there_and_of_the_same_track() {
    for kind in ["claim_denied", "claim_confirmed", "claim_withdrawn"] {
        let named = on("2025-02-02", "us", kind, json!({ "claims": [99, 2, 99] }));
        let elsewhere = opened().with("track", "u");
        assert_eq!(found([elsewhere, named]), ["unknown-target 3", "foreign-target 3 2"]);
    }
    let retracts = |target: u64| on("2025-02-01", "desk", "event_retracted", json!({ "event": target, "reason": "r" }));
    assert_eq!(found([retracts(99)]), ["unknown-target 2"]);
    assert_eq!(found([opened().with("track", "u"), retracts(2)]), ["foreign-target 3 2"]);
}

#[test]
fn a_void_event_is_there_and_a_void_claim_names_nothing() {
    let retracts = |target: u64| on("2025-02-03", "desk", "event_retracted", json!({ "event": target, "reason": "r" }));
    let denies = |target: u64| on("2025-02-02", "ru", "claim_denied", json!({ "claims": [target] }));
    assert_eq!(found([meeting("2025-02-01", "proposed"), denies(2), retracts(2)]), NOTHING);
    assert_eq!(found([denies(99), retracts(2)]), NOTHING);
}

#[test]
fn what_as_of_cuts_off_is_there_and_what_known_at_cuts_off_is_not() {
    let retracts = on("2025-02-03", "desk", "event_retracted", json!({ "event": 2, "reason": "r" }));
    let fold = fold([opened(), meeting("2025-02-02", "proposed").with("recorded", "2025-02-04T00:00:00Z"), retracts]);
    let as_of = Query { as_of: moment("2025-02-01").unwrap(), ..Query::default() };
    assert_eq!(found_by(&fold, &as_of), NOTHING);
    let known_at = Query { known_at: moment("2025-02-03").unwrap(), ..Query::default() };
    assert_eq!(found_by(&fold, &known_at), ["unknown-target 3"]);
}

#[test]
fn only_the_source_itself_takes_its_claim_back() {
    let withdraws = |who: &str| on("2025-02-02", who, "claim_withdrawn", json!({ "claims": [2, 2] }));
    assert_eq!(found([meeting("2025-02-01", "proposed"), withdraws("us")]), NOTHING);
    assert_eq!(found([meeting("2025-02-01", "proposed"), withdraws("us/a")]), ["foreign-withdrawal 3 2"]);
    let log = [meeting("2025-02-01", "proposed"), withdraws("ru")];
    let expected = format!("ru withdraws {}, which us said", id(2));
    assert_eq!(message(log, &Query::default()), expected);
    // What was never written, nobody can take back.
    let retracts = on("2025-02-03", "desk", "event_retracted", json!({ "event": 2, "reason": "r" }));
    assert_eq!(found([meeting("2025-02-01", "proposed"), withdraws("ru"), retracts]), NOTHING);
}

#[test]
fn a_claim_and_its_target_are_named_in_the_message() {
    let denied = on("2025-02-02", "ru", "claim_denied", json!({ "claims": [99] }));
    let expected = format!("claim_denied by ru names {}, and there is no such event", id(99));
    assert_eq!(message([denied], &Query::default()), expected);
}
