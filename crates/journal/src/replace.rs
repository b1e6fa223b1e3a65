//! Replacing a file as a whole.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

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
/// It takes no lock: whoever replaces a journal that others append to [holds](crate::hold) its lock from reading to
/// replacing.
///
/// # Errors
///
/// A [`ReplaceError`] where the file is read-only or none, or the system refuses.
pub fn replace_file(path: &Path, bytes: &[u8]) -> Result<(), ReplaceError> {
    let (target, there) = target_of(path)?;
    let folder = folder_of(&target);
    let (temporary, file) = temporary_in(folder)?;
    let written = fill(&file, there.as_ref(), bytes).map_err(failed("write", &temporary));
    drop(file);
    let replaced = written.and_then(|()| fs::rename(&temporary, &target).map_err(failed("replace", &target)));
    if replaced.is_err() {
        // Where that fails, too, there is nothing more to be done, and nothing reads it.
        let _ = fs::remove_file(&temporary);
    }
    replaced?;
    sync_folder(folder).map_err(failed("sync", folder))
}

/// The folder in which a file stands.
pub(crate) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn failed(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> ReplaceError {
    let path = path.to_owned();
    move |error| ReplaceError::Io { doing, path, error }
}

/// The file to which a path leads, and what is there, if anything.
fn target_of(path: &Path) -> Result<(PathBuf, Option<Metadata>), ReplaceError> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((path.to_owned(), None)),
        found => found.map_err(failed("look at", path))?,
    };
    let target = fs::canonicalize(path).map_err(failed("follow", path))?;
    let there = fs::metadata(&target).map_err(failed("look at", path))?;
    if !there.is_file() {
        return Err(ReplaceError::NotAFile { path: path.to_owned() });
    }
    if there.permissions().readonly() {
        return Err(ReplaceError::ReadOnly { path: path.to_owned() });
    }
    Ok((target, Some(there)))
}

/// Makes a new file in a folder, which only this process knows.
pub(crate) fn temporary_in(folder: &Path) -> Result<(PathBuf, File), ReplaceError> {
    let mut names = (0..TEMPORARY_NAMES).map(|number| format!(".demarche-{}-{number}.tmp", std::process::id()));
    loop {
        let path = folder.join(names.next().unwrap_or_else(|| ".demarche.tmp".to_owned()));
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            // Another thread has it, or a crash left it.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && names.len() > 0 => {}
            made => return made.map(|file| (path, file)).map_err(failed("make a file in", folder)),
        }
    }
}

/// Gives a new file the permissions of the old one, and then its content.
fn fill(mut file: &File, there: Option<&Metadata>, bytes: &[u8]) -> io::Result<()> {
    if let Some(there) = there {
        keep_owner(file, there);
        file.set_permissions(there.permissions())?;
    }
    file.write_all(bytes)?;
    file.sync_all()
}

/// Keeps owner and group: only root may give a file away, so for others the file becomes their own.
#[cfg(unix)]
fn keep_owner(file: &File, there: &Metadata) {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    let _ = fchown(file, Some(there.uid()), Some(there.gid())).or_else(|_| fchown(file, None, Some(there.gid())));
}

#[cfg(not(unix))]
const fn keep_owner(_: &File, _: &Metadata) {}

/// Makes the names in a folder durable.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
const fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
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
        assert!(error.to_string().contains("cannot make a file in"), "{error}");
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
