//! Answers in rows: what a table is made of, whatever it tells.

use std::fmt::Write as _;
use std::ops::Range;

use demarche_interop::escape::json;
use demarche_interop::export::flat::{Cell, Column};
use demarche_projection::LogChanged;
use pyo3::prelude::*;

/// The items of an answer, as rows of a table, as JSON and as objects.
pub(crate) trait Rows: Send + Sync {
    /// The columns of the table.
    fn columns(&self) -> &'static [Column];

    /// How many items there are.
    fn len(&self) -> usize;

    /// The rows of a range of items.
    fn cells(&self, items: Range<usize>) -> Result<Vec<Vec<Cell>>, LogChanged>;

    /// An item as JSON, as the command line prints it before it escapes what a terminal would act on.
    fn json(&self, item: usize) -> Result<String, LogChanged>;

    /// An item as an object of its own class; `None` if it is a plain dict.
    fn object(&self, py: Python<'_>, item: usize) -> PyResult<Option<Py<PyAny>>>;
}

type MakeRows<T> = Box<dyn Fn(&T) -> Vec<Vec<Cell>> + Send + Sync>;
type MakeJson<T> = Box<dyn Fn(&T) -> String + Send + Sync>;

/// Items that are in memory.
pub(crate) struct Items<T> {
    pub(crate) columns: &'static [Column],
    pub(crate) items: Vec<T>,
    pub(crate) rows: MakeRows<T>,
    pub(crate) json: MakeJson<T>,
}

impl<T: Send + Sync> Rows for Items<T> {
    fn columns(&self) -> &'static [Column] {
        self.columns
    }

    fn len(&self) -> usize {
        self.items.len()
    }

    fn cells(&self, items: Range<usize>) -> Result<Vec<Vec<Cell>>, LogChanged> {
        Ok(self.items.get(items).unwrap_or_default().iter().flat_map(&self.rows).collect())
    }

    fn json(&self, item: usize) -> Result<String, LogChanged> {
        Ok(self.items.get(item).map(&self.json).unwrap_or_default())
    }

    fn object(&self, _: Python<'_>, _: usize) -> PyResult<Option<Py<PyAny>>> {
        Ok(None)
    }
}

/// Writes all items as the command line does with `--format json`.
pub(crate) fn json_array(rows: &dyn Rows) -> Result<String, LogChanged> {
    let mut out = String::new();
    for item in 0..rows.len() {
        let begin = if item == 0 { "[" } else { "," };
        // Writing to a text cannot fail.
        let _ = write!(out, "{begin}\n  {}", json(rows.json(item)?));
    }
    out.push_str(if rows.len() == 0 { "[]\n" } else { "\n]\n" });
    Ok(out)
}

/// Writes all items as the command line does with `--format jsonl`.
pub(crate) fn json_lines(rows: &dyn Rows) -> Result<String, LogChanged> {
    (0..rows.len()).map(|item| Ok(json(rows.json(item)?) + "\n")).collect()
}
