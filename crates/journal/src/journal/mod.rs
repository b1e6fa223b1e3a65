//! The journal: an append-only log of events.

mod admit;
mod events;
mod others;
mod upkeep;

use std::path::{Path, PathBuf};
use std::time::Duration;

use demarche_core::{Event, EventId, Instant, TrackId};

use crate::appending::{Appended, ExpectedVersion, Finished, Options, Torn};
use crate::batch::BatchFile;
use crate::disk::Disk;
use crate::error::{Act, JournalError};
use crate::files::{Files, LogFile};
use crate::index::Index;
use crate::paths::logs_of;
use crate::progress::Progress;
pub use events::Events;
use others::{ReadOnlyLog, read_others};

/// An append-only log of events: plain JSON Lines, one file or the files of a directory.
///
/// Whatever [`Journal::append`] has acknowledged is durable: written and synced, with its folder if the file is new. A
/// batch is taken or refused as a whole. Writers on one machine wait for each other. Appending an event again does
/// nothing; another event of the same id is refused. Nothing is ever overwritten, but for texts that are erased on
/// purpose.
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
    /// `None` until there is a file.
    log: Option<F::Log>,
    batch: BatchFile<F::Log>,
    /// The other logs of the directory, which are only read.
    others: Vec<ReadOnlyLog<F::Log>>,
    /// The directory, if the journal is one.
    folder: Option<PathBuf>,
    index: Index,
    /// The lines that are being written; between appends, an empty buffer.
    lines: Vec<u8>,
    /// How far the log has been read.
    read: Progress,
    /// How often it was read from its beginning: numbers of events are not comparable over that.
    epoch: u64,
    /// Whether the entry of the log in its folder is known to be durable.
    is_entered: bool,
    /// Whether everything that was read is known to be durable: its writer may have been killed before it synced.
    is_synced: bool,
    wait: Duration,
    torn: Vec<Torn>,
    finished: Vec<Finished>,
}

impl Journal {
    /// Opens a journal: a file `*.jsonl`, which need not exist yet, or a directory.
    ///
    /// A torn last line is set aside, and reported by [`Journal::torn`].
    ///
    /// # Errors
    ///
    /// A [`JournalError`] if the path is not a journal, a line other than the last is broken, another writer does not
    /// release the lock in time, or the disk fails.
    pub fn open(path: &Path, options: Options) -> Result<Self, JournalError> {
        Self::open_with(Disk, path, options)
    }
}

