//! A walk along a canonical line: what stands next is known, so nothing is searched for.

use std::borrow::Cow;

use crate::id::TEXT_BYTES as ID_BYTES;
use crate::name::{path_at, slug_at};
use crate::simd::{self, Lanes};

/// A place in a line from which the rest is read.
///
/// Every step answers none where the line is not what a writer of canonical lines would have written there. That is no
/// error: the line is then read the patient way, which takes any order of fields, and tells what is wrong.
#[derive(Debug, Clone)]
pub(in crate::codec) struct Cursor<'a> {
    text: &'a str,
    /// What is left of the text. Bytes, since a step asks for those that it expects, and never for characters.
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    pub(in crate::codec) const fn new(line: &'a str) -> Self {
        Self { text: line, rest: line.as_bytes() }
    }

    /// Passes over what must stand next.
    #[inline]
    pub(in crate::codec) fn pass<const N: usize>(&mut self, expected: &[u8; N]) -> Option<()> {
        let (found, rest) = self.rest.split_first_chunk()?;
        (found == expected).then(|| self.rest = rest)
    }

    /// Passes over a key with its quotes and colon, and over the opening brace or comma before it.
    // Inlined, since a comparison with a text of a known length takes no call.
    #[inline(always)]
    pub(in crate::codec) fn key(&mut self, before: u8, quoted: &'static str) -> Option<()> {
        let (first, rest) = self.rest.split_first()?;
        (*first == before).then_some(())?;
        self.rest = rest.strip_prefix(quoted.as_bytes())?;
        Some(())
    }

    /// Returns what is left.
    pub(in crate::codec) fn rest(&self) -> &'a str {
        self.text.get(self.place()..).unwrap_or_default()
    }

    /// How many bytes of the text were passed over.
    #[inline]
    pub(super) const fn place(&self) -> usize {
        self.text.len() - self.rest.len()
    }

    /// Returns what was passed over from a place on, without its last byte.
    #[inline]
    fn since(&self, place: usize) -> Option<&'a str> {
        self.text.get(place..self.place() - 1)
    }

    /// Passes over so many bytes of a string, and its quote.
    #[inline]
    fn pass_quoted(&mut self, length: usize) -> Option<()> {
        let (quote, rest) = self.rest.get(length..)?.split_first()?;
        (*quote == b'"').then(|| self.rest = rest)
    }

    /// Passes over a string without escapes.
    #[inline]
    fn pass_plain(&mut self) -> Option<()> {
        self.pass(b"\"")?;
        self.pass_quoted(plain_length(self.rest))
    }

    /// Passes over a string without escapes, and returns what stands between its quotes.
    #[inline]
    pub(in crate::codec) fn plain(&mut self) -> Option<&'a str> {
        let start = self.place() + 1;
        self.pass_plain()?;
        self.since(start)
    }

    /// Passes over a string up to the first quote, whatever stands in it: for values whose type looks at every byte,
    /// and knows neither quotes nor backslashes.
    #[inline]
    pub(in crate::codec) fn bare(&mut self) -> Option<&'a str> {
        let start = self.place() + 1;
        self.pass(b"\"")?;
        let length = match simd::at(self.rest, 0).map(|lanes| simd::equal(lanes, b'"').to_bitmask()) {
            Some(quotes) if quotes != 0 => quotes.trailing_zeros() as usize,
            _ => memchr::memchr(b'"', self.rest)?,
        };
        self.pass_quoted(length)?;
        self.since(start)
    }

    /// Passes over an id, and returns its text: a string of that length.
    #[inline]
    pub(in crate::codec) fn id(&mut self) -> Option<&'a str> {
        let start = self.place() + 1;
        self.pass(b"\"")?;
        self.pass_quoted(ID_BYTES)?;
        self.since(start)
    }

    /// Passes over a path.
    pub(in crate::codec) fn pass_path(&mut self) -> Option<()> {
        self.pass(b"\"")?;
        self.pass_quoted(path_at(self.rest)?)
    }

    /// Passes over a path, and returns it.
    #[inline]
    pub(in crate::codec) fn path(&mut self) -> Option<&'a str> {
        let start = self.place() + 1;
        self.pass_path()?;
        self.since(start)
    }

    /// Passes over a slug.
    pub(in crate::codec) fn pass_slug(&mut self) -> Option<()> {
        self.pass(b"\"")?;
        self.pass_quoted(slug_at(self.rest)?)
    }

    /// Passes over a slug, and returns it.
    #[inline]
    pub(in crate::codec) fn slug(&mut self) -> Option<&'a str> {
        let start = self.place() + 1;
        self.pass_slug()?;
        self.since(start)
    }

    /// Passes over any string, and returns its text; borrowed where nothing in it is escaped.
    #[inline]
    pub(in crate::codec) fn text(&mut self) -> Option<Cow<'a, str>> {
        let start = self.rest;
        if let Some(text) = self.plain() {
            return Some(Cow::Borrowed(text));
        }
        self.rest = start;
        self.escaped().map(Cow::Owned)
    }

    /// Passes over any string.
    pub(in crate::codec) fn pass_text(&mut self) -> Option<()> {
        let start = self.rest;
        if self.pass_plain().is_some() {
            return Some(());
        }
        self.rest = start;
        self.escaped().map(|_| ())
    }

    /// Passes over any string, and returns it to the letter, with its quotes.
    #[inline]
    pub(super) fn raw_text(&mut self) -> Option<&'a str> {
        let start = self.place();
        self.pass_text()?;
        self.passed(start)
    }

    /// Returns what was passed over from a place on.
    #[inline]
    pub(super) fn passed(&self, place: usize) -> Option<&'a str> {
        self.text.get(place..self.place())
    }

    /// Passes over the white space of JSON, up to the end of the line, and tells whether there is any.
    #[inline]
    pub(super) fn pass_space(&mut self) -> bool {
        // Most often there is none.
        self.peek().is_some_and(|byte| byte <= b' ') && self.pass_some_space()
    }

    fn pass_some_space(&mut self) -> bool {
        let before = self.rest.len();
        while let [b' ' | b'\t' | b'\r', rest @ ..] = self.rest {
            self.rest = rest;
        }
        self.rest.len() < before
    }

    /// Returns what stands next.
    #[inline]
    pub(super) fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    /// Passes over a string with escapes.
    #[cold]
    fn escaped(&mut self) -> Option<String> {
        let start = self.place();
        self.pass(b"\"")?;
        loop {
            self.rest = self.rest.get(plain_length(self.rest)..)?;
            match self.rest {
                [b'"', ..] => break,
                [b'\\', _, rest @ ..] => self.rest = rest,
                _ => return None,
            };
        }
        self.pass(b"\"")?;
        serde_json::from_str(self.passed(start)?).ok()
    }
}

