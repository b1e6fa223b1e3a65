//! The description of the API, held against what the server does.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::support::{Api, id, stalled};

fn document(api: &Api) -> Value {
    api.json("/api/v1/openapi.json")
}

/// An address for each that the description has, with answers that show as much as there is.
const ADDRESSES: [(&str, &[&str]); 16] = [
    ("/api/v1/tracks", &["/api/v1/tracks", "/api/v1/tracks?as_of=2025-05-20&reading=side:us"]),
    (
        "/api/v1/tracks/{track}",
        &[
            "/api/v1/tracks/us-ru/leaders",
            "/api/v1/tracks/us-ru/irritants",
            "/api/v1/tracks/us-ru/new-start",
            "/api/v1/tracks/us-ru/prisoners",
            "/api/v1/tracks/us-ru/sanctions",
        ],
    ),
    ("/api/v1/tracks/{track}/why", &["/api/v1/tracks/us-ru/leaders/why", "/api/v1/tracks/us-ru/ministers/why"]),
    ("/api/v1/events", &["/api/v1/events"]),
    ("/api/v1/events/{id}", &["/api/v1/events/ID"]),
    ("/api/v1/diff", &["/api/v1/diff?from=2025-10-22", "/api/v1/diff?from=2025-04&to=2025-09&along=occurred"]),
    ("/api/v1/compare", &["/api/v1/compare?reading=side:us&reading=who:ru"]),
    ("/api/v1/agenda", &["/api/v1/agenda", "/api/v1/agenda?as_of=2025-10-20"]),
    ("/api/v1/findings", &["/api/v1/findings"]),
    ("/api/v1/stats", &["/api/v1/stats"]),
    ("/api/v1/openapi.json", &["/api/v1/openapi.json"]),
    ("/api/v1/changes", &[]),
    ("/calendar.ics", &["/calendar.ics"]),
    ("/feed.atom", &["/feed.atom"]),
    ("/digest.html", &["/digest.html?from=2025-10-22"]),
    ("/events.jsonl", &["/events.jsonl"]),
];

fn first_id(api: &Api) -> String {
    api.json("/api/v1/events?limit=1")[0]["id"].as_str().unwrap().to_owned()
}

/// Makes every schema say that an object has the keys that are listed, and no others.
fn closed(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            if object.get("type") == Some(&json!("object"))
                && object.contains_key("properties")
                && !object.contains_key("additionalProperties")
                && object.contains_key("required")
            {
                object.insert("additionalProperties".to_owned(), json!(false));
            }
            object.values_mut().for_each(closed);
        }
        Value::Array(items) => items.iter_mut().for_each(closed),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Says in what a value is not as the schema at a place of the description wants it.
