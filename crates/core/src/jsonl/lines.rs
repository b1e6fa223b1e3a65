//! Lines of bounded length from anything buffered.

use std::io::{self, BufRead, Read as _};

use super::{JsonError, JsonProblem, LINE_MAX_BYTES};

/// Reads lines in constant memory: LF or CRLF after each, and an optional byte order mark before the first.
///
/// ```
/// use demarche_core::jsonl::Lines;
///
/// let mut lines = Lines::new(&b"\xEF\xBB\xBFfirst\r\nsecond"[..]);
/// assert_eq!(lines.next_line()?, Some(Ok(&b"first"[..])));
/// assert_eq!(lines.next_line()?, Some(Ok(&b"second"[..])));
/// assert_eq!(lines.number(), 2);
/// assert_eq!(lines.next_line()?, None);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Lines<R> {
    input: R,
    number: u64,
    buffer: Vec<u8>,
}

/// The byte order mark of UTF-8.
const BOM: &[u8] = b"\xEF\xBB\xBF";

/// The maximum length of a line, with a byte order mark, a carriage return and a line feed.
const RAW_LINE_MAX_BYTES: usize = BOM.len() + LINE_MAX_BYTES + b"\r\n".len();

impl<R: BufRead> Lines<R> {
    /// Makes a reader of lines.
    pub const fn new(input: R) -> Self {
        Self { input, number: 0, buffer: Vec::new() }
    }

    /// Returns the number of the line that was read last, from 1; 0 before the first.
    #[must_use]
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// Returns the line that was read last; the beginning of it if it is too long.
    #[must_use]
    pub fn current(&self) -> &[u8] {
        &self.buffer
    }

    /// Reads the next line, without its line end; returns `None` at the end.
    ///
    /// A line of more than [`LINE_MAX_BYTES`] is an error, after which reading can continue.
    ///
    /// # Errors
    ///
    /// The error of the input.
    pub fn next_line(&mut self) -> io::Result<Option<Result<&[u8], JsonError>>> {
        self.buffer.clear();
        let read = read_up_to(&mut self.input, RAW_LINE_MAX_BYTES, &mut self.buffer)?;
        if read == 0 {
            return Ok(None);
        }
        self.number += 1;
        let is_whole = self.buffer.last() == Some(&b'\n');
        if is_whole {
            self.buffer.pop();
        } else if read == RAW_LINE_MAX_BYTES {
            self.skip_rest()?;
        }
        if self.buffer.last() == Some(&b'\r') {
            self.buffer.pop();
        }
        if self.number == 1 && self.buffer.starts_with(BOM) {
            self.buffer.drain(..BOM.len());
        }
        if self.buffer.len() > LINE_MAX_BYTES {
            return Ok(Some(Err(JsonProblem::LineTooLong.at(LINE_MAX_BYTES..LINE_MAX_BYTES))));
        }
        Ok(Some(Ok(&self.buffer)))
    }

    /// Skips the rest of a line that is too long, piece by piece.
    fn skip_rest(&mut self) -> io::Result<()> {
        let mut piece = Vec::new();
        loop {
            piece.clear();
            let read = read_up_to(&mut self.input, RAW_LINE_MAX_BYTES, &mut piece)?;
            if read == 0 || piece.last() == Some(&b'\n') {
                return Ok(());
            }
        }
    }
}

/// Reads to the end of a line, but at most a number of bytes.
fn read_up_to(input: &mut impl BufRead, most_bytes: usize, buffer: &mut Vec<u8>) -> io::Result<usize> {
    input.take(most_bytes as u64).read_until(b'\n', buffer)
}
