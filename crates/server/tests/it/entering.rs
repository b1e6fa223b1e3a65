//! Entering events.

use serde_json::Value;

use super::support::{Api, id, stalled};

const EVENTS: &str = "/api/v1/events";

fn ids(api: &Api) -> Vec<String> {
    api.log()
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["id"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn an_event_that_is_entered_twice_is_stored_once() {
    let api = Api::over("");
    let line = stalled(Some(1), "us-ru");
    let (first, again) = (api.post(EVENTS, line.clone()), api.post(EVENTS, line));
    assert_eq!((first.status.as_u16(), again.status.as_u16()), (201, 200));
    assert_eq!(
        (&first.json()["events"][0]["is_new"], &again.json()["events"][0]["is_new"]),
        (&true.into(), &false.into())
    );
    assert_eq!(first.header("location"), format!("/api/v1/events/{}", id(1)));
    assert_eq!(ids(&api), [id(1)]);
    assert_eq!(api.json(first.header("location")), first.json()["events"][0]["event"]);
}

#[test]
fn a_retry_that_leaves_the_instant_to_the_server_is_the_same_event() {
    let api = Api::over(&(stalled(Some(7), "us-ru") + "\n"));
    let line = stalled(None, "us-ru").replacen('{', &format!("{{\"id\":\"{}\",", id(1)), 1);
    let (first, again) = (api.post(EVENTS, line.clone()), api.post(EVENTS, line.clone()));
    assert_eq!((first.status.as_u16(), again.status.as_u16()), (201, 200), "{}", again.body);
    assert_eq!(first.json()["events"][0]["event"], again.json()["events"][0]["event"]);
    assert_eq!(ids(&api), [id(7), id(1)]);
    let other = api.post(EVENTS, line.replace("2025-11", "2025-10"));
    // It names the event and its track, and not where the journal is.
    let expected = format!("duplicate id {}: another event on the track us-ru has it", id(1));
    assert_eq!(other.problem(409), expected);
    assert!(!other.body.contains("desk.jsonl"), "{}", other.body);
}

#[test]
fn nobody_is_told_where_a_journal_is_that_cannot_be_read() {
    let api = Api::over(&(stalled(Some(1), "us-ru") + "\n"));
    api.rewrite("this is no event\n");
    let refused = api.post(EVENTS, stalled(Some(2), "us-ru"));
    assert_eq!(refused.problem(503), "a line of the journal is no event");
    let page = api.get("/").body;
    assert!(page.contains("Cut off from the journal") && page.contains("a line of the journal is no event"), "{page}");
    for body in [page, api.get("/live").body, refused.body] {
        assert!(!body.contains("desk.jsonl"), "{body}");
    }
}

#[test]
fn one_event_lines_and_an_array_are_entered_alike() {
    let (one, other) = (stalled(Some(1), "us-ru/a"), stalled(Some(2), "us-ru/b"));
    let pretty = serde_json::to_string_pretty(&serde_json::from_str::<Value>(&one).unwrap()).unwrap();
    for body in [
        format!("{one}\n{other}\n"),
        format!("\n{one}\r\n\r\n{other}"),
        format!("[{one},{other}]"),
        format!(" [\n  {pretty},\n  {other}\n]\n"),
    ] {
        let api = Api::over("");
        assert_eq!(api.post(EVENTS, body.clone()).status, 201, "{body}");
        assert_eq!(ids(&api), [id(1), id(2)], "{body}");
    }
    let api = Api::over("");
    assert_eq!(api.post(EVENTS, pretty).status, 201);
    assert_eq!(ids(&api), [id(1)]);
}

#[test]
fn a_batch_is_entered_as_a_whole_or_not_at_all() {
    let api = Api::over(&(stalled(Some(2), "us-ru") + "\n"));
    let conflicting = stalled(Some(2), "us-ru/elsewhere");
    let batch = [stalled(Some(1), "us-ru"), conflicting, stalled(Some(3), "us-ru")].join("\n");
    let refused = api.post(EVENTS, batch);
    let problem = refused.problem(409);
    assert!(problem.contains(&id(2)), "{problem}");
    let broken = api.post(EVENTS, [stalled(Some(1), "us-ru"), "{}".to_owned()].join("\n"));
    broken.problem(422);
    assert_eq!(ids(&api), [id(2)]);
    assert_eq!(api.json("/api/v1/stats")["events"], 1);
}

#[test]
fn a_broken_event_says_where() {
    let api = Api::over("");
    let broken = stalled(Some(2), "us-ru").replace("2025-11", "2025-13");
    let lines = format!("{}\n{broken}", stalled(Some(1), "us-ru"));
    let array = format!("[\n{},\n{broken}]", stalled(Some(1), "us-ru"));
    let column = broken.find("\"2025-13").unwrap() + 1;
    for (body, line) in [(lines, 2), (array, 3)] {
        let reply = api.post(EVENTS, body);
        let problem = reply.problem(422);
        assert!(problem.contains("month 13"), "{problem}");
        let json = reply.json();
        assert_eq!((&json["line"], &json["column"]), (&line.into(), &column.into()), "{}", reply.body);
        assert_eq!(json["field"], "occurred");
    }
    let reply = api.post(EVENTS, "[1,\n2");
    assert!(reply.problem(422).starts_with("the array cannot be read"), "{}", reply.body);
    assert_eq!(reply.json()["line"], 2);
    for nothing in ["", "\n \n", "[]"] {
        assert!(api.post(EVENTS, nothing).problem(400).starts_with("there is no event in the body"));
    }
}

#[test]
fn a_version_that_is_not_the_track_s_is_refused_with_the_newer_ids() {
    let api = Api::over(&(stalled(Some(1), "us-ru") + "\n"));
    let version = api.get("/api/v1/tracks/us-ru").header("track-version").to_owned();
    assert_eq!(version, "1");
    assert_eq!(api.post(EVENTS, stalled(Some(2), "us-ru")).status, 201);
    let late = stalled(Some(3), "us-ru");
    for address in [format!("{EVENTS}?expected_version=1"), format!("{EVENTS}?expected_version=us-ru=1")] {
        let problem = api.post(&address, late.clone()).problem(412);
        assert!(problem.contains(&id(2)), "{problem}");
    }
    let problem = api.ask("POST", EVENTS, &[("if-match", "\"1\"")], late.clone()).problem(412);
    assert!(problem.contains(&id(2)), "{problem}");
    assert_eq!(ids(&api), [id(1), id(2)]);
    // What is there already is no conflict, whatever version it was entered by.
    assert_eq!(api.ask("POST", EVENTS, &[("if-match", "1")], stalled(Some(2), "us-ru")).status, 200);
    assert_eq!(api.ask("POST", EVENTS, &[("if-match", "2")], late).status, 201);
}

#[test]
fn each_track_of_a_batch_may_have_an_expected_version() {
    let api = Api::over(&(stalled(Some(1), "us-ru/a") + "\n"));
    let batch = [stalled(Some(2), "us-ru/a"), stalled(Some(3), "us-ru/b")].join("\n");
    let problem = api.post(&format!("{EVENTS}?expected_version=1"), batch.clone()).problem(400);
    assert!(problem.contains("on several tracks"), "{problem}");
    let wrong = format!("{EVENTS}?expected_version=us-ru/a=1&expected_version=us-ru/b=1");
    assert!(api.post(&wrong, batch.clone()).problem(412).contains("us-ru/b"));
    let right = format!("{EVENTS}?expected_version=us-ru/a=1&expected_version=us-ru/b=0");
    assert_eq!(api.post(&right, batch).status, 201);
    for wrong in ["W/\"x-1-1\"", "*", "", "us-ru"] {
        let problem = api.ask("POST", EVENTS, &[("if-match", wrong)], stalled(Some(9), "us-ru/a")).problem(400);
        assert!(problem.starts_with("If-Match: "), "{problem}");
    }
}

#[test]
fn a_dry_run_says_what_would_change_and_enters_nothing() {
    let api = Api::of_the_fixture();
    let before = api.log();
    let reply = api.post(&format!("{EVENTS}?dry_run=true"), stalled(None, "us-ru/leaders"));
    assert_eq!(reply.status, 200, "{}", reply.body);
    let json = reply.json();
    assert_eq!(json["changes"][0]["track"], "us-ru/leaders");
    assert_eq!(json["events"][0]["type"], "track_stalled");
    let slip = api.post(&format!("{EVENTS}?dry_run=true"), stalled(None, "us-ru/leadres")).json();
    assert!(slip["did_you_mean"][0].as_str().unwrap().contains("us-ru/leaders"), "{slip}");
    assert_eq!(api.log(), before);
    assert_eq!(api.post(&format!("{EVENTS}?dry_run=perhaps"), stalled(None, "us-ru")).status, 400);
}

#[test]
fn nobody_enters_anything_where_that_is_not_allowed() {
    let api = Api::opened(&(stalled(Some(1), "us-ru") + "\n"), true);
    assert!(api.post(EVENTS, stalled(None, "us-ru")).problem(403).contains("read-only"));
    assert_eq!(ids(&api), [id(1)]);
}
