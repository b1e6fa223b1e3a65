//! What a form holds: read from an address or a form, and made into the line of an event.

use demarche_core::codec::{FieldKind, payload_fields};
use demarche_core::{Event, EventId, EventType};
use demarche_journal::Draft;
use demarche_projection::Fold;
use serde_json::{Map, Value, json};

use crate::desk::DeskError;
use crate::problem::Problem;
use crate::question::Parameters;

/// The values of a form by the names of its fields, as they were typed.
#[derive(Debug, Clone, Default)]
pub(super) struct Given(Vec<(String, String)>);

impl Given {
    /// Reads the body of a form.
    pub(super) fn of_form(body: &[u8]) -> Self {
        Self(form_urlencoded::parse(body).into_owned().collect())
    }

    /// Fills a form with what an address gives: values, an event whose source is kept, entries that it is about.
    pub(super) fn of_address(
        parameters: &Parameters,
        event_type: EventType,
        fold: &Fold,
        new_id: impl FnOnce() -> EventId,
    ) -> Result<Self, DeskError> {
        let mut given = Self(parameters.pairs().to_vec());
        given.fill("id", || new_id().to_string());
        let event = |name: &str| -> Result<Option<Event>, DeskError> {
            let id = parameters.one(name).and_then(|id| id.parse().ok());
            Ok(id.map(|id| fold.get(id)).transpose()?.flatten())
        };
        if let Some(like) = event("like")? {
            let source = &like.source;
            given.fill("occurred", || like.occurred.to_string());
            given.fill("who", || source.who.to_string());
            given.fill("via", || source.via.as_ref().map_or_else(String::new, ToString::to_string));
            given.fill("attribution", || source.attribution.to_string());
            given.fill("grade", || source.grade.map_or_else(String::new, |grade| grade.to_string()));
            given.fill("cite", || like.cite.as_deref().unwrap_or_default().to_owned());
        }
        if let Some(about) = event("claims")?.or(event("event")?) {
            given.fill("track", || about.track.to_string());
            // Who takes claims back is who made them.
            if event_type == EventType::ClaimWithdrawn {
                given.fill("who", || about.source.who.to_string());
                given.fill("attribution", || about.source.attribution.to_string());
            }
        }
        if event_type == EventType::EventRetracted {
            given.fill("who", || "desk".to_owned());
            given.fill("attribution", || "document".to_owned());
        }
        Ok(given)
    }

    fn fill(&mut self, name: &str, value: impl FnOnce() -> String) {
        if self.value(name).is_empty() {
            self.0.push((name.to_owned(), value()));
        }
    }

    /// Returns what was typed into a field; if it is given several times, the last.
    pub(super) fn value(&self, name: &str) -> &str {
        self.0.iter().rev().find(|(other, _)| other == name).map_or("", |(_, value)| value.trim())
    }

    /// Makes the line of an event, without what the server gives. Fields that are empty are left out.
    pub(super) fn line(&self, event_type: EventType) -> String {
        let put = |map: &mut Map<String, Value>, name: &str| {
            let value = self.value(name);
            if !value.is_empty() {
                map.insert(name.to_owned(), value.into());
            }
        };
        let mut line = Map::new();
        put(&mut line, "id");
        line.insert("type".to_owned(), event_type.as_str().into());
        put(&mut line, "track");
        put(&mut line, "occurred");
        let mut source = Map::new();
        ["who", "via", "attribution", "grade"].iter().for_each(|name| put(&mut source, name));
        line.insert("source".to_owned(), source.into());
        put(&mut line, "cite");
        put(&mut line, "note");
        let mut data = Map::new();
        for field in payload_fields(event_type) {
            let value = self.value(field.name);
            if value.is_empty() {
                continue;
            }
            let value = match field.kind {
                FieldKind::List(_) | FieldKind::Some(_) => {
                    json!(value.split(',').map(str::trim).filter(|one| !one.is_empty()).collect::<Vec<_>>())
                }
                FieldKind::Text
                | FieldKind::Path
                | FieldKind::Slug
                | FieldKind::Id
                | FieldKind::Date
                | FieldKind::Occurred
                | FieldKind::Instant
                | FieldKind::Grade
                | FieldKind::Hash
                | FieldKind::Word(_) => value.into(),
            };
            data.insert(field.name.to_owned(), value);
        }
        line.insert("data".to_owned(), data.into());
        Value::Object(line).to_string()
    }

    /// Returns the entries that drafts are about, which must be there, on the same track.
    pub(super) fn rests_on(&self, drafts: &[Draft], fold: &Fold) -> Result<Vec<Event>, Problem> {
        let mut events = Vec::new();
        for draft in drafts {
            let field = if draft.event.event_type() == EventType::EventRetracted { "event" } else { "claims" };
            for id in draft.event.data.targets() {
                let found = fold.get(*id).map_err(DeskError::from)?;
                let Some(event) = found else {
                    return Err(Problem::bad_request(format!("there is no entry {id}")).about(field));
                };
                if event.track != draft.event.track {
                    let track = &event.track;
                    let detail = format!("{id} is on the track {track}: a claim acts on entries of its own track");
                    return Err(Problem::bad_request(detail).about(field));
                }
                events.push(event);
            }
        }
        Ok(events)
    }
}
