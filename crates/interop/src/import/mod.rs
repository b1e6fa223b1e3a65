//! Imports other people's data as events.
//!
//! An [`Importer`] reads one [`Format`] from one input after another, as an iterator of events. At the end, its
//! [`Report`] says what became of every row. `docs/import-coding.md` explains every coding rule.
//!
//! ```
//! use demarche_interop::import::{Format, Importer, Options};
//!
//! let mut importer = Importer::new(Format::Gdelt, Options::default());
//! let errors: Vec<String> =
//!     importer.read("1\t20170415\n".as_bytes()).filter_map(Result::err).map(|error| error.to_string()).collect();
//! assert!(errors[0].starts_with("line 1, column 11: a row of 2 columns: a GDELT export has 61 (2.0)"));
//! assert_eq!((importer.report().rows, importer.report().broken), (1, 1));
//! ```

mod actors;
mod aliases;
mod byte_order_mark;
mod cells;
mod clock;
mod cloudevents;
mod coding;
mod column_layout;
mod dates;
mod day;
mod entry_index;
mod error;
mod fate;
mod gdelt;
mod grid;
mod historyatstate;
mod icews;
mod ids;
mod known_events;
mod mapping;
mod objects;
mod payloads;
mod people;
mod quads;
mod recent;
mod records;
mod report;
mod sheet_row;
mod spreadsheet;
mod state;
mod table;
mod text;

use std::io::{self, BufRead};

use demarche_core::{Event, Grade, Instant};

pub use aliases::{Aliases, AliasesError};
pub use error::{CellError, ImportError, ImportErrorKind};
pub use fate::{Became, Fate};
use grid::Grid;
pub use mapping::{Mapping, MappingError, TEMPLATE};
pub use people::{People, PeopleError};
pub use report::Report;
use state::{ImportState, ReadRows};
pub use table::{CAMEO, Table, TableError};
pub use text::{Encoding, EncodingError};

/// A format that can be read.
#[derive(Debug, Clone)]
pub enum Format {
    /// ICEWS as Dataverse publishes it: 20 columns separated by tabs.
    Icews,
    /// ICEWS as quadruples: actor, relation, actor, day.
    IcewsQuads,
    /// GDELT's event exports, 1.0 and 2.0.
    Gdelt,
    /// The travels of US presidents and secretaries of state, as CSV.
    HistoryAtState,
    /// A spreadsheet as CSV, with a mapping of its columns.
    Csv(Mapping),
    /// CloudEvents in structured JSON: one, a batch, or one a line.
    CloudEvents,
}

impl Format {
    /// Tells whether a [`Table`] of codes decides what becomes of a row.
    #[must_use]
    pub const fn has_codes(&self) -> bool {
        matches!(self, Self::Icews | Self::IcewsQuads | Self::Gdelt)
    }
}

/// Options that apply to all rows.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// What becomes of CAMEO codes; by default the crate's own table ([`Table::cameo`]).
    pub table: Option<Table>,
    /// The parties of ICEWS actors, where the data lacks or misstates them.
    pub people: Option<People>,
    /// The recording instant of every row, overriding what the row says.
    pub recorded: Option<Instant>,
    /// The encoding of inputs without a byte order mark; UTF-8 by default.
    pub encoding: Option<Encoding>,
    /// Whether to keep the fate of each row, for [`Rows::fates`].
    pub explain: bool,
    /// The grade of every source. None of these formats grades its sources.
    pub grade: Option<Grade>,
}

/// Reads rows of one format as events.
///
/// Ids are derived from rows, so importing twice gives the same events. Memory is bounded: see `docs/import-coding.md`,
/// "Folding".
#[derive(Debug)]
pub struct Importer {
    format: Format,
    encoding: Option<Encoding>,
    state: ImportState,
}

impl Importer {
    /// Makes an importer for a format.
    #[must_use]
    pub fn new(format: Format, options: Options) -> Self {
        // A test keeps the crate's table valid. If it were not, every code would be unknown, and counted.
        let own = || format.has_codes().then(Table::cameo)?.ok();
        let table = options.table.or_else(own).unwrap_or_default();
        let people = options.people.unwrap_or_default();
        let encoding = options.encoding;
        let mut state = ImportState::new(table, people, options.recorded, options.grade);
        state.explains = options.explain;
        Self { format, encoding, state }
    }

