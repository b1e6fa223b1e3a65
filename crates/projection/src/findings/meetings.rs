//! What is strange about meetings.

use std::collections::BTreeMap;

use demarche_core::{DateBounds, EventOrder, EventType};

use super::{File, FindingCode, Findings};
use crate::fold::details::Details;
use crate::fold::meetings::MeetingFacts;
use crate::fold::{FactRef, LogChanged};
use crate::state::Phase;

/// A meeting with its counting events in order, each with the phase that it set.
struct MeetingHistory<'m, 'f> {
    meeting: &'m MeetingFacts<'f>,
    history: Vec<(FactRef<'f>, Option<Phase>)>,
}

pub(super) fn check(file: &File<'_>, found: &mut Findings<'_>) -> Result<(), LogChanged> {
    let announced = first_announcements(file);
    let mut told: Vec<MeetingHistory<'_, '_>> =
        file.meetings.iter().map(|meeting| MeetingHistory { meeting, history: Vec::new() }).collect();
    for step in file.meetings.steps() {
        if let Some(told) = told.get_mut(step.meeting) {
            told.history.push((step.event, step.phase));
        }
    }
    for told in &told {
        held_after_cancellation(file, told, found)?;
        never_announced(told, &announced, found);
        no_outcome(file, told, found)?;
    }
    double_booked(file, &told, found)
}

/// Looks at each cancellation once: a second report of the same meeting is not a second oddity.
fn held_after_cancellation(
    file: &File<'_>,
    told: &MeetingHistory<'_, '_>,
    found: &mut Findings<'_>,
) -> Result<(), LogChanged> {
    let mut cancelled: Option<FactRef<'_>> = None;
    for (event, phase) in &told.history {
        match phase {
            Some(Phase::Cancelled | Phase::Declined) => cancelled = Some(*event),
            Some(Phase::Proposed | Phase::Scheduled) => cancelled = None,
            Some(Phase::Held) => {
                if let Some(cancelled) = cancelled.take() {
                    let message = format!(
                        "the meeting {} was held ({}) after it was called off ({}), \
                         and nothing brought it back between",
                        event.name(),
                        file.words.occurred(*event)?,
                        file.words.occurred(cancelled)?
                    );
                    found.add(FindingCode::HeldAfterCancellation, *event, &[cancelled], message);
                }
            }
            // A postponed meeting is still off, and a new venue does not revive it.
            Some(Phase::Postponed) | None => {}
        }
    }
    Ok(())
}

/// Finds the first announcement of each meeting, by any live event.
fn first_announcements(file: &File<'_>) -> BTreeMap<u32, EventOrder> {
    let mut first = BTreeMap::new();
    for event in file.record.events.iter().filter(|event| announces(event.event_type())) {
        if let Some(meeting) = event.meeting() {
            first.entry(meeting).or_insert_with(|| event.order());
        }
    }
    first
}

/// A new date and a new venue also announce a meeting.
const fn announces(event_type: EventType) -> bool {
    matches!(
        event_type,
        EventType::MeetingProposed
            | EventType::MeetingScheduled
            | EventType::MeetingRescheduled
            | EventType::MeetingRelocated
    )
}

/// Reports a meeting once, where it was first held or cancelled.
fn never_announced(told: &MeetingHistory<'_, '_>, announced: &BTreeMap<u32, EventOrder>, found: &mut Findings<'_>) {
    let over = |(_, phase): &&(FactRef<'_>, Option<Phase>)| {
        matches!(phase, Some(Phase::Held | Phase::Cancelled | Phase::Declined))
    };
    let Some((event, Some(phase))) = told.history.iter().find(over) else { return };
    let first = event.meeting().and_then(|meeting| announced.get(&meeting));
    if first.is_none_or(|first| *first > event.order()) {
        let message = format!("the meeting {} was {phase}, and never proposed or scheduled before", event.name());
        found.add(FindingCode::NeverAnnounced, *event, &[], message);
    }
}

fn no_outcome(file: &File<'_>, told: &MeetingHistory<'_, '_>, found: &mut Findings<'_>) -> Result<(), LogChanged> {
    let meeting = told.meeting;
    let Some(latest) = meeting.latest().filter(|_| meeting.phase == Phase::Scheduled) else { return Ok(()) };
    if file.today > latest.plus_days(file.patience_days) {
        let Some(dated_by) = meeting.dated_by else { return Ok(()) };
        let event = file.words.event(dated_by)?;
        let when = Details::of(&event).when.ok_or(LogChanged)?;
        let message = format!(
            "the meeting {} was to be held in {when}, {} days ago, and nobody says what came of it",
            meeting.first.name(),
            file.today.days_since(latest)
        );
        found.add(FindingCode::NoOutcome, meeting.set_by, &[], message);
    }
    Ok(())
}

/// Of several meetings at one time and venue, reports each but the first.
///
/// Two times are the same if their bounds are. Dates that merely overlap, such as a day and its month, prove nothing.
/// Venues are compared ignoring case.
fn double_booked(file: &File<'_>, told: &[MeetingHistory<'_, '_>], found: &mut Findings<'_>) -> Result<(), LogChanged> {
    let mut held: Vec<&MeetingHistory<'_, '_>> = told.iter().filter(|told| told.meeting.phase == Phase::Held).collect();
    held.sort_by_key(|told| told.meeting.set_by.order());
    let mut at_one_time: BTreeMap<DateBounds, Vec<&MeetingHistory<'_, '_>>> = BTreeMap::new();
    for told in held {
        if let Some(date) = told.meeting.date() {
            at_one_time.entry(date).or_default().push(told);
        }
    }
    for meetings in at_one_time.into_values().filter(|meetings| meetings.len() > 1) {
        let mut first: BTreeMap<String, &MeetingHistory<'_, '_>> = BTreeMap::new();
        for told in meetings {
            let Some((when, venue)) = when_and_where(file, told)? else { continue };
            let other = *first.entry(venue.trim().to_lowercase()).or_insert(told);
            if other.meeting.first.meeting() != told.meeting.first.meeting() {
                let message = format!(
                    "the meetings {} and {} were held at the same time ({when}) and venue ({venue:?})",
                    other.meeting.first.name(),
                    told.meeting.first.name()
                );
                found.add(FindingCode::DoubleBooked, told.meeting.set_by, &[other.meeting.set_by], message);
            }
        }
    }
    Ok(())
}

/// Returns the current date and venue, if there are both.
fn when_and_where(file: &File<'_>, told: &MeetingHistory<'_, '_>) -> Result<Option<(String, String)>, LogChanged> {
    let (Some(dated_by), Some(placed_by)) = (told.meeting.dated_by, told.meeting.placed_by) else { return Ok(None) };
    let (dated, placed) = (file.words.event(dated_by)?, file.words.event(placed_by)?);
    let (when, venue) = (Details::of(&dated).when.map(ToString::to_string), Details::of(&placed).venue);
    Ok(when.zip(venue.map(ToOwned::to_owned)))
}
