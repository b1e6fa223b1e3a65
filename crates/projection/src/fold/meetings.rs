//! The meetings of a track as the rules see them: how far each has come, when it is, and which events say so.

use std::collections::BTreeMap;

use demarche_core::{DateBounds, EventType, Instant};

use crate::Phase;
use crate::entry::Entry;

/// The meetings of a track, in the order of the first event on each.
pub(crate) struct Meetings<E: Entry> {
    places: BTreeMap<E::Name, usize>,
    list: Vec<Course<E>>,
    /// The counting events on meetings in order: the place of the meeting, the event, the phase that it set.
    steps: Vec<(usize, E, Option<Phase>)>,
}

/// A meeting among those of its track, whatever it is kept as.
pub(crate) trait AnyMeeting {
    /// Returns its name.
    fn name(&self) -> &str;
    /// Returns how far it has come.
    fn phase(&self) -> Phase;
    /// Returns the bounds of the date last given.
    fn date(&self) -> Option<DateBounds>;

    /// Orders meetings by (`when.earliest`, `when.latest`, name). An unbounded beginning comes first, an unbounded end
    /// last.
    fn by_date(&self) -> (Option<Instant>, Instant, bool, &str) {
        let (earliest, latest) = self.date().unwrap_or_default();
        (earliest, latest.unwrap_or(Instant::MAX), latest.is_none(), self.name())
    }
}

/// Returns those that were held.
pub(crate) fn held<'m, M: AnyMeeting + 'm>(meetings: impl Iterator<Item = &'m M>) -> impl Iterator<Item = &'m M> {
    meetings.filter(|meeting| meeting.phase() == Phase::Held)
}

/// Returns the one that was held last, by its date.
pub(crate) fn last_held<'m, M: AnyMeeting + 'm>(meetings: impl Iterator<Item = &'m M>) -> Option<&'m M> {
    held(meetings).max_by_key(|meeting| meeting.by_date())
}

/// How far a meeting has come.
#[derive(Clone, Copy)]
pub(crate) struct Course<E> {
    /// The first event on it.
    pub(crate) first: E,
    pub(crate) phase: Phase,
    /// The last event that set its phase.
    pub(crate) set_by: E,
    /// The event that last gave it a date, and the bounds of that.
    pub(crate) dated: Option<(E, DateBounds)>,
}

impl<E: Entry> Meetings<E> {
    /// Makes them of nothing.
    pub(crate) const fn new() -> Self {
        Self { places: BTreeMap::new(), list: Vec::new(), steps: Vec::new() }
    }

    /// Enters a counting event, which comes after those that were entered; what is on no meeting changes nothing.
    pub(crate) fn enter(&mut self, event: E) {
        let Some(name) = event.meeting() else { return };
        let place = *self.places.entry(name).or_insert(self.list.len());
        let known = self.list.get(place).copied();
        let phase = Phase::set_by(event.event_type(), known.map(|course| course.phase));
        // The first event on a meeting always sets its phase.
        let mut course = known.unwrap_or(Course { first: event, phase: Phase::Proposed, set_by: event, dated: None });
        if let Some(phase) = phase {
            (course.phase, course.set_by) = (phase, event);
        }
        if let Some(when) = date_given(event) {
            course.dated = Some((event, when));
        }
        match self.list.get_mut(place) {
            Some(there) => *there = course,
            None => self.list.push(course),
        }
        self.steps.push((place, event, phase));
    }

    /// Returns the meeting of a name with its place.
    pub(crate) fn get(&self, name: E::Name) -> Option<(usize, &Course<E>)> {
        let place = *self.places.get(&name)?;
        Some((place, self.list.get(place)?))
    }

    /// Returns all meetings.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Course<E>> + Clone {
        self.list.iter()
    }

    /// Returns the counting events on meetings in order: each with the place of its meeting and the phase that it set.
    pub(crate) fn steps(&self) -> impl DoubleEndedIterator<Item = (usize, E, Option<Phase>)> {
        self.steps.iter().copied()
    }
}

/// The date that an event gives its meeting: a meeting held without one took place when the event occurred.
fn date_given<E: Entry>(event: E) -> Option<DateBounds> {
    match event.when() {
        None if event.event_type() == EventType::MeetingHeld => Some(event.occurred()),
        when => when,
    }
}

impl<E: Entry> Course<E> {
    /// Returns the end of its date; none where it has none, or that is unbounded.
    pub(crate) fn latest(&self) -> Option<Instant> {
        self.dated.and_then(|(_, (_, latest))| latest)
    }
}

impl<E: Entry> AnyMeeting for Course<E> {
    fn name(&self) -> &str {
        self.first.subject()
    }

    fn phase(&self) -> Phase {
        self.phase
    }

    fn date(&self) -> Option<DateBounds> {
        self.dated.map(|(_, bounds)| bounds)
    }
}
