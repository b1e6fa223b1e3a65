//! Walks along a line, value by value. It knows what comes next, so it never searches.

use super::token::{Date, Name, Text, Token};
use super::words::Words;
use crate::codec::schema::Schema;
use crate::edtf::date_cache::DateReader;
use crate::{EventId, Instant, simd};

/// A place in a line from which the rest is read.
///
/// Every step returns `None` if the line is not what it expects there. That is no error: the general decoder then reads
/// the line, or says what is wrong with it.
#[derive(Debug)]
pub(crate) struct Walker<'t, D> {
    text: &'t [u8],
    /// The rest of the text.
    rest: &'t [u8],
    /// The reader of dates.
    pub(super) days: D,
}

/// The length of an id with its closing quote, in bytes.
const ID_BYTES: usize = crate::id::TEXT_BYTES + 1;

impl<'t, D: DateReader> Walker<'t, D> {
    pub(super) const fn new(text: &'t [u8], days: D) -> Self {
        Self { text, rest: text, days }
    }

    /// Returns how many bytes were skipped.
    #[inline]
    pub(super) const fn place(&self) -> usize {
        self.text.len() - self.rest.len()
    }

    /// Moves to a place in the text.
    pub(super) fn go(&mut self, place: usize) -> Option<()> {
        self.rest = self.text.get(place..)?;
        Some(())
    }

