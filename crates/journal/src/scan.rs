//! Reads whole logs in parallel, to compact facts.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use demarche_core::codec::decode;
use demarche_core::facts::{Facts, LinePlace, LineReader, Texts};
use demarche_core::jsonl::LINE_MAX_BYTES;
use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

/// The byte order mark of UTF-8.
const BOM: &[u8] = b"\xEF\xBB\xBF";

/// How much of a text is sampled to estimate the length of its lines, in bytes.
const SAMPLE_BYTES: usize = 1 << 16;

/// How much is copied and read at once, in bytes: small enough for the processor's second-level cache.
const STRETCH_BYTES: usize = 1 << 18;

/// The longest stretch without a line that is too long, in bytes.
const STRETCH_MAX_BYTES: usize = STRETCH_BYTES + LINE_MAX_BYTES + b"\r\n".len();

/// Reads several logs to their facts, on the threads of the current pool of `rayon`. Each event is read once, even if
/// its line is repeated.
///
/// It reports no errors itself: `None` means that some line is not an event that this version knows, or that two
/// different events share an id. [`Reader`](demarche_core::codec::Reader) then finds the line, and says what is wrong.
/// So whatever it accepts, the reader would have accepted, in the same order.
///
/// `read` is called with the length of every stretch that was read, in bytes, by the thread that read it.
///
/// ```
/// use std::sync::Arc;
///
/// use demarche_core::facts::Texts;
/// use demarche_journal::scan;
///
/// let log = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"track_stalled","track":"us-ru","occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","source":{"who":"izvestia","attribution":"media"},"data":{}}"#;
/// let mut texts = Texts::new();
/// texts.push(Arc::new(log));
/// texts.push(Arc::new(log));
/// let facts = scan(&texts, &|_| {}).expect("all lines are events");
/// assert_eq!(facts.len(), 1);
/// texts.push(Arc::new(b"no event"));
/// assert!(scan(&texts, &|_| {}).is_none());
/// ```
#[must_use]
pub fn scan(texts: &Texts, read: &(dyn Fn(usize) + Sync)) -> Option<Facts> {
    let pieces = (0..).take(texts.len()).map(|text| Piece::of_text(text, texts.text(text)));
    let parts = parts(pieces.collect(), rayon::current_num_threads());
    let given_up = AtomicBool::new(false);
    let key = key()?;
    let survey_part = |part: &Vec<Piece<'_>>| {
        let (mut reader, mut facts) = (LineReader::new(), Facts::keyed(key));
        let done = part.iter().try_for_each(|piece| piece.scan(&mut reader, &mut facts, &given_up, read));
        if done.is_none() {
            given_up.store(true, Ordering::Relaxed);
        }
        done.map(|()| facts)
    };
    let surveyed: Vec<Facts> = parts.par_iter().map(survey_part).collect::<Option<_>>()?;
    let mut all = Facts::keyed(key);
    for part in surveyed {
        all.append(part);
    }
    drop_repetitions(&mut all, texts)?;
    Some(all)
}

/// Returns the key under which this process hashes the names of logs. It is secret, so that nobody can write a log
/// whose names collide. Returns `None` if the system has no random numbers.
pub(crate) fn key() -> Option<u128> {
    static KEY: OnceLock<u128> = OnceLock::new();
    if let Some(key) = KEY.get() {
        return Some(*key);
    }
    let mut key = [0; 16];
    getrandom::fill(&mut key).ok()?;
    Some(*KEY.get_or_init(|| u128::from_ne_bytes(key)))
}

/// Drops the facts of lines that repeat an event. Returns `None` if one of them differs from the event, or if somebody
/// has written over one of them.
fn drop_repetitions(facts: &mut Facts, texts: &Texts) -> Option<()> {
    let repeated = facts.repeated();
    let event = |number: u32| facts.spot(number).and_then(|spot| decode(&texts.line(spot.place)).ok());
    for (again, first) in &repeated {
        if event(*again)? != event(*first)? {
            return None;
        }
    }
    let again: Vec<u32> = repeated.into_iter().map(|(again, _)| again).collect();
    if !again.is_empty() {
        facts.drop_all(&again);
    }
    Some(())
}

