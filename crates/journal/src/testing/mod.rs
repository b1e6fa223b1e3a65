//! The promises of a store as tests, for the journal and for anybody's stores (feature `testing`).
//!
//! Each [`Promise`] is tried on a separate, empty store, through a function that opens another handle on it.
//!
//! ```
//! use demarche_journal::testing::Promise;
//! use demarche_journal::{Journal, Options, Store};
//!
//! # let folder = std::env::temp_dir().join(format!("demarche-promises-doc-{}", std::process::id()));
//! for promise in Promise::ALL {
//!     let path = folder.join(format!("{promise:?}.jsonl"));
//!     # std::fs::create_dir_all(&folder)?;
//!     promise.check(&|| Ok(Box::new(Journal::open(&path, Options::default())?)))?;
//! }
//! # std::fs::remove_dir_all(&folder)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod made;
mod many;
mod reading;
mod writing;

use std::error::Error;
use std::fmt;

use crate::store::{Store, StoreError};

/// Opens another handle on a store.
pub type Open<'a> = &'a (dyn Fn() -> Result<Box<dyn Store>, StoreError> + Sync);

/// A promise of every [`Store`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Promise {
    /// Batches are not stored in part.
    Whole,
    /// Events are not stored twice.
    Once,
    /// Ids have one content.
    Conflict,
    /// Tracks are as expected.
    Version,
    /// Events rest on others that are there.
    Gone,
    /// Lines can be read again.
    TooLong,
    /// Positions are dense.
    Dense,
    /// Reading goes on from anywhere.
    ReadOn,
    /// Events are found by id.
    Found,
    /// Lines stay as they are.
    Lines,
    /// Loading equals reading.
    Loaded,
    /// Writers do not disturb each other.
    Writers,
    /// Of several writers that expect the same, one wins.
    Race,
    /// Readers miss nothing while others write.
    Tail,
}

impl Promise {
    /// All promises.
    pub const ALL: [Self; 14] = [
        Self::Whole,
        Self::Once,
        Self::Conflict,
        Self::Version,
        Self::Gone,
        Self::TooLong,
        Self::Dense,
        Self::ReadOn,
        Self::Found,
        Self::Lines,
        Self::Loaded,
        Self::Writers,
        Self::Race,
        Self::Tail,
    ];

    /// Returns the promise in words.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Whole => "a batch is stored wholly or not at all",
            Self::Once => "an event that is stored already is not stored again",
            Self::Conflict => "another event of a stored id is refused",
            Self::Version => "a track that does not have the expected number of events is not added to",
            Self::Gone => "what rests on an event that is not stored as it was read is refused",
            Self::TooLong => "an event whose line could not be read again is refused",
            Self::Dense => "positions are dense, in the order in which events were stored",
            Self::ReadOn => "a reader goes on from any position, and from the beginning if the epoch is another",
            Self::Found => "a stored event is found by its id, by any handle",
            Self::Lines => "the line of an event that was copied from elsewhere is stored and read as it was there",
            Self::Loaded => "what is loaded at once is what is read",
            Self::Writers => "what several writers store at once is all there, once, and in whole batches",
            Self::Race => "of several writers that expect the same version, exactly one wins",
            Self::Tail => "a reader misses nothing, and sees nothing twice or out of order, while others write",
        }
    }

    /// Tries the promise on an empty store.
    ///
    /// # Errors
    ///
    /// [`Broken`] if the store does not keep it.
    pub fn check(self, open: Open<'_>) -> Result<(), Broken> {
        let kept = match self {
            Self::Whole => writing::whole(open),
            Self::Once => writing::once(open),
            Self::Conflict => writing::conflict(open),
            Self::Version => writing::version(open),
            Self::Gone => writing::gone(open),
            Self::TooLong => writing::too_long(open),
            Self::Dense => reading::dense(open),
            Self::ReadOn => reading::read_on(open),
            Self::Found => reading::found(open),
            Self::Lines => reading::lines(open),
            Self::Loaded => reading::loaded(open),
            Self::Writers => many::writers(open),
            Self::Race => many::race(open),
            Self::Tail => many::tail(open),
        };
        kept.map_err(|error| Broken { promise: self, what: error.to_string() })
    }
}

impl fmt::Display for Promise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Says that a store breaks a promise.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("broken promise: {promise}\n{what}")]
pub struct Broken {
    /// The promise.
    pub promise: Promise,
    /// What was done, what was expected, and what came.
    pub what: String,
}

/// The result of trying a promise, or a part of it.
type Kept<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// Compares what came with what was expected.
fn same<T: PartialEq + fmt::Debug>(what: &str, found: &T, expected: &T) -> Kept {
    if found == expected {
        return Ok(());
    }
    Err(format!("{what}: expected {expected:?}, and there came {found:?}").into())
}
