//! Logs as texts in memory, mapped or unpacked: the fast way in.

use std::io::{self, BufRead, Read as _};
use std::path::Path;

use demarche_core::facts::{Facts, Spot};
use demarche_journal::{Mapped, Source, Watcher, is_compressed};
use demarche_projection::LogChanged;

use super::lines::LineNumbers;
use super::places::{LogNames, Place};
use super::progress::Progress;
use super::threads::Threads;
use crate::failure::Failure;
use crate::options::{FastArgs, LogArgs, OnError};
use crate::session::Session;

/// How long the logs may be, unpacked, that are held in memory, in bytes: 1 GiB. What is longer, as even a small file
/// may turn out to be, is read line by line.
const HELD_MAX_BYTES: u64 = 1 << 30;

/// How much of standard input is read between two looks at whether there is room for it, in bytes.
const STRETCH_BYTES: u64 = 1 << 20;

/// The way in which logs are read.
pub(crate) enum Way {
    /// They have been.
    Fast(Box<Surveyed>),
    /// They are to be read line by line. So much of standard input was taken out of it already.
    Plain(Vec<u8>),
}

/// Logs as facts, and what it takes to work on them.
pub(crate) struct Surveyed {
    pub(crate) logs: LogTexts,
    pub(crate) threads: Threads,
    pub(crate) facts: Facts,
}

/// What to do with a log that can't be mapped: one that is compressed, or standard input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unmapped {
    /// Hold it in memory, since its lines are read again.
    Held,
    /// Leave it to the plain way, which holds less of it.
    Left,
}

/// Reads logs the fast way, unless one can't be held, or something must be told that only the plain way tells.
pub(crate) fn survey(
    args: &LogArgs,
    fast: &FastArgs,
    unmapped: Unmapped,
    session: &mut Session<'_>,
) -> Result<Way, Failure> {
    let (logs, is_whole) = LogTexts::open(args, unmapped, session)?;
    if !is_whole {
        return Ok(Way::Plain(logs.stdin));
    }
    let threads = Threads::new(fast.threads, logs.texts().iter().map(|text| text.len()).sum())?;
    let surveyed = logs.survey(&threads, session);
    logs.unchanged()?;
    match surveyed {
        Some(facts) => Ok(Way::Fast(Box::new(Surveyed { logs, threads, facts }))),
        None => Ok(Way::Plain(logs.stdin)),
    }
}

/// Logs that are in memory as a whole.
pub(crate) struct LogTexts {
    logs: Vec<LogText>,
    names: LogNames,
    /// What was taken out of standard input.
    stdin: Vec<u8>,
}

enum LogText {
    Mapped(Mapped),
    Unpacked(Vec<u8>),
    Stdin,
}

impl LogTexts {
    /// Opens the logs that the arguments name, and tells whether all can be read so.
    fn open(args: &LogArgs, unmapped: Unmapped, session: &mut Session<'_>) -> Result<(Self, bool), Failure> {
        let sources = Source::all_of(&args.logs)?;
        // What is broken in a stream that is still growing is told as it is found.
        let is_held = |source: &Source| {
            unmapped == Unmapped::Held && (*source != Source::Stdin || args.on_error == OnError::Stop)
        };
        let names = LogNames::of(sources.iter().map(Source::name).collect());
        let mut texts = Self { logs: Vec::new(), names, stdin: Vec::new() };
        let mut room = HELD_MAX_BYTES;
        for source in &sources {
            let log = match source {
                Source::Stdin if is_held(source) => texts.take_stdin(&mut room, session),
                Source::Stdin => None,
                Source::File(path) => file(path, &mut room, is_held(source), session),
            };
            match log {
                Some(log) => texts.logs.push(log),
                None => return Ok((texts, false)),
            }
        }
        Ok((texts, true))
    }

