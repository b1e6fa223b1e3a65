//! Opening logs: files and streams, plain or compressed, and the logs of a directory.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::disk::Disk;
use crate::log_stream::{LogStream, scheme_of};
use crate::paths::logs_in;
use crate::stamp::FileStamp;

/// How much is read at once, in bytes.
const BUFFER_BYTES: usize = 128 * 1024;

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
    /// Another place that can be read as a log.
    Stored(Arc<dyn LogStream>),
}

/// Says why a log can't be read.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// Standard input is named twice, and can be read only once.
    #[error("standard input is given twice")]
    StdinTwice,
    /// An address names a place that nothing here reads.
    #[error("no log is read from an address {scheme}://…")]
    Address {
        /// The scheme of the address. The rest may have a password in it.
        scheme: String,
    },
    /// A directory has no log.
    #[error("there is no log in {}", path.display())]
    NoLog {
        /// The directory.
        path: PathBuf,
    },
    /// The system reports an error.
    #[error("cannot read {}: {error}", path.display())]
    Unreadable {
        /// What was to be read.
        path: PathBuf,
        /// The error.
        error: io::Error,
    },
}

/// Watches how much is read, in bytes of the file on the disk.
pub trait Watcher {
    /// Adds bytes that have been read.
    fn advance(&self, bytes: usize);
}

/// Watches nothing.
impl Watcher for () {
    fn advance(&self, _: usize) {}
}

impl Source {
    /// Returns the sources that arguments name, in order: `-` is standard input, and a directory means its logs, sorted
    /// by name.
    ///
    /// # Errors
    ///
    /// A [`SourceError`] if a directory has no logs, an argument is an address ([`scheme_of`]), or standard input is
    /// named twice.
    pub fn all_of(arguments: &[PathBuf]) -> Result<Vec<Self>, SourceError> {
        Self::all_with(arguments, |scheme, _| Err(SourceError::Address { scheme: scheme.to_owned() }))
    }

    /// Returns the sources that arguments name, as [`Source::all_of`] does, and leaves it to `stored` to find what an
    /// address names. It gets the scheme and the whole address.
    ///
    /// # Errors
    ///
    /// The errors of `stored`, and a [`SourceError`] if a directory has no logs, or standard input is named twice.
    pub fn all_with<E: From<SourceError>>(
        arguments: &[PathBuf],
        mut stored: impl FnMut(&str, &Path) -> Result<Arc<dyn LogStream>, E>,
    ) -> Result<Vec<Self>, E> {
        let mut sources = Vec::new();
        for argument in arguments {
            if argument.as_os_str() == "-" {
                if sources.contains(&Self::Stdin) {
                    return Err(SourceError::StdinTwice.into());
                }
                sources.push(Self::Stdin);
            } else if let Some(scheme) = scheme_of(argument) {
                sources.push(Self::Stored(stored(scheme, argument)?));
            } else if argument.is_dir() {
                sources.extend(in_directory(argument)?.into_iter().map(Self::File));
            } else {
                sources.push(Self::File(argument.clone()));
            }
        }
        Ok(sources)
    }

    /// Returns its name in errors.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Stdin => "<stdin>".to_owned(),
            Self::File(path) => path.display().to_string(),
            Self::Stored(stream) => stream.name(),
        }
    }

    /// Returns the size of what is to be read, in bytes, if it is known.
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        match self {
            Self::Stdin | Self::Stored(_) => None,
            Self::File(path) => std::fs::metadata(path).ok().map(|meta| meta.len()),
        }
    }

    /// Returns the stamp of a log that is a file; pipes and files of unknown length have none.
    #[doc(hidden)]
    #[must_use]
    pub fn stamp(&self) -> Option<FileStamp> {
        let Self::File(path) = self else { return None };
        std::fs::metadata(path).ok().filter(|file| file.is_file() && file.len() > 0).map(|file| FileStamp::of(&file))
    }

    /// Returns the error that it can't be read.
    pub(crate) fn unreadable(&self, error: io::Error) -> SourceError {
        SourceError::Unreadable { path: PathBuf::from(self.name()), error }
    }

    /// Opens it. Content that is compressed with gzip or Zstandard is recognised by its first bytes, and unpacked; what
    /// a [`LogStream`] gives is never compressed.
    ///
    /// # Errors
    ///
    /// The error of the system.
    pub fn open<'i>(
        &self,
        stdin: &'i mut dyn BufRead,
        watcher: &'i dyn Watcher,
    ) -> Result<Box<dyn BufRead + 'i>, SourceError> {
        let opened: io::Result<Box<dyn BufRead>> = match self {
            Self::Stdin => Unpacked::new(Watched { input: stdin, watcher }).map(|input| Box::new(input) as _),
            Self::File(path) => File::open(path)
                .and_then(|file| Unpacked::new(Watched { input: file, watcher }))
                .map(|input| Box::new(input) as _),
            Self::Stored(stream) => stream
                .open()
                .map(|input| Box::new(BufReader::with_capacity(BUFFER_BYTES, Watched { input, watcher })) as _),
        };
        opened.map_err(|error| self.unreadable(error))
    }
}

