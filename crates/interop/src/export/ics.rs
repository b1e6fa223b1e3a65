//! Meetings, deadlines, and the days on which measures take effect and agreements end, as iCalendar (RFC 5545, with the
//! properties of RFC 7986), for the calendars of participants.
//!
//! | property | value |
//! | --- | --- |
//! | `UID` | a version 5 UUID derived from track, kind and name, which never changes |
//! | `SEQUENCE` | the number of events on the subject minus one: it rises with each event that may change the entry |
//! | `DTSTAMP`, `CREATED`, `LAST-MODIFIED` | the recording instants of the last, the first and the last of these |
//! | `DTSTART`, `DTEND` | the instant if it is known, else all the days that the date can mean |
//! | `STATUS` | `CONFIRMED` for a day or an instant; `TENTATIVE` for any other date, or if proposed or disputed; |
//! | | `CANCELLED` if it is cancelled, or postponed without a new date |
//! | `TRANSP` | `OPAQUE` for a `CONFIRMED` meeting; `TRANSPARENT` for everything else, which blocks no time |
//!
//! A meeting without a date, or one that lost it, has no place in a calendar; [`Counts::undated`] counts these.

mod dated;
mod summary;

use std::borrow::Borrow;
use std::io::{self, Write};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use demarche_core::facts::Fact;
use demarche_core::{Edtf, Event, Instant};
use demarche_projection::narrate::{Names, date_in_words};
use demarche_projection::query::Query;
use demarche_projection::state::{AheadKind, Dated, Dossier, Meeting, Phase};
use demarche_projection::{Fold, LogChanged};
use icalendar::{Component as _, EventLike as _, EventStatus};
use uuid::Uuid;

use self::summary::{of_date, of_meeting};
use dated::{Concerns, is_firm, uid_of_date};

use super::meetings::{disputed, uid, until};
use super::{ExportError, titles};
use crate::escape::{printable, web_address};

/// A calendar, and counts of what it holds and lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// The text of the calendar, as in a file.
    pub text: String,
    /// What it holds.
    pub counts: Counts,
}

/// What a calendar holds, and what is missing from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// How many meetings it contains.
    pub meetings: usize,
    /// How many meetings were left out because they have no date.
    pub undated: usize,
    /// How many deadlines, measures and ends of agreements it contains.
    pub dates: usize,
}

/// Makes a calendar from dossiers: meetings that have dates, and other dates: deadlines of proposals that await an
/// answer, measures that take effect, ends of agreements.
///
/// The fold and the query must be the ones that produced the dossiers.
///
/// ```
/// use demarche_interop::export::ics;
/// use demarche_projection::narrate::Names;
/// use demarche_projection::Fold;
/// use demarche_projection::query::Query;
///
/// let line = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"meeting_scheduled","track":"us-ru","occurred":"2025-10-20","recorded":"2025-10-21T08:00:00Z","source":{"who":"hu/orban","attribution":"on_record"},"data":{"meeting":"budapest","when":"2025-11"}}"#;
/// let fold = Fold::of([demarche_core::codec::decode(line).unwrap()])?;
/// let query = Query::default();
/// let calendar = ics::calendar(&fold, &query, &fold.dossiers(&query)?, &Names::default())?;
/// assert!(calendar.text.contains("STATUS:TENTATIVE\r\n"));
/// assert!(calendar.text.contains("DTSTART;VALUE=DATE:20251101\r\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// An [`ExportError`] if an entry can't be written.
pub fn calendar(fold: &Fold, query: &Query, dossiers: &[Dossier], names: &Names) -> Result<Calendar, ExportError> {
    let mut out = Vec::new();
    let counts = write(fold, query, dossiers.iter().map(Ok), names, &mut out)?;
    Ok(Calendar { text: String::from_utf8(out).unwrap_or_default(), counts })
}

/// Writes such a calendar, one entry at a time.
///
/// # Errors
///
/// [`LogChanged`] if a dossier could not be made, or the error of the writer.
pub fn write(
    fold: &Fold,
    query: &Query,
    dossiers: impl IntoIterator<Item = Result<impl Borrow<Dossier>, LogChanged>>,
    names: &Names,
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
        let dates: Vec<&Dated> = dossier.dates.iter().filter(|dated| dated.what != AheadKind::Meeting).collect();
        if dossier.meetings.is_empty() && dates.is_empty() {
            continue;
        }
        let known = fold.facts_on(&dossier.state.track, &query.bounds());
        let (concerns, disputed) = (Concerns::of(fold.facts(), known), disputed(dossier));
        for meeting in &dossier.meetings {
            let is_disputed = disputed.contains(&meeting.name);
            match entry_of_meeting(dossier, meeting, &concerns, is_disputed, names) {
                Some(entry) => {
                    write_entry(&entry, out)?;
                    counts.meetings += 1;
                }
                None => counts.undated += 1,
            }
        }
        for entry in dates.into_iter().filter_map(|dated| entry_of_date(dossier, dated, &concerns, names)) {
            write_entry(&entry, out)?;
            counts.dates += 1;
        }
    }
    out.write_all(END.as_bytes())?;
    Ok(counts)
}

fn write_entry(entry: &icalendar::Event, out: &mut dyn Write) -> Result<(), ExportError> {
    let text: String = entry.try_into_string().map_err(io::Error::other)?;
    out.write_all(folded(&text).as_bytes())?;
    Ok(())
}

