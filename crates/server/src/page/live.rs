//! Whether anything has changed since a view was made: what pages ask from time to time.
//!
//! They ask rather than keep a stream open, since a browser allows six connections to a server over HTTP/1.1, and
//! people open more tabs than that.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::server::Server;

pub(super) async fn show(State(server): State<Server>) -> Response {
    let position = server.desk.picture().position.to_string();
    let body = json!({ "position": position, "trouble": server.desk.trouble() }).to_string();
    ([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")], body).into_response()
}
