//! Where the events of logs stand, by their numbers, and how that is shown.

use std::collections::HashMap;

/// Where an event stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Place {
    /// The number of its log.
    pub(super) log: u32,
    pub(super) line: u64,
}

/// The names of logs: in full, and as short as they tell the logs apart.
#[derive(Debug, Clone, Default)]
pub(crate) struct LogNames {
    full: Vec<String>,
    short: Vec<String>,
}

impl LogNames {
    pub(crate) fn of(full: Vec<String>) -> Self {
        let mut logs: Vec<&str> = full.iter().map(String::as_str).collect();
        logs.sort_unstable();
        logs.dedup();
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for ending in logs.iter().flat_map(|log| endings(log)) {
            *counts.entry(ending).or_default() += 1;
        }
        let is_one = |ending: &&str| counts.get(ending) == Some(&1);
        let short = full.iter().map(|log| endings(log).find(is_one).unwrap_or(log).to_owned()).collect();
        Self { full, short }
    }

    /// Returns the full name of a log, by its number.
    pub(super) fn full(&self, log: u32) -> &str {
        usize::try_from(log).ok().and_then(|log| self.full.get(log)).map_or("", String::as_str)
    }

    /// Tells an entry as tables show it: its line alone where there is one log, as `#7`, else `desk.jsonl#7`.
    pub(super) fn entry(&self, place: Place) -> String {
        let log = usize::try_from(place.log).ok().and_then(|log| self.short.get(log)).map_or("", String::as_str);
        let log = if self.short.len() == 1 { "" } else { log };
        format!("{log}#{}", place.line)
    }

    /// Tells an entry, as [`LogNames::entry`] does.
    pub(crate) fn entry_at(&self, log: usize, line: u64) -> String {
        self.entry(Place { log: u32::try_from(log).unwrap_or(u32::MAX), line })
    }

    /// Finds the log that a name means: as it is shown or in full, else by how its path ends; no name means the only
    /// log.
    ///
    /// # Errors
    ///
    /// The names, as they are shown, of the logs that it may mean; of all where it means none.
    pub(super) fn log_of(&self, name: &str) -> Result<usize, Vec<&str>> {
        let find = |admits: &dyn Fn(&str, &str) -> bool| -> Vec<usize> {
            let logs = self.full.iter().zip(&self.short).enumerate();
            logs.filter(|(_, (full, short))| admits(full, short)).map(|(log, _)| log).collect()
        };
        let mut found = find(&|full, short| name.is_empty() || full == name || short == name);
        if found.is_empty() {
            found = find(&|full, _| endings(full).any(|ending| ending == name));
        }
        match found.as_slice() {
            [log] => Ok(*log),
            [] => Err(self.short.iter().map(String::as_str).collect()),
            several => Err(several.iter().filter_map(|log| self.short.get(*log)).map(String::as_str).collect()),
        }
    }
}

/// What a path ends in, from its last segment to all of it.
fn endings(path: &str) -> impl Iterator<Item = &str> {
    path.rmatch_indices(['/', '\\']).filter_map(|(at, _)| path.get(at + 1..)).chain(std::iter::once(path))
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
    fn a_log_is_called_by_as_much_of_its_path_as_tells_it_apart_and_found_by_that() {
        let names =
            LogNames::of(["a/x/log.jsonl", "b/x/log.jsonl", "x/log.jsonl", "b/desk.jsonl"].map(String::from).into());
        assert_eq!(names.short, ["a/x/log.jsonl", "b/x/log.jsonl", "x/log.jsonl", "desk.jsonl"]);
        for (log, short) in (0..).zip(&names.short) {
            assert_eq!(names.log_of(short), Ok(log));
            assert_eq!(names.entry(Place { log: u32::try_from(log).unwrap(), line: 7 }), format!("{short}#7"));
        }
        assert_eq!(names.log_of("b/desk.jsonl"), Ok(3));
        assert_eq!(names.log_of("log.jsonl").unwrap_err().len(), 3);
        assert_eq!((names.log_of("").unwrap_err().len(), names.log_of("none").unwrap_err().len()), (4, 4));
        let one = LogNames::of(vec!["b/desk.jsonl".to_owned()]);
        assert_eq!(one.entry(Place { log: 0, line: 7 }), "#7");
        assert_eq!((one.log_of(""), one.log_of("desk.jsonl")), (Ok(0), Ok(0)));
        assert!(one.log_of("sk.jsonl").is_err());
    }

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
