//! Events given as JSON lines. The program fills in `id`, `v` and `recorded` if a line leaves them out.

use demarche_core::Event;
use demarche_core::codec::{Reader, decode};
use demarche_journal::{Draft, Recorded, complete_line};

use super::draft::new_id;
use crate::failure::{Diagnostic, Failure};
use crate::session::Session;

/// Reads one line.
pub(crate) fn line(line: &str, session: &Session<'_>) -> Result<Draft, Failure> {
    let (line, recorded) = completed(line.as_bytes(), session)?;
    let event = decode(&line).map_err(|error| Failure::usage(error.to_string(), "give a line of a log"))?;
    Ok(given(event, recorded))
}

/// Reads the lines of standard input. One broken line refuses them all.
pub(crate) fn batch(session: &mut Session<'_>) -> Result<Vec<Draft>, Failure> {
    let (mut input, mut lines, mut recorded) = (Vec::new(), Vec::new(), Vec::new());
    session.stdin.read_to_end(&mut input).map_err(|error| Failure::Read { path: "<stdin>".into(), error })?;
    for line in input.split_inclusive(|byte| *byte == b'\n') {
        let (line, at) = completed(line, session)?;
        lines.extend(line);
        recorded.push(at);
    }
    let mut drafts = Vec::new();
    for entry in Reader::new(&*lines) {
        let entry = entry.map_err(|error| Failure::Log(Box::new(Diagnostic::of(error, "<stdin>"))))?;
        let at = usize::try_from(entry.line - 1).ok().and_then(|line| recorded.get(line).copied().flatten());
        drafts.push(given(entry.event, at));
    }
    Ok(drafts)
}

/// Completes a line, and tells when its event is recorded if the line does not say.
fn completed(line: &[u8], session: &Session<'_>) -> Result<(Vec<u8>, Option<Recorded>), Failure> {
    let (line, is_open) = complete_line(line, || new_id(session), session.instant()?);
    Ok((line, is_open.then_some(Recorded::Now)))
}

/// A draft of an event that says when it was recorded, unless that is left to the program.
fn given(event: Event, recorded: Option<Recorded>) -> Draft {
    let recorded = recorded.unwrap_or(Recorded::At(event.recorded));
    Draft { event, recorded }
}
