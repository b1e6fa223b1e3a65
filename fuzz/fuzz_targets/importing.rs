//! What must hold of every import, whatever its bytes.

use std::io::BufReader;

use demarche_core::codec::{decode, encode};
use demarche_interop::import::{Format, Importer, Options};

/// Imports any bytes: nothing panics, no row vanishes, every event is valid, and how the input is cut does not matter.
pub fn check(format: &Format, bytes: &[u8]) {
    let mut importer = Importer::new(format.clone(), Options::default());
    let read = |importer: &mut Importer, capacity: usize| -> Vec<Result<String, String>> {
        let rows = importer.read(BufReader::with_capacity(capacity, bytes));
        rows.map(|row| row.map(|event| encode(&event)).map_err(|error| error.to_string())).collect()
    };
    let whole = read(&mut importer, 1 << 16);
    let report = importer.report();
    assert_eq!(report.rows, report.accounted(), "a row vanished");
    assert_eq!(report.broken, whole.iter().filter(|row| row.is_err()).count() as u64);
    assert_eq!(report.events(), whole.iter().filter(|row| row.is_ok()).count() as u64);
    for line in whole.iter().flatten() {
        let event = decode(line.as_bytes()).expect("an import makes valid events");
        assert_eq!(encode(&event), *line, "canonical bytes are not stable");
    }
    let mut again = Importer::new(format.clone(), Options::default());
    assert_eq!(read(&mut again, 1 + bytes.len() % 7), whole, "read in pieces, the input says something else");
}
