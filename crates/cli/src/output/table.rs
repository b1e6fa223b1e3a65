//! Tables for people, fitted to the terminal.

use std::io::{self, Write};

use comfy_table::{
    Attribute, Cell as TableCell, Color, ColumnConstraint, ContentArrangement, Table as ComfyTable, Width,
};
use demarche_projection::Status;

use super::text::printable;
use crate::session::Terminal;

/// A cell: untrusted text, perhaps coloured.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cell {
    text: String,
    colour: Option<Color>,
    faint: bool,
}

/// From this width on there is room for a wider gap between columns.
const WIDE_COLUMNS: u16 = 100;

/// What the columns that are kept whole leave to the others at the least.
const ROOM_FOR_OTHERS_COLUMNS: u16 = 14;

/// A table: a header and rows, without lines between them.
pub(crate) struct Table {
    header: Vec<String>,
    rows: Vec<Vec<Cell>>,
    /// The columns that are never wrapped.
    whole: Vec<usize>,
}

impl Cell {
    pub(crate) fn new(text: impl AsRef<str>) -> Self {
        Self { text: printable(text.as_ref()).into_owned(), colour: None, faint: false }
    }

    /// A cell of several lines. Lines are broken by the one who lays the cell out, never by an event.
    pub(crate) fn lines(lines: &[String]) -> Self {
        let lines: Vec<_> = lines.iter().map(|line| printable(line)).collect();
        Self { text: lines.join("\n"), colour: None, faint: false }
    }

    /// A status, marked where it is contested.
    pub(crate) fn status(status: Status, contested: bool) -> Self {
        let mark = if contested { "*" } else { "" };
        Self { colour: Some(colour_of(status)), ..Self::new(format!("{status}{mark}")) }
    }

    /// The cell with more text behind it.
    pub(crate) fn with(mut self, more: &str) -> Self {
        self.text.push_str(&printable(more));
        self
    }

    pub(crate) fn faint(self) -> Self {
        Self { faint: true, ..self }
    }
}

/// The colour of a status, for those who see colours; the word says it to everybody.
const fn colour_of(status: Status) -> Color {
    match status {
        Status::Scheduled | Status::Active => Color::Green,
        Status::Proposed | Status::Open => Color::Cyan,
        Status::Stalled | Status::Overdue | Status::Postponed => Color::Yellow,
        Status::Cancelled | Status::Rejected => Color::Red,
        Status::Concluded => Color::Blue,
    }
}

impl Table {
    pub(crate) fn new(header: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let header = header.into_iter().map(|title| title.into().to_uppercase()).collect();
        Self { header, rows: Vec::new(), whole: Vec::new() }
    }

    /// Changes the title of a column to one that is an argument, and stays as it was given.
    pub(crate) fn titled(mut self, at: usize, title: &str) -> Self {
        if let Some(old) = self.header.get_mut(at) {
            *old = printable(title).into_owned();
        }
        self
    }

    /// Makes a table of so many columns that explain themselves.
    pub(crate) fn without_header(columns: usize) -> Self {
        Self { header: vec![String::new(); columns], rows: Vec::new(), whole: Vec::new() }
    }

    /// Never wraps these columns.
    pub(crate) fn keep_whole(mut self, columns: &[usize]) -> Self {
        self.whole = columns.to_vec();
        self
    }

    pub(crate) fn push(&mut self, row: Vec<Cell>) {
        self.rows.push(row);
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Prints the table, fitted to the terminal.
    pub(crate) fn print(&self, terminal: &Terminal, out: &mut dyn Write) -> io::Result<()> {
        self.print_after("", terminal, out)
    }

    /// Prints the table two columns to the right, fitted to the terminal.
    pub(crate) fn print_indented(&self, terminal: &Terminal, out: &mut dyn Write) -> io::Result<()> {
        self.print_after("  ", terminal, out)
    }

    fn print_after(&self, indent: &str, terminal: &Terminal, out: &mut dyn Write) -> io::Result<()> {
        let width = terminal.width().saturating_sub(u16::try_from(indent.len()).unwrap_or(0));
        let mut table = ComfyTable::new();
        table.load_style(comfy_table::presets::NOTHING);
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
        if terminal.colour {
            table.enforce_styling();
        } else {
            table.force_no_tty();
        }
        if self.header.iter().any(|title| !title.is_empty()) {
            table.set_header(self.header.iter().map(|title| TableCell::new(title).add_attribute(Attribute::Bold)));
        }
        for row in &self.rows {
            table.add_row(row.iter().map(Cell::laid_out));
        }
        let last = self.header.len().saturating_sub(1);
        let gap = if width < WIDE_COLUMNS { 1 } else { 2 };
        for (at, column) in table.column_iter_mut().enumerate() {
            column.set_padding((0, if at == last { 0 } else { gap }));
        }
        self.hold_columns(&mut table, width, gap);
        for line in table.lines() {
            writeln!(out, "{}", format!("{indent}{line}").trim_end())?;
        }
        Ok(())
    }
}

impl Table {
    /// Keeps columns whole, one after the other, as long as that leaves the others room.
    fn hold_columns(&self, table: &mut ComfyTable, width: u16, gap: u16) {
        let widths = table.column_max_content_widths();
        let mut room = width.saturating_sub(ROOM_FOR_OTHERS_COLUMNS);
        for at in self.whole.iter().copied() {
            let is_last = at + 1 == self.header.len();
            let needed = widths.get(at).map_or(0, |width| width.saturating_add(if is_last { 0 } else { gap }));
            match (room.checked_sub(needed), table.column_mut(at)) {
                (Some(left), Some(column)) => {
                    room = left;
                    // One column of the gap lies within the cell: one just as wide as its text loses its indent.
                    column.set_padding((0, if is_last { 0 } else { gap - 1 }));
                    column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(needed)));
                }
                _ => return,
            }
        }
    }
}

impl Cell {
    fn laid_out(&self) -> TableCell {
        let mut cell = TableCell::new(&self.text);
        if let Some(colour) = self.colour {
            cell = cell.fg(colour);
        }
        if self.faint {
            cell = cell.add_attribute(Attribute::Dim);
        }
        cell
    }
}
