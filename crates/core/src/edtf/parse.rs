//! The grammar of EDTF levels 0 and 1: from a text to its bounds.

use chrono::NaiveDate;

use super::DateBounds;
use super::EdtfProblem as Problem;
use super::clock::{self, Dialect};
use super::figures;
use crate::Instant;

/// Reads a date to its bounds; an unbounded side is `None`.
pub(super) fn bounds(text: &str) -> Result<DateBounds, Problem> {
    if let Some(day) = text.as_bytes().try_into().ok().and_then(plain_day) {
        return between(day, day);
    }
    // Uses the crate, which finds a byte many times faster than the standard library finds a character.
    if let Some(slash) = memchr::memchr(b'/', text.as_bytes())
        && let Some((start, end)) = text.get(..slash).zip(text.get(slash + 1..))
    {
        return interval(start, end);
    }
    if text.as_bytes().get(10) == Some(&b'T') {
        let instant = clock::parse(text, Dialect::Edtf)?;
        return Ok((Some(instant), Some(instant)));
    }
    let (first, last) = date(text)?;
    between(first, last)
}

/// Reads the most common form, `2025-10-16`. Returns `None` for another form, or if there is no such day.
pub(super) fn plain_day(text: &[u8; 10]) -> Option<NaiveDate> {
    let (year, month, day) = figures::date(text)?;
    day_of(year, month, day).ok()
}

fn between(first: NaiveDate, last: NaiveDate) -> Result<DateBounds, Problem> {
    let (earliest, latest) = Instant::bounds_of(first, last).ok_or(Problem::OutOfRange)?;
    Ok((Some(earliest), Some(latest)))
}

fn interval(start: &str, end: &str) -> Result<DateBounds, Problem> {
    if end.as_bytes().contains(&b'/') {
        return Err(Problem::TooManyEnds);
    }
    let (start, end) = (interval_end(start)?, interval_end(end)?);
    match (start, end) {
        (None, None) => Err(Problem::NoEnds),
        (Some((first, _)), Some((_, last))) if last < first => Err(Problem::EndsFirst),
        (start, end) => {
            let earliest = start.map(|(first, last)| between(first, last)).transpose()?.and_then(|(e, _)| e);
            let latest = end.map(|(first, last)| between(first, last)).transpose()?.and_then(|(_, l)| l);
            Ok((earliest, latest))
        }
    }
}

/// Reads one end of an interval. Returns `None` if it is unknown (empty) or open (`..`).
fn interval_end(text: &str) -> Result<Option<(NaiveDate, NaiveDate)>, Problem> {
    match text {
        "" | ".." => Ok(None),
        _ if text.as_bytes().contains(&b'T') => Err(Problem::DateTimeEnd),
        _ if is_season(text) => Err(Problem::SeasonEnd),
        _ => date(text).map(Some),
    }
}

fn is_season(text: &str) -> bool {
    matches!(unqualified(text), [_, _, _, _, b'-', b'2', b'1'..=b'4'])
}

/// Strips one trailing qualifier: `?` uncertain, `~` approximate, `%` both.
fn unqualified(text: &str) -> &[u8] {
    match text.as_bytes() {
        [rest @ .., b'?' | b'~' | b'%'] => rest,
        all => all,
    }
}

/// Reads a day, month, year, season, decade or century, perhaps qualified, to its first and last day.
fn date(text: &str) -> Result<(NaiveDate, NaiveDate), Problem> {
    match *unqualified(text) {
        [a, b, b'X', b'X'] => years(&[a, b], 100),
        [a, b, c, b'X'] => years(&[a, b, c], 10),
        [a, b, c, d] => years(&[a, b, c, d], 1),
        [a, b, c, d, b'-', b'X', b'X'] | [a, b, c, d, b'-', b'X', b'X', b'-', b'X', b'X'] => years(&[a, b, c, d], 1),
        [a, b, c, d, b'-', e, f] | [a, b, c, d, b'-', e, f, b'-', b'X', b'X'] => {
            let (Some(year), Some(month)) = (digits(&[a, b, c, d]), digits(&[e, f])) else {
                return Err(classify(text));
            };
            if text.as_bytes().get(7) == Some(&b'-') { month_of(year, month) } else { month_or_season(year, month) }
        }
        [a, b, c, d, b'-', e, f, b'-', g, h] => {
            let (Some(year), Some(month), Some(day)) = (digits(&[a, b, c, d]), digits(&[e, f]), digits(&[g, h])) else {
                return Err(classify(text));
            };
            let day = day_of(year, month, day)?;
            Ok((day, day))
        }
        _ => Err(classify(text)),
    }
    // Invalid digits give a general error here; the check of the whole text finds a better one.
    .map_err(|problem| if problem == Problem::NotADate { classify(text) } else { problem })
}

