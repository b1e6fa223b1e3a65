//! A process on a disk that goes on when the process is killed.

use std::cell::Cell;
use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;

use demarche_journal::files::{Access, Files, FoundFile, LogFile};

use crate::support::MemoryDisk;

/// How much of a write a killed process gets done.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Cut {
    Nothing,
    Half,
    AllButTheLast,
    All,
}

/// A process that uses a disk until it is killed. The disk goes on, with what was written and not synced.
#[derive(Debug, Clone)]
pub(crate) struct Process {
    disk: MemoryDisk,
    /// How many more operations it gets done, and how much of the next, if that is a write.
    left: Rc<Cell<(usize, Cut)>>,
}

/// A log that it has open.
#[derive(Debug)]
pub(crate) struct ProcessLog {
    process: Process,
    log: <MemoryDisk as Files>::Log,
}

impl Process {
    pub(crate) fn new(disk: &MemoryDisk) -> Self {
        Self { disk: disk.clone(), left: Rc::new(Cell::new((usize::MAX, Cut::Nothing))) }
    }

    /// Kills the process after that many more operations that change something.
    pub(crate) fn kill_after(&self, operations: usize, cut: Cut) {
        self.left.set((operations, cut));
    }

    /// Counts an operation; fails once the process is dead.
    fn act(&self) -> io::Result<()> {
        match self.left.get() {
            (0, _) => {
                self.left.set((0, Cut::Nothing));
                Err(io::Error::other("the process is dead"))
            }
            (left, cut) => {
                self.left.set((left - 1, cut));
                Ok(())
            }
        }
    }
}

impl Files for Process {
    type Log = ProcessLog;

    fn look(&self, path: &Path) -> io::Result<Option<FoundFile>> {
        self.disk.look(path)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        self.disk.list(folder)
    }

    fn open(&self, path: &Path, access: Access) -> io::Result<ProcessLog> {
        if self.disk.look(path)?.is_none() {
            self.act()?;
        }
        let log = self.disk.open(path, access)?;
        Ok(ProcessLog { process: self.clone(), log })
    }

    fn write_new(&self, path: &Path, bytes: &[u8], like: Option<&Path>) -> io::Result<()> {
        self.act()?;
        self.disk.write_new(path, bytes, like)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.act()?;
        self.disk.rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.act()?;
        self.disk.remove(path)
    }

    fn sync_folder_of(&self, path: &Path) -> io::Result<()> {
        self.act()?;
        self.disk.sync_folder_of(path)
    }

    fn pause(&self, time: Duration) {
        self.disk.pause(time);
    }
}

impl LogFile for ProcessLog {
    fn length(&self) -> io::Result<u64> {
        self.log.length()
    }

    fn read_from(&mut self, offset: u64, most_bytes: u64) -> io::Result<Vec<u8>> {
        self.log.read_from(offset, most_bytes)
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_at(self.length()?, bytes)
    }

    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<usize> {
        let (_, cut) = self.process.left.get();
        if let Err(dead) = self.process.act() {
            let taken = match cut {
                Cut::Nothing => 0,
                Cut::Half => bytes.len() / 2,
                Cut::AllButTheLast => bytes.len() - 1,
                Cut::All => bytes.len(),
            };
            if taken > 0 {
                self.log.write_at(offset, &bytes[..taken])?;
            }
            return Err(dead);
        }
        self.log.write_at(offset, bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.process.act()?;
        self.log.sync()
    }

    fn truncate(&mut self, length: u64) -> io::Result<()> {
        self.process.act()?;
        self.log.truncate(length)
    }

    fn try_lock(&mut self) -> io::Result<bool> {
        self.log.try_lock()
    }

    fn unlock(&mut self) -> io::Result<()> {
        self.log.unlock()
    }

    fn is_current(&self) -> io::Result<bool> {
        self.log.is_current()
    }
}
