//! Replacing a file as a whole.

use std::io;
use std::path::{Path, PathBuf};

use crate::disk::Disk;
use crate::files::{Files, FoundKind};

/// Says why a file was not replaced. It is as it was, unless the folder could not be synced.
#[derive(Debug, thiserror::Error)]
pub enum ReplaceError {
    /// There is something at the path that is no file: a directory, a device, a pipe.
    #[error("{} is no regular file", path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// The file is not to be written to.
    #[error("{} is read-only", path.display())]
    ReadOnly {
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

/// Replaces what a file holds, or makes the file, so that whatever happens, it holds either what it did or all that is
/// given.
///
/// The bytes go to a temporary file in the same folder, `.demarche-….tmp`, which is synced and renamed over the file;
/// then the folder is synced. A crash may leave the temporary file behind, which nothing reads. A symbolic link stays,
/// and the file to which it leads is replaced. The permissions of the file are kept, and as far as the system allows,
/// its owner.
///
/// It takes no lock: whoever replaces a journal that others append to [holds](crate::LogLocks) its lock from reading to
/// replacing.
///
/// # Errors
///
/// A [`ReplaceError`] where the file is read-only or none, or the system refuses.
pub fn replace_file(path: &Path, bytes: &[u8]) -> Result<(), ReplaceError> {
    replace_file_with(&Disk, path, bytes)
}

/// Replaces what a file on a disk of one's own holds.
///
/// # Errors
///
/// As [`replace_file`].
pub fn replace_file_with(files: &impl Files, path: &Path, bytes: &[u8]) -> Result<(), ReplaceError> {
    let found = files.look(path).map_err(failed("look at", path))?;
    match &found {
        Some(found) if found.kind != FoundKind::File => return Err(ReplaceError::NotAFile { path: path.to_owned() }),
        Some(found) if found.is_read_only => return Err(ReplaceError::ReadOnly { path: path.to_owned() }),
        _ => {}
    }
    let there = found.map(|found| found.path);
    let target = there.as_deref().unwrap_or(path);
    let temporary = write_beside(files, target, bytes, there.as_deref())?;
    if let Err(error) = files.rename(&temporary, target) {
        // Where that fails, too, there is nothing more to be done, and nothing reads it.
        let _ = files.remove(&temporary);
        return Err(failed("replace", target)(error));
    }
    files.sync_folder_of(target).map_err(failed("sync the folder of", target))
}

fn failed(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> ReplaceError {
    let path = path.to_owned();
    move |error| ReplaceError::Io { doing, path, error }
}

/// Writes a new file in the folder of another, which only this process knows; returns its path.
fn write_beside(files: &impl Files, target: &Path, bytes: &[u8], like: Option<&Path>) -> Result<PathBuf, ReplaceError> {
    let written = try_beside(target, |path| files.write_new(path, bytes, like));
    written.map(|(path, ())| path).map_err(failed("write a file beside", target))
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
            replace_file(&path, bytes).unwrap();
            assert_eq!(fs::read(&path).unwrap(), bytes);
        }
        assert_eq!(folder.names(), ["a.jsonl"]);
    }

    #[test]
    fn what_a_crash_left_is_neither_in_the_way_nor_touched() {
        let folder = Folder::new("left");
        let left = format!(".demarche-{}-0.tmp", std::process::id());
        fs::write(folder.0.join(&left), "left").unwrap();
        replace_file(&folder.0.join("a"), b"new").unwrap();
        assert_eq!(folder.names(), [left.clone(), "a".to_owned()]);
        assert_eq!(fs::read(folder.0.join(left)).unwrap(), b"left");
    }

    #[test]
    fn what_cannot_be_replaced_stays_and_the_error_names_it() {
        let folder = Folder::new("refused");
        let error = replace_file(&folder.0, b"x").unwrap_err();
        assert!(matches!(error, ReplaceError::NotAFile { .. }), "{error}");
        let path = folder.0.join("kept");
        fs::write(&path, "old").unwrap();
        let mut permissions = fs::metadata(&path).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&path, permissions).unwrap();
        let error = replace_file(&path, b"new").unwrap_err();
        assert!(matches!(error, ReplaceError::ReadOnly { .. }), "{error}");
        assert!(error.to_string().contains("kept is read-only"), "{error}");
        assert_eq!(fs::read(&path).unwrap(), b"old");
        let error = replace_file(&folder.0.join("no/such/folder"), b"x").unwrap_err();
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
        replace_file(&link, b"new").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
        symlink("nowhere", folder.0.join("dangling")).unwrap();
        assert!(replace_file(&folder.0.join("dangling"), b"x").is_err());
        assert!(replace_file(Path::new("/dev/null"), b"x").is_err());
    }
}