/// The maximum length of a line in a calendar, without its end, in octets (RFC 5545 §3.1).
const LINE_MAX_OCTETS: usize = 75;

/// Folds content lines again: the crate makes the last part of a folded line one octet too long.
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

/// What an entry needs, whatever kind of thing it shows.
struct CalendarEntry<'d> {
    uid: Uuid,
    date: &'d Edtf,
    summary: String,
    status: EventStatus,
    /// The event that the entry is based on.
    by: &'d Event,
    is_disputed: bool,
}

fn entry_of_meeting(
    dossier: &Dossier,
    meeting: &Meeting,
    concerns: &Concerns<'_>,
    is_disputed: bool,
    names: &Names,
) -> Option<icalendar::Event> {
    let new_date = until(meeting);
    let date = new_date.or(meeting.when.as_ref())?;
    let off = matches!(meeting.phase, Phase::Cancelled | Phase::Declined)
        || meeting.phase == Phase::Postponed && new_date.is_none();
    let is_doubtful = is_disputed || matches!(meeting.phase, Phase::Proposed | Phase::Postponed);
    let is_confirmed = !off && !is_doubtful && is_firm(date);
    let status = if off { EventStatus::Cancelled } else { status(date, is_doubtful) };
    let (uid, by) = (uid(&dossier.state.track, &meeting.name), &*meeting.set_by);
    let summary = of_meeting(dossier, meeting, names);
    let fields = CalendarEntry { uid, date, summary, status, by, is_disputed };
    let mut entry = fields.build(dossier, names, &concerns.with(AheadKind::Meeting, meeting.name.as_str()))?;
    if let Some(venue) = titles::shown(meeting.venue.as_deref()) {
        entry.location(&printable(venue));
    }
    entry.add_property("TRANSP", if is_confirmed { "OPAQUE" } else { "TRANSPARENT" });
    Some(entry)
}

/// Makes the entry of a deadline, a measure or the end of an agreement.
fn entry_of_date(dossier: &Dossier, dated: &Dated, concerns: &Concerns<'_>, names: &Names) -> Option<icalendar::Event> {
    let by = dossier.event(dated.set_by)?;
    let is_disputed = dossier.state.disputes.iter().any(|dispute| dispute.claim == dated.set_by);
    let fields = CalendarEntry {
        uid: uid_of_date(&dossier.state.track, dated.what, &dated.name),
        date: &dated.on,
        summary: of_date(dossier, dated, by, names),
        status: status(&dated.on, is_disputed),
        by,
        is_disputed,
    };
    let mut entry = fields.build(dossier, names, &concerns.with(dated.what, &dated.name))?;
    entry.add_property("TRANSP", "TRANSPARENT");
    Some(entry)
}

fn status(date: &Edtf, is_doubtful: bool) -> EventStatus {
    if is_doubtful || !is_firm(date) { EventStatus::Tentative } else { EventStatus::Confirmed }
}

impl CalendarEntry<'_> {
    /// Makes the entry. `concerning` holds the facts of the events that concern its subject.
    fn build(&self, dossier: &Dossier, names: &Names, concerning: &[&Fact]) -> Option<icalendar::Event> {
        let recorded = || concerning.iter().map(|fact| fact.recorded);
        let (first, last) = (recorded().min()?, recorded().max()?);
        let mut entry = icalendar::Event::new();
        entry.uid(&self.uid.to_string());
        entry.sequence(u32::try_from(concerning.len().saturating_sub(1)).unwrap_or(u32::MAX));
        entry.timestamp(last.date_time());
        entry.created(first.date_time());
        entry.last_modified(last.date_time());
        entry.summary(&self.summary);
        entry.description(&self.description(dossier, names));
        entry.status(self.status);
        entry.add_property("CATEGORIES", dossier.state.track.as_str());
        if let Some(address) = self.by.cite.as_deref().and_then(web_address) {
            entry.url(address);
        }
        when(&mut entry, self.date)?;
        Some(entry)
    }

    /// Describes what the calendar's fields cannot hold: the date as it was given, and who says so.
    fn description(&self, dossier: &Dossier, names: &Names) -> String {
        let (state, by, date) = (&dossier.state, self.by, self.date);
        let mut lines = vec![
            format!("Track: {}", titles::of_track(state)),
            format!("Date as given: {} ({})", date_in_words(date), date.as_str()),
            dossier.said(by, names),
        ];
        if let Some(grade) = by.source.grade {
            lines.push(format!("Grade: {grade}"));
        }
        if self.is_disputed {
            let what = if by.data.meeting().is_some() { "what is said of this meeting" } else { "that" };
            lines.push(format!("Somebody denies {what}"));
        }
        if let Some(cite) = by.cite.as_deref() {
            lines.push(format!("Source: {cite}"));
        }
        lines.iter().map(|line| printable(line)).collect::<Vec<_>>().join("\n")
    }
}

/// Sets when the entry takes place: an instant, or whole days with an exclusive end.
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
            // An end must be later than the beginning; without an end, an entry takes one day.
            if let Some(end) = day_after(last).filter(|end| *end > first) {
                entry.ends(end);
            }
        }
    }
    Some(())
}

/// Returns the next day, or the same day at the end of the calendar: the format has four-digit years.
fn day_after(day: NaiveDate) -> Option<NaiveDate> {
    Some(day.checked_add_signed(TimeDelta::days(1))?.min(Instant::MAX.date()))
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
