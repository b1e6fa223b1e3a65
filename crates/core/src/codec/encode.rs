//! From an event to its canonical line.

use super::fields::ObjectWriter;
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
    object.required("id", &event.id);
    object.key("v").extend_from_slice(CURRENT_VERSION.to_string().as_bytes());
    object.required("type", &event.event_type());
    object.required("track", &event.track);
    object.required("occurred", &event.occurred);
    object.required("recorded", &event.recorded);
    event.source.write(object.key("source"));
    object.optional("cite", &event.cite);
    object.optional("note", &event.note);
    payloads::write(&event.data, object.key("data"));
    object.end();
}

/// Writes the payload of an event as its canonical JSON object.
#[must_use]
pub fn encode_data(event: &Event) -> String {
    let mut data = Vec::new();
    payloads::write(&event.data, &mut data);
    String::from_utf8(data).unwrap_or_default()
}
