//! Facts kept beside a log, so that what was read once is not read again: a cache that can't lie.
//!
//! Beside `journal.jsonl` stands `journal.jsonl.facts`. It covers the log from its beginning to some line end, and may
//! be deleted at any time; nothing is lost but time. It is believed only
//!
//! - where the log is the same file, of the same size, with the same times of its last changes; or
//! - where the covered bytes of the log have the same hashes as when they were read. So a log that has grown is
//!   hashed, which is some times faster than reading it, and only what is new is read.
//!
//! It is only written where the log was left alone for a while when it was read, so that any change during that or
//! since has given it other times (git calls the opposite *racy*).
//!
//! In doubt (another version of the program, another layout, a wrong hash anywhere, a file that others may write to) it
//! is passed over as if it were not there.

mod digests;
mod header;
mod keep;
mod stamp;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use demarche_core::facts::{Facts, Stored, Texts};
use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};

use self::digests::Digests;
use self::header::{Header, Parts};
use self::keep::Draft;
use self::stamp::{Stamp, is_as_safe};
use crate::map::Mapped;
use crate::paths::with_ending;
use crate::survey::{drop_repetitions, survey_on};

/// What is put behind the name of a log for that of its cache. No directory of logs reads such a file.
pub const CACHE_ENDING: &str = ".facts";

/// When logs are given a cache.
///
/// The defaults are for everybody; tests take smaller ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// How long a log must be, in bytes: 1 MiB. A shorter one is read sooner than its cache.
    pub least_bytes: usize,
    /// How long a log must have been left alone, in whole seconds: 2, the coarsest clock of a file system still in use.
    /// One that was written to more recently is given none yet.
    pub settled_seconds: u32,
    /// By which part of what is covered a log may grow before its cache is written anew: 16 for a sixteenth.
    pub grown_by: usize,
}

impl Default for Policy {
    fn default() -> Self {
        Self { least_bytes: 1 << 20, settled_seconds: 2, grown_by: 16 }
    }
}

/// The part of a log that a cache covers.
struct Covered {
    bytes: usize,
    digests: Digests,
    seed: u64,
}

impl Covered {
    /// Tells whether a text begins with it.
    fn is_beginning_of(&self, text: &[u8]) -> bool {
        text.get(..self.bytes).is_some_and(|text| text.ends_with(b"\n") && self.digests.agree(text, self.seed))
    }
}

/// What a cache knows of a log.
struct Found {
    facts: Facts,
    covered: Covered,
    /// Whether the log was known again without hashing it.
    is_same: bool,
}

/// Returns the path of the cache of a log.
///
/// ```
/// assert_eq!(demarche_journal::cache::path_of("a/b.jsonl".as_ref()), std::path::Path::new("a/b.jsonl.facts"));
/// ```
#[must_use]
pub fn path_of(log: &Path) -> PathBuf {
    with_ending(log, CACHE_ENDING)
}

/// Reads logs as [`survey`](crate::survey) does, with the same answer, and takes from their caches what stands there.
/// A log without a cache that could be used is given one where that is possible; nothing is said where it is not.
///
/// The numbers of the texts in the facts are those of the logs. `read` is told of every stretch, in bytes.
///
/// ```no_run
/// use demarche_journal::{Mapped, cache};
///
/// let path = "journal.jsonl".as_ref();
/// let log = Mapped::open(path)?;
/// let facts = cache::survey(&[(path, &log)], cache::Policy::default(), &|_| {});
/// # Ok::<(), std::io::Error>(())
/// ```
#[must_use]
pub fn survey(logs: &[(&Path, &Mapped)], policy: Policy, read: &(dyn Fn(usize) + Sync)) -> Option<Facts> {
    let texts: Vec<&[u8]> = logs.iter().map(|(_, log)| log.bytes()).collect();
    if texts.iter().all(|text| text.len() < policy.least_bytes) {
        return crate::survey(&texts, read);
    }
    let mut all = Facts::new();
    for (text, (path, log)) in (0..).zip(logs) {
        let facts = One { text, path, log, texts: &texts, policy, read }.survey()?;
        let known = all.end();
        all.append(facts);
        if known > 0 {
            drop_repetitions(&mut all, known, Texts::new(&texts))?;
        }
    }
    Some(all)
}

