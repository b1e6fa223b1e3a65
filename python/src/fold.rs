//! The fold: logs go in, tables and states come out.

use std::path::PathBuf;
use std::sync::Arc;

use demarche_core::chrono::{DateTime, Utc};
use demarche_core::{EventId, TrackId};
use demarche_interop::export::timeline;
use demarche_projection::Fold as CoreFold;
use demarche_projection::query::{EventChoice, Query, Reading};
use demarche_projection::state::Dossier;
use pyo3::exceptions::PyKeyError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::answers;
use crate::arguments::{parsed, paths, several};
use crate::errors::{log_changed, question_error, unexpected};
use crate::event::Event;
use crate::lines::{FoldedEvents, Layout, event_of};
use crate::logs::{Leniency, Loaded};
use crate::question::{self, CHOSEN, JUDGED, Question};
use crate::state::State;
use crate::table::Table;
use crate::timeline::Timeline;
use crate::why::Why;

/// A fold over the events of some logs.
///
/// Logs are files of JSON Lines, plain or compressed (.gz, .zst), or folders of them. `names` is a file of names of
/// actors; by default `names.tsv` beside each log is read. `on_error="skip"` leaves out lines that are no events, and
/// lists them in `skipped`; `skip_unknown=True` leaves out events of an unknown type or a newer version, and counts
/// them in `unknown`.
///
/// A fold never changes, so threads may share it. Questions run without the lock of the interpreter.
///
///     >>> import demarche
///     >>> fold = demarche.Fold("fixtures/us-russia-2025.jsonl")
///     >>> fold
///     <demarche.Fold: 79 events on 15 tracks>
///     >>> fold.state("us-ru/irritants", as_of="2025-06").status
///     'cancelled'
#[pyclass(frozen, module = "demarche")]
pub(crate) struct Fold {
    loaded: Arc<Loaded>,
    skipped: Vec<Py<PyAny>>,
    unknown: u64,
}

impl Fold {
    pub(crate) fn new(loaded: Loaded) -> Self {
        Self { loaded: Arc::new(loaded), skipped: Vec::new(), unknown: 0 }
    }

    /// Returns what is on file about a track; an error says why there is nothing to say of it.
    fn dossier(&self, py: Python<'_>, track: &str, query: &Query) -> PyResult<Arc<Dossier>> {
        let track: TrackId = parsed("track", track)?;
        if let Some(dossier) = self.loaded.ask(py, |loaded| loaded.fold.dossier(&track, query))? {
            return Ok(Arc::new(dossier));
        }
        let fold = &self.loaded.fold;
        Err(PyKeyError::new_err(match fold.facts().track_number(&track) {
            Some(_) => {
                format!("there is nothing to say of {track}: no event on it is in bounds, not void, and considered")
            }
            None => match fold.nearest_track(&track) {
                Some(nearest) => format!("there is no event on the track {track}: did you mean {nearest}?"),
                None => format!("there is no event on the track {track}"),
            },
        }))
    }

    fn chosen(&self, keywords: Option<&Bound<'_, PyDict>>) -> PyResult<EventChoice> {
        const ALLOWED: [&str; 6] = ["track", "type", "who", "since", "as_of", "known_at"];
        let mut choice = EventChoice::default();
        for (name, value) in keywords.into_iter().flat_map(|keywords| keywords.iter()) {
            let name: String = name.extract()?;
            let words = || several(&name, Some(&value));
            match name.as_str() {
                _ if value.is_none() => {}
                "track" => choice.tracks = question::patterns(&value)?,
                "type" => choice.types = words()?.iter().map(|word| parsed("type", word)).collect::<PyResult<_>>()?,
                "who" => choice.who = words()?.iter().map(|word| parsed("who", word)).collect::<PyResult<_>>()?,
                "since" => choice.from = question::begin(&name, &value)?,
                "as_of" => choice.as_of = question::end(&name, &value)?,
                "known_at" => choice.known_at = question::end(&name, &value)?,
                _ => return Err(unexpected(&name, &ALLOWED)),
            }
        }
        Ok(choice)
    }

    fn told(&self, py: Python<'_>, keywords: Option<&Bound<'_, PyDict>>, layout: Layout) -> PyResult<Table> {
        let choice = self.chosen(keywords)?;
        Ok(Table::new("event", py.detach(|| FoldedEvents::new(&self.loaded, &choice, layout))))
    }
}

