//! Input: opens logs, and reads them as one set.

use std::path::PathBuf;

mod archive;
mod event_name;
mod load;
mod log_names;
mod progress;
mod small_file;
mod stream;
mod threads;

pub(crate) use archive::Archive;
pub(crate) use demarche_journal::Source;
pub(crate) use event_name::{EventName, tell_named};
pub(crate) use load::{Loaded, load, scan};
pub(crate) use log_names::LogNames;
pub(crate) use progress::Progress;
pub(crate) use small_file::read_at_most;
pub(crate) use stream::each_event;

use crate::failure::Failure;

/// Returns the sources that the arguments name, in order.
pub(crate) fn of_arguments(arguments: &[PathBuf]) -> Result<Vec<Source>, Failure> {
    Ok(Source::all_of(arguments)?)
}

/// Returns the path of a log that has locks. A pipe has none: it is read as it comes, and its writer can take nothing
/// back.
pub(crate) fn kept_log(source: &Source) -> Option<PathBuf> {
    match source {
        Source::File(path) if path.is_file() => Some(path.clone()),
        Source::File(_) | Source::Stdin => None,
    }
}
