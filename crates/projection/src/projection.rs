//! Projections: whatever is worked out of the events of a journal, by whomever.

use std::fmt;

use demarche_core::Event;
use serde_json::Value;

use crate::{Bounds, Conflict, Fold, Query};

/// Something that is worked out of the events of a journal.
///
/// The fold is one; a count of meetings by venue, a map, a table of who denied what are others. A projection is lawful
/// where its answer is a function of the *set* of events in bounds (`docs/model.md` §5): then late news, merged
/// journals, repeated delivery and parallel reading all give the same. The laws are there to be tested: with the
/// feature `testing`, `laws::check` runs all of them over generated logs.
///
/// The cheap way to be lawful is to keep a [`Fold`], which is a set of events, and to answer from what it says is
/// [live](Fold::all_live):
///
/// ```
/// use std::collections::BTreeSet;
///
/// use demarche_core::{ActorId, Event};
/// use demarche_projection::{Bounds, Conflict, Fold, Projection};
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
///     fn apply(&mut self, event: &Event) -> Result<(), Conflict> {
///         self.fold.apply(event).map(|_| ())
///     }
///
///     fn merge(&mut self, other: Self) -> Result<(), Conflict> {
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
/// demarche_projection::laws::check(Speakers::default, 32).unwrap();
/// ```
///
/// A longer one stands in `examples/venue_counts.rs`.
pub trait Projection: Clone {
    /// What it answers.
    type Answer: PartialEq + fmt::Debug;

    /// Takes an event in. The same event again must change nothing.
    ///
    /// # Errors
    ///
    /// A [`Conflict`] where there is another event of the same id; nothing must have changed then.
    fn apply(&mut self, event: &Event) -> Result<(), Conflict>;

    /// Takes in what a projection of another part of the log has. Parts may overlap.
    ///
    /// # Errors
    ///
    /// The first [`Conflict`].
    fn merge(&mut self, other: Self) -> Result<(), Conflict>;

    /// Answers from the events in bounds.
    fn answer(&self, bounds: &Bounds) -> Self::Answer;
}

/// The fold with its question, as a projection: where every track stands, in the form of the JSON contract.
///
/// To be lawful the question must say which day is `today`. Left open, it is the day of the last record, on which a
/// bound and a retraction have their effect.
///
/// ```
/// use demarche_core::codec::decode;
/// use demarche_projection::{Bounds, Projection, Query, Replay};
///
/// let line = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"track_stalled","track":"us-ru","occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","source":{"who":"izvestia","attribution":"media"},"data":{}}"#;
/// let mut replay = Replay::new(Query::default());
/// replay.apply(&decode(line).unwrap())?;
/// assert_eq!(replay.answer(&Bounds::default())[0]["status"], "stalled");
/// # Ok::<(), demarche_projection::Conflict>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Replay {
    /// The fold.
    pub fold: Fold,
    /// The question; its bounds are those that are asked for.
    pub query: Query,
}

impl Replay {
    /// Makes a fold over nothing that is to be asked this.
    #[must_use]
    pub fn new(query: Query) -> Self {
        Self { fold: Fold::new(), query }
    }
}

impl Projection for Replay {
    type Answer = Vec<Value>;

    fn apply(&mut self, event: &Event) -> Result<(), Conflict> {
        self.fold.apply(event).map(|_| ())
    }

    fn merge(&mut self, other: Self) -> Result<(), Conflict> {
        self.fold.merge(other.fold)
    }

    #[allow(clippy::expect_used, reason = "what was applied is in memory, and nobody writes over it")]
    fn answer(&self, bounds: &Bounds) -> Vec<Value> {
        let query = Query { as_of: bounds.as_of, known_at: bounds.known_at, ..self.query.clone() };
        let states = self.fold.states(&query).expect("invariant: the events are in memory");
        states.iter().map(|state| serde_json::to_value(state).expect("invariant: a state has a JSON form")).collect()
    }
}
