//! Lines read to facts.

use super::fact::More;
use super::fact::NAMELESS;
use super::{Details, Fact, Facts, LinePlace, Spot};
use crate::codec::{
    AnyOrder, Date, DecodeError, Field, Head, InOrder, Name, Order, Pick, Seen, Text, decode, encode, pick,
};
use crate::edtf::date_cache::{DateCache, DateReader, UncachedDates};
use crate::jsonl::LINE_MAX_BYTES;
use crate::{ActorId, EventId, EventType, TrackId};

/// Reads lines to facts, whatever their form.
///
/// ```
/// use demarche_core::facts::{Facts, LineReader, LinePlace};
///
/// let log = concat!(
///     r#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"track_stalled","track":"us-ru","#,
///     r#""occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","#,
///     r#""source":{"who":"tass","attribution":"media"},"data":{}}"#,
///     "\n\n",
/// );
/// let (mut reader, mut facts) = (LineReader::new(), Facts::new());
/// reader.read(log.as_bytes(), LinePlace::new(0, 0).unwrap(), &mut facts)?;
/// assert_eq!(facts.len(), 1);
/// let error = reader.read(b"no event", LinePlace::new(0, log.len() as u64).unwrap(), &mut facts).unwrap_err();
/// assert_eq!(error.byte, log.len() as u64);
/// # Ok::<(), demarche_core::facts::LineError>(())
/// ```
#[derive(Debug, Default)]
pub struct LineReader {
    scratch: Scratch<DateCache>,
}

/// State that is shared from line to line.
#[derive(Debug, Default)]
struct Scratch<D> {
    dates: D,
    /// The targets of the current line, until the whole line was read.
    targets: Vec<EventId>,
}

/// Which line is not an event, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the line at byte {byte}: {error}")]
#[non_exhaustive]
pub struct LineError {
    /// The byte of the text at which the line begins.
    pub byte: u64,
    /// What is wrong with it.
    pub error: DecodeError,
}

impl LineReader {
    /// Makes a reader that has read nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the facts of all lines of a text, or of a part of it that begins at a place. Lines of white space are
    /// skipped. What was read before an error stays.
    ///
    /// # Errors
    ///
    /// A [`LineError`] at the first line that is not an event, with the error of [`decode`].
    pub fn read(&mut self, text: &[u8], start: LinePlace, facts: &mut Facts) -> Result<(), LineError> {
        // Check the whole text at once. If that fails, check each line, since an earlier line may be wrong in another
        // way.
        let is_utf8 = simdutf8::basic::from_utf8(text).is_ok();
        let mut at = 0;
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            let byte = start.byte() + at as u64;
            let place = further(start, byte);
            let walked = if is_utf8 { facts.walk(rest, place, &mut self.scratch) } else { None };
            let length = match walked.filter(|length| *length <= LINE_MAX_BYTES) {
                Some(length) => length,
                None => facts.push_unusual(rest, place).map_err(|error| LineError { byte, error })?,
            };
            at += length + 1;
        }
        Ok(())
    }
}

/// Returns the place of another byte of the same text.
#[allow(clippy::expect_used, reason = "what is in memory is shorter")]
const fn further(place: LinePlace, byte: u64) -> LinePlace {
    LinePlace::new(place.text(), byte).expect("invariant: a text in memory has less than a tebibyte")
}

impl Facts {
    /// Adds the fact of an event, given its [canonical line](encode) and the place of that line. Returns the number of
    /// the fact, or `None` if the line is unusual or broken.
    ///
    /// # Panics
    ///
    /// If there are 2³² − 1 facts already.
    pub fn push_line(&mut self, line: &str, place: LinePlace) -> Option<u32> {
        let mut scratch = Scratch { dates: UncachedDates, targets: Vec::new() };
        self.walk(line.as_bytes(), place, &mut scratch)?;
        self.list.last_number()
    }

    /// Adds the fact of the first line of a text with the general decoder; returns the length of the line.
    #[cold]
    #[allow(clippy::expect_used, reason = "what is written is read")]
    fn push_unusual(&mut self, text: &[u8], place: LinePlace) -> Result<usize, DecodeError> {
        let length = memchr::memchr(b'\n', text).unwrap_or(text.len());
        let line = text.get(..length).unwrap_or(text);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        // A line that is too long is not an event, even if it is blank.
        if line.len() > LINE_MAX_BYTES || !line.iter().all(u8::is_ascii_whitespace) {
            let pushed = self.push_line(&encode(&decode(line)?), place);
            pushed.expect("invariant: the canonical line of an event is walked");
        }
        Ok(length)
    }

    /// Walks along the first line of a text, which is UTF-8, and adds its fact; returns the length of the line. Returns
    /// `None`, having added nothing, if the general decoder must read the line.
    #[inline(always)]
    fn walk<D: DateReader>(&mut self, text: &[u8], place: LinePlace, scratch: &mut Scratch<D>) -> Option<usize> {
        let length = self.walk_in::<InOrder, _>(text, place, scratch);
        length.or_else(|| self.walk_anywhere(text, place, scratch))
    }

    #[cold]
    #[inline(never)]
    fn walk_anywhere<D: DateReader>(
        &mut self,
        text: &[u8],
        place: LinePlace,
        scratch: &mut Scratch<D>,
    ) -> Option<usize> {
        self.walk_in::<AnyOrder, _>(text, place, scratch)
    }