/// How many bytes come before the first quote, backslash or control character.
#[inline]
fn plain_length(bytes: &[u8]) -> usize {
    let mut length = 0;
    while let Some(lanes) = simd::at(bytes, length) {
        let inside = ends(lanes).to_bitmask().trailing_zeros() as usize;
        if inside < simd::WIDTH {
            return length + inside;
        }
        length += simd::WIDTH;
    }
    let ends = |byte: &u8| *byte < 0x20 || *byte == b'"' || *byte == b'\\';
    let tail = bytes.get(length..).unwrap_or_default();
    length + tail.iter().position(ends).unwrap_or(tail.len())
}

/// Marks what ends a string.
#[inline]
fn ends(lanes: Lanes) -> Lanes {
    simd::equal(lanes, b'"') | simd::equal(lanes, b'\\') | simd::within(lanes, 0, 0x1F)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_ends_at_its_quote() {
        for length in 0..40 {
            let text = "é".repeat(length);
            let line = format!("\"{text}\",\"rest\"");
            let mut cursor = Cursor::new(&line);
            assert_eq!(cursor.plain(), Some(&*text));
            assert_eq!(cursor.pass(b",\"rest\""), Some(()));
            assert_eq!(cursor.rest(), "");
        }
    }

    #[test]
    fn escapes_are_undone_and_controls_refused() {
        let read = |json: &str| Cursor::new(json).text().map(Cow::into_owned);
        assert_eq!(read(r#""say \"no\"""#).as_deref(), Some("say \"no\""));
        assert_eq!(read(r#""\u00e9\\""#).as_deref(), Some("é\\"));
        for broken in
            ["", "\"", "\"open", r#""\"#, r#""\""#, r#""\x""#, r#""\ud800""#, "\"a\u{1}b\"", "\"long enough\n\""]
        {
            assert_eq!(read(broken), None, "{broken:?}");
            assert_eq!(Cursor::new(broken).plain(), None, "{broken:?}");
        }
        assert_eq!(Cursor::new(r#""a\n""#).plain(), None);
    }

    #[test]
    fn every_byte_that_ends_a_string_is_found_wherever_it_stands() {
        for end in (0..0x20).chain([b'"', b'\\']) {
            for before in 0..20 {
                let mut bytes = vec![0xC3; before];
                bytes.push(end);
                bytes.extend(b"0123456789\"\\");
                assert_eq!(plain_length(&bytes), before, "{end:#x} after {before}");
            }
        }
        for plain in (0x20..=0xFF).filter(|byte| ![b'"', b'\\'].contains(byte)) {
            assert_eq!(plain_length(&[plain; 19]), 19, "{plain:#x}");
        }
    }
}
