//! Which file is at a path, and whether it has changed.

use std::fs::Metadata;
use std::time::SystemTime;

/// What the system says about a file: which one it is, its length, and when it was last written to.
///
/// Comparing two stamps of a file detects most changes, for the price of one system call. It can't detect two cases: a
/// file that was rewritten and made longer looks like one that grew, and two writes within one tick of the file
/// system's clock (a few milliseconds) look like one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileStamp {
    identity: (u64, u64),
    length: u64,
    modified: Option<SystemTime>,
}

/// How a file changed, other than by growing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileChange {
    /// Another file is in its place.
    Replaced,
    /// It is shorter.
    Cut,
    /// It was written to, and has the same length as before.
    Rewritten,
}

impl FileStamp {
    /// Makes the stamp of a file.
    #[must_use]
    pub fn of(file: &Metadata) -> Self {
        Self { identity: identity(file), length: file.len(), modified: file.modified().ok() }
    }

    /// Returns the length of the file, in bytes.
    #[must_use]
    pub const fn length(&self) -> u64 {
        self.length
    }

    /// Tells how the file has changed up to a later stamp; returns `None` if it has not, or has only grown.
    #[must_use]
    pub fn change_until(&self, later: &Self) -> Option<FileChange> {
        if self.identity != later.identity {
            Some(FileChange::Replaced)
        } else if later.length < self.length {
            Some(FileChange::Cut)
        } else if later.length == self.length && later.modified != self.modified {
            Some(FileChange::Rewritten)
        } else {
            None
        }
    }
}

#[cfg(unix)]
fn identity(file: &Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt as _;
    (file.dev(), file.ino())
}

#[cfg(not(unix))]
const fn identity(_: &Metadata) -> (u64, u64) {
    // An open file can't be replaced there.
    (0, 0)
}
