//! The fold for the map function of an engine: record batches in, record batches out.
//!
//! An engine hands each worker some tracks, whole. Their states follow from their events and from the day on which they
//! are judged, so nothing else has to be shared. If the rows of a track stand together, each track is told as soon as
//! it ends, and only one is in memory.

use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::{RecordBatch, StructArray};
use arrow_schema::{ArrowError, Field};
use demarche_core::codec::decode;
use demarche_core::facts::Texts;
use demarche_interop::export::flat::{STATES, state_row};
use demarche_journal::scan;
use demarche_projection::query::Query;
use demarche_projection::{Fold, Track};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict, PyTuple};
use pyo3_arrow::ffi::{to_array_pycapsules, to_schema_pycapsule};

use crate::arrow::{batch_of, schema_of};
use crate::batches::{Input, Lines, texts};
use crate::errors::{event_error, log_changed, question_error};
use crate::question::{JUDGED, Question};
use crate::table::{arrow_error, stream};

/// How many states a batch has at most.
const BATCH_STATES: usize = 8192;

/// The states of tracks whose events come as record batches.
#[pyclass(frozen, module = "demarche")]
pub(crate) struct FoldedBatches(Arc<Mutex<Work>>);

/// A record batch, which any library for Arrow takes.
#[pyclass(frozen, module = "demarche")]
pub(crate) struct Batch(RecordBatch);

struct Work {
    input: Input,
    query: Query,
    /// The track whose rows are being read, and the tracks before it, if rows are sorted by track.
    sorted: Option<Sorted>,
    events: Events,
    states: Vec<Vec<demarche_interop::export::flat::Cell>>,
    ready: VecDeque<RecordBatch>,
    has_ended: bool,
}

#[derive(Default)]
struct Sorted {
    track: Option<String>,
    before: HashSet<String>,
}

/// Events that were read and not yet folded.
#[derive(Default)]
struct Events {
    texts: Texts,
    open: Vec<u8>,
}

/// Folds events that come as record batches, for the map function of an engine: states come out as record batches.
///
/// `batches` is a stream of Arrow, or an iterable of record batches. They have a column `line` with the lines of a log,
/// or the columns of a table of events. All rows of a track must be in the same call. With `sorted_by_track` the rows
/// of a track stand together, and only one track is in memory at a time; a column `track` is needed then.
///
/// `today` must be given: its default is the last `recorded` of the whole log, which a part of it cannot know.
///
///     >>> import demarche, polars
///     >>> fold = demarche.Fold("fixtures/us-russia-2025.jsonl")
///     >>> batches = polars.DataFrame(fold.lines()).sort("track")
///     >>> states = demarche.fold_arrow(batches, today=fold.last_recorded, sorted_by_track=True)
///     >>> polars.DataFrame(states).height
///     15
///     >>> demarche.fold_arrow(batches)
///     Traceback (most recent call last):
///         ...
///     demarche.errors.QuestionError: today is missing: …
#[pyfunction]
#[pyo3(signature = (batches, *, sorted_by_track = false, **question))]
pub(crate) fn fold_arrow(
    batches: &Bound<'_, PyAny>,
    sorted_by_track: bool,
    question: Option<&Bound<'_, PyDict>>,
) -> PyResult<FoldedBatches> {
    let Question { query, .. } = Question::of(question, &JUDGED)?;
    if query.today.is_none() {
        return Err(question_error(
            "today is missing: by default tracks are judged at the last `recorded` of the whole log, which a part of \
             it cannot know; give the latest `recorded` of all events, or a day",
        ));
    }
    let work = Work {
        input: Input::of(batches)?,
        query,
        sorted: sorted_by_track.then(Sorted::default),
        events: Events::default(),
        states: Vec::new(),
        ready: VecDeque::new(),
        has_ended: false,
    };
    Ok(FoldedBatches(Arc::new(Mutex::new(work))))
}

impl Events {
    fn push(&mut self, line: &[u8]) {
        self.open.extend_from_slice(line);
        self.open.push(b'\n');
    }

    /// Takes what was pushed as one text.
    fn close(&mut self) {
        if !self.open.is_empty() {
            self.texts.push(Arc::new(std::mem::take(&mut self.open)));
        }
    }

