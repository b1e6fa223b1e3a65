//! Counting events as they come, without keeping them.

use std::collections::BTreeMap;

use chrono::Datelike as _;
use demarche_core::facts::{Fact, Facts};
use demarche_core::{ActorId, Attribution, Event, EventType, Grade, Instant, TrackId, heard};

use crate::{Span, Stats};

/// What is counted of an event, but for its track and its speaker.
pub(crate) struct Told {
    event_type: EventType,
    attribution: Attribution,
    grade: Option<Grade>,
    occurred: Instant,
    recorded: Instant,
    heard: Instant,
}

impl From<&Event> for Told {
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

impl From<&Fact> for Told {
    fn from(fact: &Fact) -> Self {
        Self {
            event_type: fact.event_type,
            attribution: fact.attribution,
            grade: fact.grade,
            occurred: fact.earliest,
            recorded: fact.recorded,
            heard: heard((Some(fact.earliest), fact.latest()), fact.recorded),
        }
    }
}

/// How often each value came up.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    events: usize,
    occurred: Option<(Instant, Instant)>,
    recorded: Option<(Instant, Instant)>,
    /// By the days from when an event was heard to when it was recorded.
    delays: BTreeMap<i64, usize>,
    types: BTreeMap<EventType, usize>,
    attributions: BTreeMap<Attribution, usize>,
    grades: BTreeMap<Option<Grade>, usize>,
    years: BTreeMap<i32, usize>,
}

impl Tally {
    pub(crate) fn count(&mut self, told: &Told) {
        self.events += 1;
        widen(&mut self.occurred, told.occurred);
        widen(&mut self.recorded, told.recorded);
        *self.delays.entry(told.recorded.days_since(told.heard)).or_default() += 1;
        *self.types.entry(told.event_type).or_default() += 1;
        *self.attributions.entry(told.attribution).or_default() += 1;
        *self.grades.entry(told.grade).or_default() += 1;
        *self.years.entry(told.occurred.date().year()).or_default() += 1;
    }

    /// Returns the counts, with how many events each track and each speaker has.
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
            occurred: self.occurred.map(|span| Span::new(span, self.events)),
            recorded: self.recorded.map(|span| Span::new(span, self.events)),
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
        let mut tally = Tally::default();
        let (mut tracks, mut speakers) = (vec![0; facts.tracks()], vec![0; facts.actors()]);
        let add = |counts: &mut Vec<usize>, number: u32| {
            if let Some(count) = counts.get_mut(number as usize) {
                *count += 1;
            }
        };
        for (_, fact, spot) in facts.iter() {
            tally.count(&fact.into());
            add(&mut tracks, spot.track);
            add(&mut speakers, fact.who);
        }
        let tracks = (0..).zip(tracks).filter_map(|(number, count)| Some((facts.track(number)?, count)));
        let speakers = (0..).zip(speakers).filter_map(|(number, count)| Some((facts.actor(number)?, count)));
        tally.into_stats(tracks.filter(|(_, count)| *count > 0), speakers.filter(|(_, count)| *count > 0))
    }

    /// Counts events one by one, and keeps none: a stream takes no memory but for what is counted.
    ///
    /// # Errors
    ///
    /// The first error of the stream.
    pub fn of_stream<E>(events: impl IntoIterator<Item = Result<Event, E>>) -> Result<Self, E> {
        let mut tally = Tally::default();
        let (mut tracks, mut speakers) = (BTreeMap::<TrackId, usize>::new(), BTreeMap::<ActorId, usize>::new());
        for event in events {
            let event = event?;
            tally.count(&Told::from(&event));
            *tracks.entry(event.track).or_default() += 1;
            *speakers.entry(event.source.who).or_default() += 1;
        }
        let tracks = tracks.iter().map(|(track, count)| (track, *count));
        Ok(tally.into_stats(tracks, speakers.iter().map(|(who, count)| (who, *count))))
    }
}

fn widen(span: &mut Option<(Instant, Instant)>, instant: Instant) {
    let (first, last) = span.unwrap_or((instant, instant));
    *span = Some((first.min(instant), last.max(instant)));
}

fn named<T>(counts: BTreeMap<T, usize>, name: impl Fn(T) -> String) -> BTreeMap<String, usize> {
    counts.into_iter().map(|(value, count)| (name(value), count)).collect()
}

/// The delay in the middle; of an even number of events the upper one.
fn median(delays: &BTreeMap<i64, usize>, events: usize) -> Option<i64> {
    let mut before = 0;
    delays.iter().find_map(|(delay, count)| {
        before += count;
        (before > events / 2).then_some(*delay)
    })
}
