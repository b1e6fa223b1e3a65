//! What is in a journal, counted.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use demarche_core::Instant;
use serde::Serialize;

/// The counts of a journal: of all its events, retracted ones among them, since it is the journal that is counted, and
/// not what it says.
///
/// ```
/// use demarche_core::codec::decode;
/// use demarche_projection::{Fold, Stats};
///
/// let line = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"track_stalled","track":"us-ru","occurred":"2025-05","recorded":"2025-06-03T08:00:00Z","source":{"who":"ru/mfa","attribution":"media"},"data":{}}"#;
/// let fold = Fold::of([decode(line).unwrap()])?;
/// let stats = Stats::of(fold.facts());
/// assert_eq!((stats.events, stats.tracks, stats.speakers), (1, 1, 1));
/// assert_eq!(stats.by_party["ru"], 1);
/// // It may have been heard on the last of May.
/// assert_eq!(stats.median_days_to_record, Some(2));
/// # Ok::<(), demarche_projection::Conflict>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Stats {
    /// How many events there are.
    pub events: usize,
    /// On how many tracks.
    pub tracks: usize,
    /// By how many different speakers.
    pub speakers: usize,
    /// From the first day on which something occurred to the last, by the beginnings of the dates; none where there are
    /// no events.
    pub occurred: Option<Span>,
    /// From the first record to the last.
    pub recorded: Option<Span>,
    /// The whole days from when an event was heard to when it was recorded, at the median; of an even number of events
    /// the upper one.
    pub median_days_to_record: Option<i64>,
    /// How many events there are of each type.
    pub by_type: BTreeMap<String, usize>,
    /// On each track.
    pub by_track: BTreeMap<String, usize>,
    /// By each party: the first segment of who speaks.
    pub by_party: BTreeMap<String, usize>,
    /// Of each attribution.
    pub by_attribution: BTreeMap<String, usize>,
    /// Of each grade, or `none`.
    pub by_grade: BTreeMap<String, usize>,
    /// In each year, by the beginnings of the dates.
    pub by_year: BTreeMap<String, usize>,
}

/// From the first to the last of some instants, with the rate between.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Span {
    /// The first.
    pub first: Instant,
    /// The last.
    pub last: Instant,
    /// The whole days between them.
    pub days: i64,
    /// How many there are a day, of one day at the least; to two decimals.
    pub events_per_day: f64,
}

impl Stats {
    /// Returns the counts with the names of what is counted: the years in order, of all others the most first, and
    /// those that are as many by their names.
    #[must_use]
    pub fn groups(&self) -> [(&'static str, Vec<(&str, usize)>); 6] {
        [
            ("type", most_first(&self.by_type)),
            ("track", most_first(&self.by_track)),
            ("party", most_first(&self.by_party)),
            ("attribution", most_first(&self.by_attribution)),
            ("grade", most_first(&self.by_grade)),
            ("year", by_name(&self.by_year)),
        ]
    }
}

fn by_name(counts: &BTreeMap<String, usize>) -> Vec<(&str, usize)> {
    counts.iter().map(|(value, count)| (value.as_str(), *count)).collect()
}

fn most_first(counts: &BTreeMap<String, usize>) -> Vec<(&str, usize)> {
    let mut counts = by_name(counts);
    counts.sort_by_key(|(_, count)| Reverse(*count));
    counts
}

impl Span {
    /// From the first instant to the last, of so many events.
    pub(crate) fn new((first, last): (Instant, Instant), events: usize) -> Self {
        let days = last.days_since(first);
        let events = f64::from(u32::try_from(events).unwrap_or(u32::MAX));
        let rate = events / f64::from(i32::try_from(days.max(1)).unwrap_or(i32::MAX));
        Self { first, last, days, events_per_day: (rate * 100.0).round() / 100.0 }
    }
}
