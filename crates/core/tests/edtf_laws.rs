//! EDTF dates and instants against a naive model: every date is matched against the days that there are, every
//! date-time against `chrono`.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice, reason = "a test")]

mod support;

use chrono::{DateTime, Days, FixedOffset, Months, NaiveDate, SecondsFormat, Utc};
use demarche_core::{Edtf, EdtfProblem, Instant, Occurred, strategy};
use proptest::prelude::*;
use proptest::sample::select;
use support::config;

/// A date of a form, with the first and the last day that the model finds for it.
#[derive(Debug, Clone)]
struct Model {
    text: String,
    first: NaiveDate,
    last: NaiveDate,
}

/// The days of which the text with `X` for any digit is the beginning.
fn matching(mask: &str) -> Option<(NaiveDate, NaiveDate)> {
    let fits = |day: &NaiveDate| {
        let text = day.format("%Y-%m-%d").to_string();
        mask.bytes().zip(text.bytes()).all(|(m, t)| m == t || m == b'X')
    };
    let year = |text: &str| text.parse::<i32>().unwrap();
    let (low, high) = (year(&mask[..4].replace('X', "0")), year(&mask[..4].replace('X', "9")));
    let whole_years = mask.len() == 4 || mask[4..].bytes().all(|b| matches!(b, b'X' | b'-'));
    let days = (low.max(1)..=high).flat_map(|year| {
        let (first, count) = (NaiveDate::from_ymd_opt(year, 1, 1).unwrap(), if whole_years { 1 } else { 366 });
        let last = NaiveDate::from_ymd_opt(year, 12, 31).unwrap();
        first.iter_days().take(count).chain([last]).filter(move |day| *day <= last)
    });
    days.filter(fits).fold(None, |found, day| {
        let (first, last) = found.unwrap_or((day, day));
        Some((day.min(first), day.max(last)))
    })
}

fn masked(mask: String) -> Option<Model> {
    let (first, last) = matching(&mask)?;
    Some(Model { text: mask, first, last })
}

/// A date that may be the end of an interval.
fn plain() -> BoxedStrategy<Model> {
    let digits = (prop_oneof![3 => 2020..2030_u32, 1 => 1..=9999_u32], 1..=12_u32, 1..=31_u32);
    let forms = select(&["dddd-mm-dd", "dddd-mm", "dddd", "dddd-mm-XX", "dddd-XX-XX", "dddd-XX", "dddX", "ddXX"][..]);
    (digits, forms, select(&["", "", "?", "~", "%"][..]))
        .prop_filter_map("a date that there is", |((year, month, day), form, qualifier)| {
            let full = format!("{year:04}-{month:02}-{day:02}");
            let text = full.bytes().zip(form.bytes()).map(|(f, form)| if form == b'X' { 'X' } else { char::from(f) });
            let mask: String = text.collect();
            // The first decade and century have a year 0000, which is refused.
            let model = (!mask.starts_with("000X") && !mask.starts_with("00XX")).then(|| masked(mask))??;
            Some(Model { text: model.text + qualifier, ..model })
        })
        .boxed()
}

fn season() -> impl Strategy<Value = Model> {
    (1..=9998_i32, 1..=4_u32).prop_map(|(year, season)| {
        let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap() + Months::new(3 * season - 1);
        let text = format!("{year:04}-{}", 20 + season);
        Model { text, first, last: first + Months::new(3) - Days::new(1) }
    })
}

fn start(day: NaiveDate) -> DateTime<Utc> {
    day.and_hms_opt(0, 0, 0).unwrap().and_utc()
}

/// The last nanosecond of a day: one before the next day.
fn end(day: NaiveDate) -> DateTime<Utc> {
    start(day + Days::new(1)) - chrono::TimeDelta::nanoseconds(1)
}

/// The bounds of a date; a missing one is unbounded.
type Bounds = (Option<DateTime<Utc>>, Option<DateTime<Utc>>);

