//! What the journal has already, so that two imports into one journal are as one import of both files.
//!
//! An occurrence is known again by what its event says, since rows that mirror each other share no id: by what the two
//! sides' reports are on (the meeting, the agreement), or by the sentence where nobody mirrors it.

use std::collections::{HashMap, HashSet};

use demarche_core::{Event, EventId, Instant, Payload, TrackId};

use super::table::is_words;
use crate::names::hash;

/// The entries of a journal that reports in another file could be on.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Every entry: when it was recorded, and a digest of what it says.
    entries: HashMap<EventId, (Instant, u64)>,
    /// The first event of each occurrence, by what it says.
    told: HashMap<u64, (EventId, u64)>,
    /// Which outlet has told of which event.
    reports: HashSet<(EventId, u64)>,
    opened: HashMap<TrackId, (EventId, Instant)>,
}

/// The first report of an occurrence that the journal has.
pub(super) struct Before {
    pub(super) id: EventId,
    /// Whether it names the two actors in the same order.
    pub(super) is_same_side: bool,
}

impl Known {
    /// Takes in an entry of the journal; `format` is that of the rows to come.
    pub(super) fn know(&mut self, event: &Event, format: &str) {
        if let Payload::TrackOpened(_) = &event.data {
            // The first one, if several imports opened it.
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

    /// Takes in an entry of any format.
    pub(super) fn enter(&mut self, id: EventId, recorded: Instant, content: u64) {
        self.entries.entry(id).or_insert((recorded, content));
    }

    /// When an entry of the journal was recorded, and a digest of what it says.
    pub(super) fn entry(&self, id: EventId) -> Option<(Instant, u64)> {
        self.entries.get(&id).copied()
    }

    /// Whether no entry is known.
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether the journal has that very entry.
    pub(super) fn has(&self, id: EventId) -> bool {
        self.entries.contains_key(&id)
    }

    /// Whether an outlet has told of an event.
    pub(super) fn has_report(&self, event: EventId, outlet: &str) -> bool {
        !self.reports.is_empty() && self.reports.contains(&(event, hash(outlet.as_bytes())))
    }

    /// The entry that opened a track, and when it was recorded.
    pub(super) fn opening(&self, track: &TrackId) -> Option<(EventId, Instant)> {
        self.opened.get(track).copied()
    }

    /// The event of the journal on the occurrence that this event would be on.
    pub(super) fn before(&self, event: &Event, mirrored: bool) -> Option<Before> {
        if self.told.is_empty() {
            return None;
        }
        let (id, told_side) = self.told.get(&if mirrored { on(event) } else { sentence(event) }?)?;
        Some(Before { id: *id, is_same_side: *told_side == side(&event.data) })
    }
}

/// What reports from both sides share: the name that follows from the occurrence.
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

/// What reports of one side share: the sentence and the day.
fn sentence(event: &Event) -> Option<u64> {
    let note = event.note.as_deref().unwrap_or_default();
    Some(joined("sentence", event, &[event.occurred.as_str(), note, title(&event.data)?]))
}

fn joined(kind: &str, event: &Event, parts: &[&str]) -> u64 {
    let all = [kind, event.track.as_str(), event.event_type().as_str()];
    hash(all.iter().chain(parts).copied().collect::<Vec<_>>().join("\n").as_bytes())
}

/// In what order an event names its two actors: of `Consult: A – B`, what stands behind the label.
fn side(data: &Payload) -> u64 {
    let actors = title(data).and_then(|title| title.split_once(": ")).map_or("", |(_, actors)| actors);
    hash(actors.as_bytes())
}

/// The sentence that the coding step has put into an event.
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