/// Reads the leading digits of a range of `span` years.
fn years(leading: &[u8], span: u32) -> Result<(NaiveDate, NaiveDate), Problem> {
    let first = digits(leading).ok_or(Problem::NotADate)? * span;
    Ok((day_of(first, 1, 1)?, day_of(first + span - 1, 12, 31)?))
}

fn month_of(year: u32, month: u32) -> Result<(NaiveDate, NaiveDate), Problem> {
    months(year, month, 1)
}

fn month_or_season(year: u32, number: u32) -> Result<(NaiveDate, NaiveDate), Problem> {
    match number {
        21..=24 => months(year, (number - 20) * 3, 3),
        25..=41 => Err(Problem::Level2),
        _ => month_of(year, number),
    }
}

/// Returns the first and last day of a number of months, which may extend into the next year.
fn months(year: u32, month: u32, count: u32) -> Result<(NaiveDate, NaiveDate), Problem> {
    let first = day_of(year, month, 1)?;
    let last = first
        .checked_add_months(chrono::Months::new(count))
        .and_then(|next| next.pred_opt())
        .ok_or(Problem::OutOfRange)?;
    Ok((first, last))
}

/// Returns the day of a date, or the part of it that does not exist.
#[inline]
pub(super) fn day_of(year: u32, month: u32, day: u32) -> Result<NaiveDate, Problem> {
    let year = match i32::try_from(year) {
        Ok(year @ 1..=9999) => year,
        _ => return Err(Problem::Year),
    };
    if !(1..=12).contains(&month) {
        return Err(Problem::Month(month));
    }
    NaiveDate::from_ymd_opt(year, month, day).ok_or(Problem::Day { year, month, day })
}

/// Returns the value of up to nine ASCII digits, or `None` if one is not a digit.
#[inline]
pub(super) fn digits(text: &[u8]) -> Option<u32> {
    if text.is_empty() || text.len() > 9 {
        return None;
    }
    text.iter().try_fold(0, |value, byte| byte.is_ascii_digit().then(|| value * 10 + u32::from(byte - b'0')))
}

/// Explains why a text that matches no form is not a date. Common mistakes and level 2 have their own errors.
fn classify(text: &str) -> Problem {
    let bytes = text.as_bytes();
    let leading_digits = bytes.iter().take_while(|b| b.is_ascii_digit()).count();
    match bytes {
        [b'Y', ..] | [b'-' | b'+', b'0'..=b'9', ..] => Problem::Year,
        [b'[' | b'{' | b'?' | b'~' | b'%', ..] => Problem::Level2,
        _ if leading_digits > 4 && bytes.get(leading_digits).is_none_or(|b| *b == b'-') => Problem::Year,
        _ if leading_digits >= 1 && has_level_2_marks(bytes) => Problem::Level2,
        _ => Problem::NotADate,
    }
}

/// Detects level 2: unspecified digits or qualifiers anywhere, significant digits, sets.
fn has_level_2_marks(bytes: &[u8]) -> bool {
    let plain = |b: &u8| matches!(b, b'0'..=b'9' | b'-');
    let marks = |b: &u8| matches!(b, b'X' | b'?' | b'~' | b'%' | b'S' | b'E');
    bytes.iter().all(|b| plain(b) || marks(b)) && bytes.iter().any(marks)
}

#[cfg(test)]
mod tests {
    use super::Problem;
    use crate::Edtf;

    /// Returns the bounds of a date as texts, shortened to what the tests compare.
    #[track_caller]
    fn bounds(text: &str) -> (String, String) {
        let date: Edtf = text.parse().unwrap();
        assert_eq!(date.as_str(), text);
        let show = |bound: Option<crate::Instant>| bound.map_or("-".to_owned(), |i| i.to_string());
        (show(date.earliest()), show(date.latest()))
    }

    #[track_caller]
    fn days(text: &str, first: &str, last: &str) {
        let start = if first == "-" { "-".to_owned() } else { format!("{first}T00:00:00Z") };
        let end = if last == "-" { "-".to_owned() } else { format!("{last}T23:59:59.999999999Z") };
        assert_eq!(bounds(text), (start, end), "{text}");
    }

    #[track_caller]
    fn refused(text: &str, reason: Problem) {
        assert_eq!(text.parse::<Edtf>().unwrap_err().reason, reason, "{text:?}");
    }

    #[test]
    fn level_0() {
        days("2025-10-16", "2025-10-16", "2025-10-16");
        days("2025-10", "2025-10-01", "2025-10-31");
        days("2024-02", "2024-02-01", "2024-02-29");
        days("2025", "2025-01-01", "2025-12-31");
        days("0001", "0001-01-01", "0001-12-31");
        days("9999-12-31", "9999-12-31", "9999-12-31");
        days("2025-10-25/2025-11-05", "2025-10-25", "2025-11-05");
        days("2025/2025-11", "2025-01-01", "2025-11-30");
        days("2025-10-15/2025-10", "2025-10-15", "2025-10-31");
    }

