//! A journal against a plain `Vec`: random sequences of appends, batches, conflicts, expected versions, retractions,
//! merges, failing disks, killed processes, crashes, and a second writer.
//!
//! `PROPTEST_CASES` sets the number of cases; without it there are 256.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

#[path = "model/process.rs"]
mod process;
#[allow(dead_code, reason = "each user takes a part")]
mod support;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use demarche_core::codec::decode;
use demarche_core::{Event, TrackId};
use demarche_journal::{Appended, ExpectedVersion, Journal, JournalError, LogLocks, Options, canonical_log, merge};
use process::{Cut, Process};
use proptest::prelude::*;
use support::{Fault, KEPT, Kept, MemoryDisk, event, events_of};

#[derive(Debug, Clone)]
enum Step {
    Append(Vec<Event>),
    /// An append that expects the track of a number to have that many lines more than it has.
    Expect(u32, i8, Vec<Event>),
    /// An append at whose n-th operation the disk fails or writes short.
    Faulty(usize, Fault, Vec<Event>),
    /// An append after whose n-th operation the process is killed.
    Killed(usize, Cut, Vec<Event>),
    /// An append at whose n-th operation the machine stops.
    Stopped(usize, Kept, Vec<Event>),
    /// A merge with a log of other events, which takes the place of the journal.
    Merge(Vec<Event>),
    /// The machine stops in between.
    Crash(Kept),
    Reopen,
}

/// An event of few: ids come again, mostly with the same content and sometimes with other.
fn an_event() -> impl Strategy<Value = Event> {
    (1_u32..16, prop::bool::weighted(0.1)).prop_map(|(number, other)| {
        let mut event = if number.is_multiple_of(5) { retraction(number) } else { event(number, number % 3) };
        if other {
            event.note = Some("another".into());
        }
        event
    })
}

/// The retraction of the event before.
fn retraction(number: u32) -> Event {
    let (id, retracted, track) = (event(number, 0).id, event(number - 1, 0).id, number % 3);
    let line = format!(
        "{{\"id\":\"{id}\",\"v\":2,\"type\":\"event_retracted\",\"track\":\"t{track}\",\"occurred\":\"2025-10-22\",\
         \"recorded\":\"2025-10-23T08:00:00Z\",\"source\":{{\"who\":\"us\",\"attribution\":\"media\"}},\
         \"data\":{{\"event\":\"{retracted}\",\"reason\":\"a mistake\"}}}}"
    );
    decode(line.as_bytes()).unwrap()
}

/// Steps, each by one of two writers.
fn steps() -> impl Strategy<Value = Vec<(usize, Step)>> {
    let batch = || prop::collection::vec(an_event(), 1..5);
    let kept = || prop::sample::select(KEPT.to_vec());
    let cut = prop::sample::select(vec![Cut::Nothing, Cut::Half, Cut::AllButTheLast, Cut::All]);
    let fault = prop::sample::select(vec![Fault::Fail, Fault::Short]);
    let more = prop_oneof![2 => Just(0), 1 => -1_i8..=1];
    let step = prop_oneof![
        4 => batch().prop_map(Step::Append),
        2 => (0_u32..3, more, batch()).prop_map(|(track, more, batch)| Step::Expect(track, more, batch)),
        1 => (1_usize..10, fault, batch()).prop_map(|(at, fault, batch)| Step::Faulty(at, fault, batch)),
        2 => (0_usize..9, cut, batch()).prop_map(|(after, cut, batch)| Step::Killed(after, cut, batch)),
        1 => (1_usize..10, kept(), batch()).prop_map(|(at, kept, batch)| Step::Stopped(at, kept, batch)),
        1 => batch().prop_map(Step::Merge),
        2 => kept().prop_map(Step::Crash),
        1 => Just(Step::Reopen),
    ];
    prop::collection::vec((0_usize..2, step), 1..25)
}

fn path() -> &'static Path {
    Path::new("desk.jsonl")
}

/// What an append must lead to.
#[derive(Debug, PartialEq, Eq)]
enum Foreseen {
    Outcomes(Vec<Appended>),
    Conflict,
    Unexpected(Vec<Event>),
}

/// The model, and the journal with its two writers.
struct Desk {
    disk: MemoryDisk,
    writers: [Option<(Process, Journal<Process>)>; 2],
    events: Vec<Event>,
    /// How many of them were acknowledged, or have survived a crash.
    durable: usize,
}

impl Desk {
    fn new() -> Self {
        Self { disk: MemoryDisk::default(), writers: [None, None], events: Vec::new(), durable: 0 }
    }

    fn of_track(&self, track: &TrackId) -> Vec<Event> {
        self.events.iter().filter(|event| event.track == *track).cloned().collect()
    }

