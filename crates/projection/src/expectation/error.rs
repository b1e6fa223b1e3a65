//! What can be wrong with a line that should be an expectation.

use std::io;
use std::ops::Range;

use demarche_core::jsonl::JsonProblem;
use demarche_core::{EdtfError, NameError};

use crate::query::ReadingError;
use crate::state::StatusError;

/// What is wrong with an expectation, and where.
#[derive(Debug, thiserror::Error)]
#[error("line {line}, column {column}: {problem}")]
#[non_exhaustive]
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
    /// The input could not be read. The reader stops.
    #[error("cannot read on: {0}")]
    Io(io::Error),
    /// The line is not a JSON object of the expected form.
    #[error(transparent)]
    Json(JsonProblem),
    /// The track is invalid.
    #[error("bad name in `track`: {0}")]
    Track(NameError),
    /// The status is invalid.
    #[error("bad word in `status`: {0}, or none")]
    Status(StatusError),
    /// The date is invalid.
    #[error("bad date in `{field}`: {reason}")]
    Date {
        /// The key.
        field: Box<str>,
        /// What is wrong with it.
        reason: EdtfError,
    },
    /// A date without an end cannot be a bound.
    #[error(
        "bad date in `{field}`: {input:?} has no end, and so bounds nothing: leave the field out, or give the last day"
    )]
    NoEnd {
        /// The key.
        field: Box<str>,
        /// The date.
        input: Box<str>,
    },
    /// The reading is invalid.
    #[error("bad reading in `reading`: {0}")]
    Reading(ReadingError),
}

/// A problem with the bytes of the line that are to blame.
pub(super) struct Misplaced {
    pub(super) problem: ExpectationProblem,
    pub(super) span: Range<usize>,
}
