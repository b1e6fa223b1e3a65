//! Days read before: whoever reads many lines meets the same days again and again.

use super::clock::{self, Dialect};
use super::parse::plain_day;
use super::{DateBounds, Edtf};
use crate::Instant;

/// Reads dates as [`Edtf`] and [`Instant`] do, and may remember the days.
pub(crate) trait Days {
    /// Reads a day written as `2025-10-16`: its first instant, and its last nanosecond; none where it is no such day.
    fn day(&mut self, text: &[u8; 10]) -> Option<(Instant, Instant)>;

    /// Works out the bounds of a date; none where the text is no date.
    #[inline]
    fn bounds_of(&mut self, text: &str) -> Option<DateBounds> {
        let day = text.as_bytes().try_into().ok().and_then(|text| self.day(text));
        day.map(|(first, last)| (Some(first), Some(last))).or_else(|| Edtf::bounds_of(text).ok())
    }

    /// Reads an instant; none where the text is none.
    #[inline]
    fn instant(&mut self, text: &str) -> Option<Instant> {
        let (date, time) = clock::parts(text, Dialect::Rfc3339).ok()?;
        clock::on(self.day(date)?.0.date(), time, Dialect::Rfc3339).ok()
    }
}

/// Remembers nothing.
pub(crate) struct NoDays;

impl Days for NoDays {
    fn day(&mut self, text: &[u8; 10]) -> Option<(Instant, Instant)> {
        let day = plain_day(text)?;
        Instant::bounds_of(day, day)
    }
}

/// How many days are remembered: so few that they stay in the nearest cache of the processor.
const PLACES: usize = 1 << PLACE_BITS;
const PLACE_BITS: u32 = 6;

/// Remembers days read before. Each has one place, which it shares with others.
#[derive(Debug)]
pub(crate) struct Calendar {
    places: [Option<Known>; PLACES],
}

#[derive(Debug, Clone, Copy)]
struct Known {
    text: [u8; 10],
    first: Instant,
    last: Instant,
}

impl Calendar {
    pub(crate) const fn new() -> Self {
        Self { places: [None; PLACES] }
    }
}

impl Days for Calendar {
    #[inline]
    fn day(&mut self, text: &[u8; 10]) -> Option<(Instant, Instant)> {
        let place = self.places.get_mut(place(*text)?)?;
        match place {
            Some(known) if known.text == *text => Some((known.first, known.last)),
            _ => remember(place, *text),
        }
    }
}

/// Reads a day, and puts it in the place of another.
#[cold]
fn remember(place: &mut Option<Known>, text: [u8; 10]) -> Option<(Instant, Instant)> {
    let (first, last) = NoDays.day(&text)?;
    *place = Some(Known { text, first, last });
    Some((first, last))
}

/// The place of a day. Days that follow each other have different ones.
#[inline]
fn place(text: [u8; 10]) -> Option<usize> {
    // By Fibonacci's hashing: what comes out on top depends on every byte.
    let ends = u64::from_le_bytes(*text.last_chunk()?);
    usize::try_from(ends.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (u64::BITS - PLACE_BITS)).ok()
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;

    #[test]
    fn days_are_what_they_are_however_often_they_are_asked_for() {
        let mut calendar = Calendar::new();
        let first = NaiveDate::from_ymd_opt(1999, 12, 1).unwrap();
        for days in (0..400).chain((0..4_000).rev()).chain([0, 0]) {
            let text = (first + chrono::TimeDelta::days(days)).to_string();
            let expected = Edtf::bounds_of(&text).unwrap();
            assert_eq!(calendar.bounds_of(&text), Some(expected), "{text}");
            assert_eq!(NoDays.bounds_of(&text), Some(expected), "{text}");
            let instant = format!("{text}T08:01:02.000003Z");
            assert_eq!(calendar.instant(&instant), instant.parse().ok(), "{instant}");
        }
    }

    #[test]
    fn what_is_no_day_is_none_also_where_one_was_read_before() {
        let mut calendar = Calendar::new();
        for text in ["2025-02-28", "2025-02-29", "2025-02-28", "2025-13-01", "0000-01-01", "\0\0\0\0\0\0\0\0\0\0"] {
            assert_eq!(calendar.bounds_of(text), Edtf::bounds_of(text).ok(), "{text:?}");
            let instant = format!("{text}T08:01:02Z");
            assert_eq!(calendar.instant(&instant), instant.parse().ok(), "{instant:?}");
        }
        for text in ["2025-10", "2025-10-XX", "2025-10-16?", "2025-10-16/2025-11", "", "é"] {
            assert_eq!(calendar.bounds_of(text), Edtf::bounds_of(text).ok(), "{text:?}");
            assert_eq!(calendar.instant(text), None, "{text:?}");
        }
    }

    #[test]
    fn days_that_follow_each_other_seldom_share_a_place() {
        let first = NaiveDate::from_ymd_opt(2025, 1, 1).unwrap();
        let texts = (0..32).map(|days| (first + chrono::TimeDelta::days(days)).to_string());
        let mut places: Vec<_> = texts.filter_map(|text| place(*text.as_bytes().first_chunk()?)).collect();
        places.sort_unstable();
        places.dedup();
        assert!(places.len() > 20, "{places:?}");
    }
}
