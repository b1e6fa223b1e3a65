//! Events as tables and from Python: a choice of a fold's events, and events that are given one by one.

use std::ops::Range;
use std::sync::Arc;

use demarche_core::Event as CoreEvent;
use demarche_core::codec::{decode, encode};
use demarche_interop::export::flat::{Cell, Column, EVENTS, LINES, event_row, line_row};
use demarche_projection::LogChanged;
use demarche_projection::narrate::Names;
use demarche_projection::query::EventChoice;
use pyo3::prelude::*;
use rayon::slice::ParallelSliceMut as _;

use crate::arguments::bytes;
use crate::errors::{event_error, log_changed};
use crate::event::Event;
use crate::logs::Loaded;
use crate::rows::Rows;

/// In which columns events are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    /// A column a field.
    Fields,
    /// The line as it is, and what an engine sorts and distributes by.
    Lines,
}

impl Layout {
    const fn columns(self) -> &'static [Column] {
        match self {
            Self::Fields => EVENTS,
            Self::Lines => LINES,
        }
    }

    fn row(self, event: &CoreEvent, names: &Names) -> Vec<Cell> {
        match self {
            Self::Fields => event_row(event, names),
            Self::Lines => line_row(event),
        }
    }
}

/// Some events of a fold, in the order in which they are folded. Each is read when it is told.
pub(crate) struct FoldedEvents {
    loaded: Arc<Loaded>,
    numbers: Vec<u32>,
    layout: Layout,
}

impl FoldedEvents {
    pub(crate) fn new(loaded: &Arc<Loaded>, choice: &EventChoice, layout: Layout) -> Self {
        let mut chosen = choice.among(loaded.fold.facts());
        chosen.par_sort_unstable_by(|(_, one, _), (_, other, _)| one.cmp_order(other));
        let numbers = chosen.into_iter().map(|(number, ..)| number).collect();
        Self { loaded: Arc::clone(loaded), numbers, layout }
    }

    fn events(&self, items: Range<usize>) -> impl Iterator<Item = Result<CoreEvent, LogChanged>> {
        let numbers = self.numbers.get(items).unwrap_or_default();
        numbers.iter().filter_map(|number| self.loaded.fold.event(*number).transpose())
    }
}

impl Rows for FoldedEvents {
    fn columns(&self) -> &'static [Column] {
        self.layout.columns()
    }

    fn len(&self) -> usize {
        self.numbers.len()
    }

    fn cells(&self, items: Range<usize>) -> Result<Vec<Vec<Cell>>, LogChanged> {
        self.events(items).map(|event| Ok(self.layout.row(&event?, &self.loaded.names))).collect()
    }

    fn json(&self, item: usize) -> Result<String, LogChanged> {
        self.events(item..item + 1).map(|event| Ok(encode(&event?))).collect()
    }

    fn object(&self, py: Python<'_>, item: usize) -> PyResult<Option<Py<PyAny>>> {
        let Some(event) = self.events(item..item + 1).next() else { return Ok(None) };
        let event = Event::new(event.map_err(log_changed)?, &self.loaded.names);
        Ok(Some(Bound::new(py, event)?.into_any().unbind()))
    }
}

/// Events that are in memory.
pub(crate) struct MadeEvents {
    pub(crate) events: Vec<CoreEvent>,
    pub(crate) names: Names,
    pub(crate) layout: Layout,
}

impl Rows for MadeEvents {
    fn columns(&self) -> &'static [Column] {
        self.layout.columns()
    }

    fn len(&self) -> usize {
        self.events.len()
    }

    fn cells(&self, items: Range<usize>) -> Result<Vec<Vec<Cell>>, LogChanged> {
        let events = self.events.get(items).unwrap_or_default();
        Ok(events.iter().map(|event| self.layout.row(event, &self.names)).collect())
    }

    fn json(&self, item: usize) -> Result<String, LogChanged> {
        Ok(self.events.get(item).map(encode).unwrap_or_default())
    }

    fn object(&self, py: Python<'_>, item: usize) -> PyResult<Option<Py<PyAny>>> {
        let Some(event) = self.events.get(item) else { return Ok(None) };
        Ok(Some(Bound::new(py, Event::new(event.clone(), &self.names))?.into_any().unbind()))
    }
}

/// Reads an event that is given as an object of this package, as a line of a log, or as a mapping of its fields.
pub(crate) fn event_of(value: &Bound<'_, PyAny>, number: u64) -> PyResult<CoreEvent> {
    if let Ok(event) = value.cast::<Event>() {
        return Ok(event.get().event.clone());
    }
    let line = line_of(value)?;
    decode(&line).map_err(|error| event_error(&error, &String::from_utf8_lossy(&line), number))
}

/// Returns the line of an event that is given as a text, as bytes, or as a mapping of its fields.
pub(crate) fn line_of(value: &Bound<'_, PyAny>) -> PyResult<Vec<u8>> {
    if let Ok(line) = bytes(value) {
        return Ok(line);
    }
    let py = value.py();
    let fields = py.import("builtins")?.getattr("dict")?.call1((value,))?;
    py.import("json")?.call_method1("dumps", (fields,))?.extract::<String>().map(String::into_bytes)
}