/// A part of a text, made of whole lines.
struct Piece<'t> {
    text: u32,
    /// Where it begins in the text.
    start: usize,
    bytes: &'t [u8],
}

/// Cuts pieces of texts into a number of parts of about the same length, at line ends.
fn parts(pieces: Vec<Piece<'_>>, count: usize) -> Vec<Vec<Piece<'_>>> {
    let total: usize = pieces.iter().map(|piece| piece.bytes.len()).sum();
    let most = total.div_ceil(count.max(1)).max(1);
    let mut parts = vec![Vec::new()];
    let mut room = most;
    for Piece { text, mut start, bytes: mut rest } in pieces {
        while !rest.is_empty() {
            let length = match rest.get(room..) {
                // A line belongs to the part in which it begins.
                Some(beyond) => memchr::memchr(b'\n', beyond).map_or(rest.len(), |end| room + end + 1),
                None => rest.len(),
            };
            let Some((bytes, beyond)) = rest.split_at_checked(length) else { break };
            if room == 0 {
                parts.push(Vec::new());
                room = most;
                continue;
            }
            if let Some(part) = parts.last_mut() {
                part.push(Piece { text, start, bytes });
            }
            room = room.saturating_sub(length);
            start += length;
            rest = beyond;
        }
    }
    parts
}

impl<'t> Piece<'t> {
    /// Returns the whole of a text, without a byte order mark.
    fn of_text(text: u32, whole: &'t [u8]) -> Self {
        let bytes = whole.strip_prefix(BOM).unwrap_or(whole);
        Self { text, start: whole.len() - bytes.len(), bytes }
    }

    /// Estimates the number of lines from the first of them. Too high an estimate costs nothing, since unused memory is
    /// never touched; too low an estimate only means that memory grows.
    fn estimated_lines(&self) -> usize {
        let sample = self.bytes.get(..SAMPLE_BYTES).unwrap_or(self.bytes);
        let lines = memchr::memchr_iter(b'\n', sample).count() + 1;
        self.bytes.len() / (sample.len() / lines).max(1) + 1
    }

    /// Adds the facts of every line; returns `None` if a line is not an event, or another thread found such a line.
    fn scan(
        &self,
        reader: &mut LineReader,
        facts: &mut Facts,
        given_up: &AtomicBool,
        read: &(dyn Fn(usize) + Sync),
    ) -> Option<()> {
        facts.reserve(self.estimated_lines());
        // A mapped text may change at any moment. The bytes that are checked must be those that are kept, so both use a
        // copy.
        let mut copy = Vec::new();
        let mut start = 0;
        while let Some(rest) = self.bytes.get(start..).filter(|rest| !rest.is_empty()) {
            let length = match rest.get(STRETCH_BYTES..) {
                Some(beyond) => memchr::memchr(b'\n', beyond).map_or(rest.len(), |end| STRETCH_BYTES + end + 1),
                None => rest.len(),
            };
            copy.clear();
            copy.extend_from_slice(rest.get(..length).filter(|stretch| stretch.len() <= STRETCH_MAX_BYTES)?);
            let place = LinePlace::new(self.text, (self.start + start) as u64)?;
            reader.read(&copy, place, facts).ok()?;
            start += length;
            read(length);
            if given_up.load(Ordering::Relaxed) {
                return None;
            }
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn the_place_of_a_fact_leads_to_its_line_in_any_log() {
        let line = |number: usize| {
            format!(
                r#"{{"id":"0199f3c0-5a00-7000-8000-{number:012}","v":1,"type":"track_stalled","track":"us-ru","occurred":"2025","recorded":"2025-10-23T08:00:00Z","source":{{"who":"a","attribution":"media"}},"data":{{}}}}"#
            )
        };
        let mut texts = Texts::new();
        (0..=1 << 16).for_each(|number| texts.push(Arc::new(line(number))));
        let facts = scan(&texts, &|_| {}).unwrap();
        assert_eq!(facts.len(), texts.len());
        for (_, fact, spot) in facts.iter() {
            assert_eq!(decode(&texts.line(spot.place)).unwrap().id, fact.id);
        }
    }
}
