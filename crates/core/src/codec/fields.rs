//! The values of fields: how each type is read from and written to JSON.

use std::borrow::Cow;
use std::marker::PhantomData;
use std::str::FromStr;

use super::error::{DecodeError, DecodeErrorKind as Kind, ValueError};
use super::object_writer::{ObjectWriter, key};
use super::walk::{Date, Field, Name, Pick, Seen, Text, Walker, Words};
use crate::edtf::date_cache::DateReader;
use crate::jsonl::{Object, Value, write_list, write_plain, write_text};
use crate::{
    ActorId, AgreementEnd, AgreementId, AgreementStage, Answer, Attribution, Claims, Edtf, EventId, EventType,
    ExchangeId, ExchangeOf, Extent, Grade, Hash, Instant, IssueId, MeasureEffect, MeasureId, MeasureOf, MeetingFormat,
    MeetingId, MeetingLevel, MeetingMode, Occurred, ProposalId, Source, Stance, TextField, TopicId, TrackId, TrackKind,
    TrackOutcome,
};

/// What a field can hold: for schemas, and for programs that ask people to fill it in.
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
    /// The hash of a line: SHA-256, in base64.
    Hash,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A list.
    List(&'static FieldKind),
    /// A list of at least one.
    Some(&'static FieldKind),
}

/// Names a type of values.
pub(super) struct Of<T>(PhantomData<T>);

/// Names the type of a required field.
pub(super) const fn required<P, T>(_: fn(&P) -> &T) -> Of<T> {
    Of(PhantomData)
}

/// Names the type of an optional field.
pub(super) const fn optional<P, T>(_: fn(&P) -> &Option<T>) -> Of<T> {
    Of(PhantomData)
}

/// Names the type of an optional list.
pub(super) const fn list<P, T>(_: fn(&P) -> &Vec<T>) -> Of<Vec<T>> {
    Of(PhantomData)
}

impl<T: FieldValue> Of<T> {
    /// Returns what the field can hold.
    pub(super) const fn kind(&self) -> FieldKind {
        T::KIND
    }
}

/// A type that can be the value of a field.
pub(super) trait FieldValue: Sized {
    /// What the field can hold.
    const KIND: FieldKind;

    /// The opening of the value in a line. A walker skips it together with the key.
    const OPENING: &'static [u8];

    /// Reads it from a value of any line.
    fn read(value: &Value<'_>) -> Result<Self, DecodeError>;

    /// Reads a value of this type after its opening. Returns `None` if the text holds anything else, or an unusual
    /// spelling of the value.
    fn take<'t, D: DateReader>(walker: &mut Walker<'t, D>, text: &'t str) -> Option<Self>;

    /// Skips a value of this type without building it, and reports what it saw. It refuses what [`FieldValue::take`]
    /// refuses, except that it does not check names: the picker that takes a name checks it.
    fn pass<'t, D: DateReader>(walker: &mut Walker<'t, D>, field: Field, picks: &mut impl Pick<'t>) -> Option<()>;

    /// Writes it in canonical form.
    fn write(&self, out: &mut Vec<u8>);
}

/// A type whose values are strings in a line.
pub(super) trait Scalar: Sized {
    /// What the field can hold.
    const KIND: FieldKind;

    /// The value in a line, before it is parsed.
    type Raw<'t>;

    /// Reads it from a value of any line.
    fn read(value: &Value<'_>) -> Result<Self, DecodeError>;

    /// Skips the rest of it in a line, after its opening quote.
    fn walk<'t, D: DateReader>(walker: &mut Walker<'t, D>) -> Option<Self::Raw<'t>>;

    /// Makes it from the raw value; `text` is the text that contains the value.
    fn make<'t>(raw: Self::Raw<'t>, text: &'t str) -> Option<Self>;

    /// Reports the value.
    // The bound makes the lifetime early-bound, which a projection in an argument needs.
    fn seen<'t>(raw: Self::Raw<'t>) -> Seen<'t>
    where
        't: 't;

    /// Writes it in canonical form.
    fn write(&self, out: &mut Vec<u8>);
}

impl<T: Scalar> FieldValue for T {
    const KIND: FieldKind = T::KIND;
    const OPENING: &'static [u8] = b"\"";

    fn read(value: &Value<'_>) -> Result<Self, DecodeError> {
        T::read(value)
    }

    #[inline]
    fn take<'t, D: DateReader>(walker: &mut Walker<'t, D>, text: &'t str) -> Option<Self> {
        T::make(T::walk(walker)?, text)
    }

    #[inline(always)]
    fn pass<'t, D: DateReader>(walker: &mut Walker<'t, D>, field: Field, picks: &mut impl Pick<'t>) -> Option<()> {
        let seen = T::seen(T::walk(walker)?);
        (picks.pick(field, seen) || seen.is_valid()).then_some(())
    }

    #[inline]
    fn write(&self, out: &mut Vec<u8>) {
        Scalar::write(self, out);
    }
}

