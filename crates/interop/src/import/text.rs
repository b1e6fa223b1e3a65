//! Converts the bytes of a file to UTF-8: by its byte order mark, or by the encoding that the user names.

use std::io::{self, BufRead, Cursor, Read};
use std::str::FromStr;

use encoding_rs::{Decoder, UTF_8};

use super::error::ImportErrorKind as Kind;

/// The encoding of an input.
///
/// ```
/// use demarche_interop::import::Encoding;
///
/// assert!("windows-1252".parse::<Encoding>().is_ok());
/// assert!("utf-9".parse::<Encoding>().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Encoding(&'static encoding_rs::Encoding);

/// The name is not that of an encoding.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no encoding has that name: expected utf-8, utf-16le, windows-1252, iso-8859-2, shift_jis or the like")]
pub struct EncodingError;

impl FromStr for Encoding {
    type Err = EncodingError;

    /// Accepts the names that web pages use for encodings.
    fn from_str(name: &str) -> Result<Self, EncodingError> {
        encoding_rs::Encoding::for_label(name.as_bytes()).map(Self).ok_or(EncodingError)
    }
}

/// How many of the first bytes are inspected.
const START_BYTES: usize = 64;

/// How many bytes are decoded at once.
const DECODED_BYTES: usize = 16 * 1024;

/// The first bytes of files that are not text, with what they are and what to do.
const OTHERS: [(&[u8], &str); 13] = [
    (b"PK\x03\x04", "a zip archive, such as an Excel workbook (.xlsx) is: save a workbook as CSV"),
    (b"\xD0\xCF\x11\xE0", "an old Excel workbook (.xls): save it as CSV"),
    (b"\x1F\x8B", "gzip inside of another archive: unpack it first"),
    (b"\x28\xB5\x2F\xFD", "Zstandard inside of another archive: unpack it first"),
    (b"BZh", "bzip2: unpack it first"),
    (b"\xFD7zXZ", "xz: unpack it first"),
    (b"7z\xBC\xAF", "a 7-Zip archive: unpack it first"),
    (b"Rar!", "a RAR archive: unpack it first"),
    (b"%PDF", "PDF: copy its table into a spreadsheet, and save that as CSV"),
    (b"PAR1", "Parquet: write it as CSV"),
    (b"SQLite format 3", "an SQLite database: write the table as CSV"),
    (b"{\\rtf", "a document (RTF): save it as CSV"),
    (b"\xFF\xFE\0\0", "UTF-32: save it as UTF-8"),
];

/// The first bytes of web pages, which servers send if a file is missing.
const PAGES: [&[u8]; 2] = [b"<!doctype html", b"<html"];

/// Converts an input to UTF-8. A byte order mark overrides the user's choice.
///
/// # Errors
///
/// [`Kind::NotText`] if the first bytes are those of another kind of file, or [`Kind::Io`].
pub(super) fn utf8<'i>(mut input: impl BufRead + 'i, told: Option<Encoding>) -> Result<Box<dyn BufRead + 'i>, Kind> {
    let mut start = Vec::with_capacity(START_BYTES);
    input.by_ref().take(START_BYTES as u64).read_to_end(&mut start)?;
    let marked = encoding_rs::Encoding::for_bom(&start).map(|(encoding, _)| encoding);
    let other = OTHERS.iter().find(|(begins, _)| start.starts_with(begins)).map(|(_, what)| *what);
    let encoding = marked.or_else(|| told.map(|Encoding(told)| told)).unwrap_or(UTF_8);
    if let Some(what) = other.or_else(|| page(&start)).or_else(|| if encoding == UTF_8 { wide(&start) } else { None }) {
        return Err(Kind::NotText(what));
    }
    let whole = Cursor::new(start).chain(input);
    if encoding == UTF_8 {
        return Ok(Box::new(whole));
    }
    Ok(Box::new(Decoded {
        input: whole,
        decoder: encoding.new_decoder_with_bom_removal(),
        text: vec![0; DECODED_BYTES],
        left: 0..0,
    }))
}

