//! Assigns recording instants: in the order of the rows, and never one that the journal already has.

use std::collections::HashSet;

use demarche_core::Instant;

use super::recent::Recent;

/// The size of a generation of remembered instants. Two generations are kept.
const GENERATION: usize = 65_536;

/// The number of nanoseconds reserved for each numbered row: more than the entries that it makes.
const ROW_NANOS: u64 = 4;

/// The distance between rows that have no number, in nanoseconds.
const STEP_NANOS: u32 = 1_000;

/// The maximum delay of an entry after its row's instant, in nanoseconds: rows of a day are recorded in its last
/// minute.
const SPAN_NANOS: i64 = 60_000_000_000;

/// Gives a distinct time to each of the rows that share an instant or a day.
#[derive(Debug)]
pub(super) struct Clock {
    /// The recording instants in the journal.
    taken: HashSet<Instant>,
    /// The recording instants given in this import.
    given: Recent<Instant, ()>,
    /// For each instant of rows: the last entry, and the input that it came from.
    last: Recent<Instant, (Instant, u64)>,
    /// The number of the current input.
    input: u64,
}

/// The recording time that a row states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RecordedAt {
    /// Exactly that instant: the row is a complete event.
    Exact(Instant),
    /// From that instant on, after the rows before it.
    From(Instant),
    /// From that instant on, at the position of the row's number, unless earlier rows have already passed it.
    Numbered(Instant, u64),
}

/// Which of a numbered row's entries it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EntryPart {
    Opening = 0,
    Retraction = 1,
    Event = 2,
}

impl RecordedAt {
    /// Returns the instant that the row states.
    pub(super) const fn given(self) -> Instant {
        match self {
            Self::Exact(given) | Self::From(given) | Self::Numbered(given, _) => given,
        }
    }

    /// Tells whether an entry recorded at an instant can belong to the row.
    pub(super) fn can_be(self, recorded: Instant) -> bool {
        let given = self.given();
        match self {
            Self::Exact(_) => recorded == given,
            Self::From(_) | Self::Numbered(..) => {
                let behind = (recorded.date_time() - given.date_time()).num_nanoseconds();
                behind.is_some_and(|nanos| (0..SPAN_NANOS).contains(&nanos))
            }
        }
    }

    /// Returns the first instant that an entry of the row may have.
    pub(super) fn earliest(self, part: EntryPart) -> Instant {
        let given = self.given();
        match self {
            Self::Exact(_) | Self::From(_) => given,
            Self::Numbered(_, number) => {
                let nanos = number.wrapping_mul(ROW_NANOS).wrapping_add(part as u64) % SPAN_NANOS.unsigned_abs();
                let later = given.date_time() + chrono::TimeDelta::nanoseconds(i64::try_from(nanos).unwrap_or(0));
                Instant::new(later).unwrap_or(given)
            }
        }
    }

    const fn step_nanos(self) -> u32 {
        match self {
            Self::Exact(_) | Self::From(_) => STEP_NANOS,
            Self::Numbered(..) => 1,
        }
    }
}

impl Clock {
    pub(super) fn new() -> Self {
        Self { taken: HashSet::new(), given: Recent::new(GENERATION), last: Recent::new(GENERATION), input: 0 }
    }

    /// Begins the next input: numbers rise within a file, but not necessarily from one file to the next.
    pub(super) const fn begin_input(&mut self) {
        self.input += 1;
    }

    /// Registers the recording instant of an entry in the journal.
    pub(super) fn know(&mut self, recorded: Instant) {
        self.taken.insert(recorded);
    }

    /// Registers that a row already has an entry in the journal, so that later rows come after it.
    pub(super) fn pass(&mut self, stamp: RecordedAt, recorded: Instant) {
        let given = stamp.given();
        if self.last(stamp).is_none_or(|last| last < recorded) {
            self.last.insert(given, (recorded, self.input));
        }
    }

    /// Returns the entry after which the next one with the same instant comes.
    fn last(&mut self, stamp: RecordedAt) -> Option<Instant> {
        let (last, input) = *self.last.get_mut(&stamp.given())?;
        let is_bound = match stamp {
            RecordedAt::Numbered(..) => input == self.input,
            RecordedAt::From(_) | RecordedAt::Exact(_) => true,
        };
        is_bound.then_some(last)
    }

    /// Returns the time of the next entry. Only at the end of the year 9999 can two entries share one.
    pub(super) fn next(&mut self, stamp: RecordedAt, part: EntryPart) -> Instant {
        let given = stamp.given();
        if let RecordedAt::Exact(_) = stamp {
            return given;
        }
        let mut at = stamp.earliest(part);
        if let Some(last) = self.last(stamp).filter(|last| *last >= at) {
            at = last.plus_nanos(stamp.step_nanos()).unwrap_or(last);
        }
        while self.taken.contains(&at) || self.given.get_mut(&at).is_some() {
            match at.plus_nanos(stamp.step_nanos()) {
                Some(later) => at = later,
                None => break,
            }
        }
        self.last.insert(given, (at, self.input));
        self.given.insert(at, ());
        at
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that fails must say so")]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    #[test]
    fn times_rise_with_the_rows_and_skip_those_of_the_journal() {
        let noon = at("2031-03-01T12:00:00Z");
        for stamps in [
            vec![RecordedAt::From(noon); 4],
            [9, 3, u64::MAX, 3].map(|number| RecordedAt::Numbered(noon, number)).to_vec(),
        ] {
            let mut clock = Clock::new();
            let taken = ["2031-03-01T12:00:00Z", "2031-03-01T12:00:00.000002Z"].map(at);
            taken.iter().for_each(|taken| clock.know(*taken));
            let times: Vec<Instant> = stamps.iter().map(|stamp| clock.next(*stamp, EntryPart::Event)).collect();
            assert!(times.is_sorted_by(|before, next| before < next), "{times:?}");
            assert!(times.iter().all(|time| !taken.contains(time)), "{times:?}");
        }
    }

    #[test]
    fn rows_with_close_instants_never_share_a_time() {
        let mut clock = Clock::new();
        let given = ["2031-03-01T12:00:00Z", "2031-03-01T12:00:00Z", "2031-03-01T12:00:00.000001Z"].map(at);
        let times = given.map(|given| clock.next(RecordedAt::From(given), EntryPart::Event));
        assert!(times.is_sorted_by(|before, next| before < next), "{times:?}");
    }

    #[test]
    fn the_time_of_a_numbered_row_does_not_depend_on_earlier_rows() {
        let noon = at("2031-03-01T12:00:00Z");
        let (mut alone, mut behind) = (Clock::new(), Clock::new());
        behind.next(RecordedAt::Numbered(noon, 6), EntryPart::Event);
        for part in [EntryPart::Opening, EntryPart::Retraction, EntryPart::Event] {
            let stamp = RecordedAt::Numbered(noon, 7);
            assert_eq!(alone.next(stamp, part), behind.next(stamp, part));
        }
    }

    #[test]
    fn the_last_instant_can_be_shared() {
        let mut clock = Clock::new();
        clock.know(Instant::MAX);
        assert_eq!(clock.next(RecordedAt::From(Instant::MAX), EntryPart::Event), Instant::MAX);
        assert_eq!(clock.next(RecordedAt::From(Instant::MAX), EntryPart::Event), Instant::MAX);
    }
}
