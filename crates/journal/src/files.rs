//! What a journal asks of a disk.
//!
//! Everything that can fail half-way goes through [`Files`] and [`LogFile`], so that tests can put a layer between that
//! fails, writes short or stops at any of it.

use std::fmt::Debug;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The place where logs are kept.
pub trait Files: Debug {
    /// An open file.
    type Log: LogFile;

    /// Tells what is at a path; none where nothing is.
    ///
    /// # Errors
    ///
    /// What the disk says; a symbolic link that leads nowhere is an error.
    fn look(&self, path: &Path) -> io::Result<Option<Found>>;

    /// Returns the paths of what is in a folder, in any order.
    ///
    /// # Errors
    ///
    /// What the disk says.
    fn list(&self, folder: &Path) -> io::Result<Vec<PathBuf>>;

    /// Opens a file. One that is to be appended to is made where it is not there.
    ///
    /// # Errors
    ///
    /// What the disk says.
    fn open(&self, path: &Path, access: Access) -> io::Result<Self::Log>;

    /// Writes a file that is not there yet, and syncs it. Where another file is given, it has the permissions of that
    /// one and, as far as the system allows, its owner; at no time may anybody read it who may not read the other.
    ///
    /// # Errors
    ///
    /// What the disk says; [`io::ErrorKind::AlreadyExists`] where there is one.
    fn write_new(&self, path: &Path, bytes: &[u8], like: Option<&Path>) -> io::Result<()>;

    /// Puts a file in the place of another, in one step.
    ///
    /// # Errors
    ///
    /// What the disk says.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Removes a file.
    ///
    /// # Errors
    ///
    /// What the disk says.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Makes durable which files the folder of a file has.
    ///
    /// # Errors
    ///
    /// What the disk says.
    fn sync_folder_of(&self, path: &Path) -> io::Result<()>;

    /// Waits before a lock is tried again.
    fn pause(&self, time: Duration);
}

/// For what a file is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// To be read only.
    Read,
    /// To be read, and to be written at its end.
    Append,
    /// To be read, and to be written over.
    Overwrite,
}

/// What is at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Where it is, once symbolic links have been followed.
    pub path: PathBuf,
    /// What it is.
    pub kind: FoundKind,
    /// Whether its permissions forbid everybody to write to it.
    pub is_read_only: bool,
    /// How long it is, in bytes.
    pub length: u64,
    /// How many names it has: hard links.
    pub links: u64,
    /// Which file it is, by whatever name; none where the system does not say.
    pub file: Option<FileId>,
}

/// A file, by whatever name: its device, and its number there.
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
    /// What the disk says.
    fn length(&self) -> io::Result<u64>;

    /// Reads from an offset to the end, but at most so many bytes.
    ///
    /// # Errors
    ///
    /// What the disk says.
    fn read_from(&mut self, offset: u64, most_bytes: u64) -> io::Result<Vec<u8>>;

    /// Writes at the end, perhaps not all; returns how many bytes. It must be open to [append](Access::Append).
    ///
    /// # Errors
    ///
    /// What the disk says.
    fn append(&mut self, bytes: &[u8]) -> io::Result<usize>;

    /// Writes from an offset on, over what is there; perhaps not all; returns how many bytes. It must be open to be
    /// [written over](Access::Overwrite).
    ///
    /// # Errors
    ///
    /// What the disk says.
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<usize>;

    /// Makes what was written durable.
    ///
    /// # Errors
    ///
    /// What the disk says.
    fn sync(&mut self) -> io::Result<()>;

    /// Cuts it to a length, durably.
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

    /// Tells whether the path still leads to this file, and not to another that took its place.
    ///
    /// # Errors
    ///
    /// What the disk says.
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

/// Writes until all is written; is told how much has been, and what has not.
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
