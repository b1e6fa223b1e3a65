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
use crate::edtf::DateBounds;
use crate::{ActorId, Attribution, Edtf, Event, EventId, EventType, Gist, Grade, Instant, Occurred, Source, TrackId};

pub(super) use arrange::Arranger;
pub(super) use cursor::Cursor;
pub(super) use object::{Check, Take, check_items, take_items};

/// The fields of a line before its payload.
struct Head<'a> {
    id: EventId,
    event_type: EventType,
    track: &'a str,
    occurred: &'a str,
    earliest: Instant,
    latest: Option<Instant>,
    recorded: Instant,
    who: &'a str,
    via: Option<&'a str>,
    attribution: Attribution,
    grade: Option<Grade>,
    cite: Option<Cow<'a, str>>,
    note: Option<Cow<'a, str>>,
}

/// What a payload says that matters to a fold.
#[derive(Default)]
pub(super) struct Said<'a> {
    pub(super) subject: Option<&'a str>,
    pub(super) when: Option<DateBounds>,
    pub(super) word: u8,
    pub(super) targets: Vec<EventId>,
}

impl<'a> Head<'a> {
    /// Reads a line up to its payload.
    fn read(cursor: &mut Cursor<'a>) -> Option<Self> {
        let (id, event_type, track) = name(cursor)?;
        let id = id.parse().ok()?;
        let event_type = event_type.parse().ok()?;
        let occurred = cursor.bare()?;
        let (earliest, latest) = Edtf::bounds_of(occurred).ok()?;
        cursor.pass(b",\"recorded\":")?;
        let recorded = cursor.bare()?.parse().ok()?;
        cursor.pass(b",\"source\":{\"who\":")?;
        let who = cursor.path()?;
        let via = match cursor.pass(b",\"via\":") {
            Some(()) => Some(cursor.path()?),
            None => None,
        };
        cursor.pass(b",\"attribution\":")?;
        let attribution = cursor.bare()?.parse().ok()?;
        let grade = match cursor.pass(b",\"grade\":") {
            Some(()) => Some(cursor.bare()?.parse().ok()?),
            None => None,
        };
        cursor.pass(b"}")?;
        let cite = optional_text(cursor, b",\"cite\":")?;
        let note = optional_text(cursor, b",\"note\":")?;
        cursor.pass(b",\"data\":")?;
        let earliest = earliest?;
        let head = Self {
            id,
            event_type,
            track,
            occurred,
            earliest,
            latest,
            recorded,
            who,
            via,
            attribution,
            grade,
            cite,
            note,
        };
        Some(head)
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
fn optional_text<'a, const N: usize>(cursor: &mut Cursor<'a>, key: &[u8; N]) -> Option<Option<Cow<'a, str>>> {
    match cursor.pass(key) {
        Some(()) => cursor.text().map(Some),
        None => Some(None),
    }
}

/// Reads a canonical line to an event; none where it is anything else.
pub(super) fn decode(line: &str) -> Option<Event> {
    let mut cursor = Cursor::new(line);
    let head = Head::read(&mut cursor)?;
    let data = payloads::take(head.event_type, &mut cursor)?;
    cursor.pass(b"}")?;
    cursor.rest().is_empty().then_some(())?;
    let date = Edtf::of_bounds(head.occurred, (Some(head.earliest), head.latest));
    Some(Event {
        id: head.id,
        track: TrackId::of_valid(head.track),
        occurred: Occurred::new(date)?,
        recorded: head.recorded,
        source: Source {
            who: ActorId::of_valid(head.who),
            via: head.via.map(ActorId::of_valid),
            attribution: head.attribution,
            grade: head.grade,
        },
        cite: head.cite.map(Into::into),
        note: head.note.map(Into::into),
        data,
    })
}

/// Reads the canonical line with which a text begins to its gist, and returns it with what follows the line; none where
/// it is anything else.
pub(super) fn skim(text: &str) -> Option<(Gist<'_>, &str)> {
    let mut cursor = Cursor::new(text);
    let head = Head::read(&mut cursor)?;
    let mut said = Said::default();
    payloads::check(head.event_type, &mut cursor, &mut said)?;
    cursor.pass(b"}")?;
    matches!(cursor.rest().as_bytes(), [] | [b'\n', ..]).then_some(())?;
    let gist = Gist {
        id: head.id,
        event_type: head.event_type,
        track: head.track,
        earliest: head.earliest,
        latest: head.latest,
        recorded: head.recorded,
        who: head.who,
        attribution: head.attribution,
        grade: head.grade,
        subject: said.subject,
        when: said.when,
        word: said.word,
        targets: said.targets.into(),
    };
    Some((gist, cursor.rest()))
}
