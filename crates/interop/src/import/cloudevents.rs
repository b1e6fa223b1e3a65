//! CloudEvents 1.0 in structured JSON: one, a batch, or one per line, as [`crate::export::cloudevents`] writes them.

use std::borrow::Cow;
use std::io::BufRead;

use demarche_core::Event;
use demarche_core::Instant;
use demarche_core::codec::decode;
use demarche_core::jsonl::JsonProblem;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::clock::RecordedAt;
use super::error::{ImportError, ImportErrorKind as Kind};
use super::objects::Objects;
use super::state::{ImportState, ReadRows};
use crate::export::cloudevents::{SOURCE, TYPE_PREFIX, VERSION_PREFIX, exact};

/// The reason for setting aside events of other programs.
const FOREIGN: &str = "a CloudEvent of another type than demarche.*.v3";

/// Reads CloudEvents.
pub(super) struct CloudEvents<R> {
    objects: Objects<R>,
}

impl<R: BufRead> CloudEvents<R> {
    pub(super) fn new(input: R) -> Self {
        Self { objects: Objects::new(input) }
    }
}

/// The attributes that are read. Attributes that brokers add are ignored.
#[derive(Deserialize)]
struct CloudEvent<'j> {
    #[serde(borrow)]
    specversion: Cow<'j, str>,
    #[serde(borrow)]
    id: Cow<'j, str>,
    #[serde(borrow)]
    source: Cow<'j, str>,
    #[serde(borrow, rename = "type")]
    kind: Cow<'j, str>,
    #[serde(borrow)]
    subject: Option<Cow<'j, str>>,
    #[serde(borrow)]
    time: Option<Cow<'j, str>>,
    #[serde(borrow)]
    recordedtime: Option<Cow<'j, str>>,
    #[serde(borrow)]
    data: Option<&'j RawValue>,
}

/// The contents of `data`. The codec rejects unknown fields within it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Data<'j> {
    #[serde(borrow)]
    occurred: &'j RawValue,
    #[serde(borrow)]
    entered_by: Option<&'j RawValue>,
    #[serde(borrow)]
    source: &'j RawValue,
    #[serde(borrow)]
    cite: Option<&'j RawValue>,
    #[serde(borrow)]
    note: Option<&'j RawValue>,
    #[serde(borrow)]
    data: &'j RawValue,
}

impl<R: BufRead> ReadRows for CloudEvents<R> {
    fn row(&mut self, state: &mut ImportState) -> Result<bool, ImportError> {
        let Some((object, line)) = self.objects.next()? else { return Ok(false) };
        state.begin_row(line);
        let text = std::str::from_utf8(object).map_err(|_| Kind::Line(JsonProblem::NotUtf8).on(line, 1))?;
        let event = read(text, state.recorded).map_err(|kind| kind.on(line, 1))?;
        match event {
            Some(event) => {
                let stamp = state.stamp(RecordedAt::Exact(event.recorded));
                state.code_once(event, stamp, line).map_err(|kind| kind.on(line, 1))?;
            }
            None => state.set_aside(FOREIGN),
        }
        Ok(true)
    }
}

/// Splits a type into the event type and the schema version. An older version is upcast, and a newer one is refused, as
/// in a log.
fn versioned(kind: &str) -> Option<(&str, u32)> {
    let (kind, version) = kind.rsplit_once(VERSION_PREFIX)?;
    Some((kind, version.parse().ok()?))
}

/// Reads a CloudEvent. Returns `None` if its type is not one of Demarche's.
fn read(json: &str, recorded: Option<Instant>) -> Result<Option<Event>, Kind> {
    let refuse = |problem: String| Kind::CloudEvent(problem.into());
    let broken = |error: serde_json::Error| refuse(error.to_string());
    let cloud: CloudEvent<'_> = serde_json::from_str(json).map_err(broken)?;
    if cloud.specversion != "1.0" {
        return Err(refuse(format!("specversion {:?}: expected 1.0", cloud.specversion)));
    }
    let kind = cloud.kind.strip_prefix(TYPE_PREFIX).and_then(versioned);
    let (Some((kind, version)), true) = (kind, cloud.source == SOURCE) else { return Ok(None) };
    let missing = |attribute: &str| refuse(format!("`{attribute}` is missing"));
    let subject = cloud.subject.ok_or_else(|| missing("subject"))?;
    let recorded = match recorded {
        Some(recorded) => recorded.to_string(),
        None => cloud.recordedtime.ok_or_else(|| missing("recordedtime"))?.into_owned(),
    };
    let data: Data<'_> = serde_json::from_str(cloud.data.ok_or_else(|| missing("data"))?.get()).map_err(broken)?;
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let mut line = format!(
        "{{\"id\":{},\"v\":{version},\"type\":{},\"track\":{},\"occurred\":{},\"recorded\":{},\"source\":{},\
         \"data\":{}",
        quoted(&cloud.id),
        quoted(kind),
        quoted(&subject),
        data.occurred,
        quoted(&recorded),
        data.source,
        data.data,
    );
    for (key, value) in [("entered_by", data.entered_by), ("cite", data.cite), ("note", data.note)] {
        if let Some(value) = value {
            line.push_str(&format!(",\"{key}\":{value}"));
        }
    }
    line.push('}');
    let event = decode(line.as_bytes()).map_err(|error| Kind::Event(error.kind))?;
    if let Some(time) = cloud.time {
        let stated: Instant = time.parse().map_err(|error| refuse(format!("bad `time`: {error}")))?;
        if exact(&event) != Some(stated.to_string()) {
            let problem =
                format!("`time` is {stated}, and `data.occurred` is {}: one of them is wrong", event.occurred);
            return Err(refuse(problem));
        }
    }
    Ok(Some(event))
}
