//! What can go wrong with a journal in PostgreSQL.

use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;

use demarche_core::EventId;
use demarche_core::codec::DecodeError;
use demarche_journal::{EraseError, JournalError, StoreError, StoreErrorKind};
use tokio_postgres::error::SqlState;

/// Says why a journal in PostgreSQL can't be opened, read or appended to. Nothing was stored if one is returned, except
/// for [`PostgresError::Uncertain`]. None has a password in it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PostgresError {
    /// Nobody says which role to take.
    #[error("{address} names no user: as in postgres://USER@HOST/DATABASE, or by PGUSER")]
    NoUser {
        /// The address.
        address: String,
    },
    /// The file of passwords can't be used.
    #[error("cannot read the password file {}: {reason}", path.display())]
    PasswordFile {
        /// The file.
        path: PathBuf,
        /// The reason.
        reason: String,
    },
    /// There are no certificates to trust.
    #[error("cannot trust anybody to be {address}: {reason}")]
    Certificates {
        /// The address.
        address: String,
        /// The reason.
        reason: String,
    },
    /// The server does not answer, or broke the connection.
    #[error("cannot reach {address}: {reason}")]
    Unreachable {
        /// The address.
        address: String,
        /// The reason.
        reason: String,
    },
    /// The server does not answer in time.
    #[error("{address} did not answer within {waited:?}: the connection was given up")]
    NoAnswer {
        /// The address.
        address: String,
        /// How long it was waited for.
        waited: Duration,
    },
    /// The server refuses what is asked.
    #[error(
        "{address} refuses it: {message}{}{}",
        detail.as_ref().map_or_else(String::new, |detail| format!(" ({detail})")),
        hint.map_or_else(String::new, |hint| format!(": {hint}"))
    )]
    Refused {
        /// The address.
        address: String,
        /// The message of the server.
        message: String,
        /// What it says besides.
        detail: Option<String>,
        /// What to do about it.
        hint: Option<&'static str>,
        /// The code of the error (SQLSTATE).
        code: Box<str>,
    },
    /// There is no journal.
    #[error("there is no journal in the schema {schema} of {address}: make one with `demarche store init`")]
    NoJournal {
        /// The address.
        address: String,
        /// The schema.
        schema: String,
    },
    /// The schema is in use by something else.
    #[error("the schema {schema} of {address} has something else in it: name another, with ?schema=")]
    SchemaTaken {
        /// The address.
        address: String,
        /// The schema.
        schema: String,
    },
    /// The journal is laid out as by an older version of this program.
    #[error(
        "the journal in {address} is laid out by version {found}, and this program needs {needed}: run `demarche store \
         migrate` as its owner"
    )]
    TooOld {
        /// The address.
        address: String,
        /// The version that it has.
        found: i32,
        /// The version that is needed.
        needed: i32,
    },
    /// The journal is laid out as by a newer version of this program.
    #[error(
        "the journal in {address} is laid out by version {found}, and this program knows {known} at most: update it"
    )]
    TooNew {
        /// The address.
        address: String,
        /// The version that it has.
        found: i32,
        /// The newest version that is known.
        known: i32,
    },
    /// The server is set up to lose what it acknowledges.
    #[error("{address} would not keep what it acknowledges: {setting} is {value}, and must be {needed}")]
    NotDurable {
        /// The address.
        address: String,
        /// The setting.
        setting: &'static str,
        /// Its value.
        value: String,
        /// The value that is needed.
        needed: &'static str,
    },
    /// Another writer keeps others away.
    #[error("{address} is locked by another writer, and was so for {waited:?}: wait longer, or end it{holder}")]
    Locked {
        /// The address.
        address: String,
        /// How long this writer waited.
        waited: Duration,
        /// How to end the other writer, if it is known; begins with a comma.
        holder: String,
    },
    /// A batch was not stored in one go, as when the connection broke, and others wrote before this writer was back.
    #[error("{address} was interrupted, nothing was stored, and others have written since: try again")]
    Interrupted {
        /// The address.
        address: String,
    },
    /// The connection broke while a batch was stored, and did not come back in time.
    #[error(
        "the connection to {address} broke ({reason}), and it is not known whether the batch is stored: send it again, \
         with the same ids; what is stored is not stored twice"
    )]
    Uncertain {
        /// The address.
        address: String,
        /// Why it is not known.
        reason: String,
    },
    /// What is stored is no event.
    #[error("{address}, event {position}: {error}")]
    BrokenLine {
        /// The address.
        address: String,
        /// The position of the event, from 1.
        position: u64,
        /// What is wrong with its line.
        error: Box<DecodeError>,
    },
    /// Texts are erased by the owner of the tables alone.
    #[error("{address}: only the owner of the journal may erase: ask as the role that made it")]
    NotOwner {
        /// The address.
        address: String,
    },
    /// Nothing of the event can be erased.
    #[error(transparent)]
    Erase(#[from] EraseError),
    /// A line that was to take the place of another is not the line of that event.
    #[error("the new line of {id} is not canonical, or has another id, track, type or time: nothing was replaced")]
    NotTheSame {
        /// The event.
        id: EventId,
    },
    /// An event is not there as it was read, or another event has its id, or a track is not as expected; or the events
    /// of a batch cannot be stored.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

impl PostgresError {
    /// Makes the error of what the driver says.
    pub(crate) fn of(address: &str, error: &tokio_postgres::Error) -> Self {
        let Some(server) = error.as_db_error() else {
            let (address, reason) = (address.to_owned(), reason_of(error));
            let is_lost = error.is_closed() || sources(error).any(|source| source.is::<std::io::Error>());
            return match is_lost || reason.contains("timeout") {
                true => Self::Unreachable { address, reason },
                false => Self::Refused { address, message: reason, detail: None, hint: None, code: Box::default() },
            };
        };
        let (message, detail) = (server.message().to_owned(), server.detail().map(str::to_owned));
        if is_of_connection(server.code()) {
            return Self::Unreachable { address: address.to_owned(), reason: message };
        }
        let hint = hint_of(server.code());
        Self::Refused { address: address.to_owned(), message, detail, hint, code: server.code().code().into() }
    }

    /// Tells whether it passes by itself once the server is back.
    pub(crate) const fn is_of_connection(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::NoAnswer { .. })
    }

    /// Returns the kind that a store gives it.
    #[must_use]
    pub const fn kind(&self) -> StoreErrorKind {
        match self {
            Self::Locked { .. } => StoreErrorKind::Busy,
            Self::BrokenLine { .. } => StoreErrorKind::Broken,
            Self::Journal(_)
            | Self::NoUser { .. }
            | Self::PasswordFile { .. }
            | Self::Certificates { .. }
            | Self::Unreachable { .. }
            | Self::NoAnswer { .. }
            | Self::Refused { .. }
            | Self::NoJournal { .. }
            | Self::SchemaTaken { .. }
            | Self::TooOld { .. }
            | Self::TooNew { .. }
            | Self::NotDurable { .. }
            | Self::NotTheSame { .. }
            | Self::NotOwner { .. }
            | Self::Erase(_)
            | Self::Interrupted { .. }
            | Self::Uncertain { .. } => StoreErrorKind::Unavailable,
        }
    }
}

