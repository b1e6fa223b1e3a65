//! What only a process shows: that it ends at once when it is told to, and quietly when nobody reads on.
#![cfg(unix)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::{Folder, line};

fn demarche(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_demarche"));
    command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

#[test]
fn an_interrupt_ends_it_in_the_middle_of_a_log() {
    for command in ["replay", "events", "check", "stats"] {
        let mut child = demarche(&[command, "-"]).spawn().unwrap();
        // More than a pipe holds: once all is written, the log is being read.
        let lines: String = (1..=1_000).map(|number| line(number, "a", "A")).collect();
        child.stdin.as_mut().unwrap().write_all(lines.as_bytes()).unwrap();
        let told = Instant::now();
        let pid = child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
        let status = child.wait().unwrap();
        // A shell calls it 130.
        assert_eq!(status.signal(), Some(2), "{command}");
        assert!(told.elapsed() < Duration::from_secs(5), "{command}: {:?}", told.elapsed());
    }
}

#[test]
fn a_reader_that_leaves_ends_it_quietly() {
    let folder = Folder::new("broken-pipe");
    let lines: String = (1..=5_000).map(|number| line(number, &format!("t{number}"), "A")).collect();
    let log = folder.write("log.jsonl", lines);
    for args in [
        &["replay", &log, "--format", "jsonl"][..],
        &["events", &log, "--format", "jsonl"],
        &["events", &log],
        &["check", &log, "--format", "csv", "--today", "2030-01-01"],
    ] {
        let mut child = demarche(args).spawn().unwrap();
        drop(child.stdin.take());
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut first = String::new();
        stdout.read_line(&mut first).unwrap();
        drop(stdout);
        let mut told = String::new();
        child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
        let status = child.wait().unwrap();
        assert!(!first.is_empty() && told.is_empty(), "{args:?}: {told}");
        assert!(status.code() == Some(0) || (args[0] == "check" && status.code() == Some(1)), "{args:?}: {status}");
    }
}
