//! All lines of a journal at once, as one stream: faster than reading event by event, and one picture of the journal,
//! whatever is stored meanwhile.

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
    // The order is that of the index: nothing is sorted. There may be hours of lines.
    let settings = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
                    SET LOCAL enable_sort = off; SET LOCAL statement_timeout = 0;
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
    let is_whole = unpacker.has_ended;
    Ok(is_whole && sender.send(Message::Chunk(unpacker.lines)).is_ok())
}

/// Takes the lines out of the binary format of COPY, whose messages may be cut anywhere.
#[derive(Debug, Default)]
struct Unpacker {
    lines: Vec<u8>,
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
            let Some((length, rest)) = rest.split_first_chunk() else { break };
            // Every row has one column, which is not null.
            let length = usize::try_from(i32::from_be_bytes(*length)).ok().filter(|_| *count == [0, 1])?;
            let Some((line, rest)) = rest.split_at_checked(length) else { break };
            self.lines.extend_from_slice(line);
            self.lines.push(b'\n');
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

    #[test]
    fn lines_are_unpacked_wherever_messages_are_cut() {
        let mut whole = HEADER.to_vec();
        for line in ["one", "", "and three"] {
            whole.extend([0, 1, 0, 0, 0, u8::try_from(line.len()).unwrap()]);
            whole.extend(line.as_bytes());
        }
        whole.extend([0xff, 0xff]);
        for length in 1..=whole.len() {
            let mut unpacker = Unpacker::default();
            whole.chunks(length).for_each(|bytes| unpacker.take(bytes).unwrap());
            assert_eq!(String::from_utf8(unpacker.lines).unwrap(), "one\n\nand three\n", "{length}");
            assert!(unpacker.has_ended && unpacker.begun.is_empty());
        }
    }

    #[test]
    fn what_is_not_the_format_is_refused() {
        let row = |row: &[u8]| [HEADER, row].concat();
        for bytes in [vec![b'x'; 19], row(&[0, 2, 0, 0, 0, 0]), row(&[0, 1, 255, 255, 255, 255]), row(&[255, 255, 0])] {
            assert_eq!(Unpacker::default().take(&bytes), None, "{bytes:?}");
        }
    }
}
