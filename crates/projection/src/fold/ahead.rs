//! The dates that are set on a track: of meetings and deadlines, of measures that take effect and agreements that end.
//! Some lie ahead; some have passed without an outcome.

use std::collections::BTreeMap;

use demarche_core::{DateBounds, Edtf, EventType, Instant, Payload};

use super::case::Case;
use super::days;
use super::details::Details;
use super::fact_ref::FactRef;
use super::meetings::MeetingFacts;
use super::proposals::Proposals;
use super::words::{LogChanged, Words};
use crate::agenda::{Dated, Tense};
use crate::state::{Ahead, AheadKind, Phase};

/// A date that stands, with the event that gave it.
struct AheadEntry<'f> {
    what: AheadKind,
    event: FactRef<'f>,
    date: DateBounds,
    /// The event that gave the venue of a meeting.
    placed_by: Option<FactRef<'f>>,
}

/// Returns what lies ahead of the day on which a case is judged, in order of date.
pub(super) fn of<'f>(
    case: &Case<'_, 'f>,
    proposals: &Proposals<'f>,
    words: Words<'_>,
) -> Result<Vec<Ahead>, LogChanged> {
    let ahead = entries(case, proposals).into_iter().filter(|entry| entry.tense(case.today) == Tense::Ahead);
    let tell = |AheadEntry { what, event, .. }: AheadEntry<'_>| {
        Ok(date_in(event, words)?.map(|on| Ahead { on, what, name: event.name().into() }))
    };
    ahead.filter_map(|entry| tell(entry).transpose()).collect()
}

/// Returns every date that stands, in order.
pub(super) fn dates(case: &Case<'_, '_>, words: Words<'_>) -> Result<Vec<Dated>, LogChanged> {
    let proposals = Proposals::of(case.counting().map(|(_, event)| event));
    let tell = |entry: AheadEntry<'_>| {
        let Some(on) = date_in(entry.event, words)? else { return Ok(None) };
        let placed = entry.placed_by.map(|placed_by| words.event(placed_by)).transpose()?;
        Ok(Some(Dated {
            on,
            what: entry.what,
            name: entry.event.name().into(),
            venue: placed.as_ref().and_then(|event| Details::of(event).venue.map(Into::into)),
            set_by: entry.event.id(),
            tense: entry.tense(case.today),
        }))
    };
    entries(case, &proposals).into_iter().filter_map(|entry| tell(entry).transpose()).collect()
}

/// Returns the dates that stand, ordered by their bounds, then by the kind of thing, then by name.
fn entries<'f>(case: &Case<'_, 'f>, proposals: &Proposals<'f>) -> Vec<AheadEntry<'f>> {
    let mut entries: Vec<AheadEntry<'f>> =
        case.meetings.iter().filter_map(|meeting| appointed(meeting, case)).collect();
    let deadline = |made: FactRef<'f>| AheadEntry::of(AheadKind::Deadline, made);
    entries.extend(proposals.due().filter_map(deadline));
    entries.extend(last_dates(case));
    entries.sort_by_key(|entry| {
        let (earliest, latest) = entry.date;
        (earliest, latest.unwrap_or(Instant::MAX), latest.is_none(), entry.what, entry.event.name())
    });
    entries
}

impl<'f> AheadEntry<'f> {
    /// Returns the date that an event gives, if it gives one.
    fn of(what: AheadKind, event: FactRef<'f>) -> Option<Self> {
        Some(Self { what, event, date: event.details().date?, placed_by: None })
    }

    fn tense(&self, today: Instant) -> Tense {
        match self.what {
            _ if !days::is_past(self.date, today) => Tense::Ahead,
            AheadKind::Meeting | AheadKind::Deadline => Tense::Overdue,
            AheadKind::Measure | AheadKind::Agreement => Tense::Past,
        }
    }
}

/// Returns the day that is set for a meeting. A date that is merely proposed does not count, nor does the day until
/// which a meeting is put off; but once that day has passed, a new date is overdue.
fn appointed<'f>(meeting: &MeetingFacts<'f>, case: &Case<'_, 'f>) -> Option<AheadEntry<'f>> {
    let (event, date) = match meeting.phase {
        Phase::Scheduled => (meeting.dated_by?, meeting.date()?),
        Phase::Postponed => (meeting.until_by?, meeting.until().filter(|until| days::is_past(*until, case.today))?),
        Phase::Proposed | Phase::Cancelled | Phase::Declined | Phase::Held => return None,
    };
    Some(AheadEntry { what: AheadKind::Meeting, event, date, placed_by: meeting.placed_by })
}

/// Returns the date that an event gives, to the letter.
fn date_in(event: FactRef<'_>, words: Words<'_>) -> Result<Option<Edtf>, LogChanged> {
    #[allow(clippy::wildcard_enum_match_arm, reason = "every other type gives no date that is kept")]
    Ok(match words.payload(event)? {
        Payload::MeetingProposed(p) => p.when,
        Payload::MeetingScheduled(p) => Some(p.when),
        Payload::MeetingRescheduled(p) => Some(p.when),
        Payload::MeetingPostponed(p) => p.until,
        Payload::ProposalMade(p) => p.deadline,
        Payload::MeasureTaken(p) => p.effective,
        Payload::AgreementReached(p) => p.until,
        _ => None,
    })
}

/// Returns the day on which each measure takes effect, by the last word on it, and the day on which each agreement
/// ends, as last given, unless it has ended since.
fn last_dates<'f>(case: &Case<'_, 'f>) -> impl Iterator<Item = AheadEntry<'f>> {
    let mut last: BTreeMap<(AheadKind, Option<u32>), Option<FactRef<'f>>> = BTreeMap::new();
    for (_, event) in case.counting() {
        let dated = Some(event).filter(|event| event.details().date.is_some());
        let what =
            if event.event_type() == EventType::MeasureTaken { AheadKind::Measure } else { AheadKind::Agreement };
        // An agreement that is reached again without a day keeps its earlier day.
        let speaks = matches!(event.event_type(), EventType::MeasureTaken | EventType::AgreementEnded)
            || event.event_type() == EventType::AgreementReached && dated.is_some();
        if speaks {
            last.insert((what, event.fact().subject()), dated);
        }
    }
    last.into_iter().filter_map(|((what, _), event)| AheadEntry::of(what, event?))
}
