//! The operations that a journal needs from a disk.
//!
//! Everything that can fail half-way goes through [`Files`] and [`LogFile`], so that tests can insert a layer that
//! fails, writes short or stops at any operation.

use std::fmt::Debug;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

pub use crate::disk::DiskLog;

/// The place where logs are kept.
pub trait Files: Debug {
    /// An open file.
    type Log: LogFile;

    /// Looks at a path; returns `None` if nothing is there.
    ///
    /// # Errors
    ///
    /// The error of the disk; a dangling symbolic link is an error.
    fn look(&self, path: &Path) -> io::Result<Option<FoundFile>>;

    /// Returns the paths of the entries of a folder, in any order.
    ///
    /// # Errors
    ///
    /// The error of the disk.
    fn list(&self, folder: &Path) -> io::Result<Vec<PathBuf>>;

    /// Opens a file. With [`Access::Append`], it is created if it is missing.
    ///
    /// # Errors
    ///
    /// The error of the disk.
    fn open(&self, path: &Path, access: Access) -> io::Result<Self::Log>;

    /// Writes a file that must not exist yet, and syncs it. If another file is given, the new file has the same
    /// permissions and, as far as the system allows, the same owner; at no time can it be read by anybody who may not
    /// read the other.
    ///
    /// # Errors
    ///
    /// The error of the disk; [`io::ErrorKind::AlreadyExists`] if there is such a file.
    fn write_new(&self, path: &Path, bytes: &[u8], like: Option<&Path>) -> io::Result<()>;

    /// Replaces a file with another, in one step.
    ///
    /// # Errors
    ///
    /// The error of the disk.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Removes a file.
    ///
    /// # Errors
    ///
    /// The error of the disk.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Makes the entries of a file's folder durable.
    ///
    /// # Errors
    ///
    /// The error of the disk.
    fn sync_folder_of(&self, path: &Path) -> io::Result<()>;

    /// Waits before a lock is tried again.
    fn pause(&self, time: Duration);
}

/// What a file is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// To be read only.
    Read,
    /// To be read, and to be appended to.
    Append,
    /// To be read, and to be written over.
    Overwrite,
}

/// What is at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundFile {
    /// The path, with symbolic links followed.
    pub path: PathBuf,
    /// The kind of file.
    pub kind: FoundKind,
    /// Whether it is read-only for everybody.
    pub is_read_only: bool,
    /// Its length, in bytes.
    pub length: u64,
    /// How many names it has: hard links.
    pub links: u64,
    /// The identity of the file, under any of its names, or `None` if the system does not say.
    pub file: Option<FileId>,
}

/// The identity of a file: its device, and its number there.
pub type FileId = (u64, u64);

/// What a path may lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FoundKind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A device, a pipe, a socket.
    Other,
}

/// An open file, such as a log.
pub trait LogFile: Debug {
    /// Returns its length in bytes.
    ///
    /// # Errors
    ///
    /// The error of the disk.
    fn length(&self) -> io::Result<u64>;

    /// Reads from an offset to the end, but at most the given number of bytes.
    ///
    /// # Errors
    ///
    /// The error of the disk.
    fn read_from(&mut self, offset: u64, most_bytes: u64) -> io::Result<Vec<u8>>;

    /// Writes at the end, perhaps not all; returns how many bytes. The file must be open to [append](Access::Append).
    ///
    /// # Errors
    ///
    /// The error of the disk.
    fn append(&mut self, bytes: &[u8]) -> io::Result<usize>;

    /// Writes from an offset on, over existing bytes, perhaps not all; returns how many bytes. The file must be open to
    /// be [written over](Access::Overwrite).
    ///
    /// # Errors
    ///
    /// The error of the disk.
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<usize>;

    /// Makes what was written durable.
    ///
    /// # Errors
    ///
    /// The error of the disk.
    fn sync(&mut self) -> io::Result<()>;

    /// Cuts it to a length, durably.
    ///
    /// # Errors
    ///
    /// The error of the disk.
    fn truncate(&mut self, length: u64) -> io::Result<()>;

    /// Tries to take the lock that keeps out other writers on this machine; tells whether it was free.
    ///
    /// # Errors
    ///
    /// The error of the disk.
    fn try_lock(&mut self) -> io::Result<bool>;

    /// Releases the lock.
    ///
    /// # Errors
    ///
    /// The error of the disk.
    fn unlock(&mut self) -> io::Result<()>;

    /// Tells whether the path still leads to this file, and not to another that replaced it.
    ///
    /// # Errors
    ///
    /// The error of the disk.
    fn is_current(&self) -> io::Result<bool>;
}

/// Writes all bytes at the end.
pub(crate) fn append_all(log: &mut impl LogFile, bytes: &[u8]) -> io::Result<()> {
    write_all(bytes, |_, rest| log.append(rest))
}

/// Writes all bytes from an offset on.
pub(crate) fn write_all_at(file: &mut impl LogFile, offset: u64, bytes: &[u8]) -> io::Result<()> {
    write_all(bytes, |done, rest| file.write_at(offset + done, rest))
}

/// Writes until everything is written. The function gets the number of bytes written so far, and the rest.
fn write_all(bytes: &[u8], mut write: impl FnMut(u64, &[u8]) -> io::Result<usize>) -> io::Result<()> {
    let mut rest = bytes;
    while !rest.is_empty() {
        match write((bytes.len() - rest.len()) as u64, rest) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => rest = rest.get(written..).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
