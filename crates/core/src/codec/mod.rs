//! The JSON Lines codec: one event a line, strict in reading, canonical in writing.
//!
//! # The format
//!
//! UTF-8, one JSON object a line, LF after each (CRLF is read, too; so are a byte order mark at the start of a file
//! and blank lines, which say nothing). A line has at most [`LINE_MAX_BYTES`]. The
//! fields of an event, in canonical order:
//!
//! | field | required | value |
//! | --- | --- | --- |
//! | `id` | yes | a UUID, hyphenated: [`EventId`](crate::EventId) |
//! | `v` | yes | the schema version, an integer: [`CURRENT_VERSION`] |
//! | `type` | yes | [`EventType`](crate::EventType) |
//! | `track` | yes | [`TrackId`](crate::TrackId) |
//! | `occurred` | yes | an EDTF date with a beginning: [`Occurred`](crate::Occurred) |
//! | `recorded` | yes | an RFC 3339 instant: [`Instant`](crate::Instant) |
//! | `entered_by` | no | who at the desk wrote it down: [`ActorId`](crate::ActorId) |
//! | `source` | yes | `who`, `via`, `attribution`, `grade`: [`Source`](crate::Source) |
//! | `cite` | no | a text |
//! | `note` | no | a text |
//! | `data` | yes | the payload of that type: [`Payload`](crate::Payload) |
//!
//! Reading is strict: an unknown, missing or repeated field, a value of another type, `null`, invalid UTF-8 and
//! whatever a type refuses are errors that know where they stand. The fields may come in any order. An older `v` is
//! upcast on reading ([`decode`]); a newer one and an unknown `type` are errors of their own
//! ([`DecodeErrorKind::is_unknown`]), so that a reader may pass over them and say how many there were.
//!
//! Writing is canonical: the fields in the order above and in that of the payloads, no white space, absent optional
//! fields and empty optional lists left out, ids in lower case, `recorded` in UTC with `Z`. A canonical line read and
//! written again is the same line, byte for byte. What is written has the current version; a line of an older version
//! that differs in its number only is canonical as it stands ([`canonical`]).

mod decode;
mod encode;
mod error;
mod fields;
mod object_writer;
mod payloads;
mod reader;
mod schema;
mod upcast;
mod walk;
mod writer;

pub use decode::decode;
#[doc(hidden)]
pub use decode::{decode_generally, decode_payload, occurred};
#[doc(hidden)]
pub use encode::encode_data;
pub use encode::{canonical, canonical_lines, encode, encode_into};
pub use error::{DecodeError, DecodeErrorKind, ValueError};
pub use fields::FieldKind;
pub use payloads::{Need, PayloadField, payload_fields};
pub use reader::{Entry, ReadError, ReadErrorKind, Reader};
pub(crate) use walk::{AnyOrder, Date, Field, Head, InOrder, Name, Order, Pick, Seen, Text, Token, pick};
pub use writer::Writer;

pub use crate::jsonl::{Excerpt, JsonProblem, LINE_MAX_BYTES};

/// The schema version that this program writes.
pub const CURRENT_VERSION: u32 = 3;

/// The oldest schema version whose lines differ from those of [`CURRENT_VERSION`] only in their number, so that one
/// schema describes them all.
pub const OLDEST_VERSION_ALIKE: u32 = <schema::Current as schema::Schema>::OLDEST_ALIKE;
