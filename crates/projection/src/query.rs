//! What is asked of a fold.

use std::collections::BTreeMap;

use demarche_core::{Edtf, EdtfError, Event, EventType, Instant, TrackKind};

use crate::Reading;
use crate::fold::FactRef;

/// The days of silence that count as a stall, where nothing else is said.
pub const DEFAULT_PATIENCE_DAYS: u32 = 90;

/// Reads a moment that ends a bound, or at which a state is judged: an EDTF date, which means its last instant, or an
/// RFC 3339 instant. None where the date has no end, and so bounds nothing.
///
/// ```
/// let end = demarche_projection::moment("2025-04")?.unwrap();
/// assert_eq!(end.to_string(), "2025-04-30T23:59:59.999999999Z");
/// assert_eq!(demarche_projection::moment("2025-04/..")?, None);
/// # Ok::<(), demarche_core::EdtfError>(())
/// ```
///
/// # Errors
///
/// An [`EdtfError`] where the text is neither.
pub fn moment(text: &str) -> Result<Option<Instant>, EdtfError> {
    match text.parse::<Instant>() {
        Ok(instant) => Ok(Some(instant)),
        Err(_) => text.parse::<Edtf>().map(|date| date.latest()),
    }
}

/// Which events are in bounds: two times, each with an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Bounds {
    /// Nothing that occurred after this instant; none is no bound. Retractions are exempt: they concern the record, not
    /// the world.
    pub as_of: Option<Instant>,
    /// Nothing that was recorded after this instant; none is no bound.
    pub known_at: Option<Instant>,
}

/// What is asked: the bounds, the instant at which it is judged, whose words count, and how long silence is borne.
///
/// ```
/// use demarche_projection::{Query, Reading};
///
/// let query = Query {
///     as_of: Some("2025-07-31T23:59:59Z".parse().unwrap()),
///     reading: Reading::OnRecord,
///     ..Query::default()
/// };
/// assert_eq!(query.patience.days, 90);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Query {
    /// Nothing that occurred after this instant (retractions are exempt); none is no bound.
    pub as_of: Option<Instant>,
    /// Nothing that was recorded after this instant; none is no bound.
    pub known_at: Option<Instant>,
    /// The instant at which time-dependent statuses are judged; where there is none, `as_of`, else `known_at`, else the
    /// last `recorded` of the whole log.
    pub today: Option<Instant>,
    /// Whose words count.
    pub reading: Reading,
    /// How long silence is borne.
    pub patience: Patience,
}

/// The days of silence that count as a stall.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Patience {
    /// For tracks of any kind that is not named below, in days of 86 400 seconds.
    pub days: u32,
    /// For tracks of a kind.
    pub by_kind: BTreeMap<TrackKind, u32>,
}

impl Default for Patience {
    fn default() -> Self {
        Self { days: DEFAULT_PATIENCE_DAYS, by_kind: BTreeMap::new() }
    }
}

impl Patience {
    /// Returns the days for a track, of a kind where that is known.
    #[must_use]
    pub fn for_kind(&self, kind: Option<TrackKind>) -> u32 {
        kind.and_then(|kind| self.by_kind.get(&kind).copied()).unwrap_or(self.days)
    }
}

impl Bounds {
    /// Tells whether an event is in bounds.
    #[must_use]
    pub fn contain(&self, event: &Event) -> bool {
        self.contain_times(event.event_type(), event.occurred.earliest(), event.recorded)
    }

    /// Tells whether the event of a fact is in bounds.
    pub(crate) fn admit(&self, event: FactRef<'_>) -> bool {
        self.contain_times(event.event_type(), event.fact().earliest, event.recorded())
    }

    fn contain_times(&self, event_type: EventType, occurred: Instant, recorded: Instant) -> bool {
        let within = |instant: Instant, end: Option<Instant>| end.is_none_or(|end| instant <= end);
        within(recorded, self.known_at) && (event_type == EventType::EventRetracted || within(occurred, self.as_of))
    }
}

impl Query {
    /// Returns the bounds.
    #[must_use]
    pub const fn bounds(&self) -> Bounds {
        Bounds { as_of: self.as_of, known_at: self.known_at }
    }

    /// Returns the instant at which it is judged over a log whose last event was recorded then.
    #[must_use]
    pub fn judged_at(&self, last_recorded: Option<Instant>) -> Option<Instant> {
        self.today.or(self.as_of).or(self.known_at).or(last_recorded)
    }
}
