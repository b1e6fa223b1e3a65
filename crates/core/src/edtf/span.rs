//! How far dates extend, in a few bytes.

use chrono::TimeDelta;

use crate::Instant;

/// The length of a plain day, in bytes.
const PLAIN_DAY_BYTES: usize = "2025-10-16".len();

/// How far a date extends from its first instant. A date ends in one of three ways (ISO 8601-2): it is an exact
/// instant, it ends with some day, or it is open. For a single day, this also records whether it was written as such.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DateSpan(u32);

impl DateSpan {
    /// The span of a date that is written as a day.
    pub(crate) const PLAIN: Self = Self(Self::PLAIN_DAY);

    /// The span of an unknown date.
    pub(crate) const UNKNOWN: Self = Self(Self::OPEN);

    const OPEN: u32 = 0;
    const INSTANT: u32 = 1;
    /// To the end of the day, written as a day: `2025-10-16`.
    const PLAIN_DAY: u32 = 2;
    /// To the end of a day, given as a number of days later.
    const DAYS: u32 = 3;

    /// Measures a date by the length of its text and its bounds. An end within a day, which no date has, is moved to
    /// the end of that day.
    #[inline]
    #[allow(clippy::expect_used, reason = "the bounds of a date are in order, within 9999 years")]
    pub(crate) fn of(length: usize, earliest: Instant, latest: Option<Instant>) -> Self {
        match latest {
            None => Self(Self::OPEN),
            Some(latest) if latest == earliest => Self(Self::INSTANT),
            // Any other date that means one day is longer: it has a mark, or two ends.
            Some(latest) if latest.date() == earliest.date() => {
                Self(if length == PLAIN_DAY_BYTES { Self::PLAIN_DAY } else { Self::DAYS })
            }
            Some(latest) => {
                let days = latest.date().signed_duration_since(earliest.date()).num_days();
                Self(u32::try_from(days).expect("invariant: a date ends after it begins") + Self::DAYS)
            }
        }
    }

    /// Returns the end of a date that begins at an instant.
    #[inline]
    #[allow(clippy::expect_used, reason = "a span is made of bounds, or checked when it is read")]
    pub(crate) fn end(self, earliest: Instant) -> Option<Instant> {
        match self.0 {
            Self::OPEN => None,
            Self::INSTANT => Some(earliest),
            days => {
                let days = days.saturating_sub(Self::DAYS);
                let first = earliest.date();
                let last = if days == 0 { Some(first) } else { first.checked_add_signed(TimeDelta::days(days.into())) };
                Some(
                    last.and_then(|last| Instant::on(last, 86_399, 999_999_999))
                        .expect("invariant: a span ends before the year 10000"),
                )
            }
        }
    }

    pub(crate) const fn is_plain_day(self) -> bool {
        self.0 == Self::PLAIN_DAY
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Edtf;

    #[test]
    fn every_form_of_date_keeps_its_end() {
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
            let span = DateSpan::of(text.len(), earliest, latest);
            assert_eq!(span.is_plain_day(), matches!(text, "2024-02-29" | "2025-10-16" | "0001-01-01" | "9999-12-31"));
            assert_eq!(span.end(earliest), latest, "{text}");
        }
    }
}
