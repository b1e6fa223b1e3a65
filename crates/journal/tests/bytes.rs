//! A log of every event type, cut at every byte and with every byte flipped.
//!
//! The lines are the golden ones of the codec: each type in full and at its least. Lines are read one by one, so that
//! what happens to one depends on no more than its neighbours: to stay within seconds, the lines in full are cut and
//! flipped between two others, and one bit is flipped of every byte, another each time, and all eight of every byte of
//! one line.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

#[allow(dead_code, reason = "each user takes a part")]
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use demarche_core::EventType;
use demarche_core::codec::encode;
use demarche_journal::{Journal, JournalError, Options};
use support::{MemoryDisk, event, events_of};

const LOG: &str = "desk.jsonl";

/// Each type twice, in full and at its least.
const GOLDEN: &[u8] = include_bytes!("../../core/tests/golden/v3.jsonl");

fn opened(log: &[u8]) -> (MemoryDisk, Result<Journal<MemoryDisk>, JournalError>) {
    let disk = MemoryDisk::default();
    disk.write(Path::new(LOG), log);
    let journal = Journal::open_with(disk.clone(), Path::new(LOG), Options::default());
    (disk, journal)
}

/// The golden lines, each with its line end: those in full, and those at their least.
fn lines() -> (Vec<&'static [u8]>, Vec<&'static [u8]>) {
    let lines: Vec<_> = GOLDEN.split_inclusive(|byte| *byte == b'\n').collect();
    let types = |lines: &[&[u8]]| -> BTreeSet<_> { lines.iter().map(|line| events_of(line)[0].event_type()).collect() };
    let (full, least): (Vec<_>, Vec<_>) = lines.chunks(2).map(|two| (two[0], two[1])).unzip();
    assert_eq!([types(&full).len(), types(&least).len()], [EventType::ALL.len(); 2]);
    (full, least)
}

/// Cuts a log, and opens what is left.
fn check_cut(log: &[u8], cut: usize) {
    let part = &log[..cut];
    let (disk, journal) = opened(part);
    let mut journal = journal.unwrap();
    let lines = part.iter().filter(|byte| **byte == b'\n').count();
    // A line that lacks but its line end is whole.
    let is_unterminated = log[cut] == b'\n';
    assert_eq!(journal.len(), lines + usize::from(is_unterminated), "cut at {cut}");
    let start = part.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let (whole, torn) = if is_unterminated { (&log[..=cut], &[][..]) } else { part.split_at(start) };
    if torn.is_empty() {
        assert!(journal.torn().is_empty(), "cut at {cut}");
        assert_eq!(disk.paths().len(), 1, "cut at {cut}");
    } else {
        assert_eq!(journal.torn()[0].bytes, torn.len());
        assert_eq!(journal.torn()[0].line, lines as u64 + 1);
        assert_eq!(disk.content(&journal.torn()[0].kept_in), torn, "what was torn is kept");
    }
    journal.append(&[event(99, 9)], &[]).unwrap();
    let more = format!("{}\n", encode(&event(99, 9)));
    assert_eq!(disk.content(Path::new(LOG)), [whole, more.as_bytes()].concat(), "cut at {cut}");
}

#[test]
fn a_log_cut_at_every_byte_opens_to_its_whole_lines_and_goes_on() {
    let (full, least) = lines();
    let log = least.concat();
    (0..log.len()).for_each(|cut| check_cut(&log, cut));
    for line in full {
        let log = [least[0], line].concat();
        (least[0].len()..log.len()).for_each(|cut| check_cut(&log, cut));
    }
}

/// How a flip was met.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Met {
    /// With an error that names the line, and nothing was written.
    Reported,
    /// The last line was no event any more, and was set aside.
    SetAside,
    /// The line says something else, which only a seal can tell.
    Other,
    /// White space, or the like.
    Harmless,
}

/// Flips bits of a byte of a log of three lines, and opens it.
fn flip(log: &[u8], at: usize, bits: u8) -> Met {
    let mut bytes = log.to_vec();
    bytes[at] ^= bits;
    let line = log[..at].iter().filter(|byte| **byte == b'\n').count();
    let (disk, journal) = opened(&bytes);
    let content = disk.content(Path::new(LOG));
    match journal {
        Err(JournalError::BrokenLine { error, .. }) => {
            // A line end that is removed joins two lines, and a new one splits a line.
            let found = usize::try_from(error.line).unwrap() - 1;
            assert!(found == line || found == line + 1, "byte {at}, bits {bits:#x}: {error}");
            assert_eq!(content, bytes, "nothing was written");
            Met::Reported
        }
        Err(other) => panic!("byte {at}, bits {bits:#x}: {other}"),
        Ok(journal) => {
            let (before, after) = (events_of(log), events_of(&content));
            if let [torn] = journal.torn() {
                assert_eq!([content, disk.content(&torn.kept_in)].concat(), bytes, "nothing is lost");
                assert!(before.starts_with(&after) && after.len() == 2, "byte {at}, bits {bits:#x}");
                return Met::SetAside;
            }
            // But for the last line end, which is put back.
            assert_eq!(content.strip_suffix(b"\n").unwrap(), bytes.strip_suffix(b"\n").unwrap_or(&bytes));
            assert_eq!(before.len(), after.len(), "byte {at}, bits {bits:#x}: an event is lost");
            let differ: Vec<_> = (0..before.len()).filter(|at| before[*at] != after[*at]).collect();
            assert!(differ.is_empty() || differ == [line], "byte {at}, bits {bits:#x}: {differ:?}");
            if differ.is_empty() { Met::Harmless } else { Met::Other }
        }
    }
}

#[test]
fn every_flipped_byte_is_harmless_by_the_format_or_reported_or_another_event_on_that_line_alone() {
    let (full, least) = lines();
    let mut met: BTreeMap<Met, u32> = BTreeMap::new();
    let mut note = |found| *met.entry(found).or_default() += 1;
    for lines in [full, least] {
        for three in 0..lines.len() {
            let log: Vec<u8> = (0..3).flat_map(|at| lines[(three + at) % lines.len()]).copied().collect();
            let [first, second] = [0, 1].map(|at| lines[(three + at) % lines.len()].len());
            for at in first..first + second {
                note(flip(&log, at, 1 << (at % 8)));
            }
            if three == 0 {
                for (at, bit) in (first + second..log.len()).flat_map(|at| (0..8).map(move |bit| (at, bit))) {
                    note(flip(&log, at, 1 << bit));
                }
            }
        }
    }
    assert!(met[&Met::Reported] > met.values().sum::<u32>() / 3, "{met:?}");
    assert!(met.len() == 4, "{met:?}");
}
