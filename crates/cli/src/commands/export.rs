//! `demarche export`: events and states in other people's formats.

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use demarche_interop::export::ics;
use demarche_journal::replace_file;
use demarche_projection::TrackState;

use crate::failure::Failure;
use crate::input::{Loaded, load};
use crate::options::{FilterArgs, LogArgs, ReadingArgs, WhenArgs};
use crate::output::text::counted;
use crate::session::Session;

/// Events and states in other people's formats: calendars, tables, linked data
///
/// docs/exporting.md tells what each format holds.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    demarche export ics journal.jsonl --track 'us-ru/**' -o meetings.ics")]
pub(crate) struct Args {
    /// The format
    #[arg(value_enum, value_name = "FORMAT")]
    format: Format,

    #[command(flatten)]
    log: LogArgs,

    /// The file that is written, or replaced as a whole [default: standard output]
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    output: Option<PathBuf>,

    #[command(flatten)]
    when: WhenArgs,
    #[command(flatten)]
    reading: ReadingArgs,
    #[command(flatten)]
    filter: FilterArgs,
}

/// What can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Meetings as iCalendar
    Ics,
}

pub(crate) fn run(args: &Args, session: &mut Session<'_>) -> Result<u8, Failure> {
    let loaded = load(&args.log, session)?;
    let bytes = match args.format {
        Format::Ics => calendar(args, &loaded, session)?,
    };
    write(args.output.as_deref(), &bytes, session)?;
    loaded.conclude(session)
}

/// Writes what was exported to where it is to go.
pub(crate) fn write(output: Option<&Path>, bytes: &[u8], session: &mut Session<'_>) -> Result<(), Failure> {
    match output {
        Some(path) => replace_file(path, bytes).map_err(|error| Failure::unwritten(&error)),
        None => Ok(session.stdout.write_all(bytes)?),
    }
}

fn calendar(args: &Args, loaded: &Loaded, session: &mut Session<'_>) -> Result<Vec<u8>, Failure> {
    let query = args.when.query(&args.reading, session.now);
    let calendar = ics::calendar(&loaded.fold, &query, &chosen(args, loaded.fold.states(&query)));
    if calendar.undated > 0 {
        let meetings = counted(calendar.undated, "meeting");
        writeln!(session.stderr, "note: {meetings} left out, for which no date was ever given")?;
    }
    Ok(calendar.text.into_bytes())
}

fn chosen<'f>(args: &Args, mut states: Vec<TrackState<'f>>) -> Vec<TrackState<'f>> {
    states.retain(|state| args.filter.admits(state.track, state.status));
    states
}