fn errors(document: &Value, pointer: &str, value: &Value) -> Vec<String> {
    let mut schemas = document["components"].clone();
    closed(&mut schemas);
    let mut schema = document.pointer(pointer).unwrap_or_else(|| panic!("{pointer}")).clone();
    closed(&mut schema);
    schema["components"] = schemas;
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

fn escaped(path: &str) -> String {
    path.replace('~', "~0").replace('/', "~1")
}

#[test]
fn every_answer_is_as_the_description_says() {
    let api = Api::of_the_fixture();
    let document = document(&api);
    let described: BTreeSet<&str> = document["paths"].as_object().unwrap().keys().map(String::as_str).collect();
    let tried: BTreeSet<&str> = ADDRESSES.iter().map(|(path, _)| *path).collect();
    assert_eq!(described, tried);
    for (path, addresses) in ADDRESSES {
        let content = &document["paths"][path]["get"]["responses"]["200"]["content"];
        let content_type = content.as_object().unwrap().keys().next().unwrap();
        for address in addresses {
            let address = address.replace("ID", &first_id(&api));
            let reply = api.get(&address);
            assert_eq!(reply.status, 200, "{address}: {}", reply.body);
            assert_eq!(reply.header("content-type").split(';').next(), Some(content_type.as_str()), "{address}");
            if content_type == "application/json" {
                let pointer = format!("/paths/{}/get/responses/200/content/application~1json/schema", escaped(path));
                let errors = errors(&document, &pointer, &reply.json());
                assert!(errors.is_empty(), "{address}: {errors:#?}");
            }
        }
    }
}

#[test]
fn what_entering_and_changing_answers_is_as_the_description_says() {
    let api = Api::of_the_fixture();
    let document = document(&api);
    let of = |status: &str| format!("/paths/~1api~1v1~1events/post/responses/{status}");
    let (new, known) = (of("201"), of("200"));
    let (new, known) = (new + "/content/application~1json/schema", known + "/content/application~1json/schema");
    let holds = |pointer: &str, value: &Value| {
        let errors = errors(&document, pointer, value);
        assert!(errors.is_empty(), "{errors:#?} in {value}");
    };
    let line = stalled(Some(900), "us-ru/leaders");
    let to_enter = "/paths/~1api~1v1~1events/post/requestBody/content/application~1json/schema";
    holds(to_enter, &serde_json::from_str(&stalled(None, "us-ru")).unwrap());
    holds(&known, &api.post("/api/v1/events?dry_run=true", line.clone()).json());
    holds(&new, &api.post("/api/v1/events", line.clone()).json());
    holds(&known, &api.post("/api/v1/events", line).json());
    let problem = "/components/schemas/Problem";
    for (address, body) in [("/api/v1/events", "{}"), ("/api/v1/events", ""), ("/api/v1/events?x=1", "")] {
        let refused = api.post(address, body);
        assert!(refused.status.is_client_error());
        holds(problem, &refused.json());
    }
    assert!(!errors(&document, "/components/schemas/Event", &json!({ "id": id(1) })).is_empty(), "the schema refuses");
}

/// A value for each parameter.
fn values() -> BTreeMap<&'static str, &'static str> {
    BTreeMap::from([
        ("as_of", "2025-10-22"),
        ("known_at", "2025-10-23"),
        ("today", "2025-10-24"),
        ("reading", "latest"),
        ("patience", "30"),
        ("track", "us-ru/**"),
        ("status", "stalled"),
        ("type", "meeting_held"),
        ("who", "ru"),
        ("from", "2025-05"),
        ("to", "2026-01-02"),
        ("along", "occurred"),
        ("until", "2025-12"),
        ("text", "summit"),
        ("limit", "3"),
        ("after", ""),
        ("only_different", "true"),
        ("dry_run", "true"),
        ("expected_version", "0"),
    ])
}

#[test]
fn every_parameter_of_the_description_is_read_and_no_other() {
    let api = Api::of_the_fixture();
    let document = document(&api);
    let (values, mut tried) = (values(), BTreeSet::new());
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let address = path.replace("{track}", "us-ru/leaders").replace("{id}", &first_id(&api));
            let parameters = operation["parameters"].as_array().unwrap();
            let in_query: Vec<&Value> = parameters.iter().filter(|one| one["in"] == "query").collect();
            let needed: String = in_query
                .iter()
                .filter(|parameter| parameter["required"] == true)
                .map(|parameter| {
                    let name = parameter["name"].as_str().unwrap();
                    // One reading compares with nothing.
                    format!("{name}={0}&{name}={0}&", values[name])
                })
                .collect();
            let ask = |query: &str| api.ask(&method.to_uppercase(), &format!("{address}?{query}"), &[], "").status;
            // A stream would not end, and a body is not given.
            let is_read = |status: u16| status == 200 || (method == "post" && status == 400);
            if path != "/api/v1/changes" {
                for parameter in &in_query {
                    let name = parameter["name"].as_str().unwrap();
                    let status = ask(&format!("{needed}{name}={}", values[name])).as_u16();
                    // A bound of the time along which two moments lie is refused by its value.
                    assert!(is_read(status) || name == "known_at", "{method} {address}: {name}: {status}");
                    tried.insert(name.to_owned());
                }
            }
            for name in values.keys().copied().chain(["x"]) {
                if in_query.iter().all(|parameter| parameter["name"] != name) {
                    let reply = api.ask(&method.to_uppercase(), &format!("{address}?{name}=1"), &[], "");
                    assert!(reply.problem(400).contains("there is no parameter"), "{method} {address}: {name}");
                }
            }
        }
    }
    let all: BTreeSet<String> = values.keys().map(|name| (*name).to_owned()).collect();
    assert_eq!(tried, all, "a parameter that nothing has");
}

#[test]
fn methods_that_are_not_described_are_not_allowed() {
    let api = Api::of_the_fixture();
    for (path, operations) in document(&api)["paths"].as_object().unwrap() {
        let address = path.replace("{track}", "us-ru/leaders").replace("{id}", &first_id(&api));
        for method in ["GET", "POST", "PUT", "DELETE", "PATCH"] {
            let is_described = operations.get(method.to_lowercase()).is_some();
            if !is_described {
                assert_eq!(api.ask(method, &address, &[], "").status, 405, "{method} {address}");
            }
        }
    }
}
