//! Changes as they happen: server-sent events, from any number on that is still kept.

use std::convert::Infallible;

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::sse::{Event as SseEvent, KeepAlive, Sse};
use tokio_stream::wrappers::BroadcastStream;
use tokio_stream::{Stream, StreamExt as _};

use super::operation::CHANGES;
use crate::desk::{Published, Told};
use crate::problem::Problem;
use crate::server::Server;

/// Why a client begins anew that was away for long, or too slow.
const NOT_KEPT: &str = "some changes are not kept any more";

/// Tells each change. A client that comes back says which it got last (`Last-Event-ID`, or `after`); where some behind
/// that are not kept any more, or the journal was rewritten, it gets an event `reset`, and asks for the tracks anew.
pub(super) async fn follow(
    State(server): State<Server>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<SseEvent, Infallible>>>, Problem> {
    let parameters = CHANGES.read(query.as_deref())?;
    let by_header = headers.get("last-event-id").and_then(|value| value.to_str().ok()).filter(|id| !id.is_empty());
    let by_header = by_header.map(ChangeId::of).transpose();
    let by_header = by_header.map_err(|error| Problem::bad_request(format!("Last-Event-ID: {error}")))?;
    let after = by_header.or(parameters.read("after", ChangeId::of)?);
    // Another run of the server has counted other changes.
    let is_lost = after.as_ref().is_some_and(|after| after.run != server.run());
    let (kept, receiver) = server.desk.changes(after.filter(|_| !is_lost).map(|after| after.number));
    let run = server.run().to_owned();
    let first = match kept.filter(|_| !is_lost) {
        Some(kept) => kept.iter().map(|published| tell(&run, published)).collect(),
        None => vec![reset(NOT_KEPT)],
    };
    let live = BroadcastStream::new(receiver).map(move |received| match received {
        Ok(published) => tell(&run, &published),
        // The client was too slow.
        Err(_) => reset(NOT_KEPT),
    });
    let mut stopping = server.stopping();
    let until_stop = async move { stopping.wait_for(|is_stopping| *is_stopping).await.map(|_| ()) };
    let all = tokio_stream::iter(first).chain(live).map(Ok);
    Ok(Sse::new(futures_util::StreamExt::take_until(all, until_stop)).keep_alive(KeepAlive::default()))
}

/// The id of a change: the run of the server that told it, and its number in it.
#[derive(Debug, PartialEq, Eq)]
struct ChangeId {
    run: String,
    number: u64,
}

impl ChangeId {
    fn of(text: &str) -> Result<Self, String> {
        let parts = text.rsplit_once('-').and_then(|(run, number)| Some((run.to_owned(), number.parse().ok()?)));
        let (run, number) = parts.ok_or_else(|| format!("{text:?} is no id of a change"))?;
        Ok(Self { run, number })
    }
}

fn tell(run: &str, published: &Published) -> SseEvent {
    let event = match &published.told {
        Told::Change(json) => SseEvent::default().event("change").data(&**json),
        Told::Rewrite => reset("the journal was rewritten"),
    };
    event.id(format!("{run}-{}", published.number))
}

fn reset(why: &str) -> SseEvent {
    SseEvent::default().event("reset").data(format!("{why}: ask for the tracks anew"))
}
