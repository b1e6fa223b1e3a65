//! Logs in: several as one set, which the journal opens.

use std::path::PathBuf;

mod load;
mod progress;
mod stream;
mod threads;

pub(crate) use demarche_journal::Source;
pub(crate) use load::{Loaded, load, scan};
pub(crate) use progress::Progress;
pub(crate) use stream::each_event;

use crate::failure::Failure;

/// The sources that the arguments name, in order.
pub(crate) fn of_arguments(arguments: &[PathBuf]) -> Result<Vec<Source>, Failure> {
    Ok(Source::all_of(arguments)?)
}
