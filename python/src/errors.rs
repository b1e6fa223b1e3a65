//! Errors as exceptions of `demarche.errors`, which are written in Python so that they can have fields.

use std::fmt::Display;

use demarche_core::codec::{DecodeError, ReadError};
use demarche_interop::import::ImportError;
use demarche_journal::{FileChange, JournalError, SourceError};
use demarche_projection::LogChanged;
use pyo3::exceptions::{PyFileNotFoundError, PyOSError};
use pyo3::prelude::*;

/// Makes an exception of a class of `demarche.errors`.
fn exception<'py, A: pyo3::call::PyCallArgs<'py>>(py: Python<'py>, class: &str, arguments: A) -> PyErr {
    let made = py.import("demarche.errors").and_then(|module| module.getattr(class)?.call1(arguments));
    made.map_or_else(|error| error, PyErr::from_value)
}

/// A line of a log that is no event, or is another event of the same id.
pub(crate) fn log_error(problem: &dyn Display, log: &str, line: u64, column: Option<usize>) -> PyErr {
    Python::attach(|py| exception(py, "LogError", (problem.to_string(), log, line, column)))
}

pub(crate) fn read_error(error: &ReadError, log: &str) -> PyErr {
    log_error(&error.kind, log, error.line, Some(error.column))
}

/// An event that was given alone is none.
pub(crate) fn event_error(error: &DecodeError, line: &str, number: u64) -> PyErr {
    let before = line.get(..error.span.start).unwrap_or(line);
    log_error(&error.kind, "<events>", number, Some(before.chars().count() + 1))
}

/// A row of other people's data that becomes no event.
pub(crate) fn row_error(error: &ImportError, file: &str) -> PyErr {
    let arguments = (error.kind.to_string(), file, error.line, error.column);
    Python::attach(|py| exception(py, "RowError", arguments))
}

/// Arguments that ask for nothing that can be answered.
pub(crate) fn question_error(problem: impl Display) -> PyErr {
    Python::attach(|py| exception(py, "QuestionError", (problem.to_string(),)))
}

/// A journal that refuses what it is to store.
pub(crate) fn journal_error(error: &JournalError) -> PyErr {
    let is_conflict = matches!(
        error,
        JournalError::Conflict { .. } | JournalError::ConflictInBatch { .. } | JournalError::UnexpectedVersion { .. }
    );
    let class = if is_conflict { "ConflictError" } else { "JournalError" };
    Python::attach(|py| exception(py, class, (error.to_string(),)))
}

/// A log that was changed while it is read from.
pub(crate) fn changed(log: &str, change: FileChange) -> PyErr {
    let what = match change {
        FileChange::Cut => "was cut",
        FileChange::Rewritten => "was rewritten",
        FileChange::Replaced => "was replaced",
    };
    let problem = format!("{log} {what} since it was read: make the fold again");
    Python::attach(|py| exception(py, "LogChangedError", (problem,)))
}

pub(crate) fn log_changed(error: LogChanged) -> PyErr {
    Python::attach(|py| exception(py, "LogChangedError", (format!("{error}: make the fold again"),)))
}

pub(crate) fn source_error(error: &SourceError) -> PyErr {
    match error {
        SourceError::Unreadable { path, error: why } if why.kind() == std::io::ErrorKind::NotFound => {
            PyFileNotFoundError::new_err(format!("there is no log {}", path.display()))
        }
        SourceError::Unreadable { .. } | SourceError::NoLog { .. } => PyOSError::new_err(error.to_string()),
        SourceError::StdinTwice | SourceError::Address { .. } => question_error(error),
    }
}

/// Unused arguments of a call, as Python says it.
pub(crate) fn unexpected(name: &str, expected: &[&str]) -> PyErr {
    let expected = expected.join(", ");
    pyo3::exceptions::PyTypeError::new_err(format!("unexpected keyword argument '{name}': expected one of {expected}"))
}
