//! The fast path: lines in canonical form are read in one walk, without a search and without an index of fields.
//!
//! It restates no rule. What a value is allowed to be is said by its type; which fields there are, and in which order,
//! by the one table of payloads. A line that is anything else than what a writer would have written is none of its
//! business: it answers none. Where only the order of the fields differs, or white space stands between them, the line
//! is put in order ([`Arranger`]) and read once more; everything else (an older version, a fault) the patient path
//! decides. So the fast path never refuses a line, and what it takes the patient path would take as the same event
//! (held by property tests and a fuzz target).

mod arrange;
mod cursor;
mod object;

use std::borrow::Cow;

use super::payloads;
use crate::edtf::calendar::{Days, NoDays};
use crate::{ActorId, Edtf, Event, EventId, Gist, Occurred, Payload, Source, TrackId};

pub(super) use arrange::Arranger;
pub(super) use cursor::Cursor;
pub(super) use object::{Check, Take, check_items, take_items};

/// What a line has before its payload that is not in its gist; `T` is what is made of its texts.
struct Head<'a, T> {
    via: Option<&'a str>,
    cite: Option<T>,
    note: Option<T>,
}

/// What is made of a text: itself, or nothing.
trait Text<'a>: Sized {
    /// Passes over the text.
    fn pass(cursor: &mut Cursor<'a>) -> Option<Self>;
}

impl<'a> Text<'a> for Cow<'a, str> {
    fn pass(cursor: &mut Cursor<'a>) -> Option<Self> {
        cursor.text()
    }
}

impl<'a> Text<'a> for () {
    fn pass(cursor: &mut Cursor<'a>) -> Option<Self> {
        cursor.pass_text()
    }
}

impl<'a, T: Text<'a>> Head<'a, T> {
    /// Reads a line up to its payload, and notes what matters to a fold.
    // In its place, since to hand it on from one to the other costs as much as to read it.
    #[inline]
    fn read(cursor: &mut Cursor<'a>, days: &mut impl Days, gist: &mut Gist<'a>) -> Option<Self> {
        let (id, event_type, track) = name(cursor)?;
        gist.id = id.parse().ok()?;
        gist.event_type = event_type.parse().ok()?;
        gist.track = track;
        gist.occurred = cursor.bare()?;
        let (earliest, latest) = days.bounds_of(gist.occurred)?;
        (gist.earliest, gist.latest) = (earliest?, latest);
        cursor.pass(b",\"recorded\":")?;
        gist.recorded = days.instant(cursor.bare()?)?;
        cursor.pass(b",\"source\":{\"who\":")?;
        gist.who = cursor.path()?;
        let via = match cursor.pass(b",\"via\":") {
            Some(()) => Some(cursor.path()?),
            None => None,
        };
        cursor.pass(b",\"attribution\":")?;
        gist.attribution = cursor.bare()?.parse().ok()?;
        gist.grade = match cursor.pass(b",\"grade\":") {
            Some(()) => Some(cursor.bare()?.parse().ok()?),
            None => None,
        };
        cursor.pass(b"}")?;
        let cite = optional_text(cursor, b",\"cite\":")?;
        let note = optional_text(cursor, b",\"note\":")?;
        cursor.pass(b",\"data\":")?;
        Some(Self { via, cite, note })
    }
}

/// Reads a line up to when it occurred: its id, its type and its track.
#[inline]
fn name<'a>(cursor: &mut Cursor<'a>) -> Option<(&'a str, &'a str, &'a str)> {
    cursor.pass(b"{\"id\":")?;
    let id = cursor.id()?;
    cursor.pass(b",\"v\":1,\"type\":")?;
    let event_type = cursor.bare()?;
    cursor.pass(b",\"track\":")?;
    let track = cursor.path()?;
    cursor.pass(b",\"occurred\":")?;
    Some((id, event_type, track))
}

/// Reads of a canonical line when it occurred, to the letter, and looks at nothing else.
pub(super) fn occurred(line: &str) -> Option<&str> {
    let mut cursor = Cursor::new(line);
    name(&mut cursor)?;
    cursor.plain()
}

/// Reads a text that may be absent. The outer none says that the line is not canonical.
#[inline]
fn optional_text<'a, T: Text<'a>, const N: usize>(cursor: &mut Cursor<'a>, key: &[u8; N]) -> Option<Option<T>> {
    match cursor.pass(key) {
        Some(()) => T::pass(cursor).map(Some),
        None => Some(None),
    }
}

/// Reads a canonical line to an event; none where it is anything else.
pub(super) fn decode(line: &str) -> Option<Event> {
    let mut cursor = Cursor::new(line);
    let mut gist = Gist::blank();
    let Head::<Cow<'_, str>> { via, cite, note } = Head::read(&mut cursor, &mut NoDays, &mut gist)?;
    let data = payloads::take(gist.event_type, &mut cursor)?;
    cursor.pass(b"}")?;
    cursor.rest().is_empty().then_some(())?;
    let date = Edtf::of_bounds(gist.occurred, (Some(gist.earliest), gist.latest));
    Some(Event {
        id: gist.id,
        track: TrackId::of_valid(gist.track),
        occurred: Occurred::new(date)?,
        recorded: gist.recorded,
        source: Source {
            who: ActorId::of_valid(gist.who),
            via: via.map(ActorId::of_valid),
            attribution: gist.attribution,
            grade: gist.grade,
        },
        cite: cite.map(Into::into),
        note: note.map(Into::into),
        data,
    })
}

/// Reads of a canonical line its id and its payload, and makes nothing of the rest; none where it is anything else.
pub(super) fn payload(line: &str) -> Option<(EventId, Payload)> {
    let (mut cursor, mut gist) = (Cursor::new(line), Gist::blank());
    Head::<()>::read(&mut cursor, &mut NoDays, &mut gist)?;
    let data = payloads::take(gist.event_type, &mut cursor)?;
    cursor.pass(b"}")?;
    cursor.rest().is_empty().then_some((gist.id, data))
}

/// Reads the canonical line with which a text begins to its gist, which is blank before, and returns what follows the
/// line; none where it is anything else, and then there is no gist.
#[inline]
pub(super) fn skim<'a>(text: &'a str, days: &mut impl Days, gist: &mut Gist<'a>) -> Option<&'a str> {
    let mut cursor = Cursor::new(text);
    Head::<()>::read(&mut cursor, days, gist)?;
    payloads::check(gist.event_type, &mut cursor, gist)?;
    cursor.pass(b"}")?;
    matches!(cursor.rest().as_bytes(), [] | [b'\n', ..]).then(|| cursor.rest())
}
