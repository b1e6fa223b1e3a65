//! Places where a log is not, byte for byte, in the form in which it is sealed.

use demarche_core::jsonl::{Excerpt, locate};

/// The first byte of a line that differs from the canonical line. `demarche fmt` corrects it, and changes no event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not byte for byte the canonical line: {kind}")]
pub struct Stray {
    /// The line, from 1.
    pub line: u64,
    /// The column, in characters from 1.
    pub column: usize,
    /// The text at the place, and around it.
    pub excerpt: Excerpt,
    /// What is wrong.
    pub kind: StrayKind,
}

/// What is not canonical.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StrayKind {
    /// A byte order mark before the first line.
    #[error("a byte order mark stands before it")]
    ByteOrderMark,
    /// A blank line.
    #[error("a blank line stands here")]
    BlankLine,
    /// No line end, or one that is not a line feed alone.
    #[error("its line end is not LF alone")]
    LineEnd,
    /// The event is written differently.
    #[error("here stands {found:?}, and it has {canonical:?}")]
    Spelling {
        /// The actual character; empty at the end of the line.
        found: String,
        /// The expected character; empty at the end of the line.
        canonical: String,
    },
}

impl Stray {
    /// Makes the stray of a whole line.
    pub(super) fn at_line(line: u64, kind: StrayKind) -> Self {
        Self { line, column: 1, excerpt: Excerpt::default(), kind }
    }

    /// Returns the first difference of a line, without its line end, from the canonical one, or `None` if they are the
    /// same.
    pub(super) fn in_line(line: u64, found: &[u8], canonical: &str) -> Option<Self> {
        if found == canonical.as_bytes() {
            return None;
        }
        // The line of an event is UTF-8.
        let text = String::from_utf8_lossy(found);
        let common = text.chars().zip(canonical.chars()).take_while(|(one, other)| one == other);
        let start = common.map(|(one, _)| one.len_utf8()).sum();
        let at =
            |text: &str| text.get(start..).and_then(|rest| rest.chars().next()).map_or_else(String::new, Into::into);
        let (stands, canonical) = (at(&text), at(canonical));
        let (column, excerpt) = locate(found, start..start + stands.len());
        Some(Self { line, column, excerpt, kind: StrayKind::Spelling { found: stands, canonical } })
    }
}
