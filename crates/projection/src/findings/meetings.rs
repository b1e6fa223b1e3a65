//! What is strange about meetings.

use std::collections::{BTreeMap, HashMap};

use demarche_core::{Event, EventOrder, EventType, Instant};

use super::{File, FindingCode, Findings};
use crate::Phase;
use crate::state::Meeting;

pub(super) fn check<'e>(file: &File<'e>, found: &mut Findings<'e>) {
    let announced = first_announcements(file);
    for meeting in &file.ledger.meetings {
        held_after_cancellation(meeting, found);
        never_announced(meeting, &announced, found);
        no_outcome(file, meeting, found);
    }
    double_booked(file, found);
}

/// Each cancellation is looked at once: a second report of the same meeting is not strange again.
fn held_after_cancellation<'e>(meeting: &Meeting<'e>, found: &mut Findings<'e>) {
    let mut cancelled: Option<&Event> = None;
    for (event, phase) in &meeting.history {
        match phase {
            Some(Phase::Cancelled) => cancelled = Some(event),
            Some(Phase::Proposed | Phase::Scheduled) => cancelled = None,
            Some(Phase::Held) => {
                if let Some(cancelled) = cancelled.take() {
                    let message = format!(
                        "the meeting {} was held ({}) after it was cancelled ({}), and nothing brought it back between",
                        meeting.name, event.occurred, cancelled.occurred
                    );
                    found.add(FindingCode::HeldAfterCancellation, vec![event, cancelled], message);
                }
            }
            // Put off is still off, and a new venue brings nothing back.
            Some(Phase::Postponed) | None => {}
        }
    }
}

/// Where each meeting was first announced, by anybody whose word is live.
fn first_announcements<'e>(file: &File<'e>) -> BTreeMap<&'e str, EventOrder> {
    let mut first = BTreeMap::new();
    for event in file.record.events.iter().filter(|event| announces(event.event_type())) {
        if let Some(meeting) = event.data.meeting() {
            first.entry(meeting.as_str()).or_insert_with(|| event.order());
        }
    }
    first
}

/// A new date and a new venue speak of the meeting as one to come, too.
const fn announces(event_type: EventType) -> bool {
    matches!(
        event_type,
        EventType::MeetingProposed
            | EventType::MeetingScheduled
            | EventType::MeetingRescheduled
            | EventType::MeetingRelocated
    )
}

/// Once a meeting, where it was first held or cancelled.
fn never_announced<'e>(meeting: &Meeting<'e>, announced: &BTreeMap<&'e str, EventOrder>, found: &mut Findings<'e>) {
    let over = |(_, phase): &&(&'e Event, Option<Phase>)| matches!(phase, Some(Phase::Held | Phase::Cancelled));
    let Some((event, Some(phase))) = meeting.history.iter().find(over) else { return };
    if announced.get(meeting.name.as_str()).is_none_or(|first| *first > event.order()) {
        let message = format!("the meeting {} was {phase}, and never proposed or scheduled before", meeting.name);
        found.add(FindingCode::NeverAnnounced, vec![event], message);
    }
}

fn no_outcome<'e>(file: &File<'e>, meeting: &Meeting<'e>, found: &mut Findings<'e>) {
    let scheduled = meeting.when.filter(|_| meeting.phase == Phase::Scheduled);
    let Some((when, latest)) = scheduled.and_then(|when| Some((when, when.latest()?))) else { return };
    if file.today > latest.plus_days(file.patience_days) {
        let message = format!(
            "the meeting {} was to be held in {when}, {} days ago, and nobody says what came of it",
            meeting.name,
            file.today.days_since(latest)
        );
        found.add(FindingCode::NoOutcome, vec![meeting.set_by], message);
    }
}

/// When and where a meeting was held: the same bounds and the same venue, whatever the letters.
type Booking = (Option<Instant>, Option<Instant>, String);

/// Of several meetings at one time and venue, each but the first.
///
/// The same time is the same bounds: of dates that merely overlap, as a day and its month do, nothing can be said.
fn double_booked<'e>(file: &File<'e>, found: &mut Findings<'e>) {
    let mut held: Vec<&Meeting<'e>> = file.ledger.meetings.iter().filter(|m| m.phase == Phase::Held).collect();
    held.sort_by_key(|meeting| meeting.set_by.order());
    let mut first: HashMap<Booking, &Meeting<'e>> = HashMap::new();
    for meeting in held {
        let (Some(when), Some(venue)) = (meeting.when, meeting.venue) else { continue };
        let booking = (when.earliest(), when.latest(), venue.trim().to_lowercase());
        let other = *first.entry(booking).or_insert(meeting);
        if other.name != meeting.name {
            let message = format!(
                "the meetings {} and {} were held at the same time ({when}) and venue ({venue:?})",
                other.name, meeting.name
            );
            found.add(FindingCode::DoubleBooked, vec![meeting.set_by, other.set_by], message);
        }
    }
}
