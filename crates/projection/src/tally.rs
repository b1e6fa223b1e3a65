//! Counting events as they come, without keeping them.

use std::collections::BTreeMap;

use chrono::Datelike as _;
use demarche_core::facts::{Fact, Facts};
use demarche_core::{ActorId, Attribution, Event, EventType, Grade, Instant, TrackId, heard};

use crate::stats::{Stats, TimeSpan};

/// Everything that is counted about an event, except its track and its speaker.
struct CountedEvent {
    event_type: EventType,
    attribution: Attribution,
    grade: Option<Grade>,
    occurred: Instant,
    recorded: Instant,
    heard: Instant,
}

impl From<&Event> for CountedEvent {
    fn from(event: &Event) -> Self {
        Self {
            event_type: event.event_type(),
            attribution: event.source.attribution,
            grade: event.source.grade,
            occurred: event.occurred.earliest(),
            recorded: event.recorded,
            heard: event.heard(),
        }
    }
}

impl From<&Fact> for CountedEvent {
    fn from(fact: &Fact) -> Self {
        Self {
            event_type: fact.event_type,
            attribution: fact.attribution,
            grade: fact.grade,
            occurred: fact.earliest,
            recorded: fact.recorded,
            heard: heard(fact.latest(), fact.recorded),
        }
    }
}

/// Counts events as they come, without keeping them: for a stream, only the counted names take memory.
///
/// ```
/// use demarche_core::codec::decode;
/// use demarche_projection::stats::Tally;
///
/// let line = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"track_stalled","track":"us-ru","occurred":"2025-05","recorded":"2025-06-03T08:00:00Z","source":{"who":"ru/mfa","attribution":"media"},"data":{}}"#;
/// let mut tally = Tally::default();
/// tally.count(&decode(line).unwrap());
/// assert_eq!(tally.into_stats().events, 1);
/// ```
#[derive(Debug, Default)]
pub struct Tally {
    counts: Counts,
    tracks: BTreeMap<TrackId, usize>,
    speakers: BTreeMap<ActorId, usize>,
}

impl Tally {
    /// Counts an event, even if the same event was counted before.
    pub fn count(&mut self, event: &Event) {
        self.counts.add(&CountedEvent::from(event));
        add(&mut self.tracks, &event.track);
        add(&mut self.speakers, &event.source.who);
    }

    /// Returns the counts.
    #[must_use]
    pub fn into_stats(self) -> Stats {
        let tracks = self.tracks.iter().map(|(track, count)| (track, *count));
        self.counts.into_stats(tracks, self.speakers.iter().map(|(who, count)| (who, *count)))
    }
}

/// Counts a name, which is copied only when it is new.
fn add<T: Clone + Ord>(counts: &mut BTreeMap<T, usize>, name: &T) {
    match counts.get_mut(name) {
        Some(count) => *count += 1,
        None => drop(counts.insert(name.clone(), 1)),
    }
}

/// Counts how often each value occurs.
#[derive(Debug, Default)]
struct Counts {
    events: usize,
    occurred: Option<(Instant, Instant)>,
    recorded: Option<(Instant, Instant)>,
    /// Counts by the days from when an event was heard to when it was recorded.
    delays: BTreeMap<i64, usize>,
    types: BTreeMap<EventType, usize>,
    attributions: BTreeMap<Attribution, usize>,
    grades: BTreeMap<Option<Grade>, usize>,
    years: BTreeMap<i32, usize>,
}

impl Counts {
    fn add(&mut self, event: &CountedEvent) {
        self.events += 1;
        widen(&mut self.occurred, event.occurred);
        widen(&mut self.recorded, event.recorded);
        *self.delays.entry(event.recorded.days_since(event.heard)).or_default() += 1;
        *self.types.entry(event.event_type).or_default() += 1;
        *self.attributions.entry(event.attribution).or_default() += 1;
        *self.grades.entry(event.grade).or_default() += 1;
        *self.years.entry(event.occurred.date().year()).or_default() += 1;
    }

    /// Returns the counts, given how many events each track and each speaker has.
    fn into_stats<'n>(
        self,
        tracks: impl Iterator<Item = (&'n TrackId, usize)>,
        speakers: impl Iterator<Item = (&'n ActorId, usize)>,
    ) -> Stats {
        let by_track: BTreeMap<String, usize> = tracks.map(|(track, count)| (track.to_string(), count)).collect();
        let (mut by_party, mut all_speakers) = (BTreeMap::new(), 0);
        for (who, count) in speakers {
            all_speakers += 1;
            *by_party.entry(who.party().to_string()).or_default() += count;
        }
        Stats {
            events: self.events,
            tracks: by_track.len(),
            speakers: all_speakers,
            occurred: self.occurred.map(|span| TimeSpan::new(span, self.events)),
            recorded: self.recorded.map(|span| TimeSpan::new(span, self.events)),
            median_days_to_record: median(&self.delays, self.events),
            by_type: named(self.types, |event_type| event_type.to_string()),
            by_track,
            by_party,
            by_attribution: named(self.attributions, |attribution| attribution.to_string()),
            by_grade: named(self.grades, |grade| grade.map_or_else(|| "none".to_owned(), |grade| grade.to_string())),
            by_year: named(self.years, |year| year.to_string()),
        }
    }
}

impl Stats {
    /// Counts the events of a log.
    #[must_use]
    pub fn of(facts: &Facts) -> Self {
        let mut counts = Counts::default();
        let (mut tracks, mut speakers) = (vec![0; facts.tracks()], vec![0; facts.actors()]);
        let add_one = |counts: &mut Vec<usize>, number: u32| {
            if let Some(count) = counts.get_mut(number as usize) {
                *count += 1;
            }
        };
        for (_, fact, spot) in facts.iter() {
            counts.add(&fact.into());
            add_one(&mut tracks, spot.track);
            add_one(&mut speakers, fact.who);
        }
        let tracks = (0..).zip(tracks).filter_map(|(number, count)| Some((facts.track(number)?, count)));
        let speakers = (0..).zip(speakers).filter_map(|(number, count)| Some((facts.actor(number)?, count)));
        counts.into_stats(tracks.filter(|(_, count)| *count > 0), speakers.filter(|(_, count)| *count > 0))
    }
}

fn widen(span: &mut Option<(Instant, Instant)>, instant: Instant) {
    let (first, last) = span.unwrap_or((instant, instant));
    *span = Some((first.min(instant), last.max(instant)));
}

fn named<T>(counts: BTreeMap<T, usize>, name: impl Fn(T) -> String) -> BTreeMap<String, usize> {
    counts.into_iter().map(|(value, count)| (name(value), count)).collect()
}

/// Returns the median delay; of an even number of events the upper one.
fn median(delays: &BTreeMap<i64, usize>, events: usize) -> Option<i64> {
    let mut before = 0;
    delays.iter().find_map(|(delay, count)| {
        before += count;
        (before > events / 2).then_some(*delay)
    })
}