fn page(start: &[u8]) -> Option<&'static str> {
    let text = start.trim_ascii_start();
    let is_page = PAGES.iter().any(|begin| text.get(..begin.len()).is_some_and(|t| t.eq_ignore_ascii_case(begin)));
    is_page.then_some("a web page (HTML): was it downloaded in the place of the file?")
}

/// Detects UTF-16 without a byte order mark: every second byte is zero.
fn wide(start: &[u8]) -> Option<&'static str> {
    let is_zero = |first: usize| {
        let mut bytes = start.iter().skip(first).step_by(2).peekable();
        bytes.peek().is_some() && bytes.all(|byte| *byte == 0)
    };
    match (is_zero(0), is_zero(1)) {
        (false, true) => Some("UTF-16 without a byte order mark: --encoding utf-16le reads it"),
        (true, false) => Some("UTF-16 without a byte order mark: --encoding utf-16be reads it"),
        _ => None,
    }
}

/// An input that is decoded while it is read.
struct Decoded<R> {
    input: R,
    decoder: Decoder,
    text: Vec<u8>,
    /// The part of the text that has not been read yet.
    left: std::ops::Range<usize>,
}

impl<R: BufRead> BufRead for Decoded<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.left.is_empty() {
            let bytes = self.input.fill_buf()?;
            let is_last = bytes.is_empty();
            let (_, read, written, _) = self.decoder.decode_to_utf8(bytes, &mut self.text, is_last);
            self.input.consume(read);
            self.left = 0..written;
            if is_last && written == 0 {
                // A decoder that has finished must not be used again.
                self.decoder = UTF_8.new_decoder_without_bom_handling();
                break;
            }
        }
        Ok(self.text.get(self.left.clone()).unwrap_or_default())
    }

    fn consume(&mut self, amount: usize) {
        self.left.start += amount;
    }
}

impl<R: BufRead> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that fails must say so")]
mod tests {
    use super::*;

    #[track_caller]
    fn reads(bytes: &[u8], told: Option<&str>, expected: &str) {
        let told = told.map(|name| name.parse().unwrap());
        for capacity in 1..9 {
            let mut text = String::new();
            let input = io::BufReader::with_capacity(capacity, bytes);
            utf8(input, told).unwrap().read_to_string(&mut text).unwrap();
            assert_eq!(text, expected);
        }
    }

    #[test]
    fn the_encoding_follows_from_a_mark_or_an_option() {
        let text = "Börland, “quoted”, Ελλάδα 😀";
        let wide = |mark: bool| -> Vec<u8> {
            let mark = if mark { "\u{feff}" } else { "" };
            format!("{mark}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect()
        };
        reads(&wide(true), None, text);
        reads(&wide(true), Some("windows-1252"), text);
        reads(&wide(false), Some("utf-16le"), text);
        let big: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_be_bytes).collect();
        reads(&big, None, text);
        reads(b"B\xF6rland \x93x\x94", Some("windows-1252"), "Börland “x”");
        reads(text.as_bytes(), None, text);
        reads(b"", Some("utf-16le"), "");
        reads("é".repeat(9_000).as_bytes(), Some("utf-8"), &"é".repeat(9_000));
        let long: Vec<u8> = "é".repeat(9_000).encode_utf16().flat_map(u16::to_le_bytes).collect();
        reads(&long, Some("utf-16le"), &"é".repeat(9_000));
    }

    #[test]
    fn other_kinds_of_files_are_named_in_the_error() {
        let wide: Vec<u8> = "No,Type,Track\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for (bytes, what) in [
            (&wide[..], "UTF-16"),
            (b"PK\x03\x04\x14\0", "zip"),
            (b"\xD0\xCF\x11\xE0\xA1\xB1", "Excel"),
            (b"%PDF-1.7", "PDF"),
            (b"\n<!DOCTYPE HTML><html>", "HTML"),
            (b"\xFF\xFE\0\0N\0\0\0", "UTF-32"),
        ] {
            let Err(error) = utf8(bytes, None) else { panic!("{what} is taken for text") };
            assert!(error.to_string().contains(what), "{error}");
        }
    }
}
