//! Exact instants.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Timelike, Utc};

use crate::edtf::EdtfProblem;
use crate::edtf::clock::{self, Dialect};

/// An exact instant in UTC, to the nanosecond, between the years 0001 and 9999.
///
/// It is parsed from RFC 3339 with any offset, and written in canonical form: UTC with `Z`, and a fraction of three,
/// six or nine digits, the fewest that lose nothing, or no fraction.
///
/// Leap seconds (`:60`) and fractions finer than a nanosecond are refused, since they cannot be represented.
///
/// ```
/// use demarche_core::Instant;
///
/// let instant: Instant = "2025-10-23T11:00:00.50+03:00".parse()?;
/// assert_eq!(instant.to_string(), "2025-10-23T08:00:00.500Z");
/// # Ok::<(), demarche_core::InstantError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(DateTime<Utc>);

/// Why a text is not an instant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{input:?}: {reason}")]
#[non_exhaustive]
pub struct InstantError {
    /// The text as it was given, cut after 100 characters.
    pub input: Box<str>,
    /// What is wrong with it.
    pub reason: EdtfProblem,
}

/// The length of the longest canonical form, in bytes.
const TEXT_BYTES: usize = 30;

/// The length of the text of a day, in bytes.
const DAY_BYTES: usize = 10;

/// How far the clocks of two machines may differ before an entry is taken to be of the future, in days.
const CLOCKS_DIFFER_DAYS: u32 = 1;

impl Instant {
    /// The first instant of the year 0001.
    #[allow(clippy::expect_used, reason = "at compile time")]
    pub const MIN: Self = Self(
        // The epoch is 719 162 days after 0001-01-01.
        DateTime::from_timestamp(-719_162 * 86_400, 0).expect("invariant: the year 0001 is within the range of chrono"),
    );

    /// The last nanosecond of the year 9999.
    #[allow(clippy::expect_used, reason = "at compile time")]
    pub const MAX: Self = Self(
        DateTime::from_timestamp(253_402_300_799, 999_999_999)
            .expect("invariant: the year 9999 is within the range of chrono"),
    );

    /// Makes an instant from a date and time of `chrono`. Returns `None` outside the years 0001 to 9999, or within a
    /// leap second.
    #[must_use]
    pub fn new(instant: DateTime<Utc>) -> Option<Self> {
        // Checked on the UTC time itself, since `DateTime` would first add its offset.
        let utc = instant.naive_utc();
        (utc.nanosecond() < 1_000_000_000 && (1..=9999).contains(&utc.year())).then_some(Self(instant))
    }

    /// Makes an instant from a day within those years, the seconds since the day began and the nanoseconds.
    #[inline]
    pub(crate) fn on(day: NaiveDate, second: u32, nanos: u32) -> Option<Self> {
        let time = NaiveTime::from_num_seconds_from_midnight_opt(second, nanos)?;
        (nanos < 1_000_000_000).then(|| Self(day.and_time(time).and_utc()))
    }

    /// Returns the date and time in UTC.
    #[must_use]
    pub const fn date_time(self) -> DateTime<Utc> {
        self.0
    }

    /// Returns the UTC date.
    #[must_use]
    pub fn date(self) -> NaiveDate {
        self.0.naive_utc().date()
    }

    /// Returns the instant that many days (of 86 400 seconds) later, at most [`Instant::MAX`].
    #[must_use]
    pub fn plus_days(self, days: u32) -> Self {
        match self.0.checked_add_signed(TimeDelta::days(i64::from(days))) {
            Some(later) if later <= Self::MAX.0 => Self(later),
            _ => Self::MAX,
        }
    }

    /// Tells whether something that was recorded at this instant is of the future where a clock shows another: clocks
    /// of two machines may differ by a day.
    ///
    /// ```
    /// use demarche_core::Instant;
    ///
    /// let clock = "2025-10-23T08:00:00Z".parse()?;
    /// assert!(!"2025-10-24T08:00:00Z".parse::<Instant>()?.is_ahead_of(clock));
    /// assert!("2025-10-24T08:00:01Z".parse::<Instant>()?.is_ahead_of(clock));
    /// # Ok::<(), demarche_core::InstantError>(())
    /// ```
    #[must_use]
    pub fn is_ahead_of(self, clock: Self) -> bool {
        self > clock.plus_days(CLOCKS_DIFFER_DAYS)
    }

