//! What changed between two views of the tracks: the morning brief.
//!
//! The two views may differ in what was known, in what had happened, or in the reading: they are the answers to any two
//! queries.

mod kinds;
mod preview;
mod view;

use std::cmp::Ordering;

use demarche_core::{ActorId, AgreementId, Answer, Edtf, Event, IssueId, MeetingId, ProposalId, TrackId};

use crate::dossier::{Agreement, Dossier, Issue, Proposal};
use crate::state::{AheadKind, Appointment, Dispute, Phase, Status, TrackState};

pub use preview::Preview;
pub use view::ChangeView;

/// What changed on a track.
///
/// ```
/// use demarche_core::codec::decode;
/// use demarche_projection::Fold;
/// use demarche_projection::diff::{ChangeKind, diff};
/// use demarche_projection::query::{Query, moment};
/// use demarche_projection::state::Phase;
///
/// let line = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"meeting_cancelled","track":"us-ru/irritants","occurred":"2025-06","recorded":"2025-10-23T08:00:00Z","source":{"who":"izvestia","attribution":"media","grade":"B2"},"data":{"meeting":"moscow-round","by":"us"}}"#;
/// let fold = Fold::of([decode(line).unwrap()])?;
/// let known_at = |day: &str| Query { known_at: moment(day).unwrap(), ..Query::default() };
/// let (before, after) = (fold.dossiers(&known_at("2025-10-22"))?, fold.dossiers(&known_at("2025-10-23"))?);
///
/// let changes = diff(&before, &after);
/// assert_eq!(changes[0].track.as_str(), "us-ru/irritants");
/// assert_eq!(changes[0].kinds[0], ChangeKind::Appeared);
/// let ChangeKind::Meeting { from, to, .. } = changes[0].kinds[1] else { panic!() };
/// assert_eq!((from, to), (None, Some(Phase::Cancelled)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change<'s> {
    /// The track.
    pub track: &'s TrackId,
    /// Where it stood, or `None` if there was nothing to say about it.
    pub before: Option<&'s Dossier>,
    /// Where it stands, or `None` if there is no longer anything to say about it.
    pub after: Option<&'s Dossier>,
    /// What changed, in the order of [`ChangeKind`]. Never empty.
    pub kinds: Vec<ChangeKind<'s>>,
}

