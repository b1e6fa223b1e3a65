//! Compact facts: what a fold looks at in every event of a log in 80 bytes, names told once, words left where they
//! stand.
//!
//! A fold needs little of an event, and needs it often. So a log of any size is kept as facts; each knows the
//! [`Place`] of its line, from which the rest is read late, and only for what is printed.

mod fact;
mod hash;
mod interner;
mod pieces;
mod place;
mod reader;
mod repeated;

use crate::codec::Token;
use crate::{ActorId, DateBounds, EventId, EventType, Instant, TrackId};
pub use fact::Fact;
use hash::HashKey;
use interner::Interner;
use pieces::Pieces;
pub use place::{OPEN_MAX_BYTES, Place, SharedText, Texts};
pub use reader::{LineError, LineReader};

/// Where an event stands: in its log, and among its tracks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot {
    /// The place of its line.
    pub place: Place,
    /// The number of its track.
    pub track: u32,
}

/// The facts of a log, in the order of its lines.
///
/// ```
/// use demarche_core::codec::decode;
/// use demarche_core::facts::{Facts, Place};
///
/// let line = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"track_stalled","track":"us-ru","occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","source":{"who":"izvestia","attribution":"media"},"data":{}}"#;
/// let mut facts = Facts::new();
/// facts.push_event(&decode(line)?, Place::new(0, 0).unwrap());
/// let (_, fact, spot) = facts.iter().next().unwrap();
/// assert_eq!(facts.track(spot.track).unwrap().as_str(), "us-ru");
/// assert_eq!(facts.actor(fact.who).unwrap().as_str(), "izvestia");
/// # Ok::<(), demarche_core::codec::DecodeError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Facts {
    list: Pieces,
    last_recorded: Option<Instant>,
    dates: Vec<DateBounds>,
    targets: Vec<Box<[EventId]>>,
    tracks: Interner<TrackId>,
    actors: Interner<ActorId>,
    subjects: Interner<Box<str>>,
    dropped: usize,
}

impl Default for Facts {
    fn default() -> Self {
        Self::new()
    }
}

impl Facts {
    /// Makes the facts of an empty log. Names are hashed under a fixed key: where strangers write the log, take
    /// [`Facts::keyed`].
    #[must_use]
    pub fn new() -> Self {
        Self::hashed(HashKey::FIXED)
    }

