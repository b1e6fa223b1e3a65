//! What one can subscribe to: a calendar, a feed of changes of status, a digest, the journal itself.

pub(crate) mod atom;
pub(crate) mod calendar;
pub(crate) mod digest;
mod histories;
pub(crate) mod log;

pub(crate) use histories::Histories;

use axum::http::HeaderMap;
use demarche_projection::query::TrackChoice;

use crate::api::{Known, Operation};
use crate::problem::Problem;
use crate::question::{JudgedAt, Parameters, Question, track_choice};
use crate::server::Server;

/// What a subscriber asks for. It is judged now, unless a bound is set.
struct Subscription {
    parameters: Parameters,
    question: Question,
    choice: TrackChoice,
    known: Known,
}

impl Subscription {
    fn of(operation: &Operation, server: &Server, query: Option<&str>, headers: &HeaderMap) -> Result<Self, Problem> {
        let parameters = operation.read(query)?;
        Ok(Self {
            question: Question::of(&parameters, JudgedAt::Now)?,
            choice: track_choice(&parameters)?,
            known: Known::of(headers, server, false),
            parameters,
        })
    }
}
