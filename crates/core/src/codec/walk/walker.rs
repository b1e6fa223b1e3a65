//! A walk along a line, value by value: what stands next is known, so nothing is searched for.

use super::token::{Date, Name, Text, Token};
use super::words::Words;
use crate::edtf::calendar::Days;
use crate::{EventId, Instant, simd};

/// A place in a line from which the rest is read.
///
/// Every step answers none where the line is not what it expects there. That is no error: the general decoder then
/// says what the line is, or what is wrong with it.
#[derive(Debug)]
pub(crate) struct Walker<'t, D> {
    text: &'t [u8],
    /// What is left of the text.
    rest: &'t [u8],
    /// What reads dates.
    pub(super) days: D,
}

/// The length of an id with its closing quote, in bytes.
const ID_BYTES: usize = crate::id::TEXT_BYTES + 1;

impl<'t, D: Days> Walker<'t, D> {
    pub(super) const fn new(text: &'t [u8], days: D) -> Self {
        Self { text, rest: text, days }
    }

    /// How many bytes were passed over.
    #[inline]
    pub(super) const fn place(&self) -> usize {
        self.text.len() - self.rest.len()
    }

    /// Goes to a place of the text.
    pub(super) fn go(&mut self, place: usize) -> Option<()> {
        self.rest = self.text.get(place..)?;
        Some(())
    }

    /// Returns the text between two places.
    pub(super) fn between(&self, start: usize, end: usize) -> Option<&'t [u8]> {
        self.text.get(start..end)
    }

    /// Returns what stands next.
    #[inline]
    pub(super) fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    /// Passes over what must stand next.
    // Inlined, since a comparison with a text of a known length takes no call.
    #[inline(always)]
    pub(super) fn pass(&mut self, expected: &'static [u8]) -> Option<()> {
        self.rest = self.rest.strip_prefix(expected)?;
        Some(())
    }

    /// Passes over a key with its quotes and colon, and over the opening brace or comma before it.
    #[inline(always)]
    pub(super) fn key(&mut self, before: u8, quoted: &'static str) -> Option<()> {
        let (first, rest) = self.rest.split_at_checked(quoted.len() + 1)?;
        let (found, key) = first.split_first()?;
        (*found == before && key == quoted.as_bytes()).then_some(())?;
        self.rest = rest;
        Some(())
    }

    /// Passes over the white space of JSON, up to the end of the line.
    #[inline(always)]
    pub(super) fn space(&mut self) {
        // Most often there is none.
        if self.peek().is_some_and(|byte| byte <= b' ') {
            self.some_space();
        }
    }

    fn some_space(&mut self) {
        while let [b' ' | b'\t' | b'\r', rest @ ..] = self.rest {
            self.rest = rest;
        }
    }

    /// Passes over the end of a line, but not over its line feed.
    #[inline]
    pub(super) fn end(&mut self) -> Option<()> {
        self.space();
        matches!(self.rest, [] | [b'\n', ..]).then_some(())
    }

    /// Passes over so many bytes, and the quote that is known to stand there.
    #[inline(always)]
    fn pass_quoted(&mut self, length: usize) -> Option<Token<'t>> {
        let token = Token::new(self.rest, length);
        self.rest = self.rest.get(length + 1..)?;
        Some(token)
    }

    /// Passes over a string up to the first quote, whatever stands in it: for values whose type looks at every byte,
    /// and knows neither quotes nor backslashes.
    #[inline(always)]
    pub(in crate::codec) fn bare(&mut self) -> Option<Token<'t>> {
        self.pass(b"\"")?;
        let quotes = self.rest.first_chunk().map_or(0, |chunk| simd::equal_32(chunk, b'"'));
        let length = if quotes == 0 { self.far_quote()? } else { quotes.trailing_zeros() as usize };
        self.pass_quoted(length)
    }

    #[cold]
    #[inline(never)]
    fn far_quote(&self) -> Option<usize> {
        memchr::memchr(b'"', self.rest)
    }

    /// Passes over a name, and looks at nothing but where it ends.
    #[inline(always)]
    pub(in crate::codec) fn name(&mut self) -> Option<Name<'t>> {
        self.bare().map(Name)
    }

    /// Passes over an id in lower case.
    #[inline(always)]
    pub(in crate::codec) fn id(&mut self) -> Option<EventId> {
        self.pass(b"\"")?;
        let (text, rest) = self.rest.split_first_chunk::<ID_BYTES>()?;
        let id = EventId::of_lower_case(text.first_chunk()?)?;
        self.rest = rest;
        (text.last() == Some(&b'"')).then_some(id)
    }

    /// Passes over a date.
    #[inline(always)]
    pub(in crate::codec) fn date(&mut self) -> Option<Date<'t>> {
        let text = self.bare()?;
        Some(Date { text, means: self.days.date(text)? })
    }

    /// Passes over an instant.
    #[inline(always)]
    pub(in crate::codec) fn instant(&mut self) -> Option<Instant> {
        let text = self.bare()?;
        self.days.instant(text)
    }

    /// Passes over a list, value by value, and counts them.
    #[inline(always)]
    pub(in crate::codec) fn items(&mut self, mut item: impl FnMut(&mut Self) -> Option<()>) -> Option<usize> {
        self.pass(b"[")?;
        self.space();
        let mut count = 0;
        while self.pass(b"]").is_none() {
            if count > 0 {
                self.pass(b",")?;
                self.space();
            }
            item(self)?;
            self.space();
            count += 1;
        }
        Some(count)
    }

    /// Passes over a word of a vocabulary, and returns its number there.
    #[inline(always)]
    pub(in crate::codec) fn word(&mut self, words: &'static Words) -> Option<u8> {
        words.number_of(self.bare()?)
    }

    /// Passes over any string. Escapes are looked at, and not undone.
    #[inline(always)]
    pub(in crate::codec) fn text(&mut self) -> Option<Text<'t>> {
        self.pass(b"\"")?;
        let length = plain_length(self.rest);
        if self.rest.get(length) == Some(&b'"') {
            self.pass_quoted(length).map(Text::plain)
        } else {
            self.escaped(length)
        }
    }

    /// Passes over a string with escapes, of which the first stands after so many bytes.
    #[cold]
    #[inline(never)]
    fn escaped(&mut self, mut length: usize) -> Option<Text<'t>> {
        while let [b'\\', escape @ ..] = self.rest.get(length..)? {
            length += 1 + escape_length(escape)?;
            length += plain_length(self.rest.get(length..)?);
        }
        (self.rest.get(length) == Some(&b'"')).then_some(())?;
        self.pass_quoted(length).map(Text::escaped)
    }

    /// Passes over any value, and only so far into it that its end is found, where it is a value.
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
                    // A number, or a word, goes on.
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

