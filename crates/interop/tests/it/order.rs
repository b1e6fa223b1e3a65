//! What is written is recorded in the order of the rows, and nothing shares an instant with what is there.

use std::collections::HashSet;

use demarche_core::{Event, Instant};
use demarche_interop::import::{Format, Importer, Options, Report};

use super::support::{lines, same, spreadsheet};

const DESK: &str = "No,Type,Track,Date,Entered,Source,Outlet,Grade,Link,Remark,Meeting,Title,When,Venue,By,Reason,\
    Parties,Kind,Summary\n";

/// Rows of one instant each, in an order that neither their numbers nor their ids have.
fn files() -> Vec<(&'static str, Format, String)> {
    let rows = |row: &dyn Fn(usize) -> String| (0..6).map(|at| row([5, 3, 9, 1, 8, 2][at])).collect::<String>();
    let sheet = |id: bool, entered: &str| {
        let row = |number: usize| {
            let id = if id { number.to_string() } else { String::new() };
            let kind = if number.is_multiple_of(2) { "meeting_cancelled" } else { "meeting_proposed" };
            format!("{id},{kind},a/b,2031-03-02,{entered},a,,,,row {number},talks,,,,,,,,\n")
        };
        format!("{DESK}{}", rows(&row))
    };
    let icews = |number: usize| {
        let cells = format!("Visit\t042\t0\tB{number}\tNA\tB{number}\t1\t1\tP\t\t\t\t\t\t");
        format!("{number}\t2031-03-02\tA\tNA\tA\t{cells}\n")
    };
    let gdelt = |number: usize| {
        let mut cells = vec![String::new(); 61];
        for (cell, text) in [(0, &*number.to_string()), (1, "20310302"), (5, "AAA"), (7, "AAA"), (26, "042")] {
            cells[cell] = text.to_owned();
        }
        for (cell, text) in [(15, format!("BB{number}")), (17, format!("BB{number}")), (59, "20310302101500".into())] {
            cells[cell] = text;
        }
        cells.join("\t") + "\n"
    };
    let trip = |number: usize| {
        format!("{number},president,x,X,2031-03-02,2031-03-02,b{number},B{number},,Met.,x,2031-03-05T10:00:00Z,x,\n")
    };
    let trips = "id,role,who,name,start_date,end_date,country_id,country,locale,remarks,created_by,created_datetime,\
        last_modified_by,last_modified_datetime\n";
    vec![
        ("a sheet with numbers and days", spreadsheet(), sheet(true, "2031-03-02")),
        ("a sheet without numbers", spreadsheet(), sheet(false, "2031-03-02")),
        ("a sheet of instants", spreadsheet(), sheet(true, "2031-03-02T09:00:00Z")),
        ("a sheet of instants without numbers", spreadsheet(), sheet(false, "2031-03-02T09:00:00Z")),
        ("icews", Format::Icews, rows(&icews)),
        ("quads", Format::IcewsQuads, rows(&|number| format!("A\tConsult\tB{number}\t2031-03-02\n"))),
        ("gdelt", Format::Gdelt, rows(&gdelt)),
        ("trips", Format::HistoryAtState, format!("{trips}{}", rows(&trip))),
    ]
}

fn import(format: &Format, recorded: Option<Instant>, journal: &[Event], text: &str) -> (Vec<Event>, Report) {
    let mut importer = Importer::new(format.clone(), Options { recorded, ..Options::default() });
    journal.iter().for_each(|event| importer.know(event));
    let events = importer.read(text.as_bytes()).map(Result::unwrap).collect();
    (events, importer.report().clone())
}

/// The text without some of its rows: the header, where there is one, stays.
fn part(text: &str, keep: impl Fn(usize) -> bool) -> String {
    let header = usize::from(text.starts_with("No,") || text.starts_with("id,"));
    let lines = text.split_inclusive('\n').enumerate();
    lines.filter(|(at, _)| *at < header || keep(*at - header)).map(|(_, line)| line).collect()
}

#[test]
fn rows_are_recorded_strictly_in_their_order() {
    for recorded in [None, Some("2031-04-01T00:00:00Z".parse().unwrap())] {
        for (name, format, text) in files() {
            let (events, report) = import(&format, recorded, &[], &text);
            assert_eq!(report.coded(), 6, "{name}");
            let times: Vec<Instant> = events.iter().map(|event| event.recorded).collect();
            assert!(times.is_sorted_by(|before, next| before < next), "{name}: {times:?}");
        }
    }
}

#[test]
fn a_later_import_is_recorded_behind_an_earlier_one_and_leaves_that_as_it_is() {
    for recorded in [None, Some("2031-04-01T00:00:00Z".parse().unwrap())] {
        for (name, format, text) in files() {
            // The first file has every second row; the second has all of them, or the others alone.
            let (first, _) = import(&format, recorded, &[], &part(&text, |row| row % 2 == 0));
            for second in [text.clone(), part(&text, |row| row % 2 == 1)] {
                let (second, _) = import(&format, recorded, &first, &second);
                let there: HashSet<_> = first.iter().map(|event| event.id).collect();
                let times: HashSet<Instant> = first.iter().map(|event| event.recorded).collect();
                let (old, new): (Vec<Event>, Vec<Event>) = second.into_iter().partition(|e| there.contains(&e.id));
                for event in &old {
                    assert!(first.contains(event), "{name}: an entry is contradicted");
                }
                assert!(new.iter().all(|event| !times.contains(&event.recorded)), "{name}: an instant is shared");
                assert!(new.is_sorted_by(|a, b| a.recorded < b.recorded), "{name}");
            }
        }
    }
}

#[test]
fn a_file_that_has_grown_gives_what_one_import_of_it_gives() {
    for (name, format, text) in files() {
        let (whole, _) = import(&format, None, &[], &text);
        let (mut first, _) = import(&format, None, &[], &part(&text, |row| row < 3));
        let (second, _) = import(&format, None, &first, &text);
        first.extend(
            second.into_iter().filter(|event| first.iter().all(|other| other.id != event.id)).collect::<Vec<_>>(),
        );
        same(&lines(&first), &lines(&whole), name);
    }
}
