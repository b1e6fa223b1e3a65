//! Events given as JSON lines. The program fills in `id`, `v` and `recorded` if a line leaves them out.

use demarche_core::codec::{CURRENT_VERSION, Reader, decode};
use serde_json::{Map, Value};

use super::dating::Recorded;
use super::draft::{Draft, new_id};
use crate::failure::{Diagnostic, Failure};
use crate::session::Session;

/// The mark that some programs write before the first line.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Reads one line as a draft.
pub(crate) fn line(line: &str, session: &Session<'_>) -> Result<Draft, Failure> {
    let (line, recorded) = completed(line.as_bytes(), session)?;
    let event = decode(&line).map_err(|error| Failure::usage(error.to_string(), "give a line of a log"))?;
    Ok(Draft::given(event, recorded))
}

/// Reads the lines of standard input. One broken line refuses them all.
pub(crate) fn batch(session: &mut Session<'_>) -> Result<Vec<Draft>, Failure> {
    let (mut given, mut lines, mut recorded) = (Vec::new(), Vec::new(), Vec::new());
    session.stdin.read_to_end(&mut given).map_err(|error| Failure::Read { path: "<stdin>".into(), error })?;
    for line in given.split_inclusive(|byte| *byte == b'\n') {
        let (line, at) = completed(line, session)?;
        lines.extend(line);
        recorded.push(at);
    }
    let mut drafts = Vec::new();
    for entry in Reader::new(&*lines) {
        let entry = entry.map_err(|error| Failure::Log(Box::new(Diagnostic::of(error, "<stdin>"))))?;
        let at = usize::try_from(entry.line - 1).ok().and_then(|line| recorded.get(line).copied().flatten());
        drafts.push(Draft::given(entry.event, at));
    }
    Ok(drafts)
}

/// Completes a line, and returns how to assign its recording instant if the line has none. Fields are added at the end,
/// so that errors keep their columns.
fn completed(line: &[u8], session: &Session<'_>) -> Result<(Vec<u8>, Option<Recorded>), Failure> {
    let text = line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line);
    let object: Option<Map<String, Value>> = serde_json::from_slice(text).ok();
    let (Some(object), Some(end)) = (object, line.iter().rposition(|byte| *byte == b'}')) else {
        return Ok((line.to_vec(), None));
    };
    let is_missing = |key: &str| !object.contains_key(key);
    let mut fields: Vec<String> = Vec::new();
    if is_missing("id") {
        fields.push(format!("\"id\":\"{}\"", new_id(session)));
    }
    if is_missing("v") {
        fields.push(format!("\"v\":{CURRENT_VERSION}"));
    }
    if is_missing("recorded") {
        fields.push(format!("\"recorded\":\"{}\"", session.instant()?));
    }
    let joint = if object.is_empty() || fields.is_empty() { "" } else { "," };
    let (object, rest) = line.split_at(end);
    let completed = [object, joint.as_bytes(), fields.join(",").as_bytes(), rest].concat();
    Ok((completed, is_missing("recorded").then_some(Recorded::Now)))
}
