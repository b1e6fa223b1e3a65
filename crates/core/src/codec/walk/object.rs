//! The fields of an object, in canonical order or in any other.

use super::walker::Walker;
use super::{Field, Pick};
use crate::codec::fields::{FieldValue, Of, Scalar};
use crate::edtf::date_cache::DateReader;

/// A key as the table of payloads writes it: with its quotes and the colon.
type Quoted = &'static str;

/// How the fields of an object are found.
pub(crate) trait Order: Sized {
    /// Enters an object.
    fn enter<D: DateReader>(walker: &mut Walker<'_, D>) -> Option<Self>;

    /// Moves into the value of a key, after its opening. Returns `None` if the key is missing or its value opens with
    /// something else; then the object cannot be left any more.
    fn find<D: DateReader>(&mut self, walker: &mut Walker<'_, D>, key: Quoted, opening: &'static [u8]) -> Option<()>;

    /// Leaves the object. Returns `None` if part of it was not read.
    fn leave<D: DateReader>(self, walker: &mut Walker<'_, D>) -> Option<()>;
}

/// Keys in the order in which they are asked for, without white space: canonical lines.
pub(crate) struct InOrder {
    /// The byte before the next key: a brace or a comma.
    before: u8,
}

impl Order for InOrder {
    #[inline(always)]
    fn enter<D: DateReader>(_: &mut Walker<'_, D>) -> Option<Self> {
        Some(Self { before: b'{' })
    }

    #[inline(always)]
    fn find<D: DateReader>(&mut self, walker: &mut Walker<'_, D>, key: Quoted, opening: &'static [u8]) -> Option<()> {
        walker.key(self.before, key, opening)?;
        self.before = b',';
        Some(())
    }

    #[inline(always)]
    fn leave<D: DateReader>(self, walker: &mut Walker<'_, D>) -> Option<()> {
        if self.before == b'{' { walker.pass(b"{}") } else { walker.pass(b"}") }
    }
}

/// The maximum number of fields in an object; the general decoder reads objects with more.
const FIELDS_MOST: usize = 16;

/// Keys in any order, with white space wherever JSON allows it: lines that other programs wrote.
///
/// It first finds the places of the values without checking them; then each value is read as strictly as in a canonical
/// line, from its first byte to its last. So every byte of the object is accounted for.
pub(crate) struct AnyOrder {
    /// The beginning of each member's key, with its length, which few keys share. Zero once the member was found.
    tags: [u32; FIELDS_MOST],
    members: [Member; FIELDS_MOST],
    count: usize,
    /// The number of members found so far.
    found: usize,
    /// The end of the value that was found last; `None` before the first.
    read_to: Option<u32>,
    /// Whether some value was not read to its end.
    is_broken: bool,
    end: u32,
}

/// The place of a member's key and value in the line.
#[derive(Clone, Copy, Default)]
struct Member {
    key: u32,
    start: u32,
    end: u32,
}

/// The tag of a key with its quotes.
#[inline]
fn tag(key: &[u8]) -> Option<u32> {
    let [_, first, second, ..] = key else { return None };
    Some(u32::try_from(key.len()).ok()? << 16 | u32::from(*first) << 8 | u32::from(*second))
}

/// Returns the walker's place. A line in any order is read from its first byte, and is shorter than 4 GiB.
fn place<D: DateReader>(walker: &Walker<'_, D>) -> Option<u32> {
    u32::try_from(walker.place()).ok()
}

impl AnyOrder {
    /// Checks whether the value that was found last was read to its end.
    fn close<D: DateReader>(&mut self, walker: &Walker<'_, D>) {
        self.is_broken |= self.read_to.is_some_and(|end| walker.place() != end as usize);
    }
}

impl Order for AnyOrder {
    fn enter<D: DateReader>(walker: &mut Walker<'_, D>) -> Option<Self> {
        let (tags, members) = ([0; FIELDS_MOST], [Member::default(); FIELDS_MOST]);
        let mut object = Self { tags, members, count: 0, found: 0, read_to: None, is_broken: false, end: 0 };
        walker.space();
        walker.pass(b"{")?;
        walker.space();
        while walker.pass(b"}").is_none() {
            if object.count > 0 {
                walker.pass(b",")?;
                walker.space();
            }
            let key = place(walker)?;
            walker.pass(b"\"")?;
            walker.bare()?;
            *object.tags.get_mut(object.count)? = tag(walker.between(key as usize, walker.place())?)?;
            walker.space();
            walker.pass(b":")?;
            walker.space();
            let start = place(walker)?;
            walker.skip()?;
            *object.members.get_mut(object.count)? = Member { key, start, end: place(walker)? };
            object.count += 1;
            walker.space();
        }
        object.end = place(walker)?;
        Some(object)
    }

    fn find<D: DateReader>(&mut self, walker: &mut Walker<'_, D>, key: Quoted, opening: &'static [u8]) -> Option<()> {
        self.close(walker);
        let key = key.as_bytes().split_last()?.1;
        let wanted = tag(key)?;
        for (tag, member) in self.tags.iter_mut().zip(&self.members).take(self.count) {
            let start = member.key as usize;
            if *tag == wanted && walker.between(start, start + key.len()) == Some(key) {
                *tag = 0;
                self.found += 1;
                self.read_to = Some(member.end);
                walker.go(member.start as usize)?;
                return walker.pass(opening);
            }
        }
        None
    }

    fn leave<D: DateReader>(mut self, walker: &mut Walker<'_, D>) -> Option<()> {
        self.close(walker);
        (!self.is_broken && self.found == self.count).then_some(())?;
        walker.go(self.end as usize)
    }
}

/// An object whose fields are read one by one, as they are found.
pub(in crate::codec) struct Fields<'w, 't, D, O> {
    pub(super) walker: &'w mut Walker<'t, D>,
    order: O,
}

impl<'w, 't, D: DateReader, O: Order> Fields<'w, 't, D, O> {
    #[inline(always)]
    pub(in crate::codec) fn enter(walker: &'w mut Walker<'t, D>) -> Option<Self> {
        let order = O::enter(walker)?;
        Some(Self { walker, order })
    }

    /// Moves into the value of a key, after its opening.
    #[inline(always)]
    pub(super) fn find(&mut self, key: Quoted, opening: &'static [u8]) -> Option<()> {
        self.order.find(self.walker, key, opening)
    }

    /// Skips a required value.
    #[inline(always)]
    pub(super) fn required<T: Scalar>(&mut self, key: Quoted) -> Option<T::Raw<'t>> {
        self.find(key, T::OPENING)?;
        T::walk(self.walker)
    }

    /// Skips an optional value. The outer `None` means that the value exists but is malformed.
    #[inline(always)]
    pub(super) fn optional<T: Scalar>(&mut self, key: Quoted) -> Option<Option<T::Raw<'t>>> {
        if self.find(key, T::OPENING).is_some() { T::walk(self.walker).map(Some) } else { Some(None) }
    }

    /// Takes an optional value out of a text. The outer `None` means that it exists but is malformed.
    #[inline(always)]
    pub(in crate::codec) fn take<T: FieldValue>(&mut self, key: Quoted, text: &'t str) -> Option<Option<T>> {
        if self.find(key, T::OPENING).is_some() { T::take(self.walker, text).map(Some) } else { Some(None) }
    }

    /// Skips an optional value of a type and reports it. Tells whether it exists.
    #[inline(always)]
    pub(in crate::codec) fn pass<T: FieldValue>(
        &mut self,
        key: Quoted,
        _: Of<T>,
        field: Field,
        picks: &mut impl Pick<'t>,
    ) -> Option<bool> {
        if self.find(key, T::OPENING).is_some() {
            T::pass(self.walker, field, picks).map(|()| true)
        } else {
            Some(false)
        }
    }

    #[inline(always)]
    pub(in crate::codec) fn leave(self) -> Option<()> {
        self.order.leave(self.walker)
    }
}
