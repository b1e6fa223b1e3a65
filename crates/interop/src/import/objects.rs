//! JSON objects in sequence: one per line, several in a list, or one over many lines.

use std::io::BufRead;

use demarche_core::jsonl::{JsonProblem, LINE_MAX_BYTES};

use super::byte_order_mark::Unmarked;
use super::error::{ImportError, ImportErrorKind as Kind};

/// Reads objects at the top level or in a top-level list, each of bounded length. It finds them by braces and quotes
/// alone, and leaves parsing to others.
pub(super) struct Objects<R> {
    input: Unmarked<R>,
    line: u64,
    object: Vec<u8>,
}

/// The state of the scan within an object.
#[derive(Clone, Copy)]
struct Scan {
    depth: usize,
    in_text: bool,
    is_escaped: bool,
}

impl<R: BufRead> Objects<R> {
    pub(super) fn new(input: R) -> Self {
        Self { input: Unmarked::new(input), line: 1, object: Vec::new() }
    }

    /// Reads the next object, with the line on which it begins. Returns `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<(&[u8], u64)>, ImportError> {
        self.object.clear();
        let Some(begin) = self.seek()? else { return Ok(None) };
        let mut scan = Scan { depth: 0, in_text: false, is_escaped: false };
        loop {
            let line = self.line;
            let buffer = self.input.fill_buf().map_err(|error| Kind::Io(error).on(line, 1))?;
            if buffer.is_empty() {
                return Err(Kind::CloudEvent("the input ends before the object does".into()).on(begin, 1));
            }
            let end = buffer.iter().position(|byte| scan.ends(*byte));
            let taken = end.map_or(buffer.len(), |end| end + 1);
            let piece = buffer.get(..taken).unwrap_or_default();
            self.line += piece.iter().map(|byte| u64::from(*byte == b'\n')).sum::<u64>();
            // Skip the rest of an object that is too long.
            if self.object.len() <= LINE_MAX_BYTES {
                self.object.extend_from_slice(piece);
            }
            self.input.consume(taken);
            if end.is_some() {
                break;
            }
        }
        if self.object.len() > LINE_MAX_BYTES {
            return Err(Kind::Line(JsonProblem::LineTooLong).on(begin, 1));
        }
        Ok(Some((&self.object, begin)))
    }

    fn fill(&mut self) -> Result<&[u8], ImportError> {
        let line = self.line;
        self.input.fill_buf().map_err(|error| Kind::Io(error).on(line, 1))
    }

    /// Moves to the next opening brace, and returns its line. Between objects, only white space and the brackets and
    /// commas of a list are allowed.
    fn seek(&mut self) -> Result<Option<u64>, ImportError> {
        loop {
            let Some(byte) = self.fill()?.first().copied() else { return Ok(None) };
            match byte {
                b'{' => return Ok(Some(self.line)),
                b'\n' => self.line += 1,
                b' ' | b'\t' | b'\r' | b'[' | b']' | b',' => {}
                _ => {
                    let line = self.line;
                    self.skip_line()?;
                    return Err(Kind::CloudEvent("expected an object, or a list of such".into()).on(line, 1));
                }
            }
            self.input.consume(1);
        }
    }

    /// Skips the rest of a line.
    fn skip_line(&mut self) -> Result<(), ImportError> {
        loop {
            let buffer = self.fill()?;
            let (length, end) = (buffer.len(), buffer.iter().position(|byte| *byte == b'\n'));
            self.input.consume(end.map_or(length, |end| end + 1));
            if end.is_some() {
                self.line += 1;
            }
            if end.is_some() || length == 0 {
                return Ok(());
            }
        }
    }
}

impl Scan {
    /// Takes a byte of an object. Returns true if it ends the object.
    fn ends(&mut self, byte: u8) -> bool {
        if self.in_text {
            match byte {
                _ if self.is_escaped => self.is_escaped = false,
                b'\\' => self.is_escaped = true,
                b'"' => self.in_text = false,
                _ => {}
            }
            return false;
        }
        match byte {
            b'"' => self.in_text = true,
            b'{' => self.depth += 1,
            b'}' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        self.depth == 0
    }
}
