//! The Merkle tree of RFC 6962 over hashes of leaves.
//!
//! `ct-merkle` keeps the bytes of every leaf, hashes a whole path for each, has no roots of fewer leaves, and can't be
//! built from hashes alone. It is used to verify proofs ([`super::Proof`]).

use demarche_core::Hash;

use super::hash::{empty_root, node_hash};
use crate::erasure::line_hash;

/// An append-only Merkle tree of RFC 6962, which has the root and the proofs of every earlier, smaller tree.
///
/// ```
/// use demarche_journal::line_hash;
/// use demarche_journal::seal::Tree;
///
/// let mut tree = Tree::new();
/// assert_eq!(tree.root().to_string(), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
/// tree.push(line_hash(b"one"));
/// let before = tree.root();
/// tree.push(line_hash(b"two"));
/// assert_eq!(tree.root_of_first(1), Some(before));
/// assert_eq!(tree.path(0, 2), Some(vec![line_hash(b"two")]));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree {
    /// By level: the hashes of all complete subtrees of 2^level leaves.
    levels: Vec<Vec<Hash>>,
}

impl Tree {
    /// Makes a tree without leaves.
    #[must_use]
    pub const fn new() -> Self {
        Self { levels: Vec::new() }
    }

    /// Returns the number of leaves.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.leaves().len() as u64
    }

    /// Returns the hashes of the leaves.
    #[must_use]
    pub fn leaves(&self) -> &[Hash] {
        self.levels.first().map_or(&[], Vec::as_slice)
    }

    /// Adds a leaf by its hash.
    pub fn push(&mut self, leaf: Hash) {
        let mut carried = leaf;
        for level in &mut self.levels {
            level.push(carried);
            match level.as_slice() {
                [.., left, right] if level.len() % 2 == 0 => carried = node_hash(left, right),
                _ => return,
            }
        }
        self.levels.push(vec![carried]);
    }

    /// Returns the root.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.node(0, self.leaves().len()).unwrap_or_else(empty_root)
    }

    /// Returns the root of the tree over that many first leaves, or `None` if there are fewer.
    #[must_use]
    pub fn root_of_first(&self, size: u64) -> Option<Hash> {
        let size = usize::try_from(size).ok().filter(|size| *size <= self.leaves().len())?;
        if size == 0 { Some(empty_root()) } else { self.node(0, size) }
    }

    /// Returns the audit path of a leaf, counted from 0, in the tree over that many first leaves, from the leaf's
    /// sibling upwards, or `None` if there is no such leaf.
    #[must_use]
    pub fn path(&self, index: u64, size: u64) -> Option<Vec<Hash>> {
        let index = usize::try_from(index).ok()?;
        let (mut from, mut to) = (0, usize::try_from(size).ok().filter(|size| *size <= self.leaves().len())?);
        if index >= to {
            return None;
        }
        let mut path = Vec::new();
        while to - from > 1 {
            let middle = from + split(to - from);
            if index < middle {
                path.push(self.node(middle, to)?);
                to = middle;
            } else {
                path.push(self.node(from, middle)?);
                from = middle;
            }
        }
        path.reverse();
        Some(path)
    }

    /// Returns the hash over a range of leaves, which begins where a subtree does, or `None` if the range is empty.
    fn node(&self, from: usize, to: usize) -> Option<Hash> {
        let count = to.checked_sub(from).filter(|count| *count > 0)?;
        if count.is_power_of_two() {
            let level = self.levels.get(usize::try_from(count.trailing_zeros()).ok()?)?;
            return level.get(from / count).copied();
        }
        let middle = from + split(count);
        Some(node_hash(&self.node(from, middle)?, &self.node(middle, to)?))
    }
}

/// Returns the largest power of two below a count of at least two.
const fn split(count: usize) -> usize {
    count.next_power_of_two() / 2
}

impl FromIterator<Hash> for Tree {
    fn from_iter<I: IntoIterator<Item = Hash>>(leaves: I) -> Self {
        let mut tree = Self::new();
        leaves.into_iter().for_each(|leaf| tree.push(leaf));
        tree
    }
}

impl<'l> FromIterator<&'l [u8]> for Tree {
    fn from_iter<I: IntoIterator<Item = &'l [u8]>>(lines: I) -> Self {
        lines.into_iter().map(line_hash).collect()
    }
}
