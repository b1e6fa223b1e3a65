//! Loads whole logs: from sources to facts, and to the texts that hold their lines.
//!
//! Texts that are in memory as a whole, or mapped, are scanned in parallel. If a line must be reported, and for a
//! stream whose lines are reported as they come, every line is read separately, in order.

mod by_line;

use std::io::{self, BufRead, Read as _};
use std::sync::{Arc, OnceLock};

use demarche_core::EventId;
use demarche_core::codec::ReadError;
use demarche_core::facts::{Facts, LinePlace, SharedText, Texts};

use self::by_line::LineByLine;
use crate::lines::LineNumbers;
use crate::map::Mapped;
use crate::scan::key;
use crate::source::{Source, SourceError, Watcher, is_compressed};
use crate::stamp::FileChange;

/// The byte order mark of UTF-8.
const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Logs that are open, but not read yet.
#[derive(Debug)]
pub struct OpenLogs {
    sources: Vec<Source>,
    texts: Texts,
    /// The origin of each text.
    origins: Vec<Origin>,
    maps: Maps,
    /// Whether standard input is left for [`OpenLogs::read`].
    is_streamed: bool,
}

/// The origin of a text: its source, and the number of the line with which the text begins, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Origin {
    source: usize,
    first_line: u64,
}

/// Logs that were read.
#[derive(Debug)]
pub struct Logs {
    /// The facts of their events, without repetitions.
    pub facts: Facts,
    /// The texts that hold the lines of the facts.
    pub texts: Texts,
    /// How many events were skipped because their type or version is unknown.
    pub unknown: u64,
    /// How many lines were reported and skipped.
    pub skipped: u64,
    places: LineFinder,
}

/// Finds the lines of texts in their logs.
#[derive(Debug, Clone, Default)]
pub struct LineFinder {
    origins: Vec<Origin>,
    maps: Maps,
    lines: OnceLock<LineNumbers>,
}

/// The logs that are mapped, by the numbers of their sources.
type Maps = Vec<(usize, Arc<Mapped>)>;

/// A line of a log that must be reported.
#[derive(Debug)]
pub enum Trouble {
    /// It is not an event.
    Broken {
        /// The number of its log among the sources.
        log: usize,
        /// What is wrong with it, and where.
        error: Box<ReadError>,
    },
    /// It has the id of an earlier event, but differs from it.
    Conflict {
        /// The number of its log among the sources.
        log: usize,
        /// The number of the line, from 1.
        line: u64,
        /// The id.
        id: EventId,
        /// The log and the line of the earlier event.
        first: (usize, u64),
    },
}

/// Says why logs were not read.
#[derive(Debug, thiserror::Error)]
pub enum LoadError<E> {
    /// A log can't be opened or read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// There are too many texts to number, or one of them is too long.
    #[error("too many logs, or one of a tebibyte or more: read fewer at once")]
    TooMany,
    /// A reported line made the caller stop.
    #[error("{0}")]
    Refused(E),
}

impl OpenLogs {
    /// Opens logs: plain files are mapped, compressed ones are unpacked, and streams are read to their end. If
    /// standard input is to be streamed, it is left for [`OpenLogs::read`], which reports its lines as they come.
    ///
    /// # Errors
    ///
    /// A [`SourceError`] if a log can't be read.
    pub fn open(
        sources: Vec<Source>,
        is_streamed: bool,
        stdin: &mut dyn BufRead,
        watcher: &dyn Watcher,
    ) -> Result<Self, SourceError> {
        let is_streamed = is_streamed && sources.contains(&Source::Stdin);
        let mut logs =
            Self { sources: Vec::new(), texts: Texts::new(), origins: Vec::new(), maps: Vec::new(), is_streamed };
        for (source, from) in sources.iter().enumerate() {
            if !(is_streamed && *from == Source::Stdin) {
                logs.add(source, from, stdin, watcher)?;
            }
        }
        logs.sources = sources;
        Ok(logs)
    }

    fn add(
        &mut self,
        source: usize,
        from: &Source,
        stdin: &mut dyn BufRead,
        watcher: &dyn Watcher,
    ) -> Result<(), SourceError> {
        if let Source::File(path) = from
            && let Ok(log) = Mapped::open(path)
            && !is_compressed(log.bytes())
        {
            let log = Arc::new(log);
            self.texts.push(Arc::clone(&log) as SharedText);
            self.maps.push((source, log));
        } else {
            let before = from.stamp();
            let mut text = Vec::new();
            let read = from.open(stdin, watcher)?.read_to_end(&mut text);
            read.map_err(|error| from.unreadable(error))?;
            // The file that was replaced had been read to its end.
            let change = before.zip(from.stamp()).and_then(|(before, after)| before.change_until(&after));
            if change.is_some_and(|change| change != FileChange::Replaced) {
                return Err(from.unreadable(io::Error::other("it was cut or rewritten while it was read")));
            }
            self.texts.push(Arc::new(text));
        }
        self.origins.push(Origin { source, first_line: 1 });
        Ok(())
    }

