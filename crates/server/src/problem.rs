//! Why a request was not answered, as a problem of RFC 9457, in the words that the command line has.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use demarche_core::TrackId;
use demarche_core::codec::{DecodeError, DecodeErrorKind};
use demarche_core::jsonl::JsonProblem;
use demarche_interop::export::ExportError;
use demarche_journal::{StoreError, StoreErrorKind};
use serde::Serialize;

use crate::desk::DeskError;

/// A problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    /// What kind of problem it is, as the last part of its `type`.
    pub(crate) kind: &'static str,
    pub(crate) title: &'static str,
    pub(crate) detail: String,
    /// The parameter or the field that is to blame.
    pub(crate) field: Option<String>,
    /// The line of the body and its column, from 1, that are to blame.
    pub(crate) place: Option<(u64, usize)>,
}

/// A problem as JSON.
#[derive(Serialize)]
struct Body<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
}

impl Problem {
    fn new(status: StatusCode, kind: &'static str, title: &'static str, detail: impl Into<String>) -> Self {
        Self { status, kind, title, detail: detail.into(), field: None, place: None }
    }

    pub(crate) fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad-request", "The request cannot be understood", detail)
    }

    pub(crate) fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "There is no such thing", detail)
    }

    pub(crate) fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", "This is not allowed", detail)
    }

    pub(crate) fn not_allowed(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "not-allowed", "The method is not allowed here", detail)
    }

    /// The problem of a body that was not read, given the status that says why.
    pub(crate) fn unread_body(status: StatusCode, detail: impl Into<String>) -> Self {
        Self::new(status, "unread-body", "The body was not read", detail)
    }

    /// The problem of text that is no event.
    pub(crate) fn broken(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "broken-line", "This is no event", detail)
    }

    pub(crate) fn unauthorized(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized", "You are not logged in", detail)
    }

    pub(crate) fn misdirected(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::MISDIRECTED_REQUEST, "misdirected", "This is another server", detail)
    }

    pub(crate) fn closed(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "closed", "Nobody is let in", detail)
    }

    pub(crate) fn timed_out(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "timeout", "The request took too long", detail)
    }

    /// The problem of a status that says it all.
    pub(crate) fn of_status(status: StatusCode, detail: impl Into<String>) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::not_found(detail),
            StatusCode::METHOD_NOT_ALLOWED => Self::not_allowed(detail),
            StatusCode::PAYLOAD_TOO_LARGE => Self::unread_body(status, detail),
            _ if status.is_server_error() => Self::new(status, "internal", "The server has failed", detail),
            _ => Self { status, ..Self::bad_request(detail) },
        }
    }

    fn unavailable(detail: String) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "The journal cannot be read or written", detail)
    }

    /// The problem of a line of JSON that is no event.
    pub(crate) fn of_event(error: &DecodeError) -> Self {
        Self { field: field_of(error), ..Self::broken(error.to_string()) }
    }

    /// The problem of an export that could not be written.
    pub(crate) fn unwritten(error: &ExportError) -> Self {
        Self::unavailable(error.to_string())
    }

    /// Names the parameter or the field that is to blame.
    pub(crate) fn about(self, field: &str) -> Self {
        Self { field: Some(field.to_owned()), ..self }
    }
}

/// Returns the field of an event that is to blame for an error.
fn field_of(error: &DecodeError) -> Option<String> {
    #[allow(clippy::wildcard_enum_match_arm, reason = "whatever else is wrong is wrong with no field")]
    match &error.kind {
        DecodeErrorKind::Json(JsonProblem::UnknownField { field, .. }) => Some(field.to_string()),
        DecodeErrorKind::Json(JsonProblem::MissingField { field, .. }) => Some((*field).to_owned()),
        DecodeErrorKind::Value { field, .. } | DecodeErrorKind::EmptyList { field } => Some(field.to_string()),
        _ => None,
    }
}

impl Problem {
    /// The problem of a store, given the track of the event that it is about, if that is known.
    ///
    /// The store's own words are for who runs the server: they say where the journal is, as a path or an address.
    fn of_store(error: &StoreError, track: Option<&TrackId>) -> Self {
        let id = error.event.map_or_else(String::new, |id| format!(" {id}"));
        let on = track.map_or_else(String::new, |track| format!(" on the track {track}"));
        #[allow(clippy::wildcard_enum_match_arm, reason = "the kinds may grow")]
        match error.kind {
            StoreErrorKind::Conflict => {
                let detail = format!("duplicate id{id}: another event{on} has it");
                Self::new(StatusCode::CONFLICT, "conflict", "Another event has this id", detail)
            }
            StoreErrorKind::Version => {
                let (status, title) = (StatusCode::PRECONDITION_FAILED, "The track has changed");
                Self::new(status, "version", title, error.to_string())
            }
            StoreErrorKind::Gone => {
                let detail = format!("the event{id}{on} is not stored as it was read: look at it again");
                Self::new(StatusCode::CONFLICT, "gone", "An event is not there any more", detail)
            }
            StoreErrorKind::TooLong => {
                let status = StatusCode::UNPROCESSABLE_ENTITY;
                Self::new(status, "too-long", "The event is too long", error.to_string())
            }
            StoreErrorKind::Busy => {
                let detail = "another writer keeps the journal: try again later";
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", "Another writer has the journal", detail)
            }
            StoreErrorKind::Broken => Self::unavailable("a line of the journal is no event".to_owned()),
            // What else a store may say in time is a matter of the store, too.
            _ => Self::unavailable("the log of the server says why".to_owned()),
        }
    }

    pub(crate) fn of_desk(error: &DeskError) -> Self {
        match error {
            DeskError::Store(error) => Self::of_store(error, None),
            DeskError::Refused { error, track } => Self::of_store(error, track.as_ref()),
            DeskError::Dating(error) => {
                Self::new(StatusCode::CONFLICT, "undated", "The event cannot be dated", error.to_string())
            }
            DeskError::LogChanged(error) => Self::unavailable(error.to_string()),
            DeskError::Apply(error) => {
                Self::new(StatusCode::CONFLICT, "conflict", "Another event has this id", error.to_string())
            }
            DeskError::Stopping => Self::unavailable(error.to_string()),
        }
    }
}

impl From<DeskError> for Problem {
    fn from(error: DeskError) -> Self {
        Self::of_desk(&error)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = Body {
            r#type: format!("urn:demarche:problem:{}", self.kind),
            title: self.title,
            status: self.status.as_u16(),
            detail: &self.detail,
            field: self.field.as_deref(),
            line: self.place.map(|(line, _)| line),
            column: self.place.map(|(_, column)| column),
        };
        let body = demarche_interop::escape::json(serde_json::to_string(&body).unwrap_or_default());
        (self.status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response()
    }
}
