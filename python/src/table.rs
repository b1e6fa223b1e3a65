//! A table of answers: an Arrow stream for data frames, objects for loops, and the JSON of the command line.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use arrow_array::{ArrayRef, RecordBatch, StructArray};
use arrow_schema::{ArrowError, DataType, Field, FieldRef, SchemaRef};
use demarche_interop::escape::markup;
use demarche_interop::export::flat::{Column, EVENTS, LINES, STATES};
use pyo3::exceptions::{PyIndexError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use pyo3_arrow::ffi::{ArrayIterator, to_schema_pycapsule, to_stream_pycapsule};

use crate::arrow::{batches, schema_of};
use crate::errors::log_changed;
use crate::html;
use crate::rows::{Rows, json_array, json_lines};

/// A table of answers.
///
/// It is a stream of Arrow (`__arrow_c_stream__`), which pandas, Polars, DuckDB and pyarrow take as it is; a sequence
/// of items; and the JSON that the command line prints. Dates are EDTF texts, with `…_earliest` and `…_latest` beside
/// them as instants of UTC.
///
///     >>> import demarche, duckdb, pandas, polars, pyarrow
///     >>> states = demarche.Fold("fixtures/us-russia-2025.jsonl").states()
///     >>> polars.DataFrame(states).height, len(pandas.DataFrame.from_arrow(states)), pyarrow.table(states).num_rows
///     (15, 15, 15)
///     >>> duckdb.sql("select count(*) from states where status = 'active'").fetchall()
///     [(5,)]
///     >>> states.to_jsonl().count("\n")
///     15
#[pyclass(frozen, module = "demarche")]
pub(crate) struct Table {
    rows: Arc<dyn Rows>,
    /// What an item is called.
    item: &'static str,
}

impl Table {
    pub(crate) fn new(item: &'static str, rows: impl Rows + 'static) -> Self {
        Self { rows: Arc::new(rows), item }
    }

    fn item(&self, py: Python<'_>, at: usize) -> PyResult<Py<PyAny>> {
        if let Some(object) = self.rows.object(py, at)? {
            return Ok(object);
        }
        let text = self.rows.json(at).map_err(log_changed)?;
        Ok(py.import("json")?.call_method1("loads", (text,))?.unbind())
    }
}

#[pymethods]
impl Table {
    fn __len__(&self) -> usize {
        self.rows.len()
    }

    fn __getitem__(&self, py: Python<'_>, index: isize) -> PyResult<Py<PyAny>> {
        let count = self.rows.len();
        let at = if index < 0 { count.checked_add_signed(index) } else { usize::try_from(index).ok() };
        let Some(at) = at.filter(|at| *at < count) else {
            return Err(PyIndexError::new_err(format!("index {index} is outside a table of {count}")));
        };
        self.item(py, at)
    }

    fn __iter__(slf: PyRef<'_, Self>) -> TableItems {
        TableItems { table: slf.into(), at: AtomicUsize::new(0) }
    }

    /// The names of the columns.
    #[getter]
    fn columns(&self) -> Vec<&'static str> {
        self.rows.columns().iter().map(|column| column.name).collect()
    }

    /// All items as one JSON array: the bytes of `--format json`.
    fn to_json(&self, py: Python<'_>) -> PyResult<String> {
        py.detach(|| json_array(&*self.rows)).map_err(log_changed)
    }

    /// All items as JSON Lines: the bytes of `--format jsonl`.
    fn to_jsonl(&self, py: Python<'_>) -> PyResult<String> {
        py.detach(|| json_lines(&*self.rows)).map_err(log_changed)
    }

    fn __repr__(&self) -> String {
        let (count, item, columns) = (self.rows.len(), self.item, self.rows.columns().len());
        let ending = if count == 1 { "" } else { "s" };
        format!("<demarche.Table: {count} {item}{ending}, {columns} columns>")
    }

    fn _repr_html_(&self, py: Python<'_>) -> PyResult<String> {
        py.detach(|| html::table(&*self.rows))
            .map(|body| format!("<p>{}</p>{body}", markup(&self.__repr__())))
            .map_err(log_changed)
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        Ok(to_schema_pycapsule(py, schema_of(self.rows.columns()).as_ref())?)
    }

    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyCapsule>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let made = py.detach(|| batches(&*self.rows)).map_err(arrow_error)?;
        stream(py, schema_of(self.rows.columns()), made.into_iter().map(Ok), requested_schema)
    }
}

