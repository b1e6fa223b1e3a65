//! Promises about what is read: positions, tails, single events, and everything at once.

use demarche_core::Event;
use demarche_core::codec::{canonical_lines, decode, encode};

use super::made::{append, event, event_on, events, has, ids, read_all, read_from, refused};
use super::{Kept, Open, same};
use crate::store::{StoreErrorKind, StorePosition};

pub(super) fn dense(open: Open<'_>) -> Kept {
    let (mut store, mut other) = (open()?, open()?);
    let start = store.position()?;
    same("how many events an empty store has", &start.events, &0)?;
    append(&mut *store, &events([5])?)?;
    append(&mut *other, &events([1, 9, 3])?)?;
    // What is refused or there already leaves no gap.
    append(&mut *store, &events([9, 5])?)?;
    refused("another event", append(&mut *store, &[event_on("desk", 9, "Another")?]), StoreErrorKind::Conflict)?;
    append(&mut *store, &events([2])?)?;
    let expected = events([5, 1, 9, 3, 2])?;
    has("in the order in which they were stored", &mut *other, &expected)?;
    let position = store.position()?;
    same("the last position", &position.events, &5)?;
    same("the last position, by another handle", &open()?.position()?, &position)?;
    for (events, expected) in (0..).zip(&expected) {
        let tail = other.read(StorePosition { events, ..position }, 1)?;
        same("the event behind a position", &tail.events, &vec![expected.clone()])?;
        same("the position behind it", &tail.position, &StorePosition { events: events + 1, ..position })?;
    }
    Ok(())
}

pub(super) fn read_on(open: Open<'_>) -> Kept {
    let mut store = open()?;
    let all = events(1..=7)?;
    all.chunks(3).try_for_each(|batch| append(&mut *store, batch).map(|_| ()))?;
    let last = store.position()?;
    for begin in 0..=7 {
        for most in 1..=8 {
            let found = read_from(&mut *store, StorePosition { events: begin, ..last }, most)?;
            let expected = all.iter().skip(usize::try_from(begin)?).cloned().collect::<Vec<_>>();
            same(&format!("behind {begin}, {most} at a time"), &ids(&found), &ids(&expected))?;
            same(&format!("behind {begin}, {most} at a time"), &found, &expected)?;
        }
    }
    if let Some(mut reader) = store.reader()? {
        append(&mut *store, &events([8])?)?;
        same("what a reader of its own reads", &reader.read(last, 9)?.events, &events([8])?)?;
        same("where it says that the store ends", &reader.position()?, &store.position()?)?;
    }
    let other = StorePosition { epoch: last.epoch + 1, events: 3 };
    let tail = store.read(other, 2)?;
    let found = (tail.is_anew, tail.events, tail.position);
    same("behind a position of another epoch", &found, &(true, events(1..=2)?, StorePosition { events: 2, ..last }))
}

pub(super) fn found(open: Open<'_>) -> Kept {
    let (mut store, mut other) = (open()?, open()?);
    same("an event that is not stored", &store.event(event(1)?.id)?, &None)?;
    append(&mut *store, &events(1..=3)?)?;
    for number in 1..=3 {
        same("an event by its id", &other.event(event(number)?.id)?, &Some(event(number)?))?;
    }
    same("an event that is not stored", &other.event(event(4)?.id)?, &None)
}

pub(super) fn lines(open: Open<'_>) -> Kept {
    let mut store = open()?;
    let first = event(1)?;
    append(&mut *store, std::slice::from_ref(&first))?;
    // A line of each version that an event of these may have.
    let event = event(2)?;
    let versions: Vec<String> = canonical_lines(&event).collect();
    let renamed = |(number, line): (u64, &String)| -> Kept<(Event, String)> {
        let other = super::made::event(number)?;
        let line = line.replacen(&event.id.to_string(), &other.id.to_string(), 1);
        Ok((Event { id: other.id, ..event.clone() }, line))
    };
    let copied = (2..).zip(&versions).map(renamed).collect::<Kept<Vec<_>>>()?;
    store.append_lines(&copied)?;
    let expected: Vec<String> =
        std::iter::once(encode(&first)).chain(copied.into_iter().map(|(_, line)| line)).collect();
    let read = open()?.read(StorePosition::default(), 1000)?;
    same("the lines that are read", &read.lines, &expected)?;
    if let Some(loaded) = store.load()? {
        let lines = loaded.facts.iter().map(|(_, _, spot)| loaded.texts.line(spot.place));
        let lines: Vec<String> = lines.map(|line| String::from_utf8_lossy(&line).into_owned()).collect();
        same("the lines that are loaded", &lines, &expected)?;
    }
    Ok(())
}

pub(super) fn loaded(open: Open<'_>) -> Kept {
    let mut store = open()?;
    for numbers in [1..=1, 2..=40] {
        append(&mut *store, &events(numbers)?)?;
        let Some(loaded) = store.load()? else { return Ok(()) };
        let lines = loaded.facts.iter().map(|(_, _, spot)| loaded.texts.line(spot.place));
        let found =
            lines.map(|line| decode(&line)).collect::<Result<Vec<_>, _>>().map_err(|error| error.to_string())?;
        same("what is loaded", &found, &read_all(&mut *store)?)?;
        same("the position behind it", &loaded.position, &store.position()?)?;
    }
    Ok(())
}
