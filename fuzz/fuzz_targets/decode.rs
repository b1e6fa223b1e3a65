//! Any bytes as a log: reading never panics, and every event that is read survives writing and reading.
#![no_main]

use std::io::BufReader;

use demarche_core::codec::{Reader, decode, encode};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|log: &[u8]| {
    let mut reader = Reader::new(log);
    let mut lines = Vec::new();
    for entry in reader.by_ref() {
        match entry {
            Ok(entry) => {
                let line = encode(&entry.event);
                let again = decode(line.as_bytes());
                assert_eq!(again.as_ref(), Ok(&entry.event), "an event does not survive: {line}");
                assert_eq!(again.map(|event| encode(&event)), Ok(line), "canonical bytes are not stable");
                lines.push((entry.line, None));
            }
            Err(error) => lines.push((error.line, Some(error.to_string()))),
        }
    }
    let read = reader.lines();

    // The same in small pieces: how the input is cut must not matter.
    let mut reader = Reader::new(BufReader::with_capacity(1 + log.len() % 7, log));
    let in_pieces = reader.by_ref().map(|entry| match entry {
        Ok(entry) => (entry.line, None),
        Err(error) => (error.line, Some(error.to_string())),
    });
    assert!(in_pieces.eq(lines), "read in pieces, the log says something else");
    assert_eq!(reader.lines(), read);
});
