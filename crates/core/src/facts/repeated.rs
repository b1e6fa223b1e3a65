//! Which lines repeat an event among facts of which the first are known to repeat none.

use hashbrown::HashMap;

use super::Facts;
use crate::EventId;

impl Facts {
    /// Finds the lines that repeat an id as [`Facts::repeated`] does, where the first so many facts have each an id of
    /// its own. It costs little more than the others are many.
    #[must_use]
    pub fn repeated_after(&self, known: usize) -> Vec<(usize, usize)> {
        let (before, after) = self.list.split_at(known.min(self.list.len()));
        // To look up the former among the latter beats a table of all, unless the former are few.
        if before.len() < after.len() {
            return self.repeated();
        }
        let mut firsts: HashMap<EventId, usize> = HashMap::with_capacity(after.len());
        let mut again = Vec::new();
        for (at, fact) in (before.len()..).zip(after) {
            let first = *firsts.entry(fact.id).or_insert(at);
            if first != at {
                again.push((at, fact.id));
            }
        }
        for (at, fact) in before.iter().enumerate() {
            if let Some(first) = firsts.get_mut(&fact.id) {
                again.push((*first, fact.id));
                *first = at;
            }
        }
        again.sort_unstable_by_key(|(at, _)| *at);
        again.into_iter().filter_map(|(at, id)| Some((at, *firsts.get(&id)?))).collect()
    }
}
