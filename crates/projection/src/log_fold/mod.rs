//! The fold over a log of any size: facts in memory, words where they stand.

mod entry;
mod in_order;
mod row;

use std::collections::BTreeMap;

use demarche_core::facts::{Facts, Texts};
use demarche_core::{Instant, TrackId};
use rayon::iter::ParallelIterator as _;
use rayon::slice::{ParallelSlice as _, ParallelSliceMut as _};

use self::entry::Noted;
use self::in_order::InOrder;
use self::row::Words;
use crate::{Query, Status, TrackView};

pub use self::row::Row;

/// The fold over a log whose lines are read once to compact facts, and again only for the words that are printed.
///
/// It answers as [`Fold`](crate::Fold) does, by the same rules, and holds some 80 bytes an event beside the text. It
/// is made for questions about every track of a large log; who asks for one track in full, or adds events one by one,
/// takes [`Fold`](crate::Fold).
///
/// ```
/// use demarche_core::facts::{Facts, LineReader, Place, Texts};
/// use demarche_projection::{LogFold, Query, Row, Status};
///
/// let text: &[u8] = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"track_stalled","track":"us-ru","occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","source":{"who":"izvestia","attribution":"media"},"data":{}}"#;
/// let mut facts = Facts::new();
/// LineReader::new().read(text, Place::new(0, 0), &mut facts).expect("an event's line");
/// let texts = [text];
/// let fold = LogFold::new(facts, Texts::new(&texts));
/// let query = Query::default();
/// let mut views = fold.views(&query);
/// let tell = |row: &Row<'_>, told: &mut Vec<Status>| Ok(told.push(row.view.status));
/// assert_eq!(views.next(|_| true, tell)?.unwrap().concat(), [Status::Stalled]);
/// assert_eq!(views.next(|_| true, tell)?, None);
/// # Ok::<(), demarche_projection::LogChanged>(())
/// ```
#[derive(Debug)]
pub struct LogFold<'t> {
    facts: Facts,
    texts: Texts<'t>,
    /// The numbers of the tracks, by name.
    by_name: Vec<u32>,
    /// Whether some tracks have more segments than others: where all have as many, none lies beneath another.
    is_nested: bool,
    /// For each track where its events begin in `grouped`; one more at the end.
    starts: Vec<u32>,
    /// The numbers of the events, those of a track together.
    grouped: Vec<u32>,
}

/// Says that a line held an event when the log was surveyed, and holds another or none now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the log was changed while it was read")]
pub struct LogChanged;

/// How many tracks a thread works out in one go.
const BATCH: usize = 64;

/// How many batches there are for each thread before they are written.
const BATCHES_A_THREAD: usize = 16;

impl<'t> LogFold<'t> {
    /// Makes it of the facts of a log, in which no id stands twice, and the texts in which they have their places.
    #[must_use]
    pub fn new(facts: Facts, texts: Texts<'t>) -> Self {
        let mut starts = vec![0_u32; facts.tracks() + 1];
        for (_, _, spot) in facts.iter() {
            if let Some(start) = starts.get_mut(spot.track as usize + 1) {
                *start += 1;
            }
        }
        let mut total = 0;
        for start in &mut starts {
            total += *start;
            *start = total;
        }
        let mut next = starts.clone();
        let mut grouped = vec![0_u32; facts.len()];
        for (number, _, spot) in facts.iter() {
            let Some(at) = next.get_mut(spot.track as usize) else { continue };
            if let Some(slot) = grouped.get_mut(*at as usize) {
                *slot = number;
            }
            *at += 1;
        }
        let (by_name, is_nested) = by_name(&facts);
        Self { facts, texts, by_name, is_nested, starts, grouped }
    }

    /// Returns the instant at which a query is judged; none where the log is empty and the query names none.
    #[must_use]
    pub fn today(&self, query: &Query) -> Option<Instant> {
        query.judged_at(self.facts.last_recorded())
    }

    /// Begins to tell where every track stands of which there is anything to say, with the counts of what lies beneath
    /// it, in the order of their names.
    #[must_use]
    pub fn views<'f>(&'f self, query: &'f Query) -> Views<'f> {
        let today = self.today(query);
        let beneath = today.map_or_else(Beneath::new, |today| self.beneath(query, today));
        Views { fold: self, query, today, beneath, left: &self.by_name }
    }

