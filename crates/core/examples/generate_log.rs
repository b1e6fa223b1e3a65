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

const USAGE: &str = "usage: generate_log <events> <tracks> <seed>";

fn main() -> ExitCode {
    let arguments: Vec<u64> = std::env::args().skip(1).map_while(|argument| argument.parse().ok()).collect();
    let outcome = match arguments[..] {
        [events, tracks, seed] => write(events, tracks, seed, BufWriter::with_capacity(1 << 20, io::stdout().lock())),
        _ => Err(io::Error::new(io::ErrorKind::InvalidInput, USAGE)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads the log has had enough of it.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            // There is nobody left to tell.
            let _ = writeln!(io::stderr(), "{error}");
            ExitCode::from(2)
        }
    }
}

fn write(events: u64, tracks: u64, seed: u64, output: impl Write) -> io::Result<()> {
    let tracks = usize::try_from(tracks).map_err(|_| io::Error::new(io::ErrorKind::InvalidInput, USAGE))?;
    let mut writer = Writer::new(output);
    for event in generate::Generator::new(events, tracks, seed) {
        writer.write(&event)?;
    }
    writer.into_inner().flush()
}
