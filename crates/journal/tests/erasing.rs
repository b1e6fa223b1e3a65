//! Erasing: the roots hold, nothing else changes, the original is known when it comes again, forgeries are found, and a
//! crash at any operation leaves what erasing again finishes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

#[allow(dead_code, reason = "each user takes a part")]
mod support;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use demarche_core::codec::{Reader, encode};
use demarche_core::facts::Texts;
use demarche_core::{ERASED, Event, EventId, EventRedacted, EventType, Payload, TextField, strategy};
use demarche_journal::seal::{Altered, Difference, HashList, Sealed, SealingKey, Sequence};
use demarche_journal::{
    Appended, Disk, EraseError, Erasure, Journal, JournalError, OpenLogs, Options, Source, Store, StorePosition,
    canonical_log, merge, scan, sign_redaction,
};
use demarche_projection::Fold;
use demarche_projection::query::Query;
use proptest::prelude::*;
use proptest::sample::{Index, subsequence};
use serde_json::Value;
use support::{Fault, KEPT, MemoryDisk, event};

const LOG: &str = "desk.jsonl";

/// The directory, its log that grows, and an older one.
const FOLDER: &str = "desk";
const GROWING: &str = "desk/journal.jsonl";
const OLDER: &str = "desk/2024.jsonl";

const TEXT: &str = "heard from A. Smith of 7 Elm Road";

fn key() -> SealingKey {
    SealingKey::new("example.org/desk", [7; 32]).unwrap()
}

/// An event with a note that names somebody.
fn noted(number: u32) -> Event {
    Event { note: Some(TEXT.into()), ..event(number, 1) }
}

/// Makes the events of the redactions that an erasure needs, as a command does.
fn redactions(unsigned: &[EventRedacted], of: &Event, first: u32) -> Vec<Event> {
    let make = |(number, redaction): (u32, &EventRedacted)| {
        let data = EventRedacted { reason: "asked for".into(), ..redaction.clone() }.into();
        let id = format!("0199f3c0-5a00-7000-a000-{number:012}").parse().unwrap();
        Event { id, cite: None, note: None, data, ..of.clone() }
    };
    (first..).zip(unsigned).map(make).collect()
}

fn begin<'d>(
    disk: &'d MemoryDisk,
    path: &str,
    id: EventId,
    fields: &[TextField],
) -> Result<Erasure<'d, MemoryDisk>, EraseError> {
    Erasure::begin(disk, Path::new(path), id, fields, &key().verifier(), Duration::ZERO)
}

fn erase(disk: &MemoryDisk, path: &str, id: EventId, fields: &[TextField]) -> Result<Vec<Event>, EraseError> {
    let erasure = begin(disk, path, id, fields)?;
    let first = u32::try_from(events(&disk.content(Path::new(LOG))).len()).unwrap();
    let made = redactions(&erasure.plan().redactions, &erasure.plan().event, first);
    erasure.commit(made, &key())
}

fn events(log: &[u8]) -> Vec<Event> {
    Reader::new(log).map(|entry| entry.unwrap().event).collect()
}

fn sequence(logs: &[&[u8]], key: &SealingKey) -> Sequence {
    let mut sequence = Sequence::default();
    logs.iter().for_each(|log| sequence.read(*log).unwrap());
    sequence.restore(Some(&[key.verifier()]));
    sequence
}

/// Seals a log, with the hashes that tell which event differs.
fn sealed(logs: &[&[u8]]) -> [Sealed; 1] {
    let sequence = sequence(logs, &key());
    let hashes = Some(HashList::of(sequence.tree()));
    [Sealed { checkpoint: sequence.checkpoint("example.org/desk").unwrap(), hashes }]
}

/// Tells whether two answers are the same but for texts that were erased.
fn is_same_but_for_texts(before: &Value, after: &Value) -> bool {
    match (before, after) {
        (Value::String(_), Value::String(after)) if after.contains(ERASED) => true,
        (Value::Array(before), Value::Array(after)) => {
            before.len() == after.len() && before.iter().zip(after).all(|(a, b)| is_same_but_for_texts(a, b))
        }
        (Value::Object(before), Value::Object(after)) => {
            before.keys().eq(after.keys()) && before.iter().all(|(key, a)| is_same_but_for_texts(a, &after[key]))
        }
        (before, after) => before == after,
    }
}

