//! Entering events: one or a batch, idempotent by id, refused as a whole where one is refused.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Extension, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use demarche_core::{Event, EventId, TrackId};
use demarche_journal::{Appended, Draft, ExpectedVersion, Recorded, StoreErrorKind};
use demarche_projection::LogChanged;
use demarche_projection::state::event_json;
use serde::Serialize;
use serde_json::value::RawValue;

use super::body::drafts_of;
use super::operation::ENTER;
use super::reply::{harmless, line, tag_of};
use crate::desk::{Desk, DeskError, Entered};
use crate::preview::Previewed;
use crate::problem::Problem;
use crate::question::Parameters;
use crate::server::Server;
use crate::viewer::Viewer;

pub(super) async fn enter(
    State(server): State<Server>,
    Extension(viewer): Extension<Viewer>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    let parameters = ENTER.read(query.as_deref())?;
    server.may_record(&viewer)?;
    let body = body.map_err(|rejected| Problem::unread_body(rejected.status(), rejected.body_text()))?;
    let drafts = drafts_of(&body, &server.desk, &viewer)?;
    if parameters.flag("dry_run")? {
        let previewed = server.desk.blocking(move |desk| {
            let drafts = as_entered_before(drafts, desk)?;
            Previewed::of(desk, drafts)
        });
        return Ok(of_json(StatusCode::OK, &previewed.await?.view()));
    }
    let expected = expected_versions(&parameters, &headers, &drafts)?;
    let entered = server.desk.blocking(move |desk| enter_once(drafts, &expected, desk)).await?;
    Ok(told(&entered, &server))
}

/// Enters drafts. Another request may enter the same ones at the same time; then both have entered them.
fn enter_once(drafts: Vec<Draft>, expected: &[ExpectedVersion], desk: &Desk) -> Result<Entered, DeskError> {
    match desk.enter(as_entered_before(drafts.clone(), desk)?, expected, &[]) {
        Err(DeskError::Refused { error, .. }) if error.kind == StoreErrorKind::Conflict => {
            desk.look();
            desk.enter(as_entered_before(drafts, desk)?, expected, &[])
        }
        entered => entered,
    }
}

/// Gives drafts that were entered before the instant at which that was, where they name none themselves: so a client
/// that got no answer can send them again.
fn as_entered_before(mut drafts: Vec<Draft>, desk: &Desk) -> Result<Vec<Draft>, LogChanged> {
    let picture = desk.picture();
    for draft in drafts.iter_mut().filter(|draft| draft.recorded == Recorded::Now) {
        if let Some(recorded) = picture.fold().get(draft.event.id)?.map(|before| before.recorded) {
            draft.event.recorded = recorded;
            draft.recorded = Recorded::At(recorded);
        }
    }
    Ok(drafts)
}

/// What became of events, as JSON.
#[derive(Serialize)]
struct Told<'a> {
    events: Vec<ToldEvent>,
    warnings: &'a [String],
}

#[derive(Serialize)]
struct ToldEvent {
    event: Box<RawValue>,
    is_new: bool,
}

/// Tells what became of events.
fn told(entered: &Entered, server: &Server) -> Response {
    let is_new = |outcome: &Appended| *outcome == Appended::Added;
    let status =
        if entered.events.iter().any(|(_, outcome)| is_new(outcome)) { StatusCode::CREATED } else { StatusCode::OK };
    let told = |(event, outcome): &(Event, Appended)| ToldEvent { event: event_json(event), is_new: is_new(outcome) };
    let view = Told { events: entered.events.iter().map(told).collect(), warnings: &entered.warnings };
    let mut response = of_json(status, &view);
    if let Ok(tag) = HeaderValue::from_str(&tag_of(server.run(), entered.position)) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    if let [(event, _)] = entered.events.as_slice() {
        locate(&mut response, event.id);
    }
    response
}

fn of_json(status: StatusCode, value: &impl Serialize) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], harmless(line(value))).into_response()
}

fn locate(response: &mut Response, id: EventId) {
    if let Ok(location) = HeaderValue::from_str(&format!("/api/v1/events/{id}")) {
        response.headers_mut().insert(header::LOCATION, location);
    }
}

/// Reads how many events tracks must have: the `Track-Version` that a client got with each, which `If-Match` may give,
/// too, if the events are on one track.
fn expected_versions(
    parameters: &Parameters,
    headers: &HeaderMap,
    drafts: &[Draft],
) -> Result<Vec<ExpectedVersion>, Problem> {
    let mut tracks: Vec<&TrackId> = drafts.iter().map(|draft| &draft.event.track).collect();
    tracks.sort_unstable();
    tracks.dedup();
    let version = |text: &str| expected_version(text, &tracks);
    let mut expected = parameters.read_all("expected_version", version)?;
    if let Some(value) = headers.get(header::IF_MATCH) {
        let by_header =
            value.to_str().map_err(|error| error.to_string()).and_then(|text| version(text.trim_matches('"')));
        expected.push(by_header.map_err(|error| Problem::bad_request(format!("If-Match: {error}")).about("If-Match"))?);
    }
    Ok(expected)
}

fn expected_version(text: &str, tracks: &[&TrackId]) -> Result<ExpectedVersion, String> {
    let (track, number) = match text.rsplit_once('=') {
        Some((track, number)) => (Some(track.parse::<TrackId>().map_err(|error| error.to_string())?), number),
        None => (None, text),
    };
    let lines = number.parse().map_err(|_| {
        format!(
            "{text:?} is no version of a track: expected the number that `Track-Version` gave, as 12 or \
             us-ru/leaders=12"
        )
    })?;
    match (track, tracks) {
        (Some(track), _) => Ok(ExpectedVersion { track, lines }),
        (None, [track]) => Ok(ExpectedVersion { track: (*track).clone(), lines }),
        (None, _) => Err("the events are on several tracks: name the track, as us-ru/leaders=12".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_text_of_a_version_makes_the_reader_panic(text: String) {
            let track = TrackId::new("us-ru").unwrap();
            if let Ok(expected) = expected_version(&text, &[&track]) {
                prop_assert!(text.ends_with(&expected.lines.to_string()) || text.contains(['0', '+']));
            }
        }
    }
}
