//! Whether the server is well, for whatever watches it: without a log-in, so it says no more than that.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::server::Server;

pub(crate) async fn show(State(server): State<Server>) -> Response {
    let is_cut_off = server.desk.trouble().is_some();
    let (status, word) = if is_cut_off { (StatusCode::SERVICE_UNAVAILABLE, "cut off") } else { (StatusCode::OK, "ok") };
    let body = json!({ "status": word, "position": server.desk.picture().position.to_string() }).to_string();
    (status, [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")], body).into_response()
}
