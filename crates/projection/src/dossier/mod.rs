//! The dossier of a track: its state, and everything that is on file about it.

mod view;

use std::sync::Arc;

use demarche_core::{
    ActorId, AgreementEnd, AgreementId, AgreementStage, Edtf, Event, EventId, Extent, Instant, IssueId, MeetingFormat,
    MeetingId, MeetingLevel, ProposalId,
};

use crate::state::TrackState;
use crate::{Course, Phase, Standing};

pub use view::{DossierView, event_json};

/// A track in full: where it stands, its meetings, proposals, agreements and issues with their histories, and every
/// event with its standing.
///
/// ```
/// use demarche_core::codec::decode;
/// use demarche_projection::{Fold, Phase, Query};
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
    pub course: Vec<Course>,
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
    /// Where the event of each id stands in the timeline, sorted by id.
    pub(crate) places: Vec<(EventId, usize)>,
}

/// A meeting: how far it has come, and what was last said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Meeting {
    /// Its name.
    pub name: MeetingId,
    /// How far it has come.
    pub phase: Phase,
    /// The last event that set its phase.
    pub set_by: Arc<Event>,
    /// The date last given; a meeting held without one took place when the event occurred.
    pub when: Option<Edtf>,
    /// The venue last given.
    pub venue: Option<Box<str>>,
    /// The title last given.
    pub title: Option<Box<str>>,
    /// The format last given.
    pub format: Option<MeetingFormat>,
    /// The level last given.
    pub level: Option<MeetingLevel>,
    /// The parties last given.
    pub parties: Vec<ActorId>,
    /// The counting events on it in order, each with the phase that it set.
    pub history: Vec<(Arc<Event>, Option<Phase>)>,
}

/// A proposal and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Proposal {
    /// Its name.
    pub name: ProposalId,
    /// The counting event by which it was last made; none where it was only answered.
    pub made: Option<Arc<Event>>,
    /// Whether it awaits an answer. A deferral is none.
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
    /// Its name.
    pub name: AgreementId,
    /// The stage last reached.
    pub stage: Option<AgreementStage>,
    /// How it ended, unless it was reached again since.
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
    /// Its name.
    pub name: IssueId,
    /// The title last given.
    pub title: Option<Box<str>>,
    /// How far it was resolved, unless it was raised again since.
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

    /// Returns the event of an id, if it is in bounds and not void.
    #[must_use]
    pub fn event(&self, id: EventId) -> Option<&Event> {
        let at = self.places.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        let (event, _) = self.timeline.get(self.places.get(at)?.1)?;
        Some(event)
    }

    /// Returns the evidence, the deciding event first.
    pub fn evidence(&self) -> impl Iterator<Item = &Event> {
        self.state.evidence.iter().filter_map(|id| self.event(*id))
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
    /// Returns its age in whole days at an instant: since it was last made; none where it never was.
    #[must_use]
    pub fn age_days(&self, today: Instant) -> Option<i64> {
        self.made.as_ref().map(|made| today.days_since(made.occurred.earliest()))
    }
}
