//! Changes of status as events come: what a desk that follows a journal wants to be told.

use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet};

use demarche_core::{Edtf, Event, EventId, Instant, TrackId};
use serde::Serialize;

use crate::dossier::Dossier;
use crate::state::TrackState;
use crate::{Applied, Conflict, Fold, LogChanged, Query, Status};

/// A fold that tells, of each event that comes, on which tracks it changes the status.
///
/// An event changes its own track. And where the question names no day, it brings on the day on which all tracks are
/// judged: so that others stall by silence, or have a meeting overdue. Which those are is known beforehand, by the
/// instant at which the time alone changes something next: so an event costs the folding of its own track and of those
/// whose instant has passed, however many tracks there are.
///
/// ```
/// use demarche_core::codec::decode;
/// use demarche_projection::{Fold, Query, Status, Watch};
///
/// let opened = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"track_opened","track":"us-ru","occurred":"2025-05-01","recorded":"2025-05-01T08:00:00Z","source":{"who":"desk","attribution":"document"},"data":{"title":"Talks","kind":"consultations","parties":["us","ru"]}}"#;
/// let elsewhere = br#"{"id":"0199f3c0-5a00-7000-8000-000000000002","v":1,"type":"issue_raised","track":"hu-ru","occurred":"2025-10-22","recorded":"2025-10-23T08:00:00Z","source":{"who":"izvestia","attribution":"media"},"data":{"issue":"gas"}}"#;
/// let mut watch = Watch::new(Fold::of([decode(opened).unwrap()])?, Query::default())?;
///
/// // Nothing was heard of the one track for months, and an event on another shows how late it is.
/// let changes = watch.apply(decode(elsewhere).unwrap())?;
/// let told: Vec<_> = changes.iter().map(|c| (c.track.as_str(), c.from_status(), c.to_status())).collect();
/// assert_eq!(
///     told,
///     [("us-ru", Some(Status::Open), Some(Status::Stalled)), ("hu-ru", None, Some(Status::Active))]
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Watch {
    fold: Fold,
    query: Query,
    /// Where each track stands of which there is anything to say.
    known: BTreeMap<TrackId, Known>,
    /// When the time alone next changes something, and on which track: only once it is later than that.
    due: BTreeSet<(Instant, TrackId)>,
}

/// A track as it was told last.
#[derive(Debug, Clone)]
struct Known {
    head: Head,
    due: Option<Instant>,
}

/// Where a track stood, in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Head {
    /// Its status.
    pub status: Status,
    /// Since when.
    pub since: Edtf,
    /// The event that decided.
    pub decided_by: EventId,
}

/// A change of the status of a track.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StatusChange {
    /// The track.
    pub track: TrackId,
    /// Where it stood; none where there was nothing to say of it.
    pub from: Option<Head>,
    /// Where it stands; none where there is nothing to say of it any more.
    pub to: Option<Dossier>,
    /// The event that came. It need not be of this track.
    pub by: EventId,
}

/// A change of status as JSON.
///
/// | key | value |
/// | --- | --- |
/// | `track` | the track |
/// | `from`, `to` | `null` or `{ "status", "since", "decided_by" }`, as in a state |
/// | `by` | the id of the event that came; it need not be of this track |
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StatusChangeView<'a> {
    track: &'a TrackId,
    from: Option<&'a Head>,
    to: Option<Head>,
    by: EventId,
}

/// Says why an event was not watched.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WatchError {
    /// There is another event of the same id.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// Somebody has written over a line of the log with which it began.
    #[error(transparent)]
    LogChanged(#[from] LogChanged),
}

impl Watch {
    /// Begins with what is there already; of that nothing is told.
    ///
    /// # Errors
    ///
    /// [`LogChanged`] where somebody has written over a line.
    pub fn new(fold: Fold, query: Query) -> Result<Self, LogChanged> {
        let mut watch = Self { fold, query, known: BTreeMap::new(), due: BTreeSet::new() };
        for state in watch.fold.states(&watch.query)? {
            watch.enter(&state.track, Some(&state));
        }
        Ok(watch)
    }

    /// Returns the fold.
    #[must_use]
    pub const fn fold(&self) -> &Fold {
        &self.fold
    }

    /// Adds an event, and returns the changes of status that it brings: those of other tracks in the order of the
    /// instants that have passed, then that of its own. The same event again changes nothing.
    ///
    /// # Errors
    ///
    /// A [`Conflict`] where there is another event of the same id; nothing has changed. [`LogChanged`] where somebody
    /// has written over a line of the log with which it began.
    pub fn apply(&mut self, event: impl Borrow<Event>) -> Result<Vec<StatusChange>, WatchError> {
        let event: &Event = event.borrow();
        let Applied::New(_) = self.fold.apply(event)? else { return Ok(Vec::new()) };
        let Some(today) = self.fold.today(&self.query) else { return Ok(Vec::new()) };
        let passed = self.due.iter().take_while(|(instant, _)| *instant < today).map(|(_, track)| track);
        let mut tracks: Vec<TrackId> = passed.filter(|track| **track != event.track).cloned().collect();
        tracks.push(event.track.clone());
        let mut changes = Vec::new();
        for track in tracks {
            let now = self.fold.state(&track, &self.query)?;
            let from = self.enter(&track, now.as_ref());
            if from.as_ref().map(|head| head.status) != now.as_ref().map(|state| state.status) {
                let to = self.fold.dossier(&track, &self.query)?;
                changes.push(StatusChange { track, from, to, by: event.id });
            }
        }
        Ok(changes)
    }

    /// Enters where a track stands, and returns where it stood.
    fn enter(&mut self, track: &TrackId, state: Option<&TrackState>) -> Option<Head> {
        let before = self.known.remove(track);
        if let Some(instant) = before.as_ref().and_then(|known| known.due) {
            self.due.remove(&(instant, track.clone()));
        }
        if let Some(state) = state {
            self.due.extend(state.due.map(|instant| (instant, track.clone())));
            self.known.insert(track.clone(), Known { head: Head::of(state), due: state.due });
        }
        before.map(|known| known.head)
    }
}

impl Head {
    fn of(state: &TrackState) -> Self {
        Self { status: state.status, since: state.since.clone(), decided_by: state.decided_by }
    }
}

impl StatusChange {
    /// Returns the status that the track had; none where there was nothing to say of it.
    #[must_use]
    pub fn from_status(&self) -> Option<Status> {
        self.from.as_ref().map(|head| head.status)
    }

    /// Returns the status that the track has now; none where there is nothing to say of it any more.
    #[must_use]
    pub fn to_status(&self) -> Option<Status> {
        self.to.as_ref().map(|dossier| dossier.state.status)
    }

    /// Returns the change in the form of the JSON contract.
    #[must_use]
    pub fn view(&self) -> StatusChangeView<'_> {
        let to = self.to.as_ref().map(|dossier| Head::of(&dossier.state));
        StatusChangeView { track: &self.track, from: self.from.as_ref(), to, by: self.by }
    }
}
