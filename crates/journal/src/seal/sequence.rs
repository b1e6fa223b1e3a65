//! A journal in the form in which it is sealed: its logs in order, as one sequence of events.

use std::io::BufRead;

use demarche_core::codec::ReadError;
use demarche_core::{Event, EventId, EventType};

use super::checkpoint::{Checkpoint, CheckpointError};
use super::key::VerifierKey;
use super::leaves::Leaves;
use super::note::NoteError;
use super::stray::Stray;
use super::tree::Tree;
use super::verify::{Difference, Sealed, verify};
use crate::erasure::line_hash;
use crate::erasure::{Redactions, verify_redaction};

/// A journal to be sealed, verified or proved from: the events of its logs, in order.
///
/// ```
/// use demarche_journal::seal::{Altered, Sealed, Sequence};
///
/// let line = concat!(
///     r#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"track_stalled","track":"us-ru","#,
///     r#""occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","#,
///     r#""source":{"who":"izvestia","attribution":"media"},"data":{}}"#,
///     "\n",
/// );
/// let read = |log: &str| -> Result<Sequence, Box<dyn std::error::Error>> {
///     let mut sequence = Sequence::default();
///     sequence.read(log.as_bytes())?;
///     Ok(sequence)
/// };
/// let checkpoint = read(line)?.checkpoint("example.org/desk")?;
/// let sealed = [Sealed { checkpoint, hashes: None }];
/// assert_eq!(read(line)?.verify(&sealed), Ok(1));
/// // The same event, and not the same bytes.
/// let Err(Altered::Stray { place, .. }) = read(&line.replace("199f", "199F"))?.verify(&sealed) else { panic!() };
/// assert_eq!((place.log, place.line), (0, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Sequence {
    tree: Tree,
    ids: Vec<EventId>,
    places: Vec<LeafPlace>,
    /// How many logs were read.
    logs: usize,
    /// The first stray, with the number of its event, from 0: the stray is on the line of the event, or before it.
    first_stray: Option<(u64, LeafPlace, Stray)>,
    strays: usize,
    /// The redactions among the events.
    redactions: Vec<Event>,
    /// The numbers of the events that count with their original lines, since their texts were erased.
    erased: Vec<u64>,
    /// The events of redactions that do not count, and why.
    refused: Vec<(EventId, NoteError)>,
}

/// A place in the logs of a journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeafPlace {
    /// The number of the log, from 0.
    pub log: usize,
    /// The line in it, from 1.
    pub line: u64,
}

/// Says where a journal differs from what was sealed, in its events or in its bytes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Altered {
    /// Its events differ from the sealed ones.
    #[error("{difference}")]
    Events {
        /// How they differ.
        difference: Difference,
        /// The place of the first event that is not proved, or where it would be, or `None` if no line is to blame.
        place: Option<LeafPlace>,
    },
    /// Its events are the sealed ones, but the bytes of a line differ.
    #[error("{stray}")]
    Stray {
        /// How they differ.
        stray: Box<Stray>,
        /// The place.
        place: LeafPlace,
    },
}

/// Says why a journal is not sealed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SequenceError {
    /// It is not in canonical form: later alterations could not be told from what was sealed.
    #[error("{stray}")]
    Stray {
        /// The first line that is not.
        stray: Box<Stray>,
        /// The place.
        place: LeafPlace,
    },
    /// The origin is invalid.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
}

impl Sequence {
    /// Reads a log after those that were read before.
    ///
    /// # Errors
    ///
    /// A [`ReadError`] at the first line that is not an event: nothing that is to be proved is skipped.
    pub fn read(&mut self, input: impl BufRead) -> Result<(), Box<ReadError>> {
        let log = self.logs;
        self.logs += 1;
        let mut leaves = Leaves::new(input);
        for leaf in leaves.by_ref() {
            let leaf = leaf?;
            if let Some(stray) = leaf.stray {
                self.stray(log, stray);
            }
            self.tree.push(line_hash(leaf.text.as_bytes()));
            self.ids.push(leaf.event.id);
            self.places.push(LeafPlace { log, line: leaf.line });
            if leaf.event.event_type() == EventType::EventRedacted {
                self.redactions.push(leaf.event);
            }
        }
        if let Some(stray) = leaves.rest() {
            self.stray(log, stray);
        }
        Ok(())
    }

    /// Notes a stray before or on the line of the next event.
    fn stray(&mut self, log: usize, stray: Stray) {
        self.strays += 1;
        let place = LeafPlace { log, line: stray.line };
        self.first_stray.get_or_insert((self.tree.size(), place, stray));
    }

