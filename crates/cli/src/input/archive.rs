//! Zip archives, in which data sets are published. Each file inside is read as if it were unpacked.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read, Seek};
use std::path::PathBuf;

use demarche_journal::Source;
use zip::ZipArchive;

use crate::failure::Failure;

/// The first bytes of an archive; an empty archive has the second form.
const MAGIC: [&[u8]; 2] = [b"PK\x03\x04", b"PK\x05\x06"];

/// The maximum size of an archive from a pipe, which is kept in memory, in bytes.
const STDIN_MAX_BYTES: u64 = 256 << 20;

/// The maximum number of files in an archive. No data set has more.
const FILES_MAX: usize = 1_000;

/// A file that every Excel workbook contains; a workbook is a zip archive, too.
const WORKBOOK: &str = "[Content_Types].xml";

/// The folder in which macOS stores metadata beside each file.
const MACOS_METADATA: &str = "__MACOSX/";

trait ReadSeek: Read + Seek {}
impl<T: Read + Seek> ReadSeek for T {}

/// An open archive.
pub(crate) struct Archive<'s> {
    source: &'s Source,
    zip: ZipArchive<Box<dyn ReadSeek>>,
    /// The indexes of its files within the archive.
    files: Vec<usize>,
}

impl<'s> Archive<'s> {
    /// Opens a source as an archive. Returns `None` if it is not one.
    pub(crate) fn of(source: &'s Source, stdin: &mut dyn BufRead) -> Result<Option<Self>, Failure> {
        let unreadable = |error: io::Error| Failure::Read { path: PathBuf::from(source.name()), error };
        let reader: Box<dyn ReadSeek> = match source {
            Source::Stdin => {
                if !is_archive(stdin.fill_buf().map_err(unreadable)?) {
                    return Ok(None);
                }
                let mut bytes = Vec::new();
                stdin.take(STDIN_MAX_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
                if bytes.len() as u64 > STDIN_MAX_BYTES {
                    let problem = "an archive of more than 256 MiB can't be read from a pipe: give the file";
                    return Err(unreadable(io::Error::other(problem)));
                }
                Box::new(Cursor::new(bytes))
            }
            // A named pipe could not be rewound.
            Source::File(path) if path.is_file() => {
                let mut file = File::open(path).map_err(unreadable)?;
                let mut start = Vec::new();
                file.by_ref().take(4).read_to_end(&mut start).map_err(unreadable)?;
                if !is_archive(&start) {
                    return Ok(None);
                }
                Box::new(BufReader::new(file))
            }
            Source::File(_) | Source::Stored(_) => return Ok(None),
        };
        let zip = ZipArchive::new(reader).map_err(|error| unreadable(io::Error::other(error)))?;
        let name = |number| zip.name_for_index(number).and_then(Result::ok).unwrap_or_default();
        if (0..zip.len()).any(|number| name(number) == WORKBOOK) {
            let problem = "it is an Excel workbook: save it as CSV (UTF-8), and import that";
            return Err(unreadable(io::Error::other(problem)));
        }
        let is_file = |number: &usize| !name(*number).ends_with('/') && !name(*number).starts_with(MACOS_METADATA);
        let files: Vec<usize> = (0..zip.len()).filter(is_file).collect();
        match files.len() {
            0 => Err(unreadable(io::Error::other("the archive has no file"))),
            1..=FILES_MAX => Ok(Some(Self { source, zip, files })),
            _ => Err(unreadable(io::Error::other("the archive has more than 1,000 files: give those that you mean"))),
        }
    }

    /// Returns the number of files.
    pub(crate) fn len(&self) -> usize {
        self.files.len()
    }

    /// Opens one of the files. Returns its name for error messages, and its contents.
    pub(crate) fn open(&mut self, file: usize) -> Result<(String, impl BufRead + '_), Failure> {
        let source = self.source.name();
        let number = self.files.get(file).copied().unwrap_or_default();
        let unreadable = |error| Failure::Read { path: PathBuf::from(&source), error: io::Error::other(error) };
        let entry = self.zip.by_index(number).map_err(unreadable)?;
        let name = entry.name().map(std::borrow::Cow::into_owned).unwrap_or_default();
        Ok((format!("{source}:{name}"), BufReader::new(entry)))
    }
}

fn is_archive(start: &[u8]) -> bool {
    MAGIC.iter().any(|magic| start.starts_with(magic))
}