    /// Folds all events, and forgets them.
    fn fold(&mut self) -> PyResult<Fold> {
        self.close();
        let texts = std::mem::take(&mut self.texts);
        if let Some(facts) = scan(&texts, &|_| {}) {
            return Ok(Fold::of_log(facts, texts));
        }
        // A line is broken, or two differ that have one id: read them one by one to say which.
        let mut fold = Fold::new();
        let all = (0..).take(texts.len()).flat_map(|text| texts.text(text).split(|byte| *byte == b'\n'));
        for (number, line) in (1..).zip(all.filter(|line| !line.is_empty())) {
            let event = decode(line).map_err(|error| event_error(&error, &String::from_utf8_lossy(line), number))?;
            fold.apply(event).map_err(question_error)?;
        }
        Ok(fold)
    }
}

impl Work {
    fn next(&mut self) -> PyResult<Option<RecordBatch>> {
        loop {
            if let Some(batch) = self.ready.pop_front() {
                return Ok(Some(batch));
            }
            if self.has_ended {
                return Ok(None);
            }
            match self.input.next()? {
                Some(batch) => self.take(&batch)?,
                None => {
                    self.has_ended = true;
                    self.tell()?;
                    self.hand_over(0)?;
                }
            }
        }
    }

    fn take(&mut self, batch: &RecordBatch) -> PyResult<()> {
        let lines = Lines::of(batch)?;
        if self.sorted.is_none() {
            self.events.open = lines.text;
            self.events.close();
            return Ok(());
        }
        let Some(tracks) = texts(batch, "track")? else {
            return Err(question_error("sorted_by_track needs a column `track`"));
        };
        for (row, track) in tracks.iter().enumerate() {
            self.begin(track.unwrap_or_default())?;
            self.events.push(lines.line(row));
        }
        Ok(())
    }

    /// Ends the track before, if another one begins.
    fn begin(&mut self, track: &str) -> PyResult<()> {
        let Some(sorted) = &mut self.sorted else { return Ok(()) };
        if sorted.track.as_deref() == Some(track) {
            return Ok(());
        }
        if let Some(before) = sorted.track.replace(track.to_owned()) {
            sorted.before.insert(before);
        }
        if sorted.before.contains(track) {
            return Err(question_error(format!(
                "the rows of the track {track} do not stand together: sort by track, or leave out sorted_by_track"
            )));
        }
        self.tell()?;
        self.hand_over(BATCH_STATES)
    }

    /// Tells the states of the events that were read.
    fn tell(&mut self) -> PyResult<()> {
        let fold = self.events.fold()?;
        let tell = |track: &Track<'_>, rows: &mut Vec<_>| {
            rows.extend(track.state()?.map(|state| state_row(&state, &self.query)));
            Ok(())
        };
        self.states.extend(fold.batches(&self.query).all(tell).map_err(log_changed)?);
        Ok(())
    }

    /// Makes batches of the states, if there are that many.
    fn hand_over(&mut self, least: usize) -> PyResult<()> {
        if self.states.len() < least.max(1) {
            return Ok(());
        }
        for rows in std::mem::take(&mut self.states).chunks(BATCH_STATES) {
            self.ready.push_back(batch_of(STATES, rows).map_err(arrow_error)?);
        }
        Ok(())
    }
}

fn next_of(work: &Mutex<Work>) -> PyResult<Option<RecordBatch>> {
    work.lock().unwrap_or_else(PoisonError::into_inner).next()
}

#[pymethods]
impl FoldedBatches {
    fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<Batch>> {
        Ok(py.detach(|| next_of(&self.0))?.map(Batch))
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        Ok(to_schema_pycapsule(py, schema_of(STATES).as_ref())?)
    }

    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyCapsule>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let work = Arc::clone(&self.0);
        let batches = std::iter::from_fn(move || next_of(&work).map_err(outer).transpose());
        stream(py, schema_of(STATES), batches, requested_schema)
    }
}

/// An exception on its way through a stream of Arrow, which knows texts only.
fn outer(error: PyErr) -> ArrowError {
    ArrowError::ExternalError(Box::new(error))
}

#[pymethods]
impl Batch {
    fn __len__(&self) -> usize {
        self.0.num_rows()
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        Ok(to_schema_pycapsule(py, self.0.schema().as_ref())?)
    }

    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_array__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyCapsule>>,
    ) -> PyResult<Bound<'py, PyTuple>> {
        let field = Arc::new(Field::new_struct("", self.0.schema().fields().clone(), false));
        let array = StructArray::from(self.0.clone());
        Ok(to_array_pycapsules(py, field, &array, requested_schema)?)
    }
}
