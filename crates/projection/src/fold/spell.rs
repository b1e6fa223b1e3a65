//! A stretch of a track's history with one status.

use demarche_core::{DateBounds, EventId, Instant, TrackId};
use serde::Serialize;

use crate::state::{Rule, Status};

/// The time axis that a history follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Along {
    /// When things occurred, as on record now.
    Occurred,
    /// When things were recorded: what the journal said at each time.
    Recorded,
}

/// A stretch of time in which a track has one status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Spell {
    /// The instant from which the fold gives the status.
    pub from: Instant,
    /// The beginning of the next spell; for the last spell, the instant at which the query is judged.
    pub end: Instant,
    /// Whether it is the last spell: nothing has ended it.
    pub lasts: bool,
    /// The status.
    pub status: Status,
    /// The rule that first gave it.
    pub rule: Rule,
    /// The event that first decided it.
    pub decided_by: EventId,
    /// The bounds of when the status began, by that event.
    pub since: DateBounds,
}

/// A spell as JSON: what `history --format json` prints (`docs/json.md`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SpellView<'a> {
    track: &'a TrackId,
    from: Instant,
    to: Option<Instant>,
    days: i64,
    status: Status,
    rule: Rule,
    decided_by: EventId,
    lasts: bool,
    earliest: Option<Instant>,
    latest: Option<Instant>,
}

impl Spell {
    /// Returns when it ended, or `None` while it lasts.
    #[must_use]
    pub fn to(&self) -> Option<Instant> {
        Some(self.end).filter(|_| !self.lasts)
    }

    /// Returns its length in days: from the UTC day on which it begins to the day on which it ends, or as of which the
    /// query is judged. It is a difference of dates, so the days of consecutive spells add up.
    #[must_use]
    pub fn days(&self) -> i64 {
        (self.end.date() - self.from.date()).num_days()
    }

    /// Returns the instant from which it certainly has the status. This is later than `from` if the event that began it
    /// has a date of several days. Recording times are exact.
    #[must_use]
    pub fn certain_from(&self, along: Along) -> Instant {
        let is_told_by_event = self.since.0 == Some(self.from);
        match along {
            Along::Occurred if is_told_by_event => self.since.1.map_or(self.end, |latest| latest.min(self.end)),
            Along::Occurred | Along::Recorded => self.from,
        }
    }

    /// Returns the spell in the form of the JSON contract.
    #[must_use]
    pub fn view<'a>(&self, track: &'a TrackId) -> SpellView<'a> {
        SpellView {
            track,
            from: self.from,
            to: self.to(),
            days: self.days(),
            status: self.status,
            rule: self.rule,
            decided_by: self.decided_by,
            lasts: self.lasts,
            earliest: self.since.0,
            latest: self.since.1,
        }
    }
}
