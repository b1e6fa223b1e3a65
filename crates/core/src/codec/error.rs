//! What can be wrong with a line.

use std::ops::Range;

use crate::codec::{CURRENT_VERSION, LINE_MAX_BYTES};
use crate::{EdtfError, GradeError, IdError, InstantError, NameError, OccurredError, WordError};

/// Says what is wrong with a line, and where in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind}")]
pub struct DecodeError {
    /// What is wrong.
    pub kind: DecodeErrorKind,
    /// The bytes of the line that are to blame; empty where something is missing.
    pub span: Range<usize>,
}

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeErrorKind {
    /// The line is longer than [`LINE_MAX_BYTES`].
    #[error("line too long: more than {LINE_MAX_BYTES} bytes; an event is far shorter")]
    LineTooLong,
    /// The line is not UTF-8.
    #[error("invalid UTF-8: a log is UTF-8 text")]
    NotUtf8,
    /// The line is not JSON.
    #[error("bad JSON: {0}")]
    Syntax(Box<str>),
    /// A key stands twice in one object.
    #[error("duplicate field `{0}`: each may be given once")]
    DuplicateField(Box<str>),
    /// A key that the object does not know.
    #[error("unknown field `{field}` in {place}: expected {}", expected.join(", "))]
    UnknownField {
        /// The key, cut after 100 characters.
        field: Box<str>,
        /// Which object: `an event`, `source`, or `data` of a type.
        place: Box<str>,
        /// The keys that it knows, in canonical order.
        expected: &'static [&'static str],
    },
    /// A key that the object needs.
    #[error("missing field `{field}` in {place}")]
    MissingField {
        /// The key.
        field: &'static str,
        /// Which object: `an event`, `source`, or `data` of a type.
        place: Box<str>,
    },
    /// A value of another JSON type.
    #[error("wrong type in `{field}`: expected {expected}, found {found}")]
    WrongType {
        /// The key.
        field: Box<str>,
        /// What it must be.
        expected: &'static str,
        /// What it is.
        found: &'static str,
    },
    /// The line is JSON, but no object.
    #[error("a line holds one event, a JSON object: found {found}")]
    NotAnObject {
        /// What it is.
        found: &'static str,
    },
    /// A value that its type refuses.
    #[error("bad {} in `{field}`: {reason}", reason.what())]
    Value {
        /// The key.
        field: Box<str>,
        /// What its type says.
        reason: ValueError,
    },
    /// A list that must name something names nothing.
    #[error("empty list in `{field}`: expected at least one id")]
    EmptyList {
        /// The key.
        field: Box<str>,
    },
    /// A `type` that this version of the program does not know.
    #[error("unknown event type {found:?}: version {CURRENT_VERSION} of the schema has no such type")]
    UnknownType {
        /// The type, cut after 100 characters.
        found: Box<str>,
    },
    /// A `v` above [`CURRENT_VERSION`].
    #[error("schema version {found} is newer than {CURRENT_VERSION}, the newest that this program reads: update it")]
    VersionTooNew {
        /// The version.
        found: u64,
    },
}

/// What a type says of a value that it refuses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(transparent)]
#[allow(missing_docs, reason = "each error documents itself")]
pub enum ValueError {
    Id(#[from] IdError),
    Name(#[from] NameError),
    Date(#[from] EdtfError),
    Occurred(#[from] OccurredError),
    Instant(#[from] InstantError),
    Grade(#[from] GradeError),
    Word(#[from] WordError),
}

impl ValueError {
    const fn what(&self) -> &'static str {
        match self {
            Self::Id(_) => "id",
            Self::Name(_) => "name",
            Self::Date(_) | Self::Occurred(_) => "date",
            Self::Instant(_) => "instant",
            Self::Grade(_) => "grade",
            Self::Word(_) => "word",
        }
    }
}

impl DecodeErrorKind {
    /// Tells whether the line is one that a newer program may have written, rather than a broken one: an unknown type
    /// or a newer version. A reader may pass over such lines and count them.
    #[must_use]
    pub const fn is_unknown(&self) -> bool {
        matches!(self, Self::UnknownType { .. } | Self::VersionTooNew { .. })
    }

    pub(super) const fn at(self, span: Range<usize>) -> DecodeError {
        DecodeError { kind: self, span }
    }
}
