//! Adding a journal to its archive: what is new is stored, and then named by a new manifest.

use std::collections::HashSet;
use std::io::BufRead;

use demarche_journal::line_hash;
use demarche_journal::seal::{Leaves, Peaks};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use crate::address::Place;
use crate::archive::{Archive, newest};
use crate::block::Block;
use crate::error::{ArchiveError, ExportError};
use crate::manifest::{Manifest, Segment};
use crate::objects::Created;
use crate::segment::{self, FOLDER};

/// How many segments are stored at once.
const AT_ONCE: usize = 8;

/// How often an exporter starts again because another one was first.
const ATTEMPTS: u32 = 5;

/// What an export did.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Exported {
    /// How the archive changed.
    pub change: Change,
    /// The manifest, which is now the newest.
    pub manifest: Manifest,
    /// The number of the manifest.
    pub number: u64,
    /// How many of its segments were stored by this export. The others were there.
    pub stored: u64,
}

/// How an archive changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It is new.
    First,
    /// Not at all: it had everything.
    None,
    /// Events were added behind those that it had.
    Grown {
        /// How many.
        events: u64,
    },
    /// Lines that it had are different now. Older manifests, and their segments, are still there.
    Rewritten,
}

/// A log as it was stored, and not yet named by a manifest.
struct Draft {
    manifest: Manifest,
    stored: u64,
    /// Whether the log begins with all that the older manifest has.
    extends: bool,
}

impl Archive {
    /// Brings the archive up to a journal: stores the segments that it lacks, and then a manifest that names all.
    ///
    /// `logs` opens the logs of the journal, in their order as [`demarche_journal::seal::Sequence`] takes them. It is
    /// called again if another exporter was first. Lines are stored in their canonical form.
    ///
    /// # Errors
    ///
    /// An [`ExportError`]. The archive is then as it was: what was stored so far is named by no manifest, and the next
    /// export uses it.
    pub fn export<E>(
        &self,
        logs: &mut dyn FnMut() -> Result<Vec<Box<dyn BufRead>>, E>,
    ) -> Result<Exported, ExportError<E>> {
        let place = self.objects.place();
        place.make()?;
        for _ in 0..ATTEMPTS {
            let before = self.objects.run(newest(place))?;
            let inputs = logs().map_err(ExportError::Open)?;
            let draft = self.store(inputs, before.as_ref().map(|(_, manifest)| manifest))?;
            let Draft { manifest, stored, extends } = draft;
            let (number, change) = match before {
                None => (1, Change::First),
                Some((number, before)) if before == manifest => {
                    return Ok(Exported { change: Change::None, manifest, number, stored });
                }
                Some((number, before)) => {
                    let grown = Change::Grown { events: manifest.events - before.events };
                    (number + 1, if extends { grown } else { Change::Rewritten })
                }
            };
            if self.objects.run(publish(place, number, &manifest))? {
                return Ok(Exported { change, manifest, number, stored });
            }
        }
        Err(ExportError::Busy { archive: place.name.clone(), attempts: ATTEMPTS })
    }

    /// Stores the segments of a log that are not there.
    fn store<E>(&self, inputs: Vec<Box<dyn BufRead>>, before: Option<&Manifest>) -> Result<Draft, ExportError<E>> {
        let place = self.objects.place();
        let there = self.objects.run(place.list(FOLDER, true))?;
        let mut store = Storing {
            there: there.into_iter().map(|name| format!("{FOLDER}/{name}")).collect(),
            named: before.into_iter().flat_map(|manifest| &manifest.segments).map(|one| one.path.clone()).collect(),
            segments: Vec::new(),
            stored: 0,
        };
        let (mut block, mut peaks, mut root_before) = (Block::default(), Peaks::new(), None);
        let archived = before.map_or(0, |manifest| manifest.events);
        for (log, input) in inputs.into_iter().enumerate() {
            for leaf in Leaves::new(input) {
                let leaf = leaf.map_err(|error| ExportError::Log { log, error: Box::new(error) })?;
                if let Some(first) = before.and_then(Manifest::first_id)
                    && peaks.size() == 0
                    && first != leaf.event.id
                {
                    let (archive, archived) = (place.name.clone(), first.to_string());
                    return Err(ExportError::Other { archive, archived });
                }
                block.push(peaks.size(), &leaf);
                peaks.push(line_hash(leaf.text.as_bytes()));
                if peaks.size() == archived {
                    root_before = Some(peaks.root().to_string());
                }
                if block.is_full() {
                    self.objects.run(store.add(place, std::mem::take(&mut block)))?;
                }
            }
        }
        if peaks.size() < archived {
            return Err(ExportError::Shorter { archive: place.name.clone(), archived, events: peaks.size() });
        }
        self.objects.run(store.add(place, block))?;
        let extends = before.is_none_or(|before| archived == 0 || root_before.as_ref() == Some(&before.root));
        Ok(Draft { manifest: Manifest::new(&peaks.root(), store.segments), stored: store.stored, extends })
    }
}

/// The segments of a log so far.
struct Storing {
    /// The names of the segments that are there.
    there: HashSet<String>,
    /// The names of those that the newest manifest has, which were stored as a whole and verified.
    named: HashSet<String>,
    segments: Vec<Segment>,
    stored: u64,
}

impl Storing {
    async fn add(&mut self, place: &Place, block: Block) -> Result<(), ArchiveError> {
        let (there, named) = (&self.there, &self.named);
        let stored: Vec<(Segment, bool)> = stream::iter(block.segments())
            .map(|(segment, lines)| async move {
                let is_there = there.contains(&segment.path);
                let is_new = match is_there && named.contains(&segment.path) {
                    true => false,
                    false => put(place, &segment, &lines, is_there).await?,
                };
                Ok::<_, ArchiveError>((segment, is_new))
            })
            .buffered(AT_ONCE)
            .try_collect()
            .await?;
        for (segment, is_new) in stored {
            self.there.insert(segment.path.clone());
            self.named.insert(segment.path.clone());
            self.stored += u64::from(is_new);
            self.segments.push(segment);
        }
        Ok(())
    }
}

/// Stores a segment unless it is there, and tells whether it was not. One that no manifest names was left by an
/// exporter that was interrupted, or is another's: it is trusted once it was read.
async fn put(place: &Place, segment: &Segment, lines: &[u8], is_there: bool) -> Result<bool, ArchiveError> {
    if !is_there {
        let packed = segment::pack(lines)
            .map_err(|error| ArchiveError::Store { object: place.full(&segment.path), reason: error.to_string() })?;
        if place.create(&segment.path, packed).await? == Created::New {
            return Ok(true);
        }
    }
    segment::read(place, segment).await?;
    Ok(false)
}

/// Creates the manifest with a number. Returns `false` if another exporter has created another one of that number.
async fn publish(place: &Place, number: u64, manifest: &Manifest) -> Result<bool, ArchiveError> {
    let (name, bytes) = (Manifest::name_of(number), manifest.write());
    match place.create(&name, bytes.clone()).await? {
        Created::New => Ok(true),
        // It may be this very one, if a request was answered and the answer was lost.
        Created::Exists => Ok(place.read(&name, bytes.len() as u64).await.is_ok_and(|there| there == bytes)),
    }
}
