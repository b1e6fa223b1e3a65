//! Appends numbered events to a journal and prints each id once it is durable: a writer to be run beside others, and
//! to be killed.
//!
//! ```sh
//! cargo run --example append -- JOURNAL FIRST BATCHES [EVENTS_PER_BATCH [EXPECTED_LINES]] </dev/null
//! ```
//!
//! It begins once its standard input ends, so that several can start together. With `EXPECTED_LINES` it appends only
//! if the track `desk`, which has all its events, has that many lines.

use std::error::Error;
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use demarche_core::Event;
use demarche_core::codec::decode;
use demarche_journal::{ExpectedVersion, Journal, Options};

fn main() -> Result<(), String> {
    run().map_err(|error| error.to_string())
}

fn run() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [journal, first, batches, rest @ ..] = arguments.as_slice() else {
        return Err("usage: append JOURNAL FIRST BATCHES [EVENTS_PER_BATCH [EXPECTED_LINES]]".into());
    };
    let (mut next, batches): (u64, u64) = (first.parse()?, batches.parse()?);
    let events_per_batch: u64 = rest.first().map_or(Ok(1), |number| number.parse())?;
    let expected_lines: Option<u64> = rest.get(1).map(|number| number.parse()).transpose()?;

    let mut journal = Journal::open(Path::new(journal), Options::default())?;
    io::stdin().read_to_end(&mut Vec::new())?;
    let mut acknowledged = io::stdout();
    for _ in 0..batches {
        let events = (next..next + events_per_batch).map(event).collect::<Result<Vec<Event>, _>>()?;
        let track = event(next)?.track;
        let expected = expected_lines.map(|lines| ExpectedVersion { track, lines });
        journal.append(&events, expected.as_slice())?;
        let ids: String = events.iter().map(|event| format!("{}\n", event.id)).collect();
        acknowledged.write_all(ids.as_bytes())?;
        acknowledged.flush()?;
        next += events_per_batch;
    }
    Ok(())
}

fn event(number: u64) -> Result<Event, Box<dyn Error>> {
    let line = format!(
        "{{\"id\":\"0199f3c0-5a00-7000-8000-{number:012}\",\"v\":1,\"type\":\"statement_made\",\"track\":\"desk\",\
         \"occurred\":\"2025-10-22\",\"recorded\":\"2025-10-23T08:00:00Z\",\
         \"source\":{{\"who\":\"us\",\"attribution\":\"media\"}},\"data\":{{\"summary\":\"Statement {number}\"}}}}"
    );
    Ok(decode(line.as_bytes()).map_err(|error| error.kind)?)
}