    /// Registers an event that the journal already has: its row keeps its recording instant, and new rows get later
    /// ones; a row that has changed since retracts it ([`Format::HistoryAtState`]) or is an error; a further report of
    /// it is folded or confirms it (formats with codes); and its track is not opened again.
    ///
    /// If the whole journal is registered, two imports give the same result as one import of both inputs.
    pub fn know(&mut self, event: &Event) {
        self.know_entry(event, None);
    }

    /// Registers an event together with its entry as tables show it, such as `#7`, by which cells of a spreadsheet can
    /// refer to it.
    pub fn know_entry(&mut self, event: &Event, entry: Option<&str>) {
        self.state.known_entry(event);
        if let Format::Csv(_) = self.format {
            self.state.entries.enter(event, entry);
        }
        match self.format {
            Format::HistoryAtState => {
                self.state.trips.know(event);
                self.state.known.know(event, historyatstate::FORMAT);
            }
            Format::Icews => self.state.known.know(event, icews::FORMAT),
            Format::IcewsQuads => self.state.known.know(event, quads::FORMAT),
            Format::Gdelt => self.state.known.know(event, gdelt::FORMAT),
            Format::Csv(_) | Format::CloudEvents => {}
        }
    }

    /// Reads one input, row by row. Several inputs are read as one, except that each has its own header.
    pub fn read<'i, R: BufRead + 'i>(&'i mut self, input: R) -> Rows<'i> {
        self.state.begin_input();
        let reader = reader(&self.format, input, self.encoding);
        let reader = reader.unwrap_or_else(|kind| Box::new(Unreadable(Some(kind))));
        Rows { reader, state: &mut self.state, has_ended: false }
    }

    /// Returns the report on the rows read so far.
    #[must_use]
    pub const fn report(&self) -> &Report {
        &self.state.report
    }
}

fn reader<'i, R: BufRead + 'i>(
    format: &'i Format,
    input: R,
    encoding: Option<Encoding>,
) -> Result<Box<dyn ReadRows + 'i>, ImportErrorKind> {
    let input = text::utf8(input, encoding)?;
    Ok(match format {
        Format::Icews => Box::new(icews::Icews::new(Grid::of_lines(input)?)),
        Format::IcewsQuads => Box::new(quads::Quads::new(Grid::of_lines(input)?)),
        Format::Gdelt => Box::new(gdelt::Gdelt::new(Grid::of_lines(input)?)),
        Format::HistoryAtState => Box::new(historyatstate::Visits::new(Grid::of_records(input)?)),
        Format::Csv(mapping) => Box::new(spreadsheet::Spreadsheet::new(Grid::of_records(input)?, mapping)),
        Format::CloudEvents => Box::new(cloudevents::CloudEvents::new(input)),
    })
}

/// An input that cannot be read at all.
struct Unreadable(Option<ImportErrorKind>);

impl ReadRows for Unreadable {
    fn row(&mut self, _: &mut ImportState) -> Result<bool, ImportError> {
        let kind = self.0.take();
        Err(kind.unwrap_or_else(|| ImportErrorKind::Io(io::ErrorKind::UnexpectedEof.into())).on(1, 1))
    }
}

/// The events of one input. After a broken row it continues with the next; after a broken input it ends.
pub struct Rows<'i> {
    reader: Box<dyn ReadRows + 'i>,
    state: &'i mut ImportState,
    has_ended: bool,
}

impl Iterator for Rows<'_> {
    type Item = Result<Event, ImportError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(event) = self.state.pending.pop_front() {
                return Some(Ok(event));
            }
            if self.has_ended {
                return None;
            }
            let rows = self.state.report.rows;
            let row = self.reader.row(self.state);
            self.state.tell_fate(row.as_ref().err());
            match row {
                Ok(more) => self.has_ended = !more,
                Err(error) => {
                    self.has_ended = error.kind.is_final();
                    // A row that could not even be delimited counts as one broken row.
                    self.state.report.rows = rows + 1;
                    self.state.report.broken += 1;
                    return Some(Err(error));
                }
            }
        }
    }
}

impl Rows<'_> {
    /// Returns the fates of the rows since the last call, in order. There are none unless [`Options::explain`] is set.
    pub fn fates(&mut self) -> impl Iterator<Item = Fate> + '_ {
        self.state.fates.drain(..)
    }
}

impl std::fmt::Debug for Rows<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rows").field("has_ended", &self.has_ended).finish_non_exhaustive()
    }
}
