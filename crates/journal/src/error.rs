//! What can go wrong with a journal.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use demarche_core::codec::ReadError;
use demarche_core::{EventId, TrackId};

use crate::format::TooLong;

/// Says why a journal cannot be opened, read or appended to. Nothing was written where one is returned, but for
/// [`JournalError::Uncertain`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// The path names no journal.
    #[error("{} is no journal: a journal is a file *.jsonl, or a directory of such files", path.display())]
    NoJournal {
        /// The path.
        path: PathBuf,
    },
    /// There is something at the path that is neither a file nor a directory.
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
        /// Which file.
        path: PathBuf,
    },
    /// A batch has begun to be written to a log, and this user may not finish it.
    #[error(
        "{} may end in the middle of a batch, which stands in {}: run `demarche fmt {}` as a user who may write to it",
        path.display(), batch.display(), path.display()
    )]
    Unsettled {
        /// The log.
        path: PathBuf,
        /// The file in which the batch stands.
        batch: PathBuf,
    },
    /// An event that must stand in the journal does not, or no longer as it was read.
    #[error("the event {id} does not stand in {} as it was read: look at the journal again", path.display())]
    Gone {
        /// The event.
        id: EventId,
        /// The journal.
        path: PathBuf,
    },
    /// A batch for a log that has several names.
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
    /// The disk does not do what it was asked.
    #[error("cannot {doing} {}: {error}", path.display())]
    Disk {
        /// What was asked of it: `read`, `write`.
        doing: &'static str,
        /// Which file.
        path: PathBuf,
        /// What it says.
        error: io::Error,
    },
    /// A line that is not the last is no event.
    #[error("{}: {error}", path.display())]
    BrokenLine {
        /// Which file.
        path: PathBuf,
        /// What is wrong with the line, and where.
        error: Box<ReadError>,
    },
    /// Another writer has the lock.
    #[error("{} is locked by another writer, and was so for {waited:?}: wait longer, or end it", path.display())]
    Locked {
        /// Which file.
        path: PathBuf,
        /// How long was waited for it.
        waited: Duration,
    },
    /// There is another event of the same id.
    #[error("duplicate id {id}: {} has another event of that id, at line {line}", path.display())]
    Conflict {
        /// The id.
        id: EventId,
        /// Which file has it.
        path: PathBuf,
        /// At which line, from 1.
        line: u64,
    },
    /// Two events of one batch have the same id, and differ.
    #[error("duplicate id {id}: two events of the batch have it, with different content")]
    ConflictInBatch {
        /// The id.
        id: EventId,
    },
    /// An event whose line could not be read again.
    #[error(transparent)]
    TooLong(#[from] TooLong),
    /// A track has another number of lines than was expected.
    #[error(
        "the track {track} has {found} lines, and not {expected} as expected; since then came {}",
        newer(newer_ids)
    )]
    UnexpectedVersion {
        /// The track.
        track: TrackId,
        /// How many lines it was expected to have.
        expected: u64,
        /// How many it has.
        found: u64,
        /// The events that came since.
        newer_ids: Vec<EventId>,
    },
    /// Writing failed, and so did taking back what had been written: part of the batch may stand in the log.
    #[error(
        "cannot write {}: {error}; nor take back what was written of it ({undo}): look at its end before you go on",
        path.display()
    )]
    Uncertain {
        /// Which file.
        path: PathBuf,
        /// What the disk said of writing.
        error: io::Error,
        /// What it said of taking it back.
        undo: io::Error,
    },
}

fn newer(ids: &[EventId]) -> String {
    match ids {
        [] => "no event: it has fewer".to_owned(),
        ids => ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
    }
}
