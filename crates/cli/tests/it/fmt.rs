//! `demarche fmt`: canonical form, in place.

use std::io::Write;

use demarche_cli::Terminal;

use super::support::{Folder, fixture, line, run, run_with};

const OLD: &str = "{\"id\":\"0199f3c0-5a00-7000-8000-000000000099\",\"v\":0,\"type\":\"statement_made\",\"track\":\"a\",\
    \"date\":\"2025\",\"recorded\":\"2025-10-23T08:00:00Z\",\"source\":\"anon\",\"data\":{\"summary\":\"Nothing.\"}}\n";

/// A log with everything that is not canonical, in another order than that of recording, one line of it twice.
fn loose() -> String {
    let spaced = line(3, "b", "B").replacen("{\"id\"", "{ \"id\"", 1);
    [
        &format!("\u{feff}{}", line(7, "a", "A")),
        "\n",
        &line(2, "b", "B").replace('\n', "\r\n"),
        &spaced,
        OLD,
        &line(2, "b", "B"),
        line(1, "a", "A").trim_end(),
    ]
    .concat()
}

#[test]
fn a_log_is_rewritten_in_place() {
    let folder = Folder::new("fmt");
    let log = folder.write("a.jsonl", loose());
    let outcome = run(&["fmt", &log]);
    assert_eq!((outcome.code, &*outcome.stderr), (0, ""));
    assert_eq!(outcome.stdout, format!("{log}: 6 lines changed\n"));
    let written = std::fs::read_to_string(&log).unwrap();
    let lines: Vec<&str> = written.split_inclusive('\n').collect();
    assert_eq!(lines.len(), 6, "nothing is dropped but what is blank");
    assert_eq!(lines[..3].concat(), [line(7, "a", "A"), line(2, "b", "B"), line(3, "b", "B")].concat());
    assert_eq!(lines[4..].concat(), [line(2, "b", "B"), line(1, "a", "A")].concat());
}

#[test]
fn a_rewritten_log_says_the_same() {
    let folder = Folder::new("fmt-same");
    let (log, kept) = (folder.write("a.jsonl", loose()), folder.write("kept.jsonl", loose()));
    assert_eq!(run(&["fmt", &log]).code, 0);
    for command in [&["replay", "--format", "json"][..], &["events", "--format", "jsonl"], &["stats"]] {
        let says = |log: &str| run(&[&command[..1], &[log], &command[1..]].concat()).stdout;
        assert_eq!(says(&log), says(&kept), "{command:?}");
    }
}

#[test]
fn a_rewritten_log_has_nothing_left_to_change() {
    let folder = Folder::new("fmt-twice");
    let log = folder.write("a.jsonl", loose());
    assert_eq!(run(&["fmt", &log]).code, 0);
    let written = std::fs::read_to_string(&log).unwrap();
    let outcome = run(&["fmt", &log]);
    assert_eq!((outcome.code, &*outcome.stdout), (0, ""));
    assert_eq!(std::fs::read_to_string(&log).unwrap(), written);
    assert_eq!(run(&["fmt", "--check", &log]).code, 0);
}

#[test]
fn check_says_what_would_change_and_changes_nothing() {
    let folder = Folder::new("fmt-check");
    let (log, good) = (folder.write("a.jsonl", loose()), folder.write("b.jsonl", line(1, "a", "A")));
    for args in [&["fmt", "--check", &log, &good][..], &["fmt", "--check", folder.path()]] {
        let outcome = run(args);
        assert_eq!(outcome.code, 1);
        let expected = [
            "1: a byte order mark",
            "2: a blank line",
            "3: a line end that is not LF alone",
            "4: not in canonical form",
            "5: schema version 0, not 3",
            "7: a line end that is not LF alone",
        ];
        let expected: String = expected.iter().map(|change| format!("{log}:{change}\n")).collect();
        assert_eq!(outcome.stdout, expected);
        assert!(outcome.stderr.contains("6 lines in 1 log not in canonical form"), "{}", outcome.stderr);
        assert_eq!(std::fs::read_to_string(&log).unwrap(), loose());
    }
}

#[test]
fn check_says_nothing_of_a_log_in_canonical_form() {
    let folder = Folder::new("fmt-check-good");
    let good = folder.write("b.jsonl", line(1, "a", "A"));
    let outcome = run(&["fmt", "--check", &good]);
    assert_eq!((outcome.code, &*outcome.stdout, &*outcome.stderr), (0, "", ""));
}

#[test]
fn check_takes_standard_input_beside_a_log() {
    let folder = Folder::new("fmt-check-stdin");
    let good = folder.write("b.jsonl", line(1, "a", "A"));
    let outcome = run_with(&["fmt", "--check", "-", &good], b"\n", Terminal::default());
    assert_eq!((outcome.code, &*outcome.stdout), (1, "<stdin>:1: a blank line\n"));
}

