//! One track under one query: everything that the rules look at.

use demarche_core::Instant;

use super::fact_ref::FactRef;
use super::meetings::Meetings;
use crate::standing::{Record, Standing};
use crate::{Query, status};

/// A track's live events with how they stand, and how far its meetings have come.
pub(crate) struct Case<'q, 'f> {
    pub(crate) query: &'q Query,
    pub(crate) today: Instant,
    pub(crate) record: Record<'f>,
    pub(crate) standings: Vec<Standing>,
    pub(crate) meetings: Meetings<'f>,
    /// The last event that opened the track, in bounds and not void, with its place: what a track is called is no
    /// claim, and no reading drops it.
    pub(crate) opened: Option<(usize, FactRef<'f>)>,
    pub(crate) patience_days: u32,
}

impl<'q, 'f> Case<'q, 'f> {
    /// Opens the case of a track from its events in order; none where nothing in them is considered.
    pub(crate) fn open(in_order: &[FactRef<'f>], query: &'q Query, today: Instant) -> Option<Self> {
        let record = Record::new(in_order, &query.bounds());
        let standings = record.standings(&query.reading);
        if !standings.iter().any(|standing| standing.is_considered()) {
            return None;
        }
        let opened = record.events.iter().copied().enumerate().rev().find(|(_, event)| event.kind().is_some());
        let patience_days = query.patience.for_kind(opened.and_then(|(_, event)| event.kind()));
        let mut meetings = Meetings::new();
        for (_, event) in with_standing(&record, &standings, |standing| standing == Standing::Counting) {
            meetings.enter(event);
        }
        Some(Self { query, today, record, standings, meetings, opened, patience_days })
    }

    /// Returns the counting events in order, each with its place.
    pub(crate) fn counting(&self) -> impl DoubleEndedIterator<Item = (usize, FactRef<'f>)> + Clone {
        with_standing(&self.record, &self.standings, |standing| standing == Standing::Counting)
    }

    /// Returns the considered events in order, each with its place.
    pub(crate) fn considered(&self) -> impl DoubleEndedIterator<Item = (usize, FactRef<'f>)> + Clone {
        with_standing(&self.record, &self.standings, Standing::is_considered)
    }

    /// Returns the counting progress events in order, each with its place.
    pub(crate) fn progress(&self) -> impl DoubleEndedIterator<Item = (usize, FactRef<'f>)> + Clone {
        self.counting().filter(|(_, event)| status::is_progress(event.event_type()))
    }

    /// Returns the last move: what the parties last did with each other.
    pub(crate) fn last_move(&self) -> Option<(usize, FactRef<'f>)> {
        self.counting().rev().find(|(_, event)| status::is_move(event.event_type()))
    }

    /// Returns the last sign of progress: of the counting progress events, or of all considered ones where there are
    /// none, the one heard last; where several share that instant, the last in order.
    pub(crate) fn last_sign(&self) -> Option<(usize, FactRef<'f>)> {
        last_heard(self.progress()).or_else(|| last_heard(self.considered()))
    }

    /// Returns where an event of this track stands in the record.
    pub(crate) fn place_of(&self, event: FactRef<'f>) -> Option<usize> {
        self.record.events.binary_search_by_key(&event.order(), |other| other.order()).ok()
    }

    /// Tells whether a track whose last sign of progress was heard at an instant has gone silent.
    pub(crate) fn is_silent_since(&self, heard: Instant) -> bool {
        self.today > heard.plus_days(self.patience_days)
    }

    /// Returns how many different speakers the considered events have.
    pub(crate) fn sources(&self) -> usize {
        let mut speakers = Vec::with_capacity(self.record.events.len());
        speakers.extend(self.considered().map(|(_, event)| event.speaker()));
        speakers.sort_unstable();
        speakers.dedup();
        speakers.len()
    }
}

fn with_standing<'f>(
    record: &Record<'f>,
    standings: &[Standing],
    wanted: fn(Standing) -> bool,
) -> impl DoubleEndedIterator<Item = (usize, FactRef<'f>)> + Clone {
    let all = record.events.iter().zip(standings).enumerate();
    all.filter(move |(_, (_, standing))| wanted(**standing)).map(|(at, (event, _))| (at, *event))
}

/// Returns the event that was heard last; where several share that instant, the last in order.
pub(crate) fn last_heard<'f>(events: impl Iterator<Item = (usize, FactRef<'f>)>) -> Option<(usize, FactRef<'f>)> {
    // Of several greatest, `max_by_key` returns the last.
    events.max_by_key(|(_, event)| event.heard())
}
