//! A full disk and read-only media give a clear error, and leave the journal as it was. Tested on a tiny file system
//! that is mounted for the test if possible, otherwise on a disk in memory that fails.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]
#![allow(clippy::string_slice, reason = "the lines are ASCII")]
#![allow(clippy::print_stderr, reason = "says which of the two it was")]

#[allow(dead_code, reason = "each user takes a part")]
mod support;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use demarche_core::Event;
use demarche_core::codec::encode;
use demarche_journal::{Act, Journal, JournalError, Options};
use support::{Fault, MemoryDisk, event, events_of};

/// A file system in memory, of 64 KiB; unmounted in the end.
struct Tiny(PathBuf);

impl Tiny {
    /// Mounts one; says why where that is not permitted.
    fn mount(name: &str) -> Option<Self> {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        match mount(&["-t", "tmpfs", "-o", "size=64k", "tmpfs"], &folder) {
            Ok(()) => Some(Self(folder)),
            Err(why) => {
                eprintln!("no file system of 64 KiB, and so a disk in memory that fails: {why}");
                drop(std::fs::remove_dir(folder));
                None
            }
        }
    }

    fn log(&self) -> PathBuf {
        self.0.join("desk.jsonl")
    }

    /// Writes until no byte more goes.
    fn fill(&self) -> PathBuf {
        let filler = self.0.join("filler");
        let mut file = std::fs::File::create(&filler).unwrap();
        while file.write_all(&[b'x'; 512]).is_ok() {}
        filler
    }
}

impl Drop for Tiny {
    fn drop(&mut self) {
        drop(Command::new("umount").arg(&self.0).output());
        drop(std::fs::remove_dir(&self.0));
    }
}

fn mount(arguments: &[&str], folder: &Path) -> Result<(), String> {
    let output = Command::new("mount").args(arguments).arg(folder).output().map_err(|error| error.to_string())?;
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()) }
}

fn open(log: &Path) -> Journal {
    Journal::open(log, Options::default()).unwrap()
}

fn batch(numbers: std::ops::Range<u32>) -> Vec<Event> {
    numbers.map(|number| event(number, 1)).collect()
}

fn events_in(log: &Path) -> Vec<Event> {
    events_of(&std::fs::read(log).unwrap())
}

/// The error names the file and what is wrong with the disk.
#[track_caller]
fn assert_told<T: std::fmt::Debug>(result: Result<T, JournalError>, log: &Path, says: &str) {
    match result {
        Err(error @ JournalError::Disk { act: Act::Write, .. }) => {
            let message = error.to_string();
            assert!(message.starts_with(&format!("cannot write {}", log.display())), "{message}");
            assert!(message.contains(says), "{message}");
        }
        other => panic!("{other:?}"),
    }
}

/// A journal on a file system that has no room left for the batch that is returned; with the events that it has.
fn full(disk: &Tiny) -> (Journal, Vec<Event>, Vec<Event>) {
    let mut journal = open(&disk.log());
    // Batches of some 10 KB, until one does not go.
    let mut events = Vec::new();
    loop {
        let first = 1 + u32::try_from(events.len()).unwrap();
        assert!(first < 1000, "64 KiB take no thousand events");
        let next = batch(first..first + 40);
        match journal.append(&next, &[]) {
            Ok(_) => events.extend(next),
            Err(error) => {
                assert_told(Err::<(), _>(error), &disk.log(), "No space left on device");
                assert!(events.len() > 40);
                return (journal, events, next);
            }
        }
    }
}

#[test]
fn a_batch_for_which_there_is_no_room_is_refused_whole() {
    let Some(disk) = Tiny::mount("full") else { return a_failing_disk_refuses() };
    let (journal, events, _) = full(&disk);
    assert_eq!(events_in(&disk.log()), events);
    assert_eq!(journal.len(), events.len());
    assert_eq!(open(&disk.log()).len(), events.len());
}

#[test]
fn behind_a_batch_for_which_there_is_no_room_a_shorter_one_goes() {
    let Some(disk) = Tiny::mount("full-shorter") else { return a_failing_disk_refuses() };
    let (mut journal, mut events, _) = full(&disk);
    journal.append(&batch(2000..2001), &[]).unwrap();
    events.extend(batch(2000..2001));
    assert_eq!(events_in(&disk.log()), events);
}

