//! `agenda`: what lies ahead over all tracks, and what is overdue.

use serde_json::Value;

use super::support::{Folder, Outcome, fixture, root, run};

fn agenda(args: &[&str]) -> Outcome {
    let outcome = run(&[&["agenda"], args].concat());
    assert_eq!((outcome.code, &*outcome.stderr), (0, ""), "{args:?}");
    outcome
}

fn items(args: &[&str]) -> Vec<Value> {
    serde_json::from_str(&agenda(&[args, &["--format", "json"]].concat()).stdout).unwrap()
}

/// A log of events on one track, each by the US, in their order.
fn log(folder: &Folder, events: &[(&str, &str, &str)]) -> String {
    let line = |(number, (occurred, kind, data)): (usize, &(&str, &str, &str))| {
        format!(
            "{{\"id\":\"0199f3c0-5a00-7000-8000-{:012}\",\"v\":3,\"type\":\"{kind}\",\"track\":\"us-ru/talks\",\
             \"occurred\":\"{occurred}\",\"recorded\":\"{occurred}T12:00:00Z\",\
             \"source\":{{\"who\":\"us/state\",\"attribution\":\"on_record\"}},\"data\":{data}}}\n",
            number + 1
        )
    };
    folder.write("log.jsonl", events.iter().enumerate().map(line).collect::<String>())
}

/// What is ahead or overdue, as `kind name on`.
fn told(items: &[Value], overdue: bool) -> Vec<String> {
    let items = items.iter().filter(|item| item["is_overdue"] == overdue);
    let word = |item: &Value, key: &str| item[key].as_str().unwrap().to_owned();
    items.map(|item| format!("{} {} {}", word(item, "what"), word(item, "name"), word(item, "on"))).collect()
}

