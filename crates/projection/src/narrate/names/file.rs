//! The file of names that a desk keeps.

use std::collections::BTreeMap;
use std::str::FromStr;

use demarche_core::{ActorId, NameError};

use super::{Given, Names};

/// The greatest length of a name, in characters. A line of a table has fewer.
pub const NAME_MAX_CHARS: usize = 120;

/// Says what is wrong with a file of names, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column} of the names: {problem}")]
#[non_exhaustive]
pub struct NamesError {
    /// The line, from 1.
    pub line: usize,
    /// The character in it, from 1.
    pub column: usize,
    /// What is wrong.
    pub problem: NamesProblem,
}

/// What is wrong with a line of a file of names.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NamesProblem {
    /// The line does not begin with an actor.
    #[error("expected an actor such as ir/mfa: {0}")]
    Actor(NameError),
    /// There is no name behind the actor.
    #[error("expected a tab and a name behind the actor")]
    NoName,
    /// The line has more cells than expected.
    #[error("expected an actor, a name, perhaps a short name, and no more")]
    TooMany,
    /// A name is too long.
    #[error("a name has at most {NAME_MAX_CHARS} characters")]
    TooLong,
    /// A name contains a character that may not be shown.
    #[error("a name has no control characters, and {0:?} is one")]
    Control(char),
    /// The actor was named before.
    #[error("{actor} was named on line {first} already")]
    Twice {
        /// Which actor.
        actor: ActorId,
        /// The line on which it was named.
        first: usize,
    },
}

/// Reads a file of names. Each line has an actor, its name within a sentence, and perhaps a short name for tables,
/// separated by tabs. Empty lines, and lines that begin with `#`, are skipped.
impl FromStr for Names {
    type Err = NamesError;

    fn from_str(text: &str) -> Result<Self, NamesError> {
        let mut given = BTreeMap::new();
        let mut lines: BTreeMap<ActorId, usize> = BTreeMap::new();
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        for (line, row) in (1..).zip(text.split('\n')) {
            let row = row.strip_suffix('\r').unwrap_or(row);
            if row.trim().is_empty() || row.starts_with('#') {
                continue;
            }
            let error = |(column, problem)| NamesError { line, column, problem };
            let (actor, names) = read(row).map_err(error)?;
            if let Some(first) = lines.insert(actor.clone(), line) {
                return Err(error((1, NamesProblem::Twice { actor, first })));
            }
            given.insert(actor.as_str().into(), names);
        }
        Ok(Self { given })
    }
}

/// Reads a line; for an invalid line, returns the column and the problem.
fn read(row: &str) -> Result<(ActorId, Given), (usize, NamesProblem)> {
    let mut cells = Vec::new();
    let mut column = 1;
    for cell in row.split('\t') {
        cells.push((column, cell));
        column += cell.chars().count() + 1;
    }
    let mut cells = cells.into_iter();
    let (at, slug) = cells.next().unwrap_or((1, ""));
    let actor = ActorId::new(slug.trim_end_matches(' ')).map_err(|error| (at, NamesProblem::Actor(error)))?;
    let end = (slug.chars().count() + 1, NamesProblem::NoName);
    let name = cells.next().map(name_in).transpose()?.flatten().ok_or(end)?;
    let short = cells.next().map(name_in).transpose()?.flatten();
    // Spreadsheets end lines with empty cells.
    match cells.find(|(_, cell)| !cell.trim().is_empty()) {
        Some((at, _)) => Err((at, NamesProblem::TooMany)),
        None => Ok((actor, Given { name, short })),
    }
}

/// Returns the name in a cell that begins at a column, if there is one.
fn name_in((column, cell): (usize, &str)) -> Result<Option<Box<str>>, (usize, NamesProblem)> {
    if let Some((at, control)) = cell.chars().enumerate().find(|(_, c)| c.is_control()) {
        return Err((column + at, NamesProblem::Control(control)));
    }
    let name = cell.trim();
    if name.chars().count() > NAME_MAX_CHARS {
        return Err((column, NamesProblem::TooLong));
    }
    Ok(Some(name).filter(|name| !name.is_empty()).map(Box::from))
}
