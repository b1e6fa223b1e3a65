//! Spreadsheets as CSV: each row is an event, by a mapping of the columns.
//!
//! Each row is converted to a line of a log and read by the codec of `demarche-core`, so that it obeys the same rules
//! as every other event.

use std::io::BufRead;

use super::cells::NO_COLUMN;
use super::clock::RecordedAt;
use super::entry_index::own_id;
use super::error::{CellError, ImportError};
use super::grid::Grid;
use super::ids::id;
use super::mapping::{From, Mapping};
use super::sheet_row::SheetRow;
use super::state::{ImportState, ReadRows};

const FORMAT: &str = "csv";

/// Reads rows of a spreadsheet.
pub(super) struct Spreadsheet<'m, R> {
    rows: Grid<R>,
    mapping: &'m Mapping,
    /// The index of each field's column, and the number of columns.
    places: Option<(Vec<usize>, usize)>,
}

impl<'m, R: BufRead> Spreadsheet<'m, R> {
    pub(super) const fn new(rows: Grid<R>, mapping: &'m Mapping) -> Self {
        Self { rows, mapping, places: None }
    }

    /// Finds the columns in the header. Returns false if there is no header.
    fn find_columns(&mut self) -> Result<bool, ImportError> {
        if self.places.is_none() {
            let Some(header) = self.rows.next()? else { return Ok(false) };
            let place = |from: &From| match from {
                From::Fixed(_) => Ok(NO_COLUMN),
                From::Column(column) => {
                    let found = (0..header.count()).find(|cell| header.at(*cell) == &**column);
                    found.ok_or_else(|| header.lacks(column))
                }
            };
            let places: Result<Vec<usize>, _> = self.mapping.fields.iter().map(|(_, from)| place(from)).collect();
            self.places = Some((places?, header.count()));
        }
        Ok(true)
    }
}

impl<R: BufRead> ReadRows for Spreadsheet<'_, R> {
    fn row(&mut self, state: &mut ImportState) -> Result<bool, ImportError> {
        if !self.find_columns()? {
            return Ok(false);
        }
        let Some(cells) = self.rows.next()? else { return Ok(false) };
        state.begin_row(cells.number);
        let Some((places, count)) = &self.places else { return Ok(false) };
        // Spreadsheets omit or add empty cells at the end of a row.
        if (*count..cells.count()).any(|cell| !cells.at(cell).is_empty()) {
            return Err(cells.miscounted("the header has fewer"));
        }
        cells.must_be_text(places)?;
        let row = SheetRow { mapping: self.mapping, places, cells };
        let said = row.said();
        let event_id = match row.field("id") {
            "" => id(FORMAT, "row", &[said.as_bytes()]),
            own => own_id(own),
        };
        let stamp = RecordedAt::From(match state.recorded {
            Some(recorded) => recorded,
            None => row.recorded()?,
        });
        let event = row.event(event_id, stamp, &state.entries)?;
        if event.occurred.earliest().is_ahead_of(stamp.given()) {
            let (occurred, recorded) = (event.occurred.as_str().into(), stamp.given().date().to_string().into());
            return Err(row.bad("occurred", CellError::Ahead(occurred, recorded)));
        }
        state.code_once(event, stamp, cells.number).map_err(|kind| row.blame("id", kind))?;
        if let Some(event) = state.pending.back() {
            state.entries.enter(event, None);
        }
        Ok(true)
    }
}
