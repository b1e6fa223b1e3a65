//! Following a log that grows.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use demarche_core::Event;
use demarche_core::codec::{ReadError, decode};
use demarche_core::jsonl::LINE_MAX_BYTES;

use crate::stamp::{FileChange, FileStamp};

/// Reads what is appended to a log, poll by poll.
///
/// A line counts once it has its line end. If the log is replaced, cut or written over, it is read again from its
/// beginning: that does no harm, since a fold ignores events that it has.
///
/// Polling an unchanged log costs one system call. If the log was written to and has the same length as before, it was
/// written over. If it is longer, the first and the last 4 KiB that were read are compared with what is there now,
/// since hashing everything would read the whole log again whenever it grows. So one change goes unseen: a log that
/// grew, and whose middle was changed without moving anything behind it.
///
/// ```
/// use demarche_journal::{Followed, Follower};
///
/// # let path = std::env::temp_dir().join(format!("demarche-follow-{}.jsonl", std::process::id()));
/// # let line = r#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"track_stalled","track":"us-ru","occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","source":{"who":"izvestia","attribution":"media"},"data":{}}"#;
/// let mut follower = Follower::new(&path);
/// assert!(follower.poll()?.is_empty());
/// std::fs::write(&path, format!("{line}\n{{\"half"))?;
/// assert!(matches!(follower.poll()?.as_slice(), [Followed::Event(_)]));
/// assert!(follower.poll()?.is_empty());
/// # std::fs::remove_file(&path)?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Follower {
    path: PathBuf,
    open: Option<OpenLog>,
}

/// What came since the last poll.
#[derive(Debug)]
pub enum Followed {
    /// A new event.
    Event(Box<Event>),
    /// A line that is not an event. Reading goes on after it.
    Broken(Box<ReadError>),
    /// Another file is at the path, as after a rotation: it is read from its beginning.
    Replaced,
    /// The log is shorter than it was: it is read again from its beginning.
    Truncated,
    /// The log has other content where it was read already: it is read again from its beginning.
    Rewritten,
    /// There is no file at the path any more; the follower waits for one.
    Gone,
}

/// The state of a log that has been read up to some point.
#[derive(Debug)]
struct OpenLog {
    file: File,
    /// The stamp of the file before it was read.
    stamp: FileStamp,
    offset: u64,
    /// The first bytes that were read.
    head: Vec<u8>,
    /// The last bytes that were read.
    tail: Vec<u8>,
    line: u64,
    /// The beginning of a line whose end has not been written yet.
    pending: Vec<u8>,
}

/// How many bytes are kept from either end of what was read, to recognise the log.
const KEPT_BYTES: usize = 4096;

impl Follower {
    /// Makes a follower of a log, which need not exist yet.
    #[must_use]
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), open: None }
    }

    /// Returns what came since the last poll; empty if nothing came.
    ///
    /// # Errors
    ///
    /// The error of the system, except for a missing file.
    pub fn poll(&mut self) -> io::Result<Vec<Followed>> {
        let mut followed = Vec::new();
        let found = match std::fs::metadata(&self.path) {
            Ok(found) => found,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                followed.extend(self.open.take().map(|_| Followed::Gone));
                return Ok(followed);
            }
            Err(error) => return Err(error),
        };
        if !found.is_file() {
            // Opening a pipe would wait for somebody to write to it.
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "only a file can be followed"));
        }
        let stamp = FileStamp::of(&found);
        if self.open.as_ref().is_some_and(|open| open.stamp == stamp) {
            return Ok(followed);
        }
        if let Some(open) = &mut self.open
            && let Some(change) = open.change_until(&stamp)?
        {
            self.open = None;
            followed.push(change);
        }
        let open = match &mut self.open {
            Some(open) => open,
            None => self.open.insert(OpenLog::new(&self.path)?),
        };
        open.stamp = stamp;
        open.read(&mut followed)?;
        Ok(followed)
    }
}

impl OpenLog {
    fn new(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let stamp = FileStamp::of(&file.metadata()?);
        Ok(Self { file, stamp, offset: 0, head: Vec::new(), tail: Vec::new(), line: 0, pending: Vec::new() })
    }

