//! A journal: events are entered, durably.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use demarche_core::codec::decode;
use demarche_core::{Event as CoreEvent, EventId, TrackId};
use demarche_journal::{
    Appended, Dating, Draft, ExpectedVersion, Journal as CoreJournal, Options, Recorded, complete_line,
};
use demarche_projection::findings::KnownNames;
use pyo3::exceptions::PyOSError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyTuple};

use crate::arguments::{parsed, text};
use crate::errors::{event_error, journal_error, log_changed, question_error, unexpected};
use crate::event::Event;
use crate::fold::Fold;
use crate::import::{Import, Input, Report};
use crate::lines::line_of;
use crate::logs::{Leniency, Loaded};
use crate::question::now;

/// How many events of an import are made durable together.
const BATCH: usize = 4096;

/// A journal in a file, which need not be there yet, or in a folder. What is entered is durable when the call returns.
///
/// `wait` is how many seconds it waits for another writer.
///
///     >>> import demarche, tempfile, pathlib
///     >>> journal = demarche.Journal(pathlib.Path(tempfile.mkdtemp()) / "desk.jsonl")
///     >>> event = journal.record("track_stalled", "us-ru", occurred="2025-05", who="izvestia", attribution="media")
///     >>> journal.fold().state("us-ru").status
///     'stalled'
#[pyclass(frozen, module = "demarche")]
pub(crate) struct Journal {
    path: PathBuf,
    journal: Mutex<CoreJournal>,
}

impl Journal {
    fn lock(&self) -> MutexGuard<'_, CoreJournal> {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn loaded(&self) -> PyResult<Loaded> {
        let strict = Leniency { skips_broken: false, skips_unknown: false };
        // A journal has no file before its first event.
        if !self.path.exists() {
            return Ok(Loaded::default());
        }
        Loaded::read(std::slice::from_ref(&self.path), None, strict).map(|(loaded, ..)| loaded)
    }

    /// Enters drafts as one batch, and warns of what is odd about them, as the command line does.
    fn enter(&self, py: Python<'_>, drafts: Vec<Draft>, expected: &[ExpectedVersion]) -> PyResult<Vec<Event>> {
        let clock = now()?;
        let (entered, warnings, names) = py.detach(|| {
            let loaded = self.loaded()?;
            let mut warnings = Vec::new();
            let mut known = KnownNames::of(&loaded.fold).map_err(log_changed)?;
            for event in drafts.iter().map(|draft| &draft.event) {
                warnings.extend(known.slips(event).iter().map(ToString::to_string));
                known.enter(event);
            }
            let mut dating = Dating::behind(loaded.fold.facts(), &drafts, clock);
            let (mut drafts, mut refused) = (Some(drafts), None);
            let make = |last| {
                dating.date(drafts.take().unwrap_or_default(), last).unwrap_or_else(|error| {
                    refused = Some(error);
                    Vec::new()
                })
            };
            let entered = self.lock().append_with(make, expected, &[]).map_err(|error| journal_error(&error))?;
            if let Some(error) = refused {
                return Err(question_error(error));
            }
            warnings.extend(dating.warnings().iter().cloned());
            PyResult::Ok((entered, warnings, loaded.names))
        })?;
        let class = py.import("demarche.errors")?.getattr("DemarcheWarning")?;
        for warning in warnings {
            py.import("warnings")?.call_method1("warn", (warning, &class))?;
        }
        Ok(entered.into_iter().map(|(event, _)| Event::new(event, &names)).collect())
    }
}

/// Returns a new id, made of the clock and of random bytes.
fn new_id() -> PyResult<EventId> {
    let mut random = [0; 10];
    getrandom::fill(&mut random).map_err(|error| PyOSError::new_err(format!("no random bytes: {error}")))?;
    Ok(EventId::made_at(now()?.date_time(), &random))
}

/// Completes a line with what a program can give, and reads it.
fn draft(line: &[u8], recorded: Option<Recorded>, number: u64) -> PyResult<Draft> {
    let (id, clock) = (new_id()?, now()?);
    let (line, is_open) = complete_line(line, || id, recorded.map_or(clock, |recorded| recorded.at_first(clock)));
    let event = decode(&line).map_err(|error| event_error(&error, &String::from_utf8_lossy(&line), number))?;
    let given = if is_open { Recorded::Now } else { Recorded::At(event.recorded) };
    Ok(Draft { recorded: recorded.unwrap_or(given), event })
}

