//! All lines of a journal at once, as one stream: faster than reading event by event, and one picture of the journal,
//! whatever is stored meanwhile.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Read};
use std::pin::pin;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

use demarche_journal::{Bell, StorePosition};
use futures_util::StreamExt as _;
use tokio_postgres::Client;

use crate::error::PostgresError;
use crate::session::{Session, Target};
use crate::statements::COPY;

/// About how many bytes are handed over at once.
const CHUNK_BYTES: usize = 1 << 20;

/// How many chunks may wait to be read: the server waits then.
const CHUNKS: usize = 4;

/// What the binary format of COPY begins with: the signature, flags, and an extension of no length.
const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";

/// All lines of a journal, in order, each with its line end: read as a log.
///
/// It is one snapshot: what is stored meanwhile is not in it. The connection is its own, and ends with it.
#[derive(Debug)]
pub struct Lines {
    chunks: Receiver<Message>,
    current: Vec<u8>,
    at: usize,
    has_ended: bool,
    position: StorePosition,
    address: String,
    answer: Duration,
    _session: Session,
}

#[derive(Debug)]
enum Message {
    Chunk(Vec<u8>),
    End,
    Failed(PostgresError),
}

impl Lines {
    pub(crate) fn open(target: &Target) -> Result<Self, PostgresError> {
        let session = Session::open(target, &Bell::default())?;
        let (epoch, events) = session.ask(begin)?;
        let (sender, chunks) = sync_channel(CHUNKS);
        let address = target.address.to_string();
        let name = address.clone();
        session.spawn(move |client| async move {
            let message = match copy(&client, &sender).await {
                Ok(true) => Message::End,
                // Nobody reads any more, or what came is not what was asked for, which the reader is told by silence.
                Ok(false) => return,
                Err(error) => Message::Failed(PostgresError::of(&name, &error)),
            };
            let _ = sender.send(message);
        });
        let position = StorePosition { epoch, events };
        let answer = target.options.answer;
        let (current, at, has_ended) = (Vec::new(), 0, false);
        Ok(Self { chunks, current, at, has_ended, position, address, answer, _session: session })
    }

    /// Returns the position behind the last line.
    #[must_use]
    pub const fn position(&self) -> StorePosition {
        self.position
    }

    /// Returns the next lines, many at once, or none at the end.
    pub(crate) fn next_chunk(&mut self) -> Result<Option<Vec<u8>>, PostgresError> {
        if self.has_ended {
            return Ok(None);
        }
        let address = self.address.clone();
        match self.chunks.recv_timeout(self.answer) {
            Ok(Message::Chunk(lines)) => Ok(Some(lines)),
            Ok(Message::End) => {
                self.has_ended = true;
                Ok(None)
            }
            Ok(Message::Failed(error)) => Err(error),
            Err(RecvTimeoutError::Timeout) => Err(PostgresError::NoAnswer { address, waited: self.answer }),
            Err(RecvTimeoutError::Disconnected) => {
                Err(PostgresError::Unreachable { address, reason: "the lines end before their end".to_owned() })
            }
        }
    }
}

/// Begins the snapshot, and returns the position at its end.
async fn begin(client: Arc<Client>) -> Result<(u64, u64), tokio_postgres::Error> {
    // One scan, from the beginning of the table. There may be hours of lines.
    let settings = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
                    SET LOCAL synchronize_seqscans = off; SET LOCAL max_parallel_workers_per_gather = 0;
                    SET LOCAL statement_timeout = 0;
                    SET LOCAL idle_in_transaction_session_timeout = 0";
    client.batch_execute(settings).await?;
    let row =
        client.query_one("SELECT epoch, (SELECT coalesce(max(position), 0) FROM event) FROM journal", &[]).await?;
    Ok((row.try_get::<_, i64>(0)?.unsigned_abs(), row.try_get::<_, i64>(1)?.unsigned_abs()))
}

/// Copies all lines. Returns whether it came to the end of them.
async fn copy(client: &Client, sender: &SyncSender<Message>) -> Result<bool, tokio_postgres::Error> {
    let mut stream = pin!(client.copy_out(COPY).await?);
    let mut unpacker = Unpacker::default();
    while let Some(bytes) = stream.next().await {
        if unpacker.take(&bytes?).is_none() {
            return Ok(false);
        }
        if unpacker.lines.len() >= CHUNK_BYTES {
            let next = Vec::with_capacity(CHUNK_BYTES + CHUNK_BYTES / 8);
            // This waits for the reader, and so does the server.
            if sender.send(Message::Chunk(std::mem::replace(&mut unpacker.lines, next))).is_err() {
                return Ok(false);
            }
        }
    }
    // What is left waits for a position that is not there.
    let is_whole = unpacker.has_ended && unpacker.early.is_empty();
    Ok(is_whole && sender.send(Message::Chunk(unpacker.lines)).is_ok())
}