/// Reads facts on the threads of the current pool of `rayon`.
fn read(bytes: &[u8], text: u16, length: u64) -> Option<Facts> {
    let stored = Stored::open(bytes, text, length).ok()?;
    let parts = (0..stored.parts()).into_par_iter().map(|number| stored.part(number)).collect::<Result<_, _>>().ok()?;
    stored.into_facts(parts).ok()
}

/// One of several logs.
struct One<'l> {
    text: u16,
    path: &'l Path,
    log: &'l Mapped,
    texts: &'l [&'l [u8]],
    policy: Policy,
    read: &'l (dyn Fn(usize) + Sync),
}

impl One<'_> {
    fn survey(&self) -> Option<Facts> {
        let bytes = self.log.bytes();
        // A last line without its end may be torn, and is never covered.
        let whole = memchr::memrchr(b'\n', bytes).map_or(0, |end| end + 1);
        if whole < self.policy.least_bytes {
            return self.survey_from(Facts::new(), 0, bytes.len());
        }
        let found = self.find();
        let draft = match &found {
            Some(found) if !self.is_outdated(found, whole) => None,
            Some(_) | None => Draft::begin(self.path, self.log, self.policy.settled_seconds),
        };
        let (facts, covered) = found.map_or_else(Default::default, |found| (found.facts, Some(found.covered)));
        let start = covered.as_ref().map_or(0, |covered| covered.bytes);
        (self.read)(start);
        let facts = self.survey_from(facts, start, whole)?;
        if let (Some(draft), Some(text)) = (draft, bytes.get(..whole)) {
            // Without a cache everything is as it is with one, but slower.
            let _ = draft.keep(&facts, text, covered.as_ref());
        }
        self.survey_from(facts, whole, bytes.len())
    }

    /// Adds the facts of the lines in a stretch to those of the lines before it.
    fn survey_from(&self, mut facts: Facts, start: usize, end: usize) -> Option<Facts> {
        if start < end {
            survey_on(&mut facts, self.texts, std::iter::once((self.text, start..end)), self.read)?;
        }
        Some(facts)
    }

    /// Tells whether it is worth while to write the cache anew.
    fn is_outdated(&self, found: &Found, whole: usize) -> bool {
        let covered = found.covered.bytes;
        let grown = whole.saturating_sub(covered);
        grown > covered / self.policy.grown_by.max(1) || (grown == 0 && !found.is_same)
    }

    /// Looks for a cache, and believes it only where it can't be wrong.
    fn find(&self) -> Option<Found> {
        let path = path_of(self.path);
        // Neither a link nor a pipe is ever written here.
        std::fs::symlink_metadata(&path).ok().filter(std::fs::Metadata::is_file)?;
        let kept = Mapped::open(&path).ok().filter(|kept| is_as_safe(kept.file(), self.log.file()))?;
        let Parts { header, facts, text_digests, facts_digests } = Parts::of(kept.bytes())?;
        let Header { seed, stamp, .. } = header;
        let bytes = usize::try_from(header.covered).ok().filter(|covered| *covered <= self.log.bytes().len())?;
        let covered = Covered { bytes, digests: text_digests, seed };
        let is_same = Stamp::of(self.log.file()) == Some(stamp);
        let facts = || {
            let is_sound = facts_digests.agree(facts, seed);
            is_sound.then(|| read(facts, self.text, header.covered))?
        };
        let (is_as_read, facts) = rayon::join(|| is_same || covered.is_beginning_of(self.log.bytes()), facts);
        facts.filter(|_| is_as_read).map(|facts| Found { facts, covered, is_same })
    }
}
