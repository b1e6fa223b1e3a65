//! Promises about what several handles do at once.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, ScopedJoinHandle};
use std::time::Duration;

use demarche_core::{Event, EventId};

use super::made::{append, append_behind, append_if, event, event_on, events, ids, read_all};
use super::{Kept, Open, same};
use crate::appending::{Appended, ExpectedVersion};
use crate::store::{Store, StoreError, StoreErrorKind, StorePosition};

const WRITERS: u64 = 4;

/// How often each writer appends.
const APPENDS: u64 = 24;

/// How many events the n-th append of a writer has.
const fn batch_length(append: u64) -> u64 {
    if append.is_multiple_of(3) { 5 } else { 1 }
}

/// The events of the n-th append of a writer: numbers that no other append has.
fn batch(writer: u64, append: u64) -> Kept<Vec<Event>> {
    let first = 1_000_000 * (writer + 1) + 10 * append;
    events(first..first + batch_length(append))
}

/// Tries again while others take their time.
fn patiently<T>(mut act: impl FnMut() -> Result<T, StoreError>) -> Result<T, StoreError> {
    loop {
        match act() {
            Err(error) if error.kind == StoreErrorKind::Busy => thread::sleep(Duration::from_millis(1)),
            done => return done,
        }
    }
}

/// Appends all batches of a writer, sends some again, and tries conflicts.
fn write(store: &mut dyn Store, writer: u64) -> Kept {
    for number in 0..APPENDS {
        let batch = batch(writer, number)?;
        patiently(|| append_behind(store, &batch))?;
        if number % 4 == 1 {
            let Some(sent) = batch.first() else { continue };
            let stored = patiently(|| store.event(sent.id))?.ok_or("an event that was stored is not there")?;
            let again = patiently(|| append(store, std::slice::from_ref(&stored)))?;
            same("an event sent again", &again, &vec![Appended::AlreadyThere])?;
            let mut other = stored;
            other.note = Some("Another".into());
            let refused = patiently(|| match append(store, std::slice::from_ref(&other)) {
                Err(error) if error.kind == StoreErrorKind::Conflict => Ok(true),
                done => done.map(|_| false),
            })?;
            same("whether another event of its id is refused", &refused, &true)?;
        }
    }
    Ok(())
}

/// Runs a function in several threads, each with a number and a handle.
fn at_once(open: Open<'_>, count: u64, act: &(dyn Fn(u64, &mut dyn Store) -> Kept + Sync)) -> Kept {
    thread::scope(|scope| {
        let run = |number| scope.spawn(move || act(number, &mut *open()?));
        let running: Vec<_> = (0..count).map(run).collect();
        // All are waited for, also if one fails.
        let done: Vec<Kept> = running.into_iter().map(joined).collect();
        done.into_iter().collect()
    })
}

/// Waits for a thread.
fn joined<T>(thread: ScopedJoinHandle<'_, Kept<T>>) -> Kept<T> {
    thread.join().unwrap_or_else(|_| Err("a thread panicked".into()))
}

pub(super) fn writers(open: Open<'_>) -> Kept {
    at_once(open, WRITERS, &|writer, store| write(store, writer))?;
    let found = read_all(&mut *open()?)?;
    let places: Vec<EventId> = ids(&found);
    same("how many events there are", &places.len(), &places.iter().collect::<HashSet<_>>().len())?;
    let mut expected = 0;
    for (writer, number) in (0..WRITERS).flat_map(|writer| (0..APPENDS).map(move |number| (writer, number))) {
        let batch = ids(&batch(writer, number)?);
        let at = batch.first().and_then(|first| places.iter().position(|id| id == first));
        let at = at.ok_or_else(|| format!("the append {number} of the writer {writer} is not there"))?;
        let stored = places.get(at..at + batch.len()).unwrap_or_default().to_vec();
        same("a batch, one event behind the other", &stored, &batch)?;
        expected += batch.len();
    }
    same("how many events there are", &found.len(), &expected)?;
    // Each was recorded behind the last one, which no other writer could add to meanwhile.
    let falls = found.iter().zip(found.iter().skip(1)).find(|(one, next)| one.recorded >= next.recorded);
    same("where `recorded` does not rise", &falls.map(|(one, _)| one.id), &None)
}

