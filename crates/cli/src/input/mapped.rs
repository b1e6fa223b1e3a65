//! Logs that are plain files, mapped: the fast way in.

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

/// Logs as facts, and what it takes to work on them.
pub(crate) struct Surveyed {
    pub(crate) logs: MappedLogs,
    pub(crate) threads: Threads,
    pub(crate) facts: Facts,
}

/// Reads logs the fast way; none where they are no plain files, or something must be told that only the plain way
/// tells.
pub(crate) fn survey(args: &LogArgs, fast: &FastArgs, session: &Session<'_>) -> Result<Option<Surveyed>, Failure> {
    let Some(logs) = MappedLogs::open(args)? else { return Ok(None) };
    let threads = Threads::new(fast.threads)?;
    let facts = logs.survey(&threads, fast.no_cache, session);
    Ok(facts.map(|facts| Surveyed { logs, threads, facts }))
}

/// Logs of which each is a plain file.
pub(crate) struct MappedLogs {
    logs: Vec<(PathBuf, Mapped)>,
}

impl MappedLogs {
    /// Maps the logs that the arguments name; none where one is no plain file, and must be read in another way.
    fn open(args: &LogArgs) -> Result<Option<Self>, Failure> {
        let sources = Source::all_of(&args.logs)?;
        let logs = sources.iter().map(|source| match source {
            Source::Stdin => None,
            Source::File(path) => map(path).map(|log| (path.clone(), log)),
        });
        Ok(logs.collect::<Option<Vec<_>>>().map(|logs| Self { logs }))
    }

    /// Returns the texts, in the order of the arguments.
    pub(crate) fn texts(&self) -> Vec<&[u8]> {
        self.logs.iter().map(|(_, log)| log.bytes()).collect()
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
        if no_cache {
            return threads.run(|| demarche_journal::survey(&texts, &read));
        }
        let logs: Vec<(&Path, &Mapped)> = self.logs.iter().map(|(path, log)| (path.as_path(), log)).collect();
        threads.run(|| cache::survey(&logs, cache::Policy::default(), &read))
    }
}

/// Maps a plain file. Whatever else it is, and whatever goes wrong, is told when it is read in the plain way.
fn map(path: &Path) -> Option<Mapped> {
    let log = Mapped::open(path).ok()?;
    (!is_compressed(log.bytes())).then_some(log)
}
