//! What some events say beyond the fields of a fact.

use crate::{DateBounds, MeetingFormat};

/// What a fold needs from an event on a meeting, a proposal, an agreement or a measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Details {
    /// The bounds of the date that it gives: `when`, `until`, `deadline` or `effective`.
    pub date: Option<DateBounds>,
    /// Whether that date is qualified (`?`, `~` or `%`).
    pub is_qualified: bool,
    /// The number of the venue that it gives, among the texts of [`Facts`](super::Facts).
    pub venue: Option<u32>,
    /// The number of the party or actor that declines a meeting, in the same list of texts.
    pub by: Option<u32>,
    /// One more than the index of its word: see [`Fact`](super::Fact).
    pub(super) word: u8,
}

impl Details {
    /// The details of an event that says nothing beyond its fact.
    pub const NONE: Self = Self { date: None, is_qualified: false, venue: None, by: None, word: 0 };

    /// Returns the format of a meeting that the event names; the event must be on a meeting.
    #[must_use]
    pub fn format(&self) -> Option<MeetingFormat> {
        MeetingFormat::ALL.get(usize::from(self.word).checked_sub(1)?).copied()
    }

    /// Returns what distinguishes its word (an answer, a stage, a format, how something ended …) from others of its
    /// type.
    #[must_use]
    pub const fn word(&self) -> u8 {
        self.word
    }

    /// Tells whether there is nothing except a word.
    pub(super) const fn is_word(&self) -> bool {
        self.date.is_none() && self.venue.is_none() && self.by.is_none()
    }
}
