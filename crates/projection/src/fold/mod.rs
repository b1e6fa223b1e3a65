//! The fold: from a set of events to where every track stands.

mod assemble;
pub(crate) mod case;
pub(crate) mod disputes;
pub(crate) mod evidence;
pub(crate) mod ledger;
pub(crate) mod meetings;
pub(crate) mod proposals;
pub(crate) mod rules;
pub(crate) mod voices;

use demarche_core::{Event, Instant, TrackId};

use crate::state::TrackState;
use crate::{Applied, Conflict, EventSet, Query};
use case::Case;

pub(crate) use assemble::{day_of, each_once};
pub(crate) use disputes::open as open_disputes;
pub(crate) use ledger::Ledger;

/// The fold over a log: events go in one by one, in batches or as parts; states come out for any query.
///
/// A fold is a set of events. So neither order nor repetition of what goes in changes an answer, and a clone of a fold
/// is a snapshot of it.
///
/// ```
/// use demarche_core::codec::decode;
/// use demarche_projection::{Fold, Query};
///
/// let line = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"track_stalled","track":"us-ru","occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","source":{"who":"izvestia","attribution":"media"},"data":{}}"#;
/// let event = decode(line).unwrap();
///
/// let mut fold = Fold::new();
/// fold.apply(event.clone())?;
/// fold.merge(Fold::of([event])?)?;
/// let states = fold.states(&Query::default());
/// assert_eq!(states.len(), 1);
/// assert_eq!(states[0].status.as_str(), "stalled");
/// # Ok::<(), demarche_projection::Conflict>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Fold {
    set: EventSet,
}

impl Fold {
    /// Makes a fold over nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes a fold over a batch of events.
    ///
    /// # Errors
    ///
    /// The first [`Conflict`].
    pub fn of(events: impl IntoIterator<Item = Event>) -> Result<Self, Conflict> {
        let mut fold = Self::new();
        for event in events {
            fold.apply(event)?;
        }
        Ok(fold)
    }

    /// Adds an event; the same event again changes nothing.
    ///
    /// # Errors
    ///
    /// A [`Conflict`] where there is another event of the same id; the fold is unchanged.
    pub fn apply(&mut self, event: Event) -> Result<Applied, Conflict> {
        self.set.insert(event)
    }

    /// Adds a fold over another part of the log. Parts may overlap.
    ///
    /// # Errors
    ///
    /// The first [`Conflict`]; what came before it has been added.
    pub fn merge(&mut self, other: Self) -> Result<(), Conflict> {
        self.set.merge(other.set)
    }

    /// Tells it that events of the log which it is not given were recorded until then.
    ///
    /// A state follows from the events on its track, and from the end of the log, as of which it is judged where the
    /// query names no other day. So a fold over the events on some tracks that knows the end answers of these as one
    /// over the whole log does.
    pub fn recorded_until(&mut self, last: Option<Instant>) {
        self.set.recorded_until(last);
    }

    /// Returns the set of events.
    #[must_use]
    pub const fn set(&self) -> &EventSet {
        &self.set
    }

    /// Returns the events, as they came.
    pub fn events(&self) -> impl Iterator<Item = &Event> {
        self.set.iter()
    }

    /// Returns where every track stands of which there is anything to say, sorted by track.
    #[must_use]
    pub fn states(&self, query: &Query) -> Vec<TrackState<'_>> {
        self.set.tracks().into_iter().filter_map(|track| self.state_of(track, query)).collect()
    }

    /// Returns where a track stands; none where there is nothing to say of it.
    #[must_use]
    pub fn state(&self, track: &TrackId, query: &Query) -> Option<TrackState<'_>> {
        // The state borrows from the fold, not from what was asked.
        let own = self.set.in_order(track).first().map(|event| &event.track)?;
        self.state_of(own, query)
    }

    /// Returns the instant at which a query is judged; none where the log is empty and the query names none.
    #[must_use]
    pub fn today(&self, query: &Query) -> Option<Instant> {
        query.judged_at(self.set.last_recorded())
    }

    fn state_of<'e>(&'e self, track: &'e TrackId, query: &Query) -> Option<TrackState<'e>> {
        assemble::state(track, &Case::open(&self.set.in_order(track), query, self.today(query)?)?)
    }
}
