//! The hashes of a tree, as defined by RFC 6962. Its leaves are lines: [`line_hash`](crate::line_hash).

use demarche_core::Hash;
use sha2::{Digest as _, Sha256};

/// Hashes two nodes to their parent.
pub(super) fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Hash::new(Sha256::new().chain_update([1]).chain_update(left.bytes()).chain_update(right.bytes()).finalize().into())
}

/// Returns the root of a tree without leaves.
pub(super) fn empty_root() -> Hash {
    Hash::new(Sha256::digest([]).into())
}

/// A text cut after 100 characters.
pub(super) fn cut(text: &str) -> Box<str> {
    text.chars().take(100).collect()
}
