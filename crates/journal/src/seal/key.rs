//! Keys: Ed25519, in the text form of signed notes.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest as _, Sha256};

use super::hash::cut;

/// The signature type of Ed25519 in signed notes.
const ED25519: u8 = 1;

/// The beginning of a private key in text.
const PRIVATE: &str = "PRIVATE+KEY+";

/// Says why a text is not a key, or why no key can be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Signed notes do not allow the name.
    #[error(
        "{name:?} is no name of a key: expected a text without white space, control characters and `+`, such as \
             example.org/desk"
    )]
    Name {
        /// The name, cut after 100 characters.
        name: Box<str>,
    },
    /// A verifier key is malformed.
    #[error("{input:?} is no verifier key: expected name+hash+base64, as `demarche seal --new-key` prints it")]
    Verifier {
        /// The text, cut after 100 characters.
        input: Box<str>,
    },
    /// A private key is malformed. The error does not show the text.
    #[error("this is no private key: expected a line PRIVATE+KEY+name+hash+base64, as `demarche seal --new-key` makes")]
    Private,
    /// The hash in a key does not match its name and its bytes: the key was altered, or copied in part.
    #[error("the hash in the key of {name:?} does not fit its name and its bytes: it was altered, or copied in part")]
    Hash {
        /// The name, cut after 100 characters.
        name: Box<str>,
    },
    /// A key has another signature type.
    #[error("the key of {name:?} is of signature type {found}: only Ed25519, which is 1, is known")]
    Type {
        /// The name, cut after 100 characters.
        name: Box<str>,
        /// The type.
        found: u8,
    },
    /// The operating system has no random numbers.
    #[error("the operating system gives no randomness: {0}")]
    Randomness(getrandom::Error),
}

/// A private key, which signs checkpoints. Its text form is a secret.
#[derive(Clone)]
pub struct SealingKey {
    name: Box<str>,
    key: SigningKey,
}

/// A public key, which verifies checkpoints, written `name+hash+base64`.
///
/// ```
/// use demarche_journal::seal::VerifierKey;
///
/// let text = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
/// let key: VerifierKey = text.parse()?;
/// assert_eq!((key.name(), key.to_string().as_str()), ("PeterNeumann", text));
/// # Ok::<(), demarche_journal::seal::KeyError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: Box<str>,
    key: VerifyingKey,
}

impl SealingKey {
    /// Makes a key from 32 secret bytes.
    ///
    /// # Errors
    ///
    /// [`KeyError::Name`] if signed notes do not allow the name.
    pub fn new(name: &str, secret: [u8; 32]) -> Result<Self, KeyError> {
        Ok(Self { name: checked_name(name)?, key: SigningKey::from_bytes(&secret) })
    }

    /// Makes a key from the operating system's randomness.
    ///
    /// # Errors
    ///
    /// As for [`SealingKey::new`], and [`KeyError::Randomness`] if the system has no random numbers.
    pub fn generate(name: &str) -> Result<Self, KeyError> {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).map_err(KeyError::Randomness)?;
        Self::new(name, secret)
    }

    /// Returns the name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the public key.
    #[must_use]
    pub fn verifier(&self) -> VerifierKey {
        VerifierKey { name: self.name.clone(), key: self.key.verifying_key() }
    }

    /// Writes the private key: `PRIVATE+KEY+name+hash+base64`. Keep it secret.
    #[must_use]
    pub fn secret_text(&self) -> String {
        let id = self.verifier().id();
        format!("{PRIVATE}{}+{id:08x}+{}", self.name, keydata(self.key.as_bytes()))
    }

    pub(super) fn sign(&self, text: &[u8]) -> [u8; 64] {
        self.key.sign(text).to_bytes()
    }
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealingKey").field("name", &self.name).finish_non_exhaustive()
    }
}

impl FromStr for SealingKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let (name, id, bytes) = text.strip_prefix(PRIVATE).and_then(parts).ok_or(KeyError::Private)?;
        let key = Self::new(name, typed(name, &bytes)?.ok_or(KeyError::Private)?)?;
        if key.verifier().id() == id { Ok(key) } else { Err(KeyError::Hash { name: cut(name) }) }
    }
}

impl VerifierKey {
    /// Returns the name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the number by which signatures name the key, together with its name.
    #[must_use]
    pub fn id(&self) -> u32 {
        id_of(&self.name, ED25519, self.key.as_bytes())
    }

    /// Tells whether a signature over a text is by this key. Keys and signatures of small order are refused.
    pub(super) fn verifies(&self, text: &[u8], signature: &[u8]) -> bool {
        let signature = <[u8; 64]>::try_from(signature).map(|bytes| Signature::from_bytes(&bytes));
        signature.is_ok_and(|signature| self.key.verify_strict(text, &signature).is_ok())
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}+{:08x}+{}", self.name, self.id(), keydata(self.key.as_bytes()))
    }
}

impl FromStr for VerifierKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let malformed = || KeyError::Verifier { input: cut(text) };
        if text.starts_with(PRIVATE) {
            // The error does not show the secret.
            return Err(KeyError::Verifier { input: PRIVATE.into() });
        }
        let (name, id, bytes) = parts(text).ok_or_else(malformed)?;
        let bytes = typed(name, &bytes)?.ok_or_else(malformed)?;
        let key = VerifyingKey::from_bytes(&bytes).map_err(|_| malformed())?;
        let key = Self { name: checked_name(name)?, key };
        if key.id() == id { Ok(key) } else { Err(KeyError::Hash { name: cut(name) }) }
    }
}

/// Tells whether signed notes allow the name of a key.
pub(super) fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.chars().any(|c| c.is_whitespace() || c.is_control() || c == '+')
}

fn checked_name(name: &str) -> Result<Box<str>, KeyError> {
    if is_name(name) { Ok(name.into()) } else { Err(KeyError::Name { name: cut(name) }) }
}

fn id_of(name: &str, signature_type: u8, key: &[u8]) -> u32 {
    let hash = Sha256::new().chain_update(name).chain_update([b'\n', signature_type]).chain_update(key).finalize();
    hash.iter().take(4).fold(0, |id, byte| id << 8 | u32::from(*byte))
}

fn keydata(key: &[u8; 32]) -> String {
    let bytes: Vec<u8> = std::iter::once(ED25519).chain(*key).collect();
    STANDARD.encode(bytes)
}

/// Splits a key in text into the name, the hash and the bytes.
fn parts(text: &str) -> Option<(&str, u32, Vec<u8>)> {
    let (name, rest) = text.split_once('+')?;
    let (id, keydata) = rest.split_once('+')?;
    let is_hash = id.len() == 8 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    let id = is_hash.then(|| u32::from_str_radix(id, 16).ok())??;
    Some((name, id, STANDARD.decode(keydata).ok()?))
}

/// Returns the 32 bytes of an Ed25519 key after their type, or `None` if there are fewer or more.
fn typed(name: &str, bytes: &[u8]) -> Result<Option<[u8; 32]>, KeyError> {
    match bytes {
        [ED25519, key @ ..] => Ok(key.try_into().ok()),
        [found, ..] => Err(KeyError::Type { name: cut(name), found: *found }),
        [] => Ok(None),
    }
}
