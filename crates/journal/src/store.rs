//! What any journal promises, wherever it is kept: a server knows this trait, and not what is behind it.

use std::error::Error;
use std::{fmt, io};

use demarche_core::facts::{Facts, Texts};
use demarche_core::{Event, EventId, Instant, TrackId};

use crate::appending::{Appended, ExpectedVersion};
use crate::bell::Bell;
use crate::error::JournalError;
use crate::journal::Journal;
use crate::load::{Logs, OpenLogs};
use crate::source::Source;

/// A place in a store: so many events come before it, in the order in which they were stored.
///
/// ```
/// use demarche_journal::StorePosition;
///
/// assert_eq!(StorePosition { epoch: 1, events: 7 }.to_string(), "1-7");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct StorePosition {
    /// Rises when what was stored before has been rewritten, so that events are to be read again from the beginning.
    pub epoch: u64,
    /// How many different events come before.
    pub events: u64,
}

impl fmt::Display for StorePosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.epoch, self.events)
    }
}

/// Events as they stand in a store, and where the next one will stand.
#[derive(Debug, Clone, Default)]
pub struct Tail {
    /// The events, in the order in which they were stored.
    pub events: Vec<Event>,
    /// The line of each of these events as it is stored, without its line end.
    pub lines: Vec<String>,
    /// Whether the events are the first of the store, though others were asked for: it has been rewritten since.
    pub is_anew: bool,
    /// The position behind the last of them.
    pub position: StorePosition,
}

/// All events of a store as compact facts, and the texts that hold their lines.
#[derive(Debug)]
pub struct Loaded {
    /// The facts.
    pub facts: Facts,
    /// The texts.
    pub texts: Texts,
    /// The position behind the last event.
    pub position: StorePosition,
}

/// Says why a store did not do what it was asked: the kind, apart from the text.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub struct StoreError {
    /// The kind.
    pub kind: StoreErrorKind,
    /// The event that is refused, or that another rests on, where the kind is about one.
    pub event: Option<EventId>,
    error: Box<dyn Error + Send + Sync>,
}

/// The kinds of errors of a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// Another event has that id. Nothing was stored.
    Conflict,
    /// A track does not have the expected number of lines. Nothing was stored.
    Version,
    /// An event that others rest on is missing, or is not as it was read. Nothing was stored.
    Gone,
    /// The line of an event would be too long. Nothing was stored.
    TooLong,
    /// Another writer takes its time: trying again later may help. Nothing was stored.
    Busy,
    /// What is stored cannot be read as events.
    Broken,
    /// The store cannot be reached, read or written.
    Unavailable,
}

impl StoreError {
    /// Makes an error of a kind.
    pub fn new(kind: StoreErrorKind, error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { kind, event: None, error: error.into() }
    }

    /// Names the event that it is about.
    #[must_use]
    pub fn about(self, event: EventId) -> Self {
        Self { event: Some(event), ..self }
    }
}

impl From<JournalError> for StoreError {
    fn from(error: JournalError) -> Self {
        let kind = match &error {
            JournalError::Conflict { .. } | JournalError::ConflictInBatch { .. } => StoreErrorKind::Conflict,
            JournalError::UnexpectedVersion { .. } => StoreErrorKind::Version,
            JournalError::Gone { .. } => StoreErrorKind::Gone,
            JournalError::TooLong(_) => StoreErrorKind::TooLong,
            JournalError::Locked { .. } => StoreErrorKind::Busy,
            JournalError::BrokenLine { .. } => StoreErrorKind::Broken,
            JournalError::NoJournal { .. }
            | JournalError::NotAFile { .. }
            | JournalError::Compressed { .. }
            | JournalError::Unsettled { .. }
            | JournalError::HardLinked { .. }
            | JournalError::Disk { .. }
            | JournalError::Uncertain { .. } => StoreErrorKind::Unavailable,
        };
        let about = if let JournalError::Conflict { id, .. }
        | JournalError::ConflictInBatch { id }
        | JournalError::Gone { id, .. } = error
        {
            Some(id)
        } else {
            None
        };
        Self { event: about, ..Self::new(kind, error) }
    }
}

