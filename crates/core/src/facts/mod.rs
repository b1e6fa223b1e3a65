//! Compact facts: what a fold needs from every event of a log, in 80 bytes. Names are stored once, and words stay in
//! the log.
//!
//! A fold needs little from an event, and needs it often. So a log of any size is kept as facts. Each fact has the
//! [`LinePlace`] of its line, which is read again only for output.

mod details;
mod fact;
mod hash;
mod interner;
mod pieces;
mod reader;
mod repeated;
mod texts;

use crate::codec::Token;
use crate::{ActorId, EventId, EventType, Instant, TrackId};
pub use details::Details;
pub use fact::Fact;
use fact::More;
use hash::HashKey;
use interner::Interner;
use pieces::Pieces;
pub use reader::{LineError, LineReader};
pub use texts::{LinePlace, OPEN_MAX_BYTES, SharedText, Texts};

/// Where an event is: in its log, and among its tracks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot {
    /// The place of its line.
    pub place: LinePlace,
    /// The number of its track.
    pub track: u32,
}

/// The facts of a log, in the order of its lines.
///
/// ```
/// use demarche_core::facts::{Facts, LinePlace};
///
/// let line = r#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"track_stalled","track":"us-ru","occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","source":{"who":"izvestia","attribution":"media"},"data":{}}"#;
/// let mut facts = Facts::new();
/// facts.push_line(line, LinePlace::new(0, 0).unwrap()).unwrap();
/// let (_, fact, spot) = facts.iter().next().unwrap();
/// assert_eq!(facts.track(spot.track).unwrap().as_str(), "us-ru");
/// assert_eq!(facts.actor(fact.who).unwrap().as_str(), "izvestia");
/// ```
#[derive(Debug, Clone)]
pub struct Facts {
    list: Pieces,
    last_recorded: Option<Instant>,
    details: Vec<Details>,
    targets: Vec<Box<[EventId]>>,
    tracks: Interner<TrackId>,
    actors: Interner<ActorId>,
    subjects: Interner<Box<str>>,
    /// Venues, and the parties or actors that decline: texts to compare, not always valid names.
    texts: Interner<Box<str>>,
    dropped: usize,
}

impl Default for Facts {
    fn default() -> Self {
        Self::new()
    }
}

impl Facts {
    /// Makes the facts of an empty log. Names are hashed under a fixed key; use [`Facts::keyed`] if strangers write the
    /// log.
    #[must_use]
    pub fn new() -> Self {
        Self::hashed(HashKey::FIXED)
    }

    /// Makes the facts of an empty log, whose names are hashed under a key. No answer depends on the key; but anybody
    /// who knows it can write a log whose names collide, which takes long to read. A random, secret key prevents that.
    ///
    /// ```
    /// use demarche_core::facts::Facts;
    ///
    /// assert!(Facts::keyed(0x1234).is_empty());
    /// ```
    #[must_use]
    pub fn keyed(key: u128) -> Self {
        Self::hashed(HashKey::new(key))
    }

    fn hashed(key: HashKey) -> Self {
        Self {
            list: Pieces::default(),
            last_recorded: None,
            details: Vec::new(),
            targets: Vec::new(),
            tracks: Interner::new(key),
            actors: Interner::new(key),
            subjects: Interner::new(key),
            texts: Interner::new(key),
            dropped: 0,
        }
    }

    /// Reserves room for more facts, up to the size of a piece.
    pub fn reserve(&mut self, count: usize) {
        self.list.reserve(count);
    }

    /// Returns a hash of an id, under the key of these facts.
    #[must_use]
    pub const fn hash_of(&self, id: EventId) -> u64 {
        self.tracks.key().of_id(id)
    }

    /// Returns the number of a track, if the log has it.
    #[must_use]
    pub fn track_number(&self, track: &TrackId) -> Option<u32> {
        self.tracks.known(Token::of(track.as_str()))
    }

    #[inline(always)]
    fn add(&mut self, fact: Fact, spot: Spot) {
        self.last_recorded = self.last_recorded.max(Some(fact.recorded));
        self.list.push(fact, spot);
    }

