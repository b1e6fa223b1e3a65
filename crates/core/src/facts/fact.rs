//! One fact: an event as a fold sees it, in one line of the processor's cache.

use std::cmp::Ordering;

use crate::edtf::DateSpan;
use crate::{Answer, Attribution, Edtf, EventId, EventOrder, EventType, Grade, Instant, Stance, TrackKind};

/// What a fold needs from an event. Its names are numbers in [`Facts`](super::Facts).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
// A fold meets the facts of a track in random order, so each fact costs one wait for memory.
#[repr(align(64))]
pub struct Fact {
    /// Its id.
    pub id: EventId,
    /// The first instant at which it can have occurred.
    pub earliest: Instant,
    pub(super) span: DateSpan,
    /// When the desk wrote it down.
    pub recorded: Instant,
    /// The number of the speaker.
    pub who: u32,
    /// The number of the subject; [`NAMELESS`] if it has none.
    pub(super) subject: u32,
    /// The rest, encoded: see [`More`].
    pub(super) more: u32,
    /// Its type.
    pub event_type: EventType,
    /// How the words reached the public.
    pub attribution: Attribution,
    /// How good source and information are.
    pub grade: Option<Grade>,
}

const _: () = assert!(size_of::<Fact>() == 64, "a fact fills one line of the cache");

/// The subject of an event that has none.
pub(super) const NAMELESS: u32 = u32::MAX;

impl Fact {
    /// Returns the last nanosecond at which it can have occurred, or `None` if that is unbounded.
    #[must_use]
    #[inline]
    pub fn latest(&self) -> Option<Instant> {
        self.span.end(self.earliest)
    }

    /// Returns the date on which it occurred, as written, if that is a plain day, so that its line need not be read.
    #[must_use]
    pub fn day(&self) -> Option<Edtf> {
        self.span.is_plain_day().then(|| Edtf::day(self.earliest.date()))?
    }

    /// Returns when it was told: at the first instant at which it can have occurred, but not after it was recorded.
    #[must_use]
    #[inline]
    pub fn told(&self) -> Instant {
        self.earliest.min(self.recorded)
    }

    /// Returns its place in the order that every fold follows.
    #[must_use]
    pub fn order(&self) -> EventOrder {
        EventOrder { told: self.told(), recorded: self.recorded, id: self.id }
    }

    /// Compares the places of two facts in that order, reading no more fields than needed.
    #[must_use]
    #[inline]
    pub fn cmp_order(&self, other: &Self) -> Ordering {
        let early = self.told().cmp(&other.told());
        early.then_with(|| self.recorded.cmp(&other.recorded)).then_with(|| self.id.cmp(&other.id))
    }

    /// Returns the number of its subject, among all subjects, or `None` if it has none.
    #[must_use]
    pub fn subject(&self) -> Option<u32> {
        (self.subject != NAMELESS).then_some(self.subject)
    }

    /// Returns the kind of the track, if it opens one.
    #[must_use]
    pub fn kind(&self) -> Option<TrackKind> {
        self.word(EventType::TrackOpened, TrackKind::ALL)
    }

    /// Returns the answer that it gives to a proposal.
    #[must_use]
    pub fn answer(&self) -> Option<Answer> {
        self.word(EventType::ProposalAnswered, Answer::ALL)
    }

    /// Returns the stance that a statement takes.
    #[must_use]
    pub fn stance(&self) -> Option<Stance> {
        self.word(EventType::StatementMade, Stance::ALL)
    }

    /// Returns its word, if it is of a type whose words need no details.
    fn word<T: Copy>(&self, event_type: EventType, words: &[T]) -> Option<T> {
        let More::Word(word) = self.more() else { return None };
        words.get(usize::from(word).checked_sub(1)?).copied().filter(|_| self.event_type == event_type)
    }

    pub(super) fn more(&self) -> More {
        More::of(self.more, self.event_type)
    }
}

/// What a fact refers to, depending on its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum More {
    /// One more than the index of a word in its vocabulary, or 0 for no word.
    Word(u8),
    /// The index of its details.
    Details(usize),
    /// The index of the events on which it acts.
    Targets(usize),
}

/// The number of the first details; smaller numbers are words.
const FIRST_DETAILS: usize = 1 << u8::BITS;

impl More {
    #[inline]
    #[allow(clippy::cast_possible_truncation, reason = "below the first details are words, which fit into a byte")]
    fn of(number: u32, event_type: EventType) -> Self {
        let number = number as usize;
        if super::acts(event_type) {
            Self::Targets(number)
        } else {
            number.checked_sub(FIRST_DETAILS).map_or(Self::Word(number as u8), Self::Details)
        }
    }

    #[inline]
    pub(super) fn number(self) -> u32 {
        match self {
            Self::Word(word) => word.into(),
            Self::Details(at) => super::number(at + FIRST_DETAILS),
            Self::Targets(at) => super::number(at),
        }
    }
}