    /// Puts the original lines in place of those whose texts were erased, as far as redactions say which these were: so
    /// the journal extends what was sealed before. Call it once everything is read.
    ///
    /// Only redactions that are signed by one of the keys count, so that nobody else can pass an alteration for an
    /// erasure. No keys are needed where the tree is held against a root that is trusted.
    pub fn restore(&mut self, keys: Option<&[VerifierKey]>) {
        let mut redactions = Redactions::default();
        for event in std::mem::take(&mut self.redactions) {
            match keys.map_or(Ok(()), |keys| verify_redaction(&event, keys)) {
                Ok(()) => redactions.note(&event),
                Err(error) => self.refused.extend(event.data.targets().iter().map(|target| (*target, error.clone()))),
            }
        }
        if redactions.is_empty() {
            return;
        }
        let mut leaves = self.tree.leaves().to_vec();
        for (number, (leaf, id)) in (0..).zip(leaves.iter_mut().zip(&self.ids)) {
            let original = redactions.original(*id, *leaf);
            if original != *leaf {
                *leaf = original;
                self.erased.push(number);
            }
        }
        self.tree = leaves.into_iter().collect();
    }

    /// Returns the numbers, from 0, of the events that count with their original lines ([`Sequence::restore`]).
    #[must_use]
    pub fn erased(&self) -> &[u64] {
        &self.erased
    }

    /// Returns why a redaction of an event does not count, if there is such a redaction.
    #[must_use]
    pub fn refused(&self, number: u64) -> Option<&NoteError> {
        let id = usize::try_from(number).ok().and_then(|number| self.ids.get(number))?;
        self.refused.iter().find(|(target, _)| target == id).map(|(_, error)| error)
    }

    /// Returns how many redactions do not count, since none of the keys has signed them.
    #[must_use]
    pub const fn refusals(&self) -> usize {
        self.refused.len()
    }

    /// Returns the tree over the events.
    #[must_use]
    pub const fn tree(&self) -> &Tree {
        &self.tree
    }

    /// Returns the ids of the events, in order.
    #[must_use]
    pub fn ids(&self) -> &[EventId] {
        &self.ids
    }

    /// Returns how many lines are not in canonical form, and where the first is.
    #[must_use]
    pub fn strays(&self) -> Option<(usize, LeafPlace)> {
        self.first_stray.as_ref().map(|(_, place, _)| (self.strays, *place))
    }

    /// Returns the place of an event, by its number from 0; for a missing event, where it would be.
    #[must_use]
    pub fn place(&self, number: u64) -> LeafPlace {
        let found = usize::try_from(number).ok().and_then(|number| self.places.get(number));
        let behind = || {
            let last = self.places.last().copied().unwrap_or(LeafPlace { log: 0, line: 0 });
            LeafPlace { line: last.line + 1, ..last }
        };
        found.copied().unwrap_or_else(behind)
    }

    /// Makes the checkpoint of the journal.
    ///
    /// # Errors
    ///
    /// A [`SequenceError`] if the journal is not in canonical form, or the origin is invalid.
    pub fn checkpoint(&self, origin: &str) -> Result<Checkpoint, SequenceError> {
        if let Some((_, place, stray)) = &self.first_stray {
            return Err(SequenceError::Stray { stray: Box::new(stray.clone()), place: *place });
        }
        Ok(Checkpoint::of(&self.tree, origin)?)
    }

    /// Tells whether everything that a checkpoint seals is there byte for byte.
    #[must_use]
    pub fn extends(&self, sealed: &Sealed) -> bool {
        sealed.holds_for(&self.tree) && self.stray_within(sealed.checkpoint.size()).is_none()
    }

    /// Returns the stray among that many first events, up to the end of the last line.
    fn stray_within(&self, size: u64) -> Option<(LeafPlace, &Stray)> {
        self.first_stray.as_ref().filter(|(number, ..)| *number < size).map(|(_, place, stray)| (*place, stray))
    }

    /// Proves that the journal extends every checkpoint, byte for byte, and returns the number of events that are
    /// proved.
    ///
    /// # Errors
    ///
    /// [`Altered`], as exact as it can be known.
    pub fn verify(&self, sealed: &[Sealed]) -> Result<u64, Altered> {
        let proved = verify(&self.tree, sealed).map_err(|difference| {
            let place = difference.first().map(|number| self.place(number));
            Altered::Events { difference, place }
        })?;
        match self.stray_within(proved) {
            Some((place, stray)) => Err(Altered::Stray { stray: Box::new(stray.clone()), place }),
            None => Ok(proved),
        }
    }
}
