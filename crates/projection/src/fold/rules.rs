//! The rules that give a status; the first that applies wins (`docs/model.md` §4).

use demarche_core::{Answer, DateBounds, Edtf, EventType, Instant};

use super::case::{Case, is_wish};
use super::days;
use super::fact_ref::FactRef;
use super::meetings::MeetingFacts;
use crate::status;
use crate::state::{Phase, Rule};

/// The rule that applied, and the basis of the status.
pub(crate) struct Decision {
    pub(crate) rule: Rule,
    /// The run on which the status rests: places in the record, in order. It is never empty.
    pub(crate) run: Vec<usize>,
    /// The best graded event of the run, the first among equals.
    pub(crate) by: usize,
    pub(crate) since: Since,
    /// The index of the meeting on which the status rests.
    pub(crate) meeting: Option<usize>,
}

/// Since when a status holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Since {
    /// Since the event at this place occurred.
    Occurred(usize),
    /// Since the UTC day of this instant.
    TheDayOf(Instant),
}

/// Returns the date of the UTC day of an instant.
pub(crate) fn day_of(instant: Instant) -> Edtf {
    Edtf::day(instant.date()).unwrap_or_else(|| Edtf::from(instant))
}

/// Applies the rules in their order. Returns `None` if no event is considered.
pub(crate) fn decide<'f>(case: &Case<'_, 'f>) -> Option<Decision> {
    concluded(case)
        .or_else(|| meeting_ahead(case))
        .or_else(|| declared_stall(case))
        .or_else(|| silence(case))
        .or_else(|| last_move(case))
        .or_else(|| agenda_moved(case))
        .or_else(|| nothing_yet(case))
}

impl Decision {
    /// Makes the basis of a status that holds since the first event of its run occurred.
    fn on(case: &Case<'_, '_>, rule: Rule, run: Vec<usize>) -> Option<Self> {
        let first = *run.first()?;
        let grade = |at: usize| case.event_at(at).and_then(FactRef::grade);
        let by = run.iter().copied().fold(first, |best, at| if grade(at) > grade(best) { at } else { best });
        Some(Self { rule, run, by, since: Since::Occurred(first), meeting: None })
    }

    /// Makes the basis of a status that holds since a day passed.
    fn since_the_end_of(self, date: DateBounds) -> Option<Self> {
        Some(Self { since: Since::TheDayOf(date.1?), ..self })
    }
}

fn concluded(case: &Case<'_, '_>) -> Option<Decision> {
    let speaks_of_the_track = |event_type| {
        matches!(event_type, EventType::TrackStalled | EventType::TrackConcluded) || status::is_progress(event_type)
    };
    let heard = case.counting().rev().filter(|(_, event)| speaks_of_the_track(event.event_type()));
    let conclusions = heard.take_while(|(_, event)| event.event_type() == EventType::TrackConcluded);
    Decision::on(case, Rule::Concluded, in_order(conclusions.map(|(at, _)| at)))
}

/// Puts in order what was found from the end.
fn in_order(from_the_end: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut places: Vec<usize> = from_the_end.collect();
    places.reverse();
    places
}

/// Returns the next scheduled meeting that is not past, with its index.
pub(crate) fn next_meeting<'c, 'f>(case: &'c Case<'_, 'f>) -> Option<(usize, &'c MeetingFacts<'f>)> {
    let ahead = case.meetings.iter().enumerate().filter(|(_, meeting)| meeting.is_scheduled_after(case.today));
    ahead.min_by_key(|(_, meeting)| meeting.by_date())
}

fn meeting_ahead(case: &Case<'_, '_>) -> Option<Decision> {
    let (place, meeting) = next_meeting(case)?;
    on_run_of(case, Rule::MeetingAhead, place, meeting)
}

fn on_run_of<'f>(case: &Case<'_, 'f>, rule: Rule, place: usize, meeting: &MeetingFacts<'f>) -> Option<Decision> {
    let run = case.meetings.run(meeting).filter_map(|event| case.place_of(event)).collect();
    Some(Decision { meeting: Some(place), ..Decision::on(case, rule, run)? })
}

fn declared_stall(case: &Case<'_, '_>) -> Option<Decision> {
    let moves = |event: FactRef<'_>| {
        let event_type = event.event_type();
        status::is_progress(event_type) && event_type != EventType::TrackOpened && !is_wish(event)
    };
    let since = case.counting().rev().take_while(|(_, event)| !moves(*event));
    let stalls = since.filter(|(_, event)| event.event_type() == EventType::TrackStalled);
    Decision::on(case, Rule::DeclaredStall, in_order(stalls.map(|(at, _)| at)))
}

