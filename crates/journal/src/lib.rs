//! The append-only file of events: the only code of the project that writes journals.
//!
//! A journal is a single `.jsonl` file or a directory of such: plain JSON Lines, readable with `less`, diffable and
//! mergeable with git. [`Journal::append`] is durable before it returns, all or nothing for a batch, safe against other
//! writers on the machine, and idempotent by id.
//!
//! # A service in ten lines
//!
//! Open a journal, or begin one; fold what it has; enter an event; ask where things stand; follow what others enter.
//! [`demarche-core`] has the events, [`demarche-projection`] the fold.
//!
//! ```
//! use demarche_core::codec::decode;
//! use demarche_journal::{Followed, Follower, Journal, Options};
//! use demarche_projection::Fold;
//! use demarche_projection::query::Query;
//! use demarche_projection::state::Status;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = std::env::temp_dir().join(format!("demarche-ten-lines-{}", std::process::id()));
//! # std::fs::create_dir_all(&folder)?;
//! # let path = folder.join("desk.jsonl");
//! # let line = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":2,"type":"track_stalled","track":"us-ru","occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","source":{"who":"izvestia","attribution":"media"},"data":{}}"#;
//! let (mut journal, mut fold) = (Journal::open(&path, Options::default())?, Fold::new());
//! for event in journal.events(None)? {
//!     fold.apply(event?)?;
//! }
//!
//! let event = decode(line)?; // Or build an `Event` in code.
//! journal.append(&[event.clone()], &[])?; // Now it is on the disk.
//! fold.apply(event)?;
//!
//! let states = fold.states(&Query::default())?;
//! assert_eq!(states[0].status, Status::Stalled);
//!
//! // A process that only reads polls the file.
//! let mut follower = Follower::new(&path);
//! for followed in follower.poll()? {
//!     if let Followed::Event(event) = followed {
//!         fold.apply(*event)?;
//!     }
//! }
//! # std::fs::remove_dir_all(&folder)?;
//! # Ok(())
//! # }
//! ```
//!
//! A process that writes, too, asks [`Journal::events`] for what is behind the last event that it has: that finds what
//! other programs have appended, and what a crash has left unpublished. All of these calls wait for the disk, so an
//! async service makes them on a thread that may block. `docs/embedding.md` in the repository goes on from here, and
//! `examples/service` is such a service behind HTTP.
//!
//! # What is where
//!
//! | for | see |
//! | --- | --- |
//! | appending and reading | [`Journal`], [`Options`], [`Appended`], [`ExpectedVersion`], [`JournalError`] |
//! | completing a line that leaves out what a program can give | [`complete_line`], [`Draft`] |
//! | following a log that grows | [`Follower`] |
//! | any store of events, of which a journal is one; whether it keeps its promises | [`Store`], `testing` |
//! | reading a log, plain or compressed, or from elsewhere | [`Source`], [`LogStream`] |
//! | the union of journals, the canonical form | [`merge`], [`canonical_log`], [`format`](format()) |
//! | writing another file as a whole | [`replace_file`] |
//! | proving what was on file | `seal` |
//! | erasing texts of an event | `Erasure`, [`Redactions`] |
//! | another disk, as in tests | [`files`] |
//!
//! # Features
//!
//! The first two are on by default.
//!
//! * `seal`: signed checkpoints, and proofs of what was on file (`seal`).
//! * `zstd`: reads logs that are compressed with Zstandard, which needs a C compiler to build. Gzip is always read.
//! * `testing`: the promises of a [`Store`] as tests, for stores of your own.
//!
//! [`demarche-core`]: https://docs.rs/demarche-core
//! [`demarche-projection`]: https://docs.rs/demarche-projection

mod appending;
mod batch;
mod bell;
mod disk;
mod draft;
mod erasure;
mod error;
pub mod files;
mod follow;
mod format;
mod index;
mod journal;
mod lines;
mod load;
mod lock;
mod log_reader;
mod log_stream;
mod map;
mod merge;
mod overwrite;
mod paths;
mod progress;
mod replace;
mod scan;
#[cfg(feature = "seal")]
pub mod seal;
mod source;
mod stamp;
mod store;
mod tap;
#[cfg(feature = "testing")]
pub mod testing;

pub use appending::{Appended, ExpectedVersion, Finished, Options, Torn};
pub use bell::Bell;
pub use disk::Disk;
pub use draft::{Dating, DatingError, Draft, Recorded, complete_line};
#[cfg(feature = "seal")]
pub use erasure::{EraseError, ErasedLine, Erasure, ErasurePlan, sign_redaction, verify_redaction};
pub use erasure::{Later, Redactions, line_hash};
pub use error::{Act, JournalError};
pub use follow::{Followed, Follower};
pub use format::{FormatError, Formatted, LineChange, LineChangeKind, TooLong, canonical_log, format};
pub use journal::{Events, Journal};
pub use log_stream::{LogStream, scheme_of};
pub use merge::{MergeConflict, Position, merge};
pub use overwrite::Overwrite;
pub use paths::DIRECTORY_LOG;
#[doc(hidden)]
pub use paths::beside_logs;
pub use replace::{ReplaceError, replace_file};
pub use source::{Source, SourceError, Watcher};
pub use store::{Loaded, Store, StoreError, StoreErrorKind, StorePosition, Tail};

// What the command line needs beside that: it changes with the crates of this workspace.
#[doc(hidden)]
pub use format::canonical_lines;
#[doc(hidden)]
pub use load::{LineFinder, LoadError, Logs, OpenLogs, Trouble};
#[doc(hidden)]
pub use lock::LogLocks;
#[doc(hidden)]
pub use map::Mapped;
#[doc(hidden)]
pub use merge::sort_by_recorded;
#[doc(hidden)]
pub use overwrite::spare_inputs;
#[doc(hidden)]
pub use replace::{Replacement, open_stream, replace_file_with};
#[doc(hidden)]
pub use scan::{scan, scan_chunks};
#[doc(hidden)]
pub use source::is_compressed;
#[doc(hidden)]
pub use stamp::{FileChange, FileStamp};

/// The example of the README, which is compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
