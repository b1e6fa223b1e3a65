//! What comes next on a track, or came last: for a list in which each track has a line.

use std::convert::Infallible;

use crate::Phase;
use crate::fold::meetings::{AnyMeeting, last_held};
use crate::state::TrackState;
use crate::view::MeetingView;

/// One thing that is ahead on a track, or where nothing is, what lies behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Course<'a> {
    /// The meeting that is scheduled next.
    Next(MeetingView<'a>),
    /// The meeting that is proposed, where none is scheduled.
    Wanted(MeetingView<'a>),
    /// A proposal that awaits an answer.
    Unanswered(&'a str),
    /// The meeting that was held last, where nothing is ahead.
    Last(MeetingView<'a>),
}

impl<'a> Course<'a> {
    /// Chooses what to tell: of the next meeting, the proposals that await an answer, by their names, and all meetings,
    /// each in the order of the first event on it.
    pub(crate) fn of<'m, M: AnyMeeting + 'm, E>(
        next: Option<MeetingView<'a>>,
        unanswered: impl Iterator<Item = &'a str>,
        meetings: impl DoubleEndedIterator<Item = &'m M> + Clone,
        view: impl Fn(&'m M) -> Result<MeetingView<'a>, E>,
    ) -> Result<Vec<Self>, E> {
        let wanted = || meetings.clone().rev().find(|meeting| meeting.phase() == Phase::Proposed);
        let meeting = match next {
            Some(next) => Some(Self::Next(next)),
            None => wanted().map(&view).transpose()?.map(Self::Wanted),
        };
        let ahead: Vec<Self> = meeting.into_iter().chain(unanswered.map(Self::Unanswered)).collect();
        if ahead.is_empty() {
            return Ok(last_held(meetings).map(view).transpose()?.map(Self::Last).into_iter().collect());
        }
        Ok(ahead)
    }
}

impl TrackState<'_> {
    /// Returns what is ahead: the next meeting, else the one among those proposed that was first spoken of last; then
    /// the proposals that await an answer, by their names. Where there is none of these, what was held last.
    ///
    /// ```
    /// # use demarche_projection::{Course, Fold, Query};
    /// # let line = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"meeting_proposed","track":"us-ru","occurred":"2025-06","recorded":"2025-06-01T08:00:00Z","source":{"who":"izvestia","attribution":"media","grade":"B2"},"data":{"meeting":"moscow-round"}}"#;
    /// # let fold = Fold::of([demarche_core::codec::decode(line).unwrap()]).unwrap();
    /// let states = fold.states(&Query::default());
    /// let [Course::Wanted(meeting)] = &states[0].course()[..] else { panic!() };
    /// assert_eq!(meeting.meeting, "moscow-round");
    /// ```
    #[must_use]
    pub fn course(&self) -> Vec<Course<'_>> {
        let next = self.next.as_ref().map(MeetingView::of);
        let unanswered = self.open_proposals().into_iter().map(|proposal| proposal.name.as_str());
        let Ok(course) =
            Course::of(next, unanswered, self.meetings.iter(), |meeting| Ok::<_, Infallible>(MeetingView::of(meeting)));
        course
    }
}
