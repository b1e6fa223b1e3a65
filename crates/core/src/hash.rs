//! Hashes, as redactions and seals have them.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A SHA-256 hash, written in base64: of a line, or of a tree of lines (RFC 6962). `demarche-journal` makes them.
///
/// ```
/// use demarche_core::Hash;
///
/// let hash = Hash::new([7; 32]);
/// assert_eq!(hash.to_string(), "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=");
/// assert_eq!(hash.to_string().parse(), Ok(hash));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash([u8; 32]);

/// The text is not a hash.
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
        bytes.map(Self).ok_or_else(|| HashError { input: crate::quote::cut(text) })
    }
}

impl serde::Serialize for Hash {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_text_only_is_the_hash_of_its_bytes() {
        let text = Hash::new([7; 32]).to_string();
        for bad in [
            "",
            "BwcH",
            text.trim_start_matches('B'),
            &text.replace("Bwc=", "Bwd="),
            &format!("{text} "),
            &format!(" {text}"),
        ] {
            assert!(bad.parse::<Hash>().is_err(), "{bad:?}");
        }
    }
}
