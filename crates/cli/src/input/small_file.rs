//! Small files, read whole.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use crate::failure::Failure;

/// Reads a file, or fails if it is longer than any file of its kind.
pub(crate) fn read_at_most(path: &Path, max_bytes: u64, kind: &str) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(max_bytes + 1).read_to_end(&mut bytes));
    let length = read.map_err(|error| Failure::Read { path: path.to_owned(), error })?;
    if length as u64 > max_bytes {
        let problem = format!("it is longer than any {kind}: is it another file?");
        return Err(Failure::Read { path: path.to_owned(), error: io::Error::other(problem) });
    }
    Ok(bytes)
}
