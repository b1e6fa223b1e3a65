//! One track of a log: decided from facts, told with the words of the few lines that matter.

use std::borrow::Cow;
use std::fmt;

use demarche_core::facts::{Place, Texts};
use demarche_core::{ActorId, Event, Instant, Payload, TrackId};

use super::LogChanged;
use super::entry::Noted;
use crate::entry::Entry as _;
use crate::fold::case::Case;
use crate::fold::ledger::Details;
use crate::fold::meetings::{Course as Meeting, held, last_held};
use crate::fold::proposals::Proposals;
use crate::fold::rules::{self, Since};
use crate::fold::{day_of, disputes, each_once, evidence, voices};
use crate::view::{DisputeView, MeetingView, TrackView};
use crate::{Course, Query, Status};

/// The texts from which words are read late.
#[derive(Clone, Copy)]
pub(super) struct Words<'t>(pub(super) Texts<'t>);

impl<'t> Words<'t> {
    fn place(noted: Noted<'_>) -> Result<Place, LogChanged> {
        noted.facts.spot(noted.number).map(|spot| spot.place).ok_or(LogChanged)
    }

    // The line is the one of which the fact was made, unless somebody has written over it since.
    fn event(self, noted: Noted<'_>) -> Result<Event, LogChanged> {
        self.0.event(noted.fact, Self::place(noted)?).ok_or(LogChanged)
    }

    fn payload(self, noted: Noted<'_>) -> Result<Payload, LogChanged> {
        self.0.payload(noted.fact, Self::place(noted)?).ok_or(LogChanged)
    }

    fn occurred(self, noted: Noted<'_>) -> Result<Cow<'t, str>, LogChanged> {
        match noted.fact.day() {
            Some(day) => Ok(Cow::Owned(day.into())),
            None => self.0.occurred(noted.fact, Self::place(noted)?).map(Cow::Owned).ok_or(LogChanged),
        }
    }
}

/// Works out the status of a track alone.
pub(super) fn status(in_order: &[Noted<'_>], query: &Query, today: Instant) -> Option<Status> {
    Some(rules::decide(&Case::open(in_order, query, today)?)?.rule.status())
}

/// A track, and what it takes to say more of it.
pub struct Row<'f> {
    /// Where it stands, with the counts of what lies beneath it.
    pub view: TrackView<'f>,
    case: Case<'f, Noted<'f>>,
    words: Words<'f>,
}

impl fmt::Debug for Row<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Row").field("view", &self.view).finish_non_exhaustive()
    }
}

impl<'f> Row<'f> {
    /// Works out where a track stands; none where there is nothing to say of it.
    pub(super) fn of(
        track: &'f TrackId,
        in_order: &[Noted<'f>],
        query: &'f Query,
        today: Instant,
        words: Words<'f>,
    ) -> Result<Option<Self>, LogChanged> {
        let Some(case) = Case::open(in_order, query, today) else { return Ok(None) };
        Ok(view(track, &case, words)?.map(|view| Self { view, case, words }))
    }

    /// Returns what is ahead, or came last, as [`TrackState::course`](crate::TrackState::course) does. It takes the
    /// words of some more lines.
    ///
    /// # Errors
    ///
    /// [`LogChanged`] where somebody wrote over the log.
    pub fn course(&self) -> Result<Vec<Course<'f>>, LogChanged> {
        let (next, unanswered) = (self.view.next.clone(), self.view.open_proposals.iter().copied());
        let meeting = |meeting| meeting_view(&self.case, meeting, self.words);
        Course::of(next, unanswered, self.case.meetings.iter(), meeting)
    }
}

