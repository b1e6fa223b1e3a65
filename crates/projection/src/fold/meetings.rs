//! The meetings of a track as the rules see them: how far each has come, when it is, and which events say so.

use std::collections::BTreeMap;

use demarche_core::{DateBounds, EventType, Instant};

use super::fact_ref::FactRef;

use crate::Phase;

/// The meetings of a track, in the order of the first event on each.
pub(crate) struct Meetings<'f> {
    places: BTreeMap<u32, usize>,
    list: Vec<MeetingFacts<'f>>,
    /// The counting events on meetings in order: the place of the meeting, the event, the phase that it set.
    steps: Vec<(usize, FactRef<'f>, Option<Phase>)>,
}

/// How far a meeting has come.
#[derive(Clone, Copy)]
pub(crate) struct MeetingFacts<'f> {
    /// The first event on it.
    pub(crate) first: FactRef<'f>,
    pub(crate) phase: Phase,
    /// The last event that set its phase.
    pub(crate) set_by: FactRef<'f>,
    /// The event that last gave it a date, and the bounds of that.
    pub(crate) dated: Option<(FactRef<'f>, DateBounds)>,
}

impl<'f> Meetings<'f> {
    /// Makes them of nothing.
    pub(crate) const fn new() -> Self {
        Self { places: BTreeMap::new(), list: Vec::new(), steps: Vec::new() }
    }

    /// Enters a counting event, which comes after those that were entered; what is on no meeting changes nothing.
    pub(crate) fn enter(&mut self, event: FactRef<'f>) {
        let Some(name) = event.meeting() else { return };
        let place = *self.places.entry(name).or_insert(self.list.len());
        let known = self.list.get(place).copied();
        let phase = Phase::set_by(event.event_type(), known.map(|meeting| meeting.phase));
        // The first event on a meeting always sets its phase.
        let mut meeting =
            known.unwrap_or(MeetingFacts { first: event, phase: Phase::Proposed, set_by: event, dated: None });
        if let Some(phase) = phase {
            (meeting.phase, meeting.set_by) = (phase, event);
        }
        if let Some(when) = date_given(event) {
            meeting.dated = Some((event, when));
        }
        match self.list.get_mut(place) {
            Some(there) => *there = meeting,
            None => self.list.push(meeting),
        }
        self.steps.push((place, event, phase));
    }

    /// Returns the meeting of a name with its place.
    pub(crate) fn get(&self, name: u32) -> Option<(usize, &MeetingFacts<'f>)> {
        let place = *self.places.get(&name)?;
        Some((place, self.list.get(place)?))
    }

    /// Returns all meetings.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &MeetingFacts<'f>> + Clone {
        self.list.iter()
    }

    /// Returns those that were held.
    pub(crate) fn held(&self) -> impl Iterator<Item = &MeetingFacts<'f>> {
        self.iter().filter(|meeting| meeting.phase == Phase::Held)
    }

    /// Returns the one that was held last, by its date.
    pub(crate) fn last_held(&self) -> Option<&MeetingFacts<'f>> {
        self.held().max_by_key(|meeting| meeting.by_date())
    }

    /// Returns the counting events on meetings in order: each with the place of its meeting and the phase that it set.
    pub(crate) fn steps(&self) -> impl DoubleEndedIterator<Item = (usize, FactRef<'f>, Option<Phase>)> {
        self.steps.iter().copied()
    }
}

/// The date that an event gives its meeting: a meeting held without one took place when the event occurred.
fn date_given<'f>(event: FactRef<'f>) -> Option<DateBounds> {
    match event.when() {
        None if event.event_type() == EventType::MeetingHeld => Some(event.occurred()),
        when => when,
    }
}

impl MeetingFacts<'_> {
    /// Returns the bounds of the date last given.
    pub(crate) fn date(&self) -> Option<DateBounds> {
        self.dated.map(|(_, bounds)| bounds)
    }

    /// Returns the end of its date; none where it has none, or that is unbounded.
    pub(crate) fn latest(&self) -> Option<Instant> {
        self.date().and_then(|(_, latest)| latest)
    }

    /// Returns the key by which meetings are ordered: (`when.earliest`, `when.latest`, name). An unbounded beginning
    /// comes first, an unbounded end last.
    pub(crate) fn by_date(&self) -> (Option<Instant>, Instant, bool, &str) {
        let (earliest, latest) = self.date().unwrap_or_default();
        (earliest, latest.unwrap_or(Instant::MAX), latest.is_none(), self.first.name())
    }
}
