//! Strips a byte order mark from the start of an input.

use std::io::{self, BufRead, Read};

const MARK: [u8; 3] = *b"\xEF\xBB\xBF";

/// Skips a byte order mark, even if the input arrives byte by byte, as from a pipe. It also skips repeated marks, which
/// a CSV reader might skip or not, depending on how its buffer is filled.
pub(super) struct Unmarked<R> {
    input: R,
    /// The first bytes, if they are not a mark.
    start: io::Cursor<Vec<u8>>,
    has_begun: bool,
}

impl<R: BufRead> Unmarked<R> {
    pub(super) fn new(input: R) -> Self {
        Self { input, start: io::Cursor::new(Vec::new()), has_begun: false }
    }
}

impl<R: BufRead> BufRead for Unmarked<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if !self.has_begun {
            loop {
                let mut start = Vec::with_capacity(MARK.len());
                self.input.by_ref().take(MARK.len() as u64).read_to_end(&mut start)?;
                if start != MARK {
                    self.start = io::Cursor::new(start);
                    break;
                }
            }
            self.has_begun = true;
        }
        // Empty once it is used up.
        let left = self.start.fill_buf()?.len();
        if left > 0 { self.start.fill_buf() } else { self.input.fill_buf() }
    }

    fn consume(&mut self, amount: usize) {
        if self.start.position() < self.start.get_ref().len() as u64 {
            self.start.consume(amount);
        } else {
            self.input.consume(amount);
        }
    }
}

impl<R: BufRead> Read for Unmarked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}
