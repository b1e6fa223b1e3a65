//! The HTTP API: the questions of the command line, and its JSON contract.
//!
//! `operation.rs` is the table of all that it offers; the router and the description of the API are made from it.

mod body;
mod changes;
mod event;
mod events;
mod openapi;
mod operation;
mod parameter;
mod read;
mod reply;
mod schemas;
mod track;
mod write;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::Uri;
use axum::routing::{MethodRouter, any, get, post};

use self::operation::{
    AGENDA, CHANGES, COMPARE, DIFF, ENTER, EVENT, EVENTS, FINDINGS, OPENAPI, STATS, TRACK_IN_FULL, TRACKS,
};
use crate::feeds;
use crate::problem::Problem;
use crate::server::Server;

pub(crate) use body::drafts_of;
pub(crate) use operation::{CALENDAR, DIGEST, FEED, LOG, Operation};
pub(crate) use read::{findings_in_order, is_unbounded, period};
pub(crate) use reply::{Answer, Known, tag_of};
pub(crate) use track::nothing_of;

/// The most bytes of a batch of events.
const BATCH_MAX: usize = 16 << 20;

/// Makes what answers an operation.
type Handler = fn() -> MethodRouter<Server>;

/// What answers each operation. The one about a track also says why it stands where it does.
const HANDLERS: [(&Operation, Handler); 16] = [
    (&TRACKS, || get(read::tracks)),
    (&TRACK_IN_FULL, || get(track::show)),
    (&EVENTS, || get(events::list)),
    (&ENTER, || post(write::enter).layer(DefaultBodyLimit::max(BATCH_MAX))),
    (&EVENT, || get(event::show)),
    (&DIFF, || get(read::diff)),
    (&COMPARE, || get(read::compare)),
    (&AGENDA, || get(read::agenda)),
    (&FINDINGS, || get(read::findings)),
    (&STATS, || get(read::stats)),
    (&CHANGES, || get(changes::follow)),
    (&OPENAPI, || get(openapi::show)),
    (&CALENDAR, || get(feeds::calendar::show)),
    (&FEED, || get(feeds::atom::show)),
    (&DIGEST, || get(feeds::digest::show)),
    (&LOG, || get(feeds::log::show)),
];

/// The routes of the API and of what one can subscribe to.
pub(crate) fn routes() -> Router<Server> {
    let routes = HANDLERS.iter();
    let routes = routes.fold(Router::new(), |routes, (operation, handler)| routes.route(&operation.route(), handler()));
    routes
        .method_not_allowed_fallback(not_allowed)
        .route("/api/v1", any(not_there))
        .route("/api/v1/{*rest}", any(not_there))
}

async fn not_there(uri: Uri) -> Problem {
    Problem::not_found(format!("there is nothing at {}: /api/v1/openapi.json lists what there is", uri.path()))
}

async fn not_allowed(uri: Uri) -> Problem {
    Problem::not_allowed(format!("{} does not take this method: /api/v1/openapi.json lists which do", uri.path()))
}
