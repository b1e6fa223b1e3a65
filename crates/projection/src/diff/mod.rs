//! What changed between two pictures of the tracks: the morning brief.
//!
//! The pictures may be of two moments of knowledge, of two moments of the world, or of two readings: whatever was
//! asked.

mod kinds;
mod view;

use std::cmp::Ordering;

use demarche_core::{ActorId, AgreementId, Answer, Edtf, Event, IssueId, MeetingId, ProposalId, TrackId};

use crate::dossier::{Agreement, Dossier, Issue, Proposal};
use crate::state::{Appointment, Dispute};
use crate::{Phase, Status};

pub use view::ChangeView;

/// What changed on a track.
///
/// ```
/// use demarche_core::codec::decode;
/// use demarche_projection::{ChangeKind, Fold, Phase, Query, diff, moment};
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
    /// Where it stood; none where there was nothing to say of it.
    pub before: Option<&'s Dossier>,
    /// Where it stands; none where there is nothing to say of it any more.
    pub after: Option<&'s Dossier>,
    /// What changed, in the order of [`ChangeKind`]. Never empty.
    pub kinds: Vec<ChangeKind<'s>>,
}

/// One thing that changed on a track.
///
/// Status, `since`, the deciding event, the next meeting and who says so are compared where there is a state on both
/// sides. Of a track that appeared or vanished its disputes, meetings, proposals, agreements, issues and events are
/// told, as from nothing or to nothing.
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
    /// A dispute over the subject of the deciding event came up, ended, or was decided otherwise (`set_aside`).
    ///
    /// Where another subject decides now, the disputes over the old one are gone, and those over the new one are new.
    Contested {
        /// The claim.
        claim: &'s Event,
        /// The denials of it, as they are, or where it is no longer disputed, as they were.
        denials: Vec<&'s Event>,
        /// The dispute as it was.
        from: Option<&'s Dispute>,
        /// The dispute as it is.
        to: Option<&'s Dispute>,
    },
    /// A meeting has another phase.
    Meeting {
        /// Which one.
        name: &'s MeetingId,
        /// Its phase before; none where nobody had spoken of it.
        from: Option<Phase>,
        /// Its phase now; none where nobody speaks of it any more.
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
        /// The answer that closed it; none where it was not answered, but taken back.
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
    /// Compares two dossiers of one track; none where nothing changed.
    #[must_use]
    pub fn between(before: Option<&'s Dossier>, after: Option<&'s Dossier>) -> Option<Self> {
        let track = &after.or(before)?.state.track;
        let kinds = kinds::between(before, after);
        (!kinds.is_empty()).then_some(Self { track, before, after, kinds })
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
