//! Reading expectations, line by line.

use std::io::{self, BufRead};

use super::error::{ExpectationProblem as Problem, Misplaced};
use super::line::{self, JSON_SPACE};
use super::{Expectation, ExpectationError};

/// Reads expectations from anything buffered, one line at a time.
///
/// After an error on a line it goes on with the next line, so that the caller chooses whether to stop. After an error
/// of the input it ends.
///
/// # The format
///
/// JSON Lines: one object a line, in any order of its fields. Blank lines and lines that begin with `#` say nothing.
///
/// | field | required | value |
/// | --- | --- | --- |
/// | `track` | yes | a track |
/// | `status` | yes | a word for a [`Status`](crate::Status), or `none`: there is nothing to say of the track |
/// | `as_of`, `known_at`, `today` | no | an EDTF date, which means its last instant, or an RFC 3339 instant |
/// | `reading` | no | a [`Reading`](crate::Reading), as `who:ru` |
/// | `contested` | no | whether anything that decides the status is disputed |
///
/// Reading is strict: an unknown, missing or repeated field, a value of another type, and whatever a type refuses are
/// errors that know where they stand.
pub fn read_expectations(input: impl BufRead) -> impl Iterator<Item = Result<Expectation, ExpectationError>> {
    Lines { input, number: 0, buffer: Vec::new(), ended: false }
}

struct Lines<R> {
    input: R,
    number: u64,
    buffer: Vec<u8>,
    ended: bool,
}

impl<R: BufRead> Lines<R> {
    /// Reads the next line into the buffer; tells whether there is one.
    fn advance(&mut self) -> io::Result<bool> {
        self.buffer.clear();
        self.number += 1;
        let length = self.input.read_until(b'\n', &mut self.buffer)?;
        if self.number == 1 && self.buffer.starts_with(BOM) {
            self.buffer.drain(..BOM.len());
        }
        Ok(length > 0)
    }

    /// Reads the line in the buffer; none where it says nothing.
    fn read(&self) -> Result<Option<Expectation>, Misplaced> {
        let text = std::str::from_utf8(&self.buffer).map_err(|error| {
            let at = error.valid_up_to();
            (Problem::NotUtf8, at..at)
        })?;
        if text.trim_matches(JSON_SPACE).is_empty() || text.starts_with('#') {
            return Ok(None);
        }
        line::read(self.number, text).map(Some)
    }

    fn error(&self, (problem, span): Misplaced) -> ExpectationError {
        let before = self.buffer.get(..span.start).unwrap_or(&self.buffer);
        let column = String::from_utf8_lossy(before).chars().count() + 1;
        ExpectationError { line: self.number, column, problem }
    }
}

/// The byte order mark of UTF-8.
const BOM: &[u8] = b"\xEF\xBB\xBF";

impl<R: BufRead> Iterator for Lines<R> {
    type Item = Result<Expectation, ExpectationError>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended {
            match self.advance() {
                Ok(true) => match self.read() {
                    Ok(None) => {}
                    Ok(Some(expectation)) => return Some(Ok(expectation)),
                    Err(misplaced) => return Some(Err(self.error(misplaced))),
                },
                Ok(false) => self.ended = true,
                Err(error) => {
                    self.ended = true;
                    let problem = Problem::Io(error);
                    return Some(Err(ExpectationError { line: self.number, column: 1, problem }));
                }
            }
        }
        None
    }
}
