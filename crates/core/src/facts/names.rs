//! Names told once: each has a number, by which it is known from then on.

use std::hash::{BuildHasher as _, Hasher as _};

use hashbrown::{DefaultHashBuilder, HashTable};

/// Names with their numbers, from 0 in the order in which they came up.
#[derive(Debug, Clone)]
pub(super) struct Names<T> {
    list: Vec<T>,
    /// The numbers by the names. Only ever looked up, never iterated.
    numbers: HashTable<Known>,
    /// Seeded anew in every process, so that nobody can choose names that collide.
    hasher: DefaultHashBuilder,
}

/// A name that came up.
#[derive(Debug, Clone, Copy)]
struct Known {
    key: Key,
    number: u32,
}

/// What a name is looked up by: a short one in full, so that nobody has to ask the list, which lies elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Key {
    words: [u64; WORDS],
    length: u32,
}

/// How many words of eight bytes a key has.
const WORDS: usize = 3;

/// How long a name is at most that its key tells in full.
const SHORT: usize = WORDS * 8;

impl Key {
    /// A name of eight bytes or more is told by words that overlap where it does not fill them; of a long one, the key
    /// tells both ends.
    #[inline]
    fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let word =
            |at: usize| bytes.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |word| u64::from_le_bytes(*word));
        let words = match bytes.last_chunk() {
            Some(last) => {
                let middle = if bytes.len() > 16 { word(8) } else { 0 };
                [word(0), middle, u64::from_le_bytes(*last)]
            }
            None => [bytes.iter().rfold(0, |word, byte| word << 8 | u64::from(*byte)), 0, 0],
        };
        Self { words, length: super::number(bytes.len()) }
    }

    /// Hashes its words two by two, which the hasher takes in one step.
    #[inline]
    fn hash(&self, hasher: &DefaultHashBuilder) -> u64 {
        let ([first, middle, last], mut state) = (self.words, hasher.build_hasher());
        state.write_u128(u128::from(first) << 64 | u128::from(last));
        state.write_u64(middle ^ u64::from(self.length));
        state.finish()
    }

    const fn is_whole(&self) -> bool {
        self.length as usize <= SHORT
    }
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
    #[inline]
    pub(super) fn known(&self, text: &str) -> Option<u32> {
        let key = Key::of(text);
        let is_it = |known: &Known| known.key == key && (key.is_whole() || self.is_called(known.number, text));
        self.numbers.find(key.hash(&self.hasher), is_it).map(|known| known.number)
    }

    fn is_called(&self, number: u32, text: &str) -> bool {
        self.get(number).is_some_and(|name| name.as_ref() == text)
    }

    /// Adds a name that is not there yet.
    #[cold]
    fn add(&mut self, name: T) -> u32 {
        let number = super::number(self.list.len());
        let key = Key::of(name.as_ref());
        let hasher = &self.hasher;
        self.numbers.insert_unique(key.hash(hasher), Known { key, number }, |known| known.key.hash(hasher));
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

#[cfg(test)]
mod tests {
    use super::*;

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
        let mut names: Names<Box<str>> = Names::default();
        for (number, text) in (0..).zip(&texts) {
            assert_eq!(names.known(text), None, "{text}");
            assert_eq!(names.number_of(text, |text| text.into()), number);
        }
        for (number, text) in (0..).zip(&texts) {
            assert_eq!(names.known(text), Some(number), "{text}");
        }
    }
}
