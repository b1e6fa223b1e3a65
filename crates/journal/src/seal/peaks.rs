//! The root of a tree that is not kept: what is left of it are the complete subtrees, a few hashes.

use demarche_core::Hash;

use super::hash::{empty_root, node_hash};

/// The root over leaves that arrive one by one, in memory that grows with the logarithm of their number.
///
/// ```
/// use demarche_journal::line_hash;
/// use demarche_journal::seal::{Peaks, Tree};
///
/// let (mut peaks, mut tree) = (Peaks::new(), Tree::new());
/// for leaf in [&b"one"[..], b"two", b"three"] {
///     peaks.push(line_hash(leaf));
///     tree.push(line_hash(leaf));
/// }
/// assert_eq!((peaks.size(), peaks.root()), (3, tree.root()));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Peaks {
    /// The roots of complete subtrees from the left, one for each bit of the size that is set.
    hashes: Vec<Hash>,
    size: u64,
}

impl Peaks {
    /// Makes a tree without leaves.
    #[must_use]
    pub const fn new() -> Self {
        Self { hashes: Vec::new(), size: 0 }
    }

    /// Returns the number of leaves.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf by its hash.
    pub fn push(&mut self, leaf: Hash) {
        let mut carried = leaf;
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.hashes.pop() {
                carried = node_hash(&left, &carried);
            }
        }
        self.hashes.push(carried);
        self.size += 1;
    }

    /// Returns the root.
    #[must_use]
    pub fn root(&self) -> Hash {
        let mut from_right = self.hashes.iter().rev();
        let Some(last) = from_right.next() else { return empty_root() };
        from_right.fold(*last, |right, left| node_hash(left, &right))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tree::Tree;
    use super::*;
    use crate::erasure::line_hash;

    #[test]
    fn the_root_is_that_of_the_whole_tree_at_every_size() {
        let (mut peaks, mut tree) = (Peaks::new(), Tree::new());
        for number in 0..300_u32 {
            assert_eq!((peaks.size(), peaks.root()), (tree.size(), tree.root()));
            peaks.push(line_hash(&number.to_be_bytes()));
            tree.push(line_hash(&number.to_be_bytes()));
        }
    }
}
