//! The laws of projections as tests (`docs/model.md` §5), for the fold and for everybody's projections (feature
//! `testing`).
//!
//! [`check`] runs all of them over generated logs, and shrinks what breaks one. Each law is a function of its own, too,
//! to be tried on whatever log there is. All of them take a way to make an empty projection, and a [`Trial`].
//!
//! ```
//! use demarche_projection::{Query, Replay, laws};
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

use crate::{Bounds, Conflict, Projection};

pub use broken::{Broken, Law};
pub use check::{Failed, check, check_over, trial, trial_over};
pub use cut::{merging, one_at_a_time, snapshot};
pub use sets::{duplicating, permuting};
pub use times::{as_of, known_at, retracting};

/// What the laws are tried on.
///
/// The log must not have two events of one id with other content: such a log is none.
#[derive(Debug, Clone, Default)]
pub struct Trial {
    /// The log, as its lines come.
    pub log: Vec<Event>,
    /// A key for each line, used over and over where there are fewer: another order of the lines is that of their keys;
    /// those with an odd key are told twice; the key tells into which part of the log a line falls.
    pub keys: Vec<u16>,
    /// The number of a line, counted around where the log is shorter: the one that is retracted, before which the
    /// snapshot is taken, and at whose times the bounds lie.
    pub line: usize,
    /// The bounds within which is asked, and two more bounds for the laws on them.
    pub bounds: Bounds,
}

impl Trial {
    /// Each line with its key.
    fn keyed(&self) -> impl Iterator<Item = (u16, &Event)> {
        let keys = if self.keys.is_empty() { &[0] } else { &*self.keys };
        keys.iter().copied().cycle().zip(&self.log)
    }

    /// The line that the trial points at; none where the log is empty.
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

/// A projection over these events.
fn over<'a, P: Projection>(make: impl Fn() -> P, events: impl IntoIterator<Item = &'a Event>) -> Result<P, Conflict> {
    let mut projection = make();
    events.into_iter().try_for_each(|event| projection.apply(event))?;
    Ok(projection)
}

/// What a projection over these events answers.
fn answer<'a, P: Projection>(
    make: impl Fn() -> P,
    events: impl IntoIterator<Item = &'a Event>,
    bounds: &Bounds,
) -> Result<P::Answer, Conflict> {
    over(make, events).map(|projection| projection.answer(bounds))
}
