//! What a batch leaves beside the log if its writer is interrupted, and what the next process makes of it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

#[allow(dead_code, reason = "each user takes a part")]
mod support;

use std::path::{Path, PathBuf};
use std::time::Duration;

use demarche_core::Event;
use demarche_core::EventId;
use demarche_journal::files::Files as _;
use demarche_journal::{Disk, Finished, Journal, JournalError, LogLocks, Options, canonical_log};
use support::{Fault, Kept, MemoryDisk, event, events_of};

const LOG: &str = "desk.jsonl";
const BATCH: &str = "desk.jsonl.batch";

fn open(disk: &MemoryDisk) -> Journal<MemoryDisk> {
    Journal::open_with(disk.clone(), Path::new(LOG), Options::default()).unwrap()
}

fn batch() -> Vec<Event> {
    (2..6).map(|number| event(number, 1)).collect()
}

fn batch_ids() -> Vec<EventId> {
    batch().iter().map(|event| event.id).collect()
}

/// One event, and the batch behind it.
fn all() -> Vec<Event> {
    [vec![event(1, 1)], batch()].concat()
}

/// A log in which one event was acknowledged, and half of a batch was written when the machine stopped; and the file in
/// which the batch stands.
fn stopped() -> [Vec<u8>; 2] {
    let stopped_at = |operation| {
        let disk = MemoryDisk::default();
        let mut journal = open(&disk);
        journal.append(&[event(1, 1)], &[]).unwrap();
        disk.fault_at(operation, Fault::Stop);
        assert!(journal.append(&batch(), &[]).is_err());
        drop(journal);
        disk.crash(Kept::All);
        [LOG, BATCH].map(|path| disk.content(Path::new(path)))
    };
    let one = canonical_log(&[event(1, 1)]).unwrap().len();
    let [log, batch] = (1..10).map(stopped_at).find(|[log, _]| log.len() > one).unwrap();
    assert!(log.len() > one + 200 && log.len() < canonical_log(&all()).unwrap().len());
    [log, batch]
}

fn found(log: &[u8], batch: &[u8]) -> Vec<Event> {
    let disk = MemoryDisk::default();
    disk.write(Path::new(LOG), log);
    disk.write(Path::new(BATCH), batch);
    let journal = open(&disk);
    let events = events_of(&disk.content(Path::new(LOG)));
    assert_eq!(journal.len(), events.len());
    drop(journal);
    assert!(!disk.paths().contains(&PathBuf::from(BATCH)), "it is removed");
    events
}

#[test]
fn a_batch_that_has_begun_is_finished_wherever_it_was_cut() {
    let ([_, batch], whole) = (stopped(), canonical_log(&all()).unwrap());
    let one = canonical_log(&[event(1, 1)]).unwrap().len();
    for cut in one..=whole.len() {
        let expected = if cut == one { vec![event(1, 1)] } else { all() };
        assert_eq!(found(&whole[..cut], &batch), expected, "cut at {cut}");
    }
}

#[test]
fn zeros_where_the_log_had_not_been_written_are_written_over() {
    let ([log, batch], one) = (stopped(), canonical_log(&[event(1, 1)]).unwrap().len());
    for from in one..log.len() {
        let mut holed = log.clone();
        holed[from..].fill(0);
        assert_eq!(found(&holed, &batch), all(), "zeros from {from}");
        let hole = from..log.len().min(from + 100);
        let mut holed = log.clone();
        holed[hole.clone()].fill(0);
        assert_eq!(found(&holed, &batch), all(), "zeros at {hole:?}");
    }
}

#[test]
fn a_log_that_somebody_has_changed_since_is_left_alone() {
    let ([log, batch], one) = (stopped(), canonical_log(&[event(1, 1)]).unwrap().len());
    let other = canonical_log(&[event(9, 2)]).unwrap();
    let three = canonical_log(&[event(7, 1), event(8, 1), event(9, 1)]).unwrap();
    // Another event in its place, some in the place of all, and more behind it.
    for (changed, count) in [
        ([&log[..one], &other].concat(), 2),
        (three, 3),
        ([&canonical_log(&all()).unwrap(), &other[..]].concat(), 6),
        (Vec::new(), 0),
        (log[..one - 1].to_vec(), 1),
    ] {
        assert_eq!(found(&changed, &batch).len(), count);
    }
}

