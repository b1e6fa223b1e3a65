//! A spreadsheet as CSV: each row an event, by a mapping of its columns.
//!
//! A row is put together as a line of a log and read by the codec of `demarche-core`, so that it is held to the very
//! rules of every other event.

use std::io::BufRead;

use demarche_core::codec::{CURRENT_VERSION, DecodeErrorKind, decode};
use demarche_core::jsonl::JsonProblem;

use super::clock::Stamp;
use super::day::Day;
use super::desk::{Desk, ReadRows};
use super::error::{CellError, ImportError, ImportErrorKind as Kind};
use super::ids::id;
use super::mapping::{COMMON, From, Mapping, NOTE};
use super::records::{Record, Records};

const FORMAT: &str = "csv";

/// The fields whose cells hold lists.
const LISTS: [&str; 4] = ["parties", "to", "against", "claims"];

/// Reads rows of a spreadsheet.
pub(super) struct Spreadsheet<'m, R> {
    records: Records<R>,
    mapping: &'m Mapping,
    /// The place of each field's column; `None` if its text is fixed.
    places: Option<Vec<Option<usize>>>,
}

impl<'m, R: BufRead> Spreadsheet<'m, R> {
    pub(super) fn new(input: R, mapping: &'m Mapping) -> Self {
        Self { records: Records::new(input), mapping, places: None }
    }

    /// Finds the columns in the header; false where there is none.
    fn find_columns(&mut self) -> Result<bool, ImportError> {
        if self.places.is_some() {
            return Ok(true);
        }
        let mut places = Vec::with_capacity(self.mapping.fields.len());
        for (_, from) in &self.mapping.fields {
            places.push(match from {
                From::Fixed(_) => None,
                From::Column(column) => match self.records.columns(&[column])? {
                    Some(found) => found.first().copied(),
                    None => return Ok(false),
                },
            });
        }
        self.places = Some(places);
        Ok(true)
    }
}

impl<R: BufRead> ReadRows for Spreadsheet<'_, R> {
    fn row(&mut self, desk: &mut Desk) -> Result<bool, ImportError> {
        if !self.find_columns()? {
            return Ok(false);
        }
        let Some(record) = self.records.next()? else { return Ok(false) };
        desk.report.rows += 1;
        let row = Row { fields: &self.mapping.fields, places: self.places.as_deref().unwrap_or_default(), record };
        let said = row.said();
        let event_id = match row.field("id") {
            "" => id(FORMAT, "row", &[said.as_bytes()]),
            own => own.parse().unwrap_or_else(|_| id(FORMAT, "row", &[own.as_bytes()])),
        };
        let stamp = Stamp::From(match desk.recorded {
            Some(recorded) => recorded,
            None => row.recorded()?,
        });
        let recorded = stamp.given();
        let line = format!(
            "{{\"id\":\"{event_id}\",\"v\":{CURRENT_VERSION},\"recorded\":\"{recorded}\",\"source\":{{{}}},\
             \"data\":{{{}}}{}}}",
            row.source(),
            row.data(),
            row.rest()
        );
        let event = decode(line.as_bytes()).map_err(|error| row.refused(error.kind))?;
        desk.code_once(event, stamp, row.record.line).map_err(|kind| row.blame("id", kind))?;
        Ok(true)
    }
}

/// The fields of the source, and those of the event itself that stand in a line as they are given.
const SOURCE: [&str; 4] = ["who", "via", "attribution", "grade"];
const REST: [&str; 5] = ["type", "track", "occurred", "entered_by", NOTE];

struct Row<'r> {
    fields: &'r [(&'static str, From)],
    places: &'r [Option<usize>],
    record: Record<'r>,
}

