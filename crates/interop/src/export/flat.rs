//! States and events as flat tables, one row each, with the same columns in CSV, JSON Lines and Parquet. Rows are made
//! and written one at a time, so no table is held in memory.

use std::borrow::Borrow;
use std::io::{self, Write};

use demarche_core::codec::encode_data;
use demarche_core::{Event, Instant};
use demarche_projection::LogChanged;
use demarche_projection::narrate::{Names, clause};
use demarche_projection::query::Query;
use demarche_projection::state::TrackState;
use serde_json::Value;

use super::ExportError;
use crate::escape::{json, spreadsheet};

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
    /// A count.
    Count,
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
    /// A count.
    Count(usize),
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

/// The mark at the start of a CSV that tells spreadsheets to read it as UTF-8.
pub const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Defines the columns of a table: name, kind, and the expression for the cell.
macro_rules! columns {
    (
        $(#[$of_names:meta])* $names:ident, $columns:ident,
        $(#[$of_row:meta])* $function:ident($( $from:ident: $type:ty ),+);
        $( $name:ident $kind:ident = $cell:expr; )+
    ) => {
        $(#[$of_names])*
        pub const $names: &[&str] = &[$( stringify!($name), )+];

        const $columns: &[Column] = &[$( Column { name: stringify!($name), kind: Kind::$kind }, )+];

        $(#[$of_row])*
        #[must_use]
        pub fn $function($( $from: &$type ),+) -> Vec<Cell> {
            vec![$( $cell, )+]
        }
    };
}

columns! {
    /// The names of the columns for states.
    STATE_COLUMNS, OF_STATES,
    /// Makes the row of a state under a query.
    state_row(s: TrackState, q: Query);
    track Text = text(&s.track);
    title Text = maybe(s.title.as_ref());
    kind Text = maybe(s.kind);
    parties Names = names(&s.parties);
    mediators Names = names(&s.mediators);
    status Text = text(s.status);
    since Text = text(&s.since);
    since_earliest Instant = instant(s.since.earliest());
    since_latest Instant = instant(s.since.latest());
    rule Text = text(s.rule.explanation());
    decided_by Text = text(s.decided_by);
    evidence Names = names(&s.evidence);
    next_meeting Text = maybe(s.next.as_ref().map(|next| &next.meeting));
    next_when Text = maybe(s.next.as_ref().and_then(|next| next.when.as_ref()));
    next_venue Text = maybe(s.next.as_ref().and_then(|next| next.venue.as_ref()));
    meetings Count = Cell::Count(s.meetings);
    meetings_held Count = Cell::Count(s.meetings_held);
    last_held Text = maybe(s.last_held.as_ref());
    open_proposals Names = names(&s.open_proposals);
    last_activity Text = text(&s.last_activity);
    last_progress Text = maybe(s.last_progress.as_ref());
    said_by Names = names(&s.said_by);
    otherwise Names = names(&s.otherwise);
    silent Names = names(&s.silent);
    contested Count = Cell::Count(s.contested.len());
    disputes Count = Cell::Count(s.disputes.len());
    sources Count = Cell::Count(s.sources);
    events Count = Cell::Count(s.events);
    as_of Instant = instant(q.as_of);
    known_at Instant = instant(q.known_at);
    today Instant = Cell::Instant(s.today);
}

columns! {
    /// The names of the columns for events.
    EVENT_COLUMNS, OF_EVENTS,
    /// Makes the row of an event.
    event_row(e: Event, n: Names);
    id Text = text(e.id);
    type Text = text(e.event_type());
    track Text = text(&e.track);
    occurred Text = text(&e.occurred);
    occurred_earliest Instant = Cell::Instant(e.occurred.earliest());
    occurred_latest Instant = instant(e.occurred.latest());
    recorded Instant = Cell::Instant(e.recorded);
    entered_by Text = maybe(e.entered_by.as_ref());
    who Text = text(&e.source.who);
    via Text = maybe(e.source.via.as_ref());
    attribution Text = text(e.source.attribution);
    grade Text = maybe(e.source.grade);
    cite Text = maybe(e.cite.as_deref());
    note Text = maybe(e.note.as_deref());
    meeting Text = maybe(e.data.meeting());
    says Text = text(clause(e, n));
    data Text = Cell::Text(encode_data(e));
}

#[allow(clippy::needless_pass_by_value, reason = "values and references alike")]
fn text(value: impl ToString) -> Cell {
    Cell::Text(value.to_string())
}

fn maybe(value: Option<impl ToString>) -> Cell {
    value.map_or(Cell::Empty, text)
}

fn instant(value: Option<Instant>) -> Cell {
    value.map_or(Cell::Empty, Cell::Instant)
}

fn names(names: &[impl ToString]) -> Cell {
    Cell::Names(names.iter().map(ToString::to_string).collect())
}

impl<'t> Table<'t> {
    /// Makes a table of states under a query, one row each.
    pub fn of_states(
        states: impl IntoIterator<Item = Result<impl Borrow<TrackState>, LogChanged>> + 't,
        query: &'t Query,
    ) -> Self {
        let rows = states.into_iter().map(move |one| Ok(state_row(one?.borrow(), query)));
        Self { columns: OF_STATES, rows: Box::new(rows) }
    }

    /// Makes a table of events, one row each. `names` gives the names of actors in the column that tells what happened.
    pub fn of_events(
        events: impl IntoIterator<Item = Result<impl Borrow<Event>, LogChanged>> + 't,
        names: &'t Names,
    ) -> Self {
        let rows = events.into_iter().map(move |one| Ok(event_row(one?.borrow(), names)));
        Self { columns: OF_EVENTS, rows: Box::new(rows) }
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
            Self::Count(count) => count.to_string(),
            Self::Instant(instant) => instant.to_string(),
        }
    }

    fn json(&self) -> Value {
        match self {
            Self::Empty => Value::Null,
            Self::Names(names) => names.clone().into(),
            Self::Count(count) => (*count).into(),
            Self::Text(_) | Self::Instant(_) => self.plain().into(),
        }
    }
}

/// Appends a row as CSV. No cell is read as a formula by a spreadsheet.
pub fn csv_row(row: &[impl AsRef<str>], out: &mut Vec<u8>) {
    let mut writer = csv::Writer::from_writer(out);
    // Writing to a vector cannot fail, and every row is written whole.
    let _ = writer.write_record(row.iter().map(|cell| spreadsheet(cell.as_ref()).into_owned()));
    let _ = writer.flush();
}
