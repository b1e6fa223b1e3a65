//! From an event to its canonical line.

use super::object_writer::{ObjectWriter, key};
use super::payloads;
use super::schema::{Current, Schema};
use crate::Event;
use crate::jsonl::Object;

/// Writes an event as its canonical line, without a line end.
#[must_use]
pub fn encode(event: &Event) -> String {
    text_of(512, |line| encode_into(event, line))
}

/// Appends an event as its canonical line, without a line end, to a buffer.
pub fn encode_into(event: &Event, out: &mut Vec<u8>) {
    encode_as::<Current>(event, out);
}

pub(super) fn encode_as<S: Schema>(event: &Event, out: &mut Vec<u8>) {
    encode_of_version(event, S::FIGURES, out);
}

/// Returns the canonical line of the event on a line. It has the version of that line, unless that version is one that
/// is rewritten on reading; then it has the current version.
///
/// A line of a version that differs only in its number stays as written: once sealed or formatted, a line is canonical
/// for ever.
///
/// ```
/// use demarche_core::codec::{canonical, decode};
///
/// let line = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"track_stalled","track":"us-ru","occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","source":{"who":"izvestia","attribution":"media"},"data":{}}"#;
/// assert_eq!(canonical(&decode(line)?, line).as_bytes(), line);
/// # Ok::<(), demarche_core::codec::DecodeError>(())
/// ```
#[must_use]
pub fn canonical(event: &Event, line: &[u8]) -> String {
    let current = encode(event);
    if current.as_bytes() == line {
        return current;
    }
    match version_of(line).filter(|version| (Current::OLDEST_ALIKE..Current::VERSION).contains(version)) {
        Some(version) => text_of(512, |out| encode_of_version(event, version.to_string().as_bytes(), out)),
        None => current,
    }
}

/// Returns every line that is canonical for an event: one for each version that differs from the current one only in
/// its number, the oldest first, and the current one last.
///
/// ```
/// use demarche_core::codec::{canonical_lines, decode};
///
/// let line = r#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"track_stalled","track":"us-ru","occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","source":{"who":"izvestia","attribution":"media"},"data":{}}"#;
/// assert_eq!(canonical_lines(&decode(line.as_bytes())?).next().as_deref(), Some(line));
/// # Ok::<(), demarche_core::codec::DecodeError>(())
/// ```
pub fn canonical_lines(event: &Event) -> impl Iterator<Item = String> + '_ {
    let of = |version: u32| text_of(512, |out| encode_of_version(event, version.to_string().as_bytes(), out));
    (Current::OLDEST_ALIKE..=Current::VERSION).map(of)
}

/// Returns the version that a line claims to have.
fn version_of(line: &[u8]) -> Option<u32> {
    let version = Object::of_line(std::str::from_utf8(line).ok()?, "an event").ok()?.take("v")?.whole_number().ok()?;
    u32::try_from(version).ok()
}

fn encode_of_version(event: &Event, figures: &[u8], out: &mut Vec<u8>) {
    let mut object = ObjectWriter::new(out);
    object.required(key!("id"), &event.id);
    object.key(key!("v")).extend_from_slice(figures);
    object.required(key!("type"), &event.event_type());
    object.required(key!("track"), &event.track);
    object.required(key!("occurred"), &event.occurred);
    object.required(key!("recorded"), &event.recorded);
    object.optional(key!("entered_by"), &event.entered_by);
    event.source.write(object.key(key!("source")));
    object.optional(key!("cite"), &event.cite);
    object.optional(key!("note"), &event.note);
    payloads::write(&event.data, object.key(key!("data")));
    object.end();
}

/// Writes the payload of an event as its canonical JSON object.
#[must_use]
pub fn encode_data(event: &Event) -> String {
    text_of(256, |data| payloads::write(&event.data, data))
}

/// Returns the text that `write` produces, with room for `bytes` bytes reserved.
#[allow(clippy::expect_used, reason = "only texts and ASCII are written")]
fn text_of(bytes: usize, write: impl FnOnce(&mut Vec<u8>)) -> String {
    let mut text = Vec::with_capacity(bytes);
    write(&mut text);
    String::from_utf8(text).expect("invariant: what is written is UTF-8")
}
