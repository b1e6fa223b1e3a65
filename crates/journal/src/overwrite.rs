//! Which files a command may replace: never one that it reads, never one that holds events.

use std::io;
use std::path::{Path, PathBuf};

use demarche_core::codec::{ReadErrorKind, Reader};

use crate::disk::Disk;
use crate::error::Act;
use crate::files::{Access, Files, FoundKind, LogFile};
use crate::lock::is_same;
use crate::log_reader::LogReader;
use crate::paths::{DIRECTORY_LOG, is_log_name, logs_in};
use crate::replace::{ReplaceError, failed};
use crate::source::Unpacked;

/// What a command may replace.
#[derive(Debug, Clone, Copy)]
pub enum Overwrite<'a> {
    /// Anything: the caller has made sure that nothing is lost.
    Any,
    /// Only an empty file, or with `force` one that is not an input and holds no events.
    Spare {
        /// What the command reads: files, and directories with their logs. `-` and missing files are ignored.
        inputs: &'a [PathBuf],
        /// Whether another file may be replaced.
        force: bool,
    },
}

impl Overwrite<'_> {
    /// Refuses a path if the file there, or the new file, is one that must not be.
    pub(crate) fn check(self, files: &impl Files, path: &Path, there: Option<&Path>) -> Result<(), ReplaceError> {
        let Self::Spare { inputs, force } = self else { return Ok(()) };
        let Some(there) = there else { return refuse_new_log(files, path, inputs) };
        refuse_input(files, path, inputs)?;
        let (is_empty, is_log) = look_into(files, there).map_err(failed(Act::Read, there))?;
        if is_log {
            Err(ReplaceError::Events { path: path.to_owned() })
        } else if is_empty || force {
            refuse_new_log(files, path, inputs)
        } else {
            Err(ReplaceError::Occupied { path: path.to_owned() })
        }
    }
}

/// Refuses to write to an input, under any of its names: for commands that append to a file.
///
/// The path may be the directory of a journal, which means the log that grows.
///
/// # Errors
///
/// [`ReplaceError::Input`] if it is an input, or the error of the system.
pub fn spare_inputs(path: &Path, inputs: &[PathBuf]) -> Result<(), ReplaceError> {
    let log = path.join(DIRECTORY_LOG);
    refuse_input(&Disk, if path.is_dir() { &log } else { path }, inputs)
}

/// Refuses a path that leads to an input, or to a log of a directory that is one.
fn refuse_input(files: &impl Files, path: &Path, inputs: &[PathBuf]) -> Result<(), ReplaceError> {
    for input in inputs.iter().filter(|input| input.as_os_str() != "-") {
        for input in parts_of(files, input)? {
            if is_same_file(files, path, &input).map_err(failed(Act::LookAt, path))? {
                return Err(ReplaceError::Input { path: path.to_owned(), input });
            }
        }
    }
    Ok(())
}

/// Returns the files that an input consists of: itself, or the logs of a directory.
fn parts_of(files: &impl Files, input: &Path) -> Result<Vec<PathBuf>, ReplaceError> {
    if !is_folder(files, input) {
        return Ok(vec![input.to_owned()]);
    }
    let logs = logs_in(files, input).map_err(failed(Act::Read, input))?;
    Ok(logs.into_iter().map(|log| log.path).collect())
}

/// Refuses a new file that would become a log of a directory that is an input.
fn refuse_new_log(files: &impl Files, path: &Path, inputs: &[PathBuf]) -> Result<(), ReplaceError> {
    if !is_log_name(path) {
        return Ok(());
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    for input in inputs.iter().filter(|input| is_folder(files, input)) {
        if is_same_file(files, folder, input).map_err(failed(Act::LookAt, folder))? {
            return Err(ReplaceError::NewLog { path: path.to_owned(), journal: input.clone() });
        }
    }
    Ok(())
}

/// A path that can't be looked at is not treated as a folder; reading it reports the error.
fn is_folder(files: &impl Files, path: &Path) -> bool {
    matches!(files.look(path), Ok(Some(found)) if found.kind == FoundKind::Folder)
}

/// Tells whether a file is empty, and whether it holds events: its first line that is not blank, unpacked if necessary,
/// is an event. Events of an unknown type or version are events.
fn look_into(files: &impl Files, path: &Path) -> io::Result<(bool, bool)> {
    let log = files.open(path, Access::Read)?;
    let is_empty = log.length()? == 0;
    // A file that can't be unpacked is not a log.
    let Ok(input) = Unpacked::new(LogReader::new(log)) else { return Ok((is_empty, false)) };
    let is_log = match Reader::new(input).next() {
        None => false,
        Some(Ok(_)) => true,
        Some(Err(error)) => matches!(&error.kind, ReadErrorKind::Line(kind) if kind.is_unknown()),
    };
    Ok((is_empty, is_log))
}

/// Tells whether two paths lead to one file; missing files and dangling links never do.
fn is_same_file(files: &impl Files, one: &Path, other: &Path) -> io::Result<bool> {
    let look = |path: &Path| match files.look(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        looked => looked,
    };
    Ok(look(one)?.zip(look(other)?).is_some_and(|(one, other)| is_same(&one, &other)))
}
