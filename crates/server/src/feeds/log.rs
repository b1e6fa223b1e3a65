//! The journal as it is stored, an event a line: another desk takes it into a journal of its own.

use std::io;

use axum::body::{Body, Bytes};
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use demarche_core::EventId;
use demarche_journal::StorePosition;

use crate::api::{Known, LOG, tag_of};
use crate::problem::Problem;
use crate::server::Server;

/// How many events are read at once: nobody waits longer than for these.
const EVENTS_AT_ONCE: u32 = 512;

pub(crate) async fn show(
    State(server): State<Server>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let parameters = LOG.read(query.as_deref())?;
    let after = parameters.read("after", str::parse::<EventId>)?;
    let known = Known::of(&headers, &server, true);
    let (part, tag) = {
        let picture = server.desk.picture();
        let next = match after {
            None => 0,
            Some(after) => match picture.fold().number_of(after) {
                Some(number) => number + 1,
                None => return Err(Problem::not_found(format!("after: there is no event {after}")).about("after")),
            },
        };
        let part = Part { next, end: picture.fold().facts().end(), position: picture.position };
        (part, tag_of(server.run(), picture.position))
    };
    let headers =
        [(header::CONTENT_TYPE, LOG.answer.0), (header::CACHE_CONTROL, "private, no-cache"), (header::ETAG, &tag)];
    if known.has(&tag) {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    let lines = futures_util::stream::try_unfold(part, move |part| {
        let server = server.clone();
        async move { part.read(&server).await }
    });
    Ok((headers, Body::from_stream(lines)).into_response())
}

/// The events that have not been sent yet.
struct Part {
    next: u32,
    /// What has come since the client asked is for the next time.
    end: u32,
    position: StorePosition,
}

impl Part {
    /// Reads the next lines. An error cuts the answer off: the client sees that it is not whole.
    async fn read(mut self, server: &Server) -> io::Result<Option<(Bytes, Self)>> {
        if self.next >= self.end {
            return Ok(None);
        }
        let read = server.desk.blocking(move |desk| {
            let picture = desk.picture();
            if picture.position.epoch != self.position.epoch {
                return Ok(None);
            }
            let end = self.end.min(self.next.saturating_add(EVENTS_AT_ONCE));
            let mut lines = Vec::new();
            for number in self.next..end {
                // Reading the event shows that its line was not overwritten since.
                if picture.fold().event(number)?.is_some() {
                    lines.extend(picture.fold().line(number));
                    lines.push(b'\n');
                }
            }
            self.next = end;
            Ok(Some((Bytes::from(lines), self)))
        });
        match read.await {
            Ok(Some(read)) => Ok(Some(read)),
            Ok(None) => Err(io::Error::other("the journal was rewritten while it was sent")),
            Err(error) => Err(io::Error::other(error)),
        }
    }
}