#[test]
fn standard_input_goes_to_standard_output() {
    let outcome = run_with(&["fmt", "-"], loose().as_bytes(), Terminal::default());
    assert_eq!((outcome.code, outcome.stdout.lines().count()), (0, 6));
    let again = run_with(&["fmt", "-"], outcome.stdout.as_bytes(), Terminal::default());
    assert_eq!(again.stdout, outcome.stdout);
    let outcome = run_with(&["fmt", "-", "--check"], again.stdout.as_bytes(), Terminal::default());
    assert_eq!((outcome.code, &*outcome.stdout), (0, ""));
}

#[test]
fn standard_input_is_not_rewritten_beside_a_log() {
    assert_eq!(run(&["fmt", "-", &fixture("us-russia-2025.jsonl")]).code, 2);
}

#[test]
fn what_is_broken_or_compressed_is_refused_and_no_log_is_touched() {
    let folder = Folder::new("fmt-refused");
    let log = folder.write("a.jsonl", loose());
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(loose().as_bytes()).unwrap();
    let packed = [encoder.finish().unwrap(), zstd::encode_all(loose().as_bytes(), 1).unwrap()];
    let broken = [
        (loose() + "\n{\n", 1, "b.jsonl:8:"),
        (line(1, "a", "A").replace("\"v\":3", "\"v\":7"), 1, "newer than 3"),
        (line(1, "a", "A").replace("track_opened", "track_celebrated"), 1, "nothing was written"),
    ];
    let broken = broken.map(|(text, code, said)| (text.into_bytes(), code, said)).into_iter();
    for (bytes, code, said) in broken.chain(packed.map(|bytes| (bytes, 2, "b.jsonl is compressed"))) {
        let other = folder.write("b.jsonl", &bytes);
        for args in [&["fmt", &log, &other][..], &["fmt", folder.path()], &["fmt", "--check", &log, &other]] {
            let outcome = run(args);
            assert_eq!((outcome.code, &*outcome.stdout), (code, ""), "{args:?}: {}", outcome.stderr);
            assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
            assert!(!outcome.stderr.contains("--skip-unknown"), "{}", outcome.stderr);
        }
        assert_eq!(std::fs::read_to_string(&log).unwrap(), loose());
        assert_eq!(std::fs::read(&other).unwrap(), bytes);
    }
}

#[test]
fn a_log_that_is_not_there_is_told() {
    assert_eq!(run(&["fmt", "no-such-file.jsonl"]).code, 3);
}

#[test]
fn the_journals_of_the_project_are_canonical() {
    for journal in [fixture("us-russia-2025.jsonl"), fixture("cases")] {
        let outcome = run(&["fmt", "--check", &journal]);
        assert_eq!((outcome.code, &*outcome.stdout), (0, ""), "{}", outcome.stderr);
    }
}

#[cfg(unix)]
#[test]
fn a_rewritten_log_keeps_its_permissions() {
    use std::fs::{Permissions, metadata, set_permissions};
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new("fmt-permissions");
    let log = folder.write("a.jsonl", loose());
    set_permissions(&log, Permissions::from_mode(0o640)).unwrap();
    assert_eq!(run(&["fmt", &log]).code, 0);
    assert_eq!(metadata(&log).unwrap().permissions().mode() & 0o777, 0o640);
}

#[cfg(unix)]
#[test]
fn a_log_that_is_read_only_is_refused() {
    use std::fs::{Permissions, set_permissions};
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new("fmt-read-only");
    let log = folder.write("a.jsonl", loose());
    set_permissions(&log, Permissions::from_mode(0o440)).unwrap();
    let outcome = run(&["fmt", &log]);
    assert_eq!(outcome.code, 3);
    assert!(outcome.stderr.contains("a.jsonl is read-only"), "{}", outcome.stderr);
    assert_eq!(std::fs::read_to_string(&log).unwrap(), loose());
}

#[test]
fn nobody_appends_while_a_log_is_rewritten() {
    let folder = Folder::new("fmt-held");
    let path = folder.write("a.jsonl", line(1, "a", "A"));
    let disk = demarche_journal::Disk;
    let held = demarche_journal::LogLocks::of_logs(&disk, &[(&path).into()], std::time::Duration::ZERO).unwrap();
    let options = demarche_journal::Options { wait: std::time::Duration::ZERO };
    let locked = demarche_journal::Journal::open(path.as_ref(), options);
    assert!(matches!(locked, Err(demarche_journal::JournalError::Locked { .. })), "{locked:?}");
    // Another file takes its place; the writer that waited appends to that.
    demarche_journal::replace_file(path.as_ref(), line(2, "a", "A").as_bytes(), demarche_journal::Overwrite::Any)
        .unwrap();
    drop(held);
    let mut journal = demarche_journal::Journal::open(path.as_ref(), options).unwrap();
    let event = demarche_core::codec::decode(line(3, "a", "A").trim_end().as_bytes()).unwrap();
    journal.append(&[event], &[]).unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), [line(2, "a", "A"), line(3, "a", "A")].concat());
}
