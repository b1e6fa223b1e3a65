//! Hashes of what is too long to be kept: one for each block, so that every thread can have some.
//!
//! The hash is XXH3 of 128 bits, which no damage gets past, and with a seed of its own for each cache, which nobody
//! knows who might make up two logs of the same hash.

use std::io::{self, Write};

use rayon::iter::{IndexedParallelIterator as _, IntoParallelRefIterator as _, ParallelIterator as _};
use rayon::slice::ParallelSlice as _;
use twox_hash::XxHash3_128;

/// The length of a digest, in bytes.
pub(super) const DIGEST_BYTES: usize = 16;

/// The length of a block, in bytes; the last one may be shorter.
pub(super) const BLOCK_BYTES: usize = 1 << 20;

/// The digest of each block.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Digests(Vec<u128>);

/// The digest of something short.
pub(super) fn digest(bytes: &[u8], seed: u64) -> u128 {
    XxHash3_128::oneshot_with_seed(seed, bytes)
}

impl Digests {
    pub(super) fn of(bytes: &[u8], seed: u64) -> Self {
        Self(bytes.par_chunks(BLOCK_BYTES).map(|block| digest(block, seed)).collect())
    }

    /// Tells whether they are those of some bytes.
    pub(super) fn agree(&self, bytes: &[u8], seed: u64) -> bool {
        let blocks = bytes.par_chunks(BLOCK_BYTES);
        blocks.len() == self.0.len() && blocks.zip(self.0.par_iter()).all(|(block, sum)| digest(block, seed) == *sum)
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        self.0.iter().flat_map(|digest| digest.to_le_bytes()).collect()
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Self {
        Self(bytes.as_chunks::<DIGEST_BYTES>().0.iter().map(|bytes| u128::from_le_bytes(*bytes)).collect())
    }

    /// How many bytes it takes to keep those of something so long.
    pub(super) const fn length_for(length: u64) -> u64 {
        length.div_ceil(BLOCK_BYTES as u64) * DIGEST_BYTES as u64
    }
}

/// Writes in blocks, and keeps the digest of each.
pub(super) struct Digesting<W> {
    out: W,
    seed: u64,
    block: Vec<u8>,
    digests: Digests,
    length: u64,
}

impl<W: Write> Digesting<W> {
    pub(super) fn new(out: W, seed: u64) -> Self {
        Self { out, seed, block: Vec::with_capacity(BLOCK_BYTES), digests: Digests::default(), length: 0 }
    }

    /// Writes what is left; returns the digests, and how many bytes there were.
    pub(super) fn finish(mut self) -> io::Result<(Digests, u64)> {
        self.end_block()?;
        Ok((self.digests, self.length))
    }

    fn end_block(&mut self) -> io::Result<()> {
        if !self.block.is_empty() {
            self.digests.0.push(digest(&self.block, self.seed));
            self.out.write_all(&self.block)?;
            self.length += self.block.len() as u64;
            self.block.clear();
        }
        Ok(())
    }
}

impl<W: Write> Write for Digesting<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = BLOCK_BYTES - self.block.len();
        let (now, _) = bytes.split_at_checked(room).unwrap_or((bytes, &[]));
        self.block.extend_from_slice(now);
        if self.block.len() == BLOCK_BYTES {
            self.end_block()?;
        }
        Ok(now.len())
    }

    /// A block ends when it is full, whatever anybody asks.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
