//! The JSON contract: what `replay --format json` prints, and services send.
//!
//! The keys are stable; more may be added. The first ones, up to `contested`, are those of the contract in
//! `docs/cli.md`; what follows is the rest of the state.

mod full;

use std::collections::BTreeMap;

use demarche_core::{ActorId, Edtf, EventId, MeetingId, Occurred, ProposalId, TrackId, TrackKind};
use serde::Serialize;

pub use self::full::{FullView, event_json};
use crate::Status;
use crate::state::{Dispute, Meeting, TrackState};

/// The state of a track as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TrackView<'a> {
    track: &'a TrackId,
    title: Option<&'a str>,
    kind: Option<TrackKind>,
    parties: &'a [&'a ActorId],
    status: Status,
    since: &'a Edtf,
    decided_by: Option<EventId>,
    evidence: Vec<EventId>,
    next: Option<NextView<'a>>,
    meetings_held: usize,
    last_held: Option<&'a Edtf>,
    open_proposals: Vec<&'a ProposalId>,
    last_activity: &'a Occurred,
    last_progress: Option<&'a Occurred>,
    sources: usize,
    events: usize,
    said_by: &'a [&'a ActorId],
    silent: &'a [&'a ActorId],
    contested: Vec<DisputeView>,
    rule: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    descendants: Option<&'a BTreeMap<Status, usize>>,
}

/// A meeting ahead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct NextView<'a> {
    meeting: &'a MeetingId,
    when: Option<&'a Edtf>,
    venue: Option<&'a str>,
}

/// A dispute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct DisputeView {
    claim: EventId,
    denied_by: Vec<EventId>,
    set_aside: bool,
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
            title: self.title,
            kind: self.kind,
            parties: &self.parties,
            status: self.status,
            since: &self.since,
            decided_by: self.decided_by().map(|event| event.id),
            evidence: self.evidence_ids().collect(),
            next: self.next.as_ref().map(NextView::of),
            meetings_held: self.meetings_held(),
            last_held: self.last_held().and_then(|meeting| meeting.when),
            open_proposals: self.open_proposals().into_iter().map(|proposal| proposal.name).collect(),
            last_activity: self.last_activity,
            last_progress: self.last_progress,
            sources: self.sources,
            events: self.events,
            said_by: &self.said_by,
            silent: &self.silent,
            contested: self.contested.iter().map(DisputeView::of).collect(),
            rule: self.rule.explanation(),
            descendants: None,
        }
    }
}

impl<'a> TrackView<'a> {
    /// Adds the counts of the statuses beneath the track, by the key `descendants`.
    #[must_use]
    pub const fn with_descendants(mut self, beneath: &'a BTreeMap<Status, usize>) -> Self {
        self.descendants = Some(beneath);
        self
    }
}

impl<'a> NextView<'a> {
    pub(crate) fn of(meeting: &'a Meeting<'_>) -> Self {
        Self { meeting: meeting.name, when: meeting.when, venue: meeting.venue }
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
