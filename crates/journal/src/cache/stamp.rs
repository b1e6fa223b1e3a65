//! What the system says of a file: which it is, how long, and when it was last touched.

use std::fs::File;

/// The length of a stamp, in bytes.
pub(super) const STAMP_BYTES: usize = 56;

/// Which file it is, its size, and when its content and its entry were last changed.
///
/// No program can set the last of these to a time of its choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    pub(super) device: u64,
    pub(super) inode: u64,
    pub(super) size: u64,
    /// Seconds and nanoseconds since 1970, by the clock of the file system.
    pub(super) modified: (i64, i64),
    pub(super) changed: (i64, i64),
}

impl Stamp {
    /// The stamp of a file; none where the system tells too little.
    #[cfg(unix)]
    pub(super) fn of(file: &File) -> Option<Self> {
        use std::os::unix::fs::MetadataExt as _;
        let found = file.metadata().ok()?;
        Some(Self {
            device: found.dev(),
            inode: found.ino(),
            size: found.len(),
            modified: (found.mtime(), found.mtime_nsec()),
            changed: (found.ctime(), found.ctime_nsec()),
        })
    }

    #[cfg(not(unix))]
    pub(super) fn of(_: &File) -> Option<Self> {
        None
    }

    /// Tells whether the file was last touched more than so many seconds before another file was made.
    pub(super) fn is_settled(self, other: Self, seconds: u32) -> bool {
        let (second, nanosecond) = self.modified.max(self.changed);
        second.checked_add(i64::from(seconds)).is_some_and(|second| (second, nanosecond) < other.changed)
    }

    pub(super) fn to_bytes(self) -> [u8; STAMP_BYTES] {
        let Self { device, inode, size, modified, changed } = self;
        let times = [modified.0, modified.1, changed.0, changed.1].map(i64::to_le_bytes);
        let numbers = [device, inode, size].map(u64::to_le_bytes);
        let mut bytes = [0; STAMP_BYTES];
        for (slot, byte) in bytes.iter_mut().zip(numbers.into_iter().chain(times).flatten()) {
            *slot = byte;
        }
        bytes
    }
}

/// Tells whether a file beside a log is to be trusted as the log is: it is the same person's, and nobody can write to
/// it who can't write to the log.
#[cfg(unix)]
pub(super) fn is_as_safe(file: &File, log: &File) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let (Ok(file), Ok(log)) = (file.metadata(), log.metadata()) else { return false };
    file.uid() == log.uid() && file.mode() & !log.mode() & 0o022 == 0
}

#[cfg(not(unix))]
pub(super) const fn is_as_safe(_: &File, _: &File) -> bool {
    false
}

/// Gives a file the permissions of the log to read and to write.
#[cfg(unix)]
pub(super) fn share_as(file: &File, log: &File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = log.metadata()?.permissions().mode() & 0o666;
    file.set_permissions(std::fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
pub(super) const fn share_as(_: &File, _: &File) -> std::io::Result<()> {
    Ok(())
}
