//! The journal that a command writes to: a file, a directory, or a database.

use std::path::Path;
use std::time::Duration;

use demarche_core::{Event, Instant};
use demarche_journal::{Appended, ExpectedVersion, Journal, Options, Store, StoreError, StoreErrorKind};

use super::write::{journal_failure, tell_finished};
use crate::failure::Failure;
use crate::input::{is_store, open_store};
use crate::output::text::printable;
use crate::session::Session;

/// A journal that is open for writing.
pub(crate) enum KeptJournal {
    /// A file, or a directory. It repairs what a writer that was stopped left behind, and each repair is told once.
    File(Box<Journal>, Repairs),
    /// A journal elsewhere.
    Stored(Box<dyn Store>),
}

impl KeptJournal {
    /// Opens a journal, which repairs its end. A file need not be there yet.
    pub(crate) fn open(path: &Path, wait: Duration, session: &mut Session<'_>) -> Result<Self, Failure> {
        if is_store(path) {
            return Ok(Self::Stored(open_store(path, wait)?));
        }
        let journal = Journal::open(path, Options { wait }).map_err(journal_failure)?;
        let mut kept = Self::File(Box::new(journal), Repairs::default());
        kept.tell_repairs(session)?;
        Ok(kept)
    }

    /// Appends the events that a function makes while nobody else writes, as [`Store::append`] does.
    pub(crate) fn append_with(
        &mut self,
        make: &mut dyn FnMut(Option<Instant>) -> Vec<Event>,
        expected: &[ExpectedVersion],
        rests_on: &[Event],
        session: &mut Session<'_>,
    ) -> Result<Vec<(Event, Appended)>, Failure> {
        let appended = match self {
            Self::File(journal, _) => journal.append_with(make, expected, rests_on).map_err(journal_failure),
            Self::Stored(store) => store.append(make, expected, rests_on).map_err(store_failure),
        };
        self.tell_repairs(session)?;
        appended
    }

    /// Appends events with the lines that they have elsewhere, as one batch.
    pub(crate) fn append_lines(&mut self, lines: &[(Event, String)], session: &mut Session<'_>) -> Result<(), Failure> {
        let appended = match self {
            Self::File(journal, _) => journal.append_lines(lines).map_err(journal_failure),
            Self::Stored(store) => store.append_lines(lines).map_err(store_failure),
        };
        self.tell_repairs(session)?;
        appended.map(|_| ())
    }

    /// Appends events as one batch.
    pub(crate) fn append(
        &mut self,
        events: Vec<Event>,
        session: &mut Session<'_>,
    ) -> Result<Vec<(Event, Appended)>, Failure> {
        let mut events = Some(events);
        self.append_with(&mut |_| events.take().unwrap_or_default(), &[], &[], session)
    }

    fn tell_repairs(&mut self, session: &mut Session<'_>) -> Result<(), Failure> {
        if let Self::File(journal, told) = self {
            told.tell(journal, session)?;
            *told = Repairs::of(journal);
        }
        Ok(())
    }
}

/// How many of a journal's repairs have been printed.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Repairs {
    torn: usize,
    finished: usize,
}

impl Repairs {
    /// Counts all repairs so far.
    fn of(journal: &Journal) -> Self {
        Self { torn: journal.torn().len(), finished: journal.finished().len() }
    }

    /// Prints the batches that were finished since, and the torn lines that were set aside.
    fn tell(self, journal: &Journal, session: &mut Session<'_>) -> Result<(), Failure> {
        tell_finished(journal.finished().get(self.finished..).unwrap_or_default(), session)?;
        for torn in journal.torn().iter().skip(self.torn) {
            writeln!(
                session.stderr,
                "warning[torn-line]: line {} of {} was torn, and is kept in {}",
                torn.line,
                printable(&torn.log.display().to_string()),
                printable(&torn.kept_in.display().to_string())
            )?;
        }
        Ok(())
    }
}

/// Returns the failure of a store.
#[allow(clippy::needless_pass_by_value, reason = "it is what errors are mapped by")]
pub(crate) fn store_failure(error: StoreError) -> Failure {
    #[allow(clippy::wildcard_enum_match_arm, reason = "the kinds may grow")]
    match error.kind {
        StoreErrorKind::Conflict | StoreErrorKind::Version | StoreErrorKind::Gone | StoreErrorKind::TooLong => {
            Failure::Refused { problem: error.to_string(), remedy: "nothing was written".to_owned() }
        }
        _ => Failure::File(error.to_string()),
    }
}
