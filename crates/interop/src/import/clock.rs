//! When entries are recorded: in the order of their rows, and never at an instant that the journal has.

use std::collections::HashSet;

use demarche_core::Instant;

use super::recent::Recent;

/// How many instants of rows are remembered, twice over.
const GENERATION: usize = 65_536;

/// How many nanoseconds each row has for its entries where its number is its place: more than it makes entries.
const ROW_NANOS: u64 = 4;

/// How far rows that name no place lie apart.
const STEP_NANOS: u32 = 1_000;

/// How far behind the instant of a row its entry can be, at most: a day's rows are recorded in its last minute.
const SPAN_NANOS: i64 = 60_000_000_000;

/// Gives rows of one instant, or of one day, a time each.
#[derive(Debug)]
pub(super) struct Clock {
    /// The instants of the journal.
    taken: HashSet<Instant>,
    /// Those of this import.
    given: Recent<Instant, ()>,
    /// The last entry of the rows of an instant, and of which input it was.
    last: Recent<Instant, (Instant, u64)>,
    /// The number of the input that is read.
    input: u64,
}

/// When a row says that it was recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stamp {
    /// At that instant and no other: the row is an event already.
    Exact(Instant),
    /// From that instant on, behind the rows before it.
    From(Instant),
    /// From that instant on, at the place that its number has there, unless rows before it are there or behind.
    Numbered(Instant, u64),
}

/// Which entry of a numbered row it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Opening = 0,
    Retraction = 1,
    Event = 2,
}

impl Stamp {
    /// The instant that the row itself gives.
    pub(super) const fn given(self) -> Instant {
        match self {
            Self::Exact(given) | Self::From(given) | Self::Numbered(given, _) => given,
        }
    }

    /// Whether an entry that was recorded then can be that of the row.
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

    /// The first instant that an entry of the row may have.
    pub(super) fn earliest(self, part: Part) -> Instant {
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

    /// Begins the next input: numbers rise within a file, and from one to the next they need not.
    pub(super) const fn begin_input(&mut self) {
        self.input += 1;
    }

    /// Takes in when an entry of the journal was recorded.
    pub(super) fn know(&mut self, recorded: Instant) {
        self.taken.insert(recorded);
    }

    /// Takes in that a row has an entry in the journal already: those behind it come later.
    pub(super) fn pass(&mut self, stamp: Stamp, recorded: Instant) {
        let given = stamp.given();
        if self.last(stamp).is_none_or(|last| last < recorded) {
            self.last.insert(given, (recorded, self.input));
        }
    }

    /// Behind which entry the next one of its instant comes.
    fn last(&mut self, stamp: Stamp) -> Option<Instant> {
        let (last, input) = *self.last.get_mut(&stamp.given())?;
        let is_bound = match stamp {
            Stamp::Numbered(..) => input == self.input,
            Stamp::From(_) | Stamp::Exact(_) => true,
        };
        is_bound.then_some(last)
    }

    /// The time of the next entry. Only at the end of the year 9999 may two have the same.
    pub(super) fn next(&mut self, stamp: Stamp, part: Part) -> Instant {
        let given = stamp.given();
        if let Stamp::Exact(_) = stamp {
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
    fn times_rise_with_the_rows_whatever_their_numbers_and_skip_those_of_the_journal() {
        let noon = at("2031-03-01T12:00:00Z");
        for stamps in
            [vec![Stamp::From(noon); 4], [9, 3, u64::MAX, 3].map(|number| Stamp::Numbered(noon, number)).to_vec()]
        {
            let mut clock = Clock::new();
            let taken = ["2031-03-01T12:00:00Z", "2031-03-01T12:00:00.000002Z"].map(at);
            taken.iter().for_each(|taken| clock.know(*taken));
            let times: Vec<Instant> = stamps.iter().map(|stamp| clock.next(*stamp, Part::Event)).collect();
            assert!(times.is_sorted_by(|before, next| before < next), "{times:?}");
            assert!(times.iter().all(|time| !taken.contains(time)), "{times:?}");
        }
    }

    #[test]
    fn rows_of_instants_that_are_close_never_share_one() {
        let mut clock = Clock::new();
        let given = ["2031-03-01T12:00:00Z", "2031-03-01T12:00:00Z", "2031-03-01T12:00:00.000001Z"].map(at);
        let times = given.map(|given| clock.next(Stamp::From(given), Part::Event));
        assert!(times.is_sorted_by(|before, next| before < next), "{times:?}");
    }

    #[test]
    fn a_numbered_row_has_its_place_whatever_went_before() {
        let noon = at("2031-03-01T12:00:00Z");
        let (mut alone, mut behind) = (Clock::new(), Clock::new());
        behind.next(Stamp::Numbered(noon, 6), Part::Event);
        for part in [Part::Opening, Part::Retraction, Part::Event] {
            let stamp = Stamp::Numbered(noon, 7);
            assert_eq!(alone.next(stamp, part), behind.next(stamp, part));
        }
    }

    #[test]
    fn the_end_of_time_is_no_trap() {
        let mut clock = Clock::new();
        clock.know(Instant::MAX);
        assert_eq!(clock.next(Stamp::From(Instant::MAX), Part::Event), Instant::MAX);
        assert_eq!(clock.next(Stamp::From(Instant::MAX), Part::Event), Instant::MAX);
    }
}
