//! The values of fields: how each type is read from and written to JSON.

use std::borrow::Cow;
use std::str::FromStr;

use super::canonical::{Cursor, check_items, take_items};
use super::error::{DecodeError, DecodeErrorKind as Kind, ValueError};
use super::object_writer::{ObjectWriter, key};
use crate::jsonl::{Object, Value, write_list, write_plain, write_text};
use crate::{
    ActorId, AgreementEnd, AgreementId, AgreementStage, Answer, Attribution, Claims, Edtf, EventId, EventType,
    ExchangeId, ExchangeOf, Extent, Gist, Grade, Instant, IssueId, MeasureEffect, MeasureId, MeasureOf, MeetingFormat,
    MeetingId, MeetingLevel, Occurred, ProposalId, Source, Stance, TopicId, TrackId, TrackKind, TrackOutcome,
};

/// What can stand in a field: for schemas, and for whoever asks people to fill it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// Any text.
    Text,
    /// A path of one to eight slugs.
    Path,
    /// A slug.
    Slug,
    /// The id of an event.
    Id,
    /// An EDTF date.
    Date,
    /// An EDTF date that has a beginning.
    Occurred,
    /// An RFC 3339 instant.
    Instant,
    /// A grade of the Admiralty code.
    Grade,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A list.
    List(&'static FieldKind),
    /// A list of at least one.
    Some(&'static FieldKind),
}

/// Returns what can stand in a field that must be there.
pub(super) const fn required<P, T: FieldValue>(_: fn(&P) -> &T) -> FieldKind {
    T::KIND
}

/// Returns what can stand in a field that may be absent.
pub(super) const fn optional<P, T: FieldValue>(_: fn(&P) -> &Option<T>) -> FieldKind {
    T::KIND
}

/// Returns what can stand in a list that may be absent.
pub(super) const fn list<P, T: FieldValue>(_: fn(&P) -> &Vec<T>) -> FieldKind {
    <Vec<T>>::KIND
}

/// A type that can be the value of a field.
pub(super) trait FieldValue: Sized {
    /// What can stand there.
    const KIND: FieldKind;

    /// Reads it from a value of any line.
    fn read(value: &Value<'_>) -> Result<Self, DecodeError>;

    /// Takes it from a canonical line; none where what stands there is anything else.
    fn take(cursor: &mut Cursor<'_>) -> Option<Self>;

    /// Passes over it in a canonical line, without making it, and notes what matters to a fold. It must refuse what
    /// [`FieldValue::take`] refuses.
    fn check<'a>(cursor: &mut Cursor<'a>, key: &'static str, gist: &mut Gist<'a>) -> Option<()>;

    /// Writes it in canonical form.
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

impl FieldValue for Box<str> {
    const KIND: FieldKind = FieldKind::Text;

    fn read(value: &Value<'_>) -> Result<Self, DecodeError> {
        Ok(value.text()?.into())
    }

    fn take(cursor: &mut Cursor<'_>) -> Option<Self> {
        cursor.text().map(Into::into)
    }

    fn check<'a>(cursor: &mut Cursor<'a>, _: &'static str, _: &mut Gist<'a>) -> Option<()> {
        cursor.pass_text()
    }

    fn write(&self, out: &mut Vec<u8>) {
        write_text(self, out);
    }
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

/// Names: a text with an alphabet of its own.
macro_rules! names {
    ($($type:ident is $kind:ident read by $read:ident, checked by $check:expr;)+) => { $(
        impl FieldValue for $type {
            const KIND: FieldKind = FieldKind::$kind;

            fn read(value: &Value<'_>) -> Result<Self, DecodeError> {
                parsed(value)
            }

            fn take(cursor: &mut Cursor<'_>) -> Option<Self> {
                cursor.$read().map(Self::of_valid)
            }

            #[inline]
            fn check<'a>(cursor: &mut Cursor<'a>, _: &'static str, gist: &mut Gist<'a>) -> Option<()> {
                let check: fn(&mut Cursor<'a>, &mut Gist<'a>) -> Option<()> = $check;
                check(cursor, gist)
            }

            fn write(&self, out: &mut Vec<u8>) {
                write_plain(self.as_str(), out);
            }
        }
    )+ };
}

names! {
    ActorId is Path read by path, checked by |cursor, _| cursor.pass_path();
    TrackId is Path read by path, checked by |cursor, _| cursor.pass_path();
    TopicId is Slug read by slug, checked by |cursor, _| cursor.pass_slug();
    MeetingId is Slug read by slug, checked by note_subject;
    ProposalId is Slug read by slug, checked by note_subject;
    AgreementId is Slug read by slug, checked by note_subject;
    IssueId is Slug read by slug, checked by note_subject;
    ExchangeId is Slug read by slug, checked by note_subject;
    MeasureId is Slug read by slug, checked by note_subject;
}

/// Passes over the name of what an event is on, and notes it.
fn note_subject<'a>(cursor: &mut Cursor<'a>, gist: &mut Gist<'a>) -> Option<()> {
    gist.subject = Some(cursor.slug()?);
    Some(())
}

/// Types that are parsed from a text without anything to escape. What decides is noted.
macro_rules! parsed {
    ($($type:ident is $kind:expr, written $write:expr, notes $note:expr;)+) => { $(
        impl FieldValue for $type {
            const KIND: FieldKind = $kind;

            fn read(value: &Value<'_>) -> Result<Self, DecodeError> {
                parsed(value)
            }

            fn take(cursor: &mut Cursor<'_>) -> Option<Self> {
                cursor.bare()?.parse().ok()
            }

            #[inline]
            fn check<'a>(cursor: &mut Cursor<'a>, _: &'static str, gist: &mut Gist<'a>) -> Option<()> {
                let note: fn(&mut Gist<'a>, Self) = $note;
                note(gist, Self::take(cursor)?);
                Some(())
            }

            fn write(&self, out: &mut Vec<u8>) {
                let write: fn(&Self, &mut Vec<u8>) = $write;
                write(self, out);
            }
        }
    )+ };
}

/// Types that are parsed from a text and keep it.
macro_rules! words {
    ($($type:ident notes $note:expr;)+) => { parsed! { $(
        $type is FieldKind::Word(Self::WORDS), written |value, out| write_plain(value.as_str(), out), notes $note;
    )+ } };
}

/// Types that are kept as something else than their text, which has nothing to escape either.
macro_rules! encoded {
    ($($type:ident is $kind:expr, notes $note:expr;)+) => { parsed! { $(
        $type is $kind, written |value, out| write_plain(value.encode(&mut Self::buffer()), out), notes $note;
    )+ } };
}

parsed! {
    Occurred is FieldKind::Occurred, written |value, out| write_plain(value.as_str(), out), notes |_, _| {};
}

encoded! {
    EventId is FieldKind::Id, notes |gist, id| gist.targets.to_mut().push(id);
    Instant is FieldKind::Instant, notes |_, _| {};
    Grade is FieldKind::Grade, notes |_, _| {};
}

words! {
    EventType notes |_, _| {};
    TrackKind notes |gist, word| gist.word = word as u8;
    Answer notes |gist, word| gist.word = word as u8;
    AgreementEnd notes |_, _| {};
    AgreementStage notes |_, _| {};
    Attribution notes |_, _| {};
    ExchangeOf notes |_, _| {};
    Extent notes |_, _| {};
    MeasureEffect notes |_, _| {};
    MeasureOf notes |_, _| {};
    MeetingFormat notes |_, _| {};
    MeetingLevel notes |_, _| {};
    Stance notes |_, _| {};
    TrackOutcome notes |_, _| {};
}

impl FieldValue for Edtf {
    const KIND: FieldKind = FieldKind::Date;

    fn read(value: &Value<'_>) -> Result<Self, DecodeError> {
        parsed(value)
    }

    fn take(cursor: &mut Cursor<'_>) -> Option<Self> {
        cursor.bare()?.parse().ok()
    }

    #[inline]
    fn check<'a>(cursor: &mut Cursor<'a>, key: &'static str, gist: &mut Gist<'a>) -> Option<()> {
        let bounds = Self::bounds_of(cursor.bare()?).ok()?;
        if key == "\"when\":" {
            gist.when = Some(bounds);
        }
        Some(())
    }

    fn write(&self, out: &mut Vec<u8>) {
        write_plain(self.as_str(), out);
    }
}

