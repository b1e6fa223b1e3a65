//! What can be wrong with a row, and where.

use std::io;

use demarche_core::codec::DecodeErrorKind;
use demarche_core::jsonl::{Excerpt, JsonProblem, locate};
use demarche_core::{EdtfError, EventId, InstantError};

/// An error in a row, and its place.
#[derive(Debug, thiserror::Error)]
#[error("line {line}, column {column}: {kind}")]
#[non_exhaustive]
pub struct ImportError {
    /// The line on which the row begins, from 1.
    pub line: u64,
    /// The position in that line, in characters from 1; for a CSV record, the number of the cell.
    pub column: usize,
    /// The text to blame and its surroundings, which are untrusted. Empty if the row is not a single line.
    pub excerpt: Box<Excerpt>,
    /// The kind of error.
    pub kind: ImportErrorKind,
}

/// The kind of error in a row.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportErrorKind {
    /// The number of columns is wrong.
    #[error("a row of {found} columns: {expected}")]
    Columns {
        /// The columns that the format has.
        expected: &'static str,
        /// The number of columns found.
        found: usize,
    },
    /// The header is not that of the format, or lacks a column.
    #[error("the header has no column `{0}`: check the format that was named, or the mapping of csv")]
    NoColumn(Box<str>),
    /// A value that is invalid in its column.
    #[error("bad value in `{column}`: {reason}")]
    Value {
        /// The column, as the format names it.
        column: Box<str>,
        /// The reason.
        reason: CellError,
    },
    /// The row does not make a valid event.
    #[error("no event: {0}")]
    Event(DecodeErrorKind),
    /// The text is not a CloudEvent, or not one of Demarche's form.
    #[error("no CloudEvent: {0}")]
    CloudEvent(Box<str>),
    /// The row has the id of an earlier row, but says something else.
    #[error(
        "the id {id} is that of the row on line {line}{of}, which says something else: give one of them another id, or \
         take out the row that is wrong"
    )]
    SameId {
        /// The id of both events.
        id: EventId,
        /// The line on which the earlier row begins.
        line: u64,
        /// The input of the earlier row, if it is another.
        of: &'static str,
    },
    /// The journal has this row, but there it says something else.
    #[error(
        "the journal has this row as {0}, and there it says something else: retract that entry \
         (`demarche retract {0}`) and give the row another id, or undo the change"
    )]
    Changed(EventId),
    /// A byte that is not UTF-8, in a cell that is read.
    #[error("the byte 0x{0:02X} is no UTF-8: --encoding windows-1252 reads what older programs save")]
    NotUtf8(u8),
    /// A quote is never closed. Reading continues on the next line.
    #[error("a quote is never closed: what stands in it would go to the end of the file, or for more than a mebibyte")]
    Quote,
    /// The header has a byte that is not UTF-8, so columns cannot be found. The reader stops.
    #[error(
        "the header has the byte 0x{0:02X}, which is no UTF-8: --encoding windows-1252 reads what older programs save"
    )]
    HeaderNotUtf8(u8),
    /// Another kind of file: what it looks like, and what to do. The reader stops.
    #[error("this is no text that can be imported: its first bytes look like {0}")]
    NotText(&'static str),
    /// A line that cannot be read at all.
    #[error(transparent)]
    Line(JsonProblem),
    /// Text that cannot be split into rows. The reader stops.
    #[error("bad CSV: {0}")]
    Csv(Box<str>),
    /// The input cannot be read. The reader stops.
    #[error("cannot read on: {0}")]
    Io(#[from] io::Error),
}

/// What is wrong with a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CellError {
    /// A required value is missing.
    #[error("it is empty")]
    Empty,
    /// An invalid date.
    #[error(transparent)]
    Date(#[from] EdtfError),
    /// A valid date, but not a single day.
    #[error("{0:?} is not a single day: expected {1}")]
    NotADay(Box<str>, &'static str),
    /// A date in a spreadsheet format.
    #[error(
        "{found:?} is a date of a spreadsheet: write {write}, or tell the mapping how the sheet writes its dates, such \
         as date_format = \"{form}\""
    )]
    SheetDate {
        /// The text, shortened.
        found: Box<str>,
        /// How to write it.
        write: Box<str>,
        /// A format that would read it.
        form: &'static str,
    },
    /// A day later than the one on which the row was recorded.
    #[error(
        "{0} is after the row was recorded, on {1}: nothing is known before it happens; what is to come is a `when`"
    )]
    Ahead(Box<str>, Box<str>),
    /// A reference that matches no entry, or several.
    #[error("{found:?} does not say which entry is meant: {problem}")]
    NoEntry {
        /// The reference, shortened.
        found: Box<str>,
        /// The reason.
        problem: Box<str>,
    },
    /// An invalid instant.
    #[error(transparent)]
    Instant(#[from] InstantError),
    /// An invalid number.
    #[error("{0:?} is not a number: expected the digits of an id")]
    NotANumber(Box<str>),
    /// A word that is unknown in this place.
    #[error("{found:?} is not {expected}")]
    Unexpected {
        /// The word, shortened.
        found: Box<str>,
        /// The words that are known.
        expected: Box<str>,
    },
    /// The row does not state when it was recorded.
    #[error("when it was recorded is not said: name a column, or give --recorded")]
    NotRecorded,
}

impl ImportErrorKind {
    /// Tells whether reading must stop: the input as a whole is broken, not just a row.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Io(_) | Self::Csv(_) | Self::NoColumn(_) | Self::HeaderNotUtf8(_) | Self::NotText(_))
    }

    pub(super) fn value(column: &str, reason: impl Into<CellError>) -> Self {
        Self::Value { column: column.into(), reason: reason.into() }
    }

    /// Places the error at a range within a line.
    pub(super) fn at(self, line: &[u8], number: u64, span: std::ops::Range<usize>) -> ImportError {
        let (column, excerpt) = locate(line, span);
        ImportError { line: number, column, excerpt: Box::new(excerpt), kind: self }
    }

    /// Places the error in a row that has no line to show. `column` counts fields, or is 1.
    pub(super) fn on(self, line: u64, column: usize) -> ImportError {
        ImportError { line, column, excerpt: Box::default(), kind: self }
    }
}

/// Shortens a text for quoting in an error.
pub(super) fn cut(text: &str) -> Box<str> {
    match text.char_indices().nth(100) {
        None => text.into(),
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()).into(),
    }
}
