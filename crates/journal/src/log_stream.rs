//! Logs that are no file: what anything must offer to be read as a log, and how an address names one.

use std::fmt::Debug;
use std::io::{self, BufRead};
use std::path::Path;

/// A log that is kept elsewhere than in a file, such as in a database, and can be read as canonical lines.
///
/// An open stream gives what was stored when it was opened, in the order of the log, each line ended by a line feed. It
/// gives only what is durable and is never taken back, so that it can be signed without a lock. A later stream gives
/// the same lines, and perhaps more behind them.
///
/// ```
/// use std::io::{self, BufRead, Read as _};
/// use std::sync::Arc;
///
/// use demarche_journal::{LogStream, Source};
///
/// #[derive(Debug)]
/// struct Kept(&'static str);
///
/// impl LogStream for Kept {
///     fn name(&self) -> String {
///         "memory://desk".to_owned()
///     }
///
///     fn open(&self) -> io::Result<Box<dyn BufRead + Send>> {
///         Ok(Box::new(self.0.as_bytes()))
///     }
/// }
///
/// let source = Source::Stored(Arc::new(Kept("{}\n")));
/// let (mut stdin, mut log) = (io::empty(), String::new());
/// source.open(&mut stdin, &())?.read_to_string(&mut log)?;
/// assert_eq!((source.name().as_str(), log.as_str()), ("memory://desk", "{}\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait LogStream: Debug + Send + Sync {
    /// Returns its name in messages: its address without any secret. Streams of the same name are the same log.
    fn name(&self) -> String;

    /// Opens it at its first line. It may be opened more than once.
    ///
    /// # Errors
    ///
    /// What keeps the log from being read. What is found while it is read is an error of the reader that is returned: a
    /// stream never ends early without one.
    fn open(&self) -> io::Result<Box<dyn BufRead + Send>>;
}

impl PartialEq for dyn LogStream {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for dyn LogStream {}

/// Returns the scheme of an argument that is an address, such as `s3` for `s3://bucket/desk`; returns `None` if it is a
/// path.
///
/// A scheme has two characters or more: `C://` is a drive. `./s3://bucket` is a path.
///
/// ```
/// use std::path::Path;
///
/// use demarche_journal::scheme_of;
///
/// assert_eq!(scheme_of(Path::new("s3://bucket/desk")), Some("s3"));
/// assert_eq!(scheme_of(Path::new("./s3://bucket/desk")), None);
/// assert_eq!(scheme_of(Path::new("desk.jsonl")), None);
/// ```
#[must_use]
pub fn scheme_of(argument: &Path) -> Option<&str> {
    // The end of an address need not be UTF-8 to be recognised as one.
    let bytes = argument.as_os_str().as_encoded_bytes();
    let length = bytes.windows(3).position(|part| part == b"://").filter(|length| *length >= 2)?;
    let scheme = std::str::from_utf8(bytes.get(..length)?).ok()?;
    let is_letter = |character: char| character.is_ascii_alphabetic();
    let is_part = |character: char| character.is_ascii_alphanumeric() || "+-.".contains(character);
    (scheme.starts_with(is_letter) && scheme.chars().all(is_part)).then_some(scheme)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_begins_with_a_scheme_and_a_path_does_not() {
        for address in ["s3://b/p", "file:///folder/", "postgres://u:p@h/d", "x-y.z+1://", "S3://b"] {
            assert!(scheme_of(Path::new(address)).is_some(), "{address}");
        }
        for path in ["", "-", "a", "C://logs", "./s3://b", "a/b://c", "1s://b", "s3:/b", "ü://b", "://b", "s 3://b"] {
            assert_eq!(scheme_of(Path::new(path)), None, "{path}");
        }
    }
}
