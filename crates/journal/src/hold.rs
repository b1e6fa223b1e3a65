//! Holding the lock of a log while something other than an append is done to it.

use std::io;
use std::path::Path;
use std::time::Duration;

use crate::error::JournalError;
use crate::files::{Disk, DiskLog, Files, LogFile};

/// The lock of a log, held until this is dropped: nobody appends.
///
/// Whoever replaces the log meanwhile need not fear for an append: a writer that waited sees that another file stands
/// at the path, and appends to that.
#[derive(Debug)]
pub struct Held {
    _log: Option<DiskLog>,
}

/// How long is slept before a lock is tried again.
const PAUSE: Duration = Duration::from_millis(2);

/// Takes the lock of a log, and waits for it. A log that is not there, or not to be written to, needs none.
///
/// # Errors
///
/// A [`JournalError`] where another writer keeps the lock for longer, or the disk fails.
pub fn hold(path: &Path, wait: Duration) -> Result<Held, JournalError> {
    let disk = |error| JournalError::Disk { doing: "lock", path: path.to_owned(), error };
    let mut waited = Duration::ZERO;
    loop {
        if !path.is_file() {
            return Ok(Held { _log: None });
        }
        let mut log = match Disk.open(path) {
            Err(error) if is_read_only(&error) => return Ok(Held { _log: None }),
            opened => opened.map_err(disk)?.0,
        };
        if log.try_lock().map_err(disk)? {
            if log.is_current().map_err(disk)? {
                return Ok(Held { _log: Some(log) });
            }
        } else if waited >= wait {
            return Err(JournalError::Locked { path: path.to_owned(), waited });
        }
        Disk.pause(PAUSE);
        waited += PAUSE;
    }
}

fn is_read_only(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem)
}
