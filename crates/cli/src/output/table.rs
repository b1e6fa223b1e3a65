//! Tables for people, fitted to the terminal.

use std::io::{self, Write};

use demarche_projection::state::Status;
use textwrap::core::display_width;

use super::layout::{Column, fit, wrap};
use super::text::printable;
use crate::session::Terminal;

/// A cell: untrusted text made harmless, perhaps in colour.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cell {
    text: String,
    /// The style as an SGR parameter (ECMA-48); `None` is plain.
    look: Option<u8>,
}

/// The styles, as SGR parameters.
const BOLD: u8 = 1;
const FAINT: u8 = 2;
const RED: u8 = 31;
const GREEN: u8 = 32;
const YELLOW: u8 = 33;
const BLUE: u8 = 34;
const CYAN: u8 = 36;

/// The terminal width from which columns are two spaces apart.
const WIDE_COLUMNS: usize = 100;

/// The indentation of text beneath a row.
const STEP: usize = 4;

/// The minimum width of a cell beside its title.
const TITLED_MIN: usize = 12;

/// A table: a header and rows, without rules between them.
pub(crate) struct Table {
    header: Vec<String>,
    rows: Vec<Vec<Cell>>,
    /// The columns that never wrap.
    whole: Vec<usize>,
}

impl Cell {
    pub(crate) fn new(text: impl AsRef<str>) -> Self {
        Self { text: printable(text.as_ref()).into_owned(), look: None }
    }

    /// Makes a cell of several lines. Only the program breaks lines; text of events never does.
    pub(crate) fn lines(lines: &[String]) -> Self {
        let lines: Vec<_> = lines.iter().map(|line| printable(line)).collect();
        Self { text: lines.join("\n"), look: None }
    }

    /// Makes a cell for a status, marked if it is contested.
    pub(crate) fn status(status: Status, contested: bool) -> Self {
        let mark = if contested { "*" } else { "" };
        Self { look: Some(colour_of(status)), ..Self::new(format!("{status}{mark}")) }
    }

    /// Appends text to the cell.
    pub(crate) fn with(mut self, more: &str) -> Self {
        self.text.push_str(&printable(more));
        self
    }

    pub(crate) fn faint(self) -> Self {
        Self { look: Some(FAINT), ..self }
    }

    fn title(title: &str) -> Self {
        Self { text: title.to_owned(), look: Some(BOLD) }
    }

    /// Wraps a part of the text in the cell's style.
    fn styled(&self, part: &str, colour: bool) -> String {
        match self.look.filter(|_| colour) {
            Some(look) => format!("\u{1b}[{look}m{part}\u{1b}[0m"),
            None => part.to_owned(),
        }
    }
}

/// Returns the colour of a status. The word itself carries the meaning, for readers who do not see the colour.
const fn colour_of(status: Status) -> u8 {
    match status {
        Status::Scheduled | Status::Active => GREEN,
        Status::Proposed | Status::Open => CYAN,
        Status::Stalled | Status::Overdue | Status::Postponed => YELLOW,
        Status::Cancelled | Status::Rejected => RED,
        Status::Concluded => BLUE,
    }
}

impl Table {
    pub(crate) fn new(header: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let header = header.into_iter().map(|title| title.into().to_uppercase()).collect();
        Self { header, rows: Vec::new(), whole: Vec::new() }
    }

    /// Replaces the title of a column by untrusted text, without changing its case.
    pub(crate) fn titled(mut self, at: usize, title: &str) -> Self {
        if let Some(old) = self.header.get_mut(at) {
            *old = printable(title).into_owned();
        }
        self
    }

    /// Makes a table whose columns need no titles.
    pub(crate) fn without_header(columns: usize) -> Self {
        Self { header: vec![String::new(); columns], rows: Vec::new(), whole: Vec::new() }
    }

