//! Which lines repeat an event.

use super::Facts;
use crate::EventId;

/// The id of a fact, and its number.
type Named = (EventId, u32);

impl Facts {
    /// Finds the lines that repeat an id: returns for each the number of its fact, and of the first fact with that id,
    /// in the order of the lines.
    ///
    /// Ids of version 7 rise in a log that is written as the news comes in. So only the ids that are not greater than
    /// all before them are sorted: of two facts with one id, the later is always among these stragglers.
    #[must_use]
    pub fn repeated(&self) -> Vec<(u32, u32)> {
        let mut stragglers: Vec<Named> =
            self.named_rising().filter(|(_, rises)| !rises).map(|(named, _)| named).collect();
        if stragglers.is_empty() {
            return Vec::new();
        }
        stragglers.sort_unstable();
        // Both lists are sorted, so one pass is enough.
        let mut left = stragglers.iter().map(|(id, _)| *id).peekable();
        let is_repeated = |(id, _): &Named| {
            while left.next_if(|straggler| straggler < id).is_some() {}
            left.peek() == Some(id)
        };
        let risers = self.named_rising().filter(|(_, rises)| *rises).map(|(named, _)| named);
        let risers: Vec<Named> = risers.filter(is_repeated).collect();
        pairs(stragglers, risers)
    }

    /// Returns the ids, each with whether it is greater than all before it.
    fn named_rising(&self) -> impl Iterator<Item = (Named, bool)> {
        let mut greatest = None;
        self.named().map(move |(id, number)| {
            let rises = Some(id) > greatest;
            if rises {
                greatest = Some(id);
            }
            ((id, number), rises)
        })
    }

    fn named(&self) -> impl Iterator<Item = Named> {
        self.iter().map(|(number, fact, _)| (fact.id, number))
    }
}

/// Returns the numbers of the facts that repeat an id, each with the first fact of that id.
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
    use crate::codec::{decode, encode};
    use crate::facts::LinePlace;

    /// Makes facts whose ids end in the given numbers.
    fn facts(ids: &[u32]) -> Facts {
        let line = br#"{"id":"0199f3c0-5a00-7000-8000-000000000000","v":1,"type":"track_stalled","track":"us-ru","occurred":"2025","recorded":"2025-10-23T08:00:00Z","source":{"who":"a","attribution":"media"},"data":{}}"#;
        let mut event = decode(line).unwrap();
        let mut facts = Facts::new();
        for id in ids {
            event.id = EventId::new(uuid::Uuid::from_u128((*id).into()));
            facts.push_line(&encode(&event), LinePlace::new(0, 0).unwrap()).unwrap();
        }
        facts
    }

    #[test]
    fn repetitions_are_found_in_any_order_of_ids() {
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
        }
    }
}
