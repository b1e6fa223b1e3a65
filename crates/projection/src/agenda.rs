//! The agenda: what lies ahead on all tracks, and what is overdue.

use demarche_core::{Edtf, EventId, Instant, TrackId};
use serde::Serialize;

use crate::query::Query;
use crate::state::AheadKind;
use crate::{Fold, LogChanged};

/// A date on a track: of a meeting, a deadline, a measure or the end of an agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Dated {
    /// The day, as imprecise as it was given.
    pub on: Edtf,
    /// The kind of thing.
    pub what: AheadKind,
    /// The name of the meeting, the proposal, the measure or the agreement.
    pub name: Box<str>,
    /// The venue of a meeting, as last given.
    pub venue: Option<Box<str>>,
    /// The event that gave the date.
    pub set_by: EventId,
    /// Whether it lies ahead, is overdue or has passed.
    pub tense: Tense,
}

/// Whether a date lies ahead on the day as of which a track is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tense {
    /// It may not have passed yet.
    Ahead,
    /// It has passed, and nobody has said what came of it: a meeting that was scheduled, or postponed until then; a
    /// proposal that was to be answered by then.
    Overdue,
    /// It has passed, and nothing is awaited: a measure took effect, an agreement ended.
    Past,
}

/// Something that lies ahead, or is overdue, on one of the tracks.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AgendaItem {
    /// The track.
    pub track: TrackId,
    /// The date on that track. Its tense is never [`Tense::Past`].
    pub dated: Dated,
}

/// An agenda item as JSON: what `agenda --format json` prints (`docs/json.md`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AgendaView<'a> {
    track: &'a TrackId,
    on: &'a Edtf,
    what: AheadKind,
    name: &'a str,
    venue: Option<&'a str>,
    is_overdue: bool,
    earliest: Option<Instant>,
    latest: Option<Instant>,
}

impl AgendaItem {
    /// Tells whether its date has passed, and nobody has said what became of it.
    #[must_use]
    pub fn is_overdue(&self) -> bool {
        self.dated.tense == Tense::Overdue
    }

    /// Returns the item in the form of the JSON contract.
    #[must_use]
    pub fn view(&self) -> AgendaView<'_> {
        let Dated { on, what, name, venue, .. } = &self.dated;
        AgendaView {
            track: &self.track,
            on,
            what: *what,
            name,
            venue: venue.as_deref(),
            is_overdue: self.is_overdue(),
            earliest: on.earliest(),
            latest: on.latest(),
        }
    }
}

impl Fold {
    /// Returns what lies ahead on the tracks that pass the filter, in order of date, followed by what is overdue, in
    /// the same order. Dates that begin after `until` are left out.
    ///
    /// What lies ahead is the same as `ahead` in the states.
    ///
    /// ```
    /// use demarche_core::codec::decode;
    /// use demarche_projection::Fold;
    /// use demarche_projection::query::Query;
    ///
    /// let line = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"meeting_scheduled","track":"us-ru","occurred":"2025-10-20","recorded":"2025-10-21T08:00:00Z","source":{"who":"hu/orban","attribution":"on_record"},"data":{"meeting":"budapest","when":"2025-11","venue":"Budapest"}}"#;
    /// let fold = Fold::of([decode(line).unwrap()])?;
    /// let agenda = fold.agenda(&Query::default(), None, |_| true)?;
    /// assert_eq!((agenda[0].dated.on.as_str(), agenda[0].is_overdue()), ("2025-11", false));
    ///
    /// let december = Query { today: Some("2025-12-01T00:00:00Z".parse().unwrap()), ..Query::default() };
    /// assert!(fold.agenda(&december, None, |_| true)?[0].is_overdue());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LogChanged`] if a line of the log was overwritten.
    pub fn agenda(
        &self,
        query: &Query,
        until: Option<Instant>,
        admits: impl Fn(&TrackId) -> bool,
    ) -> Result<Vec<AgendaItem>, LogChanged> {
        let begins = |dated: &Dated| until.is_none_or(|until| dated.on.earliest().is_none_or(|begin| begin <= until));
        let mut agenda = self.batches(query).only(admits).all(|track, items| {
            let dates = track.dates()?.into_iter().filter(|dated| dated.tense != Tense::Past && begins(dated));
            items.extend(dates.map(|dated| AgendaItem { track: track.name().clone(), dated }));
            Ok(())
        })?;
        agenda.sort_by(|one, other| order(one).cmp(&order(other)));
        Ok(agenda)
    }
}

/// Returns the sort key of an item. Of two dates that begin together, the one without an end comes last.
fn order(item: &AgendaItem) -> impl Ord {
    let Dated { on, what, name, tense, .. } = &item.dated;
    let (earliest, latest) = on.bounds();
    (*tense, earliest, latest.unwrap_or(Instant::MAX), latest.is_none(), *what, &item.track, name)
}
