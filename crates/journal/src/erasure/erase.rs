//! Erasing: the lines of an event rewritten, and the redaction appended, as one.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use demarche_core::codec::{ReadError, decode};
use demarche_core::facts::{Facts, LinePlace, LineReader};
use demarche_core::{ERASED, Event, EventId, EventRedacted, EventType, Instant, TextField};

use super::erased_line::{ErasedLine, own_redactions};
use super::signed::sign_redaction;
use crate::appending::Finished;
use crate::disk::Disk;
use crate::error::{Act, JournalError};
use crate::files::Files;
use crate::format::{TooLong, canonical_log};
use crate::lock::LogLocks;
use crate::paths::logs_of;
use crate::replace::{ReplaceError, failed};
use crate::seal::{SealingKey, VerifierKey};
use crate::source::is_compressed;

/// The byte order mark of UTF-8.
const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Says why nothing was erased.
#[derive(Debug, thiserror::Error)]
pub enum EraseError {
    /// The journal can't be locked or read.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The event is not in the journal.
    #[error("the event {id} is not in {}", path.display())]
    Missing {
        /// The event.
        id: EventId,
        /// The journal.
        path: PathBuf,
    },
    /// The event is a redaction, which is signed as a whole.
    #[error("the event {id} is a redaction: its signature is over all of it, so nothing of it can be erased")]
    Redaction {
        /// The event.
        id: EventId,
    },
    /// The event has no such text.
    #[error("the event {id} has no `{field}`: what can be erased of it is {}", listed(has))]
    NoText {
        /// The event.
        id: EventId,
        /// The field.
        field: TextField,
        /// The fields of the event that can be erased.
        has: Vec<TextField>,
    },
    /// A log that has the event is compressed.
    #[error("{} has the event, and is compressed: unpack it first, for only plain logs are rewritten", path.display())]
    Compressed {
        /// The log.
        path: PathBuf,
    },
    /// A log that has the event has several names, and the file would stay under the others.
    #[error("{} has {links} hard links: remove the others first, or the text stays under their names", path.display())]
    HardLinked {
        /// The log.
        path: PathBuf,
        /// How many names it has.
        links: u64,
    },
    /// The line of a redaction would be too long.
    #[error(transparent)]
    TooLong(#[from] TooLong),
    /// A log can't be replaced.
    #[error(transparent)]
    Replace(#[from] ReplaceError),
}

fn listed(fields: &[TextField]) -> String {
    let names: Vec<String> = fields.iter().map(|field| format!("`{field}`")).collect();
    if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
}

/// What an erasure is about to do, in a file or in another store. Nothing has been written yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErasurePlan {
    /// The event, as it is stored.
    pub event: Event,
    /// The texts that are going to be erased, each with its field.
    pub texts: Vec<(TextField, String)>,
    /// How many lines are going to be rewritten. If there are none, the texts are erased already.
    pub lines: usize,
    /// The redactions that are going to be stored, without reason and signature. There are none if those that are
    /// stored already say the same, as after a crash.
    pub redactions: Vec<EventRedacted>,
    /// When the last event of the journal was recorded.
    pub last_recorded: Option<Instant>,
}

/// Texts of an event that are about to be erased: nobody can append to the journal while this is held.
///
/// [`Erasure::begin`] locks the journal and finds the lines, [`Erasure::commit`] rewrites them. The redactions, one for
/// each different line of the event (usually one), are appended to the log that grows, in the same replacement if that
/// log has the event. If another log of a directory has it, the redaction is stored first: a crash between the two
/// leaves the text where it was, and a redaction that says it is erased; erasing again finishes that, with the same
/// redaction.
#[derive(Debug)]
pub struct Erasure<'f, F: Files = Disk> {
    files: &'f F,
    locks: LogLocks<'f, F>,
    /// The log that is appended to.
    own: PathBuf,
    rewritten: Vec<RewrittenLog>,
    plan: ErasurePlan,
}

/// A log with its new content, before anything is appended.
#[derive(Debug)]
struct RewrittenLog {
    path: PathBuf,
    bytes: Vec<u8>,
    is_changed: bool,
}

/// What one line of the event becomes.
struct NewLine {
    range: std::ops::Range<usize>,
    text: String,
}

