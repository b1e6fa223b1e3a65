//! The numbers of lines of which it is known at which byte they begin.

use demarche_core::facts::Place;
use rayon::iter::ParallelIterator as _;
use rayon::slice::ParallelSlice as _;

/// How far apart the bytes are before which all line ends are counted once and for all.
const STRETCH_BYTES: usize = 4096;

/// The lines of texts, so that the number of any is found with a look at a few thousand bytes.
pub(crate) struct LineNumbers<'t> {
    /// Each text, with how many line ends there are before each stretch of it.
    texts: Vec<(&'t [u8], Vec<u64>)>,
}

impl<'t> LineNumbers<'t> {
    /// Counts the lines of texts, on the threads of the current pool of `rayon`.
    pub(crate) fn of(texts: &[&'t [u8]]) -> Self {
        let counted = |text: &&'t [u8]| {
            let mut before: Vec<u64> = text.par_chunks(STRETCH_BYTES).map(line_ends).collect();
            let mut total = 0;
            for count in &mut before {
                total += std::mem::replace(count, total);
            }
            (*text, before)
        };
        Self { texts: texts.iter().map(counted).collect() }
    }

    /// Returns the number of the line at a place, from 1.
    pub(crate) fn at(&self, place: Place) -> u64 {
        let Some((text, before)) = self.texts.get(place.text()) else { return 0 };
        let byte = usize::try_from(place.byte()).unwrap_or(usize::MAX).min(text.len());
        let stretch = byte / STRETCH_BYTES;
        let rest = text.get(stretch * STRETCH_BYTES..byte).unwrap_or_default();
        before.get(stretch).copied().unwrap_or_default() + line_ends(rest) + 1
    }
}

fn line_ends(bytes: &[u8]) -> u64 {
    bytes.iter().map(|byte| u64::from(*byte == b'\n')).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_has_the_number_that_counting_gives_it() {
        let text: Vec<u8> = (0..3_000_usize).flat_map(|line| [&b"xyz"[..line % 4], b"\n"].concat()).collect();
        let lines = LineNumbers::of(&[b"\n", &text]);
        let mut byte = 0;
        for (number, line) in (1..).zip(text.split_inclusive(|byte| *byte == b'\n')) {
            assert_eq!(lines.at(Place::new(1, byte)), number);
            byte += line.len() as u64;
        }
        assert_eq!(byte, 7_500, "more than one stretch");
        assert_eq!(lines.at(Place::new(0, 0)), 1);
    }
}