pub(super) fn race(open: Open<'_>) -> Kept {
    const ROUNDS: u64 = 12;
    let track = event(1)?.track;
    for round in 0..ROUNDS {
        let (won, lost) = (AtomicUsize::new(0), AtomicUsize::new(0));
        at_once(open, WRITERS, &|writer, store| {
            let event = event_on(track.as_str(), 100 * round + writer, "Mine")?;
            let expected = [ExpectedVersion { track: track.clone(), lines: round }];
            match patiently(|| append_if(store, std::slice::from_ref(&event), &expected)) {
                Ok(_) => won.fetch_add(1, Ordering::Relaxed),
                Err(error) if error.kind == StoreErrorKind::Version => lost.fetch_add(1, Ordering::Relaxed),
                Err(error) => return Err(error.into()),
            };
            Ok(())
        })?;
        same("how many writers won", &won.into_inner(), &1)?;
        same("the version of the track", &open()?.version(&track)?, &(round + 1))?;
    }
    Ok(())
}

/// Follows a store from a position on until it has a number of events, some at a time.
fn follow(store: &mut dyn Store, from: StorePosition, until: u64, most: usize) -> Kept<Vec<Event>> {
    let (mut seen, mut position, mut bell) = (Vec::new(), from, store.bell());
    let mut idle = 0;
    while position.events < until {
        let tail = patiently(|| store.read(position, most))?;
        if tail.is_anew {
            return Err("the store began anew while it was followed, though nothing was rewritten".into());
        }
        if tail.events.is_empty() {
            idle += 1;
            if idle > 1_000 {
                return Err(format!("after {} of {until} events none came any more", position.events).into());
            }
            bell.wait(Duration::from_millis(10));
        } else {
            idle = 0;
        }
        same("how far the position moves", &(tail.position.events - position.events), &(tail.events.len() as u64))?;
        position = tail.position;
        seen.extend(tail.events);
    }
    Ok(seen)
}

pub(super) fn tail(open: Open<'_>) -> Kept {
    let total: u64 = WRITERS * (0..APPENDS).map(batch_length).sum::<u64>();
    // Readers come at any time: before the first event, and while events are stored.
    let readers: [(u64, usize); 5] = [(0, 1), (0, 1000), (7, 3), (total / 3, 64), (total / 2, 1)];
    let seen = thread::scope(|scope| -> Kept<Vec<Vec<Event>>> {
        let writing = scope.spawn(|| at_once(open, WRITERS, &|writer, store| write(store, writer)));
        let follow_from = |(begin, most): (u64, usize)| -> Kept<Vec<Event>> {
            let mut store = open()?;
            let mut before = follow(&mut *store, StorePosition::default(), begin, most)?;
            let from = StorePosition { events: begin, ..patiently(|| store.position())? };
            before.truncate(usize::try_from(begin)?);
            before.extend(follow(&mut *store, from, total, most)?);
            Ok(before)
        };
        let following = readers.map(|reader| scope.spawn(move || follow_from(reader)));
        let seen: Vec<Kept<Vec<Event>>> = following.into_iter().map(joined).collect();
        joined(writing)?;
        seen.into_iter().collect()
    })?;
    let stored = read_all(&mut *open()?)?;
    same("how many events there are", &(stored.len() as u64), &total)?;
    for ((begin, most), seen) in readers.into_iter().zip(&seen) {
        let who = format!("what a reader saw that joined behind {begin}, with {most} at a time");
        same(&who, &ids(seen), &ids(&stored))?;
    }
    Ok(())
}
