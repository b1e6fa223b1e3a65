//! The fast path of the codec against the patient one.
//!
//! A line that does not begin with `{` is never taken by the fast path, and white space before it says nothing. So the
//! same line behind a space is read the patient way, and must give the same event or the same error.

mod support;

use demarche_core::codec::{DecodeError, decode, encode, skim};
use demarche_core::strategy;
use demarche_core::{Event, Gist};
use proptest::prelude::*;
use support::{Dice, config};

/// Decodes a line the patient way.
fn patiently(line: &[u8]) -> Result<Event, DecodeError> {
    let mut behind_a_space = vec![b' '];
    behind_a_space.extend_from_slice(line);
    decode(&behind_a_space).map_err(|error| DecodeError {
        span: error.span.start.saturating_sub(1)..error.span.end.saturating_sub(1),
        ..error
    })
}

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
        prop_assert_eq!(patiently(line.as_bytes()), Ok(event));
    }

    #[test]
    fn what_the_fast_path_takes_the_patient_one_takes_as_the_same(event in strategy::event(), seed: u64) {
        let mut dice = Dice(seed);
        let mut line = encode(&event).into_bytes();
        for _ in 0..8 {
            mutate(&mut line, &mut dice);
            let patient = patiently(&line);
            prop_assert_eq!(&decode(&line), &patient);
            if let Some(gist) = skim(&line) {
                let event = patient.expect("the patient path takes what the fast one takes");
                prop_assert_eq!(gist, Gist::of(&event));
            }
        }
    }
}
