//! Writes a file as a whole: the one way to replace files.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::disk::Disk;
use crate::error::Act;
use crate::files::{Access, Files, FoundKind, LogFile, append_all};
use crate::overwrite::Overwrite;

/// Says why a file was not written. The old file is unchanged, unless only syncing the folder failed.
#[derive(Debug, thiserror::Error)]
pub enum ReplaceError {
    /// The path leads to something other than a file: a directory, a device, a pipe.
    #[error("{} is no regular file", path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// The file is read-only for everybody.
    #[error("{} is read-only", path.display())]
    ReadOnly {
        /// The path.
        path: PathBuf,
    },
    /// This user may not write to the file, though to its folder.
    #[error("{} may not be written to: {error}", path.display())]
    NotWritable {
        /// The path.
        path: PathBuf,
        /// The error of the system.
        error: io::Error,
    },
    /// The command that would replace the file also reads it.
    #[error("{} is read by this command, as {}, and would be lost", path.display(), input.display())]
    Input {
        /// The path.
        path: PathBuf,
        /// The input, perhaps under another name.
        input: PathBuf,
    },
    /// The file holds events.
    #[error("{} holds events, which would be lost", path.display())]
    Events {
        /// The path.
        path: PathBuf,
    },
    /// The file would become a log of a journal that is an input.
    #[error("{} would be read as a log of the journal {}", path.display(), journal.display())]
    NewLog {
        /// The path.
        path: PathBuf,
        /// The directory.
        journal: PathBuf,
    },
    /// There is a file at the path, and nothing says that it may be replaced.
    #[error("{} is there already", path.display())]
    Occupied {
        /// The path.
        path: PathBuf,
    },
    /// The system reports an error.
    #[error("cannot {act} {}: {error}", path.display())]
    Io {
        /// What could not be done.
        act: Act,
        /// The file or folder.
        path: PathBuf,
        /// The error.
        error: io::Error,
    },
}

/// The maximum number of names that are tried for the temporary file.
const TEMPORARY_NAMES: u32 = 1000;

/// How many bytes are buffered before they are written.
const BUFFER_BYTES: usize = 1 << 16;

/// A file that is written piece by piece, and put in its place as a whole.
///
/// The bytes go to a temporary file in the same folder, `.demarche-….tmp`. [`Replacement::commit`] syncs it, renames it
/// over the file and syncs the folder: whatever happens, the file has either its old content or all of the new. A
/// replacement that is dropped leaves nothing behind; a crash may leave the temporary file, which nothing reads. A
/// symbolic link stays, and the file that it leads to is replaced. The file keeps its permissions and, as far as the
/// system allows, its owner.
///
/// It takes no lock: to replace a journal that others append to, hold [its lock](crate::LogLocks) from reading to
/// replacing.
#[derive(Debug)]
pub struct Replacement<'f, F: Files = Disk> {
    files: &'f F,
    target: PathBuf,
    temporary: PathBuf,
    file: F::Log,
    buffer: Vec<u8>,
    is_committed: bool,
}

impl Replacement<'static> {
    /// Begins to write a file, unless that would replace a file that must stay.
    ///
    /// # Errors
    ///
    /// A [`ReplaceError`] if the file must stay, is read-only, is not writable for this user, or is not a file, or if
    /// the system refuses.
    pub fn begin(path: &Path, overwrite: Overwrite<'_>) -> Result<Self, ReplaceError> {
        Self::begin_with(&Disk, path, overwrite)
    }
}

