//! `demarche merge`: the union of journals.

use std::path::{Path, PathBuf};
use std::time::Duration;

use demarche_core::Event;
use demarche_journal::{JournalError, Overwrite, TooLong, canonical_log, hold, sort_by_recorded};

use crate::failure::{Failure, Report};
use crate::input::{Loaded, load};
use crate::options::{LogArgs, OnError};
use crate::output::replacing::write_file;
use crate::output::text::counted;
use crate::recording::Ahead;
use crate::session::Session;

/// The union of journals, in canonical form, in the order in which events were recorded
#[derive(Debug, clap::Args)]
#[command(
    after_help = "A broken line, or one id with two contents, ends it with exit code 1, and nothing is written.\n\
    docs/merging.md says how git merges journals with it.\n\n\
    Examples:\n  \
    demarche merge desk.jsonl embassy.jsonl -o journal.jsonl\n  \
    demarche merge journal.jsonl incoming/ -o journal.jsonl"
)]
pub(crate) struct Args {
    /// Logs: files, `-` for standard input, directories of *.jsonl; .gz and .zst are read as they are
    #[arg(value_name = "LOG", required = true)]
    logs: Vec<PathBuf>,

    /// Where the union goes: a file, which may be one of the logs, or `-` for standard output. It is replaced as a
    /// whole, and only where no event in it would be lost
    #[arg(short, long, value_name = "FILE", default_value = "-", help_heading = "Output")]
    output: PathBuf,
}

pub(crate) fn run(args: &Args, session: &mut Session<'_>) -> Result<u8, Failure> {
    // Nobody appends to what is replaced, from reading to replacing.
    let _held = hold(&args.output, LOCK_WAIT).map_err(|error| not_held(&error))?;
    let loaded = load_all(&args.logs, session)?;
    let mut events: Vec<&Event> = loaded.fold.events().collect();
    sort_by_recorded(&mut events);
    let mut ahead = Ahead::new(session);
    events.iter().for_each(|event| ahead.see(event));
    ahead.tell(session)?;
    let union = canonical_log(events).map_err(|error| too_long(&error, &loaded))?;
    if args.output.as_os_str() == "-" {
        session.lines(&union)?;
        return Ok(0);
    }
    refuse_loss(args, &loaded, session)?;
    // No event is lost, as was just made sure under the lock.
    write_file(&args.output, &union, Overwrite::Any)?;
    Ok(0)
}

/// How long to wait for a writer.
pub(super) const LOCK_WAIT: Duration = Duration::from_secs(10);

/// The failure of a lock that is not to be had.
pub(super) fn not_held(error: &JournalError) -> Failure {
    Failure::File(error.to_string())
}

/// Reads logs of which nothing may be passed over.
fn load_all(logs: &[PathBuf], session: &mut Session<'_>) -> Result<Loaded, Failure> {
    let args = LogArgs { logs: logs.to_vec(), on_error: OnError::Stop, skip_unknown: false };
    load(&args, session).map_err(without_skipping)
}

/// Refuses to write over a file that holds an event which none of the logs has.
fn refuse_loss(args: &Args, union: &Loaded, session: &mut Session<'_>) -> Result<(), Failure> {
    let output = &args.output;
    if has_compressed_name(output) {
        let problem = format!("{} would not be compressed: what is written is plain text", output.display());
        return Err(Failure::usage(problem, "name a file *.jsonl, or compress standard output"));
    }
    if args.logs.contains(output) || !output.is_file() {
        return Ok(());
    }
    let there = load_all(std::slice::from_ref(output), session)?;
    let lost: Vec<&Event> =
        there.fold.events().filter(|event| union.fold.set().get(event.id) != Some(*event)).collect();
    match lost.as_slice() {
        [] => Ok(()),
        [first, ..] => Err(Failure::usage(
            format!(
                "{} has {} that no log has as it stands there, first {}",
                output.display(),
                counted(lost.len(), "event"),
                first.id
            ),
            "name it among the logs as well, or write to another file",
        )),
    }
}

fn has_compressed_name(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "gz" || ending == "zst")
}

fn too_long(error: &TooLong, loaded: &Loaded) -> Failure {
    let place = loaded.place_of(error.id).unwrap_or_default();
    let (log, line) = place.rsplit_once(':').unwrap_or((&place, ""));
    Failure::Log(Box::new(Report {
        code: "broken-line",
        problem: error.to_string(),
        log: log.to_owned(),
        line: line.parse().unwrap_or(0),
        column: None,
        excerpt: None,
        notes: Vec::new(),
    }))
}

/// The failure of a command that passes over nothing: it has no `--skip-unknown` of which a note could tell.
pub(super) fn without_skipping(mut failure: Failure) -> Failure {
    if let Failure::Log(report) = &mut failure
        && report.code == "unknown-event"
    {
        report.notes = vec!["nothing was written: what is not understood is not passed over here".to_owned()];
    }
    failure
}
