//! One fact: an event as a fold sees it, in one line of the processor's cache.

use std::cmp::Ordering;

use crate::edtf::Span;
use crate::{Answer, Attribution, Edtf, EventId, EventOrder, EventType, Grade, Instant, TrackKind};

/// What a fold looks at in an event; its names are numbers of [`Facts`](super::Facts).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
// A fold comes by the facts of a track in no order of theirs, and waits for memory once a fact.
#[repr(align(64))]
pub struct Fact {
    /// Its id.
    pub id: EventId,
    /// The first instant at which it can have occurred.
    pub earliest: Instant,
    pub(super) span: Span,
    /// When the desk wrote it down.
    pub recorded: Instant,
    /// The number of its speaker.
    pub who: u32,
    /// The number of what it is on; [`NAMELESS`] where it is on nothing.
    pub(super) subject: u32,
    /// By type: one more than the number of its date or of its targets, or the place of its word.
    pub(super) more: u32,
    /// Its type.
    pub event_type: EventType,
    /// How the words reached the public.
    pub attribution: Attribution,
    /// How good source and information are.
    pub grade: Option<Grade>,
}

const _: () = assert!(size_of::<Fact>() == 64, "a fact fills one line of the cache");

/// The subject of an event that is on nothing.
pub(super) const NAMELESS: u32 = u32::MAX;

impl Fact {
    /// Returns the last nanosecond at which it can have occurred; none where that is unbounded.
    #[must_use]
    #[inline]
    pub fn latest(&self) -> Option<Instant> {
        self.span.end(self.earliest)
    }

    /// Returns the date on which it occurred, to the letter, where that is a day without more: then nobody has to look
    /// at its line for it.
    #[must_use]
    pub fn day(&self) -> Option<Edtf> {
        self.span.is_plain_day().then(|| Edtf::day(self.earliest.date()))?
    }

    /// Returns its place in the order that every fold follows.
    #[must_use]
    pub const fn order(&self) -> EventOrder {
        EventOrder { occurred: self.earliest, recorded: self.recorded, id: self.id }
    }

    /// Compares the places of two facts in that order, without looking further than it must.
    #[must_use]
    pub fn cmp_order(&self, other: &Self) -> Ordering {
        let early = self.earliest.cmp(&other.earliest);
        early.then_with(|| self.recorded.cmp(&other.recorded)).then_with(|| self.id.cmp(&other.id))
    }

    /// Returns the number of what it is on, among all such names; none where it is on nothing.
    #[must_use]
    pub fn subject(&self) -> Option<u32> {
        (self.subject != NAMELESS).then_some(self.subject)
    }

    /// Returns the kind of the track that it opens.
    #[must_use]
    pub fn kind(&self) -> Option<TrackKind> {
        (self.event_type == EventType::TrackOpened).then(|| TrackKind::ALL.get(self.more as usize).copied())?
    }

    /// Returns the answer that it gives to a proposal.
    #[must_use]
    pub fn answer(&self) -> Option<Answer> {
        (self.event_type == EventType::ProposalAnswered).then(|| Answer::ALL.get(self.more as usize).copied())?
    }
}
