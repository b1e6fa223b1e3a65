//! What changed between two pictures of the tracks: the morning brief.
//!
//! The pictures may be of two moments of knowledge, of two moments of the world, or of two readings: whatever was
//! asked.

mod kinds;
mod view;

use std::cmp::Ordering;

use demarche_core::{ActorId, AgreementId, Answer, Edtf, Event, IssueId, MeetingId, ProposalId, TrackId};

use crate::state::{Agreement, Dispute, Issue, Meeting, Proposal, TrackState};
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
/// let (before, after) = (fold.states(&known_at("2025-10-22")), fold.states(&known_at("2025-10-23")));
///
/// let changes = diff(&before, &after);
/// assert_eq!(changes[0].track.as_str(), "us-ru/irritants");
/// assert_eq!(changes[0].kinds[0], ChangeKind::Appeared);
/// let ChangeKind::Meeting { from, to, .. } = changes[0].kinds[1] else { panic!() };
/// assert_eq!((from, to), (None, Some(Phase::Cancelled)));
/// # Ok::<(), demarche_projection::Conflict>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change<'s, 'e> {
    /// The track.
    pub track: &'e TrackId,
    /// Where it stood; none where there was nothing to say of it.
    pub before: Option<&'s TrackState<'e>>,
    /// Where it stands; none where there is nothing to say of it any more.
    pub after: Option<&'s TrackState<'e>>,
    /// What changed, in the order of [`ChangeKind`]. Never empty.
    pub kinds: Vec<ChangeKind<'s, 'e>>,
}

/// One thing that changed on a track.
///
/// Status, `since`, the deciding event, the next meeting and who says so are compared where there is a state on both
/// sides. Of a track that appeared or vanished its disputes, meetings, proposals, agreements, issues and events are
/// told, as from nothing or to nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangeKind<'s, 'e> {
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
        from: &'e Event,
        /// The event that decides.
        to: &'e Event,
    },
    /// The next meeting is another one, or its date or venue is.
    Next {
        /// The meeting that was ahead.
        from: Option<&'s Meeting<'e>>,
        /// The meeting that is ahead.
        to: Option<&'s Meeting<'e>>,
    },
    /// Other parties say the same as the deciding event.
    SaidBy {
        /// Those that said so, sorted.
        from: &'s [&'e ActorId],
        /// Those that say so, sorted.
        to: &'s [&'e ActorId],
    },
    /// A dispute over the subject of the deciding event came up, ended, or was decided otherwise (`set_aside`).
    ///
    /// Where another subject decides now, the disputes over the old one are gone, and those over the new one are new.
    Contested {
        /// The dispute as it was.
        from: Option<&'s Dispute<'e>>,
        /// The dispute as it is.
        to: Option<&'s Dispute<'e>>,
    },
    /// A meeting has another phase.
    Meeting {
        /// Which one.
        name: &'e MeetingId,
        /// Its phase before; none where nobody had spoken of it.
        from: Option<Phase>,
        /// Its phase now; none where nobody speaks of it any more.
        to: Option<Phase>,
    },
    /// A meeting that was there already has another date.
    MeetingDate {
        /// Which one.
        name: &'e MeetingId,
        /// Its date before.
        from: Option<&'e Edtf>,
        /// Its date now.
        to: Option<&'e Edtf>,
    },
    /// A meeting that was there already has another venue.
    MeetingVenue {
        /// Which one.
        name: &'e MeetingId,
        /// Its venue before.
        from: Option<&'e str>,
        /// Its venue now.
        to: Option<&'e str>,
    },
    /// A proposal awaits an answer, and did not before.
    ProposalOpened {
        /// The proposal as it is.
        proposal: &'s Proposal<'e>,
    },
    /// A proposal was answered, or awaits no answer any more. It need not have been open before: it may have been made
    /// and answered between.
    ProposalClosed {
        /// Which one.
        name: &'e ProposalId,
        /// The answer that closed it; none where it was not answered, but taken back.
        answer: Option<&'e Event>,
    },
    /// An agreement has another stage, has ended, or holds again.
    Agreement {
        /// Which one.
        name: &'e AgreementId,
        /// The agreement as it was.
        from: Option<&'s Agreement<'e>>,
        /// The agreement as it is.
        to: Option<&'s Agreement<'e>>,
    },
    /// An issue was raised, resolved, or raised again.
    Issue {
        /// Which one.
        name: &'e IssueId,
        /// The issue as it was.
        from: Option<&'s Issue<'e>>,
        /// The issue as it is.
        to: Option<&'s Issue<'e>>,
    },
    /// Events that are considered and were not, in order.
    NewEvents(Vec<&'e Event>),
    /// Events that are not considered any more, in order: retracted, out of bounds, or dropped by the reading.
    GoneEvents(Vec<&'e Event>),
}

/// Compares the states of tracks, each list sorted by track as [`Fold::states`](crate::Fold::states) gives them.
///
/// Returns the tracks on which something changed, sorted.
///
/// Events are told apart by their ids, so the two lists may come from two folds.
#[must_use]
pub fn diff<'s, 'e>(before: &'s [TrackState<'e>], after: &'s [TrackState<'e>]) -> Vec<Change<'s, 'e>> {
    let (mut before, mut after) = (before.iter().peekable(), after.iter().peekable());
    let mut changes = Vec::new();
    loop {
        let order = match (before.peek(), after.peek()) {
            (None, None) => return changes,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(old), Some(new)) => old.track.cmp(new.track),
        };
        let old = before.next_if(|_| order.is_le());
        let new = after.next_if(|_| order.is_ge());
        changes.extend(change(old, new));
    }
}

fn change<'s, 'e>(before: Option<&'s TrackState<'e>>, after: Option<&'s TrackState<'e>>) -> Option<Change<'s, 'e>> {
    let track = after.or(before)?.track;
    let kinds = kinds::between(before, after);
    (!kinds.is_empty()).then_some(Change { track, before, after, kinds })
}

impl ChangeKind<'_, '_> {
    /// Returns what was answered, of a proposal that an answer closed.
    #[must_use]
    pub fn answer(&self) -> Option<Answer> {
        let Self::ProposalClosed { answer: Some(answer), .. } = self else { return None };
        kinds::answer_of(answer)
    }
}
