//! Reads a log to facts, or to events, and nothing more: to time reading alone, or to count its instructions.
//!
//! ```console
//! $ cargo run --release -p demarche-core --example generate_log -- 100000 1000 7 > log.jsonl
//! $ cargo run --release -p demarche-core --example read_log -- log.jsonl facts 5
//! ```
#![allow(clippy::print_stdout, reason = "an example prints what it measures")]

use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use demarche_core::codec::decode;
use demarche_core::facts::{Facts, LinePlace, LineReader};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("which log?")?;
    let what = arguments.next().unwrap_or_else(|| "facts".to_owned());
    let times = arguments.next().map_or(Ok(1), |times| times.parse())?;
    let log = std::fs::read(path)?;
    for _ in 0..times {
        let start = Instant::now();
        let count = if what == "facts" {
            let mut facts = Facts::new();
            facts.reserve(log.len() / 350);
            LineReader::new().read(&log, LinePlace::new(0, 0).ok_or("no place")?, &mut facts)?;
            facts.len()
        } else {
            let lines = log.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
            lines.map(|line| decode(line).map(|event| drop(black_box(event)))).collect::<Result<Vec<()>, _>>()?.len()
        };
        println!("{count} {what} in {:?}", start.elapsed());
    }
    Ok(())
}
