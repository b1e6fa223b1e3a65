//! Rows that change, or are told by others.

use demarche_core::{Event, EventType, Payload};
use demarche_interop::import::{Format, ImportError, Importer, Options, Report};

use super::support::{import, spreadsheet, text};

const HEADER: &str = "id,role,who,name,start_date,end_date,country_id,country,locale,remarks,created_by,\
    created_datetime,last_modified_by,last_modified_datetime\n";

fn trip(id: u32, locale: &str, modified: &str) -> String {
    format!(
        "{id},president,doe,Jane Doe,2031-03-01,2031-03-02,ardenia,Ardenia,{locale},Met.,x,\
         2031-03-05T10:00:00-05:00,x,{modified}\n"
    )
}

/// A trip, and the trip as it was changed later.
fn changed_trip() -> (String, String) {
    let old = format!("{HEADER}{}", trip(7, "Port", "2031-03-05T10:00:00-05:00"));
    let new = format!("{HEADER}{}", trip(7, "Harbour", "2031-04-01T10:00:00-05:00"));
    (old, new)
}

/// What a changed trip adds to the import of it as it was.
fn added_together() -> (Vec<Event>, Report) {
    let (old, new) = changed_trip();
    let mut importer = Importer::new(Format::HistoryAtState, Options::default());
    assert_eq!(importer.read(old.as_bytes()).count(), 2);
    let events = importer.read(new.as_bytes()).map(Result::unwrap).collect();
    (events, importer.report().clone())
}

#[test]
fn a_trip_that_was_changed_is_retracted_and_entered_anew() {
    let (before, _) = import(Format::HistoryAtState, &changed_trip().0);
    let (events, report) = added_together();
    let [retraction, event] = &events[..] else { panic!("{events:?}") };
    let Payload::EventRetracted(retracted) = &retraction.data else { panic!("{retraction:?}") };
    assert_eq!((retracted.event, &*retracted.reason), (before[1].id, "the row was changed on 2031-04-01"));
    assert_eq!(event.recorded.to_string(), "2031-04-01T15:00:00.000000030Z");
    assert_eq!(report.retracted, 1);
}

#[test]
fn a_changed_trip_gives_the_same_in_one_import_and_behind_a_journal() {
    let (old, new) = changed_trip();
    let (before, _) = import(Format::HistoryAtState, &old);
    let mut apart = Importer::new(Format::HistoryAtState, Options::default());
    before.iter().for_each(|event| apart.know(event));
    let apart: Vec<_> = apart.read(new.as_bytes()).map(Result::unwrap).collect();
    let without_opening: Vec<_> = apart.iter().filter(|event| event.event_type() != EventType::TrackOpened).collect();
    assert_eq!(added_together().0.iter().collect::<Vec<_>>(), without_opening);
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

#[test]
fn an_edited_row_is_an_error_that_names_its_entry_and_the_others_are_read() {
    let csv = text("desk.csv");
    let (events, _) = import(spreadsheet(), &csv);
    let edits = [
        ("walks go on", csv.replace("Talks go on", "walks go on")),
        ("of another day", csv.replace("2031-03-22", "2031-03-23")),
    ];
    for (edit, edited) in edits {
        let mut importer = Importer::new(spreadsheet(), Options::default());
        events.iter().for_each(|event| importer.know(event));
        let rows: Vec<_> = importer.read(edited.as_bytes()).collect();
        let errors: Vec<_> = rows.iter().filter_map(|row| row.as_ref().err()).collect();
        // The sample has that row twice.
        assert_eq!((errors.len(), errors[0].line), (2, 6), "{edit}: {errors:?}");
        let expected = format!("the journal has this row as {}", events[3].id);
        assert!(errors[0].kind.to_string().contains(&expected), "{}", errors[0]);
        assert_eq!(rows.iter().filter(|row| row.is_ok()).count(), 3, "{edit}");
    }
}

/// A row of ICEWS, of a visit of A to another.
fn visit(number: u32, day: &str, to: &str) -> String {
    format!("{number}\t{day}\tA\tNA\tA\tVisit\t042\t0\t{to}\tNA\t{to}\t1\t1\tP\t\t\t\t\t\t\n")
}

#[test]
fn a_number_of_icews_that_comes_again_with_another_day_is_another_event() {
    let rows = visit(7, "2031-03-01", "B") + &visit(7, "2031-03-02", "B");
    let (events, report) = import(Format::Icews, &rows);
    assert_eq!((events.len(), report.coded()), (3, 2));
    assert_ne!(events[1].id, events[2].id);
}

/// Imports a row, one that contradicts it, and one on the track of the second; returns events and errors.
fn contradicted() -> (Vec<Event>, Vec<ImportError>) {
    let rows = [visit(7, "2031-03-01", "B"), visit(7, "2031-03-01", "C"), visit(8, "2031-03-01", "C")].concat();
    let mut importer = Importer::new(Format::Icews, Options::default());
    let (mut events, mut errors) = (Vec::new(), Vec::new());
    for row in importer.read(rows.as_bytes()) {
        match row {
            Ok(event) => events.push(event),
            Err(error) => errors.push(error),
        }
    }
    assert_eq!(importer.report().rows, importer.report().accounted());
    (events, errors)
}

#[test]
fn a_row_that_contradicts_another_of_its_number_is_told() {
    let (_, errors) = contradicted();
    assert_eq!((errors.len(), errors[0].line), (1, 2), "{errors:?}");
    assert!(errors[0].to_string().contains("that of the row on line 1, which says something else"), "{}", errors[0]);
}

#[test]
fn a_row_that_is_refused_tells_nothing() {
    // The row behind it is the first on its track, which it opens.
    assert_eq!(contradicted().0.len(), 4);
}

#[test]
fn a_row_that_contradicts_the_journal_is_told() {
    let mut importer = Importer::new(Format::Icews, Options::default());
    contradicted().0.iter().for_each(|event| importer.know(event));
    let bad = visit(7, "2031-03-01", "C");
    let errors: Vec<_> = importer.read(bad.as_bytes()).filter_map(Result::err).collect();
    assert!(errors[0].to_string().contains("the journal has this row"), "{errors:?}");
}
