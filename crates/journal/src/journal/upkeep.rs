//! What a journal does around each request: lock, read on, repair, write durably.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Journal;
use super::others::read_others;
use crate::appending::Torn;
use crate::batch::BatchFile;
use crate::error::{Act, JournalError};
use crate::files::{Access, Files, FoundFile, FoundKind, LogFile, append_all};
use crate::index::{EntryPlace, Index};
use crate::lock::PAUSE;
use crate::paths::{logs_of, with_ending};
use crate::progress::{Progress, ReadOnError, Tail};
use crate::source::is_compressed;

/// The maximum size of the buffer that is kept for the next batch, in bytes.
const BUFFER_MAX_BYTES: usize = 4 * 1024 * 1024;

impl<F: Files> Journal<F> {
    /// Does something while no other writer can write, after reading what others have written.
    pub(super) fn locked<T>(
        &mut self,
        act: impl FnOnce(&mut Self) -> Result<T, JournalError>,
    ) -> Result<T, JournalError> {
        self.lock()?;
        let done = self.refresh().and_then(|()| act(self));
        let unlocked = self.log.as_mut().map_or(Ok(()), LogFile::unlock);
        let unlocked = unlocked.map_err(|error| self.disk(Act::Write, error));
        // The first failure is reported; a lock that can't be released ends with the process.
        done.and_then(|done| unlocked.map(|()| done))
    }

    /// Takes the lock of the log at the path, which may have been replaced.
    fn lock(&mut self) -> Result<(), JournalError> {
        let mut waited = Duration::ZERO;
        loop {
            let log = match &mut self.log {
                Some(log) => log,
                None => self.open_log()?,
            };
            let taken = log.try_lock().and_then(|taken| if taken { log.is_current().map(Some) } else { Ok(None) });
            match taken.map_err(|error| self.disk(Act::Write, error))? {
                Some(true) => return Ok(()),
                Some(false) => self.log = None,
                None if waited >= self.wait => {
                    return Err(JournalError::Locked { path: self.path.clone(), waited });
                }
                None => {
                    self.files.pause(PAUSE);
                    waited += PAUSE;
                }
            }
        }
    }

    /// Opens the log, without reading it yet.
    fn open_log(&mut self) -> Result<&mut F::Log, JournalError> {
        let look = |journal: &Self| journal.files.look(&journal.path).map_err(|error| journal.disk(Act::Read, error));
        if look(self)?.is_some_and(|found| found.kind != FoundKind::File) {
            // Opening a pipe would wait for its other end.
            return Err(JournalError::NotAFile { path: self.path.clone() });
        }
        let log = self.files.open(&self.path, Access::Append).map_err(|error| self.disk(Act::Write, error))?;
        let found = look(self)?;
        self.batch = BatchFile::of(found.as_ref().map_or(&self.path, |found| &found.path));
        self.read = Progress::default();
        self.is_entered = false;
        Ok(self.log.insert(log))
    }

    /// Reads what was appended to the log since, and repairs its end. The lock must be held.
    fn refresh(&mut self) -> Result<(), JournalError> {
        self.refuse_compressed()?;
        let settled = self.log.as_mut().map_or(Ok(None), |log| self.batch.settle(&self.files, log));
        self.finished.extend(settled.map_err(|error| self.disk_of_batch(error))?);
        let others = match &self.folder {
            Some(folder) => logs_of(&self.files, folder)?.1,
            None => Vec::new(),
        };
        let length = self.log.as_ref().map_or(Ok(0), LogFile::length).map_err(|error| self.disk(Act::Read, error))?;
        let is_changed = length < self.read.offset || !others.iter().eq(self.others.iter().map(|other| &other.log));
        if is_changed || self.read == Progress::default() {
            // The log was cut, or has not been read yet; or another log of the directory has changed.
            self.read = Progress::default();
            self.epoch += u64::from(self.index.len() > 0);
            self.index = Index::default();
            self.others = read_others(&self.files, others, &mut self.index)?;
        }
        self.is_synced &= length <= self.read.offset;
        let (index, file) = (&mut self.index, self.others.len());
        let enter = |event: &_, line, offset, length| index.enter(event, EntryPlace { file, line, offset, length });
        let tail = match &mut self.log {
            Some(log) if length > self.read.offset => self.read.read(|from, most| log.read_from(from, most), enter),
            _ => Ok(Tail::Whole),
        };
        match tail.map_err(|error| unread(error, &self.path))? {
            Tail::Whole => Ok(()),
            Tail::Unterminated => self.terminate(),
            Tail::Torn => self.set_aside(),
        }
    }

    /// Refuses a log whose content is compressed, whatever its name: a log that is not read as lines is not repaired
    /// either.
    fn refuse_compressed(&mut self) -> Result<(), JournalError> {
        if self.read != Progress::default() {
            return Ok(());
        }
        let first = self.log.as_mut().map_or(Ok(Vec::new()), |log| log.read_from(0, 4));
        match first.map_err(|error| self.disk(Act::Read, error))? {
            first if is_compressed(&first) => Err(JournalError::Compressed { path: self.path.clone() }),
            _ => Ok(()),
        }
    }

    /// Adds the line end to a last line that is an event.
    fn terminate(&mut self) -> Result<(), JournalError> {
        if let Err(error) = self.write_bytes(b"\n") {
            // Makes the next attempt read the line again, and end it before another is written.
            self.read = Progress::default();
            return Err(error);
        }
        self.read.offset += 1;
        Ok(())
    }

