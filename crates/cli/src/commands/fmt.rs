//! `demarche fmt`: the canonical form of logs.

use std::collections::BTreeSet;
use std::io::{self, Write as _};
use std::path::PathBuf;

use demarche_core::codec::ReadErrorKind;
use demarche_journal::{Act, Disk, FormatError, Formatted, LogLocks, ReplaceError, format, is_compressed};

use super::merge::without_skipping;
use crate::failure::{Diagnostic, DiagnosticCode, Failure};
use crate::input::{Source, not_a_file, of_arguments};
use crate::output::text::{counted, printable};
use crate::recording::{LOCK_WAIT, journal_failure, must_be_kept, tell_finished};
use crate::session::Session;

/// Logs in canonical form, which changes no event: each line as this version writes it, no blank lines, LF
#[derive(Debug, clap::Args)]
#[command(after_help = "A broken line in any of the logs ends it with exit code 1, and none of them is touched.\n\n\
    Examples:\n  \
    demarche fmt journal.jsonl\n  \
    demarche fmt --check journals/\n  \
    demarche fmt - < old.jsonl > new.jsonl")]
pub(crate) struct Args {
    /// Logs: files and directories of *.jsonl, which are rewritten in place; `-` alone: from standard input to standard
    /// output
    #[arg(value_name = "LOG", env = "DEMARCHE_JOURNAL", hide_env_values = true, required = true)]
    logs: Vec<PathBuf>,

    /// Rewrite nothing: print what would change, a line each, and exit with 1 where anything would
    #[arg(long, help_heading = "Output")]
    check: bool,
}

/// A log and its canonical form.
struct Log {
    source: Source,
    formatted: Formatted,
}

pub(crate) fn run(args: &Args, session: &mut Session<'_>) -> Result<u8, Failure> {
    let mut sources = of_arguments(&args.logs)?;
    let mut seen = BTreeSet::new();
    sources.retain(|source| seen.insert(canonical_name(source)));
    if !args.check && sources.len() > 1 && sources.contains(&Source::Stdin) {
        return Err(Failure::usage("standard input is formatted alone", "give - without other logs"));
    }
    let mut files = files_of(&sources, args.check)?;
    if args.check {
        files.clear();
    }
    // Hold the locks from reading to writing, so that nobody appends in between.
    let locks = LogLocks::of_logs(&Disk, &files, LOCK_WAIT).map_err(journal_failure)?;
    tell_finished(locks.finished(), session)?;
    // Read every log before any is written: a broken one leaves all of them untouched.
    let mut logs = Vec::with_capacity(sources.len());
    for source in sources {
        let bytes = read(&source, &locks, session)?;
        let formatted = format(&bytes).map_err(|error| failure(error, &source))?;
        logs.push(Log { source, formatted });
    }
    if args.check { check(&logs, session) } else { rewrite(&logs, &locks, session) }
}

/// Resolves a source to its canonical path, so that a file named twice or through a symbolic link is rewritten once.
fn canonical_name(source: &Source) -> PathBuf {
    let name = PathBuf::from(source.name());
    std::fs::canonicalize(&name).unwrap_or(name)
}

/// Returns the files among the sources, or the error of the first that is missing, or is to be
/// rewritten and is no file.
fn files_of(sources: &[Source], is_read_only: bool) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::with_capacity(sources.len());
    for source in sources {
        if let Source::Stored(stream) = source
            && !is_read_only
        {
            return Err(not_a_file(&stream.name()));
        }
        if let Source::File(path) = source {
            std::fs::metadata(path).map_err(|error| unread(source, error))?;
            must_be_kept(path)?;
            files.push(path.clone());
        }
    }
    Ok(files)
}

/// Reads a log, and refuses a compressed one, which cannot be rewritten in place.
fn read(source: &Source, locks: &LogLocks<'_>, session: &mut Session<'_>) -> Result<Vec<u8>, Failure> {
    let bytes = match source {
        Source::Stdin => {
            let mut bytes = Vec::new();
            session.stdin.read_to_end(&mut bytes).map(|_| bytes)
        }
        Source::File(path) => locks.read(path),
        Source::Stored(_) => {
            let mut bytes = Vec::new();
            source.open(session.stdin, &())?.read_to_end(&mut bytes).map(|_| bytes)
        }
    };
    let bytes = bytes.map_err(|error| unread(source, error))?;
    if is_compressed(&bytes) {
        let problem = format!("{} is compressed: only plain logs are formatted", source.name());
        return Err(Failure::usage(problem, "unpack it first, as with gunzip or unzstd"));
    }
    Ok(bytes)
}

fn unread(source: &Source, error: io::Error) -> Failure {
    Failure::Read { path: PathBuf::from(source.name()), error }
}

fn failure(error: FormatError, source: &Source) -> Failure {
    let report = match error {
        FormatError::Read(error) => match error.kind {
            ReadErrorKind::Io(error) => return unread(source, error),
            ReadErrorKind::Line(_) => Diagnostic::of(*error, &source.name()),
        },
        FormatError::TooLong { line, reason } => Diagnostic {
            code: DiagnosticCode::BrokenLine,
            problem: reason.to_string(),
            log: source.name(),
            line,
            column: None,
            excerpt: None,
            notes: Vec::new(),
        },
    };
    without_skipping(Failure::Log(Box::new(report)))
}

/// Prints what would change.
fn check(logs: &[Log], session: &mut Session<'_>) -> Result<u8, Failure> {
    let mut lines = 0;
    for log in logs {
        let name = log.source.name();
        for change in &log.formatted.changes {
            writeln!(session.stdout, "{}:{}: {}", printable(&name), change.line, change.kind)?;
        }
        lines += log.formatted.changed_lines();
    }
    if lines > 0 {
        session.stdout.flush()?;
        let (lines, logs) = (counted(lines, "line"), logs.iter().filter(|log| log.formatted.is_changed()).count());
        writeln!(session.stderr, "error: {lines} in {} not in canonical form", counted(logs, "log"))?;
        writeln!(session.stderr, "  = `demarche fmt` rewrites them, and changes no event")?;
    }
    Ok(u8::from(lines > 0))
}

/// Writes the logs that change, and prints how much changed.
fn rewrite(logs: &[Log], locks: &LogLocks<'_>, session: &mut Session<'_>) -> Result<u8, Failure> {
    // Write all replacements beside the logs before the first takes its place.
    let mut written = Vec::new();
    for Log { source, formatted } in logs {
        match source {
            Source::Stdin => session.lines(&formatted.log)?,
            Source::File(path) if formatted.is_changed() => {
                let mut replacement = locks.begin(path).map_err(Failure::unwritten)?;
                replacement.write_all(&formatted.log).map_err(|error| {
                    Failure::unwritten(ReplaceError::Io { act: Act::Write, path: path.clone(), error })
                })?;
                written.push((replacement, source.name(), counted(formatted.changed_lines(), "line")));
            }
            Source::File(_) | Source::Stored(_) => {}
        }
    }
    let mut done: Vec<String> = Vec::new();
    let mut outcome = Ok(());
    for (replacement, name, lines) in written {
        outcome = replacement.commit().map_err(Failure::unwritten);
        if outcome.is_err() {
            break;
        }
        done.push(format!("{}: {lines} changed", printable(&name)));
    }
    let told =
        done.iter().try_for_each(|line| writeln!(session.stdout, "{line}")).and_then(|()| session.stdout.flush());
    outcome.and(told.map_err(Failure::Output)).map(|()| 0).map_err(|failure| match done.is_empty() {
        true => failure,
        false => failure.after(done.into_iter().chain(["the canonical form changes no event".to_owned()])),
    })
}
