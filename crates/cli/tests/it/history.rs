//! `history`: the statuses of each track over time.

use serde_json::Value;

use super::support::{Folder, Outcome, fixture, line, run};

fn history(args: &[&str]) -> Outcome {
    let journal = fixture("us-russia-2025.jsonl");
    let outcome = run(&[&["history", &journal], args].concat());
    assert_eq!((outcome.code, &*outcome.stderr), (0, ""));
    outcome
}

fn spells(args: &[&str]) -> Vec<Value> {
    serde_json::from_str(&history(&[&["--format", "json"], args].concat()).stdout).unwrap()
}

/// Whether spells are on one track.
fn same_track(one: &Value, other: &Value) -> bool {
    one["track"] == other["track"]
}

#[test]
fn each_spell_ends_where_the_next_begins_and_the_last_one_lasts() {
    for along in ["occurred", "recorded"] {
        let spells = spells(&["--along", along]);
        assert!(spells.len() > 15, "{along}");
        for spells in spells.chunk_by(same_track) {
            for pair in spells.windows(2) {
                assert_eq!(pair[0]["to"], pair[1]["from"]);
                assert_eq!(pair[0]["lasts"], false);
            }
            let last = spells.last().unwrap();
            assert_eq!((&last["to"], &last["lasts"]), (&Value::Null, &true.into()));
        }
    }
}

#[test]
fn the_last_spell_has_the_status_that_replay_tells() {
    let replayed = run(&["replay", &fixture("us-russia-2025.jsonl"), "--format", "json"]).stdout;
    let replayed: Vec<Value> = serde_json::from_str(&replayed).unwrap();
    let pair = |told: &Value| (told["track"].clone(), told["status"].clone());
    for along in ["occurred", "recorded"] {
        let spells = spells(&["--along", along]);
        let last: Vec<_> = spells.iter().filter(|spell| spell["lasts"] == true).map(pair).collect();
        assert_eq!(last, replayed.iter().map(pair).collect::<Vec<_>>(), "{along}");
    }
}

#[test]
fn days_are_counted_from_day_to_day_and_while_it_lasts_until_today() {
    let days = |args: &[&str]| -> Vec<i64> {
        let args = [&["--track", "us-ru/irritants"], args].concat();
        spells(&args).iter().map(|spell| spell["days"].as_i64().unwrap()).collect()
    };
    // From 27 February to May, to June, to September; and the last one to 23 October, when the log ends.
    assert_eq!(days(&[]), [63, 31, 92, 52]);
    assert_eq!(days(&["--today", "2025-11-01"]), [63, 31, 92, 61]);
    assert_eq!(days(&["--as-of", "2025-05-20"]), [63, 19]);
}

#[test]
fn spells_of_a_status_are_chosen_with_the_bounds_of_when_it_began() {
    let stalls = spells(&["--status", "stalled"]);
    let [stall] = &stalls[..] else { panic!("{stalls:?}") };
    assert_eq!((&stall["track"], &stall["status"]), (&"us-ru/irritants".into(), &"stalled".into()));
    assert_eq!((&stall["earliest"], &stall["from"]), (&"2025-05-01T00:00:00Z".into(), &"2025-05-01T00:00:00Z".into()));
    assert_eq!(stall["latest"], "2025-05-31T23:59:59.999999999Z");
    assert!(stall["rule"].as_str().unwrap().starts_with("somebody said that it has stalled"));
}

#[test]
fn csv_and_markdown_have_the_keys_of_the_json_as_columns() {
    let lines = history(&["--format", "jsonl"]).stdout;
    let first = lines.lines().next().unwrap();
    let at = |key: &str| first.find(&format!("\"{key}\":")).unwrap_or_else(|| panic!("{key} in {first}"));
    let csv = history(&["--format", "csv"]).stdout;
    let columns: Vec<&str> = csv.lines().next().unwrap().split(',').collect();
    assert_eq!(columns.len(), serde_json::from_str::<serde_json::Map<_, _>>(first).unwrap().len());
    assert!(columns.iter().map(|column| at(column)).is_sorted(), "{columns:?} in {first}");
    assert_eq!(csv.lines().count(), lines.lines().count() + 1);
    let markdown = history(&["--format", "markdown"]).stdout;
    assert_eq!(markdown.lines().next().unwrap(), format!("| {} |", columns.join(" | ")));
    assert_eq!(markdown.lines().count(), lines.lines().count() + 2);
}

#[test]
fn a_spell_that_begins_on_a_day_not_known_says_among_which_days() {
    let told = history(&["--track", "us-ru/irritants"]).stdout;
    let rows: Vec<Vec<&str>> = told.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows[1], ["us-ru/irritants", "2025-02-27", "2025-05-01", "63", "active", "#17"]);
    assert_eq!(rows[2], ["2025-05-01/31", "2025-06-01", "31", "stalled", "#19"]);
    assert_eq!(rows[4], ["2025-09-01/30", "ongoing", "52", "proposed", "#26"]);
    assert_eq!(told.lines().last(), Some("4 spells on 1 track"));
}

#[test]
fn along_recorded_a_spell_begins_when_the_journal_began_to_say_so() {
    let spells = spells(&["--along", "recorded", "--track", "us-ru/irritants"]);
    // The journal was begun on that day, and learnt all that then.
    assert!(spells.iter().all(|spell| spell["from"].as_str().unwrap().starts_with("2025-10-23")), "{spells:?}");
}

#[test]
fn where_there_is_no_spell_the_lists_are_empty_and_people_are_told() {
    let none = ["--track", "no/such/track"];
    assert!(history(&none).stdout.starts_with("no status: "));
    assert_eq!(history(&[&none[..], &["--format", "json"]].concat()).stdout, "[]\n");
    assert_eq!(history(&[&none[..], &["--format", "jsonl"]].concat()).stdout, "");
    assert_eq!(history(&[&none[..], &["--format", "csv"]].concat()).stdout.lines().count(), 1);
}

#[test]
fn a_track_whose_every_entry_was_retracted_keeps_what_the_journal_said_of_it() {
    let folder = Folder::new("history-retracted");
    let retraction = r#"{"id":"0199f3c0-5a00-7000-8000-000000000009","v":1,"type":"event_retracted","track":"a","occurred":"2025-10-24","recorded":"2025-10-24T08:00:00Z","source":{"who":"desk","attribution":"document"},"data":{"event":"0199f3c0-5a00-7000-8000-000000000001","reason":"Another track was meant"}}"#;
    let log = folder.write("log.jsonl", format!("{}{retraction}\n", line(1, "a", "Talks")));
    let spells = |along: &str| run(&["history", &log, "--along", along, "--format", "jsonl"]).stdout.lines().count();
    assert_eq!((spells("occurred"), spells("recorded")), (0, 1));
}
