//! Which disputes of a track are shown, and in which order.

use super::*;
use demarche_projection::state::Because;

fn claim(number: u64) -> demarche_core::EventId {
    id(number).parse().unwrap()
}

fn denied(day: &'static str, number: u64) -> Told {
    (day, "borland", "claim_denied", json!({ "claims": [number] }))
}

#[test]
fn every_dispute_is_listed_and_those_that_bear_come_first() {
    let told = [
        opened(),
        ("2025-01-02", "the-times", "issue_resolved", json!({ "issue": "dam", "extent": "fully" })),
        denied("2025-01-03", 2),
        ("2025-02-01", "ardenia", "meeting_scheduled", json!({ "meeting": "m", "when": "2025-06-01" })),
        ("2025-02-02", "the-times", "meeting_cancelled", json!({ "meeting": "m" })),
        ("2025-02-03", "ardenia/mfa", "claim_denied", json!({ "claims": [5] })),
        ("2025-02-05", "borland", "statement_made", json!({ "summary": "No", "stance": "opposed", "about": "m" })),
    ];
    let dossier = dossier(&told, "2025-03-01");
    let claims: Vec<_> = dossier.disputes().map(|dispute| (dispute.claim, dispute.because)).collect();
    let bears = [(claim(5), Some(Because::Rival)), (claim(7), Some(Because::Objection))];
    assert_eq!(claims, [bears[0], bears[1], (claim(2), None)]);
}

#[test]
fn what_is_set_aside_matters_yet_where_it_is_younger_than_the_run_or_still_open() {
    let meeting = |day: &'static str, kind: &'static str, name: &str, when: &str| {
        (day, "the-times", kind, json!({ "meeting": name, "when": when }))
    };
    let told = [
        opened(),
        // Long past and over: it matters no more.
        meeting("2025-01-02", "meeting_held", "old", "2025-01-02"),
        denied("2025-01-03", 2),
        // On a meeting that is ahead.
        meeting("2025-01-04", "meeting_scheduled", "later", "2025-09-01"),
        meeting("2025-01-05", "meeting_scheduled", "later", "2025-10-01"),
        denied("2025-01-06", 5),
        meeting("2025-02-01", "meeting_scheduled", "next", "2025-06-01"),
        // Younger than the run.
        ("2025-02-02", "the-times", "issue_resolved", json!({ "issue": "dam", "extent": "fully" })),
        denied("2025-02-03", 8),
    ];
    let dossier = dossier(&told, "2025-03-01");
    assert_eq!(dossier.state.next.as_ref().unwrap().meeting.as_str(), "next");
    let matters: Vec<_> = dossier.disputes().map(|dispute| (dispute.claim, dossier.may_matter_yet(dispute))).collect();
    assert_eq!(matters, [(claim(2), false), (claim(5), true), (claim(8), true)]);
}
