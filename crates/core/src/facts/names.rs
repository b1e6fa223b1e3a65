//! Names told once: each has a number, by which it is known from then on.

use std::hash::BuildHasher as _;

use hashbrown::{DefaultHashBuilder, HashTable};

/// Names with their numbers, from 0 in the order in which they came up.
#[derive(Debug, Clone)]
pub(super) struct Names<T> {
    list: Vec<T>,
    /// The numbers by the texts. Only ever looked up, never iterated.
    numbers: HashTable<u32>,
    /// Seeded anew in every process, so that nobody can choose names that collide.
    hasher: DefaultHashBuilder,
}

impl<T> Default for Names<T> {
    fn default() -> Self {
        Self { list: Vec::new(), numbers: HashTable::new(), hasher: DefaultHashBuilder::default() }
    }
}

impl<T: AsRef<str>> Names<T> {
    /// Makes it of names in the order of their numbers; none where one stands there twice.
    pub(super) fn of(list: Vec<T>) -> Option<Self> {
        let mut names = Self::default();
        names.list.reserve_exact(list.len());
        names.numbers.reserve(list.len(), |_| 0);
        for name in list {
            if names.known(name.as_ref()).is_some() {
                return None;
            }
            names.add(name);
        }
        Some(names)
    }

    /// Returns all of them.
    pub(super) fn list(&self) -> &[T] {
        &self.list
    }

    /// Returns the number of a name, which is made where it came up for the first time.
    #[inline]
    pub(super) fn number_of(&mut self, text: &str, make: impl FnOnce(&str) -> T) -> u32 {
        match self.known(text) {
            Some(number) => number,
            None => self.add(make(text)),
        }
    }

    /// Returns the number of a name that came up.
    pub(super) fn known(&self, text: &str) -> Option<u32> {
        self.numbers.find(self.hasher.hash_one(text), |number| text_of(&self.list, *number) == text).copied()
    }

    /// Adds a name that is not there yet.
    fn add(&mut self, name: T) -> u32 {
        let number = super::number(self.list.len());
        let (list, hasher) = (&self.list, &self.hasher);
        let rehash = |number: &u32| hasher.hash_one(text_of(list, *number));
        self.numbers.insert_unique(hasher.hash_one(name.as_ref()), number, rehash);
        self.list.push(name);
        number
    }

    /// Returns the name of a number.
    pub(super) fn get(&self, number: u32) -> Option<&T> {
        self.list.get(number as usize)
    }

    /// Returns how many there are.
    pub(super) const fn len(&self) -> usize {
        self.list.len()
    }

    /// Adds other names, and returns the number that each has here.
    pub(super) fn append(&mut self, other: Self) -> Vec<u32> {
        if self.list.is_empty() {
            *self = other;
            return (0..super::number(self.list.len())).collect();
        }
        let mut numbers = Vec::with_capacity(other.list.len());
        for name in other.list {
            let number = self.known(name.as_ref());
            numbers.push(number.unwrap_or_else(|| self.add(name)));
        }
        numbers
    }
}

fn text_of<T: AsRef<str>>(list: &[T], number: u32) -> &str {
    list.get(number as usize).map_or("", AsRef::as_ref)
}
