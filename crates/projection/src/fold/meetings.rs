//! The meetings of a track as the rules see them: how far each has come, when and where it is, and which events say so.

use std::collections::BTreeMap;

use demarche_core::{ActorId, DateBounds, EventType, Instant};

use super::days;
use super::fact_ref::FactRef;
use super::parties::with_those_above;
use crate::query::Reading;
use crate::state::Phase;

/// The track and the side that the meetings are seen from: this decides whether a word moves a meeting.
#[derive(Clone, Copy)]
pub(crate) struct Viewpoint<'q> {
    /// The parties of the track.
    pub(crate) parties: &'q [ActorId],
    /// The side as which the claims are read, if any.
    pub(crate) side: Option<&'q ActorId>,
}

impl<'q> Viewpoint<'q> {
    pub(crate) const fn new(parties: &'q [ActorId], reading: &'q Reading) -> Self {
        let side = if let Reading::Side(side) = reading { Some(side) } else { None };
        Self { parties, side }
    }

    fn is_of_a_party(self, event: FactRef<'_>) -> bool {
        self.parties.iter().any(|party| event.is_said_within(party))
    }

    /// Tells whether an event is by the actor that declined a meeting, by one beneath it, or by its party.
    fn is_of_the_decliner(self, event: FactRef<'_>, decliner: &str) -> bool {
        let speaks_beneath = || with_those_above(event.who().as_str()).any(|actor| actor == decliner);
        let shares_a_party = || {
            let above: Vec<&str> = with_those_above(decliner).collect();
            self.parties.iter().any(|party| event.is_said_within(party) && above.contains(&party.as_str()))
        };
        speaks_beneath() || shares_a_party()
    }

    fn is_of_the_side(self, event: FactRef<'_>) -> bool {
        self.side.is_some_and(|side| event.is_said_within(side))
    }
}

/// The meetings of a track, in the order of the first event on each.
pub(crate) struct Meetings<'f> {
    places: BTreeMap<u32, usize>,
    list: Vec<MeetingFacts<'f>>,
    steps: Vec<Step<'f>>,
}

/// A counting event on a meeting.
#[derive(Clone, Copy)]
pub(crate) struct Step<'f> {
    /// The index of the meeting.
    pub(crate) meeting: usize,
    pub(crate) event: FactRef<'f>,
    /// The phase that the event set, or `None` if it moved nothing.
    pub(crate) phase: Option<Phase>,
}

/// The state of a meeting.
#[derive(Clone, Copy)]
pub(crate) struct MeetingFacts<'f> {
    /// The first event on the meeting.
    pub(crate) first: FactRef<'f>,
    pub(crate) phase: Phase,
    /// The last event that set its phase.
    pub(crate) set_by: FactRef<'f>,
    /// The beginning of the run of its phase, among the steps.
    run_start: usize,
    /// The event that gave the date that stands.
    pub(crate) dated_by: Option<FactRef<'f>>,
    /// The event that gave the venue that stands.
    pub(crate) placed_by: Option<FactRef<'f>>,
    /// The event that said until when the meeting is put off, if it is.
    pub(crate) until_by: Option<FactRef<'f>>,
    /// Whether the side as which the claims are read speaks in the run.
    side_speaks: bool,
}

impl<'f> Meetings<'f> {
    /// Makes an empty list of meetings.
    pub(crate) const fn new() -> Self {
        Self { places: BTreeMap::new(), list: Vec::new(), steps: Vec::new() }
    }

    /// Enters a counting event, which comes after those already entered; an event that is on no meeting changes
    /// nothing. Returns the phase that it set, or `None` if it moved nothing.
    #[inline]
    pub(crate) fn enter(&mut self, event: FactRef<'f>, voices: Viewpoint<'_>) -> Option<Phase> {
        // Most events are on no meeting.
        self.enter_on(event.meeting()?, event, voices)
    }

    #[inline(never)]
    fn enter_on(&mut self, name: u32, event: FactRef<'f>, voices: Viewpoint<'_>) -> Option<Phase> {
        let place = *self.places.entry(name).or_insert(self.list.len());
        let step = self.steps.len();
        let phase = match self.list.get_mut(place) {
            Some(meeting) => meeting.enter(event, &self.steps, voices),
            None => {
                let meeting = MeetingFacts::begin(event, step, voices);
                self.list.push(meeting);
                Some(meeting.phase)
            }
        };
        self.steps.push(Step { meeting: place, event, phase });
        phase
    }