impl<F: Files> Journal<F> {
    /// Opens a journal on a given disk.
    ///
    /// # Errors
    ///
    /// As [`Journal::open`].
    pub fn open_with(files: F, path: &Path, options: Options) -> Result<Self, JournalError> {
        let (own, others) = logs_of(&files, path)?;
        let (path, folder) = if own == path { (own, None) } else { (own, Some(path.to_owned())) };
        let mut journal = Self {
            files,
            batch: BatchFile::of(&path),
            path,
            log: None,
            others: Vec::new(),
            folder,
            index: Index::default(),
            lines: Vec::new(),
            read: Progress::default(),
            epoch: 1,
            is_entered: false,
            is_synced: true,
            wait: options.wait,
            torn: Vec::new(),
            finished: Vec::new(),
        };
        if journal.files.look(&journal.path).map_err(|error| journal.disk(Act::Read, error))?.is_some() {
            journal.locked(|_| Ok(()))?;
        } else {
            journal.others = read_others(&journal.files, others, &mut journal.index)?;
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

    /// Tells whether there are no events.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns how many lines a track has, counting repeated ones once, as far as the journal has been read.
    #[must_use]
    pub fn version(&self, track: &TrackId) -> u64 {
        self.index.lines_of(track)
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

    /// Returns the batches of interrupted writers that were finished since the journal was opened.
    #[must_use]
    pub fn finished(&self) -> &[Finished] {
        &self.finished
    }

    /// Appends a batch of events, durably, all or none; returns the result for each event.
    ///
    /// If the process or the machine stops in the middle, the next process that opens the journal finds all of the
    /// batch or none of it.
    ///
    /// # Errors
    ///
    /// A [`JournalError`]; except for [`JournalError::Uncertain`], nothing of the batch is in the journal then.
    pub fn append(&mut self, events: &[Event], expected: &[ExpectedVersion]) -> Result<Vec<Appended>, JournalError> {
        let entries: Vec<_> = events.iter().map(|event| (event, None)).collect();
        self.locked(|journal| journal.append_locked(&entries, expected))
    }

    /// Appends events as [`Journal::append`] does, given the lines that they have elsewhere. Each is stored as its
    /// canonical line of the same version of the schema ([`canonical`]).
    ///
    /// [`canonical`]: demarche_core::codec::canonical
    ///
    /// # Errors
    ///
    /// The errors of [`Journal::append`].
    pub fn append_lines(&mut self, lines: &[(Event, String)]) -> Result<Vec<Appended>, JournalError> {
        let entries: Vec<_> = lines.iter().map(|(event, line)| (event, Some(line.as_str()))).collect();
        self.locked(|journal| journal.append_locked(&entries, &[]))
    }

    /// Appends events that a function makes while the lock is held, given when the last event was recorded. So
    /// `recorded` can rise strictly, no matter who else records. Returns the events with the result for each.
    ///
    /// The events that they depend on must be in the journal at that moment: an event that was read without the lock
    /// may have been part of a batch that was taken back.
    ///
    /// # Errors
    ///
    /// The errors of [`Journal::append`], and [`JournalError::Gone`] if an event that they depend on is not there.
    pub fn append_with(
        &mut self,
        make: impl FnOnce(Option<Instant>) -> Vec<Event>,
        expected: &[ExpectedVersion],
        rests_on: &[Event],
    ) -> Result<Vec<(Event, Appended)>, JournalError> {
        self.locked(|journal| {
            rests_on.iter().try_for_each(|event| journal.must_have(event))?;
            let events = make(journal.index.last_recorded());
            let entries: Vec<_> = events.iter().map(|event| (event, None)).collect();
            let outcomes = journal.append_locked(&entries, expected)?;
            Ok(events.into_iter().zip(outcomes).collect())
        })
    }

    fn append_locked(
        &mut self,
        entries: &[(&Event, Option<&str>)],
        expected: &[ExpectedVersion],
    ) -> Result<Vec<Appended>, JournalError> {
        let first = self.index.len();
        let admitted = self.admit(entries, first).and_then(|outcomes| {
            // A retry of what is there already writes nothing, and is no conflict.
            if outcomes.contains(&Appended::Added) {
                self.check_versions(expected)?;
            }
            self.write(first).map(|()| outcomes)
        });
        let Ok(outcomes) = &admitted else {
            self.index.give_back(first);
            return admitted;
        };
        let new = entries.iter().zip(outcomes).filter(|(_, outcome)| **outcome == Appended::Added);
        for (number, ((event, _), _)) in (first..).zip(new) {
            self.index.confirm(number, event);
        }
        admitted
    }

    fn check_versions(&self, expected: &[ExpectedVersion]) -> Result<(), JournalError> {
        for ExpectedVersion { track, lines: expected } in expected {
            let found = self.index.lines_of(track);
            if found != *expected {
                let newer_ids = self.index.newer_of(track, *expected);
                let (track, expected) = (track.clone(), *expected);
                return Err(JournalError::UnexpectedVersion { track, expected, found, newer_ids });
            }
        }
        Ok(())
    }
}

impl<F: Files> Drop for Journal<F> {
    /// Leaves only the log behind, unless somebody else uses it.
    fn drop(&mut self) {
        let Some(log) = &mut self.log else { return };
        if self.batch.is_open() && matches!(log.try_lock(), Ok(true)) {
            // A file without a batch is harmless, and the next writer of a batch tries again.
            let _ = self.batch.remove(&self.files);
            let _ = log.unlock();
        }
    }
}
