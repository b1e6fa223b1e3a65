//! The journal and its fold: enter an event, publish what it changes, and go on after a crash.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

use demarche_core::codec::DecodeError;
use demarche_core::{Event, EventId};
use demarche_journal::{Appended, Journal, JournalError, Options, Overwrite, replace_file};
use demarche_projection::query::Query;
use demarche_projection::{ApplyError, Fold, LogChanged, Watch};
use tokio::sync::broadcast;

/// Where changes are published, each a line of JSON: here, to the clients that are connected. It might be a queue.
pub type Changes = broadcast::Sender<Arc<str>>;

/// A journal, and a fold that follows it.
pub struct Desk {
    journal: Journal,
    watch: Watch,
    changes: Changes,
    /// The last event whose changes were published, and the file that keeps its id.
    published: Option<EventId>,
    published_file: PathBuf,
}

/// Whether an event was new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entered {
    /// It was, and is durable now.
    New,
    /// It was there already: a client that got no answer asked again.
    Before,
}

/// What can go wrong at the desk.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DeskError {
    /// The line is no event.
    #[error("{0}")]
    Line(#[from] DecodeError),
    /// Another event has that id.
    #[error("{0}")]
    Conflict(JournalError),
    /// The journal cannot be read or written.
    #[error("{0}")]
    Journal(JournalError),
    /// The fold cannot take an event or answer.
    #[error("{0}")]
    Fold(#[from] ApplyError),
    /// The id of the last published event cannot be read or kept.
    #[error("cannot keep what was published: {0}")]
    Published(io::Error),
    /// The thread that was to answer has stopped.
    #[error("the service is stopping")]
    Stopped,
}

impl Desk {
    /// Opens the journal `desk.jsonl` of a folder, or begins one, and publishes what a crash left unpublished.
    ///
    /// # Errors
    ///
    /// A [`DeskError`] if the journal cannot be opened or read.
    pub fn open(folder: &Path, changes: Changes) -> Result<Self, DeskError> {
        let published_file = folder.join("published");
        let published = match fs::read_to_string(&published_file) {
            Ok(id) => Some(id.trim().parse().map_err(|error| DeskError::Published(io::Error::other(error)))?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(DeskError::Published(error)),
        };
        let mut journal = Journal::open(&folder.join("desk.jsonl"), Options::default())?;
        let mut fold = Fold::new();
        if let Some(last) = published {
            // What was published is where the watch begins.
            for event in journal.events(None)? {
                let event = event?;
                fold.apply(&event)?;
                if event.id == last {
                    break;
                }
            }
        }
        let watch = Watch::new(fold, Query::default())?;
        let mut desk = Self { journal, watch, changes, published, published_file };
        desk.publish()?;
        Ok(desk)
    }

    /// Enters an event, durably, and publishes what it changes.
    ///
    /// # Errors
    ///
    /// [`DeskError::Conflict`] if another event has that id; else what the journal says.
    pub fn enter(&mut self, event: &Event) -> Result<Entered, DeskError> {
        let entered = match self.journal.append(std::slice::from_ref(event), &[])?.as_slice() {
            [Appended::Added] => Entered::New,
            _ => Entered::Before,
        };
        self.publish()?;
        Ok(entered)
    }

    /// Publishes what is in the journal and was not published: after an append, after a crash between an append and its
    /// publication, and what other programs have appended. An event may be published twice, but none is left out.
    fn publish(&mut self) -> Result<(), DeskError> {
        let before = self.published;
        for event in self.journal.events(self.published)? {
            let event = event?;
            for news in self.watch.apply(&event)? {
                let line = serde_json::to_string(&news.view()).map_err(|error| DeskError::Published(error.into()))?;
                // An error means that no client is connected.
                drop(self.changes.send(line.into()));
            }
            self.published = Some(event.id);
        }
        if self.published != before
            && let Some(id) = self.published
        {
            replace_file(&self.published_file, id.to_string().as_bytes(), Overwrite::Any)
                .map_err(|error| DeskError::Published(io::Error::other(error)))?;
        }
        Ok(())
    }

    /// Returns the fold. A clone of it is a snapshot, and shares its lines.
    #[must_use]
    pub const fn fold(&self) -> &Fold {
        self.watch.fold()
    }
}

impl From<JournalError> for DeskError {
    fn from(error: JournalError) -> Self {
        if matches!(error, JournalError::Conflict { .. }) { Self::Conflict(error) } else { Self::Journal(error) }
    }
}

impl From<LogChanged> for DeskError {
    fn from(changed: LogChanged) -> Self {
        Self::Fold(changed.into())
    }
}
