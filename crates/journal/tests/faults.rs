//! Kill at every write: a scripted session over a disk that fails, writes short or stops at each of its operations in
//! turn.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

#[allow(dead_code, reason = "each user takes a part")]
mod support;

use std::path::Path;
use std::time::Duration;

use demarche_core::Event;
use demarche_core::codec::{Reader, encode};
use demarche_journal::files::Files as _;
use demarche_journal::{
    Act, ExpectedVersion, Journal, JournalError, LogLocks, Options, ReplaceError, canonical_log, format, merge,
};
use support::{Fault, KEPT, MemoryDisk, event, events_of};

const LOG: &str = "desk.jsonl";

/// The log of another desk.
const OTHER: &str = "other.jsonl";

/// A step of the session.
enum Step {
    /// An event, or a batch.
    Append(Vec<Event>),
    /// What `fmt` does.
    Format,
    /// What `merge -o` does: the log and that of the other desk, in the place of the log.
    Merge,
}

/// The session: single events, batches, a repetition, the canonical form, a merge.
fn session() -> Vec<Step> {
    vec![
        Step::Append(vec![event(1, 1)]),
        Step::Append(vec![event(2, 1), event(3, 2), event(4, 1)]),
        Step::Append(vec![event(2, 1)]),
        Step::Format,
        Step::Append(vec![event(5, 2)]),
        Step::Merge,
        Step::Append(vec![event(7, 3), event(8, 3), event(7, 3)]),
    ]
}

/// What the other desk has: an event that ours has, too, and another.
fn others() -> Vec<Event> {
    vec![event(3, 2), event(6, 4)]
}

/// The content of the log after that many steps.
fn after(steps: usize) -> Vec<Event> {
    let count = [0, 1, 4, 4, 4, 5, 6, 8][steps];
    (1..=count).map(|number| event(number, [1, 1, 2, 1, 2, 4, 3, 3][number as usize - 1])).collect()
}

fn a_disk() -> MemoryDisk {
    let disk = MemoryDisk::default();
    disk.write(Path::new(OTHER), &canonical_log(&others()).unwrap());
    disk
}

/// What came of a session.
#[derive(Default)]
struct Came {
    /// The events of the steps that went well.
    acknowledged: Vec<Event>,
    /// How many steps did.
    steps: usize,
    /// The events of a step that was done, but may not be so for good.
    uncertain: Vec<Event>,
}

/// Plays the session.
fn run(disk: &MemoryDisk) -> Came {
    let mut came = Came::default();
    let mut journal = None;
    for step in session() {
        let (done, events) = match step {
            Step::Append(batch) => (append(disk, &mut journal, &batch), batch),
            Step::Format => (rewrite(disk, |log| Some(format(log).ok()?.log)), Vec::new()),
            Step::Merge => (rewrite(disk, |log| merged(log, &disk.content(Path::new(OTHER)))), others()),
        };
        match done {
            Done::Well => {
                came.acknowledged.extend(events);
                came.steps += 1;
            }
            Done::Perhaps => came.uncertain.extend(events),
            Done::Not => {}
        }
    }
    came
}

enum Done {
    Well,
    Perhaps,
    Not,
}

fn append(disk: &MemoryDisk, journal: &mut Option<Journal<MemoryDisk>>, batch: &[Event]) -> Done {
    if journal.is_none() {
        *journal = Journal::open_with(disk.clone(), Path::new(LOG), Options::default()).ok();
    }
    let is_done = journal.as_mut().is_some_and(|journal| journal.append(batch, &[]).is_ok());
    if is_done { Done::Well } else { Done::Not }
}

/// Puts another log in the place of the log, as `fmt` and `merge -o` do.
fn rewrite(disk: &MemoryDisk, make: impl FnOnce(&[u8]) -> Option<Vec<u8>>) -> Done {
    let path = Path::new(LOG);
    let Ok(mut locks) = LogLocks::of_logs(disk, &[path.to_owned()], Duration::ZERO) else { return Done::Not };
    // The end of the log may be torn.
    let Some(bytes) = make(&disk.content(path)) else { return Done::Not };
    match locks.replace(path, &bytes) {
        Ok(()) => Done::Well,
        Err(ReplaceError::Io { act: Act::SyncFolderOf, .. }) => Done::Perhaps,
        Err(_) => Done::Not,
    }
}

fn merged(log: &[u8], other: &[u8]) -> Option<Vec<u8>> {
    let events = Reader::new(log).map(|entry| Some(entry.ok()?.event)).collect::<Option<Vec<_>>>()?;
    Some(canonical_log(&merge([events, events_of(other)]).unwrap()).unwrap())
}

/// How many operations the session takes when nothing fails.
fn operations() -> usize {
    let disk = a_disk();
    disk.fault_at(usize::MAX, Fault::Fail);
    assert_eq!(run(&disk).steps, session().len());
    assert_eq!(events_of(&disk.content(Path::new(LOG))), after(session().len()));
    assert_eq!(disk.paths(), [Path::new(LOG), Path::new(OTHER)], "nothing else is left");
    disk.operations()
}

fn reopened(disk: &MemoryDisk) -> Vec<Event> {
    let journal = Journal::open_with(disk.clone(), Path::new(LOG), Options::default()).unwrap();
    let events = events_of(&disk.content(Path::new(LOG)));
    assert_eq!(journal.len(), events.len());
    events
}