/// Reads a date; its text is always kept to the letter, and it is an `Occurred` where it has a beginning.
fn read(text: &str) -> Result<Bounds, EdtfProblem> {
    let date: Edtf = text.parse().map_err(|error: demarche_core::EdtfError| error.reason)?;
    assert_eq!(date.as_str(), text);
    assert_eq!(date.to_string(), text);
    match text.parse::<Occurred>() {
        Ok(occurred) => {
            assert_eq!((occurred.as_str(), Some(occurred.earliest())), (text, date.earliest()));
            assert_eq!(occurred.latest(), date.latest());
        }
        Err(_) => assert_eq!(date.earliest(), None),
    }
    Ok((date.earliest().map(Instant::date_time), date.latest().map(Instant::date_time)))
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_date_is_bounded_by_the_days_that_fit_it(model in prop_oneof![4 => plain(), 1 => season()]) {
        prop_assert_eq!(read(&model.text), Ok((Some(start(model.first)), Some(end(model.last)))));
    }

    #[test]
    fn an_interval_reaches_from_the_one_to_the_other(a in plain(), b in plain()) {
        let expected = if b.last < a.first {
            Err(EdtfProblem::EndsFirst)
        } else {
            Ok((Some(start(a.first)), Some(end(b.last))))
        };
        prop_assert_eq!(read(&format!("{}/{}", a.text, b.text)), expected);
    }

    #[test]
    fn an_end_that_is_missing_is_unbounded(model in plain(), missing in select(&["", ".."][..])) {
        let text = &model.text;
        prop_assert_eq!(read(&format!("{text}/{missing}")), Ok((Some(start(model.first)), None)));
        prop_assert_eq!(read(&format!("{missing}/{text}")), Ok((None, Some(end(model.last)))));
    }

    #[test]
    fn a_season_is_no_end_of_an_interval(season in season(), model in plain()) {
        prop_assert_eq!(read(&format!("{}/{}", season.text, model.text)), Err(EdtfProblem::SeasonEnd));
        prop_assert_eq!(read(&format!("{}/{}", model.text, season.text)), Err(EdtfProblem::SeasonEnd));
    }

    #[test]
    fn a_date_time_is_the_instant_that_chrono_says(
        instant in strategy::instant(), minutes in -23 * 60 - 59..24 * 60_i32, digits in 0..=9_usize,
    ) {
        let offset = FixedOffset::east_opt(minutes * 60).unwrap();
        let local = instant.date_time().with_timezone(&offset);
        // Cuts the fraction to this many digits, or fills it with zeros.
        let fraction = format!("{:09}", local.timestamp_subsec_nanos());
        let fraction = if digits == 0 { String::new() } else { format!(".{}", &fraction[..digits]) };
        let text = format!("{}{fraction}{}", local.format("%Y-%m-%dT%H:%M:%S"), offset);
        let expected = DateTime::parse_from_rfc3339(&text).ok().map(|instant| instant.to_utc());
        // Near the ends of time the local year may have five digits, or none.
        let within = |instant: &DateTime<Utc>| (Instant::MIN.date_time()..=Instant::MAX.date_time()).contains(instant);
        let expected = expected.filter(within).filter(|_| text.as_bytes()[4] == b'-' && !text.starts_with("0000"));
        prop_assert_eq!(read(&text).ok(), expected.map(|instant| (Some(instant), Some(instant))), "{}", text);
        prop_assert_eq!(text.parse::<Instant>().ok().map(Instant::date_time), expected);
        if minutes % 60 == 0 {
            let short = &text[..text.len() - 3];
            prop_assert_eq!(read(short).ok(), expected.map(|instant| (Some(instant), Some(instant))), "{}", short);
            prop_assert!(short.parse::<Instant>().is_err());
        }
    }

    #[test]
    fn every_date_that_is_made_keeps_its_text(date in strategy::edtf()) {
        let bounds = (date.earliest().map(Instant::date_time), date.latest().map(Instant::date_time));
        prop_assert_eq!(read(date.as_str()), Ok(bounds));
        prop_assert!(date.earliest().is_none_or(|earliest| date.latest().is_none_or(|latest| earliest <= latest)));
    }

    #[test]
    fn whatever_looks_like_a_date_is_read_or_refused(
        text in "[0-9X?~%/.:TZ+-]{0,24}", date in strategy::edtf(), cut in 0..20_usize,
    ) {
        for text in [text.clone(), format!("{}{text}", date.as_str()), date.as_str().chars().skip(cut).collect()] {
            if let Ok((Some(earliest), Some(latest))) = read(&text) {
                prop_assert!(earliest <= latest, "{}", text);
            }
        }
    }

    #[test]
    fn instants_survive(instant in strategy::instant()) {
        let text = instant.to_string();
        prop_assert_eq!(text.parse::<Instant>(), Ok(instant));
        prop_assert_eq!(&text, &instant.date_time().to_rfc3339_opts(SecondsFormat::AutoSi, true));
        prop_assert_eq!(Edtf::from(instant), text.parse::<Edtf>().unwrap());
    }

    #[test]
    fn an_instant_that_is_read_is_the_one_that_chrono_reads(
        instant in strategy::instant(), at in any::<prop::sample::Index>(), with in "[0-9:.TtZz+ -]{0,3}",
    ) {
        let mut text = instant.to_string();
        let at = at.index(text.len());
        text.replace_range(at..(at + 1), &with);
        if let Ok(read) = text.parse::<Instant>() {
            prop_assert_eq!(DateTime::parse_from_rfc3339(&text).map(|instant| instant.to_utc()), Ok(read.date_time()));
        }
    }

    #[test]
    fn whole_days_add_up(instant in strategy::instant(), days in 0..2_000_000_u32) {
        let later = instant.plus_days(days);
        if later < Instant::MAX {
            prop_assert_eq!(later.days_since(instant), i64::from(days));
            prop_assert_eq!(instant.days_since(later), -i64::from(days));
        }
    }
}
