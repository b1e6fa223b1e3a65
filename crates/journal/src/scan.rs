//! Reading a log piece by piece, line by line, with the place of each.

use std::io;

use demarche_core::Event;
use demarche_core::codec::{ReadError, decode};
use demarche_core::jsonl::{Excerpt, locate};

/// How far a log has been read: whole lines only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Scan {
    pub(crate) lines: u64,
    pub(crate) offset: u64,
}

/// What stands behind the last line end.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Tail {
    /// Nothing.
    Whole,
    /// An event that lacks but its line end. It has been read.
    Unterminated,
    /// The beginning of a line, as a crash in mid-write leaves it.
    Torn(Vec<u8>),
}

/// The byte order mark of UTF-8.
const BOM: &[u8] = b"\xEF\xBB\xBF";

impl Scan {
    /// Reads the bytes that follow, and tells each event with its line, the offset of its line, and the length of that.
    pub(crate) fn read(
        &mut self,
        mut bytes: &[u8],
        mut enter: impl FnMut(&Event, u64, u64, usize),
    ) -> Result<Tail, Box<ReadError>> {
        while let Some(end) = bytes.iter().position(|byte| *byte == b'\n') {
            let (line, rest) = bytes.split_at(end);
            self.line(line, &mut enter)?;
            self.lines += 1;
            self.offset += end as u64 + 1;
            bytes = rest.strip_prefix(b"\n").unwrap_or(rest);
        }
        if bytes.is_empty() {
            return Ok(Tail::Whole);
        }
        if self.line(bytes, &mut enter).is_err() {
            return Ok(Tail::Torn(bytes.to_vec()));
        }
        self.lines += 1;
        self.offset += bytes.len() as u64;
        Ok(Tail::Unterminated)
    }

    /// Reads one line, without its line end.
    fn line(&self, raw: &[u8], enter: &mut impl FnMut(&Event, u64, u64, usize)) -> Result<(), Box<ReadError>> {
        let number = self.lines + 1;
        let unmarked = if number == 1 { raw.strip_prefix(BOM) } else { None }.unwrap_or(raw);
        let skipped = (raw.len() - unmarked.len()) as u64;
        let line = unmarked.strip_suffix(b"\r").unwrap_or(unmarked);
        if line.iter().all(u8::is_ascii_whitespace) {
            return Ok(());
        }
        match decode(line) {
            Ok(event) => {
                enter(&event, number, self.offset + skipped, line.len());
                Ok(())
            }
            Err(error) => {
                let (column, excerpt) = locate(line, error.span);
                Err(Box::new(ReadError { line: number, column, excerpt, kind: error.kind.into() }))
            }
        }
    }

    /// The error of a torn last line, in a log that is not to be mended.
    pub(crate) fn torn_error(&self, tail: &[u8]) -> Box<ReadError> {
        self.line(tail, &mut |_, _, _, _| {}).err().unwrap_or_else(|| {
            let kind = io::Error::from(io::ErrorKind::UnexpectedEof).into();
            Box::new(ReadError { line: self.lines + 1, column: 1, excerpt: Excerpt::default(), kind })
        })
    }
}
