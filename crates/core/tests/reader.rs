//! The reader: where errors stand, what it passes over, the limits of a line, and inputs that come in pieces.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice, reason = "a test")]

mod support;

use std::io::{self, BufRead, BufReader, Read};

use demarche_core::codec::{DecodeErrorKind, ReadError, ReadErrorKind, Reader, encode};
use demarche_core::jsonl::{JsonProblem, LINE_MAX_BYTES};
use demarche_core::{Event, strategy};
use proptest::collection::vec;
use proptest::prelude::*;
use support::config;

const GOOD: &str = concat!(
    r#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"track_stalled","track":"us-ru","#,
    r#""occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","#,
    r#""source":{"who":"izvestia","attribution":"media"},"data":{}}"#
);

/// What a reader says, line by line: the number of the line and the event, or the error as it is shown.
fn told(input: impl BufRead) -> Vec<(u64, Result<Event, String>)> {
    let tell = |entry: Result<demarche_core::codec::Entry, ReadError>| match entry {
        Ok(entry) => (entry.line, Ok(entry.event)),
        Err(error) => (error.line, Err(format!("{error} {:?}", error.excerpt))),
    };
    Reader::new(input).map(tell).collect()
}

/// The numbers of the lines that hold an event, and of those that hold an error.
#[track_caller]
fn lines(input: &[u8]) -> (Vec<u64>, Vec<u64>) {
    let (good, bad): (Vec<_>, Vec<_>) = told(input).into_iter().partition(|(_, result)| result.is_ok());
    let numbers = |lines: Vec<(u64, _)>| lines.into_iter().map(|(line, _)| line).collect();
    (numbers(good), numbers(bad))
}

#[track_caller]
fn the_error(input: &str) -> ReadError {
    let mut errors = Reader::new(input.as_bytes()).filter_map(Result::err);
    let error = errors.next().unwrap();
    assert!(errors.next().is_none());
    error
}

#[test]
fn an_error_knows_line_and_column() {
    let log = format!("{GOOD}\n\n{}\n{GOOD}\n", GOOD.replace("2025-05", "2025-13"));
    let error = the_error(&log);
    assert_eq!((error.line, error.column), (3, GOOD.find("\"2025-05\"").unwrap() + 1));
    assert_eq!(&*error.excerpt.blamed, "\"2025-13\"");
    assert!(error.excerpt.before.ends_with("\"occurred\":"), "{:?}", error.excerpt);
    assert!(error.excerpt.after.starts_with(",\"recorded\":"), "{:?}", error.excerpt);
    assert_eq!(error.to_string(), "line 3, column 102: bad date in `occurred`: \"2025-13\": month 13 does not exist");
}

