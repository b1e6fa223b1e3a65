//! Writing to a journal: what `record` and its short forms share.

mod args;
mod dating;
mod draft;
mod given;
mod odd;
mod sink;
mod words;
mod write;

pub(crate) use args::{JournalArgs, PayloadArgs, SourceArgs};
pub(crate) use dating::Ahead;
pub use draft::random;
pub(crate) use draft::{Draft, Said, event_type_of};
pub(crate) use given::{batch, line};
pub(crate) use sink::{Sink, each_event};
pub(crate) use write::{LOCK_WAIT, journal_failure, must_be_kept, open, open_kept, put, tell_finished, track_of};
