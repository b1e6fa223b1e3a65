//! Logs in: several, compressed, from directories and standard input.

use std::io::Write;

use demarche_cli::Terminal;

use super::support::{Folder, fixture, line, run, run_with};

fn journal() -> String {
    std::fs::read_to_string(fixture("us-russia-2025.jsonl")).unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn json_of(args: &[&str]) -> String {
    let outcome = run(&[&["replay"], args, &["--format", "json"]].concat());
    assert_eq!((outcome.code, &*outcome.stderr), (0, ""));
    outcome.stdout
}

#[test]
fn compressed_logs_are_read_as_they_are_whatever_they_are_called() {
    let folder = Folder::new("compressed");
    let plain = json_of(&[&fixture("us-russia-2025.jsonl")]);
    let gz = folder.write("a.jsonl.gz", gzip(journal().as_bytes()));
    assert_eq!(json_of(&[&gz]), plain);
    let zst = folder.write("a.jsonl.zst", zstd::encode_all(journal().as_bytes(), 3).unwrap());
    assert_eq!(json_of(&[&zst]), plain);
    let unnamed = folder.write("unnamed", zstd::encode_all(journal().as_bytes(), 3).unwrap());
    assert_eq!(json_of(&[&unnamed]), plain);
}

#[test]
fn several_compressed_streams_in_a_row_are_one_log() {
    let folder = Folder::new("members");
    let (journal, plain) = (journal(), json_of(&[&fixture("us-russia-2025.jsonl")]));
    // Cut in the middle of a line.
    let (head, tail) = journal.split_at(journal.len() / 2);
    let gz = folder.write("a.gz", [gzip(head.as_bytes()), gzip(tail.as_bytes())].concat());
    assert_eq!(json_of(&[&gz]), plain);
    let frames = [head, tail].map(|part| zstd::encode_all(part.as_bytes(), 1).unwrap());
    let zst = folder.write("a.zst", frames.concat());
    assert_eq!(json_of(&[&zst]), plain);
}

#[test]
fn several_logs_are_one_set_in_any_order_with_any_overlap() {
    let folder = Folder::new("several");
    let journal = journal();
    let lines: Vec<&str> = journal.lines().collect();
    let (first, second) = (lines[..50].join("\n"), lines[20..].join("\r\n"));
    let (a, b) = (folder.write("a.jsonl", first), folder.write("b.jsonl", second));
    let plain = json_of(&[&fixture("us-russia-2025.jsonl")]);
    assert_eq!(json_of(&[&a, &b]), plain);
    assert_eq!(json_of(&[&b, &a, &a]), plain);
    assert_eq!(json_of(&[folder.path()]), plain, "a directory is its logs");
}

#[test]
fn a_directory_is_its_logs_but_not_its_expectations() {
    let folder = Folder::new("directory");
    folder.write("a.jsonl", line(1, "a", "A"));
    folder.write("b.jsonl.gz", gzip(line(2, "b", "B").as_bytes()));
    folder.write("a.expect.jsonl", "{\"track\":\"a\",\"status\":\"open\"}\n");
    folder.write("notes.txt", "not a log");
    let states: Vec<serde_json::Value> = serde_json::from_str(&json_of(&[folder.path()])).unwrap();
    assert_eq!(states.len(), 2);
}

#[test]
fn a_directory_without_a_log_is_wrong_usage() {
    let empty = Folder::new("directory-empty");
    let outcome = run(&["replay", empty.path()]);
    assert_eq!(outcome.code, 2);
    assert!(outcome.stderr.contains("there is no log in"), "{}", outcome.stderr);
}

#[test]
fn standard_input_is_a_log_plain_or_compressed() {
    let plain = json_of(&[&fixture("us-russia-2025.jsonl")]);
    for input in [journal().into_bytes(), gzip(journal().as_bytes())] {
        let outcome = run_with(&["replay", "-", "--format", "json"], &input, Terminal::default());
        assert_eq!((outcome.code, outcome.stdout), (0, plain.clone()));
    }
}

#[test]
fn standard_input_is_read_once() {
    assert_eq!(run(&["replay", "-", "-"]).code, 2);
}

#[test]
fn an_empty_log_has_no_track() {
    for input in [&b""[..], b"\n", b"\xef\xbb\xbf", b"\r\n \n"] {
        let outcome = run_with(&["replay", "-"], input, Terminal::default());
        assert_eq!(outcome.code, 0);
        assert!(outcome.stdout.starts_with("no track"), "{}", outcome.stdout);
        let outcome = run_with(&["replay", "-", "--format", "json"], input, Terminal::default());
        assert_eq!(outcome.stdout, "[]\n");
    }
}

#[test]
fn a_file_that_is_not_there_is_exit_code_3() {
    for command in ["replay", "events", "check", "stats"] {
        let outcome = run(&[command, "no-such-file.jsonl"]);
        assert_eq!((outcome.code, &*outcome.stdout), (3, ""));
        assert!(outcome.stderr.starts_with("error: cannot read no-such-file.jsonl"), "{}", outcome.stderr);
    }
    let outcome = run(&["check", &fixture("us-russia-2025.jsonl"), "--expect", "no-such-file"]);
    assert_eq!(outcome.code, 3);
}

#[test]
fn unknown_types_and_newer_versions_are_passed_over_on_request_and_counted() {
    let log = [
        line(1, "a", "A"),
        line(2, "a", "A").replace("track_opened", "track_celebrated"),
        line(3, "a", "A").replace("\"v\":3", "\"v\":7").replace("\"kind\"", "\"mood\""),
    ]
    .concat();
    let outcome = run_with(&["replay", "-"], log.as_bytes(), Terminal::default());
    assert_eq!(outcome.code, 1);
    assert!(outcome.stderr.contains("unknown event type \"track_celebrated\""), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("--skip-unknown"), "{}", outcome.stderr);
    let outcome = run_with(&["replay", "-", "--skip-unknown"], log.as_bytes(), Terminal::default());
    assert_eq!(outcome.code, 0);
    assert_eq!(outcome.stderr, "note: 2 events passed over, of unknown type or newer version\n");
    // What is broken is broken all the same.
    let log = log + "{\n";
    let outcome = run_with(&["replay", "-", "--skip-unknown"], log.as_bytes(), Terminal::default());
    assert_eq!(outcome.code, 1);
}

#[test]
fn skipping_prints_what_rests_on_the_others() {
    let log = [line(1, "a", "A"), "{\"id\":\n".to_owned(), line(2, "b", "B")].concat();
    let outcome = run_with(&["replay", "-", "--on-error", "skip"], log.as_bytes(), Terminal::default());
    assert_eq!(outcome.code, 1);
    assert!(outcome.stdout.contains("2 tracks"), "{}", outcome.stdout);
    assert!(outcome.stderr.contains("<stdin>:2:"), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("1 line skipped"), "{}", outcome.stderr);
}

#[test]
fn one_id_with_two_contents_names_both_lines_across_logs() {
    let folder = Folder::new("conflict");
    let a = folder.write("a.jsonl", [line(5, "a", "A"), line(1, "a", "A")].concat());
    let b = folder.write("b.jsonl", line(1, "a", "another title"));
    let outcome = run(&["replay", &a, &b]);
    assert_eq!(outcome.code, 1);
    assert!(outcome.stderr.contains("duplicate id 0199f3c0-5a00-7000-8000-000000000001"), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("b.jsonl:1"), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("the other one stands at"), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("a.jsonl:2"), "{}", outcome.stderr);
}

/// A reader that left.
struct Closed;

impl Write for Closed {
    fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
        Err(std::io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Err(std::io::ErrorKind::BrokenPipe.into())
    }
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let log = fixture("us-russia-2025.jsonl");
    for args in [&["replay", &log][..], &["events", &log, "--format", "csv"], &["stats", &log], &["man"]] {
        let mut stderr = Vec::new();
        let mut session = demarche_cli::Session {
            stdin: &mut std::io::empty(),
            stdout: &mut Closed,
            stderr: &mut stderr,
            terminal: Terminal::default(),
            now: chrono::Utc::now,
            random: || [7; 10],
        };
        let args = std::iter::once("demarche").chain(args.iter().copied()).map(Into::into);
        assert_eq!(demarche_cli::exec(args, &mut session), 0);
        assert_eq!(stderr, b"");
    }
}

#[test]
fn an_empty_log_is_told_from_one_without_such_a_track() {
    let folder = Folder::new("empty-log");
    let (empty, other) = (folder.write("empty.jsonl", ""), folder.write("other.jsonl", line(1, "a/b", "a title")));
    let said = |args: &[&str]| {
        let outcome = run(args);
        assert_eq!((outcome.code, &*outcome.stderr), (0, ""), "{args:?}");
        outcome.stdout
    };
    assert_eq!(said(&["replay", &empty]), "no track: there is no event in the log\n");
    let other = said(&["replay", &other, "--track", "c"]);
    assert_eq!(other, "no track: nothing in the log is on such a track, in bounds and considered\n");
}

#[test]
fn an_address_that_nothing_reads_is_wrong_usage_and_its_secrets_are_not_told() {
    let address = "gopher://desk:secret@host/log";
    let asked: [&[&str]; 7] = [
        &["replay", address],
        &["diff", address, "--from", "2025-01-01", "--to", "2025-06-01"],
        &["events", "--stream", "--format", "jsonl", address],
        &["check", address],
        &["stats", address],
        &["merge", address],
        &["export", "csv", address],
    ];
    for args in asked {
        let outcome = run(args);
        let told =
            "error: gopher://… is no address of a log\n  = name a file, or write ./gopher://… for one named so\n";
        assert_eq!((outcome.code, &*outcome.stdout, &*outcome.stderr), (2, "", told), "{args:?}");
    }
}

#[test]
fn a_command_that_needs_a_file_refuses_an_address_and_makes_nothing() {
    let (address, log) = ("gopher://desk:secret@host/log", fixture("us-russia-2025.jsonl"));
    let asked: [&[&str]; 6] = [
        &["record", "track-stalled", "a", "--who", "a", "--attribution", "media", "--journal", address],
        &["deny", "#1", "--who", "a", "--attribution", "media", "--journal", address],
        &["watch", address],
        &["serve", address],
        &["import", "csv", &log, "-o", address],
        &["merge", &log, "-o", address],
    ];
    for args in asked {
        let outcome = run(args);
        let told =
            "error: gopher://… is no file, which this command needs\n  = name a file or a directory of *.jsonl\n";
        assert_eq!((outcome.code, &*outcome.stdout, &*outcome.stderr), (2, "", told), "{args:?}");
    }
    assert!(!std::path::Path::new("gopher:").exists());
}