impl<'r> Row<'r> {
    /// The fields with what they hold, those left out that are empty.
    fn values(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let value = |((field, from), place): (&'r (&'static str, From), &'r Option<usize>)| match (from, place) {
            (From::Fixed(text), _) => (*field, &**text),
            (From::Column(_), Some(place)) => (*field, self.record.at(*place)),
            (From::Column(_), None) => (*field, ""),
        };
        self.fields.iter().zip(self.places).map(value).filter(|(_, text)| !text.is_empty())
    }

    fn field(&self, name: &str) -> &str {
        self.values().find(|(field, _)| *field == name).map_or("", |(_, text)| text)
    }

    /// All that the row says, as one text.
    fn said(&self) -> String {
        self.values().map(|(field, text)| format!("{field}={text}\n")).collect()
    }

    fn members(&self, chosen: impl Fn(&str) -> bool) -> String {
        let members: Vec<String> = self.values().filter(|(field, _)| chosen(field)).map(member).collect();
        members.join(",")
    }

    fn source(&self) -> String {
        self.members(|field| SOURCE.contains(&field))
    }

    fn data(&self) -> String {
        self.members(|field| !COMMON.contains(&field) && field != NOTE)
    }

    /// What stands in the event itself, each behind a comma.
    fn rest(&self) -> String {
        let cite = match (self.field("cite"), self.field("id")) {
            ("", "") => None,
            ("", id) => Some(member(("cite", &format!("csv:{id}")))),
            (cite, "") => Some(member(("cite", cite))),
            (cite, id) => Some(member(("cite", &format!("csv:{id} {cite}")))),
        };
        let rest = Some(self.members(|field| REST.contains(&field))).filter(|rest| !rest.is_empty());
        rest.into_iter().chain(cite).map(|members| format!(",{members}")).collect()
    }

    /// When the row says that it was recorded: an instant, or a day, in whose last minute it is put.
    fn recorded(&self) -> Result<demarche_core::Instant, ImportError> {
        let text = self.field("recorded");
        if text.is_empty() {
            return Err(self.bad("recorded", CellError::NotRecorded));
        }
        match Day::new(text) {
            Ok(day) => Ok(day.last_minute()),
            Err(_) => text.parse().map_err(|error: demarche_core::InstantError| self.bad("recorded", error.into())),
        }
    }

    fn bad(&self, field: &str, reason: CellError) -> ImportError {
        match self.place(field) {
            Some((place, column)) => self.record.bad(place, column, reason),
            None => Kind::value(field, reason).on(self.record.line, 1),
        }
    }

    /// The cell and the column of a field.
    fn place(&self, field: &str) -> Option<(usize, &str)> {
        let at = self.fields.iter().position(|(known, _)| *known == field)?;
        match (self.places.get(at)?, self.fields.get(at)?) {
            (Some(place), (_, From::Column(column))) => Some((*place, column)),
            _ => None,
        }
    }

    /// The error of a row that makes no event, at the cell that is to blame, where it is one.
    #[allow(clippy::wildcard_enum_match_arm, reason = "no other error names a field")]
    fn refused(&self, kind: DecodeErrorKind) -> ImportError {
        let field: Box<str> = match &kind {
            DecodeErrorKind::Value { field, .. } | DecodeErrorKind::EmptyList { field } => field.clone(),
            DecodeErrorKind::UnknownType { .. } => "type".into(),
            DecodeErrorKind::Json(JsonProblem::UnknownField { field, .. } | JsonProblem::WrongType { field, .. }) => {
                field.clone()
            }
            _ => "".into(),
        };
        self.blame(&field, Kind::Event(kind))
    }

    /// The error at the cell of a field, where it has one.
    fn blame(&self, field: &str, kind: Kind) -> ImportError {
        match self.place(field) {
            Some((place, _)) => self.record.blame(place, kind),
            None => kind.on(self.record.line, 1),
        }
    }
}

/// A field and its value as JSON.
fn member((field, text): (&str, &str)) -> String {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let value = if LISTS.contains(&field) {
        let items: Vec<String> = text.split(';').map(str::trim).filter(|item| !item.is_empty()).map(quoted).collect();
        format!("[{}]", items.join(","))
    } else {
        quoted(text)
    };
    format!("\"{field}\":{value}")
}
