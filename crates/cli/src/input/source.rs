//! Opening logs.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};

use super::progress::{Counted, Progress};
use crate::failure::Failure;

/// How much is read at once, in bytes.
const BUFFER_BYTES: usize = 128 * 1024;

/// The endings of logs in a directory.
const LOG_ENDINGS: [&str; 3] = [".jsonl", ".jsonl.gz", ".jsonl.zst"];

/// Where a log is read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// Standard input.
    Stdin,
    /// A file.
    File(PathBuf),
}

impl Source {
    /// The name by which errors call it.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Stdin => "<stdin>".to_owned(),
            Self::File(path) => path.display().to_string(),
        }
    }

    /// The size of what is to be read, in bytes, where it is known.
    pub(crate) fn size(&self) -> Option<u64> {
        match self {
            Self::Stdin => None,
            Self::File(path) => std::fs::metadata(path).ok().map(|meta| meta.len()),
        }
    }

    /// Opens it; what is compressed with gzip or Zstandard is known by its first bytes, and unpacked.
    pub(crate) fn open<'i>(
        &self,
        stdin: &'i mut dyn BufRead,
        progress: &'i Progress,
    ) -> Result<Box<dyn BufRead + 'i>, Failure> {
        let opened = match self {
            Self::Stdin => unpacked(BufReader::with_capacity(BUFFER_BYTES, Counted::new(stdin, progress))),
            Self::File(path) => File::open(path)
                .and_then(|file| unpacked(BufReader::with_capacity(BUFFER_BYTES, Counted::new(file, progress)))),
        };
        let path = || PathBuf::from(self.name());
        opened.map_err(|error| Failure::Read { path: path(), error })
    }
}

/// The sources that the arguments name, in order; directories by the names of their logs.
pub(crate) fn of_arguments(arguments: &[PathBuf]) -> Result<Vec<Source>, Failure> {
    let mut sources = Vec::new();
    for argument in arguments {
        if argument.as_os_str() == "-" {
            if sources.contains(&Source::Stdin) {
                return Err(Failure::usage("standard input is given twice", "give - once"));
            }
            sources.push(Source::Stdin);
        } else if argument.is_dir() {
            sources.extend(in_directory(argument)?.into_iter().map(Source::File));
        } else {
            sources.push(Source::File(argument.clone()));
        }
    }
    Ok(sources)
}

fn in_directory(directory: &Path) -> Result<Vec<PathBuf>, Failure> {
    let failed = |error| Failure::Read { path: directory.to_owned(), error };
    let mut logs = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        // Expectations stand beside the journal that they hold; they are no events.
        let is_log = LOG_ENDINGS.iter().any(|ending| name.ends_with(ending)) && !name.ends_with(".expect.jsonl");
        if is_log && path.is_file() {
            logs.push(path);
        }
    }
    if logs.is_empty() {
        let problem = format!("there is no log in {}", directory.display());
        return Err(Failure::usage(problem, "a log in a directory is a file *.jsonl, *.jsonl.gz or *.jsonl.zst"));
    }
    logs.sort();
    Ok(logs)
}

/// Unpacks what is compressed. Both formats may be several streams in a row.
fn unpacked<'i, R: Read + 'i>(mut input: BufReader<R>) -> io::Result<Box<dyn BufRead + 'i>> {
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

/// Tells whether a log is compressed, by its first bytes.
pub(super) fn is_compressed(bytes: &[u8]) -> bool {
    is_gzip(bytes) || is_zstd(bytes)
}

fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1F, 0x8B])
}

fn is_zstd(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x28, 0xB5, 0x2F, 0xFD])
}

/// Takes the first four bytes, or what there is: a pipe may give them one by one.
fn first_bytes(input: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(4);
    input.take(4).read_to_end(&mut bytes)?;
    Ok(bytes)
}
