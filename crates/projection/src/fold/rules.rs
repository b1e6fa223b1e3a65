//! The rules that give a status: the first that applies (`docs/model.md` §4).

use demarche_core::{Answer, EventType, Instant};

use super::case::Case;
use super::fact_ref::FactRef;
use super::meetings::MeetingFacts;
use crate::{Phase, Rule, status};

/// The rule that applied, the event that decided, and since when it holds.
#[derive(Clone, Copy)]
pub(crate) struct Decision {
    pub(crate) rule: Rule,
    /// Where the deciding event stands in the record.
    pub(crate) by: usize,
    pub(crate) since: Since,
}

/// Since when a status holds.
#[derive(Clone, Copy)]
pub(crate) enum Since {
    /// Since the deciding event occurred.
    ItOccurred,
    /// Since the UTC day of an instant.
    TheDayOf(Instant),
}

/// Applies the rules in their order. There is none that applies only where nothing is considered.
pub(crate) fn decide<'f>(case: &Case<'_, 'f>) -> Option<Decision> {
    concluded(case)
        .or_else(|| meeting_ahead(case))
        .or_else(|| declared_stall(case))
        .or_else(|| silence(case))
        .or_else(|| last_move(case))
        .or_else(|| agenda_moved(case))
        .or_else(|| nothing_yet(case))
}

/// A status that holds since the deciding event occurred.
fn since_it_occurred(rule: Rule, (by, _): (usize, FactRef<'_>)) -> Decision {
    Decision { rule, by, since: Since::ItOccurred }
}

fn concluded<'f>(case: &Case<'_, 'f>) -> Option<Decision> {
    let speaks_of_the_track = |event_type| {
        matches!(event_type, EventType::TrackStalled | EventType::TrackConcluded) || status::is_progress(event_type)
    };
    let last = case.counting().rev().find(|(_, event)| speaks_of_the_track(event.event_type()))?;
    (last.1.event_type() == EventType::TrackConcluded).then(|| since_it_occurred(Rule::Concluded, last))
}

/// Returns the next scheduled meeting that is not past.
pub(crate) fn next_meeting<'c, 'f>(case: &'c Case<'_, 'f>) -> Option<&'c MeetingFacts<'f>> {
    let ahead = |meeting: &&MeetingFacts<'f>| meeting.phase == Phase::Scheduled && !is_past(meeting, case.today);
    case.meetings.iter().filter(ahead).min_by_key(|meeting| meeting.by_date())
}

/// Tells whether the date of a meeting has certainly passed.
fn is_past<'f>(meeting: &MeetingFacts<'f>, today: Instant) -> bool {
    meeting.latest().is_some_and(|latest| latest < today)
}

fn meeting_ahead<'f>(case: &Case<'_, 'f>) -> Option<Decision> {
    let set_by = next_meeting(case)?.set_by;
    Some(since_it_occurred(Rule::MeetingAhead, (case.place_of(set_by)?, set_by)))
}

fn declared_stall<'f>(case: &Case<'_, 'f>) -> Option<Decision> {
    let last_stall = case.counting().rev().find(|(_, event)| event.event_type() == EventType::TrackStalled)?;
    let last_progress = case.progress().next_back().map(|(at, _)| at);
    (last_progress < Some(last_stall.0)).then(|| since_it_occurred(Rule::DeclaredStall, last_stall))
}

fn silence<'f>(case: &Case<'_, 'f>) -> Option<Decision> {
    let (by, sign) = case.last_sign()?;
    let ran_out = sign.heard().plus_days(case.patience_days);
    (case.today > ran_out).then_some(Decision { rule: Rule::Silence, by, since: Since::TheDayOf(ran_out) })
}

fn last_move<'f>(case: &Case<'_, 'f>) -> Option<Decision> {
    let last = case.last_move()?;
    if let Some(meeting) = last.1.meeting() {
        return on_meeting(case, case.meetings.get(meeting)?.1);
    }
    let rule = match last.1.answer() {
        Some(Answer::Deferred) => Rule::ProposalPending,
        Some(Answer::Rejected) => Rule::ProposalRejected,
        Some(Answer::Accepted | Answer::Countered) => Rule::OtherMove,
        None if last.1.event_type() == EventType::ProposalMade => Rule::ProposalPending,
        None => Rule::OtherMove,
    };
    Some(since_it_occurred(rule, last))
}

fn on_meeting<'f>(case: &Case<'_, 'f>, meeting: &MeetingFacts<'f>) -> Option<Decision> {
    let set_by = (case.place_of(meeting.set_by)?, meeting.set_by);
    let rule = match meeting.phase {
        // Were it not past, the meeting would be ahead.
        Phase::Scheduled => {
            let since = Since::TheDayOf(meeting.latest()?);
            return Some(Decision { rule: Rule::MeetingOverdue, by: set_by.0, since });
        }
        Phase::Postponed => Rule::MeetingPostponed,
        Phase::Cancelled => Rule::MeetingCancelled,
        Phase::Proposed => Rule::MeetingProposed,
        Phase::Held => Rule::MeetingHeld,
    };
    Some(since_it_occurred(rule, set_by))
}

fn agenda_moved<'f>(case: &Case<'_, 'f>) -> Option<Decision> {
    let last = case.progress().rev().find(|(_, event)| event.event_type() != EventType::TrackOpened)?;
    Some(since_it_occurred(Rule::AgendaMoved, last))
}

fn nothing_yet<'f>(case: &Case<'_, 'f>) -> Option<Decision> {
    let opened = case.counting().rev().find(|(_, event)| event.event_type() == EventType::TrackOpened);
    Some(since_it_occurred(Rule::NothingYet, opened.or_else(|| case.considered().next())?))
}
