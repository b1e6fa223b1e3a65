//! Writing a log, line by line.

use std::io::{self, Write};

use super::encode::encode_into;
use crate::Event;

/// Writes events to anything, each as its canonical line with LF.
///
/// It buffers one line at a time and writes it in one piece; wrap a file in a `BufWriter` if you write many.
///
/// ```
/// # use demarche_core::codec::{Reader, Writer};
/// # let line = r#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"track_stalled","track":"us-ru","occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","source":{"who":"izvestia","attribution":"media"},"data":{}}"#;
/// # let event = demarche_core::codec::decode(line.as_bytes()).unwrap();
/// let mut writer = Writer::new(Vec::new());
/// writer.write(&event)?;
/// let log = writer.into_inner();
/// assert_eq!(Reader::new(&log[..]).next().unwrap().unwrap().event, event);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Writer<W> {
    output: W,
    line: Vec<u8>,
}

impl<W: Write> Writer<W> {
    /// Makes a writer of a log.
    pub const fn new(output: W) -> Self {
        Self { output, line: Vec::new() }
    }

    /// Writes an event.
    ///
    /// # Errors
    ///
    /// The error of the output; the line may have been written in part.
    pub fn write(&mut self, event: &Event) -> io::Result<()> {
        self.line.clear();
        encode_into(event, &mut self.line);
        self.line.push(b'\n');
        self.output.write_all(&self.line)
    }

    /// Returns the output.
    pub fn into_inner(self) -> W {
        self.output
    }
}
