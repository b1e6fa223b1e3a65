//! Writing to a journal: what `record` and its short forms share.

mod args;
mod codec_error;
mod dating;
mod draft;
mod json_lines;
mod kept;
mod oddities;
mod sink;
mod write;

pub(crate) use args::{JournalArgs, PayloadArgs, SourceArgs};
pub(crate) use dating::{FutureEntries, tell_dating, undated};
pub use draft::random;
pub(crate) use draft::{SourceDefaults, draft, entered_types, event_type_of};
pub(crate) use json_lines::{batch, line};
pub(crate) use kept::{KeptJournal, store_failure};
pub(crate) use sink::{Sink, each_event};
pub(crate) use write::{
    LOCK_WAIT, is_there, journal_failure, must_be_kept, open, open_kept, put, tell_finished, track_of,
};