    /// Returns the text between two places.
    pub(super) fn between(&self, start: usize, end: usize) -> Option<&'t [u8]> {
        self.text.get(start..end)
    }

    /// Returns the next byte, if there is one.
    #[inline]
    pub(super) fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    /// Skips an expected text.
    // Inlined, because comparing with a text of known length needs no call.
    #[inline(always)]
    pub(super) fn pass(&mut self, expected: &'static [u8]) -> Option<()> {
        self.rest = self.rest.strip_prefix(expected)?;
        Some(())
    }

    /// Skips the number of the current schema version, or of an older one that differs only in its number.
    #[inline(always)]
    pub(super) fn version<S: Schema>(&mut self) -> Option<()> {
        self.rest = match self.rest.strip_prefix(S::FIGURES) {
            Some(rest) => rest,
            None => after_older_version::<S>(self.rest)?,
        };
        Some(())
    }

    /// Skips the opening brace or comma, a key with its quotes and colon, and the opening of its value.
    #[inline(always)]
    pub(super) fn key(&mut self, before: u8, quoted: &'static str, opening: &'static [u8]) -> Option<()> {
        let (first, rest) = self.rest.split_at_checked(1 + quoted.len() + opening.len())?;
        let (found, key) = first.split_first()?;
        let (key, value) = key.split_at_checked(quoted.len())?;
        (*found == before && key == quoted.as_bytes() && value == opening).then_some(())?;
        self.rest = rest;
        Some(())
    }

    /// Skips the white space of JSON, up to the end of the line.
    #[inline(always)]
    pub(super) fn space(&mut self) {
        // There is usually no white space.
        if self.peek().is_some_and(|byte| byte <= b' ' && byte != b'\n') {
            self.rest = behind_space(self.rest);
        }
    }

    /// Skips the end of a line, but not its line feed.
    #[inline(always)]
    pub(super) fn end(&mut self) -> Option<()> {
        self.space();
        matches!(self.rest, [] | [b'\n', ..]).then_some(())
    }

    /// Skips `length` bytes, and the quote that is known to follow.
    #[inline(always)]
    fn pass_quoted(&mut self, length: usize) -> Option<Token<'t>> {
        let token = Token::new(self.rest, length);
        self.rest = self.rest.get(length + 1..)?;
        Some(token)
    }

    /// Skips the rest of a string up to the first quote, whatever it holds. It is for types that check every byte and
    /// allow neither quotes nor backslashes.
    #[inline(always)]
    pub(in crate::codec) fn bare(&mut self) -> Option<Token<'t>> {
        let quotes = self.rest.first_chunk().map_or(0, |chunk| simd::equal_32(chunk, b'"'));
        let length = if quotes == 0 { far_quote(self.rest)? } else { quotes.trailing_zeros() as usize };
        self.pass_quoted(length)
    }

    /// Skips a name, looking only for its end.
    #[inline(always)]
    pub(in crate::codec) fn name(&mut self) -> Option<Name<'t>> {
        self.bare().map(Name)
    }

    /// Skips an id in lower case.
    #[inline(always)]
    pub(in crate::codec) fn id(&mut self) -> Option<EventId> {
        let (text, rest) = self.rest.split_first_chunk::<ID_BYTES>()?;
        let id = EventId::of_lower_case(text.first_chunk()?)?;
        self.rest = rest;
        (text.last() == Some(&b'"')).then_some(id)
    }

    /// Skips a date.
    #[inline(always)]
    pub(in crate::codec) fn date(&mut self) -> Option<Date<'t>> {
        let text = self.bare()?;
        Some(Date { text, means: self.days.date(text)? })
    }

    /// Skips an instant.
    #[inline(always)]
    pub(in crate::codec) fn instant(&mut self) -> Option<Instant> {
        let text = self.bare()?;
        self.days.instant(text)
    }

    /// Moves to the next string of a list after a number of strings, or to the end of the list. Tells whether there is
    /// a string.
    #[inline(always)]
    pub(in crate::codec) fn has_item(&mut self, before: usize) -> Option<bool> {
        self.space();
        if self.pass(b"]").is_some() {
            return Some(false);
        }
        if before > 0 {
            self.pass(b",")?;
            self.space();
        }
        self.pass(b"\"").map(|()| true)
    }

    /// Skips a word of a vocabulary, and returns its number there.
    #[inline(always)]
    pub(in crate::codec) fn word(&mut self, words: &'static Words) -> Option<u8> {
        words.number_of(self.bare()?)
    }

    /// Skips the rest of any string. It checks escapes but does not decode them.
    #[inline(always)]
    pub(in crate::codec) fn text(&mut self) -> Option<Text<'t>> {
        let length = plain_length(self.rest);
        if self.rest.get(length) == Some(&b'"') {
            self.pass_quoted(length).map(Text::plain)
        } else {
            self.pass_quoted(escaped_length(self.rest, length)?).map(Text::escaped)
        }
    }

    /// Skips any value, checking only as much as it needs to find the end.
    pub(super) fn skip(&mut self) -> Option<()> {
        if self.peek()? == b'"' {
            return self.skip_string();
        }
        let mut depth = 0_usize;
        loop {
            match self.peek()? {
                b'"' => self.skip_string()?,
                b'{' | b'[' => {
                    depth += 1;
                    self.skip_byte()?;
                }
                b'}' | b']' => {
                    depth = depth.checked_sub(1)?;
                    self.skip_byte()?;
                }
                b'\n' => return None,
                _ => {
                    self.skip_byte()?;
                    // A number or a word may continue.
                    if !matches!(self.peek()?, b',' | b'}' | b']' | b' ' | b'\t' | b'\r') {
                        continue;
                    }
                }
            }
            if depth == 0 {
                return Some(());
            }
        }
    }

    #[inline(always)]
    fn skip_byte(&mut self) -> Option<()> {
        self.rest = self.rest.get(1..)?;
        Some(())
    }

    #[inline]
    fn skip_string(&mut self) -> Option<()> {
        self.skip_byte()?;
        loop {
            let (end, rest) = self.rest.get(plain_length(self.rest)..)?.split_first()?;
            self.rest = rest;
            match end {
                b'"' => return Some(()),
                b'\\' => self.skip_byte()?,
                _ => return None,
            }
        }
    }
}

// Rarely used steps take the text and not the walker, so that the walker can stay in the processor's registers.

/// Skips the white space of JSON.
#[cold]
#[inline(never)]
const fn behind_space(mut text: &[u8]) -> &[u8] {
    while let [b' ' | b'\t' | b'\r', rest @ ..] = text {
        text = rest;
    }
    text
}

#[cold]
#[inline(never)]
fn far_quote(text: &[u8]) -> Option<usize> {
    memchr::memchr(b'"', text)
}

/// Returns the length of a string with escapes, given the number of bytes before the first one.
#[cold]
#[inline(never)]
fn escaped_length(text: &[u8], mut length: usize) -> Option<usize> {
    while let [b'\\', escape @ ..] = text.get(length..)? {
        length += 1 + escape_length(escape)?;
        length += plain_length(text.get(length..)?);
    }
    (text.get(length) == Some(&b'"')).then_some(length)
}