    /// Returns the facts in the order of the lines, each with its number and its spot. Numbers rise, but not always by
    /// one.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &Fact, &Spot)> {
        self.list.iter()
    }

    /// Returns the fact of a number.
    #[must_use]
    #[inline]
    pub fn fact(&self, number: u32) -> Option<&Fact> {
        self.list.fact(number)
    }

    /// Returns the spot of a fact.
    #[must_use]
    pub fn spot(&self, number: u32) -> Option<Spot> {
        self.list.spot(number).copied()
    }

    /// Returns how many facts there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Tells whether there are no facts.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns one more than the largest number of a fact.
    #[must_use]
    pub fn end(&self) -> u32 {
        self.list.end()
    }

    /// Returns when the last of them was recorded.
    #[must_use]
    pub const fn last_recorded(&self) -> Option<Instant> {
        self.last_recorded
    }

    /// Returns how many tracks there are; they are numbered from 0 in the order in which they were first seen.
    #[must_use]
    pub const fn tracks(&self) -> usize {
        self.tracks.len()
    }

    /// Returns the track of a number.
    #[must_use]
    pub fn track(&self, number: u32) -> Option<&TrackId> {
        self.tracks.get(number)
    }

    /// Returns the numbers of the tracks above a track that have events themselves, the nearest first.
    pub fn tracks_above(&self, number: u32) -> impl Iterator<Item = u32> + '_ {
        let mut track = self.track(number).map_or("", TrackId::as_str);
        std::iter::from_fn(move || {
            loop {
                (track, _) = track.rsplit_once('/')?;
                let number = self.tracks.known(Token::of(track));
                if number.is_some() {
                    return number;
                }
            }
        })
    }

    /// Returns how many actors there are; they are numbered from 0 in the order in which they were first seen.
    #[must_use]
    pub const fn actors(&self) -> usize {
        self.actors.len()
    }

    /// Returns the actor of a number.
    #[must_use]
    pub fn actor(&self, number: u32) -> Option<&ActorId> {
        self.actors.get(number)
    }

    /// Returns the name of a subject.
    #[must_use]
    pub fn subject(&self, fact: &Fact) -> Option<&str> {
        self.subjects.get(fact.subject).map(AsRef::as_ref)
    }

    /// Returns the number of the name of a subject.
    #[must_use]
    pub fn subject_number(&self, name: &str) -> Option<u32> {
        self.subjects.known(Token::of(name))
    }

    /// Returns what an event says beyond its fact.
    #[must_use]
    pub fn details(&self, fact: &Fact) -> Details {
        match fact.more() {
            More::Word(word) => Details { word, ..Details::NONE },
            More::Details(at) => self.details.get(at).copied().unwrap_or(Details::NONE),
            More::Targets(_) => Details::NONE,
        }
    }

    /// Returns the text of a number: a venue, or who declines.
    #[must_use]
    pub fn text(&self, number: u32) -> Option<&str> {
        self.texts.get(number).map(AsRef::as_ref)
    }

    /// Returns the events on which an event acts.
    #[must_use]
    pub fn targets(&self, fact: &Fact) -> &[EventId] {
        match fact.more() {
            More::Targets(at) => self.targets.get(at).map_or(&[], AsRef::as_ref),
            More::Word(_) | More::Details(_) => &[],
        }
    }

    /// Adds the facts of the next part of the log. They keep their places, and are not copied.
    pub fn append(&mut self, next: Self) {
        let dropped = self.dropped + next.dropped;
        if self.is_empty() {
            *self = Self { dropped, ..next };
            return;
        }
        self.dropped = dropped;
        let tracks = self.tracks.append(next.tracks);
        let actors = self.actors.append(next.actors);
        let subjects = self.subjects.append(next.subjects);
        let texts = self.texts.append(next.texts);
        let (details, targets) = (self.details.len(), self.targets.len());
        self.details.extend(next.details.into_iter().map(|of| Details {
            venue: of.venue.map(|venue| renumbered(&texts, venue)),
            by: of.by.map(|by| renumbered(&texts, by)),
            ..of
        }));
        self.targets.extend(next.targets);
        self.last_recorded = self.last_recorded.max(next.last_recorded);
        self.list.append(next.list, |fact, spot| {
            spot.track = renumbered(&tracks, spot.track);
            fact.who = renumbered(&actors, fact.who);
            fact.subject = renumbered(&subjects, fact.subject);
            fact.more = match fact.more() {
                More::Targets(at) => More::Targets(at + targets),
                More::Details(at) => More::Details(at + details),
                More::Word(word) => More::Word(word),
            }
            .number();
        });
    }

    /// Returns how many facts were dropped because their lines repeat an event.
    #[must_use]
    pub const fn dropped(&self) -> usize {
        self.dropped
    }

    /// Notes that a number of lines repeat an event and were not added.
    pub const fn note_dropped(&mut self, count: usize) {
        self.dropped += count;
    }

    /// Drops the facts with the given numbers, which must be sorted. The facts after them may get new numbers.
    pub fn drop_all(&mut self, numbers: &[u32]) {
        self.dropped += numbers.len();
        self.list.drop_all(numbers);
    }
}

/// Tells whether events of a type act on others.
const fn acts(event_type: EventType) -> bool {
    event_type.is_about_claims() || event_type.is_housekeeping()
}

/// The number of a name after renumbering.
fn renumbered(names: &[u32], name: u32) -> u32 {
    names.get(name as usize).copied().unwrap_or(name)
}

/// Returns an index as a number. The largest number is reserved for none.
#[allow(clippy::expect_used, reason = "what has as many things as this takes more memory than there is")]
fn number(at: usize) -> u32 {
    u32::try_from(at).ok().filter(|number| *number < u32::MAX).expect("invariant: fewer than 2^32 - 1 things")
}
