//! What changed between two pictures of the tracks: the morning brief.
//!
//! The pictures may be of two moments of knowledge, of two moments of the world, or of two readings: whatever was
//! asked.

mod kinds;
mod view;

use std::cmp::Ordering;

use demarche_core::{ActorId, AgreementId, Answer, Edtf, Event, IssueId, MeetingId, ProposalId, TrackId};

use crate::dossier::{Agreement, Dossier, Issue, Proposal};
use crate::state::{AheadKind, Appointment, Dispute, Phase, Status, TrackState};

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
    /// Where it stood; `None` if there was nothing to say of it.
    pub before: Option<&'s Dossier>,
    /// Where it stands; `None` if there is nothing to say of it any more.
    pub after: Option<&'s Dossier>,
    /// What changed, in the order of [`ChangeKind`]. Never empty.
    pub kinds: Vec<ChangeKind<'s>>,
}

/// One thing that changed on a track.
///
/// Status, `since`, the deciding event, the next meeting, who says so, what the track is called and the days that have
/// passed are compared where there is a state on both sides. Of a track that appeared or vanished its disputes,
/// meetings, proposals, agreements, issues and events are told, as from nothing or to nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangeKind<'s> {
    /// There was nothing to say of the track.
    Appeared,
    /// There is nothing to say of the track any more.
    Vanished,
    /// The track stands elsewhere.
    Status {
        /// Where it stood.
        from: Status,
        /// Where it stands.
        to: Status,
    },
    /// The status is the same, and holds since another date.
    Since {
        /// Since when it was said to hold.
        from: &'s Edtf,
        /// Since when it holds.
        to: &'s Edtf,
    },
    /// The status is the same, and another event decides it.
    Decided {
        /// The event that decided.
        from: &'s Event,
        /// The event that decides.
        to: &'s Event,
    },
    /// The next meeting is another one, or its date or venue is.
    Next {
        /// The meeting that was ahead.
        from: Option<&'s Appointment>,
        /// The meeting that is ahead.
        to: Option<&'s Appointment>,
    },
    /// Other parties say the same as the deciding event.
    SaidBy {
        /// Those that said so, sorted.
        from: &'s [ActorId],
        /// Those that say so, sorted.
        to: &'s [ActorId],
    },
    /// The track has another title, another kind, other parties or other mediators.
    Opening {
        /// The track as it was called.
        from: &'s TrackState,
        /// The track as it is called.
        to: &'s TrackState,
    },
    /// A claim on any subject is denied now, or by somebody else, or no longer; or the dispute over it was decided
    /// otherwise (`set_aside`), or bears on the status otherwise (`because`); or a party objects to the meeting now, or
    /// no longer.
    Disputed {
        /// The claim.
        claim: &'s Event,
        /// The dispute as it was.
        from: Option<&'s Dispute>,
        /// The dispute as it is.
        to: Option<&'s Dispute>,
    },
    /// A claim on any subject is confirmed that was not, or by somebody else too.
    Confirmed {
        /// The claim.
        claim: &'s Event,
        /// The confirmations that are new, in order.
        by: Vec<&'s Event>,
    },
    /// A claim was taken back by its source.
    Withdrawn {
        /// The claim.
        claim: &'s Event,
        /// The withdrawals, in order.
        by: Vec<&'s Event>,
    },
    /// A meeting has another phase.
    Meeting {
        /// Which one.
        name: &'s MeetingId,
        /// Its phase before; `None` if nobody had spoken of it.
        from: Option<Phase>,
        /// Its phase now; `None` if nobody speaks of it any more.
        to: Option<Phase>,
    },
    /// A meeting that was there already has another date.
    MeetingDate {
        /// Which one.
        name: &'s MeetingId,
        /// Its date before.
        from: Option<&'s Edtf>,
        /// Its date now.
        to: Option<&'s Edtf>,
    },
    /// A meeting that was there already has another venue.
    MeetingVenue {
        /// Which one.
        name: &'s MeetingId,
        /// Its venue before.
        from: Option<&'s str>,
        /// Its venue now.
        to: Option<&'s str>,
    },
    /// A proposal awaits an answer, and did not before.
    ProposalOpened {
        /// The proposal as it is.
        proposal: &'s Proposal,
    },
    /// A proposal was answered, or awaits no answer any more. It need not have been open before: it may have been made
    /// and answered between.
    ProposalClosed {
        /// Which one.
        name: &'s ProposalId,
        /// The answer that closed it; `None` if it was not answered, but taken back.
        answer: Option<&'s Event>,
    },
    /// An agreement has another stage, has ended, or holds again.
    Agreement {
        /// Which one.
        name: &'s AgreementId,
        /// The agreement as it was.
        from: Option<&'s Agreement>,
        /// The agreement as it is.
        to: Option<&'s Agreement>,
    },
    /// An issue was raised, resolved, or raised again.
    Issue {
        /// Which one.
        name: &'s IssueId,
        /// The issue as it was.
        from: Option<&'s Issue>,
        /// The issue as it is.
        to: Option<&'s Issue>,
    },
    /// A day has passed that was ahead, and nothing else is told of that: of a meeting that is not the next, or merely
    /// wanted; of a deadline, of a measure, of an agreement.
    Passed {
        /// What kind of thing was ahead.
        what: AheadKind,
        /// The name of the meeting, the proposal, the measure or the agreement.
        name: &'s str,
        /// The day that was set.
        on: &'s Edtf,
    },
    /// Events that are considered and were not, in order.
    NewEvents(Vec<&'s Event>),
    /// Events that are not considered any more, in order: retracted, out of bounds, or dropped by the reading.
    GoneEvents(Vec<&'s Event>),
}

/// Compares the states of tracks, each list sorted by track as [`Fold::dossiers`](crate::Fold::dossiers) gives them.
///
/// Returns the tracks on which something changed, sorted.
///
/// Events are told apart by their ids, so the two lists may come from two folds.
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

    /// Compares two dossiers of a track, on which something changed.
    pub(crate) fn on(track: &'s TrackId, before: Option<&'s Dossier>, after: Option<&'s Dossier>) -> Self {
        Self { track, before, after, kinds: kinds::between(before, after) }
    }
}

impl ChangeKind<'_> {
    /// Returns what was answered, of a proposal that an answer closed.
    #[must_use]
    pub fn answer(&self) -> Option<Answer> {
        let Self::ProposalClosed { answer: Some(answer), .. } = self else { return None };
        kinds::answer_of(answer)
    }
}
