//! A set of events: duplicates fall together, the order of arrival does not matter.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use demarche_core::{Event, EventId, EventType, Instant, TrackId};

use crate::{Bounds, standing};

/// A set of events, grouped by track.
///
/// Adding is idempotent by id and content, and the order of adding changes no answer, so sets merge as sets do. Events
/// are numbered as they come, from 0; who reads a log can keep their places by these numbers.
///
/// ```
/// use demarche_core::codec::decode;
/// use demarche_projection::{Applied, EventSet};
///
/// let line = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"track_stalled","track":"us-ru","occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","source":{"who":"izvestia","attribution":"media"},"data":{}}"#;
/// let event = decode(line).unwrap();
/// let mut set = EventSet::new();
/// assert_eq!(set.insert(event.clone())?, Applied::New(0));
/// assert_eq!(set.insert(event.clone())?, Applied::Duplicate(0));
/// assert_eq!(set.in_order(&event.track), [&event]);
/// # Ok::<(), demarche_projection::Conflict>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct EventSet {
    events: Vec<Event>,
    /// The number of each event. Only ever looked up, never iterated.
    numbers: HashMap<EventId, usize>,
    /// The place of each track in `tracks`. Only ever looked up, never iterated.
    places: HashMap<TrackId, usize>,
    /// Each track with the numbers of its events, as they came.
    tracks: Vec<(TrackId, Vec<usize>)>,
    last_recorded: Option<Instant>,
}

/// What came of adding an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applied {
    /// It is new, and has this number.
    New(usize),
    /// It was there already, under this number: nothing changed.
    Duplicate(usize),
}

/// Says that two events have one id, and differ.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("duplicate id {}: another event of that id has different content", event.id)]
pub struct Conflict {
    /// The number of the event that was there.
    pub first: usize,
    /// The event that was refused.
    pub event: Box<Event>,
}

impl EventSet {
    /// Makes an empty set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an event.
    ///
    /// # Errors
    ///
    /// A [`Conflict`] where an event of the same id and other content is there; the set is unchanged.
    pub fn insert(&mut self, event: Event) -> Result<Applied, Conflict> {
        let number = self.events.len();
        match self.numbers.entry(event.id) {
            Entry::Occupied(entry) => {
                let first = *entry.get();
                return if self.events.get(first) == Some(&event) {
                    Ok(Applied::Duplicate(first))
                } else {
                    Err(Conflict { first, event: Box::new(event) })
                };
            }
            Entry::Vacant(entry) => entry.insert(number),
        };
        self.last_recorded = self.last_recorded.max(Some(event.recorded));
        let place = self.places.get(&event.track).copied();
        match place.and_then(|place| self.tracks.get_mut(place)) {
            Some((_, numbers)) => numbers.push(number),
            None => {
                self.places.insert(event.track.clone(), self.tracks.len());
                self.tracks.push((event.track.clone(), vec![number]));
            }
        }
        self.events.push(event);
        Ok(Applied::New(number))
    }

    /// Adds every event of another set.
    ///
    /// # Errors
    ///
    /// The first [`Conflict`]; what came before it has been added.
    pub fn merge(&mut self, other: Self) -> Result<(), Conflict> {
        self.recorded_until(other.last_recorded);
        other.events.into_iter().try_for_each(|event| self.insert(event).map(|_| ()))
    }

    /// Returns the event of an id.
    #[must_use]
    pub fn get(&self, id: EventId) -> Option<&Event> {
        self.number_of(id).and_then(|number| self.events.get(number))
    }

    /// Returns the number of the event of an id.
    #[must_use]
    pub fn number_of(&self, id: EventId) -> Option<usize> {
        self.numbers.get(&id).copied()
    }

    /// Returns the events, as they came.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Event> {
        self.events.iter()
    }

    /// Returns the number of events.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.events.len()
    }

    /// Tells whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// Returns the tracks that have events, sorted.
    #[must_use]
    pub fn tracks(&self) -> Vec<&TrackId> {
        let mut tracks: Vec<_> = self.tracks.iter().map(|(track, _)| track).collect();
        tracks.sort_unstable();
        tracks
    }

    /// Returns the events of a track in the order that every fold follows.
    #[must_use]
    pub fn in_order(&self, track: &TrackId) -> Vec<&Event> {
        let numbers = self.places.get(track).and_then(|place| self.tracks.get(*place));
        let numbers = numbers.map_or(&[][..], |(_, numbers)| numbers);
        let mut events: Vec<&Event> = numbers.iter().filter_map(|number| self.events.get(*number)).collect();
        events.sort_unstable_by_key(|event| event.order());
        events
    }

    /// Returns the events of a track that are in bounds and not void, less the retractions, in order.
    ///
    /// Retractions are the desk's housekeeping: once they have acted, nothing is left of them. So whatever is worked
    /// out of these events alone is the same whether an event was retracted or never written.
    ///
    /// ```
    /// # use demarche_core::codec::decode;
    /// # use demarche_projection::{Bounds, EventSet};
    /// # let stalled = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"track_stalled","track":"us-ru","occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","source":{"who":"izvestia","attribution":"media"},"data":{}}"#;
    /// # let retracted = br#"{"id":"0199f3c0-5a00-7000-8000-000000000002","v":1,"type":"event_retracted","track":"us-ru","occurred":"2025-10-24","recorded":"2025-10-24T08:00:00Z","source":{"who":"desk","attribution":"document"},"data":{"event":"0199f3c0-5a00-7000-8000-000000000001","reason":"Another track was meant"}}"#;
    /// # let (stalled, retracted) = (decode(stalled).unwrap(), decode(retracted).unwrap());
    /// let mut set = EventSet::new();
    /// set.insert(stalled.clone())?;
    /// set.insert(retracted)?;
    /// assert!(set.live(&stalled.track, &Bounds::default()).is_empty());
    /// let the_day_before = Bounds { known_at: Some("2025-10-23T23:59:59Z".parse().unwrap()), ..Bounds::default() };
    /// assert_eq!(set.live(&stalled.track, &the_day_before), [&stalled]);
    /// # Ok::<(), demarche_projection::Conflict>(())
    /// ```
    #[must_use]
    pub fn live(&self, track: &TrackId, bounds: &Bounds) -> Vec<&Event> {
        let mut events = standing::live(&self.in_order(track), bounds);
        events.retain(|event| event.event_type() != EventType::EventRetracted);
        events
    }

    /// Returns the events of all tracks that are in bounds and not void, less the retractions, in one order.
    #[must_use]
    pub fn all_live(&self, bounds: &Bounds) -> Vec<&Event> {
        let mut events: Vec<&Event> = self.tracks.iter().flat_map(|(track, _)| self.live(track, bounds)).collect();
        events.sort_unstable_by_key(|event| event.order());
        events
    }

    /// Tells it that events which it does not have were recorded until then.
    pub(crate) fn recorded_until(&mut self, last: Option<Instant>) {
        self.last_recorded = self.last_recorded.max(last);
    }

    /// Returns when the last event was recorded, of the whole set.
    #[must_use]
    pub const fn last_recorded(&self) -> Option<Instant> {
        self.last_recorded
    }
}
