//! Entering events: one or a batch, idempotent by id, refused as a whole where one is refused.

use axum::body::Bytes;
use axum::extract::{Extension, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use demarche_core::codec::decode;
use demarche_core::{EventId, TrackId};
use demarche_journal::{Appended, Draft, ExpectedVersion, Recorded, complete_line};
use demarche_projection::state::event_json;
use serde_json::json;

use super::reply::tag_of;
use crate::desk::Desk;
use crate::preview::Previewed;
use crate::problem::Problem;
use crate::question::Parameters;
use crate::server::Server;
use crate::viewer::Viewer;

/// Reads the lines of a body as drafts. What a line leaves out and the server can give, it gets: `id`, `v`, `recorded`,
/// and who enters it, which is for the server to say where it knows its users.
pub(crate) fn drafts_of(body: &[u8], desk: &Desk, viewer: &Viewer) -> Result<Vec<Draft>, Problem> {
    let clock = desk.now();
    let mut drafts = Vec::new();
    for (number, line) in (1..).zip(body.split(|byte| *byte == b'\n')) {
        if line.trim_ascii().is_empty() {
            continue;
        }
        let (line, is_open) = complete_line(line, || desk.new_id(), clock);
        let mut event = decode(&line).map_err(|error| Problem::of_line(&error, number, &line))?;
        if let Some(name) = &viewer.name {
            event.entered_by = Some(name.clone());
        }
        let recorded = if is_open { Recorded::Now } else { Recorded::At(event.recorded) };
        drafts.push(Draft { event, recorded });
    }
    if drafts.is_empty() {
        return Err(Problem::bad_request("there is no event in the body: give one a line, as JSON"));
    }
    Ok(drafts)
}

pub(super) async fn enter(
    State(server): State<Server>,
    Extension(viewer): Extension<Viewer>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let parameters = Parameters::of(query.as_deref());
    parameters.only(&["dry_run", "expected_version"])?;
    server.may_record(&viewer)?;
    let drafts = drafts_of(&body, &server.desk, &viewer)?;
    if parameters.one("dry_run").is_some_and(|value| value != "false") {
        let previewed = server.desk.blocking(move |desk| Previewed::of(desk, drafts)).await?;
        return Ok(([(header::CONTENT_TYPE, "application/json")], previewed.json()).into_response());
    }
    let expected = expected_version(&parameters, &headers, &drafts)?;
    let entered = server.desk.blocking(move |desk| desk.enter(drafts, &expected, &[])).await?;
    let is_new = entered.events.iter().any(|(_, outcome)| *outcome == Appended::Added);
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    let events: Vec<_> = entered
        .events
        .iter()
        .map(|(event, outcome)| json!({ "event": event_json(event), "is_new": *outcome == Appended::Added }))
        .collect();
    let body = json!({ "events": events, "warnings": entered.warnings }).to_string();
    let mut response = (status, [(header::CONTENT_TYPE, "application/json")], body).into_response();
    if let Ok(tag) = HeaderValue::from_str(&tag_of(entered.position)) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    if let [(event, _)] = entered.events.as_slice() {
        locate(&mut response, event.id);
    }
    Ok(response)
}

fn locate(response: &mut Response, id: EventId) {
    if let Ok(location) = HeaderValue::from_str(&format!("/api/v1/events/{id}")) {
        response.headers_mut().insert(header::LOCATION, location);
    }
}

/// Reads how many events the track must have: the `Track-Version` that a client got with the track.
fn expected_version(
    parameters: &Parameters,
    headers: &HeaderMap,
    drafts: &[Draft],
) -> Result<Vec<ExpectedVersion>, Problem> {
    let number = |text: &str| text.trim_matches('"').parse::<u64>().map_err(|_| format!("{text:?} is no version"));
    let by_header = headers.get(header::IF_MATCH).and_then(|value| value.to_str().ok()).map(number).transpose();
    let by_header = by_header.map_err(|error| Problem::bad_request(format!("If-Match: {error}")))?;
    let Some(lines) = parameters.read("expected_version", number)?.or(by_header) else { return Ok(Vec::new()) };
    let mut tracks: Vec<&TrackId> = drafts.iter().map(|draft| &draft.event.track).collect();
    tracks.dedup();
    match tracks.as_slice() {
        [track] => Ok(vec![ExpectedVersion { track: (*track).clone(), lines }]),
        _ => Err(Problem::bad_request("an expected version is of one track, and the batch is on several")),
    }
}