impl<'f, F: Files> Replacement<'f, F> {
    /// Begins to write a file on any disk.
    ///
    /// # Errors
    ///
    /// The errors of [`Replacement::begin`].
    pub fn begin_with(files: &'f F, path: &Path, overwrite: Overwrite<'_>) -> Result<Self, ReplaceError> {
        let found = files.look(path).map_err(failed(Act::LookAt, path))?;
        match &found {
            Some(found) if found.kind != FoundKind::File => {
                return Err(ReplaceError::NotAFile { path: path.to_owned() });
            }
            Some(found) if found.is_read_only => return Err(ReplaceError::ReadOnly { path: path.to_owned() }),
            _ => {}
        }
        let there = found.map(|found| found.path);
        overwrite.check(files, path, there.as_deref())?;
        if let Some(there) = &there {
            // A rename depends on the folder alone; but a user who may not write to a file must not replace it either.
            let refused = |error| ReplaceError::NotWritable { path: path.to_owned(), error };
            files.open(there, Access::Overwrite).map_err(refused)?;
        }
        let target = there.clone().unwrap_or_else(|| path.to_owned());
        let made = try_beside(&target, |path| files.write_new(path, b"", there.as_deref()));
        let (temporary, ()) = made.map_err(failed(Act::WriteBeside, &target))?;
        match files.open(&temporary, Access::Append) {
            Ok(file) => Ok(Self { files, target, temporary, file, buffer: Vec::new(), is_committed: false }),
            Err(error) => {
                // If that fails, too, nothing can be done, and nothing reads the file.
                let _ = files.remove(&temporary);
                Err(failed(Act::WriteBeside, &target)(error))
            }
        }
    }

    /// Puts the file in its place, durably.
    ///
    /// # Errors
    ///
    /// A [`ReplaceError`] if the system refuses.
    pub fn commit(mut self) -> Result<(), ReplaceError> {
        let written = self.flush().and_then(|()| self.file.sync());
        written.map_err(failed(Act::WriteBeside, &self.target))?;
        self.files.rename(&self.temporary, &self.target).map_err(failed(Act::Replace, &self.target))?;
        self.is_committed = true;
        self.files.sync_folder_of(&self.target).map_err(failed(Act::SyncFolderOf, &self.target))
    }
}

impl<F: Files> Write for Replacement<'_, F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= BUFFER_BYTES {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        append_all(&mut self.file, &self.buffer)?;
        self.buffer.clear();
        Ok(())
    }
}

impl<F: Files> Drop for Replacement<'_, F> {
    fn drop(&mut self) {
        if !self.is_committed {
            // If that fails, nothing can be done, and nothing reads the file.
            let _ = self.files.remove(&self.temporary);
        }
    }
}

/// Replaces the content of a file, or creates it, as a whole.
///
/// The bytes go to a temporary file in the same folder, which is synced and takes the file's place: whatever happens,
/// the file has either its old content or all of the new. A symbolic link stays, and the file that it leads to is
/// replaced. The file keeps its permissions and, as far as the system allows, its owner.
///
/// It takes no lock, so it is not for a log to which others append.
///
/// # Errors
///
/// A [`ReplaceError`] if the file must stay, is read-only, is not writable for this user, or is not a file, or if the
/// system refuses.
pub fn replace_file(path: &Path, bytes: &[u8], overwrite: Overwrite<'_>) -> Result<(), ReplaceError> {
    replace_file_with(&Disk, path, bytes, overwrite)
}

/// Replaces the content of a file on any disk.
///
/// # Errors
///
/// The errors of [`replace_file`].
pub fn replace_file_with(
    files: &impl Files,
    path: &Path,
    bytes: &[u8],
    overwrite: Overwrite<'_>,
) -> Result<(), ReplaceError> {
    let mut replacement = Replacement::begin_with(files, path, overwrite)?;
    replacement.write_all(bytes).map_err(failed(Act::WriteBeside, path))?;
    replacement.commit()
}

/// Opens a pipe, a terminal or a device, which cannot be replaced, to be written as a stream. Returns `None` for files
/// and folders, and if nothing is there.
///
/// # Errors
///
/// An I/O error if it cannot be opened. Opening a pipe waits for its reader.
pub fn open_stream(path: &Path) -> Option<io::Result<std::fs::File>> {
    let kind = std::fs::metadata(path).ok()?.file_type();
    (!kind.is_file() && !kind.is_dir()).then(|| std::fs::OpenOptions::new().write(true).open(path))
}

pub(crate) fn failed(act: Act, path: &Path) -> impl FnOnce(io::Error) -> ReplaceError {
    let path = path.to_owned();
    move |error| ReplaceError::Io { act, path, error }
}