fn states(events: &[Event], today: &str) -> Value {
    let query = Query { today: Some(today.parse().unwrap()), ..Query::default() };
    serde_json::to_value(Fold::of(events.iter().cloned()).unwrap().states(&query).unwrap()).unwrap()
}

fn some_fields() -> impl Strategy<Value = Vec<TextField>> {
    subsequence(TextField::ALL.to_vec(), 1..=TextField::ALL.len())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_of_any_event_can_be_erased_and_nothing_else_changes(
        mut log in strategy::log_of(1..=16), at in any::<Index>(), wanted in some_fields(), again in some_fields()
    ) {
        let at = at.index(log.len());
        let id = log[at].id;
        prop_assume!(!log[at].event_type().is_signed());
        log.iter_mut().filter(|event| event.id == id).for_each(|event| event.note = Some(TEXT.into()));
        let original = log[at].clone();
        let has = |fields: &[TextField]| -> Vec<TextField> {
            fields.iter().copied().filter(|field| original.text(*field).is_some()).collect()
        };
        let (disk, before) = (MemoryDisk::default(), canonical_log(&log).unwrap());
        disk.write(Path::new(LOG), &before);
        let sealed = sealed(&[&before]);
        let roots = sequence(&[&before], &key());

        let mut erased = Vec::new();
        for fields in [has(&wanted), has(&again)].into_iter().filter(|fields| !fields.is_empty()) {
            erase(&disk, LOG, id, &fields).unwrap();
            erased.extend(fields);
        }
        let after = disk.content(Path::new(LOG));
        let now = events(&after);
        let expected: Vec<Event> =
            log.iter().map(|event| if event.id == id { event.erased(&erased) } else { event.clone() }).collect();
        prop_assert_eq!(&now[..log.len()], &expected);
        prop_assert!(now[log.len()..].iter().all(|event| event.event_type() == EventType::EventRedacted));

        // The roots hold, of every size.
        let sequence = sequence(&[&after], &key());
        prop_assert_eq!(sequence.verify(&sealed), Ok(log.len() as u64));
        for size in 0..=log.len() as u64 {
            prop_assert_eq!(sequence.tree().root_of_first(size), roots.tree().root_of_first(size));
        }

        // Nothing but the texts is another in any state, and the redactions change nothing.
        let today = "2026-06-01T00:00:00Z";
        prop_assert!(is_same_but_for_texts(&states(&log, today), &states(&now, today)));
        prop_assert_eq!(states(&expected, today), states(&now, today));

        // The original is the event that is there, in any order, and never comes back.
        let mut journal = Journal::open_with(disk.clone(), Path::new(LOG), Options::default()).unwrap();
        prop_assert_eq!(journal.append(std::slice::from_ref(&original), &[]).unwrap(), [Appended::AlreadyThere]);
        let mut other = original.clone();
        other.note = Some("another".into());
        let is_conflict = matches!(journal.append(&[other], &[]), Err(JournalError::Conflict { .. }));
        prop_assert!(is_conflict);
        prop_assert_eq!(&disk.content(Path::new(LOG)), &after);
        let union = merge([&now]).unwrap();
        prop_assert_eq!(merge([&log, &now]).unwrap(), union.clone());
        prop_assert_eq!(merge([&now, &log]).unwrap(), union.clone());
        for [first, second] in [[&before, &after], [&after, &before]] {
            let mut texts = Texts::new();
            texts.push(Arc::new(first.clone()));
            texts.push(Arc::new(second.clone()));
            let facts = scan(&texts, &|_| {}).unwrap();
            let mut scanned: Vec<Event> =
                facts.iter().map(|(_, fact, spot)| texts.event(fact, spot.place).unwrap()).collect();
            demarche_journal::sort_by_recorded(&mut scanned);
            let is_union = scanned.iter().eq(union.iter().copied());
            prop_assert!(is_union, "{scanned:?}");
        }
    }
}

/// A log with a note on its second event, before and after the note was erased.
fn erased_log() -> (Vec<Event>, Vec<u8>, Vec<u8>) {
    let log = vec![event(1, 1), noted(2), event(3, 2)];
    let (disk, before) = (MemoryDisk::default(), canonical_log(&log).unwrap());
    disk.write(Path::new(LOG), &before);
    erase(&disk, LOG, log[1].id, &[TextField::Note]).unwrap();
    (log, before, disk.content(Path::new(LOG)))
}

