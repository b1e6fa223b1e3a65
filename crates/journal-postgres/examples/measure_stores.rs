//! Measures a journal in PostgreSQL against one in a file, and both against plain statements: `benches/stores.sh` runs
//! it, with a server that it starts.
//!
//! ```sh
//! cargo run --release -p demarche-journal-postgres --example measure_stores -- ADDRESS PLAIN LOG FOLDER
//! ```
//!
//! `PLAIN` is the same server as its driver names it, with the schema as the search path; `LOG` has the events, and
//! `FOLDER` takes the journal that is a file. The schema must be free.

#![allow(clippy::cast_precision_loss, reason = "figures are rounded")]

use std::error::Error;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Cursor, Write as _};
use std::path::Path;
use std::pin::pin;
use std::thread;
use std::time::{Duration, Instant};

use demarche_core::Event;
use demarche_core::codec::{Reader, encode};
use demarche_journal::{Journal, Options as FileOptions, Store, StoreError};
use demarche_journal_postgres::{Address, Login, Options, PostgresStore, init};
use demarche_projection::Fold;
use demarche_projection::query::Query;
use futures_util::SinkExt as _;
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, NoTls, Statement};

type Done<T = ()> = Result<T, Box<dyn Error>>;

/// How many events are appended at once, and how many times.
const APPENDS: [(usize, usize); 3] = [(1, 2_000), (100, 200), (1_000, 60)];

/// How often each is measured; the best counts, as others use the machine, too.
const RUNS: usize = 3;

/// How often loading is measured.
const LOADS: usize = 5;

fn main() -> Done {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [address, plain, log, folder] = arguments.as_slice() else {
        return Err("usage: measure_stores ADDRESS PLAIN LOG FOLDER".into());
    };
    let (address, folder): (Address, &Path) = (address.parse()?, Path::new(folder));
    let login = Login::from_environment(&|name| std::env::var_os(name));
    init(&address, &login, Options::default())?;
    let entries = Reader::new(BufReader::new(File::open(log)?));
    let events = entries.map(|entry| entry.map(|entry| entry.event).map_err(|error| error.to_string()));
    let events: Vec<Event> = events.collect::<Result<_, _>>()?;
    let open = || PostgresStore::open(&address, &login, Options::default());
    let mut plain = Plain::open(plain)?;

    say("events per second, appended durably\n\nat once | file | PostgreSQL | plain | PostgreSQL ÷ plain")?;
    let mut next = events.chunks_exact(1);
    for (at_once, times) in APPENDS {
        let mut best = [0.0_f64; 3];
        for run in 0..RUNS {
            let needed = at_once * times;
            let of_run: Vec<Event> = next.by_ref().take(needed).flatten().cloned().collect();
            if of_run.len() < needed {
                return Err("the log is too short".into());
            }
            let path = folder.join(format!("{at_once}-{run}.jsonl"));
            let mut journal = Journal::open(&path, FileOptions::default())?;
            let mut store = open()?;
            let rates = [
                rate(&of_run, at_once, &mut |batch| append(&mut journal, batch))?,
                rate(&of_run, at_once, &mut |batch| append(&mut store, batch))?,
                rate(&of_run, at_once, &mut |batch| plain.add(&batch))?,
            ];
            best.iter_mut().zip(rates).for_each(|(best, rate)| *best = best.max(rate));
        }
        let [file, postgres, plain] = best;
        say(&format!("{at_once} | {file:.0} | {postgres:.0} | {plain:.0} | {:.2}", postgres / plain))?;
    }

    latency(&mut open()?, &mut open()?, next.by_ref().take(500).flatten().cloned().collect())?;

    let rest: Vec<Event> = next.flatten().cloned().collect();
    let began = Instant::now();
    let mut store = open()?;
    rest.chunks(5_000).try_for_each(|batch| append(&mut store, batch.to_vec()))?;
    let took = began.elapsed();
    say(&format!(
        "\n{} events in batches of 5,000: {:.0} events/s",
        rest.len(),
        rest.len() as f64 / took.as_secs_f64()
    ))?;
    replay(&mut store, &folder.join("whole.jsonl"))
}

fn say(text: &str) -> Done {
    Ok(writeln!(io::stdout(), "{text}")?)
}

fn append(store: &mut dyn Store, mut batch: Vec<Event>) -> Done {
    store.append(&mut |_| std::mem::take(&mut batch), &[], &[])?;
    Ok(())
}

/// Appends events, some at once; returns how many in a second.
fn rate(events: &[Event], at_once: usize, append: &mut dyn FnMut(Vec<Event>) -> Done) -> Done<f64> {
    let batches: Vec<Vec<Event>> = events.chunks(at_once).map(<[Event]>::to_vec).collect();
    let began = Instant::now();
    batches.into_iter().try_for_each(append)?;
    Ok(events.len() as f64 / began.elapsed().as_secs_f64())
}

/// Writes to a table of the same shape with the same indexes, without any promise but durability: `INSERT` for one,
/// `COPY` for several.
struct Plain {
    runtime: Runtime,
    client: Client,
    insert: Statement,
    position: i64,
}

