//! What is noted of each request: a line in the log, and numbers. Neither has the query, where tokens may stand, nor
//! anything of an event.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;

use crate::access::Client;
use crate::server::Server;
use crate::viewer::Viewer;

/// Notes a request once it is answered; for a stream, once it has begun.
pub(crate) async fn observe(State(server): State<Server>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let response = next.run(request).await;
    let (took, status) = (began.elapsed(), response.status().as_u16());
    server.metrics.note(&method, &route, status, took);
    let user = response.extensions().get::<Viewer>().and_then(|viewer| viewer.name.as_ref()).map(ToString::to_string);
    let client =
        response.extensions().get::<Client>().and_then(|client| client.address).map(|address| address.to_string());
    let (user, client) = (user.unwrap_or_default(), client.unwrap_or_default());
    let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    tracing::info!(%method, path, status, ms, user, client, "request");
    response
}
