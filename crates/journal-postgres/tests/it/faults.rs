//! What happens when something breaks: nothing acknowledged is lost, nothing is there twice, messages are clear, and
//! all goes on by itself.

use std::process::Command;
use std::thread::{sleep, spawn};
use std::time::{Duration, Instant};

use demarche_journal::{Appended, Store as _, StoreErrorKind, StorePosition};
use demarche_journal_postgres::{Login, PostgresStore};

use super::proxy::{AtCommit, Proxy};
use super::support::{Server, append, done, event, event_with, impatient, in_own_namespaces, open, server, wait_until};

#[test]
fn a_transaction_that_is_stuck_is_named_and_waited_for_only_so_long() {
    let address = server().journal("stuck");
    let mut store = PostgresStore::open(&address, &Login::default(), impatient()).unwrap();
    // Somebody takes the lock by hand, and goes for a coffee.
    let stuck = spawn(|| {
        server().sql("SET search_path = stuck; BEGIN; SELECT begin_append(); SELECT pg_sleep(4)");
    });
    let holder = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted
                  AND objid = 'stuck.event'::regclass::oid";
    wait_until("the lock is taken", Duration::from_secs(3), || server().sql(holder) == "1");
    let began = Instant::now();
    let error = append(&mut store, &[event(1)]).unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::Busy);
    let text = error.to_string();
    assert!(text.contains("is locked by another writer") && text.contains("pg_terminate_backend("), "{text}");
    assert!(began.elapsed() < impatient().wait + Duration::from_secs(2), "{:?}", began.elapsed());
    // Readers are not kept away, and the writer goes on once it may.
    assert_eq!(store.read(StorePosition::default(), 9).unwrap().events, []);
    stuck.join().unwrap();
    assert_eq!(append(&mut store, &[event(1)]).unwrap(), [Appended::Added]);
}

#[test]
fn a_reader_of_a_store_reads_and_is_woken_while_the_store_appends() {
    let address = server().journal("beside");
    let mut store = open(&address);
    append(&mut store, &[event(1)]).unwrap();
    let mut reader = store.reader().unwrap().unwrap();
    let mut bell = reader.bell();
    bell.wait(Duration::ZERO);
    let mut make = |_| {
        // The other writers are kept away now.
        assert_eq!(reader.read(StorePosition::default(), 9).unwrap().events, [event(1)]);
        vec![event(2)]
    };
    store.append(&mut make, &[], &[]).unwrap();
    assert!(bell.wait(Duration::from_secs(20)));
    assert_eq!(reader.read(StorePosition::default(), 9).unwrap().events, [event(1), event(2)]);
}

#[test]
fn a_server_that_was_away_is_found_again_by_the_same_store() {
    let server = Server::start("");
    let address = server.journal("away");
    let mut store = PostgresStore::open(&address, &Login::default(), impatient()).unwrap();
    append(&mut store, &[event(1)]).unwrap();
    for (number, mode) in [(2, "fast"), (3, "immediate")] {
        let mut bell = store.bell();
        bell.wait(Duration::ZERO);
        server.down(mode);
        assert!(bell.wait(Duration::from_secs(5)), "a reader is woken to find out");
        let began = Instant::now();
        let error = append(&mut store, &[event(number)]).unwrap_err();
        assert_eq!(error.kind, StoreErrorKind::Unavailable);
        assert!(error.to_string().starts_with("cannot reach postgres://postgres@/"), "{error}");
        assert!(began.elapsed() < impatient().wait + Duration::from_secs(2));
        server.up();
        assert_eq!(append(&mut store, &[event(number)]).unwrap(), [Appended::Added]);
        assert_eq!(store.position().unwrap().events, number);
    }
}

