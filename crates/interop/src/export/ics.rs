//! Meetings as iCalendar (RFC 5545, with the properties of RFC 7986), for the calendar of whoever is to be there.
//!
//! | property | value |
//! | --- | --- |
//! | `UID` | a UUID of version 5 that follows from track and meeting, and never changes |
//! | `SEQUENCE` | how many events concern the meeting, less one: it rises with each that may change it |
//! | `DTSTAMP`, `CREATED`, `LAST-MODIFIED` | when the last, the first and the last of these were recorded |
//! | `DTSTART`, `DTEND` | an instant where that is known, else the whole days that the date can mean |
//! | `STATUS` | `CONFIRMED` a day or an instant; `TENTATIVE` any other date, or where it is disputed; |
//! | | `CANCELLED` what is off, or put off without a new date |
//!
//! A meeting without a date, or without one any more, has no place in a calendar; [`Counts::undated`] counts those.

use std::borrow::Borrow;
use std::io::{self, Write};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use demarche_core::{Edtf, Event, Instant, TrackId};
use demarche_projection::narrate::{clause, date_in_words, slug_in_words, speaker_in_words};
use demarche_projection::{Dossier, Fold, LogChanged, Meeting, Phase, Query};
use icalendar::{Component as _, EventLike as _, EventStatus};

use super::ExportError;
use super::meetings::{Concerns, disputed, is_firm, uid, until};
use crate::harmless::{printable, web_address};

/// A calendar, and what could not be put into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// The calendar, as it stands in a file.
    pub text: String,
    /// What it holds.
    pub counts: Counts,
}

/// What a calendar holds, and what it lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// How many meetings stand in it.
    pub meetings: usize,
    /// How many meetings were left out, since there is no date for them.
    pub undated: usize,
}

/// Makes a calendar of the meetings of some dossiers: those that are scheduled, postponed, cancelled or held.
///
/// The fold and the query must be those that gave the dossiers.
///
/// ```
/// use demarche_interop::export::ics;
/// use demarche_projection::{Fold, Query};
///
/// let line = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"meeting_scheduled","track":"us-ru","occurred":"2025-10-20","recorded":"2025-10-21T08:00:00Z","source":{"who":"hu/orban","attribution":"on_record"},"data":{"meeting":"budapest","when":"2025-11"}}"#;
/// let fold = Fold::of([demarche_core::codec::decode(line).unwrap()])?;
/// let query = Query::default();
/// let calendar = ics::calendar(&fold, &query, &fold.dossiers(&query)?)?;
/// assert!(calendar.text.contains("STATUS:TENTATIVE\r\n"));
/// assert!(calendar.text.contains("DTSTART;VALUE=DATE:20251101\r\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`LogChanged`] where somebody has written over a line.
pub fn calendar(fold: &Fold, query: &Query, dossiers: &[Dossier]) -> Result<Calendar, ExportError> {
    let mut out = Vec::new();
    let counts = write(fold, query, dossiers.iter().map(Ok), &mut out)?;
    Ok(Calendar { text: String::from_utf8(out).unwrap_or_default(), counts })
}

/// Writes such a calendar, meeting by meeting.
///
/// # Errors
///
/// [`LogChanged`] where a dossier could not be made, or somebody has written over a line; what the writer says.
pub fn write(
    fold: &Fold,
    query: &Query,
    dossiers: impl IntoIterator<Item = Result<impl Borrow<Dossier>, LogChanged>>,
    out: &mut dyn Write,
) -> Result<Counts, ExportError> {
    let mut calendar = icalendar::Calendar::empty();
    for (key, value) in [
        ("VERSION", "2.0"),
        ("PRODID", "-//Demarche//Demarche//EN"),
        ("CALSCALE", "GREGORIAN"),
        ("METHOD", "PUBLISH"),
        ("NAME", "Demarche"),
        ("X-WR-CALNAME", "Demarche"),
    ] {
        calendar.append_property((key, value));
    }
    let frame = calendar.to_string();
    out.write_all(frame.strip_suffix(END).unwrap_or(&frame).as_bytes())?;
    let mut counts = Counts::default();
    for dossier in dossiers {
        let dossier = dossier?;
        let dossier = dossier.borrow();
        let mut meetings = dossier.meetings.iter().filter(|meeting| meeting.phase != Phase::Proposed).peekable();
        if meetings.peek().is_none() {
            continue;
        }
        let known = on_record(fold, query, &dossier.state.track)?;
        let (concerns, disputed) = (Concerns::of(&known), disputed(dossier));
        for meeting in meetings {
            let is_disputed = disputed.contains(&meeting.name);
            match entry(dossier, meeting, &concerns.with(&meeting.name), is_disputed) {
                Some(entry) => {
                    let text: String = entry.try_into_string().map_err(io::Error::other)?;
                    out.write_all(folded(&text).as_bytes())?;
                    counts.meetings += 1;
                }
                None => counts.undated += 1,
            }
        }
    }
    out.write_all(END.as_bytes())?;
    Ok(counts)
}

/// The longest line of a calendar without its end, in octets (RFC 5545 §3.1).
const LINE_MAX_OCTETS: usize = 75;

