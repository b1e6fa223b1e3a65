//! What a journal does before and after it is asked: lock, read on, mend, write durably.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use super::Journal;
use crate::error::JournalError;
use crate::files::{Files, LogFile};
use crate::index::{Index, Place};
use crate::paths::with_ending;
use crate::scan::{Scan, Tail};
use crate::terms::Torn;

/// How long a writer sleeps before it tries a lock again.
const LOCK_PAUSE: Duration = Duration::from_millis(2);

impl<F: Files> Journal<F> {
    /// Does something while no other writer does, after reading what others have written.
    pub(super) fn locked<T>(
        &mut self,
        act: impl FnOnce(&mut Self) -> Result<T, JournalError>,
    ) -> Result<T, JournalError> {
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
        let (log, _) = self.files.open(&self.path).map_err(|error| self.disk("write", error))?;
        self.read = Scan::default();
        self.is_entered = false;
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
        self.is_synced &= bytes.is_empty();
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
    pub(super) fn read_others(&mut self) -> Result<(), JournalError> {
        for (file, path) in self.others.iter().enumerate() {
            let disk = |error| JournalError::Disk { doing: "read", path: path.clone(), error };
            let broken = |error| JournalError::BrokenLine { path: path.clone(), error };
            let bytes = self.files.read(path).map_err(disk)?;
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
        if let Err(error) = self.write_bytes(b"\n") {
            // So that the line is met again, and ended before another is written.
            self.read = Scan::default();
            return Err(error);
        }
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

    /// Makes the log's entry in its folder durable: whoever made it may have been killed before.
    pub(super) fn enter_folder(&mut self) -> Result<(), JournalError> {
        if !self.is_entered {
            self.files.sync_folder_of(&self.path).map_err(|error| self.disk("write", error))?;
            self.is_entered = true;
        }
        Ok(())
    }

    /// Makes durable what others wrote, before it is told to be there.
    pub(super) fn sync(&mut self) -> Result<(), JournalError> {
        if !self.is_synced {
            let synced = self.log.as_mut().map_or(Ok(()), LogFile::sync);
            synced.map_err(|error| self.disk("write", error))?;
            self.is_synced = true;
        }
        Ok(())
    }

    /// Writes at the end and syncs, or takes back what was written.
    pub(super) fn write_bytes(&mut self, bytes: &[u8]) -> Result<(), JournalError> {
        let length = self.read.offset;
        let Some(log) = &mut self.log else { return Ok(()) };
        let Err(error) = write_all(log, bytes).and_then(|()| log.sync()) else {
            self.is_synced = true;
            return Ok(());
        };
        match log.truncate(length) {
            Ok(()) => Err(self.disk("write", error)),
            Err(undo) => {
                // What stands there is read anew before anything else is done. Closing it gives the lock back.
                self.log = None;
                Err(JournalError::Uncertain { path: self.path.clone(), error, undo })
            }
        }
    }

    pub(super) fn disk(&self, doing: &'static str, error: io::Error) -> JournalError {
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
