//! Laws of every import: twice is once, a file that has grown adds its new rows only, and no row vanishes.

use std::collections::HashMap;

use demarche_core::{Event, EventId};
use demarche_interop::import::{Format, Importer, Options};
use proptest::prelude::*;

use super::support::{import, lines, same, samples, spreadsheet, text};

#[test]
fn importing_twice_gives_the_same_events() {
    for (name, format) in samples() {
        let text = text(name);
        same(&lines(&import(format.clone(), &text).0), &lines(&import(format, &text).0), name);
    }
}

#[test]
fn a_file_that_has_grown_adds_its_new_rows_only() {
    for (name, format) in samples() {
        if matches!(format, Format::CloudEvents | Format::Csv(_)) {
            continue; // Their rows are no lines, and do not depend on each other.
        }
        let text = text(name);
        let whole = lines(&import(format.clone(), &text).0);
        for (end, _) in text.match_indices('\n') {
            let part = lines(&import(format.clone(), &text[..=end]).0);
            assert!(whole.starts_with(&part), "{name}, cut at byte {end}");
        }
    }
}

#[test]
fn no_two_events_of_a_sample_share_an_id() {
    for (name, format) in samples() {
        let mut seen: HashMap<EventId, Event> = HashMap::new();
        for event in import(format, &text(name)).0 {
            assert_eq!(seen.insert(event.id, event), None, "{name}");
        }
    }
}

#[test]
fn a_byte_order_mark_is_passed_over_however_the_input_is_cut() {
    for (name, format) in samples() {
        let plain = text(name);
        let marked = format!("\u{feff}{plain}");
        for capacity in 1..5 {
            let mut importer = Importer::new(format.clone(), Options::default());
            let input = std::io::BufReader::with_capacity(capacity, marked.as_bytes());
            let events: Vec<Event> = importer.read(input).map(Result::unwrap).collect();
            same(&lines(&events), &lines(&import(format.clone(), &plain).0), name);
        }
    }
}

#[test]
fn several_byte_order_marks_are_passed_over_however_the_input_is_cut() {
    for (name, format) in samples() {
        if !matches!(format, Format::HistoryAtState | Format::Csv(_)) {
            continue; // Other formats say where the second one stands, as a broken row.
        }
        let plain = text(name);
        let marked = format!("\u{feff}\u{feff}\u{feff}{plain}");
        for capacity in 1..12 {
            let mut importer = Importer::new(format.clone(), Options::default());
            let input = std::io::BufReader::with_capacity(capacity, marked.as_bytes());
            let events: Vec<Event> = importer.read(input).map(Result::unwrap).collect();
            same(&lines(&events), &lines(&import(format.clone(), &plain).0), name);
        }
    }
}

/// Rows of four columns from so few words that they collide, and broken ones.
fn quads() -> impl Strategy<Value = String> {
    let actor = prop::sample::select(vec!["A", "B", "C", "Police (A)", "Citizen (B)", "", "É (x)"]);
    let relation = prop::sample::select(vec!["Consult", "Make a visit", "Host a visit", "Make statement", "Fly", ""]);
    let day = prop::sample::select(vec!["2031-03-01", "2031-03-02", "2031-02-30", "2031-03", "x"]);
    let row = (actor.clone(), relation, actor, day).prop_map(|(a, r, b, day)| format!("{a}\t{r}\t{b}\t{day}\n"));
    let row = prop_oneof![20 => row, 1 => Just("\n".to_owned()), 1 => Just("a\tb\n".to_owned())];
    prop::collection::vec(row, 0..40).prop_map(|rows| rows.concat())
}

proptest! {
    #[test]
    fn no_row_vanishes(text in quads()) {
        let mut importer = Importer::new(Format::IcewsQuads, Options::default());
        let mut events = Vec::new();
        let mut broken = 0;
        for event in importer.read(text.as_bytes()) {
            match event {
                Ok(event) => events.push(event),
                Err(_) => broken += 1,
            }
        }
        let report = importer.report();
        prop_assert_eq!(report.rows, text.lines().filter(|line| !line.is_empty()).count() as u64);
        prop_assert_eq!(report.rows, report.accounted());
        prop_assert_eq!((report.broken, report.events()), (broken, events.len() as u64));
    }

    #[test]
    fn any_bytes_are_read_without_a_panic_and_counted(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let formats = [Format::Icews, Format::IcewsQuads, Format::Gdelt, Format::HistoryAtState, spreadsheet(),
            Format::CloudEvents];
        for format in formats {
            let mut importer = Importer::new(format, Options::default());
            importer.read(&bytes[..]).for_each(drop);
            prop_assert_eq!(importer.report().rows, importer.report().accounted());
        }
    }
}
