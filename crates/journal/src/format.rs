//! The canonical form of a log.

use std::fmt;

use demarche_core::codec::{CURRENT_VERSION, ReadError, Reader, canonical, encode};
use demarche_core::jsonl::{LINE_MAX_BYTES, Object};
use demarche_core::{Event, EventId};

/// A log in canonical form, with the changes that were made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Formatted {
    /// The canonical bytes: a line for each event, in their original order.
    pub log: Vec<u8>,
    /// The changes, by line; empty if the log was canonical.
    pub changes: Vec<LineChange>,
}

/// What changed in a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineChange {
    /// The number of the line in the original log, from 1.
    pub line: u64,
    /// What changed.
    pub kind: LineChangeKind,
}

/// A kind of change. None of them affects what an event says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LineChangeKind {
    /// A byte order mark was dropped.
    ByteOrderMark,
    /// A blank line was dropped.
    BlankLine,
    /// The line end was not a single line feed.
    LineEnd,
    /// The line had an older version of the schema.
    Version {
        /// The version.
        from: u64,
    },
    /// The event was written differently: the order of fields, white space, escapes, offsets, optional parts.
    Spelling,
}

/// Says why a log has no canonical form.
#[derive(Debug, thiserror::Error)]
pub enum FormatError {
    /// A line is not an event.
    #[error(transparent)]
    Read(Box<ReadError>),
    /// A line would become too long to be read again.
    #[error("line {line}: {reason}")]
    TooLong {
        /// The number of the line, from 1.
        line: u64,
        /// The event, and the length of the line.
        reason: TooLong,
    },
}

/// Says that the canonical line of an event would be too long to be read again.
///
/// This happens only to a line that was just short enough in an older version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the canonical line of event {id} has {bytes} bytes: a line has at most {LINE_MAX_BYTES}")]
pub struct TooLong {
    /// The event.
    pub id: EventId,
    /// The length of its line, without a line end.
    pub bytes: usize,
}

impl From<ReadError> for FormatError {
    fn from(error: ReadError) -> Self {
        Self::Read(Box::new(error))
    }
}

impl Formatted {
    /// Tells whether anything changed.
    #[must_use]
    pub const fn is_changed(&self) -> bool {
        !self.changes.is_empty()
    }

    /// Returns how many lines changed.
    #[must_use]
    pub fn changed_lines(&self) -> usize {
        self.changes.chunk_by(|one, next| one.line == next.line).count()
    }
}

impl fmt::Display for LineChangeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ByteOrderMark => f.write_str("a byte order mark"),
            Self::BlankLine => f.write_str("a blank line"),
            Self::LineEnd => f.write_str("a line end that is not LF alone"),
            Self::Version { from } => write!(f, "schema version {from}, not {CURRENT_VERSION}"),
            Self::Spelling => f.write_str("not in canonical form"),
        }
    }
}

/// Brings a log to canonical form: writes every line as the codec does, and changes nothing else.
///
/// Events are not changed, dropped, moved or merged: a line that is repeated stays repeated. A canonical log comes out
/// byte for byte, even in an older version that differs in its number only, since it may be sealed.
///
/// ```
/// use demarche_journal::{LineChangeKind, format};
///
/// let canonical = concat!(
///     r#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"track_stalled","track":"us-ru","#,
///     r#""occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","#,
///     r#""source":{"who":"izvestia","attribution":"media"},"data":{}}"#,
///     "\n",
/// );
/// let loose = format!("\n{}", canonical.replace("Z\",", "+00:00\", "));
/// let formatted = format(loose.as_bytes())?;
/// assert_eq!(formatted.log, canonical.as_bytes());
/// let changes: Vec<_> = formatted.changes.iter().map(|change| (change.line, change.kind)).collect();
/// assert_eq!(changes, [(1, LineChangeKind::BlankLine), (2, LineChangeKind::Spelling)]);
/// assert!(!format(canonical.as_bytes())?.is_changed());
/// # Ok::<(), demarche_journal::FormatError>(())
/// ```
///
/// # Errors
///
/// A [`FormatError`] at the first line that is not an event, or that would become too long.
pub fn format(log: &[u8]) -> Result<Formatted, FormatError> {
    let mut formatted = Formatted { log: Vec::with_capacity(log.len()), changes: Vec::new() };
    let mut entries = Reader::new(log);
    let mut next = entries.next().transpose()?;
    for (line, raw) in (1..).zip(log.split_inclusive(|byte| *byte == b'\n')) {
        let mut change = |kind| formatted.changes.push(LineChange { line, kind });
        let (text, is_marked, is_ended) = text_of(raw, line == 1);
        if is_marked {
            change(LineChangeKind::ByteOrderMark);
        }
        let Some(entry) = next.take_if(|entry| entry.line == line) else {
            change(LineChangeKind::BlankLine);
            continue;
        };
        if !is_ended {
            change(LineChangeKind::LineEnd);
        }
        let written = canonical(&entry.event, text);
        push_line(&entry.event, written.as_bytes(), &mut formatted.log)
            .map_err(|reason| FormatError::TooLong { line, reason })?;
        if written.as_bytes() != text {
            let (from, to) = (version_of(text), version_of(written.as_bytes()));
            change(
                from.filter(|_| from != to).map_or(LineChangeKind::Spelling, |from| LineChangeKind::Version { from }),
            );
        }
        next = entries.next().transpose()?;
    }
    Ok(formatted)
}

