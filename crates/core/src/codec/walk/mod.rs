//! Reads a line in one walk, value by value, without an index of its fields.
//!
//! It restates no rule. The types say which values are valid; the one table of payloads says which fields there are,
//! and in which order. A canonical line is read straight through; where the fields stand in another order, or with
//! white space between them, their places are found first ([`Order`]). For anything unusual (an escape in a key, an
//! older version) or wrong, the walk returns `None`, and the general decoder reads the line. So the walk never refuses
//! a line, and whatever it accepts, the general decoder would read as the same event (property tests and a fuzz target
//! check this).

mod object;
mod token;
mod walker;
mod words;

pub(super) use object::Fields;
pub(crate) use object::{AnyOrder, InOrder, Order};
pub(crate) use token::{Date, Field, Name, Pick, Seen, Text, Token};
pub(super) use walker::Walker;
pub(super) use words::Words;

use super::fields::Scalar;
use super::object_writer::key;
use super::payloads;
use super::schema::{Current, Schema};
use crate::edtf::date_cache::{DateReader, UncachedDates};
use crate::{ActorId, Attribution, Event, EventId, EventType, Grade, Instant, Occurred, Payload, Source, TrackId};

/// The part of a line before its payload. Its names are not checked yet.
#[derive(Debug)]
pub(crate) struct Head<'t> {
    pub(crate) id: EventId,
    pub(crate) event_type: EventType,
    pub(crate) track: Name<'t>,
    pub(crate) occurred: Date<'t>,
    pub(crate) recorded: Instant,
    entered_by: Option<Name<'t>>,
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
    fn read<S: Schema, D: DateReader, O: Order>(line: &mut Fields<'_, 't, D, O>) -> Option<Self> {
        let id = line.required::<EventId>(key!("id"))?;
        line.find(key!("v"), b"")?;
        line.walker.version::<S>()?;
        let event_type = line.required::<EventType>(key!("type"))?;
        let track = line.required::<TrackId>(key!("track"))?;
        let occurred = line.required::<Occurred>(key!("occurred"))?;
        let recorded = line.required::<Instant>(key!("recorded"))?;
        let entered_by = line.optional::<ActorId>(key!("entered_by"))?;
        line.find(key!("source"), b"")?;
        let mut source = Fields::<_, O>::enter(line.walker)?;
        let who = source.required::<ActorId>(key!("who"))?;
        let via = source.optional::<ActorId>(key!("via"))?;
        let attribution = source.required::<Attribution>(key!("attribution"))?;
        let grade = source.optional::<Grade>(key!("grade"))?;
        source.leave()?;
        let cite = line.optional::<Box<str>>(key!("cite"))?;
        let note = line.optional::<Box<str>>(key!("note"))?;
        line.find(key!("data"), b"")?;
        occurred.means.earliest?;
        Some(Self { id, event_type, track, occurred, recorded, entered_by, who, via, attribution, grade, cite, note })
    }

    /// Makes the event from its head, the payload, and the text that they were read from.
    fn event(self, data: Payload, text: &'t str) -> Option<Event> {
        Some(Event {
            id: self.id,
            track: TrackId::make(self.track, text)?,
            occurred: Occurred::make(self.occurred, text)?,
            recorded: self.recorded,
            entered_by: made(self.entered_by, text)?,
            source: Source {
                who: ActorId::make(self.who, text)?,
                via: made(self.via, text)?,
                attribution: self.attribution,
                grade: self.grade,
            },
            cite: made(self.cite, text)?,
            note: made(self.note, text)?,
            data,
        })
    }
}

/// Converts an optional part. The outer `None` means that the part exists but is invalid for its type.
fn made<'t, T: Scalar>(raw: Option<T::Raw<'t>>, text: &'t str) -> Option<Option<T>> {
    raw.map_or(Some(None), |raw| T::make(raw, text).map(Some))
}

/// Reads a line and passes it to the caller's function; returns `None` if there is more than one line.
#[inline(always)]
fn take<'t, S: Schema, O: Order, R>(text: &'t str, make: impl FnOnce(Head<'t>, Payload) -> Option<R>) -> Option<R> {
    let mut walker = Walker::new(text.as_bytes(), UncachedDates);
    let mut line = Fields::<_, O>::enter(&mut walker)?;
    let head = Head::read::<S, _, _>(&mut line)?;
    let data = payloads::take::<_, O>(head.event_type, line.walker, text)?;
    line.leave()?;
    walker.end()?;
    (walker.place() == text.len()).then(|| make(head, data))?
}

/// Reads a line to an event.
pub(super) fn event<S: Schema>(line: &str) -> Option<Event> {
    event_in::<S, InOrder>(line).or_else(|| event_in::<S, AnyOrder>(line))
}

fn event_in<S: Schema, O: Order>(line: &str) -> Option<Event> {
    take::<S, O, _>(line, |head, data| head.event(data, line))
}

/// Reads the id and the payload of a line, and skips the rest.
pub(super) fn payload<S: Schema>(line: &str) -> Option<(EventId, Payload)> {
    payload_in::<S, InOrder>(line).or_else(|| payload_in::<S, AnyOrder>(line))
}

fn payload_in<S: Schema, O: Order>(line: &str) -> Option<(EventId, Payload)> {
    take::<S, O, _>(line, |head, data| {
        let mut names = [Some(head.track), head.entered_by, Some(head.who), head.via].into_iter().flatten();
        names.all(Name::is_path).then_some((head.id, data))
    })
}

