//! Replies: pages of a list, and what lets a client ask whether anything has changed.

use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use demarche_interop::escape;
use demarche_journal::StorePosition;

use super::operation::Operation;
use super::parameter::{LIMIT, LIMIT_MAX};
use crate::desk::{Desk, DeskError, Picture};
use crate::problem::Problem;
use crate::question::{JudgedAt, Parameters, Question};
use crate::server::Server;

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

    /// Tells whether an entry of a list that is sorted by name belongs to this page or a later one.
    pub(super) fn is_behind(&self, name: &str) -> bool {
        self.after.as_deref().is_none_or(|after| name > after)
    }

    /// Returns how many entries stand before this page, in a list whose entries have no names.
    pub(super) fn skipped(&self) -> Result<usize, Problem> {
        let Some(after) = &self.after else { return Ok(0) };
        let problem = || Problem::bad_request(format!("after: {after:?} is no number of an entry")).about("after");
        after.parse().map_err(|_| problem())
    }
}

/// What is asked, and what the client knows already.
pub(super) struct Asked {
    pub(super) operation: &'static Operation,
    pub(super) parameters: Parameters,
    pub(super) question: Question,
    pub(super) known: Known,
}

impl Asked {
    pub(super) fn of(
        operation: &'static Operation,
        server: &Server,
        query: Option<&str>,
        headers: &HeaderMap,
    ) -> Result<Self, Problem> {
        let parameters = operation.read(query)?;
        let question = Question::of(&parameters, JudgedAt::LastEntry)?;
        let known = Known::of(headers, server, !question.is_now);
        Ok(Self { operation, parameters, question, known })
    }

    /// Returns the part of a list that is asked for, and where the next part is.
    pub(super) fn part<T>(
        &self,
        list: impl IntoIterator<Item = T>,
        page: &Page,
        name: impl Fn(&T) -> String,
    ) -> (Vec<T>, Option<String>) {
        let mut list = list.into_iter().peekable();
        let part: Vec<T> = list.by_ref().take(page.limit).collect();
        let last = part.last().filter(|_| list.peek().is_some());
        let next = last.map(|last| self.parameters.with("after", &name(last)).at(self.operation.path));
        (part, next)
    }
}

/// Returns the part of an address that varies, which may be no text.
pub(super) fn in_path(part: Result<Path<String>, PathRejection>, name: &str) -> Result<String, Problem> {
    match part {
        Ok(Path(part)) => Ok(part),
        Err(rejected) => Err(Problem::bad_request(format!("{name}: {}", rejected.body_text())).about(name)),
    }
}

/// What the client has already, and what it may keep.
pub(crate) struct Known {
    asked: Option<String>,
    /// Whether the answer follows from the address and the journal alone, and not from the clock.
    is_settled: bool,
    /// The run of the server, which is part of every tag: another run may have another journal.
    run: String,
}

impl Known {
    pub(crate) fn of(headers: &HeaderMap, server: &Server, is_settled: bool) -> Self {
        let values = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        let asked = Some(values.collect::<Vec<_>>().join(",")).filter(|asked| !asked.is_empty());
        Self { asked, is_settled, run: server.run().to_owned() }
    }

    /// Tells whether the client has this answer.
    pub(super) fn is_current(&self, position: StorePosition) -> bool {
        self.is_settled && self.has(&tag_of(&self.run, position))
    }

    /// Tells whether the client has what a tag stands for.
    pub(crate) fn has(&self, tag: &str) -> bool {
        let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
        let asked = self.asked.as_deref().unwrap_or_default();
        asked.split(',').any(|one| one.trim() == "*" || bare(one) == bare(tag))
    }
}

/// An answer, as it leaves the thread that made it.
pub(crate) struct Answer {
    content_type: &'static str,
    /// Nothing if the client has it already.
    body: Option<Vec<u8>>,
    /// What stands for the answer as it is, if the client may keep it.
    tag: Option<String>,
    /// Where the next part of a list is.
    next: Option<String>,
    /// How many events the track has that was asked about.
    version: Option<u64>,
}

impl Answer {
    /// Makes an answer of JSON, which follows from the position of the journal.
    pub(super) fn json(body: Option<Vec<u8>>, position: StorePosition, known: &Known) -> Self {
        let tag = known.is_settled.then(|| tag_of(&known.run, position));
        let body = body.map(harmless);
        Self { content_type: "application/json", body, tag, next: None, version: None }
    }

    /// Makes an answer whose tag follows from what it says.
    pub(crate) fn of(content_type: &'static str, body: Vec<u8>, known: &Known) -> Self {
        let tag = content_tag(&body);
        let body = Some(body).filter(|_| !known.has(&tag));
        Self { content_type, body, tag: Some(tag), next: None, version: None }
    }

    pub(super) fn followed_by(self, next: Option<String>) -> Self {
        Self { next, ..self }
    }

    pub(super) fn of_version(self, version: u64) -> Self {
        Self { version: Some(version), ..self }
    }
}

/// Escapes in JSON what a terminal would act on: people look at answers there. Every parser reads the same text.
pub(super) fn harmless(json: Vec<u8>) -> Vec<u8> {
    match String::from_utf8(json) {
        Ok(json) => escape::json(json).into_bytes(),
        Err(error) => error.into_bytes(),
    }
}

/// Returns the position of the journal as an entity tag. It is a weak one, since an answer may be compressed on its
/// way.
pub(crate) fn tag_of(run: &str, position: StorePosition) -> String {
    format!("W/\"{run}-{position}\"")
}

/// Returns the entity tag of a content.
fn content_tag(body: &[u8]) -> String {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let mut hasher = DefaultHasher::new();
    body.hash(&mut hasher);
    format!("W/\"{:016x}\"", hasher.finish())
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut response = match self.body {
            Some(body) => ([(header::CONTENT_TYPE, self.content_type)], body).into_response(),
            None => StatusCode::NOT_MODIFIED.into_response(),
        };
        let headers = response.headers_mut();
        let mut set = |name, value: String| {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(name, value);
            }
        };
        let cache = if self.tag.is_some() { "private, no-cache" } else { "no-store" };
        set(header::CACHE_CONTROL, cache.to_owned());
        if let Some(tag) = self.tag {
            set(header::ETAG, tag);
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

/// Answers from the picture, on a thread that may be busy; not at all if the client knows the answer.
pub(super) async fn answer(
    server: &Server,
    asked: Asked,
    make: impl FnOnce(&Desk, &Picture, &Asked) -> Result<(Vec<u8>, Option<String>), DeskError> + Send + 'static,
) -> Result<Answer, Problem> {
    let answer = server.desk.blocking(move |desk| {
        let picture = desk.picture();
        if asked.known.is_current(picture.position) {
            return Ok(Answer::json(None, picture.position, &asked.known));
        }
        let (body, next) = make(desk, &picture, &asked)?;
        Ok(Answer::json(Some(body), picture.position, &asked.known).followed_by(next))
    });
    Ok(answer.await?)
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

/// Returns a value as JSON on a line.
pub(super) fn line<T: serde::Serialize>(value: &T) -> Vec<u8> {
    let mut body = Vec::new();
    json(value, &mut body);
    body.push(b'\n');
    body
}
