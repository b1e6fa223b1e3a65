//! Replays a log that is already in the memory store of `cqrs-es`: loads each track's aggregate anew, and nothing else
//! is timed. Prints the seconds to the standard error, and the answer among what the store itself prints.
//!
//! ```console
//! $ cqrs log.jsonl >/dev/null
//! 0.812
//! ```

use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;
use std::io::{self, BufWriter, Write};
use std::time::Instant;

use chrono::DateTime;
use cqrs_es::event_sink::EventSink;
use cqrs_es::mem_store::MemStore;
use cqrs_es::{Aggregate, AggregateContext, AggregateError, DomainEvent, EventStore};
use demarche_compare::Event;
use serde::{Deserialize, Serialize};

/// An event with its place in the order of events.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Placed {
    earliest: i64,
    event: Event,
}

impl DomainEvent for Placed {
    fn event_type(&self) -> String {
        self.event.r#type.clone()
    }

    fn event_version(&self) -> String {
        self.event.v.to_string()
    }
}

/// Where an event stands among those of its track.
type Place = (i64, String, String);

/// The last event of a track, the last that names a date ahead, and how many there are.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Track {
    events: u64,
    last: Option<(Place, String, String)>,
    next: Option<(Place, String)>,
}

impl Aggregate for Track {
    const TYPE: &'static str = "track";
    type Command = ();
    type Event = Placed;
    type Error = Infallible;
    type Services = ();

    async fn handle(&mut self, (): (), (): &(), _sink: &EventSink<Self>) -> Result<(), Infallible> {
        Ok(())
    }

    fn apply(&mut self, placed: Placed) {
        let Placed { earliest, event } = placed;
        let place = (earliest, event.recorded, event.id);
        self.events += 1;
        if let Some(when) = event.data.when
            && self.next.as_ref().is_none_or(|(last, _)| *last < place)
        {
            self.next = Some((place.clone(), when));
        }
        if self.last.as_ref().is_none_or(|(last, ..)| *last < place) {
            self.last = Some((place, event.r#type, event.occurred));
        }
    }
}

fn main() -> io::Result<()> {
    let mut tracks: BTreeMap<String, Vec<Placed>> = BTreeMap::new();
    for event in demarche_compare::events(&demarche_compare::log_argument()?)? {
        let mut event = event?;
        // Without its `Z`, text is in the order of time.
        event.recorded.pop();
        let placed = Placed { earliest: earliest(&event.occurred)?, event };
        tracks.entry(placed.event.track.clone()).or_default().push(placed);
    }
    let names: Vec<String> = tracks.keys().cloned().collect();
    let store = MemStore::<Track>::default();
    pollster::block_on(fill(&store, tracks)).map_err(io::Error::other)?;

    let start = Instant::now();
    let states = pollster::block_on(replay(&store, &names)).map_err(io::Error::other)?;
    eprintln!("{}", start.elapsed().as_secs_f64());

    let mut answer = BufWriter::new(io::stdout().lock());
    for (name, Track { events, last, next }) in names.iter().zip(states) {
        let (_, last, occurred) = last.unwrap_or_default();
        let (_, next) = next.unwrap_or_default();
        writeln!(answer, "{name}\t{events}\t{last}\t{occurred}\t{next}")?;
    }
    answer.flush()
}

type StoreError = AggregateError<Infallible>;

async fn fill(store: &MemStore<Track>, tracks: BTreeMap<String, Vec<Placed>>) -> Result<(), StoreError> {
    for (name, events) in tracks {
        let empty = store.load_aggregate(&name).await?;
        store.commit(events, empty, HashMap::new()).await?;
    }
    Ok(())
}

async fn replay(store: &MemStore<Track>, names: &[String]) -> Result<Vec<Track>, StoreError> {
    let mut states = Vec::with_capacity(names.len());
    for name in names {
        let mut loaded = store.load_aggregate(name).await?;
        states.push(std::mem::take(loaded.aggregate()));
    }
    Ok(states)
}

/// The first instant of a date of the generated logs, in seconds since 1970.
fn earliest(date: &str) -> io::Result<i64> {
    let start = date.split('/').next().unwrap_or(date).trim_end_matches(['?', '~', '%']).replace("XX", "01");
    let instant = match start.len() {
        4 => format!("{start}-01-01T00:00:00Z"),
        7 => format!("{start}-01T00:00:00Z"),
        10 => format!("{start}T00:00:00Z"),
        _ => start,
    };
    Ok(DateTime::parse_from_rfc3339(&instant).map_err(io::Error::other)?.timestamp())
}
