//! Why an archive can't be read, or nothing can be added to it.

use demarche_core::codec::ReadError;

use crate::manifest::ManifestError;

/// Says why an archive can't be read or written. Every message names the object.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The archive has no manifest.
    #[error("there is no archive at {archive}: it has no manifest-*.json")]
    NoArchive {
        /// The address of the archive.
        archive: String,
    },
    /// The store reports an error.
    #[error("{object}: {reason}")]
    Store {
        /// The address of the object, or of the archive.
        object: String,
        /// What the store says.
        reason: String,
    },
    /// An object that the manifest names is not there.
    #[error("{object} is missing, and the newest manifest names it: export the journal again, which stores it anew")]
    Missing {
        /// The address of the object.
        object: String,
    },
    /// An object is longer than it may be.
    #[error("{object} has {bytes} bytes, more than the {most} that it may have: it was altered")]
    TooLong {
        /// The address of the object.
        object: String,
        /// Its length.
        bytes: u64,
        /// The maximum.
        most: u64,
    },
    /// A manifest is not one.
    #[error("{object}: {error}")]
    Manifest {
        /// The address of the manifest.
        object: String,
        /// What is wrong with it.
        error: ManifestError,
    },
    /// A segment does not hold what the manifest says.
    #[error("{object} was altered: {reason}; delete it, and export the journal again")]
    Altered {
        /// The address of the segment.
        object: String,
        /// What differs.
        reason: String,
    },
    /// Every segment is as the manifest says, and the root over all lines is not.
    #[error("{object} gives the root {expected}, and its segments have {found}: one of them was altered")]
    Root {
        /// The address of the manifest.
        object: String,
        /// The root in the manifest.
        expected: String,
        /// The root over the lines.
        found: String,
    },
}

/// Says why a journal was not exported.
#[derive(Debug, thiserror::Error)]
pub enum ExportError<E> {
    /// The archive can't be read or written.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The journal can't be opened.
    #[error("{0}")]
    Open(E),
    /// A line of the journal is not an event, or can't be read.
    #[error("{error}")]
    Log {
        /// The number of the log among those of the journal, from 0.
        log: usize,
        /// What is wrong, and where.
        error: Box<ReadError>,
    },
    /// The archive begins with another event than the journal.
    #[error("{archive} is the archive of another journal, which begins with the event {archived}: give each its own")]
    Other {
        /// The address of the archive.
        archive: String,
        /// The id of its first event.
        archived: String,
    },
    /// The journal has fewer events than the archive.
    #[error("{archive} has {archived} events, and the journal has {events}: nothing that is archived is taken back")]
    Shorter {
        /// The address of the archive.
        archive: String,
        /// The number of events in the archive.
        archived: u64,
        /// The number of events in the journal.
        events: u64,
    },
    /// Others have added to the archive at every attempt.
    #[error("{archive}: other exporters were first, {attempts} times: nothing is lost, export again later")]
    Busy {
        /// The address of the archive.
        archive: String,
        /// The number of attempts.
        attempts: u32,
    },
}
