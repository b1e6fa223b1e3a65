//! What can be wrong with a line.

use std::ops::Range;

use crate::codec::CURRENT_VERSION;
use crate::jsonl::{JsonError, JsonProblem, Value};
use crate::{EdtfError, GradeError, HashError, IdError, InstantError, NameError, OccurredError, WordError};

/// What is wrong with a line, and where in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind}")]
#[non_exhaustive]
pub struct DecodeError {
    /// What is wrong.
    pub kind: DecodeErrorKind,
    /// The bytes of the line that are to blame; empty if something is missing.
    pub span: Range<usize>,
}

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeErrorKind {
    /// The line is not a JSON object, or its fields are not those of an event.
    #[error(transparent)]
    Json(#[from] JsonProblem),
    /// A value that is invalid for its type.
    #[error("bad {} in `{field}`: {reason}", reason.what())]
    Value {
        /// The key.
        field: Box<str>,
        /// The reason.
        reason: ValueError,
    },
    /// A list is empty that must not be.
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

/// Why a value is invalid for its type.
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
    Hash(#[from] HashError),
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
            Self::Hash(_) => "hash",
            Self::Word(_) => "word",
        }
    }
}

impl DecodeErrorKind {
    /// Tells whether a newer program may have written the line (an unknown type or a newer version), so that it is not
    /// simply broken. A reader may skip such lines and count them.
    #[must_use]
    pub const fn is_unknown(&self) -> bool {
        matches!(self, Self::UnknownType { .. } | Self::VersionTooNew { .. })
    }

    /// Blames a value for the error.
    pub(super) fn blaming(self, value: &Value<'_>) -> DecodeError {
        DecodeError { kind: self, span: value.span() }
    }
}

impl From<JsonError> for DecodeError {
    fn from(error: JsonError) -> Self {
        Self { kind: error.problem.into(), span: error.span }
    }
}
