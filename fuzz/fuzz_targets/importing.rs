//! What must hold of every import, whatever its bytes.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::io::BufReader;

use demarche_core::codec::{decode, encode};
use demarche_core::{Event, EventId};
use demarche_interop::import::{Format, Importer, Options, Table};

thread_local! {
    /// The table of codes, read once.
    static TABLE: RefCell<Table> = RefCell::new(Table::cameo().expect("the table is valid"));
}

fn importer(format: &Format) -> Importer {
    let table = format.has_codes().then(|| TABLE.with_borrow(Table::clone));
    Importer::new(format.clone(), Options { table, ..Options::default() })
}

/// Imports any bytes: nothing panics, no row vanishes, every event is valid, and how the input is cut does not matter.
pub fn check(format: &Format, bytes: &[u8]) {
    let mut importing = importer(format);
    let read = |importing: &mut Importer, capacity: usize| -> Vec<Result<String, String>> {
        let rows = importing.read(BufReader::with_capacity(capacity, bytes));
        rows.map(|row| row.map(|event| encode(&event)).map_err(|error| error.to_string())).collect()
    };
    let whole = read(&mut importing, 1 << 16);
    let report = importing.report();
    assert_eq!(report.rows, report.accounted(), "a row vanished");
    assert_eq!(report.broken, whole.iter().filter(|row| row.is_err()).count() as u64);
    assert_eq!(report.events(), whole.iter().filter(|row| row.is_ok()).count() as u64);
    for line in whole.iter().flatten() {
        let event = decode(line.as_bytes()).expect("an import makes valid events");
        assert_eq!(encode(&event), *line, "canonical bytes are not stable");
    }
    // A file that gives two rows one number contradicts itself, and a journal may refuse it.
    let is_quad = matches!(format, Format::IcewsQuads);
    let number = |line: &'_ [u8]| line.split(|byte| *byte == b'\t' && !is_quad).next().map(<[u8]>::to_vec);
    let numbers: Vec<_> = bytes.split(|byte| *byte == b'\n').map(number).collect();
    if format.has_codes() && (is_quad || numbers.iter().collect::<HashSet<_>>().len() == numbers.len()) {
        twice_is_once(format, bytes);
    }
    let mut again = importer(format);
    assert_eq!(read(&mut again, 1 + bytes.len() % 7), whole, "read in pieces, the input says something else");
}

/// Two imports into one journal: of the first half, and of the whole. A third one adds nothing, and no entry is
/// contradicted.
fn twice_is_once(format: &Format, bytes: &[u8]) {
    let half = bytes[..bytes.len() / 2].iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    let mut journal: Vec<Event> = Vec::new();
    let mut lines: HashMap<EventId, String> = HashMap::new();
    for (turn, bytes) in [&bytes[..half], bytes, bytes].into_iter().enumerate() {
        let mut importing = importer(format);
        journal.iter().for_each(|event| importing.know(event));
        let events: Vec<Event> = importing.read(bytes).filter_map(Result::ok).collect();
        for event in events {
            let line = encode(&event);
            match lines.get(&event.id) {
                Some(there) => assert_eq!(*there, line, "an entry is contradicted"),
                None => {
                    assert!(turn < 2, "importing again adds an entry");
                    lines.insert(event.id, line);
                    journal.push(event);
                }
            }
        }
    }
}