#[test]
fn a_writer_that_stops_in_the_middle_loses_its_turn_and_nothing_else() {
    let address = server().journal("stopped");
    let (mut store, mut other) = (open_impatiently(&address), open_impatiently(&address));
    let stopped = spawn(move || {
        let mut make = |_| {
            sleep(Duration::from_secs(7));
            vec![event(1)]
        };
        let done = store.append(&mut make, &[], &[]).map(|_| ());
        (store, done)
    });
    sleep(Duration::from_millis(300));
    let began = Instant::now();
    while append(&mut other, &[event(2)]).is_err() {
        assert!(began.elapsed() < Duration::from_secs(9), "others are kept away for too long");
    }
    let (mut store, done) = stopped.join().unwrap();
    let error = done.unwrap_err();
    assert!(error.to_string().contains("others have written since: try again"), "{error}");
    assert_eq!(append(&mut store, &[event(1)]).unwrap(), [Appended::Added]);
    assert_eq!(other.read(StorePosition::default(), 9).unwrap().events, [event(2), event(1)]);
}

fn open_impatiently(address: &demarche_journal_postgres::Address) -> PostgresStore {
    PostgresStore::open(address, &Login::default(), impatient()).unwrap()
}

#[test]
fn a_connection_that_is_cut_while_it_commits_stores_the_batch_once() {
    server().journal("cut");
    let proxy = Proxy::to(server().port);
    let mut store = open_impatiently(&proxy.address("cut"));
    let (mut number, mut expected) = (0, Vec::new());
    use AtCommit::{CutAt, CutBefore, CutBehind, Pass};
    for what in [CutBefore, CutBehind, CutAt, Pass, CutAt, CutBehind, CutBefore] {
        let events = [event(number + 1), event(number + 2), event(number + 1)];
        proxy.at_commit(what);
        // It says what it did, though the answer of the server never came.
        let outcomes = append(&mut store, &events).unwrap();
        assert_eq!(outcomes, [Appended::Added, Appended::Added, Appended::AlreadyThere], "{what:?}");
        expected.extend([event(number + 1), event(number + 2)]);
        assert_eq!(store.read(StorePosition::default(), 99).unwrap().events, expected, "{what:?}");
        // Of what is there already, too.
        proxy.at_commit(what);
        let again = append(&mut store, &events).unwrap();
        assert_eq!(again, [Appended::AlreadyThere; 3], "{what:?}");
        number += 2;
    }
}

#[test]
fn what_was_not_stored_is_not_stored_behind_what_others_have_written_meanwhile() {
    let direct = server().journal("between");
    let proxy = Proxy::to(server().port);
    let mut store = open_impatiently(&proxy.address("between"));
    let mut other = open_impatiently(&direct);
    // The other waits for the lock, and has it as soon as the connection is cut.
    let mut waiting = None;
    let mut make = |_| {
        let mut other = open_impatiently(&direct);
        waiting = Some(spawn(move || append(&mut other, &[event(1)]).unwrap()));
        sleep(Duration::from_millis(300));
        vec![event(2)]
    };
    proxy.at_commit(AtCommit::CutBefore);
    let error = store.append(&mut make, &[], &[]).unwrap_err();
    assert!(error.to_string().contains("nothing was stored, and others have written since: try again"), "{error}");
    assert_eq!(waiting.unwrap().join().unwrap(), [Appended::Added]);
    assert_eq!(other.read(StorePosition::default(), 9).unwrap().events, [event(1)]);
    assert_eq!(append(&mut store, &[event(2)]).unwrap(), [Appended::Added]);
}

#[test]
fn where_it_cannot_be_known_whether_a_batch_is_stored_that_is_said() {
    server().journal("unknown");
    let proxy = Proxy::to(server().port);
    let mut store = open_impatiently(&proxy.address("unknown"));
    proxy.at_commit(AtCommit::GoneBehind);
    let error = append(&mut store, &[event(1)]).unwrap_err();
    assert!(error.to_string().contains("it is not known whether the batch is stored: send it again"), "{error}");
    proxy.mend();
    assert_eq!(append(&mut store, &[event(1)]).unwrap(), [Appended::AlreadyThere]);
    assert_eq!(store.position().unwrap().events, 1);
}

