//! Replies: pages of a list, and what lets a client ask whether anything has changed.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use demarche_journal::StorePosition;

use crate::problem::Problem;
use crate::question::Parameters;

/// How many entries a page has where nothing is said, and at most.
const LIMIT: usize = 100;
const LIMIT_MAX: usize = 1000;

/// Which part of a list is asked for: so many entries, behind one of them.
pub(super) struct Page {
    pub(super) limit: usize,
    pub(super) after: Option<String>,
}

impl Page {
    pub(super) fn of(parameters: &Parameters) -> Result<Self, Problem> {
        let limit = |text: &str| match text.parse() {
            Ok(limit @ 1..=LIMIT_MAX) => Ok(limit),
            _ => Err(format!("{text:?} is no number from 1 to {LIMIT_MAX}")),
        };
        let limit = parameters.read("limit", limit)?.unwrap_or(LIMIT);
        Ok(Self { limit, after: parameters.one("after").map(str::to_owned) })
    }
}

/// What the client knows already, and where the journal stands.
pub(super) struct Known {
    asked: Option<String>,
    /// Whether the answer follows from the address and the journal alone, and not from the clock.
    is_settled: bool,
}

impl Known {
    pub(super) fn of(headers: &HeaderMap, is_settled: bool) -> Self {
        let asked = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).map(str::to_owned);
        Self { asked, is_settled }
    }

    /// Tells whether the client has this answer.
    pub(super) fn is_current(&self, position: StorePosition) -> bool {
        let tag = tag_of(position);
        let known = self.asked.as_deref().unwrap_or_default();
        self.is_settled && known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag)
    }
}

/// An answer, as it leaves the thread that made it.
pub(super) struct Answer {
    /// The JSON; none if the client has it already.
    pub(super) body: Option<Vec<u8>>,
    pub(super) position: StorePosition,
    pub(super) is_settled: bool,
    /// Where the next part of a list is.
    pub(super) next: Option<String>,
    /// How many events the track has that was asked about.
    pub(super) version: Option<u64>,
}

impl Answer {
    pub(super) const fn new(body: Option<Vec<u8>>, position: StorePosition, known: &Known) -> Self {
        Self { body, position, is_settled: known.is_settled, next: None, version: None }
    }

    pub(super) fn followed_by(self, next: Option<String>) -> Self {
        Self { next, ..self }
    }

    pub(super) fn of_version(self, version: u64) -> Self {
        Self { version: Some(version), ..self }
    }
}

/// The position of the journal as an entity tag.
pub(super) fn tag_of(position: StorePosition) -> String {
    format!("\"{position}\"")
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut response = match self.body {
            Some(body) => ([(header::CONTENT_TYPE, "application/json")], body).into_response(),
            None => StatusCode::NOT_MODIFIED.into_response(),
        };
        let headers = response.headers_mut();
        let mut set = |name, value: String| {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(name, value);
            }
        };
        let cache = if self.is_settled { "no-cache" } else { "no-store" };
        set(header::CACHE_CONTROL, cache.to_owned());
        if self.is_settled {
            set(header::ETAG, tag_of(self.position));
        }
        if let Some(next) = self.next {
            set(header::LINK, format!("<{next}>; rel=\"next\""));
        }
        if let Some(version) = self.version {
            set(header::HeaderName::from_static("track-version"), version.to_string());
        }
        response
    }
}

/// Writes a list of JSON values, each as a part of it is written.
pub(super) fn array<T>(entries: impl IntoIterator<Item = T>, write: impl Fn(&T, &mut Vec<u8>)) -> Vec<u8> {
    let mut body = vec![b'['];
    for (at, entry) in entries.into_iter().enumerate() {
        if at > 0 {
            body.push(b',');
        }
        body.push(b'\n');
        write(&entry, &mut body);
    }
    body.extend_from_slice(b"\n]\n");
    body
}

/// Writes a value as JSON.
pub(super) fn json<T: serde::Serialize>(value: &T, out: &mut Vec<u8>) {
    // Writing to memory cannot fail.
    let _ = serde_json::to_writer(out, value);
}
