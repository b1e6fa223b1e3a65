//! Secrets: random bytes from the operating system, what is signed with them, and comparisons that take the same time
//! whatever they find.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// The length of a secret, in bytes.
const SECRET_BYTES: usize = 32;

/// A key that nobody but the server knows.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret([u8; SECRET_BYTES]);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

impl Secret {
    /// Draws a secret from the operating system.
    ///
    /// # Errors
    ///
    /// The error of the system, which has no random bytes.
    pub(crate) fn new() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; SECRET_BYTES];
        getrandom::fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// Reads what [`Self::text`] wrote.
    pub(crate) fn of_text(text: &str) -> Option<Self> {
        URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok().map(Self)
    }

    /// Writes the secret for an address, a header or a file.
    pub(crate) fn text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// Signs parts, of which none can be moved into another.
    pub(crate) fn sign(&self, parts: &[&str]) -> [u8; SECRET_BYTES] {
        // HMAC takes keys of any length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { return [0; SECRET_BYTES] };
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        mac.finalize().into_bytes().into()
    }

    /// Tells whether this is the text of the secret.
    pub(crate) fn is_text(&self, text: &str) -> bool {
        is_same(self.text().as_bytes(), text.as_bytes())
    }
}

/// Returns the hash under which a token is stored. A token has 256 random bits, so nothing slower is needed.
pub(crate) fn hash_of_token(token: &str) -> String {
    encoded(&Sha256::digest(token.as_bytes()))
}

pub(crate) fn encoded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(crate) fn decoded(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// Compares bytes in a time that depends on their lengths alone.
pub(crate) fn is_same(one: &[u8], other: &[u8]) -> bool {
    one.ct_eq(other).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_that_are_moved_have_another_signature() {
        let secret = Secret::new().unwrap();
        assert_ne!(secret.sign(&["ab", "c"]), secret.sign(&["a", "bc"]));
        assert_eq!(secret.sign(&["ab", "c"]), secret.sign(&["ab", "c"]));
        assert_ne!(secret.sign(&["ab"]), Secret::new().unwrap().sign(&["ab"]));
    }

    #[test]
    fn a_secret_is_read_as_it_was_written() {
        let secret = Secret::new().unwrap();
        assert_eq!(Secret::of_text(&secret.text()), Some(secret.clone()));
        assert!(secret.is_text(&secret.text()));
        assert!(!secret.is_text(""));
        assert_eq!(Secret::of_text("short"), None);
        assert_eq!(format!("{secret:?}"), "Secret");
    }
}