    /// Sets a torn last line aside, and cuts the log after its last whole line.
    fn set_aside(&mut self) -> Result<(), JournalError> {
        let from = self.read.offset;
        let bytes = self.log.as_mut().map_or(Ok(Vec::new()), |log| log.read_from(from, u64::MAX));
        let bytes = bytes.map_err(|error| self.disk(Act::Read, error))?;
        let endings = std::iter::once(".torn".to_owned()).chain((1..).map(|number: u64| format!(".torn.{number}")));
        let mut kept_in = PathBuf::new();
        for ending in endings {
            kept_in = with_ending(&self.path, &ending);
            match self.files.write_new(&kept_in, &bytes, Some(&self.path)) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Ok(()) => break,
                Err(error) => return Err(JournalError::Disk { act: Act::Write, path: kept_in, error }),
            }
        }
        self.files.sync_folder_of(&self.path).map_err(|error| self.disk(Act::Write, error))?;
        let cut = self.log.as_mut().map_or(Ok(()), |log| log.truncate(from));
        cut.map_err(|error| self.disk(Act::Write, error))?;
        let (log, line) = (self.path.clone(), self.read.lines + 1);
        self.torn.push(Torn { log, line, kept_in, bytes: bytes.len() });
        Ok(())
    }

    /// Writes the lines of the events from a number on, durably, all or none. If there are none, makes durable what
    /// others wrote, before it is reported as there.
    pub(super) fn write(&mut self, first: usize) -> Result<(), JournalError> {
        let count = self.index.len() - first;
        if count > 1 {
            self.refuse_hard_links()?;
            self.batch.make_ready(&self.files).map_err(|error| self.disk_of_batch(error))?;
        }
        self.enter_folder()?;
        let lines = std::mem::take(&mut self.lines);
        match count {
            0 => self.sync()?,
            // A single line is either whole or torn, without a batch file.
            1 => self.write_bytes(&lines)?,
            _ => self.write_batch(&lines)?,
        }
        self.read.lines += count as u64;
        self.read.offset += lines.len() as u64;
        if lines.capacity() <= BUFFER_MAX_BYTES {
            self.lines = lines;
        }
        Ok(())
    }

    /// Refuses a batch for a log with several names: a writer that uses another name would not find the batch file, and
    /// would treat an interrupted batch as torn.
    fn refuse_hard_links(&self) -> Result<(), JournalError> {
        match self.files.look(&self.path).map_err(|error| self.disk(Act::Read, error))? {
            Some(FoundFile { links: links @ 2.., .. }) => {
                Err(JournalError::HardLinked { path: self.path.clone(), links })
            }
            _ => Ok(()),
        }
    }

    /// Makes the folder's entries durable: the process that created the log may have been killed before it did.
    fn enter_folder(&mut self) -> Result<(), JournalError> {
        if !self.is_entered || !self.batch.is_entered() {
            // The batch file is beside the log.
            let folder_of = self.batch.path();
            self.files.sync_folder_of(folder_of).map_err(|error| self.disk(Act::Write, error))?;
            self.is_entered = true;
            self.batch.note_entered();
        }
        Ok(())
    }

    fn sync(&mut self) -> Result<(), JournalError> {
        if !self.is_synced {
            let synced = self.log.as_mut().map_or(Ok(()), LogFile::sync);
            synced.map_err(|error| self.disk(Act::Write, error))?;
            self.is_synced = true;
        }
        Ok(())
    }

    /// Writes the lines of a batch at the end and syncs, or takes back what was written. If this is interrupted, the
    /// next writer finishes the batch.
    fn write_batch(&mut self, lines: &[u8]) -> Result<(), JournalError> {
        let kept = self.batch.keep(self.read.offset, lines).map_err(|error| self.disk_of_batch(error));
        match kept.and_then(|()| self.write_bytes(lines)) {
            Ok(()) => {
                self.batch.release();
                Ok(())
            }
            Err(JournalError::Uncertain { path, error, undo }) => Err(JournalError::Uncertain { path, error, undo }),
            Err(error) => {
                // If that fails, too, nobody finishes the batch: the log has nothing of it.
                let _ = self.batch.withdraw();
                Err(error)
            }
        }
    }

    /// Writes at the end and syncs, or takes back what was written.
    fn write_bytes(&mut self, bytes: &[u8]) -> Result<(), JournalError> {
        let length = self.read.offset;
        let Some(log) = &mut self.log else { return Ok(()) };
        let Err(error) = append_all(log, bytes).and_then(|()| log.sync()) else {
            self.is_synced = true;
            return Ok(());
        };
        match log.truncate(length) {
            Ok(()) => Err(self.disk(Act::Write, error)),
            Err(undo) => {
                // What is there is read again before anything else is done. Closing the file releases the lock.
                self.log = None;
                Err(JournalError::Uncertain { path: self.path.clone(), error, undo })
            }
        }
    }

    pub(super) fn disk(&self, act: Act, error: io::Error) -> JournalError {
        JournalError::Disk { act, path: self.path.clone(), error }
    }

    fn disk_of_batch(&self, error: io::Error) -> JournalError {
        JournalError::Disk { act: Act::Write, path: self.batch.path().to_owned(), error }
    }
}

pub(super) fn unread(error: ReadOnError, path: &Path) -> JournalError {
    let path = path.to_owned();
    match error {
        ReadOnError::Disk(error) => JournalError::Disk { act: Act::Read, path, error },
        ReadOnError::Broken(error) => JournalError::BrokenLine { path, error },
    }
}
