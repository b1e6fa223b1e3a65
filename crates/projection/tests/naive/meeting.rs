//! §4: the phase of a meeting, and what else was last said of it.

use std::collections::BTreeSet;

use demarche_core::{Edtf, Event, Instant, Payload};

/// §4: "A meeting has a **phase**".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    Proposed,
    Scheduled,
    Postponed,
    Cancelled,
    Held,
}

/// A date with its bounds.
#[derive(Debug, Clone, Copy)]
pub(super) struct When<'a> {
    pub(super) text: &'a str,
    pub(super) earliest: Option<Instant>,
    pub(super) latest: Option<Instant>,
}

/// A meeting as the counting events leave it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Meeting<'a> {
    pub(super) slug: &'a str,
    pub(super) phase: Phase,
    /// The last event that set its phase.
    pub(super) phase_set_by: &'a Event,
    pub(super) when: Option<When<'a>>,
    pub(super) venue: Option<&'a str>,
}

impl<'a> From<&'a Edtf> for When<'a> {
    fn from(date: &'a Edtf) -> Self {
        Self { text: date.as_str(), earliest: date.earliest(), latest: date.latest() }
    }
}

/// §4: the phase is "set by the last counting event on it in order (`meeting_relocated` keeps the phase, and makes a
/// meeting never heard of `proposed`)". None where the event sets no phase.
pub(super) fn phase_set_by(event: &Event, counting: &[&Event]) -> Option<Phase> {
    match &event.data {
        Payload::MeetingProposed(_) => Some(Phase::Proposed),
        Payload::MeetingScheduled(_) | Payload::MeetingRescheduled(_) => Some(Phase::Scheduled),
        Payload::MeetingPostponed(_) => Some(Phase::Postponed),
        Payload::MeetingCancelled(_) => Some(Phase::Cancelled),
        Payload::MeetingHeld(_) => Some(Phase::Held),
        Payload::MeetingRelocated(_) => {
            let first = counting.iter().find(|e| e.data.meeting() == event.data.meeting());
            first.is_some_and(|e| e.id == event.id).then_some(Phase::Proposed)
        }
        _ => None,
    }
}

/// §4: "Its `when` … are those last given; a `meeting_held` without `when` took place when it `occurred`."
fn when_given(event: &Event) -> Option<When<'_>> {
    match &event.data {
        Payload::MeetingProposed(p) => p.when.as_ref().map(When::from),
        Payload::MeetingScheduled(p) => Some(When::from(&p.when)),
        Payload::MeetingRescheduled(p) => Some(When::from(&p.when)),
        Payload::MeetingHeld(p) => Some(When::from(p.when.as_ref().unwrap_or_else(|| event.occurred.date()))),
        _ => None,
    }
}

/// §4: "Its … `venue` … are those last given."
fn venue_given(event: &Event) -> Option<&str> {
    match &event.data {
        Payload::MeetingProposed(p) => p.venue.as_deref(),
        Payload::MeetingScheduled(p) => p.venue.as_deref(),
        Payload::MeetingRelocated(p) => Some(&p.venue),
        Payload::MeetingHeld(p) => p.venue.as_deref(),
        _ => None,
    }
}

/// The meeting of that name; none where no counting event is on it.
pub(super) fn meeting<'a>(slug: &'a str, counting: &[&'a Event]) -> Option<Meeting<'a>> {
    let on_it = || counting.iter().copied().filter(|e| e.data.meeting().is_some_and(|m| m.as_str() == slug)).rev();
    let (phase, phase_set_by) = on_it().find_map(|e| phase_set_by(e, counting).map(|phase| (phase, e)))?;
    let (when, venue) = (on_it().find_map(when_given), on_it().find_map(venue_given));
    Some(Meeting { slug, phase, phase_set_by, when, venue })
}

/// All meetings, by slug.
fn meetings<'a>(counting: &[&'a Event]) -> Vec<Meeting<'a>> {
    let slugs: BTreeSet<&str> = counting.iter().filter_map(|e| e.data.meeting()).map(|m| m.as_str()).collect();
    slugs.into_iter().filter_map(|slug| meeting(slug, counting)).collect()
}

/// §4, the row `scheduled`: "in phase scheduled and its `when.latest` is not before `today`; of these the next is the
/// one with the smallest (`when.earliest`, `when.latest`, slug)".
pub(super) fn next<'a>(counting: &[&'a Event], today: Instant) -> Option<Meeting<'a>> {
    let not_past = |when: When<'_>| when.latest.is_none_or(|latest| latest >= today);
    let ahead = |m: &Meeting<'_>| m.phase == Phase::Scheduled && m.when.is_some_and(not_past);
    meetings(counting).into_iter().filter(ahead).min_by(|a, b| place_in_time(a).cmp(&place_in_time(b)))
}

/// The meetings in phase held.
pub(super) fn held<'a>(counting: &[&'a Event]) -> Vec<Meeting<'a>> {
    meetings(counting).into_iter().filter(|m| m.phase == Phase::Held).collect()
}

/// The date of the held meeting with the greatest (`when.earliest`, `when.latest`, slug).
pub(super) fn last_held<'a>(counting: &[&'a Event]) -> Option<&'a str> {
    let last = held(counting).into_iter().max_by(|a, b| place_in_time(a).cmp(&place_in_time(b)));
    last.and_then(|m| m.when).map(|when| when.text)
}

/// (`when.earliest`, `when.latest`, slug): unbounded before is before all, unbounded after is after all.
fn place_in_time<'a>(meeting: &Meeting<'a>) -> (Option<Instant>, bool, Option<Instant>, &'a str) {
    let earliest = meeting.when.and_then(|when| when.earliest);
    let latest = meeting.when.and_then(|when| when.latest);
    (earliest, latest.is_none(), latest, meeting.slug)
}
