//! The answers of a fold: where tracks stand, and what is on file about them.

use std::sync::Arc;

use demarche_core::{Event, EventId, Instant, TrackId};

use super::ledger::{self, Ledger};
use super::{Batches, FactRef, Fold, InOrder, LogChanged, Track, ahead, assemble};
use crate::dossier::Dossier;
use crate::query::Query;
use crate::state::{Dated, Standing, TrackState};

impl Fold {
    /// Returns the state of every track about which there is anything to say, sorted by track.
    ///
    /// # Errors
    ///
    /// [`LogChanged`] if a line of the log was overwritten.
    pub fn states(&self, query: &Query) -> Result<Vec<TrackState>, LogChanged> {
        self.batches(query).all(|track, states| {
            states.extend(track.state()?);
            Ok(())
        })
    }

    /// Returns the state of a track, or `None` if there is nothing to say about it.
    ///
    /// # Errors
    ///
    /// [`LogChanged`] if a line of the log was overwritten.
    pub fn state(&self, track: &TrackId, query: &Query) -> Result<Option<TrackState>, LogChanged> {
        self.with_track(track, query, |track| track.state())
    }

    /// Returns the dossier of every track about which there is anything to say, sorted by track.
    ///
    /// # Errors
    ///
    /// [`LogChanged`] if a line of the log was overwritten.
    pub fn dossiers(&self, query: &Query) -> Result<Vec<Dossier>, LogChanged> {
        self.batches(query).all(|track, dossiers| {
            dossiers.extend(track.dossier()?);
            Ok(())
        })
    }

    /// Returns the dossier of a track, or `None` if there is nothing to say about it.
    ///
    /// # Errors
    ///
    /// [`LogChanged`] if a line of the log was overwritten.
    pub fn dossier(&self, track: &TrackId, query: &Query) -> Result<Option<Dossier>, LogChanged> {
        self.with_track(track, query, |track| track.dossier())
    }

    fn with_track<T>(
        &self,
        track: &TrackId,
        query: &Query,
        tell: impl FnOnce(&Track<'_>) -> Result<Option<T>, LogChanged>,
    ) -> Result<Option<T>, LogChanged> {
        let Some(number) = self.facts.track_number(track) else { return Ok(None) };
        let Some(name) = self.facts.track(number) else { return Ok(None) };
        let mut events = InOrder::default();
        let in_order = self.facts_of(number, &mut events);
        Track::open(self, name, number, in_order, query)?.map_or(Ok(None), |track| tell(&track))
    }

    /// Returns the instant at which a query is judged, or `None` if the log is empty and the query sets no instant.
    #[must_use]
    pub fn today(&self, query: &Query) -> Option<Instant> {
        query.judged_at(self.last_recorded())
    }

    /// Returns all tracks as batches, in the order of their names.
    #[must_use]
    pub fn batches<'f>(&'f self, query: &'f Query) -> Batches<'f> {
        self.compared(std::slice::from_ref(query))
    }

    /// Returns all tracks under several queries as batches, in the order of their names.
    #[must_use]
    pub fn compared<'f>(&'f self, queries: &'f [Query]) -> Batches<'f> {
        Batches::new(self, queries)
    }
}

impl<'f> Track<'f> {
    /// Returns its state.
    ///
    /// # Errors
    ///
    /// [`LogChanged`] if a line of the log was overwritten.
    pub fn state(&self) -> Result<Option<TrackState>, LogChanged> {
        assemble::state(self.name, &self.case, self.fold.words())
    }

    /// Returns what lies ahead on it, or came last, given its state.
    ///
    /// # Errors
    ///
    /// [`LogChanged`] if a line of the log was overwritten.
    pub fn milestones(&self, state: &TrackState) -> Result<Vec<crate::state::Milestone>, LogChanged> {
        assemble::milestones(state, &self.case, self.fold.words())
    }

    /// Returns the dates that stand on it, in order, including those that have passed.
    ///
    /// # Errors
    ///
    /// [`LogChanged`] if a line of the log was overwritten.
    pub fn dates(&self) -> Result<Vec<Dated>, LogChanged> {
        ahead::dates(&self.case, self.fold.words())
    }

    /// Returns its dossier.
    ///
    /// # Errors
    ///
    /// [`LogChanged`] if a line of the log was overwritten.
    pub fn dossier(&self) -> Result<Option<Dossier>, LogChanged> {
        self.state()?.map(|state| self.dossier_of(state, |_| true, &[])).transpose()
    }

    /// Makes a dossier from its state and some of its events. Events in `known` are not read again.
    pub(super) fn dossier_of(
        &self,
        state: TrackState,
        is_told: impl Fn(FactRef<'f>) -> bool,
        known: &[(Arc<Event>, Standing)],
    ) -> Result<Dossier, LogChanged> {
        let (milestones, dates) = (self.milestones(&state)?, self.dates()?);
        let events = ledger::read(&self.case, self.fold.words(), is_told, known)?;
        let ledger = Ledger::of(&self.case, &events);
        let timeline = ledger::timeline(&self.case, events);
        let mut places: Vec<(EventId, usize)> =
            timeline.iter().enumerate().map(|(at, (event, _))| (event.id, at)).collect();
        places.sort_unstable();
        Ok(Dossier {
            state,
            milestones,
            dates,
            meetings: ledger.meetings,
            proposals: ledger.proposals.into_list(),
            agreements: ledger.agreements.into_list(),
            issues: ledger.issues.into_list(),
            exchanges: ledger.exchanges,
            measures: ledger.measures,
            timeline,
            places,
        })
    }
}
