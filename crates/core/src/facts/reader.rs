//! Lines read to facts.

use super::{Facts, Place};
use crate::codec::{DecodeError, Skimmer, decode};
use crate::jsonl::LINE_MAX_BYTES;

/// Reads lines to facts, whatever their form.
///
/// ```
/// use demarche_core::facts::{Facts, LineReader, Place};
///
/// let log = concat!(
///     r#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"track_stalled","track":"us-ru","#,
///     r#""occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","#,
///     r#""source":{"who":"tass","attribution":"media"},"data":{}}"#,
///     "\n\n",
/// );
/// let (mut reader, mut facts) = (LineReader::new(), Facts::new());
/// reader.read(log.as_bytes(), Place::new(0, 0).unwrap(), &mut facts)?;
/// assert_eq!(facts.len(), 1);
/// let error = reader.read(b"no event", Place::new(0, log.len() as u64).unwrap(), &mut facts).unwrap_err();
/// assert_eq!(error.byte, log.len() as u64);
/// # Ok::<(), demarche_core::facts::LineError>(())
/// ```
#[derive(Debug, Default)]
pub struct LineReader {
    skimmer: Skimmer,
}

/// Says which line is no event, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the line at byte {byte}: {error}")]
pub struct LineError {
    /// The byte of the text at which the line begins.
    pub byte: u64,
    /// What is wrong with it.
    pub error: DecodeError,
}

impl LineReader {
    /// Makes one that has read nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self { skimmer: Skimmer::new() }
    }

    /// Adds the facts of all lines of a text, or of a part of it that begins at a place; a line of white space has
    /// none. What was read before an error stays.
    ///
    /// # Errors
    ///
    /// A [`LineError`] at the first line that is no event: what [`decode`] says of it.
    pub fn read(&mut self, text: &[u8], start: Place, facts: &mut Facts) -> Result<(), LineError> {
        // All of it is looked at in one go; where something is wrong, line by line, since another may be at fault.
        let is_text = simdutf8::basic::from_utf8(text).ok();
        let mut at = 0;
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            let byte = start.byte() + at as u64;
            let place = further(start, byte);
            let skimmed = is_text.and_then(|text| text.get(at..)).and_then(|text| {
                let ((), rest) = self.skimmer.first(text, |gist| facts.push(gist, place))?;
                Some(text.len() - rest.len())
            });
            let length = match skimmed {
                Some(length) => length,
                None => {
                    let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
                    let line = rest.get(..length).unwrap_or(rest);
                    let line = line.strip_suffix(b"\r").unwrap_or(line);
                    // What is too long is no event, even where it says nothing.
                    if line.len() > LINE_MAX_BYTES || !line.iter().all(u8::is_ascii_whitespace) {
                        facts.push_event(&decode(line).map_err(|error| LineError { byte, error })?, place);
                    }
                    length
                }
            };
            at += length + 1;
        }
        Ok(())
    }
}

/// The place of a byte of the same text.
#[allow(clippy::expect_used, reason = "what is in memory is shorter")]
const fn further(place: Place, byte: u64) -> Place {
    Place::new(place.text(), byte).expect("invariant: a text in memory has less than a tebibyte")
}
