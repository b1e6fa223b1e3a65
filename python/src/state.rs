//! Where a track stands, as an object.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use demarche_core::{ActorId, EventId, TrackId};
use demarche_interop::escape::{json, markup};
use demarche_interop::export::flat::{Cell, Column, STATES, state_row};
use demarche_projection::LogChanged;
use demarche_projection::query::Query;
use demarche_projection::state::{Dossier, Status, TrackState};
use pyo3::prelude::*;

use crate::event::{Date, Event};
use crate::html;
use crate::logs::Loaded;
use crate::rows::Rows;

/// Where a track stands, since when, and what that rests on. A notebook shows the sentence and the evidence.
///
///     >>> import demarche
///     >>> state = demarche.Fold("fixtures/us-russia-2025.jsonl").state("us-ru/irritants", as_of="2025-06")
///     >>> state
///     <demarche.State us-ru/irritants: cancelled since 2025-22>
///     >>> state.evidence[0].who, state.is_contested
///     ('izvestia', False)
#[pyclass(frozen, module = "demarche")]
pub(crate) struct State {
    loaded: Arc<Loaded>,
    dossier: Arc<Dossier>,
}

/// A meeting that is ahead: when and where.
#[pyclass(frozen, get_all, module = "demarche")]
#[derive(Clone)]
pub(crate) struct Appointment {
    /// The name of the meeting.
    meeting: String,
    /// The date last given.
    when: Option<Date>,
    /// The venue last given.
    venue: Option<String>,
}

#[pymethods]
impl Appointment {
    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let Self { meeting, when, venue } = self;
        let shown = |text: Option<String>| match text {
            Some(text) => Ok(text.into_pyobject(py)?.repr()?.to_string()),
            None => PyResult::Ok("None".to_owned()),
        };
        let (when, venue) = (shown(when.as_ref().map(|when| when.text().to_owned()))?, shown(venue.clone())?);
        Ok(format!("Appointment(meeting='{meeting}', when={when}, venue={venue})"))
    }
}

impl State {
    pub(crate) fn new(loaded: &Arc<Loaded>, dossier: Arc<Dossier>) -> Self {
        Self { loaded: Arc::clone(loaded), dossier }
    }

    fn state(&self) -> &TrackState {
        &self.dossier.state
    }

    fn events(&self, ids: &[EventId]) -> Vec<Event> {
        let events = ids.iter().filter_map(|id| self.dossier.event(*id));
        events.map(|event| Event::new(event.clone(), &self.loaded.names)).collect()
    }
}

/// The states of a fold under a query.
pub(crate) struct StateRows {
    loaded: Arc<Loaded>,
    query: Query,
    states: Vec<TrackState>,
    /// What lies beneath each track, which the JSON tells and no column: it takes as long as the states.
    beneath: OnceLock<Vec<BTreeMap<Status, usize>>>,
}

impl StateRows {
    pub(crate) const fn new(loaded: Arc<Loaded>, query: Query, states: Vec<TrackState>) -> Self {
        Self { loaded, query, states, beneath: OnceLock::new() }
    }

    /// Counts the statuses of the tracks beneath each of the states.
    fn beneath(&self) -> Result<&[BTreeMap<Status, usize>], LogChanged> {
        if let Some(counted) = self.beneath.get() {
            return Ok(counted);
        }
        let tracks = self.loaded.fold.batches(&self.query);
        let beneath = tracks.beneath()?;
        let is_told = |track: &TrackId| self.states.binary_search_by(|state| state.track.cmp(track)).is_ok();
        let counted = tracks.only(is_told).all(|track, counts| {
            counts.push(track.descendants(&beneath));
            Ok(())
        })?;
        Ok(self.beneath.get_or_init(|| counted))
    }
}

impl Rows for StateRows {
    fn columns(&self) -> &'static [Column] {
        STATES
    }

    fn len(&self) -> usize {
        self.states.len()
    }

    fn cells(&self, items: Range<usize>) -> Result<Vec<Vec<Cell>>, LogChanged> {
        Ok(self.states.get(items).unwrap_or_default().iter().map(|state| state_row(state, &self.query)).collect())
    }

    fn json(&self, item: usize) -> Result<String, LogChanged> {
        let descendants = self.beneath()?.get(item).cloned();
        let Some(mut state) = self.states.get(item).cloned() else { return Ok(String::new()) };
        state.descendants = descendants;
        Ok(line_of(&state))
    }

    fn object(&self, py: Python<'_>, item: usize) -> PyResult<Option<Py<PyAny>>> {
        let Some(state) = self.states.get(item) else { return Ok(None) };
        let dossier = self.loaded.ask(py, |loaded| loaded.fold.dossier(&state.track, &self.query))?;
        let state = dossier.map(|dossier| State::new(&self.loaded, Arc::new(dossier)));
        state.map(|state| Ok(Bound::new(py, state)?.into_any().unbind())).transpose()
    }
}