/// The items of a table, one after another.
#[pyclass(frozen, module = "demarche")]
pub(crate) struct TableItems {
    table: Py<Table>,
    at: AtomicUsize,
}

#[pymethods]
impl TableItems {
    fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<Py<PyAny>>> {
        let (table, at) = (self.table.get(), self.at.fetch_add(1, Ordering::Relaxed));
        if at < table.rows.len() { table.item(py, at).map(Some) } else { Ok(None) }
    }
}

/// Hands batches over as an Arrow stream.
pub(crate) fn stream<'py>(
    py: Python<'py>,
    schema: SchemaRef,
    batches: impl Iterator<Item = Result<RecordBatch, ArrowError>> + Send + 'static,
    requested_schema: Option<Bound<'py, PyCapsule>>,
) -> PyResult<Bound<'py, PyCapsule>> {
    let field: FieldRef = Arc::new(Field::new_struct("", schema.fields().clone(), false));
    let arrays = batches.map(|batch| Ok(Arc::new(StructArray::from(batch?)) as ArrayRef));
    Ok(to_stream_pycapsule(py, Box::new(ArrayIterator::new(arrays, field)), requested_schema)?)
}

#[allow(clippy::wildcard_enum_match_arm, reason = "no other kind has an error of ours within")]
pub(crate) fn arrow_error(error: ArrowError) -> PyErr {
    match error {
        ArrowError::ExternalError(error) => match error.downcast::<demarche_projection::LogChanged>() {
            Ok(changed) => log_changed(*changed),
            Err(error) => PyValueError::new_err(error.to_string()),
        },
        other => PyValueError::new_err(other.to_string()),
    }
}

/// The schema of a table, for engines that ask before they have rows.
///
///     >>> import demarche, pyarrow
///     >>> pyarrow.schema(demarche.states_schema()).field("since_earliest").type
///     TimestampType(timestamp[us, tz=UTC])
#[pyclass(frozen, module = "demarche")]
pub(crate) struct Schema(&'static [Column]);

#[pymethods]
impl Schema {
    /// The names of the columns.
    #[getter]
    fn names(&self) -> Vec<&'static str> {
        self.0.iter().map(|column| column.name).collect()
    }

    fn __repr__(&self) -> String {
        let fields = schema_of(self.0)
            .fields()
            .iter()
            .map(|field| format!("{}: {}", field.name(), word(field.data_type())))
            .collect::<Vec<_>>();
        format!("<demarche.Schema: {}>", fields.join(", "))
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        Ok(to_schema_pycapsule(py, schema_of(self.0).as_ref())?)
    }
}

#[allow(clippy::wildcard_enum_match_arm, reason = "tables have columns of these types alone")]
fn word(data_type: &DataType) -> String {
    match data_type {
        DataType::Utf8 => "text".to_owned(),
        DataType::List(_) => "list of texts".to_owned(),
        DataType::Timestamp(..) => "instant".to_owned(),
        other => other.to_string().to_lowercase(),
    }
}

/// Returns the schema of a table of states.
#[pyfunction]
pub(crate) fn states_schema() -> Schema {
    Schema(STATES)
}

/// Returns the schema of a table of events.
#[pyfunction]
pub(crate) fn events_schema() -> Schema {
    Schema(EVENTS)
}

/// Returns the schema of a table of lines.
#[pyfunction]
pub(crate) fn lines_schema() -> Schema {
    Schema(LINES)
}
