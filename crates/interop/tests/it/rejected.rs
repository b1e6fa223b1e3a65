//! Files that no import takes, kept in `fixtures/rejected/import`, each with the exact errors that it must give.

use std::collections::BTreeSet;
use std::path::Path;

use demarche_interop::import::{Format, Importer, Options};

use super::support::{same, spreadsheet};

/// The format by which a file is read: its name begins with it.
fn format(name: &str) -> Format {
    let formats = [
        ("icews-", Format::Icews),
        ("gdelt-", Format::Gdelt),
        ("quads-", Format::IcewsQuads),
        ("historyatstate-", Format::HistoryAtState),
        ("csv-", spreadsheet()),
    ];
    formats.into_iter().find(|(begin, _)| name.starts_with(begin)).unwrap().1
}

#[test]
fn every_rejected_file_gives_its_exact_errors() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/rejected/import");
    let mut texts = BTreeSet::new();
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if name.ends_with(".errors") {
            assert!(path.with_extension("").exists(), "{name} is without its file");
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        let mut importer = Importer::new(format(&name), Options::default());
        let errors: String = importer.read(&*bytes).filter_map(Result::err).map(|error| format!("{error}\n")).collect();
        let expected = folder.join(format!("{name}.errors"));
        if std::env::var_os("DEMARCHE_BLESS").is_some() {
            std::fs::write(&expected, &errors).unwrap();
        }
        assert!(!errors.is_empty(), "{name} is taken");
        same(&errors, &std::fs::read_to_string(&expected).unwrap_or_default(), &name);
        assert!(texts.insert(errors), "{name} says what another says");
    }
    assert!(texts.len() >= 15, "{}", texts.len());
}
