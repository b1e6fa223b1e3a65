//! Any bytes as the cache beside a log, and sound caches that were changed: nothing panics, and no answer is another.
#![no_main]

use std::fs;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::thread::sleep;
use std::time::Duration;

use demarche_core::facts::{Facts, Texts};
use demarche_journal::{Mapped, cache, survey};
use demarche_projection::{LogFold, Query, Row};
use libfuzzer_sys::fuzz_target;
use twox_hash::XxHash3_128;

/// No log is too short, and one that was left alone for a tick of the clock is given a cache.
const EAGER: cache::Policy = cache::Policy { least_bytes: 1, settled_seconds: 0, grown_by: 16 };

/// The same, but nothing is written: what the fuzzer put there stays there.
const READING: cache::Policy = cache::Policy { settled_seconds: u32::MAX, ..EAGER };

/// The parts of a cache of a log of less than a block, in bytes: what its header signs, the sum of that, a digest.
const SIGNED: usize = 120;
const DIGEST: usize = 16;
const HEADER: usize = SIGNED + DIGEST;

/// A log on the disk, and the sound cache that was made of it, or of its beginning.
struct Case {
    path: PathBuf,
    cache: Vec<u8>,
}

/// A line of each kind that facts keep in its own way: a date, a word, targets, a subject.
fn line(number: usize) -> String {
    let (kind, data) = match number % 5 {
        0 => ("track_opened", r#"{"title":"Talks","kind":"summit","parties":["us","ru"]}"#),
        1 => ("meeting_scheduled", r#"{"meeting":"round","when":"2025-06"}"#),
        2 => ("claim_denied", r#"{"claims":["0199f3c0-5a00-7000-8000-000000000001"]}"#),
        3 => ("proposal_answered", r#"{"proposal":"truce","by":"us","answer":"accepted"}"#),
        _ => ("track_stalled", "{}"),
    };
    format!(
        "{{\"id\":\"0199f3c0-5a00-7000-8000-{number:012}\",\"v\":1,\"type\":\"{kind}\",\"track\":\"us-ru/{}\",\
         \"occurred\":\"2025-05\",\"recorded\":\"2025-10-23T08:00:00Z\",\
         \"source\":{{\"who\":\"ru/mfa\",\"attribution\":\"media\",\"grade\":\"B2\"}},\"data\":{data}}}\n",
        number % 3
    )
}

/// Logs unchanged, grown, grown by a line without its end, and one whose lines are no longer what they were.
fn cases() -> &'static [Case] {
    static CASES: OnceLock<Vec<Case>> = OnceLock::new();
    CASES.get_or_init(|| {
        let text: String = (0..12).map(line).collect();
        let grown: String = (12..15).map(line).collect();
        let other = text.replace("us-ru/1", "us-ru/7");
        let now = [text.clone(), format!("{text}{grown}"), format!("{text}{}", grown.trim_end()), other];
        let folder = std::env::temp_dir().join(format!("demarche-fuzz-cache-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder can be made");
        let case = |(number, now): (usize, &String)| {
            let path = folder.join(format!("{number}.jsonl"));
            fs::write(&path, &text).expect("a log can be written");
            sleep(Duration::from_millis(50));
            let log = Mapped::open(&path).expect("a log can be read");
            assert!(cache::survey(&[(&path, &log)], EAGER, &|_| {}).is_some());
            let cache = fs::read(cache::path_of(&path)).expect("a log that was left alone is given a cache");
            if *now != text {
                fs::write(&path, now).expect("a log can be written");
            }
            Case { path, cache }
        };
        now.iter().enumerate().map(case).collect()
    })
}

fn written(facts: &Facts) -> Vec<u8> {
    let mut bytes = Vec::new();
    facts.write(&mut bytes).expect("memory takes all");
    bytes
}

/// Reads a log with these bytes as its cache.
fn with_cache(path: &PathBuf, log: &Mapped, bytes: &[u8]) -> Option<Facts> {
    fs::write(cache::path_of(path), bytes).expect("a cache can be written");
    cache::survey(&[(path, log)], READING, &|_| {})
}

/// What bytes make of a sound cache: each three are where, and what is done there.
fn changed(cache: &[u8], acts: &[u8]) -> Vec<u8> {
    let mut bytes = cache.to_vec();
    for act in acts.as_chunks::<3>().0 {
        let at = usize::from(u16::from_le_bytes([act[0], act[1]]));
        let (at, kind) = (at & 0x3FFF, at >> 14);
        let at = at % (bytes.len() + 1);
        match kind {
            0 if at < bytes.len() => bytes[at] ^= act[2],
            1 if at < bytes.len() => bytes[at] = act[2],
            2 => bytes.insert(at, act[2]),
            _ => drop(bytes.drain(at.saturating_sub(usize::from(act[2])).min(at)..at)),
        }
    }
    bytes
}

/// Makes the sums agree again with what stands there, so that the values themselves are looked at.
fn signed_anew(bytes: &mut [u8]) {
    if bytes.len() < HEADER + 2 * DIGEST {
        return;
    }
    let digest = |bytes: &[u8], seed| XxHash3_128::oneshot_with_seed(seed, bytes).to_le_bytes();
    let seed = u64::from_le_bytes(bytes[24..32].try_into().expect("eight bytes"));
    let tail = bytes.len() - 2 * DIGEST;
    let facts = digest(&bytes[HEADER..tail], seed);
    bytes[tail + DIGEST..].copy_from_slice(&facts);
    let sum = digest(&bytes[tail..], seed);
    bytes[SIGNED - DIGEST..SIGNED].copy_from_slice(&sum);
    let sum = digest(&bytes[..SIGNED], seed);
    bytes[SIGNED..HEADER].copy_from_slice(&sum);
}

/// Asks whatever was read for all states. What the lines contradict is refused, or told as it stands; nothing panics.
fn fold(facts: Facts, log: &[u8]) {
    let texts = [log];
    let fold = LogFold::new(facts, Texts::new(&texts));
    let query = Query::default();
    let mut views = fold.views(&query);
    let list = |row: &Row<'_>, list: &mut Vec<String>| Ok(list.push(format!("{:?} {:?}", row.view, row.course()?)));
    while let Ok(Some(_)) = views.next(|_| true, list) {}
}

fuzz_target!(|input: &[u8]| {
    let [way, acts @ ..] = input else { return };
    let cases = cases();
    let case = &cases[usize::from(way & 3) % cases.len()];
    let log = Mapped::open(&case.path).expect("the log is there");
    let plain = survey(&[log.bytes()], &|_| {});
    match way >> 2 & 3 {
        // Any bytes beside the log.
        0 => {
            let read = with_cache(&case.path, &log, acts);
            assert!(read.as_ref().map(written) == plain.as_ref().map(written), "another answer with any bytes");
        }
        // A sound cache, damaged: the sums tell.
        1 => {
            let read = with_cache(&case.path, &log, &changed(&case.cache, acts));
            assert!(read.as_ref().map(written) == plain.as_ref().map(written), "another answer with damage");
        }
        // One that somebody signed, who may write to the log as well: it may lie, but it breaks nothing.
        2 => {
            let mut bytes = changed(&case.cache, acts);
            signed_anew(&mut bytes);
            if let Some(facts) = with_cache(&case.path, &log, &bytes) {
                fold(facts, log.bytes());
            }
        }
        // The facts alone, without any sum.
        _ => {
            let facts = written(&plain.expect("the logs are sound"));
            if let Ok(facts) = Facts::read(&changed(&facts, acts), 0, log.bytes().len() as u64) {
                assert!(Facts::read(&written(&facts), 0, log.bytes().len() as u64).is_ok(), "what is read is writable");
                fold(facts, log.bytes());
            }
        }
    }
});
