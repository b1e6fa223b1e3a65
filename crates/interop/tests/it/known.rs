//! Two imports into one journal say what one import of both files says.

use std::collections::BTreeMap;

use demarche_core::codec::encode;
use demarche_core::{Event, EventId, EventType};
use demarche_interop::import::{Format, Importer, Options, Report};
use proptest::prelude::*;

/// A journal, as far as an import cares.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Journal(BTreeMap<EventId, String>, Vec<Event>);

impl Journal {
    /// Imports a file; how many events were new, and the report.
    #[track_caller]
    fn import(&mut self, format: &Format, text: &str) -> (usize, Report) {
        let mut importer = Importer::new(format.clone(), Options::default());
        self.1.iter().for_each(|event| importer.know(event));
        let events: Vec<Event> = importer.read(text.as_bytes()).map(Result::unwrap).collect();
        let report = importer.report().clone();
        assert_eq!(report.rows, report.accounted(), "no row vanishes");
        let mut added = 0;
        for event in events {
            let line = encode(&event);
            match self.0.get(&event.id) {
                Some(there) => assert_eq!(*there, line, "a journal would refuse it"),
                None => {
                    self.0.insert(event.id, line);
                    self.1.push(event);
                    added += 1;
                }
            }
        }
        (added, report)
    }
}

fn icews(number: usize, [source, code, target, outlet]: [&str; 4], day: &str) -> String {
    let actor = |name: &str| match name.split_once('/') {
        Some((country, name)) => format!("{name}\tGovernment\t{country}"),
        None => format!("{name}\tNA\t{name}"),
    };
    let (source, target) = (actor(source), actor(target));
    format!("{number}\t{day}\t{source}\tx\t{code}\t0\t{target}\t1\t1\t{outlet}\t\t\t\t\t\t\n")
}

#[test]
fn the_mirror_in_a_second_file_is_folded_and_another_outlet_confirms() {
    let day = "2031-03-01";
    let mut journal = Journal::default();
    journal.import(&Format::Icews, &icews(1, ["A", "042", "B", "P"], day));
    let (added, report) = journal.import(&Format::Icews, &icews(2, ["B", "043", "A", "P"], day));
    assert_eq!((added, report.mirrors, report.coded()), (0, 1, 0), "the visit and its host are one meeting");
    let (added, report) = journal.import(&Format::Icews, &icews(3, ["A", "042", "B", "P"], day));
    assert_eq!((added, report.duplicates), (0, 1), "the same outlet told it once more");
    let confirmation = icews(4, ["B", "043", "A", "Q"], day);
    let (added, report) = journal.import(&Format::Icews, &confirmation);
    assert_eq!((added, report.coded.keys().collect::<Vec<_>>()), (1, vec![&EventType::ClaimConfirmed]));
    assert_eq!(journal.import(&Format::Icews, &confirmation).0, 0, "twice is once");
    assert_eq!(journal.import(&Format::Icews, &icews(5, ["A", "042", "B", "Q"], day)).0, 0, "it has confirmed already");
}

#[test]
fn a_number_that_stands_twice_in_a_file_contradicts_nothing_when_the_file_has_grown() {
    // As fuzzing found: two reports of one visit under one number, of which the journal has the first.
    let (first, again) =
        (icews(1, ["A", "042", "B", "P"], "2031-03-01"), icews(1, ["A", "042", "B", "Q"], "2031-03-01"));
    let mut journal = Journal::default();
    journal.import(&Format::Icews, &first);
    let (added, report) = journal.import(&Format::Icews, &[first, again].concat());
    assert_eq!((added, report.coded[&EventType::ClaimConfirmed]), (1, 1));
}

#[test]
fn the_mirror_of_a_quadruple_in_a_second_file_is_folded() {
    let mut journal = Journal::default();
    journal.import(&Format::IcewsQuads, "A\tConsult\tB\t2031-03-01\n");
    let (added, report) = journal.import(&Format::IcewsQuads, "B\tConsult\tA\t2031-03-01\n");
    assert_eq!((added, report.mirrors), (0, 1));
    let (added, _) = journal.import(&Format::IcewsQuads, "B\tMake statement\tA\t2031-03-01\n");
    assert_eq!(added, 1, "words are no mirror");
}

#[test]
fn what_another_format_has_told_is_not_known() {
    let mut journal = Journal::default();
    journal.import(&Format::Icews, &icews(1, ["A", "040", "B", "P"], "2031-03-01"));
    let (_, report) = journal.import(&Format::IcewsQuads, "B\tConsult\tA\t2031-03-01\n");
    assert_eq!(report.coded(), 1, "nobody knows whether the two data sets have it from one report");
}

/// Rows of so few actors, codes, outlets and days that they collide.
fn rows() -> impl Strategy<Value = Vec<String>> {
    let actor = prop::sample::select(vec!["A", "B", "A/X", "B/Y"]);
    let code = prop::sample::select(vec!["010", "036", "040", "042", "043", "057", "125", "161", "164"]);
    let outlet = prop::sample::select(vec!["P", "Q", "NA"]);
    let day = prop::sample::select(vec!["2031-03-01", "2031-03-02"]);
    let row = (actor.clone(), code, actor, outlet, day);
    prop::collection::vec(row, 0..40).prop_map(|rows| {
        let numbered = (1..).zip(rows);
        numbered.map(|(number, (a, code, b, outlet, day))| icews(number, [a, code, b, outlet], day)).collect()
    })
}

proptest! {
    #[test]
    fn two_imports_are_as_one(rows in rows(), cut in 0_usize..40) {
        let (first, second) = rows.split_at(cut.min(rows.len()));
        let mut together = Journal::default();
        together.import(&Format::Icews, &rows.concat());
        let mut apart = Journal::default();
        apart.import(&Format::Icews, &first.concat());
        apart.import(&Format::Icews, &second.concat());
        prop_assert_eq!(&apart.0, &together.0);
        // Nor does any of them add anything later, in whatever order.
        for text in [second.concat(), rows.concat(), first.concat(), rows.iter().rev().cloned().collect()] {
            prop_assert_eq!(apart.import(&Format::Icews, &text).0, 0);
        }
    }
}
