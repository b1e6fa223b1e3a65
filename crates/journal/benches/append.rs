//! Durable appends, side by side with `SQLite` (WAL, `synchronous=FULL`) that inserts the same lines on the same
//! disk.
//!
//! `cargo bench -p demarche-journal` runs it, on the disk of the target folder. The events are generated and always the
//! same: some 390 bytes a line. Each appends to a log, or a table, that it has to itself and that grows; the events are
//! made beforehand, and both encode them within the time that is measured.
#![allow(clippy::expect_used, reason = "a benchmark that fails must say so")]

#[path = "../../core/benches/support/generate.rs"]
mod generate;

use std::path::{Path, PathBuf};

use demarche_core::Event;
use demarche_core::codec::encode;
use demarche_journal::{Journal, Options};
use divan::Bencher;
use divan::counter::ItemsCount;
use rusqlite::Connection;

/// One by one, and in batches.
const BATCHES: [usize; 3] = [1, 100, 1000];

/// How many batches: enough for `SQLite` to move its write-ahead log into the table now and then.
const SAMPLES: u32 = 500;

const SEED: u64 = 1;

fn main() {
    divan::main();
}

/// A separate folder, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("bench-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("the target folder can be written");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

/// Batches of events that never come again.
fn batches(of: usize) -> impl FnMut() -> Vec<Event> {
    let mut events = generate::Generator::new(10_000_000, 10_000, SEED);
    move || events.by_ref().take(of).collect()
}

#[divan::bench(args = BATCHES, sample_count = SAMPLES, sample_size = 1)]
fn journal(bencher: Bencher, of: usize) {
    let folder = Folder::new(&format!("journal-{of}"));
    let mut journal = Journal::open(&folder.0.join("desk.jsonl"), Options::default()).expect("it opens");
    bencher
        .with_inputs(batches(of))
        .input_counter(|events| ItemsCount::new(events.len()))
        .bench_local_refs(|events| journal.append(events, &[]).expect("it appends"));
}

#[divan::bench(args = BATCHES, sample_count = SAMPLES, sample_size = 1)]
fn sqlite(bencher: Bencher, of: usize) {
    let folder = Folder::new(&format!("sqlite-{of}"));
    let table = Connection::open(folder.0.join("desk.sqlite")).expect("it opens");
    table.pragma_update(None, "journal_mode", "WAL").expect("it has a write-ahead log");
    table.pragma_update(None, "synchronous", "FULL").expect("it syncs");
    table.execute("CREATE TABLE events (id TEXT PRIMARY KEY, line TEXT NOT NULL)", ()).expect("it is made");
    // Prepared once, and one insert by itself needs no transaction: as fast as it goes.
    let mut statement = table.prepare("INSERT INTO events (id, line) VALUES (?1, ?2)").expect("it is understood");
    let mut insert = |event: &Event| statement.execute((event.id.to_string(), encode(event))).expect("it inserts");
    bencher.with_inputs(batches(of)).input_counter(|events| ItemsCount::new(events.len())).bench_local_refs(|events| {
        match events.as_slice() {
            [event] => insert(event),
            events => {
                let transaction = table.unchecked_transaction().expect("it begins");
                let inserted: usize = events.iter().map(&mut insert).sum();
                transaction.commit().expect("it commits");
                inserted
            }
        }
    });
}
