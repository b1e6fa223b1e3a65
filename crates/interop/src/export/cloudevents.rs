//! CloudEvents 1.0 in structured JSON: an event of Demarche in the envelope that brokers and serverless platforms know.
//!
//! | attribute | value |
//! | --- | --- |
//! | `specversion` | `1.0` |
//! | `id` | the event's `id` |
//! | `source` | [`SOURCE`] |
//! | `type` | [`TYPE_PREFIX`], the event's `type`, [`VERSION_PREFIX`] and the schema version of `data` |
//! | `subject` | the track |
//! | `time` | `occurred`, if it is an exact instant; else absent |
//! | `recordedtime` | `recorded` (the Recorded Time extension) |
//! | `datacontenttype` | `application/json` |
//! | `data` | `occurred` (EDTF, to the letter), `entered_by`, `source`, `cite`, `note`, `data`, as in a line of a log |
//!
//! Nothing is lost: `demarche_interop::import` reads the same event back, byte for byte once canonical.

use demarche_core::Event;
use demarche_core::codec::{CURRENT_VERSION, encode_data};

use crate::escape;

/// The `source` of every CloudEvent written here; it names the format. The speaker is in `data.source`.
pub const SOURCE: &str = "urn:demarche";

/// The prefix before the event's type.
pub const TYPE_PREFIX: &str = "demarche.";

/// The separator between the event's type and the schema version of `data`.
pub const VERSION_PREFIX: &str = ".v";

/// Encodes an event as a CloudEvent, without a line end.
///
/// ```
/// use demarche_core::codec::decode;
/// use demarche_interop::export::cloudevents::encode;
/// use demarche_interop::import::{Format, Importer, Options};
///
/// let line = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"track_stalled","track":"us-ru","occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","source":{"who":"izvestia","attribution":"media"},"data":{}}"#;
/// let event = decode(line).unwrap();
/// let cloud_event = encode(&event);
/// let mut importer = Importer::new(Format::CloudEvents, Options::default());
/// assert_eq!(importer.read(cloud_event.as_bytes()).next().unwrap()?, event);
/// # Ok::<(), demarche_interop::import::ImportError>(())
/// ```
#[must_use]
pub fn encode(event: &Event) -> String {
    let mut json = String::with_capacity(768);
    let mut text = |key: &str, value: &str| {
        json.push_str(if json.is_empty() { "{\"" } else { ",\"" });
        json.push_str(key);
        json.push_str("\":");
        json.push_str(&quoted(value));
    };
    text("specversion", "1.0");
    text("id", &event.id.to_string());
    text("source", SOURCE);
    text("type", &format!("{TYPE_PREFIX}{}{VERSION_PREFIX}{CURRENT_VERSION}", event.event_type()));
    text("subject", event.track.as_str());
    if let Some(time) = exact(event) {
        text("time", &time);
    }
    text("recordedtime", &event.recorded.to_string());
    text("datacontenttype", "application/json");
    json.push_str(",\"data\":{\"occurred\":");
    json.push_str(&quoted(event.occurred.as_str()));
    if let Some(entered_by) = &event.entered_by {
        json.push_str(&format!(",\"entered_by\":{}", quoted(entered_by.as_str())));
    }
    json.push_str(",\"source\":");
    json.push_str(&serde_json::Value::Object(source(event)).to_string());
    for (key, value) in [("cite", &event.cite), ("note", &event.note)] {
        if let Some(value) = value {
            json.push_str(&format!(",\"{key}\":{}", quoted(value)));
        }
    }
    json.push_str(",\"data\":");
    json.push_str(&encode_data(event));
    json.push_str("}}");
    escape::json(json)
}

/// Returns the instant at which an event occurred, if the date is exact.
pub(crate) fn exact(event: &Event) -> Option<String> {
    let earliest = event.occurred.earliest();
    (event.occurred.latest() == Some(earliest)).then(|| earliest.to_string())
}

fn source(event: &Event) -> serde_json::Map<String, serde_json::Value> {
    let source = &event.source;
    let fields = [
        ("who", Some(source.who.to_string())),
        ("via", source.via.as_ref().map(ToString::to_string)),
        ("attribution", Some(source.attribution.to_string())),
        ("grade", source.grade.map(|grade| grade.to_string())),
    ];
    fields.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?.into()))).collect()
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
