//! Commands that write what must be true of a journal that is kept: they wait for its locks, see all of its logs, and
//! never wait for a pipe.
#![cfg(unix)]

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;
use std::sync::mpsc;
use std::time::Duration;

use demarche_journal::seal::SealingKey;
use demarche_journal::{Disk, LogLocks};

use super::support::{Folder, Outcome, line, run};

const NAME: &str = "example.org/desk";

fn id(number: u32) -> String {
    format!("0199f3c0-5a00-7000-8000-{number:012}")
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

/// The log of a journal whose writer was stopped in the middle of a batch of two events, behind a first one.
fn stopped(folder: &Folder, name: &str) -> String {
    let (first, batch) = (line(1, "a", "A"), [line(2, "a", "A"), line(3, "a", "A")].concat());
    let place = format!("demarche batch 1 {:020} {:020}", first.len(), batch.len());
    let checksum = crc32fast::hash(format!("{place}{batch}").as_bytes());
    folder.write(&format!("{name}.batch"), format!("{place} {checksum:08x}\n{batch}"));
    folder.write(name, format!("{first}{}", &batch[..batch.len() / 3]))
}

/// Runs a command line that must not wait for anything.
#[track_caller]
fn run_at_once(args: &[&str]) -> Outcome {
    let (sender, receiver) = mpsc::channel();
    let args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
    std::thread::spawn(move || {
        drop(sender.send(run(&args.iter().map(String::as_str).collect::<Vec<_>>())));
    });
    receiver.recv_timeout(Duration::from_secs(30)).expect("it waits")
}

fn key(folder: &Folder) -> String {
    let path = format!("{}/key", folder.path());
    assert_eq!(run(&["seal", "--new-key", &path, "--origin", NAME]).code, 0);
    path
}

fn vkey_of(key: &str) -> String {
    fs::read_to_string(key).unwrap().trim().parse::<SealingKey>().unwrap().verifier().to_string()
}

/// A folder with a log that is appended to, and a compressed one.
fn beside_a_compressed_log(name: &str) -> Folder {
    let folder = Folder::new(name);
    folder.write("journal.jsonl", line(1, "a", "A"));
    folder.write("old.jsonl.gz", gzip(&line(2, "a", "A")));
    folder
}

#[test]
fn an_event_of_a_compressed_log_is_not_entered_again() {
    let folder = beside_a_compressed_log("kept-gz");
    let there = run(&["record", "-j", folder.path(), "--json", line(2, "a", "A").trim()]);
    assert_eq!(there.code, 0, "{}", there.stderr);
    assert!(there.stderr.contains("was there already"), "{}", there.stderr);
    assert_eq!(run(&["replay", folder.path()]).code, 0);
}

#[test]
fn an_event_of_a_compressed_log_is_not_contradicted() {
    let folder = beside_a_compressed_log("kept-gz-conflict");
    let refused = run(&["record", "-j", folder.path(), "--json", line(2, "a", "B").trim()]);
    assert_eq!(refused.code, 1, "{}", refused.stderr);
    assert!(refused.stderr.contains("old.jsonl.gz has another event of that id, at line 1"), "{}", refused.stderr);
    assert_eq!(run(&["replay", folder.path()]).code, 0);
}

#[test]
fn the_version_of_a_track_counts_the_lines_of_compressed_logs() {
    let folder = beside_a_compressed_log("kept-gz-version");
    let event = line(3, "a", "A");
    let refused = run(&["record", "-j", folder.path(), "--expect-version", "1", "--json", event.trim()]);
    assert!(refused.stderr.contains("has 2 lines, and not 1"), "{}", refused.stderr);
}

#[test]
fn a_compressed_log_can_only_be_read() {
    let folder = beside_a_compressed_log("kept-gz-append");
    let log = format!("{}/old.jsonl.gz", folder.path());
    let refused = run(&["record", "-j", &log, "--json", line(3, "a", "A").trim()]);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("is compressed, and can only be read"), "{}", refused.stderr);
}

