//! Cutting a log into blocks, and a block into the segments of its days.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use demarche_core::EventId;
use demarche_journal::seal::Leaf;

use crate::manifest::Segment;
use crate::segment::{hash_of, name_of};

/// The length of a block before it is packed, in bytes: a block ends with the line that reaches it. It bounds what a
/// reader keeps in memory, and depends on nothing but the lines before it, so that a log that grew is cut as before.
const BLOCK_BYTES: usize = 8 * 1024 * 1024;

/// A part of the log: consecutive lines, by the day on which each was recorded.
#[derive(Debug, Default)]
pub(crate) struct Block {
    days: BTreeMap<NaiveDate, Day>,
    bytes: usize,
}

#[derive(Debug)]
struct Day {
    lines: Vec<u8>,
    events: u64,
    first_id: EventId,
    last_id: EventId,
    positions: Vec<(u64, u64)>,
}

impl Block {
    /// Adds the event at a position of the log.
    pub(crate) fn push(&mut self, position: u64, leaf: &Leaf) {
        let id = leaf.event.id;
        let day = self.days.entry(leaf.event.recorded.date()).or_insert_with(|| Day {
            lines: Vec::new(),
            events: 0,
            first_id: id,
            last_id: id,
            positions: Vec::new(),
        });
        day.lines.extend_from_slice(leaf.text.as_bytes());
        day.lines.push(b'\n');
        day.events += 1;
        day.last_id = id;
        match day.positions.last_mut() {
            Some((first, count)) if *first + *count == position => *count += 1,
            _ => day.positions.push((position, 1)),
        }
        self.bytes += leaf.text.len() + 1;
    }

    /// Tells whether no more lines go into it.
    pub(crate) const fn is_full(&self) -> bool {
        self.bytes >= BLOCK_BYTES
    }

    /// Returns its segments with their lines, in the order in which the log first needs them.
    pub(crate) fn segments(self) -> Vec<(Segment, Vec<u8>)> {
        let segment = |(day, of): (NaiveDate, Day)| {
            let sha256 = hash_of(&of.lines);
            let Day { lines, events, first_id, last_id, positions } = of;
            let (path, bytes) = (name_of(day, &sha256), lines.len() as u64);
            (Segment { path, day, events, bytes, sha256, first_id, last_id, positions }, lines)
        };
        let mut segments: Vec<_> = self.days.into_iter().map(segment).collect();
        segments.sort_by_key(|(segment, _)| segment.positions.first().copied());
        segments
    }
}
