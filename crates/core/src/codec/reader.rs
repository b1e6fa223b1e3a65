//! Reading a log, line by line.

use std::io::{self, BufRead};

use super::decode::decode;
use super::error::{DecodeError, DecodeErrorKind};
use crate::Event;
use crate::jsonl::{Excerpt, Lines, locate};

/// An event and the number of its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The number of the line, from 1.
    pub line: u64,
    /// The event.
    pub event: Event,
}

/// Says what is wrong with a log, and where.
#[derive(Debug, thiserror::Error)]
#[error("line {line}, column {column}: {kind}")]
#[non_exhaustive]
pub struct ReadError {
    /// The number of the line, from 1.
    pub line: u64,
    /// The column in that line, in characters, from 1.
    pub column: usize,
    /// The part of the line that is to blame, with some of the text around it.
    pub excerpt: Excerpt,
    /// What is wrong.
    pub kind: ReadErrorKind,
}

impl ReadError {
    /// Returns the error of a line that is not an event, given the number of the line and its text without the line
    /// end.
    #[must_use]
    pub fn in_line(line: u64, text: &[u8], error: DecodeError) -> Self {
        let (column, excerpt) = locate(text, error.span);
        Self { line, column, excerpt, kind: error.kind.into() }
    }

    /// Returns the error of an input that cannot be read beyond the beginning of a line, given its number.
    #[must_use]
    pub fn at_line(line: u64, error: io::Error) -> Self {
        Self { line, column: 1, excerpt: Excerpt::default(), kind: error.into() }
    }
}

/// What is wrong with a log.
#[derive(Debug, thiserror::Error)]
pub enum ReadErrorKind {
    /// A line is not an event. The reader continues after it.
    #[error(transparent)]
    Line(#[from] DecodeErrorKind),
    /// The input could not be read. The reader stops.
    #[error("cannot read on: {0}")]
    Io(#[from] io::Error),
}

/// Reads events from anything buffered, one line at a time, in constant memory.
///
/// It is an iterator. After an error on a line it continues with the next line, so that the caller chooses whether to
/// stop; nothing is skipped silently. After an error of the input it ends.
///
/// ```
/// use demarche_core::codec::Reader;
///
/// let mut reader = Reader::new("{\"id\":7}\n".as_bytes());
/// let error = reader.next().unwrap().unwrap_err();
/// assert_eq!(error.to_string(), "line 1, column 8: missing field `v` in an event");
/// assert!(reader.next().is_none());
/// ```
#[derive(Debug)]
pub struct Reader<R> {
    lines: Lines<R>,
    ended: bool,
    skip_unknown: bool,
    unknown: u64,
}

impl<R: BufRead> Reader<R> {
    /// Makes a reader of a log.
    pub const fn new(input: R) -> Self {
        Self { lines: Lines::new(input), ended: false, skip_unknown: false, unknown: 0 }
    }

    /// Skips events of an unknown type or a newer version, and counts them ([`Reader::unknown`]), instead of reporting
    /// each as an error.
    #[must_use]
    pub const fn skip_unknown(mut self, skip: bool) -> Self {
        self.skip_unknown = skip;
        self
    }

    /// Returns how many events were skipped so far because their type or version is unknown.
    #[must_use]
    pub const fn unknown(&self) -> u64 {
        self.unknown
    }

    /// Returns the number of lines read so far.
    #[must_use]
    pub const fn lines(&self) -> u64 {
        self.lines.number()
    }

    fn error(&self, error: DecodeError) -> ReadError {
        ReadError::in_line(self.lines.number(), self.lines.current(), error)
    }
}

impl<R: BufRead> Iterator for Reader<R> {
    type Item = Result<Entry, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended {
            let decoded = match self.lines.next_line() {
                Ok(Some(Ok(line))) if line.iter().all(u8::is_ascii_whitespace) => continue,
                Ok(Some(line)) => line.map_err(DecodeError::from).and_then(decode),
                Ok(None) => {
                    self.ended = true;
                    continue;
                }
                Err(error) => {
                    self.ended = true;
                    return Some(Err(ReadError::at_line(self.lines.number() + 1, error)));
                }
            };
            match decoded {
                Ok(event) => return Some(Ok(Entry { line: self.lines.number(), event })),
                Err(error) if self.skip_unknown && error.kind.is_unknown() => self.unknown += 1,
                Err(error) => return Some(Err(self.error(error))),
            }
        }
        None
    }
}
