//! A disk in memory that fails, writes short or stops when it is told to, and that forgets at a crash what was not
//! synced.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use demarche_core::Event;
use demarche_core::codec::{Reader, decode};
use demarche_journal::files::{Access, Files, FoundFile, FoundKind, LogFile};

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
    /// The names of files that were made, renamed or removed, and nothing of their content.
    Names,
}

pub(crate) const KEPT: [Kept; 4] = [Kept::Nothing, Kept::Half, Kept::All, Kept::Names];

#[derive(Debug, Default, Clone)]
struct Content {
    durable: Vec<u8>,
    cached: Vec<u8>,
}

impl Content {
    fn crash(&mut self, kept: Kept) {
        let common = self.durable.iter().zip(&self.cached).take_while(|(a, b)| a == b).count();
        let kept = match kept {
            Kept::Nothing | Kept::Names => common,
            Kept::Half => usize::midpoint(common, self.cached.len()),
            Kept::All => self.cached.len(),
        };
        // What was written over and not synced is as it was.
        let old = self.durable.get(kept..).unwrap_or_default();
        self.durable = [&self.cached[..kept], old].concat();
        self.cached.clone_from(&self.durable);
    }
}

type Names = BTreeMap<PathBuf, usize>;

#[derive(Debug, Default)]
struct State {
    contents: Vec<Content>,
    /// Which content stands at a path, and which does for good.
    names: Names,
    durable_names: Names,
    /// How many operations that change something there were.
    operations: usize,
    fault: Option<(usize, Fault)>,
    stopped: bool,
    /// The contents of which somebody has the lock.
    locked: BTreeSet<usize>,
}

impl State {
    fn make(&mut self, path: &Path, content: Content) -> usize {
        self.contents.push(content);
        self.names.insert(path.to_owned(), self.contents.len() - 1);
        self.contents.len() - 1
    }
}

/// A disk in memory; clones are the same disk.
#[derive(Debug, Clone, Default)]
pub(crate) struct MemoryDisk(Arc<Mutex<State>>);

/// A file on it.
#[derive(Debug)]
pub(crate) struct MemoryLog {
    disk: MemoryDisk,
    path: PathBuf,
    content: usize,
    has_lock: bool,
}

impl MemoryDisk {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives a file another name: a hard link.
    pub(crate) fn link(&self, from: &Path, to: &Path) {
        let mut state = self.state();
        let content = state.names[from];
        state.names.insert(to.to_owned(), content);
        state.durable_names = state.names.clone();
    }

    pub(crate) fn is_there(&self, path: &Path) -> bool {
        self.state().names.contains_key(path)
    }

    /// Tells whether somebody has the lock of a content.
    pub(crate) fn is_locked(&self, content: usize) -> bool {
        self.state().locked.contains(&content)
    }

    /// Lets the fault happen at the n-th operation that changes something, from 1.
    pub(crate) fn fault_at(&self, operation: usize, fault: Fault) {
        let mut state = self.state();
        state.operations = 0;
        state.fault = Some((operation, fault));
    }

    /// Tells how many operations there were since the fault was set.
    pub(crate) fn operations(&self) -> usize {
        self.state().operations
    }

    /// Stops the machine and starts it again.
    pub(crate) fn crash(&self, kept: Kept) {
        let mut state = self.state();
        if matches!(kept, Kept::Half | Kept::Names) {
            state.durable_names = state.names.clone();
        }
        state.names = state.durable_names.clone();
        state.contents.iter_mut().for_each(|content| content.crash(kept));
        state.fault = None;
        state.stopped = false;
        state.locked.clear();
    }

    pub(crate) fn write(&self, path: &Path, bytes: &[u8]) {
        let mut state = self.state();
        state.make(path, Content { durable: bytes.to_vec(), cached: bytes.to_vec() });
        state.durable_names = state.names.clone();
    }

    pub(crate) fn content(&self, path: &Path) -> Vec<u8> {
        let state = self.state();
        state.names.get(path).map(|content| state.contents[*content].cached.clone()).unwrap_or_default()
    }

    pub(crate) fn paths(&self) -> Vec<PathBuf> {
        self.state().names.keys().cloned().collect()
    }

    fn log(&self, path: &Path, content: usize) -> MemoryLog {
        MemoryLog { disk: self.clone(), path: path.to_owned(), content, has_lock: false }
    }

