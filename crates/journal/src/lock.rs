//! The locks of logs, held while something other than an append is done to them. Nobody can append meanwhile.

use std::io::{self, BufRead, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::appending::Finished;
use crate::batch::BatchFile;
use crate::disk::Disk;
use crate::error::{Act, JournalError};
use crate::files::{Access, Files, FoundFile, FoundKind, LogFile};
use crate::log_reader::LogReader;
use crate::overwrite::Overwrite;
use crate::paths::{NamedLog, logs_in};
use crate::replace::{ReplaceError, Replacement, failed};
use crate::source::{Unpacked, is_compressed};

/// The pause before a lock is tried again.
pub(crate) const PAUSE: Duration = Duration::from_millis(2);

/// The locks of logs, held until this is dropped: nobody can append to any of them.
///
/// A batch that an interrupted writer had begun is finished first, so everything in the logs was acknowledged, or will
/// never be taken back. A log without write permission is locked all the same.
///
/// Replacing a locked log loses no appends: a writer that waited sees that another file is at the path, and appends to
/// that.
///
/// ```
/// use std::time::Duration;
///
/// use demarche_journal::{Disk, LogLocks};
///
/// # let path = std::env::temp_dir().join(format!("demarche-locks-doc-{}.jsonl", std::process::id()));
/// # std::fs::write(&path, "\n").unwrap();
/// let mut locks = LogLocks::of_logs(&Disk, &[path.clone()], Duration::from_secs(10))?;
/// let formatted = demarche_journal::format(&locks.read(&path)?)?;
/// locks.replace(&path, &formatted.log)?;
/// # std::fs::remove_file(&path).unwrap();
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct LogLocks<'f, F: Files = Disk> {
    files: &'f F,
    logs: Vec<LockedLog<F::Log>>,
    finished: Vec<Finished>,
    /// A log that was created to be locked, and is removed again unless something replaces it.
    made: Option<PathBuf>,
}

#[derive(Debug)]
struct LockedLog<L> {
    found: FoundFile,
    #[cfg_attr(not(feature = "seal"), allow(dead_code, reason = "it holds the lock as long as it lives"))]
    log: L,
}

impl<'f, F: Files> LogLocks<'f, F> {
    /// Takes the locks of logs, and waits for each. A file with several names is locked once.
    ///
    /// All processes that take several locks take them in the same order, so that they never wait for each other.
    ///
    /// # Errors
    ///
    /// A [`JournalError`] if a log is missing or not a regular file, another writer keeps the lock for longer, a batch
    /// that was begun can't be finished, or the disk fails.
    pub fn of_logs(files: &'f F, paths: &[PathBuf], wait: Duration) -> Result<Self, JournalError> {
        let mut logs = Vec::with_capacity(paths.len());
        for path in paths {
            logs.push((look_at_file(files, path)?, path));
        }
        logs.sort_by(|(one, _), (other, _)| (one.file, &one.path).cmp(&(other.file, &other.path)));
        let mut locks = Self { files, logs: Vec::with_capacity(logs.len()), finished: Vec::new(), made: None };
        for (_, path) in logs {
            locks.take(path, wait)?;
        }
        Ok(locks)
    }