    /// Returns the meeting of a name with its index.
    pub(crate) fn get(&self, name: u32) -> Option<(usize, &MeetingFacts<'f>)> {
        let place = *self.places.get(&name)?;
        Some((place, self.list.get(place)?))
    }

    /// Returns all meetings.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &MeetingFacts<'f>> + Clone {
        self.list.iter()
    }

    /// Returns the meetings that were held.
    pub(crate) fn held(&self) -> impl Iterator<Item = &MeetingFacts<'f>> {
        self.iter().filter(|meeting| meeting.phase == Phase::Held)
    }

    /// Returns the meeting that was held last, by its date.
    pub(crate) fn last_held(&self) -> Option<&MeetingFacts<'f>> {
        self.held().max_by_key(|meeting| meeting.by_date())
    }

    /// Returns the counting events on meetings in order.
    pub(crate) fn steps(&self) -> impl DoubleEndedIterator<Item = Step<'f>> {
        self.steps.iter().copied()
    }

    /// Returns the meeting at an index.
    pub(crate) fn at(&self, place: usize) -> Option<&MeetingFacts<'f>> {
        self.list.get(place)
    }

    /// Returns the run of a meeting's phase: the unbroken series of events that set it.
    pub(crate) fn run(&self, meeting: &MeetingFacts<'f>) -> impl Iterator<Item = FactRef<'f>> {
        meeting.run_among(&self.steps)
    }
}

/// Returns the date that an event gives its meeting: a meeting held without one took place when the event occurred.
pub(crate) fn date_given(event: FactRef<'_>) -> Option<DateBounds> {
    let is_until = event.event_type() == EventType::MeetingPostponed;
    match event.details().date.filter(|_| event.meeting().is_some() && !is_until) {
        None if event.event_type() == EventType::MeetingHeld => Some(event.occurred()),
        when => when,
    }
}

const fn is_ahead(phase: Phase) -> bool {
    matches!(phase, Phase::Proposed | Phase::Scheduled)
}

impl<'f> MeetingFacts<'f> {
    /// Begins a meeting that was not heard of before: a new venue makes it proposed.
    fn begin(event: FactRef<'f>, step: usize, voices: Viewpoint<'_>) -> Self {
        let mut meeting = Self {
            first: event,
            phase: Phase::of(event.event_type()).unwrap_or(Phase::Proposed),
            set_by: event,
            run_start: step,
            dated_by: None,
            placed_by: None,
            until_by: None,
            side_speaks: false,
        };
        meeting.take(event, voices);
        meeting
    }

