//! What comes next on a track, or came last: for a list in which each track has a line.

use crate::Phase;
use crate::state::{Meeting, Proposal, TrackState};

/// One thing that is ahead on a track, or where nothing is, what lies behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Course<'s, 'e> {
    /// The meeting that is scheduled next.
    Next(&'s Meeting<'e>),
    /// The meeting that is proposed, where none is scheduled.
    Wanted(&'s Meeting<'e>),
    /// A proposal that awaits an answer.
    Unanswered(&'s Proposal<'e>),
    /// The meeting that was held last, where nothing is ahead.
    Last(&'s Meeting<'e>),
}

impl<'e> TrackState<'e> {
    /// Returns what is ahead: the next meeting, else the one among those proposed that was first spoken of last; then
    /// the proposals that await an answer, by their names. Where there is none of these, what was held last.
    ///
    /// ```
    /// # use demarche_projection::{Course, Fold, Query};
    /// # let line = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"meeting_proposed","track":"us-ru","occurred":"2025-06","recorded":"2025-06-01T08:00:00Z","source":{"who":"izvestia","attribution":"media","grade":"B2"},"data":{"meeting":"moscow-round"}}"#;
    /// # let fold = Fold::of([demarche_core::codec::decode(line).unwrap()]).unwrap();
    /// let states = fold.states(&Query::default());
    /// let [Course::Wanted(meeting)] = states[0].course()[..] else { panic!() };
    /// assert_eq!(meeting.name.as_str(), "moscow-round");
    /// ```
    #[must_use]
    pub fn course(&self) -> Vec<Course<'_, 'e>> {
        let wanted = || self.meetings.iter().rev().find(|meeting| meeting.phase == Phase::Proposed);
        let meeting = self.next.as_ref().map(Course::Next).or_else(|| wanted().map(Course::Wanted));
        let unanswered = self.open_proposals().into_iter().map(Course::Unanswered);
        let ahead: Vec<Course<'_, 'e>> = meeting.into_iter().chain(unanswered).collect();
        if ahead.is_empty() { self.last_held().map(Course::Last).into_iter().collect() } else { ahead }
    }
}
