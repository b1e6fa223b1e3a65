//! What is known to be erased: an event, and the same event with texts erased, are one.

use std::borrow::Borrow;
use std::collections::HashMap;

use demarche_core::codec::canonical_lines;
use demarche_core::{ERASED, Event, EventId, EventRedacted, Hash, Payload, TextField};

use super::line_hash;

/// The redactions among some events, by the event whose texts they erased.
///
/// An event and the same event with texts erased differ, and are one event all the same. A redaction shows that: it has
/// the hashes of both lines. That needs no signature, since everything but the erased texts is compared, too; it is a
/// seal that asks who signed.
///
/// ```
/// use demarche_core::codec::{decode, encode};
/// use demarche_core::{EventRedacted, TextField};
/// use demarche_journal::{Later, Redactions, line_hash};
///
/// let line = r#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":3,"type":"track_stalled","track":"us-ru","occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","source":{"who":"izvestia","attribution":"media"},"note":"heard from A. Smith","data":{}}"#;
/// let original = decode(line.as_bytes())?;
/// let erased = original.erased(&[TextField::Note]);
/// let mut redaction = original.clone();
/// redaction.id = "0199f3c0-5a00-7000-8000-000000000002".parse()?;
/// redaction.data = EventRedacted {
///     event: original.id,
///     fields: vec![TextField::Note],
///     reason: "asked for by the person named".into(),
///     original: line_hash(line.as_bytes()),
///     redacted: line_hash(encode(&erased).as_bytes()),
///     signature: "".into(),
/// }
/// .into();
/// let redactions: Redactions = [&redaction].into_iter().collect();
/// assert_eq!(redactions.later(&original, &erased), Some(Later::Second));
/// assert_eq!(Redactions::default().later(&original, &erased), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Redactions {
    /// Only looked up, never iterated.
    of: HashMap<EventId, Vec<EventRedacted>>,
}

/// Which of two forms of an event came later: it has more texts erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Later {
    /// The first, or both are the same.
    First,
    /// The second.
    Second,
}

impl Redactions {
    /// Notes an event, if it is a redaction.
    pub fn note(&mut self, event: &Event) {
        if let Payload::EventRedacted(redaction) = &event.data {
            self.of.entry(redaction.event).or_default().push(redaction.clone());
        }
    }

    /// Tells whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.of.is_empty()
    }

    /// Returns which of two events of one id is the later form of the other, or `None` if they are different events.
    #[must_use]
    pub fn later(&self, first: &Event, second: &Event) -> Option<Later> {
        if first == second || self.is_later(first, second) {
            Some(Later::First)
        } else {
            self.is_later(second, first).then_some(Later::Second)
        }
    }

    /// Tells whether one event is another with texts erased, and redactions lead from both to one original.
    fn is_later(&self, later: &Event, earlier: &Event) -> bool {
        if later.id != earlier.id || !self.of.contains_key(&later.id) {
            return false;
        }
        let is_erased = |field: &TextField| later.text(*field) == Some(ERASED);
        let erased: Vec<TextField> = TextField::ALL.iter().copied().filter(is_erased).collect();
        if earlier.erased(&erased) != *later {
            return false;
        }
        let [now, before] = [later, earlier].map(|event| self.originals(event));
        now.iter().any(|original| before.contains(original))
    }

    /// Returns the hashes of the lines from which an event can stem: its own, or those that were erased to it.
    fn originals(&self, event: &Event) -> Vec<Hash> {
        canonical_lines(event).map(|line| self.original(event.id, line_hash(line.as_bytes()))).collect()
    }

    /// Returns the hash of the line as which an event was first stored, given the hash of its line.
    pub(crate) fn original(&self, id: EventId, line: Hash) -> Hash {
        let all = self.of.get(&id).map_or(&[][..], Vec::as_slice);
        let mut original = line;
        // Redactions that lead in a circle are forged: each is followed once.
        for _ in all {
            match all.iter().find(|redaction| redaction.redacted == original) {
                Some(redaction) => original = redaction.original,
                None => break,
            }
        }
        original
    }
}

impl<E: Borrow<Event>> FromIterator<E> for Redactions {
    fn from_iter<I: IntoIterator<Item = E>>(events: I) -> Self {
        let mut redactions = Self::default();
        events.into_iter().for_each(|event| redactions.note(event.borrow()));
        redactions
    }
}
