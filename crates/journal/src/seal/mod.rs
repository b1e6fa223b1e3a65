//! Tamper evidence: proves what was on file on a given day, and finds what was changed since.
//!
//! The canonical lines of a log, in the order of the file, are the leaves of an RFC 6962 Merkle [`Tree`]. Its root and
//! the number of events, signed with a [`SealingKey`], are a [`Checkpoint`] in the form of C2SP `tlog-checkpoint`. A
//! journal, read as a [`Sequence`], extends a checkpoint if its first events are the sealed ones, byte for byte. A
//! [`Proof`] in the form of C2SP `tlog-proof` shows that one event is among them; checking it needs neither the log nor
//! trust in the sender. `docs/sealing.md` says what each is good for, and what it does not show.
//!
//! ```
//! use demarche_journal::seal::{Checkpoint, Proof, SealingKey, Tree};
//!
//! let tree: Tree = ["one", "two", "three"].iter().map(|line| line.as_bytes()).collect();
//! let key = SealingKey::new("example.org/desk", [7; 32])?;
//! let sealed = Checkpoint::of(&tree, "example.org/desk")?.sign(&key);
//!
//! let public = [key.verifier()];
//! let checkpoint = Checkpoint::open(&sealed, &public, "example.org/desk")?;
//! assert_eq!((checkpoint.size(), checkpoint.root()), (3, tree.root()));
//!
//! let proof = Proof::new("two", 1, &tree, &sealed)?.to_string();
//! let proved = proof.parse::<Proof>()?.verify(&public, "example.org/desk")?;
//! assert_eq!(proved, checkpoint);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod checkpoint;
mod hash;
mod hash_list;
mod key;
mod key_file;
mod leaves;
mod locked;
mod note;
mod peaks;
mod proof;
mod sequence;
mod snapshot;
mod stray;
mod tree;
mod verify;

pub use checkpoint::{Checkpoint, CheckpointError};
pub use hash_list::{HashList, HashListError};
pub use key::{KeyError, SealingKey, VerifierKey};
pub use key_file::{KeyFileError, create_key_file, read_key_file};
pub use leaves::{Leaf, Leaves};
pub use locked::{LockedJournal, is_last};
pub use note::{Note, NoteError};
pub use peaks::Peaks;
pub use proof::{Proof, ProofError};
pub use sequence::{Altered, LeafPlace, Sequence, SequenceError};
pub use snapshot::Snapshot;
pub use stray::{Stray, StrayKind};
pub use tree::Tree;
pub use verify::{Difference, Sealed, verify};