    /// Reads standard input to its end, where there is room for it.
    fn take_stdin(&mut self, room: &mut u64, session: &mut Session<'_>) -> Option<LogText> {
        let progress = Progress::new(session.terminal.stderr_is_terminal, None);
        loop {
            // What was read before an error stays, and is read again in the plain way, which tells the error.
            let bytes = session.stdin.take(STRETCH_BYTES).read_to_end(&mut self.stdin).ok()?;
            progress.advance(bytes);
            *room = room.checked_sub(bytes as u64)?;
            if bytes == 0 {
                break;
            }
        }
        if !is_compressed(&self.stdin) {
            return Some(LogText::Stdin);
        }
        unpacked(&Source::Stdin, &mut self.stdin.as_slice(), &(), room)
    }

    /// Returns the texts, in the order of the arguments.
    pub(crate) fn texts(&self) -> Vec<&[u8]> {
        self.logs.iter().map(|log| log.bytes(&self.stdin)).collect()
    }

    /// Returns their names, in the order of the arguments.
    pub(crate) const fn names(&self) -> &LogNames {
        &self.names
    }

    /// Returns what was taken out of standard input.
    pub(crate) fn stdin(&self) -> &[u8] {
        &self.stdin
    }

    /// Fails where a log was cut or rewritten since it was mapped. To be asked after reading, and before what was read
    /// is believed.
    fn unchanged(&self) -> Result<(), Failure> {
        for (number, log) in (0..).zip(&self.logs) {
            if let LogText::Mapped(log) = log
                && let Some(change) = log.change()
            {
                return Err(Failure::changed(self.names.full(number), change));
            }
        }
        Ok(())
    }

    /// Passes on what was read of the logs once more, unless they changed meanwhile.
    pub(crate) fn checked<T>(&self, read: Result<T, LogChanged>) -> Result<T, Failure> {
        self.unchanged()?;
        Ok(read?)
    }

    /// Tells which entry a line is, as tables show it.
    pub(crate) fn entry(&self, spot: &Spot, lines: &LineNumbers<'_>) -> String {
        let log = u32::try_from(spot.place.text()).unwrap_or(u32::MAX);
        self.names.entry(Place { log, line: lines.at(spot.place) })
    }

    /// Reads them to facts; returns `None` where a line is to be reported, which the plain way does.
    fn survey(&self, threads: &Threads, session: &Session<'_>) -> Option<Facts> {
        let texts = self.texts();
        let total_bytes = texts.iter().map(|text| text.len() as u64).sum();
        let progress = Progress::new(session.terminal.stderr_is_terminal, Some(total_bytes));
        let read = |bytes| progress.advance(bytes);
        threads.run(|| demarche_journal::survey(&texts, &read))
    }
}

impl LogText {
    fn bytes<'t>(&'t self, stdin: &'t [u8]) -> &'t [u8] {
        match self {
            Self::Mapped(log) => log.bytes(),
            Self::Unpacked(text) => text,
            Self::Stdin => stdin,
        }
    }
}

/// Maps a file, or unpacks it where it is to be held. Whatever goes wrong is told when it is read in the plain way.
fn file(path: &Path, room: &mut u64, is_held: bool, session: &Session<'_>) -> Option<LogText> {
    let log = Mapped::open(path).ok()?;
    if !is_compressed(log.bytes()) {
        return Some(LogText::Mapped(log));
    }
    if !is_held {
        return None;
    }
    let progress = Progress::new(session.terminal.stderr_is_terminal, Some(log.bytes().len() as u64));
    unpacked(&Source::File(path.to_owned()), &mut io::empty(), &progress, room)
}

/// Unpacks a log where there is room for it.
fn unpacked(source: &Source, stdin: &mut dyn BufRead, watcher: &dyn Watcher, room: &mut u64) -> Option<LogText> {
    let mut text = Vec::new();
    source.open(stdin, watcher).ok()?.take(*room + 1).read_to_end(&mut text).ok()?;
    *room = room.checked_sub(text.len() as u64)?;
    Some(LogText::Unpacked(text))
}
