//! Where the columns of a format are: as a header says, or as the format's files have them.

use super::cells::{Cells, NO_COLUMN};
use super::error::ImportError;
use super::table::{Rule, Table};

/// The indexes of a format's columns.
#[derive(Debug, Clone, Copy)]
pub(super) struct ColumnLayout<const N: usize> {
    pub(super) places: [usize; N],
    /// The number of cells in a row.
    pub(super) count: usize,
    /// Whether a header named them, which means that another program has written the file.
    pub(super) is_headed: bool,
}

impl<const N: usize> ColumnLayout<N> {
    /// Reads a header, which must contain the first `needed` columns.
    pub(super) fn of_header(cells: &Cells<'_>, names: &[&str; N], needed: usize) -> Result<Self, ImportError> {
        let found = cells.places(names);
        let mut places = [NO_COLUMN; N];
        places.copy_from_slice(&found);
        let missing = names.iter().zip(places).take(needed).find(|(_, place)| *place == NO_COLUMN);
        match missing {
            Some((name, _)) => {
                let name = name.split('|').next().unwrap_or_default();
                Err(cells.lacks(name))
            }
            None => Ok(Self { places, count: cells.count(), is_headed: true }),
        }
    }

    /// Tells whether a row is a header: it has the column's name and no day.
    pub(super) fn is_header(&self, cells: &Cells<'_>, day: usize, column: &str) -> bool {
        let begins_with_digit = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
        !begins_with_digit(cells.at(day)) && cells.places(&[column]) != [NO_COLUMN]
    }

    /// Finds the rule of a code. Programs that read codes as numbers drop the leading zero. The repair is unambiguous:
    /// no code has two digits, and no three-digit code is a four-digit one without its zero.
    pub(super) fn rule<'t>(&self, table: &'t Table, code: &str) -> Option<&'t Rule> {
        let padded = || table.of_code(&format!("0{code}"));
        match code.len() {
            2 if self.is_headed => padded().or_else(|| table.of_code(code)),
            3 if self.is_headed => table.of_code(code).or_else(padded),
            _ => table.of_code(code),
        }
    }
}
