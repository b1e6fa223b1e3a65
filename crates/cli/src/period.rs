//! The period of which `diff` and a digest show the changes.

use std::str::FromStr;

use chrono::{NaiveDate, TimeDelta, Weekday};
use clap::{Args, ValueEnum};
use demarche_core::{Edtf, EdtfError, Instant};
use demarche_projection::narrate::{Preposition, date_in_words, dated, period_in_words};
use demarche_projection::query::{Query, moment};

use crate::failure::Failure;

/// The arguments that select a period.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Period")]
pub(crate) struct PeriodArgs {
    /// The earlier moment: a date (its last instant), or an instant
    #[arg(long, visible_alias = "since", value_name = "WHEN", value_parser = moment_of)]
    from: Option<Instant>,

    /// The later moment [default: everything]
    #[arg(long, value_name = "WHEN", value_parser = moment_of, requires = "from")]
    to: Option<Instant>,

    /// A month, as 2025-10
    #[arg(long, value_name = "MONTH", conflicts_with_all = ["from", "to"])]
    month: Option<Month>,

    /// A week from Monday to Sunday: its number, as 2025-W43, or a day in it, as 2025-10-23
    #[arg(long, value_name = "WEEK", conflicts_with_all = ["from", "to", "month"])]
    week: Option<Week>,

    /// Whether it is a time at which things were on record, or at which they occurred
    #[arg(long, value_enum, value_name = "TIME", default_value_t = Along::Recorded)]
    along: Along,
}

/// One of the two time axes of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Along {
    /// What was known
    Recorded,
    /// What had happened
    Occurred,
}

impl From<Along> for demarche_projection::Along {
    fn from(along: Along) -> Self {
        match along {
            Along::Recorded => Self::Recorded,
            Along::Occurred => Self::Occurred,
        }
    }
}

/// A period between two moments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Period {
    from: Instant,
    /// `None` is open-ended.
    to: Option<Instant>,
    /// The period in words: "since 22 October 2025", "in October 2025".
    pub(crate) words: String,
    along: Along,
}

impl PeriodArgs {
    /// Returns the option that gave the period, if there was one.
    pub(crate) fn given(&self) -> Option<&'static str> {
        let options =
            [(self.from.is_some(), "--from"), (self.month.is_some(), "--month"), (self.week.is_some(), "--week")];
        options.into_iter().find_map(|(is_given, option)| is_given.then_some(option))
    }

    /// Returns the period, or fails if none was given.
    pub(crate) fn period(&self) -> Result<Period, Failure> {
        let period = |from, to, words| Period { from, to, words, along: self.along };
        match (self.from, self.to, &self.month, &self.week) {
            (Some(from), Some(to), ..) if to < from => Err(Failure::usage(
                "--from is later than --to: nothing can change backwards",
                "give the earlier moment as --from",
            )),
            (Some(from), to, ..) => Ok(period(from, to, period_in_words(from, to))),
            (None, _, Some(month), _) => Ok(period(month.0.from, Some(month.0.to), month.0.words.clone())),
            (None, _, None, Some(week)) => Ok(period(week.0.from, Some(week.0.to), week.0.words.clone())),
            (None, _, None, None) => Err(Failure::usage(
                "what changed when? No period is given",
                "give --from 2025-10-22 (and --to 2025-10-24), --week 2025-W43, or --month 2025-10",
            )),
        }
    }
}

impl Period {
    /// Returns the queries for the two ends of the period.
    pub(crate) fn ends(&self, base: &Query) -> Result<[Query; 2], Failure> {
        let (bound, option) = match self.along {
            Along::Recorded => (base.known_at, "--known-at"),
            Along::Occurred => (base.as_of, "--as-of"),
        };
        if bound.is_some() {
            return Err(Failure::usage(
                format!("{option} bounds the time along which --from and --to go"),
                format!("leave {option} out, or compare along the other time (--along)"),
            ));
        }
        let at = |end: Option<Instant>| match self.along {
            Along::Recorded => Query { known_at: end, ..base.clone() },
            Along::Occurred => Query { as_of: end, ..base.clone() },
        };
        Ok([at(Some(self.from)), at(self.to)])
    }
}

fn moment_of(text: &str) -> Result<Instant, String> {
    moment(text).map_err(|error| error.to_string())?.ok_or_else(|| "a moment needs an end".to_owned())
}

/// Whole days, from the instant before the first day to the last instant of the last.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Days {
    from: Instant,
    to: Instant,
    words: String,
}

impl Days {
    fn of(date: &Edtf, words: String) -> Option<Self> {
        let from = Instant::new(date.earliest()?.date_time() - TimeDelta::nanoseconds(1))?;
        Some(Self { from, to: date.latest()?, words })
    }
}

/// A calendar month.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Month(Days);

impl FromStr for Month {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let date: Edtf = text.parse().map_err(|error: EdtfError| error.to_string())?;
        let number = text.strip_prefix(|c: char| c.is_ascii_digit()).and_then(|rest| rest.split_once('-'));
        let is_month = text.len() == 7 && number.is_some_and(|(_, month)| ("01"..="12").contains(&month));
        let days = Days::of(&date, dated(Preposition::On, &date)).filter(|_| is_month);
        days.map(Self).ok_or_else(|| format!("{text:?} is no month: expected one such as 2025-10"))
    }
}

/// An ISO 8601 week: it begins on a Monday, and week 1 of a year contains its first Thursday.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Week(Days);

impl FromStr for Week {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let days = monday(text).and_then(|monday| {
            let sunday = monday.checked_add_signed(TimeDelta::days(6))?;
            let date: Edtf = format!("{monday}/{sunday}").parse().ok()?;
            Days::of(&date, format!("in the week of {}", date_in_words(&date)))
        });
        let expected = "expected its number, such as 2025-W43, or a day in it, such as 2025-10-23";
        days.map(Self).ok_or_else(|| format!("{text:?} is no week: {expected}"))
    }
}

/// Finds the Monday of a week given by its number or by one of its days.
fn monday(text: &str) -> Option<NaiveDate> {
    if let Some((year, week)) = text.split_once("-W") {
        let is_number = |digits: &str, count| digits.len() == count && digits.bytes().all(|b| b.is_ascii_digit());
        let is_given = is_number(year, 4) && is_number(week, 2);
        return NaiveDate::from_isoywd_opt(year.parse().ok()?, week.parse().ok()?, Weekday::Mon).filter(|_| is_given);
    }
    let date = text.parse::<Edtf>().ok()?;
    let (first, last) = (date.earliest()?.date(), date.latest()?.date());
    let is_day = text.len() == "2025-10-23".len() && first == last;
    first.week(Weekday::Mon).checked_first_day().filter(|_| is_day)
}
