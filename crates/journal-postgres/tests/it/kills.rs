//! Writers, backends and the server itself are killed again and again, under load.
//!
//! `DEMARCHE_POSTGRES_KILLS` sets how often (8): 200 take some minutes.

use std::collections::HashSet;
use std::process::{Child, Command};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{JoinHandle, sleep};
use std::time::{Duration, Instant};

use demarche_core::{Event, EventId};
use demarche_journal_postgres::Address;

use super::processes::{complaints, follow, let_go, start, stored};
use super::support::{Server, event, number_of, wait_until};

/// How many events each writer appends at once: one by one, in batches, and in batches that take long.
const BATCHES: [u64; 4] = [1, 20, 600, 7];

/// How far the numbers of two runs of a writer are apart.
const APART: u64 = 1_000_000;

/// Nothing is stored for this long where a server that restarts waits for its disk, or something is wrong: it is told.
const SLOW: Duration = Duration::from_secs(6);

/// A writer that runs, until it is killed.
struct Writer {
    process: Child,
    first: u64,
    batch: u64,
    acknowledging: JoinHandle<Vec<EventId>>,
}

impl Writer {
    fn start(server: &Server, address: &Address, run: u64, batch: u64) -> Self {
        let first = 1 + run * APART;
        let mut process = start(server, address, &[first, 1_000_000, batch]);
        let acknowledging = let_go(&mut process);
        Self { process, first, batch, acknowledging }
    }

    /// Returns what it complained of last.
    fn complaints(&self, server: &Server) -> String {
        let all = std::fs::read_to_string(complaints(server, self.first)).unwrap_or_default();
        let last: Vec<&str> = all.lines().rev().take(4).collect();
        format!("a writer of {} at once: {last:#?}\n", self.batch)
    }

    /// Kills it, and returns what it had acknowledged.
    fn kill(mut self) -> Run {
        assert_eq!(self.process.try_wait().unwrap(), None, "a writer ended by itself");
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        Run { first: self.first, batch: self.batch, acknowledged: self.acknowledging.join().unwrap() }
    }
}

/// What a writer did.
struct Run {
    first: u64,
    batch: u64,
    acknowledged: Vec<EventId>,
}

#[test]
fn whatever_is_killed_nothing_acknowledged_is_lost_and_nothing_is_there_twice() {
    let kills = number_of("DEMARCHE_POSTGRES_KILLS", 8);
    let server = Server::start("restart_after_crash = on");
    let address = server.journal("killed");
    let done = Arc::new(AtomicBool::new(false));
    let reader = follow(&address, {
        let done = Arc::clone(&done);
        move || done.load(Ordering::SeqCst)
    });
    let mut runs = 0;
    let mut writer = |batch: u64| {
        runs += 1;
        Writer::start(&server, &address, runs, batch)
    };
    let mut writers: Vec<Writer> = BATCHES.map(&mut writer).into();
    let (began, mut finished, mut hits, mut longest) = (Instant::now(), Vec::new(), 0, Duration::ZERO);
    for kill in 0..kills {
        longest = longest.max(wait_for_more(&server, &writers, 1, Duration::from_secs(30)));
        // At any moment of an append.
        sleep(Duration::from_micros(kill * 7919 % 30_000));
        // The one that is in the middle of an append, and one that waits for its turn.
        let who = match kill % 8 < 4 {
            true => "pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted)",
            false => "state <> 'idle'",
        };
        let backends = format!("FROM pg_stat_activity WHERE application_name = 'demarche' AND {who} LIMIT 1");
        match kill % 4 {
            0 | 2 => {
                let number = usize::try_from(kill / 2 % 4).unwrap();
                let batch = writers[number].batch;
                finished.push(std::mem::replace(&mut writers[number], writer(batch)).kill());
                hits += 1;
            }
            1 => {
                // Without a word, so that the server restarts itself.
                let pid = server.try_sql(&format!("SELECT pid {backends}")).unwrap_or_default();
                let killed = Command::new("kill").args(["-9", &pid]).output().unwrap();
                hits += u64::from(killed.status.success());
            }
            _ if kill % 8 == 7 => {
                server.down(if kill % 16 == 7 { "immediate" } else { "fast" });
                server.up();
                hits += 1;
            }
            _ => {
                let ended = server.try_sql(&format!("SELECT pg_terminate_backend(pid) {backends}"));
                hits += u64::from(ended.is_ok_and(|ended| ended == "t"));
            }
        }
    }
    // All of them go on by themselves, after all that.
    wait_for_more(&server, &writers, 700, Duration::from_secs(60));
    finished.extend(writers.into_iter().map(Writer::kill));
    // The server may be at what the last ones have asked for; then only the reader is left.
    let left = "SELECT count(*) < 2 FROM pg_stat_activity WHERE application_name = 'demarche'";
    wait_until("the writers are gone", Duration::from_secs(20), || server.try_sql(left).is_ok_and(|left| left == "t"));
    let took = began.elapsed();
    done.store(true, Ordering::SeqCst);
    let (seen, stored) = (reader.join().unwrap(), stored(&address));
    assert!(seen == stored, "a reader saw {} of {} events, or in another order", seen.len(), stored.len());

    let acknowledged = assert_nothing_is_lost(&finished, &stored);
    assert!(hits >= kills / 2, "only {hits} of {kills} hit anything");
    let there = stored.len();
    eprintln!("{kills} kills, {hits} hits, in {took:?}: {acknowledged} events acknowledged, {there} there");
    eprintln!("after a kill, the next event was stored within {longest:?}");
}

/// Waits until so many more events are stored, at most so long; else says what everybody is doing. Returns how long it
/// waited.
#[track_caller]
fn wait_for_more(server: &Server, writers: &[Writer], more: u64, most: Duration) -> Duration {
    let count = || server.try_sql("SELECT count(*) FROM killed.event").ok().and_then(|count| count.parse::<u64>().ok());
    let (began, before, mut is_told) = (Instant::now(), count().unwrap_or_default(), false);
    while count().is_none_or(|count| count < before + more) {
        let complaints = || writers.iter().map(|writer| writer.complaints(server)).collect::<String>();
        let state = || format!("{}\n{}", server.state(), complaints());
        if began.elapsed() > SLOW && !is_told {
            is_told = true;
            eprintln!("nothing was stored for {SLOW:?}:\n{}", state());
        }
        assert!(began.elapsed() < most, "in {most:?}, not {more} more than {before} are stored:\n{}", state());
        sleep(Duration::from_millis(5));
    }
    began.elapsed()
}

/// Looks whether what was acknowledged is there, in order, from the first on, and in whole batches. Returns how many
/// events were acknowledged.
#[track_caller]
fn assert_nothing_is_lost(runs: &[Run], stored: &[Event]) -> usize {
    let there: HashSet<EventId> = stored.iter().map(|event| event.id).collect();
    for run in runs {
        let lost: Vec<_> = run.acknowledged.iter().filter(|id| !there.contains(id)).collect();
        assert!(lost.is_empty(), "acknowledged, and lost: {lost:?}");
        let of_run: Vec<EventId> =
            (run.first..).map(|number| event(number).id).take_while(|id| there.contains(id)).collect();
        assert_eq!(of_run.len() as u64 % run.batch, 0, "a batch is there in part");
        assert!(of_run.len() >= run.acknowledged.len());
    }
    runs.iter().map(|run| run.acknowledged.len()).sum()
}