#[test]
fn no_command_waits_for_a_pipe_where_a_journal_should_be() {
    let folder = Folder::new("kept-pipe");
    let (key, log) = (key(&folder), folder.write("log.jsonl", line(1, "a", "A")));
    let [pipe, seal, proof] = ["pipe.jsonl", "seal", "proof"].map(|name| format!("{}/{name}", folder.path()));
    assert_eq!(run(&["seal", &log, "--key", &key, "-o", &seal]).code, 0);
    let vkey = vkey_of(&key);
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let event = line(2, "a", "A");
    let quads = super::support::root().join("fixtures");
    let commands: &[&[&str]] = &[
        &["record", "-j", &pipe, "--json", event.trim()],
        &["record", "-j", &pipe, "--json", event.trim(), "--dry-run"],
        &["retract", "-j", &pipe, "0199f3c0", "--reason", "x"],
        &["seal", &pipe, "--key", &key, "-o", &proof],
        &["prove", &pipe, "0199f3c0", "--checkpoint", &seal],
        &["verify", &pipe, "--checkpoint", &seal, "--vkey", &vkey],
        &["fmt", &pipe],
        &["fmt", "--check", &pipe],
        &["merge", &log, "-o", &pipe],
        &["import", "cloudevents", quads.to_str().unwrap(), "-o", &pipe],
        &["import", "cloudevents", &log, "-o", &pipe, "--dry-run"],
    ];
    for command in commands {
        let outcome = run_at_once(command);
        assert_eq!((outcome.code > 1, outcome.stdout.as_str()), (true, ""), "{command:?}: {outcome:?}");
        assert!(outcome.stderr.contains("is no regular file"), "{command:?}: {}", outcome.stderr);
    }
}

#[test]
fn a_pipe_in_a_directory_is_no_log_for_readers_and_writers_alike() {
    let folder = Folder::new("kept-pipe-beside");
    folder.write("log.jsonl", line(1, "a", "A"));
    let event = line(2, "a", "A");
    assert!(Command::new("mkfifo").arg(format!("{}/pipe.jsonl", folder.path())).status().unwrap().success());
    for command in [&["replay", folder.path()][..], &["record", "-j", folder.path(), "--json", event.trim()]] {
        let outcome = run_at_once(command);
        assert_eq!(outcome.code, 0, "{command:?}: {}", outcome.stderr);
    }
}

#[test]
fn what_only_reads_takes_a_pipe_as_it_comes() {
    let folder = Folder::new("kept-pipe-read");
    let pipe = format!("{}/pipe.jsonl", folder.path());
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let writer = std::thread::spawn({
        let pipe = pipe.clone();
        move || fs::write(pipe, line(1, "a", "A")).unwrap()
    });
    assert_eq!(run_at_once(&["merge", &pipe]).stdout, line(1, "a", "A"));
    writer.join().unwrap();
}

#[test]
fn every_command_that_finishes_a_batch_says_so() {
    let commands: &[&[&str]] = &[
        &["record", "-j", "LOG", "--json"],
        &["retract", "-j", "LOG", "0199f3c0-5a00-7000-8000-000000000001", "--reason", "x"],
        &["fmt", "LOG"],
        &["merge", "LOG"],
        &["merge", "LOG", "-o", "NEW"],
        &["seal", "LOG", "--key", "KEY", "-o", "NEW"],
    ];
    for (number, command) in commands.iter().enumerate() {
        let folder = Folder::new(&format!("kept-finished-{number}"));
        let (log, key, event) = (stopped(&folder, "log.jsonl"), key(&folder), line(9, "a", "A"));
        let new = format!("{}/new", folder.path());
        let mut args: Vec<&str> = command
            .iter()
            .map(|arg| match *arg {
                "LOG" => &log,
                "KEY" => &key,
                "NEW" => &new,
                arg => arg,
            })
            .collect();
        if command.last() == Some(&"--json") {
            args.push(event.trim());
        }
        let outcome = run(&args);
        assert_eq!(outcome.code, 0, "{command:?}: {}", outcome.stderr);
        let told =
            format!("note: finished a batch of 2 events in {log}, from {} on, whose writer was stopped\n", id(2));
        assert!(outcome.stderr.contains(&told), "{command:?}: {}", outcome.stderr);
        assert!(fs::read_to_string(&log).unwrap().contains(&id(3)), "{command:?}");
    }
}

#[test]
fn what_is_signed_or_merged_is_read_under_the_locks_of_the_journal() {
    let folder = Folder::new("kept-locked");
    let (key, log) = (key(&folder), folder.write("log.jsonl", line(1, "a", "A")));
    let new = format!("{}/new", folder.path());
    for command in [
        &["seal", &log, "--key", &key, "-o", &new][..],
        &["seal", folder.path(), "--key", &key, "-o", &new],
        &["merge", &log, "-o", &new],
        &["merge", folder.path()],
    ] {
        let locks = LogLocks::of_logs(&Disk, &[(&log).into()], Duration::ZERO).unwrap();
        let (sender, receiver) = mpsc::channel();
        let args: Vec<String> = command.iter().map(|arg| (*arg).to_owned()).collect();
        std::thread::spawn(move || sender.send(run(&args.iter().map(String::as_str).collect::<Vec<_>>())));
        assert!(receiver.recv_timeout(Duration::from_millis(200)).is_err(), "{command:?} does not wait");
        drop(locks);
        let outcome = receiver.recv_timeout(Duration::from_secs(30)).unwrap();
        assert_eq!(outcome.code, 0, "{command:?}: {}", outcome.stderr);
        let _ = fs::remove_file(&new);
    }
}

