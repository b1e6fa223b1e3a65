//! Hashing with a key that the caller chooses: the same log always gives the same facts, and a hostile log cannot make
//! them slow.
//!
//! Folded multiplication is fast, but not a cipher: anybody who knows the key can make names that collide. With a
//! secret key nobody can, since every bit of a name is mixed with the key before it meets another bit of the name, and
//! hashes are never shown.

use crate::EventId;

/// The key on which hashes depend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct HashKey {
    one: u64,
    other: u64,
}

impl HashKey {
    /// The key of facts that were given no key: the digits of pi.
    pub(super) const FIXED: Self = Self { one: 0x243F_6A88_85A3_08D3, other: 0x1319_8A2E_0370_7344 };

    #[allow(clippy::cast_possible_truncation, reason = "the halves of a number")]
    pub(super) const fn new(key: u128) -> Self {
        Self { one: key as u64, other: (key >> 64) as u64 }
    }

    /// Hashes three words and a length.
    #[inline]
    pub(super) fn words(self, [first, middle, last]: [u64; 3], length: u32) -> u64 {
        folded(folded(first ^ self.one, last ^ self.other) ^ middle, self.one ^ u64::from(length))
    }

    /// Hashes an id.
    #[allow(clippy::cast_possible_truncation, reason = "the halves of a number")]
    pub(super) const fn of_id(self, id: EventId) -> u64 {
        let number = id.uuid().as_u128();
        folded(number as u64 ^ self.one, (number >> 64) as u64 ^ self.other)
    }

    /// Hashes a text of any length to two words, followed by a zero.
    #[inline(never)]
    pub(super) fn text(self, text: &[u8]) -> [u64; 3] {
        let (words, rest) = text.as_chunks();
        let last = rest.iter().fold(0, |word, byte| word << 8 | u64::from(*byte));
        let words = words.iter().map(|word| u64::from_le_bytes(*word)).chain([last]);
        let hash = |[one, other]: [u64; 2], word| [folded(one ^ word, self.one), folded(other ^ word, self.other)];
        let [one, other] = words.fold([self.other, self.one], hash);
        [one, other, 0]
    }
}

/// Multiplies, and folds the product in half: every bit of the result depends on all bits of both factors.
#[inline]
#[allow(clippy::cast_possible_truncation, reason = "the halves of a number")]
const fn folded(one: u64, other: u64) -> u64 {
    let product = one as u128 * other as u128;
    product as u64 ^ (product >> 64) as u64
}
