//! Promises about what one writer does: all or nothing, once, and only what may be added.

use super::made::{append, append_if, event, event_on, events, has, refused};
use super::{Kept, Open, same};
use crate::appending::{Appended, ExpectedVersion};
use crate::store::StoreErrorKind;

const ADDED: Appended = Appended::Added;
const THERE: Appended = Appended::AlreadyThere;

pub(super) fn whole(open: Open<'_>) -> Kept {
    let mut store = open()?;
    let first = events(1..=3)?;
    same("a batch of three", &append(&mut *store, &first)?, &vec![ADDED; 3])?;
    has("after a batch of three", &mut *open()?, &first)?;
    let other = event_on("desk", 2, "Another")?;
    let batch = [event(4)?, other, event(5)?];
    refused("a batch with a conflict", append(&mut *store, &batch), StoreErrorKind::Conflict)?;
    has("after a batch that was refused", &mut *store, &first)?;
    has("after a batch that was refused, to others", &mut *open()?, &first)?;
    same("an empty batch", &append(&mut *store, &[])?, &vec![])?;
    // What was refused takes nothing with it.
    append(&mut *store, &events(4..=5)?)?;
    has("after the rest of that batch", &mut *open()?, &events(1..=5)?)
}

pub(super) fn once(open: Open<'_>) -> Kept {
    let (mut store, mut other) = (open()?, open()?);
    append(&mut *store, &events(1..=2)?)?;
    let position = store.position()?;
    same("both again", &append(&mut *store, &events(1..=2)?)?, &vec![THERE; 2])?;
    same("both again, by another handle", &append(&mut *other, &events(1..=2)?)?, &vec![THERE; 2])?;
    same("the position after that", &store.position()?, &position)?;
    let mixed = [event(3)?, event(1)?, event(3)?];
    same("one that is new, twice, and one that is not", &append(&mut *other, &mixed)?, &vec![ADDED, THERE, THERE])?;
    has("after that", &mut *store, &events(1..=3)?)
}

pub(super) fn conflict(open: Open<'_>) -> Kept {
    let mut store = open()?;
    append(&mut *store, &events(1..=2)?)?;
    let kind = StoreErrorKind::Conflict;
    let (other, elsewhere) = (event_on("desk", 1, "Another")?, event_on("attic", 1, "Elsewhere")?);
    refused("other words", append(&mut *store, &[other]), kind)?;
    refused("another track", append(&mut *open()?, &[elsewhere]), kind)?;
    let two = [event_on("desk", 3, "One")?, event_on("desk", 3, "Two")?];
    refused("two of one id in a batch", append(&mut *store, &two), kind)?;
    has("after all that", &mut *open()?, &events(1..=2)?)
}

pub(super) fn version(open: Open<'_>) -> Kept {
    let mut store = open()?;
    let desk = event(1)?.track;
    let attic = event_on("attic", 1, "")?.track;
    let expect = |lines| [ExpectedVersion { track: desk.clone(), lines }];
    same("the version of a track without events", &store.version(&desk)?, &0)?;
    append_if(&mut *store, &events(1..=2)?, &expect(0))?;
    same("its version after two", &open()?.version(&desk)?, &2)?;
    let kind = StoreErrorKind::Version;
    for lines in [0, 1, 3] {
        refused("a third, by another version", append_if(&mut *store, &events([3])?, &expect(lines)), kind)?;
    }
    // Other tracks do not matter, whether they are added to or not.
    append(&mut *open()?, &[event_on("attic", 10, "In the attic")?])?;
    append_if(&mut *store, &events([3])?, &expect(2))?;
    let both = [ExpectedVersion { track: attic.clone(), lines: 1 }, ExpectedVersion { track: desk.clone(), lines: 2 }];
    refused("of two tracks, one is as expected", append_if(&mut *store, &events([4])?, &both), kind)?;
    // A retry of what is there already is no conflict.
    same("a retry", &append_if(&mut *store, &events([3])?, &expect(2))?, &vec![THERE])?;
    same("the versions", &(store.version(&desk)?, store.version(&attic)?), &(3, 1))
}

pub(super) fn gone(open: Open<'_>) -> Kept {
    let mut store = open()?;
    append(&mut *store, &events(1..=2)?)?;
    let mut rest_on = |numbers: &[u64], other| {
        let mut rests_on = events(numbers.iter().copied())?;
        rests_on.extend(other);
        Kept::Ok(store.append(&mut |_| events([9]).unwrap_or_default(), &[], &rests_on))
    };
    refused("resting on an event that is not there", rest_on(&[1, 3], None)?, StoreErrorKind::Gone)?;
    let other = event_on("desk", 2, "Another")?;
    refused("resting on an event that is another", rest_on(&[1], Some(other))?, StoreErrorKind::Gone)?;
    rest_on(&[2, 1], None)??;
    has("after that", &mut *open()?, &events([1, 2, 9])?)
}

pub(super) fn too_long(open: Open<'_>) -> Kept {
    let mut store = open()?;
    let mut long = event(2)?;
    long.note = Some("x".repeat(demarche_core::codec::LINE_MAX_BYTES).into());
    refused("a line that is too long", append(&mut *store, &[event(1)?, long]), StoreErrorKind::TooLong)?;
    has("after that", &mut *open()?, &[])
}
