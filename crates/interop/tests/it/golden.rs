//! The samples give just these events and reports. `DEMARCHE_BLESS=1` takes what they give now: read the difference.

use std::path::Path;

use super::support::{import, lines, same, samples, text};

#[test]
fn the_samples_give_what_was_read_by_hand() {
    for (name, format) in samples() {
        let (events, report) = import(format, &text(name));
        let found = format!("{}{report:#?}\n", lines(&events));
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(format!("{name}.txt"));
        if std::env::var_os("DEMARCHE_BLESS").is_some() {
            std::fs::write(&path, &found).unwrap();
        }
        same(&found, &std::fs::read_to_string(&path).unwrap_or_default(), name);
        assert_eq!(report.rows, report.accounted(), "{name}");
        assert_eq!(report.events(), events.len() as u64, "{name}");
    }
}
