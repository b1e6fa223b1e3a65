//! Writers that are processes: eight at once, two that conflict, and one that is killed again and again.
//!
//! They are the example `append`, which `cargo test -p demarche-journal` builds too. `DEMARCHE_STRESS_APPENDS` sets how
//! often each of the eight appends (1,000), and `DEMARCHE_STRESS_KILLS` how often the one is killed (400).
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]
#![allow(clippy::print_stderr, reason = "the figures are shown with --nocapture")]

use std::collections::HashSet;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use demarche_core::codec::Reader;
use demarche_journal::{Journal, Options};

const WRITERS: u64 = 8;

/// A batch of this many events takes long enough to write to be caught at it.
const LARGE_BATCH: u64 = 600;

fn number_of(variable: &str, default: u64) -> u64 {
    std::env::var(variable).map_or(default, |number| number.parse().expect("a number"))
}

/// A separate, empty folder, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn log(&self) -> PathBuf {
        self.0.join("desk.jsonl")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

/// Starts the example `append`, which begins once its input ends.
fn start(log: &Path, arguments: &[u64], input: Stdio) -> Child {
    let program = std::env::current_exe().unwrap().parent().unwrap().join("../examples/append");
    assert!(
        program.exists(),
        "{} is not there: `cargo test -p demarche-journal` builds it with the tests, and so does `cargo build -p \
         demarche-journal --example append`",
        program.display()
    );
    let arguments = arguments.iter().map(u64::to_string);
    let (out, err) = (Stdio::piped(), Stdio::piped());
    Command::new(program).arg(log).args(arguments).stdin(input).stdout(out).stderr(err).spawn().unwrap()
}

/// Lets writers go at once, and waits for them.
fn let_go(mut writers: Vec<Child>) -> Vec<Output> {
    // Long enough for each to have opened the journal; nothing depends on it but how close the race is.
    std::thread::sleep(Duration::from_millis(30));
    writers.iter_mut().for_each(|writer| drop(writer.stdin.take()));
    let waiting: Vec<_> =
        writers.into_iter().map(|writer| std::thread::spawn(|| writer.wait_with_output().unwrap())).collect();
    waiting.into_iter().map(|writer| writer.join().unwrap()).collect()
}

fn lines_of(output: &[u8]) -> Vec<String> {
    String::from_utf8_lossy(output).lines().map(str::to_owned).collect()
}

/// The ids of a log, which must be whole.
#[track_caller]
fn ids_of(log: &Path) -> Vec<String> {
    let bytes = std::fs::read(log).unwrap();
    assert!(bytes.is_empty() || bytes.ends_with(b"\n"), "the last line has no end");
    Reader::new(&bytes[..]).map(|entry| entry.expect("no line is torn").event.id.to_string()).collect()
}

fn id(number: u64) -> String {
    format!("0199f3c0-5a00-7000-8000-{number:012}")
}

#[test]
fn eight_processes_at_once_lose_nothing_and_tear_nothing() {
    let appends = number_of("DEMARCHE_STRESS_APPENDS", 1000);
    let folder = Folder::new("eight");
    let firsts = (0..WRITERS).map(|writer| 1 + writer * appends);
    let writers = firsts.map(|first| start(&folder.log(), &[first, appends], Stdio::piped())).collect();
    let began = Instant::now();
    let outputs = let_go(writers);
    let took = began.elapsed();

    let mut acknowledged = HashSet::new();
    for output in &outputs {
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        acknowledged.extend(lines_of(&output.stdout));
    }
    let found = ids_of(&folder.log());
    assert_eq!(found.len() as u64, WRITERS * appends);
    assert_eq!(found.iter().cloned().collect::<HashSet<_>>().len(), found.len(), "an event stands there twice");
    assert_eq!(acknowledged, found.into_iter().collect());
    assert_eq!(acknowledged, (1..=WRITERS * appends).map(id).collect());
    let journal = Journal::open(&folder.log(), Options::default()).unwrap();
    assert_eq!((journal.len() as u64, journal.torn()), (WRITERS * appends, &[][..]));
    let names: Vec<_> = std::fs::read_dir(&folder.0).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["desk.jsonl"], "nothing was set aside");
    eprintln!("{WRITERS} processes, {appends} appends each: {took:?}");
}

