//! The dossier of a track: its state, and everything that is on file about it.

mod view;
mod why;

use std::sync::Arc;

use demarche_core::{
    ActorId, AgreementEnd, AgreementId, AgreementStage, Edtf, Event, EventId, Extent, Instant, IssueId, MeetingFormat,
    MeetingId, MeetingLevel, MeetingMode, ProposalId,
};

use crate::state::{Dated, Dispute, Milestone, Phase, Standing, TrackState};

pub use view::{DossierView, event_json};
pub use why::WhyView;

/// A track in full: where it stands, its meetings, proposals, agreements and issues with their histories, and every
/// event with its standing.
///
/// ```
/// use demarche_core::codec::decode;
/// use demarche_projection::Fold;
/// use demarche_projection::query::Query;
/// use demarche_projection::state::Phase;
///
/// let line = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"meeting_cancelled","track":"us-ru","occurred":"2025-06","recorded":"2025-10-23T08:00:00Z","source":{"who":"izvestia","attribution":"media","grade":"B2"},"data":{"meeting":"moscow-round","by":"us"}}"#;
/// let fold = Fold::of([decode(line).unwrap()])?;
/// let dossier = fold.dossier(&"us-ru".parse().unwrap(), &Query::default())?.expect("there is such a track");
/// assert_eq!(dossier.meetings[0].phase, Phase::Cancelled);
/// assert_eq!(dossier.decided_by().source.who.as_str(), "izvestia");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Dossier {
    /// Where it stands.
    pub state: TrackState,
    /// What is ahead, or came last.
    pub milestones: Vec<Milestone>,
    /// The dates that stand, in order: those ahead, those that are overdue, and those that have passed.
    pub dates: Vec<Dated>,
    /// Every meeting, in the order of the first event on each.
    pub meetings: Vec<Meeting>,
    /// Every proposal, in the order of the first event on each.
    pub proposals: Vec<Proposal>,
    /// Every agreement, in the order of the first event on each.
    pub agreements: Vec<Agreement>,
    /// Every issue, in the order of the first event on each.
    pub issues: Vec<Issue>,
    /// The exchanges: the counting `exchange_completed`, in order.
    pub exchanges: Vec<Arc<Event>>,
    /// The measures: the counting `measure_taken`, in order.
    pub measures: Vec<Arc<Event>>,
    /// Every event in bounds and not void with its standing under the reading, in order.
    pub timeline: Vec<(Arc<Event>, Standing)>,
    /// The index of each event in the timeline, sorted by id.
    pub(crate) places: Vec<(EventId, usize)>,
}

/// A meeting: how far it has come, and what was last said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Meeting {
    /// The name of the meeting.
    pub name: MeetingId,
    /// How far it has come.
    pub phase: Phase,
    /// The last event that set its phase.
    pub set_by: Arc<Event>,
    /// The events of the unbroken run that set its phase, in order.
    pub run: Vec<EventId>,
    /// The current date. A meeting held without one took place when the event occurred.
    pub when: Option<Edtf>,
    /// The current venue.
    pub venue: Option<Box<str>>,
    /// The date to which it is postponed, if it is.
    pub until: Option<Edtf>,
    /// The title last given.
    pub title: Option<Box<str>>,
    /// The format last given.
    pub format: Option<MeetingFormat>,
    /// Whether the parties talked to each other or through mediators, as last given.
    pub mode: Option<MeetingMode>,
    /// The level last given.
    pub level: Option<MeetingLevel>,
    /// The parties last given.
    pub parties: Vec<ActorId>,
    /// The considered events on it, in order.
    pub history: Vec<MeetingEntry>,
}

/// An event on a meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MeetingEntry {
    /// The event.
    pub event: Arc<Event>,
    /// The phase that it set, or `None` if it changed nothing.
    pub phase: Option<Phase>,
    /// Its standing. If it is set aside or withdrawn, it changed nothing.
    pub standing: Standing,
}

/// A proposal and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Proposal {
    /// The name of the proposal.
    pub name: ProposalId,
    /// The counting event by which it was last made, or `None` if it was only answered.
    pub made: Option<Arc<Event>>,
    /// Whether it awaits an answer. A deferral is not an answer.
    pub open: bool,
    /// Who made it last.
    pub by: Option<ActorId>,
    /// Who is to answer, as last given.
    pub to: Vec<ActorId>,
    /// What is proposed, as last given.
    pub summary: Option<Box<str>>,
    /// Until when an answer is awaited, as last given.
    pub deadline: Option<Edtf>,
    /// The counting events on it, in order.
    pub history: Vec<Arc<Event>>,
}

