//! Erasing texts of events that are stored, as the law may demand, without breaking what was sealed.
//!
//! The line of the event is rewritten, with [`ERASED`](demarche_core::ERASED) in place of the texts, and a redaction
//! (`event_redacted`) tells who did it, when and why. It has the hash of the line as it was first stored, and of the
//! line as it reads now, and is signed. So a seal over the first still holds, the original is recognized when it comes
//! again, and nobody without the key can pass an alteration for an erasure. `docs/erasing.md` says what it cannot do.

#[cfg(feature = "seal")]
mod erase;
#[cfg(feature = "seal")]
mod erased_line;
mod redactions;
#[cfg(feature = "seal")]
mod signed;

use demarche_core::Hash;
use sha2::{Digest as _, Sha256};

#[cfg(feature = "seal")]
pub use erase::{EraseError, Erasure, ErasurePlan};
#[cfg(feature = "seal")]
pub use erased_line::ErasedLine;
pub use redactions::{Later, Redactions};
#[cfg(feature = "seal")]
pub use signed::{sign_redaction, verify_redaction};

/// Hashes the canonical line of an event, as a seal hashes it.
///
/// ```
/// use demarche_journal::line_hash;
///
/// assert_eq!(line_hash(b"").to_string(), "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=");
/// ```
#[must_use]
pub fn line_hash(line: &[u8]) -> Hash {
    Hash::new(Sha256::new().chain_update([0]).chain_update(line).finalize().into())
}