#[test]
fn columns_are_counted_in_characters() {
    let error = the_error(&GOOD.replace(r#""data":{}"#, r#""note":"Überraschung — «да»","data":{"x":1}"#));
    let before = r#""note":"Überraschung — «да»","data":{"#;
    assert_eq!(error.column, GOOD.find("\"data\"").unwrap() + before.chars().count() + 1);
    assert_eq!(&*error.excerpt.blamed, "\"x\"");
}

#[test]
fn bad_json_is_blamed_where_it_goes_wrong() {
    for (line, column) in [
        ("{\"note\":\"é", 11),          // it ends within a text
        ("{\"note\":\"é\"", 12),        // it ends within an object
        ("{\"note\":\"é\u{1}é\"}", 11), // a control character
        ("{\"note\":é}", 9),            // no value
        ("{\"note\":\"é\"} {", 14),     // more than one value
        ("\t {\"note\":x}", 11),        // white space before it counts
    ] {
        let error = the_error(line);
        assert!(matches!(error.kind, ReadErrorKind::Line(DecodeErrorKind::Json(JsonProblem::Syntax(_)))), "{error}");
        assert_eq!(error.column, column, "{line:?}: {error}");
    }
}

#[test]
fn it_goes_on_after_an_error() {
    let log = format!("{GOOD}\n{{\n[]\n{GOOD}\n\u{0}\n{GOOD}");
    assert_eq!(lines(log.as_bytes()), (vec![1, 4, 6], vec![2, 3, 5]));
}

#[test]
fn blank_lines_carriage_returns_and_a_missing_last_line_end_say_nothing() {
    for end in ["\n", "\r\n"] {
        let log = format!("{GOOD}{end}{end} \t{end}{GOOD}{end}{end}{GOOD}");
        assert_eq!(lines(log.as_bytes()), (vec![1, 4, 6], vec![]));
        assert_eq!(lines(format!("{log}{end}").as_bytes()), (vec![1, 4, 6], vec![]));
    }
    for empty in ["", "\n", "\r\n", "\n\n\n", "  ", "\r"] {
        assert_eq!(lines(empty.as_bytes()), (vec![], vec![]), "{empty:?}");
    }
}

#[test]
fn a_byte_order_mark_is_passed_over_at_the_start_and_nowhere_else() {
    assert_eq!(lines(format!("\u{feff}{GOOD}\n{GOOD}\n").as_bytes()), (vec![1, 2], vec![]));
    assert_eq!(lines(format!("\u{feff}\r\n{GOOD}\n").as_bytes()), (vec![2], vec![]));
    assert_eq!(lines("\u{feff}".as_bytes()), (vec![], vec![]));
    assert_eq!(lines(format!("{GOOD}\n\u{feff}{GOOD}\n").as_bytes()), (vec![1], vec![2]));
    assert_eq!(lines(format!("\u{feff}\u{feff}{GOOD}\n").as_bytes()), (vec![], vec![1]));
    // Half a mark is no text at all, nor is another encoding.
    assert_eq!(lines(b"\xEF\xBB"), (vec![], vec![1]));
    assert_eq!(lines(b"\xFF\xFE{\0}\0\n\0"), (vec![], vec![1, 2]));
}

#[test]
fn columns_do_not_count_the_byte_order_mark() {
    assert_eq!(the_error("\u{feff}[]").column, 1);
}

/// Makes a valid line of exactly that many bytes.
fn line_of(bytes: usize) -> String {
    let rest = GOOD.len() + r#","note":"""#.len();
    let line = GOOD.replace(r#","data""#, &format!(r#","note":"{}","data""#, "n".repeat(bytes - rest)));
    assert_eq!(line.len(), bytes);
    line
}

#[test]
fn a_line_may_have_a_mebibyte_and_not_a_byte_more() {
    let (longest, too_long) = (line_of(LINE_MAX_BYTES), line_of(LINE_MAX_BYTES + 1));
    for start in ["", "\n", "\u{feff}"] {
        for end in ["", "\n", "\r\n"] {
            let first = if start == "\n" { 2 } else { 1 };
            let log = format!("{start}{longest}{end}");
            assert_eq!(lines(log.as_bytes()), (vec![first], vec![]), "{start:?} {end:?}");
            let log = format!("{start}{too_long}{end}");
            assert_eq!(lines(log.as_bytes()), (vec![], vec![first]), "{start:?} {end:?}");
        }
    }
}

#[test]
fn what_follows_a_line_that_is_too_long_is_read() {
    for excess in [1, 2, 3, 4, 5, 6, 7, 100, 3 * LINE_MAX_BYTES] {
        let log = format!("{GOOD}\n{}\n{GOOD}\n", "x".repeat(LINE_MAX_BYTES + excess));
        for capacity in [1, 7, 64, 8192] {
            let mut reader = Reader::new(BufReader::with_capacity(capacity, log.as_bytes()));
            assert_eq!(reader.next().unwrap().unwrap().line, 1);
            let error = reader.next().unwrap().unwrap_err();
            assert!(
                matches!(error.kind, ReadErrorKind::Line(DecodeErrorKind::Json(JsonProblem::LineTooLong))),
                "{error}"
            );
            assert_eq!((error.line, error.column), (2, LINE_MAX_BYTES + 1));
            assert_eq!(reader.next().unwrap().unwrap().line, 3);
            assert!(reader.next().is_none());
        }
    }
}

#[test]
fn white_space_that_is_too_long_is_too_long() {
    assert_eq!(lines(" ".repeat(LINE_MAX_BYTES).as_bytes()), (vec![], vec![]));
    assert_eq!(lines(" ".repeat(LINE_MAX_BYTES + 1).as_bytes()), (vec![], vec![1]));
}

#[test]
fn a_line_that_is_too_long_is_refused_without_a_reader_too() {
    let error = demarche_core::codec::decode(line_of(LINE_MAX_BYTES + 1).as_bytes()).unwrap_err();
    assert_eq!(error.kind, DecodeErrorKind::Json(JsonProblem::LineTooLong));
    assert!(demarche_core::codec::decode(line_of(LINE_MAX_BYTES).as_bytes()).is_ok());
}

/// An input that fails where its text ends, and is interrupted before every byte.
struct Failing<'a> {
    text: &'a [u8],
    interrupt: bool,
}

impl Read for Failing<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.interrupt = !self.interrupt;
        if self.interrupt {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let (Some((byte, rest)), Some(place)) = (self.text.split_first(), buffer.first_mut()) else {
            return Err(io::Error::other("the disk is gone"));
        };
        *place = *byte;
        self.text = rest;
        Ok(1)
    }
}

#[test]
fn an_input_that_fails_ends_the_reading_and_interruptions_do_not() {
    for half in ["", "{\"id\":"] {
        let log = format!("{GOOD}\n[]\n{half}");
        let mut reader = Reader::new(BufReader::new(Failing { text: log.as_bytes(), interrupt: false }));
        assert_eq!(reader.next().unwrap().unwrap().line, 1);
        assert_eq!(reader.next().unwrap().unwrap_err().line, 2);
        let error = reader.next().unwrap().unwrap_err();
        assert_eq!(error.to_string(), "line 3, column 1: cannot read on: the disk is gone");
        assert!(matches!(error.kind, ReadErrorKind::Io(_)));
        assert!(reader.next().is_none());
        assert!(reader.next().is_none());
        assert_eq!(reader.lines(), 2);
    }
}

#[test]
fn what_is_unknown_is_passed_over_on_request_and_counted() {
    let newer = GOOD.replace("\"v\":1", "\"v\":4").replace("\"data\":{}", "\"data\":{\"new\":[]},\"fresh\":null");
    let strange = GOOD.replace("track_stalled", "track_mislaid");
    let broken = GOOD.replace("us-ru", "US");
    let log = format!("{newer}\n{GOOD}\n{strange}\n{broken}\n{newer}\n{GOOD}");

    let mut reader = Reader::new(log.as_bytes()).skip_unknown(true);
    let told: Vec<_> = reader.by_ref().map(|entry| entry.map(|entry| entry.line).map_err(|error| error.line)).collect();
    assert_eq!(told, [Ok(2), Err(4), Ok(6)]);
    assert_eq!((reader.unknown(), reader.lines()), (3, 6));

    assert_eq!(lines(log.as_bytes()), (vec![2, 6], vec![1, 3, 4, 5]));
    let unknown = |error: &ReadError| matches!(&error.kind, ReadErrorKind::Line(kind) if kind.is_unknown());
    let errors: Vec<_> = Reader::new(log.as_bytes()).filter_map(Result::err).collect();
    assert_eq!(errors.iter().map(unknown).collect::<Vec<_>>(), [true, true, false, true]);
}

/// A line of a log with its line end: events, junk and nothing.
fn any_line() -> impl Strategy<Value = Vec<u8>> {
    let line = prop_oneof![
        // Real lines, since only they are long enough to be cut by small buffers.
        3 => strategy::event().prop_map(|event| encode(&event).into_bytes()),
        1 => vec(any::<u8>(), 0..40),
        1 => Just(Vec::new()),
        1 => Just(b"\xEF\xBB\xBF{}".to_vec()),
    ];
    let end = prop_oneof![3 => Just(&b"\n"[..]), 1 => Just(&b"\r\n"[..]), 1 => Just(&b"\r"[..])];
    (line, end).prop_map(|(line, end)| [&line, end].concat())
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn pieces_of_any_size_read_as_the_whole(log in vec(any_line(), 0..5), capacity in 1..=64_usize, cut in 0..3_usize) {
        let mut log = log.concat();
        log.truncate(log.len().saturating_sub(cut));
        prop_assert_eq!(told(BufReader::with_capacity(capacity, &log[..])), told(&log[..]));
    }

    #[test]
    fn every_line_is_an_event_an_error_or_blank(log in vec(any_line(), 0..5)) {
        let log = log.concat();
        let mut numbers: Vec<u64> = told(&log[..]).into_iter().map(|(line, _)| line).collect();
        prop_assert!(numbers.is_sorted());
        numbers.dedup();
        let mut reader = Reader::new(&log[..]);
        prop_assert_eq!(reader.by_ref().count(), numbers.len());
        let line_count = log.split_inclusive(|byte| *byte == b'\n').count();
        prop_assert_eq!(reader.lines(), u64::try_from(line_count).unwrap());
    }
}
