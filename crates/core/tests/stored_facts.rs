//! Facts as bytes: read back as they were, pinned, and never taken on trust.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

mod support;

use demarche_core::codec::encode;
use demarche_core::facts::{Facts, Place, StoredError};
use demarche_core::strategy;
use proptest::prelude::*;
use support::{config, told};

const V1: &str = include_str!("golden/v1.jsonl");
const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/facts.hex");

/// The facts of lines, one behind the other, and the length of the text.
fn facts_of<'l>(lines: impl IntoIterator<Item = &'l str>) -> (Facts, u64) {
    let (mut facts, mut byte) = (Facts::new(), 0);
    for line in lines {
        let event = demarche_core::codec::decode(line.as_bytes()).unwrap();
        facts.push_event(&event, Place::new(0, byte));
        byte += line.len() as u64 + 1;
    }
    (facts, byte)
}

fn bytes_of(facts: &Facts) -> Vec<u8> {
    let mut bytes = Vec::new();
    facts.write(&mut bytes).unwrap();
    bytes
}

#[test]
fn the_bytes_are_pinned() {
    let (facts, _) = facts_of(V1.lines());
    let row = |row: &[u8]| row.iter().map(|byte| format!("{byte:02x}")).collect::<String>() + "\n";
    let rows: String = bytes_of(&facts).chunks(40).map(row).collect();
    if std::env::var_os("DEMARCHE_BLESS").is_some() {
        std::fs::write(PATH, &rows).unwrap();
    }
    let pinned = std::fs::read_to_string(PATH).unwrap();
    let differs = rows.lines().zip(pinned.lines()).position(|(row, pinned)| row != pinned);
    assert_eq!(differs, None, "other bytes need another FORMAT in facts/stored/mod.rs, and another file here");
    assert_eq!(rows.len(), pinned.len());
}

#[test]
fn another_layout_is_refused() {
    let (facts, length) = facts_of(V1.lines());
    for at in 0..16 {
        let mut bytes = bytes_of(&facts);
        bytes[at] ^= 1;
        assert_eq!(Facts::read(&bytes, 0, length).unwrap_err(), StoredError::Layout);
    }
}

#[test]
fn bytes_of_another_length_are_refused() {
    let (facts, length) = facts_of(V1.lines());
    let mut bytes = bytes_of(&facts);
    for cut in 0..bytes.len() {
        assert!(Facts::read(&bytes[..cut], 0, length).is_err(), "cut at {cut}");
    }
    bytes.push(0);
    assert_eq!(Facts::read(&bytes, 0, length).unwrap_err(), StoredError::Length);
    assert_eq!(Facts::read(&bytes_of(&facts), 0, 1).unwrap_err(), StoredError::Value("facts"), "lines beyond the end");
    let mut more = bytes_of(&facts);
    more[24..32].copy_from_slice(&length.to_le_bytes());
    assert_eq!(Facts::read(&more, 0, length).unwrap_err(), StoredError::Value("repetitions"), "more lines than bytes");
}

#[test]
fn whatever_byte_is_another_what_is_read_can_be_asked_anything() {
    let (facts, length) = facts_of(V1.lines());
    let sound = bytes_of(&facts);
    for at in 0..sound.len() {
        for byte in [0, 1, 0x7f, 0xff, sound[at] ^ 1, sound[at].wrapping_add(3)] {
            let mut bytes = sound.clone();
            bytes[at] = byte;
            if let Ok(read) = Facts::read(&bytes, 0, length) {
                assert_eq!(told(&read).len(), facts.len());
                assert_eq!(bytes_of(&read), bytes, "every byte says something, and one thing only ({at})");
            }
        }
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn what_was_written_is_read(log in strategy::log(), text in any::<u16>()) {
        let lines: Vec<String> = log.iter().map(encode).collect();
        let (mut facts, length) = facts_of(lines.iter().map(String::as_str));
        let dropped: Vec<u32> = (0..facts.end()).step_by(3).collect();
        facts.drop_all(&dropped);
        let read = Facts::read(&bytes_of(&facts), 0, length).unwrap();
        prop_assert_eq!((told(&read), read.dropped()), (told(&facts), dropped.len()));
        prop_assert_eq!(bytes_of(&read), bytes_of(&facts));
        let read = Facts::read(&bytes_of(&facts), text, length).unwrap();
        prop_assert!(read.iter().all(|(_, _, spot)| spot.place.text() == usize::from(text)));
    }

    #[test]
    fn repetitions_are_found_wherever_one_begins_to_look(log in strategy::log(), known in any::<prop::sample::Index>()) {
        let lines: Vec<String> = log.iter().map(encode).collect();
        let (mut facts, _) = facts_of(lines.iter().map(String::as_str));
        let first = facts.repeated().first().map_or(facts.end(), |(again, _)| *again);
        let known = u32::try_from(known.index(first as usize + 1)).unwrap();
        prop_assert_eq!(facts.repeated_after(known), facts.repeated());
        // As often as it takes for a small part to come last.
        let (more, _) = facts_of(lines.iter().take(3).map(String::as_str));
        let again: Vec<u32> = facts.repeated().into_iter().map(|(again, _)| again).collect();
        facts.drop_all(&again);
        let known = facts.end();
        facts.append(more);
        prop_assert_eq!(facts.repeated_after(known), facts.repeated());
    }
}
