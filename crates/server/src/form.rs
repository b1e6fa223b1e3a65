//! In which form an answer is given that is none: as a page to people, as a problem to programs.

use axum::http::request::Parts;
use axum::http::{Method, header};
use axum::response::{IntoResponse as _, Response};

use crate::api::{CALENDAR, DIGEST, FEED, LOG, Operation};
use crate::page::PageProblem;
use crate::problem::Problem;

/// What programs ask for.
const OF_PROGRAMS: [&str; 3] = ["/api/", "/health", "/metrics"];

/// What one subscribes to.
const FEEDS: [&Operation; 4] = [&CALENDAR, &FEED, &DIGEST, &LOG];

/// The form of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// HTML.
    Page,
    /// JSON of RFC 9457.
    Problem,
}

impl Form {
    /// Returns the form in which a request wants its answer.
    pub(crate) fn of(parts: &Parts) -> Self {
        let accepted = parts.headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        // A form of a page is sent by its script, too, which accepts anything.
        let is_for_people = accepted.contains("text/html") || parts.method == Method::POST;
        if !Self::is_of_programs(parts.uri.path()) && is_for_people { Self::Page } else { Self::Problem }
    }

    /// Tells whether only programs ask for a path.
    pub(crate) fn is_of_programs(path: &str) -> bool {
        OF_PROGRAMS.iter().any(|beginning| path.starts_with(beginning))
    }

    /// Tells whether a path is that of a calendar, a feed or the like, for which programs ask from time to time.
    pub(crate) fn is_feed(path: &str) -> bool {
        FEEDS.iter().any(|feed| feed.path == path)
    }

    pub(crate) fn of_problem(self, problem: Problem) -> Response {
        match self {
            Self::Page => PageProblem::from(problem).into_response(),
            Self::Problem => problem.into_response(),
        }
    }
}
