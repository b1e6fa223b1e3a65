//! Reads logs line by line, keeping nothing.

use std::io::Write;
use std::path::PathBuf;

use demarche_core::Event;
use demarche_core::codec::{ReadErrorKind, Reader};
use demarche_journal::{FileChange, Source};

use super::load::conclude;
use super::places::of_arguments;
use super::progress::Progress;
use crate::failure::{Diagnostic, Failure};
use crate::options::LogArgs;
use crate::session::Session;

/// Passes each event on, with standard output, and returns the exit code. Repeated events are not detected. A broken
/// line stops it, or is reported and skipped, depending on `--on-error`.
pub(crate) fn each_event(
    args: &LogArgs,
    session: &mut Session<'_>,
    take: &mut dyn FnMut(Event, &mut dyn Write) -> Result<(), Failure>,
) -> Result<u8, Failure> {
    let (mut skipped, mut unknown) = (0, 0);
    let sources = of_arguments(&args.logs)?;
    let total_bytes = sources.iter().map(Source::size).sum();
    let progress = Progress::new(session.terminal.stderr_is_terminal, total_bytes);
    for source in &sources {
        let before = source.stamp();
        let mut reader = Reader::new(source.open(session.stdin, &progress)?).skip_unknown(args.skip_unknown);
        for entry in reader.by_ref() {
            match entry {
                Ok(entry) => take(entry.event, session.stdout)?,
                Err(error) => match error.kind {
                    ReadErrorKind::Io(error) => {
                        return Err(Failure::Read { path: PathBuf::from(source.name()), error });
                    }
                    ReadErrorKind::Line(_) => {
                        skipped += 1;
                        let report = Diagnostic::of(error, &source.name());
                        progress.aside(|| args.take_note(report, session.stderr))?;
                    }
                },
            }
        }
        unknown += usize::try_from(reader.unknown()).unwrap_or(usize::MAX);
        drop(reader);
        match before.zip(source.stamp()).and_then(|(before, after)| before.change_until(&after)) {
            // A replaced file is fine: the old one was read to its end.
            None | Some(FileChange::Replaced) => {}
            Some(change @ (FileChange::Cut | FileChange::Rewritten)) => {
                return Err(Failure::changed(&source.name(), change));
            }
        }
    }
    drop(progress);
    session.stdout.flush()?;
    conclude(skipped, unknown, session)
}
