//! The numbers of lines, found by the bytes at which they begin.

use demarche_core::facts::{LinePlace, Texts};
use rayon::iter::ParallelIterator as _;
use rayon::slice::ParallelSlice as _;

/// The distance between the bytes at which the counts of line ends are kept.
const STRETCH_BYTES: usize = 4096;

/// The line counts of texts: the number of any line is found by reading at most a few thousand bytes.
#[derive(Debug, Clone, Default)]
pub(crate) struct LineNumbers {
    /// For each text, how many line ends come before each stretch of it.
    before: Vec<Vec<u64>>,
}

impl LineNumbers {
    /// Counts the lines of texts, on the threads of the current pool of `rayon`.
    pub(crate) fn of(texts: &Texts) -> Self {
        let counted = |text: u32| {
            let mut before: Vec<u64> = texts.text(text).par_chunks(STRETCH_BYTES).map(line_ends).collect();
            let mut total = 0;
            for count in &mut before {
                total += std::mem::replace(count, total);
            }
            before
        };
        Self { before: (0..).take(texts.len()).map(counted).collect() }
    }

    /// Returns how many lines come before the one at a place in its text.
    pub(crate) fn before(&self, place: LinePlace, texts: &Texts) -> u64 {
        let text = texts.text(place.text());
        let byte = usize::try_from(place.byte()).unwrap_or(usize::MAX).min(text.len());
        let stretch = byte / STRETCH_BYTES;
        let rest = text.get(stretch * STRETCH_BYTES..byte).unwrap_or_default();
        let before = self.before.get(place.text() as usize).and_then(|before| before.get(stretch));
        before.copied().unwrap_or_default() + line_ends(rest)
    }
}

fn line_ends(bytes: &[u8]) -> u64 {
    bytes.iter().map(|byte| u64::from(*byte == b'\n')).sum()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn line_numbers_equal_counted_ones() {
        let text: Vec<u8> = (0..3_000_usize).flat_map(|line| [&b"xyz"[..line % 4], b"\n"].concat()).collect();
        let mut texts = Texts::new();
        texts.push(Arc::new(b"\n".to_vec()));
        texts.push(Arc::new(text.clone()));
        let lines = LineNumbers::of(&texts);
        let mut byte = 0;
        for (number, line) in (0..).zip(text.split_inclusive(|byte| *byte == b'\n')) {
            assert_eq!(lines.before(LinePlace::new(1, byte).unwrap(), &texts), number);
            byte += line.len() as u64;
        }
        assert_eq!(byte, 7_500, "more than one stretch");
        assert_eq!(lines.before(LinePlace::new(0, 0).unwrap(), &texts), 0);
    }
}
