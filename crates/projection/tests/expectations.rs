//! Expectations: those of the fixtures hold, those that do not hold say so, and what is none is refused with its place.

// Tests may panic, and say what they found; clippy sees test functions only, not what they call.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::fs;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use demarche_core::codec;
use demarche_core::jsonl::JsonProblem;
use demarche_projection::Fold;
use demarche_projection::expectation::{Expectation, ExpectationProblem, read_expectations};
use demarche_projection::query::{Query, Reading, moment};
use demarche_projection::state::Status;
use proptest::prelude::*;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures")
}

fn fold(journal: &Path) -> Fold {
    let journal = fs::read(journal).unwrap();
    Fold::of(codec::Reader::new(&*journal).map(|entry| entry.unwrap().event)).unwrap()
}

/// What of the expectations beside a journal does not hold, and how many there are.
fn unmet(expectations: &Path) -> (Vec<String>, usize) {
    let name = expectations.file_name().unwrap().to_str().unwrap().to_owned();
    let fold = fold(&expectations.with_file_name(name.replace(".expect.jsonl", ".jsonl")));
    let read = read_expectations(BufReader::new(fs::File::open(expectations).unwrap()));
    let all: Vec<Expectation> = read.map(|expectation| expectation.unwrap()).collect();
    let unmet = all.iter().filter_map(|expectation| expectation.hold(&fold, &Query::default()).unwrap().err());
    (unmet.map(|unmet| format!("{name}:{}: {}: {unmet}", unmet.line, unmet.track)).collect(), all.len())
}

#[test]
fn the_first_journal_says_what_it_must() {
    let (unmet, count) = unmet(&fixtures().join("us-russia-2025.expect.jsonl"));
    assert!(unmet.is_empty(), "{unmet:#?}");
    assert!(count >= 80, "{count}");
}

#[test]
fn the_cases_say_what_they_must() {
    let entries = fs::read_dir(fixtures().join("cases")).unwrap().map(|entry| entry.unwrap().path());
    let files: Vec<PathBuf> = entries.filter(|path| path.to_str().unwrap().ends_with(".expect.jsonl")).collect();
    let unmet: Vec<String> = files.iter().flat_map(|file| unmet(file).0).collect();
    assert!(unmet.is_empty(), "{unmet:#?}");
    assert!(files.len() >= 10, "{files:?}");
}

fn read(line: &str) -> Expectation {
    let mut all: Vec<_> = read_expectations(line.as_bytes()).collect();
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0).unwrap()
}