/// Makes something in the folder of a file, under a name that only this process uses; returns its path with it.
pub(crate) fn try_beside<T>(target: &Path, make: impl Fn(&Path) -> io::Result<T>) -> io::Result<(PathBuf, T)> {
    let mut names = (0..TEMPORARY_NAMES).map(|number| format!(".demarche-{}-{number}.tmp", std::process::id()));
    loop {
        let path = target.with_file_name(names.next().unwrap_or_else(|| ".demarche.tmp".to_owned()));
        match make(&path) {
            // Another thread uses the name, or a crash left the file.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && names.len() > 0 => {}
            made => return made.map(|made| (path, made)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// A folder for one test, removed at the end.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("demarche-replace-{name}-{}", std::process::id()));
            let _ = fs::remove_dir_all(&path);
            fs::create_dir_all(&path).unwrap();
            Self(path)
        }

        fn names(&self) -> Vec<String> {
            let entries = fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap());
            let mut names: Vec<_> = entries.map(|entry| entry.file_name().into_string().unwrap()).collect();
            names.sort();
            names
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn a_file_is_created_and_replaced_without_leftovers() {
        let folder = Folder::new("made");
        let path = folder.0.join("a.jsonl");
        for bytes in [&b"one\n"[..], b"", b"another\n"] {
            replace_file(&path, bytes, Overwrite::Any).unwrap();
            assert_eq!(fs::read(&path).unwrap(), bytes);
        }
        assert_eq!(folder.names(), ["a.jsonl"]);
    }

    #[test]
    fn leftovers_of_a_crash_are_ignored() {
        let folder = Folder::new("left");
        let left = format!(".demarche-{}-0.tmp", std::process::id());
        fs::write(folder.0.join(&left), "left").unwrap();
        replace_file(&folder.0.join("a"), b"new", Overwrite::Any).unwrap();
        assert_eq!(folder.names(), [left.clone(), "a".to_owned()]);
        assert_eq!(fs::read(folder.0.join(left)).unwrap(), b"left");
    }

    #[test]
    fn a_folder_is_not_replaced() {
        let folder = Folder::new("folder");
        let error = replace_file(&folder.0, b"x", Overwrite::Any).unwrap_err();
        assert!(matches!(error, ReplaceError::NotAFile { .. }), "{error}");
        assert_eq!(folder.names(), [""; 0]);
    }

    #[test]
    fn a_file_that_is_read_only_stays_and_the_error_names_it() {
        let folder = Folder::new("refused");
        let path = folder.0.join("kept");
        fs::write(&path, "old").unwrap();
        let mut permissions = fs::metadata(&path).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&path, permissions).unwrap();
        let error = replace_file(&path, b"new", Overwrite::Any).unwrap_err();
        assert!(matches!(error, ReplaceError::ReadOnly { .. }), "{error}");
        assert!(error.to_string().contains("kept is read-only"), "{error}");
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(folder.names(), ["kept"]);
    }

    #[test]
    fn a_folder_that_is_not_there_is_told() {
        let folder = Folder::new("nowhere");
        let error = replace_file(&folder.0.join("no/such/folder"), b"x", Overwrite::Any).unwrap_err();
        assert!(error.to_string().contains("cannot write a file beside"), "{error}");
        assert_eq!(folder.names(), [""; 0]);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_leads_to_the_new_file_which_has_the_permissions_of_the_old() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let folder = Folder::new("kept");
        let (path, link) = (folder.0.join("a"), folder.0.join("link"));
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        symlink("a", &link).unwrap();
        replace_file(&link, b"new", Overwrite::Any).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    }

    #[cfg(unix)]
    #[test]
    fn neither_a_link_that_leads_nowhere_nor_a_device_is_replaced() {
        let folder = Folder::new("dangling");
        std::os::unix::fs::symlink("nowhere", folder.0.join("dangling")).unwrap();
        assert!(replace_file(&folder.0.join("dangling"), b"x", Overwrite::Any).is_err());
        assert!(replace_file(Path::new("/dev/null"), b"x", Overwrite::Any).is_err());
    }
}
