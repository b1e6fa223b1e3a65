//! Logs in: several as one set, which the journal opens.

use std::path::PathBuf;

mod chosen;
mod lines;
mod load;
mod places;
mod progress;
mod texts;
mod threads;

pub(crate) use chosen::load_tracks;
pub(crate) use demarche_journal::Source;
pub(crate) use lines::LineNumbers;
pub(crate) use load::{Loaded, load, load_behind, load_into, pass, scan};
pub(crate) use progress::Progress;
pub(crate) use texts::{LogTexts, Surveyed, Unmapped, Way, survey};
pub(crate) use threads::Threads;

use crate::failure::Failure;

/// The sources that the arguments name, in order.
pub(crate) fn of_arguments(arguments: &[PathBuf]) -> Result<Vec<Source>, Failure> {
    Ok(Source::all_of(arguments)?)
}
