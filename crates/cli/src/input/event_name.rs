//! Which event an argument names: an entry as the tables show it, a citation, or an id.

use std::collections::BTreeMap;
use std::str::FromStr;

use demarche_core::codec::Reader;
use demarche_core::{Event, EventId};
use demarche_journal::{DIRECTORY_LOG, Source};
use demarche_projection::narrate::{Names, clause};

use super::log_names::LogNames;
use crate::failure::Failure;
use crate::output::text::printable;
use crate::session::Session;

/// The minimum number of hexadecimal digits in a partial id. Fewer could be taken for an entry number.
const ID_MIN_DIGITS: usize = 8;

/// A name for an event on the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum EventName {
    /// An entry: `#7`, or `desk.jsonl#7` if there are several logs.
    Entry { log: String, line: u64 },
    /// An id, or its beginning or end, in lower case.
    Id(String),
    /// The last entry of the log that grows.
    Last,
    /// A citation: the whole text or one word of it, such as `csv:12` for a row of a sheet.
    Cite(String),
}

impl FromStr for EventName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if text == "last" {
            return Ok(Self::Last);
        }
        if text.contains("://") {
            return Ok(Self::Cite(text.to_owned()));
        }
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
            return Ok(Self::Cite(text.to_owned()));
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
            Self::Id(part) => find(events, part),
            Self::Entry { log, line } => one_of(events, id_at(log, *line, sources, names, session)?),
            Self::Last => one_of(events, last_id(sources, session)?),
            Self::Cite(cite) => one_of(events, id_cited(cite, sources, names, session)?),
        }
    }
}

/// Returns the value paired with an id that a log was just seen to hold.
fn one_of<T>(mut events: impl Iterator<Item = (EventId, T)>, id: EventId) -> Result<T, Failure> {
    events.find(|(found, _)| *found == id).map(|(_, told)| told).ok_or_else(|| Failure::Refused {
        problem: format!("the log has changed while it was read: {id} was not there before"),
        remedy: "run the command again".to_owned(),
    })
}

/// Returns the id of the last event of the log that grows: the only log, or `journal.jsonl` of a directory.
fn last_id(sources: &[Source], session: &mut Session<'_>) -> Result<EventId, Failure> {
    let is_appended_to = |source: &&Source| match source {
        Source::File(path) => path.file_name().is_some_and(|name| name == DIRECTORY_LOG),
        Source::Stdin | Source::Stored(_) => false,
    };
    let source = match sources {
        [only] => Some(only),
        several => several.iter().find(is_appended_to),
    };
    let Some(source) = source else { return Err(no_entry("there is no last entry yet")) };
    let last = Reader::new(source.open(session.stdin, &())?).flatten().last();
    last.map(|entry| entry.event.id).ok_or_else(|| no_entry("there is no last entry yet"))
}

/// How many entries a message names.
const NAMED_MAX: usize = 5;

/// Returns the id of the only event with a citation.
fn id_cited(wanted: &str, sources: &[Source], names: &LogNames, session: &mut Session<'_>) -> Result<EventId, Failure> {
    let is_it = |cite: &str| cite == wanted || cite.split_whitespace().any(|word| word == wanted);
    let mut found: BTreeMap<EventId, String> = BTreeMap::new();
    for (number, source) in sources.iter().enumerate() {
        for entry in Reader::new(source.open(session.stdin, &())?).flatten() {
            if entry.event.cite.as_ref().is_some_and(|cite| is_it(cite.as_ref())) {
                found.entry(entry.event.id).or_insert_with(|| names.entry(number, entry.line));
            }
        }
    }
    match found.len() {
        1 => found.pop_first().map(|(id, _)| id).ok_or_else(|| no_entry("no event cites it")),
        0 => Err(Failure::usage(
            format!("no event cites {wanted:?}"),
            "name its entry such as '#7', what it cites, or at least eight characters of its id",
        )),
        count => {
            let more = if count > NAMED_MAX { " …" } else { "" };
            let entries: Vec<String> = found.into_values().take(NAMED_MAX).collect();
            Err(Failure::usage(
                format!("{count} events cite {wanted:?}: {}{more}", entries.join(", ")),
                "name the entry that you mean, as '#7'",
            ))
        }
    }
}

/// Returns the id of the event on a line of a named log.
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
    let there = if last == 0 { "it has none".to_owned() } else { format!("its last is #{last}") };
    Err(no_entry(&format!("there is no entry #{wanted} in {}: {there}", source.name())))
}

fn no_entry(problem: &str) -> Failure {
    Failure::usage(problem, "`demarche events` shows the entries")
}

/// Finds the only event whose id begins or ends with a text, and returns the value paired with it (the first, if lines
/// repeat the event).
fn find<T>(events: impl Iterator<Item = (EventId, T)>, part: &str) -> Result<T, Failure> {
    let mut found: BTreeMap<EventId, T> = BTreeMap::new();
    for (id, told) in events {
        let text = id.to_string();
        if text.starts_with(part) || text.ends_with(part) {
            found.entry(id).or_insert(told);
        }
    }
    let count = found.len();
    match (found.pop_first(), found.first_key_value()) {
        (Some((_, told)), None) => Ok(told),
        (None, _) => Err(Failure::usage(
            format!("no event has an id that begins or ends with {part:?}"),
            "`demarche events --format jsonl` has the ids",
        )),
        (Some((first, _)), Some((second, _))) => {
            let more = if count > 2 { " …" } else { "" };
            Err(Failure::usage(
                format!("{count} events have ids that begin or end with {part:?}: {first}, {second}{more}"),
                "give more of it, or the end of it, in which ids of one day differ",
            ))
        }
    }
}

/// Prints which event a command is about to act on, to standard error.
pub(crate) fn tell_named(
    doing: &str,
    event: &Event,
    entry: &str,
    names: &Names,
    session: &mut Session<'_>,
) -> Result<(), Failure> {
    let (who, when) = (&event.source.who, event.occurred.as_str());
    let told = format!("{doing} {entry} ({when}, {who}: {}; id {})", clause(event, names), event.id);
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
        assert_eq!("last".parse(), Ok(EventName::Last));
        assert_eq!("csv:12".parse(), Ok(EventName::Cite("csv:12".to_owned())));
        assert_eq!("https://x.org/#7".parse(), Ok(EventName::Cite("https://x.org/#7".to_owned())));
        assert_eq!("01990123".parse(), Ok(EventName::Id("01990123".to_owned())));
    }
}
