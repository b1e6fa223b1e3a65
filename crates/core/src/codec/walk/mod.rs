//! Lines read in one walk, value by value, without an index of their fields.
//!
//! It restates no rule. What a value is allowed to be is said by its type; which fields there are, and in which order,
//! by the one table of payloads. A line in canonical form is read as it stands; where the fields stand in another
//! order, or with white space between them, their places are looked for first ([`Order`]). What is unusual (an escape
//! in a key, an older version) or wrong is none of its business: it answers none, and the general decoder reads the
//! line. So it never refuses a line, and what it takes the general decoder would take as the same event (held by
//! property tests and a fuzz target).

mod object;
mod token;
mod walker;
mod words;

pub(super) use object::Fields;
pub(crate) use object::{AnyOrder, InOrder, Order};
pub(crate) use token::{Date, Field, Name, Pick, SHORT_BYTES, Seen, Text, Token};
pub(super) use walker::Walker;
pub(super) use words::Words;

use super::fields::Scalar;
use super::object_writer::key;
use super::payloads;
use super::schema::{Current, Schema};
use crate::edtf::calendar::{Days, NoDays};
use crate::{ActorId, Attribution, Event, EventId, EventType, Grade, Instant, Occurred, Payload, Source, TrackId};

/// What a line has before its payload. Its names are not looked at yet.
#[derive(Debug)]
pub(crate) struct Head<'t> {
    pub(crate) id: EventId,
    pub(crate) event_type: EventType,
    pub(crate) track: Name<'t>,
    pub(crate) occurred: Date<'t>,
    pub(crate) recorded: Instant,
    pub(crate) who: Name<'t>,
    via: Option<Name<'t>>,
    pub(crate) attribution: Attribution,
    pub(crate) grade: Option<Grade>,
    cite: Option<Text<'t>>,
    note: Option<Text<'t>>,
}

impl<'t> Head<'t> {
    /// Reads a line up to its payload.
    #[inline(always)]
    fn read<S: Schema, D: Days, O: Order>(line: &mut Fields<'_, 't, D, O>) -> Option<Self> {
        let id = line.required::<EventId>(key!("id"))?;
        line.find(key!("v"))?;
        line.walker.pass(S::FIGURES)?;
        let event_type = line.required::<EventType>(key!("type"))?;
        let track = line.required::<TrackId>(key!("track"))?;
        let occurred = line.required::<Occurred>(key!("occurred"))?;
        let recorded = line.required::<Instant>(key!("recorded"))?;
        line.find(key!("source"))?;
        let mut source = Fields::<_, O>::enter(line.walker)?;
        let who = source.required::<ActorId>(key!("who"))?;
        let via = source.optional::<ActorId>(key!("via"))?;
        let attribution = source.required::<Attribution>(key!("attribution"))?;
        let grade = source.optional::<Grade>(key!("grade"))?;
        source.leave()?;
        let cite = line.optional::<Box<str>>(key!("cite"))?;
        let note = line.optional::<Box<str>>(key!("note"))?;
        line.find(key!("data"))?;
        occurred.means.earliest?;
        Some(Self { id, event_type, track, occurred, recorded, who, via, attribution, grade, cite, note })
    }

    /// Makes the event with a payload.
    fn event(self, data: Payload) -> Option<Event> {
        Some(Event {
            id: self.id,
            track: TrackId::make(self.track)?,
            occurred: Occurred::make(self.occurred)?,
            recorded: self.recorded,
            source: Source {
                who: ActorId::make(self.who)?,
                via: made(self.via)?,
                attribution: self.attribution,
                grade: self.grade,
            },
            cite: made(self.cite)?,
            note: made(self.note)?,
            data,
        })
    }
}

/// Makes what may be absent. The outer none says that what is there is none of its type.
fn made<'t, T: Scalar>(raw: Option<T::Raw<'t>>) -> Option<Option<T>> {
    raw.map_or(Some(None), |raw| T::make(raw).map(Some))
}

/// Reads a line of which is made what the caller makes of it; none where there is more than one line.
fn whole<S: Schema, R>(line: &str, make: impl Fn(Head<'_>, Payload) -> Option<R>) -> Option<R> {
    let (head, data) = take::<S, InOrder>(line).or_else(|| take::<S, AnyOrder>(line))?;
    make(head, data)
}

fn take<S: Schema, O: Order>(text: &str) -> Option<(Head<'_>, Payload)> {
    let mut walker = Walker::new(text.as_bytes(), NoDays);
    let mut line = Fields::<_, O>::enter(&mut walker)?;
    let head = Head::read::<S, _, _>(&mut line)?;
    let data = payloads::take::<_, O>(head.event_type, line.walker)?;
    line.leave()?;
    walker.end()?;
    (walker.place() == text.len()).then_some((head, data))
}

/// Reads a line to an event.
pub(super) fn event<S: Schema>(line: &str) -> Option<Event> {
    whole::<S, _>(line, |head, data| head.event(data))
}

/// Reads of a line its id and its payload, and makes nothing of the rest.
pub(super) fn payload<S: Schema>(line: &str) -> Option<(EventId, Payload)> {
    whole::<S, _>(line, |head, data| {
        let mut names = [Some(head.track), Some(head.who), head.via].into_iter().flatten();
        names.all(|name| name.path().is_some()).then_some((head.id, data))
    })
}

/// Reads the first line of a text to what a fold picks of it; returns how long the line is.
#[inline(always)]
pub(crate) fn pick<'t, O: Order>(
    text: &'t str,
    days: &mut impl Days,
    picks: &mut impl Pick<'t>,
) -> Option<(Head<'t>, usize)> {
    picks.clear();
    let mut walker = Walker::new(text.as_bytes(), days);
    let mut line = Fields::<_, O>::enter(&mut walker)?;
    let head = Head::read::<Current, _, _>(&mut line)?;
    payloads::pass::<_, O>(head.event_type, line.walker, picks)?;
    line.leave()?;
    walker.end()?;
    let length = walker.place();
    head.via.is_none_or(Name::is_path).then_some((head, length))
}

/// Reads of the first line of a text when it says that something occurred, and looks at nothing else.
pub(super) fn occurred<S: Schema>(text: &[u8]) -> Option<&str> {
    let mut walker = Walker::new(text, NoDays);
    let mut line = Fields::<_, InOrder>::enter(&mut walker)?;
    line.required::<EventId>(key!("id"))?;
    line.find(key!("v"))?;
    line.walker.pass(S::FIGURES)?;
    line.required::<EventType>(key!("type"))?;
    line.required::<TrackId>(key!("track"))?;
    line.find(key!("occurred"))?;
    line.walker.bare()?.as_str()
}