    /// Sets the columns that never wrap.
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
        self.print_after(0, terminal, out)
    }

    /// Prints the table indented by two columns, fitted to the terminal.
    pub(crate) fn print_indented(&self, terminal: &Terminal, out: &mut dyn Write) -> io::Result<()> {
        self.print_after(2, terminal, out)
    }

    /// Prints one row per line if the columns fit; else the first cell on a line and the others beneath it; else one
    /// cell per line.
    fn print_after(&self, indent: usize, terminal: &Terminal, out: &mut dyn Write) -> io::Result<()> {
        let width = usize::from(terminal.width()).saturating_sub(indent);
        let gap = if width < WIDE_COLUMNS { 1 } else { 2 };
        let columns: Vec<Column> = (0..self.header.len()).map(|at| self.column(at)).collect();
        let mut page = Page { out, indent, gap, colour: terminal.colour };
        let header: Vec<Cell> = self.header.iter().map(|title| Cell::title(title)).collect();
        let header = self.has_header().then_some(header.as_slice());
        let rows: Vec<&[Cell]> = header.into_iter().chain(self.rows.iter().map(Vec::as_slice)).collect();
        if let Some(widths) = fit(&columns, gap, width) {
            let widths = tightened(&widths, &rows.iter().copied());
            return rows.iter().try_for_each(|row| page.row(row, &widths));
        }
        let beneath = columns.get(1..).unwrap_or_default();
        let fitting = fit(beneath, gap, width.saturating_sub(STEP)).filter(|_| beneath.len() > 1);
        let others = rows.iter().filter_map(|row| row.get(1..));
        let fitting = fitting.map(|widths| tightened(&widths, &others));
        for row in rows.iter().skip(usize::from(fitting.is_none() && self.has_header())) {
            let Some((first, others)) = row.split_first() else { continue };
            page.row(std::slice::from_ref(first), &[width])?;
            // Indent beneath a nested track by its depth, unless columns must stay aligned.
            let depth = if fitting.is_some() { 0 } else { first.text.len() - first.text.trim_start().len() };
            page.indent = indent + depth + STEP;
            match &fitting {
                Some(widths) => page.row(others, widths)?,
                None => self.stack(others, width.saturating_sub(depth + STEP), &mut page)?,
            }
            page.indent = indent;
        }
        Ok(())
    }

    /// Prints cells below each other, each after the title of its column.
    fn stack(&self, cells: &[Cell], width: usize, page: &mut Page<'_>) -> io::Result<()> {
        let titles = self.header.get(1..).unwrap_or_default();
        let title_width = titles.iter().map(|title| display_width(title)).max().unwrap_or(0);
        let titled = cells.iter().zip(titles).filter(|(cell, _)| !cell.text.is_empty());
        if title_width == 0 || width < title_width + page.gap + TITLED_MIN {
            let mut cells = cells.iter().filter(|cell| !cell.text.is_empty());
            return cells.try_for_each(|cell| page.row(std::slice::from_ref(cell), &[width]));
        }
        let widths = [title_width, width - title_width - page.gap];
        titled.into_iter().try_for_each(|(cell, title)| page.row(&[Cell::title(title), cell.clone()], &widths))
    }

    fn has_header(&self) -> bool {
        self.header.iter().any(|title| !title.is_empty())
    }

    fn column(&self, at: usize) -> Column {
        let title = self.header.get(at).map(String::as_str);
        let texts = self.rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.text.as_str());
        Column::of(title.into_iter().chain(texts), self.whole.contains(&at))
    }
}

/// Shrinks widths to what the wrapped texts need.
fn tightened<'c>(widths: &[usize], rows: &(impl Iterator<Item = &'c [Cell]> + Clone)) -> Vec<usize> {
    let needed = |at: usize, width: usize| {
        let cells = rows.clone().filter_map(move |row| row.get(at));
        let lines = cells.flat_map(move |cell| wrap(&cell.text, width));
        lines.map(|line| display_width(&line)).max().unwrap_or(0)
    };
    widths.iter().enumerate().map(|(at, width)| needed(at, *width)).collect()
}

/// Where rows are printed, and how.
struct Page<'o> {
    out: &'o mut dyn Write,
    indent: usize,
    gap: usize,
    colour: bool,
}

impl Page<'_> {
    /// Prints a row, on as many lines as its tallest cell needs. Prints nothing for an empty row.
    fn row(&mut self, cells: &[Cell], widths: &[usize]) -> io::Result<()> {
        let wrapped: Vec<Vec<String>> =
            cells.iter().zip(widths).map(|(cell, width)| wrap(&cell.text, *width)).collect();
        if cells.iter().all(|cell| cell.text.is_empty()) {
            return Ok(());
        }
        let height = wrapped.iter().map(Vec::len).max().unwrap_or(0);
        for at in 0..height {
            let mut line = String::new();
            // Hold blanks back until text follows, so that no line ends in blanks.
            let mut blanks = self.indent;
            for ((cell, lines), width) in cells.iter().zip(&wrapped).zip(widths) {
                let text = lines.get(at).map_or("", |line| line.trim_end());
                if !text.is_empty() {
                    line.extend(std::iter::repeat_n(' ', std::mem::take(&mut blanks)));
                    line.push_str(&cell.styled(text, self.colour));
                }
                blanks += (width + self.gap).saturating_sub(display_width(text));
            }
            writeln!(self.out, "{line}")?;
        }
        Ok(())
    }
}
