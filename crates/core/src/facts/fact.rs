//! One fact: an event as a fold sees it, in one line of the processor's cache.

use std::cmp::Ordering;

use chrono::TimeDelta;

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

/// The length of a plain day, in bytes.
const PLAIN_DAY_BYTES: usize = "2025-10-16".len();

/// How far a date reaches from its first instant. A date has an end of its own in one of three ways (ISO 8601-2): it is
/// an exact instant, it ends with some day, or it is open. Of a day it is known, too, whether that is how it was
/// written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span(u32);

impl Span {
    const OPEN: u32 = 0;
    const INSTANT: u32 = 1;
    /// To the end of the day, which is written as such: `2025-10-16`.
    const PLAIN_DAY: u32 = 2;
    /// From here on: to the end of the day so many days later.
    const DAYS: u32 = 3;

    /// Measures a date by its text and its bounds. What ends within a day, and no date does, is taken to that day's
    /// end.
    #[inline]
    #[allow(clippy::expect_used, reason = "the bounds of a date are in order, within 9999 years")]
    pub(super) fn of(text: &str, earliest: Instant, latest: Option<Instant>) -> Self {
        match latest {
            None => Self(Self::OPEN),
            Some(latest) if latest == earliest => Self(Self::INSTANT),
            // Whatever else means one day is longer: it has a mark, or two ends.
            Some(latest) if latest.date() == earliest.date() => {
                Self(if text.len() == PLAIN_DAY_BYTES { Self::PLAIN_DAY } else { Self::DAYS })
            }
            Some(latest) => {
                let days = latest.date().signed_duration_since(earliest.date()).num_days();
                Self(u32::try_from(days).expect("invariant: a date ends after it begins") + Self::DAYS)
            }
        }
    }

    /// Returns where a date ends that begins there.
    #[inline]
    #[allow(clippy::expect_used, reason = "a span is made of bounds, or checked when it is read")]
    pub(super) fn end(self, earliest: Instant) -> Option<Instant> {
        match self.0 {
            Self::OPEN => None,
            Self::INSTANT => Some(earliest),
            days => {
                let days = days.saturating_sub(Self::DAYS);
                let first = earliest.date();
                let last = if days == 0 { Some(first) } else { first.checked_add_signed(TimeDelta::days(days.into())) };
                Some(last.and_then(Instant::end_of).expect("invariant: a span ends before the year 10000"))
            }
        }
    }

    const fn is_plain_day(self) -> bool {
        self.0 == Self::PLAIN_DAY
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Edtf;

    #[test]
    fn every_form_of_date_ends_where_it_did() {
        for text in [
            "2025",
            "2025-06",
            "2024-02-29",
            "2025-10-16",
            "2025-10-16?",
            "2025-10-16/2025-10-16",
            "2025?/2026",
            "2025-10-XX",
            "2025/2026~",
            "202X",
            "20XX",
            "2025-24",
            "2025-11-03T10:00:00Z",
            "2025-11-03T10:00:00.123456789Z",
            "2025-01-01T00:00:00Z",
            "2025-10/2026-01",
            "2025-10-01/..",
            "2025-10/",
            "0001-01-01",
            "9999-12-31",
            "0001/9999",
            "99XX",
        ] {
            let (earliest, latest) = text.parse::<Edtf>().unwrap().bounds();
            let earliest = earliest.unwrap();
            let span = Span::of(text, earliest, latest);
            assert_eq!(span.is_plain_day(), matches!(text, "2024-02-29" | "2025-10-16" | "0001-01-01" | "9999-12-31"));
            assert_eq!(span.end(earliest), latest, "{text}");
        }
    }
}
