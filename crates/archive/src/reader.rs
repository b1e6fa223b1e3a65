//! Reading an archive as a log: segments ahead of their use, verified, their lines in the order of the log.

use std::collections::HashMap;
use std::io::{self, BufRead, Read};
use std::sync::Arc;

use demarche_journal::seal::Peaks;
use futures_util::{StreamExt as _, stream};
use tokio::sync::mpsc::{self, Receiver};

use crate::address::Place;
use crate::archive::io_error;
use crate::error::ArchiveError;
use crate::manifest::{Manifest, ManifestError, Run, Segment};
use crate::objects::Objects;
use crate::segment::{self, Lines};

/// How many segments are read at once.
const AHEAD: usize = 8;

/// Reads the lines of a log from its segments. A segment is verified as a whole before a line of it is given, and the
/// root of the log before its end is.
#[derive(Debug)]
pub(crate) struct Reader {
    /// It runs what reads ahead, even if the archive is dropped.
    _objects: Arc<Objects>,
    /// The address of the manifest.
    manifest: String,
    root: String,
    /// The rest of the log.
    runs: std::vec::IntoIter<Run>,
    /// How many runs of each segment are still to come.
    uses: Vec<usize>,
    /// The segments that were read and are still needed. Only looked up, never iterated.
    segments: HashMap<usize, Opened>,
    arriving: Receiver<(usize, Result<Lines, ArchiveError>)>,
    peaks: Peaks,
    /// The lines that are given at present, and how many bytes of them were taken.
    lines: Vec<u8>,
    taken: usize,
    has_ended: bool,
}

/// A segment whose lines are given one stretch after the other.
#[derive(Debug)]
struct Opened {
    lines: Lines,
    /// How many lines, and bytes, were given.
    given: usize,
    byte: usize,
}

impl Reader {
    pub(crate) fn open(objects: &Arc<Objects>, manifest: Manifest, name: String) -> Result<Self, ArchiveError> {
        let runs =
            manifest.runs().map_err(|error: ManifestError| ArchiveError::Manifest { object: name.clone(), error })?;
        let mut uses = vec![0; manifest.segments.len()];
        // Segments are read in the order in which they are first needed, whatever the order of the manifest.
        let mut needed = Vec::with_capacity(manifest.segments.len());
        for run in &runs {
            if let Some(uses) = uses.get_mut(run.segment) {
                if *uses == 0 {
                    needed.push(run.segment);
                }
                *uses += 1;
            }
        }
        let (sender, arriving) = mpsc::channel(1);
        let place = Arc::clone(objects.place());
        let mut segments: Vec<Option<Segment>> = manifest.segments.into_iter().map(Some).collect();
        let needed: Vec<(usize, Segment)> =
            needed.into_iter().filter_map(|number| Some((number, segments.get_mut(number)?.take()?))).collect();
        objects.start(async move {
            let read = |(number, segment)| {
                let place: Arc<Place> = Arc::clone(&place);
                // In a task of its own, so that segments are unpacked and verified in parallel.
                let task = tokio::spawn(async move { segment::read(&place, &segment).await });
                async move { (number, task.await) }
            };
            let mut read = stream::iter(needed).map(read).buffered(AHEAD);
            while let Some((number, lines)) = read.next().await {
                let Ok(lines) = lines else { return };
                if sender.send((number, lines)).await.is_err() {
                    // Nobody reads any more.
                    return;
                }
            }
        });
        Ok(Self {
            _objects: Arc::clone(objects),
            manifest: name,
            root: manifest.root,
            runs: runs.into_iter(),
            uses,
            segments: HashMap::new(),
            arriving,
            peaks: Peaks::new(),
            lines: Vec::new(),
            taken: 0,
            has_ended: false,
        })
    }

    /// Takes the next stretch of lines. There are none at the end, once the root is verified.
    fn advance(&mut self) -> Result<(), ArchiveError> {
        self.lines.clear();
        self.taken = 0;
        let Some(run) = self.runs.next() else {
            let found = self.peaks.root().to_string();
            if found != self.root {
                let (object, expected) = (self.manifest.clone(), self.root.clone());
                return Err(ArchiveError::Root { object, expected, found });
            }
            self.has_ended = true;
            return Ok(());
        };
        while !self.segments.contains_key(&run.segment) {
            let (number, lines) = self.arriving.blocking_recv().ok_or_else(|| ArchiveError::Store {
                object: self.manifest.clone(),
                reason: "reading its segments was interrupted".to_owned(),
            })?;
            self.segments.insert(number, Opened { lines: lines?, given: 0, byte: 0 });
        }
        let Some(opened) = self.segments.get_mut(&run.segment) else { return Ok(()) };
        opened.take(run.events, &mut self.peaks, &mut self.lines);
        if let Some(uses) = self.uses.get_mut(run.segment) {
            *uses -= 1;
            if *uses == 0 {
                self.segments.remove(&run.segment);
            }
        }
        Ok(())
    }
}

impl Opened {
    /// Appends that many lines. A segment that was verified has as many as its runs.
    fn take(&mut self, events: u64, peaks: &mut Peaks, lines: &mut Vec<u8>) {
        let count = usize::try_from(events).unwrap_or(usize::MAX);
        let leaves = self.lines.leaves.iter().skip(self.given).take(count);
        leaves.for_each(|leaf| peaks.push(*leaf));
        self.given = self.given.saturating_add(count);
        let rest = self.lines.bytes.get(self.byte..).unwrap_or_default();
        let length = if self.given >= self.lines.leaves.len() {
            rest.len()
        } else {
            memchr::memchr_iter(b'\n', rest).nth(count.saturating_sub(1)).map_or(rest.len(), |end| end + 1)
        };
        lines.extend_from_slice(rest.get(..length).unwrap_or_default());
        self.byte += length;
    }
}

impl Read for Reader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut lines = self.fill_buf()?;
        let bytes = lines.read(buffer)?;
        self.consume(bytes);
        Ok(bytes)
    }
}

impl BufRead for Reader {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.taken >= self.lines.len() && !self.has_ended {
            self.advance().map_err(io_error)?;
        }
        Ok(self.lines.get(self.taken..).unwrap_or_default())
    }

    fn consume(&mut self, bytes: usize) {
        self.taken = self.taken.saturating_add(bytes).min(self.lines.len());
    }
}
