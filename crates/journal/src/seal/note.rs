//! Signed notes: <https://c2sp.org/signed-note>, as far as checkpoints need them.
//!
//! The crate `signed_note` depends on an older generation of the cryptographic crates than `ct-merkle` (`ed25519-dalek`
//! 2, `sha2` 0.10, `rand_core` 0.6), so each would be there twice, and it accepts keys of small order. The format
//! itself is a page.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::key::{SealingKey, VerifierKey, is_name};

/// The maximum size of a note, in bytes.
const NOTE_MAX_BYTES: usize = 1_000_000;

/// The maximum number of signatures in a note.
const SIGNATURES_MAX: usize = 100;

/// A text with signatures, which proves nothing before [`Note::verify`].
///
/// ```
/// use demarche_journal::seal::{Note, SealingKey};
///
/// let key = SealingKey::new("example.org/desk", [7; 32])?;
/// let note = Note::sign("what was said\n", &key)?;
/// let note = Note::parse(&note.to_string())?;
/// assert_eq!(note.verify(&[key.verifier()])?, "what was said\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<SignatureLine>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct SignatureLine {
    name: String,
    id: u32,
    signature: Vec<u8>,
}

/// Says why a text is not a signed note, or why it is not to be trusted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// It is too large.
    #[error("the note is too large: at most 1 000 000 bytes and 100 signatures are read")]
    TooLarge,
    /// A control character.
    #[error("a control character in line {line} of the note")]
    Control {
        /// The line, from 1.
        line: usize,
    },
    /// It lacks the blank line between text and signatures, or a line end.
    #[error("this is no signed note: expected a text, a blank line, and signatures, each with a line end")]
    Shape,
    /// A line should be a signature, but is not.
    #[error("line {line} of the note is no signature: expected `— name base64`")]
    Signature {
        /// The line, from 1.
        line: usize,
    },
    /// There is no signature by any of the keys.
    #[error("the note is not signed by the key {key}: it is another's, or the signature line was altered")]
    NotSigned {
        /// The key; several are joined by `or`.
        key: String,
    },
    /// A signature claims to be by the key, but is not.
    #[error("the signature by {key} does not fit the text: one of them was altered")]
    Forged {
        /// The key.
        key: String,
    },
}

impl NoteError {
    pub(crate) fn not_signed_by(keys: &[VerifierKey]) -> Self {
        Self::NotSigned { key: keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or ") }
    }

    /// Returns the line of the note that is to blame, from 1, if there is one.
    #[must_use]
    pub const fn line(&self) -> Option<usize> {
        match self {
            Self::Control { line } | Self::Signature { line } => Some(*line),
            Self::TooLarge | Self::Shape | Self::NotSigned { .. } | Self::Forged { .. } => None,
        }
    }
}

impl Note {
    /// Signs a text, which ends with a line end.
    ///
    /// # Errors
    ///
    /// [`NoteError::Control`], [`NoteError::Shape`] and [`NoteError::TooLarge`] if a note can't hold the text.
    pub fn sign(text: &str, key: &SealingKey) -> Result<Self, NoteError> {
        checked(text)?;
        if !text.ends_with('\n') {
            return Err(NoteError::Shape);
        }
        Ok(Self::of_checked(text.to_owned(), key))
    }

    /// Signs a text that a note is known to be able to hold.
    pub(crate) fn of_checked(text: String, key: &SealingKey) -> Self {
        let signature = key.sign(text.as_bytes()).to_vec();
        let line = SignatureLine { name: key.name().to_owned(), id: key.verifier().id(), signature };
        Self { text, signatures: vec![line] }
    }

    /// Reads a note. Its signatures are not verified.
    ///
    /// # Errors
    ///
    /// A [`NoteError`] that says what is wrong with its form.
    pub fn parse(note: &str) -> Result<Self, NoteError> {
        checked(note)?;
        let (text, signatures) = note.rsplit_once("\n\n").ok_or(NoteError::Shape)?;
        let signatures = signatures.strip_suffix('\n').ok_or(NoteError::Shape)?;
        let text = format!("{text}\n");
        let first = text.lines().count() + 2;
        let signatures: Result<Vec<SignatureLine>, NoteError> = (first..)
            .zip(signatures.split('\n'))
            .map(|(line, signature)| SignatureLine::parse(signature).ok_or(NoteError::Signature { line }))
            .collect();
        let signatures = signatures?;
        if signatures.len() > SIGNATURES_MAX { Err(NoteError::TooLarge) } else { Ok(Self { text, signatures }) }
    }

    /// Returns the text if one of the keys has signed it: those that the signer has had, one after another.
    ///
    /// Signatures by other keys are ignored. Every signature that claims to be by one of these must be valid.
    ///
    /// # Errors
    ///
    /// [`NoteError::NotSigned`] and [`NoteError::Forged`].
    pub fn verify(&self, keys: &[VerifierKey]) -> Result<&str, NoteError> {
        let mut is_signed = false;
        for key in keys {
            for line in self.signatures.iter().filter(|line| line.name == key.name() && line.id == key.id()) {
                if !key.verifies(self.text.as_bytes(), &line.signature) {
                    return Err(NoteError::Forged { key: key.to_string() });
                }
                is_signed = true;
            }
        }
        if is_signed { Ok(&self.text) } else { Err(NoteError::not_signed_by(keys)) }
    }

    /// Returns the text, whether or not anybody signed it.
    #[must_use]
    pub fn unverified_text(&self) -> &str {
        &self.text
    }
}

/// Refuses a text that a note can't hold.
fn checked(text: &str) -> Result<(), NoteError> {
    if text.len() > NOTE_MAX_BYTES {
        return Err(NoteError::TooLarge);
    }
    let control = (1..).zip(text.split('\n')).find(|(_, line)| line.bytes().any(|byte| byte < 0x20));
    control.map_or(Ok(()), |(line, _)| Err(NoteError::Control { line }))
}

impl SignatureLine {
    fn parse(line: &str) -> Option<Self> {
        let (name, base64) = line.strip_prefix("— ")?.split_once(' ')?;
        let bytes = STANDARD.decode(base64).ok()?;
        let (id, signature) = bytes.split_first_chunk::<4>()?;
        let whole = is_name(name) && !signature.is_empty();
        whole.then(|| Self { name: name.to_owned(), id: u32::from_be_bytes(*id), signature: signature.to_vec() })
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        for line in &self.signatures {
            let bytes = [&line.id.to_be_bytes(), line.signature.as_slice()].concat();
            writeln!(f, "— {} {}", line.name, STANDARD.encode(bytes))?;
        }
        Ok(())
    }
}
