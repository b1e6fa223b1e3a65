//! Options for a journal, and its results.

use std::path::PathBuf;
use std::time::Duration;

use demarche_core::{EventId, TrackId};

/// How a journal is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// How long to wait for another writer.
    pub wait: Duration,
}

impl Default for Options {
    /// Waits ten seconds.
    fn default() -> Self {
        Self { wait: Duration::from_secs(10) }
    }
}

/// The result of appending an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Appended {
    /// It is in the journal now, durably.
    Added,
    /// It was in the journal already, with the same content: nothing was written.
    AlreadyThere,
}

/// How many lines a track is expected to have, counting repeated ones once: optimistic concurrency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedVersion {
    /// The track.
    pub track: TrackId,
    /// The number of lines.
    pub lines: u64,
}

/// A torn last line, which a crash during a write leaves behind. It is set aside, and the log goes on after its last
/// whole line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Torn {
    /// The log.
    pub log: PathBuf,
    /// The line that was torn, from 1.
    pub line: u64,
    /// The file in which it is kept.
    pub kept_in: PathBuf,
    /// The number of bytes.
    pub bytes: usize,
}

/// A batch that an interrupted writer had begun, and that the next process to take the lock finished.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// The log.
    pub log: PathBuf,
    /// The events of the batch, in order.
    pub ids: Vec<EventId>,
}
