//! The state of a track: the answer of the fold (`docs/model.md` §4).

use std::borrow::Cow;

use demarche_core::{
    ActorId, AgreementEnd, AgreementId, AgreementStage, DateBounds, Edtf, Event, EventId, Extent, Instant, IssueId,
    MeetingFormat, MeetingId, MeetingLevel, Occurred, ProposalId, TrackId, TrackKind,
};

use crate::fold::meetings::{AnyMeeting, held, last_held};
use crate::{Phase, Rule, Standing, Status};

/// Where a track stands, since when, resting on which events, and who says otherwise.
///
/// It borrows from the fold that was asked: nothing is copied.
///
/// ```
/// use demarche_core::codec::decode;
/// use demarche_projection::{Fold, Query, Status};
///
/// let line = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"meeting_cancelled","track":"us-ru/irritants","occurred":"2025-06","recorded":"2025-10-23T08:00:00Z","source":{"who":"izvestia","attribution":"media","grade":"B2"},"data":{"meeting":"moscow-round","by":"us"}}"#;
/// let fold = Fold::of([decode(line).unwrap()])?;
/// let query = Query { today: Some("2025-07-01T00:00:00Z".parse().unwrap()), ..Query::default() };
/// let states = fold.states(&query);
/// assert_eq!(states[0].status, Status::Cancelled);
/// assert_eq!(states[0].since.as_str(), "2025-06");
/// assert_eq!(states[0].evidence[0].id.to_string(), "0199f3c0-5a00-7000-8000-000000000001");
/// # Ok::<(), demarche_projection::Conflict>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrackState<'e> {
    /// The track.
    pub track: &'e TrackId,
    /// What it is called, as last opened; none where it never was.
    pub title: Option<&'e str>,
    /// What kind of undertaking it is, as last opened.
    pub kind: Option<TrackKind>,
    /// Whose track it is, as last opened, in the order given, each once.
    pub parties: Vec<&'e ActorId>,
    /// Where it stands.
    pub status: Status,
    /// The rule by which it has that status.
    pub rule: Rule,
    /// Since when: when the deciding event occurred; for a stall by silence the UTC day on which the patience ran out;
    /// for an overdue meeting the last day on which it was to take place.
    pub since: Cow<'e, Edtf>,
    /// The events from which the status follows, the deciding one first, the others in order. Folding them alone gives
    /// the same status and `since`. Never empty.
    pub evidence: Vec<&'e Event>,
    /// The next scheduled meeting, whatever the status.
    pub next: Option<Meeting<'e>>,
    /// Every meeting, in the order of the first event on each.
    pub meetings: Vec<Meeting<'e>>,
    /// Every proposal, in the order of the first event on each.
    pub proposals: Vec<Proposal<'e>>,
    /// Every agreement, in the order of the first event on each.
    pub agreements: Vec<Agreement<'e>>,
    /// Every issue, in the order of the first event on each.
    pub issues: Vec<Issue<'e>>,
    /// The exchanges: the counting `exchange_completed`, in order.
    pub exchanges: Vec<&'e Event>,
    /// The measures: the counting `measure_taken`, in order.
    pub measures: Vec<&'e Event>,
    /// When the last considered event occurred.
    pub last_activity: &'e Occurred,
    /// When the last counting progress event occurred.
    pub last_progress: Option<&'e Occurred>,
    /// How many different speakers the considered events have.
    pub sources: usize,
    /// How many events are considered.
    pub events: usize,
    /// The parties that say the same as the deciding event, sorted.
    pub said_by: Vec<&'e ActorId>,
    /// The parties that have said nothing of the kind, sorted.
    pub silent: Vec<&'e ActorId>,
    /// The disputes over the subject of the deciding event, in the order of the claims.
    pub contested: Vec<Dispute<'e>>,
    /// Every event in bounds and not void with its standing under the reading, in order.
    pub timeline: Vec<(&'e Event, Standing)>,
    /// The instant at which it was judged.
    pub today: Instant,
    /// The days of silence that count as a stall here.
    pub patience_days: u32,
}

