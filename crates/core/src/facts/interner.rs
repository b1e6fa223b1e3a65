//! Interned names: each is stored once and has a number.

use super::hash::HashKey;
use crate::codec::Token;

/// Names with their numbers, from 0 in the order in which they were first seen.
#[derive(Debug, Clone)]
pub(super) struct Interner<T> {
    list: Vec<T>,
    /// The numbers by name. The table is only looked up, never iterated.
    numbers: Numbers,
}

/// The key of a name. It contains all of a short name, so that a lookup need not read the list of names elsewhere in
/// memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Key {
    words: [u64; 3],
    length: u32,
}

impl Key {
    /// A long name is hashed as a whole: if its key were made of its ends only, names that differ in the middle would
    /// collide under any hash.
    fn of(name: Token<'_>, hash: HashKey) -> Self {
        Self::new(name.words().unwrap_or_else(|| hash.text(name.bytes())), name.len())
    }

    #[allow(clippy::cast_possible_truncation, reason = "a name is shorter than a line")]
    const fn new(words: [u64; 3], length: usize) -> Self {
        Self { words, length: length as u32 }
    }
}

/// A hash table with open addressing and linear probing, whose slots fill half a cache line each. A general table would
/// touch two cache lines, and every event has several names.
#[derive(Debug, Clone)]
struct Numbers {
    /// The slots: a power of two in number, of which at least a quarter are free; or none at all.
    places: Vec<InternedName>,
    taken: usize,
    hash: HashKey,
}

/// A name that was seen. The number [`FREE`] is never used.
#[derive(Debug, Clone, Copy)]
struct InternedName {
    key: Key,
    number: u32,
}

const FREE: u32 = u32::MAX;

impl Numbers {
    /// Returns the slot at which the search for a key begins, if there are any slots.
    #[inline(always)]
    #[allow(clippy::cast_possible_truncation, reason = "the lower bits decide")]
    fn first_place(&self, key: &Key) -> usize {
        self.hash.words(key.words, key.length) as usize & self.places.len().wrapping_sub(1)
    }

    /// Returns the number of a key: where several long names share it, the one that `is_it` accepts.
    #[inline(always)]
    fn get(&self, key: Key, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        let mut place = self.first_place(&key);
        loop {
            let known = self.places.get(place).filter(|known| known.number != FREE)?;
            if known.key == key && is_it(known.number) {
                return Some(known.number);
            }
            place = (place + 1) & (self.places.len() - 1);
        }
    }

    /// Adds a key that is not there yet.
    fn add(&mut self, known: InternedName) {
        if self.taken >= self.places.len() / 4 * 3 {
            self.reserve(self.taken + 1);
        }
        self.taken += 1;
        let mut place = self.first_place(&known.key);
        while self.places.get(place).is_some_and(|known| known.number != FREE) {
            place = (place + 1) & (self.places.len() - 1);
        }
        if let Some(free) = self.places.get_mut(place) {
            *free = known;
        }
    }

    /// Makes room for a total number of keys.
    fn reserve(&mut self, count: usize) {
        let places = (count.saturating_mul(4) / 3 + 1).next_power_of_two().max(16);
        if places > self.places.len() {
            let free = InternedName { key: Key { words: [0; 3], length: 0 }, number: FREE };
            let former = std::mem::replace(&mut self.places, vec![free; places]);
            self.taken = 0;
            former.into_iter().filter(|known| known.number != FREE).for_each(|known| self.add(known));
        }
    }
}

impl<T: AsRef<str>> Interner<T> {
    /// Makes an empty interner.
    pub(super) const fn new(hash: HashKey) -> Self {
        Self { list: Vec::new(), numbers: Numbers { places: Vec::new(), taken: 0, hash } }
    }

    /// Returns the key under which names are hashed.
    pub(super) const fn key(&self) -> HashKey {
        self.numbers.hash
    }

    /// Returns the number of a name, and adds the name if it is new.
    #[inline]
    pub(super) fn number_of(&mut self, name: &str) -> u32
    where
        T: for<'a> From<&'a str>,
    {
        self.known(Token::of(name)).unwrap_or_else(|| self.add(name.into()))
    }

    /// Returns the number of a name that was added before.
    #[inline(always)]
    pub(super) fn known(&self, name: Token<'_>) -> Option<u32> {
        match name.words() {
            Some(words) => self.numbers.get(Key::new(words, name.len()), |_| true),
            None => self.known_long(name.bytes()),
        }
    }

    #[cold]
    #[inline(never)]
    fn known_long(&self, text: &[u8]) -> Option<u32> {
        let is_it = |number| self.get(number).is_some_and(|name| name.as_ref().as_bytes() == text);
        self.numbers.get(Key::new(self.numbers.hash.text(text), text.len()), is_it)
    }

    /// Adds a name that is not there yet.
    #[cold]
    pub(super) fn add(&mut self, name: T) -> u32 {
        let number = super::number(self.list.len());
        self.numbers.add(InternedName { key: Key::of(Token::of(name.as_ref()), self.numbers.hash), number });
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

    /// Adds the names of another interner, and returns the number that each has here.
    pub(super) fn append(&mut self, other: Self) -> Vec<u32> {
        if self.list.is_empty() {
            *self = other;
            return (0..super::number(self.list.len())).collect();
        }
        let mut numbers = Vec::with_capacity(other.list.len());
        for name in other.list {
            let number = self.known(Token::of(name.as_ref()));
            numbers.push(number.unwrap_or_else(|| self.add(name)));
        }
        numbers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(names: &Interner<Box<str>>, name: &str) -> Option<u32> {
        names.known(Token::of(name))
    }

    #[test]
    fn a_quarter_of_the_slots_is_always_free() {
        let mut names: Interner<Box<str>> = Interner::new(HashKey::FIXED);
        for number in 0..5_000 {
            let name = format!("name-{number}");
            assert_eq!(known(&names, &name), None);
            assert_eq!(names.add(name.into()), number);
            let free = names.numbers.places.iter().filter(|known| known.number == FREE).count();
            assert!(free * 4 >= names.numbers.places.len(), "{number}: {free}");
        }
        assert!((0..5_000).all(|number| known(&names, &format!("name-{number}")) == Some(number)));
    }

    #[test]
    fn names_that_differ_in_one_byte_have_different_numbers() {
        let mut texts = vec![String::new()];
        for length in 1..40 {
            let text = "a".repeat(length);
            for place in 0..length {
                let mut other = text.clone();
                other.replace_range(place..=place, "b");
                texts.push(other);
            }
            texts.push(text);
        }
        let mut names: Interner<Box<str>> = Interner::new(HashKey::FIXED);
        for (number, text) in (0..).zip(&texts) {
            assert_eq!(known(&names, text), None, "{text}");
            assert_eq!(names.add(text.as_str().into()), number);
        }
        for (number, text) in (0..).zip(&texts) {
            assert_eq!(known(&names, text), Some(number), "{text}");
        }
    }

    #[test]
    fn long_names_that_differ_only_in_the_middle_do_not_collide() {
        let mut names: Interner<Box<str>> = Interner::new(HashKey::new(0x0123_4567_89AB_CDEF_0011_2233_4455_6677));
        for number in 0..4096 {
            names.add(format!("the-same-beginning/{number:04}/the-same-end").into());
        }
        let keys = |known: &&InternedName| known.number != FREE;
        let mut keys: Vec<_> = names.numbers.places.iter().filter(keys).map(|known| known.key.words).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), 4096);
    }
}
