//! The fields of an object: in canonical order, or wherever they stand.

use std::num::NonZero;

use super::walker::Walker;
use crate::codec::fields::Scalar;
use crate::edtf::calendar::Days;

/// A key as the table of payloads gives it: with its quotes and the colon.
type Quoted = &'static str;

/// How the fields of an object are found.
pub(crate) trait Order: Sized {
    /// Enters an object.
    fn enter<D: Days>(walker: &mut Walker<'_, D>) -> Option<Self>;

    /// Goes to the value of a key. None where it is not there, or where the value before was not read to its end.
    fn find<D: Days>(&mut self, walker: &mut Walker<'_, D>, key: Quoted) -> Option<()>;

    /// Leaves the object; none where there is something in it that was not read.
    fn leave<D: Days>(self, walker: &mut Walker<'_, D>) -> Option<()>;
}

/// Keys in the order in which they are asked for, without white space: canonical lines.
pub(crate) struct InOrder {
    /// What stands before the next key: a brace or a comma.
    before: u8,
}

impl Order for InOrder {
    #[inline(always)]
    fn enter<D: Days>(_: &mut Walker<'_, D>) -> Option<Self> {
        Some(Self { before: b'{' })
    }

    #[inline(always)]
    fn find<D: Days>(&mut self, walker: &mut Walker<'_, D>, key: Quoted) -> Option<()> {
        walker.key(self.before, key)?;
        self.before = b',';
        Some(())
    }

    #[inline(always)]
    fn leave<D: Days>(self, walker: &mut Walker<'_, D>) -> Option<()> {
        if self.before == b'{' { walker.pass(b"{}") } else { walker.pass(b"}") }
    }
}

/// How many fields an object has at most; one that has more is left to the general decoder.
const FIELDS_MOST: usize = 16;

/// Keys in any order, with white space wherever JSON has it: lines that others wrote.
///
/// The places of the values are looked for first, loosely; then each is read as strictly as in a canonical line, from
/// its first byte to the last. So every byte of the object is accounted for.
pub(crate) struct AnyOrder {
    members: [Member; FIELDS_MOST],
    count: usize,
    /// How many were found.
    found: usize,
    /// Where the value ends that was found last; none before the first.
    read_to: Option<usize>,
    /// Whether some value was not read to its end.
    is_broken: bool,
    end: usize,
}

/// A member of an object, by places in the text.
#[derive(Clone, Copy, Default)]
struct Member {
    key: usize,
    /// The length of the key with its quotes; none once it was found.
    key_length: Option<NonZero<usize>>,
    start: usize,
    end: usize,
}

impl AnyOrder {
    /// Looks whether the value that was found last was read to its end.
    fn close<D: Days>(&mut self, walker: &Walker<'_, D>) {
        self.is_broken |= self.read_to.is_some_and(|end| walker.place() != end);
    }
}

impl Order for AnyOrder {
    fn enter<D: Days>(walker: &mut Walker<'_, D>) -> Option<Self> {
        let members = [Member::default(); FIELDS_MOST];
        let mut object = Self { members, count: 0, found: 0, read_to: None, is_broken: false, end: 0 };
        walker.space();
        walker.pass(b"{")?;
        walker.space();
        while walker.pass(b"}").is_none() {
            if object.count > 0 {
                walker.pass(b",")?;
                walker.space();
            }
            let key = walker.place();
            walker.bare()?;
            let key_length = NonZero::new(walker.place() - key);
            walker.space();
            walker.pass(b":")?;
            walker.space();
            let start = walker.place();
            walker.skip()?;
            *object.members.get_mut(object.count)? = Member { key, key_length, start, end: walker.place() };
            object.count += 1;
            walker.space();
        }
        object.end = walker.place();
        Some(object)
    }

    fn find<D: Days>(&mut self, walker: &mut Walker<'_, D>, key: Quoted) -> Option<()> {
        self.close(walker);
        let key = key.strip_suffix(':')?.as_bytes();
        let length = NonZero::new(key.len());
        let is_it = |member: &&mut Member| {
            member.key_length == length && walker.between(member.key, member.key + key.len()) == Some(key)
        };
        let member = self.members.iter_mut().take(self.count).find(is_it)?;
        member.key_length = None;
        self.found += 1;
        self.read_to = Some(member.end);
        walker.go(member.start)
    }

    fn leave<D: Days>(mut self, walker: &mut Walker<'_, D>) -> Option<()> {
        self.close(walker);
        (!self.is_broken && self.found == self.count).then_some(())?;
        walker.go(self.end)
    }
}

/// An object whose fields are read one by one, as they are found.
pub(in crate::codec) struct Fields<'w, 't, D, O> {
    pub(in crate::codec) walker: &'w mut Walker<'t, D>,
    order: O,
}

impl<'w, 't, D: Days, O: Order> Fields<'w, 't, D, O> {
    #[inline(always)]
    pub(in crate::codec) fn enter(walker: &'w mut Walker<'t, D>) -> Option<Self> {
        let order = O::enter(walker)?;
        Some(Self { walker, order })
    }

    /// Goes to the value of a key.
    #[inline(always)]
    pub(in crate::codec) fn find(&mut self, key: Quoted) -> Option<()> {
        self.order.find(self.walker, key)
    }

    /// Passes over a value that must be there.
    #[inline(always)]
    pub(super) fn required<T: Scalar>(&mut self, key: Quoted) -> Option<T::Raw<'t>> {
        self.find(key)?;
        T::walk(self.walker)
    }

    /// Passes over a value that may be absent. The outer none says that it is there, and not as it must be.
    #[inline(always)]
    pub(super) fn optional<T: Scalar>(&mut self, key: Quoted) -> Option<Option<T::Raw<'t>>> {
        if self.find(key).is_some() { T::walk(self.walker).map(Some) } else { Some(None) }
    }

    #[inline(always)]
    pub(in crate::codec) fn leave(self) -> Option<()> {
        self.order.leave(self.walker)
    }
}
