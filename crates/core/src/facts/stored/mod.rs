//! Facts as bytes, to be kept and read again without the lines: fixed widths, little-endian, nothing taken on trust.
//!
//! First the head: eight bytes of magic, the [`layout`], how many facts there are, how many were dropped, and how many
//! there are of everything else. Then the records of the
//! facts, the dates, the lengths of the lists of targets, the targets, and the names of tracks, actors and subjects,
//! each as all lengths and then all texts. Nothing else tells where a part begins.

mod fields;
mod read;
mod write;

pub use read::{Stored, StoredPart};

use super::Fact;
use crate::{Answer, Attribution, Credibility, EventType, Reliability, TrackKind};

/// Says why bytes are no facts of this version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoredError {
    /// They were written in another layout, or are something else.
    #[error("no facts in the layout of this version; read the log again")]
    Layout,
    /// There are more or fewer bytes than the head says.
    #[error("facts of another length than their head says; read the log again")]
    Length,
    /// A value is none that there can be.
    #[error("a broken value among the {0}; read the log again")]
    Value(&'static str),
}

/// The first bytes.
const MAGIC: [u8; 8] = *b"DMRFACTS";

/// Counted up whenever the same log gives other bytes, or other facts: at a change of the layout, and at any change of
/// what the codec takes for an event, or makes of it.
const FORMAT: u64 = 4;

/// The length of the record of a fact, in bytes.
const RECORD_BYTES: usize = 72;

/// The length of an instant, in bytes: year, day of the year, second of the day, nanosecond.
const INSTANT_BYTES: usize = 12;

/// The length of the bounds of a date, in bytes.
const DATE_BYTES: usize = 2 * INSTANT_BYTES;

/// The length of an id, in bytes.
const ID_BYTES: usize = 16;

/// Returns the number of the layout, which changes with whatever gives the bytes their meaning: the format, the shape
/// of a fact, and each word of the vocabularies that are told by number.
const fn layout() -> u64 {
    let mut hash = fnv(FNV_BASIS, &FORMAT.to_le_bytes());
    let sizes = [size_of::<Fact>(), RECORD_BYTES, Reliability::ALL.len(), Credibility::ALL.len()];
    let mut rest = sizes.as_slice();
    while let [size, others @ ..] = rest {
        hash = fnv(hash, &(*size as u64).to_le_bytes());
        rest = others;
    }
    let vocabularies = [EventType::WORDS, Attribution::WORDS, TrackKind::WORDS, Answer::WORDS];
    let mut rest = vocabularies.as_slice();
    while let [words, others @ ..] = rest {
        hash = fnv_of_words(hash, words);
        rest = others;
    }
    hash
}

const fn fnv_of_words(mut hash: u64, mut words: &[&str]) -> u64 {
    while let [word, others @ ..] = words {
        hash = fnv(fnv(hash, word.as_bytes()), b"\n");
        words = others;
    }
    fnv(hash, b"\n")
}

const FNV_BASIS: u64 = 0xcbf2_9ce4_8422_2325;

/// Goes on with the hash FNV-1a, which needs no more than this.
const fn fnv(mut hash: u64, mut bytes: &[u8]) -> u64 {
    while let [byte, others @ ..] = bytes {
        hash = (hash ^ *byte as u64).wrapping_mul(0x0000_0100_0000_01b3);
        bytes = others;
    }
    hash
}

/// The head, but for the magic: the layout, and how many there are of everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Head {
    layout: u64,
    facts: u64,
    dropped: u64,
    dates: u64,
    /// How many lists of targets.
    lists: u64,
    /// How many targets in all of them.
    targets: u64,
    tracks: u64,
    actors: u64,
    subjects: u64,
}
