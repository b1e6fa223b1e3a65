//! Words of closed vocabularies, recognised with one table lookup.

use super::token::{SHORT_BYTES, Token};

/// A vocabulary as a table without collisions, built at compile time.
#[derive(Debug)]
pub(in crate::codec) struct Words {
    /// The factor that gives each word a different hash.
    factor: u64,
    places: [Word; PLACES],
}

#[derive(Debug, Clone, Copy)]
struct Word {
    text: [u64; 3],
    length: usize,
    number: u8,
}

const PLACES: usize = 1 << PLACE_BITS;
const PLACE_BITS: u32 = 6;

/// A slot without a word.
const FREE: Word = Word { text: [0; 3], length: usize::MAX, number: 0 };

impl Words {
    /// Builds the table. The vocabulary must be small enough that a suitable factor is found soon.
    #[allow(clippy::indexing_slicing, clippy::cast_possible_truncation, clippy::panic, reason = "at compile time")]
    pub(in crate::codec) const fn of(words: &[&str]) -> Self {
        let mut factor: u64 = 0x9E37_79B9_7F4A_7C15;
        'factors: loop {
            let mut places = [FREE; PLACES];
            let mut number = 0;
            while number < words.len() {
                let word = words[number].as_bytes();
                assert!(word.len() <= SHORT_BYTES, "a word is a short token");
                let mut text = [0; 3];
                let mut at = 0;
                while at < word.len() {
                    text[at / 8] |= (word[at] as u64) << (at % 8 * 8);
                    at += 1;
                }
                let place = place(text, factor);
                if places[place].length != FREE.length {
                    factor = factor.wrapping_mul(0xD129_0B26_88A1_2F6D).wrapping_add(0x2545_F491_4F6C_DD1D) | 1;
                    continue 'factors;
                }
                places[place] = Word { text, length: word.len(), number: number as u8 };
                number += 1;
            }
            return Self { factor, places };
        }
    }

    /// Returns the index of a word in its vocabulary.
    #[inline(always)]
    pub(super) fn number_of(&self, token: Token<'_>) -> Option<u8> {
        let text = token.words()?;
        let word = self.places.get(place(text, self.factor))?;
        (word.text == text && word.length == token.len()).then_some(word.number)
    }
}

#[inline(always)]
#[allow(clippy::cast_possible_truncation, reason = "as many bits as there are places")]
const fn place([first, middle, last]: [u64; 3], factor: u64) -> usize {
    let word = first ^ middle.rotate_left(29) ^ last.rotate_left(47);
    (word.wrapping_mul(factor) >> (u64::BITS - PLACE_BITS)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::EventType;

    #[test]
    fn exactly_the_words_of_a_vocabulary_are_found() {
        const TYPES: &Words = &Words::of(EventType::WORDS);
        let number = |text: &str| TYPES.number_of(Token::of(text));
        for (at, word) in (0..).zip(EventType::WORDS) {
            assert_eq!(number(word), Some(at), "{word}");
            let followed = format!("{word}\",\"and what follows it in the line\"");
            assert_eq!(TYPES.number_of(Token::new(followed.as_bytes(), word.len())), Some(at));
            for length in 0..word.len() {
                assert_eq!(
                    TYPES.number_of(Token::new(&word.as_bytes()[..length], length)),
                    None,
                    "{word} cut to {length}"
                );
                let mut other = word.to_string().into_bytes();
                other[length] ^= 1;
                assert_eq!(TYPES.number_of(Token::new(&other, other.len())), None);
            }
            for more in ["\0", "x", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"] {
                assert_eq!(number(&format!("{word}{more}")), None);
            }
        }
    }
}
