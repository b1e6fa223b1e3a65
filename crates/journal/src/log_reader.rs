//! A log, read from its beginning to its end.

use std::io::{self, Read};

use crate::files::LogFile;

/// Reads a log from its beginning to its end.
#[derive(Debug)]
pub(crate) struct LogReader<L> {
    log: L,
    offset: u64,
}

impl<L> LogReader<L> {
    pub(crate) const fn new(log: L) -> Self {
        Self { log, offset: 0 }
    }
}

impl<L: LogFile> Read for LogReader<L> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let bytes = self.log.read_from(self.offset, buffer.len() as u64)?;
        self.offset += bytes.len() as u64;
        (&bytes[..]).read(buffer)
    }
}
