//! Records of CSV, by the names of their columns.

use std::io::{self, BufRead, Read};

use csv::{ErrorKind, ReaderBuilder, StringRecord};
use demarche_core::jsonl::{Excerpt, JsonProblem, LINE_MAX_BYTES};

use super::error::{CellError, ImportError, ImportErrorKind as Kind, cut};
use super::mark::Unmarked;

/// Reads records behind a header.
pub(super) struct Records<R> {
    reader: csv::Reader<Limited<R>>,
    header: Option<StringRecord>,
    record: StringRecord,
}

impl<R: BufRead> Records<R> {
    pub(super) fn new(input: R) -> Self {
        let input = Limited { input: Unmarked::new(input), left: LIMIT_BYTES };
        let reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(input);
        Self { reader, header: None, record: StringRecord::new() }
    }

    /// Reads the header, once; the places of the named columns in it. `None` if the input is empty.
    pub(super) fn columns(&mut self, names: &[&str]) -> Result<Option<Vec<usize>>, ImportError> {
        if self.header.is_none() {
            let mut header = StringRecord::new();
            if !self.reader.read_record(&mut header).map_err(|error| of_csv(error, 1))? {
                return Ok(None);
            }
            self.header = Some(header);
        }
        let header = self.header.as_ref();
        let place = |name: &&str| {
            let found = header.and_then(|header| header.iter().position(|cell| cell.trim() == *name));
            found.ok_or_else(|| Kind::NoColumn((*name).into()).on(1, 1))
        };
        names.iter().map(place).collect::<Result<_, _>>().map(Some)
    }

    /// Reads the next record; returns `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Record<'_>>, ImportError> {
        self.reader.get_mut().left = LIMIT_BYTES;
        let begin = self.reader.position().line();
        if !self.reader.read_record(&mut self.record).map_err(|error| of_csv(error, begin))? {
            return Ok(None);
        }
        let line = self.record.position().map_or(0, csv::Position::line);
        let expected = self.header.as_ref().map_or(0, StringRecord::len);
        if self.record.len() != expected {
            let kind = Kind::Columns { expected: "the header has another number", found: self.record.len() };
            return Err(kind.on(line, 1));
        }
        Ok(Some(Record { cells: &self.record, line }))
    }
}

/// A record.
pub(super) struct Record<'r> {
    cells: &'r StringRecord,
    pub(super) line: u64,
}

impl<'r> Record<'r> {
    /// The text of a cell, without the white space around it.
    pub(super) fn at(&self, cell: usize) -> &'r str {
        self.cells.get(cell).unwrap_or_default().trim()
    }

    /// The error of a cell; its column counts cells.
    pub(super) fn bad(&self, cell: usize, column: &str, reason: impl Into<CellError>) -> ImportError {
        self.blame(cell, Kind::value(column, reason))
    }

    pub(super) fn blame(&self, cell: usize, kind: Kind) -> ImportError {
        let excerpt = Box::new(Excerpt { blamed: cut(self.at(cell)), ..Excerpt::default() });
        ImportError { excerpt, ..kind.on(self.line, cell + 1) }
    }
}

#[allow(clippy::wildcard_enum_match_arm, reason = "a reader of records gives no other")]
fn of_csv(error: csv::Error, begin: u64) -> ImportError {
    let line = error.position().map_or(begin, csv::Position::line);
    match error.into_kind() {
        ErrorKind::Io(error) if error.kind() == io::ErrorKind::InvalidData => {
            Kind::Csv(error.to_string().into()).on(line, 1)
        }
        ErrorKind::Io(error) => Kind::Io(error).on(line, 1),
        ErrorKind::Utf8 { err, .. } => Kind::Line(JsonProblem::NotUtf8).on(line, err.field() + 1),
        _ => Kind::Csv("it cannot be told into records".into()).on(line, 1),
    }
}

/// What may be read for one record, beyond what was read ahead: a quote that is never closed must not take in the
/// whole file.
const LIMIT_BYTES: usize = LINE_MAX_BYTES;

/// An input of which only so much may be read before somebody grants more.
struct Limited<R> {
    input: Unmarked<R>,
    left: usize,
}

impl<R: BufRead> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            let problem = format!("a record of more than {LIMIT_BYTES} bytes: is a quote not closed?");
            return Err(io::Error::new(io::ErrorKind::InvalidData, problem));
        }
        let most = self.left.min(buffer.len());
        let read = self.input.read(buffer.get_mut(..most).unwrap_or_default())?;
        self.left -= read;
        Ok(read)
    }
}
