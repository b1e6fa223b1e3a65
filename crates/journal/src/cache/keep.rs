//! Writing a cache, so that what it says of the log is certain.

use std::fs::{self, File};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use demarche_core::facts::Facts;

use super::digests::{Digesting, Digests, digest};
use super::header::{HEADER_BYTES, Header};
use super::stamp::{Stamp, is_as_safe, share_as};
use super::{Covered, path_of};
use crate::map::Mapped;
use crate::replace::try_beside;

/// A cache that is to be written once the log has been read.
pub(super) struct Draft<'l> {
    path: PathBuf,
    log: &'l Mapped,
    /// The log before it was read.
    stamp: Stamp,
}

impl<'l> Draft<'l> {
    /// Notes how the log is before it is read; none where a cache could not be written, or would not be believed.
    ///
    /// What time it is by the clock of the file system, only a new file tells. It is made before the log is looked at:
    /// where the log was last touched earlier than that, whoever touches it after this look gives it a later time.
    /// Where it was not, it might be changed while it is read, and show nothing of it.
    pub(super) fn begin(path: &Path, log: &'l Mapped, settled_seconds: u32) -> Option<Self> {
        let (temporary, file) = new_beside(path).ok()?;
        let now = Stamp::of(&file).filter(|_| is_as_safe(&file, log.file()));
        fs::remove_file(temporary).ok()?;
        let stamp = Stamp::of(log.file())?;
        stamp.is_settled(now?, settled_seconds).then(|| Self { path: path_of(path), log, stamp })
    }

    /// Writes the facts of the covered text, unless the log was touched meanwhile. Where some of them are those of an
    /// older cache, which was believed before this one was begun, the text must still be the one of that.
    pub(super) fn keep(self, facts: &Facts, text: &[u8], older: Option<&Covered>) -> io::Result<()> {
        let seed = getrandom::u64().map_err(io::Error::other)?;
        let text_digests = Digests::of(text, seed);
        let is_untouched = older.is_none_or(|older| older.is_beginning_of(text));
        if !is_untouched || Stamp::of(self.log.file()) != Some(self.stamp) {
            return Err(io::Error::other("the log was touched while it was read"));
        }
        let (temporary, file) = new_beside(&self.path)?;
        let written = self.fill(&file, facts, seed, &text_digests, text.len() as u64);
        drop(file);
        let kept = written.and_then(|()| fs::rename(&temporary, &self.path));
        if kept.is_err() {
            // Where that fails, too, there is nothing more to be done, and nothing reads it.
            let _ = fs::remove_file(&temporary);
        }
        kept
    }

    /// Writes all of it, and the header last. It is not synced: what a crash makes of it, the hashes show.
    fn fill(&self, file: &File, facts: &Facts, seed: u64, text_digests: &Digests, covered: u64) -> io::Result<()> {
        let mut out = file;
        share_as(file, self.log.file())?;
        out.write_all(&[0; HEADER_BYTES])?;
        let mut body = Digesting::new(out, seed);
        facts.write(&mut body)?;
        let (facts_digests, length) = body.finish()?;
        let mut tail = text_digests.to_bytes();
        tail.extend(facts_digests.to_bytes());
        out.write_all(&tail)?;
        let header = Header { seed, stamp: self.stamp, covered, facts: length, tail: digest(&tail, seed) };
        out.seek(SeekFrom::Start(0))?;
        out.write_all(&header.to_bytes())
    }
}

/// Makes a new file beside another, to read and to write.
fn new_beside(path: &Path) -> io::Result<(PathBuf, File)> {
    try_beside(path, |path| File::options().read(true).write(true).create_new(true).open(path))
}
