//! Dates as they are given: EDTF (ISO 8601-2:2019), levels 0 and 1.
//!
//! | form | example | bounds |
//! | --- | --- | --- |
//! | day, month, year | `2025-10-16`, `2025-10`, `2025` | its first instant to its last nanosecond, in UTC |
//! | date-time with `Z` or an offset | `2025-10-16T10:30:00Z`, `…T12:30:00+02:00` | that instant, twice |
//! | interval of dates | `2025-10-25/2025-11-05` | the start of the first to the end of the second |
//! | qualified `?` `~` `%` | `2025-10-16?`, `2025-06~/2025-07` | as unqualified |
//! | unspecified digits | `2025-10-XX`, `2025-XX-XX`, `2025-XX`, `202X`, `20XX` | all that it can mean |
//! | unknown or open end | `2025-11/`, `2025-11/..`, `/2025-11`, `../2025-11` | unbounded on that side |
//! | season | `2025-21` spring … `2025-24` winter | March–May, June–August, September–November, December–February |
//!
//! Not supported, each with an error that says so: date-times without an offset, years beyond four digits or before
//! 0001, level 2. A season or a date-time is no end of an interval, as in the standard's level 1.

pub(crate) mod clock;
pub(crate) mod date_cache;
mod figures;
mod parse;
mod span;

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
pub(crate) use span::DateSpan;

use crate::Instant;

/// A date exactly as it was given, with its bounds in UTC.
///
/// ```
/// use demarche_core::Edtf;
///
/// let autumn: Edtf = "2025-10-25/2025-11-05".parse()?;
/// assert_eq!(autumn.as_str(), "2025-10-25/2025-11-05");
/// assert_eq!(autumn.earliest().unwrap().to_string(), "2025-10-25T00:00:00Z");
/// assert_eq!(autumn.latest().unwrap().to_string(), "2025-11-05T23:59:59.999999999Z");
///
/// let open: Edtf = "2025-11/..".parse()?;
/// assert_eq!(open.latest(), None);
///
/// let error = "2025-13-01".parse::<Edtf>().unwrap_err();
/// assert_eq!(error.to_string(), "\"2025-13-01\": month 13 does not exist");
/// # Ok::<(), demarche_core::EdtfError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Edtf {
    text: Box<str>,
    earliest: Option<Instant>,
    latest: Option<Instant>,
}

/// Why a text is not a date.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{input:?}: {reason}")]
#[non_exhaustive]
pub struct EdtfError {
    /// The text as it was given, cut after 100 characters.
    pub input: Box<str>,
    /// What is wrong with it.
    pub reason: EdtfProblem,
}

/// What is wrong with a date or an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EdtfProblem {
    /// The text has none of the forms.
    #[error("expected a date such as 2025-10-16, 2025-10, 2025-10-25/2025-11-05 or 2025-10-16T10:30:00Z")]
    NotADate,
    /// Not an RFC 3339 instant.
    #[error("expected an instant such as 2025-10-16T10:30:00Z")]
    NotAnInstant,
    /// A month above 12, or 00.
    #[error("month {0:02} does not exist")]
    Month(u32),
    /// A day that the month does not have.
    #[error("{year:04}-{month:02} has no day {day:02}")]
    Day {
        /// The year.
        year: i32,
        /// The month.
        month: u32,
        /// The day that it does not have.
        day: u32,
    },
    /// An hour above 23.
    #[error("hour {0:02} does not exist")]
    Hour(u32),
    /// A minute above 59.
    #[error("minute {0:02} does not exist")]
    Minute(u32),
    /// A second above 59.
    #[error("second {0:02} does not exist (leap seconds are not counted)")]
    Second(u32),
    /// A time without seconds.
    #[error("the time needs hours, minutes and seconds, as in 10:30:00")]
    ShortTime,
    /// A fraction without digits, or with more than nine.
    #[error("the fraction of a second needs one to nine digits")]
    Fraction,
    /// A date-time without `Z` or an offset.
    #[error("a date-time needs Z or an offset such as +03:00, since nobody knows which clock it was")]
    NoOffset,
    /// An offset that does not exist.
    #[error("the offset must be Z or ±hh:mm, at most 23:59")]
    Offset,
    /// A year without four digits, or before 0001.
    #[error("years have four digits, from 0001 to 9999")]
    Year,
    /// Its bounds, in UTC, lie outside the years 0001 to 9999.
    #[error("it reaches beyond the years 0001 to 9999")]
    OutOfRange,
    /// Level 2 of the standard.
    #[error("EDTF level 2 is not supported: give a plain date, or an interval of dates")]
    Level2,
    /// More than one `/`.
    #[error("an interval has two ends")]
    TooManyEnds,
    /// An interval with no date at all.
    #[error("an interval needs a date at one end at least")]
    NoEnds,
    /// An interval that ends before it begins.
    #[error("it ends before it begins")]
    EndsFirst,
    /// A date-time as an end of an interval.
    #[error("the ends of an interval are dates, not date-times")]
    DateTimeEnd,
    /// A season as an end of an interval.
    #[error("the ends of an interval are dates, not seasons: give the months")]
    SeasonEnd,
}