#[test]
fn of_two_processes_that_expect_the_same_version_exactly_one_wins() {
    let folder = Folder::new("two");
    let mut won_by_first = 0;
    for round in 0..40 {
        let mut numbers = [2 * round + 1, 2 * round + 2];
        // The one that is started first alternates.
        numbers.rotate_left(usize::from(round % 2 == 1));
        let writers = numbers.map(|number| start(&folder.log(), &[number, 1, 1, round], Stdio::piped()));
        let outputs = let_go(writers.into());
        let won: Vec<bool> = outputs.iter().map(|output| output.status.success()).collect();
        let stderr = |at: usize| String::from_utf8_lossy(&outputs[at].stderr).into_owned();
        assert_eq!(won.iter().filter(|won| **won).count(), 1, "round {round}: {} {}", stderr(0), stderr(1));

        let winner = usize::from(won[1]);
        won_by_first += u32::from(won[0]);
        assert_eq!(lines_of(&outputs[winner].stdout), [id(numbers[winner])]);
        assert_eq!(lines_of(&outputs[1 - winner].stdout), [""; 0]);
        // The other is told what came in between.
        let told = stderr(1 - winner);
        assert!(told.contains(&format!("not {round} as expected")) && told.contains(&id(numbers[winner])), "{told}");
        let found = ids_of(&folder.log());
        assert_eq!((found.len() as u64, found.last()), (round + 1, Some(&id(numbers[winner]))));
    }
    eprintln!("of 40 races the process that was let go first won {won_by_first}");
}

/// Waits for the moment to kill a writer that appends batches of that many events.
fn wait_to_kill(kill: u64, events_per_batch: u64, log: &Path) {
    if events_per_batch < LARGE_BATCH {
        // From before it has opened the log to well after.
        std::thread::sleep(Duration::from_micros(500 + kill * 7919 % 40_000));
        return;
    }
    // In the middle of a write, or between it and its sync.
    let length = || std::fs::metadata(log).map_or(0, |log| log.len());
    let (before, began) = (length(), Instant::now());
    while length() <= before && began.elapsed() < Duration::from_secs(10) {}
}

#[test]
fn a_process_that_is_killed_again_and_again_loses_nothing_that_it_acknowledged() {
    /// A fresh log now and then, so that opening it stays quick.
    const KILLS_PER_LOG: u64 = 12;
    let kills = number_of("DEMARCHE_STRESS_KILLS", 400);
    let began = Instant::now();
    let (mut all_acknowledged, mut unacknowledged, mut torn) = (0, 0, 0);
    let (mut folder, mut before) = (Folder::new("killed-0"), 0);
    for kill in 0..kills {
        if kill % KILLS_PER_LOG == 0 && kill > 0 {
            (folder, before) = (Folder::new(&format!("killed-{kill}")), 0);
        }
        // One by one, in batches, and in batches that take long to write.
        let events_per_batch = [1, 20, LARGE_BATCH][usize::try_from(kill % 3).unwrap()];
        let mut writer = start(&folder.log(), &[before + 1, 1_000_000, events_per_batch], Stdio::null());
        let mut out = writer.stdout.take().unwrap();
        let reading = std::thread::spawn(move || {
            let mut printed = Vec::new();
            out.read_to_end(&mut printed).unwrap();
            printed
        });
        wait_to_kill(kill, events_per_batch, &folder.log());
        assert!(writer.try_wait().unwrap().is_none(), "the writer ended by itself at kill {kill}");
        writer.kill().unwrap();
        writer.wait().unwrap();
        let mut printed = reading.join().unwrap();
        let whole = printed.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        printed.truncate(whole);

        // The journal opens; it has everything that was ever acknowledged; and it is a beginning of what was to be
        // written, in order, and in whole batches.
        let journal = Journal::open(&folder.log(), Options::default())
            .unwrap_or_else(|error| panic!("the journal does not open after kill {kill}: {error}"));
        let found = if folder.log().exists() { ids_of(&folder.log()) } else { Vec::new() };
        assert_eq!(journal.len(), found.len());
        assert_eq!(found, (1..=found.len() as u64).map(id).collect::<Vec<_>>(), "kill {kill}");
        let (found, acknowledged) = (found.len() as u64, lines_of(&printed));
        let acknowledged_in_order: Vec<_> = (before + 1..).take(acknowledged.len()).map(id).collect();
        assert_eq!(acknowledged, acknowledged_in_order, "kill {kill}");
        assert!(found >= before + acknowledged.len() as u64, "kill {kill}: an event is lost");
        assert_eq!((found - before) % events_per_batch, 0, "kill {kill}: a batch is there in part");

        all_acknowledged += acknowledged.len() as u64;
        unacknowledged += found - before - acknowledged.len() as u64;
        torn += journal.torn().len();
        before = found;
    }
    assert!(all_acknowledged > 0, "every process was killed before it had done anything");
    eprintln!(
        "{kills} kills in {:?}: {all_acknowledged} events acknowledged, {unacknowledged} in the journal that were not \
         yet, {torn} torn lines",
        began.elapsed()
    );
}