/// Writes events as a log in canonical form, of the current version, in the given order.
///
/// # Errors
///
/// A [`TooLong`] at the first event whose line would be too long to be read again.
pub fn canonical_log<'e>(events: impl IntoIterator<Item = &'e Event>) -> Result<Vec<u8>, TooLong> {
    let mut log = Vec::new();
    events.into_iter().try_for_each(|event| push_line(event, encode(event).as_bytes(), &mut log))?;
    Ok(log)
}

/// Writes events, given with their lines, as a log in canonical form, in the given order. Canonical lines are kept byte
/// for byte ([`canonical`]), so that a seal on them holds.
///
/// # Errors
///
/// A [`TooLong`] at the first event whose line would be too long to be read again.
pub fn canonical_lines<'e>(entries: impl IntoIterator<Item = (&'e Event, &'e [u8])>) -> Result<Vec<u8>, TooLong> {
    let mut log = Vec::new();
    let push = |(event, line): (&Event, &[u8])| push_line(event, canonical(event, line).as_bytes(), &mut log);
    entries.into_iter().try_for_each(push)?;
    Ok(log)
}

fn push_line(event: &Event, line: &[u8], log: &mut Vec<u8>) -> Result<(), TooLong> {
    if line.len() > LINE_MAX_BYTES {
        return Err(TooLong { id: event.id, bytes: line.len() });
    }
    log.extend_from_slice(line);
    log.push(b'\n');
    Ok(())
}

/// Returns the line as the reader takes it; whether a byte order mark precedes it, and whether a single line feed
/// follows it.
fn text_of(raw: &[u8], is_first: bool) -> (&[u8], bool, bool) {
    let whole = raw.strip_suffix(b"\n");
    let text = whole.unwrap_or(raw);
    let (text, is_ended) = text.strip_suffix(b"\r").map_or((text, whole.is_some()), |text| (text, false));
    match text.strip_prefix(b"\xEF\xBB\xBF") {
        Some(text) if is_first => (text, true, is_ended),
        _ => (text, false, is_ended),
    }
}

/// Returns the version that a line claims to have.
fn version_of(line: &[u8]) -> Option<u64> {
    Object::of_line(std::str::from_utf8(line).ok()?, "an event").ok()?.take("v")?.whole_number().ok()
}

#[cfg(test)]
mod tests {
    use demarche_core::codec::{Entry, encode};
    use demarche_core::strategy;
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn events(log: &[u8]) -> Vec<Event> {
        Reader::new(log).collect::<Result<Vec<Entry>, _>>().unwrap().into_iter().map(|entry| entry.event).collect()
    }

