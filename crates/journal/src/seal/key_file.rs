//! The file that holds a private key.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::Path;

use super::key::SealingKey;

/// Writes a private key to a new file, which only its owner may read, and syncs it.
///
/// # Errors
///
/// What the system says, and an error where the file is there already: a key is never overwritten.
pub fn create_key_file(path: &Path, key: &SealingKey) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    writeln!(file, "{}", key.secret_text())?;
    file.sync_all()
}
