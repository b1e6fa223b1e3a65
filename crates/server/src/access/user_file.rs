//! The file of users on the disk: read again when it changes, replaced as a whole.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use demarche_journal::{Disk, FileStamp, LogLocks};

use super::users::{Users, UsersError};
use crate::desk::lock;
use crate::problem::Problem;

/// The most bytes that a file of users has.
const BYTES_MAX: u64 = 16 * 1024 * 1024;

/// How long to wait for another program that changes the file.
const LOCK_WAIT: Duration = Duration::from_secs(10);

/// A file of users, as it is now.
#[derive(Debug)]
pub(crate) struct UserFile {
    path: PathBuf,
    known: Mutex<Known>,
}

/// What was read last.
#[derive(Debug)]
struct Known {
    stamp: Option<FileStamp>,
    users: Option<Arc<Users>>,
}

impl UserFile {
    /// Reads a file, which must be there.
    ///
    /// # Errors
    ///
    /// A [`UsersError`] if it cannot be read, is open to others, or is no file of users.
    pub(crate) fn open(path: &Path) -> Result<Self, UsersError> {
        let (users, stamp) = read(path)?;
        let known = Known { stamp: Some(stamp), users: Some(Arc::new(users)) };
        Ok(Self { path: path.to_owned(), known: Mutex::new(known) })
    }

    /// Returns the users as the file has them now. While it cannot be read there are none: nobody is let in by what it
    /// said before.
    ///
    /// # Errors
    ///
    /// A problem that does not tell why, since anybody may see it; the log does.
    pub(crate) fn users(&self) -> Result<Arc<Users>, Problem> {
        let stamp = fs::metadata(&self.path).ok().map(|file| FileStamp::of(&file));
        let mut known = lock(&self.known);
        if stamp.is_none() || known.stamp != stamp {
            match read(&self.path) {
                Ok((users, stamp)) => *known = Known { stamp: Some(stamp), users: Some(Arc::new(users)) },
                Err(error) => {
                    if known.users.is_some() {
                        tracing::error!(%error, "nobody is let in until the file of users can be read");
                    }
                    *known = Known { stamp: None, users: None };
                }
            }
        }
        known
            .users
            .clone()
            .ok_or_else(|| Problem::closed("the file of users cannot be read; the log of the server says why"))
    }
}

impl Users {
    /// Reads a file of users.
    ///
    /// # Errors
    ///
    /// A [`UsersError`] if it cannot be read, is open to others, or is no file of users.
    pub fn read(path: &Path) -> Result<Self, UsersError> {
        read(path).map(|(users, _)| users)
    }

    /// Changes a file of users under its lock, and replaces it as a whole; a missing file is created, readable by its
    /// owner alone.
    ///
    /// # Errors
    ///
    /// The error of the change, in which case the file stays as it is; or a [`UsersError`], as the other kind.
    pub fn change<T, E: From<UsersError>>(
        path: &Path,
        begin: impl FnOnce() -> Result<Self, E>,
        change: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        let is_made = create(path)?;
        let changed = (|| {
            let paths = [path.to_owned()];
            let mut locks = LogLocks::of_logs(&Disk, &paths, LOCK_WAIT).map_err(UsersError::from)?;
            let is_empty = fs::metadata(path).is_ok_and(|file| file.len() == 0);
            let mut users = if is_empty { begin()? } else { Self::read(path)? };
            let made = change(&mut users)?;
            locks.replace(path, users.text().as_bytes()).map_err(UsersError::from)?;
            Ok(made)
        })();
        if is_made && changed.is_err() && fs::metadata(path).is_ok_and(|file| file.len() == 0) {
            // Nothing came of it. If the empty file stays, the next change fills it.
            let _ = fs::remove_file(path);
        }
        changed
    }
}

/// Reads a file of users, with its stamp.
fn read(path: &Path) -> Result<(Users, FileStamp), UsersError> {
    let wrong = |error| UsersError::Read { path: path.to_owned(), error };
    let file = File::open(path).map_err(wrong)?;
    let found = file.metadata().map_err(wrong)?;
    if is_open_to_others(&found) {
        return Err(UsersError::Open { path: path.to_owned() });
    }
    let mut text = String::new();
    file.take(BYTES_MAX).read_to_string(&mut text).map_err(wrong)?;
    let users = Users::of_text(&text).map_err(|problem| UsersError::Broken { path: path.to_owned(), problem })?;
    Ok((users, FileStamp::of(&found)))
}

/// Creates an empty file that only its owner may read, if there is none; tells whether it did.
fn create(path: &Path) -> Result<bool, UsersError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    match options.open(path) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(UsersError::Create { path: path.to_owned(), error }),
    }
}

#[cfg(unix)]
fn is_open_to_others(file: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    file.permissions().mode() & 0o077 != 0
}

#[cfg(not(unix))]
fn is_open_to_others(_: &fs::Metadata) -> bool {
    // Who may read it is a matter of its folder there.
    false
}
