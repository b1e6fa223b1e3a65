//! Which files a command may replace: never one that it reads, never one that holds events.

use std::io;
use std::path::{Path, PathBuf};

use demarche_core::codec::{ReadErrorKind, Reader};

use crate::disk::Disk;
use crate::files::{Access, Files, FoundKind, LogFile};
use crate::lock::is_same;
use crate::paths::{DIRECTORY_LOG, is_log_name, logs_in};
use crate::replace::{ReplaceError, failed};
use crate::source::Unpacked;
use crate::tape::Tape;

/// What a file may replace.
#[derive(Debug, Clone, Copy)]
pub enum Overwrite<'a> {
    /// Whatever stands there: the caller has made sure that nothing is lost.
    Any,
    /// Nothing but an empty file, or with `force` one that is no input and holds no events.
    Spare {
        /// What the command reads: files, and directories with their logs. `-` and what is not there are passed over.
        inputs: &'a [PathBuf],
        /// Whether another file may be replaced.
        force: bool,
    },
}

impl Overwrite<'_> {
    /// Refuses a path at which something stands, or would stand, that must not.
    pub(crate) fn check(self, files: &impl Files, path: &Path, there: Option<&Path>) -> Result<(), ReplaceError> {
        let Self::Spare { inputs, force } = self else { return Ok(()) };
        let Some(there) = there else { return refuse_new_log(files, path, inputs) };
        refuse_input(files, path, inputs)?;
        let (is_empty, is_log) = look_into(files, there).map_err(failed("read", there))?;
        if is_log {
            Err(ReplaceError::Events { path: path.to_owned() })
        } else if is_empty || force {
            refuse_new_log(files, path, inputs)
        } else {
            Err(ReplaceError::Occupied { path: path.to_owned() })
        }
    }
}

/// Refuses to write to a file that is read, by whatever name: for commands that append to what is there.
///
/// The path may be the directory of a journal; then its log that grows is meant.
///
/// # Errors
///
/// [`ReplaceError::Input`] where it is an input, or the error of the system.
pub fn spare_inputs(path: &Path, inputs: &[PathBuf]) -> Result<(), ReplaceError> {
    let log = path.join(DIRECTORY_LOG);
    refuse_input(&Disk, if path.is_dir() { &log } else { path }, inputs)
}

/// Refuses a path that leads to an input, or to a log of a directory that is one.
fn refuse_input(files: &impl Files, path: &Path, inputs: &[PathBuf]) -> Result<(), ReplaceError> {
    for input in inputs.iter().filter(|input| input.as_os_str() != "-") {
        for input in parts_of(files, input)? {
            if is_same_file(files, path, &input).map_err(failed("look at", path))? {
                return Err(ReplaceError::Input { path: path.to_owned(), input });
            }
        }
    }
    Ok(())
}

/// The files that an input is: itself, or the logs of a directory.
fn parts_of(files: &impl Files, input: &Path) -> Result<Vec<PathBuf>, ReplaceError> {
    if !is_folder(files, input) {
        return Ok(vec![input.to_owned()]);
    }
    let logs = logs_in(files, input).map_err(failed("read", input))?;
    Ok(logs.into_iter().map(|log| log.path).collect())
}

/// Refuses a new file that would be read as a log of a directory that is an input.
fn refuse_new_log(files: &impl Files, path: &Path, inputs: &[PathBuf]) -> Result<(), ReplaceError> {
    if !is_log_name(path) {
        return Ok(());
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    for input in inputs.iter().filter(|input| is_folder(files, input)) {
        if is_same_file(files, folder, input).map_err(failed("look at", folder))? {
            return Err(ReplaceError::NewLog { path: path.to_owned(), journal: input.clone() });
        }
    }
    Ok(())
}

/// What can't be looked at is no folder here: who reads it says why.
fn is_folder(files: &impl Files, path: &Path) -> bool {
    matches!(files.look(path), Ok(Some(found)) if found.kind == FoundKind::Folder)
}

/// Tells whether a file is empty, and whether it holds events: its first line that is not blank decodes as one, perhaps
/// once it is unpacked. Events of a type or version that is not known are events.
fn look_into(files: &impl Files, path: &Path) -> io::Result<(bool, bool)> {
    let log = files.open(path, Access::Read)?;
    let is_empty = log.length()? == 0;
    // What can't be unpacked is no log.
    let Ok(input) = Unpacked::new(Tape::new(log)) else { return Ok((is_empty, false)) };
    let is_log = match Reader::new(input).next() {
        None => false,
        Some(Ok(_)) => true,
        Some(Err(error)) => matches!(&error.kind, ReadErrorKind::Line(kind) if kind.is_unknown()),
    };
    Ok((is_empty, is_log))
}

/// Tells whether two paths lead to one file; what is not there, or leads nowhere, is no file.
fn is_same_file(files: &impl Files, one: &Path, other: &Path) -> io::Result<bool> {
    let look = |path: &Path| match files.look(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        looked => looked,
    };
    Ok(look(one)?.zip(look(other)?).is_some_and(|(one, other)| is_same(&one, &other)))
}