    /// A loosely written log: a way of writing for each line, blank lines, perhaps a mark, and a last line without an
    /// end.
    fn loose() -> impl Strategy<Value = (Vec<Event>, Vec<u8>)> {
        let log = prop_oneof![strategy::log_of(0..=20), vec(strategy::event(), 0..=6)];
        (log, vec(0..8_u8, 20), any::<bool>(), any::<bool>()).prop_map(|(log, ways, marked, ended)| {
            let mut text = if marked { "\u{feff}".to_owned() } else { String::new() };
            for (event, way) in log.iter().zip(ways.iter().cycle()) {
                let line = encode(event);
                text.push_str(&match way {
                    0 => format!(" {line}\t\n"),
                    1 => format!("{line}\r\n"),
                    2 => format!("\n \r\n{line}\n"),
                    3 => format!("{{\"v\":3 ,{}\n", line.replacen("\"v\":3,", "", 1).trim_start_matches('{')),
                    4 => format!("{}\n", line.replacen("\"id\"", "\"\\u0069d\"", 1)),
                    _ => format!("{line}\n"),
                });
            }
            if !ended {
                text.truncate(text.trim_end().len());
            }
            (log, text.into_bytes())
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_event_is_changed_dropped_or_moved((log, text) in loose()) {
            let formatted = format(&text).unwrap();
            prop_assert_eq!(&events(&formatted.log), &log);
            prop_assert_eq!(formatted.log, canonical_log(&log).unwrap());
        }

        #[test]
        fn twice_is_once_and_changes_are_told_where_there_are_any((_, text) in loose()) {
            let once = format(&text).unwrap();
            prop_assert_eq!(once.is_changed(), once.log != text);
            let twice = format(&once.log).unwrap();
            prop_assert_eq!(&twice.log, &once.log);
            prop_assert!(!twice.is_changed());
        }

        #[test]
        fn the_lines_that_change_are_those_that_differ((_, text) in loose()) {
            let formatted = format(&text).unwrap();
            let changed = |line: u64| formatted.changes.iter().any(|change| change.line == line);
            let kept: Vec<&[u8]> = (1..).zip(text.split_inclusive(|byte| *byte == b'\n'))
                .filter(|(line, _)| !changed(*line)).map(|(_, raw)| raw).collect();
            let mut written = formatted.log.split_inclusive(|byte| *byte == b'\n');
            prop_assert!(kept.iter().all(|raw| written.any(|line| line == *raw)));
            prop_assert!(formatted.changes.is_sorted_by_key(|change| change.line));
        }
    }

    const OLD: &str = r#"{"id":"0199f3c0-5a00-7000-8000-000000000003","v":0,"type":"statement_made","track":"us-ru","date":"2025","recorded":"2025-10-23T08:00:00Z","source":"anon","data":{"summary":"Nothing is ready."}}"#;

    #[test]
    fn a_rewritten_version_is_reported() {
        let formatted = format(OLD.as_bytes()).unwrap();
        let kinds: Vec<_> = formatted.changes.iter().map(|change| change.kind).collect();
        assert_eq!(kinds, [LineChangeKind::LineEnd, LineChangeKind::Version { from: 0 }]);
        assert_eq!(formatted.changed_lines(), 1);
        assert!(formatted.log.windows(5).any(|bytes| bytes == b"\"v\":3"));
        assert_eq!(events(&formatted.log), events(OLD.as_bytes()));
    }

    #[test]
    fn a_line_whose_version_differs_only_in_number_stays() {
        for log in [include_str!("../../core/tests/golden/v1.jsonl"), include_str!("../../core/tests/golden/v2.jsonl")]
        {
            assert!(!format(log.as_bytes()).unwrap().is_changed());
            let loose = log.replacen("\"v\":", "\"v\": ", 1);
            assert_eq!(format(loose.as_bytes()).unwrap().log, log.as_bytes());
        }
    }

    #[test]
    fn blank_logs_become_empty() {
        for text in [&b""[..], b"\n", b"\xEF\xBB\xBF", b" \r\n\t\n", b"\xEF\xBB\xBF\n\n", b"\r"] {
            let formatted = format(text).unwrap();
            assert_eq!(formatted.log, b"");
            assert_eq!(formatted.is_changed(), !text.is_empty());
        }
    }

    #[test]
    fn a_broken_line_is_an_error_with_its_line() {
        for (text, line) in [("{}\n", 1), ("\n\n[]\n", 3), ("{\"v\":9}\n", 1)] {
            match format(text.as_bytes()) {
                Err(FormatError::Read(error)) => assert_eq!(error.line, line, "{text:?}"),
                other => panic!("{text:?}: {other:?}"),
            }
        }
    }

    #[test]
    fn a_line_that_could_not_be_read_again_is_refused() {
        let room = LINE_MAX_BYTES - OLD.len() + "Nothing is ready.".len();
        let text = OLD.replace("Nothing is ready.", &"x".repeat(room));
        assert_eq!(events(text.as_bytes()).len(), 1, "it can be read");
        let error = format(text.as_bytes()).unwrap_err();
        assert!(matches!(error, FormatError::TooLong { line: 1, reason } if reason.bytes > LINE_MAX_BYTES), "{error}");
        assert!(canonical_log(&events(text.as_bytes())).is_err());
    }
}
