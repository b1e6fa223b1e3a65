//! A long list of facts in pieces that never move.

use super::{Fact, Spot, number};

/// How many facts are kept together: 4 MiB of them.
pub(super) const PIECE: usize = 1 << PIECE_BITS;
const PIECE_BITS: u32 = 16;

/// Facts with their spots, in order.
///
/// Lists are joined piece by piece, without copying their facts. So a piece may end before it is full, and then some
/// numbers are unused.
#[derive(Debug, Clone, Default)]
pub(super) struct Pieces(Vec<Piece>);

#[derive(Debug, Clone, Default)]
struct Piece {
    facts: Vec<Fact>,
    /// The spot of each fact, kept apart since a fold seldom asks for it.
    spots: Vec<Spot>,
}

impl Piece {
    fn with_capacity(count: usize) -> Self {
        Self { facts: Vec::with_capacity(count), spots: Vec::with_capacity(count) }
    }

    /// Returns the facts of the piece with an index.
    fn numbered((index, piece): (usize, &Self)) -> impl Iterator<Item = (u32, &Fact, &Spot)> {
        let numbers = number_of(index, 0)..;
        numbers.zip(piece.facts.iter().zip(&piece.spots)).map(|(number, (fact, spot))| (number, fact, spot))
    }
}

impl Pieces {
    /// Returns how many facts there are.
    pub(super) fn len(&self) -> usize {
        self.0.iter().map(|piece| piece.facts.len()).sum()
    }

    /// Returns one more than the largest number of a fact.
    pub(super) fn end(&self) -> u32 {
        self.0.last().map_or(0, |last| number_of(self.0.len() - 1, last.facts.len()))
    }

    /// Returns the number of the last fact.
    pub(super) fn last_number(&self) -> Option<u32> {
        let (index, piece) = self.0.iter().enumerate().rfind(|(_, piece)| !piece.facts.is_empty())?;
        Some(number_of(index, piece.facts.len() - 1))
    }

    /// Reserves room for more facts, up to the size of a piece.
    pub(super) fn reserve(&mut self, count: usize) {
        match self.0.last_mut() {
            Some(Piece { facts, spots }) => {
                let room = count.min(PIECE.saturating_sub(facts.len()));
                facts.reserve_exact(room);
                spots.reserve_exact(room);
            }
            None => self.0.push(Piece::with_capacity(count.min(PIECE))),
        }
    }

    /// Adds a fact.
    #[inline(always)]
    pub(super) fn push(&mut self, fact: Fact, spot: Spot) {
        match self.0.last_mut() {
            Some(Piece { facts, spots }) if facts.len() < PIECE => {
                facts.push(fact);
                spots.push(spot);
            }
            _ => self.begin(fact, spot),
        }
    }

    /// Begins a new piece with a fact.
    #[cold]
    fn begin(&mut self, fact: Fact, spot: Spot) {
        let mut piece = Piece::with_capacity(if self.0.is_empty() { 1 } else { PIECE });
        piece.facts.push(fact);
        piece.spots.push(spot);
        self.0.push(piece);
    }

    /// Returns the fact of a number.
    #[inline]
    pub(super) fn fact(&self, number: u32) -> Option<&Fact> {
        self.0.get(number as usize >> PIECE_BITS)?.facts.get(number as usize % PIECE)
    }

    /// Returns the spot of the fact of a number.
    pub(super) fn spot(&self, number: u32) -> Option<&Spot> {
        self.0.get(number as usize >> PIECE_BITS)?.spots.get(number as usize % PIECE)
    }

    /// Returns all facts, each with its number and its spot.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, &Fact, &Spot)> {
        (0..).zip(&self.0).flat_map(Piece::numbered)
    }

    /// Adds the facts of another list, changed by the given functions.
    pub(super) fn append(&mut self, other: Self, change: impl Fn(&mut Fact, &mut Spot)) {
        for mut piece in other.0.into_iter().filter(|piece| !piece.facts.is_empty()) {
            piece.facts.iter_mut().zip(&mut piece.spots).for_each(|(fact, spot)| change(fact, spot));
            self.0.push(piece);
        }
    }

    /// Drops the facts with the given numbers, which must be sorted. The facts after them may get new numbers.
    pub(super) fn drop_all(&mut self, numbers: &[u32]) {
        let mut rest = numbers;
        for (index, piece) in (0..).zip(&mut self.0) {
            let here = rest.partition_point(|number| *number < number_of(index + 1, 0));
            let (dropped, later) = rest.split_at(here);
            drop_from(&mut piece.facts, number_of(index, 0), dropped);
            drop_from(&mut piece.spots, number_of(index, 0), dropped);
            rest = later;
        }
    }
}

