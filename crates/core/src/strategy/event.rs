//! Strategies for events and their common parts, over the whole input space.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use uuid::Uuid;

use super::{actor_id, attribution, instant, occurred, payload, track_id};
use crate::{Claims, Credibility, Event, EventId, Grade, Hash, Reliability, Source};

/// Texts that have broken programs of this kind.
const NASTY: &[&str] = &[
    "",
    " ",
    "\"",
    "\\",
    "\\u0000",
    "\0",
    "\r\n",
    "\t\u{8}\u{c}\u{1b}[31m",
    "\u{7f}\u{80}\u{85}",
    "\u{feff}",
    "\u{2028}\u{2029}",
    "\u{202e}",
    "e\u{301}",
    "👩‍👩‍👧",
    "\u{fffd}\u{fffe}\u{ffff}",
    "\u{10ffff}",
    "null",
    "{\"id\":1}",
    "',\"}]",
    "Переговоры, «Гельсинки»",
];

/// Makes any text: plain words, control characters, quotes, any Unicode.
pub fn text() -> BoxedStrategy<Box<str>> {
    prop_oneof![
        // Words, so that most of an event is easy to read in a failure.
        4 => "[a-z]{1,8}( [a-z]{1,8}){0,3}",
        // Anything; `char` itself favours troublesome characters.
        2 => vec(any::<char>(), 0..40).prop_map(String::from_iter),
        // Known trouble, joined.
        2 => vec(select(NASTY), 1..4).prop_map(|parts| parts.concat()),
    ]
    .prop_map(Into::into)
    .boxed()
}

/// Makes any [`struct@Hash`].
pub fn hash() -> BoxedStrategy<Hash> {
    any::<[u8; 32]>().prop_map(Hash::new).boxed()
}

/// Makes any [`EventId`].
pub fn event_id() -> BoxedStrategy<EventId> {
    prop_oneof![
        // Version 7, as Demarche makes them.
        4 => any::<(u64, u64)>().prop_map(|(high, low)| {
            Uuid::from_u64_pair(high & !0xF000 | 0x7000, low & (u64::MAX >> 2) | (1 << 63))
        }),
        // Any 16 bytes: other programs make other versions, or none.
        2 => any::<u128>().prop_map(Uuid::from_u128),
        1 => select(vec![Uuid::nil(), Uuid::max()]),
    ]
    .prop_map(EventId::new)
    .boxed()
}

/// Makes any [`Claims`], which sometimes name one id twice.
pub fn claims() -> BoxedStrategy<Claims> {
    (event_id(), vec(event_id(), 0..4), any::<bool>())
        .prop_map(|(first, mut others, twice)| {
            if twice && !others.is_empty() {
                others.push(first);
            }
            others.insert(0, first);
            Claims::new(others).unwrap_or_else(|| first.into())
        })
        .boxed()
}

/// Makes any [`Grade`].
pub fn grade() -> BoxedStrategy<Grade> {
    (select(&Reliability::ALL[..]), select(&Credibility::ALL[..]))
        .prop_map(|(reliability, credibility)| Grade { reliability, credibility })
        .boxed()
}

/// Makes any [`Source`].
pub fn source() -> BoxedStrategy<Source> {
    (actor_id(), option::of(actor_id()), attribution(), option::of(grade()))
        .prop_map(|(who, via, attribution, grade)| Source { who, via, attribution, grade })
        .boxed()
}

/// Makes any [`Event`]. The events and things that it names need not exist.
pub fn event() -> BoxedStrategy<Event> {
    let times = (occurred(), instant());
    let remarks = (option::of(text()), option::of(text()));
    (event_id(), track_id(), times, option::of(actor_id()), source(), remarks, payload())
        .prop_map(|(id, track, (occurred, recorded), entered_by, source, (cite, note), data)| Event {
            id,
            track,
            occurred,
            recorded,
            entered_by,
            source,
            cite,
            note,
            data,
        })
        .boxed()
}