/// One thing that changed on a track.
///
/// Status, `since`, the deciding event, the next meeting, the parties that say so, the opening and passed days are
/// compared only if there is a state on both sides. For a track that appeared or vanished, its disputes, meetings,
/// proposals, agreements, issues and events are listed as changes from nothing or to nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangeKind<'s> {
    /// There was nothing to say about the track.
    Appeared,
    /// There is no longer anything to say about the track.
    Vanished,
    /// The track has another status.
    Status {
        /// The status before.
        from: Status,
        /// The status now.
        to: Status,
    },
    /// The status is the same, but holds since another date.
    Since {
        /// The old date.
        from: &'s Edtf,
        /// The new date.
        to: &'s Edtf,
    },
    /// The status is the same, but another event decides it.
    Decided {
        /// The event that decided it.
        from: &'s Event,
        /// The event that decides it now.
        to: &'s Event,
    },
    /// The next meeting is another one, or has another date or venue.
    Next {
        /// The next meeting before.
        from: Option<&'s Appointment>,
        /// The next meeting now.
        to: Option<&'s Appointment>,
    },
    /// Other parties now say the same as the deciding event.
    SaidBy {
        /// The parties that said so, sorted.
        from: &'s [ActorId],
        /// The parties that say so now, sorted.
        to: &'s [ActorId],
    },
    /// The track has another title, another kind, other parties or other mediators.
    Opening {
        /// The opening before.
        from: &'s TrackState,
        /// The opening now.
        to: &'s TrackState,
    },
    /// The dispute over a claim, on any subject, has changed: somebody else denies it, or nobody does any longer; it is
    /// now set aside or no longer so (`set_aside`); it bears on the status for another reason (`because`); or a party
    /// has begun or ceased to object to the meeting.
    Disputed {
        /// The claim.
        claim: &'s Event,
        /// The dispute before.
        from: Option<&'s Dispute>,
        /// The dispute now.
        to: Option<&'s Dispute>,
    },
    /// A claim on any subject has new confirmations.
    Confirmed {
        /// The claim.
        claim: &'s Event,
        /// The new confirmations, in order.
        by: Vec<&'s Event>,
    },
    /// The source of a claim withdrew it.
    Withdrawn {
        /// The claim.
        claim: &'s Event,
        /// The withdrawals, in order.
        by: Vec<&'s Event>,
    },
    /// A meeting has another phase.
    Meeting {
        /// The meeting.
        name: &'s MeetingId,
        /// Its phase before, or `None` if nobody had mentioned it.
        from: Option<Phase>,
        /// Its phase now, or `None` if nobody mentions it any longer.
        to: Option<Phase>,
    },
    /// A meeting that was known before has another date.
    MeetingDate {
        /// The meeting.
        name: &'s MeetingId,
        /// Its date before.
        from: Option<&'s Edtf>,
        /// Its date now.
        to: Option<&'s Edtf>,
    },
    /// A meeting that was known before has another venue.
    MeetingVenue {
        /// The meeting.
        name: &'s MeetingId,
        /// Its venue before.
        from: Option<&'s str>,
        /// Its venue now.
        to: Option<&'s str>,
    },
    /// A proposal now awaits an answer, and did not before.
    ProposalOpened {
        /// The proposal now.
        proposal: &'s Proposal,
    },
    /// A proposal was answered, or no longer awaits an answer. It need not have been open before: it may have been made
    /// and answered in between.
    ProposalClosed {
        /// The proposal.
        name: &'s ProposalId,
        /// The answer that closed it, or `None` if it was withdrawn without one.
        answer: Option<&'s Event>,
    },
    /// An agreement has another stage, has ended, or holds again.
    Agreement {
        /// The agreement.
        name: &'s AgreementId,
        /// The agreement before.
        from: Option<&'s Agreement>,
        /// The agreement now.
        to: Option<&'s Agreement>,
    },
    /// An issue was raised, resolved, or raised again.
    Issue {
        /// The issue.
        name: &'s IssueId,
        /// The issue before.
        from: Option<&'s Issue>,
        /// The issue now.
        to: Option<&'s Issue>,
    },
    /// A date that lay ahead has passed, and no other change covers it: the date of a meeting that is not the next one
    /// or is merely wanted, of a deadline, a measure or an agreement.
    Passed {
        /// The kind of thing.
        what: AheadKind,
        /// The name of the meeting, the proposal, the measure or the agreement.
        name: &'s str,
        /// The date that was set.
        on: &'s Edtf,
    },
    /// Events that are now considered and were not, in order.
    NewEvents(Vec<&'s Event>),
    /// Events that are no longer considered, in order: retracted, out of bounds, or dropped by the reading.
    GoneEvents(Vec<&'s Event>),
}

/// Compares the states of tracks. Each list must be sorted by track, as [`Fold::dossiers`](crate::Fold::dossiers)
/// returns it.
///
/// Returns the tracks that changed, sorted.
///
/// Events are identified by id, so the two lists may come from different folds.
#[must_use]
pub fn diff<'s>(before: &'s [Dossier], after: &'s [Dossier]) -> Vec<Change<'s>> {
    let (mut before, mut after) = (before.iter().peekable(), after.iter().peekable());
    let mut changes = Vec::new();
    loop {
        let order = match (before.peek(), after.peek()) {
            (None, None) => return changes,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(old), Some(new)) => old.state.track.cmp(&new.state.track),
        };
        let old = before.next_if(|_| order.is_le());
        let new = after.next_if(|_| order.is_ge());
        changes.extend(Change::between(old, new));
    }
}

impl<'s> Change<'s> {
    /// Compares two dossiers of one track; returns `None` if nothing changed.
    #[must_use]
    pub fn between(before: Option<&'s Dossier>, after: Option<&'s Dossier>) -> Option<Self> {
        let change = Self::on(&after.or(before)?.state.track, before, after);
        (!change.kinds.is_empty()).then_some(change)
    }

    /// Compares two dossiers of a track that is known to have changed.
    pub(crate) fn on(track: &'s TrackId, before: Option<&'s Dossier>, after: Option<&'s Dossier>) -> Self {
        Self { track, before, after, kinds: kinds::between(before, after) }
    }
}

impl ChangeKind<'_> {
    /// Returns the answer that closed a proposal, or `None` if it was closed without one.
    #[must_use]
    pub fn answer(&self) -> Option<Answer> {
        let Self::ProposalClosed { answer: Some(answer), .. } = self else { return None };
        kinds::answer_of(answer)
    }
}
