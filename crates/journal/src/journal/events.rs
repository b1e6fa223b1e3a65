//! The events of a journal, in order, from any event on.

use std::path::PathBuf;

use demarche_core::codec::{ReadError, decode};
use demarche_core::{Event, EventId};

use super::Journal;
use crate::disk::Disk;
use crate::error::{Act, JournalError};
use crate::files::{Files, LogFile};
use crate::index::EntryPlace;
use crate::store::{StorePosition, Tail};

impl<F: Files> Journal<F> {
    /// Returns the events that stand behind a given one, or all events if none is given, after reading what others have
    /// appended meanwhile.
    ///
    /// They come as they stand in the log that is appended to; the other logs of a directory come before that one, in
    /// the order of their names. An event that stands there twice comes once. Each is read again from the disk.
    ///
    /// A service that publishes what it appends keeps the id of the last event that it has published. After a crash it
    /// publishes what stands behind that one. (The event may have been published without the id being kept, so
    /// subscribers must expect an event twice; a fold does.)
    ///
    /// ```
    /// # use demarche_core::codec::decode;
    /// # use demarche_journal::{Journal, Options};
    /// # let folder = std::env::temp_dir().join(format!("demarche-events-doc-{}", std::process::id()));
    /// # std::fs::create_dir_all(&folder)?;
    /// # let event = |number: u32| decode(format!(r#"{{"id":"0199f3c0-5a00-7000-8000-{number:012}","v":2,"type":"track_stalled","track":"us-ru","occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","source":{{"who":"izvestia","attribution":"media"}},"data":{{}}}}"#).as_bytes());
    /// let mut journal = Journal::open(&folder.join("desk.jsonl"), Options::default())?;
    /// let (first, second) = (event(1)?, event(2)?);
    /// journal.append(&[first.clone(), second.clone()], &[])?;
    ///
    /// let unpublished: Vec<_> = journal.events(Some(first.id))?.collect::<Result<_, _>>()?;
    /// assert_eq!(unpublished, [second]);
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`JournalError::Gone`] if the given event is not in the journal, and the errors of [`Journal::open`].
    pub fn events(&mut self, after: Option<EventId>) -> Result<Events<'_, F>, JournalError> {
        self.read_on()?;
        let next = match after {
            None => 0,
            Some(id) => 1 + self.index.number_of(id).ok_or_else(|| self.gone(id))?,
        };
        Ok(Events { journal: self, next })
    }

    /// Returns the events behind a position, so many at most: all from the first, if its epoch is another.
    pub(crate) fn tail(&mut self, after: StorePosition, most: usize) -> Result<Tail, JournalError> {
        self.read_on()?;
        let is_anew = after.epoch != self.epoch;
        let begin = if is_anew { 0 } else { after.events };
        let (mut events, mut lines) = (Vec::new(), Vec::new());
        while let Some(place) =
            self.index.place(usize::try_from(begin).unwrap_or(usize::MAX).saturating_add(events.len()))
            && events.len() < most
        {
            let (event, line) = self.entry_at(place)?;
            events.push(event);
            lines.push(line);
        }
        let position = StorePosition { epoch: self.epoch, events: begin + events.len() as u64 };
        Ok(Tail { events, lines, is_anew: is_anew && after != StorePosition::default(), position })
    }

    /// Returns the position behind the last event, after reading what others have appended meanwhile.
    pub(crate) fn position(&mut self) -> Result<StorePosition, JournalError> {
        self.read_on()?;
        Ok(StorePosition { epoch: self.epoch, events: self.len() as u64 })
    }

    /// Returns the event of an id, after reading what others have appended meanwhile.
    pub(crate) fn event_of(&mut self, id: EventId) -> Result<Option<Event>, JournalError> {
        self.read_on()?;
        self.index.place_of(id).map(|place| Ok(self.entry_at(place)?.0)).transpose()
    }

    /// Returns the logs of the journal that are there, in the order in which their events are numbered.
    pub(crate) fn log_paths(&self) -> Vec<PathBuf> {
        let own = self.log.as_ref().map(|_| self.path.clone());
        self.others.iter().map(|other| other.log.path.clone()).chain(own).collect()
    }

    /// Reads what others have appended meanwhile.
    fn read_on(&mut self) -> Result<(), JournalError> {
        match self.files.look(&self.path).map_err(|error| self.disk(Act::Read, error))? {
            Some(_) => self.locked(|_| Ok(())),
            None => Ok(()),
        }
    }

    /// Returns an event that has been written, with its line.
    fn entry_at(&mut self, place: EntryPlace) -> Result<(Event, String), JournalError> {
        let line = self.line_at(place)?;
        match decode(&line) {
            Ok(event) => Ok((event, String::from_utf8_lossy(&line).into_owned())),
            Err(error) => Err(JournalError::BrokenLine {
                path: self.path_of(place).clone(),
                error: Box::new(ReadError::in_line(place.line, &line, error)),
            }),
        }
    }

    /// Returns the line of an event that has been written.
    pub(super) fn line_at(&mut self, place: EntryPlace) -> Result<Vec<u8>, JournalError> {
        let length = place.length as u64;
        let line = match (self.others.get_mut(place.file), &mut self.log) {
            (Some(other), _) => other.read_from(&self.files, place.offset, length),
            (None, Some(log)) => log.read_from(place.offset, length),
            (None, None) => Ok(Vec::new()),
        };
        line.map_err(|error| JournalError::Disk { act: Act::Read, path: self.path_of(place).clone(), error })
    }
}

/// The events of a journal, in the order of its logs: see [`Journal::events`].
#[derive(Debug)]
pub struct Events<'j, F: Files = Disk> {
    journal: &'j mut Journal<F>,
    /// The number of the next event in the index.
    next: usize,
}

impl<F: Files> Iterator for Events<'_, F> {
    type Item = Result<Event, JournalError>;

    fn next(&mut self) -> Option<Self::Item> {
        let place = self.journal.index.place(self.next)?;
        self.next += 1;
        Some(self.journal.entry_at(place).map(|(event, _)| event))
    }
}