fn silence(case: &Case<'_, '_>) -> Option<Decision> {
    let (sign, event) = case.last_sign()?;
    let ran_out = case.patience_ends().filter(|ran_out| case.today > *ran_out)?;
    let meeting = event.meeting().and_then(|name| Some(case.meetings.get(name)?.0));
    Some(Decision { since: Since::TheDayOf(ran_out), meeting, ..Decision::on(case, Rule::Silence, vec![sign])? })
}

fn last_move(case: &Case<'_, '_>) -> Option<Decision> {
    let last = case.last_move?;
    let event = case.event_at(last)?;
    if let Some(name) = event.meeting() {
        let (place, meeting) = case.meetings.get(name)?;
        return on_meeting(case, place, meeting);
    }
    let deadline = event.details().date.filter(|date| days::is_past(*date, case.today));
    let run = run_at_the_end(case, event).unwrap_or_else(|| vec![last]);
    let rule = match (event.event_type(), event.answer()) {
        (EventType::ProposalMade, _) if deadline.is_some() => {
            return Decision::on(case, Rule::ProposalOverdue, run)?.since_the_end_of(deadline?);
        }
        (EventType::ProposalMade, _) | (_, Some(Answer::Deferred)) => Rule::ProposalPending,
        (_, Some(Answer::Rejected)) => Rule::ProposalRejected,
        (EventType::AgreementEnded, _) => Rule::AgreementEnded,
        _ => Rule::OtherMove,
    };
    Decision::on(case, rule, run)
}

fn on_meeting<'f>(case: &Case<'_, 'f>, place: usize, meeting: &MeetingFacts<'f>) -> Option<Decision> {
    let on_run = |rule| on_run_of(case, rule, place, meeting);
    match meeting.phase {
        // Were its date not past, the meeting would lie ahead.
        Phase::Scheduled => on_run(Rule::MeetingOverdue)?.since_the_end_of(meeting.date()?),
        Phase::Postponed => match meeting.until().filter(|until| days::is_past(*until, case.today)) {
            Some(until) => on_run(Rule::PostponedOverdue)?.since_the_end_of(until),
            None => on_run(Rule::MeetingPostponed),
        },
        Phase::Cancelled => on_run(Rule::MeetingCancelled),
        Phase::Declined => on_run(Rule::MeetingDeclined),
        Phase::Proposed => on_run(Rule::MeetingProposed),
        Phase::Held => on_run(Rule::MeetingHeld),
    }
}

/// Returns the last events on a proposal, an agreement or an exchange that say the same as the given event; `None` if
/// that event is on none of these.
fn run_at_the_end<'f>(case: &Case<'_, 'f>, last: FactRef<'f>) -> Option<Vec<usize>> {
    let on_it = case.counting().rev().filter(|(_, event)| has_subject_of(*event, last));
    let run = in_order(on_it.take_while(|(_, event)| says_of_it(*event) == says_of_it(last)).map(|(at, _)| at));
    (!run.is_empty()).then_some(run)
}

/// Tells whether an event is on the same proposal, agreement or exchange as another.
fn has_subject_of(own: FactRef<'_>, other: FactRef<'_>) -> bool {
    let is_same = |subject: Option<u32>, others: Option<u32>| subject.is_some() && subject == others;
    is_same(own.proposal(), other.proposal())
        || is_same(own.agreement(), other.agreement())
        || is_same(own.exchange(), other.exchange())
}

/// Returns what an event says about a proposal, an agreement or an exchange: its type, its word, and until when.
fn says_of_it(event: FactRef<'_>) -> (EventType, u8, Option<DateBounds>) {
    let details = event.details();
    (event.event_type(), details.word(), details.date.filter(|_| event.event_type() == EventType::AgreementReached))
}

fn agenda_moved(case: &Case<'_, '_>) -> Option<Decision> {
    let (last, _) = case.progress().rev().find(|(_, event)| event.event_type() != EventType::TrackOpened)?;
    Decision::on(case, Rule::AgendaMoved, vec![last])
}

fn nothing_yet(case: &Case<'_, '_>) -> Option<Decision> {
    let opened = case.counting().rev().find(|(_, event)| event.event_type() == EventType::TrackOpened);
    let (first, _) = opened.or_else(|| case.considered().next())?;
    Decision::on(case, Rule::NothingYet, vec![first])
}
