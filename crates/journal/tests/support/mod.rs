//! A disk in memory that fails, writes short or stops when it is told to, and that forgets at a crash what was not synced.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;

use demarche_core::Event;
use demarche_core::codec::{Reader, decode};
use demarche_journal::{Files, LogFile};

/// What happens at the chosen operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It fails, once.
    Fail,
    /// A write takes half of the bytes, once; anything else goes well.
    Short,
    /// A write takes half of the bytes and then the machine stops: every later operation fails.
    Stop,
}

/// What a crash leaves of what was written and not synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    Nothing,
    Half,
    All,
}

#[derive(Debug, Default, Clone)]
struct Content {
    durable: Vec<u8>,
    cached: Vec<u8>,
    /// Whether the folder was synced since the file was made.
    entered: bool,
}

#[derive(Debug, Default)]
struct State {
    files: BTreeMap<PathBuf, Content>,
    /// How many operations that change something there were.
    operations: usize,
    fault: Option<(usize, Fault)>,
    stopped: bool,
    locked: bool,
}

/// A disk in memory; clones are the same disk.
#[derive(Debug, Clone, Default)]
pub(crate) struct MemoryDisk(Rc<RefCell<State>>);

/// A log on it.
#[derive(Debug)]
pub(crate) struct MemoryLog {
    disk: MemoryDisk,
    path: PathBuf,
}

impl MemoryDisk {
    /// Lets the fault happen at the n-th operation that changes something, from 1.
    pub(crate) fn fault_at(&self, operation: usize, fault: Fault) {
        let mut state = self.0.borrow_mut();
        state.operations = 0;
        state.fault = Some((operation, fault));
    }

    /// Tells how many operations there were, and whether the fault has come.
    pub(crate) fn operations(&self) -> usize {
        self.0.borrow().operations
    }

    /// Stops the machine and starts it again.
    pub(crate) fn crash(&self, kept: Kept) {
        let mut state = self.0.borrow_mut();
        state.files.retain(|_, content| content.entered);
        for content in state.files.values_mut() {
            let common = content.durable.iter().zip(&content.cached).take_while(|(a, b)| a == b).count();
            if common == content.durable.len() {
                let unsynced = content.cached.len() - common;
                let kept = match kept {
                    Kept::Nothing => 0,
                    Kept::Half => unsynced / 2,
                    Kept::All => unsynced,
                };
                content.cached.truncate(common + kept);
            } else {
                content.cached = content.durable.clone();
            }
            content.durable = content.cached.clone();
        }
        state.fault = None;
        state.stopped = false;
        state.locked = false;
    }

    pub(crate) fn write(&self, path: &Path, bytes: &[u8]) {
        let content = Content { durable: bytes.to_vec(), cached: bytes.to_vec(), entered: true };
        self.0.borrow_mut().files.insert(path.to_owned(), content);
    }

    pub(crate) fn content(&self, path: &Path) -> Vec<u8> {
        self.0.borrow().files.get(path).map(|content| content.cached.clone()).unwrap_or_default()
    }

    pub(crate) fn paths(&self) -> Vec<PathBuf> {
        self.0.borrow().files.keys().cloned().collect()
    }

    /// Counts an operation; tells what fault comes with it.
    fn count(&self) -> io::Result<Option<Fault>> {
        let mut state = self.0.borrow_mut();
        if state.stopped {
            return Err(io::Error::other("the machine has stopped"));
        }
        state.operations += 1;
        match state.fault {
            Some((at, fault)) if at == state.operations => match fault {
                Fault::Fail => Err(io::Error::other("the disk fails")),
                Fault::Short => Ok(Some(Fault::Short)),
                Fault::Stop => {
                    state.stopped = true;
                    Ok(Some(Fault::Stop))
                }
            },
            _ => Ok(None),
        }
    }

    /// An operation that writes nothing: a stop comes before it.
    fn act(&self) -> io::Result<()> {
        match self.count()? {
            Some(Fault::Stop) => Err(io::Error::other("the machine has stopped")),
            _ => Ok(()),
        }
    }
}

impl Files for MemoryDisk {
    type Log = MemoryLog;

