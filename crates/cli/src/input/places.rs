//! Where the events of logs stand, by their numbers.

/// Where an event stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Place {
    /// The number of its log.
    pub(super) log: u32,
    pub(super) line: u64,
}

impl Place {
    /// Tells it as short as it can be: the line alone where there is one log.
    pub(super) fn in_short(self, logs: &[String]) -> String {
        let log = usize::try_from(self.log).ok().and_then(|log| logs.get(log)).map_or("", String::as_str);
        match logs {
            [_] => self.line.to_string(),
            _ => format!("{}:{}", log.rsplit(['/', '\\']).next().unwrap_or(log), self.line),
        }
    }
}

/// The places of events. Those that stand on one line after the other, as nearly all do, take no room of their own.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// The number and the place of each event that does not stand on the line after that of the event before it.
    jumps: Vec<(usize, Place)>,
    count: usize,
}

impl Places {
    /// Notes the place of the next event.
    pub(super) fn push(&mut self, place: Place) {
        if self.expected(self.count) != Some(place) {
            self.jumps.push((self.count, place));
        }
        self.count += 1;
    }

    /// Returns the place of an event.
    pub(super) fn get(&self, number: usize) -> Option<Place> {
        self.expected(number).filter(|_| number < self.count)
    }

    /// The place of an event, unless it jumps.
    fn expected(&self, number: usize) -> Option<Place> {
        let before = self.jumps.partition_point(|(first, _)| *first <= number).checked_sub(1)?;
        let (first, place) = self.jumps.get(before)?;
        Some(Place { line: place.line + (number - first) as u64, ..*place })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_lies_between_the_events_each_has_its_place() {
        // Blank lines, another log, a log that begins where it was left.
        let stood = [(0, 1), (0, 2), (0, 5), (0, 6), (1, 7), (1, 8), (2, 1), (0, 2), (0, 3)];
        let mut places = Places::default();
        assert_eq!(places.get(0), None);
        for (log, line) in stood {
            places.push(Place { log, line });
        }
        for (number, (log, line)) in stood.into_iter().enumerate() {
            assert_eq!(places.get(number), Some(Place { log, line }), "{number}");
        }
        assert_eq!((places.get(stood.len()), places.jumps.len()), (None, 5));
    }
}
