//! Lines read to facts.

use super::fact::NAMELESS;
use super::{Fact, Facts, Place, Spot, number};
use crate::codec::{AnyOrder, DecodeError, Field, Head, InOrder, Name, Order, Pick, Seen, decode, encode, pick};
use crate::edtf::DateBounds;
use crate::edtf::calendar::{Calendar, Days, NoDays};
use crate::jsonl::LINE_MAX_BYTES;
use crate::{ActorId, Event, EventId, TrackId};

/// Reads lines to facts, whatever their form.
///
/// ```
/// use demarche_core::facts::{Facts, LineReader, Place};
///
/// let log = concat!(
///     r#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"track_stalled","track":"us-ru","#,
///     r#""occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","#,
///     r#""source":{"who":"tass","attribution":"media"},"data":{}}"#,
///     "\n\n",
/// );
/// let (mut reader, mut facts) = (LineReader::new(), Facts::new());
/// reader.read(log.as_bytes(), Place::new(0, 0).unwrap(), &mut facts)?;
/// assert_eq!(facts.len(), 1);
/// let error = reader.read(b"no event", Place::new(0, log.len() as u64).unwrap(), &mut facts).unwrap_err();
/// assert_eq!(error.byte, log.len() as u64);
/// # Ok::<(), demarche_core::facts::LineError>(())
/// ```
#[derive(Debug, Default)]
pub struct LineReader {
    dates: Calendar,
    /// The targets of a line, until all of it was read.
    targets: Vec<EventId>,
}

/// Says which line is no event, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the line at byte {byte}: {error}")]
pub struct LineError {
    /// The byte of the text at which the line begins.
    pub byte: u64,
    /// What is wrong with it.
    pub error: DecodeError,
}

impl LineReader {
    /// Makes one that has read nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the facts of all lines of a text, or of a part of it that begins at a place; a line of white space has
    /// none. What was read before an error stays.
    ///
    /// # Errors
    ///
    /// A [`LineError`] at the first line that is no event: what [`decode`] says of it.
    pub fn read(&mut self, text: &[u8], start: Place, facts: &mut Facts) -> Result<(), LineError> {
        // All of it is looked at in one go; where something is wrong, line by line, since another may be at fault.
        let whole = simdutf8::basic::from_utf8(text).ok();
        let mut at = 0;
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            let byte = start.byte() + at as u64;
            let place = further(start, byte);
            let walked = whole.and_then(|text| facts.walk(text.get(at..)?, &mut self.dates, &mut self.targets, place));
            let length = match walked.filter(|length| *length <= LINE_MAX_BYTES) {
                Some(length) => length,
                None => facts.push_line(rest, place).map_err(|error| LineError { byte, error })?,
            };
            at += length + 1;
        }
        Ok(())
    }
}

/// The place of a byte of the same text.
#[allow(clippy::expect_used, reason = "what is in memory is shorter")]
const fn further(place: Place, byte: u64) -> Place {
    Place::new(place.text(), byte).expect("invariant: a text in memory has less than a tebibyte")
}

impl Facts {
    /// Adds the fact of an event, whose line stands at a place; returns its number.
    ///
    /// # Panics
    ///
    /// Where there are 2³² − 1 facts already.
    #[allow(clippy::expect_used, reason = "what is written is read, and what was just pushed is there")]
    pub fn push_event(&mut self, event: &Event, place: Place) -> u32 {
        let walked = self.walk(&encode(event), &mut NoDays, &mut Vec::new(), place);
        walked.expect("invariant: the canonical line of an event is walked");
        self.list.last_number().expect("invariant: a fact was just pushed")
    }

    /// Adds the fact of the first line of a text by the general decoder; returns how long the line is.
    #[cold]
    fn push_line(&mut self, text: &[u8], place: Place) -> Result<usize, DecodeError> {
        let length = memchr::memchr(b'\n', text).unwrap_or(text.len());
        let line = text.get(..length).unwrap_or(text);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        // What is too long is no event, even where it says nothing.
        if line.len() > LINE_MAX_BYTES || !line.iter().all(u8::is_ascii_whitespace) {
            self.push_event(&decode(line)?, place);
        }
        Ok(length)
    }

    /// Walks along the first line of a text, and adds its fact; returns how long it is. None adds nothing: then the
    /// general decoder must tell what the line is.
    #[inline(always)]
    fn walk(&mut self, text: &str, dates: &mut impl Days, targets: &mut Vec<EventId>, place: Place) -> Option<usize> {
        let length = self.walk_in::<InOrder>(text, dates, targets, place);
        length.or_else(|| self.walk_anywhere(text, dates, targets, place))
    }

    #[cold]
    #[inline(never)]
    fn walk_anywhere(
        &mut self,
        text: &str,
        dates: &mut impl Days,
        targets: &mut Vec<EventId>,
        place: Place,
    ) -> Option<usize> {
        self.walk_in::<AnyOrder>(text, dates, targets, place)
    }

    #[inline(always)]
    fn walk_in<O: Order>(
        &mut self,
        text: &str,
        dates: &mut impl Days,
        targets: &mut Vec<EventId>,
        place: Place,
    ) -> Option<usize> {
        let mut notes = Notes { subject: None, when: None, word: 0, targets };
        let (head, length) = pick::<O>(text, dates, &mut notes)?;
        let Notes { subject, when, word, targets } = notes;
        let (who, track, subject) = self.numbers(&head, subject)?;
        let more = if !targets.is_empty() {
            self.targets.push(targets.as_slice().into());
            number(self.targets.len())
        } else if let Some(when) = when {
            self.dates.push(when);
            number(self.dates.len())
        } else {
            u32::from(word)
        };
        let fact = Fact {
            id: head.id,
            earliest: head.occurred.means.earliest?,
            span: head.occurred.means.span,
            recorded: head.recorded,
            who,
            subject,
            more,
            event_type: head.event_type,
            attribution: head.attribution,
            grade: head.grade,
        };
        self.add(fact, Spot { place, track });
        Some(length)
    }

    /// Returns the numbers of the names of a line. A name that is known is valid; none is added before all are.
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

/// What facts note of the payload of a line.
struct Notes<'t, 's> {
    /// The name of what the event is on.
    subject: Option<Name<'t>>,
    /// The bounds of the date that it gives a meeting.
    when: Option<DateBounds>,
    /// The place of a word that decides.
    word: u8,
    /// The events on which it acts.
    targets: &'s mut Vec<EventId>,
}

impl<'t> Pick<'t> for Notes<'t, '_> {
    #[inline(always)]
    fn clear(&mut self) {
        (self.subject, self.when, self.word) = (None, None, 0);
        self.targets.clear();
    }

    #[inline(always)]
    fn pick(&mut self, field: Field, value: Seen<'t>) -> bool {
        match (field.name, value) {
            ("meeting" | "proposal" | "agreement" | "issue" | "exchange" | "measure", Seen::Slug(name)) => {
                self.subject = Some(name);
            }
            ("when", Seen::Date(date)) => self.when = Some((date.means.earliest, date.means.latest)),
            ("kind" | "answer", Seen::Word(word)) => self.word = word,
            ("claims" | "event", Seen::Id(id)) => self.targets.push(id),
            _ => return false,
        }
        true
    }
}
