//! The fold over a log of any size: facts in memory, words where they stand.

mod entry;
mod row;

use std::collections::BTreeMap;
use std::io;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use demarche_core::facts::{Facts, Texts};
use demarche_core::{Instant, TrackId};

use self::entry::Noted;
use self::row::{Changed, Words};
use crate::{Query, Status, TrackView};

/// The fold over a log whose lines are read once to compact facts, and again only for the words that are printed.
///
/// It answers as [`Fold`](crate::Fold) does, by the same rules, and holds some 90 bytes an event beside the text. It
/// is made for questions about every track of a large log; who asks for one track in full, or adds events one by one,
/// takes [`Fold`](crate::Fold).
///
/// ```
/// use demarche_core::codec::skim;
/// use demarche_core::facts::{Facts, Place, Texts};
/// use demarche_projection::{LogFold, Query};
///
/// let text: &[u8] = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"track_stalled","track":"us-ru","occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","source":{"who":"izvestia","attribution":"media"},"data":{}}"#;
/// let mut facts = Facts::new();
/// facts.push(&skim(text).expect("a canonical line"), Place::new(0, 0));
/// let texts = [text];
/// let fold = LogFold::new(facts, Texts::new(&texts));
/// let mut statuses = Vec::new();
/// fold.views(&Query::default(), 2.try_into()?, |_| true, |view, out| out.extend(view.status.as_str().bytes()),
///     |rows| { statuses.extend_from_slice(rows); Ok(()) })?;
/// assert_eq!(statuses, b"stalled");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct LogFold<'t> {
    facts: Facts,
    texts: Texts<'t>,
    /// The numbers of the tracks, by name.
    by_name: Vec<u32>,
    /// For each track where its events begin in `grouped`; one more at the end.
    starts: Vec<u32>,
    /// The numbers of the events, those of a track together.
    grouped: Vec<u32>,
    last_recorded: Option<Instant>,
}

/// Says why not every track could be told.
#[derive(Debug, thiserror::Error)]
pub enum LogFoldError {
    /// Somebody wrote over the log.
    #[error("the log was changed while it was read: ask again")]
    Changed,
    /// The answer could not be written.
    #[error(transparent)]
    Write(#[from] io::Error),
}

/// How many tracks are worked out in one go.
const BATCH: usize = 256;

impl<'t> LogFold<'t> {
    /// Makes it of the facts of a log, in which no id stands twice, and the texts in which they have their places.
    #[must_use]
    pub fn new(facts: Facts, texts: Texts<'t>) -> Self {
        let mut starts = vec![0_u32; facts.tracks() + 1];
        for fact in facts.list() {
            if let Some(start) = starts.get_mut(fact.track as usize + 1) {
                *start += 1;
            }
        }
        let mut total = 0;
        for start in &mut starts {
            total += *start;
            *start = total;
        }
        let mut next = starts.clone();
        let mut grouped = vec![0_u32; facts.list().len()];
        for (number, fact) in (0_u32..).zip(facts.list()) {
            let Some(at) = next.get_mut(fact.track as usize) else { continue };
            if let Some(slot) = grouped.get_mut(*at as usize) {
                *slot = number;
            }
            *at += 1;
        }
        let mut by_name: Vec<u32> = (0..).take(facts.tracks()).collect();
        by_name.sort_unstable_by(|a, b| facts.track(*a).cmp(&facts.track(*b)));
        let last_recorded = facts.list().iter().map(|fact| fact.recorded).max();
        Self { facts, texts, by_name, starts, grouped, last_recorded }
    }

    /// Returns the instant at which a query is judged; none where the log is empty and the query names none.
    #[must_use]
    pub fn today(&self, query: &Query) -> Option<Instant> {
        query.today.or(query.as_of).or(query.known_at).or(self.last_recorded)
    }

