//! Reads whole logs in parallel, to compact facts.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use demarche_core::EventType;
use demarche_core::codec::decode;
use demarche_core::facts::{Facts, LinePlace, LineReader, SharedText, Texts};
use demarche_core::jsonl::LINE_MAX_BYTES;
use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use crate::erasure::{Later, Redactions};

/// The byte order mark of UTF-8.
const BOM: &[u8] = b"\xEF\xBB\xBF";

/// How much of a text is sampled to estimate the length of its lines, in bytes.
const SAMPLE_BYTES: usize = 1 << 16;

/// How much is copied and read at once, in bytes: small enough for the processor's second-level cache.
const STRETCH_BYTES: usize = 1 << 18;

/// How much of a log that comes in chunks is read by one thread at a time, in bytes: enough to make little of putting
/// the parts together, and little enough not to wait for the last one.
const GROUP_BYTES: usize = 16 << 20;

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

/// Reads a log that comes in chunks of whole lines, on the threads of the current pool of `rayon`, while more of it
/// comes. Otherwise it is as [`scan`]; each chunk is a text.
///
/// # Errors
///
/// The error that `next` returns instead of a chunk. It returns `None` behind the last one.
pub fn scan_chunks<E>(next: &mut dyn FnMut() -> Result<Option<Vec<u8>>, E>) -> Result<Option<(Facts, Texts)>, E> {
    let Some(key) = key() else { return Ok(None) };
    let mut texts = Texts::new();
    let (given_up, scanned) = (AtomicBool::new(false), Mutex::new(Vec::new()));
    let scan_group = |number: usize, group: &[(u32, Arc<Vec<u8>>)]| {
        let (mut reader, mut facts) = (LineReader::new(), Facts::keyed(key));
        let mut pieces = group.iter().map(|(text, chunk)| Piece::of_text(*text, chunk));
        match pieces.try_for_each(|piece| piece.scan(&mut reader, &mut facts, &given_up, &|_| {})) {
            Some(()) => scanned.lock().unwrap_or_else(PoisonError::into_inner).push((number, facts)),
            None => given_up.store(true, Ordering::Relaxed),
        }
    };
    rayon::in_place_scope(|scope| {
        for number in 0.. {
            let (mut group, mut bytes) = (Vec::new(), 0);
            while bytes < GROUP_BYTES
                && let Some(chunk) = next()?
            {
                let (Ok(text), chunk) = (u32::try_from(texts.len()), Arc::new(chunk)) else { break };
                texts.push(Arc::clone(&chunk) as SharedText);
                bytes += chunk.len();
                group.push((text, chunk));
            }
            if group.is_empty() {
                return Ok(());
            }
            let scan_group = &scan_group;
            scope.spawn(move |_| scan_group(number, &group));
        }
        Ok(())
    })?;
    if given_up.into_inner() {
        return Ok(None);
    }
    let mut scanned = scanned.into_inner().unwrap_or_else(PoisonError::into_inner);
    scanned.sort_by_key(|(number, _)| *number);
    let mut all = Facts::keyed(key);
    scanned.into_iter().for_each(|(_, facts)| all.append(facts));
    Ok(drop_repetitions(&mut all, &texts).map(|()| (all, texts)))
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

/// Drops the facts of lines that repeat an event; of a line with texts and one in which they were erased, the former.
/// Returns `None` if lines differ otherwise, or if somebody has written over one of them.
fn drop_repetitions(facts: &mut Facts, texts: &Texts) -> Option<()> {
    let repeated = facts.repeated();
    let event = |number: u32| facts.spot(number).and_then(|spot| decode(&texts.line(spot.place)).ok());
    // The facts that stay, if these are not the first of their events. The table is only looked up.
    let mut latest: HashMap<u32, u32> = HashMap::new();
    let mut redactions = None;
    let mut dropped = Vec::with_capacity(repeated.len());
    for (again, first) in repeated {
        let there = latest.get(&first).copied().unwrap_or(first);
        let (event_there, event_again) = (event(there)?, event(again)?);
        if event_there == event_again {
            dropped.push(again);
            continue;
        }
        let redactions = redactions.get_or_insert_with(|| {
            let of_type = facts.iter().filter(|(_, fact, _)| fact.event_type == EventType::EventRedacted);
            of_type.filter_map(|(number, ..)| event(number)).collect::<Redactions>()
        });
        match redactions.later(&event_there, &event_again)? {
            Later::First => dropped.push(again),
            Later::Second => {
                dropped.push(there);
                latest.insert(first, again);
            }
        }
    }
    if !dropped.is_empty() {
        dropped.sort_unstable();
        facts.drop_all(&dropped);
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
    use super::*;

    fn line(number: usize, who: &str) -> String {
        format!(
            r#"{{"id":"0199f3c0-5a00-7000-8000-{number:012}","v":1,"type":"track_stalled","track":"us-ru/{}","occurred":"2025","recorded":"2025-10-23T08:00:00Z","source":{{"who":"{who}","attribution":"media"}},"data":{{}}}}"#,
            number % 77
        ) + "\n"
    }

    fn in_chunks(lines: &[String], at_once: usize) -> Option<Vec<String>> {
        let mut chunks = lines.chunks(at_once);
        let mut next = || Ok::<_, ()>(chunks.next().map(|chunk| chunk.concat().into_bytes()));
        let (facts, texts) = scan_chunks(&mut next).unwrap()?;
        let line_of = |place| String::from_utf8(texts.line(place).to_vec()).unwrap() + "\n";
        Some(facts.iter().map(|(_, _, spot)| line_of(spot.place)).collect())
    }

    #[test]
    fn a_log_that_comes_in_chunks_is_read_in_its_order_and_each_event_once() {
        // More than one group.
        let lines: Vec<String> = (0..100_000).map(|number| line(number, "a")).collect();
        assert!(lines.concat().len() > GROUP_BYTES);
        assert!(in_chunks(&lines, 4_000).unwrap() == lines);
        let mut repeated = lines[..9].to_vec();
        repeated.extend([lines[0].clone(), line(9, "a"), lines[3].clone()]);
        for at_once in 1..=12 {
            assert_eq!(in_chunks(&repeated, at_once).unwrap(), lines[..10], "{at_once}");
            let other = [&repeated[..], &[line(3, "b")]].concat();
            assert_eq!(in_chunks(&other, at_once), None, "two events of one id");
            let broken = [&repeated[..], &["{}\n".to_owned()]].concat();
            assert_eq!(in_chunks(&broken, at_once), None, "no event");
        }
        assert_eq!(in_chunks(&[], 1).unwrap(), [""; 0]);
        assert_eq!(scan_chunks(&mut || Err("it broke")).unwrap_err(), "it broke");
    }

    #[test]
    fn the_place_of_a_fact_leads_to_its_line_in_any_log() {
        let mut texts = Texts::new();
        (0..=1 << 16).for_each(|number| texts.push(Arc::new(line(number, "a"))));
        let facts = scan(&texts, &|_| {}).unwrap();
        assert_eq!(facts.len(), texts.len());
        for (_, fact, spot) in facts.iter() {
            assert_eq!(decode(&texts.line(spot.place)).unwrap().id, fact.id);
        }
    }
}