/// An agreement and how far it has come, or how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Agreement {
    /// The name of the agreement.
    pub name: AgreementId,
    /// The stage last reached.
    pub stage: Option<AgreementStage>,
    /// How it ended, unless it was reached again after that.
    pub ended: Option<AgreementEnd>,
    /// What it says, as last given.
    pub summary: Option<Box<str>>,
    /// Until when it holds, as last given.
    pub until: Option<Edtf>,
    /// The counting events on it, in order.
    pub history: Vec<Arc<Event>>,
}

/// An issue and whether it is resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Issue {
    /// The name of the issue.
    pub name: IssueId,
    /// The title last given.
    pub title: Option<Box<str>>,
    /// How far it was resolved, unless it was raised again after that.
    pub resolved: Option<Extent>,
    /// The counting events on it, in order.
    pub history: Vec<Arc<Event>>,
}

impl Dossier {
    /// Returns the deciding event.
    #[must_use]
    #[allow(
        clippy::expect_used,
        clippy::missing_panics_doc,
        reason = "a status rests on an event that is in bounds and not void"
    )]
    pub fn decided_by(&self) -> &Event {
        self.event(self.state.decided_by).expect("invariant: the deciding event is in the timeline")
    }

    /// Returns the event of an id, or `None` if it is void or out of bounds.
    #[must_use]
    pub fn event(&self, id: EventId) -> Option<&Event> {
        self.timeline.get(self.place(id)?).map(|(event, _)| &**event)
    }

    /// Returns the index of an event in the timeline.
    pub(crate) fn place(&self, id: EventId) -> Option<usize> {
        let at = self.places.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        self.places.get(at).map(|(_, place)| *place)
    }

    /// Returns the evidence, the deciding event first.
    pub fn evidence(&self) -> impl Iterator<Item = &Event> {
        self.state.evidence.iter().filter_map(|id| self.event(*id))
    }

    /// Returns every dispute of the track and every objection to its meeting: first what bears on the status, then the
    /// rest, each in the order of the claims.
    pub fn disputes(&self) -> impl Iterator<Item = &Dispute> {
        let elsewhere = self.state.disputes.iter().filter(|dispute| dispute.because.is_none());
        self.state.contested.iter().chain(elsewhere)
    }

    /// Tells whether a claim that a denial outweighs may still matter: it is newer than the run on which the status
    /// rests, or it is about something still open.
    #[must_use]
    pub fn may_matter_yet(&self, dispute: &Dispute) -> bool {
        let place = self.place(dispute.claim);
        let Some((claim, Standing::SetAside)) = place.and_then(|at| self.timeline.get(at)) else { return false };
        place > self.place(self.run_begins()) || self.is_open(claim)
    }

    /// Returns the first event of the run on which the status rests: the run of its meeting, else the event that dates
    /// the status.
    fn run_begins(&self) -> EventId {
        let decided = self.decided_by();
        let of_meeting = self.meetings.iter().find(|meeting| decided.data.meeting() == Some(&meeting.name));
        let first = of_meeting.and_then(|meeting| meeting.run.first().copied());
        let dates_it = |event: &&Event| event.occurred.date() == &self.state.since;
        first.or_else(|| self.evidence().find(dates_it).map(|event| event.id)).unwrap_or(decided.id)
    }

    /// Tells whether an event is on a meeting that lies ahead, or on a proposal that awaits its answer.
    fn is_open(&self, event: &Event) -> bool {
        let is_ahead =
            |meeting: &Meeting| matches!(meeting.phase, Phase::Proposed | Phase::Scheduled | Phase::Postponed);
        let on_meeting = event.data.meeting().and_then(|name| self.meetings.iter().find(|other| other.name == *name));
        let is_unanswered = |name: &ProposalId| self.state.open_proposals.contains(name);
        on_meeting.is_some_and(is_ahead) || event.data.proposal().is_some_and(is_unanswered)
    }

    /// Returns the proposals that await an answer, sorted by name.
    #[must_use]
    pub fn open_proposals(&self) -> Vec<&Proposal> {
        let mut open: Vec<_> = self.proposals.iter().filter(|proposal| proposal.open).collect();
        open.sort_unstable_by_key(|proposal| &proposal.name);
        open
    }
}

impl Proposal {
    /// Returns its age in whole days at an instant, counted from when it was last made, or `None` if it never was.
    #[must_use]
    pub fn age_days(&self, today: Instant) -> Option<i64> {
        self.made.as_ref().map(|made| today.days_since(made.occurred.earliest()))
    }
}
