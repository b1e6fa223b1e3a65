//! What comes next on a track, or came last: for lists with one line per track.

use demarche_core::ProposalId;

use crate::state::Appointment;

/// Something that lies ahead on a track, or if nothing does, the last thing that happened.
///
/// What lies ahead is the next scheduled meeting, else the proposed meeting that was first mentioned last; then the
/// proposals that await an answer, by name. If there are none of these, it is the meeting that was held last.
///
/// ```
/// # use demarche_projection::Fold;
/// # use demarche_projection::query::Query;
/// # use demarche_projection::state::Milestone;
/// # let line = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"meeting_proposed","track":"us-ru","occurred":"2025-06","recorded":"2025-06-01T08:00:00Z","source":{"who":"izvestia","attribution":"media","grade":"B2"},"data":{"meeting":"moscow-round"}}"#;
/// # let fold = Fold::of([demarche_core::codec::decode(line).unwrap()]).unwrap();
/// let dossier = fold.dossier(&"us-ru".parse().unwrap(), &Query::default())?.expect("there is such a track");
/// let [Milestone::Wanted(meeting)] = &dossier.milestones[..] else { panic!() };
/// assert_eq!(meeting.meeting.as_str(), "moscow-round");
/// # Ok::<(), demarche_projection::LogChanged>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Milestone {
    /// The meeting that is scheduled next.
    Next(Appointment),
    /// The meeting that is proposed, if none is scheduled.
    Wanted(Appointment),
    /// A proposal that awaits an answer.
    Unanswered(ProposalId),
    /// The meeting that was held last, if nothing lies ahead.
    Last(Appointment),
}