#[test]
fn the_text_is_gone_from_the_log_and_who_erased_it_is_told() {
    let (_, _, after) = erased_log();
    assert!(!String::from_utf8(after.clone()).unwrap().contains("Smith"));
    let redaction = events(&after).pop().unwrap();
    let Payload::EventRedacted(redaction) = redaction.data else { panic!("{redaction:?}") };
    assert_eq!((&*redaction.reason, redaction.fields.as_slice()), ("asked for", &[TextField::Note][..]));
    assert!(redaction.signature.starts_with("— example.org/desk "), "{}", redaction.signature);
}

/// What somebody changes in a redaction.
type Forgery<'f> = &'f dyn Fn(&mut Event, &mut EventRedacted);

#[test]
fn what_the_key_did_not_sign_is_an_alteration() {
    let (_, before, after) = erased_log();
    let sealed = sealed(&[&before]);
    let altered = |log: &[u8], key: &SealingKey| match sequence(&[log], key).verify(&sealed) {
        Err(Altered::Events { difference: Difference::Event { index }, .. }) => Some(index),
        Ok(_) => None,
        other => panic!("{other:?}"),
    };
    assert_eq!(altered(&after, &key()), None);
    assert_eq!(sequence(&[&after], &key()).erased(), [1]);

    let other = SealingKey::new("example.org/desk", [8; 32]).unwrap();
    assert_eq!(altered(&after, &other), Some(1), "another key");
    assert!(sequence(&[&after], &other).refused(1).is_some());

    let all = events(&after);
    let (redaction, rest) = all.split_last().unwrap();
    let with = |change: Forgery<'_>| {
        let mut forged = redaction.clone();
        let Payload::EventRedacted(mut data) = forged.data.clone() else { panic!() };
        change(&mut forged, &mut data);
        forged.data = data.into();
        canonical_log(rest.iter().chain([&forged])).unwrap()
    };
    let log = canonical_log(rest).unwrap();
    assert_eq!(altered(&log, &key()), Some(1), "no redaction");
    let text = "0199f3c0-5a00-7000-8000-000000000077";
    let forgeries: [(&str, Forgery<'_>); 9] = [
        ("no signature", &|_, data| data.signature = "".into()),
        ("a blank note", &|_, data| data.signature = format!("x\n\n{}", data.signature).into()),
        ("another reason", &|_, data| data.reason = "for fun".into()),
        ("another original", &|_, data| data.original = data.redacted),
        ("another line", &|_, data| data.redacted = data.original),
        ("another event", &|_, data| data.event = text.parse().unwrap()),
        ("other fields", &|_, data| data.fields = vec![TextField::Cite]),
        ("another id", &|event, _| event.id = text.parse().unwrap()),
        ("another recorder", &|event, _| event.entered_by = Some("desk/eve".parse().unwrap())),
    ];
    for (what, change) in forgeries {
        assert_eq!(altered(&with(change), &key()), Some(1), "{what}");
    }

    // What is left of the line is still sealed.
    let changed = String::from_utf8(after.clone()).unwrap().replacen("t1", "t2", 2);
    assert!(altered(changed.as_bytes(), &key()).is_some());
    // A redaction of one line is none of another.
    let swapped = String::from_utf8(after).unwrap().replacen(ERASED, "[erased] ", 1);
    assert_eq!(altered(swapped.as_bytes(), &key()), Some(1));
}

#[test]
fn a_redaction_that_names_the_line_of_another_event_has_no_effect() {
    let (log, before, _) = erased_log();
    let sealed = sealed(&[&before]);
    let altered = Event { note: Some("never said".into()), ..log[1].clone() };
    let hash = |event: &Event| demarche_journal::line_hash(encode(event).as_bytes());
    let (original, redacted) = (hash(&log[1]), hash(&altered));
    let unsigned = EventRedacted {
        event: log[0].id,
        fields: vec![TextField::Note],
        reason: "".into(),
        original,
        redacted,
        signature: "".into(),
    };
    let mut redaction = redactions(&[unsigned], &log[0], 9).remove(0);
    sign_redaction(&mut redaction, &key());
    let forged = canonical_log([&log[0], &altered, &log[2], &redaction]).unwrap();
    assert!(sequence(&[&forged], &key()).verify(&sealed).is_err());
    // Nor is it a form of the event for those who merge.
    let Payload::EventRedacted(data) = &mut redaction.data else { panic!() };
    data.event = log[1].id;
    assert!(merge([vec![log[1].clone()], vec![altered, redaction]]).is_err());
}