fn expected_of(value: Option<&Bound<'_, PyDict>>) -> PyResult<Vec<ExpectedVersion>> {
    let one = |(track, lines): (Bound<'_, PyAny>, Bound<'_, PyAny>)| {
        let track: TrackId = parsed("expected", &text("expected", &track)?)?;
        Ok(ExpectedVersion { track, lines: lines.extract()? })
    };
    value.into_iter().flat_map(|value| value.iter()).map(one).collect()
}

/// The keywords of an entry that stand in its source.
const OF_SOURCE: [&str; 4] = ["who", "via", "attribution", "grade"];

/// The keywords of an entry.
const KEYWORDS: [&str; 10] =
    ["occurred", "who", "via", "attribution", "grade", "cite", "note", "entered_by", "id", "recorded"];

#[pymethods]
impl Journal {
    #[new]
    #[pyo3(signature = (path, *, wait = 10.0))]
    fn open(py: Python<'_>, path: PathBuf, wait: f64) -> PyResult<Self> {
        let wait = Duration::try_from_secs_f64(wait).map_err(|error| question_error(format!("wait: {error}")))?;
        let journal = py.detach(|| CoreJournal::open(&path, Options { wait }));
        Ok(Self { journal: Mutex::new(journal.map_err(|error| journal_error(&error))?), path })
    }

    /// Where it is.
    #[getter]
    fn path(&self) -> PathBuf {
        self.path.clone()
    }

    fn __len__(&self) -> usize {
        self.lock().len()
    }

    /// How many events a track has.
    fn version(&self, track: &str) -> PyResult<u64> {
        Ok(self.lock().version(&parsed("track", track)?))
    }

    /// A fold over the journal as it is now.
    fn fold(&self, py: Python<'_>) -> PyResult<Fold> {
        py.detach(|| self.loaded()).map(Fold::new)
    }