#[test]
fn a_network_that_says_nothing_any_more_is_given_up_in_time() {
    let direct = server().journal("silent");
    let proxy = Proxy::to(server().port);
    let mut store = open_impatiently(&proxy.address("silent"));
    append(&mut store, &[event(1)]).unwrap();
    proxy.silence(true);
    for act in [
        |store: &mut PostgresStore| store.position().map(|_| ()),
        |store: &mut PostgresStore| append(store, &[event(2)]).map(|_| ()),
    ] {
        let began = Instant::now();
        let error = act(&mut store).unwrap_err();
        assert!(error.to_string().contains("did not answer within"), "{error}");
        assert!(began.elapsed() < Duration::from_secs(12), "{:?}", began.elapsed());
    }
    proxy.silence(false);
    assert_eq!(append(&mut store, &[event(2)]).unwrap(), [Appended::Added]);
    assert_eq!(open_impatiently(&direct).position().unwrap().events, 2);
    // One that is cut is made again at once, and nobody notices.
    proxy.cut();
    assert_eq!(store.position().unwrap().events, 2);
    proxy.cut();
    assert_eq!(append(&mut store, &[event(3)]).unwrap(), [Appended::Added]);
}

#[test]
fn a_full_disk_refuses_a_batch_and_takes_the_next_once_there_is_room() {
    let test = "faults::a_full_disk_refuses_a_batch_and_takes_the_next_once_there_is_room";
    let Some(folder) = in_own_namespaces(test, &["--mount"]) else { return };
    done(Command::new("mount").args(["-t", "tmpfs", "-o", "size=150m,mode=755", "tmpfs"]).arg(&folder));
    let server = Server::start_in(folder.clone(), "wal_recycle = off\nmin_wal_size = 32MB\nmax_wal_size = 48MB");
    let address = server.journal("full");
    let mut store = open_impatiently(&address);
    append(&mut store, &[event(1)]).unwrap();
    // All but a little of it.
    let fill =
        |name: &str| drop(Command::new("dd").args(["if=/dev/zero", "bs=64k"]).arg(format!("of={name}")).output());
    let ballast = folder.join("ballast").display().to_string();
    fill(&ballast);
    done(Command::new("truncate").args(["-s", "-4M", &ballast]));
    let long = "x".repeat(100_000);
    let mut stored = vec![event(1)];
    let (error, refused) = (2..)
        .find_map(|number| {
            let batch: Vec<_> = (0..9).map(|part| event_with(number * 10 + part, &random(&long, number))).collect();
            match append(&mut store, &batch) {
                Ok(_) => {
                    stored.extend(batch);
                    None
                }
                Err(error) => Some((error, batch)),
            }
        })
        .unwrap();
    assert_eq!(error.kind, StoreErrorKind::Unavailable, "{error}");
    let text = error.to_string();
    assert!(text.contains("make room on the disk") || text.starts_with("cannot reach"), "{text}");
    std::fs::remove_file(&ballast).unwrap();
    // A server that could not write its log has stopped, and has to be started again.
    if server.try_sql("SELECT 1").is_err() {
        sleep(Duration::from_secs(2));
        drop(server.program("pg_ctl").args(["-w", "start", "-l"]).arg(folder.join("log")).output());
    }
    let mut store = open_impatiently(&address);
    assert_eq!(store.read(StorePosition::default(), 9_999).unwrap().events, stored, "what was acknowledged is there");
    assert_eq!(append(&mut store, &refused).unwrap(), [Appended::Added; 9]);
}

/// A text of which little can be left out by compression.
fn random(like: &str, seed: u64) -> String {
    let mut state = seed | 1;
    let letter = |_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        char::from(b'a' + u8::try_from(state % 26).unwrap())
    };
    like.chars().map(letter).collect()
}
