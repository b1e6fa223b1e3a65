//! The JSON contract of `docs/json.md`.

use serde_json::Value;

use super::support::{fixture, run};

fn states(args: &[&str]) -> Vec<Value> {
    let journal = fixture("us-russia-2025.jsonl");
    let outcome = run(&[&["replay", &journal, "--format", "json"], args].concat());
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    serde_json::from_str(&outcome.stdout).unwrap()
}

fn track<'s>(states: &'s [Value], name: &str) -> &'s Value {
    states.iter().find(|state| state["track"] == name).unwrap()
}

#[test]
fn every_object_has_every_key_of_the_contract() {
    let keys = [
        "track",
        "title",
        "kind",
        "parties",
        "status",
        "since",
        "decided_by",
        "evidence",
        "next",
        "meetings_held",
        "last_held",
        "open_proposals",
        "last_activity",
        "last_progress",
        "sources",
        "events",
        "said_by",
        "silent",
        "contested",
    ];
    let states = states(&[]);
    assert_eq!(states.len(), 15);
    for state in &states {
        for key in keys {
            assert!(state.get(key).is_some(), "{key} in {state}");
        }
        assert_eq!(state["decided_by"], state["evidence"][0]);
    }
    let names: Vec<&str> = states.iter().map(|state| state["track"].as_str().unwrap()).collect();
    assert!(names.is_sorted(), "{names:?}");
}

#[test]
fn the_irritants_track_answers_the_table_of_the_seed() {
    let name = "us-ru/irritants";
    let april = states(&["--as-of", "2025-04-30"]);
    let april = track(&april, name);
    assert_eq!((&april["status"], &april["meetings_held"]), (&"active".into(), &2.into()));
    assert_eq!(april["last_held"], "2025-04-10");
    let may = states(&["--as-of", "2025-05-20"]);
    assert_eq!(track(&may, name)["status"], "stalled");
    let july = states(&["--as-of", "2025-07-31"]);
    assert_eq!(track(&july, name)["status"], "cancelled");
    let now = states(&[]);
    let now = track(&now, name);
    assert_eq!(now["status"], "proposed");
    assert_eq!(now["said_by"], serde_json::json!([]));
    assert_eq!(now["silent"], serde_json::json!(["ru", "us"]));
}

#[test]
fn the_summit_is_proposed_and_its_cancellation_contested() {
    let states = states(&[]);
    let summit = track(&states, "us-ru/leaders");
    assert_eq!(summit["status"], "proposed");
    let disputes = summit["contested"].as_array().unwrap();
    assert!(!disputes.is_empty());
    for dispute in disputes {
        assert_eq!(dispute["set_aside"], true);
        assert!(dispute["claim"].is_string() && dispute["denied_by"][0].is_string());
    }
}

#[test]
fn the_sides_have_different_pictures() {
    let status = |reading: &str| {
        let states = states(&["--reading", reading]);
        states.iter().find(|s| s["track"] == "us-ru/leaders").map(|s| s["status"].as_str().unwrap().to_owned())
    };
    assert_ne!(status("side:us"), status("side:ru"));
    assert_ne!(status("who:us"), status("who:ru"));
}

#[test]
fn the_new_start_proposal_is_open() {
    let states = states(&[]);
    assert_eq!(track(&states, "us-ru/new-start")["open_proposals"].as_array().unwrap().len(), 1);
}

#[test]
fn a_next_meeting_has_its_three_keys() {
    let states = states(&[]);
    let next = &track(&states, "us-il")["next"];
    assert!(next["meeting"].is_string() && next["when"].is_string() && next.get("venue").is_some(), "{next}");
    assert!(track(&states, "us-ru")["next"].is_null());
}

#[test]
fn a_parent_counts_the_statuses_beneath_it() {
    let states = states(&[]);
    let beneath = track(&states, "us-ru")["descendants"].as_object().unwrap();
    let sum: u64 = beneath.values().map(|count| count.as_u64().unwrap()).sum();
    let under = states.iter().filter(|state| state["track"].as_str().unwrap().starts_with("us-ru/")).count();
    assert_eq!(sum, under as u64);
}

#[test]
fn lines_and_the_array_hold_the_same_objects() {
    let journal = fixture("us-russia-2025.jsonl");
    let lines = run(&["replay", &journal, "--format", "jsonl"]).stdout;
    let of_lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(of_lines, states(&[]));
}

#[test]
fn events_as_lines_are_a_log_again() {
    let journal = fixture("us-russia-2025.jsonl");
    let events = run(&["events", &journal, "--format", "jsonl"]).stdout;
    let replayed = super::support::run_with(
        &["replay", "-", "--format", "json"],
        events.as_bytes(),
        demarche_cli::Terminal::default(),
    );
    assert_eq!(serde_json::from_str::<Vec<Value>>(&replayed.stdout).unwrap(), states(&[]));
    let mut lines: Vec<&str> = events.lines().collect();
    let upcast = std::fs::read_to_string(&journal).unwrap().replace("\"v\":1,", "\"v\":3,");
    let mut expected: Vec<&str> = upcast.lines().collect();
    lines.sort_unstable();
    expected.sort_unstable();
    assert_eq!(lines, expected, "a canonical line is printed in the current version");
}