/// Returns the number of bytes before the first quote, backslash or control character.
#[inline(always)]
fn plain_length(bytes: &[u8]) -> usize {
    let mut length = 0;
    while let Some(chunk) = bytes.get(length..).and_then(<[u8]>::first_chunk) {
        let ends = simd::string_ends_32(chunk);
        if ends != 0 {
            return length + ends.trailing_zeros() as usize;
        }
        length += chunk.len();
    }
    let ends = |byte: &u8| *byte < 0x20 || *byte == b'"' || *byte == b'\\';
    let tail = bytes.get(length..).unwrap_or_default();
    length + tail.iter().position(ends).unwrap_or(tail.len())
}

/// Returns the length of an escape after its backslash, or `None` if it is not an escape (RFC 8259 §7) or names half a
/// character.
fn escape_length(escape: &[u8]) -> Option<usize> {
    match escape {
        [b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', ..] => Some(1),
        [b'u', first @ ..] => match (unit(first)?, first.get(4..)?) {
            (0xD800..=0xDBFF, [b'\\', b'u', second @ ..]) => {
                matches!(unit(second)?, 0xDC00..=0xDFFF).then_some("uD83D\\uDE00".len())
            }
            (0xD800..=0xDFFF, _) => None,
            _ => Some("u0041".len()),
        },
        _ => None,
    }
}

/// Returns the UTF-16 unit of four hexadecimal digits.
fn unit(figures: &[u8]) -> Option<u32> {
    let value = |byte: &u8| char::from(*byte).to_digit(16);
    figures.get(..4)?.iter().try_fold(0, |unit, figure| Some(unit << 4 | value(figure)?))
}

/// Returns the text after the number of an older version that differs only in its number. It does not take the walker,
/// since the walker would then have to be kept in memory.
#[inline(never)]
fn after_older_version<S: Schema>(text: &[u8]) -> Option<&[u8]> {
    let end = text.iter().position(|byte| !byte.is_ascii_digit())?;
    let (figures, rest) = text.split_at_checked(end)?;
    let version: u32 = std::str::from_utf8(figures).ok()?.parse().ok()?;
    // JSON does not allow leading zeros.
    let is_plain = figures == b"0" || !figures.starts_with(b"0");
    (is_plain && (S::OLDEST_ALIKE..=S::VERSION).contains(&version)).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edtf::date_cache::UncachedDates;

    fn walker(text: &str) -> Walker<'_, UncachedDates> {
        Walker::new(text.as_bytes(), UncachedDates)
    }

    #[test]
    fn a_string_ends_at_its_quote() {
        for length in 0..80 {
            let text = "é".repeat(length);
            let line = format!("\"{text}\",\"rest\"");
            let mut walker = walker(&line);
            let made = walker.pass(b"\"").and_then(|()| walker.text()?.made(&line));
            assert_eq!(made.as_deref(), Some(&*text));
            assert_eq!(walker.pass(b",\"rest\""), Some(()));
            assert_eq!(walker.end(), Some(()));
        }
    }

    #[test]
    fn strings_are_read_as_serde_json_reads_them() {
        let pieces = ["\\", "u", "d83d", "dE00", "00e9", "\"", "n", "x", "é", "\u{1}", "/", "\\\\"];
        for number in 0..pieces.len().pow(4) {
            let piece = |place: u32| pieces[number / pieces.len().pow(place) % pieces.len()];
            let json = format!("\"{}{}{}{}{}\"", piece(3), piece(2), "-".repeat(number % 33), piece(1), piece(0));
            let mut walker = walker(&json);
            let text = walker.pass(b"\"").and_then(|()| walker.text());
            let taken = text.filter(|_| walker.end().is_some()).map(|text| text.made(&json));
            let expected = serde_json::from_str::<String>(&json).ok();
            assert_eq!(taken.map(|text| text.unwrap().into_owned()), expected, "{json}");
        }
    }

    #[test]
    fn every_byte_that_ends_a_string_is_found_at_every_place() {
        for end in (0..0x20).chain([b'"', b'\\']) {
            for before in 0..40 {
                let mut bytes = vec![0xC3; before];
                bytes.push(end);
                bytes.extend(b"0123456789\"\\");
                assert_eq!(plain_length(&bytes), before, "{end:#x} after {before}");
            }
        }
        for plain in (0x20..=0xFF).filter(|byte| ![b'"', b'\\'].contains(byte)) {
            assert_eq!(plain_length(&[plain; 39]), 39, "{plain:#x}");
        }
    }
}