/// Takes typed fields out of an object.
pub(super) trait Fields {
    /// Takes a required field.
    fn required<T: FieldValue>(&mut self, key: &'static str) -> Result<T, DecodeError>;

    /// Takes an optional field.
    fn optional<T: FieldValue>(&mut self, key: &'static str) -> Result<Option<T>, DecodeError>;

    /// Takes a list. An absent list is an empty one.
    fn list<T>(&mut self, key: &'static str) -> Result<Vec<T>, DecodeError>
    where
        Vec<T>: FieldValue,
    {
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

impl Scalar for Box<str> {
    const KIND: FieldKind = FieldKind::Text;
    type Raw<'t> = Text<'t>;

    fn read(value: &Value<'_>) -> Result<Self, DecodeError> {
        Ok(value.text()?.into())
    }

    #[inline(always)]
    fn walk<'t, D: DateReader>(walker: &mut Walker<'t, D>) -> Option<Text<'t>> {
        walker.text()
    }

    fn make<'t>(raw: Text<'t>, text: &'t str) -> Option<Self> {
        raw.made(text).map(Into::into)
    }

    fn seen<'t>(raw: Text<'t>) -> Seen<'t>
    where
        't: 't,
    {
        Seen::Text(raw)
    }

    fn write(&self, out: &mut Vec<u8>) {
        write_text(self, out);
    }
}

/// Reads a value with the parser of its type.
fn parsed<T: FromStr>(value: &Value<'_>) -> Result<T, DecodeError>
where
    ValueError: From<T::Err>,
{
    value
        .text()?
        .parse()
        .map_err(|reason: T::Err| Kind::Value { field: value.field(), reason: ValueError::from(reason) }.blaming(value))
}

/// Implements [`Scalar`] for types with a parser: the raw form in a line, and how a walker skips, parses, reports and
/// writes it.
// Bodies instead of closures, since closures are not always inlined.
macro_rules! parsed {
    ($(
        $type:ident is $kind:expr, as $raw:ty, walk |$walker:ident| $walk:expr,
        make |$made:ident, $text_of:ident| $make:expr,
        seen |$seen:ident| $see:expr, write |$value:ident| $text:expr;
    )+) => { $(
        impl Scalar for $type {
            const KIND: FieldKind = $kind;
            type Raw<'t> = $raw;

            fn read(value: &Value<'_>) -> Result<Self, DecodeError> {
                parsed(value)
            }

            #[inline(always)]
            fn walk<'t, D: DateReader>($walker: &mut Walker<'t, D>) -> Option<$raw> {
                $walk
            }

            #[inline(always)]
            #[allow(clippy::needless_lifetimes, reason = "most of what stands in a line has that lifetime")]
            fn make<'t>($made: $raw, $text_of: &'t str) -> Option<Self> {
                $make
            }

            #[inline(always)]
            fn seen<'t>($seen: $raw) -> Seen<'t>
            where
                't: 't,
            {
                $see
            }

            fn write(&self, out: &mut Vec<u8>) {
                let $value = self;
                write_plain($text, out);
            }
        }
    )+ };
}

/// Names: texts with a restricted alphabet.
macro_rules! names {
    ($($kind:ident by $read:ident: $($type:ident),+;)+) => { $( parsed! { $(
        $type is FieldKind::$kind, as Name<'t>, walk |walker| walker.name(),
        make |name, text| name.$read().then(|| name.0.within(text).map(Self::of_valid))?,
        seen |name| Seen::$kind(name), write |name| name.as_str();
    )+ } )+ };
}

/// Words of closed vocabularies.
macro_rules! words {
    ($($type:ident),+) => { parsed! { $(
        $type is FieldKind::Word(Self::WORDS), as Self,
        walk |walker| Self::ALL.get(usize::from(walker.word(const { &Words::of(Self::WORDS) })?)).copied(),
        make |word, _text| Some(word), seen |word| Seen::Word(word as u8), write |word| word.as_str();
    )+ } };
}

