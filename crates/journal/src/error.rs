//! What can go wrong with a journal.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use demarche_core::codec::ReadError;
use demarche_core::{EventId, TrackId};

use crate::format::TooLong;

/// The operations on a file that can fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Act {
    /// Look at what is at its path.
    LookAt,
    /// Read it.
    Read,
    /// Lock it.
    Lock,
    /// Write it, or the part of it that is missing.
    Write,
    /// Write a file beside it, which will replace it.
    WriteBeside,
    /// Put another file in its place.
    Replace,
    /// Make sure that what was written is on the disk.
    Sync,
    /// Make sure that its name is on the disk.
    SyncFolderOf,
}

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::LookAt => "look at",
            Self::Read => "read",
            Self::Lock => "lock",
            Self::Write => "write",
            Self::WriteBeside => "write a file beside",
            Self::Replace => "replace",
            Self::Sync => "sync",
            Self::SyncFolderOf => "sync the folder of",
        })
    }
}

/// Says why a journal can't be opened, read or appended to. Nothing was written if one is returned, except for
/// [`JournalError::Uncertain`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// The path is not that of a journal.
    #[error("{} is no journal: a journal is a file *.jsonl, or a directory of such files", path.display())]
    NoJournal {
        /// The path.
        path: PathBuf,
    },
    /// The path leads to something that is neither a file nor a directory.
    #[error("{} is no regular file: a journal that is kept is one, or a directory of such files", path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// A log is compressed, and so cannot be appended to.
    #[error(
        "{} is compressed, and can only be read: unpack it, or append to the directory in which it is",
        path.display()
    )]
    Compressed {
        /// The file.
        path: PathBuf,
    },
    /// A writer was interrupted while writing a batch to a log, and this user may not finish the batch.
    #[error(
        "{} may end in the middle of a batch, which stands in {}: run `demarche fmt {}` as a user who may write to it",
        path.display(), batch.display(), path.display()
    )]
    Unsettled {
        /// The log.
        path: PathBuf,
        /// The file that holds the batch.
        batch: PathBuf,
    },
    /// An event that must be in the journal is missing, or differs from what was read.
    #[error("the event {id} does not stand in {} as it was read: look at the journal again", path.display())]
    Gone {
        /// The event.
        id: EventId,
        /// The journal.
        path: PathBuf,
    },
    /// The batch is for a log that has several names.
    #[error(
        "{} has {links} hard links, and a batch that is cut short is finished through one of them only: append events \
         one by one, or make it a file of one name, as with `cp {} new.jsonl`",
        path.display(), path.display()
    )]
    HardLinked {
        /// The log.
        path: PathBuf,
        /// How many names it has.
        links: u64,
    },
    /// The disk reports an error.
    #[error("cannot {act} {}: {error}", path.display())]
    Disk {
        /// The operation.
        act: Act,
        /// The file.
        path: PathBuf,
        /// The error.
        error: io::Error,
    },
    /// A line that is not the last is not an event.
    #[error("{}: {error}", path.display())]
    BrokenLine {
        /// The file.
        path: PathBuf,
        /// What is wrong with the line, and where.
        error: Box<ReadError>,
    },
    /// Another writer has the lock.
    #[error("{} is locked by another writer, and was so for {waited:?}: wait longer, or end it", path.display())]
    Locked {
        /// The file.
        path: PathBuf,
        /// How long this writer waited.
        waited: Duration,
    },
    /// There is another event of the same id.
    #[error("duplicate id {id}: {} has another event of that id, at line {line}", path.display())]
    Conflict {
        /// The id.
        id: EventId,
        /// The file that has it.
        path: PathBuf,
        /// The number of the line that has it, from 1.
        line: u64,
    },
    /// Two events of one batch have the same id, and differ.
    #[error("duplicate id {id}: two events of the batch have it, with different content")]
    ConflictInBatch {
        /// The id.
        id: EventId,
    },
    /// The line of an event would be too long to be read again.
    #[error(transparent)]
    TooLong(#[from] TooLong),
    /// A track does not have the expected number of lines.
    #[error(
        "the track {track} has {found} {}, and not {expected} as expected; since then came {}",
        if *found == 1 { "line" } else { "lines" },
        newer(newer_ids)
    )]
    UnexpectedVersion {
        /// The track.
        track: TrackId,
        /// The expected number of lines.
        expected: u64,
        /// The actual number of lines.
        found: u64,
        /// The events that were added since.
        newer_ids: Vec<EventId>,
    },
    /// Writing failed, and so did taking back what had been written: part of the batch may be in the log.
    #[error(
        "cannot write {}: {error}; nor take back what was written of it ({undo}): look at its end before you go on",
        path.display()
    )]
    Uncertain {
        /// The file.
        path: PathBuf,
        /// The error of writing.
        error: io::Error,
        /// The error of taking it back.
        undo: io::Error,
    },
}

fn newer(ids: &[EventId]) -> String {
    match ids {
        [] => "no event: it has fewer".to_owned(),
        ids => ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
    }
}
