//! The id of an event.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

use crate::simd;

/// The id of an event: a UUID, unique in a log, written hyphenated and in lower case.
///
/// Whatever writes events makes version 7, whose order is that of their making; any UUID is read.
///
/// ```
/// use demarche_core::EventId;
///
/// let id: EventId = "01A0F1C2-0000-7000-8000-000000000001".parse()?;
/// assert_eq!(id.to_string(), "01a0f1c2-0000-7000-8000-000000000001");
/// assert!("{01a0f1c2-0000-7000-8000-000000000001}".parse::<EventId>().is_err());
/// # Ok::<(), demarche_core::IdError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId(Uuid);

/// Says that a text is not the id of an event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{input:?} is not an event's id: expected a UUID such as 0199f3c0-5a00-7000-8000-000000000001")]
pub struct IdError {
    /// The text as it was given, cut after 100 characters.
    pub input: Box<str>,
}

/// The length of a hyphenated UUID, in bytes.
pub(crate) const TEXT_BYTES: usize = 36;

impl EventId {
    /// Makes the id from a UUID.
    #[must_use]
    pub const fn new(uuid: Uuid) -> Self {
        Self(uuid)
    }

    /// Returns the UUID.
    #[must_use]
    pub const fn uuid(self) -> Uuid {
        self.0
    }

    /// Writes the text of the id into a [buffer](EventId::buffer) of the caller's, without allocating.
    ///
    /// ```
    /// use demarche_core::EventId;
    ///
    /// let id: EventId = "0199f3c0-5a00-7000-8000-000000000001".parse()?;
    /// assert_eq!(id.encode(&mut EventId::buffer()), id.to_string());
    /// # Ok::<(), demarche_core::IdError>(())
    /// ```
    #[must_use]
    pub fn encode(self, buffer: &mut [u8; TEXT_BYTES]) -> &str {
        self.0.hyphenated().encode_lower(buffer)
    }

    /// Returns a buffer for [`EventId::encode`].
    #[must_use]
    pub const fn buffer() -> [u8; TEXT_BYTES] {
        [0; TEXT_BYTES]
    }
}

/// Where the hyphens of a UUID stand, by bits.
const HYPHENS: u32 = 1 << 8 | 1 << 13 | 1 << 18 | 1 << 23;

impl EventId {
    /// Reads the id as it is written, in lower case.
    #[inline(always)]
    pub(crate) fn of_lower_case(text: &[u8; TEXT_BYTES]) -> Option<Self> {
        (simd::equal_32(text.first_chunk()?, b'-') & (HYPHENS | 0x7F_FFFF) == HYPHENS).then_some(())?;
        let [a, b, c, d, e, f, g, h, _, i, j, k, l, _, m, n, o, p, _, q, r, s, t, _, last @ ..] = *text;
        let [u, v, w, x, y, z, aa, bb, cc, dd, ee, ff] = last;
        let words = [
            [a, b, c, d, e, f, g, h],
            [i, j, k, l, m, n, o, p],
            [q, r, s, t, u, v, w, x],
            [y, z, aa, bb, cc, dd, ee, ff],
        ];
        let mut bytes = [0; 16];
        for (word, to) in words.into_iter().zip(bytes.as_chunks_mut().0) {
            *to = four_bytes(word)?;
        }
        Some(Self(Uuid::from_bytes(bytes)))
    }
}

/// The value of eight hexadecimal figures in lower case, all looked at together.
#[inline(always)]
#[allow(clippy::cast_possible_truncation, reason = "the upper half is empty")]
fn four_bytes(figures: [u8; 8]) -> Option<[u8; 4]> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x80 * ONES;
    let word = u64::from_le_bytes(figures);
    // By byte, whether it is not below another: all are below 0x80, so that nothing is carried.
    let from = |first: u8| word.wrapping_add((0x80 - u64::from(first)) * ONES);
    let figure = from(b'0') & !from(b'9' + 1);
    let letter = from(b'a') & !from(b'f' + 1) & HIGHS;
    ((figure | letter) & !word & HIGHS == HIGHS).then_some(())?;
    let values = (word & (0x0F * ONES)) + (letter >> 7) * 9;
    // The higher figure comes first.
    let pairs = (values << 4 | values >> 8) & 0x00FF_00FF_00FF_00FF;
    let pairs = (pairs | pairs >> 8) & 0x0000_FFFF_0000_FFFF;
    Some(((pairs | pairs >> 16) as u32).to_le_bytes())
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.encode(&mut Self::buffer()))
    }
}

impl FromStr for EventId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        // The parser of `uuid` also takes braces, URNs and bare digits; a log has one form only.
        if text.len() != TEXT_BYTES {
            return Err(IdError { input: crate::quote::cut(text) });
        }
        match Uuid::try_parse(text) {
            Ok(uuid) => Ok(Self(uuid)),
            Err(_) => Err(IdError { input: crate::quote::cut(text) }),
        }
    }
}

impl From<Uuid> for EventId {
    fn from(uuid: Uuid) -> Self {
        Self(uuid)
    }
}

impl serde::Serialize for EventId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.encode(&mut Self::buffer()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_in_lower_case_is_read_as_the_parser_of_uuids_reads_it() {
        let text = *b"0199f3c0-5a00-7abc-8def-0123456789af";
        for place in 0..TEXT_BYTES {
            for byte in 0..=u8::MAX {
                let mut text = text;
                text[place] = byte;
                let parsed = std::str::from_utf8(&text).ok().and_then(|text| text.parse().ok());
                let expected = parsed.filter(|_| !byte.is_ascii_uppercase());
                assert_eq!(EventId::of_lower_case(&text), expected, "{}", text.escape_ascii());
            }
        }
    }
}
