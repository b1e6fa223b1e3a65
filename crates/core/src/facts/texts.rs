//! The place of a line in one of several texts.

use std::fmt;
use std::sync::Arc;

use super::Fact;
use crate::codec::{decode, decode_payload, occurred};
use crate::jsonl::LINE_MAX_BYTES;
use crate::{Edtf, Event, Payload};

/// The place of a line: the number of its text, and the byte at which it begins there.
///
/// Every event of a log has a place, so it takes eight bytes: 24 bits for the text and 40 for the byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinePlace {
    /// Two halves, so that it packs with another 32-bit number without padding.
    upper: u32,
    lower: u32,
}

/// The number of bits for the byte; the other bits hold the number of the text.
const BYTE_BITS: u32 = 40;

impl LinePlace {
    /// The largest number of a text.
    pub const TEXT_MAX: u32 = (1 << (u64::BITS - BYTE_BITS)) - 1;

    /// The last byte at which a line can begin: a text may have a tebibyte.
    pub const BYTE_MAX: u64 = (1 << BYTE_BITS) - 1;

    /// Makes a place. Returns `None` if the number of the text or the byte is too large ([`LinePlace::TEXT_MAX`],
    /// [`LinePlace::BYTE_MAX`]).
    #[must_use]
    #[allow(clippy::cast_possible_truncation, reason = "the halves of a number")]
    pub const fn new(text: u32, byte: u64) -> Option<Self> {
        if text > Self::TEXT_MAX || byte > Self::BYTE_MAX {
            return None;
        }
        let packed = (text as u64) << BYTE_BITS | byte;
        Some(Self { upper: (packed >> 32) as u32, lower: packed as u32 })
    }

    const fn packed(self) -> u64 {
        (self.upper as u64) << 32 | self.lower as u64
    }

    /// Returns the number of the text.
    #[must_use]
    #[allow(clippy::cast_possible_truncation, reason = "24 bits are left")]
    pub const fn text(self) -> u32 {
        (self.packed() >> BYTE_BITS) as u32
    }

    /// Returns the byte at which the line begins.
    #[must_use]
    pub const fn byte(self) -> u64 {
        self.packed() & Self::BYTE_MAX
    }
}

/// A text that several folds may share.
pub type SharedText = Arc<dyn AsRef<[u8]> + Send + Sync>;

/// The texts that hold the lines of facts, numbered from 0: mapped files, texts that were unpacked or read from a
/// stream, and the lines of events that were added one by one.
///
/// A clone shares every text but the one that is still being written, which has at most [`OPEN_MAX_BYTES`] bytes.
#[derive(Clone, Default)]
pub struct Texts {
    closed: Vec<SharedText>,
    /// The lines that were added one by one and are not yet in a closed text. This text has the next number.
    open: Vec<u8>,
}

/// The length at which a text that is written line by line is closed, in bytes.
pub const OPEN_MAX_BYTES: usize = 1 << 20;

impl Texts {
    /// Makes an empty list of texts.
    #[must_use]
    pub const fn new() -> Self {
        Self { closed: Vec::new(), open: Vec::new() }
    }

