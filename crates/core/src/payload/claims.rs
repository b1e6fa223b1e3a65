//! Payloads on what was said: statements, claims about claims, the desk's corrections.

use super::payload;
use crate::{EventId, Hash, Stance, TextField, TopicId};

payload!(
    /// Somebody said something.
    StatementMade {
        /// What was said, in one sentence.
        summary: Box<str>,
        /// The speaker's position.
        stance: Option<Stance>,
        /// The meeting, proposal, agreement or issue of the track that it is about.
        about: Option<TopicId>,
    }
);
payload!(
    /// The source vouches for somebody's claims.
    ClaimConfirmed {
        /// The events.
        claims: Claims,
        /// A summary in one sentence.
        summary: Option<Box<str>>,
    }
);
payload!(
    /// The source says that claims are not so.
    ClaimDenied {
        /// The events.
        claims: Claims,
        /// A summary in one sentence.
        summary: Option<Box<str>>,
    }
);
payload!(
    /// The claims' own source takes them back.
    ClaimWithdrawn {
        /// The events.
        claims: Claims,
        /// A summary in one sentence.
        summary: Option<Box<str>>,
    }
);
payload!(
    /// The desk's own correction: an entry was a mistake.
    EventRetracted {
        /// The event.
        event: EventId,
        /// The reason.
        reason: Box<str>,
    }
);
payload!(
    /// The desk's own housekeeping: texts of an entry were erased, as the law may demand.
    ///
    /// It says nothing about the world, and changes no answer. Its hashes tie the line that is left to the line that
    /// was stored first, so that a seal over the first still holds.
    EventRedacted {
        /// The event.
        event: EventId,
        /// All texts of the event that have been erased, by this and by earlier redactions.
        fields: Vec<TextField>,
        /// The reason.
        reason: Box<str>,
        /// The hash of the line as it was first stored.
        original: Hash,
        /// The hash of the line as it reads now.
        redacted: Hash,
        /// The signature of the desk's sealing key over all of this: a line of a signed note.
        signature: Box<str>,
    }
);

/// The events that a claim about claims names: at least one, as given.
///
/// ```
/// use demarche_core::{Claims, EventId};
///
/// let id: EventId = "0199f3c0-5a00-7000-8000-000000000001".parse()?;
/// assert_eq!(Claims::new(vec![id]).unwrap().ids(), [id]);
/// assert_eq!(Claims::new(vec![]), None);
/// # Ok::<(), demarche_core::IdError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Claims(Box<[EventId]>);

impl Claims {
    /// Makes it from ids; returns `None` if there are none.
    #[must_use]
    pub fn new(ids: Vec<EventId>) -> Option<Self> {
        (!ids.is_empty()).then(|| Self(ids.into()))
    }

    /// Returns the ids, as given.
    #[must_use]
    pub const fn ids(&self) -> &[EventId] {
        &self.0
    }
}

impl From<EventId> for Claims {
    fn from(id: EventId) -> Self {
        Self(Box::new([id]))
    }
}
