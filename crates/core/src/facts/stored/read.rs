//! Reading facts, each value checked as if somebody had made it up.

use std::ops::Range;

use super::fields::Bytes;
use super::{DATE_BYTES, Head, ID_BYTES, MAGIC, RECORD_BYTES, StoredError, layout};
use crate::facts::interner::Interner;
use crate::facts::pieces::{PIECE, Pieces};
use crate::facts::{Fact, Facts, NAMELESS, Place, Span, Spot, acts, holds_word};
use crate::{ActorId, Answer, Attribution, DateBounds, EventId, EventType, Instant, MeetingId, TrackId, TrackKind};

impl Facts {
    /// Reads what [`Facts::write`] wrote: the facts of a text that has the given number from now on, and at least so
    /// many bytes, in which all of the lines begin.
    ///
    /// Whatever the bytes, the facts are such as can be: every number leads somewhere, every name and every instant is
    /// valid. Whether they are those of the text, and whether an id stands there twice, is not known here.
    ///
    /// # Errors
    ///
    /// A [`StoredError`] where they are in another layout, too short or too long, or hold a value that can't be.
    ///
    /// ```
    /// use demarche_core::facts::{Facts, StoredError};
    ///
    /// let mut bytes = Vec::new();
    /// Facts::new().write(&mut bytes)?;
    /// assert!(Facts::read(&bytes, 0, 0).unwrap().is_empty());
    /// assert_eq!(Facts::read(b"something else", 0, 0).unwrap_err(), StoredError::Layout);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn read(bytes: &[u8], text: u16, length: u64) -> Result<Self, StoredError> {
        let stored = Stored::open(bytes, text, length)?;
        let parts = (0..stored.parts()).map(|number| stored.part(number)).collect::<Result<_, _>>()?;
        stored.into_facts(parts)
    }
}

/// Facts as [`Facts::write`] wrote them, of which the greatest part is still to be read: in parts, by whichever thread
/// has time.
///
/// ```
/// use demarche_core::facts::{Facts, Stored};
///
/// let mut bytes = Vec::new();
/// Facts::new().write(&mut bytes)?;
/// let stored = Stored::open(&bytes, 0, 0)?;
/// let parts = (0..stored.parts()).map(|number| stored.part(number)).collect::<Result<_, _>>()?;
/// assert!(stored.into_facts(parts)?.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Stored<'b> {
    /// All but the facts themselves.
    rest: Facts,
    records: &'b [[u8; RECORD_BYTES]],
    text: u16,
    length: u64,
}

/// A part of the facts that are read.
#[derive(Debug)]
pub struct StoredPart {
    facts: Pieces,
    last_recorded: Option<Instant>,
    /// Where the first of its lines begins, and the first byte after the beginning of the last.
    lines: Range<u64>,
}

/// What is wrong where a fact is none that there can be.
const FACTS: StoredError = StoredError::Value("facts");

/// What is wrong where more lines are said to have been dropped than there can be.
const REPETITIONS: StoredError = StoredError::Value("repetitions");

impl<'b> Stored<'b> {
    /// Reads all but the facts themselves, as [`Facts::read`] does.
    ///
    /// # Errors
    ///
    /// Those of [`Facts::read`].
    pub fn open(bytes: &'b [u8], text: u16, length: u64) -> Result<Self, StoredError> {
        let mut bytes = Bytes(bytes);
        let head = Head::read(&mut bytes).ok_or(StoredError::Layout)?;
        let mut part = |count: u64, width: usize| {
            let count = usize::try_from(count).map_err(|_| StoredError::Length)?;
            bytes.take_all(count, width).ok_or(StoredError::Length)
        };
        let (records, _) = part(head.facts, RECORD_BYTES)?.as_chunks();
        let dates = dates(part(head.dates, DATE_BYTES)?).ok_or(StoredError::Value("dates"))?;
        let lengths = part(head.lists, size_of::<u32>())?;
        let ids = part(head.targets, ID_BYTES)?;
        let targets = targets(lengths, ids).ok_or(StoredError::Value("targets"))?;
        let tracks = names(&mut bytes, head.tracks, "tracks", |text| TrackId::new(text).ok())?;
        let actors = names(&mut bytes, head.actors, "actors", |text| ActorId::new(text).ok())?;
        let subject = |text: &str| MeetingId::is_valid(text).then(|| text.into());
        let subjects = names(&mut bytes, head.subjects, "subjects", subject)?;
        if !bytes.0.is_empty() {
            return Err(StoredError::Length);
        }
        let dropped = usize::try_from(head.dropped).map_err(|_| REPETITIONS)?;
        let rest = Facts { dates, targets, tracks, actors, subjects, dropped, ..Facts::default() };
        Ok(Self { rest, records, text, length })
    }

    /// Returns how many parts there are; they are numbered from 0.
    #[must_use]
    pub const fn parts(&self) -> usize {
        self.records.len().div_ceil(PIECE)
    }

    /// Reads the part of a number; one that there is not is empty.
    ///
    /// # Errors
    ///
    /// Those of [`Facts::read`].
    pub fn part(&self, number: usize) -> Result<StoredPart, StoredError> {
        let records = self.records.chunks(PIECE).nth(number).unwrap_or_default();
        let mut facts = Pieces::default();
        facts.reserve(records.len());
        let (mut last_recorded, mut lines) = (None, 0..0);
        for record in records {
            let (fact, byte, track) = self.record(record).ok_or(FACTS)?;
            if facts.end() == 0 {
                lines = byte..byte;
            }
            // One line after the other.
            if byte < lines.end || byte >= self.length {
                return Err(FACTS);
            }
            lines.end = byte + 1;
            last_recorded = last_recorded.max(Some(fact.recorded));
            facts.push(fact, Spot { place: Place::new(self.text, byte), track });
        }
        Ok(StoredPart { facts, last_recorded, lines })
    }