names! {
    Path by is_path: ActorId, TrackId;
    Slug by is_slug: AgreementId, ExchangeId, IssueId, MeasureId, MeetingId, ProposalId, TopicId;
}

words! {
    AgreementEnd, AgreementStage, Answer, Attribution, EventType, ExchangeOf, Extent, MeasureEffect, MeasureOf,
    MeetingFormat, MeetingLevel, MeetingMode, Stance, TextField, TrackKind, TrackOutcome
}

parsed! {
    EventId is FieldKind::Id, as Self, walk |walker| walker.id(), make |id, _text| Some(id), seen |id| Seen::Id(id),
    write |id| id.encode(&mut Self::buffer());

    Instant is FieldKind::Instant, as Self, walk |walker| walker.instant(), make |instant, _text| Some(instant),
    seen |instant| Seen::Instant(instant), write |instant| instant.encode(&mut Self::buffer());

    Grade is FieldKind::Grade, as Self, walk |walker| Self::of_bytes(walker.bare()?.bytes()),
    make |grade, _text| Some(grade),
    seen |grade| Seen::Grade(grade), write |grade| grade.encode(&mut Self::buffer());

    Hash is FieldKind::Hash, as Self, walk |walker| walker.bare()?.as_str()?.parse().ok(),
    make |hash, _text| Some(hash), seen |hash| Seen::Hash(hash), write |hash| &hash.to_string();

    Edtf is FieldKind::Date, as Date<'t>, walk |walker| walker.date(),
    make |date, text| Some(Self::of_bounds(date.text.within(text)?, (date.means.earliest, date.means.latest))),
    seen |date| Seen::Date(date), write |date| date.as_str();

    Occurred is FieldKind::Occurred, as Date<'t>, walk |walker| walker.date(),
    make |date, text| Self::new(Edtf::make(date, text)?), seen |date| Seen::Date(date), write |date| date.as_str();
}

impl<T: Scalar> FieldValue for Vec<T> {
    const KIND: FieldKind = FieldKind::List(&<T as Scalar>::KIND);
    const OPENING: &'static [u8] = b"[";

    fn read(value: &Value<'_>) -> Result<Self, DecodeError> {
        value.list()?.iter().map(T::read).collect()
    }

    fn take<'t, D: DateReader>(walker: &mut Walker<'t, D>, text: &'t str) -> Option<Self> {
        let mut values = Self::new();
        while walker.has_item(values.len())? {
            values.push(T::take(walker, text)?);
        }
        Some(values)
    }

    #[inline(always)]
    fn pass<'t, D: DateReader>(walker: &mut Walker<'t, D>, field: Field, picks: &mut impl Pick<'t>) -> Option<()> {
        pass_items::<T, D>(walker, field, picks).map(|_| ())
    }

    fn write(&self, out: &mut Vec<u8>) {
        write_list(self, out, T::write);
    }
}

/// Skips the rest of a list, and counts its items.
#[inline(always)]
fn pass_items<'t, T: Scalar, D: DateReader>(
    walker: &mut Walker<'t, D>,
    field: Field,
    picks: &mut impl Pick<'t>,
) -> Option<usize> {
    let mut count = 0;
    while walker.has_item(count)? {
        T::pass(walker, field, picks)?;
        count += 1;
    }
    Some(count)
}

impl FieldValue for Claims {
    const KIND: FieldKind = FieldKind::Some(&FieldKind::Id);
    const OPENING: &'static [u8] = b"[";

    fn read(value: &Value<'_>) -> Result<Self, DecodeError> {
        Self::new(Vec::read(value)?).ok_or_else(|| Kind::EmptyList { field: value.field() }.blaming(value))
    }

    fn take<'t, D: DateReader>(walker: &mut Walker<'t, D>, text: &'t str) -> Option<Self> {
        Self::new(Vec::take(walker, text)?)
    }

    #[inline(always)]
    fn pass<'t, D: DateReader>(walker: &mut Walker<'t, D>, field: Field, picks: &mut impl Pick<'t>) -> Option<()> {
        (pass_items::<EventId, D>(walker, field, picks)? > 0).then_some(())
    }

    fn write(&self, out: &mut Vec<u8>) {
        write_list(self.ids(), out, Scalar::write);
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
