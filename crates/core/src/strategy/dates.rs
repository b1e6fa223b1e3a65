//! Strategies for dates and instants: every form that is accepted, and the ends of the range.

use chrono::{DateTime, NaiveDate};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::made;
use crate::{Edtf, Instant, Occurred};

/// Makes any [`Instant`].
pub fn instant() -> BoxedStrategy<Instant> {
    let (first, last) = (Instant::MIN.date_time().timestamp(), Instant::MAX.date_time().timestamp());
    let seconds = prop_oneof![
        // The present: 2020 to 2030.
        5 => 1_577_836_800..1_893_456_000_i64,
        // Any valid second.
        3 => first..=last,
        // The ends of the range, where sums overflow.
        1 => select(vec![first, first + 1, last - 1, last, -1, 0]),
    ];
    // Each length of the canonical fraction: none, three, six, nine digits; and the last nanosecond of a second.
    let nanos = prop_oneof![
        4 => Just(0),
        1 => (0..1_000_u32).prop_map(|n| n * 1_000_000),
        1 => (0..1_000_000_u32).prop_map(|n| n * 1_000),
        1 => 0..1_000_000_000_u32,
        1 => Just(999_999_999),
    ];
    (seconds, nanos)
        .prop_filter_map("an instant", |(seconds, nanos)| Instant::new(DateTime::from_timestamp(seconds, nanos)?))
        .boxed()
}

/// Makes any [`Edtf`] date: every form of levels 0 and 1.
pub fn edtf() -> BoxedStrategy<Edtf> {
    let no_beginning = (select(vec!["/", "../"]), plain()).prop_map(|(start, end)| start.to_owned() + &end);
    prop_oneof![
        9 => with_beginning(),
        // Rare: a date without a beginning is not a valid `occurred`.
        1 => no_beginning,
    ]
    .prop_map(|text| made(&text))
    .boxed()
}

/// Makes any [`Occurred`] date: as [`edtf`], with a beginning.
pub fn occurred() -> BoxedStrategy<Occurred> {
    with_beginning().prop_map(|text| made(&text)).boxed()
}

fn with_beginning() -> BoxedStrategy<String> {
    let open = (plain(), select(vec!["/", "/.."])).prop_map(|(start, end)| start + end);
    // If one ends before the other begins, swapping them makes an interval.
    let interval = (plain(), plain()).prop_map(|(a, b)| {
        let text = format!("{a}/{b}");
        if text.parse::<Edtf>().is_ok() { text } else { format!("{b}/{a}") }
    });
    prop_oneof![
        // Single dates, the most common kind.
        4 => plain(),
        // Date-times: the most parts to get wrong.
        3 => date_time(),
        2 => interval,
        1 => open,
        1 => season(),
    ]
    .boxed()
}

fn year() -> BoxedStrategy<i32> {
    prop_oneof![
        // The present, so that dates are near each other.
        4 => 2020..=2030_i32,
        // Any valid year.
        2 => 1..=9999_i32,
        // The ends of the range, and leap years of every kind.
        1 => select(vec![1, 4, 100, 400, 1900, 2000, 9996, 9999]),
    ]
    .boxed()
}

/// Makes any day of such a year, often at the end of a month or year, where date arithmetic breaks.
fn day() -> BoxedStrategy<NaiveDate> {
    let day_of_month = prop_oneof![3 => 1..=31_u32, 1 => select(vec![1, 28, 29, 30, 31])];
    (year(), 1..=12_u32, day_of_month)
        .prop_filter_map("a day", |(year, month, day)| {
            // A day that the month does not have becomes its last day.
            (day.saturating_sub(3)..=day).rev().find_map(|day| NaiveDate::from_ymd_opt(year, month, day))
        })
        .boxed()
}

fn qualifier() -> BoxedStrategy<&'static str> {
    // Half without, since an unqualified date is the base of all.
    prop_oneof![3 => Just(""), 1 => Just("?"), 1 => Just("~"), 1 => Just("%")].boxed()
}

/// A date that may be the end of an interval, perhaps qualified.
fn plain() -> BoxedStrategy<String> {
    let date = prop_oneof![
        // Days and months: what sources mostly give.
        4 => day().prop_map(|day| day.format("%Y-%m-%d").to_string()),
        3 => day().prop_map(|day| day.format("%Y-%m").to_string()),
        1 => year().prop_map(|year| format!("{year:04}")),
        // Every form of unspecified digits, each as often.
        1 => day().prop_map(|day| day.format("%Y-%m-XX").to_string()),
        1 => year().prop_map(|year| format!("{year:04}-XX-XX")),
        1 => year().prop_map(|year| format!("{year:04}-XX")),
        1 => (1..=999_u32).prop_map(|decade| format!("{decade:03}X")),
        1 => (1..=99_u32).prop_map(|century| format!("{century:02}XX")),
    ];
    (date, qualifier()).prop_map(|(date, qualifier)| date + qualifier).boxed()
}

/// A season, perhaps qualified. The last winter would end beyond the range.
fn season() -> BoxedStrategy<String> {
    (year(), 21..=24_u32, qualifier())
        .prop_map(|(year, season, qualifier)| format!("{:04}-{season}{qualifier}", year.min(9998)))
        .boxed()
}

fn date_time() -> BoxedStrategy<String> {
    let fraction = option::of(prop_oneof![
        // Every length, trailing zeros included: the text is kept as it is.
        3 => "\\.[0-9]{1,9}",
        1 => Just(".999999999".to_owned()),
        1 => Just(".000000000".to_owned()),
    ]);
    let offset = prop_oneof![
        3 => Just("Z".to_owned()),
        2 => (any::<bool>(), 0..=23_u32, 0..=59_u32).prop_map(|(ahead, h, m)| format!("{}{h:02}:{m:02}", sign(ahead))),
        1 => (any::<bool>(), 0..=23_u32).prop_map(|(ahead, h)| format!("{}{h:02}", sign(ahead))),
    ];
    (day(), 0..=23_u32, 0..=59_u32, 0..=59_u32, fraction, offset)
        .prop_map(|(day, hour, minute, second, fraction, offset)| {
            // An offset may carry the first and the last day beyond the range.
            let text = |offset: &str| {
                let fraction = fraction.as_deref().unwrap_or_default();
                format!("{}T{hour:02}:{minute:02}:{second:02}{fraction}{offset}", day.format("%Y-%m-%d"))
            };
            let at_an_end = day.succ_opt().is_none_or(|day| day > Instant::MAX.date())
                || day.pred_opt().is_none_or(|day| day < Instant::MIN.date());
            text(if at_an_end { "Z" } else { &offset })
        })
        .boxed()
}

const fn sign(ahead: bool) -> char {
    if ahead { '+' } else { '-' }
}
