//! One line: a flat JSON object of a few fields.

use demarche_core::jsonl::{JsonError, Object, Value};
use demarche_core::{Instant, TrackId};

use super::Expectation;
use super::error::{ExpectationProblem as Problem, Misplaced};
use crate::query::{Reading, moment};
use crate::state::Status;

/// The fields of an expectation.
const FIELDS: &[&str] = &["track", "status", "as_of", "known_at", "today", "reading", "contested"];

/// Parses a line that is neither blank nor a comment.
pub(super) fn read(number: u64, line: &str) -> Result<Expectation, Misplaced> {
    let mut object = Object::of_line(line, "an expectation")?;
    object.only(FIELDS)?;
    Ok(Expectation {
        line: number,
        track: read_track(&object.need("track")?)?,
        status: read_status(&object.need("status")?)?,
        as_of: object.take("as_of").map(|date| read_moment(&date)).transpose()?,
        known_at: object.take("known_at").map(|date| read_moment(&date)).transpose()?,
        today: object.take("today").map(|date| read_moment(&date)).transpose()?,
        reading: object.take("reading").map(|reading| read_reading(&reading)).transpose()?,
        contested: object.take("contested").map(|value| value.boolean()).transpose()?,
    })
}

fn read_track(value: &Value<'_>) -> Result<TrackId, Misplaced> {
    value.text()?.parse().map_err(|error| Problem::Track(error).blaming(value))
}

fn read_reading(value: &Value<'_>) -> Result<Reading, Misplaced> {
    value.text()?.parse().map_err(|error| Problem::Reading(error).blaming(value))
}

/// Reads a status; `None` if there must be nothing to say about the track.
fn read_status(value: &Value<'_>) -> Result<Option<Status>, Misplaced> {
    let word = value.text()?;
    if word == "none" {
        return Ok(None);
    }
    word.parse().map(Some).map_err(|error| Problem::Status(error).blaming(value))
}

fn read_moment(value: &Value<'_>) -> Result<Instant, Misplaced> {
    let text = value.text()?;
    let field = || value.field();
    match moment(&text) {
        Ok(Some(instant)) => Ok(instant),
        Ok(None) => Err(Problem::NoEnd { field: field(), input: text.into() }.blaming(value)),
        Err(reason) => Err(Problem::Date { field: field(), reason }.blaming(value)),
    }
}

impl From<JsonError> for Misplaced {
    fn from(error: JsonError) -> Self {
        Self { problem: Problem::Json(error.problem), span: error.span }
    }
}

impl Problem {
    fn blaming(self, value: &Value<'_>) -> Misplaced {
        Misplaced { problem: self, span: value.span() }
    }
}
