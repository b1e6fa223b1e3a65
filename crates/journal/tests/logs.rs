//! Which logs a journal has: a writer knows every log that a reader reads, and what is no regular file stops neither.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

#[allow(dead_code, reason = "each user takes a part")]
mod support;

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use demarche_core::Event;
use demarche_journal::seal::{LockedJournal, Snapshot};
use demarche_journal::{
    Appended, Disk, ExpectedVersion, Journal, JournalError, LogLocks, Options, Source, canonical_log,
};
use support::{event, events_of};

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        fs::write(self.at(name), bytes).unwrap();
        self.at(name)
    }

    fn pipe(&self, name: &str) -> PathBuf {
        assert!(Command::new("mkfifo").arg(self.at(name)).status().unwrap().success());
        self.at(name)
    }

    fn open(&self) -> Journal {
        Journal::open(&self.0, Options::default()).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

fn log(numbers: std::ops::Range<u32>) -> Vec<u8> {
    canonical_log(&numbers.map(|number| event(number, 1)).collect::<Vec<_>>()).unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn other(number: u32) -> Event {
    let mut other = event(number, 1);
    other.note = Some("another".into());
    other
}

/// What readers take of a directory.
fn read(folder: &Folder) -> Vec<Event> {
    let mut events = Vec::new();
    for source in Source::all_of(std::slice::from_ref(&folder.0)).unwrap() {
        let mut stdin: &[u8] = b"";
        let mut log = Vec::new();
        source.open(&mut stdin, &()).unwrap().read_to_end(&mut log).unwrap();
        events.extend(events_of(&log));
    }
    events
}

/// A directory of six logs of every kind, with 539 events, and of much that is no log.
fn directory(name: &str) -> Folder {
    let folder = Folder::new(name);
    folder.write("a.jsonl.gz", gzip(&log(1..400)));
    folder.write("b.jsonl.zst", zstd::encode_all(&log(400..500)[..], 1).unwrap());
    folder.write("c.jsonl", log(500..510));
    // Compressed, whatever its name says.
    folder.write("d.jsonl", gzip(&log(510..520)));
    symlink("elsewhere", folder.at("e.jsonl")).unwrap();
    folder.write("elsewhere", log(520..530));
    folder.write("journal.jsonl", log(530..540));
    folder.write("journal.expect.jsonl", "{}\n");
    fs::create_dir(folder.at("folder.jsonl")).unwrap();
    symlink("nowhere", folder.at("link.jsonl")).unwrap();
    folder.pipe("pipe.jsonl");
    // The file of a socket stays when the socket is closed.
    drop(UnixListener::bind(folder.at("socket.jsonl")).unwrap());
    folder
}

/// Events of each log, in and out of the order in which they stand.
const SOME: [u32; 10] = [5, 399, 1, 450, 401, 505, 515, 511, 525, 535];

#[test]
fn a_writer_knows_every_log_that_a_reader_reads() {
    let folder = directory("logs-all");
    let mut journal = folder.open();
    assert_eq!((read(&folder).len(), journal.len()), (539, 539));
    journal.append(&[event(900, 1)], &[]).unwrap();
    assert_eq!(read(&folder).len(), 540);
}

#[test]
fn an_event_of_any_log_is_there_already() {
    let folder = directory("logs-there");
    let mut journal = folder.open();
    for number in SOME {
        assert_eq!(journal.append(&[event(number, 1)], &[]).unwrap(), [Appended::AlreadyThere], "{number}");
    }
    assert_eq!(read(&folder).len(), 539);
}

#[test]
fn an_event_of_any_log_is_not_contradicted() {
    let folder = directory("logs-conflict");
    let mut journal = folder.open();
    for number in SOME {
        let refused = journal.append(&[event(900, 1), other(number)], &[]).unwrap_err();
        assert!(matches!(refused, JournalError::Conflict { .. }), "{number}: {refused}");
    }
    let refused = journal.append(&[other(450)], &[]).unwrap_err().to_string();
    assert!(refused.contains("b.jsonl.zst has another event of that id, at line 51"), "{refused}");
    assert_eq!(read(&folder).len(), 539);
}

#[test]
fn the_version_of_a_track_counts_the_lines_of_every_log() {
    let folder = directory("logs-version");
    let (mut journal, track) = (folder.open(), event(1, 1).track);
    assert_eq!(journal.version(&track), 539);
    let expected = ExpectedVersion { track, lines: 10 };
    assert!(matches!(journal.append(&[event(900, 1)], &[expected]), Err(JournalError::UnexpectedVersion { .. })));
}

#[test]
fn a_log_that_comes_into_a_directory_is_known_to_a_journal_that_is_open() {
    let folder = Folder::new("logs-new");
    folder.write("journal.jsonl", log(1..2));
    let mut journal = folder.open();
    folder.write("more.jsonl.gz", gzip(&log(2..4)));
    assert_eq!(journal.append(&[event(2, 1)], &[]).unwrap(), [Appended::AlreadyThere]);
    folder.write("more.jsonl.gz", gzip(&log(2..5)));
    assert!(journal.append(&[other(4)], &[]).is_err());
    fs::remove_file(folder.at("more.jsonl.gz")).unwrap();
    assert_eq!(journal.append(&[event(4, 1)], &[]).unwrap(), [Appended::Added]);
    assert_eq!((journal.len(), read(&folder).len()), (2, 2));
}

#[test]
fn a_compressed_log_is_not_appended_to_and_stays_as_it_is() {
    let folder = Folder::new("logs-packed");
    for name in ["a.jsonl.gz", "b.jsonl.zst", "c.jsonl"] {
        let packed = gzip(&log(1..3));
        let path = folder.write(name, &packed);
        let refused = Journal::open(&path, Options::default()).unwrap_err();
        assert!(matches!(refused, JournalError::Compressed { .. }), "{name}: {refused}");
        assert!(refused.to_string().contains(name) && refused.to_string().contains("unpack it"), "{refused}");
        assert_eq!(fs::read(&path).unwrap(), packed);
    }
    assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 3, "nothing was set aside");
}

/// A folder with a pipe, and with the file of a socket.
fn no_files(name: &str) -> (Folder, [PathBuf; 2]) {
    let folder = Folder::new(name);
    drop(UnixListener::bind(folder.at("socket.jsonl")).unwrap());
    let paths = [folder.pipe("pipe.jsonl"), folder.at("socket.jsonl")];
    (folder, paths)
}

#[test]
fn a_journal_that_is_no_regular_file_is_refused_before_it_is_opened() {
    let (folder, [pipe, socket]) = no_files("logs-pipe");
    fs::create_dir(folder.at("sub")).unwrap();
    fs::create_dir(folder.at("sub/journal.jsonl")).unwrap();
    for path in [pipe, socket, folder.at("sub")] {
        let refused = Journal::open(&path, Options::default()).unwrap_err();
        assert!(matches!(refused, JournalError::NotAFile { .. }), "{refused}");
    }
}

#[test]
fn what_is_no_regular_file_is_not_locked() {
    let (_folder, paths) = no_files("logs-pipe-locks");
    for path in paths {
        let refused = LogLocks::of_logs(&Disk, std::slice::from_ref(&path), Duration::ZERO).unwrap_err();
        assert!(matches!(refused, JournalError::NotAFile { .. }), "{refused}");
        let refused = LogLocks::to_replace(&Disk, &path, &[], Duration::ZERO).unwrap_err();
        assert!(matches!(refused, JournalError::NotAFile { .. }), "{refused}");
    }
}

#[test]
fn what_is_no_regular_file_is_not_sealed() {
    let (_folder, paths) = no_files("logs-pipe-seal");
    for path in paths {
        let refused = LockedJournal::read(&Disk, &path, Duration::ZERO).unwrap_err();
        assert!(matches!(refused, JournalError::NotAFile { .. }), "{refused}");
    }
}

#[test]
fn a_link_that_leads_nowhere_is_refused() {
    let folder = Folder::new("logs-nowhere");
    symlink("nowhere", folder.at("link.jsonl")).unwrap();
    let refused = Journal::open(&folder.at("link.jsonl"), Options::default()).unwrap_err();
    assert!(refused.to_string().contains("a symbolic link that leads nowhere"), "{refused}");
}

#[test]
fn files_beside_a_log_are_as_private_as_the_log() {
    let folder = Folder::new("logs-private");
    let path = folder.write("desk.jsonl", [log(1..3), b"{\"torn".to_vec()].concat());
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    let mode = |name: &str| fs::metadata(folder.at(name)).unwrap().permissions().mode() & 0o777;
    let mut journal = Journal::open(&path, Options::default()).unwrap();
    assert_eq!(journal.torn().len(), 1);
    assert_eq!(mode("desk.jsonl.torn"), 0o600);
    journal.append(&[event(3, 1), event(4, 1)], &[]).unwrap();
    assert_eq!(mode("desk.jsonl.batch"), 0o600);
}

#[test]
fn a_log_of_several_hard_links_takes_no_batch() {
    let folder = Folder::new("logs-links");
    let path = folder.write("desk.jsonl", log(1..3));
    fs::hard_link(&path, folder.at("other.jsonl")).unwrap();
    let mut journal = Journal::open(&path, Options::default()).unwrap();
    let refused = journal.append(&[event(3, 1), event(4, 1)], &[]).unwrap_err();
    assert!(matches!(refused, JournalError::HardLinked { links: 2, .. }), "{refused}");
    assert!(refused.to_string().contains("one by one"), "{refused}");
    assert_eq!((fs::read(&path).unwrap(), journal.len()), (log(1..3), 2));
    assert!(!folder.at("desk.jsonl.batch").exists());
    // With one name again, it does.
    fs::remove_file(folder.at("other.jsonl")).unwrap();
    journal.append(&[event(3, 1), event(4, 1)], &[]).unwrap();
    assert_eq!(events_of(&fs::read(&path).unwrap()).len(), 4);
}

#[test]
fn a_log_of_several_hard_links_takes_events_one_by_one() {
    let folder = Folder::new("logs-links-single");
    let path = folder.write("desk.jsonl", log(1..3));
    fs::hard_link(&path, folder.at("other.jsonl")).unwrap();
    let mut journal = Journal::open(&path, Options::default()).unwrap();
    journal.append(&[event(3, 1)], &[]).unwrap();
    assert_eq!(events_of(&fs::read(&path).unwrap()).len(), 3);
}

#[test]
fn a_file_of_several_names_is_locked_once() {
    let folder = Folder::new("logs-once");
    let path = folder.write("a.jsonl", log(1..3));
    fs::hard_link(&path, folder.at("b.jsonl")).unwrap();
    symlink("a.jsonl", folder.at("c.jsonl")).unwrap();
    let paths = ["b.jsonl", "a.jsonl", "c.jsonl"].map(|name| folder.at(name));
    let mut locks = LogLocks::of_logs(&Disk, &paths, Duration::ZERO).unwrap();
    for path in &paths[..2] {
        assert_eq!(locks.read(path).unwrap(), log(1..3));
        locks.replace(path, &log(1..4)).unwrap();
        assert_eq!(fs::read(path).unwrap(), log(1..4));
    }
    // What took the place of a log is another file, to which others may append.
    Journal::open(&paths[1], Options::default()).unwrap().append(&[event(4, 1)], &[]).unwrap();
    for path in &paths {
        assert!(locks.replace(path, b"").unwrap_err().to_string().contains("another file has taken its place"));
    }
    assert_eq!([0, 1, 2].map(|at| events_of(&fs::read(&paths[at]).unwrap()).len()), [3, 4, 4]);
}

#[test]
fn a_log_on_which_one_may_not_write_is_locked_all_the_same() {
    let folder = Folder::new("logs-read-only");
    let path = folder.write("desk.jsonl", log(1..3));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
    let locks = LogLocks::of_logs(&Disk, std::slice::from_ref(&path), Duration::ZERO).unwrap();
    let refused = LogLocks::of_logs(&Disk, std::slice::from_ref(&path), Duration::ZERO).unwrap_err();
    assert!(matches!(refused, JournalError::Locked { .. }), "{refused}");
    drop(locks);
    assert_eq!(LockedJournal::read(&Disk, &path, Duration::ZERO).unwrap().sequence().ids().len(), 2);
}

/// An input, and the path of an output that is not there.
fn input_and_output(name: &str) -> (Folder, PathBuf, PathBuf) {
    let folder = Folder::new(name);
    let (input, output) = (folder.write("in.jsonl", log(1..3)), folder.at("out.jsonl"));
    (folder, input, output)
}

#[test]
fn an_output_that_is_not_there_is_made_and_locked() {
    let (_folder, input, output) = input_and_output("logs-output");
    let _locks = LogLocks::to_replace(&Disk, &output, &[input], Duration::ZERO).unwrap();
    let refused = Journal::open(&output, Options { wait: Duration::ZERO }).unwrap_err();
    assert!(matches!(refused, JournalError::Locked { .. }), "{refused}");
}

#[test]
fn an_output_that_was_made_goes_again_unless_it_is_replaced() {
    let (_folder, input, output) = input_and_output("logs-output-made");
    drop(LogLocks::to_replace(&Disk, &output, std::slice::from_ref(&input), Duration::ZERO).unwrap());
    assert!(!output.exists());
    let mut locks = LogLocks::to_replace(&Disk, &output, &[input], Duration::ZERO).unwrap();
    locks.replace(&output, &log(1..3)).unwrap();
    drop(locks);
    assert_eq!(fs::read(&output).unwrap(), log(1..3));
}

#[test]
fn an_output_that_was_made_goes_again_if_an_input_cannot_be_locked() {
    let (_folder, input, output) = input_and_output("logs-output-held");
    let _held = LogLocks::of_logs(&Disk, std::slice::from_ref(&input), Duration::ZERO).unwrap();
    assert!(LogLocks::to_replace(&Disk, &output, &[input], Duration::ZERO).is_err());
    assert!(!output.exists());
}

#[test]
fn an_output_that_was_there_before_stays() {
    let folder = Folder::new("logs-output-there");
    let output = folder.write("out.jsonl", log(1..3));
    drop(LogLocks::to_replace(&Disk, &output, &[], Duration::ZERO).unwrap());
    assert_eq!(fs::read(&output).unwrap(), log(1..3));
}

#[test]
fn an_event_that_others_rest_on_must_stand_in_the_journal() {
    let folder = Folder::new("logs-gone");
    folder.write("old.jsonl.gz", gzip(&log(1..3)));
    folder.write("journal.jsonl", log(3..5));
    let mut journal = folder.open();
    for gone in [event(9, 1), other(2), other(3)] {
        let refused = journal.append_with(|_| vec![event(7, 1)], &[], &[event(1, 1), gone.clone()]).unwrap_err();
        assert!(matches!(refused, JournalError::Gone { id, .. } if id == gone.id), "{refused}");
    }
    assert_eq!(read(&folder).len(), 4);
    journal.append_with(|_| vec![event(7, 1)], &[], &[event(1, 1), event(4, 1)]).unwrap();
}

#[test]
fn a_snapshot_ends_where_the_journal_ended_and_keeps_no_writer_waiting() {
    let folder = Folder::new("snapshot");
    folder.write("z.jsonl.gz", gzip(&log(1..3)));
    folder.write("journal.jsonl", log(3..5));
    folder.write("a.jsonl", log(5..7));
    let snapshot = Snapshot::open(&folder.0, Duration::ZERO).unwrap();
    let names: Vec<_> = snapshot.logs.iter().map(|log| log.file_name().unwrap().to_str().unwrap()).collect();
    assert_eq!(names, ["a.jsonl", "z.jsonl.gz", "journal.jsonl"]);
    // Nobody is waited for.
    let mut journal = Journal::open(&folder.0, Options { wait: Duration::ZERO }).unwrap();
    assert_eq!(journal.append(&[event(9, 1)], &[]).unwrap(), [Appended::Added]);
    fs::write(folder.at("new"), log(20..30)).unwrap();
    fs::rename(folder.at("new"), folder.at("a.jsonl")).unwrap();
    let mut there = Vec::new();
    for mut input in snapshot.inputs {
        input.read_to_end(&mut there).unwrap();
    }
    assert_eq!(there, [log(5..7), log(1..3), log(3..5)].concat());
}
