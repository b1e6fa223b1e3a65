//! Facts of a part of a log, on their way to those of the whole.

use super::{Fact, Facts, Place, Spot};
use crate::Gist;

/// How many facts are kept and moved together: 4 MiB of them.
const PIECE: usize = 1 << 16;

/// The facts of a part of a log, in the order of its lines.
///
/// They are kept in pieces, each of which is given back once it was moved behind the facts of what comes before: so a
/// log that was read in parts takes no more memory than one that was read as a whole.
///
/// ```
/// use demarche_core::codec::skim;
/// use demarche_core::facts::{Facts, Part, Place};
///
/// let line = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"track_stalled","track":"us-ru","occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","source":{"who":"izvestia","attribution":"media"},"data":{}}"#;
/// let mut part = Part::new(false);
/// part.push(&skim(line).expect("a canonical line"), Place::new(0, 0));
/// let mut facts = Facts::new();
/// facts.append(part);
/// assert_eq!(facts.list().len(), 1);
/// ```
#[derive(Debug, Default)]
pub struct Part {
    /// Its names, dates and targets, and the facts of the last piece.
    pub(super) facts: Facts,
    /// The pieces before the last.
    pub(super) full: Vec<(Vec<Fact>, Vec<Spot>)>,
    is_whole: bool,
}

impl Part {
    /// Makes a part without facts. One that is the whole of a log, or the first part, is kept in one piece, behind
    /// which the others come.
    #[must_use]
    pub fn new(is_whole: bool) -> Self {
        Self { is_whole, ..Self::default() }
    }

    /// Makes room for so many more facts.
    pub fn reserve(&mut self, count: usize) {
        let room = if self.is_whole { count } else { count.min(PIECE.saturating_sub(self.facts.list.len())) };
        self.facts.list.reserve(room);
        self.facts.spots.reserve(room);
    }

    /// Adds the gist of the line at a place.
    #[inline]
    pub fn push(&mut self, gist: &Gist<'_>, place: Place) {
        if self.facts.list.len() == PIECE && !self.is_whole {
            let list = std::mem::replace(&mut self.facts.list, Vec::with_capacity(PIECE));
            let spots = std::mem::replace(&mut self.facts.spots, Vec::with_capacity(PIECE));
            self.full.push((list, spots));
        }
        self.facts.push(gist, place);
    }

    /// Returns how many facts there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.full.iter().map(|(list, _)| list.len()).sum::<usize>() + self.facts.list.len()
    }
}

impl From<Facts> for Part {
    fn from(facts: Facts) -> Self {
        Self { facts, full: Vec::new(), is_whole: true }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::EventId;
    use crate::codec::skim;

    #[test]
    fn pieces_put_together_are_what_was_pushed() {
        let line = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"track_stalled","track":"us-ru","occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","source":{"who":"izvestia","attribution":"media"},"data":{}}"#;
        let first = skim(line).unwrap();
        for count in [PIECE - 1, PIECE, PIECE + 1, 2 * PIECE + 3] {
            let (mut straight, mut whole) = (Facts::new(), Facts::new());
            let mut parts = [Part::new(false), Part::new(false)];
            for (at, part) in parts.iter_mut().enumerate() {
                part.reserve(count);
                for number in 0..count {
                    let id = EventId::new(uuid::Uuid::from_u128((at * count + number) as u128));
                    let track = ["a", "b", "c"][(at + number) % 3];
                    let gist = Gist { id, track, ..first.clone() };
                    part.push(&gist, Place::new(0, number as u64));
                    straight.push(&gist, Place::new(0, number as u64));
                }
                assert_eq!(part.count(), count);
            }
            parts.into_iter().for_each(|part| whole.append(part));
            assert_eq!(whole.list(), straight.list(), "{count}");
            let tracks = |facts: &Facts| -> Vec<_> {
                facts.spots().iter().map(|spot| (spot.place, facts.track(spot.track).cloned())).collect()
            };
            assert!(tracks(&whole) == tracks(&straight), "{count}");
            assert_eq!(whole.last_recorded(), straight.last_recorded());
        }
    }
}
