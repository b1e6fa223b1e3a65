//! Remembers recent items in bounded memory, whatever the length and order of the input.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;

/// A map that forgets. It has two generations of bounded size; when the younger one is full, the older one is dropped.
/// Looking an item up makes it young again. So an item survives at least one generation's worth of others.
#[derive(Debug)]
pub(super) struct Recent<K, V> {
    young: HashMap<K, V>,
    old: HashMap<K, V>,
    generation: usize,
}

impl<K: Hash + Eq, V> Recent<K, V> {
    pub(super) fn new(generation: usize) -> Self {
        Self { young: HashMap::new(), old: HashMap::new(), generation }
    }

    pub(super) fn get_mut<Q: Hash + Eq + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        if !self.young.contains_key(key)
            && let Some((key, value)) = self.old.remove_entry(key)
        {
            self.insert(key, value);
        }
        self.young.get_mut(key)
    }

    pub(super) fn remove(&mut self, key: &K) {
        self.young.remove(key);
        self.old.remove(key);
    }

    pub(super) fn insert(&mut self, key: K, value: V) {
        if self.young.len() >= self.generation {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_that_are_looked_up_stay_and_others_are_forgotten() {
        let mut recent = Recent::new(2);
        for key in 0..4 {
            recent.insert(key, key);
            assert_eq!(recent.get_mut(&0), Some(&mut 0));
        }
        assert_eq!(recent.get_mut(&1), None);
        assert_eq!(recent.get_mut(&3), Some(&mut 3));
        assert!(recent.young.len() + recent.old.len() <= 4);
    }
}
