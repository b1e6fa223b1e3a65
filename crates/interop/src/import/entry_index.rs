//! The entries that rows of a sheet refer to: by their place in tables, by what they cite, or by id.

use std::collections::HashMap;

use demarche_core::{Event, EventId, Instant};

use super::error::{CellError, cut};
use super::ids::id;

/// The minimum number of hexadecimal digits in a partial id.
const ID_MIN_DIGITS: usize = 8;

/// The length of an id, including hyphens.
const ID_BYTES: usize = 36;

/// The prefix of a row's citation.
const ROW: &str = "csv:";

/// The entries that a row can refer to: those of the journal and of earlier rows.
#[derive(Debug, Default)]
pub(super) struct EntryIndex {
    /// Entries by citation: the whole of it, and each word.
    by_cite: HashMap<Box<str>, Vec<EventId>>,
    /// Entries by place in the journal, such as `#7`.
    by_place: HashMap<Box<str>, EventId>,
    /// The recording instant of each entry.
    recorded: HashMap<EventId, Instant>,
}

impl EntryIndex {
    /// Registers an entry, with its place if it is in the journal.
    pub(super) fn enter(&mut self, event: &Event, place: Option<&str>) {
        if let Some(place) = place {
            self.by_place.insert(place.into(), event.id);
        }
        if self.recorded.insert(event.id, event.recorded).is_some() {
            return;
        }
        let Some(cite) = event.cite.as_deref() else { return };
        let words = cite.split_whitespace().filter(|word| *word != cite);
        for name in std::iter::once(cite).chain(words) {
            self.by_cite.entry(name.into()).or_default().push(event.id);
        }
    }

    /// Finds the entry that a row refers to. Journal entries count only if they were recorded before the row, so that a
    /// repeated import finds the same entries.
    pub(super) fn find(&self, name: &str, row: EventId) -> Result<EventId, CellError> {
        if name.len() == ID_BYTES
            && let Ok(id) = name.parse()
        {
            return Ok(id);
        }
        let bad = |problem: String| CellError::NoEntry { found: cut(name), problem: problem.into() };
        if name.contains('#') && !name.contains("://") {
            let none = "there is no such entry in the journal that -o names";
            return self.by_place.get(name).copied().ok_or_else(|| bad(none.to_owned()));
        }
        if name.bytes().all(|byte| byte.is_ascii_digit()) && name.len() < ID_MIN_DIGITS {
            return Err(bad(format!(
                "write csv:{name} for that row of the sheet, #{name} for that entry of the journal"
            )));
        }
        let before = self.recorded.get(&row);
        let is_before = |id: &EventId| before.is_none_or(|before| self.recorded.get(id).is_some_and(|at| at < before));
        let is_part_of_id = name.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
        let found: Vec<EventId> = if is_part_of_id && name.len() >= ID_MIN_DIGITS {
            let name = name.to_ascii_lowercase();
            let is_it = |id: &&EventId| {
                let text = id.to_string();
                text.starts_with(&name) || text.ends_with(&name)
            };
            self.recorded.keys().filter(is_it).copied().filter(is_before).collect()
        } else {
            self.by_cite.get(name).into_iter().flatten().copied().filter(is_before).collect()
        };
        match (found.as_slice(), name.strip_prefix(ROW)) {
            ([only], _) => Ok(*only),
            // A row further down; its id is derived from its number.
            ([], Some(number)) if !number.is_empty() => Ok(own_id(number)),
            ([], _) => {
                let names = "expected such as csv:12, #7, what it cites, or eight characters of its id or more";
                Err(bad(format!("no row before this one, and no entry of the journal, has that name: {names}")))
            }
            (several, _) => {
                Err(bad(format!("{} entries have that name: give the id of one, or csv: and its row", several.len())))
            }
        }
    }
}

/// Returns the id of the row with a given text in its column `id`.
pub(super) fn own_id(text: &str) -> EventId {
    text.parse().unwrap_or_else(|_| id("csv", "row", &[text.as_bytes()]))
}
