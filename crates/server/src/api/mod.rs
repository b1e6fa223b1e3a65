//! The HTTP API: the questions of the command line, and its JSON contract.

mod changes;
mod read;
mod reply;
mod write;

use axum::Router;
use axum::routing::get;

use crate::server::Server;

pub(crate) use read::{findings_in_order, nothing_of, period};
pub(crate) use write::drafts_of;

/// The routes, beneath `/api/v1`.
pub(crate) fn routes() -> Router<Server> {
    Router::new()
        .route("/tracks", get(read::tracks))
        .route("/tracks/{*track}", get(read::track))
        .route("/events", get(read::events).post(write::enter))
        .route("/events/{id}", get(read::event))
        .route("/diff", get(read::diff))
        .route("/compare", get(read::compare))
        .route("/agenda", get(read::agenda))
        .route("/findings", get(read::findings))
        .route("/stats", get(read::stats))
        .route("/changes", get(changes::follow))
}