    /// Counts an operation; tells what fault comes with it.
    fn count(&self) -> io::Result<Option<Fault>> {
        let mut state = self.state();
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

    fn look(&self, path: &Path) -> io::Result<Option<FoundFile>> {
        let state = self.state();
        let found = FoundFile {
            path: path.to_owned(),
            kind: FoundKind::File,
            is_read_only: false,
            length: 0,
            links: 1,
            file: None,
        };
        if let Some(content) = state.names.get(path) {
            let links = state.names.values().filter(|other| *other == content).count() as u64;
            let length = state.contents[*content].cached.len() as u64;
            return Ok(Some(FoundFile { length, links, file: Some((1, *content as u64)), ..found }));
        }
        // A folder is there as long as something is in it.
        let is_folder = state.names.keys().any(|name| name != path && name.starts_with(path));
        Ok(is_folder.then_some(FoundFile { kind: FoundKind::Folder, ..found }))
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        Ok(self.paths().into_iter().filter(|path| path.parent() == Some(folder)).collect())
    }

    fn open(&self, path: &Path, access: Access) -> io::Result<MemoryLog> {
        let found = self.state().names.get(path).copied();
        let content = match found {
            Some(content) => content,
            None if access != Access::Append => return Err(io::ErrorKind::NotFound.into()),
            None => {
                self.act()?;
                self.state().make(path, Content::default())
            }
        };
        Ok(self.log(path, content))
    }

    fn write_new(&self, path: &Path, bytes: &[u8], _: Option<&Path>) -> io::Result<()> {
        if self.state().names.contains_key(path) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        // Made, written, and synced.
        self.act()?;
        let content = self.state().make(path, Content::default());
        let mut file = self.log(path, content);
        let mut written = 0;
        while written < bytes.len() {
            written += file.append(&bytes[written..])?;
        }
        file.sync()
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.act()?;
        let mut state = self.state();
        let content = state.names.remove(from).ok_or(io::ErrorKind::NotFound)?;
        state.names.insert(to.to_owned(), content);
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.act()?;
        self.state().names.remove(path).map(|_| ()).ok_or(io::ErrorKind::NotFound.into())
    }

    fn sync_folder_of(&self, _: &Path) -> io::Result<()> {
        self.act()?;
        let mut state = self.state();
        state.durable_names = state.names.clone();
        Ok(())
    }

    fn pause(&self, _: Duration) {}
}

impl MemoryLog {
    /// The number of its content on the disk.
    pub(crate) const fn content(&self) -> usize {
        self.content
    }

    fn cached<T>(&self, change: impl FnOnce(&mut Vec<u8>) -> T) -> T {
        change(&mut self.disk.state().contents[self.content].cached)
    }

    fn sync_now(&self) {
        let content = &mut self.disk.state().contents[self.content];
        content.durable.clone_from(&content.cached);
    }
}

impl LogFile for MemoryLog {
    fn length(&self) -> io::Result<u64> {
        Ok(self.cached(|bytes| bytes.len()) as u64)
    }

    fn read_from(&mut self, offset: u64, most_bytes: u64) -> io::Result<Vec<u8>> {
        self.cached(|bytes| {
            let rest = bytes.get(usize::try_from(offset).unwrap()..).unwrap_or_default();
            Ok(rest[..rest.len().min(usize::try_from(most_bytes).unwrap_or(usize::MAX))].to_vec())
        })
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_at(self.length()?, bytes)
    }

    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<usize> {
        let fault = self.disk.count()?;
        let taken = match fault {
            // Half of one byte is nothing, and writing nothing would be another error.
            Some(Fault::Short) => bytes.len().div_ceil(2),
            Some(_) => bytes.len() / 2,
            None => bytes.len(),
        };
        let start = usize::try_from(offset).unwrap();
        self.cached(|content| {
            content.resize(content.len().max(start + taken), 0);
            content[start..start + taken].copy_from_slice(&bytes[..taken]);
        });
        if fault == Some(Fault::Stop) { Err(io::Error::other("the machine has stopped")) } else { Ok(taken) }
    }

    fn sync(&mut self) -> io::Result<()> {
        self.disk.act()?;
        self.sync_now();
        Ok(())
    }

    fn truncate(&mut self, length: u64) -> io::Result<()> {
        self.disk.act()?;
        self.cached(|bytes| bytes.truncate(usize::try_from(length).unwrap()));
        self.sync_now();
        Ok(())
    }

    fn try_lock(&mut self) -> io::Result<bool> {
        self.has_lock |= self.disk.state().locked.insert(self.content);
        Ok(self.has_lock)
    }

    fn unlock(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.has_lock) {
            self.disk.state().locked.remove(&self.content);
        }
        Ok(())
    }

    fn is_current(&self) -> io::Result<bool> {
        Ok(self.disk.state().names.get(&self.path) == Some(&self.content))
    }
}

impl Drop for MemoryLog {
    /// The operating system gives the lock back.
    fn drop(&mut self) {
        if self.has_lock {
            drop(self.unlock());
        }
    }
}

/// An event of a number, on a track of a number.
pub(crate) fn event(number: u32, track: u32) -> Event {
    let line = format!(
        "{{\"id\":\"0199f3c0-5a00-7000-8000-{number:012}\",\"v\":2,\"type\":\"statement_made\",\"track\":\"t{track}\",\
         \"occurred\":\"2025-10-22\",\"recorded\":\"2025-10-23T08:00:00Z\",\
         \"source\":{{\"who\":\"us\",\"attribution\":\"media\"}},\"data\":{{\"summary\":\"Statement {number}\"}}}}"
    );
    decode(line.as_bytes()).unwrap()
}

/// The events of a log.
pub(crate) fn events_of(log: &[u8]) -> Vec<Event> {
    Reader::new(log).map(|entry| entry.unwrap().event).collect()
}
