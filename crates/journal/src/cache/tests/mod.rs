//! Whatever is done to a log or to its cache, the answer is that of reading the log in full.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test that fails must say so")]

mod random;

use std::fs::{self, File, FileTimes, OpenOptions};
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::Duration;

use super::*;

/// No log is too short, and one that was left alone for a tick of the clock is settled.
const EAGER: Policy = Policy { least_bytes: 1, settled_seconds: 0, grown_by: 16 };

/// Longer than any tick of a clock.
const TICK: Duration = Duration::from_millis(25);

/// A log in a folder of its own, removed at the end.
struct Log(PathBuf);

fn line(number: u32) -> String {
    format!(
        "{{\"id\":\"0199f3c0-5a00-7000-8000-{number:012}\",\"v\":1,\"type\":\"track_stalled\",\"track\":\"us-ru/{}\",\
         \"occurred\":\"2025-05\",\"recorded\":\"2025-10-23T08:00:00Z\",\
         \"source\":{{\"who\":\"ru/mfa\",\"attribution\":\"media\",\"grade\":\"B2\"}},\"data\":{{}}}}\n",
        number % 7
    )
}

fn lines(numbers: std::ops::Range<u32>) -> String {
    numbers.map(line).collect()
}

impl Log {
    fn new(text: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("demarche-cache-{}-{number}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        let log = Self(folder.join("a.jsonl"));
        fs::write(&log.0, text).unwrap();
        log
    }

    /// A log that was left alone, with a cache that was written after that.
    fn cached(text: &str) -> Self {
        let log = Self::new(text);
        sleep(TICK);
        log.check();
        assert!(log.is_known() == Some(true), "a log that was left alone is known at once");
        log
    }

    fn cache(&self) -> PathBuf {
        path_of(&self.0)
    }

    /// Reads the log with the cache, and without; both must give the same.
    #[track_caller]
    fn check(&self) {
        let log = Mapped::open(&self.0).unwrap();
        let bytes = |facts: Option<Facts>| {
            let mut bytes = Vec::new();
            facts.map(|facts| facts.write(&mut bytes).map(|()| bytes).unwrap())
        };
        let without = bytes(crate::survey(&[log.bytes()], &|_| {}));
        assert!(bytes(survey(&[(&self.0, &log)], EAGER, &|_| {})) == without, "the cache makes a difference");
    }

    /// Whether the cache is believed, and if so, whether without hashing the log.
    fn is_known(&self) -> Option<bool> {
        let log = Mapped::open(&self.0).unwrap();
        let texts = [log.bytes()];
        let one = One { text: 0, path: &self.0, log: &log, texts: &texts, policy: EAGER, read: &|_| {} };
        one.find().map(|found| found.is_same)
    }

    fn write_at(&self, at: u64, bytes: &[u8]) {
        let mut file = OpenOptions::new().write(true).open(&self.0).unwrap();
        file.seek(SeekFrom::Start(at)).unwrap();
        file.write_all(bytes).unwrap();
    }

    fn append(&self, text: &str) {
        OpenOptions::new().append(true).open(&self.0).unwrap().write_all(text.as_bytes()).unwrap();
    }

    /// Does something to the log, and gives it back the time at which it was modified.
    fn secretly(&self, act: impl FnOnce(&Self)) {
        let modified = fs::metadata(&self.0).unwrap().modified().unwrap();
        act(self);
        File::open(&self.0).unwrap().set_times(FileTimes::new().set_modified(modified)).unwrap();
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(self.0.parent().unwrap());
    }
}

/// Something that is done to a log.
type Edit = fn(&Log);

/// What is done to the middle of a log of 60 lines that are all as long.
fn edits() -> Vec<(&'static str, Edit)> {
    vec![
        ("another letter", |log| log.write_at(30, b"1")),
        ("another letter, the time put back", |log| log.secretly(|log| log.write_at(30, b"1"))),
        ("another track", |log| {
            let at = fs::read_to_string(&log.0).unwrap().find("us-ru").unwrap();
            log.secretly(|log| log.write_at(at as u64, b"xx"));
        }),
        ("no event any more", |log| log.secretly(|log| log.write_at(0, b"x"))),
        ("a line end gone", |log| log.secretly(|log| log.write_at(line(0).len() as u64 - 1, b" "))),
        ("cut off", |log| {
            OpenOptions::new().write(true).open(&log.0).unwrap().set_len(line(0).len() as u64 * 20).unwrap();
        }),
        ("cut off within a line", |log| {
            OpenOptions::new().write(true).open(&log.0).unwrap().set_len(line(0).len() as u64 * 20 + 7).unwrap();
        }),
        ("cut off and grown again", |log| {
            log.secretly(|log| {
                let file = OpenOptions::new().write(true).open(&log.0).unwrap();
                file.set_len(line(0).len() as u64 * 20).unwrap();
                log.append(&lines(100..140));
            });
        }),
        ("emptied", |log| fs::write(&log.0, "").unwrap()),
        ("grown, then edited", |log| {
            log.append(&lines(60..80));
            log.write_at(30, b"1");
        }),
        ("edited, then grown", |log| {
            log.write_at(30, b"1");
            log.append(&line(60));
        }),
        ("lines swapped", |log| {
            log.secretly(|log| log.write_at(0, [line(1), line(0)].concat().as_bytes()));
        }),
        ("a line twice instead of another", |log| log.secretly(|log| log.write_at(0, line(1).as_bytes()))),
        ("an id twice, with other words", |log| {
            log.append(&line(3).replace("media", "document"));
        }),
        ("lines put in front", |log| {
            let text = fs::read_to_string(&log.0).unwrap();
            fs::write(&log.0, lines(200..210) + &text).unwrap();
        }),
        ("a line taken out", |log| {
            let text = fs::read_to_string(&log.0).unwrap();
            fs::write(&log.0, text.replace(&line(9), "")).unwrap();
        }),
        ("replaced by rename, same size and time", |log| {
            log.secretly(|log| {
                let other = log.0.with_extension("new");
                fs::write(&other, lines(100..160)).unwrap();
                fs::rename(other, &log.0).unwrap();
            });
        }),
        ("written over, same size and time", |log| {
            log.secretly(|log| fs::write(&log.0, lines(100..160)).unwrap());
        }),
        ("a byte order mark in front", |log| {
            let text = fs::read_to_string(&log.0).unwrap();
            fs::write(&log.0, format!("\u{feff}{text}")).unwrap();
        }),
    ]
}

#[test]
fn no_edit_goes_unseen() {
    for (what, edit) in edits() {
        let log = Log::cached(&lines(100..160).replace("000001", "000000"));
        edit(&log);
        assert_ne!(log.is_known(), Some(true), "{what}");
        // Once with the old cache, once with what came of it, once with what came of that after a while.
        log.check();
        log.check();
        sleep(TICK);
        log.check();
    }
}

#[test]
fn an_edit_within_a_tick_of_the_clock_is_seen() {
    for at in 0..200 {
        let log = Log::new(&lines(100..160));
        log.check();
        log.secretly(|log| log.write_at(at % 60 * line(0).len() as u64 + 40, b"7"));
        log.check();
        log.check();
    }
}

#[test]
fn an_unchanged_log_is_known_and_a_grown_one_is_hashed() {
    let log = Log::cached(&lines(0..60));
    log.append(&line(60));
    assert_eq!(log.is_known(), Some(false));
    let before = fs::read(log.cache()).unwrap();
    log.check();
    assert_eq!(fs::read(log.cache()).unwrap(), before, "a cache of most of the log is kept");
    log.append(&lines(61..80));
    sleep(TICK);
    log.check();
    assert_eq!(log.is_known(), Some(true), "a cache of too little is written anew");
}

#[test]
fn a_log_that_was_just_written_to_gets_no_cache_until_it_was_left_alone() {
    let log = Log::new(&lines(0..60));
    let policy = Policy { settled_seconds: 3600, ..EAGER };
    let mapped = Mapped::open(&log.0).unwrap();
    assert!(survey(&[(&log.0, &mapped)], policy, &|_| {}).is_some());
    assert!(!log.cache().exists());
    sleep(TICK);
    log.check();
    assert_eq!(log.is_known(), Some(true));
}

#[test]
fn a_log_that_is_edited_while_it_is_read_gets_no_cache_of_what_it_was() {
    for number in 0..200 {
        let log = Log::new(&lines(100..160));
        if number % 2 == 0 {
            sleep(TICK);
        }
        let mapped = Mapped::open(&log.0).unwrap();
        // Told of a stretch when its lines have become facts.
        let edit = |bytes| {
            if bytes > 0 {
                log.secretly(|log| log.write_at(40, b"7"));
            }
        };
        let _ = survey(&[(&log.0, &mapped)], EAGER, &edit);
        assert_eq!(log.is_known(), None);
        log.check();
    }
}

#[test]
fn a_torn_last_line_is_never_covered() {
    let log = Log::cached(&lines(0..60));
    let torn = line(60);
    log.append(torn.trim_end());
    log.check();
    log.append("\n");
    log.append(torn.get(..40).unwrap());
    log.check();
    let log = Log::cached(&(lines(0..60) + torn.trim_end()));
    log.check();
    log.append("x\n");
    log.check();
    let log = Log::new("\u{feff}no line end");
    log.check();
    assert!(!log.cache().exists());
}

#[test]
fn a_damaged_cache_is_passed_over() {
    let log = Log::cached(&lines(0..60));
    let sound = fs::read(log.cache()).unwrap();
    let damaged = |bytes: &[u8], what: &str, at: usize| {
        fs::write(log.cache(), bytes).unwrap();
        assert_eq!(log.is_known(), None, "{what} {at}");
    };
    for at in 0..sound.len() {
        let mut bytes = sound.clone();
        bytes[at] ^= 1 << (at % 8);
        damaged(&bytes, "a bit at", at);
    }
    for length in (0..sound.len()).step_by(7) {
        damaged(&sound[..length], "cut at", length);
    }
    damaged(&[&sound[..], b"\n"].concat(), "longer than", sound.len());
    log.check();
    assert_eq!(log.is_known(), Some(true), "and written anew");
}

#[test]
fn the_cache_of_another_log_is_of_no_use_and_that_of_a_copy_is() {
    let (log, other) = (Log::cached(&lines(0..60)), Log::cached(&lines(100..160)));
    fs::copy(other.cache(), log.cache()).unwrap();
    assert_eq!(log.is_known(), None);
    log.check();
    fs::copy(&log.0, &other.0).unwrap();
    fs::copy(log.cache(), other.cache()).unwrap();
    assert_eq!(other.is_known(), Some(false));
    other.check();
}

#[test]
fn what_can_not_be_a_cache_is_in_nobodys_way() {
    let log = Log::new(&lines(0..60));
    fs::create_dir(log.cache()).unwrap();
    sleep(TICK);
    log.check();
    assert_eq!(fs::read_dir(log.0.parent().unwrap()).unwrap().count(), 2, "nothing else is left");
    fs::remove_dir(log.cache()).unwrap();
    log.check();
    fs::remove_file(log.cache()).unwrap();
    log.check();
    assert!(log.cache().is_file());
}

#[cfg(unix)]
#[test]
fn links_are_not_followed_to_a_cache_and_others_must_not_write_to_it() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let log = Log::cached(&lines(0..60));
    let moved = log.cache().with_extension("moved");
    fs::rename(log.cache(), &moved).unwrap();
    symlink(&moved, log.cache()).unwrap();
    assert_eq!(log.is_known(), None);
    log.check();
    assert!(!fs::symlink_metadata(log.cache()).unwrap().is_symlink());
    assert!(moved.is_file());
    fs::set_permissions(log.cache(), fs::Permissions::from_mode(0o666)).unwrap();
    assert_eq!(log.is_known(), None);
    fs::remove_file(log.cache()).unwrap();
    fs::set_permissions(&log.0, fs::Permissions::from_mode(0o600)).unwrap();
    sleep(TICK);
    log.check();
    assert_eq!(fs::metadata(log.cache()).unwrap().permissions().mode() & 0o777, 0o600);
}

