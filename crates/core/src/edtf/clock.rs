//! Date-times: the one parser behind RFC 3339 instants and EDTF's date-times.

use chrono::{NaiveDate, TimeDelta};

use super::EdtfProblem as Problem;
use super::figures;
use super::parse::{day_of, digits};
use crate::Instant;

/// Which rules a date-time follows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// RFC 3339 §5.6: `T` and `Z` in either case, offsets `±hh:mm`.
    Rfc3339,
    /// ISO 8601-2 level 0: `T` and `Z` in upper case, offsets `±hh:mm` or `±hh`.
    Edtf,
}

impl Dialect {
    /// The error for a text that is not a date-time at all.
    const fn not_one(self) -> Problem {
        match self {
            Self::Rfc3339 => Problem::NotAnInstant,
            Self::Edtf => Problem::NotADate,
        }
    }
}

/// Reads a date-time to the instant that it names.
pub(crate) fn parse(text: &str, dialect: Dialect) -> Result<Instant, Problem> {
    let (date, time) = parts(text.as_bytes(), dialect)?;
    let (year, month, day) = figures::date(date).ok_or(dialect.not_one())?;
    on(day_of(year, month, day)?, time, dialect)
}

/// The length of the date in a date-time, in bytes.
pub(super) const DATE_BYTES: usize = 10;

/// Splits the date from the part after the `T`.
#[inline]
pub(super) fn parts(text: &[u8], dialect: Dialect) -> Result<(&[u8; DATE_BYTES], &[u8]), Problem> {
    let (date, time) = text.split_first_chunk().ok_or(dialect.not_one())?;
    match (time.split_first(), dialect) {
        (Some((b'T', time)), _) | (Some((b't', time)), Dialect::Rfc3339) => Ok((date, time)),
        _ => Err(dialect.not_one()),
    }
}

/// Reads the part after the `T`, and returns the instant on a day.
#[inline(always)]
pub(super) fn on(day: NaiveDate, time: &[u8], dialect: Dialect) -> Result<Instant, Problem> {
    // The form that clocks write, including this program.
    if let Some((time, micros)) = time.split_first_chunk()
        && let Ok(micros) = micros.try_into()
        && let (Some((hour @ ..24, minute @ ..60, second @ ..60)), Some(micros)) =
            (figures::time(time), figures::micros(micros))
        && let Some(instant) = Instant::on(day, (hour * 60 + minute) * 60 + second, micros * 1000)
    {
        return Ok(instant);
    }
    in_any_form(day, time, dialect)
}

fn in_any_form(day: NaiveDate, time: &[u8], dialect: Dialect) -> Result<Instant, Problem> {
    let (time, rest) = time.split_first_chunk().ok_or(Problem::ShortTime)?;
    let (hour, minute, second) = figures::time(time).ok_or(Problem::ShortTime)?;
    if hour > 23 {
        return Err(Problem::Hour(hour));
    }
    if minute > 59 {
        return Err(Problem::Minute(minute));
    }
    if second > 59 {
        return Err(Problem::Second(second));
    }
    let (nanos, rest) = fraction(rest)?;
    let ahead = offset(rest, dialect)?;
    let local = day.and_hms_nano_opt(hour, minute, second, nanos).ok_or(Problem::ShortTime)?;
    let utc = match ahead {
        0 => Some(local.and_utc()),
        ahead => local.and_utc().checked_sub_signed(TimeDelta::seconds(ahead)),
    };
    utc.and_then(Instant::new).ok_or(Problem::OutOfRange)
}

/// Reads an optional `.` with one to nine digits. Returns the nanoseconds and the rest of the text.
fn fraction(text: &[u8]) -> Result<(u32, &[u8]), Problem> {
    let Some((b'.', rest)) = text.split_first() else { return Ok((0, text)) };
    let (mut value, mut length) = (0, 0);
    while let Some(figure) = rest.get(length).filter(|byte| byte.is_ascii_digit()) {
        if length < NANO_FIGURES {
            value = value * 10 + u32::from(figure - b'0');
        }
        length += 1;
    }
    if !(1..=NANO_FIGURES).contains(&length) {
        return Err(Problem::Fraction);
    }
    for _ in length..NANO_FIGURES {
        value *= 10;
    }
    Ok((value, rest.get(length..).unwrap_or_default()))
}

/// The number of fractional digits that make nanoseconds.
const NANO_FIGURES: usize = 9;

/// Reads the offset: the seconds by which the local clock is ahead of UTC.
fn offset(text: &[u8], dialect: Dialect) -> Result<i64, Problem> {
    let (sign, hours, minutes) = match (text, dialect) {
        ([], _) => return Err(Problem::NoOffset),
        ([b'Z'], _) | ([b'z'], Dialect::Rfc3339) => return Ok(0),
        ([sign @ (b'+' | b'-'), h1, h2, b':', m1, m2], _) => (*sign, digits(&[*h1, *h2]), digits(&[*m1, *m2])),
        ([sign @ (b'+' | b'-'), h1, h2], Dialect::Edtf) => (*sign, digits(&[*h1, *h2]), Some(0)),
        _ => return Err(Problem::Offset),
    };
    match (hours, minutes) {
        (Some(hours @ 0..=23), Some(minutes @ 0..=59)) => {
            let seconds = i64::from(hours) * 3600 + i64::from(minutes) * 60;
            Ok(if sign == b'-' { -seconds } else { seconds })
        }
        _ => Err(Problem::Offset),
    }
}