/// Takes the lines out of the binary format of COPY, whose messages may be cut anywhere, and puts them in order.
#[derive(Debug, Default)]
struct Unpacker {
    lines: Vec<u8>,
    /// The position of the last of the lines.
    last: i64,
    /// Lines that came before their turn: the server puts new ones where aborted ones were.
    early: BTreeMap<i64, Box<[u8]>>,
    /// What came of the header, or of a row, before the rest of it.
    begun: Vec<u8>,
    has_begun: bool,
    has_ended: bool,
}

impl Unpacker {
    /// Takes bytes; `None` means that they are not what was asked for.
    fn take(&mut self, bytes: &[u8]) -> Option<()> {
        if self.begun.is_empty() {
            let rest = self.unpack(bytes)?;
            self.begun.extend_from_slice(rest);
        } else {
            self.begun.extend_from_slice(bytes);
            let begun = std::mem::take(&mut self.begun);
            let rest = self.unpack(&begun)?;
            self.begun = rest.to_vec();
        }
        Some(())
    }

    /// Adds a line, and those that waited for it.
    fn add(&mut self, position: i64, line: &[u8]) {
        if position != self.last + 1 {
            self.early.insert(position, line.into());
            return;
        }
        self.push(line);
        while let Some(line) = self.early.remove(&(self.last + 1)) {
            self.push(&line);
        }
    }

    fn push(&mut self, line: &[u8]) {
        self.last += 1;
        self.lines.extend_from_slice(line);
        self.lines.push(b'\n');
    }

    /// Unpacks whole rows, and returns the rest.
    fn unpack<'b>(&mut self, mut bytes: &'b [u8]) -> Option<&'b [u8]> {
        if !self.has_begun {
            let Some((header, rest)) = bytes.split_at_checked(HEADER.len()) else { return Some(bytes) };
            self.has_begun = header == HEADER;
            bytes = rest;
            if !self.has_begun {
                return None;
            }
        }
        while let Some((count, rest)) = bytes.split_first_chunk() {
            if i16::from_be_bytes(*count) == -1 {
                self.has_ended = true;
                return rest.is_empty().then_some(rest);
            }
            let Some((head, rest)) = rest.split_first_chunk::<16>() else { break };
            // Every row has a position, of eight bytes, and a line; neither is null.
            let ([0, 0, 0, 8, position @ .., _, _, _, _], [0, 2]) = (head, count) else { return None };
            let [.., a, b, c, d] = *head;
            let length = usize::try_from(i32::from_be_bytes([a, b, c, d])).ok()?;
            let Some((line, rest)) = rest.split_at_checked(length) else { break };
            self.add(i64::from_be_bytes(*position), line);
            bytes = rest;
        }
        Some(bytes)
    }
}

impl BufRead for Lines {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.at >= self.current.len() {
            let Some(chunk) = self.next_chunk().map_err(io::Error::other)? else { return Ok(&[]) };
            (self.current, self.at) = (chunk, 0);
        }
        Ok(self.current.get(self.at..).unwrap_or_default())
    }

    fn consume(&mut self, bytes: usize) {
        self.at += bytes;
    }
}

impl Read for Lines {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let bytes = self.fill_buf()?.read(buffer)?;
        self.consume(bytes);
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(position: u8, line: &str) -> Vec<u8> {
        let head = [0, 2, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, position, 0, 0, 0, u8::try_from(line.len()).unwrap()];
        [&head, line.as_bytes()].concat()
    }

    #[test]
    fn lines_are_unpacked_in_order_wherever_messages_are_cut() {
        let rows = [row(1, "one"), row(3, "three"), row(4, ""), row(2, "and two"), row(5, "five")].concat();
        let whole = [HEADER, &rows, &[0xff, 0xff]].concat();
        for length in 1..=whole.len() {
            let mut unpacker = Unpacker::default();
            whole.chunks(length).for_each(|bytes| unpacker.take(bytes).unwrap());
            assert_eq!(String::from_utf8(unpacker.lines).unwrap(), "one\nand two\nthree\n\nfive\n", "{length}");
            assert!(unpacker.has_ended && unpacker.begun.is_empty() && unpacker.early.is_empty());
        }
    }

    #[test]
    fn what_is_not_the_format_is_refused() {
        let wrong = |at: usize, byte: u8| {
            let mut row = row(1, "one");
            row[at] = byte;
            [HEADER, &row].concat()
        };
        let behind_its_end = [HEADER, &[0xff, 0xff, 0]].concat();
        // No header, another number of columns, a position of another length, a line that is null.
        for bytes in [vec![b'x'; 19], wrong(1, 1), wrong(5, 4), wrong(14, 0xff), behind_its_end] {
            assert_eq!(Unpacker::default().take(&bytes), None, "{bytes:?}");
        }
    }
}
