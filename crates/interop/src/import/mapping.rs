//! Which column of a spreadsheet holds which field of an event.

use std::str::FromStr;

use demarche_core::EventType;
use demarche_core::codec::{PayloadField, payload_fields};

use super::aliases::Aliases;
use super::dates::DateFormat;

/// A mapping to start from, printed by `demarche import csv --template`.
pub const TEMPLATE: &str = include_str!("../../data/mapping.txt");

/// The columns of a spreadsheet, by field.
///
/// ```
/// use demarche_interop::import::{Mapping, TEMPLATE};
///
/// let mapping: Mapping = TEMPLATE.parse()?;
/// let error = "tpye = Type".parse::<Mapping>().unwrap_err();
/// assert_eq!(error.to_string(), "line 1 of the mapping: no event has a field `tpye`");
/// # Ok::<(), demarche_interop::import::MappingError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    pub(super) fields: Vec<(&'static str, From)>,
    /// How the sheet writes its dates, in addition to EDTF.
    pub(super) date_formats: Vec<DateFormat>,
    pub(super) aliases: Aliases,
}

/// Where the value of a field comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum From {
    Column(Box<str>),
    Fixed(Box<str>),
}

/// What is wrong with a mapping.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the mapping: {problem}")]
#[non_exhaustive]
pub struct MappingError {
    /// The line, from 1; if something is missing, the line after the last.
    pub line: usize,
    /// The problem.
    pub problem: Box<str>,
}

/// The fields of every event that a column can hold.
pub(super) const COMMON: [&str; 11] =
    ["id", "type", "track", "occurred", "recorded", "entered_by", "who", "via", "attribution", "grade", "cite"];
pub(super) const NOTE: &str = "note";
/// A column of free text: the `summary` if the type has one, otherwise the note.
pub(super) const TEXT: &str = "text";
/// Not a field: how the sheet writes its dates.
const DATE_FORMAT: &str = "date_format";

/// The fields that every row needs.
const NEEDED: [&str; 5] = ["type", "track", "occurred", "who", "attribution"];

impl FromStr for Mapping {
    type Err = MappingError;

    fn from_str(text: &str) -> Result<Self, MappingError> {
        let mut fields: Vec<(&'static str, From)> = Vec::new();
        let mut date_formats = Vec::new();
        for (line, row) in (1..).zip(text.lines()) {
            let error = |problem: String| MappingError { line, problem: problem.into() };
            let row = row.trim_start_matches('\u{feff}').trim();
            if row.is_empty() || row.starts_with('#') {
                continue;
            }
            let (field, from) = row.split_once('=').ok_or_else(|| error("expected `field = column`".to_owned()))?;
            let field = field.trim();
            if field == DATE_FORMAT {
                let Some(From::Fixed(form)) = source(from.trim()) else {
                    return Err(error("expected a form in quotes, such as \"dd/mm/yyyy\"".to_owned()));
                };
                date_formats.push(form.parse().map_err(error)?);
                continue;
            }
            let field = known(field).ok_or_else(|| error(format!("no event has a field `{field}`")))?;
            if fields.iter().any(|(other, _)| *other == field) {
                return Err(error(format!("`{field}` is given twice")));
            }
            let from = source(from.trim()).ok_or_else(|| error("expected a column, or a text in quotes".to_owned()))?;
            fields.push((field, from));
        }
        match NEEDED.iter().find(|needed| !fields.iter().any(|(field, _)| field == *needed)) {
            None => Ok(Self { fields, date_formats, aliases: Aliases::default() }),
            Some(field) => {
                let problem = format!("`{field}` is missing, which every event needs").into();
                Err(MappingError { line: text.lines().count() + 1, problem })
            }
        }
    }
}

/// Returns the name of a known field.
fn known(name: &str) -> Option<&'static str> {
    let kinds = EventType::ALL.iter().filter(|kind| !kind.is_signed());
    let payloads = kinds.flat_map(|kind| payload_fields(*kind)).map(|field: &PayloadField| field.name);
    COMMON.into_iter().chain([NOTE, TEXT]).chain(payloads).find(|field| *field == name)
}

impl Mapping {
    /// Sets the meanings of the sheet's names for tracks and actors.
    #[must_use]
    pub fn with_aliases(self, aliases: Aliases) -> Self {
        Self { aliases, ..self }
    }
}

/// Parses `Column` or `"a text"`, with an optional remark after it.
fn source(text: &str) -> Option<From> {
    if let Some(rest) = text.strip_prefix('"') {
        let (fixed, rest) = rest.split_once('"')?;
        let rest = rest.trim_start();
        return (rest.is_empty() || rest.starts_with('#')).then(|| From::Fixed(fixed.into()));
    }
    let column = text.split_once(" #").map_or(text, |(column, _)| column).trim_end();
    (!column.is_empty() && !column.starts_with('#')).then(|| From::Column(column.into()))
}
