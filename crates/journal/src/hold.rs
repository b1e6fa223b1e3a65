//! Holding the lock of a log while something other than an append is done to it.

use std::io;
use std::path::Path;
use std::time::Duration;

use crate::batch::BatchFile;
use crate::disk::Disk;
use crate::error::JournalError;
use crate::files::{Access, Files, FoundKind, LogFile};

/// The lock of a log, held until this is dropped: nobody appends.
///
/// Whoever replaces the log meanwhile need not fear for an append: a writer that waited sees that another file stands
/// at the path, and appends to that.
#[derive(Debug)]
pub struct Held<F: Files = Disk> {
    _log: Option<F::Log>,
}

/// How long is slept before a lock is tried again.
pub(crate) const PAUSE: Duration = Duration::from_millis(2);

/// Takes the lock of a log, and waits for it. A log that is not there, or not to be written to, needs none.
///
/// A batch that a writer had begun to write when it was stopped is finished first.
///
/// # Errors
///
/// A [`JournalError`] where another writer keeps the lock for longer, or the disk fails.
pub fn hold(path: &Path, wait: Duration) -> Result<Held, JournalError> {
    hold_with(&Disk, path, wait)
}

/// Takes the lock of a log on a disk of one's own.
///
/// # Errors
///
/// As [`hold`].
pub fn hold_with<F: Files>(files: &F, path: &Path, wait: Duration) -> Result<Held<F>, JournalError> {
    let disk = |error| JournalError::Disk { doing: "lock", path: path.to_owned(), error };
    let mut waited = Duration::ZERO;
    loop {
        let found = match files.look(path).map_err(disk)? {
            Some(found) if found.kind == FoundKind::File => found,
            _ => return Ok(Held { _log: None }),
        };
        let mut log = match files.open(path, Access::Append) {
            Err(error) if is_read_only(&error) => return Ok(Held { _log: None }),
            opened => opened.map_err(disk)?,
        };
        if log.try_lock().map_err(disk)? {
            if log.is_current().map_err(disk)? {
                let mut batch = BatchFile::of(&found.path);
                batch.settle(files, &mut log).and_then(|()| batch.remove(files)).map_err(disk)?;
                return Ok(Held { _log: Some(log) });
            }
        } else if waited >= wait {
            return Err(JournalError::Locked { path: path.to_owned(), waited });
        }
        files.pause(PAUSE);
        waited += PAUSE;
    }
}

fn is_read_only(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem)
}
