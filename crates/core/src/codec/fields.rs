//! The values of fields: how each type is read from and written to JSON.

use std::borrow::Cow;
use std::str::FromStr;

use super::error::{DecodeError, DecodeErrorKind as Kind, ValueError};
use crate::jsonl::{Object, Value};
use crate::{
    ActorId, AgreementEnd, AgreementId, AgreementStage, Answer, Attribution, Claims, Edtf, EventId, EventType,
    ExchangeId, ExchangeOf, Extent, Grade, Instant, IssueId, MeasureEffect, MeasureId, MeasureOf, MeetingFormat,
    MeetingId, MeetingLevel, Occurred, ProposalId, Source, Stance, TopicId, TrackId, TrackKind, TrackOutcome,
};

/// A type that can be the value of a field.
pub(super) trait FieldValue: Sized {
    fn read(value: &Value<'_>) -> Result<Self, DecodeError>;

    fn write(&self, out: &mut Vec<u8>);
}

/// Takes fields out of an object as the types that they are.
pub(super) trait Fields {
    /// Takes out a field that must be there.
    fn required<T: FieldValue>(&mut self, key: &'static str) -> Result<T, DecodeError>;

    /// Takes out a field that may be absent.
    fn optional<T: FieldValue>(&mut self, key: &'static str) -> Result<Option<T>, DecodeError>;

    /// Takes out a list; absent and empty are the same.
    fn list<T: FieldValue>(&mut self, key: &'static str) -> Result<Vec<T>, DecodeError> {
        Ok(self.optional(key)?.unwrap_or_default())
    }
}

impl Fields for Object<'_> {
    fn required<T: FieldValue>(&mut self, key: &'static str) -> Result<T, DecodeError> {
        T::read(&self.need(key)?)
    }

    fn optional<T: FieldValue>(&mut self, key: &'static str) -> Result<Option<T>, DecodeError> {
        self.take(key).map(|value| T::read(&value)).transpose()
    }
}

/// A key as it stands in a line, with the quotes and the colon.
macro_rules! key {
    ($key:expr) => {
        concat!("\"", $key, "\":")
    };
}
pub(super) use key;

/// Writes an object, field by field, each under a [`key!`].
pub(super) struct ObjectWriter<'a> {
    out: &'a mut Vec<u8>,
    empty: bool,
}

impl<'a> ObjectWriter<'a> {
    pub(super) fn new(out: &'a mut Vec<u8>) -> Self {
        out.push(b'{');
        Self { out, empty: true }
    }

    /// Writes a key, and leaves the value to the caller.
    #[inline]
    pub(super) fn key(&mut self, key: &'static str) -> &mut Vec<u8> {
        if !self.empty {
            self.out.push(b',');
        }
        self.empty = false;
        self.out.extend_from_slice(key.as_bytes());
        self.out
    }

    #[inline]
    pub(super) fn required<T: FieldValue>(&mut self, key: &'static str, value: &T) {
        value.write(self.key(key));
    }

    #[inline]
    pub(super) fn optional<T: FieldValue>(&mut self, key: &'static str, value: &Option<T>) {
        if let Some(value) = value {
            value.write(self.key(key));
        }
    }

    #[inline]
    pub(super) fn list<T: FieldValue>(&mut self, key: &'static str, values: &Vec<T>) {
        if !values.is_empty() {
            values.write(self.key(key));
        }
    }

    pub(super) fn end(self) {
        self.out.push(b'}');
    }
}

impl FieldValue for Box<str> {
    fn read(value: &Value<'_>) -> Result<Self, DecodeError> {
        Ok(value.text()?.into())
    }

    fn write(&self, out: &mut Vec<u8>) {
        // Looking at all bytes, whatever the first say, takes the processor's wide registers.
        let needs_escape = |byte: u8| byte < b' ' || byte == b'"' || byte == b'\\';
        if self.bytes().fold(false, |found, byte| found | needs_escape(byte)) {
            // Writing to a vector can't fail, and a text always has a JSON form.
            let _ = serde_json::to_writer(out, &**self);
        } else {
            write_plain(self, out);
        }
    }
}

/// Writes a text that has nothing to escape.
fn write_plain(text: &str, out: &mut Vec<u8>) {
    out.reserve(text.len() + 2);
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
}

/// Reads a value by the parser of its type.
fn parsed<T: FromStr>(value: &Value<'_>) -> Result<T, DecodeError>
where
    ValueError: From<T::Err>,
{
    value
        .text()?
        .parse()
        .map_err(|reason: T::Err| Kind::Value { field: value.field(), reason: ValueError::from(reason) }.blaming(value))
}

/// Types that are a text without anything to escape: it is written as it stands.
macro_rules! texts {
    ($($type:ty),+ $(,)?) => { $(
        impl FieldValue for $type {
            fn read(value: &Value<'_>) -> Result<Self, DecodeError> {
                parsed(value)
            }

            fn write(&self, out: &mut Vec<u8>) {
                write_plain(self.as_str(), out);
            }
        }
    )+ };
}

texts!(TrackId, ActorId, MeetingId, ProposalId, AgreementId, IssueId, ExchangeId, MeasureId, TopicId);
texts!(Edtf, Occurred);
texts!(EventType, AgreementEnd, AgreementStage, Answer, Attribution, ExchangeOf, Extent, MeasureEffect, MeasureOf);
texts!(MeetingFormat, MeetingLevel, Stance, TrackKind, TrackOutcome);

/// Types that are kept as something else than their text, which has nothing to escape either.
macro_rules! encoded {
    ($($type:ty),+ $(,)?) => { $(
        impl FieldValue for $type {
            fn read(value: &Value<'_>) -> Result<Self, DecodeError> {
                parsed(value)
            }

            fn write(&self, out: &mut Vec<u8>) {
                write_plain(self.encode(&mut Self::buffer()), out);
            }
        }
    )+ };
}

encoded!(EventId, Instant, Grade);

impl<T: FieldValue> FieldValue for Vec<T> {
    fn read(value: &Value<'_>) -> Result<Self, DecodeError> {
        value.list()?.iter().map(T::read).collect()
    }

    fn write(&self, out: &mut Vec<u8>) {
        write_list(self, out);
    }
}

impl FieldValue for Claims {
    fn read(value: &Value<'_>) -> Result<Self, DecodeError> {
        Self::new(Vec::read(value)?).ok_or_else(|| Kind::EmptyList { field: value.field() }.blaming(value))
    }

    fn write(&self, out: &mut Vec<u8>) {
        write_list(self.ids(), out);
    }
}

fn write_list<T: FieldValue>(values: &[T], out: &mut Vec<u8>) {
    out.push(b'[');
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        value.write(out);
    }
    out.push(b']');
}

impl FieldValue for Source {
    fn read(value: &Value<'_>) -> Result<Self, DecodeError> {
        let mut object = value.object(Cow::Borrowed("`source`"))?;
        object.only(&["who", "via", "attribution", "grade"])?;
        Ok(Self {
            who: object.required("who")?,
            via: object.optional("via")?,
            attribution: object.required("attribution")?,
            grade: object.optional("grade")?,
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        let mut object = ObjectWriter::new(out);
        object.required(key!("who"), &self.who);
        object.optional(key!("via"), &self.via);
        object.required(key!("attribution"), &self.attribution);
        object.optional(key!("grade"), &self.grade);
        object.end();
    }
}
