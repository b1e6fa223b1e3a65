//! Events in tables and in JSON.

use std::io::{self, Write};

use demarche_core::Event;
use demarche_interop::export::flat::{self, EVENTS, names_of};
use demarche_projection::narrate::{Names, clause};

use super::naming::Naming;
use super::table::{Cell, Table};
use super::text::short_date;
use crate::options::Format;
use crate::output::records::{self, plain};

/// Makes a table of events: when, who, what, grade, and the entry in the log.
pub(crate) fn event_table(rows: Vec<Vec<Cell>>) -> Table {
    let mut table = Table::new(["when", "who", "what", "grade", "entry"]).keep_whole(&[0, 3, 4]);
    rows.into_iter().for_each(|row| table.push(row));
    table
}

/// Makes a row of that table. A remark goes before the text of the event.
pub(crate) fn event_row(event: &Event, remark: Option<&str>, place: &str, naming: &Naming) -> Vec<Cell> {
    let what = clause(event, &naming.names);
    vec![
        Cell::new(short_date(event.occurred.as_str())),
        Cell::lines(&[naming.cell(&event.source.who).to_owned(), event.source.attribution.as_str().replace('_', " ")]),
        Cell::new(remark.map_or_else(|| what.clone(), |remark| format!("{remark}: {what}"))),
        Cell::new(event.source.grade.map_or_else(String::new, |grade| grade.to_string())),
        Cell::new(place),
    ]
}

/// Returns the cells of an event, in the columns that all event tables share.
pub(crate) fn row(event: &Event, names: &Names) -> Vec<String> {
    plain(&flat::event_row(event, names))
}

/// Prints events as CSV or Markdown, each with its standing in the first column.
pub(crate) fn print_records<'e>(
    format: Format,
    heading: &'static str,
    events: impl Iterator<Item = (&'e Event, &'static str)>,
    names: &Names,
    out: &mut dyn Write,
) -> io::Result<()> {
    let columns: Vec<&str> = std::iter::once(heading).chain(names_of(EVENTS)).collect();
    let rows = events.map(|(event, word)| {
        let mut cells = row(event, names);
        cells.insert(0, word.to_owned());
        cells
    });
    match format {
        Format::Csv => records::csv(&columns, rows, out),
        Format::Table | Format::Json | Format::Jsonl | Format::Markdown => records::markdown_table(&columns, rows, out),
    }
}
