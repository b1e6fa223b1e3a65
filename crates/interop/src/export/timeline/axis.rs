//! The time axis: converts instants to pixels, and places ticks.

use chrono::{DateTime, Datelike, Months, NaiveDate, TimeDelta, Utc};
use demarche_core::Instant;

use super::Options;
use super::lane::{Lane, StatusSpan};
use super::rows::LABEL_SIZE;
use super::style::text_width;

/// The margin to the left and right of the time axis, in pixels.
pub(super) const MARGIN: f64 = 16.0;

/// The minimum distance between two ticks, in pixels.
const TICK_MIN: f64 = 60.0;

/// The minimum period that a picture shows, in seconds: a week.
const SHORTEST: i64 = 7 * 86_400;

/// The mapping from instants to pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Axis {
    /// The width of the whole picture, in pixels.
    pub(super) width: f64,
    /// The width of the column of names, in pixels.
    names: f64,
    /// The start of the period, in seconds of Unix time.
    from: i64,
    to: i64,
}

/// A tick of the axis.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tick {
    pub(super) x: f64,
    pub(super) label: String,
}

/// The distance between ticks.
#[derive(Debug, Clone, Copy)]
enum TickStep {
    Days(i64),
    Months(u32),
}

const STEPS: [TickStep; 14] = [
    TickStep::Days(1),
    TickStep::Days(2),
    TickStep::Days(7),
    TickStep::Days(14),
    TickStep::Months(1),
    TickStep::Months(2),
    TickStep::Months(3),
    TickStep::Months(6),
    TickStep::Months(12),
    TickStep::Months(24),
    TickStep::Months(60),
    TickStep::Months(120),
    TickStep::Months(600),
    TickStep::Months(6000),
];

fn seconds(instant: Instant) -> i64 {
    instant.date_time().timestamp()
}

impl Axis {
    /// Makes an axis over the period of the lanes, unless the options set one, to the right of the names.
    pub(super) fn over(lanes: &[Lane], today: Option<Instant>, names: f64, options: &Options) -> Self {
        let all = || lanes.iter().flat_map(Lane::extent).chain(today);
        let from = options.from.or_else(|| all().min()).map_or(0, seconds);
        let to = options.to.or_else(|| all().max()).map_or(0, seconds);
        let missing = (SHORTEST - (to - from)).max(0) / 2;
        Self { width: options.width(), names, from: from - missing, to: to + missing }
    }

    /// Returns the position of an instant, clamped to the visible period.
    pub(super) fn x(&self, instant: Instant) -> f64 {
        self.place(seconds(instant).clamp(self.from, self.to.max(self.from)))
    }

    /// Tells whether an instant is within the visible period.
    pub(super) fn shows(&self, instant: Instant) -> bool {
        (self.from..=self.to).contains(&seconds(instant))
    }

    /// Tells whether any part of a span is within the visible period.
    pub(super) fn shows_span(&self, span: &StatusSpan) -> bool {
        self.shows(span.start) || self.shows(span.end) || self.x(span.start) < self.x(span.end)
    }

    /// Returns the left and right edge of the time axis.
    pub(super) fn edges(&self) -> (f64, f64) {
        (MARGIN + self.names, self.width - MARGIN)
    }

    /// Returns the left and right edge of the drawing, including the names.
    pub(super) const fn page(&self) -> (f64, f64) {
        (MARGIN, self.width - MARGIN)
    }

    fn place(&self, seconds: i64) -> f64 {
        let share = (seconds - self.from) as f64 / (self.to - self.from) as f64;
        let (begin, end) = self.edges();
        begin + share * (end - begin)
    }

    /// Returns the ticks at the smallest step that leaves room for their labels.
    pub(super) fn ticks(&self) -> Vec<Tick> {
        let (begin_x, end_x) = self.edges();
        let pixels_a_day = (end_x - begin_x) / (self.to - self.from) as f64 * 86_400.0;
        let is_wide = |step: &TickStep| {
            let days = match *step {
                TickStep::Days(days) => days as f64,
                TickStep::Months(months) => f64::from(months) * 30.4,
            };
            days * pixels_a_day >= TICK_MIN
        };
        let Some(step) = STEPS.into_iter().find(is_wide) else { return Vec::new() };
        let Some(first) = DateTime::<Utc>::from_timestamp(self.from, 0) else { return Vec::new() };
        let mut day = begin(first.date_naive(), step);
        let mut ticks = Vec::new();
        while let Some(date) = day {
            let at = date.and_time(chrono::NaiveTime::MIN).and_utc().timestamp();
            if at > self.to || ticks.len() > 1000 {
                break;
            }
            let x = self.place(at);
            let label = label(date, step, ticks.is_empty());
            if at >= self.from && x + text_width(&label, LABEL_SIZE) <= end_x {
                ticks.push(Tick { x, label });
            }
            day = match step {
                TickStep::Days(days) => date.checked_add_signed(TimeDelta::days(days)),
                TickStep::Months(months) => date.checked_add_months(Months::new(months)),
            };
        }
        ticks
    }
}

/// Returns the last start of a step on or before a day: a Monday, the first of a month, of a quarter, or of a year.
fn begin(day: NaiveDate, step: TickStep) -> Option<NaiveDate> {
    match step {
        TickStep::Days(1 | 2) => Some(day),
        TickStep::Days(_) => day.checked_sub_signed(TimeDelta::days(i64::from(day.weekday().num_days_from_monday()))),
        TickStep::Months(months) if months < 12 => {
            NaiveDate::from_ymd_opt(day.year(), day.month0() / months * months + 1, 1)
        }
        TickStep::Months(months) => {
            let years = i32::try_from(months / 12).unwrap_or(1);
            NaiveDate::from_ymd_opt(day.year().div_euclid(years) * years, 1, 1)
        }
    }
}

fn label(date: NaiveDate, step: TickStep, is_first: bool) -> String {
    let is_new_year = date.month() == 1;
    match step {
        TickStep::Days(_) if is_first || (is_new_year && date.day() <= 7) => date.format("%-d %b %Y").to_string(),
        TickStep::Days(_) => date.format("%-d %b").to_string(),
        TickStep::Months(months) if months >= 12 => date.format("%Y").to_string(),
        TickStep::Months(_) if is_first || is_new_year => date.format("%b %Y").to_string(),
        TickStep::Months(_) => date.format("%b").to_string(),
    }
}
