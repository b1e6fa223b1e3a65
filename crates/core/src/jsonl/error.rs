//! What can be wrong with a line of JSON.

use std::ops::Range;

use super::LINE_MAX_BYTES;

/// What is wrong with a line, and where in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
#[non_exhaustive]
pub struct JsonError {
    /// What is wrong.
    pub problem: JsonProblem,
    /// The bytes of the line that are to blame; empty if something is missing.
    pub span: Range<usize>,
}

/// What is wrong with a line of JSON.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JsonProblem {
    /// The line is longer than [`LINE_MAX_BYTES`].
    #[error("line too long: more than {LINE_MAX_BYTES} bytes")]
    LineTooLong,
    /// The line is not UTF-8.
    #[error("invalid UTF-8: a log is UTF-8 text")]
    NotUtf8,
    /// The line is not JSON.
    #[error("bad JSON: {0}")]
    Syntax(Box<str>),
    /// The line is JSON, but not an object.
    #[error("a line holds {expected}, a JSON object: found {found}")]
    NotAnObject {
        /// What it should hold: `an event`.
        expected: &'static str,
        /// What it is instead.
        found: &'static str,
    },
    /// A key occurs twice in one object.
    #[error("duplicate field `{0}`: each may be given once")]
    DuplicateField(Box<str>),
    /// A key that the object does not know.
    #[error("unknown field `{field}` in {object}: expected {}", expected.join(", "))]
    UnknownField {
        /// The key, cut after 100 characters.
        field: Box<str>,
        /// Which object: `an event`, `source`, or `data` of a type.
        object: Box<str>,
        /// The keys that it knows, in canonical order.
        expected: &'static [&'static str],
    },
    /// A key that the object needs.
    #[error("missing field `{field}` in {object}")]
    MissingField {
        /// The key.
        field: &'static str,
        /// Which object: `an event`, `source`, or `data` of a type.
        object: Box<str>,
    },
    /// A value of another JSON type.
    #[error("wrong type in `{field}`: expected {expected}, found {found}")]
    WrongType {
        /// The key.
        field: Box<str>,
        /// What it must be.
        expected: &'static str,
        /// What it is instead.
        found: &'static str,
    },
}

impl JsonProblem {
    pub(crate) const fn at(self, span: Range<usize>) -> JsonError {
        JsonError { problem: self, span }
    }
}
