//! Where an export goes: standard output, or a file that is replaced as a whole once all is written.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use demarche_journal::{Disk, Files, FoundKind, ReplaceError};

use crate::failure::Failure;
use crate::session::Session;

/// How many names are tried for the temporary file.
const NAMES: u32 = 1000;

/// How many bytes are gathered before they go to the disk.
const BUFFER_BYTES: usize = 1 << 16;

/// Has something written, piece by piece. A file holds all of it in the end, or what it held before: the pieces go to
/// a temporary file beside it, which is synced and renamed over it.
pub(crate) fn write(
    output: Option<&Path>,
    session: &mut Session<'_>,
    produce: impl FnOnce(&mut dyn Write) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let Some(path) = output else { return produce(session.stdout) };
    let failed = |doing: &'static str, path: &Path| {
        let path = path.to_owned();
        move |error| Failure::unwritten(&ReplaceError::Io { doing, path, error })
    };
    let found = Disk.look(path).map_err(failed("look at", path))?;
    match &found {
        Some(found) if found.kind != FoundKind::File => {
            return Err(Failure::unwritten(&ReplaceError::NotAFile { path: path.to_owned() }));
        }
        Some(found) if found.is_read_only => {
            return Err(Failure::unwritten(&ReplaceError::ReadOnly { path: path.to_owned() }));
        }
        _ => {}
    }
    // A symbolic link stays, and the file to which it leads is replaced.
    let there = found.map(|found| found.path);
    let target = there.as_deref().unwrap_or(path);
    let (temporary, file) = beside(target, there.as_deref()).map_err(failed("write a file beside", target))?;
    let mut writer = BufWriter::with_capacity(BUFFER_BYTES, file);
    let produced = produce(&mut writer).and_then(|()| {
        writer.flush().and_then(|()| writer.get_ref().sync_all()).map_err(failed("write", &temporary))?;
        Disk.rename(&temporary, target).map_err(failed("replace", target))
    });
    if produced.is_err() {
        // Where that fails, too, there is nothing more to be done, and nothing reads it.
        let _ = Disk.remove(&temporary);
        return produced;
    }
    Disk.sync_folder_of(target).map_err(failed("sync the folder of", target))
}

/// Makes an empty file in the folder of another, with that one's permissions if it is there.
fn beside(target: &Path, like: Option<&Path>) -> io::Result<(PathBuf, File)> {
    let mut names = (0..NAMES).map(|number| format!(".demarche-{}-{number}.tmp", std::process::id()));
    loop {
        let path = target.with_file_name(names.next().unwrap_or_else(|| ".demarche.tmp".to_owned()));
        match Disk.write_new(&path, b"", like) {
            // Another thread has it, or a crash left it.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && names.len() > 0 => {}
            Err(error) => return Err(error),
            Ok(()) => return OpenOptions::new().append(true).open(&path).map(|file| (path, file)),
        }
    }
}
