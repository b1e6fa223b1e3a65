//! What an export stores, and what it says of that.

use std::convert::Infallible;
use std::io::BufRead;
use std::sync::Mutex;

use demarche_archive::{Change, ExportError};

use super::support::{Folder, export, in_memory, line, log, read, root};

#[test]
fn a_segment_holds_the_events_of_one_day_and_a_late_event_keeps_its_place() {
    let folder = Folder::new("days");
    let journal = log([20, 20, 21, 21, 20, 22, 21]);
    let exported = export(&folder.archive(), &journal).unwrap();
    assert_eq!((exported.change, exported.number, exported.stored), (Change::First, 1, 3));
    let manifest = exported.manifest;
    assert_eq!((manifest.events, manifest.bytes as usize, manifest.root), (7, journal.len(), root(&journal)));
    let told: Vec<_> =
        manifest.segments.iter().map(|one| (one.day.to_string(), one.events, one.positions.clone())).collect();
    assert_eq!(
        told,
        [
            ("2025-10-20".to_owned(), 3, vec![(0, 2), (4, 1)]),
            ("2025-10-21".to_owned(), 3, vec![(2, 2), (6, 1)]),
            ("2025-10-22".to_owned(), 1, vec![(5, 1)]),
        ]
    );
    for segment in &manifest.segments {
        let packed = std::fs::read(folder.path().join(&segment.path)).unwrap();
        let lines = String::from_utf8(zstd::decode_all(&packed[..]).unwrap()).unwrap();
        assert!(lines.lines().all(|line| line.contains(&format!("\"recorded\":\"{}T", segment.day))));
        assert!(lines.contains(&segment.first_id.to_string()) && lines.contains(&segment.last_id.to_string()));
    }
    assert_eq!(read(&folder.archive()), (journal, None));
}

#[test]
fn a_journal_that_grew_reuses_all_segments_of_earlier_days() {
    let (archive, days) = (in_memory(), [20, 20, 21, 22]);
    export(&archive, &log(days)).unwrap();
    let again = export(&archive, &log(days)).unwrap();
    assert_eq!((again.change, again.number, again.stored), (Change::None, 1, 0));
    let grown = log(days.into_iter().chain([22, 23]));
    let more = export(&archive, &grown).unwrap();
    // The day on which events were added, and the day that is new.
    assert_eq!((more.change, more.number, more.stored), (Change::Grown { events: 2 }, 2, 2));
    assert_eq!(read(&archive), (grown, None));
}

#[test]
fn a_long_log_is_cut_into_blocks_and_growth_leaves_them_as_they_are() {
    let archive = in_memory();
    let long = log((0..60_000).map(|number| 20 + number % 3));
    let first = export(&archive, &long).unwrap();
    assert!(first.manifest.segments.len() > 3, "{}", first.manifest.segments.len());
    assert!(first.manifest.segments.iter().all(|segment| segment.bytes < 9 << 20));
    assert_eq!(read(&archive), (long.clone(), None));
    let more = export(&archive, &(long + &line(60_001, 20))).unwrap();
    assert_eq!((more.change, more.stored), (Change::Grown { events: 1 }, 1));
}

#[test]
fn a_journal_that_was_rewritten_gets_a_new_manifest_and_the_old_one_stays() {
    let folder = Folder::new("rewritten");
    let journal = log([20, 21, 22]);
    export(&folder.archive(), &journal).unwrap();
    let before = folder.files();
    let erased = journal.replace(&line(2, 21), &line(2, 21).replace("\"us\"", "\"ru\""));
    let exported = export(&folder.archive(), &erased).unwrap();
    assert_eq!((exported.change, exported.number, exported.stored), (Change::Rewritten, 2, 1));
    assert_eq!(read(&folder.archive()), (erased, None));
    let after = folder.files();
    assert!(before.iter().all(|file| after.contains(file)));
    assert_eq!(after.len(), before.len() + 2);
}

#[test]
fn another_journal_and_an_older_one_are_refused_and_store_nothing() {
    let folder = Folder::new("refused");
    export(&folder.archive(), &log([20, 21, 22])).unwrap();
    let before = folder.files();
    let error = export(&folder.archive(), &line(9, 20)).unwrap_err();
    assert!(matches!(error, ExportError::Other { .. }), "{error}");
    assert!(error.to_string().contains("is the archive of another journal"), "{error}");
    let error = export(&folder.archive(), &log([20, 21])).unwrap_err();
    assert!(matches!(error, ExportError::Shorter { archived: 3, events: 2, .. }), "{error}");
    assert!(matches!(export(&folder.archive(), "").unwrap_err(), ExportError::Shorter { events: 0, .. }));
    assert_eq!(folder.files(), before);
}

