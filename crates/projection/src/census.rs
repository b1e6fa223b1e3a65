//! Counting events as they come, without keeping them.

use std::collections::BTreeMap;
use std::hash::{BuildHasher as _, Hash, RandomState};

use chrono::Datelike as _;
use demarche_core::facts::{Fact, Facts, Spot};
use demarche_core::{ActorId, Attribution, Event, EventId, EventType, Grade, Instant, TrackId, heard};
use hashbrown::hash_table::Entry;
use hashbrown::{HashMap, HashTable};

use crate::{Applied, Conflict, Span, Stats};

/// The counts of a stream of events of which none is kept.
///
/// It knows an event again, as an [`EventSet`](crate::EventSet) does, by its id and a digest of its content: some 35
/// bytes an event are all that it holds of them, however long they are. Beyond that it grows with the names, days and
/// years that are counted. That two contents of one id are taken for the same has a chance of one in 2⁶⁴.
///
/// ```
/// use demarche_core::codec::decode;
/// use demarche_projection::{Applied, Census};
///
/// let line = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"track_stalled","track":"us-ru","occurred":"2025-05","recorded":"2025-06-03T08:00:00Z","source":{"who":"ru/mfa","attribution":"media"},"data":{}}"#;
/// let event = decode(line).unwrap();
/// let mut census = Census::default();
/// assert_eq!(census.insert(event.clone())?, Applied::New(0));
/// assert_eq!(census.insert(event)?, Applied::Duplicate(0));
/// assert_eq!(census.into_stats().events, 1);
/// # Ok::<(), demarche_projection::Conflict>(())
/// ```
#[derive(Debug, Default)]
pub struct Census {
    seen: Seen,
    tally: Tally,
}

impl Census {
    /// Counts an event that was not counted yet. Events are numbered as they come, from 0.
    ///
    /// # Errors
    ///
    /// A [`Conflict`] where an event of the same id and other content was counted; nothing has changed.
    pub fn insert(&mut self, event: Event) -> Result<Applied, Conflict> {
        match self.seen.add(&event) {
            Ok(number) => {
                self.tally.count(&Told::from(&event));
                Ok(Applied::New(number))
            }
            Err((first, true)) => Ok(Applied::Duplicate(first)),
            Err((first, false)) => Err(Conflict { first, event: Box::new(event) }),
        }
    }

    /// Counts an event, whether or not it was counted before, and forgets it: in constant memory but for what is
    /// counted.
    pub fn count(&mut self, event: &Event) {
        self.tally.count(&Told::from(event));
    }

    /// Returns the counts.
    #[must_use]
    pub fn into_stats(self) -> Stats {
        self.tally.into_stats()
    }
}

/// By what events are known again.
#[derive(Debug, Default)]
struct Seen {
    /// The id of each event, with a digest of its content, by its number.
    events: Vec<(EventId, u64)>,
    /// The numbers by the ids. Only ever looked up, never iterated.
    numbers: HashTable<u32>,
    /// Seeded anew in every process, so that nobody can make up two contents of the same digest.
    digests: RandomState,
}

impl Seen {
    /// Adds an event, and returns its number; of one whose id is there the number of that, and whether it is the same.
    fn add(&mut self, event: &Event) -> Result<usize, (usize, bool)> {
        let Self { events, numbers, digests } = self;
        let digest = digests.hash_one(event);
        let known = |number: &u32| events.get(*number as usize).copied();
        let is_it = |number: &u32| known(number).is_some_and(|(id, _)| id == event.id);
        let rehash = |number: &u32| known(number).map_or(0, |(id, _)| digests.hash_one(id));
        match numbers.entry(digests.hash_one(event.id), is_it, rehash) {
            Entry::Occupied(entry) => {
                let number = *entry.get();
                Err((number as usize, known(&number) == Some((event.id, digest))))
            }
            Entry::Vacant(entry) => {
                let number = events.len();
                entry.insert(u32::try_from(number).unwrap_or(u32::MAX));
                events.push((event.id, digest));
                Ok(number)
            }
        }
    }
}

/// What is counted of an event.
pub(crate) struct Told<'e> {
    event_type: EventType,
    track: &'e TrackId,
    who: &'e ActorId,
    attribution: Attribution,
    grade: Option<Grade>,
    occurred: Instant,
    recorded: Instant,
    heard: Instant,
}

