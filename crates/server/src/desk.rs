//! The journal and its fold, shared by all requests: entering events, following what others enter, asking.
//!
//! Everything here may block, so it is called on threads where that harms nobody ([`Desk::blocking`]). The store is
//! locked while events are entered or read on; a reader of its own reads on while events are entered, if it has one.
//! The picture is locked for reading by questions, and for writing only while stored events are folded in.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};

use chrono::{DateTime, Utc};
use demarche_core::{Event, EventId, Instant, TrackId};
use demarche_journal::{
    Appended, Bell, Dating, DatingError, Draft, ExpectedVersion, Loaded, Store, StoreError, StoreErrorKind,
    StorePosition, Tail,
};
use demarche_projection::narrate::Names;
use demarche_projection::query::{Bounds, Query};
use demarche_projection::{ApplyError, Fold, LogChanged, News, Watch};
use tokio::sync::broadcast;

use crate::answers::Answers;
use crate::problem::Problem;

/// How many events are read from the store and folded at once: questions wait no longer than for these.
const READ_AT_ONCE: usize = 512;

/// How many changes are kept for clients that come back.
const CHANGES_KEPT: usize = 4096;

/// What a server has of the world.
#[derive(Clone)]
pub struct World {
    /// The clock.
    pub now: fn() -> DateTime<Utc>,
    /// Random bytes, for the ids of new events.
    pub random: fn() -> [u8; 10],
}

/// What clients that follow are told, with its number.
#[derive(Debug, Clone)]
pub(crate) struct Published {
    pub(crate) number: u64,
    pub(crate) told: Told,
}

/// What clients that follow are told.
#[derive(Debug, Clone)]
pub(crate) enum Told {
    /// A change: the JSON of [`NewsView`](demarche_projection::NewsView).
    Change(Arc<str>),
    /// The journal was rewritten: they have to begin anew.
    Rewrite,
}

/// The journal, its fold, and what is published of it.
pub(crate) struct Desk {
    writer: Arc<Mutex<Box<dyn Store>>>,
    /// Is locked while what it reads is folded in. It is the writer where the store has no reader of its own, so nobody
    /// locks both.
    reader: Arc<Mutex<Box<dyn Store>>>,
    picture: RwLock<Picture>,
    pub(crate) answers: Answers,
    pub(crate) names: Names,
    pub(crate) world: World,
    kept: Mutex<VecDeque<Published>>,
    changes: broadcast::Sender<Published>,
    /// What keeps the store from being read, while it does.
    trouble: Mutex<Option<String>>,
}

/// What has been folded, and up to which position of the store.
pub(crate) struct Picture {
    pub(crate) watch: Watch,
    pub(crate) position: StorePosition,
}

