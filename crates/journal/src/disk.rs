//! The disk itself.

#[cfg(unix)]
use std::fs::Permissions;
use std::fs::{self, File, Metadata, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::files::{Access, FileId, Files, FoundFile, FoundKind, LogFile};

/// The disk.
#[derive(Debug, Clone, Copy, Default)]
pub struct Disk;

/// A file on the disk. Its lock is the operating system's advisory lock on the file itself.
#[derive(Debug)]
pub struct DiskLog {
    path: PathBuf,
    file: File,
}

impl Files for Disk {
    type Log = DiskLog;

    fn look(&self, path: &Path) -> io::Result<Option<FoundFile>> {
        match fs::symlink_metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            found => found?,
        };
        let path = fs::canonicalize(path).map_err(|error| {
            let leads_nowhere = error.kind() == io::ErrorKind::NotFound;
            if leads_nowhere { io::Error::new(error.kind(), "it is a symbolic link that leads nowhere") } else { error }
        })?;
        let found = fs::metadata(&path)?;
        let kind = match found.file_type() {
            kind if kind.is_file() => FoundKind::File,
            kind if kind.is_dir() => FoundKind::Folder,
            _ => FoundKind::Other,
        };
        let (file, links) = identity(&found);
        Ok(Some(FoundFile {
            path,
            kind,
            is_read_only: found.permissions().readonly(),
            length: found.len(),
            links,
            file,
        }))
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect()
    }

    fn open(&self, path: &Path, access: Access) -> io::Result<DiskLog> {
        let mut options = OpenOptions::new();
        options.read(true).append(access == Access::Append).write(access == Access::Overwrite);
        let file = match options.open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound && access == Access::Append => {
                options.create(true).open(path)
            }
            opened => opened,
        };
        Ok(DiskLog { path: path.to_owned(), file: file? })
    }

    fn write_new(&self, path: &Path, bytes: &[u8], like: Option<&Path>) -> io::Result<()> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        if like.is_some() {
            // The file gets its permissions before anybody else can open it.
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        }
        let mut file = options.open(path)?;
        let written = like
            .map_or(Ok(()), |like| make_like(&file, &fs::metadata(like)?))
            .and_then(|()| file.write_all(bytes))
            .and_then(|()| file.sync_all());
        if written.is_err() {
            // An incomplete file is useless, and would stand in the way of the next try.
            let _ = fs::remove_file(path);
        }
        written
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn sync_folder_of(&self, path: &Path) -> io::Result<()> {
        // Only Unix can sync a folder; elsewhere the file system does it.
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

    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<usize> {
        self.file.seek(SeekFrom::Start(offset))?;
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
        match fs::metadata(&self.path) {
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

/// Returns which file it is, and how many names it has.
#[cfg(unix)]
fn identity(found: &Metadata) -> (Option<FileId>, u64) {
    use std::os::unix::fs::MetadataExt as _;
    (Some((found.dev(), found.ino())), found.nlink())
}

#[cfg(not(unix))]
const fn identity(_: &Metadata) -> (Option<FileId>, u64) {
    (None, 1)
}

/// Gives a file the owner and the permissions of another.
///
/// Only root may give a file away, so for anybody else the file stays theirs. If the group can't be set, the present
/// group gets the permissions of everybody else.
#[cfg(unix)]
fn make_like(file: &File, other: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, fchown};
    let has_group =
        fchown(file, Some(other.uid()), Some(other.gid())).or_else(|_| fchown(file, None, Some(other.gid()))).is_ok();
    let mode = other.mode() & 0o777;
    let mode = if has_group { mode } else { mode & (0o707 | (mode & 0o007) << 3) };
    file.set_permissions(Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn make_like(file: &File, other: &Metadata) -> io::Result<()> {
    file.set_permissions(other.permissions())
}
