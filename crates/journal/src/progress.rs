//! Reads a log piece by piece, line by line, with the place of each line.

use std::io;

use demarche_core::Event;
use demarche_core::codec::{ReadError, decode};
use demarche_core::jsonl::LINE_MAX_BYTES;

/// Reads from an offset to the end, but at most the given number of bytes.
pub(crate) trait ReadFrom: FnMut(u64, u64) -> io::Result<Vec<u8>> {}

impl<R: FnMut(u64, u64) -> io::Result<Vec<u8>>> ReadFrom for R {}

/// How far a log has been read: whole lines only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Progress {
    pub(crate) lines: u64,
    pub(crate) offset: u64,
}

/// What follows the last line end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tail {
    /// Nothing.
    Whole,
    /// An event without its line end. It has been read.
    Unterminated,
    /// The beginning of a line, which a crash during a write leaves behind.
    Torn,
}

/// Says why a log can't be read further.
#[derive(Debug)]
pub(crate) enum ReadOnError {
    /// The error of the disk.
    Disk(io::Error),
    /// A line other than the last that is not an event.
    Broken(Box<ReadError>),
}

/// The byte order mark of UTF-8.
const BOM: &[u8] = b"\xEF\xBB\xBF";

/// How much is read in one go.
const PIECE_BYTES: u64 = 256 * 1024;

/// The maximum length of a line without its line feed, with a byte order mark and a carriage return.
const RAW_LINE_MAX_BYTES: usize = BOM.len() + LINE_MAX_BYTES + b"\r".len();

impl Progress {
    /// Reads on to the end of a log, and passes on each event with the number, the offset and the length of its line.
    ///
    /// It takes no more memory than the longest line and one piece.
    pub(crate) fn read(
        &mut self,
        mut log: impl ReadFrom,
        mut enter: impl FnMut(&Event, u64, u64, usize),
    ) -> Result<Tail, ReadOnError> {
        let mut buffer = Vec::new();
        loop {
            let read = log(self.offset + buffer.len() as u64, PIECE_BYTES).map_err(ReadOnError::Disk)?;
            if read.is_empty() {
                break;
            }
            // The rest of the previous pieces has no line end.
            let mut seen = buffer.len();
            let mut start = 0;
            buffer.extend_from_slice(&read);
            while let Some(found) = buffer.get(seen..).and_then(|rest| rest.iter().position(|byte| *byte == b'\n')) {
                let end = seen + found;
                self.line(buffer.get(start..end).unwrap_or_default(), &mut enter).map_err(ReadOnError::Broken)?;
                self.lines += 1;
                self.offset += (end - start) as u64 + 1;
                (start, seen) = (end + 1, end + 1);
            }
            buffer.drain(..start);
            if buffer.len() > RAW_LINE_MAX_BYTES {
                return self.too_long(&mut log, &buffer);
            }
        }
        if buffer.is_empty() {
            return Ok(Tail::Whole);
        }
        if self.line(&buffer, &mut enter).is_err() {
            return Ok(Tail::Torn);
        }
        self.lines += 1;
        self.offset += buffer.len() as u64;
        Ok(Tail::Unterminated)
    }

    /// Tells whether a line that is too long is torn or broken, by looking for its end.
    fn too_long(&self, log: &mut impl ReadFrom, beginning: &[u8]) -> Result<Tail, ReadOnError> {
        let mut offset = self.offset + beginning.len() as u64;
        loop {
            let read = log(offset, PIECE_BYTES).map_err(ReadOnError::Disk)?;
            if read.is_empty() {
                return Ok(Tail::Torn);
            }
            if read.contains(&b'\n') {
                return Err(ReadOnError::Broken(self.error_of(beginning)));
            }
            offset += read.len() as u64;
        }
    }

    /// Reads one line, without its line end.
    fn line(&self, raw: &[u8], enter: &mut impl FnMut(&Event, u64, u64, usize)) -> Result<(), Box<ReadError>> {
        let number = self.lines + 1;
        let unmarked = if number == 1 { raw.strip_prefix(BOM) } else { None }.unwrap_or(raw);
        let skipped = (raw.len() - unmarked.len()) as u64;
        let line = unmarked.strip_suffix(b"\r").unwrap_or(unmarked);
        if line.len() <= LINE_MAX_BYTES && line.iter().all(u8::is_ascii_whitespace) {
            return Ok(());
        }
        match decode(line) {
            Ok(event) => {
                enter(&event, number, self.offset + skipped, line.len());
                Ok(())
            }
            Err(error) => Err(Box::new(ReadError::in_line(number, line, error))),
        }
    }

    /// Returns the error of the next line, given its beginning, which is not an event.
    fn error_of(&self, beginning: &[u8]) -> Box<ReadError> {
        self.line(beginning, &mut |_, _, _, _| {})
            .err()
            .unwrap_or_else(|| Box::new(ReadError::at_line(self.lines + 1, io::ErrorKind::UnexpectedEof.into())))
    }

    /// Returns the error of a torn last line, in a log that is not to be repaired.
    pub(crate) fn torn_error(&self, mut log: impl ReadFrom) -> ReadOnError {
        match log(self.offset, RAW_LINE_MAX_BYTES as u64 + 1) {
            Ok(tail) => ReadOnError::Broken(self.error_of(&tail)),
            Err(error) => ReadOnError::Disk(error),
        }
    }
}
