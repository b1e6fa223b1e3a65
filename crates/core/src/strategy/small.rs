//! The small world from which logs are drawn: few names and few days, so that events meet.
//!
//! It is public so that tests can ask about the same world: a reading by one of its actors, a bound within its two
//! years.

use chrono::{Days, NaiveDate, NaiveTime, TimeDelta};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::made;
use super::parts::Parts;
use crate::{ActorId, Attribution, Edtf, EventId, Grade, Instant, Occurred, Source, TrackId};

/// The tracks: a parent, its child, one whose parent does not exist, and a second child.
pub const TRACKS: [&str; 4] = ["us-ru", "us-ru/irritants", "eu/energy/gas", "us-ru/leaders"];

/// The actors: two parties with one actor beneath each, a third party, an anonymous source and an outlet.
pub const ACTORS: [&str; 7] = ["us", "ru", "us/a", "ru/mfa", "hu", "anon/x", "izvestia"];

/// The meetings. One shares its name with a proposal and one with an agreement: names are unique only within their
/// kind.
pub const MEETINGS: [&str; 3] = ["round-1", "swap", "protocol"];

/// The proposals.
pub const PROPOSALS: [&str; 2] = ["swap", "one-more-year"];

/// The agreements.
pub const AGREEMENTS: [&str; 2] = ["protocol", "treaty"];

/// The issues, exchanges and measures.
pub const OTHERS: [&str; 2] = ["visas", "flights"];

/// The first day of the world and the number of its days.
const FIRST_DAY: NaiveDate = match NaiveDate::from_ymd_opt(2025, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};
const DAYS: u64 = 730;

/// Days on which many things happen, counted from [`FIRST_DAY`]: 1 January 2025 (where the year, the month and the day
/// tie), 1 October (the month and the day), 16 October, the next day, 31 October, and 1 March 2026 (a season).
const BUSY: [u64; 6] = [0, 273, 288, 289, 303, 424];

/// Makes one of the [`TRACKS`].
pub fn track() -> BoxedStrategy<TrackId> {
    track_index().prop_map(|index| track_at(index, TRACKS.len())).boxed()
}

/// Makes the index of a track, for [`track_at`].
pub(super) fn track_index() -> BoxedStrategy<usize> {
    prop_oneof![
        // Half of the events are on one track: tracks are folded separately, so events on different tracks never meet.
        3 => Just(0),
        2 => 0..TRACKS.len(),
    ]
    .boxed()
}

/// Returns the track with an index, in a world with that many tracks.
pub(super) fn track_at(index: usize, count: usize) -> TrackId {
    made(TRACKS.get(index % count.max(1)).copied().unwrap_or("us-ru"))
}

/// Makes one of the [`ACTORS`].
pub fn actor() -> BoxedStrategy<ActorId> {
    named(&ACTORS)
}

fn named<T: std::str::FromStr<Err: std::fmt::Display> + std::fmt::Debug + 'static>(
    names: &'static [&'static str],
) -> BoxedStrategy<T> {
    select(names).prop_map(made).boxed()
}

/// Makes one of a few grades: the order of grades has two keys, so some agree in the first and some in the second.
pub fn grade() -> BoxedStrategy<Grade> {
    select(&["B2", "A1", "B3", "C2", "F6"][..]).prop_map(made).boxed()
}

/// Makes the source of an event.
pub fn source() -> BoxedStrategy<Source> {
    let attribution = prop_oneof![
        // On record half of the time: the reading of that name drops everything else.
        3 => Just(Attribution::OnRecord),
        3 => super::attribution(),
    ];
    // Often without a grade, which ranks below every other: denials and claims then tie without one.
    (actor(), option::of(actor()), attribution, option::weighted(0.7, grade()))
        .prop_map(|(who, via, attribution, grade)| Source { who, via, attribution, grade })
        .boxed()
}

/// Makes a day of the world.
pub(super) fn day() -> BoxedStrategy<NaiveDate> {
    prop_oneof![
        // Mostly on few days, so that events tie and the later keys of their order decide.
        3 => select(&BUSY[..]),
        // Any day, so that patience runs out and dates pass at every distance.
        2 => 0..DAYS,
    ]
    .prop_map(|days| FIRST_DAY + Days::new(days))
    .boxed()
}

/// Makes when something of the world occurred.
pub fn occurred() -> BoxedStrategy<Occurred> {
    with_beginning().prop_map(|text| made(&text)).boxed()
}

