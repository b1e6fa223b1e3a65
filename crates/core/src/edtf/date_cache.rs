//! A cache of dates, because a reader of many lines meets the same dates again and again.

use super::clock::{self, Dialect};
use super::parse::plain_day;
use super::{DateSpan, Edtf};
use crate::Instant;
use crate::codec::Token;

/// The meaning of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DateMeaning {
    /// The first instant that it can mean, or `None` if it is unbounded.
    pub(crate) earliest: Option<Instant>,
    /// The last nanosecond that it can mean, or `None` if it is unbounded.
    pub(crate) latest: Option<Instant>,
    /// How far it extends from its first instant, if it has one.
    pub(crate) span: DateSpan,
}

impl DateMeaning {
    /// Reads a date; returns `None` if the text is not one.
    fn of(text: Token<'_>) -> Option<Self> {
        if let Some(day) = text.bytes().try_into().ok().and_then(plain_day) {
            let (earliest, latest) = Instant::bounds_of(day, day)?;
            return Some(Self { earliest: Some(earliest), latest: Some(latest), span: DateSpan::PLAIN });
        }
        let (earliest, latest) = Edtf::bounds_of(text.as_str()?).ok()?;
        let span = earliest.map_or(DateSpan::UNKNOWN, |earliest| DateSpan::of(text.len(), earliest, latest));
        Some(Self { earliest, latest, span })
    }
}

/// Reads dates as [`Edtf`] and [`Instant`] do; it may cache them.
pub(crate) trait DateReader {
    /// Reads a date; returns `None` if the text is not one.
    fn date(&mut self, text: Token<'_>) -> Option<DateMeaning>;

    /// Reads an instant; returns `None` if the text is not one.
    #[inline]
    fn instant(&mut self, text: Token<'_>) -> Option<Instant> {
        let (_, time) = clock::parts(text.bytes(), Dialect::Rfc3339).ok()?;
        let day = self.date(text.cut(clock::DATE_BYTES))?;
        // Check the span, because dates with unspecified digits are as long as a day, too.
        day.span.is_plain_day().then_some(())?;
        clock::on(day.earliest?.date(), time, Dialect::Rfc3339).ok()
    }
}

/// A reader that caches nothing.
#[derive(Debug)]
pub(crate) struct UncachedDates;

impl DateReader for UncachedDates {
    fn date(&mut self, text: Token<'_>) -> Option<DateMeaning> {
        DateMeaning::of(text)
    }
}

/// The size of the cache: small enough for the processor's nearest cache.
const PLACES: usize = 1 << PLACE_BITS;
const PLACE_BITS: u32 = 8;

/// A cache of dates. Each date has one place, which it shares with others.
#[derive(Debug)]
pub(crate) struct DateCache {
    places: Box<[CachedDate; PLACES]>,
}

#[derive(Debug, Clone, Copy)]
struct CachedDate {
    words: [u64; 3],
    length: usize,
    means: DateMeaning,
}

impl Default for DateCache {
    fn default() -> Self {
        // An empty entry never matches, because no date is empty.
        let means = DateMeaning { earliest: None, latest: None, span: DateSpan::UNKNOWN };
        Self { places: Box::new([CachedDate { words: [0; 3], length: 0, means }; PLACES]) }
    }
}

impl<D: DateReader> DateReader for &mut D {
    #[inline(always)]
    fn date(&mut self, text: Token<'_>) -> Option<DateMeaning> {
        D::date(self, text)
    }
}

impl DateReader for DateCache {
    #[inline(always)]
    fn date(&mut self, text: Token<'_>) -> Option<DateMeaning> {
        let Some(words) = text.words().filter(|_| text.len() > 0) else { return DateMeaning::of(text) };
        let known = self.places.get_mut(place(words))?;
        // Without the length, a date followed by a zero byte would look like that date.
        if known.words == words && known.length == text.len() {
            Some(known.means)
        } else {
            remember(known, words, text)
        }
    }
}

/// Reads a date, and caches it.
#[cold]
#[inline(never)]
fn remember(place: &mut CachedDate, words: [u64; 3], text: Token<'_>) -> Option<DateMeaning> {
    let means = DateMeaning::of(text)?;
    *place = CachedDate { words, length: text.len(), means };
    Some(means)
}

/// Returns the slot of a date. Consecutive days have different slots.
#[inline(always)]
#[allow(clippy::cast_possible_truncation, reason = "as many bits as there are places")]
const fn place([first, middle, last]: [u64; 3]) -> usize {
    // Fibonacci hashing: the upper bits depend on every byte.
    let word = first ^ middle.rotate_left(29) ^ last.rotate_left(47);
    (word.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (u64::BITS - PLACE_BITS)) as usize
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;

    #[track_caller]
    fn reads_like_the_parser(cache: &mut DateCache, text: &str) {
        let bounds = |dated: Option<DateMeaning>| dated.map(|dated| (dated.earliest, dated.latest));
        assert_eq!(bounds(cache.date(Token::of(text))), Edtf::bounds_of(text).ok(), "{text:?}");
        assert_eq!(UncachedDates.date(Token::of(text)), cache.date(Token::of(text)), "{text:?}");
        for text in [text, &format!("{text}T08:01:02.000003Z"), &format!("{text}t08:01:02+03:00")] {
            assert_eq!(cache.instant(Token::of(text)), text.parse().ok(), "{text:?}");
        }
    }

    #[test]
    fn cached_dates_equal_parsed_ones() {
        let mut cache = DateCache::default();
        let first = NaiveDate::from_ymd_opt(1999, 12, 1).unwrap();
        for days in (0..400).chain((0..4_000).rev()).chain([0, 0]) {
            let text = (first + chrono::TimeDelta::days(days)).to_string();
            for text in
                [&text, text.get(..7).unwrap(), &format!("{text}?"), &format!("{text}/.."), &format!("../{text}")]
            {
                reads_like_the_parser(&mut cache, text);
            }
        }
    }

    #[test]
    fn an_invalid_date_is_never_taken_from_the_cache() {
        let mut cache = DateCache::default();
        for text in ["2025-02-28", "2025-02-29", "2025-02-28", "2025-13-01", "0000-01-01", "\0\0\0\0\0\0\0\0\0\0"] {
            reads_like_the_parser(&mut cache, text);
        }
        for text in [
            "2025-10",
            "2025-10\0",
            "2025-10-XX",
            "2025-XX-XX",
            "2025-10-16?",
            "2025-10-16/2025-11",
            "",
            "é",
            "2025-10-16T",
        ] {
            reads_like_the_parser(&mut cache, text);
            reads_like_the_parser(&mut cache, text);
        }
        // The same date followed by another character.
        let text = "2025-10-16/2025-11-02";
        for length in 1..text.len() {
            let cut = cache.date(Token::new(text.as_bytes(), length));
            assert_eq!(
                cut.map(|dated| (dated.earliest, dated.latest)),
                Edtf::bounds_of(text.get(..length).unwrap()).ok()
            );
        }
    }

    #[test]
    fn consecutive_days_seldom_share_a_slot() {
        let first = NaiveDate::from_ymd_opt(2025, 1, 1).unwrap();
        let text = |days| (first + chrono::TimeDelta::days(days)).to_string();
        let mut places: Vec<_> = (0..32).map(|days| place(Token::of(&text(days)).words().unwrap())).collect();
        places.sort_unstable();
        places.dedup();
        assert!(places.len() > 25, "{places:?}");
    }
}