#[test]
fn with_not_a_byte_left_nothing_goes_and_with_room_again_everything() {
    let Some(disk) = Tiny::mount("full-filled") else { return a_failing_disk_refuses() };
    let (mut journal, mut events, refused) = full(&disk);
    let filler = disk.fill();
    assert_told(journal.append(&refused, &[]), &disk.log(), "No space left on device");
    assert_eq!(events_in(&disk.log()), events);
    std::fs::remove_file(filler).unwrap();
    journal.append(&batch(2001..2010), &[]).unwrap();
    events.extend(batch(2001..2010));
    assert_eq!(events_in(&disk.log()), events);
    let journal = open(&disk.log());
    assert_eq!((journal.len(), journal.torn()), (events.len(), &[][..]));
}

#[test]
fn a_torn_line_that_cannot_be_set_aside_stays_where_it_is() {
    let Some(disk) = Tiny::mount("torn") else { return a_failing_disk_keeps_the_torn_line() };
    let line = encode(&event(1, 1));
    let torn = format!("{line}\n{}", &line[..50]);
    std::fs::write(disk.log(), &torn).unwrap();
    let filler = disk.fill();
    assert_told(Journal::open(&disk.log(), Options::default()), &disk.log(), "No space left on device");
    assert_eq!(std::fs::read_to_string(disk.log()).unwrap(), torn);

    std::fs::remove_file(filler).unwrap();
    let journal = open(&disk.log());
    assert_eq!((journal.len(), journal.torn()[0].bytes), (1, 50));
    assert_eq!(std::fs::read_to_string(&journal.torn()[0].kept_in).unwrap(), &line[..50]);
    assert_eq!(std::fs::read_to_string(disk.log()).unwrap(), format!("{line}\n"));
}

#[test]
fn a_journal_on_read_only_media_stays_as_it_is() {
    let Some(disk) = Tiny::mount("read-only") else { return a_failing_disk_refuses() };
    open(&disk.log()).append(&batch(1..11), &[]).unwrap();
    let before = std::fs::read(disk.log()).unwrap();
    mount(&["-o", "remount,ro"], &disk.0).unwrap();

    for log in [disk.log(), disk.0.join("new.jsonl")] {
        let opened = Journal::open(&log, Options::default());
        assert_told(opened.and_then(|mut journal| journal.append(&batch(20..21), &[])), &log, "Read-only file system");
    }
    assert_eq!(std::fs::read(disk.log()).unwrap(), before);
    assert_eq!(std::fs::read_dir(&disk.0).unwrap().count(), 1);

    mount(&["-o", "remount,rw"], &disk.0).unwrap();
    open(&disk.log()).append(&batch(11..12), &[]).unwrap();
    assert_eq!(events_in(&disk.log()), batch(1..12));
}

/// The same without a file system: the write fails, and then the sync.
fn a_failing_disk_refuses() {
    let log = Path::new("desk.jsonl");
    for operation in 1..=2 {
        let disk = MemoryDisk::default();
        let mut journal = Journal::open_with(disk.clone(), log, Options::default()).unwrap();
        journal.append(&batch(1..11), &[]).unwrap();
        disk.fault_at(operation, Fault::Fail);
        assert_told(journal.append(&batch(11..50), &[]), log, "the disk fails");
        assert_eq!(events_of(&disk.content(log)), batch(1..11));
        assert_eq!(journal.len(), 10);
        journal.append(&batch(11..12), &[]).unwrap();
        assert_eq!(events_of(&disk.content(log)), batch(1..12));
    }
}

fn a_failing_disk_keeps_the_torn_line() {
    let (log, line) = (Path::new("desk.jsonl"), encode(&event(1, 1)));
    let torn = format!("{line}\n{}", &line[..50]);
    let disk = MemoryDisk::default();
    disk.write(log, torn.as_bytes());
    disk.fault_at(1, Fault::Fail);
    assert_told(Journal::open_with(disk.clone(), log, Options::default()), log, "the disk fails");
    assert_eq!(disk.content(log), torn.as_bytes());
    let journal = Journal::open_with(disk, log, Options::default()).unwrap();
    assert_eq!((journal.len(), journal.torn()[0].bytes), (1, 50));
}
