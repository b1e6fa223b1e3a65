//! The walker against the general decoder: the same events, the same facts, the same errors.

mod support;

use demarche_core::codec::{DecodeError, decode, decode_generally, decode_payload, encode};
use demarche_core::facts::{Facts, LinePlace, LineReader};
use demarche_core::{Event, strategy};
use proptest::prelude::*;
use serde_json::Value;
use support::{Dice, config, read, scramble, told_of};

/// Changes a line somewhere, so that it often stays almost what it was.
#[allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "every place lies within what is changed")]
fn mutate(line: &mut Vec<u8>, dice: &mut Dice) {
    const PIECES: [&[u8]; 16] = [
        b"\"",
        b"\\",
        b"\\u00e9",
        b"\\ud800",
        b"}",
        b"{",
        b",",
        b"[]",
        b" ",
        b"\t",
        b"0",
        b"null",
        b"\xFF",
        b"\xC3\xA9",
        b"/",
        b"Z",
    ];
    let at = dice.below(line.len().max(1));
    match dice.below(4) {
        0 if !line.is_empty() => {
            line.remove(at);
        }
        1 if !line.is_empty() => line[at] = u8::try_from(dice.below(256)).unwrap(),
        2 => {
            let length = dice.below(12).min(line.len() - at);
            let piece = line[at..at + length].to_vec();
            let to = dice.below(line.len() + 1);
            line.splice(to..to, piece);
        }
        _ => {
            let piece = PIECES[dice.below(PIECES.len())];
            line.splice(at..at, piece.iter().copied());
        }
    }
}

#[allow(clippy::unwrap_used, reason = "there is such a place")]
fn place() -> LinePlace {
    LinePlace::new(0, 0).unwrap()
}

/// What the facts of a line must be, by the event that it is.
fn expected(line: &[u8], event: &Result<Event, DecodeError>) -> Result<Vec<String>, DecodeError> {
    let says_nothing = line.iter().all(u8::is_ascii_whitespace);
    if says_nothing { Ok(Vec::new()) } else { event.as_ref().map(told_of).map_err(Clone::clone) }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_canonical_line_is_the_event_of_which_it_was_made(event in strategy::event()) {
        let line = encode(&event);
        prop_assert_eq!(read(&mut LineReader::new(), line.as_bytes()), Ok(told_of(&event)));
        prop_assert_eq!(decode(line.as_bytes()), Ok(event.clone()));
        prop_assert_eq!(decode_generally(line.as_bytes()), Ok(event));
    }

    #[test]
    fn what_is_read_of_a_line_is_what_the_general_decoder_reads(event in strategy::event(), is_mixed: bool, seed: u64) {
        let mut dice = Dice(seed);
        let mut line = encode(&event);
        if is_mixed {
            let members: Value = serde_json::from_str(&line).unwrap();
            line.clear();
            let write_text = |text: &str, _: &mut Dice, out: &mut String| out.push_str(&Value::from(text).to_string());
            scramble(&members, &write_text, &mut dice, &mut line);
            line = line.replace('\n', " ");
        }
        let mut reader = LineReader::new();
        let text = format!("{line}\n\nwhat follows");
        prop_assert_eq!(read(&mut reader, text.as_bytes()).unwrap_err().byte, line.len() as u64 + 2);
        prop_assert_eq!(decode(line.as_bytes()), Ok(event));

        let mut line = line.into_bytes();
        for _ in 0..8 {
            mutate(&mut line, &mut dice);
            let general = decode_generally(&line);
            prop_assert_eq!(&decode(&line), &general);
            prop_assert_eq!(decode_payload(&line), general.clone().map(|event| (event.id, event.data)));
            if !line.contains(&b'\n') {
                let read = read(&mut reader, &line).map_err(|error| error.error);
                prop_assert_eq!(read, expected(line.strip_suffix(b"\r").unwrap_or(&line), &general));
                let pushed = std::str::from_utf8(&line).ok().and_then(|line| Facts::new().push_line(line, place()));
                prop_assert!(pushed.is_none() || general.is_ok());
            }
        }
    }
}