/// How many bytes come before the first quote, backslash or control character.
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

/// How many bytes an escape has behind its backslash; none where it is no escape (RFC 8259 §7), or names half a
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

/// The unit of UTF-16 that four hexadecimal figures name.
fn unit(figures: &[u8]) -> Option<u32> {
    let value = |byte: &u8| char::from(*byte).to_digit(16);
    figures.get(..4)?.iter().try_fold(0, |unit, figure| Some(unit << 4 | value(figure)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edtf::calendar::NoDays;

    fn walker(text: &str) -> Walker<'_, NoDays> {
        Walker::new(text.as_bytes(), NoDays)
    }

    #[test]
    fn a_string_ends_at_its_quote() {
        for length in 0..80 {
            let text = "é".repeat(length);
            let line = format!("\"{text}\",\"rest\"");
            let mut walker = walker(&line);
            assert_eq!(walker.text().and_then(|text| text.made(&line)).as_deref(), Some(&*text));
            assert_eq!(walker.pass(b",\"rest\""), Some(()));
            assert_eq!(walker.end(), Some(()));
        }
    }

    #[test]
    fn a_string_is_taken_where_serde_json_takes_it_and_as_the_same() {
        let pieces = ["\\", "u", "d83d", "dE00", "00e9", "\"", "n", "x", "é", "\u{1}", "/", "\\\\"];
        for number in 0..pieces.len().pow(4) {
            let piece = |place: u32| pieces[number / pieces.len().pow(place) % pieces.len()];
            let json = format!("\"{}{}{}{}{}\"", piece(3), piece(2), "-".repeat(number % 33), piece(1), piece(0));
            let mut walker = walker(&json);
            let taken = walker.text().filter(|_| walker.end().is_some()).map(|text| text.made(&json));
            let expected = serde_json::from_str::<String>(&json).ok();
            assert_eq!(taken.map(|text| text.unwrap().into_owned()), expected, "{json}");
        }
    }

    #[test]
    fn every_byte_that_ends_a_string_is_found_wherever_it_stands() {
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
