//! Checkpoints: <https://c2sp.org/tlog-checkpoint>.

use demarche_core::{Hash, HashError};

use super::hash::cut;
use super::key::{SealingKey, VerifierKey, is_name};
use super::note::{Note, NoteError};
use super::tree::Tree;

/// The maximum number of leaves in a tree. Beyond that, the arithmetic of proofs would overflow.
const SIZE_MAX: u64 = 1 << 48;

/// How many events a log had, and which: the content of a checkpoint whose signature was verified.
///
/// In text, it is three lines within a signed note:
///
/// ```
/// use demarche_journal::seal::{Checkpoint, SealingKey, Tree};
///
/// let key = SealingKey::new("example.org/desk", [7; 32])?;
/// let sealed = Checkpoint::of(&Tree::new(), "example.org/desk")?.sign(&key);
/// let text = "example.org/desk\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n";
/// assert!(sealed.starts_with(&format!("{text}\n— example.org/desk ")));
/// assert!(Checkpoint::open(&sealed.replace("\n0\n", "\n1\n"), &[key.verifier()], "example.org/desk").is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    origin: Box<str>,
    size: u64,
    root: Hash,
}

/// Says why a text is not a checkpoint, or not one to trust.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// The note is malformed, or not signed by the key.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The text lacks a line.
    #[error("a checkpoint has three lines: the origin, the number of events and the root; this has {found}")]
    Lines {
        /// The number of lines.
        found: usize,
    },
    /// The origin is invalid.
    #[error("{origin:?} is no origin of a checkpoint: expected a name such as example.org/desk")]
    Origin {
        /// The origin, cut after 100 characters.
        origin: Box<str>,
    },
    /// The number of events is invalid.
    #[error("{found:?} is no number of events")]
    Size {
        /// The line, cut after 100 characters.
        found: Box<str>,
    },
    /// The root is invalid.
    #[error("bad root of the tree: {0}")]
    Root(#[from] HashError),
    /// It is a checkpoint of another log.
    #[error("the checkpoint is of {found:?}, and not of {wanted:?}")]
    OtherOrigin {
        /// Its origin, cut after 100 characters.
        found: Box<str>,
        /// The origin asked for.
        wanted: Box<str>,
    },
}

impl CheckpointError {
    /// Returns the line of the checkpoint that is to blame, from 1, if there is one.
    #[must_use]
    pub const fn line(&self) -> Option<usize> {
        match self {
            Self::Note(error) => error.line(),
            Self::Lines { .. } => None,
            Self::Origin { .. } | Self::OtherOrigin { .. } => Some(1),
            Self::Size { .. } => Some(2),
            Self::Root(_) => Some(3),
        }
    }
}

impl Checkpoint {
    /// Makes the checkpoint of a tree.
    ///
    /// # Errors
    ///
    /// [`CheckpointError::Origin`] if the origin is empty, or has white space, control characters or `+`.
    pub fn of(tree: &Tree, origin: &str) -> Result<Self, CheckpointError> {
        if is_name(origin) {
            Ok(Self { origin: origin.into(), size: tree.size(), root: tree.root() })
        } else {
            Err(CheckpointError::Origin { origin: cut(origin) })
        }
    }

    /// Signs the checkpoint, and returns the note.
    #[must_use]
    pub fn sign(&self, key: &SealingKey) -> String {
        Note::of_checked(format!("{}\n{}\n{}\n", self.origin, self.size, self.root), key).to_string()
    }

    /// Reads a note, and returns the checkpoint if one of the keys has signed it and it has that origin.
    ///
    /// # Errors
    ///
    /// A [`CheckpointError`] that says what is wrong.
    pub fn open(note: &str, keys: &[VerifierKey], origin: &str) -> Result<Self, CheckpointError> {
        let checkpoint = Self::of_text(Note::parse(note)?.verify(keys)?)?;
        if *checkpoint.origin == *origin {
            Ok(checkpoint)
        } else {
            Err(CheckpointError::OtherOrigin { found: cut(&checkpoint.origin), wanted: origin.into() })
        }
    }

    /// Reads a note without checking its signatures. It proves nothing.
    ///
    /// # Errors
    ///
    /// A [`CheckpointError`] that says what is wrong with its form.
    pub fn of_unverified(note: &str) -> Result<Self, CheckpointError> {
        Self::of_text(Note::parse(note)?.unverified_text())
    }

    fn of_text(text: &str) -> Result<Self, CheckpointError> {
        let lines: Vec<&str> = text.strip_suffix('\n').unwrap_or(text).split('\n').collect();
        // Further lines are for others to read; the specification leaves them open.
        let [origin, size, root, ..] = *lines.as_slice() else {
            return Err(CheckpointError::Lines { found: lines.len() });
        };
        if origin.is_empty() {
            return Err(CheckpointError::Origin { origin: "".into() });
        }
        let canonical = |number: &u64| *number <= SIZE_MAX && number.to_string() == size;
        let size = size.parse().ok().filter(canonical).ok_or_else(|| CheckpointError::Size { found: cut(size) })?;
        Ok(Self { origin: origin.into(), size, root: root.parse()? })
    }

    /// Returns the name of the log.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Returns the number of events.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Returns the root of their tree.
    #[must_use]
    pub const fn root(&self) -> Hash {
        self.root
    }
}
