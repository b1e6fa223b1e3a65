//! Rows of cells parted by tabs, a line each.

use std::io::BufRead;

use demarche_core::jsonl::{JsonProblem, Lines};

use super::error::{CellError, ImportError, ImportErrorKind as Kind};

/// The most cells of a row that are told apart; more than any format has.
const CELLS: usize = 64;

/// Reads lines of cells.
#[derive(Debug)]
pub(super) struct Tab<R> {
    lines: Lines<R>,
}

/// A row.
pub(super) struct Cells<'l> {
    line: &'l str,
    pub(super) number: u64,
    cells: [&'l str; CELLS],
    /// How many there are, more than were kept perhaps.
    pub(super) count: usize,
}

impl<R: BufRead> Tab<R> {
    pub(super) const fn new(input: R) -> Self {
        Self { lines: Lines::new(input) }
    }

    /// Reads the next line that is not blank; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Cells<'_>>, ImportError> {
        loop {
            let number = self.lines.number() + 1;
            match self.lines.next_line() {
                Err(error) => return Err(Kind::Io(error).on(number, 1)),
                Ok(None) => return Ok(None),
                Ok(Some(Err(error))) => {
                    return Err(Kind::Line(error.problem).at(self.lines.current(), number, error.span));
                }
                Ok(Some(Ok(line))) if line.iter().all(u8::is_ascii_whitespace) => {}
                Ok(Some(Ok(_))) => break,
            }
        }
        let number = self.lines.number();
        let bytes = self.lines.current();
        let line = std::str::from_utf8(bytes).map_err(|error| {
            let start = error.valid_up_to();
            Kind::Line(JsonProblem::NotUtf8).at(bytes, number, start..start + error.error_len().unwrap_or(1))
        })?;
        let (mut cells, mut count) = ([""; CELLS], 0);
        for cell in line.split('\t') {
            if let Some(place) = cells.get_mut(count) {
                *place = cell;
            }
            count += 1;
        }
        Ok(Some(Cells { line, number, cells, count }))
    }
}

impl<'l> Cells<'l> {
    /// The text of a cell, from 0; empty where there is none.
    pub(super) fn at(&self, cell: usize) -> &'l str {
        self.cells.get(cell).copied().unwrap_or_default()
    }

    /// The text from one cell to another, tabs and all.
    pub(super) fn span(&self, first: usize, last: usize) -> &'l str {
        let (start, end) = (self.place(first).start, self.place(last).end);
        self.line.get(start..end).unwrap_or_default()
    }

    /// The whole row.
    pub(super) const fn line(&self) -> &'l str {
        self.line
    }

    /// Where a cell stands in the line: both are slices of one text.
    fn place(&self, cell: usize) -> std::ops::Range<usize> {
        let text = self.at(cell);
        let start = (text.as_ptr() as usize).saturating_sub(self.line.as_ptr() as usize);
        start..start + text.len()
    }

    /// The error of a cell.
    pub(super) fn bad(&self, cell: usize, column: &str, reason: impl Into<CellError>) -> ImportError {
        self.blame(cell, Kind::value(column, reason))
    }

    /// The error of a row, at a cell.
    pub(super) fn blame(&self, cell: usize, kind: Kind) -> ImportError {
        kind.at(self.line.as_bytes(), self.number, self.place(cell))
    }

    /// The error of a row that has not as many cells as it should.
    pub(super) fn miscounted(&self, expected: &'static str) -> ImportError {
        let end = self.line.len();
        Kind::Columns { expected, found: self.count }.at(self.line.as_bytes(), self.number, end..end)
    }

    /// The number that a cell holds.
    pub(super) fn number(&self, cell: usize, column: &str) -> Result<u64, ImportError> {
        let text = self.at(cell);
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = text.parse().ok().filter(|_| is_number);
        number.ok_or_else(|| self.bad(cell, column, CellError::NotANumber(super::error::cut(text))))
    }
}