/// A journal, wherever it is kept.
///
/// Every store keeps these promises, which the feature `testing` puts to the test:
///
/// * A batch is stored wholly or not at all, and durably before it is acknowledged.
/// * An event that is stored already is not stored again; another event of its id is refused.
/// * A track that does not have the expected number of events is not added to.
/// * Positions are dense, in the order in which events were stored. A reader that goes on from the position that it was
///   given misses no event, and sees none twice or out of order, whatever others store meanwhile.
/// * The line of an event that was copied from elsewhere is stored as it was there, and read as it is stored.
/// * Every call sees what was stored before it, by any handle: a handle is one connection to the store, and several may
///   be open at once, in as many processes.
///
/// [`Journal`] is the store of a single machine.
///
/// ```
/// use demarche_journal::{Journal, Options, Store, StorePosition};
/// # use demarche_core::codec::decode;
/// # let folder = std::env::temp_dir().join(format!("demarche-store-doc-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
/// # let event = decode(br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":2,"type":"track_stalled","track":"us-ru","occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","source":{"who":"izvestia","attribution":"media"},"data":{}}"#)?;
/// let mut store: Box<dyn Store> = Box::new(Journal::open(&folder.join("desk.jsonl"), Options::default())?);
/// store.append(&mut |_last_recorded| vec![event.clone()], &[], &[])?;
/// let tail = store.read(StorePosition::default(), 100)?;
/// assert_eq!((tail.events.len(), tail.position.events), (1, 1));
/// assert!(store.read(tail.position, 100)?.events.is_empty());
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Store: Send {
    /// Appends the events that a function makes while nobody else stores any, given when the last one was recorded; the
    /// function is called once at most. Events that they rest on must be stored as they were read. Returns the events,
    /// with the result for each.
    ///
    /// # Errors
    ///
    /// A [`StoreError`]; nothing is stored then, unless the store itself cannot tell.
    fn append(
        &mut self,
        make: &mut dyn FnMut(Option<Instant>) -> Vec<Event>,
        expected: &[ExpectedVersion],
        rests_on: &[Event],
    ) -> Result<Vec<(Event, Appended)>, StoreError>;

    /// Appends events as [`Store::append`] does, given the lines that they have elsewhere: how one store is copied into
    /// another. Each is stored as its canonical line of the same version of the schema ([`canonical`]), so that what
    /// was sealed there is sealed here.
    ///
    /// [`canonical`]: demarche_core::codec::canonical
    ///
    /// # Errors
    ///
    /// A [`StoreError`]; nothing is stored then, unless the store itself cannot tell.
    fn append_lines(&mut self, lines: &[(Event, String)]) -> Result<Vec<Appended>, StoreError>;

    /// Returns the events behind a position, so many at most. A position of another epoch stands for the beginning.
    ///
    /// # Errors
    ///
    /// A [`StoreError`] if the store cannot be read.
    fn read(&mut self, after: StorePosition, most: usize) -> Result<Tail, StoreError>;

    /// Returns all events at once, if the store has a faster way than [`Store::read`], and can go it now.
    ///
    /// # Errors
    ///
    /// A [`StoreError`] if the store cannot be read.
    fn load(&mut self) -> Result<Option<Loaded>, StoreError> {
        Ok(None)
    }

    /// Returns the position behind the last event.
    ///
    /// # Errors
    ///
    /// A [`StoreError`] if the store cannot be read.
    fn position(&mut self) -> Result<StorePosition, StoreError>;

    /// Returns the event of an id, if it is stored.
    ///
    /// # Errors
    ///
    /// A [`StoreError`] if the store cannot be read.
    fn event(&mut self, id: EventId) -> Result<Option<Event>, StoreError>;

    /// Returns how many events a track has.
    ///
    /// # Errors
    ///
    /// A [`StoreError`] if the store cannot be read.
    fn version(&mut self, track: &TrackId) -> Result<u64, StoreError>;

    /// Returns another handle to the store that reads while this one appends, or waits to: a server follows by it.
    /// There is none where reading does not wait for that, or where it would cost too much.
    ///
    /// # Errors
    ///
    /// A [`StoreError`] if the store cannot be reached.
    fn reader(&self) -> Result<Option<Box<dyn Store>>, StoreError> {
        Ok(None)
    }

    /// Returns a bell that the store rings when others may have stored something, if it hears of that by itself. A
    /// reader waits for it rather than for its next look, and looks from time to time nevertheless.
    fn bell(&self) -> Bell {
        Bell::default()
    }
}

impl Store for Journal {
    fn append(
        &mut self,
        make: &mut dyn FnMut(Option<Instant>) -> Vec<Event>,
        expected: &[ExpectedVersion],
        rests_on: &[Event],
    ) -> Result<Vec<(Event, Appended)>, StoreError> {
        Ok(self.append_with(make, expected, rests_on)?)
    }

    fn append_lines(&mut self, lines: &[(Event, String)]) -> Result<Vec<Appended>, StoreError> {
        Ok(Self::append_lines(self, lines)?)
    }

    fn read(&mut self, after: StorePosition, most: usize) -> Result<Tail, StoreError> {
        Ok(self.tail(after, most)?)
    }

    /// Maps the logs and reads them in parallel. It is not done where a line must be reported, or where somebody writes
    /// meanwhile.
    fn load(&mut self) -> Result<Option<Loaded>, StoreError> {
        let before = Self::position(self)?;
        let sources: Vec<Source> = self.log_paths().into_iter().map(Source::File).collect();
        let Ok(logs) = OpenLogs::open(sources, false, &mut io::empty(), &()) else { return Ok(None) };
        let Some(facts) = logs.scan(&|_| {}) else { return Ok(None) };
        let Logs { facts, texts, .. } = logs.with(facts);
        let position = Self::position(self)?;
        let is_whole = position == before && facts.len() as u64 == position.events;
        Ok(is_whole.then_some(Loaded { facts, texts, position }))
    }

    fn position(&mut self) -> Result<StorePosition, StoreError> {
        Ok(Self::position(self)?)
    }

    fn event(&mut self, id: EventId) -> Result<Option<Event>, StoreError> {
        Ok(self.event_of(id)?)
    }

    fn version(&mut self, track: &TrackId) -> Result<u64, StoreError> {
        Self::position(self)?;
        Ok(Self::version(self, track))
    }
}