/// Says why something was not entered or answered.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DeskError {
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The store has refused events: because of another one on a track, if that is known.
    #[error("{error}")]
    Refused { error: StoreError, track: Option<TrackId> },
    #[error(transparent)]
    Dating(#[from] DatingError),
    #[error(transparent)]
    LogChanged(#[from] LogChanged),
    #[error(transparent)]
    Apply(#[from] ApplyError),
    #[error("the server is stopping")]
    Stopping,
}

/// What became of events that were entered.
#[derive(Debug)]
pub(crate) struct Entered {
    pub(crate) events: Vec<(Event, Appended)>,
    /// What there is to say of how they were dated.
    pub(crate) warnings: Vec<String>,
    pub(crate) position: StorePosition,
}

impl Picture {
    pub(crate) const fn fold(&self) -> &Fold {
        self.watch.fold()
    }

    /// Returns how many events a track has.
    pub(crate) fn version(&self, track: &TrackId) -> u64 {
        self.fold().facts_on(track, &Bounds::default()).len() as u64
    }
}

impl Desk {
    /// Reads the store, and makes the picture of it.
    pub(crate) fn open(store: Box<dyn Store>, names: Names, world: World) -> Result<Self, DeskError> {
        let picture = Picture { watch: Watch::new(Fold::new(), Query::default())?, position: StorePosition::default() };
        let reader = store.reader()?.map(|reader| Arc::new(Mutex::new(reader)));
        let writer = Arc::new(Mutex::new(store));
        let desk = Self {
            reader: reader.unwrap_or_else(|| Arc::clone(&writer)),
            writer,
            picture: RwLock::new(picture),
            answers: Answers::default(),
            names,
            world,
            kept: Mutex::default(),
            changes: broadcast::Sender::new(CHANGES_KEPT),
            trouble: Mutex::default(),
        };
        desk.read_all(&mut **lock(&desk.reader))?;
        Ok(desk)
    }

    /// Does something that may block, on a thread where that harms nobody.
    pub(crate) async fn blocking<T: Send + 'static>(
        self: &Arc<Self>,
        act: impl FnOnce(&Self) -> Result<T, DeskError> + Send + 'static,
    ) -> Result<T, DeskError> {
        let desk = Arc::clone(self);
        tokio::task::spawn_blocking(move || act(&desk)).await.map_err(|_| DeskError::Stopping)?
    }

    /// Returns the picture as it is now. Events are not folded in while it is held.
    pub(crate) fn picture(&self) -> RwLockReadGuard<'_, Picture> {
        self.picture.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The clock's instant, to the microsecond.
    pub(crate) fn now(&self) -> Instant {
        let micros = DateTime::from_timestamp_micros((self.world.now)().timestamp_micros());
        micros.and_then(Instant::new).unwrap_or(Instant::MIN)
    }

    pub(crate) fn new_id(&self) -> EventId {
        EventId::made_at((self.world.now)(), &(self.world.random)())
    }

    /// Says what keeps the store from being read, if anything does.
    pub(crate) fn trouble(&self) -> Option<String> {
        lock(&self.trouble).clone()
    }

    /// Follows the changes: those that are kept behind a number, and those to come. Returns `None` for the kept ones if
    /// some behind the number are not kept any more.
    pub(crate) fn changes(&self, after: Option<u64>) -> (Option<Vec<Published>>, broadcast::Receiver<Published>) {
        let kept = lock(&self.kept);
        let receiver = self.changes.subscribe();
        let Some(after) = after else { return (Some(Vec::new()), receiver) };
        let first = kept.front().map_or(1, |first| first.number);
        let last = kept.back().map_or(0, |last| last.number);
        let is_whole = (first..=last + 1).contains(&(after + 1));
        (is_whole.then(|| kept.iter().filter(|change| change.number > after).cloned().collect()), receiver)
    }

    /// Returns how many clients follow the changes.
    pub(crate) fn followers(&self) -> u64 {
        self.changes.receiver_count() as u64
    }

    /// Enters drafts as one batch, durably, and folds them in.
    pub(crate) fn enter(
        &self,
        drafts: Vec<Draft>,
        expected: &[ExpectedVersion],
        rests_on: &[Event],
    ) -> Result<Entered, DeskError> {
        let mut writer = lock(&self.writer);
        let mut dating = Dating::behind(self.picture().fold().facts(), &drafts, self.now());
        let (mut drafts, mut undated) = (Some(drafts), None);
        // Of what can't be dated nothing is appended.
        let mut make = |last| match dating.date(drafts.take().unwrap_or_default(), last) {
            Ok(events) => events,
            Err(error) => {
                undated = Some(error);
                Vec::new()
            }
        };
        let events = writer.append(&mut make, expected, rests_on).map_err(|error| self.refusal(error))?;
        drop(writer);
        if let Some(error) = undated {
            return Err(error.into());
        }
        // They are stored: what fails now is told by the next look at the store.
        let position = self.read_on(&mut **lock(&self.reader)).unwrap_or_else(|error| {
            self.note_trouble(Some(&error));
            self.picture().position
        });
        Ok(Entered { events, warnings: dating.warnings().to_vec(), position })
    }

    /// Returns what the store rings when others have entered something.
    pub(crate) fn bell(&self) -> Bell {
        lock(&self.reader).bell()
    }

    /// Says why a store did not append: to the log of the server in its own words, and with the track of the event that
    /// it is about.
    fn refusal(&self, error: StoreError) -> DeskError {
        if error.kind == StoreErrorKind::Unavailable {
            tracing::error!(%error, "the journal cannot be written");
        }
        let about = error.event.and_then(|id| self.picture().fold().get(id).ok().flatten());
        DeskError::Refused { error, track: about.map(|event| event.track) }
    }

    /// Looks at the store and at the clock, and publishes what changed.
    pub(crate) fn look(&self) {
        let done = self.read_on(&mut **lock(&self.reader)).and_then(|_| {
            let news = self.write_picture(|picture| Ok(picture.watch.advance(self.now())?))?;
            self.publish(&news);
            Ok(())
        });
        match done {
            Ok(()) => self.note_trouble(None),
            // Another writer takes its time: the next look will do.
            Err(DeskError::Store(StoreError { kind: StoreErrorKind::Busy, .. })) => {}
            Err(error) => self.note_trouble(Some(&error)),
        }
    }

    /// Notes what keeps the store from being read, in words for those who look at the page.
    fn note_trouble(&self, trouble: Option<&DeskError>) {
        let mut known = lock(&self.trouble);
        let words = trouble.map(|error| Problem::of_desk(error).detail);
        if *known != words {
            match trouble {
                Some(DeskError::Store(error)) if error.kind == StoreErrorKind::Unavailable => {
                    tracing::error!(%error, "the journal cannot be read");
                }
                // It may quote a line, and what events say is told on the level of debugging alone.
                Some(trouble) => {
                    tracing::error!("the journal cannot be read: `demarche check` says why");
                    tracing::debug!(%trouble, "what the journal says");
                }
                None => tracing::info!("the journal can be read again"),
            }
            *known = words;
        }
    }

    fn write_picture<T>(&self, act: impl FnOnce(&mut Picture) -> Result<T, DeskError>) -> Result<T, DeskError> {
        act(&mut self.picture.write().unwrap_or_else(PoisonError::into_inner))
    }

    /// Folds in what the store has and the picture has not, and publishes what it changes.
    fn read_on(&self, store: &mut dyn Store) -> Result<StorePosition, DeskError> {
        loop {
            let tail = store.read(self.picture().position, READ_AT_ONCE)?;
            if tail.is_anew {
                self.read_all(store)?;
                self.tell_of_a_rewrite();
                continue;
            }
            if tail.events.is_empty() {
                return Ok(tail.position);
            }
            let (news, conflicts) = self.write_picture(|picture| {
                let told = picture.watch.apply_all(with_lines(&tail))?;
                picture.position = tail.position;
                Ok(told)
            })?;
            for conflict in conflicts {
                tracing::warn!(%conflict, "an event was passed over");
            }
            self.publish(&news);
        }
    }

    /// Has all who follow begin anew: what they were told may not hold any more.
    fn tell_of_a_rewrite(&self) {
        let mut kept = lock(&self.kept);
        let number = kept.back().map_or(0, |last| last.number) + 1;
        kept.clear();
        let published = Published { number, told: Told::Rewrite };
        // An error means that no client is connected.
        let _ = self.changes.send(published.clone());
        kept.push_back(published);
    }

    /// Reads the store from its beginning. Nothing is published of that.
    fn read_all(&self, store: &mut dyn Store) -> Result<(), DeskError> {
        let (mut fold, mut position) = match store.load()? {
            Some(Loaded { facts, texts, position }) => (Fold::of_log(facts, texts), position),
            None => (Fold::new(), StorePosition::default()),
        };
        loop {
            let tail = store.read(position, READ_AT_ONCE)?;
            if tail.events.is_empty() {
                break;
            }
            for (event, line) in with_lines(&tail) {
                match fold.apply_line(event, line) {
                    Ok(_) => {}
                    Err(ApplyError::Conflict(conflict)) => tracing::warn!(%conflict, "an event was passed over"),
                    Err(error @ ApplyError::LogChanged(_)) => return Err(error.into()),
                }
            }
            position = tail.position;
        }
        let mut watch = Watch::new(fold, Query::default())?;
        // What the time has done so far is no news.
        watch.advance(self.now())?;
        self.write_picture(|picture| {
            *picture = Picture { watch, position };
            Ok(())
        })?;
        self.answers.forget();
        Ok(())
    }

    fn publish(&self, news: &[News]) {
        let mut kept = lock(&self.kept);
        for news in news {
            let number = kept.back().map_or(0, |last| last.number) + 1;
            let json = serde_json::to_string(&news.view()).unwrap_or_default().into();
            let published = Published { number, told: Told::Change(json) };
            // An error means that no client is connected.
            let _ = self.changes.send(published.clone());
            kept.push_back(published);
            if kept.len() > CHANGES_KEPT {
                kept.pop_front();
            }
        }
    }
}

/// Returns the events of a tail, each with its line.
fn with_lines(tail: &Tail) -> impl Iterator<Item = (&Event, &str)> {
    tail.events.iter().zip(tail.lines.iter().map(String::as_str))
}

/// Locks something. Whoever panicked with the lock has left nothing half done.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
