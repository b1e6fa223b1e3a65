//! It keeps the promises of every store; what is read at once, and as lines, is what was appended.

use std::io::Read as _;
use std::ops::Range;

use demarche_core::codec::{CURRENT_VERSION, decode, encode};
use demarche_journal::testing::Promise;
use demarche_journal::{Appended, Store as _, StoreErrorKind, StorePosition};
use demarche_journal_postgres::{Login, Options, PostgresStore, SCHEMA_VERSION, check, init, migrate};

use super::support::{append, event, event_with, open, server};

fn keeps(promise: Promise) {
    let address = server().journal(&format!("promise_{}", format!("{promise:?}").to_lowercase()));
    let open = || Ok(Box::new(PostgresStore::open(&address, &Login::default(), Options::default())?) as _);
    promise.check(&open).unwrap();
}

#[test]
fn it_keeps_the_promises_of_writers_and_readers_that_are_alone() {
    let together = [Promise::Writers, Promise::Race, Promise::Tail];
    Promise::ALL.into_iter().filter(|promise| !together.contains(promise)).for_each(keeps);
}

#[test]
fn it_keeps_the_promises_of_several_writers() {
    keeps(Promise::Writers);
    keeps(Promise::Race);
}

#[test]
fn it_keeps_the_promises_of_readers_while_others_write() {
    keeps(Promise::Tail);
}

#[test]
fn lines_are_the_canonical_lines_in_order_and_one_snapshot() {
    let address = server().journal("lines");
    let mut store = open(&address);
    let lines_of = |store: &PostgresStore| {
        let (mut lines, mut text) = (store.lines().unwrap(), String::new());
        lines.read_to_string(&mut text).unwrap();
        (text, lines.position().events)
    };
    assert_eq!(lines_of(&store), (String::new(), 0));
    // More than the chunks that may wait to be read, and lines longer than one.
    let mut events: Vec<_> = (1..=12_000).map(event).collect();
    events.push(event_with(12_001, &"x".repeat(900_000)));
    events.push(event_with(12_002, &"é".repeat(300_000)));
    append(&mut store, &events).unwrap();
    let whole: String = events.iter().map(|event| encode(event) + "\n").collect();
    assert!(whole.len() > 4 << 20);
    let mut begun = store.lines().unwrap();
    append(&mut store, &[event(13_000)]).unwrap();
    let mut text = String::new();
    begun.read_to_string(&mut text).unwrap();
    assert!(text == whole, "what is stored meanwhile is not in it");
    assert_eq!(lines_of(&store), (whole + &encode(&event(13_000)) + "\n", 12_003));
    // One who stops in the middle harms nobody.
    let mut some = [0; 100];
    store.lines().unwrap().read_exact(&mut some).unwrap();
    assert_eq!(store.position().unwrap().events, 12_003);
    assert_eq!(store.load().unwrap().unwrap().facts.len(), 12_003);
}

#[test]
fn lines_are_in_order_wherever_the_server_has_put_them() {
    let address = server().journal("displaced");
    let mut store = open(&address);
    let first: Vec<_> = (1..=2_000).map(event).collect();
    append(&mut store, &first).unwrap();
    // Room in the middle of the table, which new events take.
    server()
        .sql("SET session_replication_role = replica; UPDATE displaced.event SET line = line WHERE position % 3 = 1");
    server().sql("VACUUM displaced.event");
    let rest: Vec<_> = (2_001..=3_000).map(event).collect();
    append(&mut store, &rest).unwrap();
    let on_disk = "SELECT count(*) FROM (SELECT position, lag(position) OVER (ORDER BY ctid) AS before
                   FROM displaced.event) AS pairs WHERE position <> before + 1";
    assert_ne!(server().sql(on_disk), "0");
    let mut text = String::new();
    store.lines().unwrap().read_to_string(&mut text).unwrap();
    assert!(text == first.iter().chain(&rest).map(|event| encode(event) + "\n").collect::<String>());
}