const EVENTS: [(&str, &str, &str); 6] = [
    ("2025-01-01", "meeting_scheduled", r#"{"meeting":"round-1","when":"2025-03","venue":"Muscat"}"#),
    ("2025-01-02", "proposal_made", r#"{"proposal":"swap","by":"us","summary":"S","deadline":"2025-02-10"}"#),
    (
        "2025-01-03",
        "measure_taken",
        r#"{"measure":"tariffs","of":"tariffs","effect":"announced","by":"us","effective":"2025-02-20"}"#,
    ),
    ("2025-01-04", "agreement_reached", r#"{"agreement":"truce","stage":"signed","until":"2025-06-30"}"#),
    ("2025-01-05", "meeting_scheduled", r#"{"meeting":"round-2","when":"2025-04-01"}"#),
    ("2025-01-06", "meeting_postponed", r#"{"meeting":"round-2","until":"2025-05"}"#),
];

#[test]
fn every_kind_of_date_is_ahead_until_it_has_passed() {
    let folder = Folder::new("agenda-kinds");
    let log = log(&folder, &EVENTS);
    let at = |today: &str| items(&[&log, "--today", today]);
    let early = at("2025-01-06");
    let all = ["deadline swap 2025-02-10", "measure tariffs 2025-02-20", "meeting round-1 2025-03"];
    assert_eq!(told(&early, false), [&all[..], &["agreement truce 2025-06-30"]].concat());
    assert!(told(&early, true).is_empty());
    // A measure that has taken effect is no longer ahead, and awaits nothing.
    let march = at("2025-03-31");
    assert_eq!(told(&march, false), ["meeting round-1 2025-03", "agreement truce 2025-06-30"]);
    assert_eq!(told(&march, true), ["deadline swap 2025-02-10"]);
    let later = at("2025-07-01");
    assert!(told(&later, false).is_empty());
    let overdue = ["deadline swap 2025-02-10", "meeting round-1 2025-03", "meeting round-2 2025-05"];
    assert_eq!(told(&later, true), overdue);
}

#[test]
fn what_has_an_outcome_is_not_overdue() {
    let folder = Folder::new("agenda-outcome");
    let outcomes = [
        ("2025-04-02", "meeting_held", r#"{"meeting":"round-1"}"#),
        ("2025-04-02", "meeting_cancelled", r#"{"meeting":"round-2"}"#),
        ("2025-04-02", "proposal_answered", r#"{"proposal":"swap","by":"ru","answer":"rejected"}"#),
        ("2025-04-02", "agreement_ended", r#"{"agreement":"truce","how":"withdrawn","by":"ru"}"#),
    ];
    let log = log(&folder, &[&EVENTS[..], &outcomes].concat());
    assert!(items(&[&log, "--today", "2025-07-01"]).is_empty());
}

#[test]
fn an_item_has_the_keys_of_the_contract() {
    let items = items(&[&fixture("us-russia-2025.jsonl"), "--track", "us-il"]);
    let expected = serde_json::json!([{
        "track": "us-il", "on": "2025-10-23/2025-10-24", "what": "meeting", "name": "rubio-in-israel",
        "venue": "Israel", "is_overdue": false,
        "earliest": "2025-10-23T00:00:00Z", "latest": "2025-10-24T23:59:59.999999999Z",
    }]);
    assert_eq!(Value::from(items), expected);
}

#[test]
fn the_agenda_holds_what_replay_has_ahead_and_nothing_else() {
    let mut logs = vec![fixture("us-russia-2025.jsonl")];
    let folder = std::fs::read_dir(root().join("fixtures/conformance")).unwrap();
    let names = folder.map(|entry| entry.unwrap().path().to_str().unwrap().to_owned());
    logs.extend(names.filter(|name| name.ends_with(".jsonl.gz") && !name.ends_with("expected.jsonl.gz")));
    assert!(logs.len() > 9);
    let mut count = 0;
    for (log, today) in logs.iter().flat_map(|log| [(log, None), (log, Some("2025-06-01"))]) {
        let question: Vec<&str> = today.iter().flat_map(|today| ["--today", today]).collect();
        let replayed = run(&[&["replay", log, "--format", "json"], &question[..]].concat()).stdout;
        let states: Vec<Value> = serde_json::from_str(&replayed).unwrap();
        let entry = |track: &Value, item: &Value| {
            ["on", "what", "name"].map(|key| item[key].to_string()).join(" ") + &track.to_string()
        };
        let mut in_states: Vec<String> = Vec::new();
        for state in &states {
            in_states.extend(state["ahead"].as_array().unwrap().iter().map(|ahead| entry(&state["track"], ahead)));
        }
        let items = items(&[&[log.as_str()], &question[..]].concat());
        let ahead = items.iter().filter(|item| item["is_overdue"] == false);
        let mut ahead: Vec<String> = ahead.map(|item| entry(&item["track"], item)).collect();
        count += ahead.len();
        ahead.sort();
        in_states.sort();
        assert_eq!(ahead, in_states, "{log}");
        // A track that is overdue has something that is.
        for state in states.iter().filter(|state| state["status"] == "overdue") {
            let found = items.iter().any(|item| item["is_overdue"] == true && item["track"] == state["track"]);
            assert!(found, "{log}: {state}");
        }
    }
    assert!(count > 30, "{count}");
}

#[test]
fn until_leaves_out_what_cannot_begin_by_then() {
    let journal = fixture("us-russia-2025.jsonl");
    let names = |until: &str| told(&items(&[&journal, "--until", until]), false).len();
    assert_eq!([names("2025-10-22"), names("2025-10-23"), names("2026-01"), names("2026-02-01")], [0, 1, 1, 2]);
    // A date without an end leaves nothing out.
    assert_eq!(names("2025-10/.."), 2);
}

#[test]
fn people_see_first_what_is_ahead_and_then_what_is_overdue() {
    let folder = Folder::new("agenda-table");
    let log = log(&folder, &EVENTS);
    let told = agenda(&[&log, "--today", "2025-03-10"]).stdout;
    let expected = "\
Ahead:
  WHEN       WHAT           NAME    VENUE  TRACK
  2025-03    meeting        round-1 Muscat us-ru/talks
  2025-06-30 agreement ends truce          us-ru/talks

Overdue:
  WHEN       WHAT       NAME VENUE TRACK
  2025-02-10 answer due swap       us-ru/talks

On 10 March 2025: 2 ahead, 1 overdue
";
    assert_eq!(told, expected);
    assert_eq!(agenda(&[&log, "--track", "nowhere"]).stdout, "On 6 January 2025: 0 ahead, 0 overdue\n");
}

#[test]
fn csv_and_markdown_have_the_keys_of_the_json_as_columns() {
    let journal = fixture("us-russia-2025.jsonl");
    let lines = agenda(&[&journal, "--format", "jsonl"]).stdout;
    let csv = agenda(&[&journal, "--format", "csv"]).stdout;
    let columns: Vec<&str> = csv.lines().next().unwrap().split(',').collect();
    let first = lines.lines().next().unwrap();
    let places: Vec<_> = columns.iter().map(|column| first.find(&format!("\"{column}\":"))).collect();
    assert!(places.is_sorted() && places[0].is_some(), "{columns:?} in {first}");
    assert_eq!(columns.len(), serde_json::from_str::<serde_json::Map<_, _>>(first).unwrap().len());
    assert_eq!(csv.lines().count(), lines.lines().count() + 1);
    let markdown = agenda(&[&journal, "--format", "markdown"]).stdout;
    assert_eq!(markdown.lines().next().unwrap(), format!("| {} |", columns.join(" | ")));
}
