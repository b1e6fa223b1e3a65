//! Records of CSV, one after the other, each with the line on which it begins.

use std::io::BufRead;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use demarche_core::jsonl::LINE_MAX_BYTES;

use super::cells::Row;
use super::error::{ImportError, ImportErrorKind as Kind};

/// Reads records.
pub(super) struct Records<R> {
    input: R,
    reader: Reader,
    lines: LineCount,
    /// The cells of a record, and where each ends.
    cells: Vec<u8>,
    ends: Vec<usize>,
}

/// What may be read for one record: a quote that is never closed must not take in the whole file.
const LIMIT_BYTES: usize = LINE_MAX_BYTES;

impl<R: BufRead> Records<R> {
    /// Reads an input from a line of a file on.
    pub(super) fn new(input: R, separator: u8, line: u64) -> Self {
        let reader = ReaderBuilder::new().delimiter(separator).build();
        let lines = LineCount { line, is_return: false };
        Self { input, reader, lines, cells: vec![0; 1024], ends: vec![0; 64] }
    }

    /// Reads the next record into a row; the line on which it begins, or `None` at the end.
    pub(super) fn next(&mut self, row: &mut Row) -> Result<Option<u64>, ImportError> {
        let begin = self.seek()?;
        let (mut read, mut written, mut ended) = (0, 0, 0);
        loop {
            let bytes = self.input.fill_buf().map_err(|error| Kind::Io(error).on(begin, 1))?;
            let cells = self.cells.get_mut(written..).unwrap_or_default();
            let ends = self.ends.get_mut(ended..).unwrap_or_default();
            let (result, taken, wrote, closed) = self.reader.read_record(bytes, cells, ends);
            self.lines.pass(bytes.get(..taken).unwrap_or_default());
            self.input.consume(taken);
            (read, written, ended) = (read + taken, written + wrote, ended + closed);
            match result {
                ReadRecordResult::Record => break,
                ReadRecordResult::End => return Ok(None),
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => self.cells.resize(self.cells.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
            }
            if read > LIMIT_BYTES {
                let problem = format!("a record of more than {LIMIT_BYTES} bytes: is a quote not closed?");
                return Err(Kind::Csv(problem.into()).on(begin, 1));
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

    /// Passes over the ends of lines; the line on which what follows stands.
    fn seek(&mut self) -> Result<u64, ImportError> {
        loop {
            let line = self.lines.line;
            let bytes = self.input.fill_buf().map_err(|error| Kind::Io(error).on(line, 1))?;
            let ends = bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            let is_done = ends < bytes.len() || bytes.is_empty();
            self.lines.pass(bytes.get(..ends).unwrap_or_default());
            self.input.consume(ends);
            if is_done {
                return Ok(self.lines.line + u64::from(self.lines.is_return));
            }
        }
    }
}

/// Counts lines that end in a line feed, a carriage return, or both.
#[derive(Debug)]
struct LineCount {
    line: u64,
    /// Whether the last byte was a carriage return.
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
