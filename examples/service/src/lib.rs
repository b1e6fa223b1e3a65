//! A journal behind HTTP: clients enter events, ask where tracks stand, and follow the changes.
//!
//! The file [`desk`] has the journal and the fold, and knows nothing of HTTP. This one has the routes.

pub mod desk;

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use axum::extract::{Path as UrlPath, State};
use axum::http::{StatusCode, header};
use axum::response::sse::{Event as SseEvent, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use demarche_core::TrackId;
use demarche_core::codec::decode;
use demarche_projection::Fold;
use demarche_projection::query::Query;
use tokio::task::spawn_blocking;
use tokio_stream::wrappers::BroadcastStream;
use tokio_stream::{Stream, StreamExt as _};

use desk::{Changes, Desk, DeskError, Entered};

/// What the routes share. The desk is locked on threads that may block, never in an async function.
#[derive(Clone)]
struct Service {
    desk: Arc<Mutex<Desk>>,
    changes: Changes,
}

/// Opens the journal of a folder, and returns the routes.
///
/// # Errors
///
/// A [`DeskError`] if the journal cannot be opened.
pub fn service(folder: &Path) -> Result<Router, DeskError> {
    let changes = Changes::new(1024);
    let desk = Arc::new(Mutex::new(Desk::open(folder, changes.clone())?));
    Ok(Router::new()
        .route("/events", post(enter))
        .route("/tracks", get(tracks))
        .route("/tracks/{*track}", get(track))
        .route("/changes", get(follow))
        .with_state(Service { desk, changes }))
}

impl Service {
    /// Does something with the desk. Appending waits for the disk and for other writers, so it is done on a thread on
    /// which that harms nobody.
    async fn with_desk<T: Send + 'static>(
        &self,
        act: impl FnOnce(&mut Desk) -> Result<T, DeskError> + Send + 'static,
    ) -> Result<T, DeskError> {
        let desk = Arc::clone(&self.desk);
        // An act that panicked has appended wholly or not at all, so the desk can be used on.
        spawn_blocking(move || act(&mut desk.lock().unwrap_or_else(PoisonError::into_inner)))
            .await
            .map_err(|_| DeskError::Stopped)?
    }

    /// Returns a snapshot of the fold, which shares its lines with the desk's: questions do not hold up writers.
    async fn fold(&self) -> Result<Fold, DeskError> {
        self.with_desk(|desk| Ok(desk.fold().clone())).await
    }
}

/// Enters the event of the body: 201 if it is new, 200 if it was there already.
async fn enter(State(service): State<Service>, line: Bytes) -> Result<Response, DeskError> {
    let event = decode(&line)?;
    let id = event.id.to_string();
    Ok(match service.with_desk(move |desk| desk.enter(&event)).await? {
        Entered::New => (StatusCode::CREATED, id).into_response(),
        Entered::Before => (StatusCode::OK, id).into_response(),
    })
}

/// Answers where every track stands.
async fn tracks(State(service): State<Service>) -> Result<Response, DeskError> {
    let fold = service.fold().await?;
    // A question about many tracks takes a while: it is asked on a thread that may be busy.
    let states = spawn_blocking(move || fold.states(&Query::default())).await.map_err(|_| DeskError::Stopped)??;
    Ok(Json(states).into_response())
}

/// Answers where one track stands.
async fn track(State(service): State<Service>, UrlPath(track): UrlPath<String>) -> Result<Response, DeskError> {
    let Ok(track) = track.parse::<TrackId>() else {
        return Ok((StatusCode::BAD_REQUEST, format!("{track:?} is no name of a track\n")).into_response());
    };
    let fold = service.fold().await?;
    let state =
        spawn_blocking(move || fold.state(&track, &Query::default())).await.map_err(|_| DeskError::Stopped)??;
    Ok(state.map_or_else(|| StatusCode::NOT_FOUND.into_response(), |state| Json(state).into_response()))
}

/// Tells each change as it happens. A client that is too slow misses some, and is told so: it asks for the tracks
/// again.
async fn follow(State(service): State<Service>) -> Sse<impl Stream<Item = Result<SseEvent, axum::Error>>> {
    let changes = BroadcastStream::new(service.changes.subscribe()).map(|change| {
        Ok(match change {
            Ok(change) => SseEvent::default().event("change").data(&*change),
            Err(_) => SseEvent::default().event("missed").data("ask for the tracks again"),
        })
    });
    Sse::new(changes).keep_alive(KeepAlive::default())
}

impl IntoResponse for DeskError {
    fn into_response(self) -> Response {
        let status = match &self {
            Self::Line(_) => StatusCode::BAD_REQUEST,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::Journal(_) | Self::Fold(_) | Self::Published(_) | Self::Stopped => StatusCode::INTERNAL_SERVER_ERROR,
        };
        (status, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], format!("{self}\n")).into_response()
    }
}

/// The functions of the guide's page on embedding, which are compiled.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/embedding.md")]
pub struct Embedding;
