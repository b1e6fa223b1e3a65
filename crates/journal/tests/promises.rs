//! The journal keeps the promises of every store, as a file and as a directory; and a store that breaks one is found
//! out.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test that fails must say so")]

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread::sleep;
use std::time::Duration;

use demarche_core::codec::{LINE_MAX_BYTES, encode};
use demarche_core::{Event, EventId, Instant, TrackId};
use demarche_journal::testing::Promise;
use demarche_journal::{
    Appended, ExpectedVersion, Journal, Options, Store, StoreError, StoreErrorKind, StorePosition, Tail,
};

/// A separate, empty folder, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("promises-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

#[test]
fn a_file_keeps_every_promise() {
    let folder = Folder::new("file");
    for promise in Promise::ALL {
        let path = folder.0.join(format!("{promise:?}.jsonl"));
        promise.check(&|| Ok(Box::new(Journal::open(&path, Options::default())?))).unwrap();
    }
}

#[test]
fn a_directory_keeps_every_promise() {
    let folder = Folder::new("directory");
    for promise in Promise::ALL {
        let path = folder.0.join(format!("{promise:?}"));
        fs::create_dir_all(&path).unwrap();
        promise.check(&|| Ok(Box::new(Journal::open(&path, Options::default())?))).unwrap();
    }
}

/// What is wrong with a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Defect {
    None,
    /// A batch is stored up to the event that is refused.
    StoresInPart,
    StoresTwice,
    TakesConflicts,
    IgnoresVersions,
    /// Retries of what is there are refused.
    RefusesRetries,
    IgnoresRests,
    TakesLongLines,
    /// What is refused uses a position up.
    LeavesGaps,
    RepeatsAtLimits,
    NeverBeginsAnew,
    FindsNothing,
    /// What is copied is written anew.
    RewritesLines,
    /// Others may store between the events of a batch.
    MixesBatches,
    /// The version is checked before others are kept away.
    ChecksTooEarly,
    /// Positions are given before events can be seen, as by a sequence of a database.
    NumbersTooEarly,
}

/// A store in memory, with a defect.
#[derive(Clone)]
struct Memory {
    defect: Defect,
    /// The events by position; `None` where one cannot be seen yet.
    events: Arc<Mutex<Vec<Option<Event>>>>,
    /// The lines of events that were copied.
    lines: Arc<Mutex<HashMap<EventId, String>>>,
}

impl Memory {
    fn new(defect: Defect) -> Self {
        Self { defect, events: Arc::default(), lines: Arc::default() }
    }

    fn seen(&self) -> Vec<Event> {
        self.events.lock().unwrap().iter().flatten().cloned().collect()
    }

    fn check_versions(&self, expected: &[ExpectedVersion], events: &[Event]) -> Result<(), StoreError> {
        let seen = self.seen();
        let is_new = |event: &Event| seen.iter().all(|other| other.id != event.id);
        if self.defect == Defect::IgnoresVersions || self.defect != Defect::RefusesRetries && !events.iter().any(is_new)
        {
            return Ok(());
        }
        let lines = |track: &TrackId| seen.iter().filter(|event| event.track == *track).count() as u64;
        match expected.iter().all(|expected| lines(&expected.track) == expected.lines) {
            true => Ok(()),
            false => Err(StoreError::new(StoreErrorKind::Version, "the version")),
        }
    }

    fn append_alone(&mut self, new: &[Event], expected: &[ExpectedVersion]) -> Result<Vec<Appended>, StoreError> {
        let mut known = self.seen();
        let (mut outcomes, mut added) = (Vec::new(), Vec::new());
        for event in new {
            let refused = |kind| Err(StoreError::new(kind, "refused"));
            if encode(event).len() > LINE_MAX_BYTES && self.defect != Defect::TakesLongLines {
                return refused(StoreErrorKind::TooLong);
            }
            let there = known.iter().find(|other| other.id == event.id);
            if there.is_some_and(|there| there != event) && self.defect != Defect::TakesConflicts {
                let mut events = self.events.lock().unwrap();
                if self.defect == Defect::StoresInPart {
                    events.extend(added.into_iter().map(Some));
                } else if self.defect == Defect::LeavesGaps {
                    events.push(None);
                }
                return refused(StoreErrorKind::Conflict);
            }
            let is_there = there.is_some() && self.defect != Defect::StoresTwice;
            outcomes.push(if is_there { Appended::AlreadyThere } else { Appended::Added });
            if !is_there {
                known.push(event.clone());
                added.push(event.clone());
            }
        }
        if self.defect != Defect::ChecksTooEarly {
            self.check_versions(expected, new)?;
        }
        let mut events = self.events.lock().unwrap();
        if self.defect == Defect::NumbersTooEarly {
            let first = events.len();
            events.resize(first + added.len(), None);
            drop(events);
            sleep(Duration::from_micros(300));
            for (place, event) in self.events.lock().unwrap()[first..].iter_mut().zip(added) {
                *place = Some(event);
            }
        } else {
            events.extend(added.into_iter().map(Some));
        }
        Ok(outcomes)
    }
}

