//! Reading whole logs in parallel, to compact facts.

use std::sync::atomic::{AtomicBool, Ordering};

use demarche_core::Gist;
use demarche_core::codec::{Skimmer, decode};
use demarche_core::facts::{Facts, Place, Texts};
use demarche_core::jsonl::LINE_MAX_BYTES;
use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

/// The byte order mark of UTF-8.
const BOM: &[u8] = b"\xEF\xBB\xBF";

/// How much of a text is looked at to judge the length of its lines, in bytes.
const SAMPLE_BYTES: usize = 1 << 16;

/// How much is copied and read at once, in bytes: as much as stays in a processor's second cache meanwhile.
const STRETCH_BYTES: usize = 1 << 18;

/// The longest stretch that can hold no line that is too long, in bytes.
const STRETCH_MAX_BYTES: usize = STRETCH_BYTES + LINE_MAX_BYTES + b"\r\n".len();

/// Reads several logs to their facts, on the threads of the current pool of `rayon`; each event once, however often its
/// line stands there.
///
/// It refuses nothing itself: none says that some line is no event that this version knows, or that an id stands twice
/// with different contents. [`Reader`](demarche_core::codec::Reader) then tells which, and what is wrong. So what it
/// takes is what the reader would have taken, in the same order.
///
/// `read` is told of every stretch that was read, in bytes, by whichever thread read it.
///
/// ```
/// use demarche_journal::survey;
///
/// let log: &[u8] = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"track_stalled","track":"us-ru","occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","source":{"who":"izvestia","attribution":"media"},"data":{}}"#;
/// let facts = survey(&[log, log], &|_| {}).expect("all lines are events");
/// assert_eq!(facts.len(), 1);
/// assert!(survey(&[b"no event"], &|_| {}).is_none());
/// ```
#[must_use]
pub fn survey(texts: &[&[u8]], read: &(dyn Fn(usize) + Sync)) -> Option<Facts> {
    let piece = |(text, bytes)| Piece::of_text(text, bytes);
    let parts = parts((0..).zip(texts.iter().copied()).map(piece).collect(), rayon::current_num_threads());
    let given_up = AtomicBool::new(false);
    let survey_part = |part: &Vec<Piece<'_>>| {
        let mut facts = Facts::new();
        let done = part.iter().try_for_each(|piece| piece.survey(&mut facts, &given_up, read));
        if done.is_none() {
            given_up.store(true, Ordering::Relaxed);
        }
        done.map(|()| facts)
    };
    let surveyed: Vec<Facts> = parts.par_iter().map(survey_part).collect::<Option<_>>()?;
    let mut all = Facts::new();
    for part in surveyed {
        all.append(part);
    }
    drop_repetitions(&mut all, Texts::new(texts))?;
    Some(all)
}

/// Drops the facts of lines that repeat an event; returns `None` where one of them says something else.
fn drop_repetitions(facts: &mut Facts, texts: Texts<'_>) -> Option<()> {
    let repeated = facts.repeated();
    let event = |number: u32| facts.spot(number).and_then(|spot| decode(&texts.line(spot.place)).ok());
    if repeated.iter().any(|(again, first)| event(*again) != event(*first)) {
        return None;
    }
    let again: Vec<u32> = repeated.into_iter().map(|(again, _)| again).collect();
    if !again.is_empty() {
        facts.drop_all(&again);
    }
    Some(())
}

/// A part of one text that begins and ends with lines.
struct Piece<'t> {
    text: u16,
    /// Where it begins in the text.
    start: usize,
    bytes: &'t [u8],
}

