//! `demarche export archive`: a journal on object storage.

use std::io::{self, BufRead};
use std::path::{Path, PathBuf};

use demarche_archive::{ArchiveError, Change, ExportError, Exported};
use demarche_journal::scheme_of;
use demarche_journal::seal::Snapshot;

use crate::failure::Failure;
use crate::input::{Source, archive_at, of_arguments};
use crate::output::text::{counted, printable};
use crate::recording::{LOCK_WAIT, journal_failure, must_be_kept, tell_finished};
use crate::sealing::broken_log;
use crate::session::Session;

/// Brings an archive up to a journal, and prints what that took.
pub(super) fn run(journal: &Path, address: &Path, session: &mut Session<'_>) -> Result<u8, Failure> {
    let archive = archive_at(address)?;
    let mut sources = Vec::new();
    let exported = archive.export(&mut || open(journal, &mut sources, session));
    let exported = exported.map_err(|error| failure(error, &sources))?;
    tell(&exported, &address.display().to_string(), session)?;
    Ok(0)
}

/// Opens the logs of a journal as they are now. The locks of files are held only while they are opened: what is behind
/// their ends at that moment is not read.
fn open(
    journal: &Path,
    sources: &mut Vec<Source>,
    session: &mut Session<'_>,
) -> Result<Vec<Box<dyn BufRead>>, Failure> {
    if journal.as_os_str() == "-" {
        return stdin(sources, session);
    }
    if scheme_of(journal).is_some() {
        *sources = of_arguments(&[journal.to_owned()])?;
        let open = |source: &Source| match source {
            Source::Stored(stream) => stream.open().map(|input| input as Box<dyn BufRead>),
            Source::Stdin | Source::File(_) => Err(io::ErrorKind::Unsupported.into()),
        };
        let unread = |source: &Source, error| Failure::Read { path: PathBuf::from(source.name()), error };
        return sources.iter().map(|source| open(source).map_err(|error| unread(source, error))).collect();
    }
    must_be_kept(journal)?;
    let snapshot = Snapshot::open(journal, LOCK_WAIT).map_err(journal_failure)?;
    tell_finished(&snapshot.finished, session)?;
    *sources = snapshot.logs.into_iter().map(Source::File).collect();
    Ok(snapshot.inputs)
}

/// Reads standard input, which can be done once.
fn stdin(sources: &mut Vec<Source>, session: &mut Session<'_>) -> Result<Vec<Box<dyn BufRead>>, Failure> {
    if !sources.is_empty() {
        let problem = "another exporter was first, and standard input can't be read again";
        return Err(Failure::Refused {
            problem: problem.to_owned(),
            remedy: "nothing is lost: export again".to_owned(),
        });
    }
    sources.push(Source::Stdin);
    let mut bytes = Vec::new();
    let read = session.stdin.read_to_end(&mut bytes);
    read.map_err(|error| Failure::Read { path: "<stdin>".into(), error })?;
    Ok(vec![Box::new(io::Cursor::new(bytes))])
}

fn failure(error: ExportError<Failure>, sources: &[Source]) -> Failure {
    let remedy = match &error {
        ExportError::Open(_) | ExportError::Log { .. } | ExportError::Archive(_) => "",
        ExportError::Other { .. } => "export it to another folder or prefix",
        ExportError::Shorter { .. } => "export the newest state of the journal, or to another folder or prefix",
        ExportError::Busy { .. } => "nothing is lost: export again",
    };
    match error {
        ExportError::Open(failure) => failure,
        ExportError::Log { log, error } => broken_log(sources.get(log).unwrap_or(&Source::Stdin), *error),
        ExportError::Archive(error) => archive_failure(&error),
        refused @ (ExportError::Other { .. } | ExportError::Shorter { .. } | ExportError::Busy { .. }) => {
            Failure::Refused { problem: refused.to_string(), remedy: remedy.to_owned() }
        }
    }
}

fn archive_failure(error: &ArchiveError) -> Failure {
    Failure::File(format!("not exported: {error}"))
}

/// Prints what was stored.
fn tell(exported: &Exported, address: &str, session: &mut Session<'_>) -> Result<(), Failure> {
    let Exported { manifest, number, stored, .. } = exported;
    let count = |count: u64, what: &str| counted(usize::try_from(count).unwrap_or(usize::MAX), what);
    let change = match exported.change {
        Change::Grown { events } => count(events, "more event"),
        Change::None => "nothing new".to_owned(),
        Change::First | Change::Rewritten => count(manifest.events, "event"),
    };
    if exported.change == Change::Rewritten {
        writeln!(
            session.stderr,
            "note: lines that were archived before are different now: manifest {} still names them as they were",
            number.saturating_sub(1)
        )?;
    }
    let segments = manifest.segments.len() as u64;
    let told = writeln!(
        session.stdout,
        "{}: {change}, {} stored, {} there before\nmanifest {number}: {}, root {}",
        printable(address),
        count(*stored, "segment"),
        segments.saturating_sub(*stored),
        count(manifest.events, "event"),
        manifest.root
    );
    let kept = || [format!("the archive is complete: manifest {number}")];
    told.and_then(|()| session.stdout.flush()).map_err(|error| Failure::Output(error).after(kept()))
}
