//! A log as it stands on the disk, mapped into memory.
#![allow(unsafe_code, reason = "the one place where a file is mapped")]

use std::fs::File;
use std::io;
use std::path::Path;

use memmap2::Mmap;

/// The bytes of a file, which are read as they are needed, and not kept.
///
/// ```no_run
/// use demarche_journal::Mapped;
///
/// let log = Mapped::open("journal.jsonl".as_ref())?;
/// println!("{} bytes", log.bytes().len());
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Mapped {
    /// `None` for an empty file, which can't be mapped.
    map: Option<Mmap>,
}

impl Mapped {
    /// Maps a file. What is no regular file (a pipe, a terminal) is refused.
    ///
    /// A journal only ever grows, and whoever replaces one renames another file into its place; neither touches what is
    /// mapped. A program that writes over a log or cuts it off while it is read may make the reader see a mixture, or
    /// end it (`SIGBUS`), as with every reader that maps files.
    ///
    /// # Errors
    ///
    /// What the file system says.
    pub fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "only a regular file can be mapped"));
        }
        if metadata.len() == 0 {
            return Ok(Self { map: None });
        }
        // SAFETY: the bytes are only read. That others do not cut the file off meanwhile can't be guaranteed, here as
        // anywhere; what that would do is told above.
        let map = unsafe { Mmap::map(&file)? };
        Ok(Self { map: Some(map) })
    }

    /// Returns the bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.map.as_deref().unwrap_or_default()
    }
}

impl AsRef<[u8]> for Mapped {
    fn as_ref(&self) -> &[u8] {
        self.bytes()
    }
}
