//! The page: what people see in a browser. Each file is one view; they share the frame (`frame.rs`) and the pieces of
//! which they are made (`pieces.rs`).
//!
//! Every view works without its script: what is asked stands in the address, and forms send it. The script adds the
//! sliders, keeps what is typed, and takes in changes without a reload.

mod agenda;
mod brief;
mod check;
mod days;
mod entry;
mod frame;
mod live;
mod overview;
mod pieces;
mod record;
mod search;
mod track;

use axum::Router;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use maud::{Markup, html};

use crate::problem::Problem;
use crate::question::{JudgedAt, Parameters, Question};
use crate::server::Server;
use crate::viewer::Viewer;
pub(crate) use frame::bare;

/// The routes.
pub(crate) fn routes() -> Router<Server> {
    Router::new()
        .route("/", get(overview::show))
        .route("/tracks/{*track}", get(track::show))
        .route("/entries/{id}", get(entry::show))
        .route("/brief", get(brief::show))
        .route("/brief.md", get(brief::markdown))
        .route("/agenda", get(agenda::show))
        .route("/check", get(check::show))
        .route("/search", get(search::show))
        .route("/record", get(record::choose))
        .route("/record/{type}", get(record::form).post(record::submit))
        .route("/live", get(live::show))
        .route("/days", get(days::show))
}

/// A request for a view: where, who, and what is asked.
#[derive(Clone)]
pub(crate) struct Visit {
    pub(crate) server: Server,
    pub(crate) viewer: Viewer,
    pub(crate) path: String,
    pub(crate) parameters: Parameters,
    pub(crate) question: Question,
}

impl FromRequestParts<Server> for Visit {
    type Rejection = PageProblem;

    async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Self, PageProblem> {
        let parameters = Parameters::of(parts.uri.query());
        let viewer = parts.extensions.get::<Viewer>().cloned();
        let viewer = viewer.ok_or_else(|| Problem::forbidden("nobody is logged in"))?;
        let question = Question::of(&parameters, JudgedAt::Now)?;
        Ok(Self { server: server.clone(), viewer, path: parts.uri.path().to_owned(), parameters, question })
    }
}

impl Visit {
    /// Returns the address of another view with the same question.
    pub(crate) fn to(&self, path: &str) -> String {
        self.parameters.of_question().at(path)
    }

    /// Returns the address of another view with the same question and a parameter of its own.
    pub(crate) fn to_with(&self, path: &str, name: &str, value: &str) -> String {
        self.parameters.of_question().with(name, value).at(path)
    }

    /// Returns the address of this view with one parameter changed.
    pub(crate) fn here_with(&self, name: &str, value: &str) -> String {
        self.parameters.with(name, value).at(&self.path)
    }
}

/// A problem as a page.
#[derive(Debug)]
pub(crate) struct PageProblem(Problem);

impl<E: Into<Problem>> From<E> for PageProblem {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for PageProblem {
    fn into_response(self) -> Response {
        let Self(problem) = self;
        let page = bare(
            problem.title,
            &html! {
                h1 { (problem.title) }
                p.problem { (pieces::text(&problem.detail)) }
                p { a href="/" { "All tracks" } }
            },
        );
        (problem.status, page).into_response()
    }
}

/// A view, or the problem that keeps it from being shown.
pub(crate) type View = Result<Markup, PageProblem>;
