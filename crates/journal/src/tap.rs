//! Watches what a reader of lines has read: where its last line begins, and the bytes if they are kept.

use std::cell::RefCell;
use std::io::{self, BufRead, Read};

use demarche_core::jsonl::LINE_MAX_BYTES;

/// What is known about the bytes that were read through a [`Tap`].
#[derive(Default)]
pub(crate) struct Tapped {
    /// How many bytes were read.
    offset: u64,
    /// Where the line that was begun last begins.
    pub(crate) line_start: u64,
    /// Whether the next byte begins a new line.
    is_at_start: bool,
    /// The bytes that were read since they were last taken, if they are kept. For a line that is too long, its
    /// beginning.
    kept: Option<Vec<u8>>,
}

/// Passes on what is read through it, and takes note of it. The reader of lines takes one line at a time.
pub(crate) struct Tap<'t, R> {
    pub(crate) input: R,
    pub(crate) tapped: &'t RefCell<Tapped>,
}

/// The maximum number of bytes that are kept from one read: more than the longest line of an event.
const KEPT_MAX_BYTES: usize = 2 * LINE_MAX_BYTES;

impl Tapped {
    pub(crate) fn new(kept: Option<Vec<u8>>) -> RefCell<Self> {
        RefCell::new(Self { is_at_start: true, kept, ..Self::default() })
    }

    fn note(&mut self, read: &[u8]) {
        if let Some(kept) = self.kept.as_mut().filter(|kept| kept.len() < KEPT_MAX_BYTES) {
            kept.extend_from_slice(read);
        }
        if std::mem::replace(&mut self.is_at_start, read.ends_with(b"\n")) {
            self.line_start = self.offset;
        }
        self.offset += read.len() as u64;
    }

    pub(crate) fn take_lines(&mut self) -> Vec<u8> {
        self.kept.as_mut().map(std::mem::take).unwrap_or_default()
    }
}

impl<R: BufRead> Read for Tap<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.fill_buf()?.read(buffer)?;
        self.consume(length);
        Ok(length)
    }
}

impl<R: BufRead> BufRead for Tap<'_, R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.input.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        // The buffer is filled, so this reads nothing.
        if let Ok(available) = self.input.fill_buf()
            && let Some(read) = available.get(..amount).filter(|read| !read.is_empty())
        {
            self.tapped.borrow_mut().note(read);
        }
        self.input.consume(amount);
    }
}
