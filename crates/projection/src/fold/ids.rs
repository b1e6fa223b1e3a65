//! The facts of a log by id.

use demarche_core::EventId;
use demarche_core::facts::Facts;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

/// The number of each fact by its id. The table is only looked up, never iterated.
#[derive(Debug, Clone, Default)]
pub(super) struct Ids(HashTable<u32>);

impl Ids {
    /// Enters all facts; of facts that share an id, only the first.
    pub(super) fn of(facts: &Facts) -> Self {
        let mut ids = Self(HashTable::with_capacity(facts.len()));
        for (number, fact, _) in facts.iter() {
            ids.enter(facts, fact.id, number);
        }
        ids
    }

    /// Enters a fact, unless there is one of that id.
    pub(super) fn enter(&mut self, facts: &Facts, id: EventId, number: u32) {
        let id_of = |number: &u32| facts.fact(*number).map(|fact| fact.id);
        let is_it = |other: &u32| id_of(other) == Some(id);
        let rehash = |other: &u32| id_of(other).map_or(0, |id| hash(facts, id));
        if let Entry::Vacant(free) = self.0.entry(hash(facts, id), is_it, rehash) {
            free.insert(number);
        }
    }

    /// Returns the number of the fact of an id.
    pub(super) fn get(&self, facts: &Facts, id: EventId) -> Option<u32> {
        let is_it = |other: &u32| facts.fact(*other).is_some_and(|fact| fact.id == id);
        self.0.find(hash(facts, id), is_it).copied()
    }
}

fn hash(facts: &Facts, id: EventId) -> u64 {
    facts.hash_of(id)
}