#[test]
fn a_second_erasure_keeps_the_first_original_and_copies_of_any_stage_are_one() {
    let mut log = vec![event(1, 1), noted(2)];
    log[1].cite = Some("https://example.org/smith".into());
    let (disk, before) = (MemoryDisk::default(), canonical_log(&log).unwrap());
    disk.write(Path::new(LOG), &before);
    erase(&disk, LOG, log[1].id, &[TextField::Note]).unwrap();
    let between = events(&disk.content(Path::new(LOG)));
    let second = erase(&disk, LOG, log[1].id, &[TextField::Note, TextField::Cite]).unwrap();
    let now = events(&disk.content(Path::new(LOG)));
    let Payload::EventRedacted(second) = &second[0].data else { panic!() };
    assert_eq!(second.original, demarche_journal::line_hash(encode(&log[1]).as_bytes()));
    assert_eq!(second.fields, [TextField::Cite, TextField::Note]);
    assert!(erase(&disk, LOG, log[1].id, &[TextField::Cite]).unwrap().is_empty(), "it is erased");

    let union = merge([&now]).unwrap();
    for parts in [[&log, &between, &now], [&now, &between, &log], [&between, &now, &log], [&between, &log, &now]] {
        assert_eq!(merge(parts).unwrap(), union);
    }
    let mut journal = Journal::open_with(disk, Path::new(LOG), Options::default()).unwrap();
    for earlier in [&log[1], &between[1]] {
        assert_eq!(journal.append(std::slice::from_ref(earlier), &[]).unwrap(), [Appended::AlreadyThere]);
    }
}

#[test]
fn every_version_of_a_line_keeps_its_version() {
    let line = encode(&noted(1)).replacen("\"v\":3,", "\"v\":1,", 1);
    let (disk, before) = (MemoryDisk::default(), format!("{line}\n{}\n", encode(&noted(1))).into_bytes());
    disk.write(Path::new(LOG), &before);
    let sealed = sealed(&[&before]);
    assert_eq!(erase(&disk, LOG, noted(1).id, &[TextField::Note]).unwrap().len(), 2, "one of each line");
    let after = disk.content(Path::new(LOG));
    assert!(after.starts_with(line.replace(TEXT, ERASED).as_bytes()));
    assert_eq!(sequence(&[&after], &key()).verify(&sealed), Ok(2));
}

#[test]
fn what_cannot_be_erased_is_refused_and_nothing_is_written() {
    let (log, _, after) = erased_log();
    let disk = MemoryDisk::default();
    disk.write(Path::new(LOG), &after);
    let redaction = events(&after).pop().unwrap();
    let refused = |id: EventId, field: TextField| begin(&disk, LOG, id, &[field]).unwrap_err();
    let told = refused(log[1].id, TextField::Cite);
    assert!(matches!(&told, EraseError::NoText { has, .. } if has == &[TextField::Note, TextField::Summary]), "{told}");
    assert!(matches!(refused(redaction.id, TextField::Reason), EraseError::Redaction { .. }));
    assert!(matches!(refused(event(9, 1).id, TextField::Note), EraseError::Missing { .. }));
    disk.link(Path::new(LOG), Path::new("copy"));
    assert!(begin(&disk, LOG, log[1].id, &[TextField::Note]).is_ok_and(|erasure| erasure.plan().lines == 0));
    disk.write(Path::new(LOG), &canonical_log(&log).unwrap());
    disk.link(Path::new(LOG), Path::new("copy"));
    assert!(matches!(refused(log[1].id, TextField::Note), EraseError::HardLinked { links: 2, .. }));
    assert_eq!(disk.content(Path::new(LOG)), canonical_log(&log).unwrap());
}