#[pymethods]
impl Fold {
    #[new]
    #[pyo3(signature = (*logs, names = None, on_error = "stop", skip_unknown = false))]
    fn read(
        py: Python<'_>,
        logs: &Bound<'_, PyTuple>,
        names: Option<PathBuf>,
        on_error: &str,
        skip_unknown: bool,
    ) -> PyResult<Self> {
        let mut files = Vec::new();
        for log in logs.iter() {
            files.extend(paths(&log)?);
        }
        if files.is_empty() {
            return Err(question_error("no log is named: give the path of a journal; Fold.of([]) is an empty fold"));
        }
        let skips_broken = match on_error {
            "stop" => false,
            "skip" => true,
            _ => return Err(question_error(format!("on_error: expected \"stop\" or \"skip\", found {on_error:?}"))),
        };
        let leniency = Leniency { skips_broken, skips_unknown: skip_unknown };
        let (loaded, skipped, unknown) = py.detach(|| Loaded::read(&files, names.as_deref(), leniency))?;
        let skipped = skipped.into_iter().map(|error| error.into_value(py).into_any()).collect();
        Ok(Self { loaded: Arc::new(loaded), skipped, unknown })
    }

    /// Makes a fold of events: objects of this package, lines of a log, or mappings of their fields.
    ///
    ///     >>> import demarche
    ///     >>> fold = demarche.Fold("fixtures/us-russia-2025.jsonl")
    ///     >>> demarche.Fold.of(fold.events(track="us-ru/l*")).tracks
    ///     ['us-ru/leaders']
    #[staticmethod]
    fn of(events: &Bound<'_, PyAny>) -> PyResult<Self> {
        let mut fold = CoreFold::new();
        for (number, event) in (1..).zip(events.try_iter()?) {
            fold.apply(event_of(&event?, number)?).map_err(|error| question_error(error.to_string()))?;
        }
        Ok(Self::new(Loaded::of(fold)))
    }

    fn __len__(&self) -> usize {
        self.loaded.fold.len()
    }

    /// The names of the tracks that have events, sorted.
    #[getter]
    fn tracks(&self) -> Vec<String> {
        self.loaded.fold.tracks().into_iter().map(ToString::to_string).collect()
    }

    /// When the last event was recorded: the day on which tracks are judged by default.
    #[getter]
    fn last_recorded(&self) -> Option<DateTime<Utc>> {
        self.loaded.fold.last_recorded().map(demarche_core::Instant::date_time)
    }

    /// The errors of the lines that were left out.
    #[getter]
    fn skipped(&self, py: Python<'_>) -> Vec<Py<PyAny>> {
        self.skipped.iter().map(|error| error.clone_ref(py)).collect()
    }

    /// How many events were left out because their type or version is unknown.
    #[getter]
    const fn unknown(&self) -> u64 {
        self.unknown
    }

    /// Where every track stands, as a table: a row for each track about which there is anything to say.
    ///
    /// `as_of` and `known_at` bound what had occurred and what was on record: a date stands for its last instant.
    /// `today` is the instant at which time-dependent statuses are judged: by default `as_of`, else `known_at`, else
    /// the last `recorded`; `"now"` reads the clock. `reading` says whose words count (`prudent`, `latest`,
    /// `on-record`, `grade:B3`, `who:ru`, `side:ru`); `patience` is how many days of silence are a stall. `track` are
    /// patterns, `status` are statuses.
    ///
    ///     >>> import demarche, polars
    ///     >>> fold = demarche.Fold("fixtures/us-russia-2025.jsonl")
    ///     >>> states = fold.states(track="us-ru/**", known_at="2025-10-23")
    ///     >>> polars.DataFrame(states).group_by("status").len().sort("status").rows()
    ///     [('active', 5), ('cancelled', 1), ('open', 1), ('proposed', 3)]
    ///     >>> states[0].track
    ///     'us-ru/irritants'
    #[pyo3(signature = (**question))]
    fn states(&self, py: Python<'_>, question: Option<&Bound<'_, PyDict>>) -> PyResult<Table> {
        answers::states(py, &self.loaded, Question::of(question, &CHOSEN)?)
    }