    /// Tells what an append must lead to, and which events it adds.
    fn foresee(&self, batch: &[Event], expected: &[ExpectedVersion]) -> (Foreseen, Vec<Event>) {
        let (mut outcomes, mut new): (Vec<Appended>, Vec<Event>) = (Vec::new(), Vec::new());
        for event in batch {
            match self.events.iter().chain(&new).find(|found| found.id == event.id) {
                Some(found) if found == event => outcomes.push(Appended::AlreadyThere),
                Some(_) => return (Foreseen::Conflict, Vec::new()),
                None => {
                    new.push(event.clone());
                    outcomes.push(Appended::Added);
                }
            }
        }
        for ExpectedVersion { track, lines } in expected.iter().filter(|_| !new.is_empty()) {
            let mut found = self.of_track(track);
            if found.len() as u64 != *lines {
                let since = found.len().min(usize::try_from(*lines).unwrap());
                return (Foreseen::Unexpected(found.split_off(since)), Vec::new());
            }
        }
        (Foreseen::Outcomes(outcomes), new)
    }

    /// A writer, which opens the journal if it has not.
    fn writer(&mut self, at: usize) -> &mut (Process, Journal<Process>) {
        let disk = &self.disk;
        self.writers[at].get_or_insert_with(|| {
            let process = Process::new(disk);
            let journal = Journal::open_with(process.clone(), path(), Options::default()).unwrap();
            (process, journal)
        })
    }

    /// Compares what came of an append with what was foreseen, and takes it into the model.
    fn settle(&mut self, batch: &[Event], foreseen: Foreseen, new: Vec<Event>, came: Came) {
        match (came, foreseen) {
            (Ok(outcomes), foreseen) => {
                assert_eq!(Foreseen::Outcomes(outcomes), foreseen);
                self.events.extend(new);
                let acknowledged = self.events.iter().rposition(|event| batch.contains(event));
                self.durable = self.durable.max(acknowledged.map_or(0, |at| at + 1));
            }
            (Err(JournalError::Conflict { line, id, .. }), Foreseen::Conflict) => {
                let event = &self.events[usize::try_from(line).unwrap() - 1];
                assert_eq!(event.id, id);
                assert!(batch.iter().any(|other| other.id == id && other != event));
            }
            (Err(JournalError::ConflictInBatch { id }), Foreseen::Conflict) => {
                assert!(batch.iter().filter(|event| event.id == id).count() > 1);
            }
            (Err(JournalError::UnexpectedVersion { newer_ids, .. }), Foreseen::Unexpected(newer)) => {
                assert_eq!(newer_ids, newer.iter().map(|event| event.id).collect::<Vec<_>>());
            }
            (Err(error), foreseen) => panic!("{error}, where {foreseen:?} was foreseen"),
        }
    }

    /// Checks what the next process that opens the journal finds after a failure: everything that must be there, and
    /// all or nothing of the new batch.
    fn survey(&mut self, new: &[Event], at_least: usize) {
        drop(Journal::open_with(Process::new(&self.disk), path(), Options::default()).unwrap());
        let found = events_of(&self.disk.content(path()));
        let intended = [&self.events[..], new].concat();
        let is_none_of_it = self.events.starts_with(&found);
        assert!(is_none_of_it || found == intended, "{found:?} is neither all of {intended:?} nor without its end");
        assert!(found.len() >= at_least, "of {at_least} durable events {} are left", found.len());
        if new.len() > 1 && found == intended {
            // A batch that was found all there is so for good.
            self.durable = found.len();
        }
        self.events = found;
    }

    fn crash(&mut self, kept: Kept, new: &[Event]) {
        for (process, journal) in self.writers.iter_mut().filter_map(Option::take) {
            process.kill_after(0, Cut::Nothing);
            drop(journal);
        }
        self.disk.crash(kept);
        self.survey(new, self.durable);
        self.durable = self.events.len();
    }

    /// Puts the union of the journal and other events in its place.
    fn merge(&mut self, others: &[Event]) {
        let process = Process::new(&self.disk);
        let mut locks = LogLocks::to_replace(&process, path(), &[], Duration::ZERO).unwrap();
        let events = events_of(&self.disk.content(path()));
        assert_eq!(events, self.events);
        let find = |id| events.iter().chain(others).filter(move |event| event.id == id);
        let is_in_conflict = others.iter().any(|other| find(other.id).any(|event| event != other));
        match merge([&events[..], others]) {
            Ok(union) => {
                assert!(!is_in_conflict);
                locks.replace(path(), &canonical_log(union.iter().copied()).unwrap()).unwrap();
                let ids: BTreeMap<_, _> = events.iter().chain(others).map(|event| (event.id, event)).collect();
                // All were recorded at the same time.
                self.events = ids.into_values().cloned().collect();
                self.durable = self.events.len();
            }
            Err(conflict) => assert!(find(conflict.id).count() > 1 && is_in_conflict),
        }
        drop(locks);
        assert_eq!(events_of(&self.disk.content(path())), self.events);
    }