    /// Makes the facts of an empty log, whose names are hashed under a key. No answer depends on the key; but who
    /// knows it can write a log whose names collide, which takes long to read. Under a key drawn at random and kept
    /// secret nobody can.
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
            dates: Vec::new(),
            targets: Vec::new(),
            tracks: Interner::new(key),
            actors: Interner::new(key),
            subjects: Interner::new(key),
            dropped: 0,
        }
    }

    /// Makes room for so many more facts, as far as that is made at once.
    pub fn reserve(&mut self, count: usize) {
        self.list.reserve(count);
    }

    /// Returns a hash of an id, under the key of these facts.
    #[must_use]
    pub const fn hash_of(&self, id: EventId) -> u64 {
        self.tracks.key().of_id(id)
    }

    /// Returns the number of a track that came up.
    #[must_use]
    pub fn track_number(&self, track: &TrackId) -> Option<u32> {
        self.tracks.known(Token::of(track.as_str()))
    }

    #[inline]
    fn add(&mut self, fact: Fact, spot: Spot) {
        self.last_recorded = self.last_recorded.max(Some(fact.recorded));
        self.list.push(fact, spot);
    }

    /// Returns the facts in the order of the lines, each with its number and where it stands. Numbers rise, but not
    /// always by one.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &Fact, &Spot)> {
        self.list.iter()
    }

    /// Returns the fact of a number.
    #[must_use]
    #[inline]
    pub fn fact(&self, number: u32) -> Option<&Fact> {
        self.list.fact(number)
    }

    /// Returns where the fact of a number stands.
    #[must_use]
    pub fn spot(&self, number: u32) -> Option<Spot> {
        self.list.spot(number).copied()
    }

    /// Returns how many facts there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Tells whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the number above those of all facts.
    #[must_use]
    pub fn end(&self) -> u32 {
        self.list.end()
    }

    /// Returns when the last of them was recorded.
    #[must_use]
    pub const fn last_recorded(&self) -> Option<Instant> {
        self.last_recorded
    }

    /// Returns how many tracks there are; they are numbered from 0 in the order in which they came up.
    #[must_use]
    pub const fn tracks(&self) -> usize {
        self.tracks.len()
    }

    /// Returns the track of a number.
    #[must_use]
    pub fn track(&self, number: u32) -> Option<&TrackId> {
        self.tracks.get(number)
    }

    /// Returns the numbers of the tracks above one that have events of their own, the nearest first.
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

    /// Returns how many actors there are; they are numbered from 0 in the order in which they came up.
    #[must_use]
    pub const fn actors(&self) -> usize {
        self.actors.len()
    }

    /// Returns the actor of a number.
    #[must_use]
    pub fn actor(&self, number: u32) -> Option<&ActorId> {
        self.actors.get(number)
    }

    /// Returns the name of what an event is on.
    #[must_use]
    pub fn subject(&self, fact: &Fact) -> Option<&str> {
        self.subjects.get(fact.subject).map(AsRef::as_ref)
    }

    /// Returns the bounds of the date that an event gives its meeting.
    #[must_use]
    pub fn when(&self, fact: &Fact) -> Option<DateBounds> {
        self.dates.get((fact.more as usize).checked_sub(1)?).copied().filter(|_| fact.event_type.is_on_meeting())
    }

    /// Returns the events on which an event acts.
    #[must_use]
    pub fn targets(&self, fact: &Fact) -> &[EventId] {
        let targets =
            (fact.more as usize).checked_sub(1).filter(|_| acts(fact.event_type)).and_then(|at| self.targets.get(at));
        targets.map_or(&[], AsRef::as_ref)
    }

    /// Adds the facts of what follows in the log. They keep their places, and are not copied.
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
        let (dates, targets) = (number(self.dates.len()), number(self.targets.len()));
        self.dates.extend(next.dates);
        self.targets.extend(next.targets);
        self.last_recorded = self.last_recorded.max(next.last_recorded);
        let renumbered = |names: &[u32], name: u32| names.get(name as usize).copied().unwrap_or(name);
        self.list.append(next.list, |fact, spot| {
            spot.track = renumbered(&tracks, spot.track);
            fact.who = renumbered(&actors, fact.who);
            fact.subject = renumbered(&subjects, fact.subject);
            if fact.more > 0 && !holds_word(fact.event_type) {
                fact.more += if acts(fact.event_type) { targets } else { dates };
            }
        });
    }

    /// Returns how many facts were dropped: how many lines repeat an event, where those are what is dropped.
    #[must_use]
    pub const fn dropped(&self) -> usize {
        self.dropped
    }

    /// Notes that so many lines repeat an event, and were not added.
    pub const fn note_dropped(&mut self, count: usize) {
        self.dropped += count;
    }

    /// Drops the facts of the given numbers, which come in order. Others may have their numbers then.
    pub fn drop_all(&mut self, numbers: &[u32]) {
        self.dropped += numbers.len();
        self.list.drop_all(numbers);
    }
}

/// Tells whether events of a type act on others.
const fn acts(event_type: EventType) -> bool {
    event_type.is_about_claims() || matches!(event_type, EventType::EventRetracted)
}

/// Tells whether events of a type have a word that decides.
const fn holds_word(event_type: EventType) -> bool {
    matches!(event_type, EventType::TrackOpened | EventType::ProposalAnswered)
}

/// The number of what stands at a place of a list. The greatest is nobody's: it says that there is none.
#[allow(clippy::expect_used, reason = "what has as many things as this takes more memory than there is")]
fn number(at: usize) -> u32 {
    u32::try_from(at).ok().filter(|number| *number < u32::MAX).expect("invariant: fewer than 2^32 - 1 things")
}
