//! Forms of output with an entry for each thing told, whatever the others are: printed as they come.

use std::io::{self, Write};

use super::{json, records};
use crate::options::Format;

/// Such a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    Json,
    Jsonl,
    Csv,
    Markdown,
}

impl Layout {
    /// The layout of a format; none for the table, which is laid out as a whole.
    pub(crate) const fn of(format: Format) -> Option<Self> {
        match format {
            Format::Table => None,
            Format::Json => Some(Self::Json),
            Format::Jsonl => Some(Self::Jsonl),
            Format::Csv => Some(Self::Csv),
            Format::Markdown => Some(Self::Markdown),
        }
    }

    /// Writes an entry behind what there is, as JSON or by its cells.
    pub(crate) fn render(
        self,
        json: impl FnOnce(&mut Vec<u8>),
        cells: impl FnOnce() -> Vec<String>,
        out: &mut Vec<u8>,
    ) {
        match self {
            Self::Json => json::element(json, out),
            Self::Jsonl => json::entry(json, out),
            Self::Csv => records::csv_row(&cells(), out),
            Self::Markdown => records::markdown_row(&cells(), out),
        }
    }
}

/// Prints entries between what stands before and behind them.
pub(crate) struct Entries {
    layout: Layout,
    columns: &'static [&'static str],
    is_begun: bool,
}

impl Entries {
    pub(crate) const fn new(layout: Layout, columns: &'static [&'static str]) -> Self {
        Self { layout, columns, is_begun: false }
    }

    /// Prints one entry.
    pub(crate) fn print_one(
        &mut self,
        json: impl FnOnce(&mut Vec<u8>),
        cells: impl FnOnce() -> Vec<String>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let mut entry = Vec::new();
        self.layout.render(json, cells, &mut entry);
        self.print(&entry, out)
    }

    /// Prints some entries that are rendered.
    pub(crate) fn print(&mut self, entries: &[u8], out: &mut dyn Write) -> io::Result<()> {
        if entries.is_empty() {
            return Ok(());
        }
        if self.layout == Layout::Json && !self.is_begun {
            self.is_begun = true;
            return json::first_elements(entries, out);
        }
        self.begin(out)?;
        out.write_all(entries)
    }

    /// Prints what stands behind all entries, and what stands before them where there were none.
    pub(crate) fn finish(mut self, out: &mut dyn Write) -> io::Result<()> {
        if self.layout == Layout::Json {
            return json::end_elements(self.is_begun, out);
        }
        self.begin(out)
    }

    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if std::mem::replace(&mut self.is_begun, true) {
            return Ok(());
        }
        let mut header = Vec::new();
        match self.layout {
            Layout::Json | Layout::Jsonl => {}
            Layout::Csv => records::csv_row(self.columns, &mut header),
            Layout::Markdown => records::markdown_header(self.columns, &mut header),
        }
        out.write_all(&header)
    }
}