#[test]
fn a_file_in_which_any_byte_is_wrong_finishes_nothing_and_harms_nothing() {
    let [log, batch] = stopped();
    let end = log.iter().rposition(|byte| *byte == b'\n').unwrap() + 1;
    let without = events_of(&log[..end]);
    for at in 0..batch.len() {
        let mut wrong = batch.clone();
        wrong[at] ^= 1 << (at % 8);
        if at >= "demarche batch 1 ".len() {
            assert_eq!(found(&log, &wrong), without, "byte {at}");
        }
        assert_eq!(found(&log, &batch[..at]), without, "cut at {at}");
    }
}

#[test]
fn a_file_that_is_none_of_ours_is_left_alone() {
    let ([log, _], disk) = (stopped(), MemoryDisk::default());
    disk.write(Path::new(LOG), &log);
    disk.write(Path::new(BATCH), b"{\"mine\":1}\n");
    let error = Journal::open_with(disk.clone(), Path::new(LOG), Options::default()).unwrap_err();
    assert!(error.to_string().starts_with("cannot write desk.jsonl.batch: another file has the name"), "{error}");
    assert_eq!(disk.content(Path::new(BATCH)), b"{\"mine\":1}\n");
    assert_eq!(disk.content(Path::new(LOG)), log);
}

#[test]
fn a_batch_that_was_refused_is_not_finished_by_the_next_writer() {
    for operation in 1..10 {
        let disk = MemoryDisk::default();
        let mut journal = open(&disk);
        journal.append(&[event(1, 1)], &[]).unwrap();
        disk.fault_at(operation, Fault::Fail);
        let is_refused = journal.append(&batch(), &[]).is_err();
        // The same event by itself: a beginning of the batch, and all that is acknowledged.
        journal.append(&[event(2, 1)], &[]).unwrap();
        std::mem::forget(journal);
        disk.crash(Kept::Nothing);
        drop(open(&disk));
        let expected = if is_refused { all()[..2].to_vec() } else { all() };
        assert_eq!(events_of(&disk.content(Path::new(LOG))), expected, "failed at {operation}");
    }
}

#[test]
fn taking_the_lock_finishes_a_batch() {
    let ([log, batch], disk) = (stopped(), MemoryDisk::default());
    disk.write(Path::new(LOG), &log);
    disk.write(Path::new(BATCH), &batch);
    let locks = LogLocks::of_logs(&disk, &[LOG.into()], Duration::ZERO).unwrap();
    let ids = batch_ids();
    assert_eq!(locks.finished(), [Finished { log: LOG.into(), ids }]);
    assert_eq!(events_of(&disk.content(Path::new(LOG))), all());
    assert!(disk.look(Path::new(BATCH)).unwrap().is_none());
}

#[cfg(unix)]
#[test]
fn it_is_found_by_whichever_path_one_comes_to_the_log() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("batches-{}", std::process::id()));
    let elsewhere = folder.join("elsewhere");
    std::fs::create_dir_all(&elsewhere).unwrap();
    std::os::unix::fs::symlink("../desk.jsonl", elsewhere.join("link.jsonl")).unwrap();
    for is_held in [false, true] {
        for (name, content) in [LOG, BATCH].iter().zip(stopped()) {
            std::fs::write(folder.join(name), content).unwrap();
        }
        let link = elsewhere.join("link.jsonl");
        if is_held {
            drop(LogLocks::of_logs(&Disk, &[link], Duration::ZERO).unwrap());
        } else {
            drop(Journal::open(&link, Options::default()).unwrap());
        }
        assert_eq!(events_of(&std::fs::read(folder.join(LOG)).unwrap()), all());
        assert!(!folder.join(BATCH).exists());
    }
    // But a link in its place is not followed, wherever it leads.
    let target = elsewhere.join("target");
    std::fs::write(&target, "").unwrap();
    std::os::unix::fs::symlink(&target, folder.join(BATCH)).unwrap();
    let error = Journal::open(&folder.join(LOG), Options::default()).unwrap_err();
    assert!(error.to_string().contains("desk.jsonl.batch"), "{error}");
    assert_eq!(std::fs::read(&target).unwrap(), b"");
    std::fs::remove_dir_all(folder).unwrap();
}

