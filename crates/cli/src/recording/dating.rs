//! When a new entry is recorded: now, and after the last entry, unless that one lies in the future.

use demarche_core::facts::Facts;
use std::collections::BTreeMap;
use std::str::FromStr;

use chrono::{NaiveDate, TimeDelta};
use demarche_core::{Edtf, Event, Instant};
use demarche_projection::findings::is_ahead;

use super::draft::Draft;
use crate::failure::Failure;
use crate::output::text::{counted, printable};
use crate::session::Session;

/// The code of warnings about entries that lie in the future.
const CODE: &str = "recorded-ahead";

/// When a new entry is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Recorded {
    /// Now, and after the last entry.
    Now,
    /// At the end of a day, and after its other entries.
    Day {
        /// The last minute of the day.
        ends: Instant,
    },
    /// At a given instant.
    At(Instant),
}

impl FromStr for Recorded {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(instant) = text.parse() {
            return Ok(Self::At(instant));
        }
        let is_day = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        let day: Option<Edtf> = text.parse().ok().filter(|_| is_day);
        let day = day.and_then(|day| Some(Self::Day { ends: last_minute(&day)? }));
        day.ok_or_else(|| "expected a day such as 2025-10-23, or an instant such as 2025-10-23T08:00:00Z".to_owned())
    }
}

impl Recorded {
    /// Returns the instant at which an entry is recorded if no other comes before it, given the clock.
    pub(super) fn at_first(self, clock: Instant) -> Instant {
        match self {
            Self::Now => clock,
            Self::Day { ends } if ends.date() == clock.date() => clock,
            Self::Day { ends } => ends,
            Self::At(instant) => instant,
        }
    }
}

/// Returns the last minute of a day. It is early enough for queries as of the end of that day to see the entry.
fn last_minute(day: &Edtf) -> Option<Instant> {
    let begins = day.earliest()?.date_time();
    Instant::new(begins + TimeDelta::minutes(24 * 60 - 1))
}

/// Assigns recording instants to drafts, and collects the warnings about them.
pub(crate) struct Dating {
    clock: Instant,
    /// The last entry that does not lie in the future.
    last: Option<Instant>,
    /// For each day that new entries are dated to: the last entry there that is at least as late as they would be.
    days: BTreeMap<NaiveDate, Option<Instant>>,
    pub(crate) warnings: Vec<String>,
}

impl Dating {
    /// Starts after the entries of a journal.
    pub(crate) fn behind(entries: &Facts, drafts: &[Draft], session: &Session<'_>) -> Result<Self, Failure> {
        let clock = session.instant()?;
        let recorded = || entries.iter().map(|(_, fact, _)| fact.recorded);
        let last = recorded().filter(|recorded| !is_ahead(*recorded, clock)).max();
        let days = drafts.iter().filter_map(|draft| {
            let (Recorded::Day { ends }, first) = (draft.recorded(), draft.event().recorded) else { return None };
            Some((ends.date(), recorded().filter(|other| *other >= first && other.date() == ends.date()).max()))
        });
        Ok(Self { clock, last, days: days.collect(), warnings: Vec::new() })
    }

    /// Dates drafts after the last entry of the journal. Call it while the lock is held, when that entry is final.
    pub(crate) fn date(&mut self, drafts: Vec<Draft>, last: Option<Instant>) -> Result<Vec<Event>, Failure> {
        match last {
            Some(last) if is_ahead(last, self.clock) => {
                if drafts.iter().any(|draft| draft.recorded() == Recorded::Now) {
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
        let recorded = draft.recorded();
        let mut event = draft.into_event();
        let before = match recorded {
            Recorded::Now => self.last,
            Recorded::Day { ends } => self.days.get(&ends.date()).copied().flatten(),
            Recorded::At(_) => None,
        };
        if let Some(last) = before.filter(|last| *last >= event.recorded) {
            // Two entries with the same instant would have no order.
            event.recorded = last.plus_nanos(1_000).ok_or_else(|| Failure::Refused {
                problem: format!("the last entry is of {last}, and no later instant can be written"),
                remedy: "nothing was written: set the clock, or give --recorded".to_owned(),
            })?;
            if recorded == Recorded::Now && last > self.clock {
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

    /// Prints the warnings.
    pub(crate) fn tell(&self, session: &mut Session<'_>) -> std::io::Result<()> {
        self.warnings.iter().try_for_each(|warning| writeln!(session.stderr, "warning[{CODE}]: {}", printable(warning)))
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
        if self.clock.is_some_and(|clock| is_ahead(event.recorded, clock)) {
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
