//! Imports a file of ICEWS, GDELT or the like into lines of a journal, and says what became of every row.
//!
//! ```sh
//! cargo run -p demarche-interop --example import -- gdelt < fixtures/import/gdelt-2.0.tsv
//! ```

use std::io::{Write, stderr, stdin, stdout};

use demarche_core::codec::Writer;
use demarche_interop::import::{Format, Importer, Options};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let format = match std::env::args().nth(1).as_deref() {
        Some("icews") => Format::Icews,
        Some("icews-quads") => Format::IcewsQuads,
        Some("historyatstate") => Format::HistoryAtState,
        Some("cloudevents") => Format::CloudEvents,
        _ => Format::Gdelt,
    };
    let mut importer = Importer::new(format, Options::default());
    let mut journal = Writer::new(stdout().lock());
    for event in importer.read(stdin().lock()) {
        match event {
            Ok(event) => journal.write(&event)?,
            // The next row can be read all the same.
            Err(error) => writeln!(stderr(), "{error}")?,
        }
    }
    let report = importer.report();
    assert_eq!(report.rows, report.accounted());
    writeln!(stderr(), "{} rows, {} events, {} told twice", report.rows, report.events(), report.mirrors)?;
    Ok(())
}