/// The first instant that a date can mean, and the last nanosecond; `None` if it is unbounded.
pub type DateBounds = (Option<Instant>, Option<Instant>);

impl Edtf {
    /// Computes the bounds of a text that may be a date.
    pub(crate) fn bounds_of(text: &str) -> Result<DateBounds, EdtfProblem> {
        parse::bounds(text)
    }

    /// Makes the date of a text whose bounds were computed.
    pub(crate) fn of_bounds(text: &str, (earliest, latest): DateBounds) -> Self {
        Self { text: text.into(), earliest, latest }
    }

    /// Returns the text as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the first instant that it can mean, or `None` if it is unbounded.
    #[must_use]
    pub const fn earliest(&self) -> Option<Instant> {
        self.earliest
    }

    /// Returns the last nanosecond that it can mean, or `None` if it is unbounded.
    #[must_use]
    pub const fn latest(&self) -> Option<Instant> {
        self.latest
    }

    /// Returns both bounds.
    #[must_use]
    pub const fn bounds(&self) -> DateBounds {
        (self.earliest, self.latest)
    }

    /// Makes the date of a day. Returns `None` outside the years 0001 to 9999.
    #[must_use]
    pub fn day(day: NaiveDate) -> Option<Self> {
        let (earliest, latest) = Instant::bounds_of(day, day)?;
        let text = earliest.encode_day(&mut Instant::buffer()).into();
        Some(Self { text, earliest: Some(earliest), latest: Some(latest) })
    }
}

impl FromStr for Edtf {
    type Err = EdtfError;

    fn from_str(text: &str) -> Result<Self, EdtfError> {
        match Self::bounds_of(text) {
            Ok(bounds) => Ok(Self::of_bounds(text, bounds)),
            Err(reason) => Err(EdtfError { input: crate::quote::cut(text), reason }),
        }
    }
}

impl From<Edtf> for String {
    fn from(date: Edtf) -> Self {
        date.text.into_string()
    }
}

impl From<Instant> for Edtf {
    fn from(instant: Instant) -> Self {
        Self { text: instant.to_string().into(), earliest: Some(instant), latest: Some(instant) }
    }
}

impl fmt::Display for Edtf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl serde::Serialize for Edtf {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

/// A date that has a beginning: when something happened or was said.
///
/// The order of events needs the first instant, so `../2025-11` and `/2025-11` are refused.
///
/// ```
/// use demarche_core::Occurred;
///
/// let june: Occurred = "2025-06".parse().unwrap();
/// assert_eq!(june.earliest().to_string(), "2025-06-01T00:00:00Z");
/// assert!("../2025-06".parse::<Occurred>().is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Occurred {
    date: Edtf,
    earliest: Instant,
}

/// Why a text does not tell when something occurred.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OccurredError {
    /// It is not a date.
    #[error(transparent)]
    Date(#[from] EdtfError),
    /// It is a date without a beginning.
    #[error("{input:?}: a date without a beginning has no place in the order of events: give the earliest it can be")]
    NoBeginning {
        /// The text as it was given, cut after 100 characters.
        input: Box<str>,
    },
}

impl Occurred {
    /// Makes it from a date; returns `None` if that has no beginning.
    #[must_use]
    pub fn new(date: Edtf) -> Option<Self> {
        let earliest = date.earliest?;
        Some(Self { date, earliest })
    }

    /// Returns the date.
    #[must_use]
    pub const fn date(&self) -> &Edtf {
        &self.date
    }

    /// Returns the text as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.date.as_str()
    }

    /// Returns the first instant that it can mean.
    #[must_use]
    pub const fn earliest(&self) -> Instant {
        self.earliest
    }

    /// Returns the last nanosecond that it can mean, or `None` if it is unbounded.
    #[must_use]
    pub const fn latest(&self) -> Option<Instant> {
        self.date.latest
    }
}

impl FromStr for Occurred {
    type Err = OccurredError;

    fn from_str(text: &str) -> Result<Self, OccurredError> {
        let date: Edtf = text.parse()?;
        Self::new(date).ok_or_else(|| OccurredError::NoBeginning { input: crate::quote::cut(text) })
    }
}

impl fmt::Display for Occurred {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.date.fmt(f)
    }
}

impl serde::Serialize for Occurred {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.date.serialize(serializer)
    }
}
