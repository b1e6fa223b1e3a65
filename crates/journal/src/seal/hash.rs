//! SHA-256 hashes as defined by RFC 6962, written in base64.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use demarche_core::LineHash;
use sha2::{Digest as _, Sha256};

use crate::erasure::line_hash;

/// A SHA-256 hash of a leaf, a node or a tree, written in base64.
///
/// ```
/// use demarche_journal::seal::Hash;
///
/// let hash = Hash::of_empty_tree();
/// assert_eq!(hash.to_string(), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
/// assert_eq!(hash.to_string().parse(), Ok(hash));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash([u8; 32]);

/// Says that a text is not the base64 of a hash.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{input:?} is not a hash: expected 44 characters of base64")]
#[non_exhaustive]
pub struct HashError {
    /// The text as it was given, cut after 100 characters.
    pub input: Box<str>,
}

impl Hash {
    /// Makes a hash from its bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Returns its bytes.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Hashes a leaf.
    #[must_use]
    pub fn of_leaf(leaf: &[u8]) -> Self {
        line_hash(leaf).into()
    }

    /// Hashes two nodes to their parent.
    #[must_use]
    pub fn of_node(left: &Self, right: &Self) -> Self {
        Self(Sha256::new().chain_update([1]).chain_update(left.0).chain_update(right.0).finalize().into())
    }

    /// Returns the root of a tree without leaves.
    #[must_use]
    pub fn of_empty_tree() -> Self {
        Self(Sha256::digest([]).into())
    }
}

impl From<LineHash> for Hash {
    fn from(hash: LineHash) -> Self {
        Self(*hash.bytes())
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&STANDARD.encode(self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

impl FromStr for Hash {
    type Err = HashError;

    fn from_str(text: &str) -> Result<Self, HashError> {
        let bytes = STANDARD.decode(text).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        bytes.map(Self).ok_or_else(|| HashError { input: cut(text) })
    }
}

/// A text cut after 100 characters.
pub(super) fn cut(text: &str) -> Box<str> {
    text.chars().take(100).collect()
}
