//! Where every track of a log stands, one JSON object a line: the core and the fold as libraries.
//!
//! ```console
//! $ cargo run -p demarche-projection --example embed < fixtures/us-russia-2025.jsonl
//! ```

use std::io::{Write, stdin, stdout};

use demarche_core::codec::Reader;
use demarche_projection::Fold;
use demarche_projection::query::Query;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut fold = Fold::new();
    for entry in Reader::new(stdin().lock()) {
        fold.apply(entry?.event)?;
    }
    for state in fold.states(&Query::default())? {
        writeln!(stdout(), "{}", serde_json::to_string(&state)?)?;
    }
    Ok(())
}