/// Keeps other writers away.
static ALONE: Mutex<()> = Mutex::new(());

impl Store for Memory {
    fn append(
        &mut self,
        make: &mut dyn FnMut(Option<Instant>) -> Vec<Event>,
        expected: &[ExpectedVersion],
        rests_on: &[Event],
    ) -> Result<Vec<(Event, Appended)>, StoreError> {
        if self.defect == Defect::ChecksTooEarly {
            self.check_versions(expected, &make(None))?;
            sleep(Duration::from_millis(5));
        }
        let alone = ALONE.lock();
        let seen = self.seen();
        if !rests_on.iter().all(|event| seen.contains(event)) && self.defect != Defect::IgnoresRests {
            return Err(StoreError::new(StoreErrorKind::Gone, "gone"));
        }
        let events = make(seen.iter().map(|event| event.recorded).max());
        let outcomes = if self.defect == Defect::MixesBatches {
            drop(alone);
            let mut outcomes = Vec::new();
            for event in &events {
                let _alone = ALONE.lock();
                outcomes.extend(self.append_alone(std::slice::from_ref(event), expected)?);
            }
            outcomes
        } else if self.defect == Defect::NumbersTooEarly {
            drop(alone);
            self.append_alone(&events, expected)?
        } else {
            self.append_alone(&events, expected)?
        };
        Ok(events.into_iter().zip(outcomes).collect())
    }

    fn append_lines(&mut self, lines: &[(Event, String)]) -> Result<Vec<Appended>, StoreError> {
        let _alone = ALONE.lock();
        let events: Vec<Event> = lines.iter().map(|(event, _)| event.clone()).collect();
        if self.defect != Defect::RewritesLines {
            self.lines.lock().unwrap().extend(lines.iter().map(|(event, line)| (event.id, line.clone())));
        }
        self.append_alone(&events, &[])
    }

    fn read(&mut self, after: StorePosition, most: usize) -> Result<Tail, StoreError> {
        let is_anew = after.epoch > 1 && self.defect != Defect::NeverBeginsAnew;
        let begin = if is_anew { 0 } else { usize::try_from(after.events).unwrap() };
        let events = self.events.lock().unwrap();
        let behind = events.get(begin..).unwrap_or_default();
        let behind = &behind[..most.min(behind.len())];
        let mut next = begin + behind.len();
        if self.defect == Defect::RepeatsAtLimits && behind.len() == most && most > 1 {
            next -= 1;
        }
        let events: Vec<Event> = behind.iter().flatten().cloned().collect();
        let copied = self.lines.lock().unwrap();
        let line = |event: &Event| copied.get(&event.id).cloned().unwrap_or_else(|| encode(event));
        let lines = events.iter().map(line).collect();
        Ok(Tail { events, lines, is_anew, position: StorePosition { epoch: 1, events: next as u64 } })
    }

    fn position(&mut self) -> Result<StorePosition, StoreError> {
        Ok(StorePosition { epoch: 1, events: self.events.lock().unwrap().len() as u64 })
    }

    fn event(&mut self, id: EventId) -> Result<Option<Event>, StoreError> {
        Ok(self.seen().into_iter().find(|event| event.id == id && self.defect != Defect::FindsNothing))
    }

    fn version(&mut self, track: &TrackId) -> Result<u64, StoreError> {
        Ok(self.seen().iter().filter(|event| event.track == *track).count() as u64)
    }
}

fn keeps(defect: Defect, promise: Promise) -> bool {
    let store = Memory::new(defect);
    promise.check(&|| Ok(Box::new(store.clone()))).is_ok()
}

#[test]
fn a_store_that_breaks_a_promise_is_found_out() {
    for promise in Promise::ALL {
        assert!(keeps(Defect::None, promise), "{promise}");
    }
    for (defect, promise) in [
        (Defect::StoresInPart, Promise::Whole),
        (Defect::StoresTwice, Promise::Once),
        (Defect::TakesConflicts, Promise::Conflict),
        (Defect::IgnoresVersions, Promise::Version),
        (Defect::RefusesRetries, Promise::Version),
        (Defect::IgnoresRests, Promise::Gone),
        (Defect::TakesLongLines, Promise::TooLong),
        (Defect::LeavesGaps, Promise::Dense),
        (Defect::RepeatsAtLimits, Promise::ReadOn),
        (Defect::NeverBeginsAnew, Promise::ReadOn),
        (Defect::FindsNothing, Promise::Found),
        (Defect::RewritesLines, Promise::Lines),
        (Defect::MixesBatches, Promise::Whole),
        (Defect::ChecksTooEarly, Promise::Race),
        (Defect::NumbersTooEarly, Promise::Tail),
    ] {
        assert!(!keeps(defect, promise), "{defect:?} is not found out");
    }
}
