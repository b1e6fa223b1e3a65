//! Two processes at one journal: each pair of what can be done to it, in every order of their operations on the disk
//! that can make a difference.
//!
//! No event that was acknowledged is lost, nothing that was refused stands there, nothing stands there twice, the logs
//! can be read, and what was read to be sealed is a beginning of what stands there in the end. `--nocapture` shows how
//! many orders there were for each pair.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]
#![allow(clippy::print_stderr, reason = "the figures are shown with --nocapture")]

#[path = "interleavings/process.rs"]
mod process;
#[path = "interleavings/schedule.rs"]
mod schedule;
#[allow(dead_code, reason = "each user takes a part")]
mod support;

use std::io::{BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use demarche_core::codec::{decode, encode};
use demarche_core::{Event, EventId};
use demarche_journal::files::{Access, Files as _, LogFile as _};
use demarche_journal::seal::LockedJournal;
use demarche_journal::{ExpectedVersion, Journal, LogLocks, Options, canonical_log, format, merge};
use process::Process;
use schedule::{Turns, every_order};
use support::{MemoryDisk, event, events_of};

/// The log of another desk, which is merged.
const OTHER: &str = "other/desk.jsonl";

const FOREVER: Duration = Duration::MAX;

/// What a process does. Events are numbered by the process, but for those that both append.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    /// Opens the journal, and mends it.
    Open,
    /// Appends an event.
    One,
    /// Appends a batch.
    Batch,
    /// Appends an event, if the track is as it was in the beginning.
    Expect,
    /// Appends an event that another process appends, too.
    Same,
    /// Appends an event with the id of that, and other content.
    Conflicting,
    /// Appends a batch, in the middle of which the disk is full.
    Full,
    /// `fmt` of the log.
    Format,
    /// `merge LOG OTHER -o LOG`.
    MergeOnto,
    /// `merge OTHER -o LOG`.
    MergeNew,
    /// What `seal` reads.
    Seal,
    /// Reads without a lock.
    Read,
}

const ACTS: [Act; 12] = [
    Act::Open,
    Act::One,
    Act::Batch,
    Act::Expect,
    Act::Same,
    Act::Conflicting,
    Act::Full,
    Act::Format,
    Act::MergeOnto,
    Act::MergeNew,
    Act::Seal,
    Act::Read,
];

/// What the journal is in the beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Start {
    Absent,
    There,
    /// In another form than the canonical one.
    Loose,
    /// With a torn last line.
    Torn,
    /// A directory with the log that grows and another.
    Folder,
    /// A directory without the log that grows.
    FolderWithout,
}

impl Start {
    fn journal(self) -> &'static Path {
        Path::new(if matches!(self, Self::Folder | Self::FolderWithout) { "desk" } else { "desk/journal.jsonl" })
    }

    fn disk(self) -> MemoryDisk {
        let disk = MemoryDisk::default();
        let log = |numbers: &[u32]| canonical_log(&numbers.iter().map(|n| event(*n, 1)).collect::<Vec<_>>()).unwrap();
        disk.write(Path::new(OTHER), &canonical_log(&others()).unwrap());
        match self {
            Self::Absent => {}
            Self::There => disk.write(own(), &log(&[1, 2])),
            Self::Loose => disk.write(own(), &[&log(&[1]), &b"\n"[..], &log(&[2])].concat()),
            Self::Torn => disk.write(own(), &[&log(&[1, 2]), &b"{\"id\":"[..]].concat()),
            Self::Folder => {
                disk.write(Path::new("desk/a.jsonl"), &log(&[1]));
                disk.write(own(), &log(&[2]));
            }
            Self::FolderWithout => disk.write(Path::new("desk/a.jsonl"), &log(&[1, 2])),
        }
        disk
    }

    fn base(self) -> Vec<Event> {
        if self == Self::Absent { Vec::new() } else { vec![event(1, 1), event(2, 1)] }
    }
}

/// The log that grows.
fn own() -> &'static Path {
    Path::new("desk/journal.jsonl")
}

/// What the other desk has: later events, so that a merge puts them last.
fn others() -> Vec<Event> {
    vec![event(80, 2), event(81, 2)]
}

