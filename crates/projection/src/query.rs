//! Queries: what is asked of a fold.

use std::collections::BTreeMap;
use std::str::FromStr;

use demarche_core::{Edtf, EdtfError, Event, EventType, Instant, TrackKind, WordError};

use crate::fold::FactRef;

pub use crate::choice::{Chosen, EventChoice, TrackChoice};
pub use crate::reading::{Reading, ReadingError};

/// The days of silence that count as a stall by default.
pub const DEFAULT_PATIENCE_DAYS: u32 = 90;

/// Reads the end of a bound, or an instant at which a state is judged: an EDTF date, which stands for its last instant,
/// or an RFC 3339 instant. Returns `None` for a date without an end, which can't be a bound.
///
/// ```
/// let end = demarche_projection::query::moment("2025-04")?.unwrap();
/// assert_eq!(end.to_string(), "2025-04-30T23:59:59.999999999Z");
/// assert_eq!(demarche_projection::query::moment("2025-04/..")?, None);
/// # Ok::<(), demarche_core::EdtfError>(())
/// ```
///
/// # Errors
///
/// An [`EdtfError`] if the text is neither.
pub fn moment(text: &str) -> Result<Option<Instant>, EdtfError> {
    match text.parse::<Instant>() {
        Ok(instant) => Ok(Some(instant)),
        Err(_) => text.parse::<Edtf>().map(|date| date.latest()),
    }
}

/// Reads the beginning of a bound: the first instant of an EDTF date, or an RFC 3339 instant. Returns `None` for a date
/// without a beginning.
///
/// # Errors
///
/// An [`EdtfError`] if the text is neither.
pub fn beginning(text: &str) -> Result<Option<Instant>, EdtfError> {
    match text.parse::<Instant>() {
        Ok(instant) => Ok(Some(instant)),
        Err(_) => text.parse::<Edtf>().map(|date| date.earliest()),
    }
}

/// Which events are in bounds: the end of each of the two times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Bounds {
    /// Events told after this instant are out of bounds; `None` sets no bound. Retractions are exempt, since they
    /// concern the record and not the world.
    pub as_of: Option<Instant>,
    /// Events recorded after this instant are out of bounds; `None` sets no bound.
    pub known_at: Option<Instant>,
}

/// A query: the bounds, the instant at which tracks are judged, whose words count, and the patience with silence.
///
/// ```
/// use demarche_projection::query::{Query, Reading};
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
    /// Events told after this instant are out of bounds (retractions are exempt); `None` sets no bound.
    pub as_of: Option<Instant>,
    /// Events recorded after this instant are out of bounds; `None` sets no bound.
    pub known_at: Option<Instant>,
    /// The instant at which time-dependent statuses are judged. The default is `as_of`, else `known_at`, else the last
    /// `recorded` of the whole log.
    pub today: Option<Instant>,
    /// Whose words count.
    pub reading: Reading,
    /// The patience with silence.
    pub patience: Patience,
}

/// The days of silence that count as a stall.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Patience {
    /// For tracks of any other kind, in days of 86 400 seconds.
    pub days: u32,
    /// For tracks of these kinds.
    pub by_kind: BTreeMap<TrackKind, u32>,
}

impl Default for Patience {
    fn default() -> Self {
        Self { days: DEFAULT_PATIENCE_DAYS, by_kind: BTreeMap::new() }
    }
}

/// A rule of a patience: days for all tracks, or for those of a kind.
///
/// ```
/// use demarche_projection::query::{Patience, PatienceRule};
///
/// let rules = ["60", "summit=30"].map(|rule| rule.parse::<PatienceRule>().unwrap());
/// let patience: Patience = rules.into_iter().collect();
/// assert_eq!(patience.for_kind(None), 60);
/// assert_eq!(patience.for_kind(Some("summit".parse()?)), 30);
/// # Ok::<(), demarche_core::WordError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PatienceRule {
    /// The kind, or `None` for all.
    pub kind: Option<TrackKind>,
    /// The days.
    pub days: u32,
}

/// Says why a text is no rule of a patience.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatienceError {
    /// There is no such kind of tracks.
    #[error(transparent)]
    Kind(#[from] WordError),
    /// What should be a number of days is none.
    #[error("{0:?} is no number of days")]
    Days(Box<str>),
}

impl FromStr for PatienceRule {
    type Err = PatienceError;

    fn from_str(text: &str) -> Result<Self, PatienceError> {
        let (kind, days) = match text.split_once('=') {
            Some((kind, days)) => (Some(kind.parse()?), days),
            None => (None, text),
        };
        let days = days.parse().map_err(|_| PatienceError::Days(days.chars().take(100).collect::<String>().into()))?;
        Ok(Self { kind, days })
    }
}

impl FromIterator<PatienceRule> for Patience {
    /// Makes a patience of rules; the last one for a kind counts.
    fn from_iter<I: IntoIterator<Item = PatienceRule>>(rules: I) -> Self {
        let mut patience = Self::default();
        for PatienceRule { kind, days } in rules {
            match kind {
                Some(kind) => {
                    patience.by_kind.insert(kind, days);
                }
                None => patience.days = days,
            }
        }
        patience
    }
}

impl Patience {
    /// Returns the days for a track, given its kind if that is known.
    #[must_use]
    pub fn for_kind(&self, kind: Option<TrackKind>) -> u32 {
        kind.and_then(|kind| self.by_kind.get(&kind).copied()).unwrap_or(self.days)
    }
}

impl Bounds {
    /// Tells whether an event is in bounds.
    #[must_use]
    pub fn contain(&self, event: &Event) -> bool {
        self.contain_times(event.event_type(), event.told(), event.recorded)
    }

    /// Tells whether the event of a fact is in bounds.
    pub(crate) fn admit(&self, event: FactRef<'_>) -> bool {
        self.contain_times(event.event_type(), event.told(), event.recorded())
    }

    fn contain_times(&self, event_type: EventType, told: Instant, recorded: Instant) -> bool {
        let within = |instant: Instant, end: Option<Instant>| end.is_none_or(|end| instant <= end);
        within(recorded, self.known_at) && (event_type == EventType::EventRetracted || within(told, self.as_of))
    }
}

impl Query {
    /// Returns the bounds.
    #[must_use]
    pub const fn bounds(&self) -> Bounds {
        Bounds { as_of: self.as_of, known_at: self.known_at }
    }

    /// Returns the instant at which the query is judged over a log whose last event was recorded at the given instant.
    #[must_use]
    pub fn judged_at(&self, last_recorded: Option<Instant>) -> Option<Instant> {
        self.today.or(self.as_of).or(self.known_at).or(last_recorded)
    }
}
