//! The version of the schema of a line, and everything that follows from it.

use super::CURRENT_VERSION;
use super::upcast::{self, Step};

/// A version of the schema that is read and written.
pub(super) trait Schema {
    /// Its number.
    const VERSION: u32;

    /// The steps that bring each version before it to the next.
    const STEPS: &'static [Step];

    /// The oldest version whose lines differ from those of this version only in their number; a walker reads them all.
    const OLDEST_ALIKE: u32 = oldest_alike(Self::STEPS);

    /// Its number as written in a line.
    const FIGURES: &'static [u8] = without_zeros(&Self::TEN_FIGURES);

    /// The same number, padded with zeros.
    const TEN_FIGURES: [u8; 10] = ten_figures(Self::VERSION);
}

/// The version that is written.
pub(super) struct Current;

impl Schema for Current {
    const VERSION: u32 = CURRENT_VERSION;
    const STEPS: &'static [Step] = &upcast::STEPS;
}

#[allow(clippy::indexing_slicing, clippy::cast_possible_truncation, reason = "at compile time; a figure is one byte")]
const fn ten_figures(mut number: u32) -> [u8; 10] {
    let mut figures = [b'0'; 10];
    let mut place = figures.len();
    while place > 0 {
        place -= 1;
        figures[place] += (number % 10) as u8;
        number /= 10;
    }
    figures
}

#[allow(clippy::indexing_slicing, clippy::cast_possible_truncation, reason = "at compile time; versions are few")]
const fn oldest_alike(steps: &[Step]) -> u32 {
    let mut version = steps.len();
    while version > 0 && matches!(steps[version - 1], Step::Number) {
        version -= 1;
    }
    version as u32
}

const fn without_zeros(figures: &'static [u8]) -> &'static [u8] {
    match figures {
        [b'0', rest @ ..] if !rest.is_empty() => without_zeros(rest),
        _ => figures,
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::codec::error::DecodeError;
    use crate::codec::{decode, encode, walk};
    use crate::jsonl::Object;

    const V3: &str = include_str!("../../tests/golden/v3.jsonl");

    /// The next version, in which only the number has changed.
    struct Next;

    impl Schema for Next {
        const VERSION: u32 = CURRENT_VERSION + 1;
        const STEPS: &'static [Step] = &{
            let mut steps = [Step::Fields(counted); Self::VERSION as usize];
            let mut at = 0;
            while at < upcast::STEPS.len() {
                steps[at] = upcast::STEPS[at];
                at += 1;
            }
            steps
        };
    }

    thread_local! {
        static COUNT: Cell<u32> = const { Cell::new(0) };
    }

    fn counted(_: &mut Object<'_>) -> Result<(), DecodeError> {
        COUNT.set(COUNT.get() + 1);
        Ok(())
    }

    #[test]
    fn the_number_of_a_version_has_no_leading_zeros() {
        assert_eq!(Current::FIGURES, CURRENT_VERSION.to_string().as_bytes());
        assert_eq!(without_zeros(&const { ten_figures(0) }), b"0");
        assert_eq!(without_zeros(&const { ten_figures(10) }), b"10");
        assert_eq!(without_zeros(&const { ten_figures(u32::MAX) }), b"4294967295");
    }

    #[test]
    fn versions_that_differ_only_in_their_number_are_alike() {
        const REWRITE: Step = Step::Fields(counted);
        assert_eq!(oldest_alike(&[]), 0);
        assert_eq!(oldest_alike(&[Step::Number]), 0);
        assert_eq!(oldest_alike(&[REWRITE, Step::Number, Step::Number]), 1);
        assert_eq!(oldest_alike(&[Step::Number, REWRITE]), 2);
        assert_eq!(Current::OLDEST_ALIKE, 1);
    }

    #[test]
    fn a_new_version_needs_only_a_number_and_a_step() {
        for old in V3.lines() {
            let event = decode(old.as_bytes()).unwrap();
            let mut new = Vec::new();
            encode::encode_as::<Next>(&event, &mut new);
            let new = String::from_utf8(new).unwrap();
            let member = |version: u32| format!("\"v\":{version},");
            assert_eq!(new, old.replacen(&member(CURRENT_VERSION), &member(Next::VERSION), 1));
            // A walker reads the new lines, an upcaster the old ones, and newer ones are refused.
            assert_eq!(walk::event::<Next>(&new).as_ref(), Some(&event));
            assert_eq!(walk::event::<Next>(old), None);
            COUNT.set(0);
            assert_eq!(decode::decode_as::<Next>(old.as_bytes()).as_ref(), Ok(&event));
            assert_eq!(COUNT.get(), 1);
            assert!(decode(new.as_bytes()).unwrap_err().kind.is_unknown());
        }
    }
}
