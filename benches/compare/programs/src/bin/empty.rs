//! Parses its arguments with clap and does nothing: what any such program costs.

use clap::Parser;

/// Does nothing.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// A log that nobody reads.
    log: Option<std::path::PathBuf>,
}

fn main() {
    std::hint::black_box(Arguments::parse().log);
}
