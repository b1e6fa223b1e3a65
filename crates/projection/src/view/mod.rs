//! The JSON contract: what `replay --format json` prints, and services send.
//!
//! The keys are stable; more may be added. The first ones, up to `contested`, are those of the contract in
//! `docs/cli.md`; what follows is the rest of the state.

mod full;
mod json;

use std::borrow::Cow;
use std::collections::BTreeMap;

use demarche_core::{ActorId, EventId, TrackId, TrackKind};
use serde::Serialize;

pub use self::full::{FullView, event_json};
use crate::Status;
use crate::state::{Dispute, Meeting, TrackState};

/// The state of a track as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "the keys of the contract, told in docs/cli.md")]
pub struct TrackView<'a> {
    pub track: &'a TrackId,
    pub title: Option<Cow<'a, str>>,
    pub kind: Option<TrackKind>,
    pub parties: Vec<Cow<'a, ActorId>>,
    pub status: Status,
    pub since: Cow<'a, str>,
    pub decided_by: Option<EventId>,
    pub evidence: Vec<EventId>,
    pub next: Option<MeetingView<'a>>,
    pub meetings_held: usize,
    pub last_held: Option<Cow<'a, str>>,
    pub open_proposals: Vec<&'a str>,
    pub last_activity: Cow<'a, str>,
    pub last_progress: Option<Cow<'a, str>>,
    pub sources: usize,
    pub events: usize,
    pub said_by: Vec<Cow<'a, ActorId>>,
    pub silent: Vec<Cow<'a, ActorId>>,
    pub contested: Vec<DisputeView>,
    pub rule: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub descendants: Option<&'a BTreeMap<Status, usize>>,
}

/// A meeting: when and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "the keys of the contract, told in docs/cli.md")]
pub struct MeetingView<'a> {
    pub meeting: &'a str,
    pub when: Option<Cow<'a, str>>,
    pub venue: Option<Cow<'a, str>>,
}

/// A dispute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "the keys of the contract, told in docs/cli.md")]
pub struct DisputeView {
    pub claim: EventId,
    pub denied_by: Vec<EventId>,
    pub set_aside: bool,
}

fn borrowed<'a>(actors: &[&'a ActorId]) -> Vec<Cow<'a, ActorId>> {
    actors.iter().map(|actor| Cow::Borrowed(*actor)).collect()
}

impl TrackState<'_> {
    /// Returns the state in the form of the JSON contract.
    ///
    /// ```
    /// # use demarche_projection::{Fold, Query};
    /// # let line = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"track_stalled","track":"us-ru","occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","source":{"who":"izvestia","attribution":"media"},"data":{}}"#;
    /// # let fold = Fold::of([demarche_core::codec::decode(line).unwrap()]).unwrap();
    /// let states = fold.states(&Query::default());
    /// let json = serde_json::to_value(states[0].view())?;
    /// assert_eq!(json["status"], "stalled");
    /// assert_eq!(json["decided_by"], json["evidence"][0]);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn view(&self) -> TrackView<'_> {
        TrackView {
            track: self.track,
            title: self.title.map(Cow::Borrowed),
            kind: self.kind,
            parties: borrowed(&self.parties),
            status: self.status,
            since: Cow::Borrowed(self.since.as_str()),
            decided_by: self.decided_by().map(|event| event.id),
            evidence: self.evidence_ids().collect(),
            next: self.next.as_ref().map(MeetingView::of),
            meetings_held: self.meetings_held(),
            last_held: self.last_held().and_then(|meeting| meeting.when).map(|when| Cow::Borrowed(when.as_str())),
            open_proposals: self.open_proposals().into_iter().map(|proposal| proposal.name.as_str()).collect(),
            last_activity: Cow::Borrowed(self.last_activity.as_str()),
            last_progress: self.last_progress.map(|occurred| Cow::Borrowed(occurred.as_str())),
            sources: self.sources,
            events: self.events,
            said_by: borrowed(&self.said_by),
            silent: borrowed(&self.silent),
            contested: self.contested.iter().map(DisputeView::of).collect(),
            rule: self.rule.explanation(),
            descendants: None,
        }
    }
}

impl<'a> MeetingView<'a> {
    pub(crate) fn of(meeting: &'a Meeting<'_>) -> Self {
        Self {
            meeting: meeting.name.as_str(),
            when: meeting.when.map(|when| Cow::Borrowed(when.as_str())),
            venue: meeting.venue.map(Cow::Borrowed),
        }
    }
}

impl DisputeView {
    fn of(dispute: &Dispute<'_>) -> Self {
        Self {
            claim: dispute.claim.id,
            denied_by: dispute.denials.iter().map(|denial| denial.id).collect(),
            set_aside: dispute.set_aside,
        }
    }
}