    /// Returns how many texts there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.closed.len() + usize::from(!self.open.is_empty())
    }

    /// Tells whether there are no texts.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds a text.
    pub fn push(&mut self, text: SharedText) {
        self.close();
        self.closed.push(text);
    }

    /// Adds other texts after these.
    pub fn extend(&mut self, mut others: Self) {
        self.close();
        others.close();
        self.closed.append(&mut others.closed);
    }

    /// Adds a line, without its line end, to the text that is being written, and returns its place. Returns `None` if
    /// there are too many texts.
    pub fn push_line(&mut self, line: &[u8]) -> Option<LinePlace> {
        let place = LinePlace::new(u32::try_from(self.closed.len()).ok()?, self.open.len() as u64)?;
        self.open.extend_from_slice(line);
        self.open.push(b'\n');
        if self.open.len() >= OPEN_MAX_BYTES {
            self.close();
        }
        Some(place)
    }

    /// Ends the text that is being written; the next line begins another.
    pub fn close(&mut self) {
        if !self.open.is_empty() {
            self.closed.push(Arc::new(std::mem::take(&mut self.open)));
        }
    }

    /// Returns the text of a number; an empty one if there is no such text.
    #[must_use]
    pub fn text(&self, number: u32) -> &[u8] {
        match self.closed.get(number as usize) {
            Some(text) => (**text).as_ref(),
            None if number as usize == self.closed.len() => &self.open,
            None => &[],
        }
    }

    /// Reads the event of a fact from its place. Returns `None` if its line was overwritten since.
    #[must_use]
    pub fn event(&self, fact: &Fact, place: LinePlace) -> Option<Event> {
        decode(&self.line(place)).ok().filter(|event| event.order() == fact.order())
    }

    /// Reads the payload of the event of a fact. Returns `None` if its line was overwritten since.
    #[must_use]
    pub fn payload(&self, fact: &Fact, place: LinePlace) -> Option<Payload> {
        let (id, payload) = decode_payload(&self.line(place)).ok()?;
        (id == fact.id).then_some(payload)
    }

    /// Reads when the event of a fact occurred. Returns `None` if its line was overwritten since.
    #[must_use]
    pub fn occurred(&self, fact: &Fact, place: LinePlace) -> Option<Edtf> {
        let date: Edtf = occurred(&self.line(place))?.parse().ok()?;
        let (earliest, latest) = date.bounds();
        (earliest == Some(fact.earliest) && latest == fact.latest()).then_some(date)
    }

    /// Returns a copy of the line at a place, without its line end; an empty one if there is no line. It is a copy,
    /// since a mapped text may change between two reads.
    #[must_use]
    pub fn line(&self, place: LinePlace) -> Vec<u8> {
        let text = self.text(place.text());
        let rest = usize::try_from(place.byte()).ok().and_then(|byte| text.get(byte..)).unwrap_or_default();
        // A longer line is not an event.
        let rest = rest.get(..LINE_MAX_BYTES + 2).unwrap_or(rest);
        let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let mut line = rest.get(..end).unwrap_or_default().to_vec();
        line.pop_if(|byte| *byte == b'\r');
        line
    }
}

impl fmt::Debug for Texts {
    /// Prints only the lengths of the texts: a text may have gigabytes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries((0..).map_while(|number| self.lengths().nth(number))).finish()
    }
}

impl Texts {
    fn lengths(&self) -> impl Iterator<Item = usize> {
        self.closed.iter().map(|text| (**text).as_ref().len()).chain([self.open.len()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_returns_its_parts_or_cannot_be_made() {
        for text in [0, 1, 65_535, 65_536, 70_000, LinePlace::TEXT_MAX] {
            for byte in [0, 1, u64::from(u32::MAX), 1 << 32, LinePlace::BYTE_MAX] {
                let place = LinePlace::new(text, byte).unwrap();
                assert_eq!((place.text(), place.byte()), (text, byte));
            }
        }
        assert_eq!(LinePlace::new(LinePlace::TEXT_MAX + 1, 0), None);
        assert_eq!(LinePlace::new(0, LinePlace::BYTE_MAX + 1), None);
    }

    #[test]
    fn lines_are_found_in_any_text() {
        let mut texts = Texts::new();
        let one = texts.push_line(b"one").unwrap();
        texts.push(Arc::new(b"zero\r\nmore".to_vec()));
        let mut places = vec![(one, "one".to_owned())];
        for number in 0..OPEN_MAX_BYTES / 8 {
            let line = format!("line {number}");
            places.push((texts.push_line(line.as_bytes()).unwrap(), line));
        }
        let copy = texts.clone();
        for (place, line) in places {
            assert_eq!(texts.line(place), line.as_bytes());
            assert_eq!(copy.line(place), line.as_bytes());
        }
        assert_eq!(texts.line(LinePlace::new(1, 0).unwrap()), b"zero");
        assert_eq!(texts.line(LinePlace::new(1, 6).unwrap()), b"more");
        assert_eq!(texts.line(LinePlace::new(9, 0).unwrap()), b"");
        assert!(texts.len() > 3);
    }
}
