//! `demarche stats`: what is in a log.

use demarche_projection::stats::{Stats, Tally, TimeSpan};
use serde::Serialize;

use crate::failure::Failure;
use crate::input::{each_event, load};
use crate::options::{Format, FormatArgs, LogArgs, StreamArgs};
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
    stream: StreamArgs,
    #[command(flatten)]
    format: FormatArgs,
}

/// The counts of some logs. `repeated` is present only if repeated lines were recognized.
#[derive(Serialize)]
struct Counts {
    #[serde(flatten)]
    stats: Stats,
    #[serde(skip_serializing_if = "Option::is_none")]
    repeated_lines: Option<usize>,
}

pub(crate) fn run(args: &Args, session: &mut Session<'_>) -> Result<u8, Failure> {
    if args.stream.stream {
        let mut tally = Tally::default();
        let code = each_event(&args.log, session, &mut |event, _| {
            tally.count(&event);
            Ok(())
        })?;
        print(&Counts { stats: tally.into_stats(), repeated_lines: None }, args, session)?;
        return Ok(code);
    }
    let loaded = load(&args.log, session)?;
    let stats = Stats::of(loaded.facts());
    print(&Counts { stats, repeated_lines: Some(loaded.repeated) }, args, session)?;
    loaded.conclude(session)
}

fn print(counts: &Counts, args: &Args, session: &mut Session<'_>) -> Result<(), Failure> {
    match args.format.begin(session.stdout)? {
        Format::Table => counts.print(session)?,
        Format::Json | Format::Jsonl => json::line(counts, session.stdout)?,
        Format::Csv => records::csv(&COLUMNS, counts.rows(), session.stdout)?,
        Format::Markdown => records::markdown_table(&COLUMNS, counts.rows(), session.stdout)?,
    }
    Ok(())
}

const COLUMNS: [&str; 3] = ["count of", "value", "events"];

impl Counts {
    fn rows(&self) -> impl Iterator<Item = Vec<String>> {
        self.stats.groups().into_iter().flat_map(|(name, counts)| {
            let row = |(value, count): (&str, usize)| vec![name.to_owned(), value.to_owned(), count.to_string()];
            counts.into_iter().map(row).collect::<Vec<_>>()
        })
    }

    fn print(&self, session: &mut Session<'_>) -> Result<(), Failure> {
        let stats = &self.stats;
        let (events, tracks) = (counted(stats.events, "event"), counted(stats.tracks, "track"));
        session.wrapped(&format!("{events} on {tracks}, by {}", counted(stats.speakers, "speaker")))?;
        if let Some(repeated @ 1..) = self.repeated_lines {
            session.wrapped(&format!("{} of an event that was there already", counted(repeated, "repetition")))?;
        }
        for (what, span) in [("occurred", &stats.occurred), ("recorded", &stats.recorded)] {
            if let Some(span) = span {
                session.wrapped(&format!("{what} {}", in_words(span)))?;
            }
        }
        if let Some(days) = stats.median_days_to_record {
            let within = if days == 0 { "a day".to_owned() } else { counted_days(days) };
            session.wrapped(&format!("half of them on record within {within}"))?;
        }
        for (name, counts) in stats.groups() {
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

/// The maximum number of rows that a table of counts shows.
const MOST_ROWS: usize = 24;

fn counted_days(days: i64) -> String {
    if days == 1 { "1 day".to_owned() } else { format!("{days} days") }
}

fn in_words(span: &TimeSpan) -> String {
    let (first, last, days) = (span.first.date(), span.last.date(), counted_days(span.days));
    if span.days == 0 {
        return format!("on {first}");
    }
    format!("from {first} to {last} ({days}, {} events a day)", span.events_per_day)
}
