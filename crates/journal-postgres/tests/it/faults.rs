//! What happens when something breaks: nothing acknowledged is lost, nothing is there twice, messages are clear, and
//! all goes on by itself.

use std::time::{Duration, Instant};

use demarche_journal::{Appended, Store as _, StoreErrorKind, StorePosition};
use demarche_journal_postgres::{Login, PostgresStore};

use super::support::{Server, append, event, impatient, server, wait_until};

#[test]
fn a_transaction_that_is_stuck_is_named_and_waited_for_only_so_long() {
    let address = server().journal("stuck");
    let mut store = PostgresStore::open(&address, &Login::default(), impatient()).unwrap();
    // Somebody takes the lock by hand, and goes for a coffee.
    let stuck = std::thread::spawn(|| {
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
