//! Rows of a sheet that are about others, and what became of every row.

use demarche_core::{Event, EventId};
use demarche_interop::import::{Became, Fate, Format, ImportError, Importer, Mapping, Options};

use super::support::{samples, text};

const HEADER: &str = "No,Type,Entered,Link,Claims,Text\n";

fn mapping() -> Format {
    let mapping = "id=No\ntype=Type\ntrack=\"a\"\noccurred=\"2031-03-01\"\nrecorded=Entered\nwho=\"b\"\n\
        attribution=\"media\"\ncite=Link\nclaims=Claims\ntext=Text\n";
    Format::Csv(mapping.parse::<Mapping>().unwrap())
}

/// Imports rows behind a journal, whose entries have their places.
fn import(journal: &[Event], rows: &str) -> (Vec<Event>, Vec<ImportError>) {
    let mut importer = Importer::new(mapping(), Options::default());
    for (line, event) in (1..).zip(journal) {
        importer.know_entry(event, Some(&format!("#{line}")));
    }
    let sheet = format!("{HEADER}{rows}");
    let (mut events, mut errors) = (Vec::new(), Vec::new());
    for row in importer.read(sheet.as_bytes()) {
        match row {
            Ok(event) => events.push(event),
            Err(error) => errors.push(error),
        }
    }
    (events, errors)
}

fn claim(number: u32, day: u32) -> String {
    format!("{number},statement_made,2031-03-{day:02},https://x.org/{number},,words {number}\n")
}

fn denial(claims: &str) -> String {
    format!("9,claim_denied,2031-03-20,https://x.org/9,{claims},\n")
}

#[test]
fn a_claim_is_named_by_its_row_its_cite_its_entry_or_part_of_its_id() {
    let rows = claim(1, 2) + &claim(2, 3);
    let (journal, _) = import(&[], &rows);
    let [first, second] = [&journal[0], &journal[1]].map(|event| event.id);
    let id = second.to_string();
    for (name, claims) in [
        ("csv:2", vec![second]),
        ("csv:1;csv:2", vec![first, second]),
        ("https://x.org/2", vec![second]),
        ("#2", vec![second]),
        (&*id, vec![second]),
        (&id[..9], vec![second]),
        (&id[24..], vec![second]),
    ] {
        for alone in [true, false] {
            // Behind the rows in the same file, or behind the journal that an earlier import made of them.
            if alone && name.starts_with('#') {
                continue;
            }
            let (before, rows) =
                if alone { (&[][..], rows.clone() + &denial(name)) } else { (&*journal, denial(name)) };
            let (events, errors) = import(before, &rows);
            assert!(errors.is_empty(), "{name}: {errors:?}");
            assert_eq!(events.last().unwrap().data.targets(), claims, "{name}");
        }
    }
}

#[test]
fn a_row_further_down_is_named_by_its_number() {
    let (events, errors) = import(&[], &(denial("csv:2") + &claim(2, 3)));
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(events[0].data.targets(), [events[1].id]);
}

#[test]
fn importing_again_finds_what_was_found_at_first() {
    // A later row cites what the claim cites: then the name is of two, but it was of one.
    let again = format!("3,statement_made,2031-03-25,https://x.org/1,,{}\n", "later");
    let rows = claim(1, 2) + &denial("https://x.org/1") + &again;
    let (journal, errors) = import(&[], &rows);
    assert_eq!((journal.len(), errors.len()), (3, 0), "{errors:?}");
    let (events, errors) = import(&journal, &rows);
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(events, journal);
}

#[test]
fn what_names_no_entry_or_several_is_refused_with_what_would() {
    let (journal, _) = import(&[], &(claim(1, 2) + &claim(1, 2).replacen('1', "2", 1)));
    assert_eq!(journal.len(), 2);
    for (name, why) in [
        ("12", "write csv:12 for that row of the sheet, #12 for that entry of the journal"),
        ("#7", "there is no such entry in the journal that -o names"),
        ("https://x.org/7", "no row before this one, and no entry of the journal, has that name"),
        ("https://x.org/1", "2 entries have that name: give the id of one, or csv: and its row"),
        ("01234567", "no row before this one"),
        ("csv:", "no row before this one"),
    ] {
        let (events, errors) = import(&journal, &denial(name));
        assert!(events.is_empty(), "{name}");
        let told = errors[0].to_string();
        assert!(told.starts_with("line 2, column 5: bad value in `Claims`") && told.contains(why), "{name}: {told}");
    }
}

#[test]
fn every_row_has_one_fate_and_the_report_counts_the_same() {
    for (name, format) in samples() {
        let text = text(name);
        // A broken row at the end, where the format has rows of lines.
        for text in [text.clone(), format!("{text}x\ty\n")] {
            let options = Options { explain: true, ..Options::default() };
            let mut importer = Importer::new(format.clone(), options);
            let (mut fates, mut ids): (Vec<Fate>, Vec<EventId>) = (Vec::new(), Vec::new());
            let mut rows = importer.read(text.as_bytes());
            while let Some(row) = rows.next() {
                fates.extend(rows.fates());
                ids.extend(row.ok().map(|event| event.id));
            }
            fates.extend(rows.fates());
            drop(rows);
            let report = importer.report();
            let count = |is: fn(&Became) -> bool| fates.iter().filter(|fate| is(&fate.became)).count() as u64;
            assert_eq!(fates.len() as u64, report.rows, "{name}");
            assert!(fates.is_sorted_by_key(|fate| fate.line), "{name}");
            assert_eq!(count(|became| matches!(became, Became::Coded(..))), report.coded(), "{name}");
            assert_eq!(count(|became| matches!(became, Became::Mirror)), report.mirrors, "{name}");
            assert_eq!(count(|became| matches!(became, Became::Repeated)), report.duplicates, "{name}");
            assert_eq!(count(|became| matches!(became, Became::Broken(_))), report.broken, "{name}");
            for fate in &fates {
                if let Became::Coded(_, id) = &fate.became {
                    assert!(ids.contains(id), "{name}");
                }
            }
        }
    }
}
