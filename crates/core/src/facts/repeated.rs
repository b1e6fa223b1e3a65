//! Which lines repeat an event.

use hashbrown::hash_table::Entry;
use hashbrown::{DefaultHashBuilder, HashMap, HashTable};

use super::Facts;
use crate::EventId;

impl Facts {
    /// Finds the lines that repeat an id: for each the number of its fact, and of the first one of that id, in the
    /// order of the lines.
    #[must_use]
    pub fn repeated(&self) -> Vec<(u32, u32)> {
        match self.stragglers(self.len() / 8) {
            Some(stragglers) => self.repeated_among(&stragglers),
            None => self.repeated_anywhere(),
        }
    }

    /// Finds those whose ids are not greater than all before them; none where they are more than so many.
    ///
    /// Ids of version 7 rise in a log that is written as the news comes in. Then nothing needs to be hashed but a few.
    fn stragglers(&self, most: usize) -> Option<Vec<u32>> {
        let mut greatest = None;
        let mut stragglers = Vec::new();
        for (number, fact, _) in self.iter() {
            if Some(fact.id) > greatest {
                greatest = Some(fact.id);
            } else if stragglers.len() < most {
                stragglers.push(number);
            } else {
                return None;
            }
        }
        Some(stragglers)
    }

    /// Finds the lines that repeat an id, where all but a few rise: each of a pair is one of those few, or both are.
    fn repeated_among(&self, stragglers: &[u32]) -> Vec<(u32, u32)> {
        if stragglers.is_empty() {
            return Vec::new();
        }
        let id_of = |number: u32| self.fact(number).map(|fact| fact.id);
        let mut firsts: HashMap<EventId, u32> = HashMap::with_capacity(stragglers.len());
        for number in stragglers.iter().rev() {
            firsts.extend(id_of(*number).map(|id| (id, *number)));
        }
        // The risers come before whatever repeats them, since a straggler is not greater than all before it.
        let mut left = stragglers.iter().copied().peekable();
        for (number, fact, _) in self.iter() {
            if left.next_if_eq(&number).is_none()
                && let Some(first) = firsts.get_mut(&fact.id)
            {
                *first = number.min(*first);
            }
        }
        let pair = |number: &u32| Some((*number, *firsts.get(&id_of(*number)?)?));
        stragglers.iter().filter_map(pair).filter(|(again, first)| again != first).collect()
    }

    /// Finds the lines that repeat an id, whatever their order.
    fn repeated_anywhere(&self) -> Vec<(u32, u32)> {
        let hasher = DefaultHashBuilder::default();
        let hash = |id: EventId| std::hash::BuildHasher::hash_one(&hasher, id.uuid().as_u128());
        let mut table: HashTable<u32> = HashTable::with_capacity(self.len());
        let mut repeated = Vec::new();
        let id_of = |number: u32| self.fact(number).map(|fact| fact.id);
        for (number, fact, _) in self.iter() {
            let same = |other: &u32| id_of(*other) == Some(fact.id);
            let rehash = |other: &u32| id_of(*other).map_or(0, hash);
            match table.entry(hash(fact.id), same, rehash) {
                Entry::Occupied(first) => repeated.push((number, *first.get())),
                Entry::Vacant(entry) => {
                    entry.insert(number);
                }
            }
        }
        repeated
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::skim;
    use crate::facts::Place;

    /// Facts whose ids end in the given numbers.
    fn facts(ids: &[u32]) -> Facts {
        let mut facts = Facts::new();
        for id in ids {
            let line = format!(
                r#"{{"id":"0199f3c0-5a00-7000-8000-{id:012}","v":1,"type":"track_stalled","track":"us-ru","occurred":"2025","recorded":"2025-10-23T08:00:00Z","source":{{"who":"a","attribution":"media"}},"data":{{}}}}"#
            );
            facts.push(&skim(line.as_bytes()).unwrap(), Place::new(0, 0).unwrap());
        }
        facts
    }

    #[test]
    fn whichever_way_it_looks_it_finds_the_same() {
        for number in 0..5_u32.pow(6) {
            let ids: Vec<u32> = (0..6).map(|place| number / 5_u32.pow(place) % 5).collect();
            let facts = facts(&ids);
            let first_of = |id: &u32| (0..).zip(&ids).find(|(_, other)| *other == id);
            let expected: Vec<(u32, u32)> = (0..)
                .zip(&ids)
                .filter_map(|(at, id)| Some((at, first_of(id)?.0)))
                .filter(|(at, first)| at != first)
                .collect();
            let stragglers = facts.stragglers(6).unwrap();
            assert_eq!(facts.repeated_among(&stragglers), expected, "{ids:?}");
            assert_eq!(facts.repeated_anywhere(), expected, "{ids:?}");
            assert_eq!(facts.repeated(), expected, "{ids:?}");
        }
    }

    #[test]
    fn ids_that_rise_leave_no_stragglers() {
        assert_eq!(facts(&[1, 2, 5, 9]).stragglers(0), Some(Vec::new()));
        assert_eq!(facts(&[1, 5, 2, 9]).stragglers(1), Some(vec![2]));
        assert_eq!(facts(&[1, 5, 2, 2]).stragglers(1), None);
    }
}