    /// Where a track stands, as an object. It raises `KeyError` if there is nothing to say of the track.
    ///
    ///     >>> import demarche
    ///     >>> fold = demarche.Fold("fixtures/us-russia-2025.jsonl")
    ///     >>> state = fold.state("us-ru/irritants", as_of="2025-06")
    ///     >>> state.status, str(state.since), state.decided_by.who
    ///     ('cancelled', '2025-22', 'izvestia')
    #[pyo3(signature = (track, **question))]
    fn state(&self, py: Python<'_>, track: &str, question: Option<&Bound<'_, PyDict>>) -> PyResult<State> {
        let question = Question::of(question, &JUDGED)?;
        Ok(State::new(&self.loaded, self.dossier(py, track, &question.query)?))
    }

    /// Why a track stands where it does: the rule, its evidence, the disputes, and what does not count.
    ///
    ///     >>> import demarche
    ///     >>> why = demarche.Fold("fixtures/us-russia-2025.jsonl").why("us-ru/irritants", as_of="2025-06")
    ///     >>> why.rule
    ///     'the last move is on a meeting that is cancelled'
    ///     >>> [event.who for event in why.evidence]
    ///     ['izvestia']
    #[pyo3(signature = (track, **question))]
    fn why(&self, py: Python<'_>, track: &str, question: Option<&Bound<'_, PyDict>>) -> PyResult<Why> {
        let question = Question::of(question, &JUDGED)?;
        Ok(Why::new(&self.loaded, self.dossier(py, track, &question.query)?))
    }

    /// The events in the order in which they are folded, as a table: a column for each field.
    ///
    /// `track` are patterns, `type` are types, `who` are speakers, or actors above them; `since`, `as_of` and
    /// `known_at` bound when they occurred, and when they were recorded.
    ///
    ///     >>> import demarche
    ///     >>> fold = demarche.Fold("fixtures/us-russia-2025.jsonl")
    ///     >>> events = fold.events(track="us-ru/irritants", type="meeting_cancelled")
    ///     >>> [(str(event.occurred), event.who, event.data["meeting"]) for event in events]
    ///     [('2025-22', 'izvestia', 'moscow-round')]
    #[pyo3(signature = (**choice))]
    fn events(&self, py: Python<'_>, choice: Option<&Bound<'_, PyDict>>) -> PyResult<Table> {
        self.told(py, choice, Layout::Fields)
    }

    /// The same events as the lines of a log, with what an engine sorts and distributes by: id, track, recorded, line.
    ///
    ///     >>> import demarche, polars
    ///     >>> fold = demarche.Fold("fixtures/us-russia-2025.jsonl")
    ///     >>> states = demarche.fold_arrow(fold.lines(), today=fold.last_recorded)
    ///     >>> polars.DataFrame(states).equals(polars.DataFrame(fold.states(today=fold.last_recorded)))
    ///     True
    #[pyo3(signature = (**choice))]
    fn lines(&self, py: Python<'_>, choice: Option<&Bound<'_, PyDict>>) -> PyResult<Table> {
        self.told(py, choice, Layout::Lines)
    }

    /// The event of an id. It raises `KeyError` if there is none.
    fn event(&self, id: &str) -> PyResult<Event> {
        let id: EventId = parsed("id", id)?;
        let event = self.loaded.fold.get(id).map_err(log_changed)?;
        let event = event.ok_or_else(|| PyKeyError::new_err(format!("there is no event {id}")))?;
        Ok(Event::new(event, &self.loaded.names))
    }

