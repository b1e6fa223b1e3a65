//! The names of logs, and how tables tell their entries apart.

use std::collections::HashMap;

/// The names of logs: the full ones, and the shortest that still tell the logs apart.
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

    /// Returns the full name of a log, by its index.
    pub(super) fn full(&self, log: usize) -> &str {
        self.full.get(log).map_or("", String::as_str)
    }

    /// Formats an entry for tables: `#7` if there is one log, else `desk.jsonl#7`.
    pub(crate) fn entry(&self, log: usize, line: u64) -> String {
        let log = self.short.get(log).filter(|_| self.short.len() > 1).map_or("", String::as_str);
        format!("{log}#{line}")
    }

    /// Finds a log by its short or full name, or by the end of its path. An empty name means the only log.
    ///
    /// # Errors
    ///
    /// The short names of the logs that the name may mean, or of all logs if it matches none.
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

/// Yields every suffix of a path that starts at a segment, the shortest first.
fn endings(path: &str) -> impl Iterator<Item = &str> {
    path.rmatch_indices(['/', '\\']).filter_map(|(at, _)| path.get(at + 1..)).chain(std::iter::once(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_is_named_by_the_shortest_distinct_end_of_its_path() {
        let names =
            LogNames::of(["a/x/log.jsonl", "b/x/log.jsonl", "x/log.jsonl", "b/desk.jsonl"].map(String::from).into());
        assert_eq!(names.short, ["a/x/log.jsonl", "b/x/log.jsonl", "x/log.jsonl", "desk.jsonl"]);
        for (log, short) in names.short.iter().enumerate() {
            assert_eq!(names.log_of(short), Ok(log));
            assert_eq!(names.entry(log, 7), format!("{short}#7"));
        }
        assert_eq!(names.log_of("b/desk.jsonl"), Ok(3));
        assert_eq!(names.log_of("log.jsonl").unwrap_err().len(), 3);
        assert_eq!((names.log_of("").unwrap_err().len(), names.log_of("none").unwrap_err().len()), (4, 4));
        let one = LogNames::of(vec!["b/desk.jsonl".to_owned()]);
        assert_eq!(one.entry(0, 7), "#7");
        assert_eq!((one.log_of(""), one.log_of("desk.jsonl")), (Ok(0), Ok(0)));
        assert!(one.log_of("sk.jsonl").is_err());
    }
}
