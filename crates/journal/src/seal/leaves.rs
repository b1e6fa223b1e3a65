//! From a log to leaves: the canonical line of every event, in the order of the file.

use std::cell::Cell;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

use demarche_core::Event;
use demarche_core::codec::{DecodeError, ReadError, canonical, decode};
use demarche_core::jsonl::Lines;

use super::stray::{Stray, StrayKind};

/// An event as a leaf of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// The number of its line in the file, from 1.
    pub line: u64,
    /// The event.
    pub event: Event,
    /// Its canonical line without a line end: the leaf of the tree.
    pub text: String,
    /// The first place where the file differs from that line and a line feed, from the end of the previous leaf to the
    /// end of this one.
    pub stray: Option<Stray>,
}

/// Reads the leaves of a log, in bounded memory.
///
/// ```
/// use demarche_journal::seal::Leaves;
///
/// let line = concat!(
///     r#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"track_stalled","track":"us-ru","#,
///     r#""occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","#,
///     r#""source":{"who":"izvestia","attribution":"media"},"data":{}}"#,
/// );
/// let log = format!("{}\n", line.replace("199f", "199F"));
/// let leaf = Leaves::new(log.as_bytes()).next().unwrap()?;
/// assert_eq!((leaf.line, leaf.text.as_str()), (1, line));
/// let stray = leaf.stray.unwrap();
/// assert_eq!((stray.line, stray.column), (1, 12));
/// assert_eq!(stray.to_string(), r#"not byte for byte the canonical line: here stands "F", and it has "f""#);
/// # Ok::<(), demarche_core::codec::ReadError>(())
/// ```
#[derive(Debug)]
pub struct Leaves<R> {
    lines: Lines<Counted<R>>,
    taken: Rc<Taken>,
    /// How many bytes were read up to the end of the last line.
    lines_bytes: u64,
    /// The first blank line after the last leaf.
    blank: Option<u64>,
    ended: bool,
}

impl<R: BufRead> Leaves<R> {
    /// Makes a reader of a log.
    pub fn new(input: R) -> Self {
        let taken = Rc::new(Taken::default());
        let lines = Lines::new(Counted { input, taken: Rc::clone(&taken) });
        Self { lines, taken, lines_bytes: 0, blank: None, ended: false }
    }

    /// Returns the stray after the last leaf that was read; at the end of a log, its first blank line.
    #[must_use]
    pub fn rest(&self) -> Option<Stray> {
        self.blank.map(|line| Stray::at_line(line, StrayKind::BlankLine))
    }

    fn error(&self, error: DecodeError) -> ReadError {
        ReadError::in_line(self.lines.number(), self.lines.current(), error)
    }

    /// Returns the first place where the line that was just read is not a text and a line feed.
    fn stray(&self, text: &str) -> Option<Stray> {
        let (line, current) = (self.lines.number(), self.lines.current());
        if let Some(stray) = Stray::in_line(line, current, text) {
            return Some(stray);
        }
        match self.taken.bytes.get() - self.lines_bytes - current.len() as u64 {
            1 if self.taken.last.get() == b'\n' => None,
            0..=2 => Some(Stray::at_line(line, StrayKind::LineEnd)),
            _ => Some(Stray::at_line(line, StrayKind::ByteOrderMark)),
        }
    }
}

impl<R: BufRead> Iterator for Leaves<R> {
    type Item = Result<Leaf, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended {
            self.lines_bytes = self.taken.bytes.get();
            let decoded = match self.lines.next_line() {
                Ok(Some(Ok(line))) if line.iter().all(u8::is_ascii_whitespace) => {
                    self.blank.get_or_insert(self.lines.number());
                    continue;
                }
                Ok(Some(line)) => line.map_err(DecodeError::from).and_then(decode),
                Ok(None) => return None,
                Err(error) => {
                    self.ended = true;
                    return Some(Err(ReadError::at_line(self.lines.number() + 1, error)));
                }
            };
            return Some(match decoded {
                Ok(event) => {
                    let text = canonical(&event, self.lines.current());
                    let stray = self.rest().or_else(|| self.stray(&text));
                    self.blank = None;
                    Ok(Leaf { line: self.lines.number(), event, text, stray })
                }
                Err(error) => Err(self.error(error)),
            });
        }
        None
    }
}

/// What was taken from an input: how much, and the last byte.
#[derive(Debug, Default)]
struct Taken {
    bytes: Cell<u64>,
    last: Cell<u8>,
}

impl Taken {
    fn take(&self, bytes: &[u8]) {
        self.bytes.set(self.bytes.get() + bytes.len() as u64);
        self.last.set(bytes.last().copied().unwrap_or(self.last.get()));
    }
}

/// An input that counts what is taken from it.
#[derive(Debug)]
struct Counted<R> {
    input: R,
    taken: Rc<Taken>,
}

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.taken.take(buffer.get(..read).unwrap_or_default());
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.input.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        // Consumed bytes are still in the buffer: this reads nothing.
        if let Ok(buffer) = self.input.fill_buf() {
            self.taken.take(buffer.get(..amount).unwrap_or_default());
        }
        self.input.consume(amount);
    }
}