impl<T: FieldValue> FieldValue for Vec<T> {
    const KIND: FieldKind = FieldKind::List(&T::KIND);

    fn read(value: &Value<'_>) -> Result<Self, DecodeError> {
        value.list()?.iter().map(T::read).collect()
    }

    fn take(cursor: &mut Cursor<'_>) -> Option<Self> {
        take_items(cursor)
    }

    fn check<'a>(cursor: &mut Cursor<'a>, key: &'static str, gist: &mut Gist<'a>) -> Option<()> {
        check_items::<T>(cursor, key, gist).map(|_| ())
    }

    fn write(&self, out: &mut Vec<u8>) {
        write_list(self, out, T::write);
    }
}

impl FieldValue for Claims {
    const KIND: FieldKind = FieldKind::Some(&FieldKind::Id);

    fn read(value: &Value<'_>) -> Result<Self, DecodeError> {
        Self::new(Vec::read(value)?).ok_or_else(|| Kind::EmptyList { field: value.field() }.blaming(value))
    }

    fn take(cursor: &mut Cursor<'_>) -> Option<Self> {
        take_items(cursor).and_then(Self::new)
    }

    fn check<'a>(cursor: &mut Cursor<'a>, key: &'static str, gist: &mut Gist<'a>) -> Option<()> {
        (check_items::<EventId>(cursor, key, gist)? > 0).then_some(())
    }

    fn write(&self, out: &mut Vec<u8>) {
        write_list(self.ids(), out, FieldValue::write);
    }
}

/// The fields of a source, in canonical order.
pub(super) const SOURCE_FIELDS: &[&str] = &["who", "via", "attribution", "grade"];

impl Source {
    pub(super) fn read(value: &Value<'_>) -> Result<Self, DecodeError> {
        let mut object = value.object(Cow::Borrowed("`source`"))?;
        object.only(SOURCE_FIELDS)?;
        Ok(Self {
            who: object.required("who")?,
            via: object.optional("via")?,
            attribution: object.required("attribution")?,
            grade: object.optional("grade")?,
        })
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        let mut object = ObjectWriter::new(out);
        object.required(key!("who"), &self.who);
        object.optional(key!("via"), &self.via);
        object.required(key!("attribution"), &self.attribution);
        object.optional(key!("grade"), &self.grade);
        object.end();
    }
}
