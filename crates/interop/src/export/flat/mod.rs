//! Answers as flat tables, with the same columns in CSV, JSON Lines, Parquet and Arrow. Rows are made and written one
//! at a time, so no table is held in memory.

mod rows;

use std::borrow::Borrow;
use std::io::{self, Write};

use demarche_core::{Event, Instant};
use demarche_projection::LogChanged;
use demarche_projection::narrate::Names;
use demarche_projection::query::Query;
use demarche_projection::state::TrackState;
use serde_json::Value;

use super::ExportError;
use crate::escape::{json, spreadsheet};

pub use rows::{
    AGENDA, CHANGES, COMPARISONS, EVENTS, LINES, REMARKS, SPELLS, STATES, agenda_row, change_row, comparison_rows,
    event_row, line_row, remark_row, spell_row, state_row,
};

/// A column of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What its non-empty cells hold.
    pub kind: Kind,
}

/// What the cells of a column hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// Names, none of which contains a blank.
    Names,
    /// A whole number.
    Number,
    /// Yes or no.
    Flag,
    /// An instant.
    Instant,
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// No value.
    Empty,
    /// Text.
    Text(String),
    /// Names.
    Names(Vec<String>),
    /// A whole number.
    Number(i64),
    /// Yes or no.
    Flag(bool),
    /// An instant.
    Instant(Instant),
}

/// A table whose rows are made as they are written.
pub struct Table<'t> {
    /// The columns.
    pub columns: &'static [Column],
    /// The rows, with one cell per column, or the error of making one.
    pub rows: Box<dyn Iterator<Item = Result<Vec<Cell>, LogChanged>> + 't>,
}

/// Returns the names of columns, in their order.
#[must_use]
pub fn names_of(columns: &[Column]) -> Vec<&'static str> {
    columns.iter().map(|column| column.name).collect()
}

/// The mark at the start of a CSV that tells spreadsheets to read it as UTF-8.
pub const BYTE_ORDER_MARK: &str = "\u{feff}";

impl<'t> Table<'t> {
    /// Makes a table of states under a query, one row each.
    pub fn of_states(
        states: impl IntoIterator<Item = Result<impl Borrow<TrackState>, LogChanged>> + 't,
        query: &'t Query,
    ) -> Self {
        let rows = states.into_iter().map(move |one| Ok(state_row(one?.borrow(), query)));
        Self { columns: STATES, rows: Box::new(rows) }
    }

    /// Makes a table of events, one row each. `names` gives the names of actors in the column that tells what happened.
    pub fn of_events(
        events: impl IntoIterator<Item = Result<impl Borrow<Event>, LogChanged>> + 't,
        names: &'t Names,
    ) -> Self {
        let rows = events.into_iter().map(move |one| Ok(event_row(one?.borrow(), names)));
        Self { columns: EVENTS, rows: Box::new(rows) }
    }

    /// Writes the table as CSV (RFC 4180, but with LF after each row), with a header. An apostrophe goes before text
    /// that a spreadsheet would read as a formula.
    ///
    /// # Errors
    ///
    /// [`LogChanged`] if a row could not be made, or the error of the writer.
    pub fn write_csv(self, out: &mut dyn Write) -> Result<(), ExportError> {
        let mut writer = csv::Writer::from_writer(out);
        writer.write_record(self.columns.iter().map(|column| column.name)).map_err(io::Error::from)?;
        for row in self.rows {
            let row = row?;
            let cells = row.iter().map(|cell| spreadsheet(&cell.plain()).into_owned());
            writer.write_record(cells).map_err(io::Error::from)?;
        }
        Ok(writer.flush()?)
    }

    /// Writes the table as JSON Lines: one object per row, with every column; `null` where a cell is empty.
    ///
    /// # Errors
    ///
    /// [`LogChanged`] if a row could not be made, or the error of the writer.
    pub fn write_jsonl(self, out: &mut dyn Write) -> Result<(), ExportError> {
        for row in self.rows {
            let row = row?;
            let pairs = self.columns.iter().zip(&row);
            let fields: Vec<String> =
                pairs.map(|(column, cell)| format!("{}:{}", Value::from(column.name), cell.json())).collect();
            writeln!(out, "{}", json(format!("{{{}}}", fields.join(","))))?;
        }
        Ok(())
    }
}

impl std::fmt::Debug for Table<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Table").field("columns", &self.columns).finish_non_exhaustive()
    }
}

impl Cell {
    /// Returns the cell as plain text, with names separated by blanks.
    #[must_use]
    pub fn plain(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => text.clone(),
            Self::Names(names) => names.join(" "),
            Self::Number(number) => number.to_string(),
            Self::Flag(is_so) => is_so.to_string(),
            Self::Instant(instant) => instant.to_string(),
        }
    }

    fn json(&self) -> Value {
        match self {
            Self::Empty => Value::Null,
            Self::Names(names) => names.clone().into(),
            Self::Number(number) => (*number).into(),
            Self::Flag(is_so) => (*is_so).into(),
            Self::Text(_) | Self::Instant(_) => self.plain().into(),
        }
    }
}

/// Converts to microseconds of Unix time, rounding down so that the last nanosecond of a day stays in that day.
#[must_use]
pub fn micros(instant: Instant) -> i64 {
    instant.date_time().timestamp_micros()
}

/// Appends a row as CSV. No cell is read as a formula by a spreadsheet.
pub fn csv_row(row: &[impl AsRef<str>], out: &mut Vec<u8>) {
    let mut writer = csv::Writer::from_writer(out);
    // Writing to a vector cannot fail, and every row is written whole.
    let _ = writer.write_record(row.iter().map(|cell| spreadsheet(cell.as_ref()).into_owned()));
    let _ = writer.flush();
}
