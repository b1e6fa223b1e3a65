//! The fast paths of the codec against the patient one: the same events, the same errors.

mod support;

use demarche_core::Gist;
use demarche_core::codec::{Skimmer, decode, decode_patiently, decode_payload, encode, skim};
use demarche_core::strategy;
use proptest::prelude::*;
use serde_json::Value;
use support::{Dice, config, scramble};

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

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_canonical_line_takes_the_fast_path(event in strategy::event()) {
        let line = encode(&event);
        prop_assert_eq!(skim(line.as_bytes()), Some(Gist::of(&event)));
        prop_assert_eq!(decode(line.as_bytes()), Ok(event.clone()));
        prop_assert_eq!(decode_patiently(line.as_bytes()), Ok(event));
    }

    #[test]
    fn what_the_fast_path_takes_the_patient_one_takes_as_the_same(event in strategy::event(), seed: u64) {
        let mut dice = Dice(seed);
        let mut line = encode(&event).into_bytes();
        for _ in 0..8 {
            mutate(&mut line, &mut dice);
            let patient = decode_patiently(&line);
            prop_assert_eq!(&decode(&line), &patient);
            prop_assert_eq!(decode_payload(&line), patient.clone().map(|event| (event.id, event.data)));
            if let Some(gist) = skim(&line) {
                let event = patient.expect("the patient path takes what the fast one takes");
                prop_assert_eq!(gist, Gist::of(&event));
            }
        }
    }
    #[test]
    fn lines_in_any_order_are_skimmed_too(event in strategy::event(), seed: u64) {
        let mut dice = Dice(seed);
        let members: Value = serde_json::from_str(&encode(&event)).unwrap();
        let mut line = String::new();
        let write_text = |text: &str, _: &mut Dice, out: &mut String| out.push_str(&Value::from(text).to_string());
        scramble(&members, &write_text, &mut dice, &mut line);
        let line = line.replace('\n', " ");
        let text = format!("{line}\nwhat follows");
        let mut skimmer = Skimmer::new();
        let is_its_own = |gist: &Gist<'_>| *gist == Gist::of(&event);
        prop_assert_eq!(skimmer.first(&text, is_its_own), Some((true, "\nwhat follows")));
        prop_assert_eq!(decode(line.as_bytes()), Ok(event));

        let mut line = line.into_bytes();
        for _ in 0..8 {
            mutate(&mut line, &mut dice);
            let patient = decode_patiently(&line);
            prop_assert_eq!(&decode(&line), &patient);
            let text = std::str::from_utf8(&line).unwrap_or_default();
            let is_its_own = |gist: &Gist<'_>| patient.as_ref().is_ok_and(|event| *gist == Gist::of(event));
            if let Some((is_its_own, "")) = skimmer.first(text, is_its_own) {
                prop_assert!(is_its_own, "{}", line.escape_ascii());
            }
        }
    }
}