    /// Returns the events of a track in order.
    fn in_order<'f, 'o>(&'f self, track: u32, events: &'o mut InOrder<'f>) -> &'o [Noted<'f>] {
        let bound = |track: usize| self.starts.get(track).map_or(0, |start| *start as usize);
        let numbers = self.grouped.get(bound(track as usize)..bound(track as usize + 1)).unwrap_or_default();
        let noted = |number: &u32| Some(Noted { facts: &self.facts, fact: self.facts.fact(*number)?, number: *number });
        events.of(numbers.iter().filter_map(noted))
    }

    /// Counts the statuses of what lies beneath each track that has events of its own and such tracks beneath it.
    fn beneath(&self, query: &Query, today: Instant) -> Beneath {
        if !self.is_nested {
            return Beneath::new();
        }
        let count = |tracks: &[u32]| {
            let (mut beneath, mut events) = (Beneath::new(), InOrder::default());
            for number in tracks {
                let mut above = self.facts.tracks_above(*number).peekable();
                if above.peek().is_none() {
                    continue;
                }
                let in_order = self.in_order(*number, &mut events);
                let Some(status) = row::status(in_order, query, today) else { continue };
                for track in above {
                    *beneath.entry(track).or_default().entry(status).or_default() += 1;
                }
            }
            beneath
        };
        self.by_name.par_chunks(BATCH).map(count).reduce(Beneath::new, sum)
    }
}

/// By the number of a track, how many beneath it have each status.
type Beneath = BTreeMap<u32, BTreeMap<Status, usize>>;

fn sum(one: Beneath, other: Beneath) -> Beneath {
    let (mut greater, smaller) = if one.len() < other.len() { (other, one) } else { (one, other) };
    for (track, statuses) in smaller {
        let counts = greater.entry(track).or_default();
        for (status, count) in statuses {
            *counts.entry(status).or_default() += count;
        }
    }
    greater
}

/// Sorts the numbers of the tracks by name, and tells whether some have more segments than others.
fn by_name(facts: &Facts) -> (Vec<u32>, bool) {
    let name = |number: u32| facts.track(number).map_or("", TrackId::as_str);
    // Most are told apart by their beginnings, so that few have to be fetched from elsewhere.
    let beginning = |number: u32| {
        let mut bytes = [0; 16];
        bytes.iter_mut().zip(name(number).bytes()).for_each(|(to, from)| *to = from);
        u128::from_be_bytes(bytes)
    };
    let depth = |number: u32| facts.track(number).map(TrackId::depth);
    let (first, mut is_nested) = (depth(0), false);
    let of_track = |number: u32| {
        is_nested |= depth(number) != first;
        (beginning(number), number)
    };
    let mut tracks: Vec<(u128, u32)> = (0..).take(facts.tracks()).map(of_track).collect();
    tracks.par_sort_unstable_by(|(one, a), (other, b)| one.cmp(other).then_with(|| name(*a).cmp(name(*b))));
    (tracks.into_iter().map(|(_, number)| number).collect(), is_nested)
}

/// The answers to a question, some tracks at a time.
#[derive(Debug)]
pub struct Views<'f> {
    fold: &'f LogFold<'f>,
    query: &'f Query,
    today: Option<Instant>,
    beneath: Beneath,
    /// The numbers of the tracks that are to come.
    left: &'f [u32],
}

impl Views<'_> {
    /// Works out the next tracks on the threads of the current pool of `rayon`, and renders them to parts, which follow
    /// each other; none where all have been told.
    ///
    /// # Errors
    ///
    /// [`LogChanged`] where somebody wrote over the log.
    pub fn next<P: Default + Send>(
        &mut self,
        wanted: impl Fn(&TrackView<'_>) -> bool + Sync,
        render: impl Fn(&Row<'_>, &mut P) -> Result<(), LogChanged> + Sync,
    ) -> Result<Option<Vec<P>>, LogChanged> {
        let Some(today) = self.today.filter(|_| !self.left.is_empty()) else { return Ok(None) };
        let at_once = rayon::current_num_threads() * BATCHES_A_THREAD * BATCH;
        let (now, left) = self.left.split_at(at_once.min(self.left.len()));
        self.left = left;
        let (fold, nothing) = (self.fold, BTreeMap::new());
        let batch = |tracks: &[u32]| -> Result<P, LogChanged> {
            let (mut part, mut events) = (P::default(), InOrder::default());
            for number in tracks {
                let Some(track) = fold.facts.track(*number) else { continue };
                let in_order = fold.in_order(*number, &mut events);
                let row = Row::of(track, in_order, self.query, today, Words(fold.texts))?;
                let Some(mut row) = row.filter(|row| wanted(&row.view)) else { continue };
                row.view.descendants = Some(self.beneath.get(number).unwrap_or(&nothing));
                render(&row, &mut part)?;
            }
            Ok(part)
        };
        now.par_chunks(BATCH).map(batch).collect::<Result<_, _>>().map(Some)
    }
}