    fn append(&mut self, at: usize, batch: &[Event], expected: &[ExpectedVersion]) {
        let (foreseen, new) = self.foresee(batch, expected);
        let came = self.writer(at).1.append(batch, expected);
        self.settle(batch, foreseen, new, came);
        self.compare(at);
    }

    fn step(&mut self, at: usize, step: Step) {
        match step {
            Step::Append(batch) => self.append(at, &batch, &[]),
            Step::Expect(number, more, batch) => {
                let track = event(1, number).track;
                let lines = (self.of_track(&track).len() as u64).saturating_add_signed(more.into());
                self.append(at, &batch, &[ExpectedVersion { track, lines }]);
            }
            Step::Faulty(operation, fault, batch) => {
                let (foreseen, new) = self.foresee(&batch, &[]);
                self.writer(at);
                self.disk.fault_at(operation, fault);
                let came = self.writer(at).1.append(&batch, &[]);
                self.disk.fault_at(usize::MAX, fault);
                match came {
                    Err(JournalError::Disk { .. }) if fault == Fault::Fail => self.survey(&[], self.events.len()),
                    came => self.settle(&batch, foreseen, new, came),
                }
            }
            Step::Killed(after, cut, batch) => {
                let (foreseen, new) = self.foresee(&batch, &[]);
                let (process, journal) = self.writer(at);
                process.kill_after(after, cut);
                match journal.append(&batch, &[]) {
                    Err(JournalError::Disk { .. } | JournalError::Uncertain { .. }) => {
                        self.survey(&new, self.events.len());
                    }
                    came => self.settle(&batch, foreseen, new, came),
                }
                self.writers[at] = None;
            }
            Step::Stopped(operation, kept, batch) => {
                let (foreseen, new) = self.foresee(&batch, &[]);
                self.writer(at);
                self.disk.fault_at(operation, Fault::Stop);
                match self.writer(at).1.append(&batch, &[]) {
                    Err(JournalError::Disk { .. } | JournalError::Uncertain { .. }) => self.crash(kept, &new),
                    came => {
                        self.settle(&batch, foreseen, new, came);
                        self.crash(kept, &[]);
                    }
                }
            }
            Step::Merge(others) => self.merge(&others),
            Step::Crash(kept) => self.crash(kept, &[]),
            Step::Reopen => self.writers[at] = None,
        }
    }

    /// Compares what stands in the log, and what a writer that has just read it knows, with the model.
    fn compare(&self, at: usize) {
        let (_, journal) = self.writers[at].as_ref().unwrap();
        assert_eq!(events_of(&self.disk.content(path())), self.events);
        assert_eq!(journal.len(), self.events.len());
        for event in &self.events {
            assert!(journal.contains(event.id));
            assert_eq!(journal.version(&event.track), self.of_track(&event.track).len() as u64);
        }
    }
}

type Came = Result<Vec<Appended>, JournalError>;

/// Plays steps against the model; the process that opens the journal in the end finds the model in it.
fn play(steps: impl IntoIterator<Item = (usize, Step)>) {
    let mut desk = Desk::new();
    steps.into_iter().for_each(|(writer, step)| desk.step(writer, step));
    desk.writers = [None, None];
    desk.writer(0);
    desk.compare(0);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_journal_is_a_vec(steps in steps()) {
        play(steps);
    }
}

#[test]
fn what_a_killed_process_wrote_and_another_acknowledges_survives_a_crash() {
    // Killed between the write and its sync; then the same event again, by another process.
    play([
        (0, Step::Append(vec![event(1, 1)])),
        (0, Step::Killed(1, Cut::All, vec![event(2, 1)])),
        (1, Step::Append(vec![event(2, 1)])),
        (1, Step::Crash(Kept::Nothing)),
    ]);
}

#[test]
fn what_stands_in_a_file_that_a_killed_process_made_survives_a_crash() {
    // Killed between making the file and syncing the folder.
    play([
        (0, Step::Killed(1, Cut::All, vec![event(1, 1)])),
        (1, Step::Append(vec![event(1, 1)])),
        (1, Step::Crash(Kept::All)),
    ]);
}

#[test]
fn a_line_end_that_could_not_be_written_is_written_before_anything_else() {
    // The other process was killed before it wrote its line end; then the disk fails as that is mended.
    play([
        (0, Step::Append(vec![event(1, 1)])),
        (1, Step::Killed(0, Cut::AllButTheLast, vec![event(2, 1)])),
        (0, Step::Faulty(1, Fault::Fail, vec![event(3, 1)])),
        (0, Step::Append(vec![event(3, 1)])),
    ]);
}

#[test]
fn a_batch_that_a_killed_process_wrote_is_whole_after_a_crash() {
    // Killed between the write and its sync; the next process to open the journal finds all of it, and so does the one
    // after.
    play([
        (0, Step::Append(vec![event(1, 1)])),
        (0, Step::Killed(6, Cut::All, vec![event(2, 1), event(3, 1), event(4, 1)])),
        (1, Step::Crash(Kept::Half)),
    ]);
}
