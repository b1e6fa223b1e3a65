//! The days on which something was recorded, and on which something occurred: the steps of the sliders.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::desk::DeskError;
use crate::problem::Problem;
use crate::server::Server;

pub(super) async fn show(State(server): State<Server>, headers: HeaderMap) -> Result<Response, Problem> {
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let days = server.desk.blocking(move |desk| {
        let picture = desk.picture();
        let tag = format!("\"{}\"", picture.position);
        if known.as_ref() == Some(&tag) {
            return Ok::<_, DeskError>((tag, None));
        }
        let (mut recorded, mut occurred) = (BTreeSet::new(), BTreeSet::new());
        for (_, fact, _) in picture.fold().facts().iter() {
            recorded.insert(fact.recorded.date());
            occurred.insert(fact.earliest.date());
        }
        let words = |days: BTreeSet<chrono::NaiveDate>| days.iter().map(ToString::to_string).collect::<Vec<_>>();
        Ok((tag, Some(json!({ "known_at": words(recorded), "as_of": words(occurred) }).to_string())))
    });
    let (tag, body) = days.await?;
    let headers = [(header::ETAG, tag), (header::CACHE_CONTROL, "no-cache".to_owned())];
    Ok(match body {
        Some(body) => (headers, [(header::CONTENT_TYPE, "application/json")], body).into_response(),
        None => (StatusCode::NOT_MODIFIED, headers).into_response(),
    })
}
