//! Arrow that comes in: record batches from any engine, as the lines of a log.

use arrow_array::cast::AsArray as _;
use arrow_array::types::TimestampMicrosecondType;
use arrow_array::{Array, ArrayRef, LargeStringArray, RecordBatch, RecordBatchReader, TimestampMicrosecondArray};
use arrow_cast::cast;
use arrow_schema::{ArrowError, DataType, TimeUnit};
use demarche_core::Instant;
use demarche_core::chrono::DateTime;
use demarche_core::codec::CURRENT_VERSION;
use pyo3::prelude::*;
use pyo3::types::PyIterator;
use pyo3_arrow::{PyRecordBatch, PyRecordBatchReader};
use serde_json::{Map, Value};

use crate::errors::question_error;
use crate::table::arrow_error;

/// The column that holds whole lines.
const LINE: &str = "line";

/// Record batches, one after another.
pub(crate) enum Input {
    Stream(Box<dyn RecordBatchReader + Send>),
    Iterator(Py<PyIterator>),
}

impl Input {
    /// Takes a stream of Arrow, or an iterable of record batches.
    pub(crate) fn of(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        if value.hasattr("__arrow_c_stream__")? {
            return Ok(Self::Stream(value.extract::<PyRecordBatchReader>()?.into_reader()?));
        }
        Ok(Self::Iterator(value.try_iter()?.unbind()))
    }

    /// Returns the next batch. It holds the interpreter's lock only while Python makes it.
    pub(crate) fn next(&mut self) -> PyResult<Option<RecordBatch>> {
        match self {
            Self::Stream(reader) => reader.next().transpose().map_err(arrow_error),
            Self::Iterator(batches) => Python::attach(|py| {
                let batch = batches.bind(py).clone().next().transpose()?;
                batch.map(|batch| Ok(batch.extract::<PyRecordBatch>()?.into_inner())).transpose()
            }),
        }
    }
}

/// The rows of a batch as lines of a log.
pub(crate) struct Lines {
    /// The lines, each with its end.
    pub(crate) text: Vec<u8>,
    /// Where each line begins.
    pub(crate) starts: Vec<usize>,
}

/// Returns the column of a name as texts.
pub(crate) fn texts(batch: &RecordBatch, name: &str) -> PyResult<Option<LargeStringArray>> {
    let Some(column) = batch.column_by_name(name) else { return Ok(None) };
    let made = cast(column, &DataType::LargeUtf8).map_err(arrow_error)?;
    Ok(Some(made.as_string::<i64>().clone()))
}

impl Lines {
    /// Takes the lines of a batch, or makes them of the columns of a table of events.
    pub(crate) fn of(batch: &RecordBatch) -> PyResult<Self> {
        let mut lines = Self { text: Vec::new(), starts: Vec::with_capacity(batch.num_rows()) };
        if let Some(column) = texts(batch, LINE)? {
            lines.text.reserve(column.value_data().len() + column.len());
            for (row, line) in column.iter().enumerate() {
                let line = line.ok_or_else(|| question_error(format!("row {row}: the column `line` is empty")))?;
                lines.push(line.trim_end_matches(['\n', '\r']).as_bytes());
            }
            return Ok(lines);
        }
        let columns = EventColumns::of(batch)?;
        (0..batch.num_rows()).try_for_each(|row| {
            lines.push(columns.line(row)?.as_bytes());
            PyResult::Ok(())
        })?;
        Ok(lines)
    }

    fn push(&mut self, line: &[u8]) {
        self.starts.push(self.text.len());
        self.text.extend_from_slice(line);
        self.text.push(b'\n');
    }

    /// Returns the line of a row, without its end.
    pub(crate) fn line(&self, row: usize) -> &[u8] {
        let begin = self.starts.get(row).copied().unwrap_or(self.text.len());
        let end = self.starts.get(row + 1).map_or(self.text.len(), |next| *next).saturating_sub(1);
        self.text.get(begin..end).unwrap_or_default()
    }
}

/// The columns of a table of events that say what an event is; the others follow from these.
struct EventColumns {
    /// The fields of a line and of its source that are texts, in the order of the canonical form.
    texts: Vec<(&'static str, LargeStringArray)>,
    recorded: Recorded,
}

enum Recorded {
    Instants(TimestampMicrosecondArray),
    Texts(LargeStringArray),
}

const NEEDED: [&str; 7] = ["id", "type", "track", "occurred", "who", "attribution", "data"];
const OPTIONAL: [&str; 5] = ["entered_by", "via", "grade", "cite", "note"];

impl EventColumns {
    fn of(batch: &RecordBatch) -> PyResult<Self> {
        let missing = |name: &str| {
            question_error(format!(
                "there is neither a column `line` nor a column `{name}`: expected lines of a log, or the columns of a \
                 table of events (demarche.events_schema())"
            ))
        };
        let mut columns = Vec::new();
        for name in NEEDED {
            columns.push((name, texts(batch, name)?.ok_or_else(|| missing(name))?));
        }
        for name in OPTIONAL {
            columns.extend(texts(batch, name)?.map(|column| (name, column)));
        }
        let recorded = batch.column_by_name("recorded").ok_or_else(|| missing("recorded"))?;
        Ok(Self { texts: columns, recorded: Recorded::of(recorded).map_err(arrow_error)? })
    }

    fn line(&self, row: usize) -> PyResult<String> {
        let (mut event, mut source) = (Map::new(), Map::new());
        for (name, column) in self.texts.iter().filter(|(_, column)| column.is_valid(row)) {
            let text = column.value(row);
            match *name {
                "data" => {
                    let wrong = |error| question_error(format!("row {row}: the column `data` is no JSON: {error}"));
                    event.insert("data".to_owned(), serde_json::from_str(text).map_err(wrong)?);
                }
                "who" | "via" | "attribution" | "grade" => {
                    source.insert((*name).to_owned(), text.into());
                }
                _ => {
                    event.insert((*name).to_owned(), text.into());
                }
            }
        }
        event.insert("v".to_owned(), CURRENT_VERSION.into());
        event.insert("recorded".to_owned(), self.recorded.text(row)?.into());
        event.insert("source".to_owned(), source.into());
        Ok(Value::Object(event).to_string())
    }
}

impl Recorded {
    #[allow(clippy::wildcard_enum_match_arm, reason = "of all types of Arrow, these have instants")]
    fn of(column: &ArrayRef) -> Result<Self, ArrowError> {
        match column.data_type() {
            DataType::Timestamp(..) | DataType::Date32 | DataType::Date64 => {
                let micros = cast(column, &DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())))?;
                Ok(Self::Instants(micros.as_primitive::<TimestampMicrosecondType>().clone()))
            }
            _ => Ok(Self::Texts(cast(column, &DataType::LargeUtf8)?.as_string::<i64>().clone())),
        }
    }

    fn text(&self, row: usize) -> PyResult<String> {
        let empty = || question_error(format!("row {row}: the column `recorded` is empty or no instant"));
        match self {
            Self::Instants(instants) => {
                let micros = instants.is_valid(row).then(|| instants.value(row)).ok_or_else(empty)?;
                let instant = DateTime::from_timestamp_micros(micros).and_then(Instant::new).ok_or_else(empty)?;
                Ok(instant.to_string())
            }
            Self::Texts(texts) => texts.is_valid(row).then(|| texts.value(row).to_owned()).ok_or_else(empty),
        }
    }
}
