//! The laws of projections as tests (`docs/model.md` §5), for the fold and for anybody's projections (feature
//! `testing`).
//!
//! [`check`] runs all of them over generated logs, and shrinks a log that breaks one. Each law is also a function, to
//! try on a log of your choice. All of them take a function that makes an empty projection, and a [`Trial`].
//!
//! ```
//! use demarche_projection::{Replay, testing};
//! use demarche_projection::query::Query;
//!
//! let query = Query { today: Some("2026-01-01T00:00:00Z".parse().unwrap()), ..Query::default() };
//! laws::check(|| Replay::new(query.clone()), 16)?;
//! # Ok::<(), laws::Failed>(())
//! ```

mod broken;
mod check;
mod cut;
mod sets;
mod times;

use demarche_core::Event;

use crate::{ApplyError, Projection};
use crate::query::Bounds;

pub use broken::{Broken, Law};
pub use check::{Failed, check, check_over, trial, trial_over};
pub use cut::{merging, one_at_a_time, snapshot};
pub use sets::{duplicating, permuting};
pub use times::{as_of, known_at, retracting};

/// The input on which a law is tried.
///
/// No two events of the log may share an id and differ: that would not be a valid log.
#[derive(Debug, Clone, Default)]
pub struct Trial {
    /// The log, as its lines come.
    pub log: Vec<Event>,
    /// A key for each line, repeated in a cycle if there are fewer. The keys give another order of the lines; lines
    /// with an odd key are told twice; and the key decides into which part of the log a line falls.
    pub keys: Vec<u16>,
    /// The number of a line, taken modulo the length of the log: the line that is retracted, before which the snapshot
    /// is taken, and whose times serve as bounds.
    pub line: usize,
    /// The bounds of the question, and two more bounds for the laws about them.
    pub bounds: Bounds,
}

impl Trial {
    /// Each line with its key.
    fn keyed(&self) -> impl Iterator<Item = (u16, &Event)> {
        let keys = if self.keys.is_empty() { &[0] } else { &*self.keys };
        keys.iter().copied().cycle().zip(&self.log)
    }

    /// The line that the trial points at; `None` if the log is empty.
    fn chosen(&self) -> Option<&Event> {
        self.log.get(self.line.checked_rem(self.log.len())?)
    }
}

/// Tries every law, in the order of [`Law`].
///
/// # Errors
///
/// The first [`Broken`] one.
pub fn all<P: Projection>(make: impl Fn() -> P, trial: &Trial) -> Result<(), Broken> {
    permuting(&make, trial)?;
    duplicating(&make, trial)?;
    merging(&make, trial)?;
    one_at_a_time(&make, trial)?;
    snapshot(&make, trial)?;
    known_at(&make, trial)?;
    as_of(&make, trial)?;
    retracting(&make, trial)
}

/// Makes a projection over the events.
fn over<'a, P: Projection>(make: impl Fn() -> P, events: impl IntoIterator<Item = &'a Event>) -> Result<P, ApplyError> {
    let mut projection = make();
    events.into_iter().try_for_each(|event| projection.apply(event))?;
    Ok(projection)
}

/// Returns the answer of a projection over the events.
fn answer<'a, P: Projection>(
    make: impl Fn() -> P,
    events: impl IntoIterator<Item = &'a Event>,
    bounds: &Bounds,
) -> Result<P::Answer, ApplyError> {
    over(make, events).map(|projection| projection.answer(bounds))
}