/// What came of an act.
#[derive(Debug, Default)]
struct Came {
    /// Events that were said to stand in the journal.
    acknowledged: Vec<Event>,
    /// What was read to be sealed.
    sealed: Option<Vec<EventId>>,
}

impl Act {
    const fn merges(self) -> bool {
        matches!(self, Self::MergeOnto | Self::MergeNew)
    }

    /// The events that a process of that number appends.
    fn events(self, process: usize) -> Vec<Event> {
        let first = if process == 0 { 10 } else { 20 };
        match self {
            Self::One | Self::Expect => vec![event(first, 1)],
            Self::Batch | Self::Full => (first..first + 3).map(|number| event(number, 1)).collect(),
            Self::Same => vec![event(50, 1)],
            Self::Conflicting => {
                let mut conflicting = event(50, 1);
                conflicting.note = Some("another".into());
                vec![conflicting]
            }
            Self::MergeOnto | Self::MergeNew => others(),
            Self::Open | Self::Format | Self::Seal | Self::Read => Vec::new(),
        }
    }

    fn run(self, start: Start, number: usize, process: &Process) -> Came {
        let events = self.events(number);
        let mut came = Came::default();
        let is_done = match self {
            Self::Open => Journal::open_with(process.clone(), start.journal(), options()).is_ok(),
            Self::One | Self::Batch | Self::Expect | Self::Same | Self::Conflicting | Self::Full => {
                let expected = ExpectedVersion { track: event(1, 1).track, lines: start.base().len() as u64 };
                let expected = if self == Self::Expect { vec![expected] } else { Vec::new() };
                Journal::open_with(process.clone(), start.journal(), options()).is_ok_and(|mut journal| {
                    if self == Self::Full {
                        process.fill_the_disk();
                    }
                    journal.append(&events, &expected).is_ok()
                })
            }
            Self::Format => format_log(process).is_some(),
            Self::MergeOnto => merge_onto(process, true).is_some(),
            Self::MergeNew => merge_onto(process, false).is_some(),
            Self::Seal => {
                let kept = LockedJournal::read(process, start.journal(), FOREVER);
                came.sealed = kept.ok().map(|kept| kept.sequence().ids().to_vec());
                true
            }
            Self::Read => {
                read(process);
                true
            }
        };
        if is_done {
            came.acknowledged = events;
        }
        came
    }
}

fn options() -> Options {
    Options { wait: FOREVER }
}

fn format_log(process: &Process) -> Option<()> {
    let mut locks = LogLocks::of_logs(process, &[own().to_owned()], FOREVER).ok()?;
    let formatted = format(&locks.read(own()).ok()?).ok()?;
    if formatted.is_changed() { locks.replace(own(), &formatted.log).ok() } else { Some(()) }
}

/// Merges the log of the other desk onto the log, which is among the logs that are merged or must hold nothing else.
fn merge_onto(process: &Process, is_among: bool) -> Option<()> {
    let (output, other) = (own().to_owned(), PathBuf::from(OTHER));
    let mut locks = if is_among {
        LogLocks::of_logs(process, &[output, other], FOREVER).ok()?
    } else {
        LogLocks::to_replace(process, &output, &[other], FOREVER).ok()?
    };
    let events = |path: &Path| -> Option<Vec<Event>> {
        let mut log = Vec::new();
        BufReader::new(locks.open(path).ok()?).read_to_end(&mut log).ok()?;
        log.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(|line| decode(line).ok()).collect()
    };
    let (there, others) = (events(own())?, events(Path::new(OTHER))?);
    let parts = if is_among { vec![there.clone(), others] } else { vec![others] };
    let union = merge(parts).ok()?;
    if !there.iter().all(|event| union.contains(event)) {
        return None;
    }
    locks.replace(own(), &canonical_log(&union).unwrap()).ok()
}

