//! A batch, wholly or not at all, whatever stops in the middle: it stands in a file of its own until it is in the log.
//!
//! That file is what a database calls a write-ahead log, of one batch: a head, and the lines. It is written and synced
//! before the log is, and void once the log has been synced. Who finds it valid finishes what was begun: where the log
//! has a beginning of the batch, the rest is written. Nothing but zeros, which a crash may leave where nothing had been
//! written yet, is ever taken from the log for it. Where the log has none of the batch, or anything else, the file is
//! void; and it can be deleted at any time, for what was acknowledged is in the log.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};

use demarche_core::codec::{decode, encode};
use demarche_core::{Event, EventId};

use crate::files::{Access, Files, FoundKind, LogFile, append_all, write_all_at};
use crate::paths::with_ending;
use crate::scan::{Scan, ScanError};
use crate::terms::Finished;

/// How long the head is, in bytes: it is a line of its own.
const HEAD_BYTES: usize = 68;

/// What the head begins with.
const MAGIC: &str = "demarche batch 1 ";

/// What a void file begins with.
const VOID: &[u8] = b"-";

/// The file of a log in which a batch stands before it goes to the log.
#[derive(Debug)]
pub(crate) struct BatchFile<L> {
    log: PathBuf,
    path: PathBuf,
    file: Option<L>,
    /// Whether its entry in the folder is known to be durable.
    is_entered: bool,
}

