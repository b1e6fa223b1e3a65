//! The append-only file of events: the only code of the project that writes to a disk.
//!
//! A journal is a single `.jsonl` file or a directory of such: plain JSON Lines, readable with `less`, diffable and
//! mergeable with git. [`Journal::append`] is durable before it returns, all or nothing for a batch, safe against other
//! writers on the machine, and idempotent by id.
//!
//! # Features
//!
//! Both are on by default.
//!
//! * `seal`: signed checkpoints, and proofs of what was on file (`seal`).
//! * `zstd`: reads logs that are compressed with Zstandard, which needs a C compiler to build. Gzip is always read.

mod appending;
mod batch;
mod disk;
mod draft;
mod error;
mod files;
mod follow;
mod format;
mod index;
mod journal;
mod lines;
mod load;
mod lock;
mod log_reader;
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

pub use appending::{Appended, ExpectedVersion, Finished, Options, Torn};
pub use disk::{Disk, DiskLog};
pub use draft::{Dating, DatingError, Draft, Recorded, complete_line};
pub use error::{Act, JournalError};
pub use files::{Access, FileId, Files, FoundFile, FoundKind, LogFile};
pub use follow::{Followed, Follower};
pub use format::{FormatError, Formatted, LineChange, LineChangeKind, TooLong, canonical_lines, canonical_log, format};
pub use journal::{Events, Journal};
pub use load::{LineFinder, LoadError, Logs, OpenLogs, Trouble};
pub use lock::LogLocks;
pub use map::Mapped;
pub use merge::{MergeConflict, Position, merge, sort_by_recorded};
pub use overwrite::{Overwrite, spare_inputs};
pub use paths::DIRECTORY_LOG;
pub use replace::{ReplaceError, Replacement, open_stream, replace_file, replace_file_with};
pub use scan::scan;
pub use source::{Source, SourceError, Watcher, is_compressed};
pub use stamp::{FileChange, FileStamp};
pub use store::{Loaded, Store, StoreError, StoreErrorKind, StorePosition, Tail};

/// The example of the README, which is compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
