//! Any bytes as a mapping and, behind a blank line, a spreadsheet.
#![no_main]

use demarche_interop::import::{Format, Mapping, TEMPLATE};
use libfuzzer_sys::fuzz_target;

mod importing;

fuzz_target!(|bytes: &[u8]| {
    let cut = bytes.windows(2).position(|pair| pair == b"\n\n");
    let own = cut.and_then(|at| std::str::from_utf8(&bytes[..at]).ok()?.parse::<Mapping>().ok());
    let (mapping, rows) = match (own, cut) {
        (Some(mapping), Some(at)) => (mapping, &bytes[at + 2..]),
        _ => (TEMPLATE.parse().expect("the template is a mapping"), bytes),
    };
    importing::check(&Format::Csv(mapping), rows);
});
