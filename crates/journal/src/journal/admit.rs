//! Checks the events of a batch: which are new, which are there already, and which conflict.

use std::path::PathBuf;

use demarche_core::codec::{canonical, decode, encode_into};
use demarche_core::jsonl::LINE_MAX_BYTES;
use demarche_core::{Event, EventId};

use super::Journal;
use crate::appending::Appended;
use crate::erasure::Redactions;
use crate::error::JournalError;
use crate::files::Files;
use crate::format::TooLong;
use crate::index::EntryPlace;

impl<F: Files> Journal<F> {
    /// Determines which events are new, makes their lines, and reserves their places, from a number on; refuses events
    /// whose id another event has. An event may come with the line that it has elsewhere.
    pub(super) fn admit(
        &mut self,
        entries: &[(&Event, Option<&str>)],
        first: usize,
    ) -> Result<Vec<Appended>, JournalError> {
        self.lines.clear();
        entries.iter().map(|(event, line)| self.admit_one(event, *line, first)).collect()
    }

    fn admit_one(&mut self, event: &Event, elsewhere: Option<&str>, first: usize) -> Result<Appended, JournalError> {
        let start = self.lines.len();
        match elsewhere {
            Some(line) => self.lines.extend_from_slice(canonical(event, line.as_bytes()).as_bytes()),
            None => encode_into(event, &mut self.lines),
        }
        let length = self.lines.len() - start;
        if length > LINE_MAX_BYTES {
            return Err(TooLong { id: event.id, bytes: length }.into());
        }
        let line = self.read.lines + (self.index.len() - first) as u64 + 1;
        let place = EntryPlace { file: self.others.len(), line, offset: self.read.offset + start as u64, length };
        let Some(found) = self.index.reserve(event.id, place) else {
            self.lines.push(b'\n');
            return Ok(Appended::Added);
        };
        let is_in_batch = found.file == place.file && found.offset >= self.read.offset;
        let is_same = if is_in_batch {
            // Every event has one canonical line only, of each version of the schema.
            let (before, own) = self.lines.split_at(start);
            let at = usize::try_from(found.offset - self.read.offset).unwrap_or(usize::MAX);
            let other = before.get(at..).and_then(|rest| rest.get(..found.length)).unwrap_or_default();
            other == own || elsewhere.is_some() && decode(other).is_ok_and(|found| found == *event)
        } else {
            self.stands_at(event, found)?
        };
        self.lines.truncate(start);
        match (is_same, is_in_batch) {
            (true, _) => Ok(Appended::AlreadyThere),
            (false, true) => Err(JournalError::ConflictInBatch { id: event.id }),
            (false, false) => {
                Err(JournalError::Conflict { id: event.id, path: self.path_of(found).clone(), line: found.line })
            }
        }
    }

    /// Refuses an event that is not in the journal.
    pub(super) fn must_have(&mut self, event: &Event) -> Result<(), JournalError> {
        match self.index.place_of(event.id) {
            Some(place) if self.stands_at(event, place)? => Ok(()),
            _ => Err(self.gone(event.id)),
        }
    }

    /// Returns the error of an event that is not in the journal.
    pub(super) fn gone(&self, id: EventId) -> JournalError {
        JournalError::Gone { id, path: self.folder.as_ref().unwrap_or(&self.path).clone() }
    }

    /// Returns the file that a place is in.
    pub(super) fn path_of(&self, place: EntryPlace) -> &PathBuf {
        self.others.get(place.file).map_or(&self.path, |other| &other.log.path)
    }

    /// Tells whether this very event is at a place that has been written, perhaps with texts erased.
    fn stands_at(&mut self, event: &Event, place: EntryPlace) -> Result<bool, JournalError> {
        let line = self.line_at(place)?;
        let Ok(found) = decode(&line) else { return Ok(false) };
        if found == *event {
            return Ok(true);
        }
        let mut redactions = Redactions::default();
        for place in self.index.redactions_of(event.id) {
            let line = self.line_at(place)?;
            decode(&line).iter().for_each(|event| redactions.note(event));
        }
        Ok(redactions.later(&found, event).is_some())
    }
}
