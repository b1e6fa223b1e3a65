//! Whether a log still extends what was sealed, and if not, where they differ.

use super::checkpoint::Checkpoint;
use super::hash_list::HashList;
use super::tree::Tree;

/// A checkpoint that was verified, with the hashes that were kept beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The checkpoint.
    pub checkpoint: Checkpoint,
    /// The hashes, of this or of a later checkpoint, if they were kept.
    pub hashes: Option<HashList>,
}

/// Says where a log differs from what was sealed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Difference {
    /// The first event that differs is known.
    #[error("event {} is not the one that was sealed", index + 1)]
    Event {
        /// The number of the event, from 0.
        index: u64,
    },
    /// All events of the log are as sealed, but the last ones are missing.
    #[error("the log ends after event {size}: {sealed} were sealed")]
    Missing {
        /// How many events the log has.
        size: u64,
        /// How many were sealed.
        sealed: u64,
    },
    /// The log has fewer events than were sealed. Beyond the proved ones, its events may differ from the sealed ones.
    #[error("the log has {size} of the {sealed} events that were sealed, of which only the first {proved} are proved")]
    Fewer {
        /// How many are proved by another checkpoint.
        proved: u64,
        /// How many events the log has.
        size: u64,
        /// How many were sealed.
        sealed: u64,
    },
    /// The first event that differs is in a range.
    #[error("one of the events {} to {to} is not as it was sealed", after + 1)]
    Between {
        /// How many events are proved by another checkpoint.
        after: u64,
        /// The last event of the range: the number of events in the smallest checkpoint that does not hold.
        to: u64,
    },
    /// A smaller checkpoint does not hold, but a larger one does: their signer sealed two different logs.
    #[error("two checkpoints contradict each other, over {smaller} and {larger} events: no log extends both")]
    Contradiction {
        /// The size of the smaller one.
        smaller: u64,
        /// The size of the larger one.
        larger: u64,
    },
}

impl Difference {
    /// Returns the number, from 0, of the first event that is not proved, or `None` if checkpoints contradict each
    /// other.
    #[must_use]
    pub const fn first(&self) -> Option<u64> {
        match self {
            Self::Event { index } => Some(*index),
            Self::Missing { size, .. } => Some(*size),
            Self::Fewer { proved, .. } => Some(*proved),
            Self::Between { after, .. } => Some(*after),
            Self::Contradiction { .. } => None,
        }
    }
}

impl Sealed {
    /// Tells whether the first events of a log are those that were sealed.
    #[must_use]
    pub fn holds_for(&self, tree: &Tree) -> bool {
        tree.root_of_first(self.checkpoint.size()) == Some(self.checkpoint.root())
    }
}

/// Proves that a log extends every checkpoint, and returns the number of events that are proved.
///
/// The first event that differs can be found if a list of hashes was kept whose root is that of a checkpoint; the list
/// of a later checkpoint serves as well. Otherwise it is known only between which checkpoints the event is.
///
/// ```
/// use demarche_journal::seal::{Checkpoint, Difference, HashList, Sealed, Tree, verify};
///
/// let tree = |lines: &[&str]| lines.iter().map(|line| line.as_bytes()).collect::<Tree>();
/// let before = tree(&["one", "two"]);
/// let checkpoint = Checkpoint::of(&before, "example.org/desk")?;
/// let mut sealed = [Sealed { checkpoint, hashes: None }];
/// assert_eq!(verify(&tree(&["one", "two", "three"]), &sealed), Ok(2));
///
/// let altered = tree(&["one", "too", "three"]);
/// assert_eq!(verify(&altered, &sealed), Err(Difference::Between { after: 0, to: 2 }));
/// sealed[0].hashes = Some(HashList::of(&before));
/// assert_eq!(verify(&altered, &sealed), Err(Difference::Event { index: 1 }));
/// # Ok::<(), demarche_journal::seal::CheckpointError>(())
/// ```
///
/// # Errors
///
/// A [`Difference`], as exact as it can be known.
pub fn verify(tree: &Tree, sealed: &[Sealed]) -> Result<u64, Difference> {
    let (held, broken): (Vec<&Sealed>, Vec<&Sealed>) = sealed.iter().partition(|sealed| sealed.holds_for(tree));
    let size_of = |sealed: &&Sealed| sealed.checkpoint.size();
    let proved = held.iter().map(size_of).max().unwrap_or(0);
    let Some(smallest) = broken.iter().map(size_of).min() else { return Ok(proved) };
    if !held.is_empty() && smallest <= proved {
        return Err(Difference::Contradiction { smaller: smallest, larger: proved });
    }
    let lists = || sealed.iter().filter_map(|sealed| sealed.hashes.as_ref());
    let first = broken.iter().flat_map(|broken| lists().filter_map(|list| first_difference(tree, broken, list))).min();
    let size = tree.size();
    let largest = broken.iter().map(size_of).max().unwrap_or(smallest);
    Err(match first {
        // A larger checkpoint seals all events of the smallest one unchanged.
        Some(index) if index >= smallest => Difference::Contradiction { smaller: smallest, larger: largest },
        Some(index) if index == size => Difference::Missing { size, sealed: smallest },
        Some(index) => Difference::Event { index },
        None if size < smallest => Difference::Fewer { proved, size, sealed: smallest },
        None => Difference::Between { after: proved, to: smallest },
    })
}

/// Returns the first leaf that differs, by a list of hashes, which is trusted because its root was signed.
fn first_difference(tree: &Tree, broken: &Sealed, list: &HashList) -> Option<u64> {
    let (size, root) = (broken.checkpoint.size(), broken.checkpoint.root());
    if list.tree().root_of_first(size) != Some(root) {
        return None;
    }
    let mut sealed = (0..size).zip(list.tree().leaves());
    let mut found = tree.leaves().iter();
    sealed.find(|(_, hash)| found.next() != Some(*hash)).map(|(index, _)| index)
}