    /// What changed between two moments, as a table: a row for each track that changed.
    ///
    /// By default they are moments of the record: what the journal said then. `along="occurred"` compares what had
    /// happened.
    ///
    ///     >>> import demarche
    ///     >>> fold = demarche.Fold("fixtures/us-russia-2025.jsonl")
    ///     >>> changes = fold.diff("2025-10-23T12:00:00Z", track="us-ru/leaders")
    ///     >>> changes[0]["change"], len(changes[0]["new_events"])
    ///     ('appeared', 15)
    #[pyo3(signature = (since, until = None, *, along = "recorded", **question))]
    fn diff(
        &self,
        py: Python<'_>,
        since: &Bound<'_, PyAny>,
        until: Option<&Bound<'_, PyAny>>,
        along: &str,
        question: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Table> {
        let question = Question::of(question, &CHOSEN)?;
        let along = question::along_of(along)?;
        let moments = question::ends(&question.query, along, since, until)?;
        answers::diff(py, &self.loaded, &question, &moments)
    }

    /// The tracks under several readings, as a table: a row for each track and reading.
    ///
    ///     >>> import demarche
    ///     >>> fold = demarche.Fold("fixtures/us-russia-2025.jsonl")
    ///     >>> sides = ["side:us", "side:ru"]
    ///     >>> len(fold.compare(sides)), len(fold.compare(sides, only_different=True))
    ///     (15, 1)
    #[pyo3(signature = (readings, *, only_different = false, **question))]
    fn compare(
        &self,
        py: Python<'_>,
        readings: &Bound<'_, PyAny>,
        only_different: bool,
        question: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Table> {
        let question = Question::of(question, &["as_of", "known_at", "today", "patience", "track", "status"])?;
        let readings = several("readings", Some(readings))?;
        if readings.len() < 2 {
            return Err(question_error("readings: one reading compares with nothing: give two at least"));
        }
        let query =
            |reading: &String| Ok(Query { reading: parsed::<Reading>("readings", reading)?, ..question.query.clone() });
        let queries: Vec<Query> = readings.iter().map(query).collect::<PyResult<_>>()?;
        answers::compare(py, &self.loaded, &question, queries, only_different)
    }

    /// What lies ahead, in order of date, and then what is overdue, as a table.
    ///
    ///     >>> import demarche
    ///     >>> agenda = demarche.Fold("fixtures/us-russia-2025.jsonl").agenda(until="2025-10")
    ///     >>> agenda[0]["track"], agenda[0]["on"], agenda[0]["is_overdue"]
    ///     ('us-il', '2025-10-23/2025-10-24', False)
    #[pyo3(signature = (*, until = None, **question))]
    fn agenda(
        &self,
        py: Python<'_>,
        until: Option<&Bound<'_, PyAny>>,
        question: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Table> {
        let question = Question::of(question, &["as_of", "known_at", "today", "reading", "patience", "track"])?;
        let until = until.map_or(Ok(None), |until| question::end("until", until))?;
        answers::agenda(py, &self.loaded, &question, until)
    }

    /// The statuses of each track over time, as a table: a row for each spell, with its days.
    ///
    ///     >>> import demarche
    ///     >>> spells = demarche.Fold("fixtures/us-russia-2025.jsonl").history(track="us-ru/irritants")
    ///     >>> [(spell["status"], spell["days"]) for spell in spells]
    ///     [('active', 63), ('stalled', 31), ('cancelled', 92), ('proposed', 52)]
    #[pyo3(signature = (*, along = "occurred", **question))]
    fn history(&self, py: Python<'_>, along: &str, question: Option<&Bound<'_, PyDict>>) -> PyResult<Table> {
        answers::history(py, &self.loaded, &Question::of(question, &CHOSEN)?, question::along_of(along)?)
    }

    /// What is strange about the journal, though valid, as a table: errors first, then warnings, then notes.
    ///
    ///     >>> import demarche
    ///     >>> findings = demarche.Fold("fixtures/us-russia-2025.jsonl").findings()
    ///     >>> findings[0]["severity"], findings[0]["code"]
    ///     ('warning', 'never-announced')
    #[pyo3(signature = (**question))]
    fn findings(&self, py: Python<'_>, question: Option<&Bound<'_, PyDict>>) -> PyResult<Table> {
        let question = Question::of(question, &["as_of", "known_at", "today", "patience", "track"])?;
        answers::findings(py, &self.loaded, &question)
    }

    /// The tracks over time as a picture, `width` pixels wide. `known=True` shows what the journal said at the time,
    /// too.
    ///
    ///     >>> import demarche
    ///     >>> picture = demarche.Fold("fixtures/us-russia-2025.jsonl").timeline(track="us-ru/**")
    ///     >>> picture
    ///     <demarche.Timeline of 10 tracks>
    ///     >>> picture.svg.startswith("<svg ")
    ///     True
    #[pyo3(signature = (*, width = 960, since = None, until = None, known = false, **question))]
    fn timeline(
        &self,
        py: Python<'_>,
        width: u32,
        since: Option<&Bound<'_, PyAny>>,
        until: Option<&Bound<'_, PyAny>>,
        known: bool,
        question: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Timeline> {
        let question = Question::of(question, &CHOSEN)?;
        let from = since.map_or(Ok(None), |since| question::begin("since", since))?;
        let to = until.map_or(Ok(None), |until| question::end("until", until))?;
        answers::timeline(py, &self.loaded, &question, &timeline::Options { width, from, to, known })
    }

    fn __repr__(&self) -> String {
        let fold = &self.loaded.fold;
        format!("<demarche.Fold: {} events on {} tracks>", fold.len(), fold.facts().tracks())
    }
}