fn view<'f>(
    track: &'f TrackId,
    case: &Case<'_, Noted<'f>>,
    words: Words<'f>,
) -> Result<Option<TrackView<'f>>, LogChanged> {
    let Some(decision) = rules::decide(case) else { return Ok(None) };
    let event_at = |at: usize| case.record.events.get(at).copied();
    let (Some(deciding), Some((_, last))) = (event_at(decision.by), case.considered().next_back()) else {
        return Ok(None);
    };
    let last_activity = words.occurred(last)?;
    // Often enough the last event decides, and is the last progress.
    let occurred = |event: Noted<'f>| match event.number == last.number {
        true => Ok(last_activity.clone()),
        false => words.occurred(event),
    };
    let (title, parties) = match case.opened {
        Some((_, opened)) => opening(words.payload(opened)?),
        None => (None, Vec::new()),
    };
    let (said_by, silent) = voices::of(case, &decision, parties.clone());
    let dispute = |denied: disputes::Denied<Noted<'_>>| DisputeView {
        claim: denied.claim.id(),
        denied_by: denied.denials.iter().map(|denial| denial.id()).collect(),
        set_aside: denied.set_aside,
    };
    Ok(Some(TrackView {
        track,
        title,
        kind: case.opened.and_then(|(_, opened)| opened.kind()),
        parties,
        status: decision.rule.status(),
        since: match decision.since {
            Since::ItOccurred => occurred(deciding)?,
            Since::TheDayOf(instant) => Cow::Owned(day_of(instant).into()),
        },
        decided_by: Some(deciding.id()),
        evidence: evidence::gather(case, &decision).into_iter().filter_map(event_at).map(Noted::id_of).collect(),
        next: rules::next_meeting(case).map(|next| meeting_view(case, next, words)).transpose()?,
        meetings_held: held(case.meetings.iter()).count(),
        last_held: last_held(case.meetings.iter()).map(|held| date(held, words)).transpose()?.flatten(),
        open_proposals: open_proposals(case),
        last_activity: last_activity.clone(),
        last_progress: case.progress().next_back().map(|(_, event)| occurred(event)).transpose()?,
        sources: case.sources(),
        events: case.considered().count(),
        said_by,
        silent,
        contested: disputes::over(case, decision.by).into_iter().map(dispute).collect(),
        rule: decision.rule.explanation(),
        descendants: None,
    }))
}

impl Noted<'_> {
    fn id_of(self) -> demarche_core::EventId {
        self.fact.id
    }
}

/// What a track is called, and whose it is.
fn opening<'f>(payload: Payload) -> (Option<Cow<'f, str>>, Vec<Cow<'f, ActorId>>) {
    let Payload::TrackOpened(opened) = payload else { return (None, Vec::new()) };
    let parties = each_once(&opened.parties).into_iter().map(|party| Cow::Owned(party.clone())).collect();
    (Some(Cow::Owned(opened.title.into())), parties)
}

fn meeting_view<'f>(
    case: &Case<'_, Noted<'f>>,
    meeting: &Meeting<Noted<'f>>,
    words: Words<'f>,
) -> Result<MeetingView<'f>, LogChanged> {
    let mut venue = None;
    let is_on_it = |(_, event, _): &(_, Noted<'f>, _)| event.meeting() == meeting.first.meeting();
    for (_, event, _) in case.meetings.steps().rev().filter(is_on_it) {
        venue = Details::of(&words.event(event)?).venue.map(|venue| Cow::Owned(venue.to_owned()));
        if venue.is_some() {
            break;
        }
    }
    Ok(MeetingView { meeting: meeting.first.name(), when: date(meeting, words)?, venue })
}

/// The date of a meeting as last given, to the letter.
fn date<'f>(meeting: &Meeting<Noted<'f>>, words: Words<'f>) -> Result<Option<Cow<'f, str>>, LogChanged> {
    let Some((dated_by, _)) = meeting.dated else { return Ok(None) };
    let event = words.event(dated_by)?;
    Ok(Details::of(&event).when.map(|when| Cow::Owned(when.as_str().to_owned())))
}

fn open_proposals<'f>(case: &Case<'_, Noted<'f>>) -> Vec<&'f str> {
    let mut open: Vec<&str> = Proposals::of(case.counting().map(|(_, event)| event)).open().map(Noted::name).collect();
    open.sort_unstable();
    open
}
