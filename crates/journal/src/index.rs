//! What a journal knows of its lines: where each event stands, and which events a track has.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use demarche_core::{Event, EventId, Instant, TrackId};
use foldhash::fast::RandomState;

/// Where an event stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// The number of its file; the one that is appended to is the last.
    pub(crate) file: usize,
    /// The line, from 1.
    pub(crate) line: u64,
    /// The first byte of the line, and its length without the line end.
    pub(crate) offset: u64,
    pub(crate) length: usize,
}

/// The events of a journal by id, and by track in the order of the lines. Only ever looked up, never walked.
///
/// The ids come from outside: the hashes are seeded at random, so that nobody can choose ids that collide.
#[derive(Debug, Default)]
pub(crate) struct Index {
    places: HashMap<EventId, Place, RandomState>,
    tracks: HashMap<TrackId, Vec<EventId>, RandomState>,
    last_recorded: Option<Instant>,
}

impl Index {
    /// Enters an event that stands at a place; one that is there already stays where it is.
    pub(crate) fn enter(&mut self, event: &Event, place: Place) {
        if self.reserve(event.id, place).is_none() {
            self.confirm(event);
        }
    }

    /// Takes a place for an id, unless it has one: returns that.
    pub(crate) fn reserve(&mut self, id: EventId, place: Place) -> Option<Place> {
        match self.places.entry(id) {
            Entry::Occupied(found) => Some(*found.get()),
            Entry::Vacant(free) => {
                free.insert(place);
                None
            }
        }
    }

    /// Makes room for so many more places.
    pub(crate) fn make_room(&mut self, events: usize) {
        self.places.reserve(events);
    }

    /// Gives back a place that was reserved.
    pub(crate) fn give_back(&mut self, id: EventId) {
        self.places.remove(&id);
    }

    /// Enters an event, whose place was reserved, behind the others of its track.
    pub(crate) fn confirm(&mut self, event: &Event) {
        self.last_recorded = self.last_recorded.max(Some(event.recorded));
        match self.tracks.get_mut(&event.track) {
            Some(events) => events.push(event.id),
            None => {
                self.tracks.insert(event.track.clone(), vec![event.id]);
            }
        }
    }

    pub(crate) fn place_of(&self, id: EventId) -> Option<Place> {
        self.places.get(&id).copied()
    }

    /// Returns the ids of a track's events, in the order of the lines.
    pub(crate) fn of_track(&self, track: &TrackId) -> &[EventId] {
        self.tracks.get(track).map_or(&[], Vec::as_slice)
    }

    /// Returns when the last event was recorded.
    pub(crate) const fn last_recorded(&self) -> Option<Instant> {
        self.last_recorded
    }

    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }
}