#[cfg(unix)]
#[test]
fn a_log_under_two_names_is_one() {
    let log = Log::cached(&lines(0..60));
    let (link, hard) = (Log::new(""), Log::new(""));
    for (other, make) in [(&link, true), (&hard, false)] {
        fs::remove_file(&other.0).unwrap();
        if make {
            std::os::unix::fs::symlink(&log.0, &other.0).unwrap();
        } else {
            fs::hard_link(&log.0, &other.0).unwrap();
        }
        other.check();
    }
    log.secretly(|log| log.write_at(30, b"1"));
    link.check();
    hard.check();
}

#[test]
fn several_logs_are_one_set() {
    let (first, second, short) = (Log::cached(&lines(0..60)), Log::cached(&lines(50..90)), Log::new(&lines(85..88)));
    let mapped: Vec<_> = [&first, &second, &short].map(|log| (log.0.as_path(), Mapped::open(&log.0).unwrap())).into();
    let logs: Vec<(&Path, &Mapped)> = mapped.iter().map(|(path, log)| (*path, log)).collect();
    let texts: Vec<&[u8]> = mapped.iter().map(|(_, log)| log.bytes()).collect();
    let with = survey(&logs, EAGER, &|_| {}).unwrap();
    let without = crate::survey(&texts, &|_| {}).unwrap();
    assert!(with.iter().map(|(_, fact, _)| fact).eq(without.iter().map(|(_, fact, _)| fact)));
    assert_eq!(with.len(), 90);
    assert!(with.iter().any(|(_, _, spot)| spot.place.text() == 1));
}
