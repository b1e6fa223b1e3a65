//! Objects whose keys stand in canonical order: taken as owned values, or only looked through.

use super::cursor::Cursor;
use crate::Gist;
use crate::codec::fields::FieldValue;

/// A key as the table of payloads gives it: with its quotes and the colon.
type Quoted = &'static str;

/// Takes the values of an object out, one key after the other.
pub(in crate::codec) struct Take<'c, 'a> {
    cursor: &'c mut Cursor<'a>,
    /// What stands before the next key: a brace or a comma.
    before: u8,
}

impl<'c, 'a> Take<'c, 'a> {
    /// Enters an object.
    pub(in crate::codec) fn enter(cursor: &'c mut Cursor<'a>) -> Self {
        Self { cursor, before: b'{' }
    }

    /// Takes a value that must be there.
    #[inline(always)]
    pub(in crate::codec) fn required<T: FieldValue>(&mut self, key: Quoted) -> Option<T> {
        self.cursor.key(self.before, key)?;
        self.before = b',';
        T::take(self.cursor)
    }

    /// Takes a value that may be absent. The outer none says that the line is not canonical.
    #[inline(always)]
    pub(in crate::codec) fn optional<T: FieldValue>(&mut self, key: Quoted) -> Option<Option<T>> {
        if self.cursor.key(self.before, key).is_none() {
            return Some(None);
        }
        self.before = b',';
        T::take(self.cursor).map(Some)
    }

    /// Takes a list that may be absent, but not empty.
    #[inline(always)]
    pub(in crate::codec) fn list<T: FieldValue>(&mut self, key: Quoted) -> Option<Vec<T>> {
        match self.optional::<Vec<T>>(key)? {
            None => Some(Vec::new()),
            Some(values) => (!values.is_empty()).then_some(values),
        }
    }

    /// Leaves the object.
    pub(in crate::codec) fn leave(self) -> Option<()> {
        if self.before == b'{' { self.cursor.pass(b"{}") } else { self.cursor.pass(b"}") }
    }
}

/// Looks through the values of an object as strictly as [`Take`] does, and makes none of them.
///
/// Each value's type follows from the field of the payload in which it would be put.
pub(in crate::codec) struct Check<'c, 'a> {
    cursor: &'c mut Cursor<'a>,
    gist: &'c mut Gist<'a>,
    /// What stands before the next key: a brace or a comma.
    before: u8,
}

impl<'c, 'a> Check<'c, 'a> {
    /// Enters an object.
    pub(in crate::codec) fn enter(cursor: &'c mut Cursor<'a>, gist: &'c mut Gist<'a>) -> Self {
        Self { cursor, gist, before: b'{' }
    }

    /// Looks at a value that must be there.
    #[inline(always)]
    pub(in crate::codec) fn required<P, T: FieldValue>(&mut self, key: Quoted, _field: fn(&P) -> &T) -> Option<()> {
        self.cursor.key(self.before, key)?;
        self.before = b',';
        T::check(self.cursor, key, self.gist)
    }

    /// Looks at a value that may be absent.
    #[inline(always)]
    pub(in crate::codec) fn optional<P, T: FieldValue>(
        &mut self,
        key: Quoted,
        _field: fn(&P) -> &Option<T>,
    ) -> Option<()> {
        if self.cursor.key(self.before, key).is_none() {
            return Some(());
        }
        self.before = b',';
        T::check(self.cursor, key, self.gist)
    }

    /// Looks at a list that may be absent, but not empty.
    #[inline(always)]
    pub(in crate::codec) fn list<P, T: FieldValue>(&mut self, key: Quoted, _field: fn(&P) -> &Vec<T>) -> Option<()> {
        if self.cursor.key(self.before, key).is_none() {
            return Some(());
        }
        self.before = b',';
        (check_items::<T>(self.cursor, key, self.gist)? > 0).then_some(())
    }

    /// Leaves the object.
    pub(in crate::codec) fn leave(self) -> Option<()> {
        if self.before == b'{' { self.cursor.pass(b"{}") } else { self.cursor.pass(b"}") }
    }
}

/// Looks at the values of a list, and counts them.
pub(in crate::codec) fn check_items<'a, T: FieldValue>(
    cursor: &mut Cursor<'a>,
    key: Quoted,
    gist: &mut Gist<'a>,
) -> Option<usize> {
    items(cursor, |cursor| T::check(cursor, key, gist))
}

/// Takes the values of a list.
pub(in crate::codec) fn take_items<T: FieldValue>(cursor: &mut Cursor<'_>) -> Option<Vec<T>> {
    let mut values = Vec::new();
    items(cursor, |cursor| {
        values.push(T::take(cursor)?);
        Some(())
    })?;
    Some(values)
}

/// Passes over a list, value by value, and counts them.
fn items<'a>(cursor: &mut Cursor<'a>, mut item: impl FnMut(&mut Cursor<'a>) -> Option<()>) -> Option<usize> {
    cursor.pass(b"[")?;
    let mut count = 0;
    while cursor.pass(b"]").is_none() {
        if count > 0 {
            cursor.pass(b",")?;
        }
        item(cursor)?;
        count += 1;
    }
    Some(count)
}