#[test]
fn every_field_is_read() {
    let expected = Expectation {
        line: 1,
        track: "us-ru".parse().unwrap(),
        status: Some(Status::Scheduled),
        as_of: moment("2025-04").unwrap(),
        known_at: Some("2025-05-01T08:30:00Z".parse().unwrap()),
        today: moment("2025-06-01").unwrap(),
        reading: Some(Reading::Who("ru/mfa".parse().unwrap())),
        contested: Some(true),
    };
    let line = concat!(
        r#" { "contested": true, "reading": "who:ru\/mfa", "today": "2025-06-01","#,
        r#" "known_at": "2025-05-01T10:30:00+02:00","#,
        r#" "as_of": "2025-04", "status": "scheduled", "track": "us-ru" } "#
    );
    assert_eq!(read(line), expected);
    let least = read(r#"{"track":"us-ru","status":"none"}"#);
    let nothing = Expectation {
        status: None,
        as_of: None,
        known_at: None,
        today: None,
        reading: None,
        contested: None,
        ..expected
    };
    assert_eq!(least, nothing);
    for status in Status::ALL {
        assert_eq!(read(&format!(r#"{{"track":"t","status":"{status}"}}"#)).status, Some(status));
    }
}

#[test]
fn blank_lines_and_remarks_are_counted_and_say_nothing() {
    let lines = [
        "\u{feff}# a remark\r",
        "\r",
        r#"{"track":"a","status":"open"}"#,
        " \t ",
        "#{",
        r#"{"track":"b","status":"none"}"#,
    ];
    let text = lines.join("\n");
    let all: Vec<Expectation> = read_expectations(text.as_bytes()).map(Result::unwrap).collect();
    assert_eq!(all.iter().map(|e| (e.line, e.track.as_str())).collect::<Vec<_>>(), [(3, "a"), (6, "b")]);
    assert_eq!(read_expectations(&b""[..]).count(), 0);
}

/// The one error of a line, in its words.
#[track_caller]
fn refused(line: &str, expected: &str) {
    let errors: Vec<String> = read_expectations(line.as_bytes()).map(|read| read.unwrap_err().to_string()).collect();
    assert_eq!(errors, [expected], "{line}");
}

#[test]
fn what_is_no_expectation_is_refused_with_its_place() {
    refused(
        r#"{"track":"a","status":"open","when":"2025"}"#,
        "line 1, column 30: unknown field `when` in an expectation: \
         expected track, status, as_of, known_at, today, reading, contested",
    );
    refused(r#"{"status":"open"}"#, "line 1, column 17: missing field `track` in an expectation");
    refused(r#"{"track":"a"}"#, "line 1, column 13: missing field `status` in an expectation");
    refused(
        r#"{"track":"a","track":"b","status":"open"}"#,
        "line 1, column 14: duplicate field `track`: each may be given once",
    );
    refused(r#"{"track":7}"#, "line 1, column 10: wrong type in `track`: expected a string, found a number");
    refused(
        r#"{"track":"a","status":null}"#,
        "line 1, column 23: wrong type in `status`: expected a string, found null (leave the field out)",
    );
    refused(
        r#"{"track":"a","status":"open","contested":"yes"}"#,
        "line 1, column 42: wrong type in `contested`: expected true or false, found a string",
    );
    refused("[]", "line 1, column 1: a line holds an expectation, a JSON object: found a list");
    refused(
        r#"{"track":"a""#,
        "line 1, column 13: bad JSON: the line ends before the object does: was it cut off, or broken in two?",
    );
    refused(r#"{"track":"a"} {}"#, "line 1, column 15: bad JSON: trailing characters");
    refused("nonsense", "line 1, column 1: a line holds an expectation, a JSON object: found text that is no JSON");
}

#[test]
fn what_a_type_refuses_is_refused() {
    refused(
        r#"{"track":"A","status":"open"}"#,
        "line 1, column 10: bad name in `track`: \"A\" is not a track: 'A' is not one of a-z, 0-9 and -",
    );
    refused(
        r#"{"track":"a","status":"opened"}"#,
        "line 1, column 23: bad word in `status`: \"opened\" is no status: expected concluded, scheduled, stalled, \
         overdue, postponed, cancelled, proposed, rejected, active, open, or none",
    );
    for field in ["as_of", "known_at", "today"] {
        let line = |date: &str| format!(r#"{{"track":"a","status":"open","{field}":"{date}"}}"#);
        let column = 33 + field.len();
        refused(
            &line("2025-13"),
            &format!("line 1, column {column}: bad date in `{field}`: \"2025-13\": month 13 does not exist"),
        );
        refused(
            &line("2025/.."),
            &format!(
                "line 1, column {column}: bad date in `{field}`: \"2025/..\" has no end, and so bounds nothing: \
                 leave the field out, or give the last day"
            ),
        );
    }
    refused(
        r#"{"track":"a","status":"open","reading":"grade:Z9"}"#,
        "line 1, column 40: bad reading in `reading`: \"Z9\" is not a grade: expected a letter A-F and a digit 1-6, \
         such as B2",
    );
}

#[test]
fn columns_are_counted_in_characters() {
    refused(
        r#"{"track":"ünï","status":"open"}"#,
        "line 1, column 10: bad name in `track`: \"ünï\" is not a track: 'ü' is not one of a-z, 0-9 and -",
    );
    refused(
        r#"{"status":"ünï","track":7}"#,
        "line 1, column 25: wrong type in `track`: expected a string, found a number",
    );
}

#[test]
fn reading_goes_on_behind_a_broken_line_and_ends_with_the_input() {
    let text = b"{}\n\xFF\n{\"track\":\"a\",\"status\":\"open\"}\n";
    let read: Vec<_> = read_expectations(&text[..]).collect();
    assert_eq!(read.len(), 3);
    let places: Vec<_> =
        read[..2].iter().map(|e| (e.as_ref().unwrap_err().line, e.as_ref().unwrap_err().column)).collect();
    assert_eq!(places, [(1, 2), (2, 1)]);
    assert!(matches!(read[1].as_ref().unwrap_err().problem, ExpectationProblem::Json(JsonProblem::NotUtf8)));
    assert_eq!(read[2].as_ref().unwrap().line, 3);

    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the disk is gone"))
        }
    }
    let line = &b"{\"track\":\"a\",\"status\":\"open\"}\n"[..];
    let read: Vec<_> = read_expectations(BufReader::new(line.chain(Broken))).collect();
    assert!(read[0].is_ok());
    assert_eq!(read[1].as_ref().unwrap_err().to_string(), "line 2, column 1: cannot read on: the disk is gone");
    assert_eq!(read.len(), 2);
}

/// Proposed by one side, cancelled by the other, which a third denies without weight.
fn small_fold() -> Fold {
    let told = [
        ("meeting_proposed", "2025-01-01", "us", "B2", r#"{"meeting":"m"}"#),
        ("meeting_cancelled", "2025-01-02", "ru", "B2", r#"{"meeting":"m"}"#),
        ("claim_denied", "2025-01-04", "hu", "C3", r#"{"claims":["0199f3c0-5a00-7000-8000-000000000002"]}"#),
    ];
    let recorded = ["2025-01-01", "2025-01-03", "2025-01-05"];
    let event = |(number, ((kind, occurred, who, grade, data), recorded))| {
        let line = format!(
            r#"{{"id":"0199f3c0-5a00-7000-8000-00000000000{number}","v":1,"type":"{kind}","track":"t",
            "occurred":"{occurred}","recorded":"{recorded}T12:00:00Z",
            "source":{{"who":"{who}","attribution":"media","grade":"{grade}"}},"data":{data}}}"#
        );
        codec::decode(line.as_bytes()).unwrap()
    };
    Fold::of((1..=3).zip(told.into_iter().zip(recorded)).map(event)).unwrap()
}

/// What comes of holding a line against the small log: nothing, or why it does not hold.
fn held(line: &str, base: &Query) -> String {
    read(line).hold(&small_fold(), base).unwrap().err().map(|unmet| unmet.to_string()).unwrap_or_default()
}

#[test]
fn what_does_not_hold_says_what_was_found() {
    let base = Query::default();
    let decided = "(decided by 0199f3c0-5a00-7000-8000-000000000002)";
    assert_eq!(held(r#"{"track":"t","status":"cancelled"}"#, &base), "");
    assert_eq!(held(r#"{"track":"t","status":"cancelled","contested":true}"#, &base), "");
    let expected = format!("expected proposed, found cancelled {decided}");
    assert_eq!(held(r#"{"track":"t","status":"proposed"}"#, &base), expected);
    let expected = format!("expected cancelled, uncontested, found cancelled, contested {decided}");
    assert_eq!(held(r#"{"track":"t","status":"cancelled","contested":false}"#, &base), expected);
    let expected = format!("expected proposed, contested, found cancelled, contested {decided}");
    assert_eq!(held(r#"{"track":"t","status":"proposed","contested":true}"#, &base), expected);
    let expected = format!("expected nothing to say, found cancelled {decided}");
    assert_eq!(held(r#"{"track":"t","status":"none"}"#, &base), expected);
    assert_eq!(held(r#"{"track":"u","status":"open"}"#, &base), "expected open, found nothing to say");
    let expected = "expected open, contested, found nothing to say";
    assert_eq!(held(r#"{"track":"u","status":"open","contested":true}"#, &base), expected);
    assert_eq!(held(r#"{"track":"u","status":"none","contested":false}"#, &base), "");
    let expected = "expected nothing to say, contested, found nothing to say";
    assert_eq!(held(r#"{"track":"u","status":"none","contested":true}"#, &base), expected);
}

#[test]
fn what_the_expectation_asks_goes_before_what_everybody_asks() {
    let query = |text: &str| Query { known_at: moment(text).unwrap(), ..Query::default() };
    let (early, late) = (query("2025-01-01"), query("2025-01-06"));
    // Of the base where the line says nothing; of the line where it does.
    assert_eq!(held(r#"{"track":"t","status":"proposed"}"#, &early), "");
    assert_eq!(held(r#"{"track":"t","status":"cancelled","known_at":"2025-01-03"}"#, &early), "");
    assert_eq!(held(r#"{"track":"t","status":"proposed","known_at":"2025-01-02"}"#, &late), "");
    assert_eq!(held(r#"{"track":"t","status":"proposed","as_of":"2025-01-01"}"#, &late), "");
    assert_eq!(held(r#"{"track":"t","status":"stalled","today":"2026"}"#, &late), "");
    assert_eq!(held(r#"{"track":"t","status":"proposed","reading":"who:us"}"#, &late), "");
    assert_eq!(held(r#"{"track":"t","status":"none","reading":"who:us/a"}"#, &late), "");
    let bounded = Query { as_of: moment("2025-01-01").unwrap(), today: moment("2026").unwrap(), ..Query::default() };
    assert_eq!(held(r#"{"track":"t","status":"stalled"}"#, &bounded), "");
    assert_eq!(held(r#"{"track":"t","status":"proposed","today":"2025-01-09"}"#, &bounded), "");
    assert_eq!(held(r#"{"track":"t","status":"cancelled","as_of":"2025-01-09","today":"2025-01-09"}"#, &bounded), "");
    let of_ru = Query { reading: Reading::Who("ru".parse().unwrap()), ..Query::default() };
    assert_eq!(held(r#"{"track":"t","status":"none","known_at":"2025-01-01"}"#, &of_ru), "");
    assert_eq!(held(r#"{"track":"t","status":"proposed","known_at":"2025-01-01","reading":"prudent"}"#, &of_ru), "");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever stands there: a line is read or refused, one answer a line at most, in their order, and nothing panics.
    #[test]
    fn no_input_panics(text in proptest::collection::vec(any::<u8>(), 0..200)) {
        let lines: Vec<u64> = read_expectations(&*text).map(|read| match read {
            Ok(expectation) => expectation.line,
            Err(error) => error.line,
        }).collect();
        prop_assert!(lines.is_sorted_by(|a, b| a < b));
    }

    /// A good line with a byte changed: read, or refused with a place that is on the line.
    #[test]
    fn a_broken_line_has_a_place(at in 0..200_usize, byte in any::<u8>()) {
        let line = r#"{"track":"us-ru","status":"open","as_of":"2025-04","reading":"who:ru","contested":true}"#;
        let mut bytes = line.as_bytes().to_vec();
        let at = at % bytes.len();
        bytes[at] = byte;
        for error in read_expectations(&*bytes).filter_map(Result::err) {
            prop_assert!((1..=line.len() + 1).contains(&error.column), "{}", error);
        }
    }
}
