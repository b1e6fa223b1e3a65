//! Writing a file as a whole: the one way in which files are replaced.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::disk::Disk;
use crate::files::{Access, Files, FoundKind, LogFile, append_all};
use crate::overwrite::Overwrite;

/// Says why a file was not written. What stood there is as it was, unless the folder could not be synced.
#[derive(Debug, thiserror::Error)]
pub enum ReplaceError {
    /// There is something at the path that is no file: a directory, a device, a pipe.
    #[error("{} is no regular file", path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// The permissions of the file forbid everybody to write to it.
    #[error("{} is read-only", path.display())]
    ReadOnly {
        /// The path.
        path: PathBuf,
    },
    /// The file may not be written to by this user, though its folder may.
    #[error("{} may not be written to: {error}", path.display())]
    NotWritable {
        /// The path.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// The file is read by the command that would replace it.
    #[error("{} is read by this command, as {}, and would be lost", path.display(), input.display())]
    Input {
        /// The path.
        path: PathBuf,
        /// The input, perhaps by another name.
        input: PathBuf,
    },
    /// The file holds events.
    #[error("{} holds events, which would be lost", path.display())]
    Events {
        /// The path.
        path: PathBuf,
    },
    /// The file would be read as a log of a journal that is an input.
    #[error("{} would be read as a log of the journal {}", path.display(), journal.display())]
    NewLog {
        /// The path.
        path: PathBuf,
        /// The directory.
        journal: PathBuf,
    },
    /// There is a file at the path, and nobody said that it may be replaced.
    #[error("{} is there already", path.display())]
    Occupied {
        /// The path.
        path: PathBuf,
    },
    /// What the system says.
    #[error("cannot {doing} {}: {error}", path.display())]
    Io {
        /// What could not be done.
        doing: &'static str,
        /// To which file or folder.
        path: PathBuf,
        /// Why not.
        error: io::Error,
    },
}

/// How many names are tried for the temporary file.
const TEMPORARY_NAMES: u32 = 1000;

/// How many bytes are gathered before they go to the disk.
const BUFFER_BYTES: usize = 1 << 16;

/// A file that is being written, piece by piece, and takes its place as a whole.
///
/// The bytes go to a temporary file in the same folder, `.demarche-….tmp`. [`Replacement::commit`] syncs it, renames it
/// over the file and syncs the folder: whatever happens, the file holds what it did or all that was written. A
/// replacement that is dropped leaves nothing behind; a crash may leave the temporary file, which nothing reads. A
/// symbolic link stays, and the file to which it leads is replaced. The permissions of the file are kept, and as far as
/// the system allows, its owner.
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
    /// Begins to write a file, unless that would replace what must stay.
    ///
    /// # Errors
    ///
    /// A [`ReplaceError`] where the file must stay, is read-only, may not be written to or is none, or the system
    /// refuses.
    pub fn begin(path: &Path, overwrite: Overwrite<'_>) -> Result<Self, ReplaceError> {
        Self::begin_with(&Disk, path, overwrite)
    }
}

impl<'f, F: Files> Replacement<'f, F> {
    /// Begins to write a file on any disk.
    ///
    /// # Errors
    ///
    /// As [`Replacement::begin`].
    pub fn begin_with(files: &'f F, path: &Path, overwrite: Overwrite<'_>) -> Result<Self, ReplaceError> {
        let found = files.look(path).map_err(failed("look at", path))?;
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
            // A rename asks the folder alone; who may not write to the file must not replace it either.
            let refused = |error| ReplaceError::NotWritable { path: path.to_owned(), error };
            files.open(there, Access::Overwrite).map_err(refused)?;
        }
        let target = there.clone().unwrap_or_else(|| path.to_owned());
        let made = try_beside(&target, |path| files.write_new(path, b"", there.as_deref()));
        let (temporary, ()) = made.map_err(failed("write a file beside", &target))?;
        match files.open(&temporary, Access::Append) {
            Ok(file) => Ok(Self { files, target, temporary, file, buffer: Vec::new(), is_committed: false }),
            Err(error) => {
                // Where that fails, too, there is nothing more to be done, and nothing reads it.
                let _ = files.remove(&temporary);
                Err(failed("write a file beside", &target)(error))
            }
        }
    }

    /// Puts the file in its place, durably.
    ///
    /// # Errors
    ///
    /// A [`ReplaceError`] where the system refuses.
    pub fn commit(mut self) -> Result<(), ReplaceError> {
        let written = self.flush().and_then(|()| self.file.sync());
        written.map_err(failed("write a file beside", &self.target))?;
        self.files.rename(&self.temporary, &self.target).map_err(failed("replace", &self.target))?;
        self.is_committed = true;
        self.files.sync_folder_of(&self.target).map_err(failed("sync the folder of", &self.target))
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
            // Where that fails, there is nothing more to be done, and nothing reads it.
            let _ = self.files.remove(&self.temporary);
        }
    }
}

