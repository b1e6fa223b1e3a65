//! An event, and a date of one, as objects.

use demarche_core::chrono::{DateTime, Utc};
use demarche_core::codec::{encode, encode_data};
use demarche_core::{Edtf, Event as CoreEvent};
use demarche_projection::narrate::{Names, clause};
use pyo3::prelude::*;

/// A date of EDTF: a day, a month, an interval; certain or not. `earliest` and `latest` are the first and the last
/// instant that it can mean, in microseconds, or `None` where it is open.
#[pyclass(frozen, eq, hash, module = "demarche")]
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Date {
    text: String,
    earliest: Option<DateTime<Utc>>,
    latest: Option<DateTime<Utc>>,
}

impl From<&Edtf> for Date {
    fn from(date: &Edtf) -> Self {
        let of = |instant: Option<demarche_core::Instant>| instant.map(demarche_core::Instant::date_time);
        Self { text: date.as_str().to_owned(), earliest: of(date.earliest()), latest: of(date.latest()) }
    }
}

#[pymethods]
impl Date {
    /// The text of the date, as it was given.
    #[getter]
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The first instant that it can mean; `None` if it is open.
    #[getter]
    fn earliest(&self) -> Option<DateTime<Utc>> {
        self.earliest
    }

    /// The last instant that it can mean, in microseconds; `None` if it is open.
    #[getter]
    fn latest(&self) -> Option<DateTime<Utc>> {
        self.latest
    }

    fn __str__(&self) -> &str {
        &self.text
    }

    fn __repr__(&self) -> String {
        format!("Date('{}')", self.text)
    }
}

/// An event: who claimed what, as it is in the log. It never changes.
///
///     >>> import demarche
///     >>> event = demarche.Fold("fixtures/us-russia-2025.jsonl").state("us-ru/irritants", as_of="2025-06").decided_by
///     >>> event.type, str(event.occurred), event.who, event.grade
///     ('meeting_cancelled', '2025-22', 'izvestia', 'B2')
///     >>> event.occurred.latest.isoformat()
///     '2025-08-31T23:59:59.999999+00:00'
#[pyclass(frozen, module = "demarche")]
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) event: CoreEvent,
    says: String,
}

impl Event {
    pub(crate) fn new(event: CoreEvent, names: &Names) -> Self {
        let says = clause(&event, names);
        Self { event, says }
    }
}

#[pymethods]
impl Event {
    /// The id, by which other events name it.
    #[getter]
    fn id(&self) -> String {
        self.event.id.to_string()
    }

    /// The type, as a log has it.
    #[getter]
    fn r#type(&self) -> &'static str {
        self.event.event_type().as_str()
    }

    /// The track.
    #[getter]
    fn track(&self) -> &str {
        self.event.track.as_str()
    }

    /// When it occurred in the world.
    #[getter]
    fn occurred(&self) -> PyResult<Date> {
        crate::arguments::parsed::<Edtf>("occurred", self.event.occurred.as_str()).map(|date| Date::from(&date))
    }

    /// When it was recorded, in microseconds.
    #[getter]
    fn recorded(&self) -> DateTime<Utc> {
        self.event.recorded.date_time()
    }

    /// Who entered it, if that was recorded.
    #[getter]
    fn entered_by(&self) -> Option<&str> {
        self.event.entered_by.as_ref().map(|actor| actor.as_str())
    }

    /// Who says so.
    #[getter]
    fn who(&self) -> &str {
        self.event.source.who.as_str()
    }

    /// Through whom it was said, if through anybody.
    #[getter]
    fn via(&self) -> Option<&str> {
        self.event.source.via.as_ref().map(|actor| actor.as_str())
    }

    /// How it is attributed: `on_record`, `document`, `media` and so on.
    #[getter]
    fn attribution(&self) -> &'static str {
        self.event.source.attribution.as_str()
    }

    /// The grade of source and information, such as `B2`.
    #[getter]
    fn grade(&self) -> Option<String> {
        self.event.source.grade.map(|grade| grade.to_string())
    }

    /// Where it can be read.
    #[getter]
    fn cite(&self) -> Option<&str> {
        self.event.cite.as_deref()
    }

    /// A note of the desk.
    #[getter]
    fn note(&self) -> Option<&str> {
        self.event.note.as_deref()
    }

    /// What it says, by the fields of its type.
    #[getter]
    fn data<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        py.import("json")?.call_method1("loads", (encode_data(&self.event),))
    }

    /// What it says, in words.
    #[getter]
    fn says(&self) -> &str {
        &self.says
    }

    /// Its line, in canonical form.
    fn to_json(&self) -> String {
        encode(&self.event)
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.event == other.event
    }

    fn __hash__(&self) -> u64 {
        use std::hash::{DefaultHasher, Hash as _, Hasher as _};
        let mut hasher = DefaultHasher::new();
        self.event.id.hash(&mut hasher);
        hasher.finish()
    }

    fn __repr__(&self) -> String {
        let Self { event, says } = self;
        format!("<demarche.Event {} {} on {}: {says:?}>", event.occurred, event.event_type(), event.track)
    }
}
