//! What is said to a journal, and what it says.

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

/// What came of an event that was to be appended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Appended {
    /// It stands in the journal now, durably.
    Added,
    /// It stood there already, with the same content: nothing was written for it.
    AlreadyThere,
}

/// How many lines a track is expected to have, repeated ones counted once: optimistic concurrency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedVersion {
    /// The track.
    pub track: TrackId,
    /// How many lines.
    pub lines: u64,
}

/// A torn last line, as a crash in mid-write leaves it: set aside, and the log goes on behind its last whole line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Torn {
    /// The log.
    pub log: PathBuf,
    /// The line that was torn, from 1.
    pub line: u64,
    /// The file in which it is kept.
    pub kept_in: PathBuf,
    /// How many bytes.
    pub bytes: usize,
}

/// A batch that a writer had begun to write when it was stopped: the next process that took the lock wrote the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// The log.
    pub log: PathBuf,
    /// The events of the batch, in order.
    pub ids: Vec<EventId>,
}
