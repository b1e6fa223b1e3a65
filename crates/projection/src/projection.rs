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
/// feature
/// `testing`, `laws::check` runs all of them over generated logs.
///
/// The cheap way to be lawful is to keep an [`EventSet`](crate::EventSet), and to answer from what it says is
/// [live](crate::EventSet::all_live):
///
/// ```
/// use std::collections::BTreeSet;
///
/// use demarche_core::{ActorId, Event};
/// use demarche_projection::{Bounds, Conflict, EventSet, Projection};
///
/// /// Who has spoken.
/// #[derive(Clone, Default)]
/// struct Speakers {
///     set: EventSet,
/// }
///
/// impl Projection for Speakers {
///     type Answer = BTreeSet<ActorId>;
///
///     fn apply(&mut self, event: &Event) -> Result<(), Conflict> {
///         self.set.insert(event.clone()).map(|_| ())
///     }
///
///     fn merge(&mut self, other: Self) -> Result<(), Conflict> {
///         self.set.merge(other.set)
///     }
///
///     fn answer(&self, bounds: &Bounds) -> BTreeSet<ActorId> {
///         self.set.all_live(bounds).into_iter().map(|event| event.source.who.clone()).collect()
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
        self.fold.apply(event.clone()).map(|_| ())
    }

    fn merge(&mut self, other: Self) -> Result<(), Conflict> {
        self.fold.merge(other.fold)
    }

    fn answer(&self, bounds: &Bounds) -> Vec<Value> {
        let query = Query { as_of: bounds.as_of, known_at: bounds.known_at, ..self.query.clone() };
        // A view always has a JSON form.
        let json = |state: &crate::TrackState<'_>| serde_json::to_value(state.view()).unwrap_or_default();
        self.fold.states(&query).iter().map(json).collect()
    }
}
