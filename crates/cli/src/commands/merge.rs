//! `demarche merge`: the union of journals.

use std::borrow::Borrow;
use std::path::{Path, PathBuf};

use demarche_core::Event;
use demarche_journal::{Disk, LogLocks, TooLong, canonical_lines, sort_by_recorded};
use demarche_projection::{Fold, LogChanged};

use crate::failure::{Diagnostic, DiagnosticCode, Failure};
use crate::input::{Loaded, Source, kept_log, load_sources, must_be_path, of_arguments};
use crate::options::{LogArgs, OnError};
use crate::output::text::counted;
use crate::recording::{FutureEntries, LOCK_WAIT, journal_failure, tell_finished};
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
    /// Logs: files, `-` for standard input, directories of *.jsonl, addresses such as `s3://bucket/desk`; .gz and
    /// .zst are read as they are
    #[arg(value_name = "LOG", required = true)]
    logs: Vec<PathBuf>,

    /// Where the union goes: a file, which may be one of the logs, or `-` for standard output. It is replaced as a
    /// whole, and only where no event in it would be lost
    #[arg(short, long, value_name = "FILE", default_value = "-", help_heading = "Output")]
    output: PathBuf,
}

pub(crate) fn run(args: &Args, session: &mut Session<'_>) -> Result<u8, Failure> {
    let sources = of_arguments(&args.logs)?;
    must_be_path(&args.output)?;
    let is_input = sources.contains(&Source::File(args.output.clone()));
    let has_output = args.output.as_os_str() != "-";
    if has_output && has_compressed_name(&args.output) {
        let problem = format!("{} would not be compressed: what is written is plain text", args.output.display());
        return Err(Failure::usage(problem, "name a file *.jsonl, or compress standard output"));
    }
    // Hold the locks from reading to replacing, so that nobody appends in between.
    let kept: Vec<PathBuf> = sources.iter().filter_map(kept_log).collect();
    let locks = match has_output && !is_input {
        true => LogLocks::to_replace(&Disk, &args.output, &kept, LOCK_WAIT),
        false => LogLocks::of_logs(&Disk, &kept, LOCK_WAIT),
    };
    let mut locks = locks.map_err(journal_failure)?;
    tell_finished(locks.finished(), session)?;
    let loaded = load_all(sources, session)?;
    let mut entries: Vec<MergedEvent> = loaded.checked(entries(&loaded.fold).collect())?;
    sort_by_recorded(&mut entries);
    let mut ahead = FutureEntries::new(session);
    entries.iter().for_each(|entry| ahead.see(&entry.event));
    ahead.tell(session)?;
    let union = canonical_lines(entries.iter().map(|entry| (&entry.event, &*entry.line)))
        .map_err(|error| too_long(&error, &loaded))?;
    if !has_output {
        session.lines(&union)?;
        return Ok(0);
    }
    if !is_input {
        refuse_loss(&args.output, &loaded, session)?;
    }
    // The check above ran under the lock, so no event is lost.
    locks.replace(&args.output, &union).map_err(Failure::unwritten)?;
    Ok(0)
}

/// An event and the line that holds it.
struct MergedEvent {
    event: Event,
    line: Vec<u8>,
}

impl Borrow<Event> for MergedEvent {
    fn borrow(&self) -> &Event {
        &self.event
    }
}

fn entries(fold: &Fold) -> impl Iterator<Item = Result<MergedEvent, LogChanged>> {
    let entry = |number| Ok(MergedEvent { event: fold.event(number)?.ok_or(LogChanged)?, line: fold.line(number) });
    fold.facts().iter().map(move |(number, ..)| entry(number))
}

/// Reads logs, and fails on anything that would have to be skipped.
fn load_all(sources: Vec<Source>, session: &mut Session<'_>) -> Result<Loaded, Failure> {
    let args = LogArgs { logs: Vec::new(), on_error: OnError::Stop, skip_unknown: false, threads: None };
    load_sources(sources, &args, session).map_err(without_skipping)
}

/// Refuses to overwrite a file that holds an event missing from all the logs.
fn refuse_loss(output: &Path, union: &Loaded, session: &mut Session<'_>) -> Result<(), Failure> {
    let there = load_all(of_arguments(&[output.to_owned()])?, session)?;
    let mut lost = Vec::new();
    for event in there.fold.events() {
        let event = event?;
        if union.fold.get(event.id)?.as_ref() != Some(&event) {
            lost.push(event);
        }
    }
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
    Failure::Log(Box::new(Diagnostic {
        code: DiagnosticCode::BrokenLine,
        problem: error.to_string(),
        log: log.to_owned(),
        line: line.parse().unwrap_or(0),
        column: None,
        excerpt: None,
        notes: Vec::new(),
    }))
}

/// Replaces the hint at `--skip-unknown`, for commands that do not have that option.
pub(super) fn without_skipping(mut failure: Failure) -> Failure {
    if let Failure::Log(report) = &mut failure
        && report.code == DiagnosticCode::UnknownEvent
    {
        report.notes = vec!["nothing was written: what is not understood is not passed over here".to_owned()];
    }
    failure
}
