//! The cells of a row: their text, repaired where a byte is not UTF-8, and their places for error messages.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;

use demarche_core::jsonl::Excerpt;

use super::error::{CellError, ImportError, ImportErrorKind as Kind, cut};

/// A row of cells. The next row reuses its memory.
#[derive(Debug, Default)]
pub(super) struct RowBuffer {
    /// The cells without quotes, separated by tabs.
    text: String,
    spans: Vec<Range<usize>>,
    /// Cells with bytes that are not UTF-8, and the first such byte of each.
    broken: Vec<(usize, u8)>,
}

/// The index of each of a format's columns in a file, or [`NO_COLUMN`].
pub(super) type ColumnIndexes = Vec<usize>;

/// The index of a column that a file lacks; no row has a cell there.
pub(super) const NO_COLUMN: usize = usize::MAX;

impl RowBuffer {
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.spans.clear();
        self.broken.clear();
    }

    /// Splits a line at tabs, and removes quotes around cells.
    pub(super) fn fill_from_line(&mut self, line: &[u8]) {
        self.clear();
        for cell in line.split(|byte| *byte == b'\t') {
            match unquoted(cell) {
                Some(cell) => self.push(&cell),
                None => self.push(cell),
            }
        }
    }

    /// Appends a cell. In an address, a byte that is not UTF-8 is percent-encoded. Elsewhere it makes the cell broken,
    /// which matters only if the cell is read.
    pub(super) fn push(&mut self, cell: &[u8]) {
        if !self.spans.is_empty() {
            self.text.push('\t');
        }
        let start = self.text.len();
        let is_address = || cell.windows(3).any(|three| three == b"://");
        match std::str::from_utf8(cell) {
            Ok(cell) => self.text.push_str(cell),
            Err(_) if is_address() => {
                for chunk in cell.utf8_chunks() {
                    self.text.push_str(chunk.valid());
                    for byte in chunk.invalid() {
                        // Writing to a string cannot fail.
                        let _ = write!(self.text, "%{byte:02X}");
                    }
                }
            }
            Err(error) => {
                let byte = cell.get(error.valid_up_to()).copied().unwrap_or_default();
                self.broken.push((self.spans.len(), byte));
                self.text.push_str(&String::from_utf8_lossy(cell));
            }
        }
        self.spans.push(start..self.text.len());
    }

    /// Tells whether the row has nothing but separators.
    pub(super) fn is_blank(&self) -> bool {
        self.text.bytes().all(|byte| byte.is_ascii_whitespace())
    }
}

/// Removes the quotes around a cell. Returns `None` if it has none, or contains quotes that are not doubled.
fn unquoted(cell: &[u8]) -> Option<Cow<'_, [u8]>> {
    let inner = cell.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
    if !inner.contains(&b'"') {
        return Some(inner.into());
    }
    let mut text = Vec::with_capacity(inner.len());
    let mut bytes = inner.iter();
    while let Some(byte) = bytes.next() {
        if *byte == b'"' && bytes.next() != Some(&b'"') {
            return None;
        }
        text.push(*byte);
    }
    Some(text.into())
}

/// The cells of a row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cells<'r> {
    pub(super) row: &'r RowBuffer,
    /// The line, if the row is a single line.
    pub(super) line: Option<&'r [u8]>,
    /// The number of the line on which the row begins.
    pub(super) number: u64,
}

impl<'r> Cells<'r> {
    /// Returns the number of cells.
    pub(super) const fn count(&self) -> usize {
        self.row.spans.len()
    }

    /// Returns the trimmed text of the cell with an index; empty if there is no such cell.
    pub(super) fn at(&self, cell: usize) -> &'r str {
        let span = self.row.spans.get(cell).cloned();
        span.and_then(|span| self.row.text.get(span)).unwrap_or_default().trim()
    }

    /// Joins several cells into one text.
    pub(super) fn joined(&self, cells: &[usize]) -> Cow<'r, str> {
        let span = |cell: &usize| self.row.spans.get(*cell).cloned();
        let follow = cells.windows(2).all(|pair| matches!(pair, [a, b] if a.checked_add(1) == Some(*b)));
        if let (true, Some(first), Some(last)) = (follow, cells.first().and_then(span), cells.last().and_then(span)) {
            return self.row.text.get(first.start..last.end).unwrap_or_default().into();
        }
        cells.iter().map(|cell| self.at(*cell)).collect::<Vec<_>>().join("\t").into()
    }

    /// Returns the whole row, with tabs between cells.
    pub(super) fn whole(&self) -> &'r str {
        &self.row.text
    }

    /// Finds columns by the names in this row, ignoring case, spaces and underscores. A `|` separates alternative
    /// names.
    pub(super) fn places(&self, names: &[&str]) -> ColumnIndexes {
        let header: Vec<String> = (0..self.count()).map(|cell| plain(self.at(cell))).collect();
        let place = |names: &&str| {
            let found = names.split('|').find_map(|name| header.iter().position(|cell| *cell == plain(name)));
            found.unwrap_or(NO_COLUMN)
        };
        names.iter().map(place).collect()
    }

    /// Fails if one of these cells cannot be decoded.
    pub(super) fn must_be_text(&self, cells: &[usize]) -> Result<(), ImportError> {
        match self.row.broken.iter().find(|(cell, _)| cells.contains(cell)) {
            None => Ok(()),
            Some((cell, byte)) => Err(self.blame(*cell, Kind::NotUtf8(*byte))),
        }
    }

    /// Makes the error for a column that the header lacks.
    pub(super) fn lacks(&self, column: &str) -> ImportError {
        match self.row.broken.first() {
            Some((cell, byte)) => self.blame(*cell, Kind::HeaderNotUtf8(*byte)),
            None => Kind::NoColumn(column.into()).on(self.number, 1),
        }
    }

    /// Makes the error for a bad cell.
    pub(super) fn bad(&self, cell: usize, column: &str, reason: impl Into<CellError>) -> ImportError {
        self.blame(cell, Kind::value(column, reason))
    }

    /// Makes an error at a cell. For a CSV record, the column is the number of the cell.
    pub(super) fn blame(&self, cell: usize, kind: Kind) -> ImportError {
        if let Some(line) = self.line {
            return kind.at(line, self.number, place(line, cell));
        }
        let excerpt = Box::new(Excerpt { blamed: cut(self.at(cell)), ..Excerpt::default() });
        let column = if cell < self.count() { cell + 1 } else { 1 };
        ImportError { excerpt, ..kind.on(self.number, column) }
    }

    /// Makes the error for a row with a wrong number of cells.
    pub(super) fn miscounted(&self, expected: &'static str) -> ImportError {
        let kind = Kind::Columns { expected, found: self.count() };
        match self.line {
            Some(line) => kind.at(line, self.number, line.len()..line.len()),
            None => kind.on(self.number, 1),
        }
    }

    /// Parses the number in a cell.
    pub(super) fn number(&self, cell: usize, column: &str) -> Result<u64, ImportError> {
        let text = self.at(cell);
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = text.parse().ok().filter(|_| is_number);
        number.ok_or_else(|| self.bad(cell, column, CellError::NotANumber(cut(text))))
    }
}

/// Returns the range of a cell within its line, including quotes, or the end of the line if there is no such cell.
fn place(line: &[u8], cell: usize) -> Range<usize> {
    let mut start = 0;
    for (at, text) in line.split(|byte| *byte == b'\t').enumerate() {
        if at == cell {
            return start..start + text.len();
        }
        start += text.len() + 1;
    }
    line.len()..line.len()
}

/// Normalizes a column name for comparison: `Event ID`, `event_id` and `EVENTID` are the same.
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
