//! What is said of when entries are recorded.

use demarche_core::{Event, Instant};
use demarche_journal::{Dating, DatingError};

use crate::failure::Failure;
use crate::output::text::{counted, printable};
use crate::session::Session;

/// The code of warnings about entries that lie in the future.
const CODE: &str = "recorded-ahead";

/// Says what there is to say of how entries were dated.
pub(crate) fn tell_dating(dating: &Dating, session: &mut Session<'_>) -> std::io::Result<()> {
    let mut warnings = dating.warnings().iter();
    warnings.try_for_each(|warning| writeln!(session.stderr, "warning[{CODE}]: {}", printable(warning)))
}

/// The failure of entries that cannot be dated.
pub(crate) fn undated(error: DatingError) -> Failure {
    Failure::Refused {
        problem: error.to_string(),
        remedy: "nothing was written: set the clock, or give --recorded".to_owned(),
    }
}

/// Counts the entries that lie in the future.
pub(crate) struct FutureEntries {
    clock: Option<Instant>,
    first: Option<String>,
    count: usize,
}

impl FutureEntries {
    pub(crate) fn new(session: &Session<'_>) -> Self {
        Self { clock: session.instant().ok(), first: None, count: 0 }
    }

    pub(crate) fn see(&mut self, event: &Event) {
        if self.clock.is_some_and(|clock| event.recorded.is_ahead_of(clock)) {
            self.first.get_or_insert_with(|| format!("{} at {}", event.id, event.recorded));
            self.count += 1;
        }
    }

    /// Prints how many there are.
    pub(crate) fn tell(&self, session: &mut Session<'_>) -> std::io::Result<()> {
        let Some(first) = &self.first else { return Ok(()) };
        let count = counted(self.count, "event");
        writeln!(session.stderr, "warning[{CODE}]: {count} recorded in the future of the clock, first {first}")
    }
}
