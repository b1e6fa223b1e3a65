//! Which lines repeat an event.

use super::Facts;
use crate::EventId;

/// The id of a fact, and its number.
type Named = (EventId, u32);

impl Facts {
    /// Finds the lines that repeat an id: for each the number of its fact, and of the first one of that id, in the
    /// order of the lines.
    ///
    /// Ids of version 7 rise in a log that is written as the news comes in. So only those are sorted that are not
    /// greater than all before them: of two facts of one id, the later is such a straggler.
    #[must_use]
    pub fn repeated(&self) -> Vec<(u32, u32)> {
        let (mut risers, mut stragglers): (Vec<Named>, Vec<Named>) = (Vec::new(), Vec::new());
        let mut greatest = None;
        for (id, number) in self.named() {
            if Some(id) > greatest {
                greatest = Some(id);
                risers.push((id, number));
            } else {
                stragglers.push((id, number));
            }
        }
        stragglers.sort_unstable();
        // Both rise, so that each needs to be looked at once.
        let mut left = stragglers.iter().map(|(id, _)| *id).peekable();
        risers.retain(|(id, _)| {
            while left.next_if(|straggler| straggler < id).is_some() {}
            left.peek() == Some(id)
        });
        pairs(stragglers, risers)
    }

    /// Finds those whose numbers are not below one, where the facts below it have each an id of their own: as
    /// [`Facts::repeated`] does, but the facts below are not sorted.
    #[must_use]
    pub fn repeated_after(&self, known: u32) -> Vec<(u32, u32)> {
        let mut later: Vec<Named> = self.list.iter_from(known).map(|(number, fact, _)| (fact.id, number)).collect();
        if later.len() > self.len() / 2 {
            return self.repeated();
        }
        later.sort_unstable();
        let is_repeated = |(id, _): &Named| later.binary_search_by_key(id, |(id, _)| *id).is_ok();
        let former = self.named().take_while(|(_, number)| *number < known).filter(is_repeated).collect();
        pairs(later, former)
    }

    fn named(&self) -> impl Iterator<Item = Named> {
        self.iter().map(|(number, fact, _)| (fact.id, number))
    }
}

/// The numbers of those facts that repeat an id, each with the first of that id.
fn pairs(mut some: Vec<Named>, others: Vec<Named>) -> Vec<(u32, u32)> {
    some.extend(others);
    some.sort_unstable();
    let again = |same: &[Named]| {
        let first = same.first().map(|(_, first)| *first);
        same.iter().skip(1).filter_map(move |(_, again)| Some((*again, first?))).collect::<Vec<_>>()
    };
    let mut pairs: Vec<(u32, u32)> = some.chunk_by(|one, other| one.0 == other.0).flat_map(again).collect();
    pairs.sort_unstable();
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::decode;
    use crate::facts::Place;

    /// Facts whose ids end in the given numbers.
    fn facts(ids: &[u32]) -> Facts {
        let line = br#"{"id":"0199f3c0-5a00-7000-8000-000000000000","v":1,"type":"track_stalled","track":"us-ru","occurred":"2025","recorded":"2025-10-23T08:00:00Z","source":{"who":"a","attribution":"media"},"data":{}}"#;
        let mut event = decode(line).unwrap();
        let mut facts = Facts::new();
        for id in ids {
            event.id = EventId::new(uuid::Uuid::from_u128((*id).into()));
            facts.push_event(&event, Place::new(0, 0));
        }
        facts
    }

    #[test]
    fn whatever_the_order_of_the_ids_each_repetition_is_found() {
        for number in 0..5_u32.pow(6) {
            let ids: Vec<u32> = (0..6).map(|place| number / 5_u32.pow(place) % 5).collect();
            let facts = facts(&ids);
            let first_of = |id: &u32| (0..).zip(&ids).find(|(_, other)| *other == id);
            let expected: Vec<(u32, u32)> = (0..)
                .zip(&ids)
                .filter_map(|(at, id)| Some((at, first_of(id)?.0)))
                .filter(|(at, first)| at != first)
                .collect();
            assert_eq!(facts.repeated(), expected, "{ids:?}");
            // As many as come before the first repetition have each an id of their own.
            for known in 0..expected.first().map_or(6, |(again, _)| *again) {
                assert_eq!(facts.repeated_after(known), expected, "{ids:?} after {known}");
            }
        }
    }
}
