//! Changes as they happen: server-sent events, from any number on that is still kept.

use std::convert::Infallible;

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::sse::{Event as SseEvent, KeepAlive, Sse};
use tokio_stream::wrappers::BroadcastStream;
use tokio_stream::{Stream, StreamExt as _};

use crate::desk::Published;
use crate::problem::Problem;
use crate::question::Parameters;
use crate::server::Server;

/// Tells each change. A client that comes back says which it got last (`Last-Event-ID`, or `after`); where some behind
/// that are not kept any more, it gets an event `reset`, and asks for the tracks anew.
pub(super) async fn follow(
    State(server): State<Server>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<SseEvent, Infallible>>>, Problem> {
    let parameters = Parameters::of(query.as_deref());
    parameters.only(&["after"])?;
    let number = |text: &str| text.parse::<u64>().map_err(|_| format!("{text:?} is no number of a change"));
    let by_header = headers.get("last-event-id").and_then(|value| value.to_str().ok()).map(number);
    let by_header = by_header.transpose().map_err(|error| Problem::bad_request(format!("Last-Event-ID: {error}")))?;
    let after = by_header.or(parameters.read("after", number)?);
    let (kept, receiver) = server.desk.changes(after);
    let first = match kept {
        Some(kept) => kept.iter().map(change).collect(),
        None => vec![reset()],
    };
    let live = BroadcastStream::new(receiver).map(|received| match received {
        Ok(published) => change(&published),
        // The client was too slow.
        Err(_) => reset(),
    });
    let mut stopping = server.stopping();
    let until_stop = async move { stopping.wait_for(|is_stopping| *is_stopping).await.map(|_| ()) };
    let all = tokio_stream::iter(first).chain(live).map(Ok);
    Ok(Sse::new(futures_util::StreamExt::take_until(all, until_stop)).keep_alive(KeepAlive::default()))
}

fn change(published: &Published) -> SseEvent {
    SseEvent::default().event("change").id(published.number.to_string()).data(&*published.json)
}

fn reset() -> SseEvent {
    SseEvent::default().event("reset").data("some changes are not kept any more: ask for the tracks anew")
}