    #[inline(always)]
    fn walk_in<O: Order, D: DateReader>(
        &mut self,
        text: &[u8],
        place: LinePlace,
        Scratch { dates, targets }: &mut Scratch<D>,
    ) -> Option<usize> {
        let mut notes = Notes { subject: None, date: None, venue: None, by: None, word: 0, targets };
        let (head, length) = pick::<O>(text, dates, &mut notes)?;
        let (who, track, subject) = self.numbers(&head, notes.subject)?;
        let more = self.more(&notes)?;
        let fact = Fact {
            id: head.id,
            earliest: head.occurred.means.earliest?,
            span: head.occurred.means.span,
            recorded: head.recorded,
            who,
            subject,
            more: more.number(),
            event_type: head.event_type,
            attribution: head.attribution,
            grade: head.grade,
        };
        self.add(fact, Spot { place, track });
        Some(length)
    }

    /// Stores what an event says beyond the fields of its fact.
    #[inline(always)]
    fn more(&mut self, notes: &Notes<'_, '_>) -> Option<More> {
        if !notes.targets.is_empty() {
            self.targets.push(notes.targets.as_slice().into());
            return Some(More::Targets(self.targets.len() - 1));
        }
        let venue = match notes.venue {
            Some(venue) => Some(self.texts.number_of(&venue.said()?)),
            None => None,
        };
        let by = notes.by.and_then(Name::path).map(|by| self.texts.number_of(by));
        let is_qualified = notes.date.is_some_and(|date| is_qualified(date.text.bytes()));
        let date = notes.date.map(|date| (date.means.earliest, date.means.latest));
        let details = Details { date, is_qualified, venue, by, word: notes.word };
        if details.is_word() {
            return Some(More::Word(notes.word));
        }
        self.details.push(details);
        Some(More::Details(self.details.len() - 1))
    }

    /// Returns the numbers of the names of a line. Known names are valid; new ones are added only once all have been
    /// checked.
    #[inline(always)]
    fn numbers(&mut self, head: &Head<'_>, subject: Option<Name<'_>>) -> Option<(u32, u32, u32)> {
        let who = self.actors.known(head.who.0);
        let track = self.tracks.known(head.track.0);
        let on = subject.map_or(Some(NAMELESS), |name| self.subjects.known(name.0));
        match (who, track, on) {
            (Some(who), Some(track), Some(on)) => Some((who, track, on)),
            _ => self.new_numbers((head.who, who), (head.track, track), (subject, on)),
        }
    }

    #[cold]
    #[inline(never)]
    fn new_numbers(
        &mut self,
        (who, who_known): (Name<'_>, Option<u32>),
        (track, track_known): (Name<'_>, Option<u32>),
        (subject, subject_known): (Option<Name<'_>>, Option<u32>),
    ) -> Option<(u32, u32, u32)> {
        let who = who_known.map_or_else(|| who.path().map(Err), |number| Some(Ok(number)))?;
        let track = track_known.map_or_else(|| track.path().map(Err), |number| Some(Ok(number)))?;
        let subject = subject_known.map_or_else(|| subject?.slug().map(Err), |number| Some(Ok(number)))?;
        Some((
            who.unwrap_or_else(|name| self.actors.add(ActorId::of_valid(name))),
            track.unwrap_or_else(|name| self.tracks.add(TrackId::of_valid(name))),
            subject.unwrap_or_else(|name| self.subjects.add(name.into())),
        ))
    }
}

/// Tells whether a date or an end of it is qualified.
fn is_qualified(date: &[u8]) -> bool {
    date.iter().any(|byte| matches!(byte, b'?' | b'~' | b'%'))
}

/// What a fact needs from the payload of a line.
struct Notes<'t, 's> {
    /// The name of the subject.
    subject: Option<Name<'t>>,
    /// The date that the event gives.
    date: Option<Date<'t>>,
    /// The venue that the event gives a meeting.
    venue: Option<Text<'t>>,
    /// The actor that declines a meeting.
    by: Option<Name<'t>>,
    /// One more than the index of the deciding word.
    word: u8,
    /// The events on which it acts.
    targets: &'s mut Vec<EventId>,
}

impl<'t> Pick<'t> for Notes<'t, '_> {
    #[inline(always)]
    fn clear(&mut self) {
        (self.subject, self.date, self.venue, self.by, self.word) = (None, None, None, None, 0);
        self.targets.clear();
    }

    #[inline(always)]
    fn pick(&mut self, field: Field, value: Seen<'t>) -> bool {
        match (field.name, value) {
            ("meeting" | "proposal" | "agreement" | "issue" | "exchange" | "measure" | "about", Seen::Slug(name)) => {
                self.subject = Some(name);
            }
            ("when" | "until" | "deadline" | "effective", Seen::Date(date)) => self.date = Some(date),
            ("venue", Seen::Text(text)) => self.venue = Some(text),
            ("kind" | "answer" | "stance" | "stage" | "how" | "format", Seen::Word(word)) => self.word = word + 1,
            ("by", Seen::Path(name)) if matches!(field.event_type, EventType::MeetingDeclined) => {
                self.by = Some(name);
                // The walker checks it, as it does every name that is not taken.
                return false;
            }
            ("claims" | "event", Seen::Id(id)) => self.targets.push(id),
            _ => return false,
        }
        true
    }
}
