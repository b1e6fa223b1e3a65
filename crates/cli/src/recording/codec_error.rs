//! Errors of the codec in the terms of the command line: `--kind` for a field, `arms-control` for `arms_control`.

use demarche_core::EventType;
use demarche_core::codec::{DecodeError, DecodeErrorKind, ValueError};
use demarche_core::jsonl::JsonProblem;

use crate::failure::Failure;

/// Describes what is wrong with an event that was given by options.
pub(super) fn refusal(error: &DecodeError, event_type: EventType) -> Failure {
    let event_type = option_of(event_type.as_str());
    let remedy = format!("`demarche record {event_type} --help` lists its fields");
    #[allow(clippy::wildcard_enum_match_arm, reason = "whatever else is wrong is wrong with no option")]
    let problem = match &error.kind {
        DecodeErrorKind::Json(JsonProblem::UnknownField { field, expected: [], .. }) => {
            format!("{event_type} takes no fields, and --{} is one", option_of(field))
        }
        DecodeErrorKind::Json(JsonProblem::UnknownField { field, expected, .. }) => {
            let known: Vec<String> = expected.iter().map(|name| format!("--{}", option_of(name))).collect();
            format!("{event_type} takes no --{}: its fields are {}", option_of(field), known.join(", "))
        }
        DecodeErrorKind::Json(JsonProblem::MissingField { field, .. }) => {
            format!("{event_type} needs --{}", option_of(field))
        }
        DecodeErrorKind::Value { field, reason: ValueError::Word(reason) } => {
            format!("--{}: {}", option_of(field), option_of(&reason.to_string()))
        }
        DecodeErrorKind::Value { field, reason } => format!("--{}: {reason}", option_of(field)),
        DecodeErrorKind::EmptyList { field } => format!("--{} is empty: give at least one id", option_of(field)),
        _ => error.to_string(),
    };
    Failure::usage(problem, remedy)
}

/// Returns a word of a log as options write it.
fn option_of(word: &str) -> String {
    word.replace('_', "-")
}