/// Replaces what a file holds, or makes the file, as a [`Replacement`] does.
///
/// # Errors
///
/// As [`Replacement::begin`] and [`Replacement::commit`].
pub fn replace_file(path: &Path, bytes: &[u8], overwrite: Overwrite<'_>) -> Result<(), ReplaceError> {
    replace_file_with(&Disk, path, bytes, overwrite)
}

/// Replaces what a file on any disk holds.
///
/// # Errors
///
/// As [`replace_file`].
pub fn replace_file_with(
    files: &impl Files,
    path: &Path,
    bytes: &[u8],
    overwrite: Overwrite<'_>,
) -> Result<(), ReplaceError> {
    let mut replacement = Replacement::begin_with(files, path, overwrite)?;
    replacement.write_all(bytes).map_err(failed("write a file beside", path))?;
    replacement.commit()
}

pub(crate) fn failed(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> ReplaceError {
    let path = path.to_owned();
    move |error| ReplaceError::Io { doing, path, error }
}

/// Makes something in the folder of a file, under a name which only this process knows; returns its path with it.
pub(crate) fn try_beside<T>(target: &Path, make: impl Fn(&Path) -> io::Result<T>) -> io::Result<(PathBuf, T)> {
    let mut names = (0..TEMPORARY_NAMES).map(|number| format!(".demarche-{}-{number}.tmp", std::process::id()));
    loop {
        let path = target.with_file_name(names.next().unwrap_or_else(|| ".demarche.tmp".to_owned()));
        match make(&path) {
            // Another thread has it, or a crash left it.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && names.len() > 0 => {}
            made => return made.map(|made| (path, made)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// A folder of its own for a test, removed at the end.
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
    fn a_file_is_made_and_replaced_and_nothing_stays_beside_it() {
        let folder = Folder::new("made");
        let path = folder.0.join("a.jsonl");
        for bytes in [&b"one\n"[..], b"", b"another\n"] {
            replace_file(&path, bytes, Overwrite::Any).unwrap();
            assert_eq!(fs::read(&path).unwrap(), bytes);
        }
        assert_eq!(folder.names(), ["a.jsonl"]);
    }

    #[test]
    fn what_a_crash_left_is_neither_in_the_way_nor_touched() {
        let folder = Folder::new("left");
        let left = format!(".demarche-{}-0.tmp", std::process::id());
        fs::write(folder.0.join(&left), "left").unwrap();
        replace_file(&folder.0.join("a"), b"new", Overwrite::Any).unwrap();
        assert_eq!(folder.names(), [left.clone(), "a".to_owned()]);
        assert_eq!(fs::read(folder.0.join(left)).unwrap(), b"left");
    }

    #[test]
    fn what_cannot_be_replaced_stays_and_the_error_names_it() {
        let folder = Folder::new("refused");
        let error = replace_file(&folder.0, b"x", Overwrite::Any).unwrap_err();
        assert!(matches!(error, ReplaceError::NotAFile { .. }), "{error}");
        let path = folder.0.join("kept");
        fs::write(&path, "old").unwrap();
        let mut permissions = fs::metadata(&path).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&path, permissions).unwrap();
        let error = replace_file(&path, b"new", Overwrite::Any).unwrap_err();
        assert!(matches!(error, ReplaceError::ReadOnly { .. }), "{error}");
        assert!(error.to_string().contains("kept is read-only"), "{error}");
        assert_eq!(fs::read(&path).unwrap(), b"old");
        let error = replace_file(&folder.0.join("no/such/folder"), b"x", Overwrite::Any).unwrap_err();
        assert!(error.to_string().contains("cannot write a file beside"), "{error}");
        assert_eq!(folder.names(), ["kept"]);
    }

    #[cfg(unix)]
    #[test]
    fn permissions_and_links_are_kept() {
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
        symlink("nowhere", folder.0.join("dangling")).unwrap();
        assert!(replace_file(&folder.0.join("dangling"), b"x", Overwrite::Any).is_err());
        assert!(replace_file(Path::new("/dev/null"), b"x", Overwrite::Any).is_err());
    }
}