impl Plain {
    fn open(address: &str) -> Done<Self> {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let (client, insert) = runtime.block_on(async {
            let (client, connection) = tokio_postgres::connect(address, NoTls).await?;
            tokio::spawn(connection);
            client.batch_execute("SET synchronous_commit = on; CREATE TABLE plain (LIKE event INCLUDING ALL)").await?;
            let insert = client.prepare("INSERT INTO plain VALUES ($1, $2, $3, $4, $5, $6, $7, $8)").await?;
            Ok::<_, tokio_postgres::Error>((client, insert))
        })?;
        Ok(Self { runtime, client, insert, position: 0 })
    }

    fn add(&mut self, batch: &[Event]) -> Done {
        let first = self.position;
        self.position += i64::try_from(batch.len())?;
        let Self { runtime, client, insert, .. } = self;
        runtime.block_on(async {
            if let [event] = batch {
                let (position, recorded) = (first + 1, event.recorded.date_time());
                let (id, track, line) = (event.id.uuid(), event.track.as_str(), encode(event));
                let values: [&(dyn ToSql + Sync); 8] = [
                    &position,
                    &id,
                    &track,
                    &event.event_type().as_str(),
                    &event.occurred.as_str(),
                    &recorded,
                    &0_i16,
                    &line,
                ];
                client.execute(&*insert, &values).await?;
                return Ok(());
            }
            let mut rows = String::new();
            for (position, event) in (first + 1..).zip(batch) {
                let Event { id, track, recorded, .. } = event;
                let (kind, occurred) = (event.event_type().as_str(), event.occurred.as_str());
                let line = encode(event).replace('\\', "\\\\");
                writeln!(rows, "{position}\t{id}\t{track}\t{kind}\t{occurred}\t{recorded}\t0\t{line}")?;
            }
            let mut sink = pin!(client.copy_in("COPY plain FROM STDIN").await?);
            sink.send(Cursor::new(rows.into_bytes())).await?;
            sink.finish().await?;
            Ok(())
        })
    }
}

/// Measures how soon a reader has what a writer appends, one by one: from the moment at which the append begins, and
/// from that at which it is acknowledged.
fn latency(store: &mut PostgresStore, reader: &mut PostgresStore, events: Vec<Event>) -> Done {
    let (mut position, mut bell, count) = (reader.position()?, reader.bell(), events.len());
    let (mut begun, mut acknowledged) = (Vec::new(), Vec::new());
    let seen = thread::scope(|scope| {
        let reading = scope.spawn(move || -> Result<Vec<Instant>, StoreError> {
            let mut seen = Vec::new();
            while seen.len() < count {
                bell.wait(Duration::from_millis(250));
                let tail = reader.read(position, 100)?;
                seen.extend(tail.events.iter().map(|_| Instant::now()));
                position = tail.position;
            }
            Ok(seen)
        });
        for event in events {
            thread::sleep(Duration::from_millis(5));
            begun.push(Instant::now());
            append(store, vec![event])?;
            acknowledged.push(Instant::now());
        }
        reading.join().map_err(|_| "the reader panicked")?.map_err(Box::<dyn Error>::from)
    })?;
    let of = |name: &str, from: &[Instant]| {
        let mut times: Vec<Duration> =
            seen.iter().zip(from).map(|(seen, from)| seen.saturating_duration_since(*from)).collect();
        times.sort();
        let at = |part: usize| times.get((times.len() - 1) * part / 100).copied().unwrap_or_default();
        say(&format!("seen after {name}: median {:.2?}, of 99 % {:.2?}, at most {:.2?}", at(50), at(99), at(100)))
    };
    say("")?;
    of("the append begins", &begun)?;
    of("it is acknowledged", &acknowledged)
}

/// Measures how soon the whole journal is folded, and every state known: from the database, and from a file.
fn replay(store: &mut PostgresStore, path: &Path) -> Done {
    let mut file = BufWriter::new(File::create(path)?);
    io::copy(&mut store.lines()?, &mut file)?;
    file.flush()?;
    drop(file);
    let mut best = [Duration::MAX; 2];
    let mut events = 0;
    for _ in 0..LOADS {
        let mut journal = Journal::open(path, FileOptions::default())?;
        let times = [timed(store)?, timed(&mut journal)?];
        best.iter_mut().zip(&times).for_each(|(best, (time, _))| *best = (*best).min(*time));
        let [(_, of_postgres), (_, of_file)] = times;
        if of_postgres != of_file {
            return Err("the same journal has two answers".into());
        }
        events = journal.len();
    }
    let [postgres, file] = best;
    let ratio = postgres.as_secs_f64() / file.as_secs_f64();
    say(&format!("\nreplay of {events} events: PostgreSQL {postgres:.2?}, file {file:.2?}, {ratio:.2} times as long"))
}

/// Loads a store, and asks where all tracks stand; returns how long that took, and how many tracks there are.
fn timed(store: &mut dyn Store) -> Done<(Duration, usize)> {
    let began = Instant::now();
    let loaded = store.load()?.ok_or("the store has no fast way")?;
    let fold = Fold::of_log(loaded.facts, loaded.texts);
    let states = fold.states(&Query::default())?.len();
    Ok((began.elapsed(), states))
}