#[test]
fn a_batch_of_many_parts_is_whole_or_not_there() {
    let address = server().journal("parts");
    let mut store = open(&address);
    append(&mut store, &[event(11_999), event(3)]).unwrap();
    let mut events: Vec<_> = (1..=12_000).map(event).collect();
    events.push(event(7));
    let other = event_with(11_999, "Another");
    let refused = append(&mut store, &[&events[..11_998], &[other]].concat()).unwrap_err();
    assert_eq!(refused.kind, StoreErrorKind::Conflict);
    assert!(refused.to_string().contains("has another event of that id, at line 1"), "{refused}");
    assert_eq!(store.position().unwrap().events, 2);
    let outcomes = append(&mut store, &events).unwrap();
    let there: Vec<usize> = (0..outcomes.len()).filter(|number| outcomes[*number] == Appended::AlreadyThere).collect();
    assert_eq!(there, [2, 11_998, 12_000]);
    assert_eq!(store.position().unwrap().events, 12_000);
    assert_eq!(check(&address, &Login::default(), Options::default()).unwrap().findings, [""; 0]);
}

#[test]
fn a_line_is_replaced_for_erasure_and_readers_begin_anew() {
    let address = server().journal("replaced");
    let mut store = open(&address);
    append(&mut store, &[event(1), event(2)]).unwrap();
    let before = store.position().unwrap();
    let new = event_with(1, "[erased]");
    let replace = |store: &mut PostgresStore, old: &str, new: &str| store.replace_line(event(1).id, old, new);
    assert!(!replace(&mut store, &encode(&new), &encode(&new)).unwrap(), "it has another line");
    for wrong in [encode(&event(2)), encode(&new).replace("\"v\":", "\"v\": "), "{}".to_owned()] {
        replace(&mut store, &encode(&event(1)), &wrong).unwrap_err();
    }
    assert_eq!(store.position().unwrap(), before);
    assert!(replace(&mut store, &encode(&event(1)), &encode(&new)).unwrap());
    let tail = store.read(before, 10).unwrap();
    assert_eq!((tail.is_anew, tail.events), (true, vec![new.clone(), event(2)]));
    assert_eq!(tail.position, StorePosition { epoch: before.epoch + 1, ..before });
    assert_eq!(open(&address).event(new.id).unwrap(), Some(new));
}

#[test]
fn lines_of_an_older_version_stay_as_they_are_and_are_the_same_events() {
    let address = server().journal("older");
    let mut store = open(&address);
    let current = format!("\"v\":{CURRENT_VERSION}");
    let older: Vec<String> = (1..=300).map(|number| encode(&event(number)).replace(&current, "\"v\":1")).collect();
    // How they are spaced is no part of them.
    let spaced = |line: &String| (decode(line.as_bytes()).unwrap(), line.replace("\"v\":", "\"v\": "));
    let lines: Vec<_> = older.iter().map(spaced).collect();
    assert_eq!(store.append_lines(&lines).unwrap(), [Appended::Added; 300]);
    let mut text = String::new();
    store.lines().unwrap().read_to_string(&mut text).unwrap();
    assert_eq!(text, older.iter().map(|line| line.clone() + "\n").collect::<String>());
    // Sent again, one by one and many at once, as this version writes it; and rested upon.
    let events: Vec<_> = (1..=300).map(event).collect();
    assert_eq!(append(&mut store, &events).unwrap(), [Appended::AlreadyThere; 300]);
    assert_eq!(append(&mut store, &events[..1]).unwrap(), [Appended::AlreadyThere]);
    assert_eq!(store.append_lines(&lines[..2]).unwrap(), [Appended::AlreadyThere; 2]);
    store.append(&mut |_| vec![event(301)], &[], &events[7..9]).unwrap();
    let error = append(&mut store, &[event_with(7, "Another")]).unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::Conflict);
    // Some as another version writes them, and some new: one chunk, and several.
    let append_mixed = |store: &mut PostgresStore, numbers: Range<u64>, new: u64| {
        let outcomes = append(store, &numbers.map(event).collect::<Vec<_>>()).unwrap();
        let added = outcomes.iter().filter(|outcome| **outcome == Appended::Added).count() as u64;
        assert_eq!((outcomes[0], added), (Appended::AlreadyThere, new));
    };
    append_mixed(&mut store, 299..303, 1);
    append_mixed(&mut store, 250..450, 147);
    append_mixed(&mut store, 1..12_001, 11_551);
    assert_eq!(store.position().unwrap().events, 12_000);
    assert_eq!(check(&address, &Login::default(), Options::default()).unwrap().findings, [""; 0]);
}