fn line_of(state: &TrackState) -> String {
    let mut line = Vec::new();
    state.write_json(&mut line);
    String::from_utf8_lossy(&line).into_owned()
}

fn texts(actors: &[ActorId]) -> Vec<String> {
    actors.iter().map(ToString::to_string).collect()
}

#[pymethods]
impl State {
    /// The track.
    #[getter]
    fn track(&self) -> &str {
        self.state().track.as_str()
    }

    /// What it is called, as last opened.
    #[getter]
    fn title(&self) -> Option<&str> {
        self.state().title.as_deref()
    }

    /// What kind of undertaking it is, as last opened.
    #[getter]
    fn kind(&self) -> Option<&'static str> {
        self.state().kind.map(|kind| kind.as_str())
    }

    /// Whose track it is.
    #[getter]
    fn parties(&self) -> Vec<String> {
        texts(&self.state().parties)
    }

    /// Who mediates.
    #[getter]
    fn mediators(&self) -> Vec<String> {
        texts(&self.state().mediators)
    }

    /// Where it stands: `scheduled`, `cancelled`, `stalled` and so on.
    #[getter]
    fn status(&self) -> &'static str {
        self.state().status.as_str()
    }

    /// Since when.
    #[getter]
    fn since(&self) -> Date {
        Date::from(&self.state().since)
    }

    /// The rule that gave the status.
    #[getter]
    fn rule(&self) -> &'static str {
        self.state().rule.explanation()
    }

    /// The sentence that says where it stands, to be read aloud.
    #[getter]
    fn sentence(&self) -> String {
        self.dossier.sentence(&self.loaded.names)
    }

    /// The event that decides it.
    #[getter]
    fn decided_by(&self) -> Event {
        Event::new(self.dossier.decided_by().clone(), &self.loaded.names)
    }

    /// The events from which the status follows, the deciding one first.
    #[getter]
    fn evidence(&self) -> Vec<Event> {
        self.events(&self.state().evidence)
    }

    /// The next scheduled meeting.
    #[getter]
    fn next(&self) -> Option<Appointment> {
        self.state().next.as_ref().map(|next| Appointment {
            meeting: next.meeting.to_string(),
            when: next.when.as_ref().map(Date::from),
            venue: next.venue.as_ref().map(ToString::to_string),
        })
    }

    /// How many meetings were held.
    #[getter]
    fn meetings_held(&self) -> usize {
        self.state().meetings_held
    }

    /// When the meeting that was held last took place.
    #[getter]
    fn last_held(&self) -> Option<Date> {
        self.state().last_held.as_ref().map(Date::from)
    }

    /// The proposals that await an answer.
    #[getter]
    fn open_proposals(&self) -> Vec<String> {
        self.state().open_proposals.iter().map(ToString::to_string).collect()
    }

    /// When the last considered event occurred.
    #[getter]
    fn last_activity(&self) -> Date {
        Date::from(&self.state().last_activity)
    }

    /// When the last progress occurred.
    #[getter]
    fn last_progress(&self) -> Option<Date> {
        self.state().last_progress.as_ref().map(Date::from)
    }

    /// The parties that say so.
    #[getter]
    fn said_by(&self) -> Vec<String> {
        texts(&self.state().said_by)
    }

    /// The parties that say otherwise.
    #[getter]
    fn otherwise(&self) -> Vec<String> {
        texts(&self.state().otherwise)
    }

    /// The parties that have said neither.
    #[getter]
    fn silent(&self) -> Vec<String> {
        texts(&self.state().silent)
    }

    /// Whether a dispute bears on the status.
    #[getter]
    fn is_contested(&self) -> bool {
        !self.state().contested.is_empty()
    }

    /// How many different speakers the considered events have.
    #[getter]
    fn sources(&self) -> usize {
        self.state().sources
    }

    /// How many events it considers.
    #[getter(events)]
    fn event_count(&self) -> usize {
        self.state().events
    }

    /// The state as JSON, as the command line prints it.
    fn to_json(&self) -> String {
        json(line_of(self.state()))
    }

    /// The state as a dict, with the keys of the JSON.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        py.import("json")?.call_method1("loads", (self.to_json(),))
    }

    fn __str__(&self) -> String {
        self.sentence()
    }

    fn __repr__(&self) -> String {
        let state = self.state();
        format!("<demarche.State {}: {} since {}>", state.track, state.status, state.since)
    }

    fn _repr_html_(&self) -> String {
        let names = &self.loaded.names;
        let evidence = html::events("It rests on", self.dossier.evidence(), &self.dossier, names);
        format!("<p><b>{}</b></p>{evidence}", markup(&self.sentence()))
    }
}
