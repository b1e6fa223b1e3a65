//! Every track of a log, in batches, on all threads.

use std::collections::BTreeMap;

use demarche_core::TrackId;

use super::case::Case;
use super::in_order::InOrder;
use super::rules;
use super::words::LogChanged;
use super::{FactRef, Fold};
use crate::parallel;
use crate::query::Query;
use crate::state::Status;

/// The most tracks that a thread computes in one go.
const BATCH: usize = 64;

/// The most tracks, and events on them, for each thread in a batch. The result of an event may be as large as the
/// event, so this bounds the memory that results take.
const TRACKS_A_THREAD: usize = 1024;
const EVENTS_A_THREAD: usize = 1 << 13;

/// The tracks of a fold, under some queries, in batches.
///
/// The results of the tracks go into parts, which follow each other. With the feature `parallel`, the parts are
/// computed on the threads of the current pool of `rayon`.
///
/// ```
/// use demarche_core::codec::decode;
/// use demarche_projection::{Fold, LogChanged, Track};
/// use demarche_projection::query::Query;
/// use demarche_projection::state::Status;
///
/// let line = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"track_stalled","track":"us-ru","occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","source":{"who":"izvestia","attribution":"media"},"data":{}}"#;
/// let fold = Fold::of([decode(line).unwrap()])?;
/// let query = Query::default();
/// let mut batches = fold.batches(&query);
/// let tell = |track: &Track<'_>, part: &mut Vec<Option<Status>>| {
///     part.push(track.status());
///     Ok::<_, LogChanged>(())
/// };
/// while let Some(parts) = batches.next(tell)? {
///     assert_eq!(parts, [[Some(Status::Stalled)]]);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Batches<'f> {
    fold: &'f Fold,
    queries: &'f [Query],
    /// The numbers of the tracks, sorted by name, and how many of them were told.
    tracks: Vec<u32>,
    told: usize,
}

/// A track under a query, about which there is something to say.
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
    /// Makes a track of its facts in order; returns `None` if there is nothing to say about it.
    pub(super) fn open(
        fold: &'f Fold,
        name: &'f TrackId,
        number: u32,
        in_order: &[FactRef<'f>],
        query: &'f Query,
    ) -> Result<Option<Self>, LogChanged> {
        let Some(today) = fold.today(query) else { return Ok(None) };
        let case = Case::open(in_order, query, today, fold.words())?;
        Ok(case.map(|case| Self { fold, name, number, case }))
    }

    /// Returns its name.
    #[must_use]
    pub const fn name(&self) -> &'f TrackId {
        self.name
    }

    /// Returns its status alone, faster than its state.
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

/// For each track, how many tracks beneath it have each status.
#[derive(Debug, Clone, Default)]
pub struct Beneath(BTreeMap<u32, BTreeMap<Status, usize>>);

impl<'f> Batches<'f> {
    pub(super) fn new(fold: &'f Fold, queries: &'f [Query]) -> Self {
        Self { fold, queries, tracks: fold.track_numbers(), told: 0 }
    }

    /// Keeps only the tracks whose names pass a filter.
    #[must_use]
    pub fn only(mut self, admits: impl Fn(&TrackId) -> bool) -> Self {
        let facts = &self.fold.facts;
        self.tracks.retain(|number| facts.track(*number).is_some_and(&admits));
        self
    }

    /// Computes the next tracks about which there is anything to say under the first query; the results go into parts,
    /// which follow each other. Returns `None` if there are no more tracks.
    ///
    /// # Errors
    ///
    /// The first error of the given function.
    pub fn next<P: Default + Send, E: From<LogChanged> + Send>(
        &mut self,
        work: impl Fn(&Track<'f>, &mut P) -> Result<(), E> + Sync,
    ) -> Result<Option<Vec<P>>, E> {
        self.next_compared(|_, tracks, part| match tracks {
            [Some(track), ..] => work(track, part),
            _ => Ok(()),
        })
    }

    /// Computes the next tracks, each under every query in order; a track is `None` under a query if there is nothing
    /// to say about it.
    ///
    /// # Errors
    ///
    /// The first error of the given function.
    pub fn next_compared<P: Default + Send, E: From<LogChanged> + Send>(
        &mut self,
        work: impl Fn(&'f TrackId, &[Option<Track<'f>>], &mut P) -> Result<(), E> + Sync,
    ) -> Result<Option<Vec<P>>, E> {
        let left = self.tracks.get(self.told..).unwrap_or_default();
        if left.is_empty() {
            return Ok(None);
        }
        let now = self.next_round(left);
        self.told += now.len();
        parts(self.fold, now, self.queries, work).map(Some)
    }

    /// Takes the next tracks to compute together: few, if they have many events.
    fn next_round<'t>(&self, left: &'t [u32]) -> &'t [u32] {
        let (threads, mut events) = (parallel::threads(), 0);
        let most = left.get(..threads * TRACKS_A_THREAD).unwrap_or(left);
        let fits = |track: &&u32| {
            let is_room = events < threads * EVENTS_A_THREAD;
            events += self.fold.count_of(**track);
            is_room
        };
        let count = most.iter().take_while(fits).count();
        most.get(..count).unwrap_or(most)
    }

    /// Computes all remaining tracks, into one list.
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

    /// Counts the statuses of the tracks beneath each track that has events itself. It includes all tracks of the fold,
    /// even those that were filtered out.
    ///
    /// # Errors
    ///
    /// [`LogChanged`] if a line of the log was overwritten.
    pub fn beneath(&self) -> Result<Beneath, LogChanged> {
        let facts = &self.fold.facts;
        let depth = |number: u32| facts.track(number).map(TrackId::depth);
        let all = || (0..).take(facts.tracks());
        // If all tracks are equally deep, none lies beneath another.
        if all().all(|number| depth(number) == depth(0)) {
            return Ok(Beneath::default());
        }
        let nested: Vec<u32> = all().filter(|number| facts.tracks_above(*number).next().is_some()).collect();
        let count = |_: &TrackId, tracks: &[Option<Track<'f>>], beneath: &mut Beneath| {
            let [Some(track), ..] = tracks else { return Ok::<_, LogChanged>(()) };
            let Some(status) = track.status() else { return Ok(()) };
            for above in facts.tracks_above(track.number) {
                *beneath.0.entry(above).or_default().entry(status).or_default() += 1;
            }
            Ok(())
        };
        parts(self.fold, &nested, self.queries.get(..1).unwrap_or_default(), count).map(sum)
    }
}

fn parts<'f, P: Default + Send, E: From<LogChanged> + Send>(
    fold: &'f Fold,
    tracks: &[u32],
    queries: &'f [Query],
    work: impl Fn(&'f TrackId, &[Option<Track<'f>>], &mut P) -> Result<(), E> + Sync,
) -> Result<Vec<P>, E> {
    // Each thread gets several parts, so that none waits long for another.
    let part_length = tracks.len().div_ceil(parallel::threads() * 8).clamp(1, BATCH);
    parallel::try_map(tracks, part_length, |tracks| {
        let (mut part, mut events, mut compared) = (P::default(), InOrder::default(), Vec::new());
        for number in tracks {
            let Some(name) = fold.facts.track(*number) else { continue };
            compared.clear();
            let in_order = fold.facts_of(*number, &mut events);
            for query in queries {
                compared.push(Track::open(fold, name, *number, in_order, query)?);
            }
            work(name, &compared, &mut part)?;
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
