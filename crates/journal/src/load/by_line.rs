//! Logs read line by line, in order, with every line that must be reported.

use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;
use std::io::BufRead;

use demarche_core::codec::{Entry, ReadError, ReadErrorKind, Reader, encode};
use demarche_core::facts::LinePlace;
use demarche_core::{ERASED, Event, EventId, EventType, TextField};

use super::{LoadError, Logs, Origin, Trouble};
use crate::erasure::{Later, Redactions};
use crate::source::Source;
use crate::tap::{Tap, Tapped};

/// Reads line by line.
pub(super) struct LineByLine<'t, E> {
    pub(super) logs: Logs,
    /// The number of each event, its log and its line there. The table is only looked up, never iterated.
    ids: HashMap<EventId, (u32, usize, u64)>,
    /// Lines that may hold other forms of events that are there, with more or fewer texts erased.
    forms: Vec<OtherForm>,
    skip_unknown: bool,
    tell: &'t mut dyn FnMut(Trouble) -> Result<(), E>,
}

/// A line that may hold another form of an event.
struct OtherForm {
    event: Event,
    log: usize,
    line: u64,
    place: LinePlace,
}

/// Tells whether two events differ at most in texts that one of them has erased.
fn may_be_erased(one: &Event, other: &Event) -> bool {
    let is_form = |later: &Event, earlier: &Event| {
        let erased: Vec<TextField> =
            TextField::ALL.iter().copied().filter(|field| later.text(*field) == Some(ERASED)).collect();
        earlier.erased(&erased) == *later
    };
    is_form(one, other) || is_form(other, one)
}

impl<'t, E> LineByLine<'t, E> {
    pub(super) fn new(logs: Logs, skip_unknown: bool, tell: &'t mut dyn FnMut(Trouble) -> Result<(), E>) -> Self {
        Self { logs, ids: HashMap::new(), forms: Vec::new(), skip_unknown, tell }
    }

    /// Reads a text that is there as a whole.
    pub(super) fn read_text(&mut self, log: usize, source: &Source, text: u32) -> Result<(), LoadError<E>> {
        let texts = self.logs.texts.clone();
        let tapped = Tapped::new(None);
        let tap = Tap { input: texts.text(text), tapped: &tapped };
        let mut reader = Reader::new(tap).skip_unknown(self.skip_unknown);
        for entry in reader.by_ref() {
            let line_start = tapped.borrow().line_start;
            let bom =
                if line_start == 0 && texts.text(text).starts_with(super::BOM) { super::BOM.len() as u64 } else { 0 };
            let place = LinePlace::new(text, line_start + bom).ok_or(LoadError::TooMany)?;
            self.take(log, source, entry, place)?;
        }
        self.logs.unknown += reader.unknown();
        Ok(())
    }

