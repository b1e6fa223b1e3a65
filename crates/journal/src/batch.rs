//! Writes a batch wholly or not at all, even if it is interrupted: the batch stays in a separate file until it is in
//! the log.
//!
//! A database would call that file a write-ahead log with a single batch: a head, and the lines. It is written and
//! synced before the log, and becomes void once the log has been synced. The next process that finds it valid finishes
//! the batch: if the log has the beginning of it, the rest is written. Only zeros, which a crash may leave in place of
//! bytes that were never written, are ever removed from the log for this. If the log has nothing of the batch, or
//! something else, the file is void. It can be deleted at any time, since whatever was acknowledged is in the log.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};

use demarche_core::codec::{canonical, decode};
use demarche_core::{Event, EventId};

use crate::appending::Finished;
use crate::files::{Access, Files, FoundKind, LogFile, append_all, write_all_at};
use crate::paths::with_ending;
use crate::progress::{Progress, ReadOnError};

/// The length of the head, in bytes; the head is one line.
const HEAD_BYTES: usize = 68;

/// The beginning of the head.
const MAGIC: &str = "demarche batch 1 ";

/// The beginning of a void file.
const VOID: &[u8] = b"-";

/// The file beside a log that holds a batch until it is in the log.
#[derive(Debug)]
pub(crate) struct BatchFile<L> {
    log: PathBuf,
    path: PathBuf,
    file: Option<L>,
    /// Whether its entry in the folder is known to be durable.
    is_entered: bool,
}

