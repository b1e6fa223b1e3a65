//! The journal: an append-only log of events.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use demarche_core::codec::{decode, encode_into};
use demarche_core::{Event, EventId, Instant, TrackId};

use crate::error::JournalError;
use crate::files::{Disk, Files, LogFile};
use crate::index::{Index, Place};
use crate::paths::{logs_of, with_ending};
use crate::scan::{Scan, Tail};
use crate::terms::{Appended, ExpectedVersion, Options, Torn};

/// How long a writer sleeps before it tries a lock again.
const LOCK_PAUSE: Duration = Duration::from_millis(2);

/// An append-only log of events: plain JSON Lines, one file or the files of a directory.
///
/// What [`Journal::append`] has acknowledged is durable: written and synced, the folder too where the file is new. A
/// batch is taken or refused as a whole. Writers on one machine wait for each other. The same event again is a no-op;
/// another event of the same id is refused. Nothing is ever overwritten.
///
/// ```
/// use demarche_core::codec::decode;
/// use demarche_journal::{Appended, Journal, Options};
///
/// # let folder = std::env::temp_dir().join(format!("demarche-journal-doc-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder).unwrap();
/// # let path = folder.join("desk.jsonl");
/// let line = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"track_stalled","track":"us-ru","occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","source":{"who":"izvestia","attribution":"media"},"data":{}}"#;
/// let event = decode(line).unwrap();
/// let mut journal = Journal::open(&path, Options::default())?;
/// assert_eq!(journal.append(&[event.clone()], &[])?, [Appended::Added]);
/// assert_eq!(journal.append(&[event.clone()], &[])?, [Appended::AlreadyThere]);
/// assert_eq!(journal.version(&event.track), 1);
/// # std::fs::remove_dir_all(&folder).unwrap();
/// # Ok::<(), demarche_journal::JournalError>(())
/// ```
#[derive(Debug)]
pub struct Journal<F: Files = Disk> {
    files: F,
    /// The log that is appended to.
    path: PathBuf,
    /// None until there is a file.
    log: Option<F::Log>,
    /// The other logs of the directory, which are only read.
    others: Vec<PathBuf>,
    index: Index,
    /// How far the log has been read.
    read: Scan,
    wait: Duration,
    torn: Vec<Torn>,
}

impl Journal {
    /// Opens a journal: a file `*.jsonl`, which need not be there yet, or a directory.
    ///
    /// A torn last line is set aside, and told by [`Journal::torn`].
    ///
    /// # Errors
    ///
    /// A [`JournalError`] where the path names no journal, a line that is not the last is broken, another writer does
    /// not give the lock back in time, or the disk fails.
    pub fn open(path: &Path, options: Options) -> Result<Self, JournalError> {
        Self::open_with(Disk, path, options)
    }
}

impl<F: Files> Journal<F> {
    /// Opens a journal on a disk of one's own.
    ///
    /// # Errors
    ///
    /// As [`Journal::open`].
    pub fn open_with(files: F, path: &Path, options: Options) -> Result<Self, JournalError> {
        let (path, others) = logs_of(path)?;
        let mut journal = Self {
            files,
            path,
            log: None,
            others,
            index: Index::default(),
            read: Scan::default(),
            wait: options.wait,
            torn: Vec::new(),
        };
        if journal.files.exists(&journal.path).map_err(|error| journal.disk("read", error))? {
            journal.locked(|_| Ok(()))?;
        } else {
            journal.read_others()?;
        }
        Ok(journal)
    }

    /// Returns the log that is appended to.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns how many different events the journal has, as far as it has been read.
    #[must_use]
    pub fn len(&self) -> usize {
        self.index.len()
    }

    /// Tells whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns how many lines a track has, repeated ones counted once, as far as the journal has been read.
    #[must_use]
    pub fn version(&self, track: &TrackId) -> u64 {
        self.index.of_track(track).len() as u64
    }

    /// Tells whether the journal has an event, as far as it has been read.
    #[must_use]
    pub fn contains(&self, id: EventId) -> bool {
        self.index.place_of(id).is_some()
    }

    /// Returns the torn lines that were set aside since the journal was opened.
    #[must_use]
    pub fn torn(&self) -> &[Torn] {
        &self.torn
    }

    /// Appends a batch of events, durably, all or none; returns what came of each.
    ///
    /// A crash in the middle may leave the first of an unacknowledged batch; the same batch again completes it.
    ///
    /// # Errors
    ///
    /// A [`JournalError`]; but for [`JournalError::Uncertain`] nothing of the batch stands in the journal.
    pub fn append(&mut self, events: &[Event], expected: &[ExpectedVersion]) -> Result<Vec<Appended>, JournalError> {
        self.locked(|journal| journal.append_locked(events, expected))
    }