    /// Takes the locks of logs that are read, and of one that is going to be replaced. That one is created if it is
    /// missing, so that other writers wait; it is removed again unless it is replaced.
    ///
    /// # Errors
    ///
    /// The errors of [`LogLocks::of_logs`].
    pub fn to_replace(files: &'f F, output: &Path, read: &[PathBuf], wait: Duration) -> Result<Self, JournalError> {
        let disk = |error| JournalError::Disk { act: Act::Write, path: output.to_owned(), error };
        let is_made = match files.look(output).map_err(disk)? {
            None => match files.write_new(output, b"", None) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => false,
                made => made.map(|()| true).map_err(disk)?,
            },
            Some(_) => false,
        };
        let paths: Vec<PathBuf> = read.iter().cloned().chain([output.to_owned()]).collect();
        let locked = Self::of_logs(files, &paths, wait);
        match locked {
            Ok(mut locks) => {
                locks.made = is_made.then(|| output.to_owned());
                Ok(locks)
            }
            Err(error) => {
                if is_made && let Ok(mut locks) = Self::of_logs(files, &[output.to_owned()], wait) {
                    locks.made = Some(output.to_owned());
                }
                Err(error)
            }
        }
    }

    /// Takes the locks of the logs of a journal, and returns them with the paths of the logs, in the same order as
    /// [`Source`](crate::Source).
    ///
    /// # Errors
    ///
    /// The errors of [`LogLocks::of_logs`]; [`JournalError::NoJournal`] if a directory has no log.
    pub fn of_journal(files: &'f F, path: &Path, wait: Duration) -> Result<(Self, Vec<PathBuf>), JournalError> {
        let disk = |error| JournalError::Disk { act: Act::Read, path: path.to_owned(), error };
        let list = || {
            let is_folder = files.look(path)?.is_some_and(|found| found.kind == FoundKind::Folder);
            let paths = |logs: Vec<NamedLog>| logs.into_iter().map(|log| log.path).collect();
            if is_folder { logs_in(files, path).map(paths) } else { Ok(vec![path.to_owned()]) }
        };
        let mut paths: Vec<PathBuf> = list().map_err(disk)?;
        loop {
            if paths.is_empty() {
                return Err(JournalError::NoJournal { path: path.to_owned() });
            }
            let locks = Self::of_logs(files, &paths, wait)?;
            let now = list().map_err(disk)?;
            if now == paths {
                return Ok((locks, paths));
            }
            // A log was added or removed meanwhile.
            paths = now;
        }
    }

    /// Returns the batches of interrupted writers that were finished when the locks were taken.
    #[must_use]
    pub fn finished(&self) -> &[Finished] {
        &self.finished
    }

    /// Reads a log as it is.
    ///
    /// # Errors
    ///
    /// The error of the disk.
    pub fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        LogReader::new(self.files.open(path, Access::Read)?).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Opens a log; compressed content is unpacked.
    ///
    /// # Errors
    ///
    /// The error of the disk.
    pub fn open(&self, path: &Path) -> io::Result<impl BufRead + use<F>> {
        Unpacked::new(LogReader::new(self.files.open(path, Access::Read)?))
    }

    /// Opens a log as far as it goes now: what is appended later is not read, even once the lock is released.
    ///
    /// # Errors
    ///
    /// The error of the disk.
    #[cfg(feature = "seal")]
    pub(crate) fn open_as_it_is(&self, path: &Path) -> io::Result<impl BufRead + use<F>> {
        let log = self.files.open(path, Access::Read)?;
        let length = log.length()?;
        Unpacked::new(LogReader::new(log).take(length))
    }

    /// Replaces the content of a log in one step, as a [`Replacement`] does.
    ///
    /// The lock belongs to the file that is replaced, so each log can be replaced only once.
    ///
    /// # Errors
    ///
    /// The errors of [`LogLocks::begin`] and [`Replacement::commit`].
    pub fn replace(&mut self, path: &Path, bytes: &[u8]) -> Result<(), ReplaceError> {
        let replaced = self.begin(path).and_then(|mut replacement| {
            replacement.write_all(bytes).map_err(failed(Act::WriteBeside, path))?;
            replacement.commit()
        });
        if self.made.as_deref() == Some(path) && !matches!(self.made_is_empty(), Ok(true)) {
            self.made = None;
        }
        replaced
    }

    /// Begins to replace the content of a log, piece by piece.
    ///
    /// # Errors
    ///
    /// The errors of [`Replacement::begin`], and an error if the file at the path is not one that is locked.
    pub fn begin(&self, path: &Path) -> Result<Replacement<'f, F>, ReplaceError> {
        if !self.files.look(path).map_err(failed(Act::Replace, path))?.is_some_and(|found| self.holds(&found)) {
            return Err(failed(Act::Replace, path)(io::Error::other("another file has taken its place meanwhile")));
        }
        // A caller that locks a log to replace it makes sure that no event is lost.
        Replacement::begin_with(self.files, path, Overwrite::Any)
    }

    /// Makes the content of the logs durable: its writer may have been interrupted before it did.
    ///
    /// # Errors
    ///
    /// The error of the disk.
    #[cfg(feature = "seal")]
    pub(crate) fn sync(&mut self) -> Result<(), JournalError> {
        for LockedLog { found, log } in &mut self.logs {
            let synced = log.sync().and_then(|()| self.files.sync_folder_of(&found.path));
            synced.map_err(|error| JournalError::Disk { act: Act::Sync, path: found.path.clone(), error })?;
        }
        Ok(())
    }

    /// Takes the lock of the file at a path, unless it is held already.
    fn take(&mut self, path: &Path, wait: Duration) -> Result<(), JournalError> {
        let disk = |error| JournalError::Disk { act: Act::Lock, path: path.to_owned(), error };
        let mut waited = Duration::ZERO;
        loop {
            let found = look_at_file(self.files, path)?;
            if self.holds(&found) {
                return Ok(());
            }
            let (mut log, is_writable) = match self.files.open(&found.path, Access::Append) {
                Err(error) if is_read_only(&error) => {
                    (self.files.open(&found.path, Access::Read).map_err(disk)?, false)
                }
                opened => (opened.map_err(disk)?, true),
            };
            if log.try_lock().map_err(disk)? {
                if log.is_current().map_err(disk)? {
                    self.settle(path, &found, &mut log, is_writable)?;
                    self.logs.push(LockedLog { found, log });
                    return Ok(());
                }
            } else if waited >= wait {
                return Err(JournalError::Locked { path: path.to_owned(), waited });
            }
            self.files.pause(PAUSE);
            waited += PAUSE;
        }
    }

    /// Finishes a batch that an interrupted writer had begun to write to a log.
    fn settle(
        &mut self,
        path: &Path,
        found: &FoundFile,
        log: &mut F::Log,
        is_writable: bool,
    ) -> Result<(), JournalError> {
        let mut batch = BatchFile::of(&found.path);
        let name = batch.path().to_owned();
        let disk = |error| JournalError::Disk { act: Act::Write, path: name.clone(), error };
        let is_pending = batch.is_pending(self.files).map_err(disk)?;
        if is_pending && !is_writable {
            return Err(JournalError::Unsettled { path: path.to_owned(), batch: name });
        }
        if !is_writable || is_compressed(&log.read_from(0, 4).map_err(disk)?) {
            return Ok(());
        }
        if is_pending {
            self.finished.extend(batch.settle(self.files, log).map_err(disk)?);
        }
        // A file without a batch is harmless, and the next writer of a batch tries again.
        let _ = batch.remove(self.files);
        Ok(())
    }

    /// Tells whether the log that was created is still empty and locked.
    fn made_is_empty(&self) -> io::Result<bool> {
        let Some(path) = &self.made else { return Ok(false) };
        let found = self.files.look(path)?;
        Ok(found.is_some_and(|found| found.length == 0 && self.holds(&found)))
    }

    /// Tells whether the lock of a file is held, under any of its names.
    fn holds(&self, found: &FoundFile) -> bool {
        self.logs.iter().any(|held| is_same(&held.found, found))
    }
}

impl<F: Files> Drop for LogLocks<'_, F> {
    fn drop(&mut self) {
        if let (Some(path), Ok(true)) = (&self.made, self.made_is_empty()) {
            // An empty log that is left behind is harmless.
            let _ = self.files.remove(path);
        }
    }
}

/// Tells whether it is the same file, under any of its names.
pub(crate) fn is_same(one: &FoundFile, other: &FoundFile) -> bool {
    if one.file.is_some() { one.file == other.file } else { one.path == other.path }
}

/// Looks at a path, which must lead to a regular file: opening a pipe would wait for its other end.
fn look_at_file(files: &impl Files, path: &Path) -> Result<FoundFile, JournalError> {
    let disk = |error| JournalError::Disk { act: Act::Read, path: path.to_owned(), error };
    match files.look(path).map_err(disk)? {
        Some(found) if found.kind == FoundKind::File => Ok(found),
        Some(_) => Err(JournalError::NotAFile { path: path.to_owned() }),
        None => Err(disk(io::ErrorKind::NotFound.into())),
    }
}

fn is_read_only(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem)
}
