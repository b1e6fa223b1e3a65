//! Following a log that grows.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use demarche_core::Event;
use demarche_core::codec::{ReadError, decode};
use demarche_core::jsonl::{LINE_MAX_BYTES, locate};

/// Reads what is appended to a log, poll by poll.
///
/// A line counts once it has its line end. Where the log is replaced or cut, it is read again from its beginning:
/// whoever keeps a set of events takes no event twice.
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
    open: Option<Open>,
}

/// What came since the last poll.
#[derive(Debug)]
pub enum Followed {
    /// An event.
    Event(Box<Event>),
    /// A line that is no event. What follows it is read all the same.
    Broken(Box<ReadError>),
    /// Another file stands at the path, as after a rotation: it is read from its beginning.
    Replaced,
    /// The log is shorter than it was: it is read again from its beginning.
    Truncated,
    /// There is no file at the path any more: it is waited for.
    Gone,
}

/// A log as far as it has been read.
#[derive(Debug)]
struct Open {
    file: File,
    identity: Identity,
    offset: u64,
    line: u64,
    /// The beginning of a line whose end is not there yet.
    pending: Vec<u8>,
}

/// What tells one file from another at the same path.
type Identity = (u64, u64);

impl Follower {
    /// Makes a follower of a log, which need not be there yet.
    #[must_use]
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), open: None }
    }

    /// Returns what came since the last poll; nothing where nothing came.
    ///
    /// # Errors
    ///
    /// What the system says, but for the file not being there.
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
        if self.open.as_ref().is_some_and(|open| open.identity != identity(&found)) {
            self.open = None;
            followed.push(Followed::Replaced);
        } else if self.open.as_ref().is_some_and(|open| found.len() < open.offset) {
            self.open = None;
            followed.push(Followed::Truncated);
        }
        let open = match &mut self.open {
            Some(open) => open,
            None => self.open.insert(Open::new(&self.path)?),
        };
        open.read(&mut followed)?;
        Ok(followed)
    }
}

impl Open {
    fn new(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let identity = identity(&file.metadata()?);
        Ok(Self { file, identity, offset: 0, line: 0, pending: Vec::new() })
    }

    /// Reads on to the end there is.
    fn read(&mut self, followed: &mut Vec<Followed>) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(self.offset))?;
        let mut bytes = std::mem::take(&mut self.pending);
        self.offset += self.file.read_to_end(&mut bytes)? as u64;
        let mut rest = bytes.as_slice();
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            let (line, behind) = rest.split_at(end);
            self.line += 1;
            followed.extend(self.entry(line));
            rest = behind.strip_prefix(b"\n").unwrap_or(behind);
        }
        // Of a line that is too long its beginning is enough to say so.
        self.pending = rest.get(..LINE_MAX_BYTES + 2).unwrap_or(rest).to_vec();
        Ok(())
    }

    /// Reads a line; none where it says nothing.
    fn entry(&self, line: &[u8]) -> Option<Followed> {
        let line = line.strip_prefix(b"\xEF\xBB\xBF").filter(|_| self.line == 1).unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.iter().all(u8::is_ascii_whitespace) {
            return None;
        }
        Some(match decode(line) {
            Ok(event) => Followed::Event(Box::new(event)),
            Err(error) => {
                let (column, excerpt) = locate(line, error.span);
                Followed::Broken(Box::new(ReadError { line: self.line, column, excerpt, kind: error.kind.into() }))
            }
        })
    }
}

#[cfg(unix)]
fn identity(found: &std::fs::Metadata) -> Identity {
    use std::os::unix::fs::MetadataExt as _;
    (found.dev(), found.ino())
}

#[cfg(not(unix))]
fn identity(_: &std::fs::Metadata) -> Identity {
    // An open file can't be replaced there.
    (0, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = r#""v":1,"type":"track_stalled","track":"us-ru","occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","source":{"who":"izvestia","attribution":"media"},"data":{}}"#;

    fn line(number: u32) -> String {
        format!("{{\"id\":\"0199f3c0-5a00-7000-8000-{number:012}\",{LINE}\n")
    }

    /// What a poll says, in short: the last digit of each event, a letter for anything else.
    fn poll(follower: &mut Follower) -> String {
        let short = |followed: &Followed| match followed {
            Followed::Event(event) => event.id.to_string().chars().last().unwrap(),
            Followed::Broken(_) => 'b',
            Followed::Replaced => 'r',
            Followed::Truncated => 't',
            Followed::Gone => 'g',
        };
        follower.poll().unwrap().iter().map(short).collect()
    }

    #[test]
    fn it_survives_whatever_is_done_to_the_log() {
        let folder = std::env::temp_dir().join(format!("demarche-follower-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("desk.jsonl");
        let append = |text: &str| {
            use std::io::Write as _;
            let mut file = File::options().append(true).create(true).open(&path).unwrap();
            file.write_all(text.as_bytes()).unwrap();
        };
        let mut follower = Follower::new(&path);
        assert_eq!(poll(&mut follower), "");
        append(&(line(1) + &line(2)));
        assert_eq!(poll(&mut follower), "12");
        let third = line(3);
        let (head, tail) = third.split_at(40);
        append(head);
        assert_eq!(poll(&mut follower), "");
        append(tail);
        assert_eq!(poll(&mut follower), "3");
        append("nonsense\n\n");
        assert_eq!(poll(&mut follower), "b");
        std::fs::write(&path, line(1)).unwrap();
        assert_eq!(poll(&mut follower), "t1");
        std::fs::rename(&path, folder.join("old.jsonl")).unwrap();
        assert_eq!(poll(&mut follower), "g");
        append(&line(4));
        assert_eq!(poll(&mut follower), "4");
        std::fs::write(folder.join("new.jsonl"), line(4) + &line(5)).unwrap();
        std::fs::rename(folder.join("new.jsonl"), &path).unwrap();
        assert_eq!(poll(&mut follower), "r45");
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