fn in_directory(directory: &Path) -> Result<Vec<PathBuf>, SourceError> {
    let logs =
        logs_in(&Disk, directory).map_err(|error| SourceError::Unreadable { path: directory.to_owned(), error })?;
    if logs.is_empty() {
        return Err(SourceError::NoLog { path: directory.to_owned() });
    }
    Ok(logs.into_iter().map(|log| log.path).collect())
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

/// The content, unpacked.
pub(crate) enum Unpacked<R: Read> {
    Plain(Rewound<R>),
    Gzip(BufReader<flate2::bufread::MultiGzDecoder<Rewound<R>>>),
    #[cfg(feature = "zstd")]
    Zstd(BufReader<zstd::stream::read::Decoder<'static, Rewound<R>>>),
}

/// The first bytes, which were checked, followed by the rest.
type Rewound<R> = io::Chain<Cursor<Vec<u8>>, BufReader<R>>;

impl<R: Read> Unpacked<R> {
    /// Unpacks compressed content, recognised by its first bytes. Both formats may consist of several streams in a row.
    pub(crate) fn new(input: R) -> io::Result<Self> {
        let mut input = BufReader::with_capacity(BUFFER_BYTES, input);
        let magic = first_bytes(&mut input)?;
        let whole = Cursor::new(magic.clone()).chain(input);
        Ok(match magic.as_slice() {
            magic if is_gzip(magic) => {
                let decoder = flate2::bufread::MultiGzDecoder::new(whole);
                Self::Gzip(BufReader::with_capacity(BUFFER_BYTES, decoder))
            }
            #[cfg(not(feature = "zstd"))]
            magic if is_zstd(magic) => {
                let what = "it is compressed with Zstandard, which this program was built without (feature `zstd`)";
                return Err(io::Error::new(io::ErrorKind::Unsupported, what));
            }
            #[cfg(feature = "zstd")]
            magic if is_zstd(magic) => {
                let decoder = zstd::stream::read::Decoder::with_buffer(whole)?;
                Self::Zstd(BufReader::with_capacity(BUFFER_BYTES, decoder))
            }
            _ => Self::Plain(whole),
        })
    }
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(input) => input.read(buffer),
            Self::Gzip(input) => input.read(buffer),
            #[cfg(feature = "zstd")]
            Self::Zstd(input) => input.read(buffer),
        }
    }
}

impl<R: Read> BufRead for Unpacked<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        match self {
            Self::Plain(input) => input.fill_buf(),
            Self::Gzip(input) => input.fill_buf(),
            #[cfg(feature = "zstd")]
            Self::Zstd(input) => input.fill_buf(),
        }
    }

    fn consume(&mut self, bytes: usize) {
        match self {
            Self::Plain(input) => input.consume(bytes),
            Self::Gzip(input) => input.consume(bytes),
            #[cfg(feature = "zstd")]
            Self::Zstd(input) => input.consume(bytes),
        }
    }
}

/// Takes the first four bytes, or fewer at the end: a pipe may give them one by one.
fn first_bytes(input: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(4);
    input.take(4).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Tells its watcher how much is read through it.
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
