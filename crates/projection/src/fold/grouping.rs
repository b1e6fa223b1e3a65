//! The facts of a log, grouped by track.

use std::collections::BTreeMap;

use demarche_core::TrackId;
use demarche_core::facts::Facts;

use crate::parallel;

/// The numbers of the facts, grouped by track, and the tracks sorted by name.
#[derive(Debug, Clone, Default)]
pub(super) struct Grouping {
    /// The numbers of the grouped tracks, sorted by name.
    by_name: Vec<u32>,
    /// For each track, where its facts begin in `grouped`; with one more entry for the end.
    starts: Vec<u32>,
    /// The numbers of the facts, those of each track together.
    grouped: Vec<u32>,
    /// The numbers of facts that were added later, by track; when there are too many, everything is grouped anew.
    later: BTreeMap<u32, Vec<u32>>,
    later_count: usize,
}

/// The least number of later facts before everything is grouped anew.
const LATER_MIN: usize = 1024;

impl Grouping {
    /// Groups facts.
    pub(super) fn of(facts: &Facts) -> Self {
        let mut starts = vec![0_u32; facts.tracks() + 1];
        for (_, _, spot) in facts.iter() {
            if let Some(start) = starts.get_mut(spot.track as usize + 1) {
                *start += 1;
            }
        }
        let mut total = 0;
        for start in &mut starts {
            total += *start;
            *start = total;
        }
        let mut next = starts.clone();
        let mut grouped = vec![0_u32; facts.len()];
        for (number, _, spot) in facts.iter() {
            let Some(at) = next.get_mut(spot.track as usize) else { continue };
            if let Some(slot) = grouped.get_mut(*at as usize) {
                *slot = number;
            }
            *at += 1;
        }
        Self { by_name: by_name(facts), starts, grouped, later: BTreeMap::new(), later_count: 0 }
    }

    /// Adds a fact that comes after all grouped ones; tells whether everything should be grouped anew.
    pub(super) fn add(&mut self, number: u32, track: u32) -> bool {
        self.later.entry(track).or_default().push(number);
        self.later_count += 1;
        self.later_count > LATER_MIN.max(self.grouped.len())
    }

    /// Returns the numbers of the facts of a track, in the order in which they came.
    pub(super) fn of_track(&self, track: u32) -> impl Iterator<Item = u32> + use<'_> {
        let bound = |track: usize| self.starts.get(track).map(|start| *start as usize);
        let range = bound(track as usize).zip(bound(track as usize + 1)).map(|(start, end)| start..end);
        let grouped = range.and_then(|range| self.grouped.get(range)).unwrap_or_default();
        let later = self.later.get(&track).map_or(&[][..], Vec::as_slice);
        grouped.iter().chain(later).copied()
    }

    /// Returns the numbers of all tracks, sorted by name.
    pub(super) fn tracks(&self, facts: &Facts) -> Vec<u32> {
        if self.by_name.len() == facts.tracks() { self.by_name.clone() } else { by_name(facts) }
    }
}

/// Sorts the numbers of the tracks by name.
fn by_name(facts: &Facts) -> Vec<u32> {
    let name = |number: u32| facts.track(number).map_or("", TrackId::as_str);
    // Most names differ in their beginnings, so few need to be fetched from other memory.
    let beginning = |number: u32| {
        let mut bytes = [0; 16];
        bytes.iter_mut().zip(name(number).bytes()).for_each(|(to, from)| *to = from);
        u128::from_be_bytes(bytes)
    };
    let mut tracks: Vec<(u128, u32)> = (0..).take(facts.tracks()).map(|number| (beginning(number), number)).collect();
    parallel::sort_by(&mut tracks, |(one, a), (other, b)| one.cmp(other).then_with(|| name(*a).cmp(name(*b))));
    tracks.into_iter().map(|(_, number)| number).collect()
}
