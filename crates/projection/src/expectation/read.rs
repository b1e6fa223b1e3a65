//! Reading expectations, line by line.

use std::io::BufRead;

use demarche_core::jsonl::{JsonProblem, Lines, locate};

use super::error::{ExpectationProblem as Problem, Misplaced};
use super::{Expectation, ExpectationError, line};

/// Reads expectations from anything buffered, one line at a time; see [`Expectation`] for the format.
///
/// After an error on a line it continues with the next line, so that the caller chooses whether to stop. After an error
/// of the input it ends.
pub fn read_expectations(input: impl BufRead) -> impl Iterator<Item = Result<Expectation, ExpectationError>> {
    let mut lines = Lines::new(input);
    let mut ended = false;
    std::iter::from_fn(move || {
        while !ended {
            let read = match lines.next_line() {
                Ok(None) => return None,
                Ok(Some(Err(error))) => Err(error.into()),
                Ok(Some(Ok(_))) => read(lines.number(), lines.current()),
                Err(error) => {
                    ended = true;
                    return Some(Err(ExpectationError {
                        line: lines.number() + 1,
                        column: 1,
                        problem: Problem::Io(error),
                    }));
                }
            };
            match read {
                Ok(None) => {}
                Ok(Some(expectation)) => return Some(Ok(expectation)),
                Err(Misplaced { problem, span }) => {
                    let (column, _) = locate(lines.current(), span);
                    return Some(Err(ExpectationError { line: lines.number(), column, problem }));
                }
            }
        }
        None
    })
}

/// Reads a line. Returns `None` for a blank line or a comment.
fn read(number: u64, text: &[u8]) -> Result<Option<Expectation>, Misplaced> {
    let text = std::str::from_utf8(text).map_err(|error| {
        let at = error.valid_up_to();
        Misplaced { problem: Problem::Json(JsonProblem::NotUtf8), span: at..at }
    })?;
    if text.trim_ascii().is_empty() || text.starts_with('#') {
        return Ok(None);
    }
    line::read(number, text).map(Some)
}
