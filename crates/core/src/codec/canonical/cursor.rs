//! A walk along a canonical line: what stands next is known, so nothing is searched for.

use std::borrow::Cow;

/// A place in a line from which the rest is read.
///
/// Every step answers none where the line is not what a writer of canonical lines would have written there. That is no
/// error: the line is then read the patient way, which takes any order of fields, and tells what is wrong.
#[derive(Debug, Clone)]
pub(in crate::codec) struct Cursor<'a> {
    line: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(in crate::codec) const fn new(line: &'a str) -> Self {
        Self { line, at: 0 }
    }

    fn rest(&self) -> &'a [u8] {
        self.line.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// Passes over what must stand next.
    #[inline]
    pub(in crate::codec) fn pass(&mut self, expected: &[u8]) -> Option<()> {
        self.rest().starts_with(expected).then(|| self.at += expected.len())
    }

    /// Passes over a key with its quotes and colon, and over the comma before it where it is not the first.
    #[inline]
    pub(in crate::codec) fn key(&mut self, is_first: bool, quoted: &str) -> Option<()> {
        let rest = if is_first { self.rest() } else { self.rest().strip_prefix(b",")? };
        rest.starts_with(quoted.as_bytes()).then(|| self.at += quoted.len() + usize::from(!is_first))
    }

    /// Tells whether the line ends here.
    pub(in crate::codec) const fn is_at_end(&self) -> bool {
        self.at == self.line.len()
    }

    /// Passes over a string without escapes, and returns what stands between its quotes.
    #[inline]
    pub(in crate::codec) fn plain(&mut self) -> Option<&'a str> {
        self.pass(b"\"")?;
        let length = plain_length(self.rest());
        let text = self.line.get(self.at..self.at + length)?;
        self.at += length;
        self.pass(b"\"")?;
        Some(text)
    }

    /// Passes over any string, and returns its text; borrowed where nothing in it is escaped.
    #[inline]
    pub(in crate::codec) fn text(&mut self) -> Option<Cow<'a, str>> {
        let start = self.at;
        if let Some(text) = self.plain() {
            return Some(Cow::Borrowed(text));
        }
        self.at = start;
        self.escaped().map(Cow::Owned)
    }

    /// Passes over a string with escapes.
    fn escaped(&mut self) -> Option<String> {
        let start = self.at;
        self.pass(b"\"")?;
        loop {
            self.at += plain_length(self.rest());
            match self.rest() {
                [b'"', ..] => break,
                [b'\\', _, ..] => self.at += 2,
                _ => return None,
            }
        }
        self.at += 1;
        serde_json::from_str(self.line.get(start..self.at)?).ok()
    }
}

/// How many bytes come before the first quote, backslash or control character.
#[inline]
fn plain_length(bytes: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x8080_8080_8080_8080;
    /// Marks at least the first byte that is zero, and none before it.
    const fn zeros(word: u64) -> u64 {
        word.wrapping_sub(ONES) & !word & HIGHS
    }
    let (words, tail) = bytes.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let controls = word.wrapping_sub(ONES * 0x20) & !word & HIGHS;
        let marks = controls | zeros(word ^ (ONES * 0x22)) | zeros(word ^ (ONES * 0x5C));
        if marks != 0 {
            return index * 8 + marks.trailing_zeros() as usize / 8;
        }
    }
    let ends = |byte: &u8| *byte < 0x20 || *byte == b'"' || *byte == b'\\';
    words.len() * 8 + tail.iter().position(ends).unwrap_or(tail.len())
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
            assert!(cursor.is_at_end());
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
