//! Writing objects in canonical form.

use super::fields::FieldValue;

/// A key as it stands in a line, with the quotes and the colon.
macro_rules! key {
    ($key:expr) => {
        concat!("\"", $key, "\":")
    };
}
pub(super) use key;

/// Writes an object, field by field, each under a [`key!`].
pub(super) struct ObjectWriter<'a> {
    out: &'a mut Vec<u8>,
    empty: bool,
}

impl<'a> ObjectWriter<'a> {
    pub(super) fn new(out: &'a mut Vec<u8>) -> Self {
        out.push(b'{');
        Self { out, empty: true }
    }

    /// Writes a key, and leaves the value to the caller.
    #[inline]
    pub(super) fn key(&mut self, key: &'static str) -> &mut Vec<u8> {
        if !self.empty {
            self.out.push(b',');
        }
        self.empty = false;
        self.out.extend_from_slice(key.as_bytes());
        self.out
    }

    #[inline]
    pub(super) fn required<T: FieldValue>(&mut self, key: &'static str, value: &T) {
        value.write(self.key(key));
    }

    #[inline]
    pub(super) fn optional<T: FieldValue>(&mut self, key: &'static str, value: &Option<T>) {
        if let Some(value) = value {
            value.write(self.key(key));
        }
    }

    #[inline]
    pub(super) fn list<T>(&mut self, key: &'static str, values: &Vec<T>)
    where
        Vec<T>: FieldValue,
    {
        if !values.is_empty() {
            values.write(self.key(key));
        }
    }

    pub(super) fn end(self) {
        self.out.push(b'}');
    }
}
