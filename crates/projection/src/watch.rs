//! Changes of status as events come: what a desk that follows a journal wants to be told.

use std::collections::{BTreeMap, BTreeSet};

use demarche_core::{Edtf, Event, EventId, Instant, TrackId};
use serde::Serialize;

use crate::state::TrackState;
use crate::status::is_progress;
use crate::{Applied, Conflict, Fold, Phase, Query, Standing, Status};

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
/// let mut watch = Watch::new(Fold::of([decode(opened).unwrap()])?, Query::default());
///
/// // Nothing was heard of the one track for months, and an event on another shows how late it is.
/// let changes = watch.apply(decode(elsewhere).unwrap())?;
/// let told: Vec<_> = changes.iter().map(|c| (c.track.as_str(), c.from_status(), c.to_status())).collect();
/// assert_eq!(
///     told,
///     [("us-ru", Some(Status::Open), Some(Status::Stalled)), ("hu-ru", None, Some(Status::Active))]
/// );
/// # Ok::<(), demarche_projection::Conflict>(())
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
pub struct Head {
    /// Its status.
    pub status: Status,
    /// Since when.
    pub since: Edtf,
    /// The event that decided.
    pub decided_by: Option<EventId>,
}

/// A change of the status of a track.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusChange<'w> {
    /// The track.
    pub track: &'w TrackId,
    /// Where it stood; none where there was nothing to say of it.
    pub from: Option<Head>,
    /// Where it stands; none where there is nothing to say of it any more.
    pub to: Option<TrackState<'w>>,
    /// The event that came. It need not be of this track.
    pub by: &'w Event,
}

/// A change of status as JSON.
///
/// | key | value |
/// | --- | --- |
/// | `track` | the track |
/// | `from`, `to` | `null` or `{ "status", "since", "decided_by" }`, as in the view of a state |
/// | `by` | the id of the event that came; it need not be of this track |
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StatusChangeView<'a> {
    track: &'a TrackId,
    from: Option<&'a Head>,
    to: Option<Head>,
    by: EventId,
}

impl Watch {
    /// Begins with what is there already; of that nothing is told.
    #[must_use]
    pub fn new(fold: Fold, query: Query) -> Self {
        let (mut known, mut due) = (BTreeMap::new(), BTreeSet::new());
        for state in fold.states(&query) {
            enter(&mut known, &mut due, state.track, Some(&state));
        }
        Self { fold, query, known, due }
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
    /// A [`Conflict`] where there is another event of the same id; nothing has changed.
    pub fn apply(&mut self, event: Event) -> Result<Vec<StatusChange<'_>>, Conflict> {
        let Applied::New(number) = self.fold.apply(event)? else { return Ok(Vec::new()) };
        let Self { fold, query, known, due } = self;
        let (fold, query): (&Fold, &Query) = (fold, query);
        let (Some(by), Some(today)) = (fold.events().nth(number), fold.today(query)) else { return Ok(Vec::new()) };
        let passed = due.iter().take_while(|(instant, _)| *instant < today).map(|(_, track)| track);
        let tracks: Vec<TrackId> = passed.filter(|track| **track != by.track).cloned().collect();
        let mut changes = Vec::new();
        for track in tracks.iter().chain([&by.track]) {
            let to = fold.state(track, query);
            let from = enter(known, due, track, to.as_ref());
            // The name as the fold holds it: it outlives the list.
            let track = to.as_ref().map_or(&by.track, |to| to.track);
            let change = StatusChange { track, from, to, by };
            if change.from_status() != change.to_status() {
                changes.push(change);
            }
        }
        Ok(changes)
    }
}

/// Enters where a track stands, and returns where it stood.
fn enter(
    known: &mut BTreeMap<TrackId, Known>,
    due: &mut BTreeSet<(Instant, TrackId)>,
    track: &TrackId,
    state: Option<&TrackState<'_>>,
) -> Option<Head> {
    let before = known.remove(track);
    if let Some(instant) = before.as_ref().and_then(|known| known.due) {
        due.remove(&(instant, track.clone()));
    }
    if let Some(state) = state {
        let next = state.due();
        due.extend(next.map(|instant| (instant, track.clone())));
        known.insert(track.clone(), Known { head: state.head(), due: next });
    }
    before.map(|known| known.head)
}

impl TrackState<'_> {
    /// Returns the instant after which the time alone may change the status, though nothing happens: a date of a
    /// meeting passes, or the patience with silence runs out. None where there is no such instant.
    #[must_use]
    pub fn due(&self) -> Option<Instant> {
        let scheduled = self.meetings.iter().filter(|meeting| meeting.phase == Phase::Scheduled);
        let dates = scheduled.filter_map(|meeting| meeting.when?.latest());
        let silent = self.last_sign().map(|heard| heard.plus_days(self.patience_days));
        dates.chain(silent).filter(|instant| *instant >= self.today).min()
    }

    /// When the last sign of progress was heard; where there is none, the last of anything that is considered.
    fn last_sign(&self) -> Option<Instant> {
        let heard = |signs: fn(&Event, Standing) -> bool| {
            self.timeline
                .iter()
                .filter(|(event, standing)| signs(event, *standing))
                .map(|(event, _)| event.heard())
                .max()
        };
        heard(|event, standing| standing == Standing::Counting && is_progress(event.event_type()))
            .or_else(|| heard(|_, standing| standing.is_considered()))
    }

    fn head(&self) -> Head {
        let decided_by = self.decided_by().map(|event| event.id);
        Head { status: self.status, since: self.since.clone().into_owned(), decided_by }
    }
}

impl StatusChange<'_> {
    /// Returns the status that the track had; none where there was nothing to say of it.
    #[must_use]
    pub fn from_status(&self) -> Option<Status> {
        self.from.as_ref().map(|head| head.status)
    }

    /// Returns the status that the track has now; none where there is nothing to say of it any more.
    #[must_use]
    pub fn to_status(&self) -> Option<Status> {
        self.to.as_ref().map(|state| state.status)
    }

    /// Returns the change in the form of the JSON contract.
    #[must_use]
    pub fn view(&self) -> StatusChangeView<'_> {
        let to = self.to.as_ref().map(TrackState::head);
        StatusChangeView { track: self.track, from: self.from.as_ref(), to, by: self.by.id }
    }
}
