//! Events that many examples tell.

use serde_json::{Value, json};

use crate::support::scenario::{Told, on};

/// Talks between `us` and `ru`, opened on that day by a newspaper, which is neither.
pub(crate) fn opened(occurred: &str) -> Told {
    on(occurred, "press", "track_opened", json!({ "title": "Talks", "kind": "consultations", "parties": ["us", "ru"] }))
}

pub(crate) fn scheduled(occurred: &str, who: &str, meeting: &str, when: &str) -> Told {
    on(occurred, who, "meeting_scheduled", json!({ "meeting": meeting, "when": when }))
}

/// An event on a meeting that says nothing more: `meeting_proposed`, `_postponed`, `_cancelled` or `_held`.
pub(crate) fn meeting(occurred: &str, who: &str, what: &str, meeting: &str) -> Told {
    on(occurred, who, &format!("meeting_{what}"), json!({ "meeting": meeting }))
}

/// A meeting wanted or expected on that day.
pub(crate) fn expected(occurred: &str, who: &str, meeting: &str, when: &str) -> Told {
    on(occurred, who, "meeting_proposed", json!({ "meeting": meeting, "when": when }))
}

/// A refusal, told by the party that refuses.
pub(crate) fn declined(occurred: &str, who: &str, meeting: &str) -> Told {
    on(occurred, who, "meeting_declined", json!({ "meeting": meeting, "by": who }))
}

pub(crate) fn relocated(occurred: &str, who: &str, meeting: &str, venue: &str) -> Told {
    on(occurred, who, "meeting_relocated", json!({ "meeting": meeting, "venue": venue }))
}

pub(crate) fn proposal(occurred: &str, who: &str, proposal: &str) -> Told {
    on(occurred, who, "proposal_made", json!({ "proposal": proposal, "by": who, "summary": "…" }))
}

pub(crate) fn answer(occurred: &str, who: &str, proposal: &str, answer: &str) -> Told {
    on(occurred, who, "proposal_answered", json!({ "proposal": proposal, "by": who, "answer": answer }))
}

pub(crate) fn agreement(occurred: &str, who: &str, agreement: &str) -> Told {
    on(occurred, who, "agreement_reached", json!({ "agreement": agreement, "stage": "signed" }))
}

pub(crate) fn raised(occurred: &str, who: &str, issue: &str) -> Told {
    on(occurred, who, "issue_raised", json!({ "issue": issue }))
}

pub(crate) fn stalled(occurred: &str, who: &str) -> Told {
    on(occurred, who, "track_stalled", json!({}))
}

pub(crate) fn concluded(occurred: &str, who: &str) -> Told {
    on(occurred, who, "track_concluded", json!({ "outcome": "agreed" }))
}

pub(crate) fn statement(occurred: &str, who: &str) -> Told {
    on(occurred, who, "statement_made", json!({ "summary": "…" }))
}

/// Where a party stands on a meeting, a proposal, an agreement or an issue.
pub(crate) fn stance(occurred: &str, who: &str, stance: &str, about: &str) -> Told {
    on(occurred, who, "statement_made", json!({ "summary": "…", "stance": stance, "about": about }))
}

/// A claim about the events of those numbers.
fn about(occurred: &str, who: &str, kind: &str, claims: &[u64]) -> Told {
    on(occurred, who, kind, json!({ "claims": claims }))
}

pub(crate) fn denied(occurred: &str, who: &str, claims: &[u64]) -> Told {
    about(occurred, who, "claim_denied", claims)
}

pub(crate) fn confirmed(occurred: &str, who: &str, claims: &[u64]) -> Told {
    about(occurred, who, "claim_confirmed", claims)
}

pub(crate) fn withdrawn(occurred: &str, who: &str, claims: &[u64]) -> Told {
    about(occurred, who, "claim_withdrawn", claims)
}

/// What is said of a disputed claim, by the numbers of the events.
pub(crate) fn dispute(claim: u64, denied_by: &[u64], set_aside: bool, because: Option<&str>) -> Value {
    json!({ "claim": claim, "denied_by": denied_by, "set_aside": set_aside, "because": because })
}

pub(crate) fn retracted(occurred: &str, event: u64) -> Told {
    on(occurred, "desk", "event_retracted", json!({ "event": event, "reason": "a mistake" }))
}