    /// Returns the number of bytes to read, as far as it is known.
    #[must_use]
    pub fn bytes(&self) -> usize {
        (0..).take(self.texts.len()).map(|text| self.texts.text(text).len()).sum()
    }

    /// Reads all texts in parallel, on the threads of the current pool of `rayon`. Returns `None` if [`OpenLogs::read`]
    /// is needed, because a line must be reported, or is still to come. `read` is called with the length of every
    /// stretch, in bytes.
    #[must_use]
    pub fn scan(&self, read: &(dyn Fn(usize) + Sync)) -> Option<Facts> {
        if self.is_streamed { None } else { crate::scan(&self.texts, read) }
    }

    /// Takes the facts that [`OpenLogs::scan`] returned.
    #[must_use]
    pub fn with(self, facts: Facts) -> Logs {
        let places = LineFinder::new(self.origins, self.maps);
        Logs { facts, texts: self.texts, unknown: 0, skipped: 0, places }
    }

    /// Reads every line separately, in order, and reports lines that are not events, or have the id of another event.
    /// If `tell` returns an error, reading stops; otherwise it continues after the line. Events of an unknown type or a
    /// newer version can be skipped and counted instead.
    ///
    /// # Errors
    ///
    /// The error that `tell` returns, and a [`SourceError`] if a log can't be read to its end.
    pub fn read<E>(
        self,
        skip_unknown: bool,
        stdin: &mut dyn BufRead,
        watcher: &dyn Watcher,
        tell: &mut dyn FnMut(Trouble) -> Result<(), E>,
    ) -> Result<Logs, LoadError<E>> {
        let Self { sources, texts, origins, maps, .. } = self;
        let logs = Logs {
            facts: key().map_or_else(Facts::new, Facts::keyed),
            texts,
            unknown: 0,
            skipped: 0,
            places: LineFinder::new(origins, maps),
        };
        let mut patient = LineByLine::new(logs, skip_unknown, tell);
        for (number, source) in sources.iter().enumerate() {
            match patient.logs.places.text_of(number) {
                Some(text) => patient.read_text(number, source, text)?,
                None => patient.read_stream(number, source, source.open(stdin, watcher)?)?,
            }
        }
        patient.settle()?;
        Ok(patient.logs)
    }
}

impl Logs {
    /// Returns the finder of their lines, without the facts and texts.
    #[must_use]
    pub fn places(&self) -> LineFinder {
        self.places.clone()
    }

    /// Returns how many lines repeat an event.
    #[must_use]
    pub const fn repeated(&self) -> usize {
        self.facts.dropped()
    }
}

impl LineFinder {
    fn new(origins: Vec<Origin>, maps: Maps) -> Self {
        Self { origins, maps, lines: OnceLock::new() }
    }

    /// Returns the text of a source that is one text.
    fn text_of(&self, source: usize) -> Option<u32> {
        let at = self.origins.iter().position(|origin| origin.source == source)?;
        u32::try_from(at).ok()
    }

    /// Returns the number of a log that was cut or rewritten since it was opened, and how, or `None` if all are
    /// unchanged, or have only grown. Ask after reading, and before relying on what was read.
    #[must_use]
    pub fn change(&self) -> Option<(usize, FileChange)> {
        self.maps.iter().find_map(|(source, log)| Some((*source, log.change()?)))
    }

    /// Counts the lines of all texts once, on the threads of the current pool of `rayon`.
    pub fn prepare(&self, texts: &Texts) {
        self.count(texts);
    }

    fn count(&self, texts: &Texts) -> &LineNumbers {
        self.lines.get_or_init(|| LineNumbers::of(texts))
    }

    /// Tells whether the lines were counted.
    #[must_use]
    pub fn is_prepared(&self) -> bool {
        self.lines.get().is_some()
    }

    /// Returns the number of the log that a line is in, and the number of the line, from 1, or `None` if its text comes
    /// from no log.
    ///
    /// It counts the lines of all texts first, unless that was done before ([`LineFinder::prepare`]).
    #[must_use]
    pub fn find(&self, place: LinePlace, texts: &Texts) -> Option<(usize, u64)> {
        let lines = self.count(texts);
        let origin = self.origins.get(place.text() as usize)?;
        Some((origin.source, origin.first_line + lines.before(place, texts)))
    }
}
