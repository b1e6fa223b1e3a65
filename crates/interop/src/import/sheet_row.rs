//! A row of a spreadsheet, converted to a line of a log.

use demarche_core::codec::{CURRENT_VERSION, DecodeErrorKind, FieldKind, decode, payload_fields};
use demarche_core::jsonl::JsonProblem;
use demarche_core::{Event, EventId, EventType, Instant};

use super::cells::Cells;
use super::clock::RecordedAt;
use super::dates;
use super::day::Day;
use super::entry_index::EntryIndex;
use super::error::{CellError, ImportError, ImportErrorKind as Kind};
use super::mapping::{COMMON, From, Mapping, NOTE, TEXT};

/// The fields of the source, and the fields of the event that are copied unchanged.
const SOURCE: [&str; 4] = ["who", "via", "attribution", "grade"];
const REST: [&str; 4] = ["type", "track", "occurred", "entered_by"];

/// The field for free text, in the types that have it.
const SUMMARY: &str = "summary";

pub(super) struct SheetRow<'r> {
    pub(super) mapping: &'r Mapping,
    /// The index of each field's column.
    pub(super) places: &'r [usize],
    pub(super) cells: Cells<'r>,
}

impl<'r> SheetRow<'r> {
    /// Yields the fields with their values, without empty ones.
    fn values(&self) -> impl Iterator<Item = (&'static str, &'r str)> {
        let cells = self.cells;
        let value = move |((field, from), place): (&'r (&'static str, From), &'r usize)| match from {
            From::Fixed(text) => (*field, &**text),
            From::Column(_) => (*field, cells.at(*place)),
        };
        self.mapping.fields.iter().zip(self.places).map(value).filter(|(_, text)| !text.is_empty())
    }

    pub(super) fn field(&self, name: &str) -> &'r str {
        self.values().find(|(field, _)| *field == name).map_or("", |(_, text)| text)
    }

    /// Returns everything that the row says, as one text.
    pub(super) fn said(&self) -> String {
        self.values().map(|(field, text)| format!("{field}={text}\n")).collect()
    }

    /// Returns when the row was recorded: an instant, or the last minute of a day.
    pub(super) fn recorded(&self) -> Result<Instant, ImportError> {
        let text = self.field("recorded");
        if text.is_empty() {
            return Err(self.bad("recorded", CellError::NotRecorded));
        }
        let date = self.date(text);
        match Day::new(&date) {
            Ok(day) => Ok(day.last_minute()),
            Err(_) => date.parse().map_err(|error: demarche_core::InstantError| {
                let reason = dates::seen(text).unwrap_or(CellError::Instant(error));
                self.bad("recorded", reason)
            }),
        }
    }

    /// Converts a date to EDTF if the mapping gives the sheet's format. Otherwise returns the text.
    fn date(&self, text: &str) -> String {
        let read = self.mapping.date_formats.iter().find_map(|form| form.read(text));
        read.unwrap_or_else(|| text.to_owned())
    }

    /// Makes the row's event, using the codec that reads every other event.
    pub(super) fn event(&self, id: EventId, stamp: RecordedAt, entries: &EntryIndex) -> Result<Event, ImportError> {
        let named = |field: &str, name: &str| entries.find(name, id).map_err(|reason| self.bad(field, reason));
        let event_type = self.field("type").parse::<EventType>().ok();
        let (mut rest, mut source, mut data) = (Vec::new(), Vec::new(), Vec::new());
        let note = self.note(event_type);
        for (field, text) in self.values() {
            let is_common = COMMON.contains(&field) || field == NOTE || field == TEXT;
            let part = if SOURCE.contains(&field) {
                &mut source
            } else if REST.contains(&field) {
                &mut rest
            } else if is_common {
                continue;
            } else {
                &mut data
            };
            part.push(self.member(field, text, event_type, &named)?);
        }
        if self.text_is_summary(event_type) {
            data.push(self.member(SUMMARY, self.field(TEXT), event_type, &named)?);
        }
        let cite = match (self.field("cite"), self.field("id")) {
            ("", "") => String::new(),
            ("", id) => format!("csv:{id}"),
            (cite, "") => cite.to_owned(),
            (cite, id) => format!("csv:{id} {cite}"),
        };
        for (field, text) in [(NOTE, note), ("cite", cite)] {
            if !text.is_empty() {
                rest.push(self.member(field, &text, event_type, &named)?);
            }
        }
        let rest: String = rest.iter().map(|member| format!(",{member}")).collect();
        let line = format!(
            "{{\"id\":\"{id}\",\"v\":{CURRENT_VERSION},\"recorded\":\"{}\",\"source\":{{{}}},\
             \"data\":{{{}}}{rest}}}",
            stamp.given(),
            source.join(","),
            data.join(","),
        );
        decode(line.as_bytes()).map_err(|error| self.refused(error.kind))
    }

    /// Tells whether the free text is the event's summary: the type has one, and no other column holds it.
    fn text_is_summary(&self, event_type: Option<EventType>) -> bool {
        let has_summary = event_type.is_some_and(|kind| payload_fields(kind).iter().any(|field| field.name == SUMMARY));
        has_summary && !self.field(TEXT).is_empty() && self.field(SUMMARY).is_empty()
    }

    /// Returns the note, followed by free text that has no other field.
    fn note(&self, event_type: Option<EventType>) -> String {
        match (self.field(NOTE), self.field(TEXT)) {
            (note, _) if self.text_is_summary(event_type) => note.to_owned(),
            (note, "") => note.to_owned(),
            ("", text) => text.to_owned(),
            (note, text) => format!("{note}\n{text}"),
        }
    }

    /// Returns a field and its value as JSON. References to entries are resolved.
    fn member(
        &self,
        field: &str,
        text: &str,
        event_type: Option<EventType>,
        named: &dyn Fn(&str, &str) -> Result<EventId, ImportError>,
    ) -> Result<String, ImportError> {
        let kind = kind_of(field, event_type);
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        let value = |text: &str, kind: FieldKind| match kind {
            FieldKind::Path | FieldKind::Slug => Ok(quoted(self.mapping.aliases.meaning(text))),
            FieldKind::Date | FieldKind::Occurred | FieldKind::Instant => Ok(quoted(&self.date(text))),
            FieldKind::Id => Ok(quoted(&named(field, text)?.to_string())),
            FieldKind::Text
            | FieldKind::Grade
            | FieldKind::Hash
            | FieldKind::Word(_)
            | FieldKind::List(_)
            | FieldKind::Some(_) => Ok(quoted(text)),
        };
        let value = match kind {
            Some(FieldKind::List(of) | FieldKind::Some(of)) => {
                let items = text.split(';').map(str::trim).filter(|item| !item.is_empty());
                let items: Result<Vec<String>, ImportError> = items.map(|item| value(item, *of)).collect();
                format!("[{}]", items?.join(","))
            }
            kind => value(text, kind.unwrap_or(FieldKind::Text))?,
        };
        Ok(format!("\"{field}\":{value}"))
    }

    pub(super) fn bad(&self, field: &str, reason: CellError) -> ImportError {
        match self.place(field) {
            Some((place, column)) => self.cells.bad(place, column, reason),
            None => Kind::value(field, reason).on(self.cells.number, 1),
        }
    }

    /// Returns the index and the name of a field's column.
    fn place(&self, field: &str) -> Option<(usize, &str)> {
        let at = self.mapping.fields.iter().position(|(known, _)| *known == field)?;
        match (self.places.get(at)?, self.mapping.fields.get(at)?) {
            (place, (_, From::Column(column))) => Some((*place, column)),
            _ => None,
        }
    }

    /// Makes the error of a row that is not a valid event, at the cell to blame if there is one.
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
        match dates::seen(self.field(&field)) {
            Some(reason) if matches!(kind, DecodeErrorKind::Value { .. }) => self.bad(&field, reason),
            _ => self.blame(&field, Kind::Event(kind)),
        }
    }

    /// Makes an error at the cell of a field, if it has one.
    pub(super) fn blame(&self, field: &str, kind: Kind) -> ImportError {
        match self.place(field) {
            Some((place, _)) => self.cells.blame(place, kind),
            None => kind.on(self.cells.number, 1),
        }
    }
}

/// Returns what a field can hold in an event of a type, or of any type if the row's is unknown.
fn kind_of(field: &str, event_type: Option<EventType>) -> Option<FieldKind> {
    match field {
        "track" | "who" | "via" | "entered_by" => return Some(FieldKind::Path),
        "occurred" => return Some(FieldKind::Occurred),
        _ => {}
    }
    let of = |kind: EventType| payload_fields(kind).iter().find(|known| known.name == field).map(|known| known.kind);
    match event_type {
        // Write a field that this type lacks as in other types, so that the codec reports it.
        Some(kind) => of(kind).or_else(|| kind_of(field, None)),
        None => EventType::ALL.iter().find_map(|kind| of(*kind)),
    }
}
