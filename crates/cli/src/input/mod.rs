//! Logs in: several as one set, which the journal opens.

use std::path::PathBuf;

mod chosen;
mod lines;
mod load;
mod named;
mod places;
mod progress;
mod texts;
mod threads;

pub(crate) use chosen::load_tracks;
pub(crate) use demarche_journal::Source;
pub(crate) use lines::LineNumbers;
pub(crate) use load::{Loaded, load, load_behind, load_into, pass, scan};
pub(crate) use named::{EventName, tell_named};
pub(crate) use places::LogNames;
pub(crate) use progress::Progress;
pub(crate) use texts::{LogTexts, Surveyed, Unmapped, Way, survey};
pub(crate) use threads::Threads;

use crate::failure::Failure;

/// The sources that the arguments name, in order.
pub(crate) fn of_arguments(arguments: &[PathBuf]) -> Result<Vec<Source>, Failure> {
    Ok(Source::all_of(arguments)?)
}

/// The path of a log that is kept: a pipe is read as it comes, and has no writer that could take anything back.
pub(crate) fn kept_log(source: &Source) -> Option<PathBuf> {
    match source {
        Source::File(path) if path.is_file() => Some(path.clone()),
        Source::File(_) | Source::Stdin => None,
    }
}
