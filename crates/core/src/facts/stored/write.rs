//! Writing facts.

use std::io::{self, Write};

use super::fields::{of_bound, of_grade};
use super::{Head, MAGIC, RECORD_BYTES, layout};
use crate::facts::interner::Interner;
use crate::facts::{Fact, Facts, Spot};

/// The number of the text is not kept: who reads the facts says which one it is then.
fn record(fact: &Fact, spot: Spot) -> [u8; RECORD_BYTES] {
    // Taken apart in full, so that a new field must be told here, and the format counted up.
    let Fact { id, earliest, span, recorded, who, subject, more, event_type, attribution, grade } = *fact;
    let Spot { place, track } = spot;
    let mut record = [0; RECORD_BYTES];
    let mut rest = record.as_mut_slice();
    // Neither part can be too long for the record: the lengths are those of the types.
    put(&mut rest, id.uuid().as_bytes());
    put(&mut rest, &of_bound(Some(earliest)));
    put(&mut rest, &span.number().to_le_bytes());
    put(&mut rest, &of_bound(Some(recorded)));
    put(&mut rest, &track.to_le_bytes());
    put(&mut rest, &who.to_le_bytes());
    put(&mut rest, &subject.to_le_bytes());
    put(&mut rest, &more.to_le_bytes());
    put(&mut rest, &place.byte().to_le_bytes());
    put(&mut rest, &[event_type as u8, attribution as u8]);
    put(&mut rest, &of_grade(grade));
    debug_assert!(rest.is_empty(), "{} bytes of a record are left", rest.len());
    record
}

fn put<const N: usize>(rest: &mut &mut [u8], bytes: &[u8; N]) {
    if let Some((slot, left)) = std::mem::take(rest).split_first_chunk_mut::<N>() {
        *slot = *bytes;
        *rest = left;
    }
}

impl Facts {
    /// Writes the facts of one text, to be read again by [`Facts::read`]. The output is the same for the same facts; it
    /// goes out in many small pieces, which the writer should buffer.
    ///
    /// # Errors
    ///
    /// What the writer says.
    pub fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let head = Head {
            layout: layout(),
            facts: self.len() as u64,
            dropped: self.dropped as u64,
            dates: self.dates.len() as u64,
            lists: self.targets.len() as u64,
            targets: self.targets.iter().map(|list| list.len() as u64).sum(),
            tracks: self.tracks.len() as u64,
            actors: self.actors.len() as u64,
            subjects: self.subjects.len() as u64,
        };
        out.write_all(&MAGIC)?;
        for number in head.numbers() {
            out.write_all(&number.to_le_bytes())?;
        }
        for (_, fact, spot) in self.iter() {
            out.write_all(&record(fact, *spot))?;
        }
        for (earliest, latest) in &self.dates {
            out.write_all(&of_bound(*earliest))?;
            out.write_all(&of_bound(*latest))?;
        }
        for list in &self.targets {
            out.write_all(&crate::facts::number(list.len()).to_le_bytes())?;
        }
        for id in self.targets.iter().flatten() {
            out.write_all(id.uuid().as_bytes())?;
        }
        names(&self.tracks, out)?;
        names(&self.actors, out)?;
        names(&self.subjects, out)
    }
}

/// Writes names, none of which is longer than a path can be.
fn names<T: AsRef<str>>(names: &Interner<T>, out: &mut impl Write) -> io::Result<()> {
    for name in names.list() {
        let length = u16::try_from(name.as_ref().len()).map_err(io::Error::other)?;
        out.write_all(&length.to_le_bytes())?;
    }
    for name in names.list() {
        out.write_all(name.as_ref().as_bytes())?;
    }
    Ok(())
}

impl Head {
    /// The numbers in the order in which they stand.
    pub(super) const fn numbers(self) -> [u64; 9] {
        let Self { layout, facts, dropped, dates, lists, targets, tracks, actors, subjects } = self;
        [layout, facts, dropped, dates, lists, targets, tracks, actors, subjects]
    }
}
