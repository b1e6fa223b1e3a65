//! The hashes of all leaves, kept beside a checkpoint to find the event that differs.

use std::fmt;
use std::fs::{self, File, Metadata};
use std::io::Read as _;
use std::path::Path;
use std::str::FromStr;

use demarche_core::{Hash, HashError};

use super::checkpoint::Checkpoint;
use super::tree::Tree;

/// The length of a line of a list, in bytes: 32 bytes in base64, and a line feed.
const LINE_BYTES: u64 = 45;

/// The hashes of the leaves of a tree: text, one base64 hash a line.
///
/// It is not signed and need not be: it is trusted only if its root is that of a checkpoint.
///
/// ```
/// use demarche_journal::seal::{HashList, Tree};
///
/// let tree: Tree = ["one", "two"].iter().map(|line| line.as_bytes()).collect();
/// let list: HashList = HashList::of(&tree).to_string().parse()?;
/// assert_eq!(list.tree(), &tree);
/// # Ok::<(), demarche_journal::seal::HashListError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HashList(Tree);

/// Says why a text is not a list of hashes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
#[non_exhaustive]
pub struct HashListError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub reason: HashError,
}

impl HashList {
    /// Makes the list of a tree's leaves.
    #[must_use]
    pub fn of(tree: &Tree) -> Self {
        Self(tree.clone())
    }

    /// Reads the list that is kept beside a checkpoint. The number of events gives the length of the list; a file of
    /// another length is not such a list, and is not read.
    #[must_use]
    pub fn read(path: &Path, checkpoint: &Checkpoint) -> Option<Self> {
        let length = checkpoint.size().checked_mul(LINE_BYTES)?;
        let is_list = |found: Metadata| found.is_file() && found.len() == length;
        if !fs::metadata(path).is_ok_and(is_list) {
            return None;
        }
        let mut text = String::new();
        File::open(path).ok()?.take(length).read_to_string(&mut text).ok()?;
        text.parse().ok()
    }

    /// Returns the tree over the hashes.
    #[must_use]
    pub const fn tree(&self) -> &Tree {
        &self.0
    }
}

impl fmt::Display for HashList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.leaves().iter().try_for_each(|hash| writeln!(f, "{hash}"))
    }
}

impl FromStr for HashList {
    type Err = HashListError;

    fn from_str(text: &str) -> Result<Self, HashListError> {
        let hash = |(line, text): (usize, &str)| text.parse::<Hash>().map_err(|reason| HashListError { line, reason });
        (1..).zip(text.lines()).map(hash).collect::<Result<Tree, _>>().map(Self)
    }
}
