//! The description of the API as OpenAPI 3.1, made from the table of operations.

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use serde_json::{Map, Value, json};

use super::operation::{ENTER, OPENAPI, OPERATIONS, Operation, Schema};
use super::parameter::Parameter;
use super::reply::{Answer, Known, line};
use super::schemas;
use crate::problem::Problem;
use crate::server::Server;

pub(super) async fn show(
    State(server): State<Server>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Answer, Problem> {
    OPENAPI.read(query.as_deref())?;
    Ok(Answer::of("application/json", line(&document()), &Known::of(&headers, &server, true)))
}

fn document() -> Value {
    let mut paths: Map<String, Value> = Map::new();
    for operation in OPERATIONS {
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        if let Value::Object(path) = path {
            path.insert(operation.method.to_owned(), described(operation));
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Demarche",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Where every track of a journal of diplomacy stands, and why",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "paths": paths,
        "components": { "schemas": schemas::all() },
    })
}

fn described(operation: &Operation) -> Value {
    let mut described = json!({
        "operationId": operation.id,
        "summary": operation.summary,
        "parameters": parameters(operation),
        "responses": responses(operation),
    });
    if operation.id == ENTER.id
        && let Value::Object(described) = &mut described
    {
        described.insert("requestBody".to_owned(), events_to_enter());
    }
    described
}

fn parameters(operation: &Operation) -> Vec<Value> {
    let in_path = operation.path.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| {
        let about = match name {
            "track" => "The track. Its slashes may stand as they are",
            _ => "The id of the event",
        };
        json!({ "name": name, "in": "path", "required": true, "description": about, "schema": { "type": "string" } })
    });
    let headers = match (operation.method, operation.answer.1) {
        ("post", _) => vec![header("If-Match", "How many events the track must have: its `Track-Version`")],
        (_, Some(_)) => vec![header("If-None-Match", "The `ETag` of the answer that you have: 304 if it is the same")],
        (_, None) => Vec::new(),
    };
    in_path.chain(operation.parameters.iter().map(|parameter| in_query(parameter))).chain(headers).collect()
}

fn header(name: &str, about: &str) -> Value {
    json!({ "name": name, "in": "header", "description": about, "schema": { "type": "string" } })
}

fn in_query(parameter: &Parameter) -> Value {
    let schema = match parameter.is_repeatable {
        true => json!({ "type": "array", "items": parameter.values.schema() }),
        false => parameter.values.schema(),
    };
    json!({
        "name": parameter.name,
        "in": "query",
        "required": parameter.is_required,
        "description": parameter.about,
        "schema": schema,
    })
}

fn responses(operation: &Operation) -> Value {
    let problem = json!({
        "description": "What is wrong",
        "content": { "application/problem+json": { "schema": schemas::reference("Problem") } },
    });
    let (content_type, schema) = &operation.answer;
    let answer = match schema {
        None => json!({ "schema": { "type": "string" } }),
        Some(Schema::One(name)) => json!({ "schema": schemas::reference(name) }),
        Some(Schema::List(name)) => {
            json!({ "schema": { "type": "array", "items": schemas::reference(name) } })
        }
    };
    let content = json!({ content_type.split(';').next().unwrap_or_default(): answer });
    if operation.id == ENTER.id {
        let preview = json!({ "schema": { "anyOf": [schemas::reference("Entered"), schemas::reference("Preview")] } });
        return json!({
            "201": { "description": "Something was entered", "content": content },
            "200": {
                "description": "All of it is there already; or with dry_run, what it would change",
                "content": { "application/json": preview },
            },
            "default": problem,
        });
    }
    json!({ "200": { "description": operation.summary, "content": content }, "default": problem })
}

fn events_to_enter() -> Value {
    let event = schemas::reference("NewEvent");
    json!({
        "required": true,
        "description": "One event as an object, several as an array, or as JSON Lines. The server gives what is left \
                        out of id, v and recorded",
        "content": {
            "application/json": { "schema": { "anyOf": [event, { "type": "array", "items": event }] } },
            "application/x-ndjson": { "schema": { "type": "string" } },
        },
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_unique_and_references_lead_somewhere() {
        let ids: BTreeSet<&str> = OPERATIONS.iter().map(|operation| operation.id).collect();
        assert_eq!(ids.len(), OPERATIONS.len());
        let document = document();
        let text = document.to_string();
        for reference in text.split("\"$ref\":\"").skip(1) {
            let pointer = reference.split('"').next().unwrap().trim_start_matches('#');
            assert!(document.pointer(pointer).is_some(), "{pointer}");
        }
    }

    #[test]
    fn an_operation_names_no_parameter_twice() {
        for operation in OPERATIONS {
            let names: BTreeSet<&str> = operation.parameters.iter().map(|parameter| parameter.name).collect();
            assert_eq!(names.len(), operation.parameters.len(), "{}", operation.id);
        }
    }
}
