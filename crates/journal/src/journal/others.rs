//! The logs of a directory that are only read, plain or compressed.

use std::fmt;
use std::io::{self, Read};

use crate::error::JournalError;
use crate::files::{Access, Files, LogFile};
use crate::index::{EntryPlace, Index};
use crate::log_reader::LogReader;
use crate::paths::NamedLog;
use crate::progress::{Progress, ReadOnError, Tail};
use crate::source::{Unpacked, is_compressed};

use super::upkeep::unread;

/// A log that is only read.
#[derive(Debug)]
pub(super) struct ReadOnlyLog<L: LogFile> {
    pub(super) log: NamedLog,
    content: Content<L>,
}

/// The unpacked content; offsets refer to this.
enum Content<L: LogFile> {
    Plain(L),
    Compressed {
        unpacked: Box<Unpacked<LogReader<L>>>,
        /// How much of the unpacked content has been read.
        offset: u64,
    },
}

impl<L: LogFile> ReadOnlyLog<L> {
    /// Opens a log, without reading it yet.
    fn open(files: &impl Files<Log = L>, log: NamedLog) -> io::Result<Self> {
        let content = Content::open(files, &log)?;
        Ok(Self { log, content })
    }

    /// Reads from an offset to the end, but at most the given number of bytes.
    pub(super) fn read_from(
        &mut self,
        files: &impl Files<Log = L>,
        offset: u64,
        most_bytes: u64,
    ) -> io::Result<Vec<u8>> {
        if matches!(&self.content, Content::Compressed { offset: read, .. } if *read > offset) {
            self.content = Content::open(files, &self.log)?;
        }
        match &mut self.content {
            Content::Plain(log) => log.read_from(offset, most_bytes),
            Content::Compressed { unpacked, offset: read } => {
                *read += io::copy(&mut unpacked.take(offset.saturating_sub(*read)), &mut io::sink())?;
                let mut bytes = Vec::new();
                *read += unpacked.take(most_bytes).read_to_end(&mut bytes)? as u64;
                Ok(bytes)
            }
        }
    }
}

impl<L: LogFile> Content<L> {
    fn open(files: &impl Files<Log = L>, NamedLog { found, .. }: &NamedLog) -> io::Result<Self> {
        let mut log = files.open(&found.path, Access::Read)?;
        if !is_compressed(&log.read_from(0, 4)?) {
            return Ok(Self::Plain(log));
        }
        Ok(Self::Compressed { unpacked: Box::new(Unpacked::new(LogReader::new(log))?), offset: 0 })
    }
}

impl<L: LogFile> fmt::Debug for Content<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain(log) => f.debug_tuple("Plain").field(log).finish(),
            Self::Compressed { offset, .. } => f.debug_struct("Compressed").field("offset", offset).finish(),
        }
    }
}

/// Reads the other logs of a directory, and enters their events. It never repairs them.
pub(super) fn read_others<F: Files>(
    files: &F,
    logs: Vec<NamedLog>,
    index: &mut Index,
) -> Result<Vec<ReadOnlyLog<F::Log>>, JournalError> {
    let mut others = Vec::with_capacity(logs.len());
    for (file, log) in logs.into_iter().enumerate() {
        let path = log.path.clone();
        let other = ReadOnlyLog::open(files, log).map_err(ReadOnError::Disk).and_then(|mut other| {
            let mut scan = Progress::default();
            let enter = |event: &_, line, offset, length| index.enter(event, EntryPlace { file, line, offset, length });
            match scan.read(|offset, most_bytes| other.read_from(files, offset, most_bytes), enter)? {
                Tail::Torn => Err(scan.torn_error(|offset, most_bytes| other.read_from(files, offset, most_bytes))),
                Tail::Whole | Tail::Unterminated => Ok(other),
            }
        });
        others.push(other.map_err(|error| unread(error, &path))?);
    }
    Ok(others)
}