    /// Enters an event of a type on a track, and returns it.
    ///
    /// `data` are the fields of its type; `who` and `attribution` are needed. `occurred` is today by default,
    /// `recorded` is now, behind the last entry; a day dates the entry at the end of that day. With `expected_version`
    /// nothing is entered if the track has another number of events. A `DemarcheWarning` tells of what is odd, such as
    /// a name that is nearly one already known.
    ///
    ///     >>> import demarche, tempfile, pathlib
    ///     >>> journal = demarche.Journal(pathlib.Path(tempfile.mkdtemp()) / "desk.jsonl")
    ///     >>> event = journal.record(
    ///     ...     "meeting_scheduled", "us-ru/leaders", {"meeting": "budapest", "when": "2025-11"},
    ///     ...     occurred="2025-10-20", who="hu/orban", attribution="on_record", grade="B2",
    ///     ... )
    ///     >>> event.says
    ///     'the meeting budapest is to take place in November 2025'
    #[pyo3(signature = (r#type, track, data = None, *, expected_version = None, **fields))]
    fn record(
        &self,
        py: Python<'_>,
        r#type: &str,
        track: &str,
        data: Option<&Bound<'_, PyDict>>,
        expected_version: Option<u64>,
        fields: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Event> {
        let (event, source) = (PyDict::new(py), PyDict::new(py));
        let mut recorded = None;
        event.set_item("type", r#type)?;
        event.set_item("track", track)?;
        for (name, value) in fields.into_iter().flat_map(|fields| fields.iter()) {
            let name: String = name.extract()?;
            if !KEYWORDS.contains(&name.as_str()) {
                return Err(unexpected(&name, &KEYWORDS));
            }
            if value.is_none() {
                continue;
            }
            let value = text(&name, &value)?;
            match name.as_str() {
                "recorded" => recorded = Some(parsed::<Recorded>("recorded", &value)?),
                name if OF_SOURCE.contains(&name) => source.set_item(name, value)?,
                name => event.set_item(name, value)?,
            }
        }
        if !event.contains("occurred")? {
            event.set_item("occurred", now()?.date().to_string())?;
        }
        event.set_item("source", source)?;
        event.set_item("data", data.map_or_else(|| PyDict::new(py), Clone::clone))?;
        let draft = draft(&line_of(&event)?, recorded, 1)?;
        let lines = expected_version.map(|lines| ExpectedVersion { track: draft.event.track.clone(), lines });
        let mut entered = self.enter(py, vec![draft], lines.as_slice())?;
        entered.pop().ok_or_else(|| question_error("nothing was entered"))
    }

    /// Enters a batch of events, all or none, and returns them: objects of this package, lines of a log, or mappings of
    /// their fields, of which `id`, `v` and `recorded` may be left out. What is there already is not entered again.
    ///
    /// `expected` gives the number of events that tracks must have, by track.
    ///
    ///     >>> import demarche, tempfile, pathlib
    ///     >>> fold = demarche.Fold("fixtures/us-russia-2025.jsonl")
    ///     >>> journal = demarche.Journal(pathlib.Path(tempfile.mkdtemp()) / "copy.jsonl")
    ///     >>> len(journal.append(fold.events())), len(journal)
    ///     (79, 79)
    #[pyo3(signature = (events, *, expected = None))]
    fn append(
        &self,
        py: Python<'_>,
        events: &Bound<'_, PyAny>,
        expected: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Vec<Event>> {
        if events.cast::<PyString>().is_ok() || events.cast::<PyDict>().is_ok() {
            return Err(question_error("events: expected a list of events, lines or mappings, found one alone"));
        }
        let mut drafts = Vec::new();
        for (number, event) in (1..).zip(events.try_iter()?) {
            let event = event?;
            drafts.push(match event.cast::<Event>() {
                Ok(event) => {
                    let event = event.get().event.clone();
                    Draft { recorded: Recorded::At(event.recorded), event }
                }
                Err(_) => draft(&line_of(&event)?, None, number)?,
            });
        }
        self.enter(py, drafts, &expected_of(expected)?)
    }

    /// Adds other people's data to the journal: `demarche.import_` says which formats and options there are. Importing
    /// again adds only what is new.
    ///
    ///     >>> import demarche, tempfile, pathlib
    ///     >>> journal = demarche.Journal(pathlib.Path(tempfile.mkdtemp()) / "gdelt.jsonl")
    ///     >>> report = journal.import_("gdelt", "fixtures/import/gdelt-2.0.tsv")
    ///     >>> report.added == len(journal), journal.import_("gdelt", "fixtures/import/gdelt-2.0.tsv").added
    ///     (True, 0)
    #[pyo3(signature = (format, *files, **options))]
    fn import_(
        &self,
        py: Python<'_>,
        format: &str,
        files: &Bound<'_, PyTuple>,
        options: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Report> {
        let inputs: Vec<Input> = py.import("demarche.foreign")?.call_method1("inputs", (files,))?.extract()?;
        let import = Import::of(format, options)?;
        py.detach(|| {
            let loaded = self.loaded()?;
            let known = loaded.fold.events().map(|event| event.map_err(log_changed));
            let (mut batch, mut stored) = (Vec::new(), (0, 0));
            let mut report = import.read(known, inputs, |event| {
                batch.push(event);
                if batch.len() >= BATCH { self.store(&mut batch, &mut stored) } else { Ok(()) }
            })?;
            self.store(&mut batch, &mut stored)?;
            report.stored = Some(stored);
            Ok(report)
        })
    }

    fn __repr__(&self) -> String {
        format!("<demarche.Journal {}: {} events>", self.path.display(), self.lock().len())
    }
}

impl Journal {
    /// Makes a batch durable, and counts what was new.
    fn store(&self, batch: &mut Vec<CoreEvent>, stored: &mut (u64, u64)) -> PyResult<()> {
        let outcomes = self.lock().append(&std::mem::take(batch), &[]).map_err(|error| journal_error(&error))?;
        for outcome in outcomes {
            match outcome {
                Appended::Added => stored.0 += 1,
                Appended::AlreadyThere => stored.1 += 1,
            }
        }
        Ok(())
    }
}