impl<L: LogFile> BatchFile<L> {
    /// The file of the log that stands at a path, once symbolic links have been followed: so that whoever comes to the
    /// log by another path finds the same.
    pub(crate) fn of(log: &Path) -> Self {
        Self { log: log.to_owned(), path: with_ending(log, ".batch"), file: None, is_entered: false }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Tells whether it has been opened.
    pub(crate) const fn is_open(&self) -> bool {
        self.file.is_some()
    }

    /// Tells whether its entry in the folder, if it is there, is known to be durable.
    pub(crate) const fn is_entered(&self) -> bool {
        self.is_entered || self.file.is_none()
    }

    /// Notes that the folder has been synced.
    pub(crate) const fn note_entered(&mut self) {
        self.is_entered = true;
    }

    /// Opens the file, and makes it where it is not there: nobody may read it who may not read the log. The lock of the
    /// log must be held.
    pub(crate) fn make_ready(&mut self, files: &impl Files<Log = L>) -> io::Result<()> {
        if self.at_hand(files)?.is_none() {
            files.write_new(&self.path, b"", Some(&self.log))?;
            self.file = Some(files.open(&self.path, Access::Overwrite)?);
        }
        Ok(())
    }

    /// Keeps a batch that is to be written to the log at an offset. The file must have been made ready, and entered.
    pub(crate) fn keep(&mut self, offset: u64, lines: &[u8]) -> io::Result<()> {
        let Some(file) = &mut self.file else { return Ok(()) };
        write_all_at(file, HEAD_BYTES as u64, lines)?;
        write_all_at(file, 0, head(offset, lines).as_bytes())?;
        file.sync()
    }

    /// Lets go of a batch that has been written: it need not be durable, for then it is found to be all there.
    pub(crate) fn release(&mut self) {
        let _ = self.file.as_mut().map_or(Ok(()), |file| write_all_at(file, 0, VOID));
    }

    /// Lets go of a batch that was refused, durably: nobody is to finish it.
    pub(crate) fn withdraw(&mut self) -> io::Result<()> {
        let Some(file) = &mut self.file else { return Ok(()) };
        write_all_at(file, 0, VOID)?;
        file.sync()
    }

    /// Finishes in the log what a writer had begun that is no more; tells what it wrote. The lock of the log must be
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

    /// Tells whether a batch stands in the file that may have to be finished, without touching anything.
    pub(crate) fn is_pending(&self, files: &impl Files<Log = L>) -> io::Result<bool> {
        Ok(match files.look(&self.path)? {
            None => false,
            Some(found) if found.kind != FoundKind::File || found.path != self.path => return Err(foreign()),
            Some(_) => !is_void(&files.open(&self.path, Access::Read)?.read_from(0, HEAD_BYTES as u64)?),
        })
    }

    /// Removes the file, if there is one and no batch stands in it. The lock of the log must be held.
    pub(crate) fn remove(&mut self, files: &impl Files<Log = L>) -> io::Result<()> {
        let Some(file) = &mut self.file else { return Ok(()) };
        if file.is_current()? && is_void(&file.read_from(0, HEAD_BYTES as u64)?) {
            files.remove(&self.path)?;
        }
        Ok(())
    }

    /// The file as it stands at the path now, if it does.
    fn at_hand(&mut self, files: &impl Files<Log = L>) -> io::Result<Option<&mut L>> {
        let is_current = self.file.as_ref().map_or(Ok(false), LogFile::is_current)?;
        if !is_current {
            self.is_entered = false;
            self.file = match files.look(&self.path)? {
                None => None,
                // A link in a folder of somebody else's could lead anywhere.
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

/// Writes what the log lacks of a batch, if it has a beginning of it, and nothing else, behind the offset; and syncs,
/// for whoever wrote what is there may not have come to that. Returns the events of the batch where it wrote any.
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

/// Returns the ids of a batch, which must be one that a journal writes: canonical lines of events that the log does not
/// have before the offset. Anybody can make a checksum fit.
fn ids_of(log: &mut impl LogFile, offset: u64, lines: &[u8]) -> io::Result<Vec<EventId>> {
    let mut ids = Vec::new();
    for line in lines.split_inclusive(|byte| *byte == b'\n') {
        let Some(line) = line.strip_suffix(b"\n") else { return Err(no_batch("a line has no end")) };
        let event = decode(line).map_err(|error| no_batch(&error.to_string()))?;
        if encode(&event).as_bytes() != line {
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
    // A line before it that is broken is told by whoever reads the log.
    match Scan::default().read(before, |event: &Event, _, _, _| is_there |= known.contains(&event.id)) {
        Err(ScanError::Disk(error)) => return Err(error),
        Ok(_) | Err(ScanError::Broken(_)) => {}
    }
    match (is_line_start, is_there) {
        (false, _) => Err(no_batch("it does not begin where a line of the log does")),
        (_, true) => Err(no_batch("the log has an event of it before")),
        (true, false) => Ok(ids),
    }
}

/// The error of a batch that no journal wrote.
fn no_batch(reason: &str) -> io::Error {
    let problem = format!(
        "no batch of this program stands in it ({reason}), so nothing of it was taken: look at it, and move it away"
    );
    io::Error::new(io::ErrorKind::InvalidData, problem)
}

/// Tells whether a file that begins like this was made here: with a batch, void, or with lines that got no head.
fn is_ours(head: &[u8]) -> bool {
    let begins = head.get(..MAGIC.len()).unwrap_or(head);
    is_void(head) || MAGIC.as_bytes().starts_with(begins) || head.iter().all(|byte| *byte == 0)
}

fn foreign() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "another file has the name of that in which a batch stands: rename it")
}

/// Tells whether no batch stands in a file that begins like this.
fn is_void(head: &[u8]) -> bool {
    head.is_empty() || head.starts_with(VOID)
}

/// The head of a batch: where it begins in the log, how long it is, and a checksum of all that.
fn head(offset: u64, lines: &[u8]) -> String {
    let place = format!("{MAGIC}{offset:020} {:020}", lines.len());
    let mut checksum = crc32fast::Hasher::new();
    checksum.update(place.as_bytes());
    checksum.update(lines);
    format!("{place} {:08x}\n", checksum.finalize())
}

/// Reads where a batch begins and how long it is, if this may be a head.
fn read_head(head: &[u8]) -> Option<(u64, u64)> {
    let mut words = std::str::from_utf8(head).ok()?.strip_prefix(MAGIC)?.split(' ');
    Some((words.next()?.parse().ok()?, words.next()?.parse().ok()?))
}
