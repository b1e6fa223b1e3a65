//! From a log to leaves: the canonical line of every event, in the order of the file.

use std::cell::Cell;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

use demarche_core::Event;
use demarche_core::codec::{DecodeError, ReadError, decode, encode};
use demarche_core::jsonl::{Excerpt, Lines, locate};

/// An event as it is sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// The number of its line in the file, from 1.
    pub line: u64,
    /// The event.
    pub event: Event,
    /// Its canonical line without a line end: the leaf of the tree.
    pub text: String,
    /// Whether the file holds exactly that, and a line feed.
    pub is_canonical: bool,
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
/// let log = format!("\n{}\n", line.replace(',', ", "));
/// let leaf = Leaves::new(log.as_bytes()).next().unwrap()?;
/// assert_eq!((leaf.line, leaf.text.as_str(), leaf.is_canonical), (2, line, false));
/// # Ok::<(), demarche_core::codec::ReadError>(())
/// ```
#[derive(Debug)]
pub struct Leaves<R> {
    lines: Lines<Counted<R>>,
    consumed_bytes: Rc<Cell<u64>>,
    /// How many bytes were read up to the end of the last leaf.
    leaves_bytes: u64,
    ended: bool,
}

impl<R: BufRead> Leaves<R> {
    /// Makes a reader of a log.
    pub fn new(input: R) -> Self {
        let consumed_bytes = Rc::new(Cell::new(0));
        let lines = Lines::new(Counted { input, consumed_bytes: Rc::clone(&consumed_bytes) });
        Self { lines, consumed_bytes, leaves_bytes: 0, ended: false }
    }

    /// Tells whether something stands behind the last leaf that was read: at the end of the log, blank lines.
    #[must_use]
    pub fn goes_on(&self) -> bool {
        self.consumed_bytes.get() > self.leaves_bytes
    }

    fn error(&self, error: DecodeError) -> ReadError {
        let (column, excerpt) = locate(self.lines.current(), error.span);
        ReadError { line: self.lines.number(), column, excerpt, kind: error.kind.into() }
    }
}

impl<R: BufRead> Iterator for Leaves<R> {
    type Item = Result<Leaf, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended {
            let decoded = match self.lines.next_line() {
                Ok(Some(Ok(line))) if line.iter().all(u8::is_ascii_whitespace) => continue,
                Ok(Some(line)) => line.map_err(DecodeError::from).and_then(decode),
                Ok(None) => return None,
                Err(error) => {
                    self.ended = true;
                    let (line, excerpt) = (self.lines.number() + 1, Excerpt::default());
                    return Some(Err(ReadError { line, column: 1, excerpt, kind: error.into() }));
                }
            };
            return Some(match decoded {
                Ok(event) => {
                    let text = encode(&event);
                    let whole_bytes = self.leaves_bytes + text.len() as u64 + 1;
                    self.leaves_bytes = self.consumed_bytes.get();
                    let is_canonical = self.lines.current() == text.as_bytes() && whole_bytes == self.leaves_bytes;
                    Ok(Leaf { line: self.lines.number(), event, text, is_canonical })
                }
                Err(error) => Err(self.error(error)),
            });
        }
        None
    }
}

/// An input of which is counted what was taken.
#[derive(Debug)]
struct Counted<R> {
    input: R,
    consumed_bytes: Rc<Cell<u64>>,
}

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.consumed_bytes.set(self.consumed_bytes.get() + read as u64);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.input.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.consumed_bytes.set(self.consumed_bytes.get() + amount as u64);
        self.input.consume(amount);
    }
}
