//! Logs as texts in memory, mapped or unpacked: the fast way in.

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use demarche_core::facts::Facts;
use demarche_journal::{Mapped, Source, Watcher as _, cache, is_compressed};
use rayon::iter::ParallelIterator as _;
use rayon::slice::ParallelSlice as _;

use super::progress::Progress;
use super::threads::Threads;
use crate::failure::Failure;
use crate::options::{FastArgs, LogArgs};
use crate::session::Session;

/// How long compressed logs may be, unpacked, to be held in memory, in bytes: 1 GiB. What is longer, as even a small
/// file may turn out to be, is read line by line.
const UNPACKED_MAX_BYTES: u64 = 1 << 30;

/// Logs as facts, and what it takes to work on them.
pub(crate) struct Surveyed {
    pub(crate) logs: LogTexts,
    pub(crate) threads: Threads,
    pub(crate) facts: Facts,
}

/// What to do with a compressed log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compressed {
    /// Unpack it in memory, since its lines are read again.
    Held,
    /// Leave it to the plain way, which holds less of it.
    Left,
}

/// Reads logs the fast way; none where they are no files, or something must be told that only the plain way tells.
pub(crate) fn survey(
    args: &LogArgs,
    fast: &FastArgs,
    compressed: Compressed,
    session: &Session<'_>,
) -> Result<Option<Surveyed>, Failure> {
    let Some(logs) = LogTexts::open(args, compressed, session)? else { return Ok(None) };
    let threads = Threads::new(fast.threads, logs.texts().iter().map(|text| text.len()).sum())?;
    let facts = logs.survey(&threads, fast.no_cache, session);
    Ok(facts.map(|facts| Surveyed { logs, threads, facts }))
}

/// Logs of which each is a file.
pub(crate) struct LogTexts {
    logs: Vec<LogText>,
}

enum LogText {
    Mapped(PathBuf, Mapped),
    Unpacked(Vec<u8>),
}

impl LogTexts {
    /// Opens the logs that the arguments name; none where one must be read in another way.
    fn open(args: &LogArgs, compressed: Compressed, session: &Session<'_>) -> Result<Option<Self>, Failure> {
        let sources = Source::all_of(&args.logs)?;
        let mut room = if compressed == Compressed::Held { UNPACKED_MAX_BYTES } else { 0 };
        let logs = sources.iter().map(|source| match source {
            Source::Stdin => None,
            Source::File(path) => LogText::of(path, &mut room, session),
        });
        Ok(logs.collect::<Option<Vec<_>>>().map(|logs| Self { logs }))
    }

    /// Returns the texts, in the order of the arguments.
    pub(crate) fn texts(&self) -> Vec<&[u8]> {
        self.logs.iter().map(LogText::bytes).collect()
    }

    /// Counts the lines that hold an event, as they were found to do.
    pub(crate) fn count_lines(&self) -> usize {
        let count = |text: &&[u8]| {
            let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text);
            let lines = text.par_split(|byte| *byte == b'\n');
            lines.filter(|line| !line.iter().all(u8::is_ascii_whitespace)).count()
        };
        self.texts().iter().map(count).sum()
    }

    /// Reads them to facts, or takes these from their caches; none where a line is to be reported, which the plain way
    /// does.
    fn survey(&self, threads: &Threads, no_cache: bool, session: &Session<'_>) -> Option<Facts> {
        let texts = self.texts();
        let total_bytes = texts.iter().map(|text| text.len() as u64).sum();
        let progress = Progress::new(session.terminal.stderr_is_terminal, Some(total_bytes));
        let read = |bytes| progress.advance(bytes);
        match self.mapped().filter(|_| !no_cache) {
            Some(logs) => threads.run(|| cache::survey(&logs, cache::Policy::default(), &read)),
            None => threads.run(|| demarche_journal::survey(&texts, &read)),
        }
    }

    /// The logs where all are mapped: only beside those are caches kept.
    fn mapped(&self) -> Option<Vec<(&Path, &Mapped)>> {
        self.logs.iter().map(LogText::mapped).collect()
    }
}

impl LogText {
    fn bytes(&self) -> &[u8] {
        match self {
            Self::Mapped(_, log) => log.bytes(),
            Self::Unpacked(text) => text,
        }
    }

    fn mapped(&self) -> Option<(&Path, &Mapped)> {
        match self {
            Self::Mapped(path, log) => Some((path, log)),
            Self::Unpacked(_) => None,
        }
    }

    /// Maps a file, or unpacks it where there is room for it. Whatever goes wrong is told when it is read in the plain
    /// way.
    fn of(path: &Path, room: &mut u64, session: &Session<'_>) -> Option<Self> {
        let log = Mapped::open(path).ok()?;
        if !is_compressed(log.bytes()) {
            return Some(Self::Mapped(path.to_owned(), log));
        }
        if *room == 0 {
            return None;
        }
        let progress = Progress::new(session.terminal.stderr_is_terminal, Some(log.bytes().len() as u64));
        let (source, mut no_stdin) = (Source::File(path.to_owned()), io::empty());
        let unpacked = source.open(&mut no_stdin, &progress).ok()?;
        let mut text = Vec::new();
        unpacked.take(*room + 1).read_to_end(&mut text).ok()?;
        *room = room.checked_sub(text.len() as u64)?;
        Some(Self::Unpacked(text))
    }
}
