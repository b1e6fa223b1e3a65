//! When a new entry is recorded: now, and behind the last one, unless that one is of the future.

use demarche_core::facts::Facts;
use demarche_core::{Event, Instant};
use demarche_projection::is_ahead;

use super::draft::{Draft, now};
use crate::failure::Failure;
use crate::output::text::{counted, printable};
use crate::session::Session;

/// The code of what is said of entries of the future.
const CODE: &str = "recorded-ahead";

/// Dates entries as they are made, and keeps what is to be said of that.
pub(crate) struct Dating {
    clock: Instant,
    /// The last entry that is not of the future.
    last: Option<Instant>,
    pub(crate) warnings: Vec<String>,
}

impl Dating {
    /// Begins behind the entries of a journal.
    pub(crate) fn behind(entries: &Facts, session: &Session<'_>) -> Result<Self, Failure> {
        let clock = now(session)?;
        let last =
            entries.iter().map(|(_, fact, _)| fact.recorded).filter(|recorded| !is_ahead(*recorded, clock)).max();
        Ok(Self { clock, last, warnings: Vec::new() })
    }

    /// Dates drafts behind the last entry of the journal, as it is once no other writer writes.
    pub(crate) fn date(&mut self, drafts: Vec<Draft>, last: Option<Instant>) -> Result<Vec<Event>, Failure> {
        match last {
            Some(last) if is_ahead(last, self.clock) => {
                if drafts.iter().any(|draft| !draft.is_dated()) {
                    self.warnings.push(format!(
                        "the last entry is of {last}, in the future of the clock: the new one is recorded now"
                    ));
                }
            }
            last => self.last = self.last.max(last),
        }
        drafts.into_iter().map(|draft| self.date_one(draft)).collect()
    }

    fn date_one(&mut self, draft: Draft) -> Result<Event, Failure> {
        let is_dated = draft.is_dated();
        let mut event = draft.into_event();
        if let Some(last) = self.last.filter(|last| !is_dated && *last >= event.recorded) {
            // Two entries of one instant would have no order.
            event.recorded = last.plus_nanos(1_000).ok_or_else(|| Failure::Refused {
                problem: format!("the last entry is of {last}, and no later instant can be written"),
                remedy: "nothing was written: set the clock, or give --recorded".to_owned(),
            })?;
            if last > self.clock {
                self.warnings.push(format!(
                    "the last entry is of {last}, later than the clock: the new one is recorded at {}",
                    event.recorded
                ));
            }
        }
        if is_ahead(event.recorded, self.clock) {
            self.warnings.push(format!("{} is recorded at {}, in the future of the clock", event.id, event.recorded));
        } else {
            self.last = self.last.max(Some(event.recorded));
        }
        Ok(event)
    }

    /// Says what there is to say.
    pub(crate) fn tell(&self, session: &mut Session<'_>) -> std::io::Result<()> {
        self.warnings.iter().try_for_each(|warning| writeln!(session.stderr, "warning[{CODE}]: {}", printable(warning)))
    }
}

/// Counts entries of the future among many.
pub(crate) struct Ahead {
    clock: Option<Instant>,
    first: Option<String>,
    count: usize,
}

impl Ahead {
    pub(crate) fn new(session: &Session<'_>) -> Self {
        Self { clock: now(session).ok(), first: None, count: 0 }
    }

    pub(crate) fn see(&mut self, event: &Event) {
        if self.clock.is_some_and(|clock| is_ahead(event.recorded, clock)) {
            self.first.get_or_insert_with(|| format!("{} at {}", event.id, event.recorded));
            self.count += 1;
        }
    }

    /// Says how many there are.
    pub(crate) fn tell(&self, session: &mut Session<'_>) -> std::io::Result<()> {
        let Some(first) = &self.first else { return Ok(()) };
        let count = counted(self.count, "event");
        writeln!(session.stderr, "warning[{CODE}]: {count} recorded in the future of the clock, first {first}")
    }
}
