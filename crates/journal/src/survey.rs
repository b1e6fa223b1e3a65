//! Reading whole logs in parallel, to compact facts.

use std::sync::atomic::{AtomicBool, Ordering};

use demarche_core::Gist;
use demarche_core::codec::{decode, skim};
use demarche_core::facts::{Facts, Place, Texts};
use demarche_core::jsonl::LINE_MAX_BYTES;
use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

/// The byte order mark of UTF-8.
const BOM: &[u8] = b"\xEF\xBB\xBF";

/// How much is read between two looks at whether to go on, in bytes.
const STRETCH_BYTES: usize = 1 << 20;

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
/// assert_eq!(facts.list().len(), 1);
/// assert!(survey(&[b"no event"], &|_| {}).is_none());
/// ```
#[must_use]
pub fn survey(texts: &[&[u8]], read: &(dyn Fn(usize) + Sync)) -> Option<Facts> {
    survey_in(rayon::current_num_threads(), texts, read)
}

/// Surveys in so many parts.
fn survey_in(count: usize, texts: &[&[u8]], read: &(dyn Fn(usize) + Sync)) -> Option<Facts> {
    let parts = parts(texts, count);
    let given_up = AtomicBool::new(false);
    let survey_part = |part: &Vec<Piece<'_>>| {
        let mut facts = Facts::new();
        let done = part.iter().try_for_each(|piece| piece.survey(&mut facts, &given_up, read));
        if done.is_none() {
            given_up.store(true, Ordering::Relaxed);
        }
        done.map(|()| facts)
    };
    let surveyed: Vec<Option<Facts>> = parts.par_iter().map(survey_part).collect();
    let mut all = Facts::new();
    for facts in surveyed {
        all.append(facts?);
    }
    without_repetition(all, Texts::new(texts))
}

/// Drops the facts of lines that repeat an event; none where one of them says something else.
fn without_repetition(mut facts: Facts, texts: Texts<'_>) -> Option<Facts> {
    let repeated = facts.repeated();
    let event = |number: usize| facts.list().get(number).and_then(|fact| decode(texts.line(fact.place)).ok());
    if repeated.iter().any(|(again, first)| event(*again) != event(*first)) {
        return None;
    }
    let again: Vec<usize> = repeated.into_iter().map(|(again, _)| again).collect();
    if !again.is_empty() {
        facts.drop_all(&again);
    }
    Some(facts)
}

/// A part of one text that begins and ends with lines.
struct Piece<'t> {
    text: u16,
    /// Where it begins in the text.
    start: usize,
    bytes: &'t [u8],
}

/// Cuts texts into so many parts of about the same length, at line ends.
fn parts<'t>(texts: &[&'t [u8]], count: usize) -> Vec<Vec<Piece<'t>>> {
    let total: usize = texts.iter().map(|text| text.len()).sum();
    let most = total.div_ceil(count.max(1)).max(1);
    let mut parts = vec![Vec::new()];
    let mut room = most;
    for (text, bytes) in (0..).zip(texts) {
        let mut start = if bytes.starts_with(BOM) { BOM.len() } else { 0 };
        while let Some(rest) = bytes.get(start..).filter(|rest| !rest.is_empty()) {
            let length = match rest.get(room..) {
                // The line that begins in this part ends in it.
                Some(beyond) => memchr::memchr(b'\n', beyond).map_or(rest.len(), |end| room + end + 1),
                None => rest.len(),
            };
            let Some(bytes) = rest.get(..length) else { break };
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
        }
    }
    parts
}

impl Piece<'_> {
    /// Adds the facts of every line; none where one is no event, or another thread found such a line.
    fn survey(&self, facts: &mut Facts, given_up: &AtomicBool, read: &(dyn Fn(usize) + Sync)) -> Option<()> {
        let mut start = 0;
        let mut told = 0;
        for end in memchr::memchr_iter(b'\n', self.bytes).chain([self.bytes.len()]) {
            let line = self.bytes.get(start..end).unwrap_or_default();
            if !line.is_empty() {
                add(line, Place::new(self.text, (self.start + start) as u64), facts)?;
            }
            start = end + 1;
            if end - told >= STRETCH_BYTES {
                read(end - told);
                told = end;
                if given_up.load(Ordering::Relaxed) {
                    return None;
                }
            }
        }
        read(self.bytes.len() - told);
        Some(())
    }
}

/// Adds the facts of a line; one that says nothing has none.
fn add(line: &[u8], place: Place, facts: &mut Facts) -> Option<()> {
    if let Some(gist) = skim(line) {
        facts.push(&gist, place);
        return Some(());
    }
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    // What is too long is no event, even where it says nothing.
    if line.len() <= LINE_MAX_BYTES && line.iter().all(u8::is_ascii_whitespace) {
        return Some(());
    }
    facts.push(&Gist::of(&decode(line).ok()?), place);
    Some(())
}