impl<'e> From<&'e Event> for Told<'e> {
    fn from(event: &'e Event) -> Self {
        Self {
            event_type: event.event_type(),
            track: &event.track,
            who: &event.source.who,
            attribution: event.source.attribution,
            grade: event.source.grade,
            occurred: event.occurred.earliest(),
            recorded: event.recorded,
            heard: event.heard(),
        }
    }
}

impl<'e> Told<'e> {
    /// What is counted of a fact; none where its names are not among those of the facts.
    pub(crate) fn of_fact(facts: &'e Facts, fact: &Fact, spot: &Spot) -> Option<Self> {
        Some(Self {
            event_type: fact.event_type,
            track: facts.track(spot.track)?,
            who: facts.actor(fact.who)?,
            attribution: fact.attribution,
            grade: fact.grade,
            occurred: fact.earliest,
            recorded: fact.recorded,
            heard: heard((Some(fact.earliest), fact.latest()), fact.recorded),
        })
    }
}

/// How often each value came up. The hashes are looked up while it counts, and sorted before anything is told.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    events: usize,
    occurred: Option<(Instant, Instant)>,
    recorded: Option<(Instant, Instant)>,
    /// By the days from when an event was heard to when it was recorded.
    delays: HashMap<i64, usize>,
    types: HashMap<EventType, usize>,
    tracks: HashMap<TrackId, usize>,
    speakers: HashMap<ActorId, usize>,
    attributions: HashMap<Attribution, usize>,
    grades: HashMap<Option<Grade>, usize>,
    years: HashMap<i32, usize>,
}

impl Tally {
    pub(crate) fn count(&mut self, told: &Told<'_>) {
        self.events += 1;
        widen(&mut self.occurred, told.occurred);
        widen(&mut self.recorded, told.recorded);
        add(&mut self.delays, &told.recorded.days_since(told.heard));
        add(&mut self.types, &told.event_type);
        add(&mut self.tracks, told.track);
        add(&mut self.speakers, told.who);
        add(&mut self.attributions, &told.attribution);
        add(&mut self.grades, &told.grade);
        add(&mut self.years, &told.occurred.date().year());
    }

    pub(crate) fn into_stats(self) -> Stats {
        let mut by_party = BTreeMap::new();
        for (who, count) in sorted(self.speakers.iter()) {
            *by_party.entry(who.party().to_string()).or_default() += count;
        }
        Stats {
            events: self.events,
            tracks: self.tracks.len(),
            speakers: self.speakers.len(),
            occurred: self.occurred.map(|span| Span::new(span, self.events)),
            recorded: self.recorded.map(|span| Span::new(span, self.events)),
            median_days_to_record: median(&self.delays, self.events),
            by_type: named(self.types, |event_type| event_type.to_string()),
            by_track: named(self.tracks, |track| track.to_string()),
            by_party,
            by_attribution: named(self.attributions, |attribution| attribution.to_string()),
            by_grade: named(self.grades, |grade| grade.map_or_else(|| "none".to_owned(), |grade| grade.to_string())),
            by_year: named(self.years, |year| year.to_string()),
        }
    }
}

/// Counts a value, which is copied only where it came up for the first time.
fn add<T: Clone + Eq + Hash>(counts: &mut HashMap<T, usize>, value: &T) {
    match counts.get_mut(value) {
        Some(count) => *count += 1,
        None => drop(counts.insert(value.clone(), 1)),
    }
}

fn widen(span: &mut Option<(Instant, Instant)>, instant: Instant) {
    let (first, last) = span.unwrap_or((instant, instant));
    *span = Some((first.min(instant), last.max(instant)));
}

fn sorted<'c, T: Ord>(counts: impl Iterator<Item = (&'c T, &'c usize)>) -> BTreeMap<&'c T, usize> {
    counts.map(|(value, count)| (value, *count)).collect()
}

fn named<T>(counts: HashMap<T, usize>, name: impl Fn(T) -> String) -> BTreeMap<String, usize> {
    counts.into_iter().map(|(value, count)| (name(value), count)).collect()
}

/// The delay in the middle; of an even number of events the upper one.
fn median(delays: &HashMap<i64, usize>, events: usize) -> Option<i64> {
    let mut before = 0;
    sorted(delays.iter()).into_iter().find_map(|(delay, count)| {
        before += count;
        (before > events / 2).then_some(*delay)
    })
}
