//! Every track of a log, some at a time, on all threads.

use std::collections::BTreeMap;
use std::convert::Infallible;

use demarche_core::{Instant, TrackId};

use super::Fold;
use super::case::Case;
use super::in_order::InOrder;
use super::rules;
use super::words::LogChanged;
use crate::{Query, Status, parallel};

/// How many tracks a thread works out in one go.
const BATCH: usize = 64;

/// How many batches there are for each thread before what came of them is handed on.
const BATCHES_A_THREAD: usize = 16;

/// The tracks of a fold, under one query, some at a time.
///
/// What is made of a track is put into parts, which follow each other. With the feature `parallel` they are worked out
/// on the threads of the current pool of `rayon`.
#[derive(Debug)]
pub struct Batches<'f> {
    fold: &'f Fold,
    query: &'f Query,
    today: Option<Instant>,
    /// The numbers of the tracks, by name, and how many of them were told.
    tracks: Vec<u32>,
    told: usize,
}

/// A track under a query, of which there is something to say.
pub struct Track<'f> {
    pub(super) fold: &'f Fold,
    pub(super) name: &'f TrackId,
    number: u32,
    pub(super) case: Case<'f, 'f>,
}

impl std::fmt::Debug for Track<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Track").field("name", &self.name).finish_non_exhaustive()
    }
}

impl<'f> Track<'f> {
    pub(super) fn open(
        fold: &'f Fold,
        number: u32,
        query: &'f Query,
        today: Instant,
        events: &mut InOrder<'f>,
    ) -> Option<Self> {
        let name = fold.facts.track(number)?;
        let case = Case::open(fold.facts_of(number, events), query, today)?;
        Some(Self { fold, name, number, case })
    }

    /// Returns its name.
    #[must_use]
    pub const fn name(&self) -> &'f TrackId {
        self.name
    }

    /// Returns its status alone, in less time than its state.
    #[must_use]
    pub fn status(&self) -> Option<Status> {
        Some(rules::decide(&self.case)?.rule.status())
    }

    /// Returns how many tracks beneath it have each status.
    #[must_use]
    pub fn descendants(&self, beneath: &Beneath) -> BTreeMap<Status, usize> {
        beneath.0.get(&self.number).cloned().unwrap_or_default()
    }
}

/// How many tracks beneath each have each status.
#[derive(Debug, Clone, Default)]
pub struct Beneath(BTreeMap<u32, BTreeMap<Status, usize>>);

impl<'f> Batches<'f> {
    pub(super) fn new(fold: &'f Fold, query: &'f Query) -> Self {
        Self { fold, query, today: fold.today(query), tracks: fold.track_numbers(), told: 0 }
    }

    /// Leaves tracks out by their names.
    #[must_use]
    pub fn only(mut self, admits: impl Fn(&TrackId) -> bool) -> Self {
        let facts = &self.fold.facts;
        self.tracks.retain(|number| facts.track(*number).is_some_and(&admits));
        self
    }

    /// Works out the next tracks, and puts what is made of each into parts, which follow each other; none where all
    /// have been told.
    ///
    /// # Errors
    ///
    /// The first error of the work, and [`LogChanged`] where somebody has written over a line.
    pub fn next<P: Default + Send, E: Send>(
        &mut self,
        work: impl Fn(&Track<'f>, &mut P) -> Result<(), E> + Sync,
    ) -> Result<Option<Vec<P>>, E> {
        let Some(today) = self.today.filter(|_| self.told < self.tracks.len()) else { return Ok(None) };
        let at_once = parallel::threads() * BATCHES_A_THREAD * BATCH;
        let left = self.tracks.get(self.told..).unwrap_or_default();
        let now = left.get(..at_once).unwrap_or(left);
        self.told += now.len();
        parts(self.fold, now, self.query, today, work).map(Some)
    }

    /// Works out all tracks that are left, in one list.
    ///
    /// # Errors
    ///
    /// As for [`Batches::next`].
    pub fn all<T: Send>(
        mut self,
        work: impl Fn(&Track<'f>, &mut Vec<T>) -> Result<(), LogChanged> + Sync,
    ) -> Result<Vec<T>, LogChanged> {
        let mut all = Vec::new();
        while let Some(parts) = self.next(&work)? {
            parts.into_iter().for_each(|mut part| all.append(&mut part));
        }
        Ok(all)
    }

    /// Counts the statuses of what lies beneath each track that has events of its own and such tracks beneath it. All
    /// tracks of the fold are looked at, also those that were left out.
    #[must_use]
    pub fn beneath(&self) -> Beneath {
        let Some(today) = self.today else { return Beneath::default() };
        let facts = &self.fold.facts;
        let depth = |number: u32| facts.track(number).map(TrackId::depth);
        let all = || (0..).take(facts.tracks());
        // Where all are as deep, none lies beneath another.
        if all().all(|number| depth(number) == depth(0)) {
            return Beneath::default();
        }
        let nested: Vec<u32> = all().filter(|number| facts.tracks_above(*number).next().is_some()).collect();
        let count = |track: &Track<'f>, beneath: &mut Beneath| {
            let Some(status) = track.status() else { return Ok::<_, Infallible>(()) };
            for above in facts.tracks_above(track.number) {
                *beneath.0.entry(above).or_default().entry(status).or_default() += 1;
            }
            Ok(())
        };
        let Ok(parts) = parts(self.fold, &nested, self.query, today, count);
        sum(parts)
    }
}

fn parts<'f, P: Default + Send, E: Send>(
    fold: &'f Fold,
    tracks: &[u32],
    query: &'f Query,
    today: Instant,
    work: impl Fn(&Track<'f>, &mut P) -> Result<(), E> + Sync,
) -> Result<Vec<P>, E> {
    parallel::try_map(tracks, BATCH, |tracks| {
        let (mut part, mut events) = (P::default(), InOrder::default());
        for number in tracks {
            if let Some(track) = Track::open(fold, *number, query, today, &mut events) {
                work(&track, &mut part)?;
            }
        }
        Ok(part)
    })
}

fn sum(parts: Vec<Beneath>) -> Beneath {
    let mut all = Beneath::default();
    for (track, statuses) in parts.into_iter().flat_map(|part| part.0) {
        let counts = all.0.entry(track).or_default();
        for (status, count) in statuses {
            *counts.entry(status).or_default() += count;
        }
    }
    all
}
