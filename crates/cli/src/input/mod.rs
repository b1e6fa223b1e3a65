//! Logs in: files, directories and standard input, plain or compressed, several as one set.

mod load;
mod mapped;
mod progress;
mod source;
mod threads;

pub(crate) use load::{Loaded, load, load_into, scan};
pub(crate) use mapped::{Surveyed, survey};
pub(crate) use progress::Progress;
pub(crate) use source::{Source, of_arguments};