    /// Works out where every track stands of which there is anything to say, with the counts of what lies beneath it,
    /// on so many threads, and writes the wanted ones in the order of their names.
    ///
    /// `render` writes one track to a buffer; `write` gets the buffers in order.
    ///
    /// # Errors
    ///
    /// A [`LogFoldError`] where the log was written over meanwhile, or `write` fails.
    pub fn views(
        &self,
        query: &Query,
        threads: NonZeroUsize,
        wanted: impl Fn(&TrackView<'_>) -> bool + Sync,
        render: impl Fn(&TrackView<'_>, &mut Vec<u8>) + Sync,
        mut write: impl FnMut(&[u8]) -> io::Result<()>,
    ) -> Result<(), LogFoldError> {
        let Some(today) = self.today(query) else { return Ok(()) };
        let beneath = self.beneath(query, today);
        let nothing = BTreeMap::new();
        let batches: Vec<&[u32]> = self.by_name.chunks(BATCH).collect();
        let batch = |tracks: &&[u32]| -> Result<Vec<u8>, Changed> {
            let mut out = Vec::new();
            let mut scratch = Vec::new();
            for number in *tracks {
                let Some(track) = self.facts.track(*number) else { continue };
                self.in_order(*number, &mut scratch);
                let Some(view) = row::view(track, &scratch, query, today, Words(self.texts))? else { continue };
                let view = view.with_descendants(beneath.get(track).unwrap_or(&nothing));
                if wanted(&view) {
                    render(&view, &mut out);
                }
            }
            Ok(out)
        };
        in_order(&batches, threads, batch, |rows| match rows {
            Ok(rows) => write(&rows).map_err(LogFoldError::from),
            Err(Changed) => Err(LogFoldError::Changed),
        })
    }

    /// Collects the events of a track in order.
    fn in_order<'f>(&'f self, track: u32, events: &mut Vec<Noted<'f>>) {
        let bound = |track: usize| self.starts.get(track).map_or(0, |start| *start as usize);
        let numbers = self.grouped.get(bound(track as usize)..bound(track as usize + 1)).unwrap_or_default();
        let noted = |number: &u32| Some(Noted { facts: &self.facts, fact: self.facts.list().get(*number as usize)? });
        events.clear();
        events.extend(numbers.iter().filter_map(noted));
        events.sort_unstable_by_key(|noted| noted.fact.order());
    }

    /// Counts the statuses of what lies beneath each track that has events of its own and such tracks beneath it.
    fn beneath(&self, query: &Query, today: Instant) -> BTreeMap<TrackId, BTreeMap<Status, usize>> {
        let known = |track: &TrackId| self.facts.number_of_track(track).is_some();
        let mut beneath: BTreeMap<TrackId, BTreeMap<Status, usize>> = BTreeMap::new();
        let mut events = Vec::new();
        for number in &self.by_name {
            let Some(track) = self.facts.track(*number) else { continue };
            let above = std::iter::successors(track.parent(), TrackId::parent).filter(known);
            let above: Vec<TrackId> = above.collect();
            if above.is_empty() {
                continue;
            }
            self.in_order(*number, &mut events);
            let Some(status) = row::status(&events, query, today) else { continue };
            for track in above {
                *beneath.entry(track).or_default().entry(status).or_default() += 1;
            }
        }
        beneath
    }
}

/// Works on items in parallel, and takes what comes of them one by one in the order of the items.
fn in_order<I: Sync, O: Send, E>(
    items: &[I],
    threads: NonZeroUsize,
    work: impl Fn(&I) -> O + Sync,
    mut take: impl FnMut(O) -> Result<(), E>,
) -> Result<(), E> {
    if threads.get() == 1 {
        return items.iter().try_for_each(|item| take(work(item)));
    }
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        let (sender, receiver) = mpsc::sync_channel(threads.get() * 4);
        for _ in 0..threads.get() {
            let (sender, next, work) = (sender.clone(), &next, &work);
            scope.spawn(move || {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(at) else { break };
                    // Whoever took the results may have given up.
                    if sender.send((at, work(item))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        let mut waiting = BTreeMap::new();
        let mut due = 0;
        for (at, output) in receiver {
            waiting.insert(at, output);
            while let Some(output) = waiting.remove(&due) {
                take(output)?;
                due += 1;
            }
        }
        Ok(())
    })
}
