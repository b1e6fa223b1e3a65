//! Meetings as linked data: schema.org's `Event`, for search engines and graphs.
//!
//! | phase | `eventStatus` | dates |
//! | --- | --- | --- |
//! | proposed, scheduled, held | `EventScheduled` | `startDate`, `endDate` |
//! | scheduled anew, or put off until a date | `EventRescheduled` | the new ones, and `previousStartDate` |
//! | put off without a date | `EventPostponed` | `previousStartDate` alone |
//! | cancelled | `EventCancelled` | those it had |
//!
//! schema.org has no word for what took place, or is merely proposed: `additionalProperty` gives the phase, the date to
//! the letter, and whether it is disputed.

use std::borrow::Borrow;
use std::io::{self, Write};

use demarche_core::{Edtf, Instant, MeetingFormat};
use demarche_projection::LogChanged;
use demarche_projection::state::{Dossier, Meeting, Phase};
use serde_json::{Map, Value, json};

use super::meetings::{disputed, previous, uid, until};
use super::{ExportError, titles};
use crate::escape;

/// Writes the meetings of some dossiers as one JSON-LD document, one after the other.
///
/// No text in it ends a `script` element of HTML, in which such documents are often put.
///
/// # Errors
///
/// [`LogChanged`] where a dossier could not be made; what the writer says.
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
            // No text has a raw line end in JSON, so lines can be set in.
            let text = serde_json::to_string_pretty(&event(dossier, meeting, disputed.contains(&meeting.name)))
                .map_err(io::Error::from)?;
            let text = text.replace('\n', "\n    ").replace('<', "\\u003c");
            out.write_all(escape::json(text).as_bytes())?;
        }
    }
    Ok(out.write_all(if is_first { b"]\n}\n" } else { b"\n  ]\n}\n" })?)
}

/// Makes the document as a text.
#[must_use]
pub fn document(dossiers: &[Dossier]) -> String {
    let mut out = Vec::new();
    // Writing to a vector can't fail, the dossiers are there, and maps with textual keys always have a form as JSON.
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
    let (status, date, before) = course(meeting);
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

/// The status, the date, and the date before.
fn course(meeting: &Meeting) -> (&'static str, Option<&Edtf>, Option<&Edtf>) {
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

/// The first day, or the instant.
fn start(date: &Edtf) -> Option<String> {
    let earliest = date.earliest()?;
    Some(if is_instant(date) { earliest.to_string() } else { day(earliest) })
}

/// The last day; none of an instant, whose end nobody knows.
fn end(date: &Edtf) -> Option<String> {
    date.latest().filter(|_| !is_instant(date)).map(day)
}

fn is_instant(date: &Edtf) -> bool {
    date.earliest().is_some() && date.earliest() == date.latest()
}

fn day(instant: Instant) -> String {
    instant.date().to_string()
}

/// What schema.org has no words for.
fn additional(meeting: &Meeting, date: Option<&Edtf>, is_disputed: bool) -> Value {
    let property = |name: &str, value: Value| json!({ "@type": "PropertyValue", "name": name, "value": value });
    let mut properties = vec![property("phase", meeting.phase.as_str().into())];
    properties.extend(date.map(|date| property("edtf", date.as_str().into())));
    properties.push(property("disputed", is_disputed.into()));
    properties.into()
}
