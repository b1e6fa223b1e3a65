//! Where a line stands, in which of several texts.

use super::Fact;
use crate::codec::{decode, decode_payload};
use crate::{Event, Payload};

/// The place of a line: the number of its text, and the byte at which it begins there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The upper half holds the number of the text in 16 bits, then the first 16 of the 48 bits of the byte.
    upper: u32,
    lower: u32,
}

impl Place {
    /// Makes a place. A text has less than 2^48 bytes, and there are fewer than 2^16 of them.
    #[must_use]
    #[allow(clippy::cast_possible_truncation, reason = "the halves of a number")]
    pub const fn new(text: u16, byte: u64) -> Self {
        Self { upper: (text as u32) << 16 | (byte >> 32) as u32 & 0xFFFF, lower: byte as u32 }
    }

    /// Returns the number of the text.
    #[must_use]
    pub const fn text(self) -> usize {
        (self.upper >> 16) as usize
    }

    /// Returns the byte at which the line begins.
    #[must_use]
    pub const fn byte(self) -> u64 {
        ((self.upper & 0xFFFF) as u64) << 32 | self.lower as u64
    }
}

/// The texts of several logs, as they stand.
#[derive(Debug, Clone, Copy)]
pub struct Texts<'t> {
    texts: &'t [&'t [u8]],
}

impl<'t> Texts<'t> {
    /// Makes it of texts, which are numbered from 0.
    #[must_use]
    pub const fn new(texts: &'t [&'t [u8]]) -> Self {
        Self { texts }
    }

    /// Returns the text from a place on; empty where there is none.
    #[must_use]
    pub fn from(&self, place: Place) -> &'t [u8] {
        let text = self.texts.get(place.text()).copied().unwrap_or_default();
        usize::try_from(place.byte()).ok().and_then(|byte| text.get(byte..)).unwrap_or_default()
    }

    /// Reads the event of a fact at its place; none where somebody has written over it since.
    #[must_use]
    pub fn event(&self, fact: &Fact, place: Place) -> Option<Event> {
        decode(self.line(place)).ok().filter(|event| event.order() == fact.order())
    }

    /// Reads the payload of the event of a fact likewise.
    #[must_use]
    pub fn payload(&self, fact: &Fact, place: Place) -> Option<Payload> {
        let (id, payload) = decode_payload(self.line(place)).ok()?;
        (id == fact.id).then_some(payload)
    }

    /// Returns the line at a place, without its line end; empty where there is none.
    #[must_use]
    pub fn line(&self, place: Place) -> &'t [u8] {
        let rest = self.from(place);
        let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let line = rest.get(..end).unwrap_or_default();
        line.strip_suffix(b"\r").unwrap_or(line)
    }
}