/// A meeting: how far it has come, and what was last said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meeting<'e> {
    /// Its name.
    pub name: &'e MeetingId,
    /// How far it has come.
    pub phase: Phase,
    /// The last event that set its phase.
    pub set_by: &'e Event,
    /// The date last given; a meeting held without one took place when the event occurred.
    pub when: Option<&'e Edtf>,
    /// The venue last given.
    pub venue: Option<&'e str>,
    /// The title last given.
    pub title: Option<&'e str>,
    /// The format last given.
    pub format: Option<MeetingFormat>,
    /// The level last given.
    pub level: Option<MeetingLevel>,
    /// The parties last given.
    pub parties: &'e [ActorId],
    /// The counting events on it in order, each with the phase that it set.
    pub history: Vec<(&'e Event, Option<Phase>)>,
}

/// A proposal and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal<'e> {
    /// Its name.
    pub name: &'e ProposalId,
    /// The counting event by which it was last made; none where it was only answered.
    pub made: Option<&'e Event>,
    /// Whether it awaits an answer. A deferral is none.
    pub open: bool,
    /// Who made it last.
    pub by: Option<&'e ActorId>,
    /// Who is to answer, as last given.
    pub to: &'e [ActorId],
    /// What is proposed, as last given.
    pub summary: Option<&'e str>,
    /// Until when an answer is awaited, as last given.
    pub deadline: Option<&'e Edtf>,
    /// The counting events on it, in order.
    pub history: Vec<&'e Event>,
}

/// An agreement and how far it has come, or how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreement<'e> {
    /// Its name.
    pub name: &'e AgreementId,
    /// The stage last reached.
    pub stage: Option<AgreementStage>,
    /// How it ended, unless it was reached again since.
    pub ended: Option<AgreementEnd>,
    /// What it says, as last given.
    pub summary: Option<&'e str>,
    /// Until when it holds, as last given.
    pub until: Option<&'e Edtf>,
    /// The counting events on it, in order.
    pub history: Vec<&'e Event>,
}

/// An issue on the agenda.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue<'e> {
    /// Its name.
    pub name: &'e IssueId,
    /// Its title, as last given.
    pub title: Option<&'e str>,
    /// How far it is resolved, unless it was raised again since.
    pub resolved: Option<Extent>,
    /// The counting events on it, in order.
    pub history: Vec<&'e Event>,
}

/// A claim that somebody denies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispute<'e> {
    /// The claim.
    pub claim: &'e Event,
    /// The denials that are not withdrawn, sorted by id.
    pub denials: Vec<&'e Event>,
    /// Whether prudent weighing over all live events sets the claim aside, whatever the reading.
    pub set_aside: bool,
}

impl<'e> TrackState<'e> {
    /// Returns the deciding event.
    #[must_use]
    pub fn decided_by(&self) -> Option<&'e Event> {
        self.evidence.first().copied()
    }

    /// Returns the ids of the evidence, the deciding one first.
    pub fn evidence_ids(&self) -> impl Iterator<Item = EventId> {
        self.evidence.iter().map(|event| event.id)
    }

    /// Returns how many meetings were held.
    #[must_use]
    pub fn meetings_held(&self) -> usize {
        held(self.meetings.iter()).count()
    }

    /// Returns the meeting that was held last, by its date.
    #[must_use]
    pub fn last_held(&self) -> Option<&Meeting<'e>> {
        last_held(self.meetings.iter())
    }

    /// Returns the proposals that await an answer, sorted by name.
    #[must_use]
    pub fn open_proposals(&self) -> Vec<&Proposal<'e>> {
        let mut open: Vec<_> = self.proposals.iter().filter(|proposal| proposal.open).collect();
        open.sort_unstable_by_key(|proposal| proposal.name);
        open
    }
}

impl AnyMeeting for Meeting<'_> {
    fn name(&self) -> &str {
        self.name.as_str()
    }

    fn phase(&self) -> Phase {
        self.phase
    }

    fn date(&self) -> Option<DateBounds> {
        self.when.map(Edtf::bounds)
    }
}

impl Proposal<'_> {
    /// Returns its age in whole days at an instant: since it was last made; none where it never was.
    #[must_use]
    pub fn age_days(&self, today: Instant) -> Option<i64> {
        self.made.map(|made| today.days_since(made.occurred.earliest()))
    }
}
