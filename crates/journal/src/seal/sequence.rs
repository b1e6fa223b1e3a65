//! A journal as it is sealed: its logs, one after the other, as one sequence of events.

use std::io::BufRead;

use demarche_core::EventId;
use demarche_core::codec::ReadError;

use super::checkpoint::{Checkpoint, CheckpointError};
use super::hash::Hash;
use super::leaves::Leaves;
use super::stray::Stray;
use super::tree::Tree;
use super::verify::{Difference, Sealed, verify};

/// A journal that is sealed, verified, or from which is proved: the events of its logs, in their order.
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
    places: Vec<Place>,
    /// How many logs were read.
    logs: usize,
    /// The first stray, and of which event it is, from 0: it stands on its line, or before.
    first_stray: Option<(u64, Place, Stray)>,
    strays: usize,
}

/// Where something stands in the logs of a journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The number of the log, from 0.
    pub log: usize,
    /// The line in it, from 1.
    pub line: u64,
}

/// Says where a journal is not, or not byte for byte, as it was sealed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Altered {
    /// Its events are not those that were sealed.
    #[error("{difference}")]
    Events {
        /// How they differ.
        difference: Difference,
        /// Where the first one stands that is not proved, or would; none where no line is to blame.
        place: Option<Place>,
    },
    /// Its events are those that were sealed, and a line is not as it was.
    #[error("{stray}")]
    Stray {
        /// What is not as it was.
        stray: Box<Stray>,
        /// Where.
        place: Place,
    },
}

/// Says why a journal is not sealed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SequenceError {
    /// It is not in canonical form: what was sealed could not be told from what was altered.
    #[error("{stray}")]
    Stray {
        /// The first line that is not.
        stray: Box<Stray>,
        /// Where.
        place: Place,
    },
    /// The origin is none.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
}

impl Sequence {
    /// Reads a log behind those that were read before.
    ///
    /// # Errors
    ///
    /// A [`ReadError`] at the first line that is no event: nothing is passed over of what is to be proved.
    pub fn read(&mut self, input: impl BufRead) -> Result<(), Box<ReadError>> {
        let log = self.logs;
        self.logs += 1;
        let mut leaves = Leaves::new(input);
        for leaf in leaves.by_ref() {
            let leaf = leaf?;
            if let Some(stray) = leaf.stray {
                self.stray(log, stray);
            }
            self.tree.push(Hash::of_leaf(leaf.text.as_bytes()));
            self.ids.push(leaf.event.id);
            self.places.push(Place { log, line: leaf.line });
        }
        if let Some(stray) = leaves.rest() {
            self.stray(log, stray);
        }
        Ok(())
    }

    /// Enters a stray of the event that comes next.
    fn stray(&mut self, log: usize, stray: Stray) {
        self.strays += 1;
        let place = Place { log, line: stray.line };
        self.first_stray.get_or_insert((self.tree.size(), place, stray));
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
    pub fn strays(&self) -> Option<(usize, Place)> {
        self.first_stray.as_ref().map(|(_, place, _)| (self.strays, *place))
    }

    /// Returns where an event stands, by its number from 0; of one that is not there, where it would.
    #[must_use]
    pub fn place(&self, number: u64) -> Place {
        let found = usize::try_from(number).ok().and_then(|number| self.places.get(number));
        let behind = || {
            let last = self.places.last().copied().unwrap_or(Place { log: 0, line: 0 });
            Place { line: last.line + 1, ..last }
        };
        found.copied().unwrap_or_else(behind)
    }

    /// Makes the checkpoint of the journal.
    ///
    /// # Errors
    ///
    /// A [`SequenceError`] where the journal is not in canonical form, or the origin is none.
    pub fn checkpoint(&self, origin: &str) -> Result<Checkpoint, SequenceError> {
        if let Some((_, place, stray)) = &self.first_stray {
            return Err(SequenceError::Stray { stray: Box::new(stray.clone()), place: *place });
        }
        Ok(Checkpoint::of(&self.tree, origin)?)
    }

    /// Tells whether what a checkpoint seals stands there byte for byte.
    #[must_use]
    pub fn extends(&self, sealed: &Sealed) -> bool {
        sealed.holds_for(&self.tree) && self.stray_within(sealed.checkpoint.size()).is_none()
    }

    /// The stray in the first so many events, up to the end of the last line.
    fn stray_within(&self, size: u64) -> Option<(Place, &Stray)> {
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
