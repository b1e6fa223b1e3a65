//! The hash of a line, by which a redaction names what stood there.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The hash of the canonical line of an event, as a seal hashes it: SHA-256 of the byte 0 and the line (RFC 6962). It
/// is written in base64.
///
/// ```
/// use demarche_core::LineHash;
///
/// let hash = LineHash::new([7; 32]);
/// assert_eq!(hash.to_string(), "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=");
/// assert_eq!(hash.to_string().parse(), Ok(hash));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineHash([u8; 32]);

/// The text is not the hash of a line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{input:?} is not a hash: expected 44 characters of base64")]
#[non_exhaustive]
pub struct LineHashError {
    /// The text as it was given, cut after 100 characters.
    pub input: Box<str>,
}

impl LineHash {
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

impl fmt::Display for LineHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&STANDARD.encode(self.0))
    }
}

impl fmt::Debug for LineHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LineHash({self})")
    }
}

impl FromStr for LineHash {
    type Err = LineHashError;

    fn from_str(text: &str) -> Result<Self, LineHashError> {
        let bytes = STANDARD.decode(text).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        bytes.map(Self).ok_or_else(|| LineHashError { input: crate::quote::cut(text) })
    }
}

impl serde::Serialize for LineHash {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_text_only_is_the_hash_of_its_bytes() {
        let text = LineHash::new([7; 32]).to_string();
        for bad in [
            "",
            "BwcH",
            text.trim_start_matches('B'),
            &text.replace("Bwc=", "Bwd="),
            &format!("{text} "),
            &format!(" {text}"),
        ] {
            assert!(bad.parse::<LineHash>().is_err(), "{bad:?}");
        }
    }
}