    /// Tells what happened to the log up to a later stamp; returns `None` if it has only grown.
    fn change_until(&mut self, stamp: &FileStamp) -> io::Result<Option<Followed>> {
        Ok(match self.stamp.change_until(stamp) {
            Some(FileChange::Replaced) => Some(Followed::Replaced),
            _ if stamp.length() < self.offset => Some(Followed::Truncated),
            Some(FileChange::Cut) => Some(Followed::Truncated),
            Some(FileChange::Rewritten) => Some(Followed::Rewritten),
            None => (!self.is_known()?).then_some(Followed::Rewritten),
        })
    }

    /// Tells whether both ends of what was read are unchanged.
    fn is_known(&mut self) -> io::Result<bool> {
        let tail_at = self.offset.saturating_sub(self.tail.len() as u64);
        for (at, kept) in [(0, &self.head), (tail_at, &self.tail)] {
            let mut found = Vec::with_capacity(kept.len());
            self.file.seek(SeekFrom::Start(at))?;
            (&self.file).take(kept.len() as u64).read_to_end(&mut found)?;
            if found != *kept {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Keeps both ends of what was read.
    fn keep(&mut self, read: &[u8]) {
        let room = KEPT_BYTES.saturating_sub(self.head.len()).min(read.len());
        self.head.extend_from_slice(read.get(..room).unwrap_or_default());
        self.tail.extend_from_slice(read.get(read.len().saturating_sub(KEPT_BYTES)..).unwrap_or_default());
        self.tail.drain(..self.tail.len().saturating_sub(KEPT_BYTES));
    }

    /// Reads on to the present end.
    fn read(&mut self, followed: &mut Vec<Followed>) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(self.offset))?;
        let mut bytes = std::mem::take(&mut self.pending);
        let known = bytes.len();
        self.offset += self.file.read_to_end(&mut bytes)? as u64;
        self.keep(bytes.get(known..).unwrap_or_default());
        let mut rest = bytes.as_slice();
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            let (line, behind) = rest.split_at(end);
            self.line += 1;
            followed.extend(self.entry(line));
            rest = behind.strip_prefix(b"\n").unwrap_or(behind);
        }
        // The beginning of a line is enough to report that it is too long.
        self.pending = rest.get(..LINE_MAX_BYTES + 2).unwrap_or(rest).to_vec();
        Ok(())
    }

