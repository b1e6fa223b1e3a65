//! The cache beside a log: never seen in an answer.
//!
//! What makes it safe is tested where it is made, in `demarche-journal`; here it is held against `--no-cache`.

use std::fs::{self, File, FileTimes, OpenOptions};
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::time::Duration;

use super::support::{Folder, line, run};

/// After that a log counts as left alone, and is given a cache.
const LEFT_ALONE: Duration = Duration::from_millis(2100);

/// What is done to the log at a path.
type Edit<'e> = &'e dyn Fn(&str);

/// Enough for a log to get a cache.
const LINES: u32 = 4_000;

fn text(numbers: std::ops::Range<u32>) -> String {
    numbers.map(|number| line(number, &format!("a/b{}", number % 50), "a title")).collect()
}

/// Replays a log with its cache, and without, to objects and to a table; returns the objects that both print.
#[track_caller]
fn replayed(log: &str) -> String {
    let [objects, _] = ["jsonl", "table"].map(|format| {
        let without = run(&["replay", log, "--format", format, "--no-cache"]);
        let with = run(&["replay", log, "--format", format]);
        assert_eq!((with.code, &with.stderr), (without.code, &without.stderr));
        assert!(with.stdout == without.stdout, "the cache makes a difference");
        with.stdout
    });
    objects
}

fn cache_of(log: &str) -> String {
    format!("{log}.facts")
}

#[test]
fn a_large_log_gets_a_cache_unless_told_otherwise_and_nothing_is_said_of_it() {
    let folder = Folder::new("cache-made");
    let log = folder.write("a.jsonl", text(0..LINES));
    std::thread::sleep(LEFT_ALONE);
    assert_eq!(run(&["replay", &log, "--format", "csv", "--no-cache"]).stderr, "");
    assert!(!Path::new(&cache_of(&log)).exists());
    let first = replayed(&log);
    assert!(Path::new(&cache_of(&log)).is_file());
    assert_eq!(replayed(&log), first);
    assert_eq!(run(&["replay", folder.path(), "--format", "jsonl"]).stdout, first, "a directory does not read it");
    fs::remove_file(cache_of(&log)).unwrap();
    assert_eq!(replayed(&log), first);
    let names = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<_> = names.collect();
    names.sort();
    assert_eq!(names, ["a.jsonl", "a.jsonl.facts"]);
}

#[test]
fn a_small_log_and_a_broken_one_get_none() {
    let folder = Folder::new("cache-none");
    let small = folder.write("a.jsonl", text(0..100));
    let broken = folder.write("b.jsonl", text(0..LINES) + "no event\n");
    std::thread::sleep(LEFT_ALONE);
    for log in [&small, &broken] {
        replayed(log);
        assert!(!Path::new(&cache_of(log)).exists());
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[test]
fn a_log_that_holds_something_else_is_never_answered_from_its_cache() {
    let edit = |log: &str, at: u64, bytes: &str| {
        let mut file = OpenOptions::new().write(true).open(log).unwrap();
        file.seek(SeekFrom::Start(at)).unwrap();
        file.write_all(bytes.as_bytes()).unwrap();
    };
    let append = |log: &str, text: &str| {
        OpenOptions::new().append(true).open(log).unwrap().write_all(text.as_bytes()).unwrap();
    };
    let middle = text(0..2000).len() as u64;
    let track = middle + text(0..1).find("a/b").unwrap() as u64;
    let edits: [(&str, Edit<'_>); 7] = [
        ("track", &|log| edit(log, track, "a/c")),
        ("swapped", &|log| edit(log, middle, &(text(2001..2002) + &text(2000..2001)))),
        ("grown", &|log| append(log, &text(LINES..LINES + 40))),
        ("grown-edited", &|log| {
            append(log, &text(LINES..LINES + 40));
            edit(log, track, "a/c");
        }),
        ("torn", &|log| append(log, &text(LINES..LINES + 1)[..100])),
        ("cut", &|log| OpenOptions::new().write(true).open(log).unwrap().set_len(middle).unwrap()),
        ("replaced", &|log| {
            fs::write(format!("{log}.new"), text(0..LINES).replace("a title", "another")).unwrap();
            fs::rename(format!("{log}.new"), log).unwrap();
        }),
    ];
    let folder = Folder::new("cache-edits");
    let logs: Vec<String> =
        edits.iter().map(|(name, _)| folder.write(&format!("{name}.jsonl"), text(0..LINES))).collect();
    std::thread::sleep(LEFT_ALONE);
    for (log, (name, edit)) in logs.iter().zip(edits) {
        let before = replayed(log);
        let modified = fs::metadata(log).unwrap().modified().unwrap();
        edit(log);
        File::open(log).unwrap().set_times(FileTimes::new().set_modified(modified)).unwrap();
        let after = replayed(log);
        // A log is a set: the order of its lines says nothing.
        assert_eq!(before == after, name == "swapped", "{name}");
        assert_eq!(replayed(log), after);
    }
}
