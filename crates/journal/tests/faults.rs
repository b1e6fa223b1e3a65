//! Kill at every write: a scripted run over a disk that fails, writes short or stops at each of its operations in turn.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod support;

use std::path::Path;

use demarche_core::Event;
use demarche_core::codec::encode;
use demarche_journal::{ExpectedVersion, Journal, JournalError, Options};
use support::{Fault, Kept, MemoryDisk, event, events_of};

const LOG: &str = "desk.jsonl";

/// The batches of the script: single events, batches, a repetition.
fn script() -> Vec<Vec<Event>> {
    vec![
        vec![event(1, 1)],
        vec![event(2, 1), event(3, 2), event(4, 1)],
        vec![event(2, 1)],
        vec![event(5, 2)],
        vec![event(6, 3), event(7, 3), event(6, 3)],
    ]
}

/// What the whole script writes.
fn intended() -> Vec<Event> {
    (1..=7).map(|number| script().concat().into_iter().find(|e| e.id == event(number, 1).id).unwrap()).collect()
}

/// Runs the script; returns what was acknowledged.
fn run(disk: &MemoryDisk) -> Vec<Event> {
    let mut acknowledged = Vec::new();
    let Ok(mut journal) = Journal::open_with(disk.clone(), Path::new(LOG), Options::default()) else {
        return acknowledged;
    };
    for batch in script() {
        if journal.append(&batch, &[]).is_ok() {
            acknowledged.extend(batch);
        }
    }
    acknowledged
}

/// How many operations the script takes when nothing fails.
fn operations() -> usize {
    let disk = MemoryDisk::default();
    disk.fault_at(usize::MAX, Fault::Fail);
    assert_eq!(run(&disk).len(), script().concat().len());
    disk.operations()
}

fn reopened(disk: &MemoryDisk) -> Vec<Event> {
    let journal = Journal::open_with(disk.clone(), Path::new(LOG), Options::default()).unwrap();
    let events = events_of(&disk.content(Path::new(LOG)));
    assert_eq!(journal.len(), events.len());
    events
}

#[test]
fn a_machine_that_stops_anywhere_keeps_every_acknowledged_event_and_a_prefix_of_the_intended() {
    let operations = operations();
    assert!(operations >= 9, "{operations}");
    for at in 1..=operations {
        for kept in [Kept::Nothing, Kept::Half, Kept::All] {
            let disk = MemoryDisk::default();
            disk.fault_at(at, Fault::Stop);
            let acknowledged = run(&disk);
            disk.crash(kept);
            let found = reopened(&disk);
            assert!(intended().starts_with(&found), "stopped at {at}, kept {kept:?}: {found:?}");
            for event in &acknowledged {
                assert!(found.contains(event), "stopped at {at}, kept {kept:?}: lost {}", event.id);
            }
            // And the script can be run again to its end.
            assert_eq!(run(&disk).len(), script().concat().len());
            assert_eq!(events_of(&disk.content(Path::new(LOG))), intended(), "stopped at {at}, kept {kept:?}");
        }
    }
}

#[test]
fn an_operation_that_fails_refuses_its_batch_whole_and_the_others_go_on() {
    for at in 1..=operations() {
        let disk = MemoryDisk::default();
        disk.fault_at(at, Fault::Fail);
        let acknowledged = run(&disk);
        let found = events_of(&disk.content(Path::new(LOG)));
        for event in &acknowledged {
            assert!(found.contains(event), "failed at {at}: lost {}", event.id);
        }
        for event in &found {
            assert!(acknowledged.contains(event), "failed at {at}: {} was never acknowledged", event.id);
        }
    }
}

#[test]
fn a_short_write_is_completed() {
    for at in 1..=operations() {
        let disk = MemoryDisk::default();
        disk.fault_at(at, Fault::Short);
        assert_eq!(run(&disk).len(), script().concat().len(), "short at {at}");
        assert_eq!(events_of(&disk.content(Path::new(LOG))), intended());
    }
}

#[test]
fn a_log_cut_at_every_byte_opens_to_its_whole_lines_and_goes_on() {
    let whole: String = intended().iter().map(|event| encode(event) + "\n").collect();
    for cut in 0..whole.len() {
        let disk = MemoryDisk::default();
        let part = &whole.as_bytes()[..cut];
        disk.write(Path::new(LOG), part);
        let mut journal = Journal::open_with(disk.clone(), Path::new(LOG), Options::default()).unwrap();
        let lines = part.iter().filter(|byte| **byte == b'\n').count();
        // A line that lacks but its line end is whole.
        let unterminated = whole.as_bytes()[cut] == b'\n';
        let expected = lines + usize::from(unterminated);
        assert_eq!(journal.len(), expected, "cut at {cut}");
        let start = part.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let torn = if unterminated { &[][..] } else { &part[start..] };
        if torn.is_empty() {
            assert!(journal.torn().is_empty(), "cut at {cut}");
            assert_eq!(disk.paths().len(), 1, "cut at {cut}");
        } else {
            assert_eq!(journal.torn()[0].bytes, torn.len());
            assert_eq!(journal.torn()[0].line, lines as u64 + 1);
            assert_eq!(disk.content(&journal.torn()[0].kept_in), torn, "what was torn is kept");
        }
        journal.append(&[event(99, 9)], &[]).unwrap();
        let mut events = intended()[..expected].to_vec();
        events.push(event(99, 9));
        assert_eq!(events_of(&disk.content(Path::new(LOG))), events, "cut at {cut}");
    }
}

#[test]
fn every_flipped_byte_is_harmless_by_the_format_or_reported() {
    let whole: String = intended().iter().map(|event| encode(event) + "\n").collect();
    let mut reported = 0;
    for at in 0..whole.len() {
        for bit in 0..8 {
            let mut bytes = whole.clone().into_bytes();
            bytes[at] ^= 1 << bit;
            let disk = MemoryDisk::default();
            disk.write(Path::new(LOG), &bytes);
            match Journal::open_with(disk.clone(), Path::new(LOG), Options::default()) {
                // What still reads as events was kept as it is, but for a torn end, which was kept aside.
                Ok(journal) => {
                    let content = disk.content(Path::new(LOG));
                    let kept: usize = journal.torn().iter().map(|torn| torn.bytes).sum();
                    assert!(content.len() + kept >= bytes.len(), "byte {at}, bit {bit}");
                    assert!(bytes.starts_with(content.strip_suffix(b"\n").unwrap_or(&content)), "byte {at}, bit {bit}");
                }
                Err(JournalError::BrokenLine { error, .. }) => {
                    reported += 1;
                    let line = whole.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() as u64 + 1;
                    // A line end that is none any more joins two lines.
                    assert!(error.line == line || error.line == line + 1, "byte {at}, bit {bit}: {error}");
                    assert_eq!(disk.content(Path::new(LOG)), bytes, "nothing was written");
                }
                Err(other) => panic!("byte {at}, bit {bit}: {other}"),
            }
        }
    }
    assert!(reported > whole.len(), "{reported}");
}

#[test]
fn a_conflict_and_an_unexpected_version_write_nothing() {
    let disk = MemoryDisk::default();
    run(&disk);
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
