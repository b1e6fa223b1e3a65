//! Opening logs: files and streams, plain or compressed, and the logs of a directory.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};

/// How much is read at once, in bytes.
const BUFFER_BYTES: usize = 128 * 1024;

/// The endings of logs in a directory.
const LOG_ENDINGS: [&str; 3] = [".jsonl", ".jsonl.gz", ".jsonl.zst"];

/// Where a log is read from.
///
/// ```no_run
/// use std::io::BufRead as _;
///
/// use demarche_journal::Source;
///
/// for source in Source::all_of(&["journal/".into(), "more.jsonl.zst".into()])? {
///     let mut stdin = std::io::stdin().lock();
///     let lines = source.open(&mut stdin, &())?.lines().count();
///     println!("{}: {lines} lines", source.name());
/// }
/// # Ok::<(), demarche_journal::SourceError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Standard input.
    Stdin,
    /// A file.
    File(PathBuf),
}

/// Says why a log can't be read.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// Standard input is named twice, and can be read only once.
    #[error("standard input is given twice")]
    StdinTwice,
    /// There is no log in a directory.
    #[error("there is no log in {}", path.display())]
    NoLog {
        /// Which directory.
        path: PathBuf,
    },
    /// The system says no.
    #[error("cannot read {}: {error}", path.display())]
    Unreadable {
        /// What was to be read.
        path: PathBuf,
        /// What it says.
        error: io::Error,
    },
}

/// Is told of what is read, in bytes of the file as it stands on the disk.
pub trait Watcher {
    /// So many bytes more have been read.
    fn advance(&self, bytes: usize);
}

/// Nobody watches.
impl Watcher for () {
    fn advance(&self, _: usize) {}
}

impl Source {
    /// The sources that arguments name, in order: `-` is standard input, a directory its logs by their names.
    ///
    /// # Errors
    ///
    /// A [`SourceError`] where there are none, or standard input is named twice.
    pub fn all_of(arguments: &[PathBuf]) -> Result<Vec<Self>, SourceError> {
        let mut sources = Vec::new();
        for argument in arguments {
            if argument.as_os_str() == "-" {
                if sources.contains(&Self::Stdin) {
                    return Err(SourceError::StdinTwice);
                }
                sources.push(Self::Stdin);
            } else if argument.is_dir() {
                sources.extend(in_directory(argument)?.into_iter().map(Self::File));
            } else {
                sources.push(Self::File(argument.clone()));
            }
        }
        Ok(sources)
    }

    /// The name by which errors call it.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Stdin => "<stdin>".to_owned(),
            Self::File(path) => path.display().to_string(),
        }
    }

    /// The size of what is to be read, in bytes, where it is known.
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        match self {
            Self::Stdin => None,
            Self::File(path) => std::fs::metadata(path).ok().map(|meta| meta.len()),
        }
    }

    /// Opens it; what is compressed with gzip or Zstandard is known by its first bytes, and unpacked.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn open<'i>(
        &self,
        stdin: &'i mut dyn BufRead,
        watcher: &'i dyn Watcher,
    ) -> Result<Box<dyn BufRead + 'i>, SourceError> {
        let opened = match self {
            Self::Stdin => unpacked(Watched { input: stdin, watcher }),
            Self::File(path) => File::open(path).and_then(|file| unpacked(Watched { input: file, watcher })),
        };
        opened.map_err(|error| SourceError::Unreadable { path: PathBuf::from(self.name()), error })
    }
}

fn in_directory(directory: &Path) -> Result<Vec<PathBuf>, SourceError> {
    let failed = |error| SourceError::Unreadable { path: directory.to_owned(), error };
    let mut logs = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if is_log_name(&path) && path.is_file() {
            logs.push(path);
        }
    }
    if logs.is_empty() {
        return Err(SourceError::NoLog { path: directory.to_owned() });
    }
    logs.sort();
    Ok(logs)
}

/// Tells whether a file of such a name is a log of the directory in which it stands.
pub(crate) fn is_log_name(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    // Expectations stand beside the journal that they hold; they are no events.
    LOG_ENDINGS.iter().any(|ending| name.ends_with(ending)) && !name.ends_with(".expect.jsonl")
}

/// Tells whether a log is compressed, by its first bytes.
///
/// ```
/// assert!(demarche_journal::is_compressed(b"\x1F\x8B\x08\x00"));
/// assert!(!demarche_journal::is_compressed(b"{\"id\":"));
/// ```
#[must_use]
pub fn is_compressed(bytes: &[u8]) -> bool {
    is_gzip(bytes) || is_zstd(bytes)
}

fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1F, 0x8B])
}

fn is_zstd(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x28, 0xB5, 0x2F, 0xFD])
}

/// Unpacks what is compressed. Both formats may be several streams in a row.
pub(crate) fn unpacked<'i>(input: impl Read + 'i) -> io::Result<Box<dyn BufRead + 'i>> {
    let mut input = BufReader::with_capacity(BUFFER_BYTES, input);
    let magic = first_bytes(&mut input)?;
    let whole = Cursor::new(magic.clone()).chain(input);
    Ok(match magic.as_slice() {
        magic if is_gzip(magic) => {
            Box::new(BufReader::with_capacity(BUFFER_BYTES, flate2::bufread::MultiGzDecoder::new(whole)))
        }
        magic if is_zstd(magic) => {
            Box::new(BufReader::with_capacity(BUFFER_BYTES, zstd::stream::read::Decoder::with_buffer(whole)?))
        }
        _ => Box::new(whole),
    })
}

/// Takes the first four bytes, or what there is: a pipe may give them one by one.
fn first_bytes(input: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(4);
    input.take(4).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Tells its watcher of what is read through it.
struct Watched<'w, R> {
    input: R,
    watcher: &'w dyn Watcher,
}

impl<R: Read> Read for Watched<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let bytes = self.input.read(buffer)?;
        self.watcher.advance(bytes);
        Ok(bytes)
    }
}
