//! Law 7: every event survives encoding and decoding, byte for byte once canonical; and reading does not care for the
//! order of fields, white space or the way in which a text is escaped.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice, reason = "a test")]

mod support;

use demarche_core::codec::{Reader, Writer, decode, encode, encode_into};
use demarche_core::strategy;
use proptest::prelude::*;
use serde_json::Value;
use support::{Dice, config, scramble};

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_event_survives(event in strategy::event()) {
        let line = encode(&event);
        prop_assert_eq!(decode(line.as_bytes()), Ok(event));
    }

    #[test]
    fn canonical_bytes_are_stable(event in strategy::event()) {
        let line = encode(&event);
        prop_assert_eq!(encode(&decode(line.as_bytes()).unwrap()), line);
    }

    #[test]
    fn a_canonical_line_is_one_line_of_json_without_white_space(event in strategy::event()) {
        let line = encode(&event);
        prop_assert!(!line.contains(['\n', '\r', '\0']));
        // `serde_json` sorts keys, so only the length can be compared: it writes no white space, and escapes as we do.
        let value: Value = serde_json::from_str(&line).unwrap();
        prop_assert_eq!(value.to_string().len(), line.len());
        let keys =
            ["id", "v", "type", "track", "occurred", "recorded", "entered_by", "source", "cite", "note", "data"];
        let places: Vec<_> = keys.iter().filter_map(|key| line.find(&format!("\"{key}\":"))).collect();
        prop_assert!(value.as_object().unwrap().keys().all(|key| keys.contains(&key.as_str())));
        // A text may hold what looks like a key, but then it is escaped.
        prop_assert!(places.is_sorted(), "{}", line);
    }

    #[test]
    fn the_order_of_fields_white_space_and_escapes_do_not_matter(event in strategy::event(), seed in any::<u64>()) {
        let value: Value = serde_json::from_str(&encode(&event)).unwrap();
        let mut text = String::new();
        scramble(&value, &scramble_text, &mut Dice(seed), &mut text);
        prop_assert_eq!(decode(text.as_bytes()), Ok(event), "{}", text);
    }

    #[test]
    fn a_written_log_reads_back(log in strategy::log()) {
        let mut writer = Writer::new(Vec::new());
        let mut expected = Vec::new();
        for event in &log {
            writer.write(event).unwrap();
            encode_into(event, &mut expected);
            expected.push(b'\n');
        }
        let bytes = writer.into_inner();
        prop_assert_eq!(&bytes, &expected);
        let entries = Reader::new(&bytes[..]).collect::<Result<Vec<_>, _>>().unwrap();
        prop_assert!(entries.iter().map(|entry| entry.line).eq(1..=log.len() as u64));
        prop_assert!(entries.iter().map(|entry| &entry.event).eq(&log));
    }
}

fn scramble_text(text: &str, dice: &mut Dice, out: &mut String) {
    out.push('"');
    let plainly = dice.below(2) == 0;
    for c in text.chars() {
        match dice.below(if plainly { 1 } else { 4 }) {
            1 => {
                let mut units = [0; 2];
                for unit in c.encode_utf16(&mut units) {
                    out.push_str(&format!("\\u{unit:04x}"));
                }
            }
            2 if c == '/' => out.push_str("\\/"),
            _ => {
                let quoted = serde_json::to_string(&c).unwrap();
                out.push_str(&quoted[1..quoted.len() - 1]);
            }
        }
    }
    out.push('"');
}
