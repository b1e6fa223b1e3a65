//! Output formats in which each entry stands alone, so that entries are printed as they come.

use std::io::{self, Write};

use super::{json, records};
use crate::options::Format;

/// The layout of such a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    Json,
    Jsonl,
    Csv,
    Markdown,
}

impl Layout {
    /// Returns the layout of a format, or `None` for the table, which needs all rows at once.
    pub(crate) const fn of(format: Format) -> Option<Self> {
        match format {
            Format::Table => None,
            Format::Json => Some(Self::Json),
            Format::Jsonl => Some(Self::Jsonl),
            Format::Csv => Some(Self::Csv),
            Format::Markdown => Some(Self::Markdown),
        }
    }

    /// Appends an entry to `out`, as JSON or as cells.
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

/// Prints entries, with the format's header and footer around them.
pub(crate) struct Entries {
    layout: Layout,
    columns: Vec<&'static str>,
    is_begun: bool,
}

impl Entries {
    pub(crate) const fn new(layout: Layout, columns: Vec<&'static str>) -> Self {
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

    /// Prints entries that have been rendered.
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

    /// Prints the footer, and the header as well if there were no entries.
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
            Layout::Csv => records::csv_row(&self.columns, &mut header),
            Layout::Markdown => records::markdown_header(&self.columns, &mut header),
        }
        out.write_all(&header)
    }
}