#[test]
fn a_backup_that_has_fewer_events_is_read_from_its_beginning() {
    let address = server().journal("backup");
    let mut store = open(&address);
    append(&mut store, &[event(1), event(2), event(3)]).unwrap();
    let position = store.position().unwrap();
    server().sql("SET session_replication_role = replica; DELETE FROM backup.event WHERE position > 1");
    let tail = store.read(position, 10).unwrap();
    assert_eq!((tail.is_anew, tail.events, tail.position.events), (true, vec![event(1)], 1));
}

#[test]
fn a_schema_is_made_once_brought_up_to_date_and_not_taken_from_others() {
    let (login, options) = (Login::default(), Options::default());
    let address = server().address("postgres", "made");
    let missing = PostgresStore::open(&address, &login, options).unwrap_err();
    assert!(missing.to_string().contains("demarche store init"), "{missing}");
    assert!(migrate(&address, &login, options).unwrap_err().to_string().contains("there is no journal"));
    // Several who make it at once.
    std::thread::scope(|scope| {
        let made = [(); 4].map(|()| scope.spawn(|| init(&address, &login, options).unwrap()));
        assert_eq!(made.map(|made| made.join().unwrap()), [SCHEMA_VERSION; 4]);
    });
    append(&mut open(&address), &[event(1)]).unwrap();
    assert_eq!(init(&address, &login, options).unwrap(), SCHEMA_VERSION);
    assert_eq!(migrate(&address, &login, options).unwrap(), SCHEMA_VERSION);
    let checked = check(&address, &login, options).unwrap();
    assert_eq!((checked.version, checked.events, checked.findings.len()), (SCHEMA_VERSION, 1, 0));

    server().sql("INSERT INTO made.migration VALUES (99, 'later')");
    let error = PostgresStore::open(&address, &login, options).unwrap_err().to_string();
    assert!(error.contains("laid out by version 99") && error.contains("update it"), "{error}");
    assert!(migrate(&address, &login, options).unwrap_err().to_string().contains("update it"));
    server().sql("DELETE FROM made.migration WHERE version > 1; UPDATE made.migration SET version = 0");
    let error = PostgresStore::open(&address, &login, options).unwrap_err().to_string();
    assert!(error.contains("demarche store migrate"), "{error}");

    server().sql("CREATE SCHEMA taken; CREATE TABLE taken.orders ()");
    let error = init(&server().address("postgres", "taken"), &login, options).unwrap_err().to_string();
    assert!(error.contains("something else in it"), "{error}");
}

#[test]
fn what_was_added_or_removed_in_another_way_is_found() {
    let address = server().journal("wrong");
    append(&mut open(&address), &(1..=40).map(event).collect::<Vec<_>>()).unwrap();
    let findings = || check(&address, &Login::default(), Options::default()).unwrap().findings.join("\n");
    assert_eq!(findings(), "");
    let quietly = |statement: &str| server().sql(&format!("SET session_replication_role = replica; {statement}"));
    quietly("UPDATE wrong.event SET track = 't-99' WHERE position = 7");
    assert!(findings().contains("position 7 has columns that its line does not have"), "{}", findings());
    quietly("UPDATE wrong.event SET line = '{ }' WHERE position = 7");
    assert!(findings().contains("position 7 has a line that is no event"), "{}", findings());
    quietly("DELETE FROM wrong.event WHERE position = 7; GRANT SELECT ON wrong.event TO PUBLIC");
    let found = findings();
    assert!(found.contains("behind position 6 comes 8") && found.contains("events were removed"), "{found}");
    assert!(found.contains("PUBLIC may SELECT event"), "{found}");
}
