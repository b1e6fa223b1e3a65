//! The schemas of the answers: JSON Schema of draft 2020-12, as OpenAPI 3.1 has it. They list the keys of
//! `docs/json.md`, and of the views in the projection; a test holds them against what is answered.

use demarche_core::EventType;
use demarche_interop::export::schema;
use demarche_projection::state::Status;
use serde_json::{Map, Value, json};

/// Returns a reference to a schema.
pub(super) fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// Returns the schemas by name.
pub(super) fn all() -> Map<String, Value> {
    let mut all = events();
    let states = states().into_iter().chain(in_full()).chain(changes()).chain(lists()).chain(entering());
    all.extend(states.map(|(name, schema)| (name.to_owned(), schema)));
    all
}

type Named = Vec<(&'static str, Value)>;

fn text() -> Value {
    json!({ "type": "string" })
}

fn id() -> Value {
    reference("EventId")
}

fn date() -> Value {
    json!({ "type": "string", "description": "An EDTF date" })
}

fn instant() -> Value {
    json!({ "type": "string", "format": "date-time" })
}

fn flag() -> Value {
    json!({ "type": "boolean" })
}

fn count() -> Value {
    json!({ "type": "integer", "minimum": 0 })
}

fn words(words: &[&str]) -> Value {
    json!({ "type": "string", "enum": words })
}

fn list(items: &Value) -> Value {
    json!({ "type": "array", "items": items })
}

fn or_null(schema: &Value) -> Value {
    json!({ "anyOf": [schema, { "type": "null" }] })
}

fn map(values: &Value) -> Value {
    json!({ "type": "object", "additionalProperties": values })
}

/// Returns the schema of an object that has all of some keys.
fn object(keys: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    object_with(keys, [])
}

/// Returns the schema of an object that has all of some keys, and may have others.
fn object_with(
    always: impl IntoIterator<Item = (&'static str, Value)>,
    sometimes: impl IntoIterator<Item = (&'static str, Value)>,
) -> Value {
    let keyed = |(key, value): (&str, Value)| (key.to_owned(), value);
    let mut properties: Map<String, Value> = always.into_iter().map(keyed).collect();
    let required: Vec<String> = properties.keys().cloned().collect();
    properties.extend(sometimes.into_iter().map(keyed));
    json!({ "type": "object", "properties": properties, "required": required })
}

/// Returns the schema of an event, whose definitions become schemas by the side of it.
fn events() -> Map<String, Value> {
    let name_of = |definition: &str| format!("event_{definition}");
    let mut event = schema::of_event();
    let definitions = event.as_object_mut().and_then(|event| {
        event.remove("$schema");
        event.remove("$defs")
    });
    let Some(Value::Object(definitions)) = definitions else { return Map::new() };
    let moved = |value: &Value| {
        let text = value.to_string().replace("\"#/$defs/", "\"#/components/schemas/event_");
        serde_json::from_str::<Value>(&text).unwrap_or_default()
    };
    let mut all: Map<String, Value> =
        definitions.iter().map(|(name, definition)| (name_of(name), moved(definition))).collect();
    let event = moved(&event);
    let mut new = event.clone();
    // The server gives these.
    if let Some(required) = new.pointer_mut("/required").and_then(Value::as_array_mut) {
        required.retain(|key| !["id", "v", "recorded"].iter().any(|given| key == given));
    }
    all.insert("Event".to_owned(), event);
    all.insert("NewEvent".to_owned(), new);
    all.insert("EventId".to_owned(), json!({ "type": "string", "format": "uuid" }));
    all
}

/// The keys of where a track stands, without what stands beneath it.
fn state() -> Named {
    vec![
        ("track", text()),
        ("title", or_null(&text())),
        ("kind", or_null(&text())),
        ("parties", list(&text())),
        ("mediators", list(&text())),
        ("status", reference("Status")),
        ("since", date()),
        ("decided_by", id()),
        ("evidence", list(&id())),
        ("next", or_null(&reference("Appointment"))),
        ("meetings_held", count()),
        ("last_held", or_null(&date())),
        ("last", or_null(&object([("meeting", text()), ("when", or_null(&date())), ("format", or_null(&text()))]))),
        ("ahead", list(&reference("Ahead"))),
        ("open_proposals", list(&text())),
        ("last_activity", date()),
        ("last_progress", or_null(&date())),
        ("sources", count()),
        ("events", count()),
        ("said_by", list(&text())),
        ("otherwise", list(&text())),
        ("silent", list(&text())),
        ("contested", list(&reference("Dispute"))),
        ("disputes", list(&reference("Dispute"))),
        ("rule", text()),
    ]
}

fn states() -> Named {
    vec![
        ("Status", words(&Status::ALL.map(Status::as_str))),
        ("Track", object_with(state(), [("descendants", map(&count()))])),
        ("Appointment", object([("meeting", text()), ("when", or_null(&date())), ("venue", or_null(&text()))])),
        ("Ahead", object([("on", date()), ("what", reference("AheadKind")), ("name", text())])),
        ("AheadKind", words(&["meeting", "deadline", "measure", "agreement"])),
        ("Dispute", dispute(&id())),
        ("Standing", words(&["counting", "set_aside", "withdrawn", "dropped", "housekeeping"])),
    ]
}

/// The schema of a dispute, whose events are ids or whole.
fn dispute(event: &Value) -> Value {
    let because = words(&["supports", "rival", "decisive", "objection"]);
    object([
        ("claim", event.clone()),
        ("denied_by", list(event)),
        ("set_aside", flag()),
        ("because", or_null(&because)),
    ])
}

fn in_full() -> Named {
    let standing = ("standing", reference("Standing"));
    let meeting = object([
        ("meeting", text()),
        ("phase", text()),
        ("set_by", id()),
        ("run", list(&id())),
        ("when", or_null(&date())),
        ("venue", or_null(&text())),
        ("until", or_null(&date())),
        ("title", or_null(&text())),
        ("format", or_null(&text())),
        ("mode", or_null(&text())),
        ("level", or_null(&text())),
        ("parties", list(&text())),
        ("history", list(&object([("event", id()), ("phase", or_null(&text())), standing.clone()]))),
    ]);
    let proposal = object([
        ("proposal", text()),
        ("open", flag()),
        ("by", or_null(&text())),
        ("to", list(&text())),
        ("summary", or_null(&text())),
        ("deadline", or_null(&date())),
        ("age_days", or_null(&json!({ "type": "integer" }))),
        ("history", list(&id())),
    ]);
    let agreement = object([
        ("agreement", text()),
        ("stage", or_null(&text())),
        ("ended", or_null(&text())),
        ("summary", or_null(&text())),
        ("until", or_null(&date())),
        ("history", list(&id())),
    ]);
    let issue = object([
        ("issue", text()),
        ("title", or_null(&text())),
        ("resolved", or_null(&text())),
        ("history", list(&id())),
    ]);
    let more = [
        ("sentence", text()),
        ("meetings", list(&meeting)),
        ("proposals", list(&proposal)),
        ("agreements", list(&agreement)),
        ("issues", list(&issue)),
        ("exchanges", list(&id())),
        ("measures", list(&id())),
        ("timeline", list(&object([standing, ("event", reference("Event"))]))),
    ];
    let events = || list(&reference("Event"));
    let why = object([
        ("track", text()),
        ("status", reference("Status")),
        ("since", date()),
        ("sentence", text()),
        ("rule", text()),
        ("evidence", events()),
        ("contested", list(&dispute(&reference("Event")))),
        ("disputes", list(&dispute(&reference("Event")))),
        ("set_aside", events()),
        ("withdrawn", events()),
        ("dropped", events()),
    ]);
    vec![("TrackInFull", object(state().into_iter().chain(more))), ("Why", why)]
}

/// What can change, as [`ChangeView`](demarche_projection::diff::ChangeView) lists it.
const CHANGES: [&str; 17] = [
    "status",
    "since",
    "decided_by",
    "next",
    "said_by",
    "opening",
    "disputed",
    "confirmed",
    "withdrawn",
    "meeting",
    "meeting_date",
    "meeting_venue",
    "proposal_opened",
    "proposal_closed",
    "agreement",
    "issue",
    "passed",
];

fn changes() -> Named {
    let head = object([
        ("status", reference("Status")),
        ("since", date()),
        ("decided_by", id()),
        ("next", or_null(&reference("Appointment"))),
    ]);
    let kind = json!({
        "type": "object",
        "description": "What changed, with the keys that belong to it: from and to for most",
        "properties": { "what": words(&CHANGES) },
        "required": ["what"],
        "additionalProperties": true,
    });
    let change = [
        ("track", text()),
        ("change", words(&["appeared", "changed", "vanished"])),
        ("from", or_null(&head)),
        ("to", or_null(&head)),
        ("changes", list(&kind)),
        ("new_events", list(&id())),
        ("gone_events", list(&id())),
    ];
    let by = [("by", json!({ "anyOf": [id(), { "type": "null" }], "description": "In the stream: what caused it" }))];
    vec![("Change", object_with(change, by))]
}

fn lists() -> Named {
    let comparison = object([("track", text()), ("differs", flag()), ("readings", map(&or_null(&reference("Track"))))]);
    let item = object([
        ("track", text()),
        ("on", date()),
        ("what", reference("AheadKind")),
        ("name", text()),
        ("venue", or_null(&text())),
        ("is_overdue", flag()),
        ("earliest", or_null(&instant())),
        ("latest", or_null(&instant())),
    ]);
    let finding = object([
        ("code", text()),
        ("severity", words(&["note", "warning", "error"])),
        ("track", text()),
        ("events", list(&id())),
        ("message", text()),
    ]);
    let span = object([
        ("first", instant()),
        ("last", instant()),
        ("days", count()),
        ("events_per_day", json!({ "type": "number" })),
    ]);
    let counts = map(&count());
    let stats = object([
        ("events", count()),
        ("tracks", count()),
        ("speakers", count()),
        ("occurred", or_null(&span)),
        ("recorded", or_null(&span)),
        ("median_days_to_record", or_null(&count())),
        (
            "by_type",
            json!({ "type": "object", "propertyNames": words(EventType::WORDS), "additionalProperties": count() }),
        ),
        ("by_track", counts.clone()),
        ("by_party", counts.clone()),
        ("by_attribution", counts.clone()),
        ("by_grade", counts.clone()),
        ("by_year", counts),
    ]);
    let description = json!({
        "type": "object",
        "properties": { "openapi": text(), "paths": { "type": "object" } },
        "required": ["openapi", "paths"],
        "additionalProperties": true,
    });
    vec![
        ("Comparison", comparison),
        ("AgendaItem", item),
        ("Finding", finding),
        ("Stats", stats),
        ("Description", description),
    ]
}

fn entering() -> Named {
    let entered = object([
        ("events", list(&object([("event", reference("Event")), ("is_new", flag())]))),
        ("warnings", list(&text())),
    ]);
    let preview = object([
        ("events", list(&reference("Event"))),
        ("changes", list(&reference("Change"))),
        ("findings", list(&reference("Finding"))),
        ("did_you_mean", list(&text())),
        ("warnings", list(&text())),
    ]);
    let places = [
        ("field", json!({ "type": "string", "description": "The parameter or the field that is to blame" })),
        ("line", json!({ "type": "integer", "description": "The line of the body, from 1" })),
        ("column", json!({ "type": "integer", "description": "The column of the line, from 1" })),
    ];
    let problem = [("type", text()), ("title", text()), ("status", count()), ("detail", text())];
    vec![("Entered", entered), ("Preview", preview), ("Problem", object_with(problem, places))]
}
