//! Rows that change, or are told by others.

use demarche_core::{EventType, Payload};
use demarche_interop::import::{Format, Importer, Options};

use super::support::{import, spreadsheet, text};

const HEADER: &str = "id,role,who,name,start_date,end_date,country_id,country,locale,remarks,created_by,\
    created_datetime,last_modified_by,last_modified_datetime\n";

fn trip(id: u32, locale: &str, modified: &str) -> String {
    format!(
        "{id},president,doe,Jane Doe,2031-03-01,2031-03-02,ardenia,Ardenia,{locale},Met.,x,\
         2031-03-05T10:00:00-05:00,x,{modified}\n"
    )
}

#[test]
fn a_trip_that_was_changed_is_retracted_and_entered_anew() {
    let old = format!("{HEADER}{}", trip(7, "Port", "2031-03-05T10:00:00-05:00"));
    let new = format!("{HEADER}{}", trip(7, "Harbour", "2031-04-01T10:00:00-05:00"));
    let (before, _) = import(Format::HistoryAtState, &old);
    // Whether both are read in one import, or the journal is told of in the second.
    let mut apart = Importer::new(Format::HistoryAtState, Options::default());
    before.iter().for_each(|event| apart.know(event));
    let apart: Vec<_> = apart.read(new.as_bytes()).map(Result::unwrap).collect();
    let mut together = Importer::new(Format::HistoryAtState, Options::default());
    assert_eq!(together.read(old.as_bytes()).count(), 2);
    let together_events: Vec<_> = together.read(new.as_bytes()).map(Result::unwrap).collect();
    let without_opening: Vec<_> = apart.iter().filter(|event| event.event_type() != EventType::TrackOpened).collect();
    assert_eq!(together_events.iter().collect::<Vec<_>>(), without_opening);
    let [retraction, event] = &together_events[..] else { panic!("{together_events:?}") };
    let Payload::EventRetracted(retracted) = &retraction.data else { panic!("{retraction:?}") };
    assert_eq!((retracted.event, &*retracted.reason), (before[1].id, "the row was changed on 2031-04-01"));
    assert_eq!(event.recorded.to_string(), "2031-04-01T15:00:00.000000007Z");
    assert_eq!(together.report().retracted, 1);
}

#[test]
fn an_older_version_of_a_trip_changes_nothing() {
    let new = format!("{HEADER}{}", trip(7, "Harbour", "2031-04-01T10:00:00-05:00"));
    let old = format!("{HEADER}{}", trip(7, "Port", ""));
    let mut importer = Importer::new(Format::HistoryAtState, Options::default());
    assert_eq!(importer.read(new.as_bytes()).count(), 2);
    assert_eq!(importer.read(old.as_bytes()).count(), 0);
    let reasons: Vec<_> = importer.report().set_aside.iter().collect();
    assert_eq!(reasons, [(&"an older version of a row than the one entered".into(), &1)]);
}

#[test]
fn rows_of_one_trip_that_differ_are_not_one() {
    let first = trip(7, "Port", "");
    for second in [first.replace("Met.", "Did not meet."), first.replace("president", "secretary")] {
        let rows = format!("{HEADER}{first}{}", second.replacen('7', "8", 1));
        let (events, report) = import(Format::HistoryAtState, &rows);
        assert_eq!((events.len(), report.duplicates), (3, 0), "nothing of a row is lost");
        let mut importer = Importer::new(Format::HistoryAtState, Options::default());
        let rows = format!("{HEADER}{first}{second}");
        let error = importer.read(rows.as_bytes()).find_map(Result::err).unwrap();
        assert!(
            error.line == 3 && error.to_string().contains("the row on line 2, which says something else"),
            "{error}"
        );
    }
}

#[test]
fn rows_of_one_id_are_equal_or_an_error_that_names_both() {
    let csv = text("desk.csv");
    let (header, rows) = csv.split_once('\n').unwrap();
    let row = rows.lines().find(|row| !row.contains('"')).unwrap();
    let id = row.split(',').next().unwrap();
    let other = row.replacen("talks", "walks", 1);
    assert_ne!(row, other);
    let mut importer = Importer::new(spreadsheet(), Options::default());
    let input = format!("{header}\n{row}\n{row}\n{other}\n");
    let told: Vec<_> = importer.read(input.as_bytes()).collect();
    let error = told.last().unwrap().as_ref().unwrap_err();
    assert_eq!((told.len(), error.line, importer.report().duplicates), (2, 4, 1), "{id}");
    assert!(error.to_string().contains("the row on line 2, which says something else"), "{error}");
    // In another file of the same import, too.
    let again = format!("{header}\n{other}\n");
    let error = importer.read(again.as_bytes()).find_map(Result::err).unwrap();
    assert!(error.to_string().contains("the row on line 2 of an earlier file"), "{error}");
    assert_eq!(importer.read(input.as_bytes()).filter(Result::is_ok).count(), 0, "what is equal is told once");
}

#[test]
fn cloudevents_of_one_id_are_equal_or_an_error_that_names_both() {
    let (events, _) = import(Format::CloudEvents, &text("cloudevents.json"));
    let line = demarche_interop::export::cloudevents::encode(&events[0]).replace('\n', "");
    let other = line.replacen("\"who\":\"", "\"who\":\"x-", 1);
    assert_ne!(line, other);
    let mut importer = Importer::new(Format::CloudEvents, Options::default());
    let told: Vec<_> = importer.read(format!("{line}\n{line}\n{other}\n").as_bytes()).collect();
    let error = told.last().unwrap().as_ref().unwrap_err();
    assert_eq!((told.len(), error.line, importer.report().duplicates), (2, 3, 1), "{told:?}");
    assert!(error.to_string().contains("the row on line 1, which says something else"), "{error}");
}

#[test]
fn two_rows_of_one_trip_are_one() {
    let rows = format!("{HEADER}{}{}", trip(7, "Port", ""), trip(8, "Port", ""));
    let (events, report) = import(Format::HistoryAtState, &rows);
    assert_eq!((events.len(), report.duplicates), (2, 1));
}
