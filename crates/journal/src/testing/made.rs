//! Events to try a store with, and what is done with them again and again.

use demarche_core::codec::decode;
use demarche_core::{Event, EventId, Instant};

use super::{Kept, same};
use crate::appending::{Appended, ExpectedVersion};
use crate::store::{Store, StoreError, StoreErrorKind, StorePosition};

/// Makes the event of a number on a track, with a text.
pub(super) fn event_on(track: &str, number: u64, summary: &str) -> Kept<Event> {
    let line = format!(
        "{{\"id\":\"0199f3c0-5a00-7000-8000-{number:012x}\",\"v\":2,\"type\":\"statement_made\",\
         \"track\":\"{track}\",\"occurred\":\"2025-10-22\",\"recorded\":\"2025-10-23T08:00:00Z\",\
         \"source\":{{\"who\":\"us\",\"attribution\":\"media\"}},\"data\":{{\"summary\":\"{summary}\"}}}}"
    );
    decode(line.as_bytes()).map_err(|error| error.to_string().into())
}

/// Makes the event of a number.
pub(super) fn event(number: u64) -> Kept<Event> {
    event_on("desk", number, &format!("Statement {number}: \\\"Привет\\\" \\\\ \\n"))
}

/// Makes the events of numbers.
pub(super) fn events(numbers: impl IntoIterator<Item = u64>) -> Kept<Vec<Event>> {
    numbers.into_iter().map(event).collect()
}

/// Appends a batch; returns the result for each event.
pub(super) fn append(store: &mut dyn Store, events: &[Event]) -> Result<Vec<Appended>, StoreError> {
    append_if(store, events, &[])
}

/// Appends a batch if tracks are as expected.
pub(super) fn append_if(
    store: &mut dyn Store,
    events: &[Event],
    expected: &[ExpectedVersion],
) -> Result<Vec<Appended>, StoreError> {
    let appended = store.append(&mut |_| events.to_vec(), expected, &[])?;
    Ok(appended.into_iter().map(|(_, outcome)| outcome).collect())
}

/// Appends an event that is recorded behind all others.
pub(super) fn append_behind(store: &mut dyn Store, events: &[Event]) -> Result<(), StoreError> {
    let mut make = |last: Option<Instant>| {
        let mut next = last;
        let dated = events.iter().cloned().map(|mut event| {
            next = next.and_then(|last| last.plus_nanos(1_000));
            event.recorded = next.unwrap_or(event.recorded);
            next = Some(event.recorded);
            event
        });
        dated.collect()
    };
    store.append(&mut make, &[], &[]).map(|_| ())
}

/// Reads everything behind a position, some at a time.
pub(super) fn read_from(store: &mut dyn Store, after: StorePosition, most: usize) -> Kept<Vec<Event>> {
    let (mut all, mut position) = (Vec::new(), after);
    loop {
        let tail = store.read(position, most)?;
        if tail.is_anew {
            return Err("the store began anew, though nothing was rewritten".into());
        }
        if tail.events.is_empty() {
            return Ok(all);
        }
        if tail.events.len() > most {
            return Err(format!("{most} events were asked for, and {} came", tail.events.len()).into());
        }
        same("how many lines come with the events", &tail.lines.len(), &tail.events.len())?;
        for (event, line) in tail.events.iter().zip(&tail.lines) {
            same("the event of a line", &decode(line.as_bytes()).ok().as_ref(), &Some(event))?;
        }
        position = tail.position;
        all.extend(tail.events);
    }
}

/// Reads everything, through a handle.
pub(super) fn read_all(store: &mut dyn Store) -> Kept<Vec<Event>> {
    read_from(store, StorePosition::default(), 1000)
}

/// Demands that something was refused, for a reason.
pub(super) fn refused<T>(what: &str, done: Result<T, StoreError>, kind: StoreErrorKind) -> Kept {
    match done {
        Ok(_) => Err(format!("{what}: it was accepted").into()),
        Err(error) => same(&format!("{what} ({error})"), &error.kind, &kind),
    }
}

/// Demands that the store has these events, in that order.
pub(super) fn has(what: &str, store: &mut dyn Store, expected: &[Event]) -> Kept {
    let ids = |events: &[Event]| events.iter().map(|event| event.id.to_string()).collect::<Vec<_>>();
    let found = read_all(store)?;
    same(what, &ids(&found), &ids(expected))?;
    same(what, &found, &expected.to_vec())
}

/// Returns the ids of events.
pub(super) fn ids(events: &[Event]) -> Vec<EventId> {
    events.iter().map(|event| event.id).collect()
}
