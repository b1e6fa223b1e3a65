//! One track under one query: everything that the rules look at.

use std::collections::BTreeSet;

use demarche_core::{ActorId, Event, Instant, Payload, TrackId, TrackOpened};

use super::ledger::Ledger;
use super::{disputes, evidence, rules, voices};
use crate::standing::{Record, Standing};
use crate::state::TrackState;
use crate::{Query, status};

/// A track's live events with how they stand, and what the counting ones add up to.
pub(super) struct Case<'e, 'q> {
    pub(super) track: &'e TrackId,
    pub(super) query: &'q Query,
    pub(super) today: Instant,
    pub(super) record: Record<'e>,
    pub(super) standings: Vec<Standing>,
    pub(super) ledger: Ledger<'e>,
    /// The last event that opened the track, in bounds and not void: what a track is called is no claim, and no reading
    /// drops it.
    pub(super) opened: Option<(usize, &'e TrackOpened)>,
    pub(super) patience_days: u32,
}

impl<'e, 'q> Case<'e, 'q> {
    /// Opens the case of a track from its events in order; none where nothing in them is considered.
    pub(super) fn open(track: &'e TrackId, in_order: &[&'e Event], query: &'q Query, today: Instant) -> Option<Self> {
        let record = Record::new(in_order, &query.bounds());
        let standings = record.standings(&query.reading);
        if !standings.iter().any(|standing| standing.is_considered()) {
            return None;
        }
        let opened = record.events.iter().enumerate().rev().find_map(|(at, event)| {
            let Payload::TrackOpened(opened) = &event.data else { return None };
            Some((at, opened))
        });
        let patience_days = query.patience.for_kind(opened.map(|(_, opened)| opened.kind));
        let ledger = Ledger::of(counting(&record, &standings).map(|(_, event)| event));
        Some(Self { track, query, today, record, standings, ledger, opened, patience_days })
    }

    /// Returns the counting events in order, each with its place.
    pub(super) fn counting(&self) -> impl DoubleEndedIterator<Item = (usize, &'e Event)> {
        counting(&self.record, &self.standings)
    }

    /// Returns the considered events in order, each with its place.
    pub(super) fn considered(&self) -> impl DoubleEndedIterator<Item = (usize, &'e Event)> {
        with_standing(&self.record, &self.standings, Standing::is_considered)
    }

    /// Returns the counting progress events in order, each with its place.
    pub(super) fn progress(&self) -> impl DoubleEndedIterator<Item = (usize, &'e Event)> {
        self.counting().filter(|(_, event)| status::is_progress(event.event_type()))
    }

    /// Returns the last move: what the parties last did with each other.
    pub(super) fn last_move(&self) -> Option<(usize, &'e Event)> {
        self.counting().rev().find(|(_, event)| status::is_move(event.event_type()))
    }

    /// Returns the last sign of progress: of the counting progress events, or of all considered ones where there are
    /// none, the one heard last; where several share that instant, the last in order.
    pub(super) fn last_sign(&self) -> Option<(usize, &'e Event)> {
        last_heard(self.progress()).or_else(|| last_heard(self.considered()))
    }

    /// Returns where an event of this track stands in the record.
    pub(super) fn place_of(&self, event: &Event) -> Option<usize> {
        self.record.events.binary_search_by_key(&event.order(), |other| other.order()).ok()
    }

    /// Tells whether a track whose last sign of progress was heard at an instant has gone silent.
    pub(super) fn is_silent_since(&self, heard: Instant) -> bool {
        self.today > heard.plus_days(self.patience_days)
    }

    /// Works out the state.
    pub(super) fn state(self) -> Option<TrackState<'e>> {
        let decision = rules::decide(&self)?;
        let evidence = evidence::gather(&self, &decision);
        let event_at = |at: &usize| self.record.events.get(*at).copied();
        let parties = self.parties();
        let (said_by, silent) = voices::of(&self, &decision, &parties);
        let contested = disputes::over(&self, decision.by);
        let last_activity = &self.considered().next_back()?.1.occurred;
        let last_progress = self.progress().next_back().map(|(_, event)| &event.occurred);
        let speakers: BTreeSet<&ActorId> = self.considered().map(|(_, event)| &event.source.who).collect();
        Some(TrackState {
            track: self.track,
            title: self.opened.map(|(_, opened)| &*opened.title),
            kind: self.opened.map(|(_, opened)| opened.kind),
            parties,
            status: decision.rule.status(),
            rule: decision.rule,
            since: decision.since,
            evidence: evidence.iter().filter_map(event_at).collect(),
            next: rules::next_meeting(&self).cloned(),
            last_activity,
            last_progress,
            sources: speakers.len(),
            events: self.considered().count(),
            said_by,
            silent,
            contested,
            timeline: self.record.events.iter().copied().zip(self.standings.iter().copied()).collect(),
            today: self.today,
            patience_days: self.patience_days,
            meetings: self.ledger.meetings.into_list(),
            proposals: self.ledger.proposals.into_list(),
            agreements: self.ledger.agreements.into_list(),
            issues: self.ledger.issues.into_list(),
            exchanges: self.ledger.exchanges,
            measures: self.ledger.measures,
        })
    }

    /// The parties as last opened, each once.
    fn parties(&self) -> Vec<&'e ActorId> {
        let mut parties: Vec<&ActorId> = Vec::new();
        for party in self.opened.iter().flat_map(|(_, opened)| &opened.parties) {
            if !parties.contains(&party) {
                parties.push(party);
            }
        }
        parties
    }
}

fn counting<'r, 'e>(
    record: &'r Record<'e>,
    standings: &'r [Standing],
) -> impl DoubleEndedIterator<Item = (usize, &'e Event)> + use<'r, 'e> {
    with_standing(record, standings, |standing| standing == Standing::Counting)
}

fn with_standing<'r, 'e>(
    record: &'r Record<'e>,
    standings: &'r [Standing],
    wanted: fn(Standing) -> bool,
) -> impl DoubleEndedIterator<Item = (usize, &'e Event)> + use<'r, 'e> {
    let all = record.events.iter().zip(standings).enumerate();
    all.filter(move |(_, (_, standing))| wanted(**standing)).map(|(at, (event, _))| (at, *event))
}

/// Returns the event that was heard last; where several share that instant, the last in order.
pub(super) fn last_heard<'e>(events: impl Iterator<Item = (usize, &'e Event)>) -> Option<(usize, &'e Event)> {
    // Of several greatest, `max_by_key` returns the last.
    events.max_by_key(|(_, event)| event.heard())
}
