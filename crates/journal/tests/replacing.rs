//! Replacing a file: what may not be written to is not replaced, whatever its folder allows.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that fails must say so")]

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use demarche_journal::files::{Access, DiskLog, Files, FoundFile};
use demarche_journal::{Disk, Overwrite, ReplaceError, replace_file_with};

/// The disk of a user who may make and rename files, and may not write to those that are there.
#[derive(Debug)]
struct Foreign;

impl Files for Foreign {
    type Log = DiskLog;

    fn look(&self, path: &Path) -> io::Result<Option<FoundFile>> {
        Disk.look(path)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        Disk.list(folder)
    }

    fn open(&self, path: &Path, access: Access) -> io::Result<DiskLog> {
        let is_ours = path.extension().is_some_and(|ending| ending == "tmp");
        if access == Access::Read || is_ours {
            Disk.open(path, access)
        } else {
            Err(io::ErrorKind::PermissionDenied.into())
        }
    }

    fn write_new(&self, path: &Path, bytes: &[u8], like: Option<&Path>) -> io::Result<()> {
        Disk.write_new(path, bytes, like)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        Disk.rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        Disk.remove(path)
    }

    fn sync_folder_of(&self, path: &Path) -> io::Result<()> {
        Disk.sync_folder_of(path)
    }

    fn pause(&self, time: Duration) {
        Disk.pause(time);
    }
}

#[test]
fn a_file_that_may_not_be_written_to_is_not_replaced() {
    let folder = std::env::temp_dir().join(format!("demarche-foreign-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("log.jsonl");
    std::fs::write(&path, "old").unwrap();
    for overwrite in [Overwrite::Any, Overwrite::Spare { inputs: &[], force: true }] {
        let error = replace_file_with(&Foreign, &path, b"new", overwrite).unwrap_err();
        assert!(matches!(&error, ReplaceError::NotWritable { path: named, .. } if *named == path), "{error}");
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
    }
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1, "nothing is left beside it");
    replace_file_with(&Foreign, &folder.join("new"), b"new", Overwrite::Any).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
}