    /// Returns the whole days (of 86 400 seconds) from the other instant to this one, negative where it comes first.
    #[must_use]
    pub fn days_since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0).num_days()
    }

    /// Returns the instant that many nanoseconds later, or `None` past [`Instant::MAX`].
    #[must_use]
    pub fn plus_nanos(self, nanos: u32) -> Option<Self> {
        Self::new(self.0.checked_add_signed(TimeDelta::nanoseconds(i64::from(nanos)))?)
    }

    /// Writes the UTC date into the caller's buffer, as `2025-10-16`.
    #[allow(clippy::indexing_slicing, reason = "within the buffer, whose length is known")]
    pub(crate) fn encode_day(self, buffer: &mut [u8; TEXT_BYTES]) -> &str {
        let date = self.date();
        put(date.year().unsigned_abs(), &mut buffer[0..4]);
        put(date.month(), &mut buffer[5..7]);
        put(date.day(), &mut buffer[8..10]);
        text_of(&buffer[..DAY_BYTES])
    }

    /// Writes the canonical form into the caller's buffer, without allocating, and many times faster than the
    /// formatting machinery of the standard library.
    #[allow(clippy::indexing_slicing, reason = "within the buffer, whose length is known")]
    pub(crate) fn encode(self, buffer: &mut [u8; TEXT_BYTES]) -> &str {
        let utc = self.0.naive_utc();
        let (time, nanos) = (utc.time(), utc.nanosecond());
        self.encode_day(buffer);
        put(time.hour(), &mut buffer[11..13]);
        put(time.minute(), &mut buffer[14..16]);
        put(time.second(), &mut buffer[17..19]);
        put(nanos, &mut buffer[20..29]);
        let end = match nanos {
            0 => 19,
            n if n % 1_000_000 == 0 => 23,
            n if n % 1_000 == 0 => 26,
            _ => 29,
        };
        buffer[end] = b'Z';
        text_of(&buffer[..=end])
    }

    /// Returns a buffer for [`Instant::encode`].
    pub(crate) const fn buffer() -> [u8; TEXT_BYTES] {
        *b"0000-00-00T00:00:00.000000000Z"
    }

    /// Returns the first instant of a day, and its last nanosecond.
    pub(crate) fn bounds_of(first: NaiveDate, last: NaiveDate) -> Option<(Self, Self)> {
        Some((Self::new(first.and_hms_opt(0, 0, 0)?.and_utc())?, Self::end_of(last)?))
    }

    /// The last nanosecond of a day.
    pub(crate) fn end_of(day: NaiveDate) -> Option<Self> {
        Self::new(day.and_hms_nano_opt(23, 59, 59, 999_999_999)?.and_utc())
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.encode(&mut Self::buffer()))
    }
}

#[allow(clippy::expect_used, reason = "only figures and marks are put in")]
fn text_of(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("invariant: an instant is written in ASCII")
}

/// Writes a number in decimal digits, as many as the buffer has room for.
#[allow(clippy::indexing_slicing, reason = "a remainder below ten")]
fn put(mut number: u32, digits: &mut [u8]) {
    for digit in digits.iter_mut().rev() {
        *digit = b"0123456789"[number as usize % 10];
        number /= 10;
    }
}

impl FromStr for Instant {
    type Err = InstantError;

    fn from_str(text: &str) -> Result<Self, InstantError> {
        clock::parse(text, Dialect::Rfc3339).map_err(|reason| InstantError { input: crate::quote::cut(text), reason })
    }
}

impl From<Instant> for DateTime<Utc> {
    fn from(instant: Instant) -> Self {
        instant.0
    }
}

impl serde::Serialize for Instant {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.encode(&mut Self::buffer()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn canonical(text: &str, expected: &str) {
        assert_eq!(text.parse::<Instant>().unwrap().to_string(), expected);
    }

    #[test]
    fn any_offset_is_stored_in_utc() {
        canonical("2025-10-23T11:00:00+03:00", "2025-10-23T08:00:00Z");
        canonical("2025-10-23t11:00:00z", "2025-10-23T11:00:00Z");
        canonical("2025-01-01T00:00:00-00:00", "2025-01-01T00:00:00Z");
        canonical("2024-12-31T23:30:00-01:00", "2025-01-01T00:30:00Z");
    }

    #[test]
    fn the_fraction_has_the_fewest_digits_that_lose_nothing() {
        canonical("2025-10-23T08:00:00.000Z", "2025-10-23T08:00:00Z");
        canonical("2025-10-23T08:00:00.5Z", "2025-10-23T08:00:00.500Z");
        canonical("2025-10-23T08:00:00.0001Z", "2025-10-23T08:00:00.000100Z");
        canonical("2025-10-23T08:00:00.000000001Z", "2025-10-23T08:00:00.000000001Z");
    }

    #[test]
    fn the_first_and_last_instant_are_the_limits() {
        canonical("0001-01-01T00:00:00Z", &Instant::MIN.to_string());
        canonical("9999-12-31T23:59:59.999999999Z", &Instant::MAX.to_string());
        assert!("0001-01-01T00:00:00+01:00".parse::<Instant>().is_err());
        assert!("9999-12-31T23:59:59-01:00".parse::<Instant>().is_err());
        assert_eq!(Instant::MAX.plus_days(1), Instant::MAX);
        assert_eq!(Instant::MAX.plus_nanos(1), None);
    }

    #[test]
    fn texts_that_are_not_rfc_3339_are_refused() {
        for bad in [
            "",
            "2025-10-23",
            "2025-10-23T08:00Z",
            "2025-10-23T08:00:00",
            "2025-10-23 08:00:00Z",
            "2025-10-23T08:00:60Z",
            "2025-10-23T24:00:00Z",
            "2025-10-23T08:00:00.Z",
            "2025-10-23T08:00:00.0000000001Z",
            "2025-10-23T08:00:00+03",
            "2025-10-23T08:00:00+0300",
            "2025-10-23T08:00:00+24:00",
            "2025-02-29T08:00:00Z",
            "2025-10-23T08:00:00Zz",
            "२025-10-23T08:00:00Z",
        ] {
            assert!(bad.parse::<Instant>().is_err(), "{bad:?}");
        }
    }
}
