//! The id of an event.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::simd;

/// The id of an event: a UUID, unique in a log, written hyphenated and in lower case.
///
/// Programs that write events make version 7 ids, which sort by creation time; any UUID is accepted.
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

/// The text is not the id of an event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{input:?} is not an event's id: expected a UUID such as 0199f3c0-5a00-7000-8000-000000000001")]
#[non_exhaustive]
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

    /// Makes a new id of version 7 from a clock and ten random bytes: it sorts by the time of its making.
    ///
    /// ```
    /// use demarche_core::EventId;
    ///
    /// let clock = demarche_core::chrono::DateTime::UNIX_EPOCH + demarche_core::chrono::TimeDelta::milliseconds(1);
    /// assert_eq!(EventId::made_at(clock, &[0; 10]).to_string(), "00000000-0001-7000-8000-000000000000");
    /// ```
    #[must_use]
    pub fn made_at(clock: DateTime<Utc>, random: &[u8; 10]) -> Self {
        let millis = u64::try_from(clock.timestamp_millis()).unwrap_or_default();
        Self(uuid::Builder::from_unix_timestamp_millis(millis, random).into_uuid())
    }

    /// Returns the UUID.
    #[must_use]
    pub const fn uuid(self) -> Uuid {
        self.0
    }

    /// Writes the text of the id into the caller's [buffer](EventId::buffer), without allocating.
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

/// Where each group of four digits begins in a UUID.
const FOURS: [usize; 8] = [0, 4, 9, 14, 19, 24, 28, 32];

/// The places of the hyphens in a UUID, as bits.
const HYPHENS: u32 = 1 << 8 | 1 << 13 | 1 << 18 | 1 << 23;

impl EventId {
    /// Reads an id in its written form, in lower case.
    #[inline(always)]
    pub(crate) fn of_lower_case(text: &[u8; TEXT_BYTES]) -> Option<Self> {
        (simd::equal_32(text.first_chunk()?, b'-') & (HYPHENS | 0x7F_FFFF) == HYPHENS).then_some(())?;
        let mut figures = [0; 32];
        for (four, start) in figures.as_chunks_mut().0.iter_mut().zip(FOURS) {
            *four = *text.get(start..)?.first_chunk::<4>()?;
        }
        simd::hexadecimal_32(&figures).map(|bytes| Self(Uuid::from_bytes(bytes)))
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.encode(&mut Self::buffer()))
    }
}

impl FromStr for EventId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        // The parser of `uuid` also takes braces, URNs and bare digits; a log allows only one form.
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
    fn lower_case_ids_are_read_as_the_uuid_parser_reads_them() {
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
