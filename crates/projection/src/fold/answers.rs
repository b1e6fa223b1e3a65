//! What a fold answers: where tracks stand, and what is on file about them.

use std::sync::Arc;

use demarche_core::{Event, EventId, Instant, TrackId};

use super::{Batches, Fold, InOrder, LogChanged, Track, assemble, ledger};
use crate::Query;
use crate::dossier::Dossier;
use crate::state::TrackState;

impl Fold {
    /// Returns where every track stands of which there is anything to say, sorted by track.
    ///
    /// # Errors
    ///
    /// [`LogChanged`] where somebody has written over a line.
    pub fn states(&self, query: &Query) -> Result<Vec<TrackState>, LogChanged> {
        self.batches(query).all(|track, states| {
            states.extend(track.state()?);
            Ok(())
        })
    }

    /// Returns where a track stands; none where there is nothing to say of it.
    ///
    /// # Errors
    ///
    /// [`LogChanged`] where somebody has written over a line.
    pub fn state(&self, track: &TrackId, query: &Query) -> Result<Option<TrackState>, LogChanged> {
        self.with_track(track, query, |track| track.state())
    }

    /// Returns every track of which there is anything to say in full, sorted by track.
    ///
    /// # Errors
    ///
    /// [`LogChanged`] where somebody has written over a line.
    pub fn dossiers(&self, query: &Query) -> Result<Vec<Dossier>, LogChanged> {
        self.batches(query).all(|track, dossiers| {
            dossiers.extend(track.dossier()?);
            Ok(())
        })
    }

    /// Returns a track in full; none where there is nothing to say of it.
    ///
    /// # Errors
    ///
    /// [`LogChanged`] where somebody has written over a line.
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
        Track::open(self, name, number, in_order, query).map_or(Ok(None), |track| tell(&track))
    }

    /// Returns the instant at which a query is judged; none where the log is empty and the query names none.
    #[must_use]
    pub fn today(&self, query: &Query) -> Option<Instant> {
        query.judged_at(self.last_recorded())
    }

    /// Begins to tell of every track, some at a time, in the order of their names.
    #[must_use]
    pub fn batches<'f>(&'f self, query: &'f Query) -> Batches<'f> {
        self.compared(std::slice::from_ref(query))
    }

    /// Begins to tell of every track under several queries, some tracks at a time, in the order of their names.
    #[must_use]
    pub fn compared<'f>(&'f self, queries: &'f [Query]) -> Batches<'f> {
        Batches::new(self, queries)
    }
}

impl<'f> Track<'f> {
    /// Returns where it stands.
    ///
    /// # Errors
    ///
    /// [`LogChanged`] where somebody has written over a line.
    pub fn state(&self) -> Result<Option<TrackState>, LogChanged> {
        assemble::state(self.name, &self.case, self.fold.words())
    }

    /// Returns what is ahead on it, or came last, where it has that state.
    ///
    /// # Errors
    ///
    /// [`LogChanged`] where somebody has written over a line.
    pub fn course(&self, state: &TrackState) -> Result<Vec<crate::Course>, LogChanged> {
        assemble::course(state, &self.case, self.fold.words())
    }

    /// Returns it in full.
    ///
    /// # Errors
    ///
    /// [`LogChanged`] where somebody has written over a line.
    pub fn dossier(&self) -> Result<Option<Dossier>, LogChanged> {
        self.dossier_beside(None)
    }

    /// Returns it in full, beside its dossier under another query, with which it shares the events that both have.
    ///
    /// # Errors
    ///
    /// [`LogChanged`] where somebody has written over a line.
    pub fn dossier_beside(&self, other: Option<&Dossier>) -> Result<Option<Dossier>, LogChanged> {
        let Some(state) = self.state()? else { return Ok(None) };
        let course = self.course(&state)?;
        let events: Vec<Arc<Event>> =
            ledger::read(&self.case, self.fold.words(), other.map_or(&[], |other| &other.timeline))?;
        let ledger = ledger::Ledger::of(&self.case, &events);
        let mut places: Vec<(EventId, usize)> = events.iter().enumerate().map(|(at, event)| (event.id, at)).collect();
        places.sort_unstable();
        Ok(Some(Dossier {
            state,
            course,
            meetings: ledger.meetings,
            proposals: ledger.proposals.into_list(),
            agreements: ledger.agreements.into_list(),
            issues: ledger.issues.into_list(),
            exchanges: ledger.exchanges,
            measures: ledger.measures,
            timeline: ledger::timeline(&self.case, events),
            places,
        }))
    }
}
