//! What only a process shows: that it ends at once when it is told to, and quietly when nobody reads on.
#![cfg(unix)]

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

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

/// The most memory that a process has held, in KiB.
#[cfg(target_os = "linux")]
fn most_memory(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    most.trim().trim_end_matches(" kB").parse().unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn a_stream_takes_no_more_memory_the_longer_it_is() {
    let lines: String = (1..=40_000).map(|number| line(number, "a", "A")).collect();
    let (beginning, rest) = lines.split_at(lines.len() / 20);
    for args in
        [&["events", "-", "--stream", "--format", "jsonl", "--text", "not there"][..], &["stats", "-", "--stream"]]
    {
        let mut child = demarche(args).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        // But for what a pipe holds, what was written has been read.
        stdin.write_all(beginning.as_bytes()).unwrap();
        let before = most_memory(child.id());
        stdin.write_all(rest.as_bytes()).unwrap();
        let after = most_memory(child.id());
        assert!(after < before + 512, "{args:?}: {before} KiB, then {after} KiB");
        drop(stdin);
        assert!(child.wait().unwrap().success(), "{args:?}");
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

#[cfg(target_os = "linux")]
#[test]
fn what_was_stored_is_told_where_its_id_cannot_be_printed() {
    let folder = Folder::new("full");
    let journal = folder.write("desk.jsonl", line(1, "a", "A"));
    let args = ["record", "-j", &journal, "track-stalled", "a", "--who", "us", "--attribution", "media"];
    for (number, is_full) in [(2, true), (3, false)] {
        let mut command = demarche(&args);
        if is_full {
            command.stdout(File::options().write(true).open("/dev/full").unwrap());
        }
        let mut child = command.spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(3), "{told}");
        let log = std::fs::read_to_string(&journal).unwrap();
        assert_eq!(log.lines().count(), number);
        let id = &log.lines().last().unwrap()[7..43];
        assert!(told.contains(&format!("do not enter it again: {id}")), "{told}");
    }
}

/// A terminal of 80 columns: the end at which we read what is shown, and the end on which a process prints.
fn terminal() -> (File, File) {
    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&ours).unwrap();
    unlockpt(&ours).unwrap();
    let name = ptsname(&ours, Vec::new()).unwrap();
    let theirs = rustix::fs::open(name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap();
    tcsetwinsize(&theirs, Winsize { ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0 }).unwrap();
    (ours.into(), theirs.into())
}

/// Imports rows that come slowly, one of them broken; what was printed on standard error.
fn slow_import(mut told: File, stderr: impl Into<Stdio>) -> String {
    let mut command = demarche(&["import", "icews-quads", "-", "--dry-run", "--on-error", "skip"]);
    command.env("TERM", "xterm").stdout(Stdio::null()).stderr(stderr);
    let mut child = command.spawn().unwrap();
    // Our copy of the end that the child prints on.
    drop(command);
    let mut rows = child.stdin.take().unwrap();
    for day in 1..=20 {
        writeln!(rows, "China\tConsult\tRussia\t2018-09-{day:02}").unwrap();
        if day == 15 {
            writeln!(rows, "China\tConsult\tRussia\tsome day").unwrap();
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    drop(rows);
    assert_eq!(child.wait().unwrap().code(), Some(1));
    let mut text = Vec::new();
    // A terminal whose other end is gone ends with an error.
    let _ = told.read_to_end(&mut text);
    String::from_utf8(text).unwrap()
}

#[test]
fn a_long_import_shows_its_progress_on_a_terminal_and_nowhere_else() {
    let (ours, theirs) = terminal();
    let shown = slow_import(ours, theirs);
    assert!(shown.contains("reading "), "{shown:?}");
    // Each time the line is drawn anew, in its place.
    let lines = shown.split(['\r', '\n']).map(|line| line.replace("\u{1b}[2K", ""));
    let widest = lines.filter(|line| line.starts_with("reading ")).map(|line| line.chars().count()).max();
    assert!(widest.unwrap() <= 80, "{shown:?}");
    let (_, end) = shown.rsplit_once("reading ").unwrap();
    assert!(end.contains("\r\u{1b}[2K"), "the bar is still there: {shown:?}");
    // The rate is that of the whole time: less than a kilobyte in two seconds.
    assert!(!shown.contains("iB/s"), "{shown:?}");
    // What is reported meanwhile begins a line.
    let (before, _) = shown.split_once("error: ").unwrap();
    assert!(before.ends_with("\u{1b}[2K") || before.ends_with('\n'), "{shown:?}");

    let (ours, theirs) = std::io::pipe().unwrap();
    let said = slow_import(File::from(std::os::fd::OwnedFd::from(ours)), theirs);
    assert!(!said.contains("reading ") && !said.contains('\u{1b}') && said.contains("error: "), "{said:?}");
}

/// The bar is drawn by the thread that reads, while the main thread waits for it.
#[test]
fn a_log_that_is_read_on_another_thread_shows_its_progress_and_ends() {
    let folder = Folder::new("progress-of-a-thread");
    // A key with an escape is left to the general decoder, which takes longer.
    let slow = |number: u32| line(number, &format!("t{}", number % 100), "A").replacen("\"id\"", "\"\\u0069d\"", 1);
    let lines: String = (1..=LONG_LINES).map(slow).collect();
    let log = folder.write("log.jsonl", lines);
    let (mut ours, theirs) = terminal();
    let mut command = demarche(&["replay", &log, "--threads", "1"]);
    command.env("TERM", "xterm").stdout(Stdio::null()).stderr(theirs);
    let mut child = command.spawn().unwrap();
    drop(command);
    let shown = std::thread::spawn(move || {
        let mut text = Vec::new();
        let _ = ours.read_to_end(&mut text);
        String::from_utf8(text).unwrap()
    });
    let deadline = Instant::now() + Duration::from_secs(60);
    while child.try_wait().unwrap().is_none() {
        if Instant::now() > deadline {
            child.kill().unwrap();
            panic!("it does not end");
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(child.wait().unwrap().success());
    let shown = shown.join().unwrap();
    // What was optimised is done before a bar appears.
    assert!(shown.contains("reading ") || !cfg!(debug_assertions), "{shown:?}");
}

/// That many take a few seconds where nothing is optimised.
const LONG_LINES: u32 = 400_000;