#[test]
fn a_machine_that_stops_anywhere_keeps_every_acknowledged_event_and_each_step_whole_or_not_at_all() {
    let operations = operations();
    assert!(operations >= 30, "{operations}");
    for at in 1..=operations {
        for kept in KEPT {
            let disk = a_disk();
            disk.fault_at(at, Fault::Stop);
            let came = run(&disk);
            disk.crash(kept);
            let found = reopened(&disk);
            // The step in which it stopped may have been done all the same.
            let next = (came.steps + 1).min(session().len());
            let foreseen = [after(came.steps), after(next)];
            assert!(foreseen.contains(&found), "stopped at {at}, kept {kept:?}: {found:?}");
            for event in &came.acknowledged {
                assert!(found.contains(event), "stopped at {at}, kept {kept:?}: lost {}", event.id);
            }
            // And the session can be played again to its end.
            assert_eq!(run(&disk).steps, session().len());
            assert_eq!(events_of(&disk.content(Path::new(LOG))), after(session().len()), "stopped at {at}, {kept:?}");
        }
    }
}

#[test]
fn what_stands_beside_the_log_can_be_deleted_at_any_time() {
    for at in 1..=operations() {
        for kept in KEPT {
            let disk = a_disk();
            disk.fault_at(at, Fault::Stop);
            let came = run(&disk);
            disk.crash(kept);
            for path in disk.paths().iter().filter(|path| ![LOG, OTHER].map(Path::new).contains(&path.as_path())) {
                disk.remove(path).unwrap();
            }
            let found = reopened(&disk);
            assert!(after(session().len()).starts_with(&found), "stopped at {at}, kept {kept:?}: {found:?}");
            for event in &came.acknowledged {
                assert!(found.contains(event), "stopped at {at}, kept {kept:?}: lost {}", event.id);
            }
        }
    }
}

#[test]
fn an_operation_that_fails_refuses_its_step_whole_and_the_others_go_on() {
    for at in 1..=operations() {
        let disk = a_disk();
        disk.fault_at(at, Fault::Fail);
        let came = run(&disk);
        let found = reopened(&disk);
        for event in &came.acknowledged {
            assert!(found.contains(event), "failed at {at}: lost {}", event.id);
        }
        for event in &found {
            let is_due = came.acknowledged.contains(event) || came.uncertain.contains(event);
            assert!(is_due, "failed at {at}: {} was never acknowledged", event.id);
        }
    }
}

#[test]
fn a_short_write_is_completed() {
    for at in 1..=operations() {
        let disk = a_disk();
        disk.fault_at(at, Fault::Short);
        assert_eq!(run(&disk).steps, session().len(), "short at {at}");
        assert_eq!(events_of(&disk.content(Path::new(LOG))), after(session().len()));
    }
}

#[test]
fn a_conflict_and_an_unexpected_version_write_nothing() {
    let disk = MemoryDisk::default();
    disk.write(Path::new(LOG), &canonical_log(&after(5)).unwrap());
    let before = disk.content(Path::new(LOG));
    let mut journal = Journal::open_with(disk.clone(), Path::new(LOG), Options::default()).unwrap();
    let mut other = event(3, 2);
    other.note = Some("another".into());
    match journal.append(&[event(50, 1), other], &[]) {
        Err(JournalError::Conflict { id, line, .. }) => assert_eq!((id, line), (event(3, 2).id, 3)),
        found => panic!("{found:?}"),
    }
    let expected = ExpectedVersion { track: event(1, 1).track, lines: 1 };
    match journal.append(&[event(51, 1)], &[expected]) {
        Err(JournalError::UnexpectedVersion { found, newer_ids, .. }) => {
            assert_eq!((found, newer_ids), (3, vec![event(2, 1).id, event(4, 1).id]));
        }
        found => panic!("{found:?}"),
    }
    let mut twice = event(52, 1);
    twice.note = Some("another".into());
    let conflict = journal.append(&[event(52, 1), twice], &[]);
    assert!(matches!(conflict, Err(JournalError::ConflictInBatch { .. })), "{conflict:?}");
    assert_eq!(disk.content(Path::new(LOG)), before);
    let expected = ExpectedVersion { track: event(1, 1).track, lines: 3 };
    journal.append(&[event(53, 1)], &[expected]).unwrap();
}

#[test]
fn two_writers_see_what_the_other_wrote() {
    let disk = MemoryDisk::default();
    let open = || Journal::open_with(disk.clone(), Path::new(LOG), Options::default()).unwrap();
    let (mut one, mut other) = (open(), open());
    one.append(&[event(1, 1)], &[]).unwrap();
    other.append(&[event(2, 1)], &[ExpectedVersion { track: event(1, 1).track, lines: 1 }]).unwrap();
    assert!(one.append(&[event(3, 1)], &[ExpectedVersion { track: event(1, 1).track, lines: 1 }]).is_err());
    one.append(&[event(2, 1), event(3, 1)], &[]).unwrap();
    assert_eq!(events_of(&disk.content(Path::new(LOG))), [event(1, 1), event(2, 1), event(3, 1)]);
}

#[test]
fn an_event_whose_line_could_not_be_read_again_is_refused() {
    let disk = MemoryDisk::default();
    let mut journal = Journal::open_with(disk.clone(), Path::new(LOG), Options::default()).unwrap();
    let mut long = event(2, 1);
    long.note = Some("x".repeat(1024 * 1024).into());
    let refused = journal.append(&[event(1, 1), long], &[]);
    assert!(matches!(refused, Err(JournalError::TooLong(reason)) if reason.id == event(2, 1).id), "{refused:?}");
    assert_eq!(disk.content(Path::new(LOG)), b"");
    assert!(journal.is_empty() && !journal.contains(event(1, 1).id));
    let mut longest = event(2, 1);
    let room = 1024 * 1024 - encode(&longest).len() - r#","note":"""#.len();
    longest.note = Some("x".repeat(room).into());
    journal.append(&[event(1, 1), longest.clone()], &[]).unwrap();
    assert_eq!(reopened(&disk), [event(1, 1), longest]);
}
