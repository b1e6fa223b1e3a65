//! The first bytes of a cache: of which log it is, how much of it, and how to find the rest.
//!
//! The header is followed by the facts, then by the digests of the covered part of the log, and those of the facts.

use super::digests::{DIGEST_BYTES, Digests, digest};
use super::stamp::{STAMP_BYTES, Stamp};

const MAGIC: [u8; 8] = *b"DMRCACHE";

/// Counted up at any change of this file's layout.
const FORMAT: u64 = 1;

/// Whatever another version of the program made of a log is not taken over.
const PROGRAM: &str = env!("CARGO_PKG_VERSION");

/// What a cache says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    /// The seed of the hashes.
    pub(super) seed: u64,
    /// The log as it was when it was read.
    pub(super) stamp: Stamp,
    /// How many bytes of the log are covered, from its beginning to a line end.
    pub(super) covered: u64,
    /// How many bytes of facts follow.
    pub(super) facts: u64,
    /// The digest of the digests at the end.
    pub(super) tail: u128,
}

/// The length of what is digested, in bytes: the magic, the digest of the program's version, three numbers, the stamp,
/// and the digest of the tail.
const SIGNED_BYTES: usize = MAGIC.len() + DIGEST_BYTES + 3 * 8 + STAMP_BYTES + DIGEST_BYTES;

/// The length of a header, in bytes.
pub(super) const HEADER_BYTES: usize = SIGNED_BYTES + DIGEST_BYTES;

/// The parts of a sound cache.
pub(super) struct Parts<'b> {
    pub(super) header: Header,
    pub(super) facts: &'b [u8],
    pub(super) text_digests: Digests,
    pub(super) facts_digests: Digests,
}

impl Header {
    pub(super) fn to_bytes(self) -> Vec<u8> {
        let Self { seed, stamp, covered, facts, tail } = self;
        let mut bytes = Vec::with_capacity(HEADER_BYTES);
        bytes.extend(MAGIC);
        bytes.extend(digest(PROGRAM.as_bytes(), FORMAT).to_le_bytes());
        for number in [seed, covered, facts] {
            bytes.extend(number.to_le_bytes());
        }
        bytes.extend(stamp.to_bytes());
        bytes.extend(tail.to_le_bytes());
        let sum = digest(&bytes, seed);
        bytes.extend(sum.to_le_bytes());
        bytes
    }
}

impl<'b> Parts<'b> {
    /// Takes a cache apart; none where it is that of another version, or damaged anywhere but in the facts.
    pub(super) fn of(bytes: &'b [u8]) -> Option<Self> {
        let (signed, rest) = bytes.split_at_checked(HEADER_BYTES)?;
        let header = Header::read(signed).filter(|header| header.to_bytes() == signed)?;
        let (facts, tail) = rest.split_at_checked(usize::try_from(header.facts).ok()?)?;
        let text_digests = usize::try_from(Digests::length_for(header.covered)).ok()?;
        let (text_digests, facts_digests) = tail.split_at_checked(text_digests)?;
        let is_whole = facts_digests.len() as u64 == Digests::length_for(header.facts);
        (is_whole && digest(tail, header.seed) == header.tail).then(|| Self {
            header,
            facts,
            text_digests: Digests::from_bytes(text_digests),
            facts_digests: Digests::from_bytes(facts_digests),
        })
    }
}

impl Header {
    /// Reads what it can. Whether it is a header shows when it is written again.
    fn read(mut bytes: &[u8]) -> Option<Self> {
        let mut number = || {
            let (number, rest) = bytes.split_first_chunk()?;
            bytes = rest;
            Some(u64::from_le_bytes(*number))
        };
        let [_magic, _program, _] = [number()?, number()?, number()?];
        let (seed, covered, facts) = (number()?, number()?, number()?);
        let (device, inode, size) = (number()?, number()?, number()?);
        let mut signed = || number().map(u64::cast_signed);
        let stamp = Stamp { device, inode, size, modified: (signed()?, signed()?), changed: (signed()?, signed()?) };
        let tail = u128::from(number()?) | u128::from(number()?) << 64;
        Some(Self { seed, stamp, covered, facts, tail })
    }
}
