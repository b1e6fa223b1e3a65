//! Every journal among the fixtures says what its expectations ask.

use std::path::{Path, PathBuf};

use super::support::{Folder, fixture, root, run};

fn journals(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(journals(&path));
        } else if path.to_str().unwrap().ends_with(".expect.jsonl") {
            found.push(path);
        }
    }
    found.sort();
    found
}

#[test]
fn every_expectation_of_every_fixture_is_met() {
    let expected = journals(&root().join("fixtures"));
    assert!(expected.len() >= 11, "{expected:?}");
    for path in expected {
        let path = path.to_str().unwrap();
        let journal = path.replace(".expect.jsonl", ".jsonl");
        let outcome = run(&["check", &journal, "--expect", path]);
        assert_eq!(outcome.code, 0, "{path}:\n{}", outcome.stdout);
        let lines = std::fs::read_to_string(path).unwrap().lines().filter(|line| line.starts_with('{')).count();
        let summary = format!("{lines} of {lines} expectations met");
        assert!(outcome.stdout.contains(&summary), "{path}: {summary}\n{}", outcome.stdout);
    }
}

#[test]
fn an_unmet_expectation_is_an_error_with_line_expected_and_found() {
    let folder = Folder::new("unmet");
    let expect = folder.write(
        "x.expect.jsonl",
        "# a remark\n{\"track\":\"us-ru/ministers\",\"status\":\"cancelled\"}\n\
         {\"track\":\"us-ru/irritants\",\"status\":\"scheduled\",\"as_of\":\"2025-04-30\"}\n\
         {\"track\":\"us-ru/leaders\",\"status\":\"proposed\",\"contested\":false}\n\
         {\"track\":\"no-such-track\",\"status\":\"none\"}\n",
    );
    let outcome = run(&["check", &fixture("us-russia-2025.jsonl"), "--expect", &expect]);
    assert_eq!(outcome.code, 1);
    let text = outcome.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("us-ru/irritants: expected scheduled, found active"), "{text}");
    assert!(text.contains("us-ru/leaders: expected proposed, uncontested, found proposed, contested"), "{text}");
    assert!(text.contains("x.expect.jsonl:3") && text.contains("x.expect.jsonl:4"), "{text}");
    assert!(text.contains("2 of 4 expectations met"), "{text}");
}

#[test]
fn a_broken_expectation_is_an_error_with_its_place() {
    let folder = Folder::new("broken-expectation");
    let expect = folder.write("x.jsonl", "{\"track\":\"us-ru\",\"status\":\"fine\"}\n");
    let outcome = run(&["check", &fixture("us-russia-2025.jsonl"), "--expect", &expect]);
    assert_eq!(outcome.code, 1);
    assert!(outcome.stdout.contains("error[broken-expectation]"), "{}", outcome.stdout);
    assert!(outcome.stdout.contains("x.jsonl:1:27"), "{}", outcome.stdout);
}

#[test]
fn the_early_draft_reads_as_its_upcast() {
    let upcast = run(&["events", &fixture("v0/early-draft.jsonl"), "--format", "jsonl"]);
    assert_eq!(upcast.code, 0, "{}", upcast.stderr);
    let mut lines: Vec<&str> = upcast.stdout.lines().collect();
    let expected = std::fs::read_to_string(fixture("v0/early-draft.v2.jsonl")).unwrap().replace("\"v\":2,", "\"v\":3,");
    let mut expected: Vec<&str> = expected.lines().collect();
    lines.sort_unstable();
    expected.sort_unstable();
    assert_eq!(lines, expected);
    // Both at once are one set: the old line and the new one are the same event.
    let both =
        run(&["stats", &fixture("v0/early-draft.jsonl"), &fixture("v0/early-draft.v2.jsonl"), "--format", "json"]);
    let stats: serde_json::Value = serde_json::from_str(&both.stdout).unwrap();
    assert_eq!(stats["events"], stats["repeated_lines"]);
}