/// Erases on a disk that fails or stops at each of its operations in turn, and again after that.
#[test]
fn a_crash_leaves_all_or_nothing_and_erasing_again_finishes_it() {
    let (first, second) = (canonical_log([&event(1, 1), &noted(2)]).unwrap(), canonical_log([&event(3, 2)]).unwrap());
    let id = noted(2).id;
    let file = [first.clone(), second.clone()].concat();
    for (path, logs) in [(LOG, vec![(LOG, file)]), (FOLDER, vec![(OLDER, first), (GROWING, second)])] {
        let bytes: Vec<&[u8]> = logs.iter().map(|(_, bytes)| &bytes[..]).collect();
        let sealed = sealed(&bytes);
        for fault in [Fault::Fail, Fault::Short, Fault::Stop] {
            for operation in 1.. {
                let mut is_over = false;
                for kept in KEPT {
                    let disk = MemoryDisk::default();
                    logs.iter().for_each(|(log, bytes)| disk.write(Path::new(log), bytes));
                    disk.fault_at(operation, fault);
                    let done = erase(&disk, path, id, &[TextField::Note]);
                    is_over = disk.operations() < operation;
                    if fault == Fault::Stop || is_over {
                        disk.crash(kept);
                    }
                    let check = |when: &str| {
                        let now: Vec<Vec<u8>> = logs.iter().map(|(log, _)| disk.content(Path::new(log))).collect();
                        let now: Vec<&[u8]> = now.iter().map(|log| &log[..]).collect();
                        let sequence = sequence(&now, &key());
                        let about = format!("{when}: {path}, {fault:?} at {operation}, {kept:?} kept");
                        assert_eq!(sequence.verify(&sealed), Ok(3), "{about}");
                        let all: Vec<Event> = now.iter().flat_map(|log| events(log)).collect();
                        let is_erased = !all.iter().any(|event| event.note.as_deref() == Some(TEXT));
                        (is_erased, all.len() - 3, about)
                    };
                    let (is_erased, count, about) = check("after");
                    assert!(!is_erased || count == 1, "{about}: no line is altered without a redaction");
                    assert!(done.is_err() || is_erased, "{about}: what is acknowledged is done");
                    disk.crash(kept);
                    erase(&disk, path, id, &[TextField::Note]).unwrap();
                    let (is_erased, count, about) = check("again");
                    assert!(is_erased && count == 1, "{about}: {count} redactions");
                }
                if is_over {
                    break;
                }
            }
        }
    }
}

#[test]
fn a_journal_that_is_open_reads_the_rewritten_log_anew() {
    let folder = std::env::temp_dir().join(format!("demarche-erasing-anew-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path: PathBuf = folder.join(LOG);
    std::fs::write(&path, canonical_log([&event(1, 1), &noted(2)]).unwrap()).unwrap();
    let mut store = Journal::open(&path, Options::default()).unwrap();
    let tail = Store::read(&mut store, StorePosition::default(), 10).unwrap();
    let verifier = key().verifier();
    let erasure =
        Erasure::begin(&Disk, &path, noted(2).id, &[TextField::Note], &verifier, Duration::from_secs(1)).unwrap();
    let made = redactions(&erasure.plan().redactions, &erasure.plan().event, 9);
    erasure.commit(made, &key()).unwrap();
    let anew = Store::read(&mut store, tail.position, 10).unwrap();
    assert!(anew.is_anew && anew.position.epoch > tail.position.epoch);
    let notes: Vec<_> = anew.events.iter().map(|event| event.note.as_deref()).collect();
    assert_eq!(notes, [None, Some(ERASED), None]);

    // A copy with the text and one without, read line by line because of a line that is none, are one journal.
    let old = folder.join("old.jsonl");
    std::fs::write(&old, canonical_log([&noted(2)]).unwrap()).unwrap();
    std::fs::write(folder.join("broken.jsonl"), "broken\n").unwrap();
    for order in [[&old, &path], [&path, &old]] {
        let broken = folder.join("broken.jsonl");
        let sources = order.into_iter().chain([&broken]).cloned().map(Source::File).collect();
        let logs = OpenLogs::open(sources, false, &mut std::io::empty(), &()).unwrap();
        let mut reported = 0;
        let mut tell = |_| {
            reported += 1;
            Ok::<(), ()>(())
        };
        let logs = logs.read(false, &mut std::io::empty(), &(), &mut tell).unwrap();
        assert_eq!((reported, logs.facts.len()), (1, 3));
        let all = logs.facts.iter().map(|(_, fact, spot)| logs.texts.event(fact, spot.place).unwrap());
        assert!(all.into_iter().all(|event| event.note.as_deref() != Some(TEXT)));
    }
    std::fs::remove_dir_all(&folder).unwrap();
}