impl<'f, F: Files> Erasure<'f, F> {
    /// Locks a journal, a file or a directory, and finds the lines of an event of which texts are to be erased. Nothing
    /// is written. `key` tells which of the redactions that are there are the desk's own.
    ///
    /// # Errors
    ///
    /// An [`EraseError`].
    pub fn begin(
        files: &'f F,
        path: &Path,
        id: EventId,
        fields: &[TextField],
        key: &VerifierKey,
        wait: Duration,
    ) -> Result<Self, EraseError> {
        let (own, others) = logs_of(files, path)?;
        let others: Vec<PathBuf> = others.into_iter().map(|log| log.path).collect();
        let has_own = files.look(&own).map_err(disk(Act::LookAt, &own))?.is_some();
        if !has_own && others.is_empty() {
            return Err(JournalError::NoJournal { path: path.to_owned() }.into());
        }
        let locks = LogLocks::to_replace(files, &own, &others, wait)?;
        let mut logs: Vec<(PathBuf, Vec<u8>, Facts)> = Vec::with_capacity(others.len() + 1);
        for log in others.into_iter().chain([own.clone()]) {
            let (bytes, facts) = read(&locks, &log, id)?;
            logs.extend(facts.map(|facts| (log, bytes, facts)));
        }
        let events = |wanted: &dyn Fn(EventId, EventType) -> bool| -> Vec<Event> {
            let all = logs.iter().flat_map(|(_, bytes, facts)| facts.iter().map(move |fact| (bytes, fact)));
            let wanted = all.filter(|(_, (_, fact, _))| wanted(fact.id, fact.event_type));
            wanted.filter_map(|(bytes, (.., spot))| decode(line_at(bytes, spot.place).1).ok()).collect()
        };
        let event = events(&|other, _| other == id).into_iter().next();
        let event = event.ok_or_else(|| EraseError::Missing { id, path: path.to_owned() })?;
        check(&event, fields)?;
        let known = own_redactions(id, &events(&|_, event_type| event_type == EventType::EventRedacted), key);
        let last_recorded = logs.iter().filter_map(|(.., facts)| facts.last_recorded()).max();
        let plan = ErasurePlan { event, texts: Vec::new(), lines: 0, redactions: Vec::new(), last_recorded };
        let mut erasure = Self { files, locks, own, rewritten: Vec::new(), plan };
        for (path, bytes, facts) in logs {
            erasure.rewrite(path, bytes, &facts, fields, &known)?;
        }
        Ok(erasure)
    }

    /// Makes the new content of a log, and the redactions that it needs.
    fn rewrite(
        &mut self,
        path: PathBuf,
        bytes: Vec<u8>,
        facts: &Facts,
        fields: &[TextField],
        known: &[EventRedacted],
    ) -> Result<(), EraseError> {
        let (mut lines, id) = (Vec::new(), self.plan.event.id);
        for (.., spot) in facts.iter().filter(|(_, fact, _)| fact.id == id) {
            let (range, line) = line_at(&bytes, spot.place);
            let Ok(event) = decode(line) else { continue };
            let known: Vec<EventRedacted> = known.iter().chain(&self.plan.redactions).cloned().collect();
            let Some(erased) = ErasedLine::with(&event, line, fields, &known) else { continue };
            for field in fields {
                let text = event.text(*field).filter(|text| *text != ERASED).map(|text| (*field, text.to_owned()));
                self.plan.texts.extend(text.filter(|text| !self.plan.texts.contains(text)));
            }
            self.plan.redactions.extend(erased.redaction);
            lines.push(NewLine { range, text: erased.line });
        }
        if !lines.is_empty() {
            let found = self.files.look(&path).map_err(disk(Act::LookAt, &path))?;
            if let Some(links) = found.map(|found| found.links).filter(|links| *links > 1) {
                return Err(EraseError::HardLinked { path, links });
            }
        }
        self.plan.lines += lines.len();
        let is_changed = !lines.is_empty();
        self.rewritten.push(RewrittenLog { path, bytes: spliced(bytes, &lines), is_changed });
        Ok(())
    }

    /// Returns what is going to be done.
    #[must_use]
    pub const fn plan(&self) -> &ErasurePlan {
        &self.plan
    }

    /// Returns the batches of interrupted writers that were finished when the locks were taken.
    #[must_use]
    pub fn finished(&self) -> &[Finished] {
        self.locks.finished()
    }

