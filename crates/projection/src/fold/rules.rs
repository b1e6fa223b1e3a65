//! The rules that give a status: the first that applies (`docs/model.md` §4).

use std::borrow::Cow;

use demarche_core::{Answer, Edtf, Event, EventType, Instant, Payload};

use super::case::Case;
use crate::state::Meeting;
use crate::{Phase, Rule, status};

/// The rule that applied, the event that decided, and since when it holds.
pub(super) struct Decision<'e> {
    pub(super) rule: Rule,
    /// Where the deciding event stands in the record.
    pub(super) by: usize,
    pub(super) since: Cow<'e, Edtf>,
}

/// Applies the rules in their order. There is none that applies only where nothing is considered.
pub(super) fn decide<'e>(case: &Case<'e, '_>) -> Option<Decision<'e>> {
    concluded(case)
        .or_else(|| meeting_ahead(case))
        .or_else(|| declared_stall(case))
        .or_else(|| silence(case))
        .or_else(|| last_move(case))
        .or_else(|| agenda_moved(case))
        .or_else(|| nothing_yet(case))
}

/// A status that holds since the deciding event occurred.
fn since_it_occurred<'e>(rule: Rule, (by, event): (usize, &'e Event)) -> Decision<'e> {
    Decision { rule, by, since: Cow::Borrowed(event.occurred.date()) }
}

/// A status that holds since the UTC day of an instant.
fn since_the_day_of(rule: Rule, by: usize, instant: Instant) -> Decision<'static> {
    let day = Edtf::day(instant.date()).unwrap_or_else(|| Edtf::from(instant));
    Decision { rule, by, since: Cow::Owned(day) }
}

fn concluded<'e>(case: &Case<'e, '_>) -> Option<Decision<'e>> {
    let speaks_of_the_track = |event_type| {
        matches!(event_type, EventType::TrackStalled | EventType::TrackConcluded) || status::is_progress(event_type)
    };
    let last = case.counting().rev().find(|(_, event)| speaks_of_the_track(event.event_type()))?;
    (last.1.event_type() == EventType::TrackConcluded).then(|| since_it_occurred(Rule::Concluded, last))
}

/// Returns the next scheduled meeting that is not past.
pub(super) fn next_meeting<'c, 'e>(case: &'c Case<'e, '_>) -> Option<&'c Meeting<'e>> {
    let ahead = |meeting: &&Meeting<'e>| meeting.phase == Phase::Scheduled && !is_past(meeting, case.today);
    case.ledger.meetings.iter().filter(ahead).min_by_key(|meeting| meeting.by_date())
}

/// Tells whether the date of a meeting has certainly passed.
fn is_past(meeting: &Meeting<'_>, today: Instant) -> bool {
    meeting.when.and_then(Edtf::latest).is_some_and(|latest| latest < today)
}

fn meeting_ahead<'e>(case: &Case<'e, '_>) -> Option<Decision<'e>> {
    let set_by = next_meeting(case)?.set_by;
    Some(since_it_occurred(Rule::MeetingAhead, (case.place_of(set_by)?, set_by)))
}

fn declared_stall<'e>(case: &Case<'e, '_>) -> Option<Decision<'e>> {
    let last_stall = case.counting().rev().find(|(_, event)| event.event_type() == EventType::TrackStalled)?;
    let last_progress = case.progress().next_back().map(|(at, _)| at);
    (last_progress < Some(last_stall.0)).then(|| since_it_occurred(Rule::DeclaredStall, last_stall))
}

fn silence<'e>(case: &Case<'e, '_>) -> Option<Decision<'e>> {
    let (by, sign) = case.last_sign()?;
    let ran_out = sign.heard().plus_days(case.patience_days);
    (case.today > ran_out).then(|| since_the_day_of(Rule::Silence, by, ran_out))
}

fn last_move<'e>(case: &Case<'e, '_>) -> Option<Decision<'e>> {
    let last = case.last_move()?;
    if let Some(meeting) = last.1.data.meeting() {
        return on_meeting(case, case.ledger.meetings.get(meeting.as_str())?);
    }
    let rule = if let Payload::ProposalAnswered(answered) = &last.1.data {
        match answered.answer {
            Answer::Deferred => Rule::ProposalPending,
            Answer::Rejected => Rule::ProposalRejected,
            Answer::Accepted | Answer::Countered => Rule::OtherMove,
        }
    } else if last.1.event_type() == EventType::ProposalMade {
        Rule::ProposalPending
    } else {
        Rule::OtherMove
    };
    Some(since_it_occurred(rule, last))
}

fn on_meeting<'e>(case: &Case<'e, '_>, meeting: &Meeting<'e>) -> Option<Decision<'e>> {
    let set_by = (case.place_of(meeting.set_by)?, meeting.set_by);
    let rule = match meeting.phase {
        // Were it not past, the meeting would be ahead.
        Phase::Scheduled => {
            let latest = meeting.when.and_then(Edtf::latest)?;
            return Some(since_the_day_of(Rule::MeetingOverdue, set_by.0, latest));
        }
        Phase::Postponed => Rule::MeetingPostponed,
        Phase::Cancelled => Rule::MeetingCancelled,
        Phase::Proposed => Rule::MeetingProposed,
        Phase::Held => Rule::MeetingHeld,
    };
    Some(since_it_occurred(rule, set_by))
}

fn agenda_moved<'e>(case: &Case<'e, '_>) -> Option<Decision<'e>> {
    let last = case.progress().rev().find(|(_, event)| event.event_type() != EventType::TrackOpened)?;
    Some(since_it_occurred(Rule::AgendaMoved, last))
}

fn nothing_yet<'e>(case: &Case<'e, '_>) -> Option<Decision<'e>> {
    let opened = case.counting().rev().find(|(_, event)| event.event_type() == EventType::TrackOpened);
    Some(since_it_occurred(Rule::NothingYet, opened.or_else(|| case.considered().next())?))
}
