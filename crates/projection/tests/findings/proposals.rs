//! Proposals.

use super::*;

fn made(day: &str, deadline: &str) -> Told {
    on(day, "us", "proposal_made", json!({ "proposal": "p", "by": "us", "summary": "S", "deadline": deadline }))
}

fn answered(day: &str, answer: &str) -> Told {
    on(day, "ru", "proposal_answered", json!({ "proposal": "p", "by": "ru", "answer": answer }))
}

#[test]
fn what_is_answered_was_made() {
    assert_eq!(found([answered("2025-02-02", "rejected"), answered("2025-02-01", "deferred")]), ["unmade-proposal 3"]);
    // Made is made, in whatever order the dates put it, and taken back or not.
    assert_eq!(found([answered("2025-02-01", "rejected"), made("2025-02-02", "2025-03")]), NOTHING);
    let withdrawn = on("2025-02-04", "us", "claim_withdrawn", json!({ "claims": [2] }));
    assert_eq!(found([made("2025-02-01", "2025-03"), answered("2025-02-02", "rejected"), withdrawn]), NOTHING);
    let retracted = on("2025-02-04", "us", "event_retracted", json!({ "event": 2, "reason": "r" }));
    let log = [made("2025-02-01", "2025-03"), answered("2025-02-02", "rejected"), retracted];
    assert_eq!(message(log, &Query::default()), "the proposal p was answered, and nobody made it");
}

#[test]
fn an_open_proposal_has_its_deadline_ahead() {
    assert_eq!(found_at("2025-03", [made("2025-02-01", "2025-03")]), NOTHING);
    assert_eq!(found_at("2025-04-01T00:00:00Z", [made("2025-02-01", "2025-03")]), ["deadline-passed 2"]);
    let expected = "the proposal p awaits its answer, and was to have one by 2025-03";
    assert_eq!(message([made("2025-02-01", "2025-03")], &today("2025-04")), expected);
    let after = |answer: &str| found_at("2025-04", [made("2025-02-01", "2025-03"), answered("2025-02-02", answer)]);
    assert_eq!(after("deferred"), ["deadline-passed 2"]);
    for answer in ["accepted", "rejected", "countered"] {
        assert_eq!(after(answer), NOTHING, "{answer}");
    }
    let again = [made("2025-02-01", "2025-03"), made("2025-03-01", "2025-05")];
    assert_eq!(found_at("2025-04", again), NOTHING);
    assert_eq!(found_at("2026", [made("2025-02-01", "2025-03/..")]), NOTHING);
}