impl From<PostgresError> for StoreError {
    fn from(error: PostgresError) -> Self {
        if let PostgresError::Journal(error) = error { error.into() } else { Self::new(error.kind(), error) }
    }
}

/// Says what the driver says, and why.
fn reason_of(error: &tokio_postgres::Error) -> String {
    let mut reason = error.to_string();
    for source in sources(error) {
        let text = source.to_string();
        if !reason.contains(&text) {
            reason.push_str(&format!(": {text}"));
        }
    }
    reason
}

/// Returns the errors behind an error.
fn sources(error: &tokio_postgres::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    std::iter::successors(error.source(), |error: &&(dyn Error + 'static)| (*error).source())
}

/// Tells whether a code says that the connection is lost, or cannot be made yet.
fn is_of_connection(code: &SqlState) -> bool {
    // The last two: this transaction was idle for too long; too many clients.
    code.code().starts_with("08") || ["57P01", "57P02", "57P03", "57P05", "25P03", "53300"].contains(&code.code())
}

fn hint_of(code: &SqlState) -> Option<&'static str> {
    Some(match code.code() {
        "42501" => "this role may not do that: its owner grants it",
        "25006" => "this server only reads: it may be a standby, so name the one that takes writes",
        "53100" => "make room on the disk of the server, and try again: nothing was stored",
        "57014" => "it took too long, or somebody cancelled it: try again, or wait longer",
        "28P01" | "28000" => "look at the user, and at the password in PGPASSWORD or the password file",
        "3D000" => "make the database first, with `createdb`",
        _ => return None,
    })
}
