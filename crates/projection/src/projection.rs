//! Projections: anything computed from the events of a journal.

use std::fmt;

use demarche_core::Event;
use serde_json::Value;

use crate::query::{Bounds, Query};
use crate::{ApplyError, Fold};

/// Something computed from the events of a journal.
///
/// The fold is one; a count of meetings by venue, a map, a table of who denied what are others. A projection is lawful
/// if its answer is a function of the *set* of events in bounds (`docs/model.md` §5): then late news, merged journals,
/// repeated delivery and parallel reading all give the same answer. The laws can be tested: with the feature `testing`,
/// `testing::check` runs all of them over generated logs.
///
/// The easy way to be lawful is to keep a [`Fold`], which is a set of events, and to answer from the events that it
/// calls [live](Fold::all_live):
///
/// ```
/// use std::collections::BTreeSet;
///
/// use demarche_core::{ActorId, Event};
/// use demarche_projection::{ApplyError, Fold, Projection};
/// use demarche_projection::query::Bounds;
///
/// /// Who has spoken.
/// #[derive(Clone, Default)]
/// struct Speakers {
///     fold: Fold,
/// }
///
/// impl Projection for Speakers {
///     type Answer = BTreeSet<ActorId>;
///
///     fn apply(&mut self, event: &Event) -> Result<(), ApplyError> {
///         self.fold.apply(event).map(|_| ())
///     }
///
///     fn merge(&mut self, other: Self) -> Result<(), ApplyError> {
///         self.fold.merge(other.fold)
///     }
///
///     fn answer(&self, bounds: &Bounds) -> BTreeSet<ActorId> {
///         let live = self.fold.all_live(bounds).expect("the events are in memory");
///         live.into_iter().map(|event| event.source.who).collect()
///     }
/// }
///
/// assert!(Speakers::default().answer(&Bounds::default()).is_empty());
/// # #[cfg(feature = "testing")]
/// demarche_projection::testing::check(Speakers::default, 32).unwrap();
/// ```
///
/// See `examples/venue_counts.rs` for a longer example.
pub trait Projection: Clone {
    /// The type of its answers.
    type Answer: PartialEq + fmt::Debug;

    /// Adds an event. The same event again must change nothing.
    ///
    /// # Errors
    ///
    /// A [`Conflict`](crate::Conflict) if there is another event of the same id, or [`LogChanged`](crate::LogChanged)
    /// if its line was overwritten. In both cases the projection must be unchanged.
    fn apply(&mut self, event: &Event) -> Result<(), ApplyError>;

    /// Adds the events of a projection over another part of the log. Parts may overlap.
    ///
    /// # Errors
    ///
    /// The first [`ApplyError`].
    fn merge(&mut self, other: Self) -> Result<(), ApplyError>;

    /// Answers from the events in bounds.
    fn answer(&self, bounds: &Bounds) -> Self::Answer;
}

/// The fold and its query, as a projection: where every track stands, in the form of the JSON contract.
///
/// To be lawful, the query must set `today`. Otherwise `today` is the day of the last record, which bounds and
/// retractions change.
///
/// ```
/// use demarche_core::codec::decode;
/// use demarche_projection::{Projection, Replay};
/// use demarche_projection::query::{Bounds, Query};
///
/// let line = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"track_stalled","track":"us-ru","occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","source":{"who":"izvestia","attribution":"media"},"data":{}}"#;
/// let mut replay = Replay::new(Query::default());
/// replay.apply(&decode(line).unwrap())?;
/// assert_eq!(replay.answer(&Bounds::default())[0]["status"], "stalled");
/// # Ok::<(), demarche_projection::ApplyError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Replay {
    /// The fold over events that were applied one by one; they are in memory, so nobody can write over them.
    fold: Fold,
    /// The query; each answer replaces its bounds.
    query: Query,
}

impl Replay {
    /// Makes an empty fold for a query.
    #[must_use]
    pub fn new(query: Query) -> Self {
        Self { fold: Fold::new(), query }
    }
}

impl Projection for Replay {
    type Answer = Vec<Value>;

    fn apply(&mut self, event: &Event) -> Result<(), ApplyError> {
        self.fold.apply(event).map(|_| ())
    }

    fn merge(&mut self, other: Self) -> Result<(), ApplyError> {
        self.fold.merge(other.fold)
    }

    #[allow(clippy::expect_used, reason = "only applied events are in the fold, which stands in memory")]
    fn answer(&self, bounds: &Bounds) -> Vec<Value> {
        let query = Query { as_of: bounds.as_of, known_at: bounds.known_at, ..self.query.clone() };
        let states = self.fold.states(&query).expect("invariant: the events are in memory");
        states.iter().map(|state| serde_json::to_value(state).expect("invariant: a state has a JSON form")).collect()
    }
}
