//! The first figures: decoding, decoding and folding, and `replay` as a whole process.
//!
//! `cargo bench` runs it. The log is generated and always the same: 1 000 000 events on 10 000 tracks, some 390 bytes a
//! line; `DEMARCHE_BENCH_EVENTS` makes it another size.
#![allow(clippy::expect_used, reason = "a benchmark that fails must say so")]

#[path = "../../core/benches/support/generate.rs"]
mod generate;

use std::process::Command;
use std::sync::OnceLock;

use demarche_core::Event;
use demarche_core::codec::{Reader, encode_into};
use demarche_projection::Fold;
use demarche_projection::query::Query;
use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};

const EVENTS: u64 = 1_000_000;
const EVENTS_PER_TRACK: u64 = 100;
const SEED: u64 = 1;

fn main() {
    divan::main();
}

fn events() -> u64 {
    std::env::var("DEMARCHE_BENCH_EVENTS").ok().and_then(|events| events.parse().ok()).unwrap_or(EVENTS)
}

/// The generated log, made once.
fn log() -> &'static [u8] {
    static LOG: OnceLock<Vec<u8>> = OnceLock::new();
    LOG.get_or_init(|| {
        let mut log = Vec::new();
        let tracks = usize::try_from(events() / EVENTS_PER_TRACK).expect("the number fits").max(1);
        for event in generate::Generator::new(events(), tracks, SEED) {
            encode_into(&event, &mut log);
            log.push(b'\n');
        }
        log
    })
}

fn decoded() -> impl Iterator<Item = Event> {
    Reader::new(log()).map(|entry| entry.expect("the generated log is valid").event)
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn decode(bencher: Bencher) {
    let bytes = log().len();
    bencher.counter(BytesCount::new(bytes)).counter(ItemsCount::new(events())).bench(|| decoded().count());
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn decode_and_fold(bencher: Bencher) {
    let bytes = log().len();
    bencher.counter(BytesCount::new(bytes)).counter(ItemsCount::new(events())).bench(|| {
        let fold = Fold::of(decoded()).expect("no two events share an id");
        fold.states(&Query::default()).map(|states| states.len())
    });
}

/// The fold alone: states for one more question, without reading the log again.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn ask_again(bencher: Bencher) {
    let fold = Fold::of(decoded()).expect("no two events share an id");
    bencher.counter(ItemsCount::new(events())).bench(|| fold.states(&Query::default()).map(|states| states.len()));
}

#[divan::bench(sample_count = 100)]
fn replay_the_seed_fixture_as_a_process(bencher: Bencher) {
    let fixture = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/us-russia-2025.jsonl");
    bencher.bench(|| {
        let output = Command::new(env!("CARGO_BIN_EXE_demarche")).args(["replay", fixture]).output().expect("it runs");
        assert!(output.status.success());
        output.stdout.len()
    });
}
