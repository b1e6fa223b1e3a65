//! What is broken is told as it is found, not once the log has ended.

use std::cell::RefCell;
use std::io::{self, BufReader, Read, Write};

use demarche_cli::{Session, Terminal, exec};

use crate::support::line;

/// Where a command writes.
#[derive(Default)]
struct Shared(RefCell<Vec<u8>>);

impl Write for &Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Shared {
    fn text(&self) -> String {
        String::from_utf8(self.0.borrow().clone()).unwrap()
    }
}

/// A log that comes in pieces. Before each it notes what has been told so far.
struct Pieces<'s> {
    left: Vec<Vec<u8>>,
    told: &'s Shared,
    notes: &'s RefCell<Vec<String>>,
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left.is_empty() {
            return Ok(0);
        }
        self.notes.borrow_mut().push(self.told.text());
        let piece = self.left.remove(0);
        buffer[..piece.len()].copy_from_slice(&piece);
        Ok(piece.len())
    }
}

/// Runs a command on a log in pieces; returns what it had told before each of them, and what it told in the end.
fn notes(args: &[&str], pieces: &[String], watch_stdout: bool) -> (Vec<String>, String) {
    let (stdout, stderr, notes) = (Shared::default(), Shared::default(), RefCell::default());
    let told = if watch_stdout { &stdout } else { &stderr };
    let left = pieces.iter().map(|piece| piece.clone().into_bytes()).collect();
    let mut session = Session {
        stdin: &mut BufReader::new(Pieces { left, told, notes: &notes }),
        stdout: &mut &stdout,
        stderr: &mut &stderr,
        terminal: Terminal { columns: Some(80), ..Terminal::default() },
        now: chrono::Utc::now,
        random: || [7; 10],
    };
    let code = exec(std::iter::once("demarche").chain(args.iter().copied()).map(Into::into), &mut session);
    assert_eq!(code, 1);
    let told = told.text();
    (notes.into_inner(), told)
}

fn pieces() -> Vec<String> {
    vec![line(1, "a", "A"), "{\"id\":\n".to_owned(), line(2, "b", "B"), "nothing\n".to_owned(), line(3, "c", "C")]
}

#[test]
fn skipped_lines_are_reported_as_they_are_found() {
    for command in ["replay", "events", "stats", "show"] {
        let more: &[&str] = if command == "show" { &["--track", "a"] } else { &[] };
        let args = [&[command, "-", "--on-error", "skip"], more].concat();
        let (notes, told) = notes(&args, &pieces(), false);
        let counts: Vec<usize> = notes.iter().map(|note| note.matches("error:").count()).collect();
        assert_eq!(counts, [0, 0, 1, 1, 2], "{command}: {told}");
        assert!(told.ends_with("error: 2 lines skipped; what was printed rests on the others\n"), "{command}: {told}");
    }
}

#[test]
fn check_reports_broken_lines_as_they_are_found_in_every_format() {
    for (format, first) in [
        ("table", "error: "),
        ("json", "[\n  {\"severity\":\"error\""),
        ("jsonl", "{\"severity\":\"error\""),
        ("csv", "severity,code,track,place,message,events\nerror,"),
        (
            "markdown",
            "| severity | code | track | place | message | events |\n| --- | --- | --- | --- | --- | --- |\n| error |",
        ),
    ] {
        let (notes, told) = notes(&["check", "-", "--format", format], &pieces(), true);
        let counts: Vec<usize> = notes.iter().map(|note| note.matches("stdin").count()).collect();
        assert_eq!(counts, [0, 0, 1, 1, 2], "{format}: {told}");
        assert!(told.starts_with(first), "{format}: {told}");
    }
}

#[test]
fn check_of_a_sound_log_still_has_its_head_and_its_brackets() {
    let check = |format| crate::support::run_with(&["check", "-", "--format", format], b"", Terminal::default()).stdout;
    assert_eq!(check("json"), "[]\n");
    assert_eq!(check("jsonl"), "");
    assert_eq!(check("csv"), "severity,code,track,place,message,events\n");
    assert!(check("markdown").starts_with("| severity |"));
}

#[test]
fn with_stream_events_are_printed_as_they_come() {
    for (format, head) in [("jsonl", 0), ("csv", 1), ("markdown", 2)] {
        let args = ["events", "-", "--stream", "--format", format, "--on-error", "skip"];
        let (notes, told) = notes(&args, &pieces(), true);
        let counts: Vec<usize> = notes.iter().map(|note| note.lines().count().saturating_sub(head)).collect();
        assert_eq!(counts, [0, 1, 1, 2, 2], "{format}: {told}");
        assert_eq!(told.lines().count(), head + 3, "{format}: {told}");
    }
}

/// Runs a command on a log in which the first line comes again at the end, out of order.
fn run_on_repeated(args: &[&str], more: &[&str]) -> String {
    let log = [line(2, "b", "B"), line(1, "a", "A"), line(2, "b", "B")].concat();
    crate::support::run_with(&[args, more].concat(), log.as_bytes(), Terminal::default()).stdout
}

#[test]
fn with_stream_lines_keep_their_order() {
    let (first, second) = (line(1, "a", "A"), line(2, "b", "B"));
    let events = |more: &[&str]| run_on_repeated(&["events", "-", "--format", "jsonl"], more);
    assert_eq!(events(&[]), [first.as_str(), &second].concat());
    assert_eq!(events(&["--stream"]), [second.as_str(), &first, &second].concat());
    assert_eq!(events(&["--stream", "--track", "a"]), first);
}

#[test]
fn with_stream_repeated_lines_are_not_known_again() {
    let stats = |more: &[&str]| -> serde_json::Value {
        serde_json::from_str(&run_on_repeated(&["stats", "-", "--format", "json"], more)).unwrap()
    };
    assert_eq!((&stats(&[])["events"], &stats(&[])["repeated_lines"]), (&2.into(), &1.into()));
    assert_eq!((&stats(&["--stream"])["events"], stats(&["--stream"]).get("repeated_lines")), (&3.into(), None));
}

#[test]
fn with_stream_nothing_can_be_laid_out_as_a_whole() {
    let table = crate::support::run_with(&["events", "-", "--stream"], b"", Terminal::default());
    assert_eq!(table.code, 2);
    assert!(table.stderr.contains("--format jsonl"), "{}", table.stderr);
}

#[test]
fn with_stream_nothing_can_be_shared_among_threads() {
    let run = |args: &[&str]| crate::support::run_with(args, b"", Terminal::default());
    assert_eq!(run(&["events", "-", "--stream", "--format", "jsonl", "--threads", "2"]).code, 2);
    assert_eq!(run(&["stats", "-", "--stream", "--threads", "2"]).code, 2);
    assert_eq!(run(&["stats", "-", "--stream"]).code, 0);
}
