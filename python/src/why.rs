//! Why a track stands where it does, as an object.

use std::sync::Arc;

use demarche_core::Event as CoreEvent;
use demarche_interop::escape::{json, markup};
use demarche_projection::state::{Dossier, Standing};
use pyo3::prelude::*;

use crate::event::Event;
use crate::html;
use crate::logs::Loaded;

/// Why a track stands where it does: the rule, its evidence, and what does not count.
///
///     >>> import demarche
///     >>> why = demarche.Fold("fixtures/us-russia-2025.jsonl").why("us-ru/irritants", as_of="2025-06")
///     >>> why.status, len(why.evidence), why.set_aside
///     ('cancelled', 1, [])
#[pyclass(frozen, module = "demarche")]
pub(crate) struct Why {
    loaded: Arc<Loaded>,
    dossier: Arc<Dossier>,
}

impl Why {
    pub(crate) fn new(loaded: &Arc<Loaded>, dossier: Arc<Dossier>) -> Self {
        Self { loaded: Arc::clone(loaded), dossier }
    }

    fn all<'e>(&self, events: impl Iterator<Item = &'e CoreEvent>) -> Vec<Event> {
        events.map(|event| Event::new(event.clone(), &self.loaded.names)).collect()
    }
}

#[pymethods]
impl Why {
    /// The track.
    #[getter]
    fn track(&self) -> &str {
        self.dossier.state.track.as_str()
    }

    /// Where it stands.
    #[getter]
    fn status(&self) -> &'static str {
        self.dossier.state.status.as_str()
    }

    /// The sentence that says where it stands, to be read aloud.
    #[getter]
    fn sentence(&self) -> String {
        self.dossier.sentence(&self.loaded.names)
    }

    /// The rule that gave the status.
    #[getter]
    fn rule(&self) -> &'static str {
        self.dossier.state.rule.explanation()
    }

    /// The events from which the status follows, the deciding one first.
    #[getter]
    fn evidence(&self) -> Vec<Event> {
        self.all(self.dossier.evidence())
    }

    /// The claims that better denials set aside.
    #[getter]
    fn set_aside(&self) -> Vec<Event> {
        self.all(self.dossier.with_standing(Standing::SetAside))
    }

    /// The claims that their sources took back.
    #[getter]
    fn withdrawn(&self) -> Vec<Event> {
        self.all(self.dossier.with_standing(Standing::Withdrawn))
    }

    /// The events that the reading does not consider.
    #[getter]
    fn dropped(&self) -> Vec<Event> {
        self.all(self.dossier.with_standing(Standing::Dropped))
    }

    /// The disputes in words, those first that bear on the status.
    #[getter]
    fn disputes(&self) -> Vec<String> {
        let names = &self.loaded.names;
        self.dossier.disputes().filter_map(|dispute| self.dossier.dispute_in_words(dispute, names)).collect()
    }

    /// The answer as JSON, as the command line prints it.
    fn to_json(&self) -> PyResult<String> {
        let made = serde_json::to_string(&self.dossier.why(&self.loaded.names));
        made.map(json).map_err(|error| pyo3::exceptions::PyValueError::new_err(error.to_string()))
    }

    /// The answer as a dict, with the keys of the JSON.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        py.import("json")?.call_method1("loads", (self.to_json()?,))
    }

    fn __str__(&self) -> String {
        self.sentence()
    }

    fn __repr__(&self) -> String {
        format!("<demarche.Why {}: {}, since {}>", self.track(), self.status(), self.rule())
    }

    fn _repr_html_(&self) -> String {
        let (dossier, names) = (&self.dossier, &self.loaded.names);
        let part = |title: &str, standing| html::events(title, dossier.with_standing(standing), dossier, names);
        let disputes: String = self.disputes().iter().map(|dispute| format!("<li>{}</li>", markup(dispute))).collect();
        let disputes = if disputes.is_empty() { String::new() } else { format!("<p>Disputes:</p><ul>{disputes}</ul>") };
        [
            format!("<p><b>{}</b></p>", markup(&self.sentence())),
            html::events("It rests on", dossier.evidence(), dossier, names),
            disputes,
            part("Set aside", Standing::SetAside),
            part("Taken back", Standing::Withdrawn),
            part("Not considered by the reading", Standing::Dropped),
        ]
        .concat()
    }
}
