//! What the journal already has, so that two imports into one journal give the same as one import of both files.
//!
//! An occurrence is recognized by what its event says, because mirrored rows do not share an id: by what the reports of
//! both sides are about (the meeting, the agreement), or by the sentence if it is not mirrored.

use std::collections::{HashMap, HashSet};

use demarche_core::{Event, EventId, Instant, Payload, TextField, TrackId};

use super::table::is_words;
use crate::names::hash;

/// The journal's entries that reports in another file could be about.
#[derive(Debug, Default)]
pub(super) struct KnownEvents {
    /// Every entry: its recording instant and a hash of what it says.
    entries: HashMap<EventId, (Instant, u64)>,
    /// The first event of each occurrence, by what it says.
    told: HashMap<u64, (EventId, u64)>,
    /// Which outlets reported which events.
    reports: HashSet<(EventId, u64)>,
    opened: HashMap<TrackId, (EventId, Instant)>,
    /// Which texts of which entries were erased.
    erased: HashMap<EventId, Vec<TextField>>,
}

/// The first report of an occurrence in the journal.
pub(super) struct EarlierReport {
    pub(super) id: EventId,
    /// Whether it names the two actors in the same order.
    pub(super) is_same_side: bool,
}

impl KnownEvents {
    /// Registers an entry of the journal; `format` is that of the rows to come.
    pub(super) fn know(&mut self, event: &Event, format: &str) {
        if let Payload::TrackOpened(_) = &event.data {
            // Keep the first one, if several imports opened the track.
            self.opened.entry(event.track.clone()).or_insert((event.id, event.recorded));
            return;
        }
        let cite = event.cite.as_deref().and_then(|cite| cite.strip_prefix(format));
        if !cite.is_some_and(|rest| rest.starts_with(':')) {
            return;
        }
        if let Payload::ClaimConfirmed(_) = &event.data {
            let outlet = hash(event.source.who.as_str().as_bytes());
            self.reports.extend(event.data.targets().iter().map(|claim| (*claim, outlet)));
            return;
        }
        let outlet = match &event.source.via {
            Some(outlet) if is_words(event.event_type()) => outlet,
            _ => &event.source.who,
        };
        self.reports.insert((event.id, hash(outlet.as_str().as_bytes())));
        let side = side(&event.data);
        for key in [on(event), sentence(event)].into_iter().flatten() {
            self.told.entry(key).or_insert((event.id, side));
        }
    }

    /// Registers an entry of any format.
    pub(super) fn enter(&mut self, id: EventId, recorded: Instant, content: u64) {
        self.entries.entry(id).or_insert((recorded, content));
    }

    /// Registers which texts an entry erases, if it is a redaction.
    pub(super) fn note_erased(&mut self, event: &Event) {
        if let Payload::EventRedacted(redaction) = &event.data {
            self.erased.entry(redaction.event).or_default().extend(&redaction.fields);
        }
    }

    /// Returns which texts of an entry were erased, if any were.
    pub(super) fn erased(&self, id: EventId) -> Option<&[TextField]> {
        self.erased.get(&id).map(Vec::as_slice)
    }

    /// Returns the recording instant of an entry, and a hash of what it says.
    pub(super) fn entry(&self, id: EventId) -> Option<(Instant, u64)> {
        self.entries.get(&id).copied()
    }

    /// Tells whether no entry is known.
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Tells whether the journal has an entry.
    pub(super) fn has(&self, id: EventId) -> bool {
        self.entries.contains_key(&id)
    }

    /// Tells whether an outlet has reported an event.
    pub(super) fn has_report(&self, event: EventId, outlet: &str) -> bool {
        !self.reports.is_empty() && self.reports.contains(&(event, hash(outlet.as_bytes())))
    }

    /// Returns the entry that opened a track, and its recording instant.
    pub(super) fn opening(&self, track: &TrackId) -> Option<(EventId, Instant)> {
        self.opened.get(track).copied()
    }

    /// Returns the journal's event on the same occurrence as `event`.
    pub(super) fn before(&self, event: &Event, mirrored: bool) -> Option<EarlierReport> {
        if self.told.is_empty() {
            return None;
        }
        let (id, told_side) = self.told.get(&if mirrored { on(event) } else { sentence(event) }?)?;
        Some(EarlierReport { id: *id, is_same_side: *told_side == side(&event.data) })
    }
}

/// Hashes what reports from both sides share: the name derived from the occurrence.
fn on(event: &Event) -> Option<u64> {
    #[allow(clippy::wildcard_enum_match_arm, reason = "the name of every other type is asked for by its own accessor")]
    let name = match &event.data {
        Payload::ExchangeCompleted(exchange) => Some(exchange.exchange.as_str()),
        Payload::MeasureTaken(measure) => Some(measure.measure.as_str()),
        other => {
            let meeting = other.meeting().map(demarche_core::MeetingId::as_str);
            meeting
                .or_else(|| other.agreement().map(demarche_core::AgreementId::as_str))
                .or_else(|| other.proposal().map(demarche_core::ProposalId::as_str))
        }
    }?;
    Some(joined("on", event, &[name]))
}

/// Hashes what reports from one side share: the sentence and the day.
fn sentence(event: &Event) -> Option<u64> {
    let note = event.note.as_deref().unwrap_or_default();
    Some(joined("sentence", event, &[event.occurred.as_str(), note, title(&event.data)?]))
}

fn joined(kind: &str, event: &Event, parts: &[&str]) -> u64 {
    let all = [kind, event.track.as_str(), event.event_type().as_str()];
    hash(all.iter().chain(parts).copied().collect::<Vec<_>>().join("\n").as_bytes())
}

/// Hashes the order in which an event names its two actors: the part of `Consult: A – B` after the label.
fn side(data: &Payload) -> u64 {
    let actors = title(data).and_then(|title| title.split_once(": ")).map_or("", |(_, actors)| actors);
    hash(actors.as_bytes())
}

/// Returns the sentence that the coding step put into an event.
#[allow(clippy::wildcard_enum_match_arm, reason = "the coding step makes no other type")]
fn title(data: &Payload) -> Option<&str> {
    match data {
        Payload::TrackStalled(p) => p.reason.as_deref(),
        Payload::TrackResumed(p) => p.reason.as_deref(),
        Payload::MeetingProposed(p) => p.title.as_deref(),
        Payload::MeetingHeld(p) => p.title.as_deref(),
        Payload::MeetingPostponed(p) => p.reason.as_deref(),
        Payload::MeetingCancelled(p) => p.reason.as_deref(),
        Payload::ProposalMade(p) => Some(&*p.summary),
        Payload::ProposalAnswered(p) => p.summary.as_deref(),
        Payload::AgreementReached(p) => p.summary.as_deref(),
        Payload::AgreementEnded(p) => p.reason.as_deref(),
        Payload::ExchangeCompleted(p) => p.summary.as_deref(),
        Payload::MeasureTaken(p) => p.summary.as_deref(),
        Payload::StatementMade(p) => Some(&*p.summary),
        _ => None,
    }
}
