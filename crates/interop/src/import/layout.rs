//! Where the columns of a format stand: by a header, or as its files have them.

use super::cells::{Cells, NOWHERE};
use super::error::ImportError;
use super::table::{Rule, Table};

/// The places of columns.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layout<const N: usize> {
    pub(super) places: [usize; N],
    /// How many cells a row has.
    pub(super) count: usize,
    /// Whether a header named them: then the file has gone through other programs.
    pub(super) is_headed: bool,
}

impl<const N: usize> Layout<N> {
    /// Reads a header, which must have a given number of the first columns.
    pub(super) fn of_header(cells: &Cells<'_>, names: &[&str; N], needed: usize) -> Result<Self, ImportError> {
        let found = cells.places(names);
        let mut places = [NOWHERE; N];
        places.copy_from_slice(&found);
        let missing = names.iter().zip(places).take(needed).find(|(_, place)| *place == NOWHERE);
        match missing {
            Some((name, _)) => {
                let name = name.split('|').next().unwrap_or_default();
                Err(cells.lacks(name))
            }
            None => Ok(Self { places, count: cells.count(), is_headed: true }),
        }
    }

    /// Whether a row is a header, which has no day where rows have one, and a column of that name.
    pub(super) fn is_header(&self, cells: &Cells<'_>, day: usize, column: &str) -> bool {
        let begins_with_digit = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
        !begins_with_digit(cells.at(day)) && cells.places(&[column]) != [NOWHERE]
    }

    /// The rule of a code. Programs that took the codes of a file for numbers have dropped their leading zero; no code
    /// has two digits, and none of three is one of four without it.
    pub(super) fn rule<'t>(&self, table: &'t Table, code: &str) -> Option<&'t Rule> {
        let padded = || table.of_code(&format!("0{code}"));
        match code.len() {
            2 if self.is_headed => padded().or_else(|| table.of_code(code)),
            3 if self.is_headed => table.of_code(code).or_else(padded),
            _ => table.of_code(code),
        }
    }
}
