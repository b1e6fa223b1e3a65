//! The manifest: which segments make up a log, in which order.

use chrono::NaiveDate;
use demarche_core::{EventId, Hash};
use serde::{Deserialize, Serialize};

use crate::segment::name_of;

/// What a manifest calls its format.
const FORMAT: &str = "demarche-archive";

/// The version of the format.
const VERSION: u32 = 1;

/// The number of digits in the name of a manifest, so that names sort as numbers do.
const DIGITS: usize = 8;

/// The content of an archive at one time: the whole log.
///
/// It depends on the log alone: no clock is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Manifest {
    /// `demarche-archive`.
    pub format: String,
    /// The version of the format.
    pub version: u32,
    /// How many events the log has.
    pub events: u64,
    /// The length of its canonical lines, in bytes.
    pub bytes: u64,
    /// The root of the Merkle tree of RFC 6962 over its lines as they read, in base64: the root that a checkpoint of it
    /// has, unless texts were erased, as that one goes on being over the lines before.
    pub root: String,
    /// The segments, in the order in which the log first needs them.
    pub segments: Vec<Segment>,
}

/// A segment: the events of a part of the log that were recorded on one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Segment {
    /// Its name within the archive, which follows from the day and the hash.
    pub path: String,
    /// The day on which all of its events were recorded, in UTC.
    pub day: NaiveDate,
    /// How many events it has.
    pub events: u64,
    /// The length of its lines before they are packed, in bytes.
    pub bytes: u64,
    /// The SHA-256 of its lines before they are packed, in hexadecimal digits.
    pub sha256: String,
    /// The id of its first event.
    #[serde(with = "id_as_text")]
    pub first_id: EventId,
    /// The id of its last event.
    #[serde(with = "id_as_text")]
    pub last_id: EventId,
    /// Where its events stand in the log, in order: pairs of a position, from 0, and how many events in a row.
    pub positions: Vec<(u64, u64)>,
}

/// Says why a text is no manifest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// It is not JSON of that form.
    #[error("it is not a manifest: {reason}")]
    NotOne {
        /// What is wrong, and where.
        reason: String,
    },
    /// It is of another format.
    #[error("it is not a manifest of an archive: its format is not \"{FORMAT}\"")]
    Format,
    /// It is of a newer version.
    #[error("it has the version {version}, and this program reads {VERSION}: use a newer program")]
    Version {
        /// Its version.
        version: u64,
    },
    /// What it says of a segment can't be true.
    #[error("what it says of the segment {path} can't be true: {reason}")]
    Segment {
        /// The name that the segment has there.
        path: String,
        /// What is wrong.
        reason: &'static str,
    },
    /// Its segments don't make up a log.
    #[error("its segments do not make up a log: {reason}")]
    Sum {
        /// What is wrong.
        reason: &'static str,
    },
}

/// A stretch of the log: where it begins, how many events it has, and the number of its segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Run {
    pub(crate) position: u64,
    pub(crate) events: u64,
    pub(crate) segment: usize,
}

impl Manifest {
    pub(crate) fn new(root: &Hash, segments: Vec<Segment>) -> Self {
        let events = segments.iter().map(|segment| segment.events).sum();
        let bytes = segments.iter().map(|segment| segment.bytes).sum();
        Self { format: FORMAT.to_owned(), version: VERSION, events, bytes, root: root.to_string(), segments }
    }

    /// Returns the name of the manifest with a number.
    pub(crate) fn name_of(number: u64) -> String {
        format!("manifest-{number:0DIGITS$}.json")
    }

    /// Returns the number in the name of a manifest, or `None` if it is the name of something else.
    pub(crate) fn number_in(name: &str) -> Option<u64> {
        let digits = name.strip_prefix("manifest-")?.strip_suffix(".json")?;
        let number = digits.parse().ok()?;
        (Self::name_of(number) == name).then_some(number)
    }

    /// Returns the id of the first event of the log.
    pub(crate) fn first_id(&self) -> Option<EventId> {
        self.segments.first().map(|segment| segment.first_id)
    }

    /// Writes it as it is stored.
    #[allow(clippy::expect_used, reason = "numbers and texts are always written")]
    pub(crate) fn write(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self).expect("invariant: it has no map with other keys than texts");
        bytes.push(b'\n');
        bytes
    }

    /// Reads one, and checks that it describes a whole log.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, ManifestError> {
        let not_one = |error: serde_json::Error| ManifestError::NotOne { reason: error.to_string() };
        let head: Head = serde_json::from_slice(bytes).map_err(not_one)?;
        if head.format != FORMAT {
            return Err(ManifestError::Format);
        }
        if head.version != u64::from(VERSION) {
            return Err(ManifestError::Version { version: head.version });
        }
        let manifest: Self = serde_json::from_slice(bytes).map_err(not_one)?;
        manifest.segments.iter().try_for_each(Segment::check)?;
        manifest.runs()?;
        let sum =
            |of: fn(&Segment) -> u64| manifest.segments.iter().try_fold(0_u64, |sum, one| sum.checked_add(of(one)));
        if sum(|segment| segment.events) != Some(manifest.events)
            || sum(|segment| segment.bytes) != Some(manifest.bytes)
        {
            return Err(ManifestError::Sum { reason: "their events or bytes add up to another number" });
        }
        Ok(manifest)
    }

    /// Returns the stretches of the log in order, or an error if they leave gaps or overlap.
    pub(crate) fn runs(&self) -> Result<Vec<Run>, ManifestError> {
        let of = |(segment, one): (usize, &Segment)| -> Vec<Run> {
            one.positions.iter().map(|&(position, events)| Run { position, events, segment }).collect()
        };
        let mut runs: Vec<Run> = self.segments.iter().enumerate().flat_map(of).collect();
        runs.sort_unstable();
        let mut next = 0_u64;
        for run in &runs {
            if run.position != next {
                return Err(ManifestError::Sum { reason: "positions are missing, or given twice" });
            }
            next = next.checked_add(run.events).ok_or(ManifestError::Sum { reason: "there are too many events" })?;
        }
        Ok(runs)
    }
}

/// Ids as texts.
mod id_as_text {
    use demarche_core::EventId;
    use serde::de::{Deserialize as _, Deserializer, Error as _};
    use serde::ser::Serializer;

    pub(super) fn serialize<S: Serializer>(id: &EventId, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(id)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<EventId, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}

/// What every version of a manifest has.
#[derive(Deserialize)]
struct Head {
    format: String,
    version: u64,
}

impl Segment {
    fn check(&self) -> Result<(), ManifestError> {
        let wrong = |reason| Err(ManifestError::Segment { path: self.path.clone(), reason });
        let is_digit = |byte: &u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte);
        if self.sha256.len() != 64 || !self.sha256.as_bytes().iter().all(is_digit) {
            return wrong("its hash is not 64 hexadecimal digits");
        }
        // A path that could lead elsewhere is never followed.
        if self.path != name_of(self.day, &self.sha256) {
            return wrong("its path is not the one that follows from its day and hash");
        }
        let mut behind = 0;
        let mut events = 0_u64;
        for &(position, count) in &self.positions {
            let end = position.checked_add(count).filter(|_| count > 0 && (position >= behind || events == 0));
            let Some(end) = end else { return wrong("its positions are not in order") };
            behind = end;
            events = events.saturating_add(count);
        }
        if events != self.events || events == 0 {
            return wrong("its positions are not as many as its events");
        }
        Ok(())
    }
}
