//! Meetings as linked data: schema.org's `Event`, for search engines and graphs.
//!
//! | phase | `eventStatus` | dates |
//! | --- | --- | --- |
//! | proposed, scheduled, held | `EventScheduled` | `startDate`, `endDate` |
//! | rescheduled, or postponed to a date | `EventRescheduled` | the new ones, and `previousStartDate` |
//! | postponed without a date | `EventPostponed` | only `previousStartDate` |
//! | cancelled | `EventCancelled` | those it had |
//!
//! schema.org has no term for a meeting that took place or is merely proposed. `additionalProperty` gives the phase,
//! the date as written, and whether it is disputed.

use std::borrow::Borrow;
use std::io::{self, Write};

use demarche_core::{Edtf, Instant, MeetingFormat};
use demarche_projection::LogChanged;
use demarche_projection::state::{Dossier, Meeting, Phase};
use serde_json::{Map, Value, json};

use super::meetings::{disputed, previous, uid, until};
use super::{ExportError, titles};
use crate::escape;

/// Writes the meetings of some dossiers as one JSON-LD document, one at a time.
///
/// No text in it can end a `script` element of HTML, where such documents are often embedded.
///
/// # Errors
///
/// [`LogChanged`] if a dossier could not be made, or the error of the writer.
pub fn write(
    dossiers: impl IntoIterator<Item = Result<impl Borrow<Dossier>, LogChanged>>,
    out: &mut dyn Write,
) -> Result<(), ExportError> {
    out.write_all(b"{\n  \"@context\": \"https://schema.org\",\n  \"@graph\": [")?;
    let mut is_first = true;
    for dossier in dossiers {
        let dossier = dossier?;
        let dossier = dossier.borrow();
        let disputed = disputed(dossier);
        for meeting in &dossier.meetings {
            out.write_all(if std::mem::take(&mut is_first) { b"\n    " } else { b",\n    " })?;
            // JSON text contains no raw line end, so its lines can be indented.
            let text = serde_json::to_string_pretty(&event(dossier, meeting, disputed.contains(&meeting.name)))
                .map_err(io::Error::from)?;
            let text = text.replace('\n', "\n    ").replace('<', "\\u003c");
            out.write_all(escape::json(text).as_bytes())?;
        }
    }
    Ok(out.write_all(if is_first { b"]\n}\n" } else { b"\n  ]\n}\n" })?)
}

/// Returns the document as text.
#[must_use]
pub fn document(dossiers: &[Dossier]) -> String {
    let mut out = Vec::new();
    // Writing to a vector cannot fail, the dossiers exist, and maps with text keys always serialize.
    let _ = write(dossiers.iter().map(Ok), &mut out);
    String::from_utf8(out).unwrap_or_default()
}

fn event(dossier: &Dossier, meeting: &Meeting, is_disputed: bool) -> Value {
    let state = &dossier.state;
    let mut event = Map::new();
    let mut set = |key: &str, value: Value| {
        if !value.is_null() {
            event.insert(key.to_owned(), value);
        }
    };
    let (status, date, before) = schedule(meeting);
    set("@type", "Event".into());
    set("@id", format!("urn:uuid:{}", uid(&state.track, &meeting.name)).into());
    set("name", titles::of_meeting(meeting).into());
    set("identifier", format!("{} {}", state.track, meeting.name).into());
    set("eventStatus", format!("https://schema.org/{status}").into());
    set("startDate", date.and_then(start).into());
    set("endDate", date.and_then(end).into());
    set("previousStartDate", before.and_then(start).into());
    let online = matches!(meeting.format, Some(MeetingFormat::Phone | MeetingFormat::Video | MeetingFormat::Written));
    if meeting.format.is_some() {
        let mode = if online { "OnlineEventAttendanceMode" } else { "OfflineEventAttendanceMode" };
        set("eventAttendanceMode", format!("https://schema.org/{mode}").into());
    }
    set("location", meeting.venue.as_ref().map(|venue| json!({ "@type": "Place", "name": venue })).into());
    let attendee = |party| json!({ "@type": "Organization", "identifier": party });
    let attendees: Vec<Value> = meeting.parties.iter().map(attendee).collect();
    set("attendee", if attendees.is_empty() { Value::Null } else { attendees.into() });
    set("superEvent", json!({ "@type": "EventSeries", "name": titles::of_track(state), "identifier": state.track }));
    set("additionalProperty", additional(meeting, date, is_disputed));
    Value::Object(event)
}

/// Returns the status, the date, and the previous date.
fn schedule(meeting: &Meeting) -> (&'static str, Option<&Edtf>, Option<&Edtf>) {
    let when = meeting.when.as_ref();
    match meeting.phase {
        Phase::Postponed => match until(meeting) {
            Some(new) => ("EventRescheduled", Some(new), previous(meeting, Some(new))),
            None => ("EventPostponed", None, when),
        },
        Phase::Scheduled => match previous(meeting, when) {
            Some(before) => ("EventRescheduled", when, Some(before)),
            None => ("EventScheduled", when, None),
        },
        Phase::Cancelled | Phase::Declined => ("EventCancelled", when, None),
        Phase::Proposed | Phase::Held => ("EventScheduled", when, None),
    }
}

/// Returns the first day, or the instant.
fn start(date: &Edtf) -> Option<String> {
    let earliest = date.earliest()?;
    Some(if is_instant(date) { earliest.to_string() } else { day(earliest) })
}

/// Returns the last day, or nothing for an instant, whose end is unknown.
fn end(date: &Edtf) -> Option<String> {
    date.latest().filter(|_| !is_instant(date)).map(day)
}

fn is_instant(date: &Edtf) -> bool {
    date.earliest().is_some() && date.earliest() == date.latest()
}

fn day(instant: Instant) -> String {
    instant.date().to_string()
}

/// Returns the properties that schema.org has no terms for.
fn additional(meeting: &Meeting, date: Option<&Edtf>, is_disputed: bool) -> Value {
    let property = |name: &str, value: Value| json!({ "@type": "PropertyValue", "name": name, "value": value });
    let mut properties = vec![property("phase", meeting.phase.as_str().into())];
    properties.extend(date.map(|date| property("edtf", date.as_str().into())));
    properties.push(property("disputed", is_disputed.into()));
    properties.into()
}
