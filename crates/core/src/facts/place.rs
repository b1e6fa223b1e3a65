//! Where a line stands, in which of several texts.

use super::Fact;
use crate::codec::{decode, decode_payload, occurred};
use crate::jsonl::LINE_MAX_BYTES;
use crate::{Edtf, Event, Payload};

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

    /// Reads the event of a fact at its place; `None` where somebody has written over it since.
    #[must_use]
    pub fn event(&self, fact: &Fact, place: Place) -> Option<Event> {
        decode(&self.line(place)).ok().filter(|event| event.order() == fact.order())
    }

    /// Reads the payload of the event of a fact likewise.
    #[must_use]
    pub fn payload(&self, fact: &Fact, place: Place) -> Option<Payload> {
        let (id, payload) = decode_payload(&self.line(place)).ok()?;
        (id == fact.id).then_some(payload)
    }

    /// Reads when the event of a fact occurred, to the letter; `None` where somebody has written over it since.
    #[must_use]
    pub fn occurred(&self, fact: &Fact, place: Place) -> Option<String> {
        let text = occurred(&self.line(place))?.into_owned();
        let date: Edtf = text.parse().ok()?;
        let (earliest, latest) = date.bounds();
        (earliest == Some(fact.earliest) && latest == fact.latest()).then_some(text)
    }

    /// Returns a copy of the line at a place, without its line end; empty where there is none. It is a copy, since a
    /// mapped text may change between a look at it and the next.
    #[must_use]
    pub fn line(&self, place: Place) -> Vec<u8> {
        let text = self.texts.get(place.text()).copied().unwrap_or_default();
        let rest = usize::try_from(place.byte()).ok().and_then(|byte| text.get(byte..)).unwrap_or_default();
        // What is longer is no event.
        let rest = rest.get(..LINE_MAX_BYTES + 2).unwrap_or(rest);
        let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let mut line = rest.get(..end).unwrap_or_default().to_vec();
        line.pop_if(|byte| *byte == b'\r');
        line
    }
}