/// Makes a date for a meeting, a deadline or a term.
pub fn date() -> BoxedStrategy<Edtf> {
    prop_oneof![
        9 => with_beginning(),
        // No beginning: "by the end of November". Its absence must not be taken for the first instant of time.
        1 => day().prop_map(|day| format!("../{}", day.format("%Y-%m"))),
        1 => day().prop_map(|day| format!("/{}", day.format("%Y-%m-%d"))),
    ]
    .prop_map(|text| made(&text))
    .boxed()
}

fn with_beginning() -> BoxedStrategy<String> {
    let shown = |form: &'static str| day().prop_map(move |day| day.format(form).to_string());
    prop_oneof![
        // Whole days: the most frequent form, and the one that ties with all others.
        6 => shown("%Y-%m-%d"),
        // The same month given as a month, plain, unspecified or doubtful: four texts with the same bounds.
        3 => shown("%Y-%m"),
        1 => shown("%Y-%m-XX"),
        1 => shown("%Y-%m~"),
        // Only a year: heard when it was recorded, and before everything else of that year in the order.
        2 => shown("%Y"),
        // Instants, some at midnight where they tie with the day, some with an offset into the day before.
        1 => shown("%Y-%m-%dT00:00:00Z"),
        1 => shown("%Y-%m-%dT12:00:00Z"),
        1 => shown("%Y-%m-%dT01:00:00+03:00"),
        // Intervals of days: short ones and ones longer than the usual patience.
        2 => (day(), prop_oneof![0..15_u64, 15..200_u64]).prop_map(|(first, length)| {
            format!("{first}/{}", first + Days::new(length))
        }),
        // Open ends: they never pass.
        1 => shown("%Y-%m/.."),
        1 => shown("%Y-%m-%d/"),
        // A season: rare, but its bounds cross the year.
        1 => (day(), 21..=24_u32).prop_map(|(day, season)| format!("{}-{season}", day.format("%Y"))),
    ]
    .boxed()
}

/// Makes an instant at which one may ask about the world: for `as_of`, `known_at` or `today`.
pub fn instant() -> BoxedStrategy<Instant> {
    let within =
        (day(), time()).prop_filter_map("an instant", |(day, time)| Instant::new(day.and_time(time).and_utc()));
    prop_oneof![
        // At the instants at which events of the world happen and are recorded.
        6 => within,
        // The last nanosecond of a day: what a bound given as a date means.
        2 => day().prop_filter_map("a day", |day| Edtf::day(day)?.latest()),
        // Before and after everything.
        1 => select(vec![Instant::MIN, Instant::MAX]),
    ]
    .boxed()
}

/// Makes one of a few times of day, so that instants tie: midnight, noon, and just after noon.
pub(super) fn time() -> BoxedStrategy<NaiveTime> {
    select(&[0, NOON_NANOS, NOON_NANOS + 1, NOON_NANOS + 1_000][..])
        .prop_map(|nanos| NaiveTime::MIN + TimeDelta::nanoseconds(nanos))
        .boxed()
}

const NOON_NANOS: i64 = 12 * 3600 * 1_000_000_000;

/// An id that no event of a log has.
pub(super) const UNKNOWN: EventId = EventId::new(uuid::Uuid::max());

/// The parts of the payloads in this world. The ids of named events are put in once the log is known.
pub(super) fn parts() -> Parts {
    let topics = || MEETINGS.into_iter().chain(PROPOSALS).chain(AGREEMENTS).chain(OTHERS).collect::<Vec<_>>();
    Parts {
        text: select(&["", "a", "Talks", "«Überraschung»"][..]).prop_map(Into::into).boxed(),
        actor: actor(),
        actors: prop_oneof![
            // The usual two, so that `said_by` and `silent` have somebody to name.
            2 => Just(vec![made("us"), made("ru")]),
            // Anybody, nobody, the same twice, an actor beneath a party.
            1 => vec(actor(), 0..3),
        ]
        .boxed(),
        meeting: named(&MEETINGS),
        proposal: named(&PROPOSALS),
        agreement: named(&AGREEMENTS),
        issue: named(&OTHERS),
        exchange: named(&OTHERS),
        measure: named(&OTHERS),
        topic: select(topics()).prop_map(made).boxed(),
        date: date(),
        claims: Just(UNKNOWN.into()).boxed(),
        event_id: Just(UNKNOWN).boxed(),
    }
}
