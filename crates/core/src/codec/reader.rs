//! Reading a log, line by line.

use std::io::{self, BufRead};

use super::decode::decode;
use super::error::{DecodeError, DecodeErrorKind};
use super::{LINE_MAX_BYTES, quoted};
use crate::Event;

/// An event with the line on which it stands.
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
pub struct ReadError {
    /// The number of the line, from 1.
    pub line: u64,
    /// The column in that line, in characters, from 1.
    pub column: usize,
    /// What of the line is to blame, and what stands around it.
    pub excerpt: Excerpt,
    /// What is wrong.
    pub kind: ReadErrorKind,
}

/// What is wrong with a log.
#[derive(Debug, thiserror::Error)]
pub enum ReadErrorKind {
    /// A line is no event. The reader goes on behind it.
    #[error(transparent)]
    Line(#[from] DecodeErrorKind),
    /// The input could not be read. The reader ends there.
    #[error("cannot read on: {0}")]
    Io(#[from] io::Error),
}

/// A part of a line: what an error blames, with some of what stands around it. All of it is untrusted text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Excerpt {
    /// What stands before; begins with `…` where it was cut.
    pub before: Box<str>,
    /// What is to blame, cut where it is long; empty where something is missing.
    pub blamed: Box<str>,
    /// What stands after; ends in `…` where it was cut.
    pub after: Box<str>,
}

/// Reads events from anything buffered, one line at a time, in constant memory.
///
/// It is an iterator. After an error on a line it goes on with the next line, so that the caller chooses whether to
/// stop; nothing is passed over unsaid. After an error of the input it ends.
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
    input: R,
    line: u64,
    buffer: Vec<u8>,
    ended: bool,
    skip_unknown: bool,
    unknown: u64,
}

/// How the reading of a line ended.
enum Line {
    Whole,
    TooLong,
    /// There is none.
    End,
}

impl<R: BufRead> Reader<R> {
    /// Makes a reader of a log.
    pub const fn new(input: R) -> Self {
        Self { input, line: 0, buffer: Vec::new(), ended: false, skip_unknown: false, unknown: 0 }
    }

    /// Passes over events of an unknown type or a newer version, and counts them ([`Reader::unknown`]), instead of
    /// reporting each as an error.
    #[must_use]
    pub const fn skip_unknown(mut self, skip: bool) -> Self {
        self.skip_unknown = skip;
        self
    }

    /// Returns the number of events passed over so far, since their type or version is unknown.
    #[must_use]
    pub const fn unknown(&self) -> u64 {
        self.unknown
    }

    /// Returns the number of lines read so far.
    #[must_use]
    pub const fn lines(&self) -> u64 {
        self.line
    }

    /// Reads the next line into the buffer, without its line end.
    fn read_line(&mut self) -> io::Result<Line> {
        self.buffer.clear();
        let mut too_long = false;
        loop {
            let chunk = match self.input.fill_buf() {
                Ok(chunk) => chunk,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if chunk.is_empty() {
                if self.buffer.is_empty() && !too_long {
                    return Ok(Line::End);
                }
                break;
            }
            let end = chunk.iter().position(|byte| *byte == b'\n');
            let (part, used) = match end {
                Some(end) => (chunk.get(..end).unwrap_or_default(), end + 1),
                None => (chunk, chunk.len()),
            };
            // Two bytes more than a line may have: a carriage return, and one to know that it is too long. The first
            // line has room for a byte order mark, too.
            let room = (LINE_MAX_BYTES + BOM.len() + 2).saturating_sub(self.buffer.len());
            self.buffer.extend_from_slice(part.get(..room).unwrap_or(part));
            too_long |= part.len() > room;
            self.input.consume(used);
            if end.is_some() {
                break;
            }
        }
        self.line += 1;
        if self.line == 1 && self.buffer.starts_with(BOM) {
            self.buffer.drain(..BOM.len());
        }
        if self.buffer.last() == Some(&b'\r') {
            self.buffer.pop();
        }
        Ok(if too_long || self.buffer.len() > LINE_MAX_BYTES { Line::TooLong } else { Line::Whole })
    }

    fn error(&self, error: DecodeError) -> ReadError {
        let (column, excerpt) = quoted::place(&self.buffer, error.span);
        ReadError { line: self.line, column, excerpt, kind: error.kind.into() }
    }
}

/// The byte order mark of UTF-8.
const BOM: &[u8] = b"\xEF\xBB\xBF";

impl<R: BufRead> Iterator for Reader<R> {
    type Item = Result<Entry, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended {
            match self.read_line() {
                Ok(Line::Whole) if self.buffer.iter().all(u8::is_ascii_whitespace) => {}
                Ok(Line::Whole) => match decode(&self.buffer) {
                    Ok(event) => return Some(Ok(Entry { line: self.line, event })),
                    Err(error) if self.skip_unknown && error.kind.is_unknown() => self.unknown += 1,
                    Err(error) => return Some(Err(self.error(error))),
                },
                Ok(Line::TooLong) => {
                    let error = DecodeErrorKind::LineTooLong.at(LINE_MAX_BYTES..LINE_MAX_BYTES);
                    return Some(Err(self.error(error)));
                }
                Ok(Line::End) => self.ended = true,
                Err(error) => {
                    self.ended = true;
                    let (line, excerpt) = (self.line + 1, Excerpt::default());
                    return Some(Err(ReadError { line, column: 1, excerpt, kind: error.into() }));
                }
            }
        }
        None
    }
}
