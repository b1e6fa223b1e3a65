//! Writing to a journal: what `record` and its short forms share.

mod args;
mod dating;
mod draft;
mod sink;
mod write;

pub(crate) use args::{JournalArgs, PayloadArgs, SourceArgs};
pub(crate) use dating::Ahead;
pub use draft::random;
pub(crate) use draft::{Draft, Said, event_type_of, payload};
pub(crate) use sink::{Sink, each_event};
pub(crate) use write::{Desk, LOCK_WAIT, journal_failure, must_be_kept, open, put, tell_finished, track_of};
