//! What a line of an event becomes when texts of it are erased.

use std::collections::BTreeSet;

use demarche_core::codec::canonical;
use demarche_core::{Event, EventId, EventRedacted, Payload, TextField};

use super::erase::{EraseError, check};
use super::line_hash;
use super::signed::verify_redaction;
use crate::seal::VerifierKey;

/// A line of an event without the texts that are erased, and the redaction that it takes: for a store of one's own, as
/// [`Erasure`](super::Erasure) is for files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErasedLine {
    /// The new line, canonical, of the version that the line had.
    pub line: String,
    /// The redaction, without reason and signature; `None` if one that says the same is stored already.
    pub redaction: Option<EventRedacted>,
}

impl ErasedLine {
    /// Erases texts of an event with its line, given the redactions on its track. `key` tells which of them are the
    /// desk's own. Returns `None` if the texts are erased already.
    ///
    /// # Errors
    ///
    /// An [`EraseError`] if the event has no such text, or is a redaction.
    pub fn of(
        event: &Event,
        line: &str,
        fields: &[TextField],
        redactions: &[Event],
        key: &VerifierKey,
    ) -> Result<Option<Self>, EraseError> {
        check(event, fields)?;
        Ok(Self::with(event, line.as_bytes(), fields, &own_redactions(event.id, redactions, key)))
    }

    /// Erases texts of an event with its line, given its redactions.
    pub(super) fn with(event: &Event, line: &[u8], fields: &[TextField], known: &[EventRedacted]) -> Option<Self> {
        let erased = event.erased(fields);
        if erased == *event {
            return None;
        }
        let (before, text) = (canonical(event, line), canonical(&erased, line));
        let (before, redacted) = (line_hash(before.as_bytes()), line_hash(text.as_bytes()));
        let earlier = known.iter().find(|redaction| redaction.redacted == before);
        let original = earlier.map_or(before, |earlier| earlier.original);
        let is_it = |redaction: &EventRedacted| (redaction.original, redaction.redacted) == (original, redacted);
        let all: BTreeSet<TextField> =
            earlier.map_or(&[][..], |earlier| &earlier.fields).iter().chain(fields).copied().collect();
        let redaction = (!known.iter().any(is_it)).then(|| EventRedacted {
            event: event.id,
            fields: all.into_iter().collect(),
            reason: "".into(),
            original,
            redacted,
            signature: "".into(),
        });
        Some(Self { line: text, redaction })
    }
}

/// Returns the redactions of an event among others, as far as they are signed by a key.
pub(super) fn own_redactions(id: EventId, redactions: &[Event], key: &VerifierKey) -> Vec<EventRedacted> {
    let own = redactions.iter().filter_map(|event| {
        let Payload::EventRedacted(redaction) = &event.data else { return None };
        let is_own = redaction.event == id && verify_redaction(event, std::slice::from_ref(key)).is_ok();
        is_own.then(|| redaction.clone())
    });
    own.collect()
}
