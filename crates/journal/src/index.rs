//! The index of a journal: where each event is, and which events a track has.

use std::hash::BuildHasher as _;

use demarche_core::{Event, EventId, Instant, Payload, TrackId};
use hashbrown::hash_table::Entry;
use hashbrown::{DefaultHashBuilder, HashMap, HashTable};

/// The position of an event in the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct EntryPlace {
    /// The number of its file; the last one is the file that is appended to.
    pub(crate) file: usize,
    /// The line, from 1.
    pub(crate) line: u64,
    /// The first byte of the line, and its length without the line end.
    pub(crate) offset: u64,
    pub(crate) length: usize,
}

/// The events of a journal by id, and by track in the order of the lines.
///
/// Events are in one list, in the order in which they came. The table of ids holds only their numbers and hashes, and
/// each track only its last event, from which one can go back: so entering an event touches little memory. Ids come
/// from outside, so their hashes are seeded at random, and nobody can choose ids that collide. Tables are only looked
/// up, never iterated.
#[derive(Debug, Default)]
pub(crate) struct Index {
    entries: Vec<IndexEntry>,
    numbers: HashTable<Slot>,
    tracks: HashMap<TrackId, IndexedTrack>,
    hasher: DefaultHashBuilder,
    /// The numbers of the redactions of each event.
    redactions: HashMap<EventId, Vec<usize>>,
    last_recorded: Option<Instant>,
}

#[derive(Debug)]
struct IndexEntry {
    id: EventId,
    place: EntryPlace,
    /// The number of the previous event on the same track.
    before: Option<usize>,
}

/// The entry of an event in the table of ids. It has the hash, so that the table can grow without reading the list.
#[derive(Debug)]
struct Slot {
    hash: u64,
    number: usize,
}

#[derive(Debug, Default)]
struct IndexedTrack {
    lines: u64,
    last: Option<usize>,
}

impl Index {
    /// Enters an event at a position. An event that was entered before keeps its position.
    pub(crate) fn enter(&mut self, event: &Event, place: EntryPlace) {
        let number = self.len();
        if self.reserve(event.id, place).is_none() {
            self.confirm(number, event);
        }
    }

    /// Reserves a place for an id; if the id has a place already, returns that.
    pub(crate) fn reserve(&mut self, id: EventId, place: EntryPlace) -> Option<EntryPlace> {
        let (hash, entries) = (self.hasher.hash_one(id), &mut self.entries);
        let is_it = |slot: &Slot| slot.hash == hash && entries.get(slot.number).is_some_and(|entry| entry.id == id);
        match self.numbers.entry(hash, is_it, |slot| slot.hash) {
            Entry::Occupied(found) => entries.get(found.get().number).map(|entry| entry.place),
            Entry::Vacant(free) => {
                free.insert(Slot { hash, number: entries.len() });
                entries.push(IndexEntry { id, place, before: None });
                None
            }
        }
    }

    /// Enters an event with a reserved number, after the others of its track.
    pub(crate) fn confirm(&mut self, number: usize, event: &Event) {
        self.last_recorded = self.last_recorded.max(Some(event.recorded));
        if let Payload::EventRedacted(redaction) = &event.data {
            self.redactions.entry(redaction.event).or_default().push(number);
        }
        let track = match self.tracks.get_mut(&event.track) {
            Some(track) => track,
            None => self.tracks.entry(event.track.clone()).or_default(),
        };
        track.lines += 1;
        let before = track.last.replace(number);
        if let Some(entry) = self.entries.get_mut(number) {
            entry.before = before;
        }
    }

    /// Releases the reserved places from a number on.
    pub(crate) fn give_back(&mut self, from: usize) {
        for (number, entry) in (from..).zip(self.entries.drain(from..)) {
            if let Ok(found) = self.numbers.find_entry(self.hasher.hash_one(entry.id), |slot| slot.number == number) {
                found.remove();
            }
        }
    }

    /// Returns the number of an event: how many came before it.
    pub(crate) fn number_of(&self, id: EventId) -> Option<usize> {
        let is_of = |slot: &Slot| self.entries.get(slot.number).is_some_and(|entry| entry.id == id);
        self.numbers.find(self.hasher.hash_one(id), is_of).map(|slot| slot.number)
    }

    /// Returns the position of the event with a number.
    pub(crate) fn place(&self, number: usize) -> Option<EntryPlace> {
        self.entries.get(number).map(|entry| entry.place)
    }

    pub(crate) fn place_of(&self, id: EventId) -> Option<EntryPlace> {
        self.place(self.number_of(id)?)
    }

    /// Returns the positions of the redactions of an event.
    pub(crate) fn redactions_of(&self, id: EventId) -> Vec<EntryPlace> {
        let numbers = self.redactions.get(&id).map_or(&[][..], Vec::as_slice);
        numbers.iter().filter_map(|number| self.place(*number)).collect()
    }

    /// Returns how many events a track has.
    pub(crate) fn lines_of(&self, track: &TrackId) -> u64 {
        self.tracks.get(track).map_or(0, |track| track.lines)
    }

    /// Returns the ids of a track's events, in the order of the lines, without the first `since` ones.
    pub(crate) fn newer_of(&self, track: &TrackId, since: u64) -> Vec<EventId> {
        let Some(track) = self.tracks.get(track) else { return Vec::new() };
        let entry_of = |number: Option<usize>| number.and_then(|number| self.entries.get(number));
        let backwards = std::iter::successors(entry_of(track.last), |entry| entry_of(entry.before));
        let newer = usize::try_from(track.lines.saturating_sub(since)).unwrap_or(usize::MAX);
        let mut ids: Vec<EventId> = backwards.take(newer).map(|entry| entry.id).collect();
        ids.reverse();
        ids
    }

    /// Returns when the last event was recorded.
    pub(crate) const fn last_recorded(&self) -> Option<Instant> {
        self.last_recorded
    }

    pub(crate) const fn len(&self) -> usize {
        self.entries.len()
    }
}
