//! Logs in: files, directories and standard input, plain or compressed, several as one set.

mod load;
mod progress;
mod source;

pub(crate) use load::{Loaded, load, scan};
pub(crate) use progress::Progress;
pub(crate) use source::{Source, of_arguments};