    /// Appends events that are made while no other writer writes, from when the last event was recorded: so that
    /// `recorded` can rise strictly, whoever else records. Returns the events with what came of each.
    ///
    /// # Errors
    ///
    /// As [`Journal::append`].
    pub fn append_with(
        &mut self,
        make: impl FnOnce(Option<Instant>) -> Vec<Event>,
        expected: &[ExpectedVersion],
    ) -> Result<Vec<(Event, Appended)>, JournalError> {
        self.locked(|journal| {
            let events = make(journal.index.last_recorded());
            let outcomes = journal.append_locked(&events, expected)?;
            Ok(events.into_iter().zip(outcomes).collect())
        })
    }

    fn append_locked(&mut self, events: &[Event], expected: &[ExpectedVersion]) -> Result<Vec<Appended>, JournalError> {
        self.check_versions(expected)?;
        let outcomes = self.judge(events)?;
        let new = events.iter().zip(&outcomes).filter(|(_, outcome)| **outcome == Appended::Added);
        let new: Vec<&Event> = new.map(|(event, _)| event).collect();
        if !new.is_empty() {
            self.write(&new)?;
        }
        Ok(outcomes)
    }

    /// Does something while no other writer does, after reading what others have written.
    fn locked<T>(&mut self, act: impl FnOnce(&mut Self) -> Result<T, JournalError>) -> Result<T, JournalError> {
        self.lock()?;
        let done = self.refresh().and_then(|()| act(self));
        let unlocked = self.log.as_mut().map_or(Ok(()), LogFile::unlock);
        let unlocked = unlocked.map_err(|error| self.disk("write", error));
        // What failed first is told; a lock that is not given back ends with the process.
        done.and_then(|done| unlocked.map(|()| done))
    }

    /// Takes the lock of the log that stands at the path, which may have been replaced.
    fn lock(&mut self) -> Result<(), JournalError> {
        let mut waited = Duration::ZERO;
        loop {
            let log = match &mut self.log {
                Some(log) => log,
                None => self.open_log()?,
            };
            let taken = log.try_lock().and_then(|taken| if taken { log.is_current().map(Some) } else { Ok(None) });
            match taken.map_err(|error| self.disk("write", error))? {
                Some(true) => return Ok(()),
                Some(false) => self.log = None,
                None if waited >= self.wait => {
                    return Err(JournalError::Locked { path: self.path.clone(), waited });
                }
                None => {
                    self.files.pause(LOCK_PAUSE);
                    waited += LOCK_PAUSE;
                }
            }
        }
    }

    /// Opens the log, of which nothing has been read.
    fn open_log(&mut self) -> Result<&mut F::Log, JournalError> {
        let (log, is_new) = self.files.open(&self.path).map_err(|error| self.disk("write", error))?;
        if is_new {
            self.files.sync_folder_of(&self.path).map_err(|error| self.disk("write", error))?;
        }
        self.read = Scan::default();
        Ok(self.log.insert(log))
    }

    /// Reads what was appended to the log since, and mends its end. The lock must be held.
    fn refresh(&mut self) -> Result<(), JournalError> {
        let length = self.log.as_ref().map_or(Ok(0), LogFile::length).map_err(|error| self.disk("read", error))?;
        if length < self.read.offset || self.read == Scan::default() {
            // It was cut, or has not been read at all.
            self.read = Scan::default();
            self.index = Index::default();
            self.read_others()?;
        }
        let from = self.read.offset;
        let bytes = match &mut self.log {
            Some(log) if length > from => log.read_from(from, u64::MAX),
            _ => Ok(Vec::new()),
        };
        let bytes = bytes.map_err(|error| self.disk("read", error))?;
        let (path, index, file) = (&self.path, &mut self.index, self.others.len());
        let tail = self
            .read
            .read(&bytes, |event, line, offset, length| index.enter(event, Place { file, line, offset, length }))
            .map_err(|error| JournalError::BrokenLine { path: path.clone(), error })?;
        match tail {
            Tail::Whole => Ok(()),
            Tail::Unterminated => self.terminate(),
            Tail::Torn(bytes) => self.set_aside(&bytes),
        }
    }

    /// Reads the other logs of the directory.
    fn read_others(&mut self) -> Result<(), JournalError> {
        for (file, path) in self.others.iter().enumerate() {
            let disk = |error| JournalError::Disk { doing: "read", path: path.clone(), error };
            let broken = |error| JournalError::BrokenLine { path: path.clone(), error };
            let (mut log, _) = self.files.open(path).map_err(disk)?;
            let bytes = log.read_from(0, u64::MAX).map_err(disk)?;
            let (mut scan, index) = (Scan::default(), &mut self.index);
            let tail = scan
                .read(&bytes, |event, line, offset, length| index.enter(event, Place { file, line, offset, length }))
                .map_err(broken)?;
            // It is not ours to mend.
            if let Tail::Torn(tail) = tail {
                return Err(broken(scan.torn_error(&tail)));
            }
        }
        Ok(())
    }

    /// Ends a last line that is whole, but for its line end.
    fn terminate(&mut self) -> Result<(), JournalError> {
        self.write_bytes(b"\n")?;
        self.read.offset += 1;
        Ok(())
    }

