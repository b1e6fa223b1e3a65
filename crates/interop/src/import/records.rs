//! CSV records, each with the line on which it begins.

use std::io::{self, BufRead};

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use demarche_core::jsonl::LINE_MAX_BYTES;

use super::cells::RowBuffer;
use super::error::{ImportError, ImportErrorKind as Kind};

/// Reads records.
pub(super) struct Records<R> {
    input: R,
    reader: Reader,
    lines: LineCount,
    /// The bytes of the current record.
    raw: Vec<u8>,
    /// Bytes to read again before the rest: what followed a quote that is never closed.
    again: io::Cursor<Vec<u8>>,
    /// How many such quotes may still be skipped.
    retries: usize,
    /// The cells of a record, and their ends.
    cells: Vec<u8>,
    ends: Vec<usize>,
}

/// The maximum number of unclosed quotes that are skipped, each with its line. The search for the end of each may read
/// far ahead and then start over.
const RETRIES: usize = 16;

/// The maximum size of a record: an unclosed quote must not swallow the whole file.
const LIMIT_BYTES: usize = LINE_MAX_BYTES;

impl<R: BufRead> Records<R> {
    /// Starts reading at a given line of a file.
    pub(super) fn new(input: R, separator: u8, line: u64) -> Self {
        let reader = ReaderBuilder::new().delimiter(separator).build();
        let lines = LineCount { line, is_return: false };
        let (raw, again) = (Vec::new(), io::Cursor::new(Vec::new()));
        Self { input, reader, lines, raw, again, retries: RETRIES, cells: vec![0; 1024], ends: vec![0; 64] }
    }

    /// Reads the next record into a row. Returns the line on which it begins, or `None` at the end.
    pub(super) fn next(&mut self, row: &mut RowBuffer) -> Result<Option<u64>, ImportError> {
        let begin = self.seek()?;
        let (mut written, mut ended) = (0, 0);
        self.raw.clear();
        loop {
            let bytes = fill(&mut self.again, &mut self.input).map_err(|error| Kind::Io(error).on(begin, 1))?;
            let is_end = bytes.is_empty();
            let cells = self.cells.get_mut(written..).unwrap_or_default();
            let ends = self.ends.get_mut(ended..).unwrap_or_default();
            let (result, taken, wrote, closed) = self.reader.read_record(bytes, cells, ends);
            self.raw.extend_from_slice(bytes.get(..taken).unwrap_or_default());
            self.lines.pass(bytes.get(..taken).unwrap_or_default());
            consume(&mut self.again, &mut self.input, taken);
            (written, ended) = (written + wrote, ended + closed);
            match result {
                // If the file ends within quotes, the quote was a mistake.
                ReadRecordResult::Record if is_end && self.is_open() => return Err(self.unclosed(begin)),
                ReadRecordResult::Record => break,
                ReadRecordResult::End => return Ok(None),
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => self.cells.resize(self.cells.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
            }
            if self.raw.len() > LIMIT_BYTES {
                return Err(self.unclosed(begin));
            }
        }
        row.clear();
        let mut start = 0;
        for end in self.ends.iter().take(ended) {
            row.push(self.cells.get(start..*end).unwrap_or_default());
            start = *end;
        }
        Ok(Some(begin))
    }

    /// Tells whether the record spans several lines with unpaired quotes.
    fn is_open(&self) -> bool {
        let quotes = self.raw.iter().filter(|byte| **byte == b'"').count();
        quotes % 2 == 1 && self.raw.trim_ascii_end().contains(&b'\n')
    }

    /// Makes the error of an unclosed record. Everything after its first line will be read again.
    fn unclosed(&mut self, begin: u64) -> ImportError {
        let end = self.raw.iter().position(|byte| *byte == b'\n').filter(|_| self.retries > 0);
        let Some(end) = end else {
            let problem = format!("a record of more than {LIMIT_BYTES} bytes: is a quote not closed?");
            return Kind::Csv(problem.into()).on(begin, 1);
        };
        let mut rest = self.raw.split_off(end + 1);
        let from = usize::try_from(self.again.position()).unwrap_or(usize::MAX);
        rest.extend_from_slice(self.again.get_ref().get(from..).unwrap_or_default());
        self.again = io::Cursor::new(rest);
        self.retries -= 1;
        self.reader.reset();
        self.lines = LineCount { line: begin + 1, is_return: false };
        Kind::Quote.on(begin, 1)
    }

    /// Skips line ends, and returns the line of what follows.
    fn seek(&mut self) -> Result<u64, ImportError> {
        loop {
            let line = self.lines.line;
            let bytes = fill(&mut self.again, &mut self.input).map_err(|error| Kind::Io(error).on(line, 1))?;
            let ends = bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            let is_done = ends < bytes.len() || bytes.is_empty();
            self.lines.pass(bytes.get(..ends).unwrap_or_default());
            consume(&mut self.again, &mut self.input, ends);
            if is_done {
                return Ok(self.lines.line + u64::from(self.lines.is_return));
            }
        }
    }
}

/// Returns the next bytes: those to read again, or else those of the input.
fn fill<'b, R: BufRead>(again: &'b mut io::Cursor<Vec<u8>>, input: &'b mut R) -> io::Result<&'b [u8]> {
    if again.position() < again.get_ref().len() as u64 { again.fill_buf() } else { input.fill_buf() }
}

/// Consumes bytes from wherever they came.
fn consume<R: BufRead>(again: &mut io::Cursor<Vec<u8>>, input: &mut R, bytes: usize) {
    if again.position() < again.get_ref().len() as u64 {
        again.consume(bytes);
    } else {
        input.consume(bytes);
    }
}

/// Counts lines that end in LF, CR, or both.
#[derive(Debug)]
struct LineCount {
    line: u64,
    /// Whether the last byte was a CR.
    is_return: bool,
}

impl LineCount {
    fn pass(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if self.is_return && *byte != b'\n' {
                self.line += 1;
            }
            self.is_return = *byte == b'\r';
            self.line += u64::from(*byte == b'\n');
        }
    }
}
