//! Reads the events of a body: one, JSON Lines, or an array.

use std::borrow::Cow;
use std::ops::Range;

use demarche_core::codec::{DecodeError, decode};
use demarche_journal::{Draft, Recorded, complete_line};
use serde_json::value::RawValue;

use crate::desk::Desk;
use crate::problem::Problem;
use crate::viewer::Viewer;

/// Reads a body as drafts. What an event leaves out and the server can give, it gets: `id`, `v`, `recorded`, and who
/// enters it, which is for the server to say where it knows its users.
pub(crate) fn drafts_of(body: &[u8], desk: &Desk, viewer: &Viewer) -> Result<Vec<Draft>, Problem> {
    let clock = desk.now();
    let mut drafts = Vec::new();
    for place in places(body)? {
        let text = body.get(place.clone()).unwrap_or_default();
        let (line, is_open) = complete_line(&on_one_line(text), || desk.new_id(), clock);
        let mut event = decode(&line).map_err(|error| problem_of(&error, body, &place))?;
        if let Some(name) = &viewer.name {
            event.entered_by = Some(name.clone());
        }
        let recorded = if is_open { Recorded::Now } else { Recorded::At(event.recorded) };
        drafts.push(Draft { event, recorded });
    }
    if drafts.is_empty() {
        return Err(Problem::bad_request(
            "there is no event in the body: give one as a JSON object, or several as JSON Lines or as an array",
        ));
    }
    Ok(drafts)
}

/// Returns where the events stand in a body.
fn places(body: &[u8]) -> Result<Vec<Range<usize>>, Problem> {
    let start = body.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(body.len());
    if body.get(start) == Some(&b'[') {
        let items: Vec<&RawValue> = serde_json::from_slice(body).map_err(|error| {
            let place = Some((error.line() as u64, error.column()));
            Problem { place, ..Problem::broken(format!("the array cannot be read: {error}")) }
        })?;
        let offset = |item: &RawValue| (item.get().as_ptr() as usize).saturating_sub(body.as_ptr() as usize);
        return Ok(items.into_iter().map(|item| offset(item)..offset(item) + item.get().len()).collect());
    }
    // One object may stand on several lines.
    if serde_json::from_slice::<&RawValue>(body).is_ok() {
        return Ok(std::iter::once(start..body.trim_ascii_end().len()).collect());
    }
    let mut next = 0;
    let lines = body.split(|byte| *byte == b'\n').map(|line| {
        let begin = next;
        next += line.len() + 1;
        begin..begin + line.strip_suffix(b"\r").unwrap_or(line).len()
    });
    let is_blank = |place: &Range<usize>| body.get(place.clone()).unwrap_or_default().trim_ascii().is_empty();
    Ok(lines.filter(|place| !is_blank(place)).collect())
}

/// Returns an event on one line, as the codec wants it: in JSON, every line end is white space.
fn on_one_line(text: &[u8]) -> Cow<'_, [u8]> {
    let is_line_end = |byte: &u8| matches!(byte, b'\n' | b'\r');
    if !text.iter().any(is_line_end) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.iter().map(|byte| if is_line_end(byte) { b' ' } else { *byte }).collect())
}

/// Makes the problem of an event that stands somewhere in a body.
fn problem_of(error: &DecodeError, body: &[u8], place: &Range<usize>) -> Problem {
    // What the server adds stands at the end, and is not to blame.
    let at = (place.start + error.span.start).min(place.end);
    let before = body.get(..at).unwrap_or_default();
    let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let line = before.iter().filter(|byte| **byte == b'\n').count() as u64 + 1;
    let column = String::from_utf8_lossy(before.get(line_start..).unwrap_or_default()).chars().count() + 1;
    Problem { place: Some((line, column)), ..Problem::of_event(error) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts(body: &str) -> Vec<&str> {
        places(body.as_bytes()).unwrap().into_iter().map(|place| body.get(place).unwrap()).collect()
    }

    #[test]
    fn a_body_is_one_event_or_lines_or_an_array() {
        assert_eq!(texts(" {\"a\": 1}\n"), ["{\"a\": 1}"]);
        assert_eq!(texts("{\n  \"a\": 1\n}\r\n"), ["{\n  \"a\": 1\n}"]);
        assert_eq!(texts("{\"a\":1}\r\n\n{\"b\":2}"), ["{\"a\":1}", "{\"b\":2}"]);
        assert_eq!(texts("\n[ {\"a\":1},\n  {\"b\":[2]} ]"), ["{\"a\":1}", "{\"b\":[2]}"]);
        assert!(texts("").is_empty() && texts(" \r\n\n").is_empty() && texts("[]").is_empty());
    }

    #[test]
    fn a_broken_array_says_where() {
        let problem = places(b"[{\"a\":1},\n  {\"b\":]\n").unwrap_err();
        assert_eq!(problem.place, Some((2, 8)), "{problem:?}");
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            for place in places(&body).unwrap_or_default() {
                let text = on_one_line(&body[place.clone()]).into_owned();
                if let Err(error) = decode(&text) {
                    prop_assert!(problem_of(&error, &body, &place).place.is_some());
                }
            }
        }

        #[test]
        fn each_event_is_found_whatever_is_between(blanks in "[ \t\r\n]{0,5}", is_array: bool, count in 1_usize..5) {
            let events: Vec<String> = (0..count).map(|number| format!("{{\"id\":{number}}}")).collect();
            let body = if is_array {
                format!("{blanks}[{blanks}{}{blanks}]{blanks}", events.join(&format!("{blanks},{blanks}")))
            } else {
                format!("{blanks}{}{blanks}", events.join(&format!("{blanks}\n{blanks}")))
            };
            let found: Vec<&str> = texts(&body).into_iter().map(str::trim).collect();
            prop_assert_eq!(found, events);
        }
    }
}
