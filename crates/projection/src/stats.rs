//! The counts of a journal.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use demarche_core::Instant;
use serde::Serialize;

pub use crate::tally::Tally;

/// The counts of a journal. They cover all its events, even retracted ones, since they are about the journal and not
/// about what it says.
///
/// ```
/// use demarche_core::codec::decode;
/// use demarche_projection::Fold;
/// use demarche_projection::stats::Stats;
///
/// let line = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"track_stalled","track":"us-ru","occurred":"2025-05","recorded":"2025-06-03T08:00:00Z","source":{"who":"ru/mfa","attribution":"media"},"data":{}}"#;
/// let fold = Fold::of([decode(line).unwrap()])?;
/// let stats = Stats::of(fold.facts());
/// assert_eq!((stats.events, stats.tracks, stats.speakers), (1, 1, 1));
/// assert_eq!(stats.by_party["ru"], 1);
/// // It may have been heard on the last of May.
/// assert_eq!(stats.median_days_to_record, Some(2));
/// # Ok::<(), demarche_projection::ApplyError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Stats {
    /// How many events there are.
    pub events: usize,
    /// On how many tracks.
    pub tracks: usize,
    /// How many different speakers there are.
    pub speakers: usize,
    /// From the first day on which something occurred to the last, by the beginnings of the dates; `None` if there are
    /// no events.
    pub occurred: Option<TimeSpan>,
    /// From the first record to the last.
    pub recorded: Option<TimeSpan>,
    /// The median of the whole days from when an event was heard to when it was recorded; of an even number of events
    /// the upper median.
    pub median_days_to_record: Option<i64>,
    /// How many events there are of each type.
    pub by_type: BTreeMap<String, usize>,
    /// How many events there are on each track.
    pub by_track: BTreeMap<String, usize>,
    /// How many events there are by each party: the first segment of the speaker.
    pub by_party: BTreeMap<String, usize>,
    /// How many events there are of each attribution.
    pub by_attribution: BTreeMap<String, usize>,
    /// How many events there are of each grade, or `none`.
    pub by_grade: BTreeMap<String, usize>,
    /// How many events there are in each year, by the beginnings of the dates.
    pub by_year: BTreeMap<String, usize>,
}

/// The first and the last of some instants, with the rate between them.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct TimeSpan {
    /// The first.
    pub first: Instant,
    /// The last.
    pub last: Instant,
    /// The whole days between them.
    pub days: i64,
    /// The number of events a day, over at least one day, to two decimals.
    pub events_per_day: f64,
}

impl Stats {
    /// Returns the counts with their names: the years in order, everything else by falling count, then by name.
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

impl TimeSpan {
    /// Makes the period from the first instant to the last, with a number of events.
    pub(crate) fn new((first, last): (Instant, Instant), events: usize) -> Self {
        let days = last.days_since(first);
        let events = f64::from(u32::try_from(events).unwrap_or(u32::MAX));
        let rate = events / f64::from(i32::try_from(days.max(1)).unwrap_or(i32::MAX));
        Self { first, last, days, events_per_day: (rate * 100.0).round() / 100.0 }
    }
}
