//! What can be wrong with a line that should be an expectation.

use std::io;
use std::ops::Range;

use demarche_core::{EdtfError, NameError};

use super::line::FIELDS;
use crate::{ReadingError, Status};

/// Says what is wrong with expectations, and where.
#[derive(Debug, thiserror::Error)]
#[error("line {line}, column {column}: {problem}")]
pub struct ExpectationError {
    /// The number of the line, from 1.
    pub line: u64,
    /// The column in that line, in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub problem: ExpectationProblem,
}

/// What is wrong with an expectation.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExpectationProblem {
    /// The input could not be read. The reader ends there.
    #[error("cannot read on: {0}")]
    Io(io::Error),
    /// The line is not UTF-8.
    #[error("invalid UTF-8: expectations are UTF-8 text")]
    NotUtf8,
    /// The line is not JSON.
    #[error("bad JSON: {0}")]
    Syntax(Box<str>),
    /// The line is JSON, but no object.
    #[error("a line holds one expectation, a JSON object: found {found}")]
    NotAnObject {
        /// What it is.
        found: &'static str,
    },
    /// A key stands twice.
    #[error("duplicate field `{0}`: each may be given once")]
    DuplicateField(Box<str>),
    /// A key that an expectation does not know.
    #[error("unknown field `{0}` in an expectation: expected {fields}", fields = FIELDS.join(", "))]
    UnknownField(Box<str>),
    /// A key that an expectation needs.
    #[error("missing field `{0}` in an expectation")]
    MissingField(&'static str),
    /// A value of another JSON type.
    #[error("wrong type in `{field}`: expected {expected}, found {found}")]
    WrongType {
        /// The key.
        field: &'static str,
        /// What it must be.
        expected: &'static str,
        /// What it is.
        found: &'static str,
    },
    /// No track.
    #[error("bad name in `track`: {0}")]
    Track(NameError),
    /// No status.
    #[error(
        "bad word in `status`: {0:?} is no status: expected {words}, or none",
        words = Status::ALL.map(Status::as_str).join(", ")
    )]
    Status(Box<str>),
    /// No date.
    #[error("bad date in `{field}`: {reason}")]
    Date {
        /// The key.
        field: &'static str,
        /// What is wrong with it.
        reason: EdtfError,
    },
    /// A date without an end, which bounds nothing.
    #[error(
        "bad date in `{field}`: {input:?} has no end, and so bounds nothing: leave the field out, or give the last day"
    )]
    NoEnd {
        /// The key.
        field: &'static str,
        /// The date.
        input: Box<str>,
    },
    /// No reading.
    #[error("bad reading in `reading`: {0}")]
    Reading(ReadingError),
}

/// A problem with the bytes of the line that are to blame.
pub(super) type Misplaced = (ExpectationProblem, Range<usize>);
