//! The union of journals, in the order in which their events were recorded.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use demarche_core::{Event, EventId};

use crate::erasure::{Later, Redactions};

/// The position of an event among the parts of a merge; both indexes count from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The number of the part.
    pub part: usize,
    /// The number of the event in that part.
    pub index: usize,
}

/// Says that two events of a merge have one id, and differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "duplicate id {id}: event {} of part {} and event {} of part {} differ",
    first.index + 1, first.part + 1, second.index + 1, second.part + 1
)]
pub struct MergeConflict {
    /// The id of both events.
    pub id: EventId,
    /// The position of the first event.
    pub first: Position,
    /// The position of the other event.
    pub second: Position,
}

/// Makes the union of journals: every event without repetitions, in the order of recording, then of the ids.
///
/// The result depends on the set of events alone. So parts may be merged in any order, in any grouping, and repeatedly,
/// and a common ancestor among them changes nothing: nothing is ever removed from a journal. Of an event whose texts
/// were erased in one part, that form is kept.
///
/// ```
/// use demarche_core::codec::decode;
/// use demarche_journal::merge;
///
/// let heard = |number: u32, recorded: &str| {
///     let line = format!(
///         r#"{{"id":"0199f3c0-5a00-7000-8000-{number:012}","v":1,"type":"track_stalled","track":"us-ru",
///         "occurred":"2025","recorded":"{recorded}","source":{{"who":"us","attribution":"media"}},"data":{{}}}}"#,
///     );
///     decode(line.as_bytes()).unwrap()
/// };
/// let base = heard(1, "2025-10-23T08:00:00Z");
/// let (ours, theirs) = (heard(2, "2025-10-25T08:00:00Z"), heard(3, "2025-10-24T08:00:00Z"));
/// assert_eq!(merge([[&base, &ours], [&base, &theirs]])?, [&base, &theirs, &ours]);
///
/// let other = heard(2, "2026-01-01T00:00:00Z");
/// let conflict = merge([vec![&base, &ours], vec![&other]]).unwrap_err();
/// assert_eq!((conflict.id, conflict.first.part, conflict.second.part), (other.id, 0, 1));
/// # Ok::<(), demarche_journal::MergeConflict>(())
/// ```
///
/// # Errors
///
/// A [`MergeConflict`] at the first event that has the id of an earlier one, but differs from it otherwise than by
/// texts that were erased.
pub fn merge<E: Borrow<Event>>(
    parts: impl IntoIterator<Item = impl IntoIterator<Item = E>>,
) -> Result<Vec<E>, MergeConflict> {
    let mut union: Vec<E> = Vec::new();
    let mut positions: Vec<Position> = Vec::new();
    // Only looked up, never iterated.
    let mut numbers: HashMap<EventId, usize> = HashMap::new();
    let mut differing: Vec<(usize, Position, E)> = Vec::new();
    for (part, events) in parts.into_iter().enumerate() {
        for (index, event) in events.into_iter().enumerate() {
            let second = Position { part, index };
            match numbers.entry(event.borrow().id) {
                Entry::Vacant(entry) => {
                    entry.insert(union.len());
                    union.push(event);
                    positions.push(second);
                }
                Entry::Occupied(entry) => {
                    if union.get(*entry.get()).map(Borrow::borrow) != Some(event.borrow()) {
                        differing.push((*entry.get(), second, event));
                    }
                }
            }
        }
    }
    if !differing.is_empty() {
        let redactions: Redactions = union.iter().map(Borrow::borrow).collect();
        for (number, second, event) in differing {
            let Some(there) = union.get_mut(number) else { continue };
            let Some(later) = redactions.later((*there).borrow(), event.borrow()) else {
                let first = positions.get(number).copied().unwrap_or(second);
                return Err(MergeConflict { id: event.borrow().id, first, second });
            };
            if later == Later::Second {
                *there = event;
            }
        }
    }
    sort_by_recorded(&mut union);
    Ok(union)
}

/// Puts events in the order of a merged journal: by when they were recorded, then by id.
pub fn sort_by_recorded<E: Borrow<Event>>(events: &mut [E]) {
    events.sort_unstable_by_key(|event| {
        let event: &Event = event.borrow();
        (event.recorded, event.id)
    });
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use demarche_core::strategy;
    use proptest::prelude::*;

    use super::*;

    /// A log, dealt to three parts that may overlap: each event comes with the parts that it is in.
    fn dealt() -> impl Strategy<Value = (Vec<Event>, [Vec<Event>; 3])> {
        let dealt = (strategy::log(), proptest::collection::vec(1..8_u8, 80));
        dealt.prop_map(|(log, hands)| {
            let part = |bit: u8| {
                let dealt = log.iter().zip(&hands).filter(move |(_, hand)| **hand & bit != 0);
                dealt.map(|(event, _)| event.clone()).collect()
            };
            let parts = [part(1), part(2), part(4)];
            (log, parts)
        })
    }

    /// Returns the sorted set: what every merge must give.
    fn sorted_set(log: &[Event]) -> Vec<Event> {
        let set: BTreeMap<_, _> = log.iter().map(|event| ((event.recorded, event.id), event.clone())).collect();
        set.into_values().collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_merge_is_the_sorted_set((log, parts) in dealt()) {
            prop_assert_eq!(merge(parts), Ok(sorted_set(&log)));
        }

        #[test]
        fn a_merge_is_commutative((_, [a, b, c]) in dealt()) {
            prop_assert_eq!(merge([&a, &b]), merge([&b, &a]));
            prop_assert_eq!(merge([&a, &b, &c]), merge([&c, &a, &b]));
        }

        #[test]
        fn a_merge_is_associative((_, [a, b, c]) in dealt()) {
            let ab = merge([a.clone(), b.clone()]).unwrap();
            let bc = merge([b, c.clone()]).unwrap();
            prop_assert_eq!(merge([ab, c]), merge([a, bc]));
        }

        #[test]
        fn a_merge_is_idempotent((_, [a, b, _]) in dealt()) {
            let once = merge([a.clone(), b.clone()]).unwrap();
            prop_assert_eq!(merge([&once]), Ok(once.iter().collect()));
            prop_assert_eq!(merge([&once, &a, &b, &once]), Ok(once.iter().collect()));
        }

        #[test]
        fn one_id_with_two_contents_is_a_conflict_wherever_it_stands(
            (log, mut parts) in dealt(), part in 0..3_usize, at in any::<prop::sample::Index>()
        ) {
            prop_assume!(!log.is_empty());
            let mut other = log[at.index(log.len())].clone();
            other.note = Some(format!("{}!", other.note.as_deref().unwrap_or_default()).into());
            let place = at.index(parts[part].len() + 1);
            parts[part].insert(place, other.clone());
            let conflict = merge(&parts).unwrap_err();
            prop_assert_eq!(conflict.id, other.id);
            prop_assert!(conflict.first < conflict.second);
            let [first, second] = [conflict.first, conflict.second].map(|at| &parts[at.part][at.index]);
            prop_assert!(first.id == second.id && first != second);
        }
    }

    #[test]
    fn nothing_merges_to_nothing() {
        assert_eq!(merge::<Event>([[]; 0]), Ok(Vec::new()));
        assert_eq!(merge::<Event>([[], []]), Ok(Vec::new()));
    }
}