    fn exists(&self, path: &Path) -> io::Result<bool> {
        Ok(self.0.borrow().files.contains_key(path))
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        Ok(self.content(path))
    }

    fn open(&self, path: &Path) -> io::Result<(MemoryLog, bool)> {
        let is_new = !self.0.borrow().files.contains_key(path);
        if is_new {
            self.act()?;
            self.0.borrow_mut().files.insert(path.to_owned(), Content::default());
        }
        Ok((MemoryLog { disk: self.clone(), path: path.to_owned() }, is_new))
    }

    fn write_new(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        if self.0.borrow().files.contains_key(path) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        self.act()?;
        let content = Content { durable: bytes.to_vec(), cached: bytes.to_vec(), entered: false };
        self.0.borrow_mut().files.insert(path.to_owned(), content);
        Ok(())
    }

    fn sync_folder_of(&self, _: &Path) -> io::Result<()> {
        self.act()?;
        self.0.borrow_mut().files.values_mut().for_each(|content| content.entered = true);
        Ok(())
    }

    fn pause(&self, _: Duration) {}
}

impl LogFile for MemoryLog {
    fn length(&self) -> io::Result<u64> {
        Ok(self.disk.content(&self.path).len() as u64)
    }

    fn read_from(&mut self, offset: u64, most_bytes: u64) -> io::Result<Vec<u8>> {
        let content = self.disk.content(&self.path);
        let rest = content.get(usize::try_from(offset).unwrap()..).unwrap_or_default();
        Ok(rest[..rest.len().min(usize::try_from(most_bytes).unwrap_or(usize::MAX))].to_vec())
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let fault = self.disk.count()?;
        let taken = if fault.is_some() { bytes.len() / 2 } else { bytes.len() };
        let mut state = self.disk.0.borrow_mut();
        state.files.get_mut(&self.path).unwrap().cached.extend_from_slice(&bytes[..taken]);
        match fault {
            Some(Fault::Stop) => Err(io::Error::other("the machine has stopped")),
            // Half of one byte is nothing, and nothing would be an error of its own.
            _ if taken == 0 => {
                state.files.get_mut(&self.path).unwrap().cached.extend_from_slice(bytes);
                Ok(bytes.len())
            }
            _ => Ok(taken),
        }
    }

    fn sync(&mut self) -> io::Result<()> {
        self.disk.act()?;
        let mut state = self.disk.0.borrow_mut();
        let content = state.files.get_mut(&self.path).unwrap();
        content.durable = content.cached.clone();
        Ok(())
    }

    fn truncate(&mut self, length: u64) -> io::Result<()> {
        self.disk.act()?;
        let mut state = self.disk.0.borrow_mut();
        let content = state.files.get_mut(&self.path).unwrap();
        content.cached.truncate(usize::try_from(length).unwrap());
        content.durable = content.cached.clone();
        Ok(())
    }

    fn try_lock(&mut self) -> io::Result<bool> {
        let mut state = self.disk.0.borrow_mut();
        let taken = !state.locked;
        state.locked = true;
        Ok(taken)
    }

    fn unlock(&mut self) -> io::Result<()> {
        self.disk.0.borrow_mut().locked = false;
        Ok(())
    }

    fn is_current(&self) -> io::Result<bool> {
        Ok(self.disk.0.borrow().files.contains_key(&self.path))
    }
}

/// An event of a number, on a track of a number.
pub(crate) fn event(number: u32, track: u32) -> Event {
    let line = format!(
        "{{\"id\":\"0199f3c0-5a00-7000-8000-{number:012}\",\"v\":1,\"type\":\"statement_made\",\"track\":\"t{track}\",\
         \"occurred\":\"2025-10-22\",\"recorded\":\"2025-10-23T08:00:00Z\",\
         \"source\":{{\"who\":\"us\",\"attribution\":\"media\"}},\"data\":{{\"summary\":\"Statement {number}\"}}}}"
    );
    decode(line.as_bytes()).unwrap()
}

/// The events of a log.
pub(crate) fn events_of(log: &[u8]) -> Vec<Event> {
    Reader::new(log).map(|entry| entry.unwrap().event).collect()
}
