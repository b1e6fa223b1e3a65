//! One event.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use demarche_core::EventId;
use demarche_projection::state::event_json;

use super::operation::EVENT;
use super::reply::{Answer, Asked, in_path, line};
use crate::problem::Problem;
use crate::server::Server;

pub(super) async fn show(
    State(server): State<Server>,
    id: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Answer, Problem> {
    let asked = Asked::of(&EVENT, &server, query.as_deref(), &headers)?;
    let id: EventId =
        in_path(id, "id")?.parse().map_err(|error| Problem::bad_request(format!("id: {error}")).about("id"))?;
    let found = server.desk.blocking(move |desk| {
        let picture = desk.picture();
        let Some(event) = picture.fold().get(id)? else { return Ok(None) };
        let body = (!asked.known.is_current(picture.position)).then(|| line(&event_json(&event)));
        Ok(Some(Answer::json(body, picture.position, &asked.known)))
    });
    found.await?.ok_or_else(|| Problem::not_found(format!("there is no event {id}")))
}
