//! The events of an append as columns: what the server is handed.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, Timelike as _, Utc};
use demarche_core::codec::{LINE_MAX_BYTES, encode};
use demarche_core::uuid::Uuid;
use demarche_core::{Event, EventId};
use demarche_journal::{Appended, JournalError, TooLong};

/// How many events are handed over at once, all in one transaction: a statement must end in time.
const MOST_AT_ONCE: usize = 5_000;

/// Different events, in columns.
#[derive(Debug, Default)]
pub(crate) struct Columns {
    pub(crate) ids: Vec<Uuid>,
    pub(crate) tracks: Vec<String>,
    pub(crate) types: Vec<&'static str>,
    pub(crate) occurreds: Vec<String>,
    /// To the microsecond, and the nanoseconds beyond it.
    pub(crate) recordeds: Vec<DateTime<Utc>>,
    pub(crate) nanos: Vec<i16>,
    pub(crate) lines: Vec<String>,
}

impl Columns {
    /// Puts events and their lines into columns.
    fn of<'e>(events: impl IntoIterator<Item = (&'e Event, String)>) -> Self {
        let mut columns = Self::default();
        for (event, line) in events {
            columns.ids.push(event.id.uuid());
            columns.tracks.push(event.track.as_str().to_owned());
            columns.types.push(event.event_type().as_str());
            columns.occurreds.push(event.occurred.as_str().to_owned());
            let (recorded, nanos) = split(event.recorded.date_time());
            columns.recordeds.push(recorded);
            columns.nanos.push(nanos);
            columns.lines.push(line);
        }
        columns
    }
}

/// Splits an instant into what the server's clock can tell apart, and the nanoseconds beyond.
pub(crate) fn split(instant: DateTime<Utc>) -> (DateTime<Utc>, i16) {
    let nanos = instant.nanosecond() % 1_000;
    let whole = instant.with_nanosecond(instant.nanosecond() - nanos).unwrap_or(instant);
    (whole, i16::try_from(nanos).unwrap_or_default())
}

/// The events of an append.
#[derive(Debug)]
pub(crate) struct Batch {
    events: Vec<Event>,
    /// The number of each different event among the events.
    different: Vec<usize>,
    /// These, in columns, some at a time.
    pub(crate) chunks: Vec<Arc<Columns>>,
}

impl Batch {
    /// Makes the lines of events, and refuses those that can't be stored.
    pub(crate) fn of(events: Vec<Event>) -> Result<Self, JournalError> {
        let lines = events.iter().map(encode).collect();
        Self::of_lines(events, lines)
    }

    /// Takes events with their canonical lines.
    pub(crate) fn of_lines(events: Vec<Event>, lines: Vec<String>) -> Result<Self, JournalError> {
        let mut different: Vec<(usize, String)> = Vec::with_capacity(events.len());
        let mut numbers: HashMap<EventId, usize> = HashMap::with_capacity(events.len());
        for (number, (event, line)) in events.iter().zip(lines).enumerate() {
            if line.len() > LINE_MAX_BYTES {
                return Err(TooLong { id: event.id, bytes: line.len() }.into());
            }
            match numbers.entry(event.id) {
                Entry::Occupied(first) if events.get(*first.get()) != Some(event) => {
                    return Err(JournalError::ConflictInBatch { id: event.id });
                }
                Entry::Occupied(_) => {}
                Entry::Vacant(free) => {
                    free.insert(number);
                    different.push((number, line));
                }
            }
        }
        let numbers = different.iter().map(|(number, _)| *number).collect();
        let mut lines = different.into_iter().filter_map(|(number, line)| Some((events.get(number)?, line))).peekable();
        let mut chunks = Vec::new();
        while lines.peek().is_some() {
            chunks.push(Arc::new(Columns::of(lines.by_ref().take(MOST_AT_ONCE))));
        }
        Ok(Self { different: numbers, chunks, events })
    }

    /// Returns the event of a number in a chunk, from 1.
    pub(crate) fn event(&self, chunk: usize, number: i64) -> Option<&Event> {
        let number = usize::try_from(number).ok()?.checked_sub(1)?;
        self.events.get(*self.different.get(chunk * MOST_AT_ONCE + number)?)
    }

    /// Returns the events, each with what became of it, given the numbers of those of each chunk that were there
    /// already.
    pub(crate) fn outcomes(self, known: &[HashSet<i64>]) -> Vec<(Event, Appended)> {
        let mut outcomes = vec![Appended::AlreadyThere; self.events.len()];
        for (chunk, known) in self.different.chunks(MOST_AT_ONCE).zip(known) {
            for (_, different) in (1..).zip(chunk).filter(|(number, _)| !known.contains(number)) {
                outcomes.iter_mut().skip(*different).take(1).for_each(|outcome| *outcome = Appended::Added);
            }
        }
        self.events.into_iter().zip(outcomes).collect()
    }
}