    /// Puts all parts together, which come in the order of their numbers.
    ///
    /// # Errors
    ///
    /// A [`StoredError`] where the parts are others, or do not follow each other in the text.
    pub fn into_facts(self, parts: Vec<StoredPart>) -> Result<Facts, StoredError> {
        let mut facts = self.rest;
        let mut least = 0;
        for StoredPart { facts: more, last_recorded, lines, .. } in parts {
            if lines.start < least {
                return Err(FACTS);
            }
            least = lines.end;
            facts.last_recorded = facts.last_recorded.max(last_recorded);
            facts.list.append(more, |_, _| {});
        }
        if facts.len() != self.records.len() {
            return Err(FACTS);
        }
        // Each was a line of the text, and none is empty.
        let lines = (facts.len() as u64).saturating_add(facts.dropped as u64);
        if lines <= self.length { Ok(facts) } else { Err(REPETITIONS) }
    }

    /// Reads a fact, the byte at which its line begins, and its track.
    #[inline]
    fn record(&self, record: &[u8; RECORD_BYTES]) -> Option<(Fact, u64, u32)> {
        let mut bytes = Bytes(record);
        let (id, earliest) = (bytes.id()?, bytes.instant()?);
        let (span, recorded) = (Span::of_number(bytes.u32()?, earliest)?, bytes.instant()?);
        let (track, who, subject, more) = (bytes.u32()?, bytes.u32()?, bytes.u32()?, bytes.u32()?);
        let byte = bytes.u64()?;
        let (event_type, attribution) = (bytes.word(EventType::ALL)?, bytes.word(Attribution::ALL)?);
        let grade = bytes.grade()?;
        let rest = &self.rest;
        let is_sound = (track as usize) < rest.tracks.len()
            && (who as usize) < rest.actors.len()
            && (subject == NAMELESS || (subject as usize) < rest.subjects.len())
            && rest.can_have(event_type, more as usize)
            && byte < 1 << 48;
        let fact = Fact { id, earliest, span, recorded, who, subject, more, event_type, attribution, grade };
        is_sound.then_some((fact, byte, track))
    }
}

impl Facts {
    /// Tells whether an event of a type can have such a number beside it.
    const fn can_have(&self, event_type: EventType, more: usize) -> bool {
        if holds_word(event_type) {
            let words =
                if matches!(event_type, EventType::TrackOpened) { TrackKind::ALL.len() } else { Answer::ALL.len() };
            more < words
        } else if acts(event_type) {
            more <= self.targets.len()
        } else {
            more == 0 || (event_type.is_on_meeting() && more <= self.dates.len())
        }
    }
}

impl Head {
    /// Reads the head; none where it is that of another layout.
    fn read(bytes: &mut Bytes<'_>) -> Option<Self> {
        let is_known = bytes.take()? == MAGIC;
        let mut number = || bytes.u64();
        let head = Self {
            layout: number()?,
            facts: number()?,
            dropped: number()?,
            dates: number()?,
            lists: number()?,
            targets: number()?,
            tracks: number()?,
            actors: number()?,
            subjects: number()?,
        };
        (is_known && head.layout == layout()).then_some(head)
    }
}

fn dates(dates: &[u8]) -> Option<Vec<DateBounds>> {
    let date = |date: &[u8; DATE_BYTES]| {
        let mut bytes = Bytes(date);
        let (earliest, latest) = (bytes.bound()?, bytes.bound()?);
        let is_sound = !matches!((earliest, latest), (Some(earliest), Some(latest)) if latest < earliest);
        is_sound.then_some((earliest, latest))
    };
    dates.as_chunks().0.iter().map(date).collect()
}

fn targets(lengths: &[u8], ids: &[u8]) -> Option<Vec<Box<[EventId]>>> {
    let mut ids = Bytes(ids);
    let list = |length: &[u8; 4]| {
        let length = usize::try_from(u32::from_le_bytes(*length)).ok().filter(|length| *length > 0)?;
        let (ids, _) = ids.take_all(length, ID_BYTES)?.as_chunks::<ID_BYTES>();
        Some(ids.iter().map(|id| EventId::new(uuid::Uuid::from_bytes(*id))).collect())
    };
    let lists = lengths.as_chunks().0.iter().map(list).collect();
    ids.0.is_empty().then_some(lists)?
}

fn names<T: AsRef<str>>(
    bytes: &mut Bytes<'_>,
    count: u64,
    what: &'static str,
    make: impl Fn(&str) -> Option<T>,
) -> Result<Interner<T>, StoredError> {
    let count = usize::try_from(count).map_err(|_| StoredError::Length)?;
    let lengths = bytes.take_all(count, size_of::<u16>()).ok_or(StoredError::Length)?;
    let mut list = Vec::with_capacity(count);
    for length in lengths.as_chunks().0 {
        let text = bytes.take_all(1, usize::from(u16::from_le_bytes(*length))).ok_or(StoredError::Length)?;
        let name = std::str::from_utf8(text).ok().and_then(&make).ok_or(StoredError::Value(what))?;
        list.push(name);
    }
    Interner::of(list).ok_or(StoredError::Value(what))
}
