//! A custom projection: at which venues meetings were held, and how many.
//!
//!     cargo run --example venue_counts -- fixtures/us-russia-2025.jsonl
//!
//! It keeps a fold, which is a set of events, and answers from what is live: so it is lawful, and its test says so. A
//! meeting was held where the last event that names a venue says so, no matter by whom, and even if it was withdrawn or
//! denied. To weigh claims against denials, ask the fold for dossiers, which have the meetings.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs::File;
use std::io::{self, BufReader, Write};

use demarche_core::{Event, MeetingId, Payload, TrackId, codec};
use demarche_projection::query::Bounds;
use demarche_projection::{ApplyError, Fold, Projection};

/// How many meetings were held at each venue.
#[derive(Debug, Clone, Default)]
struct VenueCounts {
    fold: Fold,
}

/// What was last said of a meeting.
#[derive(Debug, Default)]
struct Told<'e> {
    venue: Option<&'e str>,
    held: bool,
}

impl Projection for VenueCounts {
    type Answer = BTreeMap<String, usize>;

    fn apply(&mut self, event: &Event) -> Result<(), ApplyError> {
        self.fold.apply(event).map(|_| ())
    }

    fn merge(&mut self, other: Self) -> Result<(), ApplyError> {
        self.fold.merge(other.fold)
    }

    #[allow(clippy::expect_used, reason = "what was applied is in memory, and nobody writes over it")]
    fn answer(&self, bounds: &Bounds) -> BTreeMap<String, usize> {
        let live = self.fold.all_live(bounds).expect("invariant: the events are in memory");
        let mut meetings: BTreeMap<(&TrackId, &MeetingId), Told<'_>> = BTreeMap::new();
        for event in &live {
            if let Some(meeting) = event.data.meeting() {
                meetings.entry((&event.track, meeting)).or_default().hear(event);
            }
        }
        let mut counts = BTreeMap::new();
        for venue in meetings.values().filter(|meeting| meeting.held).filter_map(|meeting| meeting.venue) {
            *counts.entry(venue.to_owned()).or_default() += 1;
        }
        counts
    }
}

impl<'e> Told<'e> {
    fn hear(&mut self, event: &'e Event) {
        let venue = if let Payload::MeetingHeld(held) = &event.data {
            held.venue.as_deref()
        } else if let Payload::MeetingProposed(proposed) = &event.data {
            proposed.venue.as_deref()
        } else if let Payload::MeetingScheduled(scheduled) = &event.data {
            scheduled.venue.as_deref()
        } else if let Payload::MeetingRelocated(relocated) = &event.data {
            Some(&*relocated.venue)
        } else {
            None
        };
        self.venue = venue.or(self.venue);
        self.held |= matches!(event.data, Payload::MeetingHeld(_));
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut counts = VenueCounts::default();
    for journal in std::env::args().skip(1) {
        for entry in codec::Reader::new(BufReader::new(File::open(journal)?)) {
            counts.apply(&entry?.event)?;
        }
    }
    let mut out = io::stdout().lock();
    for (venue, count) in counts.answer(&Bounds::default()) {
        // The text of an event is nobody's: control characters must not reach a terminal.
        writeln!(out, "{count:>4}  {}", venue.escape_debug())?;
    }
    Ok(())
}

#[cfg(all(test, feature = "testing"))]
mod tests {
    use demarche_projection::testing;

    use super::*;

    #[test]
    fn the_counts_obey_the_laws() -> Result<(), testing::Failed> {
        testing::check(VenueCounts::default, 64)
    }

    #[test]
    fn a_meeting_counts_where_it_was_held() {
        let lines = [
            r#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"meeting_scheduled","track":"us-ru","occurred":"2025-01-01","recorded":"2025-01-01T12:00:00Z","source":{"who":"us","attribution":"media"},"data":{"meeting":"a","when":"2025-02","venue":"Geneva"}}"#,
            r#"{"id":"0199f3c0-5a00-7000-8000-000000000002","v":1,"type":"meeting_relocated","track":"us-ru","occurred":"2025-01-02","recorded":"2025-01-02T12:00:00Z","source":{"who":"us","attribution":"media"},"data":{"meeting":"a","venue":"Istanbul"}}"#,
            r#"{"id":"0199f3c0-5a00-7000-8000-000000000003","v":1,"type":"meeting_held","track":"us-ru","occurred":"2025-02-02","recorded":"2025-02-02T12:00:00Z","source":{"who":"us","attribution":"media"},"data":{"meeting":"a"}}"#,
            r#"{"id":"0199f3c0-5a00-7000-8000-000000000004","v":1,"type":"meeting_held","track":"us-ru","occurred":"2025-02-03","recorded":"2025-02-03T12:00:00Z","source":{"who":"ru","attribution":"media"},"data":{"meeting":"b","venue":"Istanbul"}}"#,
        ];
        let mut counts = VenueCounts::default();
        for line in lines {
            counts.apply(&codec::decode(line.as_bytes()).unwrap()).unwrap();
        }
        let at = |day: &str| {
            let as_of = demarche_projection::query::moment(day).unwrap();
            counts.answer(&Bounds { as_of, ..Bounds::default() }).into_iter().collect::<Vec<_>>()
        };
        assert_eq!(at("2025-02-01"), []);
        assert_eq!(at("2025-02-02"), [("Istanbul".to_owned(), 1)]);
        assert_eq!(at("2025-02-03"), [("Istanbul".to_owned(), 2)]);
    }
}