#[test]
fn a_line_that_is_no_event_is_named_and_nothing_is_published() {
    let folder = Folder::new("broken");
    let broken = log([20, 21]) + "{}\n";
    let ExportError::Log { log: 0, error } = export(&folder.archive(), &broken).unwrap_err() else {
        panic!("the line is to blame")
    };
    assert_eq!(error.line, 3);
    assert!(folder.files().iter().all(|file| !file.contains("manifest")));
}

#[test]
fn lines_are_stored_in_canonical_form() {
    let archive = in_memory();
    let journal = log([20, 21]);
    let odd = format!("\n{}", journal.replace("\"us-ru\",", "\"us-ru\" , ").replace('\n', "\r\n"));
    let exported = export(&archive, &odd).unwrap();
    assert_eq!((read(&archive), exported.manifest.root), ((journal.clone(), None), root(&journal)));
}

#[test]
fn several_logs_are_one_in_their_order() {
    let archive = in_memory();
    let mut logs = || Ok::<_, Infallible>([line(1, 21), line(2, 20)].map(reader).into());
    archive.export(&mut logs).unwrap();
    assert_eq!(read(&archive), (line(1, 21) + &line(2, 20), None));
}

fn reader(log: String) -> Box<dyn BufRead> {
    Box::new(std::io::Cursor::new(log.into_bytes()))
}

#[test]
fn an_empty_journal_is_an_archive_too() {
    let archive = in_memory();
    assert_eq!(export(&archive, "").unwrap().change, Change::First);
    assert_eq!(read(&archive), (String::new(), None));
    assert_eq!(export(&archive, &log([20])).unwrap().change, Change::Grown { events: 1 });
}

#[test]
fn of_two_exporters_at_once_one_is_first_and_the_other_starts_again_from_there() {
    let folder = Folder::new("two");
    let mut opened = 0;
    let mut logs = || {
        opened += 1;
        // While the first one reads an older state of the journal, another one exports more of it.
        let lines = if opened == 1 {
            export(&folder.archive(), &log([20, 20, 21])).unwrap();
            log([20, 20])
        } else {
            log([20, 20, 21, 22])
        };
        Ok::<_, Infallible>(vec![reader(lines)])
    };
    let exported = folder.archive().export(&mut logs).unwrap();
    assert_eq!((opened, exported.change, exported.number), (2, Change::Grown { events: 1 }, 2));
    assert_eq!(read(&folder.archive()), (log([20, 20, 21, 22]), None));
}

#[test]
fn an_exporter_that_is_never_first_gives_up_and_says_so() {
    let archive = in_memory();
    let mut opened = 0;
    let mut logs = || {
        opened += 1;
        // It reads more than the archive had when it began, and another one stores still more meanwhile.
        export(&archive, &log(1..=2 * opened)).unwrap();
        Ok::<_, Infallible>(vec![reader(log(1..2 * opened))])
    };
    let error = archive.export(&mut logs).unwrap_err();
    assert!(matches!(error, ExportError::Busy { attempts: 5, .. }), "{error}");
    assert_eq!(read(&archive), (log(1..=10), None));
}

#[test]
fn many_exporters_of_a_growing_journal_lose_nothing() {
    let folder = Folder::new("many");
    let journal = Mutex::new(String::new());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..10 {
                    {
                        let mut journal = journal.lock().unwrap();
                        let count = journal.lines().count() as u32;
                        journal.push_str(&line(count + 1, 1 + count / 3));
                    }
                    let mut logs = || Ok::<_, Infallible>(vec![reader(journal.lock().unwrap().clone())]);
                    match folder.archive().export(&mut logs) {
                        Ok(_) | Err(ExportError::Busy { .. }) => {}
                        // Another one has stored a longer state before this one looked, and after it had read.
                        Err(ExportError::Shorter { .. }) => panic!("what is archived is looked at first"),
                        Err(error) => panic!("{error}"),
                    }
                    assert_eq!(read(&folder.archive()).1, None);
                }
            });
        }
    });
    let journal = journal.into_inner().unwrap();
    export(&folder.archive(), &journal).unwrap();
    assert_eq!(read(&folder.archive()), (journal, None));
    let manifests = folder.files().into_iter().filter(|file| file.starts_with("manifest-")).collect::<Vec<_>>();
    let numbered: Vec<String> = (1..=manifests.len()).map(|number| format!("manifest-{number:08}.json")).collect();
    assert_eq!(manifests, numbered);
}
