//! The file that holds a private key.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use super::key::{KeyError, SealingKey};

/// The maximum size of a file with a key, in bytes.
const KEY_FILE_MAX_BYTES: u64 = 64 * 1024;

/// Says why a private key was not read.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// The error of the system.
    #[error(transparent)]
    Unreadable(#[from] io::Error),
    /// Others than its owner may read the file, or write to it.
    #[error("others may read this private key, or write over it: its permissions are {mode:04o}")]
    Exposed {
        /// The permissions.
        mode: u32,
    },
    /// The file does not hold a key.
    #[error(transparent)]
    NoKey(#[from] KeyError),
}

/// Reads a private key from a file that only its owner may read or write, or from a pipe.
///
/// # Errors
///
/// A [`KeyFileError`].
pub fn read_key_file(path: &Path) -> Result<SealingKey, KeyFileError> {
    let file = File::open(path)?;
    refuse_exposed(&file)?;
    let mut bytes = Vec::new();
    file.take(KEY_FILE_MAX_BYTES).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).trim_end().parse::<SealingKey>()?)
}

#[cfg(unix)]
fn refuse_exposed(file: &File) -> Result<(), KeyFileError> {
    use std::os::unix::fs::MetadataExt as _;
    let metadata = file.metadata()?;
    let mode = metadata.mode() & 0o777;
    if metadata.is_file() && mode & 0o077 != 0 { Err(KeyFileError::Exposed { mode }) } else { Ok(()) }
}

#[cfg(not(unix))]
const fn refuse_exposed(_: &File) -> Result<(), KeyFileError> {
    Ok(())
}

/// Writes a private key to a new file, which only its owner may read, and syncs it.
///
/// # Errors
///
/// The error of the system, and an error if the file exists: a key is never overwritten.
pub fn create_key_file(path: &Path, key: &SealingKey) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    writeln!(file, "{}", key.secret_text())?;
    file.sync_all()
}
