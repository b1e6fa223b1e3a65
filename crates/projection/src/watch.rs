//! What changes as events come and time goes by: what a desk that follows a journal wants to be told.

use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet};

use demarche_core::{Event, EventId, Instant, TrackId};
use serde::Serialize;

use crate::diff::{Change, ChangeView};
use crate::dossier::Dossier;
use crate::{Applied, ApplyError, Fold, LogChanged};
use crate::query::Query;
use crate::state::Status;

/// A fold that tells what changes: by each event that comes, and by the time alone.
///
/// What a change is, [`Change`] says: status, `since`, the deciding event, who says so, disputes, meetings with their
/// dates and venues, proposals, agreements, issues, and each event that is considered. Where the question names no day,
/// it is judged at the last `recorded` or at the clock ([`Watch::advance`]), whichever is later; it never goes back.
/// Then time alone tells of a new status and its `since`, of the next meeting, of who says so, of disputes that bear on
/// the status now or no more, and of each day ahead that has passed. Not told is which events suffice as evidence, and
/// how old a proposal is.
///
/// Of each track, a change begins where the last one ended. So the first picture and what was told since lead to the
/// present one, which is that of [`Watch::fold`] under [`Watch::query`].
///
/// Of a track only the instant is kept at which the time alone may change something next. So an event costs the folding
/// of its own track and of those whose instant has passed, however many tracks there are; the clock costs the latter.
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
    /// From when on the time alone may next change something, of each track on which it may.
    due_of: BTreeMap<TrackId, Instant>,
    /// The same, by instants.
    due: BTreeSet<(Instant, TrackId)>,
}

/// What is new on a track.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct News {
    /// The track.
    pub track: TrackId,
    /// Where it stood; `None` if there was nothing to say of it. The state is complete; of the rest there is what the
    /// change tells of, as from [`Track::differing`](crate::Track::differing).
    pub before: Option<Dossier>,
    /// Where it stands, likewise; `None` if there is nothing to say of it any more.
    pub after: Option<Dossier>,
    /// The event that came, which need not be of this track; `None` if it was the clock.
    pub by: Option<EventId>,
}

/// What is new on a track, as JSON: a [`ChangeView`], and `by`: the id of the event that came, which need not be of
/// this track, or `null` if it was the clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewsView<'a> {
    #[serde(flatten)]
    change: ChangeView<'a>,
    by: Option<EventId>,
}

impl Watch {
    /// Begins with what is there already; of that nothing is told.
    ///
    /// # Errors
    ///
    /// [`LogChanged`] where somebody has written over a line.
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

    /// Returns the question as it is asked now: with the day on which it is judged.
    #[must_use]
    pub fn query(&self) -> Query {
        Query { today: self.today(), ..self.query.clone() }
    }

    /// Adds an event, and returns what it changes: first on other tracks, in the order of the instants that have passed
    /// by the day that it brings on, then on its own. The same event again changes nothing.
    ///
    /// # Errors
    ///
    /// A [`Conflict`](crate::Conflict) if there is another event of the same id; nothing has changed then.
    /// [`LogChanged`] if somebody has written over a line of the log with which it began.
    pub fn apply(&mut self, event: impl Borrow<Event>) -> Result<Vec<News>, ApplyError> {
        let (event, before): (&Event, _) = (event.borrow(), self.today());
        match self.fold.apply(event)? {
            Applied::New(_) => Ok(self.tell(before, Some(event))?),
            Applied::Duplicate(_) => Ok(Vec::new()),
        }
    }

    /// Moves the clock on, and returns what the time alone changes, in the order of the instants that have passed. An
    /// earlier instant than it has seen changes nothing, and nor does any where the question names a day or a bound.
    ///
    /// Over a long time a track is told of once, with all that changed.
    ///
    /// # Errors
    ///
    /// [`LogChanged`] if somebody has written over a line of the log with which it began.
    pub fn advance(&mut self, now: Instant) -> Result<Vec<News>, LogChanged> {
        let before = self.today();
        self.clock = self.clock.max(Some(now));
        self.tell(before, None)
    }

    /// Returns the instant at which it is judged.
    fn today(&self) -> Option<Instant> {
        self.query.judged_at(self.fold.last_recorded().max(self.clock))
    }

    /// Tells what changed since an instant, and by an event that is there now and was not.
    fn tell(&mut self, before: Option<Instant>, event: Option<&Event>) -> Result<Vec<News>, LogChanged> {
        let Some(today) = self.today() else { return Ok(Vec::new()) };
        let query = |today| Query { today: Some(today), ..self.query.clone() };
        let (by, own) = (event.map(|event| event.id), event.map(|event| &event.track));
        let is_later = before < Some(today);
        let passed = self.due.iter().take_while(|(instant, _)| is_later && *instant <= today).map(|(_, track)| track);
        let tracks: Vec<TrackId> = passed.filter(|track| Some(*track) != own).chain(own).cloned().collect();
        let (before, after) = (before.map(query), query(today));
        let (mut news, mut due) = (Vec::new(), Vec::new());
        for track in tracks {
            let (before, after) = self.fold.differing_by(&track, by, (before.as_ref(), &after))?;
            due.push((track.clone(), after.as_ref().and_then(|after| after.state.due)));
            if Change::between(before.as_ref(), after.as_ref()).is_some() {
                news.push(News { track, before, after, by });
            }
        }
        due.into_iter().for_each(|(track, due)| self.enter(track, due));
        Ok(news)
    }

    /// Enters from when on the time alone may change something on a track.
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
    /// Returns what changed.
    #[must_use]
    pub fn change(&self) -> Change<'_> {
        Change::on(&self.track, self.before.as_ref(), self.after.as_ref())
    }

    /// Returns the status that the track had, or `None` if there was nothing to say of it.
    #[must_use]
    pub fn from_status(&self) -> Option<Status> {
        self.before.as_ref().map(|before| before.state.status)
    }

    /// Returns the status that the track has now, or `None` if there is nothing to say of it any more.
    #[must_use]
    pub fn to_status(&self) -> Option<Status> {
        self.after.as_ref().map(|after| after.state.status)
    }

    /// Returns what is new in the form of the JSON contract.
    #[must_use]
    pub fn view(&self) -> NewsView<'_> {
        NewsView { change: self.change().view(), by: self.by }
    }
}
