//! The events of a journal, from any event on.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test that fails must say so")]

use std::fs;
use std::path::{Path, PathBuf};

use demarche_core::codec::{decode, encode};
use demarche_core::{Event, EventId};
use demarche_journal::{Journal, JournalError, Options};

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("events-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn journal(&self) -> Journal {
        Journal::open(&self.0.join("desk.jsonl"), Options::default()).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

fn event(number: u32) -> Event {
    let line = format!(
        "{{\"id\":\"0199f3c0-5a00-7000-8000-{number:012}\",\"v\":2,\"type\":\"track_stalled\",\"track\":\"us-ru\",\
         \"occurred\":\"2025-05\",\"recorded\":\"2025-10-23T08:00:00Z\",\
         \"source\":{{\"who\":\"izvestia\",\"attribution\":\"media\"}},\"data\":{{}}}}"
    );
    decode(line.as_bytes()).unwrap()
}

fn after(journal: &mut Journal, id: Option<EventId>) -> Vec<Event> {
    journal.events(id).unwrap().collect::<Result<_, _>>().unwrap()
}

#[test]
fn events_come_in_the_order_of_the_log_from_any_event_on() {
    let folder = Folder::new("order");
    let mut journal = folder.journal();
    assert_eq!(after(&mut journal, None), []);
    let events: Vec<Event> = [3, 1, 2].map(event).into();
    journal.append(&events, &[]).unwrap();
    assert_eq!(after(&mut journal, None), events);
    for (number, event) in events.iter().enumerate() {
        assert_eq!(after(&mut journal, Some(event.id)), events[number + 1..]);
    }
    drop(journal);
    assert_eq!(after(&mut folder.journal(), Some(events[0].id)), events[1..]);
}

#[test]
fn events_that_others_appended_meanwhile_are_there() {
    let folder = Folder::new("others");
    let (mut journal, mut other) = (folder.journal(), folder.journal());
    journal.append(&[event(1)], &[]).unwrap();
    other.append(&[event(2)], &[]).unwrap();
    assert_eq!(after(&mut journal, Some(event(1).id)), [event(2)]);
}

#[test]
fn a_line_that_stands_there_twice_comes_once() {
    let folder = Folder::new("twice");
    let line = encode(&event(1)) + "\n";
    fs::write(folder.0.join("desk.jsonl"), line.repeat(2) + &encode(&event(2)) + "\n").unwrap();
    assert_eq!(after(&mut folder.journal(), None), [event(1), event(2)]);
}

#[test]
fn the_other_logs_of_a_directory_come_first() {
    let folder = Folder::new("directory");
    fs::write(folder.0.join("old.jsonl"), encode(&event(9)) + "\n").unwrap();
    let mut journal = Journal::open(&folder.0, Options::default()).unwrap();
    journal.append(&[event(1)], &[]).unwrap();
    assert_eq!(after(&mut journal, None), [event(9), event(1)]);
    assert_eq!(after(&mut journal, Some(event(9).id)), [event(1)]);
}

#[test]
fn an_event_that_is_not_there_is_an_error_and_not_the_beginning() {
    let folder = Folder::new("absent");
    let mut journal = folder.journal();
    journal.append(&[event(1)], &[]).unwrap();
    let error = journal.events(Some(event(2).id)).err().unwrap();
    assert!(matches!(error, JournalError::Gone { id, .. } if id == event(2).id), "{error}");
}
