//! Compact facts: the gist of every event of a log in 80 bytes each, names told once, words left where they stand.
//!
//! A fold needs little of an event, and needs it often. So a log of any size is kept as facts; each knows the
//! [`Place`] of its line, from which the rest is read late, and only for what is printed.

mod names;
mod place;
mod repeated;
mod stored;

use std::cmp::Ordering;

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use crate::{
    ActorId, Answer, Attribution, DateBounds, EventId, EventOrder, EventType, Gist, Grade, Instant, TrackId, TrackKind,
};
use names::Names;
pub use place::{Place, Texts};
pub use stored::StoredError;

/// What a fold looks at in an event; its names are numbers of [`Facts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fact {
    /// Its id.
    pub id: EventId,
    /// The first instant at which it can have occurred.
    pub earliest: Instant,
    /// The last nanosecond at which it can have occurred; none where that is unbounded.
    pub latest: Option<Instant>,
    /// When the desk wrote it down.
    pub recorded: Instant,
    /// The number of its track.
    pub track: u32,
    /// The number of its speaker.
    pub who: u32,
    /// The number of what it is on; [`NAMELESS`] where it is on nothing.
    subject: u32,
    /// By type: one more than the number of its date or of its targets, or the place of its word.
    more: u32,
    /// Where its line stands.
    pub place: Place,
    /// Its type.
    pub event_type: EventType,
    /// How the words reached the public.
    pub attribution: Attribution,
    /// How good source and information are.
    pub grade: Option<Grade>,
}

/// The subject of an event that is on nothing.
const NAMELESS: u32 = u32::MAX;

/// The facts of a log, in the order of its lines.
///
/// ```
/// use demarche_core::codec::skim;
/// use demarche_core::facts::{Facts, Place};
///
/// let line = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"track_stalled","track":"us-ru","occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","source":{"who":"izvestia","attribution":"media"},"data":{}}"#;
/// let mut facts = Facts::new();
/// facts.push(&skim(line).expect("a canonical line"), Place::new(0, 0));
/// let fact = facts.list()[0];
/// assert_eq!(facts.track(fact.track).unwrap().as_str(), "us-ru");
/// assert_eq!(facts.actor(fact.who).unwrap().as_str(), "izvestia");
/// ```
#[derive(Debug, Clone, Default)]
pub struct Facts {
    list: Vec<Fact>,
    dates: Vec<DateBounds>,
    targets: Vec<Box<[EventId]>>,
    tracks: Names<TrackId>,
    actors: Names<ActorId>,
    subjects: Names<Box<str>>,
}

impl Fact {
    /// Returns its place in the order that every fold follows.
    #[must_use]
    pub const fn order(&self) -> EventOrder {
        EventOrder { occurred: self.earliest, recorded: self.recorded, id: self.id }
    }

    /// Compares the places of two facts in that order, without looking further than it must.
    #[must_use]
    pub fn cmp_order(&self, other: &Self) -> Ordering {
        let early = self.earliest.cmp(&other.earliest);
        early.then_with(|| self.recorded.cmp(&other.recorded)).then_with(|| self.id.cmp(&other.id))
    }

    /// Returns the number of what it is on, among all such names; none where it is on nothing.
    #[must_use]
    pub fn subject(&self) -> Option<u32> {
        (self.subject != NAMELESS).then_some(self.subject)
    }

    /// Returns the kind of the track that it opens.
    #[must_use]
    pub fn kind(&self) -> Option<TrackKind> {
        (self.event_type == EventType::TrackOpened).then(|| TrackKind::ALL.get(self.more as usize).copied())?
    }

    /// Returns the answer that it gives to a proposal.
    #[must_use]
    pub fn answer(&self) -> Option<Answer> {
        (self.event_type == EventType::ProposalAnswered).then(|| Answer::ALL.get(self.more as usize).copied())?
    }
}

impl Facts {
    /// Makes the facts of an empty log.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the gist of the line at a place.
    pub fn push(&mut self, gist: &Gist<'_>, place: Place) {
        let more = if !gist.targets.is_empty() {
            self.targets.push(gist.targets.as_ref().into());
            number(self.targets.len())
        } else if let Some(when) = gist.when {
            self.dates.push(when);
            number(self.dates.len())
        } else {
            u32::from(gist.word)
        };
        let fact = Fact {
            id: gist.id,
            earliest: gist.earliest,
            latest: gist.latest,
            recorded: gist.recorded,
            track: self.tracks.number_of(gist.track, TrackId::of_valid),
            who: self.actors.number_of(gist.who, ActorId::of_valid),
            subject: gist.subject.map_or(NAMELESS, |name| self.subjects.number_of(name, |name| name.into())),
            more,
            place,
            event_type: gist.event_type,
            attribution: gist.attribution,
            grade: gist.grade,
        };
        self.list.push(fact);
    }

    /// Returns the facts, in the order of the lines.
    #[must_use]
    pub fn list(&self) -> &[Fact] {
        &self.list
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

    /// Returns the number of a track that has events.
    #[must_use]
    pub fn number_of_track(&self, track: &TrackId) -> Option<u32> {
        self.tracks.known(track.as_str())
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

    /// Adds the facts of what follows in the log. They keep their places.
    pub fn append(&mut self, next: Self) {
        if self.list.is_empty() {
            *self = next;
            return;
        }
        let tracks = self.tracks.append(next.tracks);
        let actors = self.actors.append(next.actors);
        let subjects = self.subjects.append(next.subjects);
        let (dates, targets) = (number(self.dates.len()), number(self.targets.len()));
        self.dates.extend(next.dates);
        self.targets.extend(next.targets);
        let renumbered = |names: &[u32], name: u32| names.get(name as usize).copied().unwrap_or(name);
        self.list.extend(next.list.into_iter().map(|fact| Fact {
            track: renumbered(&tracks, fact.track),
            who: renumbered(&actors, fact.who),
            subject: renumbered(&subjects, fact.subject),
            more: match fact.more {
                0 => 0,
                more if holds_word(fact.event_type) => more,
                more if acts(fact.event_type) => more + targets,
                more => more + dates,
            },
            ..fact
        }));
    }

    /// Finds the lines that repeat an id: for each the number of its fact, and of the first one of that id, in the
    /// order of the lines.
    #[must_use]
    pub fn repeated(&self) -> Vec<(usize, usize)> {
        let hasher = hashbrown::DefaultHashBuilder::default();
        let hash = |id: EventId| std::hash::BuildHasher::hash_one(&hasher, id.uuid().as_u128());
        let mut table: HashTable<u32> = HashTable::with_capacity(self.list.len());
        let mut repeated = Vec::new();
        let id_of = |at: u32| self.list.get(at as usize).map(|fact| fact.id);
        for (at, fact) in self.list.iter().enumerate() {
            let same = |other: &u32| id_of(*other) == Some(fact.id);
            let rehash = |other: &u32| id_of(*other).map_or(0, hash);
            match table.entry(hash(fact.id), same, rehash) {
                Entry::Occupied(first) => repeated.push((at, *first.get() as usize)),
                Entry::Vacant(entry) => {
                    entry.insert(number(at));
                }
            }
        }
        repeated
    }

    /// Drops the facts of the given numbers, which come in order.
    pub fn drop_all(&mut self, numbers: &[usize]) {
        let mut numbers = numbers.iter().copied().peekable();
        let mut at = 0;
        self.list.retain(|_| {
            at += 1;
            numbers.next_if_eq(&(at - 1)).is_none()
        });
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

/// The number of something; a log has no more than so many events.
fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
