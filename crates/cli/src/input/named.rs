//! Which event an argument names: an entry as the tables show it, or an id.

use std::collections::BTreeMap;
use std::str::FromStr;

use demarche_core::codec::Reader;
use demarche_core::{Event, EventId};
use demarche_journal::Source;
use demarche_projection::narrate::clause;

use super::names::LogNames;
use crate::failure::Failure;
use crate::output::text::printable;
use crate::session::Session;

/// How many hexadecimal characters name an id at the least. Fewer are mistaken for the number of an entry.
const ID_MIN_DIGITS: usize = 8;

/// What names an event on the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum EventName {
    /// An entry: `#7`, or where there are several logs, `desk.jsonl#7`.
    Entry { log: String, line: u64 },
    /// An id, or the beginning of it, in lower case.
    Id(String),
}

impl FromStr for EventName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if let Some((log, line)) = text.rsplit_once('#') {
            let number = Some(line).filter(|line| is_number(line)).and_then(|line| line.parse().ok());
            let line =
                number.filter(|line| *line > 0).ok_or("expected the entry as the tables show it, such as '#7'")?;
            return Ok(Self::Entry { log: log.to_owned(), line });
        }
        if is_number(text) && !text.starts_with('0') {
            return Err(format!("a number alone is no id: write '#{text}' for that entry, or more of the id"));
        }
        if text.bytes().any(|byte| !byte.is_ascii_hexdigit() && byte != b'-') {
            return Err("expected an entry such as '#7', or an id".to_owned());
        }
        if text.bytes().filter(u8::is_ascii_hexdigit).count() < ID_MIN_DIGITS {
            return Err(format!("give at least {ID_MIN_DIGITS} characters of the id, or the entry such as '#7'"));
        }
        Ok(Self::Id(text.to_ascii_lowercase()))
    }
}

impl EventName {
    /// Finds the named event among those of the logs, and returns the value paired with it. An entry is looked up in
    /// its log again, because its line may repeat an earlier event.
    pub(crate) fn find<T>(
        &self,
        events: impl Iterator<Item = (EventId, T)>,
        sources: &[Source],
        names: &LogNames,
        session: &mut Session<'_>,
    ) -> Result<T, Failure> {
        match self {
            Self::Id(beginning) => find(events, beginning),
            Self::Entry { log, line } => {
                let id = id_at(log, *line, sources, names, session)?;
                let changed = || Failure::Refused {
                    problem: format!("the log has changed while it was read: {id} was not there before"),
                    remedy: "run the command again".to_owned(),
                };
                events.into_iter().find(|(found, _)| *found == id).map(|(_, told)| told).ok_or_else(changed)
            }
        }
    }
}

/// The id of the event on a line of the log that a name means.
fn id_at(
    name: &str,
    wanted: u64,
    sources: &[Source],
    names: &LogNames,
    session: &mut Session<'_>,
) -> Result<EventId, Failure> {
    let log = names.log_of(name).map_err(|matching| {
        let matching: Vec<String> = matching.iter().map(|log| format!("'{log}#{wanted}'")).collect();
        let remedy = format!("name one of its logs: {}", matching.join(", "));
        Failure::usage(format!("\"{name}#{wanted}\" does not say of which log it is an entry"), remedy)
    })?;
    let source = sources.get(log).unwrap_or(&Source::Stdin);
    let mut last = 0;
    for entry in Reader::new(source.open(session.stdin, &())?).flatten() {
        if entry.line == wanted {
            return Ok(entry.event.id);
        }
        last = entry.line;
        if last > wanted {
            return Err(no_entry(&format!("line {wanted} of {} is blank", source.name())));
        }
    }
    Err(no_entry(&format!("there is no entry #{wanted} in {}: its last is #{last}", source.name())))
}

fn no_entry(problem: &str) -> Failure {
    Failure::usage(problem, "`demarche events` shows the entries")
}

/// Finds the only event whose id has this beginning, and returns the value paired with it (the first, if lines repeat
/// the event).
fn find<T>(events: impl Iterator<Item = (EventId, T)>, beginning: &str) -> Result<T, Failure> {
    let mut found: BTreeMap<EventId, T> = BTreeMap::new();
    for (id, told) in events.filter(|(id, _)| id.to_string().starts_with(beginning)) {
        found.entry(id).or_insert(told);
    }
    let count = found.len();
    match (found.pop_first(), found.first_key_value()) {
        (Some((_, told)), None) => Ok(told),
        (None, _) => Err(Failure::usage(
            format!("no event has an id that begins with {beginning:?}"),
            "`demarche events --format jsonl` has the ids",
        )),
        (Some((first, _)), Some((second, _))) => {
            let more = if count > 2 { " …" } else { "" };
            Err(Failure::usage(
                format!("{count} events have ids that begin with {beginning:?}: {first}, {second}{more}"),
                "give more of it",
            ))
        }
    }
}

/// Says on standard error which event a command acts on, before it does.
pub(crate) fn tell_named(doing: &str, event: &Event, entry: &str, session: &mut Session<'_>) -> Result<(), Failure> {
    let (who, when) = (&event.source.who, event.occurred.as_str());
    let told = format!("{doing} {entry} ({when}, {who}: {}; id {})", clause(event), event.id);
    writeln!(session.stderr, "note: {}", printable(&told))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_alone_is_never_an_id() {
        for (text, why) in [
            ("7", "write '#7'"),
            ("12345678", "write '#12345678'"),
            ("0199", "at least 8 characters"),
            ("0199f3c", "at least 8 characters"),
            ("0-1-9-9-f-3-c", "at least 8 characters"),
            ("seven", "expected an entry"),
            ("", "at least 8"),
            ("#", "such as '#7'"),
            ("#0", "such as '#7'"),
            ("#+7", "such as '#7'"),
            ("#99999999999999999999", "such as '#7'"),
            ("desk.jsonl#x", "such as '#7'"),
        ] {
            let error = text.parse::<EventName>().unwrap_err();
            assert!(error.contains(why), "{text}: {error}");
        }
        let entry = |log: &str, line| Ok(EventName::Entry { log: log.to_owned(), line });
        assert_eq!("#7".parse(), entry("", 7));
        assert_eq!("a#b.jsonl#12".parse(), entry("a#b.jsonl", 12));
        assert_eq!("0199F3C0-5".parse(), Ok(EventName::Id("0199f3c0-5".to_owned())));
        assert_eq!("01990123".parse(), Ok(EventName::Id("01990123".to_owned())));
    }
}
