//! A locked journal, read to be sealed or proved from: nothing in it can be taken back afterwards.

use std::path::{Path, PathBuf};
use std::time::Duration;

use demarche_core::codec::ReadErrorKind;

use super::key::VerifierKey;
use super::sequence::Sequence;
use crate::appending::Finished;
use crate::disk::Disk;
use crate::error::{Act, JournalError};
use crate::files::Files;
use crate::lock::LogLocks;
use crate::paths::DIRECTORY_LOG;

/// A journal as one sequence of events, with its locks: while this is held, nobody can append to it or replace it.
///
/// A reader without the locks may see a part of a batch that is then taken back, for example because the disk is full.
/// A checkpoint of that would never hold again. So an interrupted batch is finished first, and everything in the logs
/// is made durable.
#[derive(Debug)]
pub struct LockedJournal<'f, F: Files = Disk> {
    locks: LogLocks<'f, F>,
    logs: Vec<PathBuf>,
    sequence: Sequence,
}

impl<'f, F: Files> LockedJournal<'f, F> {
    /// Takes the locks of a journal's logs, waits for each, and reads them.
    ///
    /// In a directory, the log that is appended to comes last, after the others in the order of their names: so logs
    /// that are rotated to later names keep their places.
    ///
    /// # Errors
    ///
    /// A [`JournalError`] if a log can't be locked or read, or a line is not an event.
    pub fn read(files: &'f F, path: &Path, wait: Duration) -> Result<Self, JournalError> {
        let (mut locks, mut logs) = LogLocks::of_journal(files, path, wait)?;
        locks.sync()?;
        logs.sort_by_key(|log| is_last(log));
        let mut sequence = Sequence::default();
        for path in &logs {
            let disk = |error| JournalError::Disk { act: Act::Read, path: path.clone(), error };
            let read = sequence.read(locks.open(path).map_err(disk)?);
            read.map_err(|error| match error.kind {
                ReadErrorKind::Io(error) => disk(error),
                ReadErrorKind::Line(_) => JournalError::BrokenLine { path: path.clone(), error },
            })?;
        }
        Ok(Self { locks, logs, sequence })
    }

    /// Puts the original lines in place of those whose texts were erased: see [`Sequence::restore`].
    pub fn restore(&mut self, keys: Option<&[VerifierKey]>) {
        self.sequence.restore(keys);
    }

    /// Returns the events.
    #[must_use]
    pub const fn sequence(&self) -> &Sequence {
        &self.sequence
    }

    /// Returns the logs, in the order of the sequence.
    #[must_use]
    pub fn logs(&self) -> &[PathBuf] {
        &self.logs
    }

    /// Returns the batches of interrupted writers that were finished first.
    #[must_use]
    pub fn finished(&self) -> &[Finished] {
        self.locks.finished()
    }
}

/// Tells whether a log is the one in a directory that is appended to, and so comes last.
#[must_use]
pub fn is_last(log: &Path) -> bool {
    log.file_name() == Some(DIRECTORY_LOG.as_ref())
}
