//! JSON Schema (draft 2020-12) of a line of a log, made from the table of payloads and the vocabularies of
//! `demarche-core`: it cannot fall behind the types.
//!
//! It is as strict as a schema can be, and no stricter than the codec: every line that the codec reads in version 1 is
//! valid. It cannot check whether a day exists in its month, whether an interval ends before it begins, whether a
//! key is repeated, and how long a line is. `docs/coding.md` explains how to have lines written against it.

use demarche_core::codec::{CURRENT_VERSION, FieldKind, Need, OLDEST_VERSION_ALIKE, payload_fields};
use demarche_core::{Attribution, EventType};
use serde_json::{Map, Value, json};

const SLUG: &str = "[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?";
const DAY: &str = "(?!0000)[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])";
const TIME: &str = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]{1,9})?";
/// An offset: RFC 3339 requires minutes, EDTF may omit them.
const OFFSET: &str = "[+-](?:[01][0-9]|2[0-3]):[0-5][0-9]";
const EDTF_OFFSET: &str = "[+-](?:[01][0-9]|2[0-3])(?::[0-5][0-9])?";
const ID: &str = "^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$";

/// A year, a month or a day, with optional unspecified digits and qualifiers.
const DATE: &str = "(?!0000)(?:[0-9]{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]|XX))?|-XX(?:-XX)?)?\
    |[0-9]{3}X|[0-9]{2}XX)[?~%]?";

/// Returns the schema of an event.
///
/// ```
/// let schema = demarche_interop::export::schema::of_event();
/// assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
/// assert_eq!(schema["$defs"]["meeting_held"]["required"][0], "meeting");
/// ```
#[must_use]
pub fn of_event() -> Value {
    let types = EventType::ALL.iter();
    let data = types.clone().map(|kind| {
        json!({
            "if": { "properties": { "type": { "const": kind.as_str() } }, "required": ["type"] },
            "then": { "properties": { "data": reference(kind.as_str()) } },
        })
    });
    let versions: Vec<u32> = (OLDEST_VERSION_ALIKE..=CURRENT_VERSION).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "An event of a journal of Demarche",
        "description": "One line of a log: what somebody claims to have happened, attributed, with both its times",
        "type": "object",
        "properties": {
            "id": described("Unique in the journal", reference("id")),
            "v": described("The schema version", json!({ "enum": versions })),
            "type": described("What kind of claim it is", json!({ "enum": EventType::WORDS })),
            "track": described("The track, as us-ru/irritants", reference("path")),
            "occurred": described("When it happened or was said, as precisely as the source says and no more",
                reference("occurred")),
            "recorded": described("When it was written down", reference("instant")),
            "entered_by": described("Who at the desk wrote it down", reference("path")),
            "source": reference("source"),
            "cite": described("Where it can be read: an address, or a key", json!({ "type": "string" })),
            "note": described("A remark of the desk", json!({ "type": "string" })),
            "data": { "type": "object" },
        },
        "required": ["id", "v", "type", "track", "occurred", "recorded", "source", "data"],
        "additionalProperties": false,
        "allOf": data.collect::<Vec<_>>(),
        "$defs": definitions(),
    })
}

fn definitions() -> Map<String, Value> {
    let mut defs = Map::new();
    let mut pattern = |name: &str, pattern: String, words: &str| {
        defs.insert(name.to_owned(), json!({ "type": "string", "pattern": pattern, "description": words }));
    };
    pattern("slug", format!("^{SLUG}$"), "A name, as round-3");
    pattern("path", format!("^{SLUG}(?:/{SLUG}){{0,7}}$"), "One to eight names joined by /, as ru/kremlin/peskov");
    pattern("id", ID.to_owned(), "A UUID");
    pattern("grade", "^[A-F][1-6]$".to_owned(), "Reliability and credibility in the Admiralty code, as B2");
    pattern("instant", format!("^{DAY}[Tt]{TIME}(?:[Zz]|{OFFSET})$"), "RFC 3339, as 2025-10-23T08:00:00Z");
    pattern("hash", "^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$".to_owned(), "SHA-256 of a line, in base64");
    let begun = format!("{DATE}|[0-9]{{4}}-2[1-4][?~%]?|{DAY}T{TIME}(?:Z|{EDTF_OFFSET})|{DATE}/(?:{DATE}|\\.\\.)?");
    pattern("occurred", format!("^(?:{begun})$"), "An EDTF date with a beginning, as 2025-06 or 2025-10-22/2025-10-23");
    pattern("date", format!("^(?:{begun}|(?:\\.\\.)?/{DATE})$"), "An EDTF date, as 2025-10-16, 2025-06~ or 2025-22");
    defs.insert("source".to_owned(), source());
    for kind in EventType::ALL {
        defs.insert(kind.as_str().to_owned(), payload(*kind));
    }
    defs
}

fn source() -> Value {
    json!({
        "type": "object",
        "description": "Who says so",
        "properties": {
            "who": described("The speaker", reference("path")),
            "via": described("The outlet that carried it", reference("path")),
            "attribution": described("How the words reached the public", json!({ "enum": Attribution::WORDS })),
            "grade": described("How good the source and its information are", reference("grade")),
        },
        "required": ["who", "attribution"],
        "additionalProperties": false,
    })
}

fn payload(kind: EventType) -> Value {
    let fields = payload_fields(kind);
    let properties: Map<String, Value> =
        fields.iter().map(|field| (field.name.to_owned(), value(field.kind))).collect();
    let required: Vec<&str> =
        fields.iter().filter(|field| field.need == Need::Required).map(|field| field.name).collect();
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

fn value(kind: FieldKind) -> Value {
    match kind {
        FieldKind::Text => json!({ "type": "string" }),
        FieldKind::Path => reference("path"),
        FieldKind::Slug => reference("slug"),
        FieldKind::Id => reference("id"),
        FieldKind::Date => reference("date"),
        FieldKind::Occurred => reference("occurred"),
        FieldKind::Instant => reference("instant"),
        FieldKind::Grade => reference("grade"),
        FieldKind::Hash => reference("hash"),
        FieldKind::Word(words) => json!({ "enum": words }),
        FieldKind::List(items) => json!({ "type": "array", "items": value(*items) }),
        FieldKind::Some(items) => json!({ "type": "array", "items": value(*items), "minItems": 1 }),
    }
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{name}") })
}

fn described(words: &str, mut schema: Value) -> Value {
    if let Value::Object(schema) = &mut schema {
        schema.insert("description".to_owned(), words.into());
    }
    schema
}