/// The file in which lines stand that somebody wants to have in the log behind an offset, with a checksum that fits.
fn forged(offset: usize, lines: &[u8]) -> Vec<u8> {
    let place = format!("demarche batch 1 {offset:020} {:020}", lines.len());
    let checksum = crc32fast::hash(&[place.as_bytes(), lines].concat());
    [format!("{place} {checksum:08x}\n").as_bytes(), lines].concat()
}

#[test]
fn lines_of_another_hand_are_not_taken_for_a_batch_and_nothing_is_lost() {
    let log = canonical_log(&[event(1, 1), event(2, 1)]).unwrap();
    let one = canonical_log(&[event(1, 1)]).unwrap().len();
    let two = &log[one..];
    let line = |number| canonical_log(&[event(number, 1)]).unwrap();
    let spaced = String::from_utf8(line(3)).unwrap().replace("\"v\":3", "\"v\": 3");
    for (what, offset, lines) in [
        ("no event", one, [two, b"garbage\n"].concat()),
        ("no canonical line", one, [two, spaced.as_bytes()].concat()),
        ("an event of a later version", one, [two, spaced.replace("\"v\": 3", "\"v\":99").as_bytes()].concat()),
        ("no line end", one, [two, &line(3)[..line(3).len() - 1]].concat()),
        ("an event twice", one, [two, &line(3), &line(3)].concat()),
        ("an event that the log has", one, [two, &line(1)].concat()),
        ("the middle of a line", one + 1, [&two[1..], &line(3)].concat()),
    ] {
        let (disk, batch) = (MemoryDisk::default(), forged(offset, &lines));
        disk.write(Path::new(LOG), &log);
        disk.write(Path::new(BATCH), &batch);
        let refused = Journal::open_with(disk.clone(), Path::new(LOG), Options::default()).unwrap_err().to_string();
        assert!(refused.contains(BATCH) && refused.contains("nothing of it was taken"), "{what}: {refused}");
        assert!(LogLocks::of_logs(&disk, &[LOG.into()], Duration::ZERO).is_err(), "{what}");
        assert_eq!([LOG, BATCH].map(|path| disk.content(Path::new(path))), [log.clone(), batch], "{what}");
    }
}

#[test]
fn a_batch_that_was_finished_is_told() {
    let [log, batch] = stopped();
    let disk = MemoryDisk::default();
    disk.write(Path::new(LOG), &log);
    disk.write(Path::new(BATCH), &batch);
    assert_eq!(open(&disk).finished(), [Finished { log: LOG.into(), ids: batch_ids() }]);
    // What is there already was finished by nobody.
    disk.write(Path::new(BATCH), &batch);
    assert_eq!(open(&disk).finished(), []);
}

#[test]
fn a_batch_through_one_hard_link_would_be_torn_through_the_other() {
    let ([log, batch], disk) = (stopped(), MemoryDisk::default());
    // A batch that began while the log had one name is found by that name only: so a log with two names takes no batch.
    disk.write(Path::new(LOG), &log[..log.len() - 3]);
    disk.write(Path::new(BATCH), &batch);
    disk.link(Path::new(LOG), Path::new("link.jsonl"));
    let mut other = Journal::open_with(disk, Path::new("link.jsonl"), Options::default()).unwrap();
    assert_eq!((other.finished().len(), other.torn().len()), (0, 1), "as it would be");
    let refused = other.append(&[event(11, 1), event(12, 1)], &[]).unwrap_err();
    assert!(matches!(refused, JournalError::HardLinked { links: 2, .. }), "{refused}");
    other.append(&[event(11, 1)], &[]).unwrap();
}