/// Reads the log in two goes, as readers without a lock may: every whole line is an event.
fn read(process: &Process) {
    let Ok(mut log) = process.open(own(), Access::Read) else { return };
    let mut bytes = log.read_from(0, 150).unwrap();
    bytes.extend(log.read_from(bytes.len() as u64, u64::MAX).unwrap());
    for line in bytes.split_inclusive(|byte| *byte == b'\n').filter(|line| line.ends_with(b"\n") && line.len() > 1) {
        assert!(decode(line.trim_ascii_end()).is_ok(), "{}", String::from_utf8_lossy(line));
    }
}

/// Checks what stands in the journal in the end.
fn check(start: Start, acts: [Act; 2], disk: &MemoryDisk, came: &[Came; 2]) {
    drop(Journal::open_with(disk.clone(), start.journal(), Options::default()).unwrap());
    let context = format!("{start:?}, {acts:?}: {came:?}");
    let logs = disk.paths().into_iter().filter(|path| path.starts_with("desk"));
    let (logs, beside): (Vec<_>, Vec<_>) = logs.partition(|path| path.extension().is_some_and(|end| end == "jsonl"));
    let is_torn = |path: &PathBuf| start == Start::Torn && path.ends_with("journal.jsonl.torn");
    assert!(beside.iter().all(is_torn), "{context}: {beside:?}");
    let found: Vec<Event> = logs.iter().flat_map(|path| events_of(&disk.content(path))).collect();
    let ids: Vec<EventId> = found.iter().map(|event| event.id).collect();
    for (number, event) in found.iter().enumerate() {
        assert!(!ids[..number].contains(&event.id), "{context}: {} stands there twice", event.id);
        let is_due = came.iter().any(|came| came.acknowledged.contains(event)) || start.base().contains(event);
        assert!(is_due, "{context}: {} was refused", encode(event));
    }
    for event in start.base().iter().chain(came.iter().flat_map(|came| &came.acknowledged)) {
        assert!(found.contains(event), "{context}: {} is lost", event.id);
    }
    for sealed in came.iter().filter_map(|came| came.sealed.as_ref()) {
        assert!(ids.starts_with(sealed), "{context}: {ids:?}");
    }
    for (came, act) in came.iter().zip(acts) {
        if act == Act::Expect && !came.acknowledged.is_empty() && !acts.iter().any(|act| act.merges()) {
            let before = found.iter().take_while(|event| !came.acknowledged.contains(event));
            assert_eq!(before.count(), start.base().len(), "{context}: not as it was expected");
        }
    }
}

/// Plays each pair of acts in every order, and says how many there were; returns how many there were in all.
fn play(start: Start) -> usize {
    let (mut pairs, mut all, mut most) = (0, 0, 0);
    for (at, first) in ACTS.into_iter().enumerate() {
        for second in ACTS.into_iter().skip(at) {
            let acts = [first, second];
            let run = |number: usize, disk: &MemoryDisk, turns: &Arc<Turns>| {
                acts[number].run(start, number, &Process::new(number, disk, turns))
            };
            let orders = every_order(|| start.disk(), run, |disk, came| check(start, acts, disk, &came));
            eprintln!("{start:?}: {first:?} and {second:?}: {orders}");
            (pairs, all, most) = (pairs + 1, all + orders, most.max(orders));
        }
    }
    eprintln!("{start:?}: {pairs} pairs, {all} orders, at most {most} of a pair");
    all
}

#[test]
fn no_order_of_two_processes_loses_an_event_of_a_log_that_is_not_there_yet() {
    assert!(play(Start::Absent) > 1000);
}

#[test]
fn no_order_of_two_processes_loses_an_event_of_a_log() {
    assert!(play(Start::There) > 1000);
}

#[test]
fn no_order_of_two_processes_loses_an_event_of_a_log_that_is_not_canonical() {
    assert!(play(Start::Loose) > 1000);
}

#[test]
fn no_order_of_two_processes_loses_an_event_of_a_log_with_a_torn_end() {
    assert!(play(Start::Torn) > 1000);
}

#[test]
fn no_order_of_two_processes_loses_an_event_of_a_directory() {
    assert!(play(Start::Folder) > 1000);
}

#[test]
fn no_order_of_two_processes_loses_an_event_of_a_directory_without_the_log_that_grows() {
    assert!(play(Start::FolderWithout) > 1000);
}
