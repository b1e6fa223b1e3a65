//! What changes as events arrive and time passes: what a desk that follows a journal wants to know.

use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet};

use demarche_core::{Event, EventId, Instant, TrackId};
use serde::Serialize;

use crate::diff::{Change, ChangeView};
use crate::dossier::Dossier;
use crate::query::Query;
use crate::state::Status;
use crate::{Applied, ApplyError, Conflict, Fold, LogChanged};

/// A fold that reports what changes, with each event and with the passage of time alone.
///
/// [`Change`] defines what a change is: status, `since`, the deciding event, who says so, disputes, meetings with their
/// dates and venues, proposals, agreements, issues, and each considered event. Unless the query names a day, tracks are
/// judged at the last `recorded` or at the clock ([`Watch::advance`]), whichever is later; that instant never goes
/// back. Time alone can change the status and its `since`, the next meeting, who says so, and which disputes bear on
/// the status; and each date ahead that passes is reported. Changes in the evidence and in the age of a proposal are
/// not reported.
///
/// For each track, a change begins where the last one ended. So the initial view and the reported changes together lead
/// to the current view, which is that of [`Watch::fold`] under [`Watch::query`].
///
/// For each track, it keeps only the instant at which time alone may next change something. So an event costs the
/// folding of its own track and of those whose instant has passed, however many tracks there are; advancing the clock
/// costs only the latter.
///
/// ```
/// use demarche_core::codec::decode;
/// use demarche_projection::{Fold, Watch};
/// use demarche_projection::query::Query;
/// use demarche_projection::state::Status;
///
/// let opened = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"track_opened","track":"us-ru","occurred":"2025-05-01","recorded":"2025-05-01T08:00:00Z","source":{"who":"desk","attribution":"document"},"data":{"title":"Talks","kind":"consultations","parties":["us","ru"]}}"#;
/// let raised = br#"{"id":"0199f3c0-5a00-7000-8000-000000000002","v":1,"type":"issue_raised","track":"us-ru","occurred":"2025-05-02","recorded":"2025-05-02T08:00:00Z","source":{"who":"izvestia","attribution":"media"},"data":{"issue":"flights"}}"#;
/// let mut watch = Watch::new(Fold::of([decode(opened).unwrap()])?, Query::default())?;
///
/// let news = watch.apply(decode(raised).unwrap())?;
/// let change = news[0].change();
/// assert_eq!(change.headline(), "us-ru: was open, now active since 2 May 2025");
///
/// // Nothing was heard of it for months, and the clock shows it.
/// assert!(watch.advance("2025-07-01T08:00:00Z".parse()?)?.is_empty());
/// let news = watch.advance("2025-10-22T08:00:00Z".parse()?)?;
/// assert_eq!((news[0].from_status(), news[0].to_status()), (Some(Status::Active), Some(Status::Stalled)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Watch {
    fold: Fold,
    query: Query,
    /// The latest instant that the clock has shown.
    clock: Option<Instant>,
    /// For each track that time alone may change, the instant from which it may.
    due_of: BTreeMap<TrackId, Instant>,
    /// The same, sorted by instant.
    due: BTreeSet<(Instant, TrackId)>,
}

/// A change on a track.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct News {
    /// The track.
    pub track: TrackId,
    /// The track before, or `None` if there was nothing to say about it. The state is complete; everything else is
    /// limited to what changed, as in [`Track::differing`](crate::Track::differing).
    pub before: Option<Dossier>,
    /// The track now, with the same limits, or `None` if there is no longer anything to say about it.
    pub after: Option<Dossier>,
    /// The event that caused it, or the last of those that did, which may be on another track, or `None` if it was
    /// the clock.
    pub by: Option<EventId>,
}

/// A change on a track as JSON: a [`ChangeView`], and `by`: the id of the event that caused it, or of the last of those
/// that did, which may be on another track, or `null` if it was the clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct NewsView<'a> {
    #[serde(flatten)]
    change: ChangeView<'a>,
    by: Option<EventId>,
}

impl Watch {
    /// Starts from a fold, without reporting its contents.
    ///
    /// # Errors
    ///
    /// [`LogChanged`] if a line of the log was overwritten.
    pub fn new(fold: Fold, query: Query) -> Result<Self, LogChanged> {
        let mut watch = Self { fold, query, clock: None, due_of: BTreeMap::new(), due: BTreeSet::new() };
        for state in watch.fold.states(&watch.query)? {
            watch.enter(state.track, state.due);
        }
        Ok(watch)
    }

    /// Returns the fold.
    #[must_use]
    pub const fn fold(&self) -> &Fold {
        &self.fold
    }

    /// Returns the query as it stands now, with the day as of which tracks are judged.
    #[must_use]
    pub fn query(&self) -> Query {
        Query { today: self.today(), ..self.query.clone() }
    }