    /// Rewrites the lines, and stores the redactions, which it signs first. The caller has made an event of each of
    /// [`ErasurePlan::redactions`]. Returns the events as they are stored.
    ///
    /// # Errors
    ///
    /// [`EraseError::TooLong`] and [`EraseError::Replace`].
    pub fn commit(mut self, mut redactions: Vec<Event>, key: &SealingKey) -> Result<Vec<Event>, EraseError> {
        redactions.iter_mut().for_each(|event| sign_redaction(event, key));
        let appended = canonical_log(&redactions)?;
        let mut all = std::mem::take(&mut self.rewritten);
        if let Some(own) = all.iter_mut().find(|log| log.path == self.own).filter(|_| !appended.is_empty()) {
            if !own.bytes.is_empty() && !own.bytes.ends_with(b"\n") {
                own.bytes.push(b'\n');
            }
            own.bytes.extend_from_slice(&appended);
            own.is_changed = true;
        }
        // The redaction is stored first, so that no line is altered without one.
        all.sort_by_key(|log| log.path != self.own);
        let mut written = Vec::new();
        for log in all.into_iter().filter(|log| log.is_changed) {
            let mut replacement = self.locks.begin(&log.path)?;
            replacement.write_all(&log.bytes).map_err(failed(Act::WriteBeside, &log.path))?;
            written.push(replacement);
        }
        for replacement in written {
            replacement.commit()?;
        }
        Ok(redactions)
    }
}

/// Refuses what can't be erased of an event.
pub(super) fn check(event: &Event, fields: &[TextField]) -> Result<(), EraseError> {
    let id = event.id;
    if event.event_type().is_signed() {
        return Err(EraseError::Redaction { id });
    }
    let missing = fields.iter().find(|field| event.text(**field).is_none());
    missing.map_or(Ok(()), |field| {
        let has = TextField::ALL.iter().copied().filter(|field| event.text(*field).is_some()).collect();
        Err(EraseError::NoText { id, field: *field, has })
    })
}

/// Reads a log to facts. Of a compressed log, which can't be rewritten, none are returned; it must not have the event.
fn read<F: Files>(locks: &LogLocks<'_, F>, path: &Path, id: EventId) -> Result<(Vec<u8>, Option<Facts>), EraseError> {
    let mut bytes = locks.read(path).map_err(disk(Act::Read, path))?;
    let is_packed = is_compressed(&bytes);
    if is_packed {
        bytes.clear();
        let unpacked = locks.open(path).and_then(|mut input| io::copy(&mut input, &mut bytes));
        unpacked.map_err(disk(Act::Read, path))?;
    }
    let mut facts = Facts::new();
    let start = if bytes.starts_with(BOM) { BOM.len() } else { 0 };
    let text = bytes.get(start..).unwrap_or_default();
    let Some(place) = LinePlace::new(0, start as u64) else { return Ok((bytes, None)) };
    LineReader::new().read(text, place, &mut facts).map_err(|error| {
        let at = usize::try_from(error.byte).unwrap_or(bytes.len());
        let number = memchr::memchr_iter(b'\n', bytes.get(..at).unwrap_or_default()).count() as u64 + 1;
        let line = bytes.get(at..).unwrap_or_default().split(|byte| *byte == b'\n').next().unwrap_or_default();
        let error = Box::new(ReadError::in_line(number, line, error.error));
        JournalError::BrokenLine { path: path.to_owned(), error }
    })?;
    if !is_packed {
        return Ok((bytes, Some(facts)));
    }
    let has_event = facts.iter().any(|(_, fact, _)| fact.id == id);
    if has_event { Err(EraseError::Compressed { path: path.to_owned() }) } else { Ok((bytes, None)) }
}

/// Returns the line at a place, without its line end, and where it is.
fn line_at(bytes: &[u8], place: LinePlace) -> (std::ops::Range<usize>, &[u8]) {
    let start = usize::try_from(place.byte()).unwrap_or(bytes.len());
    let rest = bytes.get(start..).unwrap_or_default();
    let line = rest.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    (start..start + line.len(), line)
}

/// Puts new lines in place of old ones, which come in order.
fn spliced(bytes: Vec<u8>, lines: &[NewLine]) -> Vec<u8> {
    if lines.is_empty() {
        return bytes;
    }
    let mut spliced = Vec::with_capacity(bytes.len());
    let mut from = 0;
    for NewLine { range, text } in lines {
        spliced.extend_from_slice(bytes.get(from..range.start).unwrap_or_default());
        spliced.extend_from_slice(text.as_bytes());
        from = range.end;
    }
    spliced.extend_from_slice(bytes.get(from..).unwrap_or_default());
    spliced
}

fn disk(act: Act, path: &Path) -> impl FnOnce(io::Error) -> JournalError {
    let path = path.to_owned();
    move |error| JournalError::Disk { act, path, error }
}
