//! The report on every row.

use std::collections::BTreeMap;

use demarche_core::EventType;

/// What became of the rows of an import. Every row is counted: see [`Report::accounted`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// How many rows were read, including broken ones. Headers and blank lines do not count.
    pub rows: u64,
    /// How many rows became an event, by type.
    pub coded: BTreeMap<EventType, u64>,
    /// How many rows reported the same from the other side, by the same outlet.
    pub mirrors: u64,
    /// How many rows repeated the same, by the same outlet.
    pub duplicates: u64,
    /// How many rows were set aside, by reason.
    pub set_aside: BTreeMap<Box<str>, u64>,
    /// How many rows were broken.
    pub broken: u64,
    /// How many tracks were opened, in addition to the rows.
    pub opened: u64,
    /// How many events were retracted because their row has changed, in addition to the rows.
    pub retracted: u64,
}

impl Report {
    /// Returns how many rows are accounted for. Between two rows, that is always all of them.
    #[must_use]
    pub fn accounted(&self) -> u64 {
        self.coded() + self.mirrors + self.duplicates + self.set_aside.values().sum::<u64>() + self.broken
    }

    /// Returns how many rows became an event.
    #[must_use]
    pub fn coded(&self) -> u64 {
        self.coded.values().sum()
    }

    /// Returns how many events were made.
    #[must_use]
    pub fn events(&self) -> u64 {
        self.coded() + self.opened + self.retracted
    }

    pub(super) fn code(&mut self, event_type: EventType) {
        *self.coded.entry(event_type).or_default() += 1;
    }

    pub(super) fn set_aside(&mut self, reason: &str) {
        match self.set_aside.get_mut(reason) {
            Some(count) => *count += 1,
            None => {
                self.set_aside.insert(reason.into(), 1);
            }
        }
    }
}
