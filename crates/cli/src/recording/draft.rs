//! Builds an event from arguments: they become a line, which the codec then reads and checks like any other.

use std::str::FromStr;

use demarche_core::codec::decode;
use demarche_core::{Attribution, EventId, EventType, TrackId, WordError};
use demarche_journal::{Draft, Recorded};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::args::SourceArgs;
use super::codec_error::refusal;
use crate::failure::Failure;
use crate::session::Session;

/// Who says it, and how: the given source, and the defaults of a short form.
pub(crate) struct SourceDefaults<'a> {
    pub(crate) source: &'a SourceArgs,
    pub(crate) default_who: Option<String>,
    pub(crate) default_attribution: Option<Attribution>,
}

/// Makes a draft of an event of a type on a track.
pub(crate) fn draft(
    event_type: EventType,
    track: &TrackId,
    data: Map<String, Value>,
    said: &SourceDefaults<'_>,
    session: &Session<'_>,
) -> Result<Draft, Failure> {
    let source = said.source;
    let recorded = source.recorded.unwrap_or(Recorded::Now);
    let at = recorded.at_first(session.instant()?);
    let who = source.who.as_ref().map(ToString::to_string).or_else(|| said.default_who.clone());
    let attribution = source.attribution.or(said.default_attribution);
    let (Some(who), Some(attribution)) = (who, attribution) else {
        let missing = if source.who.is_none() { "--who" } else { "--attribution" };
        return Err(Failure::usage(format!("who says so? {missing} is missing"), "give --who and --attribution"));
    };
    let mut line = Map::new();
    line.insert("id".into(), new_id(session).to_string().into());
    line.insert("v".into(), demarche_core::codec::CURRENT_VERSION.into());
    line.insert("type".into(), event_type.as_str().into());
    line.insert("track".into(), track.as_str().into());
    let occurred = source.occurred.as_ref().map_or_else(|| at.date().to_string(), ToString::to_string);
    line.insert("occurred".into(), occurred.into());
    line.insert("recorded".into(), at.to_string().into());
    let mut from = Map::new();
    from.insert("who".into(), who.into());
    from.insert("attribution".into(), attribution.as_str().into());
    from.extend(source.via.as_ref().map(|via| ("via".into(), via.as_str().into())));
    from.extend(source.grade.map(|grade| ("grade".into(), grade.to_string().into())));
    line.extend(source.entered_by.as_ref().map(|who| ("entered_by".into(), who.as_str().into())));
    line.insert("source".into(), from.into());
    line.extend(source.cite.as_ref().map(|cite| ("cite".into(), cite.as_str().into())));
    line.extend(source.note.as_ref().map(|note| ("note".into(), note.as_str().into())));
    line.insert("data".into(), data.into());
    let event = decode(Value::Object(line).to_string().as_bytes()).map_err(|error| refusal(&error, event_type))?;
    Ok(Draft { event, recorded })
}

/// Makes a new id from the clock and random bytes.
pub(super) fn new_id(session: &Session<'_>) -> EventId {
    EventId::made_at((session.now)(), &(session.random)())
}

/// Parses a word written with hyphens, as options are. The error is written with hyphens, too.
pub(super) fn word_of<W: FromStr<Err = WordError>>(text: &str) -> Result<W, String> {
    text.replace('-', "_").parse().map_err(|error: WordError| error.to_string().replace('_', "-"))
}

/// Parses the type of an event that is entered field by field, written with hyphens or as in a log.
pub(crate) fn event_type_of(text: &str) -> Result<EventType, String> {
    match text.replace('-', "_").parse::<EventType>() {
        Ok(event_type) if event_type.is_signed() => Err(format!("{text} is signed: `demarche erase` enters it")),
        Ok(event_type) => Ok(event_type),
        Err(WordError { found, .. }) => Err(format!("{found:?} is not one of: {}", entered_types()).replace('_', "-")),
    }
}

/// Lists the types of events that are entered field by field.
pub(crate) fn entered_types() -> String {
    let types = EventType::ALL.iter().filter(|event_type| !event_type.is_signed());
    types.map(|event_type| event_type.as_str().replace('_', "-")).collect::<Vec<_>>().join(", ")
}

/// Returns ten random bytes from the operating system.
#[must_use]
pub fn random() -> [u8; 10] {
    let bytes = Uuid::new_v4().into_bytes();
    let mut random = [0; 10];
    random.copy_from_slice(bytes.get(..10).unwrap_or(&[0; 10]));
    random
}
