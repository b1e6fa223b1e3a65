//! Proofs that an event is among the sealed ones: <https://c2sp.org/tlog-proof>.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ct_merkle::{InclusionProof, RootHash};
use demarche_core::{Hash, HashError};
use sha2::Sha256;

use super::checkpoint::{Checkpoint, CheckpointError};
use super::hash::cut;
use super::key::VerifierKey;
use super::tree::Tree;

/// The first line of a proof.
const HEAD: &str = "c2sp.org/tlog-proof@v1";

/// A proof that an event is among those that a checkpoint sealed, with everything needed to check it except the key.
///
/// In text: a head, the canonical line in base64 (`extra`), its number from 0 (`index`), the hashes from the leaf's
/// sibling upwards, a blank line, and the checkpoint.
///
/// ```
/// use demarche_journal::seal::{Checkpoint, Proof, SealingKey, Tree};
///
/// let tree: Tree = ["one", "two"].iter().map(|line| line.as_bytes()).collect();
/// let key = SealingKey::new("example.org/desk", [7; 32])?;
/// let sealed = Checkpoint::of(&tree, "example.org/desk")?.sign(&key);
/// let text = Proof::new("one", 0, &tree, &sealed)?.to_string();
/// assert!(text.starts_with("c2sp.org/tlog-proof@v1\nextra b25l\nindex 0\n"));
/// assert!(text.ends_with(&sealed));
///
/// let altered = text.replace("b25l", "b25m").parse::<Proof>()?;
/// assert!(altered.verify(&[key.verifier()], "example.org/desk").is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    line: String,
    index: u64,
    path: Vec<Hash>,
    note: String,
}

/// Says why there is no proof, why a text is not a proof, or why a proof does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The checkpoint is malformed, or not to be trusted.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The log does not extend the checkpoint, so it proves nothing about it.
    #[error("the log does not extend the checkpoint over {size} events: `demarche verify` says where they differ")]
    OtherTree {
        /// How many events were sealed.
        size: u64,
    },
    /// The event came after the checkpoint, or differs from the one in the log.
    #[error("event {number} is not among the {size} that the checkpoint seals")]
    NotSealed {
        /// The number of the event, from 1.
        number: u64,
        /// How many events were sealed.
        size: u64,
    },
    /// A line is not as it should be.
    #[error("line {line} of the proof: {found:?}, expected {expected}")]
    Line {
        /// The line, from 1.
        line: usize,
        /// The actual line, cut after 100 characters.
        found: Box<str>,
        /// What was expected.
        expected: &'static str,
    },
    /// A hash is malformed.
    #[error("line {line} of the proof: {reason}")]
    Hash {
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        reason: HashError,
    },
    /// It proves nothing: line, index, hashes and checkpoint do not fit together.
    #[error("the proof does not hold: event {number} of the {size} sealed is not this line, or a hash was altered")]
    Broken {
        /// The number of the event, from 1.
        number: u64,
        /// How many events were sealed.
        size: u64,
    },
}

impl ProofError {
    /// Returns the line of the proof that is to blame, from 1, if there is one.
    #[must_use]
    pub const fn line(&self) -> Option<usize> {
        match self {
            Self::Line { line, .. } | Self::Hash { line, .. } => Some(*line),
            // The lines of a checkpoint are counted from its own beginning.
            Self::Checkpoint(_) | Self::OtherTree { .. } | Self::NotSealed { .. } | Self::Broken { .. } => None,
        }
    }
}

impl Proof {
    /// Makes the proof that a line is the leaf at an index, from 0, in the tree of the checkpoint. The tree may have
    /// grown since. The signature is not verified.
    ///
    /// # Errors
    ///
    /// [`ProofError::Checkpoint`], [`ProofError::OtherTree`] and [`ProofError::NotSealed`].
    pub fn new(line: &str, index: u64, tree: &Tree, note: &str) -> Result<Self, ProofError> {
        let checkpoint = Checkpoint::of_unverified(note)?;
        let size = checkpoint.size();
        if tree.root_of_first(size) != Some(checkpoint.root()) {
            return Err(ProofError::OtherTree { size });
        }
        let not_sealed = ProofError::NotSealed { number: index.saturating_add(1), size };
        let path = tree.path(index, size).ok_or_else(|| not_sealed.clone())?;
        let proof = Self { line: line.to_owned(), index, path, note: note.to_owned() };
        if proof.holds(&checkpoint) { Ok(proof) } else { Err(not_sealed) }
    }

    /// Returns the checkpoint that seals the line, if one of the keys has signed it, it has that origin, and the proof
    /// holds.
    ///
    /// # Errors
    ///
    /// [`ProofError::Checkpoint`] and [`ProofError::Broken`].
    pub fn verify(&self, keys: &[VerifierKey], origin: &str) -> Result<Checkpoint, ProofError> {
        let checkpoint = Checkpoint::open(&self.note, keys, origin)?;
        if self.holds(&checkpoint) {
            Ok(checkpoint)
        } else {
            Err(ProofError::Broken { number: self.index.saturating_add(1), size: checkpoint.size() })
        }
    }

    fn holds(&self, checkpoint: &Checkpoint) -> bool {
        let root = RootHash::<Sha256>::new((*checkpoint.root().bytes()).into(), checkpoint.size());
        let path = self.path.iter().flat_map(Hash::bytes).copied().collect();
        InclusionProof::<Sha256>::try_from_bytes(path)
            .is_ok_and(|path| root.verify_inclusion(&self.line.as_bytes(), self.index, &path).is_ok())
    }

    /// Returns the canonical line that is proved. Do not trust it before [`Proof::verify`] succeeds.
    #[must_use]
    pub fn line(&self) -> &str {
        &self.line
    }

    /// Returns the number of the event among the sealed ones, from 0.
    #[must_use]
    pub const fn index(&self) -> u64 {
        self.index
    }

    /// Returns the checkpoint in the proof, a signed note.
    #[must_use]
    pub fn note(&self) -> &str {
        &self.note
    }
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{HEAD}\nextra {}\nindex {}\n", STANDARD.encode(&self.line), self.index)?;
        self.path.iter().try_for_each(|hash| writeln!(f, "{hash}"))?;
        write!(f, "\n{}", self.note)
    }
}

impl FromStr for Proof {
    type Err = ProofError;

    fn from_str(text: &str) -> Result<Self, ProofError> {
        let (proof, note) = text.split_once("\n\n").unwrap_or((text, ""));
        let mut lines = (1..).zip(proof.split('\n'));
        let mut next = || lines.next().unwrap_or((1, ""));
        let wrong = |(line, found): (usize, &str), expected| ProofError::Line { line, found: cut(found), expected };
        let head = next();
        if head.1 != HEAD {
            return Err(wrong(head, HEAD));
        }
        let extra = next();
        let decoded = extra.1.strip_prefix("extra ").and_then(|base64| STANDARD.decode(base64).ok());
        let line = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
        let line = line.ok_or_else(|| wrong(extra, "`extra` and the line of the event in base64"))?;
        let number = next();
        let index = number.1.strip_prefix("index ").and_then(|text| {
            let canonical = |index: &u64| index.to_string() == text;
            text.parse().ok().filter(canonical)
        });
        let index = index.ok_or_else(|| wrong(number, "`index` and a number"))?;
        let path = lines.map(|(line, text)| text.parse().map_err(|reason| ProofError::Hash { line, reason }));
        Ok(Self { line, index, path: path.collect::<Result<_, _>>()?, note: note.to_owned() })
    }
}