impl<L: LogFile> BatchFile<L> {
    /// Returns the file for the log at a path, with symbolic links followed: any process that reaches the log by
    /// another path finds the same file.
    pub(crate) fn of(log: &Path) -> Self {
        Self { log: log.to_owned(), path: with_ending(log, ".batch"), file: None, is_entered: false }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Tells whether the file has been opened.
    pub(crate) const fn is_open(&self) -> bool {
        self.file.is_some()
    }

    /// Tells whether its entry in the folder is known to be durable, if there is one.
    pub(crate) const fn is_entered(&self) -> bool {
        self.is_entered || self.file.is_none()
    }

    /// Notes that the folder has been synced.
    pub(crate) const fn note_entered(&mut self) {
        self.is_entered = true;
    }

    /// Opens the file, or creates it, readable only by those who may read the log. The lock of the log must be held.
    pub(crate) fn make_ready(&mut self, files: &impl Files<Log = L>) -> io::Result<()> {
        if self.at_hand(files)?.is_none() {
            files.write_new(&self.path, b"", Some(&self.log))?;
            self.file = Some(files.open(&self.path, Access::Overwrite)?);
        }
        Ok(())
    }

    /// Stores a batch that is to be written to the log at an offset. The file must be ready and its entry durable.
    pub(crate) fn keep(&mut self, offset: u64, lines: &[u8]) -> io::Result<()> {
        let Some(file) = &mut self.file else { return Ok(()) };
        write_all_at(file, HEAD_BYTES as u64, lines)?;
        write_all_at(file, 0, head(offset, lines).as_bytes())?;
        file.sync()
    }

    /// Marks the batch as written. This need not be durable, since the log has the whole batch.
    pub(crate) fn release(&mut self) {
        let _ = self.file.as_mut().map_or(Ok(()), |file| write_all_at(file, 0, VOID));
    }

    /// Marks the batch as refused, durably, so that nobody finishes it.
    pub(crate) fn withdraw(&mut self) -> io::Result<()> {
        let Some(file) = &mut self.file else { return Ok(()) };
        write_all_at(file, 0, VOID)?;
        file.sync()
    }

    /// Finishes a batch that an interrupted writer had begun, and returns what it wrote. The lock of the log must be
    /// held.
    pub(crate) fn settle(&mut self, files: &impl Files<Log = L>, log: &mut L) -> io::Result<Option<Finished>> {
        let Some(file) = self.at_hand(files)? else { return Ok(None) };
        let head_found = file.read_from(0, HEAD_BYTES as u64)?;
        if is_void(&head_found) {
            return Ok(None);
        }
        let mut ids = None;
        if let Some((offset, length)) = read_head(&head_found) {
            let lines = file.read_from(HEAD_BYTES as u64, length)?;
            if head(offset, &lines).as_bytes() == head_found {
                ids = finish(log, offset, &lines)?;
            }
        }
        self.withdraw()?;
        Ok(ids.map(|ids| Finished { log: self.log.clone(), ids }))
    }

    /// Tells whether the file holds a batch that may have to be finished, without changing anything.
    pub(crate) fn is_pending(&self, files: &impl Files<Log = L>) -> io::Result<bool> {
        Ok(match files.look(&self.path)? {
            None => false,
            Some(found) if found.kind != FoundKind::File || found.path != self.path => return Err(foreign()),
            Some(_) => !is_void(&files.open(&self.path, Access::Read)?.read_from(0, HEAD_BYTES as u64)?),
        })
    }

    /// Removes the file if it is there and holds no batch. The lock of the log must be held.
    pub(crate) fn remove(&mut self, files: &impl Files<Log = L>) -> io::Result<()> {
        let Some(file) = &mut self.file else { return Ok(()) };
        if file.is_current()? && is_void(&file.read_from(0, HEAD_BYTES as u64)?) {
            files.remove(&self.path)?;
        }
        Ok(())
    }

    /// Returns the file that is at the path now, if there is one.
    fn at_hand(&mut self, files: &impl Files<Log = L>) -> io::Result<Option<&mut L>> {
        let is_current = self.file.as_ref().map_or(Ok(false), LogFile::is_current)?;
        if !is_current {
            self.is_entered = false;
            self.file = match files.look(&self.path)? {
                None => None,
                // A link in somebody else's folder could lead anywhere.
                Some(found) if found.kind != FoundKind::File || found.path != self.path => return Err(foreign()),
                Some(_) => {
                    let mut file = files.open(&self.path, Access::Overwrite)?;
                    if !is_ours(&file.read_from(0, HEAD_BYTES as u64)?) {
                        return Err(foreign());
                    }
                    Some(file)
                }
            };
        }
        Ok(self.file.as_mut())
    }
}

/// Writes the rest of a batch if the log has its beginning and nothing else after the offset, and syncs, since the
/// writer may have been interrupted before it did. Returns the events of the batch if it wrote any.
fn finish(log: &mut impl LogFile, offset: u64, lines: &[u8]) -> io::Result<Option<Vec<EventId>>> {
    let begun = log.length()?.saturating_sub(offset);
    if begun == 0 {
        return Ok(None);
    }
    let mut ids = None;
    if begun < lines.len() as u64 {
        let found = log.read_from(offset, begun)?;
        let common = found.iter().zip(lines).take_while(|(found, line)| found == line).count();
        let (behind, rest) = (found.get(common..).unwrap_or_default(), lines.get(common..).unwrap_or_default());
        if behind.iter().zip(rest).any(|(found, line)| *found != 0 && found != line) {
            return Ok(None);
        }
        ids = Some(ids_of(log, offset, lines)?);
        if !behind.is_empty() {
            log.truncate(offset + common as u64)?;
        }
        append_all(log, rest)?;
    }
    log.sync()?;
    Ok(ids)
}

/// Returns the ids of a batch. The batch must look like one that a journal writes, since anybody can compute a
/// checksum: canonical lines of events that the log does not have before the offset.
fn ids_of(log: &mut impl LogFile, offset: u64, lines: &[u8]) -> io::Result<Vec<EventId>> {
    let mut ids = Vec::new();
    for line in lines.split_inclusive(|byte| *byte == b'\n') {
        let Some(line) = line.strip_suffix(b"\n") else { return Err(no_batch("a line has no end")) };
        let event = decode(line).map_err(|error| no_batch(&error.to_string()))?;
        if canonical(&event, line).as_bytes() != line {
            return Err(no_batch("a line is not in canonical form"));
        }
        ids.push(event.id);
    }
    let mut known: HashSet<EventId> = HashSet::with_capacity(ids.len());
    if !ids.iter().all(|id| known.insert(*id)) {
        return Err(no_batch("an id stands there twice"));
    }
    let is_line_start = offset == 0 || log.read_from(offset - 1, 1)? == b"\n";
    let mut is_there = false;
    let before = |from: u64, most_bytes: u64| log.read_from(from, most_bytes.min(offset.saturating_sub(from)));
    // Readers of the log report broken lines before the batch.
    match Progress::default().read(before, |event: &Event, _, _, _| is_there |= known.contains(&event.id)) {
        Err(ReadOnError::Disk(error)) => return Err(error),
        Ok(_) | Err(ReadOnError::Broken(_)) => {}
    }
    match (is_line_start, is_there) {
        (false, _) => Err(no_batch("it does not begin where a line of the log does")),
        (_, true) => Err(no_batch("the log has an event of it before")),
        (true, false) => Ok(ids),
    }
}

/// Returns the error for a batch that no journal wrote.
fn no_batch(reason: &str) -> io::Error {
    let problem = format!(
        "no batch of this program stands in it ({reason}), so nothing of it was taken: look at it, and move it away"
    );
    io::Error::new(io::ErrorKind::InvalidData, problem)
}

/// Tells whether this program made a file with this beginning: it holds a batch, is void, or has lines without a head.
fn is_ours(head: &[u8]) -> bool {
    let begins = head.get(..MAGIC.len()).unwrap_or(head);
    is_void(head) || MAGIC.as_bytes().starts_with(begins) || head.iter().all(|byte| *byte == 0)
}

fn foreign() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "another file has the name of that in which a batch stands: rename it")
}

/// Tells whether a file with this beginning holds no batch.
fn is_void(head: &[u8]) -> bool {
    head.is_empty() || head.starts_with(VOID)
}

/// Returns the head of a batch: its offset in the log, its length, and a checksum of everything.
fn head(offset: u64, lines: &[u8]) -> String {
    let place = format!("{MAGIC}{offset:020} {:020}", lines.len());
    let mut checksum = crc32fast::Hasher::new();
    checksum.update(place.as_bytes());
    checksum.update(lines);
    format!("{place} {:08x}\n", checksum.finalize())
}

/// Reads the offset and the length of a batch, if this may be a head.
fn read_head(head: &[u8]) -> Option<(u64, u64)> {
    let mut words = std::str::from_utf8(head).ok()?.strip_prefix(MAGIC)?.split(' ');
    Some((words.next()?.parse().ok()?, words.next()?.parse().ok()?))
}
