//! `demarche diff`: what changed between two moments, the morning brief.

use std::io;

use clap::ValueEnum;
use demarche_core::{Event, Instant};
use demarche_projection::{Change, ChangeKind, Query, TrackState, diff, moment};

use crate::failure::Failure;
use crate::input::Loaded;
use crate::options::{FastArgs, Format, FormatArgs, LogArgs, QuestionArgs};
use crate::output::events::{event_row, event_table};
use crate::output::text::{counted, printable};
use crate::output::{json, records};
use crate::session::Session;

/// What changed between two moments of knowledge, or of the world: the morning brief
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    demarche diff journal.jsonl --from 2025-10-22 --to 2025-10-23\n  \
    demarche diff journal.jsonl --from 2025-05 --to 2025-07 --along occurred")]
pub(crate) struct Args {
    #[command(flatten)]
    log: LogArgs,

    /// The earlier moment: a date (its last instant), or an instant
    #[arg(long, value_name = "WHEN", value_parser = moment_of)]
    from: Instant,

    /// The later moment [default: everything]
    #[arg(long, value_name = "WHEN", value_parser = moment_of)]
    to: Option<Instant>,

    /// Whether they are moments at which things were on record, or at which they occurred
    #[arg(long, value_enum, value_name = "TIME", default_value_t = Along::Recorded)]
    along: Along,

    #[command(flatten)]
    question: QuestionArgs,
    #[command(flatten)]
    format: FormatArgs,

    #[command(flatten)]
    fast: FastArgs,
}

/// One of the two times of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Along {
    /// What was known
    Recorded,
    /// What had happened
    Occurred,
}

pub(super) fn moment_of(text: &str) -> Result<Instant, String> {
    moment(text).map_err(|error| error.to_string())?.ok_or_else(|| "a moment needs an end".to_owned())
}

pub(crate) fn run(args: &Args, session: &mut Session<'_>) -> Result<u8, Failure> {
    if args.to.is_some_and(|to| to < args.from) {
        return Err(Failure::usage(
            "--from is later than --to: nothing can change backwards",
            "give the earlier moment as --from",
        ));
    }
    let base = args.question.query(session.now);
    let (before, after) = (args.at(&base, Some(args.from))?, args.at(&base, args.to)?);
    let loaded = args.question.filter.load(&args.log, &args.fast, session)?;
    let (before, after) = (loaded.fold.states(&before), loaded.fold.states(&after));
    let changes = diff(&before, &after);
    let admits = |state: Option<&TrackState<'_>>| {
        state.is_some_and(|state| args.question.filter.admits(state.track, state.status))
    };
    let chosen: Vec<_> = changes.iter().filter(|change| admits(change.before) || admits(change.after)).collect();
    match args.format.format {
        Format::Table => print(&chosen, &loaded, session)?,
        Format::Json => json::array(chosen.iter().map(|change| change.view()), session.stdout)?,
        Format::Jsonl => {
            for change in &chosen {
                json::line(&change.view(), session.stdout)?;
            }
        }
        Format::Csv => records::csv(&COLUMNS, chosen.iter().map(|change| row(change)), session.stdout)?,
        Format::Markdown => {
            records::markdown_table(&COLUMNS, chosen.iter().map(|change| row(change)), session.stdout)?;
        }
    }
    loaded.conclude(session)
}

impl Args {
    /// The query at one of the two moments.
    fn at(&self, base: &Query, end: Option<Instant>) -> Result<Query, Failure> {
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
        Ok(match self.along {
            Along::Recorded => Query { known_at: end, ..base.clone() },
            Along::Occurred => Query { as_of: end, ..base.clone() },
        })
    }
}

/// The scalar columns of a change.
const COLUMNS: [&str; 7] =
    ["track", "status_before", "since_before", "status_after", "since_after", "new_events", "gone_events"];

fn row(change: &Change<'_, '_>) -> Vec<String> {
    let status = |state: Option<&TrackState<'_>>| state.map_or_else(String::new, |state| state.status.to_string());
    let since = |state: Option<&TrackState<'_>>| state.map_or_else(String::new, |state| state.since.to_string());
    let (new, gone) = change.events();
    vec![
        change.track.to_string(),
        status(change.before),
        since(change.before),
        status(change.after),
        since(change.after),
        new.len().to_string(),
        gone.len().to_string(),
    ]
}

pub(crate) fn print(changes: &[&Change<'_, '_>], loaded: &Loaded, session: &mut Session<'_>) -> io::Result<()> {
    if changes.is_empty() {
        return writeln!(session.stdout, "nothing changed");
    }
    for change in changes {
        session.wrapped(&printable(&change.headline()))?;
        for line in change.kinds.iter().filter_map(ChangeKind::in_words) {
            session.item(&printable(&line))?;
        }
        let (new, gone) = change.events();
        let events =
            gone.into_iter().map(|event| (event, Some("gone"))).chain(new.into_iter().map(|event| (event, None)));
        let row = |(event, remark): (&Event, _)| event_row(event, remark, &loaded.entry_of(event.id));
        event_table(events.map(row).collect()).print_indented(&session.terminal, session.stdout)?;
        writeln!(session.stdout)?;
    }
    writeln!(session.stdout, "{} changed", counted(changes.len(), "track"))
}
