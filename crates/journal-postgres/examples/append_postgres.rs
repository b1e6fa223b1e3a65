//! Appends numbered events to a journal in PostgreSQL and prints each id once it is durable: a writer to be run beside
//! others, and to be killed.
//!
//! ```sh
//! cargo run --example append_postgres -- ADDRESS FIRST BATCHES [EVENTS_PER_BATCH [RESEND_EVERY]] </dev/null
//! ```
//!
//! It begins once its standard input ends, so that several can start together. Every so many batches it sends the
//! batch again, and then tries another event of the same id, which must be refused. It goes on when the server is gone
//! for a while: a batch that failed is sent again, with the same ids.

use std::error::Error;
use std::io::{self, Read as _, Write as _};
use std::thread::sleep;
use std::time::Duration;

use demarche_core::codec::decode;
use demarche_core::{Event, Instant};
use demarche_journal::{Appended, Store as _, StoreError, StoreErrorKind};
use demarche_journal_postgres::{Address, Login, Options, PostgresStore};

fn main() -> Result<(), String> {
    run().map_err(|error| error.to_string())
}

fn run() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [address, first, batches, rest @ ..] = arguments.as_slice() else {
        return Err("usage: append_postgres ADDRESS FIRST BATCHES [EVENTS_PER_BATCH [RESEND_EVERY]]".into());
    };
    let (mut next, batches): (u64, u64) = (first.parse()?, batches.parse()?);
    let events_per_batch: u64 = rest.first().map_or(Ok(1), |number| number.parse())?;
    let resend_every: u64 = rest.get(1).map_or(Ok(u64::MAX), |number| number.parse())?;

    let address: Address = address.parse()?;
    let login = Login::from_environment(&|name| std::env::var_os(name));
    let options = Options { wait: Duration::from_secs(5), answer: Duration::from_secs(8) };
    let mut store = patiently(|| Ok(PostgresStore::open(&address, &login, options)?))?;
    io::stdin().read_to_end(&mut Vec::new())?;
    let mut acknowledged = io::stdout();
    for batch in 1..=batches {
        let events = (next..next + events_per_batch).map(event).collect::<Result<Vec<Event>, _>>()?;
        let stored = patiently(|| append_behind(&mut store, &events))?;
        let ids: String = stored.iter().map(|event| format!("{}\n", event.id)).collect();
        acknowledged.write_all(ids.as_bytes())?;
        acknowledged.flush()?;
        next += events_per_batch;
        if batch % resend_every == 0 {
            let again = patiently(|| store.append(&mut |_| stored.clone(), &[], &[]))?;
            if again.iter().any(|(_, outcome)| *outcome != Appended::AlreadyThere) {
                return Err("an event was stored twice".into());
            }
            let mut other = stored;
            other.iter_mut().for_each(|event| event.note = Some("another".into()));
            match patiently(|| store.append(&mut |_| other.clone(), &[], &[])) {
                Err(error) if error.kind == StoreErrorKind::Conflict => {}
                done => return Err(format!("another event of a stored id: {done:?}").into()),
            }
        }
    }
    Ok(())
}

/// Appends events that are recorded behind all others, or finds them there from an attempt before.
fn append_behind(store: &mut PostgresStore, events: &[Event]) -> Result<Vec<Event>, StoreError> {
    let ids = events.iter().map(|event| store.event(event.id)).collect::<Result<Option<Vec<Event>>, _>>()?;
    if let Some(there) = ids {
        return Ok(there);
    }
    let mut make = |last: Option<Instant>| {
        let mut last = last;
        let dated = events.iter().cloned().map(|mut event| {
            event.recorded = last.and_then(|last| last.plus_nanos(1_000)).unwrap_or(event.recorded);
            last = Some(event.recorded);
            event
        });
        dated.collect()
    };
    Ok(store.append(&mut make, &[], &[])?.into_iter().map(|(event, _)| event).collect())
}

/// Goes on while the server is away, for a while.
fn patiently<T>(mut act: impl FnMut() -> Result<T, StoreError>) -> Result<T, StoreError> {
    let began = std::time::Instant::now();
    loop {
        match act() {
            Err(error)
                if matches!(error.kind, StoreErrorKind::Busy | StoreErrorKind::Unavailable)
                    && began.elapsed() < Duration::from_secs(40) =>
            {
                drop(writeln!(io::stderr(), "{error}"));
                sleep(Duration::from_millis(50));
            }
            done => return done,
        }
    }
}

fn event(number: u64) -> Result<Event, Box<dyn Error>> {
    let line = format!(
        "{{\"id\":\"0199f3c0-5a00-7000-8000-{number:012}\",\"v\":2,\"type\":\"statement_made\",\"track\":\"t-{}\",\
         \"occurred\":\"2025-10-22\",\"recorded\":\"2025-10-23T08:00:00Z\",\
         \"source\":{{\"who\":\"us\",\"attribution\":\"media\"}},\"data\":{{\"summary\":\"Statement {number}\"}}}}",
        number % 16
    );
    Ok(decode(line.as_bytes()).map_err(|error| error.kind)?)
}