    /// Enters a later event; returns the phase that it set, or `None` if it moved nothing.
    fn enter(&mut self, event: FactRef<'f>, steps: &[Step<'f>], voices: Viewpoint<'_>) -> Option<Phase> {
        let phase = Phase::of(event.event_type()).filter(|phase| self.is_moved(event, *phase, steps, voices));
        let Some(phase) = phase else {
            if event.event_type() == EventType::MeetingRelocated {
                self.placed_by = Some(event);
            }
            return None;
        };
        let stays_ahead = is_ahead(self.phase) && is_ahead(phase);
        let is_new_run = phase != self.phase || is_ahead(phase) && !days::in_common(self.date(), date_given(event));
        if is_new_run {
            (self.run_start, self.until_by, self.side_speaks) = (steps.len(), None, false);
            if event.event_type() == EventType::MeetingProposed {
                self.dated_by = self.dated_by.filter(|_| date_given(event).is_some());
            }
        }
        let keeps_date = stays_ahead && self.is_narrower_than(event);
        (self.phase, self.set_by) = (phase, event);
        let dated_by = self.dated_by;
        self.take(event, voices);
        if keeps_date {
            self.dated_by = dated_by;
        }
        Some(phase)
    }

    /// Takes over what is said by an event that moves the meeting.
    fn take(&mut self, event: FactRef<'f>, voices: Viewpoint<'_>) {
        let details = event.details();
        if date_given(event).is_some() {
            self.dated_by = Some(event);
        }
        if details.venue.is_some() {
            self.placed_by = Some(event);
        }
        if event.event_type() == EventType::MeetingPostponed && details.date.is_some() {
            self.until_by = Some(event);
        }
        self.side_speaks |= voices.is_of_the_side(event);
    }

    /// Tells whether an event that would set a phase moves the meeting: a vaguer word, or one by a stranger, does not
    /// undo a firmer one.
    fn is_moved(&self, event: FactRef<'f>, to: Phase, steps: &[Step<'f>], voices: Viewpoint<'_>) -> bool {
        match (self.phase, to) {
            (Phase::Held, Phase::Declined) => false,
            (Phase::Declined, Phase::Proposed | Phase::Scheduled) => !self.is_still_declined(event, steps, voices),
            (Phase::Postponed, Phase::Proposed) => {
                event.details().date.is_some() || self.is_displaced_by_the_side(event, voices)
            }
            (Phase::Scheduled, Phase::Proposed) => self.is_displaced_by_the_side(event, voices),
            (Phase::Held, Phase::Proposed) => false,
            _ => true,
        }
    }

    /// Tells whether a refusal stands against a word of another party that names no other day.
    fn is_still_declined(&self, event: FactRef<'f>, steps: &[Step<'f>], voices: Viewpoint<'_>) -> bool {
        voices.is_of_a_party(event)
            && days::in_common(self.date(), date_given(event))
            && !self
                .run_among(steps)
                .filter_map(FactRef::declined_by)
                .any(|decliner| voices.is_of_the_decliner(event, decliner))
    }

    /// Returns the run of its phase among the counting events on all meetings.
    fn run_among(&self, steps: &[Step<'f>]) -> impl Iterator<Item = FactRef<'f>> {
        let name = self.first.meeting();
        let steps = steps.get(self.run_start..).unwrap_or_default().iter();
        steps.filter(move |step| step.phase.is_some() && step.event.meeting() == name).map(|step| step.event)
    }

    /// Tells whether the side as which the claims are read proposes the meeting, and has no word in the run that set
    /// its phase: for that side, the meeting is merely proposed.
    fn is_displaced_by_the_side(&self, event: FactRef<'f>, voices: Viewpoint<'_>) -> bool {
        voices.is_of_the_side(event) && !self.side_speaks
    }

    /// Tells whether the date that stands is firmer than the date of an event: it lies within that date, another party
    /// gave it, and it is not qualified.
    fn is_narrower_than(&self, event: FactRef<'f>) -> bool {
        let (Some(dated_by), Some(present), Some(new)) = (self.dated_by, self.date(), date_given(event)) else {
            return false;
        };
        days::strictly_contains(new, present) && dated_by.party() != event.party() && !dated_by.details().is_qualified
    }

    /// Returns the bounds of the date that stands.
    pub(crate) fn date(&self) -> Option<DateBounds> {
        self.dated_by.and_then(date_given)
    }

    /// Returns the number of the venue that stands.
    pub(crate) fn venue(&self) -> Option<u32> {
        self.placed_by?.details().venue
    }

    /// Returns the bounds of the date until which the meeting is put off.
    pub(crate) fn until(&self) -> Option<DateBounds> {
        self.until_by.filter(|_| self.phase == Phase::Postponed)?.details().date
    }

    /// Returns the end of its date, or `None` if it has no date or an unbounded one.
    pub(crate) fn latest(&self) -> Option<Instant> {
        self.date().and_then(|(_, latest)| latest)
    }

    /// Tells whether it is scheduled for a day that has not certainly passed.
    pub(crate) fn is_scheduled_after(&self, today: Instant) -> bool {
        self.phase == Phase::Scheduled && self.date().is_none_or(|date| !days::is_past(date, today))
    }

    /// Returns the key by which meetings are ordered: (`when.earliest`, `when.latest`, name). An unbounded beginning
    /// comes first, an unbounded end last.
    pub(crate) fn by_date(&self) -> (Option<Instant>, Instant, bool, &str) {
        let (earliest, latest) = self.date().unwrap_or_default();
        (earliest, latest.unwrap_or(Instant::MAX), latest.is_none(), self.first.name())
    }
}
