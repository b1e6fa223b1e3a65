//! Which files a journal is.

use std::path::{Path, PathBuf};

use crate::error::JournalError;
use crate::files::{Files, FoundKind};

/// The log of a directory to which events are appended.
pub const DIRECTORY_LOG: &str = "journal.jsonl";

/// The path with an ending behind it.
pub(crate) fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// The log of a journal that is appended to, and the others.
pub(crate) fn logs_of(files: &impl Files, path: &Path) -> Result<(PathBuf, Vec<PathBuf>), JournalError> {
    let is_log = |path: &Path| {
        let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        name.ends_with(".jsonl") && !name.ends_with(".expect.jsonl")
    };
    let disk = |error| JournalError::Disk { doing: "read", path: path.to_owned(), error };
    let found = files.look(path).map_err(disk)?;
    if found.is_none_or(|found| found.kind != FoundKind::Folder) {
        let no_journal = || JournalError::NoJournal { path: path.to_owned() };
        return if is_log(path) { Ok((path.to_owned(), Vec::new())) } else { Err(no_journal()) };
    }
    let own = path.join(DIRECTORY_LOG);
    let mut others = files.list(path).map_err(disk)?;
    others.retain(|found| *found != own && is_log(found));
    others.sort();
    Ok((own, others))
}