/// Returns the number of the fact at an index of a piece.
fn number_of(piece: usize, at: usize) -> u32 {
    number(piece << PIECE_BITS | at)
}

/// Drops the facts of the given numbers from a piece whose first fact has a number.
fn drop_from<T>(list: &mut Vec<T>, first: u32, numbers: &[u32]) {
    if numbers.is_empty() {
        return;
    }
    let mut numbers = numbers.iter().copied().peekable();
    let mut of_next = first;
    list.retain(|_| {
        let number = of_next;
        of_next = of_next.wrapping_add(1);
        numbers.next_if_eq(&number).is_none()
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::EventId;
    use crate::codec::{decode, encode};
    use crate::facts::{Facts, LinePlace};

    const LINE: &[u8] = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"track_stalled","track":"us-ru","occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","source":{"who":"izvestia","attribution":"media"},"data":{}}"#;

    /// Adds a number of facts, all different, from a number on.
    fn push_from(facts: &mut Facts, first: usize, count: usize) {
        let mut event = decode(LINE).unwrap();
        for number in first..first + count {
            event.id = EventId::new(uuid::Uuid::from_u128(number as u128));
            event.track = ["a", "b", "c"][number % 3].parse().unwrap();
            facts.push_line(&encode(&event), LinePlace::new(0, number as u64).unwrap()).unwrap();
        }
    }

    /// All facts in order, without their numbers.
    fn told(facts: &Facts) -> Vec<(Fact, LinePlace, Option<&str>)> {
        facts.iter().map(|(_, fact, spot)| (*fact, spot.place, facts.track(spot.track).map(AsRef::as_ref))).collect()
    }

    #[test]
    fn joined_lists_hold_what_was_pushed() {
        for count in [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE + 3] {
            let (mut straight, mut whole) = (Facts::new(), Facts::new());
            for part in 0..3 {
                let mut facts = Facts::new();
                facts.reserve(if part == 1 { count } else { 0 });
                push_from(&mut facts, part * count, count);
                assert_eq!(facts.len(), count);
                whole.append(facts);
                push_from(&mut straight, part * count, count);
            }
            // New facts go after the last one.
            push_from(&mut whole, 3 * count, 2);
            push_from(&mut straight, 3 * count, 2);
            assert!(told(&whole) == told(&straight), "{count}");
            assert_eq!(whole.last_recorded(), straight.last_recorded());
            assert_eq!((whole.len(), whole.is_empty()), (3 * count + 2, false));
        }
    }

    #[test]
    fn a_number_leads_to_its_fact() {
        let (mut facts, mut other) = (Facts::new(), Facts::new());
        push_from(&mut facts, 0, PIECE + 10);
        push_from(&mut other, PIECE + 10, 10);
        let end = facts.end();
        facts.append(other);
        for (number, fact, spot) in facts.iter() {
            assert_eq!((facts.fact(number), facts.spot(number)), (Some(fact), Some(*spot)));
            assert_eq!(number < end, fact.id.uuid().as_u128() < PIECE as u128 + 10);
        }
        assert_eq!(facts.fact(end), None, "a number between two lists");
        assert_eq!(facts.fact(facts.end()), None);
        assert_eq!(facts.fact(u32::MAX), None);
    }

    #[test]
    fn exactly_the_given_facts_are_dropped() {
        let (mut facts, mut other) = (Facts::new(), Facts::new());
        push_from(&mut facts, 0, PIECE + 10);
        push_from(&mut other, PIECE + 10, 10);
        facts.append(other);
        let is_dropped = |id: u128| id.is_multiple_of(7) || id == PIECE as u128 - 1;
        let id = |fact: &Fact| fact.id.uuid().as_u128();
        let dropped: Vec<u32> =
            facts.iter().filter(|(_, fact, _)| is_dropped(id(fact))).map(|(number, ..)| number).collect();
        let before = told(&facts);
        let left: Vec<_> = before.iter().filter(|(fact, ..)| !is_dropped(id(fact))).copied().collect();
        let mut fewer = facts.clone();
        fewer.drop_all(&dropped);
        assert!(told(&fewer) == left);
        assert_eq!(fewer.dropped(), dropped.len());
    }
}
