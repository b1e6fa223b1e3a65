//! Input: opens logs, and reads them as one set.

mod archive;
#[cfg(feature = "postgres")]
mod database;
mod event_name;
mod load;
mod log_names;
mod places;
mod progress;
mod small_file;
mod stream;
mod threads;

pub(crate) use archive::Archive;
#[cfg(feature = "postgres")]
pub(crate) use database::{Database, database_failure};
pub(crate) use demarche_journal::Source;
pub(crate) use event_name::{EventName, tell_named};
pub(crate) use load::{Loaded, load, load_sources, scan};
pub(crate) use log_names::LogNames;
#[cfg(feature = "archive")]
pub(crate) use places::archive_at;
#[cfg(not(feature = "archive"))]
pub(crate) use places::without;
pub(crate) use places::{check_store, is_store, kept_log, must_be_path, not_a_file, of_arguments, open_store};
pub(crate) use progress::Progress;
pub(crate) use small_file::read_at_most;
pub(crate) use stream::each_event;
