//! Zip archives, in which data sets are published: each file in one is read as if it lay there.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read, Seek};
use std::path::PathBuf;

use demarche_journal::Source;
use zip::ZipArchive;

use crate::failure::Failure;

/// What an archive begins with; one without files begins with the second.
const MAGIC: [&[u8]; 2] = [b"PK\x03\x04", b"PK\x05\x06"];

/// How much of an archive is kept in memory, where it comes by a pipe, in bytes.
const STDIN_MAX_BYTES: u64 = 256 << 20;

/// How many files an archive may have: more is no data set.
const FILES_MAX: usize = 1_000;

/// What every workbook of Excel has: it is a zip archive, too.
const WORKBOOK: &str = "[Content_Types].xml";

/// What macOS puts beside each file.
const ATTIC: &str = "__MACOSX/";

trait LinePlace: Read + Seek {}
impl<T: Read + Seek> LinePlace for T {}

/// An archive that is open.
pub(crate) struct Archive<'s> {
    source: &'s Source,
    zip: ZipArchive<Box<dyn LinePlace>>,
    /// The numbers of its files.
    files: Vec<usize>,
}

impl<'s> Archive<'s> {
    /// Opens a source as an archive; `None` if it is none.
    pub(crate) fn of(source: &'s Source, stdin: &mut dyn BufRead) -> Result<Option<Self>, Failure> {
        let unreadable = |error: io::Error| Failure::Read { path: PathBuf::from(source.name()), error };
        let place: Box<dyn LinePlace> = match source {
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
            // A pipe that has a name could not be rewound.
            Source::File(path) if path.is_file() => {
                let mut file = File::open(path).map_err(unreadable)?;
                let mut start = Vec::new();
                file.by_ref().take(4).read_to_end(&mut start).map_err(unreadable)?;
                if !is_archive(&start) {
                    return Ok(None);
                }
                Box::new(BufReader::new(file))
            }
            Source::File(_) => return Ok(None),
        };
        let zip = ZipArchive::new(place).map_err(|error| unreadable(io::Error::other(error)))?;
        let name = |number| zip.name_for_index(number).and_then(Result::ok).unwrap_or_default();
        if (0..zip.len()).any(|number| name(number) == WORKBOOK) {
            let problem = "it is an Excel workbook: save it as CSV (UTF-8), and import that";
            return Err(unreadable(io::Error::other(problem)));
        }
        let is_file = |number: &usize| !name(*number).ends_with('/') && !name(*number).starts_with(ATTIC);
        let files: Vec<usize> = (0..zip.len()).filter(is_file).collect();
        match files.len() {
            0 => Err(unreadable(io::Error::other("the archive has no file"))),
            1..=FILES_MAX => Ok(Some(Self { source, zip, files })),
            _ => Err(unreadable(io::Error::other("the archive has more than 1,000 files: give those that you mean"))),
        }
    }

    /// How many files it has.
    pub(crate) fn len(&self) -> usize {
        self.files.len()
    }

    /// Opens a file of it, by its place among them; its name in errors, and what it holds.
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
