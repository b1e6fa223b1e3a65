//! Importing in memory.

use std::path::{Path, PathBuf};

use demarche_core::Event;
use demarche_core::codec::encode;
use demarche_interop::import::{Format, Importer, Mapping, Options, Report, TEMPLATE};

/// The path of a sample.
pub(crate) fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/import").join(name)
}

/// The text of a sample.
pub(crate) fn text(name: &str) -> String {
    std::fs::read_to_string(sample(name)).unwrap()
}

/// The mapping that the template is.
pub(crate) fn spreadsheet() -> Format {
    Format::Csv(TEMPLATE.parse::<Mapping>().unwrap())
}

/// Every sample with its format.
pub(crate) fn samples() -> Vec<(&'static str, Format)> {
    vec![
        ("icews-made-up.tab", Format::Icews),
        ("quads-made-up.tsv", Format::IcewsQuads),
        ("gdelt-1.0.tsv", Format::Gdelt),
        ("gdelt-2.0.tsv", Format::Gdelt),
        ("historyatstate.csv", Format::HistoryAtState),
        ("desk.csv", spreadsheet()),
        ("cloudevents.json", Format::CloudEvents),
    ]
}

/// Imports a text without a broken row.
#[track_caller]
pub(crate) fn import(format: Format, text: &str) -> (Vec<Event>, Report) {
    import_with(format, Options::default(), text)
}

#[track_caller]
pub(crate) fn import_with(format: Format, options: Options, text: &str) -> (Vec<Event>, Report) {
    let mut importer = Importer::new(format, options);
    let events = importer.read(text.as_bytes()).collect::<Result<Vec<_>, _>>().unwrap();
    (events, importer.report().clone())
}

/// The lines of events.
pub(crate) fn lines(events: &[Event]) -> String {
    events.iter().map(|event| encode(event) + "\n").collect()
}

/// Says that two texts are the same, or where they first differ.
#[track_caller]
pub(crate) fn same(found: &str, expected: &str, what: &str) {
    let differ = (1..).zip(found.lines().zip(expected.lines())).find(|(_, (found, expected))| found != expected);
    assert!(found == expected, "{what}: the first line that differs: {differ:#?}");
}