    /// Adds an event, and returns what it changes: first on other tracks, in the order of the instants that passed
    /// because of its `recorded`, then on its own track. Adding the same event again changes nothing.
    ///
    /// # Errors
    ///
    /// A [`Conflict`](crate::Conflict) if there is another event with the same id; then nothing has changed.
    /// [`LogChanged`] if a line of the initial log was overwritten.
    pub fn apply(&mut self, event: impl Borrow<Event>) -> Result<Vec<News>, ApplyError> {
        let (event, before): (&Event, _) = (event.borrow(), self.today());
        match self.fold.apply(event)? {
            Applied::New(_) => Ok(self.tell(before, &[event])?),
            Applied::Duplicate(_) => Ok(Vec::new()),
        }
    }

    /// Adds events that have come together, and returns what all of them change: each track is reported once, caused by
    /// the last of its events. So a long batch costs one folding of a track, where [`apply`](Self::apply) costs one for
    /// each event. Each comes with its line, which is kept as by [`Fold::apply_line`]. Also returns the conflicts: an
    /// event whose id another one has is passed over.
    ///
    /// # Errors
    ///
    /// [`LogChanged`] if a line of the initial log was overwritten.
    pub fn apply_all<'e>(
        &mut self,
        events: impl IntoIterator<Item = (&'e Event, &'e str)>,
    ) -> Result<(Vec<News>, Vec<Conflict>), LogChanged> {
        let (before, mut new, mut conflicts) = (self.today(), Vec::new(), Vec::new());
        for (event, line) in events {
            match self.fold.apply_line(event, line) {
                Ok(Applied::New(_)) => new.push(event),
                Ok(Applied::Duplicate(_)) => {}
                Err(ApplyError::Conflict(conflict)) => conflicts.push(conflict),
                Err(ApplyError::LogChanged(error)) => return Err(error),
            }
        }
        Ok((self.tell(before, &new)?, conflicts))
    }

    /// Advances the clock, and returns what time alone changes, in the order of the instants that have passed. An
    /// earlier instant than before changes nothing, and neither does any instant if the query names a day or a bound.
    ///
    /// After a long time, a track is reported once, with all its changes.
    ///
    /// # Errors
    ///
    /// [`LogChanged`] if a line of the initial log was overwritten.
    pub fn advance(&mut self, now: Instant) -> Result<Vec<News>, LogChanged> {
        let before = self.today();
        self.clock = self.clock.max(Some(now));
        self.tell(before, &[])
    }

    /// Returns the instant as of which tracks are judged.
    fn today(&self) -> Option<Instant> {
        self.query.judged_at(self.fold.last_recorded().max(self.clock))
    }

    /// Reports what changed since an instant, and because of events that were just added.
    fn tell(&mut self, before: Option<Instant>, events: &[&Event]) -> Result<Vec<News>, LogChanged> {
        let Some(today) = self.today() else { return Ok(Vec::new()) };
        let query = |today| Query { today: Some(today), ..self.query.clone() };
        let mut own: BTreeMap<&TrackId, (Option<EventId>, BTreeSet<EventId>)> = BTreeMap::new();
        for event in events {
            let (last, added) = own.entry(&event.track).or_default();
            *last = Some(event.id);
            added.insert(event.id);
        }
        let latest = events.iter().max_by_key(|event| event.recorded).map(|event| event.id);
        let is_later = before < Some(today);
        let passed = self.due.iter().take_while(|(instant, _)| is_later && *instant <= today).map(|(_, track)| track);
        let passed: Vec<TrackId> = passed.filter(|track| !own.contains_key(track)).cloned().collect();
        let nothing = BTreeSet::new();
        let passed = passed.iter().map(|track| (track, latest, &nothing));
        let own = own.iter().map(|(track, (last, added))| (*track, *last, added));
        let (before, after) = (before.map(query), query(today));
        let (mut news, mut due) = (Vec::new(), Vec::new());
        for (track, by, without) in passed.chain(own) {
            let (before, after) = self.fold.differing_by(track, without, (before.as_ref(), &after))?;
            due.push((track.clone(), after.as_ref().and_then(|after| after.state.due)));
            if Change::between(before.as_ref(), after.as_ref()).is_some() {
                news.push(News { track: track.clone(), before, after, by });
            }
        }
        due.into_iter().for_each(|(track, due)| self.enter(track, due));
        Ok(news)
    }

    /// Registers the instant from which time alone may change a track.
    fn enter(&mut self, track: TrackId, due: Option<Instant>) {
        if let Some(instant) = self.due_of.remove(&track) {
            self.due.remove(&(instant, track.clone()));
        }
        if let Some(instant) = due {
            self.due.insert((instant, track.clone()));
            self.due_of.insert(track, instant);
        }
    }
}

impl News {
    /// Returns the change.
    #[must_use]
    pub fn change(&self) -> Change<'_> {
        Change::on(&self.track, self.before.as_ref(), self.after.as_ref())
    }

    /// Returns the status before, or `None` if there was nothing to say about the track.
    #[must_use]
    pub fn from_status(&self) -> Option<Status> {
        self.before.as_ref().map(|before| before.state.status)
    }

    /// Returns the status now, or `None` if there is no longer anything to say about the track.
    #[must_use]
    pub fn to_status(&self) -> Option<Status> {
        self.after.as_ref().map(|after| after.state.status)
    }

    /// Returns the change in the form of the JSON contract.
    #[must_use]
    pub fn view(&self) -> NewsView<'_> {
        NewsView { change: self.change().view(), by: self.by }
    }
}
