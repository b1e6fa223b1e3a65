//! From an event to its canonical line.

use super::object_writer::{ObjectWriter, key};
use super::{CURRENT_VERSION, payloads};
use crate::Event;

/// Writes an event as its canonical line, without a line end.
#[must_use]
pub fn encode(event: &Event) -> String {
    let mut line = Vec::with_capacity(512);
    encode_into(event, &mut line);
    String::from_utf8(line).unwrap_or_default()
}

/// Writes an event as its canonical line, without a line end, behind what the buffer holds.
pub fn encode_into(event: &Event, out: &mut Vec<u8>) {
    let mut object = ObjectWriter::new(out);
    object.required(key!("id"), &event.id);
    // Writing to a vector can't fail.
    let _ = serde_json::to_writer(object.key(key!("v")), &CURRENT_VERSION);
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
    let mut data = Vec::new();
    payloads::write(&event.data, &mut data);
    String::from_utf8(data).unwrap_or_default()
}
