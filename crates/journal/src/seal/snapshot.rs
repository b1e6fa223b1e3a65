//! A journal as it is at one moment, to be read without keeping its writers waiting.

use std::io::BufRead;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::locked::is_last;
use crate::appending::Finished;
use crate::disk::Disk;
use crate::error::{Act, JournalError};
use crate::lock::LogLocks;

/// The logs of a journal as they are at one moment, in the order of its [`Sequence`](super::Sequence).
///
/// The locks are held only while the logs are opened. What others append later is behind the ends of the inputs, and a
/// log that is replaced later is read as it was. Everything in it is durable, and nothing in it is taken back.
pub struct Snapshot {
    /// The logs.
    pub logs: Vec<PathBuf>,
    /// The content of each log, unpacked.
    pub inputs: Vec<Box<dyn BufRead>>,
    /// The batches of interrupted writers that were finished first.
    pub finished: Vec<Finished>,
}

impl Snapshot {
    /// Takes the locks of a journal's logs, waits for each, and opens them.
    ///
    /// # Errors
    ///
    /// A [`JournalError`] if a log can't be locked or opened.
    pub fn open(path: &Path, wait: Duration) -> Result<Self, JournalError> {
        let (mut locks, mut logs) = LogLocks::of_journal(&Disk, path, wait)?;
        locks.sync()?;
        logs.sort_by_key(|log| is_last(log));
        let mut inputs: Vec<Box<dyn BufRead>> = Vec::with_capacity(logs.len());
        for log in &logs {
            let opened = locks.open_as_it_is(log);
            let opened = opened.map_err(|error| JournalError::Disk { act: Act::Read, path: log.clone(), error })?;
            inputs.push(Box::new(opened));
        }
        let finished = locks.finished().to_vec();
        Ok(Self { logs, inputs, finished })
    }
}
