//! Any bytes as CloudEvents; what is read is written and read again as it was.
#![no_main]

use demarche_interop::export::cloudevents::encode;
use demarche_interop::import::{Format, Importer, Options};
use libfuzzer_sys::fuzz_target;

mod importing;

fuzz_target!(|bytes: &[u8]| {
    importing::check(&Format::CloudEvents, bytes);
    let mut importer = Importer::new(Format::CloudEvents, Options::default());
    let events: Vec<_> = importer.read(bytes).flatten().collect();
    let written: String = events.iter().map(|event| encode(event) + "\n").collect();
    let mut importer = Importer::new(Format::CloudEvents, Options::default());
    let again: Vec<_> = importer.read(written.as_bytes()).map(|row| row.expect("what is written is read")).collect();
    assert_eq!(again, events, "something was lost");
});