/// Cuts pieces of texts into so many parts of about the same length, at line ends.
fn parts(pieces: Vec<Piece<'_>>, count: usize) -> Vec<Vec<Piece<'_>>> {
    let total: usize = pieces.iter().map(|piece| piece.bytes.len()).sum();
    let most = total.div_ceil(count.max(1)).max(1);
    let mut parts = vec![Vec::new()];
    let mut room = most;
    for Piece { text, mut start, bytes: mut rest } in pieces {
        while !rest.is_empty() {
            let length = match rest.get(room..) {
                // The line that begins in this part ends in it.
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
    /// The whole of a text, but for a byte order mark.
    fn of_text(text: u16, whole: &'t [u8]) -> Self {
        let bytes = whole.strip_prefix(BOM).unwrap_or(whole);
        Self { text, start: whole.len() - bytes.len(), bytes }
    }

    /// How many lines there are, judged by the first of them: where they are too many, the room that is never used
    /// costs nothing, and where they are too few, more is made.
    fn estimated_lines(&self) -> usize {
        let sample = self.bytes.get(..SAMPLE_BYTES).unwrap_or(self.bytes);
        let lines = memchr::memchr_iter(b'\n', sample).count() + 1;
        self.bytes.len() / (sample.len() / lines).max(1) + 1
    }

    /// Adds the facts of every line; none where one is no event, or another thread found such a line.
    fn survey(&self, facts: &mut Facts, given_up: &AtomicBool, read: &(dyn Fn(usize) + Sync)) -> Option<()> {
        facts.reserve(self.estimated_lines());
        // A mapped text may change at any moment. What is checked must be what is kept, so both are done on a copy.
        let mut copy = Vec::new();
        let mut start = 0;
        while let Some(rest) = self.bytes.get(start..).filter(|rest| !rest.is_empty()) {
            let length = match rest.get(STRETCH_BYTES..) {
                Some(beyond) => memchr::memchr(b'\n', beyond).map_or(rest.len(), |end| STRETCH_BYTES + end + 1),
                None => rest.len(),
            };
            copy.clear();
            copy.extend_from_slice(rest.get(..length).filter(|stretch| stretch.len() <= STRETCH_MAX_BYTES)?);
            let byte = (self.start + start) as u64;
            // All of it is looked at in one go; where something is wrong, line by line, since another may be at fault.
            match simdutf8::basic::from_utf8(&copy) {
                Ok(text) => survey_text(text, self.text, byte, facts)?,
                Err(_) => survey_bytes(&copy, self.text, byte, facts)?,
            }
            start += length;
            read(length);
            if given_up.load(Ordering::Relaxed) {
                return None;
            }
        }
        Some(())
    }
}

/// Adds the facts of the lines of a text that begins at a byte of that number.
fn survey_text(whole: &str, number: u16, byte: u64, facts: &mut Facts) -> Option<()> {
    let mut text = whole;
    let mut skimmer = Skimmer::new();
    while !text.is_empty() {
        let place = Place::new(number, byte + (whole.len() - text.len()) as u64);
        let rest = match skimmer.first(text, |gist| facts.push(gist, place)) {
            Some(((), rest)) => rest,
            None => {
                let end = memchr::memchr(b'\n', text.as_bytes()).unwrap_or(text.len());
                let (line, rest) = text.split_at_checked(end)?;
                add(line.as_bytes(), place, facts)?;
                rest
            }
        };
        text = rest.strip_prefix('\n').unwrap_or(rest);
    }
    Some(())
}

/// Does the same with bytes that are no text as a whole.
fn survey_bytes(bytes: &[u8], number: u16, byte: u64, facts: &mut Facts) -> Option<()> {
    let mut start = 0;
    for end in memchr::memchr_iter(b'\n', bytes).chain([bytes.len()]) {
        let line = bytes.get(start..end).unwrap_or_default();
        add(line, Place::new(number, byte + start as u64), facts)?;
        start = end + 1;
    }
    Some(())
}

/// Adds the facts of a line, read patiently; one that says nothing has none.
fn add(line: &[u8], place: Place, facts: &mut Facts) -> Option<()> {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    // What is too long is no event, even where it says nothing.
    if line.len() <= LINE_MAX_BYTES && line.iter().all(u8::is_ascii_whitespace) {
        return Some(());
    }
    facts.push(&Gist::of(&decode(line).ok()?), place);
    Some(())
}
