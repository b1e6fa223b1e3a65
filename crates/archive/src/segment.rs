//! Segments: their names, and their bytes, packed and verified.

use std::io::Read as _;

use chrono::NaiveDate;
use demarche_core::Hash;
use demarche_journal::line_hash;
use sha2::{Digest as _, Sha256};

use crate::address::Place;
use crate::error::ArchiveError;
use crate::manifest::Segment;

/// The folder of the segments.
pub(crate) const FOLDER: &str = "segments";

/// The level at which segments are packed: the default of Zstandard.
const LEVEL: i32 = 3;

/// Returns the name of a segment within the archive.
pub(crate) fn name_of(day: NaiveDate, sha256: &str) -> String {
    format!("{FOLDER}/day={day}/{sha256}.jsonl.zst")
}

/// Returns the SHA-256 of lines in hexadecimal digits.
pub(crate) fn hash_of(lines: &[u8]) -> String {
    Sha256::digest(lines).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Packs lines with Zstandard, with its checksum.
pub(crate) fn pack(lines: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = zstd::bulk::Compressor::new(LEVEL)?;
    encoder.include_checksum(true)?;
    encoder.compress(lines)
}

/// The lines of a segment, verified.
#[derive(Debug)]
pub(crate) struct Lines {
    pub(crate) bytes: Vec<u8>,
    /// The hash of each line as a leaf of the tree.
    pub(crate) leaves: Vec<Hash>,
}

/// Reads a segment, and verifies that it holds what the manifest says.
pub(crate) async fn read(place: &Place, segment: &Segment) -> Result<Lines, ArchiveError> {
    let packed = place.read(&segment.path, packed_max(segment.bytes)).await?;
    unpack(&packed, segment).map_err(|reason| ArchiveError::Altered { object: place.full(&segment.path), reason })
}

/// Returns the maximum length of what that many bytes are packed to: more than Zstandard ever needs.
const fn packed_max(bytes: u64) -> u64 {
    bytes.saturating_add(bytes / 128).saturating_add(1024)
}

fn unpack(packed: &[u8], segment: &Segment) -> Result<Lines, String> {
    let mut bytes = Vec::new();
    let unpacked = zstd::stream::read::Decoder::new(packed)
        .and_then(|decoder| decoder.take(segment.bytes.saturating_add(1)).read_to_end(&mut bytes));
    unpacked.map_err(|error| format!("it can't be unpacked: {error}"))?;
    if bytes.len() as u64 != segment.bytes {
        return Err(format!("the manifest says {} bytes, and it has another number", segment.bytes));
    }
    if hash_of(&bytes) != segment.sha256 {
        return Err("its lines have another hash than the manifest says".to_owned());
    }
    let mut leaves = Vec::new();
    let mut rest = bytes.as_slice();
    while let Some(end) = memchr::memchr(b'\n', rest) {
        let (line, behind) = rest.split_at_checked(end).unwrap_or((rest, &[]));
        leaves.push(line_hash(line));
        rest = behind.get(1..).unwrap_or_default();
    }
    if !rest.is_empty() || leaves.len() as u64 != segment.events {
        return Err(format!("the manifest says {} lines, and it has another number", segment.events));
    }
    Ok(Lines { bytes, leaves })
}
