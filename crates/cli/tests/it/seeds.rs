//! The seeds and the first journal are complete against each other.

use std::collections::BTreeSet;

use demarche_core::codec::Reader;

use super::support::{fixture, root};

/// The facts in the first column of the tables under a heading, `F01` and so on.
fn facts_under(text: &str, heading: impl Fn(&str) -> bool) -> BTreeSet<String> {
    let mut within = false;
    let mut facts = BTreeSet::new();
    for line in text.lines() {
        if line.starts_with('#') {
            within = heading(line);
        }
        let first = line.trim_start_matches('|').split('|').next().unwrap_or_default().trim();
        let is_fact = first.len() == 3 && first.starts_with('F') && first[1..].bytes().all(|b| b.is_ascii_digit());
        if within && line.starts_with('|') && is_fact {
            facts.insert(first.to_owned());
        }
    }
    facts
}

#[test]
fn every_fact_is_coded_or_listed_as_not_coded_and_every_event_cites_one() {
    let seed = std::fs::read_to_string(root().join("seeds/izvestia-2025-10-23.md")).unwrap();
    let facts = facts_under(&seed, |heading| !heading.contains("not coded"));
    let not_coded = facts_under(&seed, |heading| heading.contains("not coded"));
    let expected: BTreeSet<String> = (1..=39).map(|number| format!("F{number:02}")).collect();
    assert_eq!(facts, expected, "the seed has the facts F01 to F39");

    let journal = std::fs::read(fixture("us-russia-2025.jsonl")).unwrap();
    let mut coded = BTreeSet::new();
    for entry in Reader::new(&journal[..]) {
        let entry = entry.unwrap();
        let cite = entry.event.cite.expect("every event cites its fact");
        let (document, fact) = cite.split_once('#').expect("a citation is document#fact");
        assert_eq!(document, "izvestia-2025-10-23", "line {}", entry.line);
        assert!(facts.contains(fact), "line {}: {fact} is no fact of the seed", entry.line);
        coded.insert(fact.to_owned());
    }
    let both: BTreeSet<_> = coded.intersection(&not_coded).collect();
    assert!(both.is_empty(), "coded, and listed as not coded: {both:?}");
    let neither: BTreeSet<_> =
        facts.iter().filter(|fact| !coded.contains(*fact) && !not_coded.contains(*fact)).collect();
    assert!(neither.is_empty(), "neither coded nor listed as not coded: {neither:?}");
}

#[test]
fn recorded_instants_rise_strictly_and_lines_are_canonical() {
    let text = std::fs::read_to_string(fixture("us-russia-2025.jsonl")).unwrap();
    let mut last = None;
    for (line, entry) in text.lines().zip(Reader::new(text.as_bytes())) {
        let event = entry.unwrap().event;
        assert!(Some(event.recorded) > last, "{line}");
        last = Some(event.recorded);
        assert_eq!(demarche_core::codec::canonical(&event, line.as_bytes()), line);
    }
}
