//! What a journal asks of a disk, and the disk itself.
//!
//! Everything that can fail half-way goes through [`Files`] and [`LogFile`], so that tests can put a layer between that
//! fails, writes short or stops at any of it.

use std::fmt::Debug;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The place where logs are kept.
pub trait Files: Debug {
    /// An open log.
    type Log: LogFile;

    /// Tells whether there is a file.
    ///
    /// # Errors
    ///
    /// What the disk says.
    fn exists(&self, path: &Path) -> io::Result<bool>;

    /// Reads a log that is not to be written to.
    ///
    /// # Errors
    ///
    /// What the disk says.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// Opens a log to read and to append, and makes it where it is not there; tells whether it was made.
    ///
    /// # Errors
    ///
    /// What the disk says.
    fn open(&self, path: &Path) -> io::Result<(Self::Log, bool)>;

    /// Writes a file that is not there yet, and syncs it.
    ///
    /// # Errors
    ///
    /// What the disk says; [`io::ErrorKind::AlreadyExists`] where there is one.
    fn write_new(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;

    /// Makes the entry of a new file in its folder durable.
    ///
    /// # Errors
    ///
    /// What the disk says.
    fn sync_folder_of(&self, path: &Path) -> io::Result<()>;

    /// Waits before a lock is tried again.
    fn pause(&self, time: Duration);
}

/// An open log.
pub trait LogFile: Debug {
    /// Returns its length in bytes.
    ///
    /// # Errors
    ///
    /// What the disk says.
    fn length(&self) -> io::Result<u64>;

    /// Reads from an offset to the end, but at most so many bytes.
    ///
    /// # Errors
    ///
    /// What the disk says.
    fn read_from(&mut self, offset: u64, most_bytes: u64) -> io::Result<Vec<u8>>;

    /// Writes at the end, perhaps not all; returns how many bytes.
    ///
    /// # Errors
    ///
    /// What the disk says.
    fn append(&mut self, bytes: &[u8]) -> io::Result<usize>;

    /// Makes what was written durable.
    ///
    /// # Errors
    ///
    /// What the disk says.
    fn sync(&mut self) -> io::Result<()>;

    /// Cuts the log to a length, durably.
    ///
    /// # Errors
    ///
    /// What the disk says.
    fn truncate(&mut self, length: u64) -> io::Result<()>;

    /// Tries to take the lock that keeps other writers of this machine out; tells whether it was to be had.
    ///
    /// # Errors
    ///
    /// What the disk says.
    fn try_lock(&mut self) -> io::Result<bool>;

    /// Gives the lock back.
    ///
    /// # Errors
    ///
    /// What the disk says.
    fn unlock(&mut self) -> io::Result<()>;

    /// Tells whether the path still leads to this log, and not to another that took its place.
    ///
    /// # Errors
    ///
    /// What the disk says.
    fn is_current(&self) -> io::Result<bool>;
}

/// The disk.
#[derive(Debug, Clone, Copy, Default)]
pub struct Disk;

/// A log on the disk. Its lock is the operating system's advisory lock on the log itself.
#[derive(Debug)]
pub struct DiskLog {
    path: PathBuf,
    file: File,
}

impl Files for Disk {
    type Log = DiskLog;

    fn exists(&self, path: &Path) -> io::Result<bool> {
        path.try_exists()
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        std::fs::read(path)
    }

    fn open(&self, path: &Path) -> io::Result<(DiskLog, bool)> {
        let mut options = OpenOptions::new();
        options.read(true).append(true);
        let (file, is_new) = match options.open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                match options.clone().create_new(true).open(path) {
                    // Somebody else was quicker.
                    Err(error) if error.kind() == io::ErrorKind::AlreadyExists => (options.open(path)?, false),
                    made => (made?, true),
                }
            }
            opened => (opened?, false),
        };
        Ok((DiskLog { path: path.to_owned(), file }, is_new))
    }

    fn write_new(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
        let written = file.write_all(bytes).and_then(|()| file.sync_all());
        if written.is_err() {
            // Half of it is worth nothing, and would stand in the way of the next try.
            let _ = std::fs::remove_file(path);
        }
        written
    }

    fn sync_folder_of(&self, path: &Path) -> io::Result<()> {
        // Only Unix lets a folder be synced; elsewhere the file system does it.
        if cfg!(unix) {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            File::open(folder)?.sync_all()?;
        }
        Ok(())
    }

    fn pause(&self, time: Duration) {
        std::thread::sleep(time);
    }
}

impl LogFile for DiskLog {
    fn length(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }

    fn read_from(&mut self, offset: u64, most_bytes: u64) -> io::Result<Vec<u8>> {
        self.file.seek(SeekFrom::Start(offset))?;
        let mut bytes = Vec::new();
        Read::by_ref(&mut self.file).take(most_bytes).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.file.sync_data()
    }

    fn truncate(&mut self, length: u64) -> io::Result<()> {
        self.file.set_len(length)?;
        self.file.sync_all()
    }

    fn try_lock(&mut self) -> io::Result<bool> {
        match self.file.try_lock() {
            Ok(()) => Ok(true),
            Err(TryLockError::WouldBlock) => Ok(false),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    fn unlock(&mut self) -> io::Result<()> {
        self.file.unlock()
    }

    #[cfg(unix)]
    fn is_current(&self) -> io::Result<bool> {
        use std::os::unix::fs::MetadataExt as _;
        let own = self.file.metadata()?;
        match std::fs::metadata(&self.path) {
            Ok(found) => Ok((found.dev(), found.ino()) == (own.dev(), own.ino())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    #[cfg(not(unix))]
    fn is_current(&self) -> io::Result<bool> {
        // An open file can't be replaced there.
        self.path.try_exists()
    }
}