    /// Reads a line; returns `None` for a blank one.
    fn entry(&self, line: &[u8]) -> Option<Followed> {
        let line = line.strip_prefix(b"\xEF\xBB\xBF").filter(|_| self.line == 1).unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.iter().all(u8::is_ascii_whitespace) {
            return None;
        }
        Some(match decode(line) {
            Ok(event) => Followed::Event(Box::new(event)),
            Err(error) => Followed::Broken(Box::new(ReadError::in_line(self.line, line, error))),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = r#""v":1,"type":"track_stalled","track":"us-ru","occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","source":{"who":"izvestia","attribution":"media"},"data":{}}"#;

    fn line(number: u32) -> String {
        format!("{{\"id\":\"0199f3c0-5a00-7000-8000-{number:012}\",{LINE}\n")
    }

    /// Returns a poll in short: the last digit of each event, a letter for anything else.
    fn poll(follower: &mut Follower) -> String {
        let short = |followed: &Followed| match followed {
            Followed::Event(event) => event.id.to_string().chars().last().unwrap(),
            Followed::Broken(_) => 'b',
            Followed::Replaced => 'r',
            Followed::Truncated => 't',
            Followed::Rewritten => 'w',
            Followed::Gone => 'g',
        };
        follower.poll().unwrap().iter().map(short).collect()
    }

    /// A log in a folder of its own, and what follows it.
    struct Growing {
        folder: PathBuf,
        path: PathBuf,
        follower: Follower,
    }

    impl Growing {
        fn new(name: &str, log: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("demarche-follower-{name}-{}", std::process::id()));
            std::fs::create_dir_all(&folder).unwrap();
            let path = folder.join("desk.jsonl");
            std::fs::write(&path, log).unwrap();
            let mut growing = Self { follower: Follower::new(&path), folder, path };
            growing.poll();
            growing
        }

        fn append(&self, text: &str) {
            use std::io::Write as _;
            let mut file = File::options().append(true).create(true).open(&self.path).unwrap();
            file.write_all(text.as_bytes()).unwrap();
        }

        fn poll(&mut self) -> String {
            poll(&mut self.follower)
        }
    }

    impl Drop for Growing {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }

    #[test]
    fn a_log_that_is_not_there_yet_is_waited_for() {
        let mut log = Growing::new("new", "");
        std::fs::remove_file(&log.path).unwrap();
        log.follower = Follower::new(&log.path);
        assert_eq!(log.poll(), "");
        log.append(&(line(1) + &line(2)));
        assert_eq!(log.poll(), "12");
    }

    #[test]
    fn a_line_is_an_event_once_it_has_its_end() {
        let mut log = Growing::new("half", &line(2));
        let third = line(3);
        let (head, tail) = third.split_at(40);
        log.append(head);
        assert_eq!(log.poll(), "");
        log.append(tail);
        assert_eq!(log.poll(), "3");
    }

    #[test]
    fn a_broken_line_is_told_and_passed_over() {
        let mut log = Growing::new("broken", &line(1));
        log.append("nonsense\n\n");
        assert_eq!(log.poll(), "b");
        log.append(&line(2));
        assert_eq!(log.poll(), "2");
    }

    #[test]
    fn a_log_that_is_cut_is_read_again() {
        let mut log = Growing::new("cut", &(line(1) + &line(2)));
        std::fs::write(&log.path, line(1)).unwrap();
        assert_eq!(log.poll(), "t1");
    }

    #[test]
    fn a_log_that_is_gone_is_waited_for() {
        let mut log = Growing::new("gone", &line(1));
        std::fs::rename(&log.path, log.folder.join("old.jsonl")).unwrap();
        assert_eq!(log.poll(), "g");
        log.append(&line(4));
        assert_eq!(log.poll(), "4");
    }

    #[test]
    fn a_log_that_is_replaced_is_read_again() {
        let mut log = Growing::new("replaced", &line(4));
        std::fs::write(log.folder.join("new.jsonl"), line(4) + &line(5)).unwrap();
        std::fs::rename(log.folder.join("new.jsonl"), &log.path).unwrap();
        assert_eq!(log.poll(), "r45");
    }

    #[test]
    fn an_overwritten_log_is_read_again_at_any_length() {
        let path = std::env::temp_dir().join(format!("demarche-rewritten-{}.jsonl", std::process::id()));
        let lines = |numbers: std::ops::Range<u32>| numbers.map(line).collect::<String>();
        // Longer than the kept ends.
        let start = lines(10..60);
        let mut tick = std::time::SystemTime::now();
        // Gives each write a different time, even if the clock is coarse.
        let mut write = |text: &str| {
            use std::io::Write as _;
            let mut file = File::options().write(true).create(true).truncate(true).open(&path).unwrap();
            file.write_all(text.as_bytes()).unwrap();
            tick += std::time::Duration::from_secs(1);
            file.set_modified(tick).unwrap();
        };
        for (text, expected) in [
            (lines(60..120), "w"),
            (line(9) + &start, "w9"),
            (start.replacen("\"us-ru\"", "\"us-cn\"", 1) + &line(61), "w"),
            (start.replacen("izvestia", "tass", 1) + &line(61) + &line(62), "w"),
            (lines(60..110), "w"),
            (line(8), "t8"),
            (start.clone() + &line(7), "7"),
            (start.clone(), ""),
        ] {
            write(&start);
            let mut follower = Follower::new(&path);
            assert_eq!(poll(&mut follower).len(), 50);
            write(&text);
            let polled = poll(&mut follower);
            let is_whole = text == start;
            assert!(is_whole || polled.starts_with(expected), "{expected}: {polled}");
            assert_eq!(poll(&mut follower), "", "what was read is known again");
        }
        std::fs::remove_file(&path).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_is_refused_without_waiting() {
        let path = std::env::temp_dir().join(format!("demarche-follow-pipe-{}", std::process::id()));
        assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
        assert!(Follower::new(&path).poll().is_err());
        std::fs::remove_file(&path).unwrap();
    }
}
