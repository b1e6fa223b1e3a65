//! What can be wrong with a row, and where.

use std::io;

use demarche_core::codec::DecodeErrorKind;
use demarche_core::jsonl::{Excerpt, JsonProblem, locate};
use demarche_core::{EdtfError, EventId, InstantError};

/// Says what is wrong with a row, and where it stands.
#[derive(Debug, thiserror::Error)]
#[error("line {line}, column {column}: {kind}")]
#[non_exhaustive]
pub struct ImportError {
    /// The line on which the row begins, from 1.
    pub line: u64,
    /// The place in that line, in characters from 1; of a record of CSV, the number of the cell.
    pub column: usize,
    /// What of the line is to blame, and what stands around it: untrusted text. Empty where the row is not a line.
    pub excerpt: Box<Excerpt>,
    /// What is wrong.
    pub kind: ImportErrorKind,
}

/// What is wrong with a row.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportErrorKind {
    /// Not as many columns as the format has.
    #[error("a row of {found} columns: {expected}")]
    Columns {
        /// What the format has.
        expected: &'static str,
        /// How many there are.
        found: usize,
    },
    /// A header that is not that of the format, or names no such column.
    #[error("the header has no column `{0}`: check the format that was named, or the mapping of csv")]
    NoColumn(Box<str>),
    /// A value that its column must not have.
    #[error("bad value in `{column}`: {reason}")]
    Value {
        /// The column, as the format calls it.
        column: Box<str>,
        /// What is wrong with it.
        reason: CellError,
    },
    /// A row that makes no event.
    #[error("no event: {0}")]
    Event(DecodeErrorKind),
    /// A CloudEvent that is none, or not as the export writes it.
    #[error("no CloudEvent: {0}")]
    CloudEvent(Box<str>),
    /// A row with the id of an earlier row that says something else.
    #[error(
        "the id {id} is that of the row on line {line}{of}, which says something else: give one of them another id, or \
         take out the row that is wrong"
    )]
    SameId {
        /// The id of both events.
        id: EventId,
        /// The line on which the earlier row begins.
        line: u64,
        /// Of which input, where it is another.
        of: &'static str,
    },
    /// A row that the journal has, where it says something else.
    #[error(
        "the journal has this row as {0}, and there it says something else: retract that entry \
         (`demarche retract {0}`) and give the row another id, or undo the change"
    )]
    Changed(EventId),
    /// A byte that is no UTF-8, in a cell that is read.
    #[error("the byte 0x{0:02X} is no UTF-8: --encoding windows-1252 reads what older programs save")]
    NotUtf8(u8),
    /// A quote that is never closed. Reading goes on with the next line.
    #[error("a quote is never closed: what stands in it would go to the end of the file, or for more than a mebibyte")]
    Quote,
    /// A header with such a byte, so that a column can't be found. The reader ends there.
    #[error(
        "the header has the byte 0x{0:02X}, which is no UTF-8: --encoding windows-1252 reads what older programs save"
    )]
    HeaderNotUtf8(u8),
    /// Another kind of file: what it looks like, and what to do. The reader ends there.
    #[error("this is no text that can be imported: its first bytes look like {0}")]
    NotText(&'static str),
    /// A line that cannot be read at all.
    #[error(transparent)]
    Line(JsonProblem),
    /// Text in which rows cannot be told apart. The reader ends there.
    #[error("bad CSV: {0}")]
    Csv(Box<str>),
    /// The input could not be read. The reader ends there.
    #[error("cannot read on: {0}")]
    Io(#[from] io::Error),
}

/// What is wrong with a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CellError {
    /// Nothing, where something must be.
    #[error("it is empty")]
    Empty,
    /// No date.
    #[error(transparent)]
    Date(#[from] EdtfError),
    /// A date, but not of one day.
    #[error("{0:?} is not a single day: expected {1}")]
    NotADay(Box<str>, &'static str),
    /// A date as a spreadsheet shows it.
    #[error(
        "{found:?} is a date of a spreadsheet: write {write}, or tell the mapping how the sheet writes its dates, such \
         as date_format = \"{form}\""
    )]
    SheetDate {
        /// The text, cut.
        found: Box<str>,
        /// How to write it.
        write: Box<str>,
        /// A form in which it can be read.
        form: &'static str,
    },
    /// A day behind the one on which the row was recorded.
    #[error(
        "{0} is after the row was recorded, on {1}: nothing is known before it happens; what is to come is a `when`"
    )]
    Ahead(Box<str>, Box<str>),
    /// What names no entry, or several.
    #[error("{found:?} does not say which entry is meant: {problem}")]
    NoEntry {
        /// The name, cut.
        found: Box<str>,
        /// Why not.
        problem: Box<str>,
    },
    /// No instant.
    #[error(transparent)]
    Instant(#[from] InstantError),
    /// No number.
    #[error("{0:?} is not a number: expected the digits of an id")]
    NotANumber(Box<str>),
    /// A word that is not known there.
    #[error("{found:?} is not {expected}")]
    Unexpected {
        /// The word, cut.
        found: Box<str>,
        /// What would be.
        expected: Box<str>,
    },
    /// A row that says nothing of when it was recorded.
    #[error("when it was recorded is not said: name a column, or give --recorded")]
    NotRecorded,
}

impl ImportErrorKind {
    /// Tells whether nothing can be read behind this: the input is broken as a whole, not a row of it.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Io(_) | Self::Csv(_) | Self::NoColumn(_) | Self::HeaderNotUtf8(_) | Self::NotText(_))
    }

    pub(super) fn value(column: &str, reason: impl Into<CellError>) -> Self {
        Self::Value { column: column.into(), reason: reason.into() }
    }

    /// The error at a part of a line.
    pub(super) fn at(self, line: &[u8], number: u64, span: std::ops::Range<usize>) -> ImportError {
        let (column, excerpt) = locate(line, span);
        ImportError { line: number, column, excerpt: Box::new(excerpt), kind: self }
    }

    /// The error of a row of which no part can be shown: `column` counts fields, or is 1.
    pub(super) fn on(self, line: u64, column: usize) -> ImportError {
        ImportError { line, column, excerpt: Box::default(), kind: self }
    }
}

/// Cuts an offending text to what an error should quote.
pub(super) fn cut(text: &str) -> Box<str> {
    match text.char_indices().nth(100) {
        None => text.into(),
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()).into(),
    }
}