#[test]
fn a_batch_that_was_begun_stops_a_reader_who_may_not_finish_it() {
    let folder = Folder::new("kept-begun");
    let log = stopped(&folder, "log.jsonl");
    fs::set_permissions(&log, fs::Permissions::from_mode(0o444)).unwrap();
    if fs::OpenOptions::new().append(true).open(&log).is_ok() {
        // To root all is permitted.
        return;
    }
    let refused = run(&["merge", &log]);
    assert_eq!(refused.code, 3, "{refused:?}");
    assert!(refused.stderr.contains("may end in the middle of a batch"), "{}", refused.stderr);
}

#[test]
fn a_private_key_that_others_may_read_is_refused_with_the_remedy() {
    let folder = Folder::new("kept-key");
    let (key, log) = (key(&folder), folder.write("log.jsonl", line(1, "a", "A")));
    let seal = || run(&["seal", &log, "--key", &key, "-o", &format!("{}/seal", folder.path())]);
    for mode in [0o640, 0o604, 0o620, 0o602, 0o644, 0o666] {
        fs::set_permissions(&key, fs::Permissions::from_mode(mode)).unwrap();
        let refused = seal();
        assert_eq!(refused.code, 2, "{mode:o}: {refused:?}");
        assert!(refused.stderr.contains(&format!("its permissions are {mode:04o}")), "{}", refused.stderr);
        assert!(refused.stderr.contains(&format!("`chmod 600 {key}`")), "{}", refused.stderr);
        assert!(!Path::new(folder.path()).join("seal").exists());
    }
    for mode in [0o600, 0o400] {
        fs::set_permissions(&key, fs::Permissions::from_mode(mode)).unwrap();
        assert_eq!(seal().code, 0, "{mode:o}");
    }
}

#[test]
fn a_list_of_hashes_of_another_length_is_not_read() {
    let folder = Folder::new("kept-hashes");
    let (key, log) = (key(&folder), folder.write("log.jsonl", [line(1, "a", "A"), line(2, "a", "A")].concat()));
    let [seal, hashes] = ["seal", "seal.hashes"].map(|name| format!("{}/{name}", folder.path()));
    assert_eq!(run(&["seal", &log, "--key", &key, "-o", &seal]).code, 0);
    let vkey = vkey_of(&key);
    fs::write(&log, [line(1, "a", "A"), line(2, "a", "B")].concat()).unwrap();
    let verify = || run_at_once(&["verify", &log, "--checkpoint", &seal, "--vkey", &vkey]);
    assert!(verify().stderr.contains("event 2 is not the one that was sealed"), "{:?}", verify());
    // As long as a disk: nothing is read of it.
    fs::OpenOptions::new().write(true).open(&hashes).unwrap().set_len(1 << 42).unwrap();
    assert!(verify().stderr.contains("one of the events 1 to 2 is not as it was sealed"), "{:?}", verify());
    fs::remove_file(&hashes).unwrap();
    assert!(Command::new("mkfifo").arg(&hashes).status().unwrap().success());
    assert!(verify().stderr.contains("one of the events 1 to 2"), "{:?}", verify());
}

#[test]
fn a_log_that_is_named_twice_is_rewritten_once() {
    let folder = Folder::new("kept-twice");
    let loose = line(1, "a", "A").replace("\"v\":3", "\"v\": 3");
    let log = folder.write("a.jsonl", &loose);
    let [link, hard] = ["b.jsonl", "c.jsonl"].map(|name| format!("{}/{name}", folder.path()));
    std::os::unix::fs::symlink("a.jsonl", &link).unwrap();
    let outcome = run(&["fmt", &log, &link, &log]);
    assert_eq!((outcome.code, outcome.stdout), (0, format!("{log}: 1 line changed\n")), "{}", outcome.stderr);
    fs::write(&log, loose).unwrap();
    fs::hard_link(&log, &hard).unwrap();
    let outcome = run_at_once(&["fmt", &log, &hard]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert_eq!([&log, &hard].map(|path| fs::read_to_string(path).unwrap()), [line(1, "a", "A"), line(1, "a", "A")]);
}

#[test]
fn an_output_that_was_not_there_is_not_left_where_a_merge_fails() {
    let folder = Folder::new("kept-output");
    let broken = folder.write("a.jsonl", "garbage\n");
    let new = format!("{}/new.jsonl", folder.path());
    assert_eq!(run(&["merge", &broken, "-o", &new]).code, 1);
    assert!(!Path::new(&new).exists());
    // One that is among the logs must be there.
    assert_eq!(run(&["merge", &new, "-o", &new]).code, 3);
    assert!(!Path::new(&new).exists());
}
