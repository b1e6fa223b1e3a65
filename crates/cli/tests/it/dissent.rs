//! Dissent is seen everywhere, and where readings differ is marked.

use super::support::{Folder, fixture, run};

fn event(number: u32, day: &str, who: &str, kind: &str, data: &str) -> String {
    format!(
        "{{\"id\":\"0199f3c0-5a00-7000-8000-{number:012}\",\"v\":3,\"type\":\"{kind}\",\"track\":\"t\",\
         \"occurred\":\"{day}\",\"recorded\":\"{day}T12:00:00Z\",\
         \"source\":{{\"who\":\"{who}\",\"attribution\":\"on_record\",\"grade\":\"B2\"}},\"data\":{data}}}\n"
    )
}

/// A meeting of which each side names another day and place.
fn quarrel() -> String {
    [
        event(1, "2025-01-01", "desk", "track_opened", r#"{"title":"T","kind":"summit","parties":["us","ru"]}"#),
        event(2, "2025-01-02", "us", "meeting_scheduled", r#"{"meeting":"m","when":"2025-06-01","venue":"Oslo"}"#),
        event(3, "2025-01-03", "ru", "claim_denied", "{\"claims\":[\"0199f3c0-5a00-7000-8000-000000000002\"]}"),
        event(4, "2025-01-04", "ru", "meeting_scheduled", r#"{"meeting":"m","when":"2025-07-01","venue":"Rome"}"#),
        event(5, "2025-01-05", "us", "claim_denied", "{\"claims\":[\"0199f3c0-5a00-7000-8000-000000000004\"]}"),
    ]
    .concat()
}

#[test]
fn readings_that_differ_in_date_or_place_alone_are_marked_and_shown() {
    let folder = Folder::new("dissent-compare");
    let log = folder.write("log.jsonl", quarrel());
    let ask = |more: &[&str]| run(&[&["compare", &log, "--reading", "side:us", "--reading", "side:ru"], more].concat());
    let outcome = ask(&[]);
    assert!(outcome.stdout.contains("differs: next, place"), "{}", outcome.stdout);
    assert!(outcome.stdout.contains("1 track, 1 on which the readings differ"), "{}", outcome.stdout);
    let csv = ask(&["--columns", "status,next,place", "--format", "csv", "--only-different"]).stdout;
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines[0], "track,side:us,side:us next,side:us place,side:ru,side:ru next,side:ru place");
    assert_eq!(lines[1], "t,scheduled,2025-06-01,Oslo,scheduled,2025-07-01,Rome");
    let json: serde_json::Value = serde_json::from_str(&ask(&["--format", "json"]).stdout).unwrap();
    assert_eq!(json[0]["differs"], true);
}

#[test]
fn why_and_show_list_every_dispute_of_the_track() {
    let journal = fixture("us-russia-2025.jsonl");
    for command in ["why", "show"] {
        let text = run(&[command, &journal, "--track", "us-ru/ministers"]).stdout;
        let place = |title: &str| text.find(title).unwrap_or_else(|| panic!("{command}: {title} is missing:\n{text}"));
        let bearing = place("Disputed, and it bears on the status:");
        assert!(bearing < place("says the same, outweighed"), "{text}");
        // The call of the ministers is another subject.
        assert!(bearing < place("Set aside elsewhere, since a denial outweighs it:"), "{text}");
    }
    let outcome = run(&["why", &journal, "--track", "us-ru/ministers", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    let because = |key: &str| -> Vec<serde_json::Value> {
        json[key].as_array().unwrap().iter().map(|dispute| dispute["because"].clone()).collect()
    };
    assert_eq!(because("contested"), ["supports"]);
    assert_eq!(because("disputes"), [serde_json::json!("supports"), serde_json::Value::Null]);
}

#[test]
fn the_history_of_a_meeting_shows_what_was_set_aside_and_marks_it() {
    let folder = Folder::new("dissent-history");
    let log = [
        event(1, "2025-01-02", "us", "meeting_scheduled", r#"{"meeting":"m","when":"2025-06-01"}"#),
        event(2, "2025-01-03", "the-paper", "meeting_cancelled", r#"{"meeting":"m"}"#),
        event(3, "2025-01-04", "ru", "claim_denied", "{\"claims\":[\"0199f3c0-5a00-7000-8000-000000000002\"]}"),
    ];
    let log = folder.write("log.jsonl", log.concat());
    let show = |more: &[&str]| run(&[&["show", &log, "--track", "t"], more].concat()).stdout;
    let shown = show(&[]);
    assert!(shown.contains("2025-01-03: cancelled, set aside (the-paper)"), "{shown}");
    // Under a reading that weighs nothing it counts.
    let shown = show(&["--reading", "latest"]);
    assert!(shown.contains("2025-01-03: cancelled (the-paper)"), "{shown}");
    let json: serde_json::Value = serde_json::from_str(&show(&["--format", "json"])).unwrap();
    let history = &json["meetings"][0]["history"];
    assert_eq!((&history[1]["standing"], &history[1]["phase"]), (&"set_aside".into(), &serde_json::Value::Null));
}