    #[test]
    fn a_date_time_is_one_instant() {
        let instant = "2025-10-16T10:30:00Z".to_owned();
        assert_eq!(bounds("2025-10-16T12:30:00+02:00"), (instant.clone(), instant.clone()));
        assert_eq!(bounds("2025-10-16T12:30:00+02"), (instant.clone(), instant));
        let half = "2025-10-16T10:30:00.500Z".to_owned();
        assert_eq!(bounds("2025-10-16T10:30:00.5Z"), (half.clone(), half));
    }

    #[test]
    fn level_1() {
        for mark in ["?", "~", "%"] {
            days(&format!("2025-10-16{mark}"), "2025-10-16", "2025-10-16");
            days(&format!("2025-06{mark}/2025-07{mark}"), "2025-06-01", "2025-07-31");
            days(&format!("2025{mark}"), "2025-01-01", "2025-12-31");
        }
        days("2025-10-XX", "2025-10-01", "2025-10-31");
        days("2025-XX-XX", "2025-01-01", "2025-12-31");
        days("2025-XX", "2025-01-01", "2025-12-31");
        days("202X", "2020-01-01", "2029-12-31");
        days("20XX", "2000-01-01", "2099-12-31");
        days("2025-10-XX/2025-11-XX", "2025-10-01", "2025-11-30");
        days("2025-11/", "2025-11-01", "-");
        days("2025-11/..", "2025-11-01", "-");
        days("/2025-11", "-", "2025-11-30");
        days("../2025-11", "-", "2025-11-30");
        days("2025-21", "2025-03-01", "2025-05-31");
        days("2025-22", "2025-06-01", "2025-08-31");
        days("2025-23", "2025-09-01", "2025-11-30");
        days("2025-24", "2025-12-01", "2026-02-28");
        days("2023-24~", "2023-12-01", "2024-02-29");
    }

    #[test]
    fn dates_that_do_not_exist_are_refused() {
        refused("2025-13-01", Problem::Month(13));
        refused("2025-00", Problem::Month(0));
        refused("2025-20", Problem::Month(20));
        refused("2025-42", Problem::Month(42));
        refused("2025-13-XX", Problem::Month(13));
        refused("2025-21-XX", Problem::Month(21));
        refused("2025-02-29", Problem::Day { year: 2025, month: 2, day: 29 });
        refused("2025-02-00", Problem::Day { year: 2025, month: 2, day: 0 });
        refused("2025-10-16T24:00:00Z", Problem::Hour(24));
        refused("2025-10-16T10:60:00Z", Problem::Minute(60));
        refused("2025-10-16T10:30:60Z", Problem::Second(60));
        refused("2025-11/2025-10", Problem::EndsFirst);
        refused("2025-10-16/2025-10-15", Problem::EndsFirst);
    }

    #[test]
    fn unsupported_forms_have_their_own_errors() {
        refused("2025-10-16T10:30:00", Problem::NoOffset);
        refused("2025-10-16T10:30Z", Problem::ShortTime);
        refused("2025-10-16T10:30", Problem::ShortTime);
        refused("0000", Problem::Year);
        refused("000X", Problem::Year);
        refused("00XX", Problem::Year);
        refused("12025", Problem::Year);
        refused("12025-10-16", Problem::Year);
        refused("Y170000002", Problem::Year);
        refused("-0044-03-15", Problem::Year);
        refused("+2025", Problem::Year);
        refused("9999-24", Problem::OutOfRange);
        refused("0001-01-01T00:00:00+01:00", Problem::OutOfRange);
        for level_2 in [
            "2025-XX-15",
            "2025-1X-01",
            "1XX5",
            "2025?-10",
            "?2025",
            "[2025,2026]",
            "{2025}",
            "2025-33",
            "2025S2",
            "2025-10-1X",
        ] {
            refused(level_2, Problem::Level2);
        }
        refused("2025-10-16T10:30:00Z/2025-10-17", Problem::DateTimeEnd);
        refused("2025-21/2025-22", Problem::SeasonEnd);
        refused("2025/2026/2027", Problem::TooManyEnds);
        refused("/", Problem::NoEnds);
        refused("../..", Problem::NoEnds);
    }

    #[test]
    fn other_texts_are_refused() {
        for bad in [
            "",
            " ",
            "yesterday",
            "16.10.2025",
            "2025-10-16 ",
            " 2025",
            "2025-1-1",
            "2025/10/16x",
            "2025-10-16Z",
            "２０２５",
            "2025-10-16t10:30:00z",
            "XXXX",
            "20251016",
            "2025-10-",
            "20 5",
            "2025--10",
            "1e10",
        ] {
            assert!(bad.parse::<Edtf>().is_err(), "{bad:?}");
        }
        refused("16.10.2025", Problem::NotADate);
    }
}
