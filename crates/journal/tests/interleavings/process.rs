//! A process that waits for its turn before each operation on the disk.

use std::cell::Cell;
use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use demarche_journal::files::{Access, Files, FoundFile, LogFile};

use super::schedule::{Operation, Thing, Turns};
use crate::support::{MemoryDisk, MemoryLog};

/// A process.
#[derive(Debug, Clone)]
pub(crate) struct Process {
    number: usize,
    disk: MemoryDisk,
    turns: Arc<Turns>,
    /// Whether the disk is full for its next append: a line of it is taken, and then no more.
    is_full: Rc<Cell<Full>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Full {
    No,
    AfterLine,
    Now,
}

/// A file that it has open.
#[derive(Debug)]
pub(crate) struct ProcessLog {
    process: Process,
    log: MemoryLog,
    path: PathBuf,
    has_lock: bool,
}

impl Process {
    pub(crate) fn new(number: usize, disk: &MemoryDisk, turns: &Arc<Turns>) -> Self {
        let (disk, turns) = (disk.clone(), Arc::clone(turns));
        Self { number, disk, turns, is_full: Rc::new(Cell::new(Full::No)) }
    }

    /// Lets the disk be full in the middle of the next append.
    pub(crate) fn fill_the_disk(&self) {
        self.is_full.set(Full::AfterLine);
    }

    fn before(&self, operation: Operation) {
        self.turns.before(self.number, operation);
    }
}

fn name(path: &Path) -> Thing {
    Thing::Name(path.to_owned())
}

impl Files for Process {
    type Log = ProcessLog;

    fn look(&self, path: &Path) -> io::Result<Option<FoundFile>> {
        self.turns.before_look(self.number, path);
        self.disk.look(path)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        self.before(Operation::reads([Thing::Folder(folder.to_owned())]));
        self.disk.list(folder)
    }

    fn open(&self, path: &Path, access: Access) -> io::Result<ProcessLog> {
        match access {
            Access::Append => self.turns.before_append(self.number, path),
            Access::Read | Access::Overwrite => self.before(Operation::reads([name(path)])),
        }
        let log = self.disk.open(path, access)?;
        Ok(ProcessLog { process: self.clone(), log, path: path.to_owned(), has_lock: false })
    }

    fn write_new(&self, path: &Path, bytes: &[u8], like: Option<&Path>) -> io::Result<()> {
        self.before(Operation::writes([name(path)]));
        self.disk.write_new(path, bytes, like)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.before(Operation::writes([name(from), name(to)]));
        self.disk.rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.before(Operation::writes([name(path)]));
        self.disk.remove(path)
    }

    /// Without a crash nobody can tell whether anything is durable.
    fn sync_folder_of(&self, path: &Path) -> io::Result<()> {
        self.disk.sync_folder_of(path)
    }

    fn pause(&self, _: Duration) {}
}

impl ProcessLog {
    fn content(&self) -> Thing {
        Thing::Content(self.log.content())
    }

    fn lock(&self) -> Thing {
        Thing::Lock(self.log.content())
    }

    fn before_change(&self) {
        self.process.before(Operation::writes([self.content()]));
    }
}

impl LogFile for ProcessLog {
    fn length(&self) -> io::Result<u64> {
        self.process.before(Operation::reads([self.content()]));
        self.log.length()
    }

    fn read_from(&mut self, offset: u64, most_bytes: u64) -> io::Result<Vec<u8>> {
        self.process.before(Operation::reads([self.content()]));
        self.log.read_from(offset, most_bytes)
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.before_change();
        match self.process.is_full.get() {
            Full::No => self.log.append(bytes),
            Full::AfterLine => {
                self.process.is_full.set(Full::Now);
                // A whole line: what is worst for those who take it for an event that stays.
                let line = bytes.iter().position(|byte| *byte == b'\n').map_or(bytes.len() / 2, |end| end + 1);
                self.log.append(&bytes[..line])
            }
            Full::Now => Err(io::ErrorKind::StorageFull.into()),
        }
    }

    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<usize> {
        self.before_change();
        self.log.write_at(offset, bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.log.sync()
    }

    fn truncate(&mut self, length: u64) -> io::Result<()> {
        self.before_change();
        self.log.truncate(length)
    }

    fn try_lock(&mut self) -> io::Result<bool> {
        self.process.turns.before_lock(self.process.number, self.log.content());
        self.has_lock = self.log.try_lock()?;
        Ok(self.has_lock)
    }

    fn unlock(&mut self) -> io::Result<()> {
        self.process.before(Operation::writes([self.lock()]));
        self.has_lock = false;
        self.log.unlock()
    }

    fn is_current(&self) -> io::Result<bool> {
        self.process.before(Operation::reads([name(&self.path)]));
        self.log.is_current()
    }
}

impl Drop for ProcessLog {
    fn drop(&mut self) {
        if self.has_lock && !std::thread::panicking() {
            drop(self.unlock());
        }
    }
}
