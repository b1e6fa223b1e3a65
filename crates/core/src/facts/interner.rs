//! Names told once: each has a number, by which it is known from then on.

use super::hash::HashKey;
use crate::codec::{SHORT_BYTES, Token};

/// Names with their numbers, from 0 in the order in which they came up.
#[derive(Debug, Clone)]
pub(super) struct Interner<T> {
    list: Vec<T>,
    /// The numbers by the names. Only ever looked up, never iterated.
    numbers: Numbers,
}

/// What a name is looked up by: a short one in full, so that nobody has to ask the list, which lies elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Key {
    words: [u64; 3],
    length: u32,
}

impl Key {
    /// A long name is hashed in full: were its key made of its ends, names that differ in the middle would share it,
    /// whatever the hash.
    #[inline(always)]
    #[allow(clippy::cast_possible_truncation, reason = "a name is shorter than a line")]
    fn of(name: Token<'_>, hash: HashKey) -> Self {
        let words = name.words().unwrap_or_else(|| hash.text(name.bytes()));
        Self { words, length: name.len() as u32 }
    }

    const fn is_whole(&self) -> bool {
        self.length as usize <= SHORT_BYTES
    }
}

/// Numbers by keys: a table with open addressing and linear probing, whose places fill half a line of the processor's
/// cache each. A general table looks at two lines, and every event has some names.
#[derive(Debug, Clone)]
struct Numbers {
    /// As many as a power of two says, of which a quarter at least is free; or none.
    places: Vec<Known>,
    taken: usize,
    hash: HashKey,
}

/// A name that came up; none has the number [`FREE`].
#[derive(Debug, Clone, Copy)]
struct Known {
    key: Key,
    number: u32,
}

const FREE: u32 = u32::MAX;

impl Numbers {
    /// Returns the place at which one begins to look for a key, where there are any.
    #[inline]
    #[allow(clippy::cast_possible_truncation, reason = "the lower bits decide")]
    fn first_place(&self, key: &Key) -> usize {
        self.hash.words(key.words, key.length) as usize & self.places.len().wrapping_sub(1)
    }

    /// Returns the number of a key of which there is more to be asked.
    #[inline]
    fn get(&self, key: &Key, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        let mut place = self.first_place(key);
        loop {
            let known = self.places.get(place).filter(|known| known.number != FREE)?;
            if known.key == *key && is_it(known.number) {
                return Some(known.number);
            }
            place = (place + 1) & (self.places.len() - 1);
        }
    }

    /// Adds a key that is not there yet.
    fn add(&mut self, known: Known) {
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

    /// Makes room for so many in all.
    fn reserve(&mut self, count: usize) {
        let places = (count.saturating_mul(4) / 3 + 1).next_power_of_two().max(16);
        if places > self.places.len() {
            let free = Known { key: Key { words: [0; 3], length: 0 }, number: FREE };
            let former = std::mem::replace(&mut self.places, vec![free; places]);
            self.taken = 0;
            former.into_iter().filter(|known| known.number != FREE).for_each(|known| self.add(known));
        }
    }
}

impl<T: AsRef<str>> Interner<T> {
    /// Makes one that knows no name.
    pub(super) const fn new(hash: HashKey) -> Self {
        Self { list: Vec::new(), numbers: Numbers { places: Vec::new(), taken: 0, hash } }
    }

    /// Returns the key under which names are hashed.
    pub(super) const fn key(&self) -> HashKey {
        self.numbers.hash
    }

    /// Returns the number of a name that came up.
    #[inline(always)]
    pub(super) fn known(&self, name: Token<'_>) -> Option<u32> {
        let key = Key::of(name, self.numbers.hash);
        self.numbers.get(&key, |number| key.is_whole() || self.is_called(number, name.bytes()))
    }

    fn is_called(&self, number: u32, text: &[u8]) -> bool {
        self.get(number).is_some_and(|name| name.as_ref().as_bytes() == text)
    }

    /// Adds a name that is not there yet.
    #[cold]
    pub(super) fn add(&mut self, name: T) -> u32 {
        let number = super::number(self.list.len());
        self.numbers.add(Known { key: Key::of(Token::of(name.as_ref()), self.numbers.hash), number });
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
    fn a_quarter_of_the_places_is_free_however_many_names_come_up() {
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
    fn names_that_differ_in_one_byte_have_numbers_of_their_own() {
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
    fn long_names_that_differ_in_the_middle_alone_are_not_looked_up_among_each_other() {
        let mut names: Interner<Box<str>> = Interner::new(HashKey::new(0x0123_4567_89AB_CDEF_0011_2233_4455_6677));
        for number in 0..4096 {
            names.add(format!("the-same-beginning/{number:04}/the-same-end").into());
        }
        let keys = |known: &&Known| known.number != FREE;
        let mut keys: Vec<_> = names.numbers.places.iter().filter(keys).map(|known| known.key.words).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), 4096);
    }
}
