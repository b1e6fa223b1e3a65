//! From an event to its canonical line.

use super::object_writer::{ObjectWriter, key};
use super::payloads;
use super::schema::{Current, Schema};
use crate::Event;

/// Writes an event as its canonical line, without a line end.
#[must_use]
pub fn encode(event: &Event) -> String {
    text_of(512, |line| encode_into(event, line))
}

/// Writes an event as its canonical line, without a line end, behind what the buffer holds.
pub fn encode_into(event: &Event, out: &mut Vec<u8>) {
    encode_as::<Current>(event, out);
}

pub(super) fn encode_as<S: Schema>(event: &Event, out: &mut Vec<u8>) {
    let mut object = ObjectWriter::new(out);
    object.required(key!("id"), &event.id);
    object.key(key!("v")).extend_from_slice(S::FIGURES);
    object.required(key!("type"), &event.event_type());
    object.required(key!("track"), &event.track);
    object.required(key!("occurred"), &event.occurred);
    object.required(key!("recorded"), &event.recorded);
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

/// Returns the text that `write` produces; room is made for `bytes` bytes first.
#[allow(clippy::expect_used, reason = "only texts and ASCII are written")]
fn text_of(bytes: usize, write: impl FnOnce(&mut Vec<u8>)) -> String {
    let mut text = Vec::with_capacity(bytes);
    write(&mut text);
    String::from_utf8(text).expect("invariant: what is written is UTF-8")
}
