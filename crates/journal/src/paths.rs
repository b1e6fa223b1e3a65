//! Which files make up a journal.

use std::io;
use std::path::{Path, PathBuf};

use crate::error::{Act, JournalError};
use crate::files::{Files, FoundFile, FoundKind};
use crate::log_stream::scheme_of;

/// The log of a directory to which events are appended.
pub const DIRECTORY_LOG: &str = "journal.jsonl";

/// Returns the path with an ending added.
pub(crate) fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// The endings of logs in a directory.
const LOG_ENDINGS: [&str; 3] = [PLAIN_ENDING, ".jsonl.gz", ".jsonl.zst"];

/// The ending of a log that can be appended to.
const PLAIN_ENDING: &str = ".jsonl";

/// A log: the path by which it is named, and what is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NamedLog {
    pub(crate) path: PathBuf,
    pub(crate) found: FoundFile,
}

/// Lists the logs of a directory by name: the regular files with the ending of a log, symbolic links followed. This
/// function alone decides what is read from a directory, and what a writer knows about it. A folder, a pipe, a socket
/// or a dangling link is not a log, whatever its name.
pub(crate) fn logs_in(files: &impl Files, folder: &Path) -> io::Result<Vec<NamedLog>> {
    let mut paths = files.list(folder)?;
    paths.retain(|path| has_ending_of(path, &LOG_ENDINGS));
    paths.sort();
    let mut logs = Vec::with_capacity(paths.len());
    for path in paths {
        match files.look(&path) {
            Ok(Some(found)) if found.kind == FoundKind::File => logs.push(NamedLog { path, found }),
            // It may have been removed since the folder was listed.
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(logs)
}

/// The log of a journal that is appended to, and the others, which are only read.
pub(crate) fn logs_of(files: &impl Files, path: &Path) -> Result<(PathBuf, Vec<NamedLog>), JournalError> {
    let disk = |error| JournalError::Disk { act: Act::Read, path: path.to_owned(), error };
    match files.look(path).map_err(disk)?.map(|found| found.kind) {
        Some(FoundKind::Folder) => {
            let own = path.join(DIRECTORY_LOG);
            let mut others = logs_in(files, path).map_err(disk)?;
            others.retain(|log| log.path != own);
            Ok((own, others))
        }
        Some(FoundKind::Other) => Err(JournalError::NotAFile { path: path.to_owned() }),
        Some(FoundKind::File) | None if has_ending_of(path, &[PLAIN_ENDING]) => Ok((path.to_owned(), Vec::new())),
        Some(FoundKind::File) if has_ending_of(path, &LOG_ENDINGS) => {
            Err(JournalError::Compressed { path: path.to_owned() })
        }
        Some(FoundKind::File) | None => Err(JournalError::NoJournal { path: path.to_owned() }),
    }
}

/// Tells whether a file of such a name would be a log of its directory.
pub(crate) fn is_log_name(path: &Path) -> bool {
    has_ending_of(path, &LOG_ENDINGS)
}

/// Tells whether a path has one of the endings. Expectations are kept beside the journal that they are about, and are
/// not events.
fn has_ending_of(path: &Path, endings: &[&str]) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    endings.iter().any(|ending| name.ends_with(ending)) && !name.ends_with(".expect.jsonl")
}

/// Returns the files of a name that lie beside logs, or in journals that are directories, each once.
///
/// A dangling link counts as a file, so that reading it is an error. Standard input and addresses have nothing beside
/// them.
#[doc(hidden)]
#[must_use]
pub fn beside_logs(logs: &[PathBuf], name: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = Vec::new();
    for log in logs.iter().filter(|log| log.as_os_str() != "-" && scheme_of(log).is_none()) {
        let folder = if log.is_dir() { Some(log.as_path()) } else { log.parent() };
        let beside = folder.unwrap_or(Path::new("")).join(name);
        if beside.symlink_metadata().is_ok() && !files.contains(&beside) {
            files.push(beside);
        }
    }
    files
}
