//! Expectations: what a journal must say, like the balance assertions of plain-text accounting.

mod error;
mod line;
mod read;

use std::fmt;

use demarche_core::{EventId, Instant, TrackId};

use crate::query::{Query, Reading};
use crate::state::{Status, TrackState};
use crate::{Fold, LogChanged};

pub use error::{ExpectationError, ExpectationProblem};
pub use read::read_expectations;

/// What a journal must say of a track.
///
/// ```
/// use demarche_core::codec::decode;
/// use demarche_projection::Fold;
/// use demarche_projection::expectation::read_expectations;
/// use demarche_projection::query::Query;
///
/// let line = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"meeting_cancelled","track":"us-ru/irritants","occurred":"2025-06","recorded":"2025-07-23T08:00:00Z","source":{"who":"izvestia","attribution":"media","grade":"B2"},"data":{"meeting":"moscow-round","by":"us"}}"#;
/// let fold = Fold::of([decode(line).unwrap()]).unwrap();
///
/// let expectations = r#"
/// ## In summer it was off; by winter nothing had moved for ninety days.
/// {"track":"us-ru/irritants","status":"cancelled","contested":false}
/// {"track":"us-ru/irritants","status":"cancelled","today":"2025-12-01"}
/// "#;
/// let expectations = read_expectations(expectations.as_bytes()).collect::<Result<Vec<_>, _>>()?;
/// assert_eq!(expectations[0].hold(&fold, &Query::default())?, Ok(()));
/// let unmet = expectations[1].hold(&fold, &Query::default())?.unwrap_err();
/// assert_eq!(unmet.line, 4);
/// assert_eq!(
///     unmet.to_string(),
///     "expected cancelled, found stalled (decided by 0199f3c0-5a00-7000-8000-000000000001)"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expectation {
    /// The number of the line, from 1.
    pub line: u64,
    /// The track.
    pub track: TrackId,
    /// Where the track must stand, or `None` if there must be nothing to say about it.
    pub status: Option<Status>,
    /// The bound on when events occurred.
    pub as_of: Option<Instant>,
    /// The bound on when events were recorded.
    pub known_at: Option<Instant>,
    /// The instant at which the track is judged.
    pub today: Option<Instant>,
    /// Whose words count.
    pub reading: Option<Reading>,
    /// Whether the status must be contested, or `None` if it need not be either.
    pub contested: Option<bool>,
}

/// A journal does not say what it must.
///
/// Its text says what was expected and what was found; the caller adds the line and the track.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmet {
    /// The number of the expectation's line, from 1.
    pub line: u64,
    /// The track.
    pub track: TrackId,
    /// The expected status, or `None` for nothing to say; and whether it must be contested, if that was given.
    pub expected: (Option<Status>, Option<bool>),
    /// What was found, or `None` if there is nothing to say about the track.
    pub found: Option<Found>,
}

/// What was found about a track, in brief.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// Where the track stands.
    pub status: Status,
    /// Whether the status is contested.
    pub contested: bool,
    /// The deciding event.
    pub decided_by: EventId,
}

impl Expectation {
    /// Returns the query of the expectation: the given one, with the fields that the expectation sets replaced.
    #[must_use]
    pub fn query(&self, base: &Query) -> Query {
        Query {
            as_of: self.as_of.or(base.as_of),
            known_at: self.known_at.or(base.known_at),
            today: self.today.or(base.today),
            reading: self.reading.clone().unwrap_or_else(|| base.reading.clone()),
            patience: base.patience.clone(),
        }
    }

    /// Tells whether a journal says what it must.
    ///
    /// # Errors
    ///
    /// [`LogChanged`] if a line of the journal was overwritten. [`Unmet`] says what was found instead of what was
    /// expected.
    pub fn hold(&self, fold: &Fold, base: &Query) -> Result<Result<(), Unmet>, LogChanged> {
        let found = fold.state(&self.track, &self.query(base))?.map(|state| Found::of(&state));
        let contested = found.is_some_and(|found| found.contested);
        if found.map(|found| found.status) == self.status && self.contested.is_none_or(|expected| expected == contested)
        {
            return Ok(Ok(()));
        }
        let expected = (self.status, self.contested);
        Ok(Err(Unmet { line: self.line, track: self.track.clone(), expected, found }))
    }
}

impl Found {
    fn of(state: &TrackState) -> Self {
        Self { status: state.status, contested: !state.contested.is_empty(), decided_by: state.decided_by }
    }
}

impl fmt::Display for Unmet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (status, contested) = self.expected;
        f.write_str("expected ")?;
        write_status(f, status, contested)?;
        f.write_str(", found ")?;
        // If the status is wrong, report whether it is contested only if that was expected, too.
        let found_contested = self.found.and_then(|found| contested.map(|_| found.contested));
        write_status(f, self.found.map(|found| found.status), found_contested)?;
        match self.found.map(|found| found.decided_by) {
            Some(id) => write!(f, " (decided by {id})"),
            None => Ok(()),
        }
    }
}

fn write_status(f: &mut fmt::Formatter<'_>, status: Option<Status>, contested: Option<bool>) -> fmt::Result {
    match status {
        Some(status) => f.write_str(status.as_str())?,
        None => f.write_str("nothing to say")?,
    }
    match contested {
        Some(true) => f.write_str(", contested"),
        Some(false) => f.write_str(", uncontested"),
        None => Ok(()),
    }
}

impl std::error::Error for Unmet {}