/// Reads the fields that a fold picks from the first line of a UTF-8 text, and returns the length of the line.
#[inline(always)]
pub(crate) fn pick<'t, O: Order>(
    text: &'t [u8],
    days: &mut impl DateReader,
    picks: &mut impl Pick<'t>,
) -> Option<(Head<'t>, usize)> {
    picks.clear();
    let mut walker = Walker::new(text, days);
    let mut line = Fields::<_, O>::enter(&mut walker)?;
    let head = Head::read::<Current, _, _>(&mut line)?;
    payloads::pass::<_, O>(head.event_type, line.walker, picks)?;
    line.leave()?;
    walker.end()?;
    let length = walker.place();
    (head.via.is_none_or(Name::is_path) && head.entered_by.is_none_or(Name::is_path)).then_some((head, length))
}

/// Reads only when the event of the first line occurred.
pub(super) fn occurred<S: Schema>(text: &[u8]) -> Option<&str> {
    let mut walker = Walker::new(text, UncachedDates);
    let mut line = Fields::<_, InOrder>::enter(&mut walker)?;
    line.required::<EventId>(key!("id"))?;
    line.find(key!("v"), b"")?;
    line.walker.version::<S>()?;
    line.required::<EventType>(key!("type"))?;
    line.required::<TrackId>(key!("track"))?;
    line.find(key!("occurred"), b"\"")?;
    line.walker.bare()?.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::{decode_generally, encode};

    const CANONICAL: &str = r#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":3,"type":"proposal_made","track":"us-ru","occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","source":{"who":"tass","attribution":"media"},"cite":"a \"b\" c","data":{"proposal":"p","by":"ru","summary":"s","to":["us","eu"]}}"#;

    const V3: &str = include_str!("../../../tests/golden/v3.jsonl");

    #[test]
    fn canonical_lines_are_walked_in_order() {
        for line in V3.lines() {
            let event = event_in::<Current, InOrder>(line).unwrap();
            assert_eq!(encode(&event), line);
            assert_eq!(event_in::<Current, AnyOrder>(line).as_ref(), Some(&event));
            assert_eq!(payload::<Current>(line), Some((event.id, event.data)));
            assert_eq!(occurred::<Current>(line.as_bytes()), Some(event.occurred.as_str()));
        }
    }

    #[test]
    fn the_walk_accepts_any_order_and_white_space() {
        let other = "\t{ \"data\" : { \"to\":[ \"us\" ,\t\"eu\"], \"summary\":\"s\",\"proposal\":\"p\",\"by\":\"ru\"} ,\
            \"cite\":\"a \\\"b\\\" c\",\"source\":{\"attribution\":\"media\" , \"who\":\"tass\"},\"v\": 3 ,\
            \"recorded\":\"2025-10-23T08:00:00Z\",\"occurred\":\"2025-05\",\"track\":\"us-ru\",\
            \"type\":\"proposal_made\",\"id\":\"0199f3c0-5a00-7000-8000-000000000001\"} \r";
        assert_eq!(encode(&event::<Current>(other).unwrap()), CANONICAL);
        assert_eq!(event::<Current>(&format!("{other}\n{{}}")), None, "one line, and no more");
    }

    #[test]
    fn unusual_and_invalid_lines_are_left_to_the_general_decoder() {
        for (usual, unusual) in [
            ("\"v\":3", "\"v\":32"),
            ("\"v\":3", "\"v\":0"),
            ("\"v\":3", "\"v\":3.0"),
            ("\"v\":3", "\"v\":-1"),
            ("\"v\":3", "\"v\":3e400"),
            ("\"v\":3", "\"v\":200000000000000000000000"),
            ("\"v\":3", "\"v\":null"),
            ("\"v\":3", "\"v\":3 1"),
            ("\"v\":3", "\"v\":3,\"v\":3"),
            ("\"v\":3", "\"v\":3,"),
            ("\"v\":3", "\"v\":[1]"),
            ("\"cite\"", "\"site\""),
            ("\"cite\"", "\"\\u0063ite\""),
            ("\"cite\"", "\"source\""),
            ("\"by\"", "\"to\""),
            ("\"by\"", "\"reason\""),
            ("\"by\":\"ru\"", "\"by\":\"ru\"x"),
            ("\"by\":\"ru\"", "\"by\":\"r\\u0075\""),
            ("\"by\":\"ru\"", "\"by\":\"-ru\""),
            ("\"us-ru\"", "\"us-ru/\""),
            ("\"tass\"", "\"tass\",\"via\":\"A\""),
            ("\"tass\"", "\"tass\",\"via\":null"),
            ("\"2025-05\"", "\"../2025-05\""),
            ("\"2025-05\"", "\"2025-05\\u0000\""),
            ("2025-10-23T", "2025-10-XXT"),
            ("\"eu\"]", "\"eu\",]"),
            ("\"eu\"]", "[\"eu\"]]"),
            ("\"eu\"]", "\"eu\"]]"),
            ("\"media\"}", "\"media\",\"via\":{}}"),
            ("proposal_made", "proposal_maid"),
            ("\"type\":", "\"typ\":"),
            (",\"data\":", ",\"data\":{},\"data\":"),
            ("}}", "}} {"),
            ("}}", "}}}"),
            ("}}", "}"),
        ] {
            for line in [CANONICAL.to_owned(), CANONICAL.replacen("{\"id\"", "{ \"id\"", 1)] {
                assert!(line.contains(usual) && event::<Current>(&line).is_some());
                let line = line.replacen(usual, unusual, 1);
                assert_eq!(event::<Current>(&line), None, "{line}");
                assert_eq!(payload::<Current>(&line), None, "{line}");
                let known = ["\"v\":0", "r\\u0075", "\\u0063ite"].iter().any(|known| unusual.contains(known));
                assert!(known || decode_generally(line.as_bytes()).is_err(), "{line}");
            }
        }
        for length in 0..CANONICAL.len() {
            assert_eq!(event::<Current>(CANONICAL.get(..length).unwrap()), None);
        }
    }
}