/// Folds content lines anew: the crate makes the last part of a folded line one octet too long.
fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len() + 16);
    for line in text.replace("\r\n ", "").split_terminator("\r\n") {
        let mut octets = 0;
        for c in line.chars() {
            if octets + c.len_utf8() > LINE_MAX_OCTETS {
                folded.push_str("\r\n ");
                octets = 1;
            }
            folded.push(c);
            octets += c.len_utf8();
        }
        folded.push_str("\r\n");
    }
    folded
}

/// The last line of a calendar.
const END: &str = "END:VCALENDAR\r\n";

/// The events on a track that are in bounds, retracted ones among them.
fn on_record(fold: &Fold, query: &Query, track: &TrackId) -> Result<Vec<Event>, LogChanged> {
    let bounds = query.bounds();
    let mut events = fold.in_order(track)?;
    events.retain(|event| bounds.contain(event));
    Ok(events)
}

fn entry(dossier: &Dossier, meeting: &Meeting, concerning: &[&Event], is_disputed: bool) -> Option<icalendar::Event> {
    let new_date = until(meeting);
    let date = new_date.or(meeting.when.as_ref())?;
    let recorded = || concerning.iter().map(|event| event.recorded);
    let (first, last) = (recorded().min()?, recorded().max()?);
    let off = meeting.phase == Phase::Cancelled || meeting.phase == Phase::Postponed && new_date.is_none();
    let status = match (off, is_disputed || !is_firm(date) || meeting.phase == Phase::Postponed) {
        (true, _) => EventStatus::Cancelled,
        (false, true) => EventStatus::Tentative,
        (false, false) => EventStatus::Confirmed,
    };
    let mut entry = icalendar::Event::new();
    let track = &dossier.state.track;
    entry.uid(&uid(track, &meeting.name).to_string());
    entry.sequence(u32::try_from(concerning.len().saturating_sub(1)).unwrap_or(u32::MAX));
    entry.timestamp(last.date_time());
    entry.created(first.date_time());
    entry.last_modified(last.date_time());
    entry.summary(&summary(meeting));
    entry.description(&description(dossier, meeting, date, is_disputed));
    entry.status(status);
    entry.add_property("CATEGORIES", track.as_str());
    if let Some(venue) = &meeting.venue {
        entry.location(&printable(venue));
    }
    if let Some(address) = meeting.set_by.cite.as_deref().and_then(web_address) {
        entry.url(address);
    }
    when(&mut entry, date)?;
    Some(entry)
}

/// Sets when it takes place: an instant, or whole days of which the end is not one.
fn when(entry: &mut icalendar::Event, date: &Edtf) -> Option<()> {
    let (earliest, latest) = date.bounds();
    match (earliest, latest) {
        (Some(earliest), Some(latest)) if earliest == latest => {
            entry.starts(DateTime::<Utc>::from(earliest));
        }
        _ => {
            let first = earliest.or(latest)?.date();
            let last = latest.or(earliest)?.date();
            entry.starts(first);
            entry.ends(day_after(last));
        }
    }
    Some(())
}

fn day_after(day: NaiveDate) -> NaiveDate {
    // The format has years of four digits.
    day.checked_add_signed(TimeDelta::days(1)).filter(|next| *next <= Instant::MAX.date()).unwrap_or(day)
}

fn summary(meeting: &Meeting) -> String {
    let title = meeting.title.as_deref();
    let name = title.map_or_else(|| slug_in_words(meeting.name.as_str()), |title| printable(title).into_owned());
    match meeting.phase {
        Phase::Cancelled => format!("Cancelled: {name}"),
        Phase::Postponed => format!("Postponed: {name}"),
        Phase::Proposed | Phase::Scheduled | Phase::Held => name,
    }
}

/// What the calendar's own fields cannot say: the date as it was given, and who says so.
fn description(dossier: &Dossier, meeting: &Meeting, date: &Edtf, is_disputed: bool) -> String {
    let (state, by) = (&dossier.state, &meeting.set_by);
    let mut lines = vec![
        format!("Track: {}", state.title.as_deref().unwrap_or(state.track.as_str())),
        format!("Date as given: {} ({})", date_in_words(date), date.as_str()),
        format!("{} that {}", speaker_in_words(&by.source), clause(by)),
    ];
    if let Some(grade) = by.source.grade {
        lines.push(format!("Grade: {grade}"));
    }
    if is_disputed {
        lines.push("Somebody denies what is said of this meeting".to_owned());
    }
    if let Some(cite) = by.cite.as_deref() {
        lines.push(format!("Source: {cite}"));
    }
    lines.iter().map(|line| printable(line)).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use icalendar::Component as _;
    use proptest::prelude::*;

    use super::{LINE_MAX_OCTETS, folded};

    proptest! {
        #[test]
        fn no_line_is_longer_than_75_octets_and_none_breaks_a_character(text in "[a-zé阿😀 ,;\\\\]{0,300}") {
            let mut entry = icalendar::Event::new();
            entry.description(&text);
            let written: String = entry.try_into_string().unwrap();
            let lines = folded(&written);
            prop_assert!(lines.ends_with("\r\n"));
            for line in lines.split_terminator("\r\n") {
                prop_assert!(line.len() <= LINE_MAX_OCTETS, "{} octets: {line}", line.len());
            }
            prop_assert_eq!(lines.replace("\r\n ", ""), written.replace("\r\n ", ""), "unfolded it is the same");
        }
    }
}