    /// Sets a torn last line aside, and cuts the log behind its last whole line.
    fn set_aside(&mut self, bytes: &[u8]) -> Result<(), JournalError> {
        let endings = std::iter::once(".torn".to_owned()).chain((1..).map(|number: u64| format!(".torn.{number}")));
        let mut kept_in = PathBuf::new();
        for ending in endings {
            kept_in = with_ending(&self.path, &ending);
            match self.files.write_new(&kept_in, bytes) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Ok(()) => break,
                Err(error) => return Err(JournalError::Disk { doing: "write", path: kept_in, error }),
            }
        }
        self.files.sync_folder_of(&self.path).map_err(|error| self.disk("write", error))?;
        let length = self.read.offset;
        let cut = self.log.as_mut().map_or(Ok(()), |log| log.truncate(length));
        cut.map_err(|error| self.disk("write", error))?;
        let (log, line) = (self.path.clone(), self.read.lines + 1);
        self.torn.push(Torn { log, line, kept_in, bytes: bytes.len() });
        Ok(())
    }

    fn check_versions(&self, expected: &[ExpectedVersion]) -> Result<(), JournalError> {
        for ExpectedVersion { track, lines: expected } in expected {
            let events = self.index.of_track(track);
            let found = events.len() as u64;
            if found != *expected {
                let since = usize::try_from(*expected).unwrap_or(usize::MAX);
                let newer_ids = events.get(since..).unwrap_or_default().to_vec();
                let (track, expected) = (track.clone(), *expected);
                return Err(JournalError::UnexpectedVersion { track, expected, found, newer_ids });
            }
        }
        Ok(())
    }

    /// Tells which events are new; refuses those whose id another event has.
    fn judge(&mut self, events: &[Event]) -> Result<Vec<Appended>, JournalError> {
        let mut outcomes = Vec::with_capacity(events.len());
        let mut in_batch: HashMap<EventId, &Event> = HashMap::new();
        for event in events {
            outcomes.push(match (self.index.place_of(event.id), in_batch.get(&event.id)) {
                (Some(place), _) if self.stands_at(event, place)? => Appended::AlreadyThere,
                (Some(place), _) => {
                    let path = self.others.get(place.file).unwrap_or(&self.path).clone();
                    return Err(JournalError::Conflict { id: event.id, path, line: place.line });
                }
                (None, Some(other)) if *other == event => Appended::AlreadyThere,
                (None, Some(_)) => return Err(JournalError::ConflictInBatch { id: event.id }),
                (None, None) => {
                    in_batch.insert(event.id, event);
                    Appended::Added
                }
            });
        }
        Ok(outcomes)
    }

    /// Tells whether this very event stands at a place.
    fn stands_at(&mut self, event: &Event, place: Place) -> Result<bool, JournalError> {
        let path = self.others.get(place.file).unwrap_or(&self.path).clone();
        let read = |log: &mut F::Log| log.read_from(place.offset, place.length as u64);
        let line = match (self.others.get(place.file), &mut self.log) {
            (None, Some(log)) => read(log),
            _ => self.files.open(&path).and_then(|(mut log, _)| read(&mut log)),
        };
        let line = line.map_err(|error| JournalError::Disk { doing: "read", path, error })?;
        Ok(decode(&line).is_ok_and(|found| found == *event))
    }

    /// Writes new events, and enters them.
    fn write(&mut self, events: &[&Event]) -> Result<(), JournalError> {
        let mut bytes = Vec::with_capacity(events.len() * 512);
        let mut places = Vec::with_capacity(events.len());
        let (file, start) = (self.others.len(), self.read.offset);
        for (line, event) in (self.read.lines + 1..).zip(events) {
            let at = bytes.len();
            encode_into(event, &mut bytes);
            places.push(Place { file, line, offset: start + at as u64, length: bytes.len() - at });
            bytes.push(b'\n');
        }
        self.write_bytes(&bytes)?;
        for (event, place) in events.iter().zip(places) {
            self.index.enter(event, place);
        }
        self.read.lines += events.len() as u64;
        self.read.offset += bytes.len() as u64;
        Ok(())
    }

    /// Writes at the end and syncs, or takes back what was written.
    fn write_bytes(&mut self, bytes: &[u8]) -> Result<(), JournalError> {
        let length = self.read.offset;
        let Some(log) = &mut self.log else { return Ok(()) };
        let Err(error) = write_all(log, bytes).and_then(|()| log.sync()) else { return Ok(()) };
        match log.truncate(length) {
            Ok(()) => Err(self.disk("write", error)),
            Err(undo) => {
                // What stands there is read anew before anything else is done. Closing it gives the lock back.
                self.log = None;
                Err(JournalError::Uncertain { path: self.path.clone(), error, undo })
            }
        }
    }

    fn disk(&self, doing: &'static str, error: io::Error) -> JournalError {
        JournalError::Disk { doing, path: self.path.clone(), error }
    }
}

fn write_all(log: &mut impl LogFile, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match log.append(bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
