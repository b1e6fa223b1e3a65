//! `demarche stats`: what is in a log.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use chrono::Datelike;
use demarche_core::{Event, Instant};
use serde::Serialize;

use crate::failure::Failure;
use crate::input::{Loaded, load};
use crate::options::{Format, FormatArgs, LogArgs};
use crate::output::table::{Cell, Table};
use crate::output::text::counted;
use crate::output::{json, records};
use crate::session::Session;

/// Counts by type, track, source, attribution, grade and year; spans; rates
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    demarche stats fixtures/us-russia-2025.jsonl\n  \
    demarche stats journal/ --format json")]
pub(crate) struct Args {
    #[command(flatten)]
    log: LogArgs,
    #[command(flatten)]
    format: FormatArgs,
}

/// The counts of a log.
#[derive(Default, Serialize)]
struct Stats {
    events: usize,
    repeated_lines: usize,
    tracks: usize,
    speakers: usize,
    occurred: Option<Span>,
    recorded: Option<Span>,
    /// The days from when an event was heard to when it was recorded, at the median.
    median_days_to_record: Option<i64>,
    by_type: Counts,
    by_track: Counts,
    by_party: Counts,
    by_attribution: Counts,
    by_grade: Counts,
    by_year: Counts,
}

type Counts = BTreeMap<String, usize>;

/// From the first to the last, with the rate between.
#[derive(Serialize)]
struct Span {
    first: Instant,
    last: Instant,
    days: i64,
    events_per_day: f64,
}

pub(crate) fn run(args: &Args, session: &mut Session<'_>) -> Result<u8, Failure> {
    let loaded = load(&args.log, session)?;
    let stats = Stats::of(&loaded);
    match args.format.format {
        Format::Table => stats.print(session)?,
        Format::Json | Format::Jsonl => json::line(&stats, session.stdout)?,
        Format::Csv => records::csv(&COLUMNS, stats.rows(), session.stdout)?,
        Format::Markdown => records::markdown_table(&COLUMNS, stats.rows(), session.stdout)?,
    }
    loaded.conclude(session)
}

const COLUMNS: [&str; 3] = ["count of", "value", "events"];

impl Stats {
    fn of(loaded: &Loaded) -> Self {
        let set = loaded.fold.set();
        let mut stats = Self {
            events: set.len(),
            repeated_lines: loaded.repeated,
            tracks: set.tracks().len(),
            occurred: Span::of(set.iter().map(|event| event.occurred.earliest())),
            recorded: Span::of(set.iter().map(|event| event.recorded)),
            ..Self::default()
        };
        let mut speakers = BTreeSet::new();
        let mut delays: Vec<i64> = Vec::with_capacity(set.len());
        for event in set.iter() {
            stats.count(event);
            speakers.insert(&event.source.who);
            delays.push(event.recorded.days_since(event.heard()));
        }
        delays.sort_unstable();
        stats.speakers = speakers.len();
        stats.median_days_to_record = delays.get(delays.len() / 2).copied();
        stats
    }

    fn count(&mut self, event: &Event) {
        let grade = event.source.grade.map_or_else(|| "none".to_owned(), |grade| grade.to_string());
        for (counts, value) in [
            (&mut self.by_type, event.event_type().to_string()),
            (&mut self.by_track, event.track.to_string()),
            (&mut self.by_party, event.source.who.party().to_string()),
            (&mut self.by_attribution, event.source.attribution.to_string()),
            (&mut self.by_grade, grade),
            (&mut self.by_year, event.occurred.earliest().date().year().to_string()),
        ] {
            *counts.entry(value).or_default() += 1;
        }
    }

    /// The counts with their names: the years in order, of all others the most first.
    fn groups(&self) -> [(&'static str, Vec<(&String, usize)>); 6] {
        [
            ("type", most_first(&self.by_type)),
            ("track", most_first(&self.by_track)),
            ("party", most_first(&self.by_party)),
            ("attribution", most_first(&self.by_attribution)),
            ("grade", most_first(&self.by_grade)),
            ("year", self.by_year.iter().map(|(value, count)| (value, *count)).collect()),
        ]
    }

    fn rows(&self) -> impl Iterator<Item = Vec<String>> {
        self.groups().into_iter().flat_map(|(name, counts)| {
            let row = |(value, count): (&String, usize)| vec![name.to_owned(), value.clone(), count.to_string()];
            counts.into_iter().map(row).collect::<Vec<_>>()
        })
    }

    fn print(&self, session: &mut Session<'_>) -> Result<(), Failure> {
        let (events, tracks) = (counted(self.events, "event"), counted(self.tracks, "track"));
        session.wrapped(&format!("{events} on {tracks}, by {}", counted(self.speakers, "speaker")))?;
        if self.repeated_lines > 0 {
            session.wrapped(&format!(
                "{} of an event that was there already",
                counted(self.repeated_lines, "repetition")
            ))?;
        }
        for (what, span) in [("occurred", &self.occurred), ("recorded", &self.recorded)] {
            if let Some(span) = span {
                session.wrapped(&format!("{what} {span}"))?;
            }
        }
        if let Some(days) = self.median_days_to_record {
            let within = if days == 0 { "a day".to_owned() } else { counted_days(days) };
            session.wrapped(&format!("half of them on record within {within}"))?;
        }
        for (name, counts) in self.groups() {
            let mut table = Table::new(vec![name.to_owned(), "events".to_owned()]);
            for (value, count) in counts.iter().take(MOST_ROWS) {
                table.push(vec![Cell::new(value), Cell::new(count.to_string())]);
            }
            writeln!(session.stdout)?;
            table.print(&session.terminal, session.stdout)?;
            if counts.len() > MOST_ROWS {
                writeln!(session.stdout, "and {} more (--format csv has them all)", counts.len() - MOST_ROWS)?;
            }
        }
        Ok(())
    }
}

/// The most rows of a count that a table shows.
const MOST_ROWS: usize = 24;

fn most_first(counts: &Counts) -> Vec<(&String, usize)> {
    let mut counts: Vec<_> = counts.iter().map(|(value, count)| (value, *count)).collect();
    counts.sort_by_key(|(_, count)| Reverse(*count));
    counts
}

fn counted_days(days: i64) -> String {
    if days == 1 { "1 day".to_owned() } else { format!("{days} days") }
}

impl Span {
    fn of(instants: impl Iterator<Item = Instant>) -> Option<Self> {
        let mut count = 0_u32;
        let (first, last) = instants.fold(None, |span: Option<(Instant, Instant)>, instant| {
            count = count.saturating_add(1);
            let (first, last) = span.unwrap_or((instant, instant));
            Some((first.min(instant), last.max(instant)))
        })?;
        let days = last.days_since(first);
        let rate = f64::from(count) / f64::from(i32::try_from(days.max(1)).unwrap_or(i32::MAX));
        Some(Self { first, last, days, events_per_day: (rate * 100.0).round() / 100.0 })
    }
}

impl std::fmt::Display for Span {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (first, last, days) = (self.first.date(), self.last.date(), counted_days(self.days));
        if self.days == 0 {
            return write!(f, "on {first}");
        }
        write!(f, "from {first} to {last} ({days}, {} events a day)", self.events_per_day)
    }
}