    /// Reads a stream, and stores its lines in separate texts.
    pub(super) fn read_stream<'r>(
        &mut self,
        log: usize,
        source: &Source,
        input: Box<dyn BufRead + 'r>,
    ) -> Result<(), LoadError<E>> {
        let tapped = Tapped::new(Some(Vec::new()));
        let mut reader = Reader::new(Tap { input, tapped: &tapped }).skip_unknown(self.skip_unknown);
        let mut first_line = 1;
        for entry in reader.by_ref() {
            // The lines since the last kept one are blank, or were skipped.
            let lines = tapped.borrow_mut().take_lines();
            let Ok(entry) = entry else {
                // The line is counted, but not kept.
                let blank = vec![b'\n'; usize::try_from(count_lines(&lines)).unwrap_or_default()];
                let place = self.keep(log, &blank, &mut first_line)?;
                self.take(log, source, entry, place)?;
                continue;
            };
            let whole = lines.strip_suffix(b"\n").unwrap_or(&lines);
            let start = memchr::memrchr(b'\n', whole).map_or(0, |end| end + 1);
            let is_marked = entry.line == 1 && whole.starts_with(super::BOM);
            let place = self.keep(log, &lines, &mut first_line)?;
            let byte = place.byte() + (start + if is_marked { super::BOM.len() } else { 0 }) as u64;
            let place = LinePlace::new(place.text(), byte).ok_or(LoadError::TooMany)?;
            self.take(log, source, Ok(entry), place)?;
        }
        self.logs.unknown += reader.unknown();
        self.logs.texts.close();
        Ok(())
    }

    /// Stores lines in the text that is being written, and notes where a new text begins.
    fn keep(&mut self, log: usize, lines: &[u8], first_line: &mut u64) -> Result<LinePlace, LoadError<E>> {
        let place = self.logs.texts.push_line(lines.strip_suffix(b"\n").unwrap_or(lines)).ok_or(LoadError::TooMany)?;
        if place.text() as usize == self.logs.places.origins.len() {
            self.logs.places.origins.push(Origin { source: log, first_line: *first_line });
        }
        *first_line += count_lines(lines);
        Ok(place)
    }

    #[allow(clippy::expect_used, reason = "what is written is read")]
    fn take(
        &mut self,
        log: usize,
        source: &Source,
        entry: Result<Entry, ReadError>,
        place: LinePlace,
    ) -> Result<(), LoadError<E>> {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => match error.kind {
                ReadErrorKind::Io(error) => return Err(source.unreadable(error).into()),
                ReadErrorKind::Line(_) => return self.tell(Trouble::Broken { log, error: Box::new(error) }),
            },
        };
        match self.ids.entry(entry.event.id) {
            Slot::Vacant(free) => {
                let number = self.logs.facts.push_line(&encode(&entry.event), place);
                let number = number.expect("invariant: the canonical line of an event is walked");
                free.insert((number, log, entry.line));
                Ok(())
            }
            Slot::Occupied(there) => {
                let (first, first_log, first_line) = *there.get();
                let (facts, texts) = (&self.logs.facts, &self.logs.texts);
                let stands = facts.fact(first).zip(facts.spot(first));
                let there = stands.and_then(|(fact, spot)| texts.event(fact, spot.place));
                if there.as_ref() == Some(&entry.event) {
                    self.logs.facts.note_dropped(1);
                    return Ok(());
                }
                let (id, line) = (entry.event.id, entry.line);
                if there.is_some_and(|there| may_be_erased(&there, &entry.event)) {
                    // The redaction that would tell may be still to come.
                    self.forms.push(OtherForm { event: entry.event, log, line, place });
                    return Ok(());
                }
                self.tell(Trouble::Conflict { log, line, id, first: (first_log, first_line) })
            }
        }
    }

    /// Keeps, of each event that has several forms, the one with the most texts erased, by the redactions among the
    /// events.
    #[allow(clippy::expect_used, reason = "what is written is read")]
    pub(super) fn settle(&mut self) -> Result<(), LoadError<E>> {
        if self.forms.is_empty() {
            return Ok(());
        }
        let (facts, texts) = (&self.logs.facts, &self.logs.texts);
        let of_type = facts.iter().filter(|(_, fact, _)| fact.event_type == EventType::EventRedacted);
        let redactions: Redactions = of_type.filter_map(|(_, fact, spot)| texts.event(fact, spot.place)).collect();
        let mut dropped = Vec::new();
        for OtherForm { event, log, line, place } in std::mem::take(&mut self.forms) {
            let Some(first) = self.ids.get(&event.id).copied() else { continue };
            let (facts, texts) = (&mut self.logs.facts, &self.logs.texts);
            let stands = facts.fact(first.0).zip(facts.spot(first.0));
            let there = stands.and_then(|(fact, spot)| texts.event(fact, spot.place));
            match there.and_then(|there| redactions.later(&there, &event)) {
                Some(Later::First) => facts.note_dropped(1),
                Some(Later::Second) => {
                    let number = facts.push_line(&encode(&event), place);
                    let number = number.expect("invariant: the canonical line of an event is walked");
                    self.ids.insert(event.id, (number, log, line));
                    dropped.push(first.0);
                }
                None => self.tell(Trouble::Conflict { log, line, id: event.id, first: (first.1, first.2) })?,
            }
        }
        if !dropped.is_empty() {
            dropped.sort_unstable();
            self.logs.facts.drop_all(&dropped);
        }
        Ok(())
    }

    fn tell(&mut self, trouble: Trouble) -> Result<(), LoadError<E>> {
        self.logs.skipped += 1;
        (self.tell)(trouble).map_err(LoadError::Refused)
    }
}

/// Returns the number of lines, even if the last one lacks its end.
fn count_lines(lines: &[u8]) -> u64 {
    let ends = memchr::memchr_iter(b'\n', lines).count();
    (ends + usize::from(!lines.ends_with(b"\n"))) as u64
}
