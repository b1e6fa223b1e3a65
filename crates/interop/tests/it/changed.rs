//! Rows that change, or are told by others.

use demarche_core::{EventType, Payload};
use demarche_interop::import::{Format, Importer, Options};

use super::support::import;

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
fn two_rows_of_one_trip_are_one() {
    let rows = format!("{HEADER}{}{}", trip(7, "Port", ""), trip(8, "Port", ""));
    let (events, report) = import(Format::HistoryAtState, &rows);
    assert_eq!((events.len(), report.duplicates), (2, 1));
}
