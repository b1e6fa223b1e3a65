//! From a line to an event.

use std::borrow::Cow;

use super::error::{DecodeError, DecodeErrorKind as Kind};
use super::fields::Fields as _;
use super::schema::{Current, Schema};
use super::upcast::Step;
use super::{payloads, walk};
use crate::jsonl::{JsonProblem, LINE_MAX_BYTES, Object};
use crate::{Event, EventId, EventType, Payload, Source, quote};

/// The fields of an event, in canonical order.
pub(super) const FIELDS: &[&str] =
    &["id", "v", "type", "track", "occurred", "recorded", "entered_by", "source", "cite", "note", "data"];

/// Decodes one line, without its line end, to an event. An older schema version is upcast.
///
/// ```
/// use demarche_core::codec::decode;
///
/// let error = decode(br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"meeting_mislaid"}"#).unwrap_err();
/// assert!(error.kind.is_unknown());
/// assert_eq!(error.span, 58..75);
/// ```
///
/// # Errors
///
/// A [`DecodeError`] that says what is wrong with the line, and where in it.
pub fn decode(line: &[u8]) -> Result<Event, DecodeError> {
    decode_as::<Current>(line)
}

/// Reads one line as [`decode`] does, with another version as the current one.
pub(super) fn decode_as<S: Schema>(line: &[u8]) -> Result<Event, DecodeError> {
    let line = text_of(line)?;
    walk::event::<S>(line).map_or_else(|| decode_object::<S>(line), Ok)
}

/// Reads only the id and the payload of a line, which is faster than [`decode`].
///
/// ```
/// use demarche_core::codec::{decode, decode_payload};
///
/// let line = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"track_stalled","track":"us-ru","occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","source":{"who":"izvestia","attribution":"media"},"data":{}}"#;
/// let event = decode(line)?;
/// assert_eq!(decode_payload(line)?, (event.id, event.data));
/// # Ok::<(), demarche_core::codec::DecodeError>(())
/// ```
///
/// # Errors
///
/// Those of [`decode`].
pub fn decode_payload(line: &[u8]) -> Result<(EventId, Payload), DecodeError> {
    let line = text_of(line)?;
    walk::payload::<Current>(line)
        .map_or_else(|| decode_object::<Current>(line).map(|event| (event.id, event.data)), Ok)
}

/// Decodes a line as [`decode`] does, but always with the general decoder, which otherwise reads only unusual and
/// broken lines. Tests compare the fast path with it.
///
/// # Errors
///
/// Those of [`decode`].
pub fn decode_generally(line: &[u8]) -> Result<Event, DecodeError> {
    decode_object::<Current>(text_of(line)?)
}

/// Returns the text of a line, which must not be too long.
fn text_of(line: &[u8]) -> Result<&str, DecodeError> {
    if line.len() > LINE_MAX_BYTES {
        return Err(JsonProblem::LineTooLong.at(LINE_MAX_BYTES..LINE_MAX_BYTES).into());
    }
    // The faster check says only that something is wrong.
    simdutf8::basic::from_utf8(line).or_else(|_| std::str::from_utf8(line)).map_err(|error| {
        let start = error.valid_up_to();
        JsonProblem::NotUtf8.at(start..start + error.error_len().unwrap_or(line.len() - start)).into()
    })
}

/// Returns the date on which an event occurred, as written, or `None` if the line is not an event.
///
/// Other lines may follow. Of a canonical line, only the beginning is read.
#[must_use]
pub fn occurred(text: &[u8]) -> Option<Cow<'_, str>> {
    if let Some(occurred) = walk::occurred::<Current>(text) {
        return Some(Cow::Borrowed(occurred));
    }
    let line = text.split(|byte| *byte == b'\n').next()?;
    decode(line.strip_suffix(b"\r").unwrap_or(line)).ok().map(|event| Cow::Owned(event.occurred.as_str().to_owned()))
}

/// Decodes a line whose fields may be in any order, and reports what is wrong with it.
fn decode_object<S: Schema>(line: &str) -> Result<Event, DecodeError> {
    let mut object = Object::of_line(line, "an event")?;
    // Check the version first, since this program cannot judge what a newer version holds.
    let version = object.need("v")?;
    let version = match (version.whole_number()?, u64::from(S::VERSION)) {
        (found, current) if found > current => return Err(Kind::VersionTooNew { found }.blaming(&version)),
        (found, _) => found,
    };
    for (_, step) in (0..).zip(S::STEPS).skip_while(|(from, _)| *from < version) {
        if let Step::Fields(upcast) = step {
            upcast(&mut object)?;
        }
    }
    let event_type = object.need("type")?;
    let found = event_type.text()?;
    let Ok(event_type) = found.parse::<EventType>() else {
        return Err(Kind::UnknownType { found: quote::cut(&found) }.blaming(&event_type));
    };
    object.only(FIELDS)?;
    Ok(Event {
        id: object.required("id")?,
        track: object.required("track")?,
        occurred: object.required("occurred")?,
        recorded: object.required("recorded")?,
        entered_by: object.optional("entered_by")?,
        source: Source::read(&object.need("source")?)?,
        cite: object.optional("cite")?,
        note: object.optional("note")?,
        data: payloads::read(event_type, &object.need("data")?)?,
    })
}
