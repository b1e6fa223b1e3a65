//! Writes a realistic log of any length to the standard output, the same for the same arguments.
//!
//! ```console
//! $ cargo run --release -p demarche-core --example generate_log -- 1000000 5000 7 > log.jsonl
//! ```

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use demarche_core::codec::Writer;

#[path = "../benches/support/generate.rs"]
mod generate;

use self::generate::{Generator, Spread};

/// With `brief`, nearly every event has a different track.
const USAGE: &str = "usage: generate_log <events> <tracks> <seed> [brief]";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let generator = match arguments[..] {
        [events, tracks, seed] => generator(Spread::Uneven, events, tracks, seed),
        [events, tracks, seed, "brief"] => generator(Spread::Brief, events, tracks, seed),
        _ => None,
    };
    let outcome = generator
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, USAGE))
        .and_then(|generator| write(generator, BufWriter::with_capacity(1 << 20, io::stdout().lock())));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        // The reader of the log has stopped reading.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            // There is nobody left to tell.
            let _ = writeln!(io::stderr(), "{error}");
            ExitCode::from(2)
        }
    }
}

fn generator(spread: Spread, events: &str, tracks: &str, seed: &str) -> Option<Generator> {
    Some(Generator::spread(spread, events.parse().ok()?, tracks.parse().ok()?, seed.parse().ok()?))
}

fn write(generator: Generator, output: impl Write) -> io::Result<()> {
    let mut writer = Writer::new(output);
    for event in generator {
        writer.write(&event)?;
    }
    writer.into_inner().flush()
}
