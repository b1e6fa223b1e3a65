//! Writers that are processes: eight at once, with batches sent again and conflicts, and a reader that follows.
//!
//! `DEMARCHE_STRESS_APPENDS` sets how often each of the eight appends (60).

use std::collections::HashSet;
use std::fs::File;
use std::io::Read as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::{sleep, spawn};
use std::time::{Duration, Instant};

use demarche_core::{Event, EventId};
use demarche_journal::{Store as _, StorePosition};
use demarche_journal_postgres::Address;

use super::support::{Server, event, number_of, open, server, writer};

const WRITERS: u64 = 8;

/// Starts a writer, which begins once its input ends. What it complains of goes into a file, which has no end.
pub(crate) fn start(server: &Server, address: &Address, arguments: &[u64]) -> Child {
    let mut command = Command::new(writer());
    command.arg(address.to_string()).args(arguments.iter().map(u64::to_string));
    let complaints = File::create(complaints(server, arguments[0])).unwrap();
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(complaints).spawn().unwrap()
}

/// The file in which a writer complains, by its first number.
pub(crate) fn complaints(server: &Server, first: u64) -> PathBuf {
    server.folder.join(format!("writer-{first}"))
}

/// Lets a writer go, and returns what collects the ids that it has acknowledged.
pub(crate) fn let_go(writer: &mut Child) -> std::thread::JoinHandle<Vec<EventId>> {
    drop(writer.stdin.take());
    let mut out = writer.stdout.take().unwrap();
    spawn(move || {
        let mut printed = String::new();
        out.read_to_string(&mut printed).unwrap();
        let whole = printed.rsplit_once('\n').map_or("", |(whole, _)| whole);
        whole.lines().map(|id| id.parse().unwrap()).collect()
    })
}

/// Follows a journal from its beginning until nothing has come for a while, and somebody says that it is enough.
pub(crate) fn follow(
    address: &Address,
    is_enough: impl Fn() -> bool + Send + 'static,
) -> std::thread::JoinHandle<Vec<Event>> {
    let mut store = open(address);
    spawn(move || {
        let (mut seen, mut position, mut bell) = (Vec::new(), StorePosition::default(), store.bell());
        loop {
            let was_enough = is_enough();
            let Ok(tail) = store.read(position, 50) else { continue };
            assert!(!tail.is_anew, "nothing was rewritten");
            if tail.events.is_empty() {
                if was_enough {
                    return seen;
                }
                bell.wait(Duration::from_millis(100));
            }
            assert_eq!(tail.position.events, position.events + tail.events.len() as u64);
            position = tail.position;
            seen.extend(tail.events);
        }
    })
}

/// Returns all events as they are stored, which must be there once.
#[track_caller]
pub(crate) fn stored(address: &Address) -> Vec<Event> {
    let events = open(address).read(StorePosition::default(), 1_000_000).unwrap().events;
    let ids: HashSet<EventId> = events.iter().map(|event| event.id).collect();
    assert_eq!(ids.len(), events.len(), "an event is there twice");
    let falls = events.windows(2).find(|two| two[0].recorded >= two[1].recorded);
    assert_eq!(falls, None, "each is recorded behind the last one");
    events
}

#[test]
fn eight_processes_at_once_lose_nothing_and_a_reader_misses_nothing() {
    let appends = number_of("DEMARCHE_STRESS_APPENDS", 60);
    let address = server().journal("eight");
    let done = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let reader = follow(&address, {
        let done = std::sync::Arc::clone(&done);
        move || done.load(std::sync::atomic::Ordering::SeqCst)
    });
    // Half append one by one, half in batches of seven; every third batch is sent again.
    let batch = |writer: u64| if writer.is_multiple_of(2) { 1 } else { 7 };
    let first = |writer: u64| 1 + writer * 1_000_000;
    let mut writers: Vec<Child> =
        (0..WRITERS).map(|writer| start(server(), &address, &[first(writer), appends, batch(writer), 3])).collect();
    // Long enough for each to have connected; nothing depends on it but how close the race is.
    sleep(Duration::from_millis(300));
    let began = Instant::now();
    let acknowledging: Vec<_> = writers.iter_mut().map(let_go).collect();
    let acknowledged: Vec<Vec<EventId>> = acknowledging.into_iter().map(|ids| ids.join().unwrap()).collect();
    for (number, mut writer) in (0..).zip(writers) {
        let ended = writer.wait().unwrap();
        assert!(ended.success(), "{}", std::fs::read_to_string(complaints(server(), first(number))).unwrap());
    }
    let took = began.elapsed();
    done.store(true, std::sync::atomic::Ordering::SeqCst);
    let (seen, stored) = (reader.join().unwrap(), stored(&address));
    assert!(seen == stored, "a reader saw {} of {} events, or in another order", seen.len(), stored.len());
    let ids: Vec<EventId> = stored.iter().map(|event| event.id).collect();
    for (writer, acknowledged) in (0..).zip(&acknowledged) {
        let count = appends * batch(writer);
        let expected: Vec<EventId> = (first(writer)..first(writer) + count).map(|number| event(number).id).collect();
        assert_eq!(*acknowledged, expected, "writer {writer}");
        let places: Vec<usize> = expected.iter().map(|id| ids.iter().position(|other| other == id).unwrap()).collect();
        let batch = usize::try_from(batch(writer)).unwrap();
        let are_together = |batch: &[usize]| batch.windows(2).all(|two| two[1] == two[0] + 1);
        assert!(places.is_sorted() && places.chunks(batch).all(are_together), "writer {writer}");
    }
    assert_eq!(ids.len(), acknowledged.iter().map(Vec::len).sum::<usize>());
    eprintln!("{WRITERS} processes, {appends} appends each, {} events: {took:?}", ids.len());
}
