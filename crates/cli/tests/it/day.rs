//! A desk's day: entering claims with little to type, and naming entries as people see them.

use super::support::{Folder, Outcome, run, run_with};
use demarche_cli::Terminal;
use demarche_core::Instant;

/// A journal with a track, a meeting that was announced, and what it cites.
struct Desk(Folder);

impl Desk {
    fn new(name: &str) -> Self {
        let desk = Self(Folder::new(&format!("day-{name}")));
        desk.done(
            &["record", "track-opened", "a-b/talks", "--title", "Talks", "--kind", "negotiation"],
            &["--parties", "a,b", "--who", "desk", "--attribution", "document", "--recorded", "2025-04-10"],
        );
        desk.done(
            &["record", "meeting-scheduled", "a-b/talks", "--meeting", "m", "--when", "2025-05-01"],
            &[
                "--who",
                "a/mfa",
                "--via",
                "courier",
                "--attribution",
                "on-record",
                "--grade",
                "B2",
                "--cite",
                "csv:7 https://example.org/1#7",
                "--recorded",
                "2025-04-12",
            ],
        );
        desk
    }

    fn path(&self) -> String {
        format!("{}/desk.jsonl", self.0.path())
    }

    fn run(&self, command: &[&str], rest: &[&str]) -> Outcome {
        run(&[command, &["-j", &self.path()], rest].concat())
    }

    /// Runs a command that must succeed, and returns the last line of the journal.
    fn done(&self, command: &[&str], rest: &[&str]) -> serde_json::Value {
        let outcome = self.run(command, rest);
        assert_eq!(outcome.code, 0, "{}", outcome.stderr);
        self.last()
    }

    fn lines(&self) -> Vec<serde_json::Value> {
        let text = std::fs::read_to_string(self.path()).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn last(&self) -> serde_json::Value {
        self.lines().pop().unwrap()
    }
}

const STATEMENT: &str = concat!(
    r#"{"type":"statement_made","track":"a-b/talks","occurred":"2025-04-14","#,
    r#""source":{"who":"a","attribution":"media"},"data":{"summary":"s"}}"#
);

#[test]
fn an_entry_is_named_by_its_number_its_id_what_it_cites_or_its_row() {
    let desk = Desk::new("named");
    let id = desk.last()["id"].as_str().unwrap().to_owned();
    for name in ["#2", "last", "csv:7", "https://example.org/1#7", &id, &id[id.len() - 8..]] {
        let denied = desk.run(&["deny", name, "--who", "b", "--attribution", "media", "--dry-run"], &[]);
        assert!(denied.stderr.contains("denying #2"), "{name}: {}", denied.stderr);
    }
}

#[test]
fn a_name_of_several_entries_or_of_none_is_refused() {
    let desk = Desk::new("misnamed");
    let id = desk.last()["id"].as_str().unwrap().to_owned();
    let twice = desk.run(&["deny", &id[..8], "--who", "b", "--attribution", "media"], &[]);
    assert!(twice.code == 2 && twice.stderr.contains("2 events have ids that begin or end"), "{}", twice.stderr);
    let none = desk.run(&["deny", "csv:8", "--who", "b", "--attribution", "media"], &[]);
    assert!(none.code == 2 && none.stderr.contains("no event cites \"csv:8\""), "{}", none.stderr);
    desk.done(&["record", "track-stalled", "a-b/talks", "--like", "last"], &[]);
    let several = desk.run(&["deny", "csv:7", "--who", "b", "--attribution", "media"], &[]);
    assert!(several.stderr.contains("2 events cite \"csv:7\": #2, #3"), "{}", several.stderr);
}

#[test]
fn an_entry_that_is_not_there_is_told_as_it_is() {
    let folder = Folder::new("day-empty");
    let journal = folder.write("desk.jsonl", "");
    let deny = |name: &str| run(&["deny", name, "-j", &journal, "--who", "b", "--attribution", "media"]).stderr;
    assert!(deny("#1").contains("there is no entry #1 in") && deny("#1").contains("it has none"), "{}", deny("#1"));
    assert!(deny("last").contains("there is no last entry yet"));
}

#[test]
fn words_in_errors_are_those_of_the_help() {
    for args in [
        &["meeting-hold", "a", "--who", "a", "--attribution", "media"][..],
        &["track-stalled", "a", "--who", "a", "--attribution", "on-recor"],
    ] {
        let told = run(&[&["record", "-j", "desk.jsonl"], args].concat()).stderr;
        assert!(told.contains("meeting-held") || told.contains("on-record,"), "{told}");
        assert!(!told.contains('_'), "{told}");
    }
}

#[test]
fn what_one_article_says_is_entered_with_its_source_once() {
    let desk = Desk::new("like");
    let cancelled = desk.done(
        &["record", "meeting-cancelled", "a-b/talks", "--meeting", "m"],
        &["--by", "b", "--like", "#2", "--who", "b/mfa", "--recorded", "2025-04-12"],
    );
    assert_eq!(
        cancelled["source"],
        serde_json::json!({
            "who": "b/mfa", "via": "courier", "attribution": "on_record", "grade": "B2"
        })
    );
    assert_eq!(cancelled["cite"], "csv:7 https://example.org/1#7");
    assert_eq!(cancelled["occurred"], "2025-04-12");
    let denied = desk.done(&["deny", "#3", "--like", "#2"], &[]);
    assert_eq!(denied["source"]["who"], "a/mfa");
}

#[test]
fn an_entry_of_a_day_is_recorded_behind_the_others_of_that_day() {
    let desk = Desk::new("recorded");
    let resumed = desk.done(
        &["record", "track-resumed", "a-b/talks", "--who", "a", "--attribution", "media"],
        &["--recorded", "2025-04-12"],
    );
    assert_eq!(resumed["occurred"], "2025-04-12");
    assert_eq!(resumed["recorded"], "2025-04-12T23:59:00.000001Z");
}

#[test]
fn a_time_of_recording_gives_the_day_of_the_event() {
    let desk = Desk::new("recorded-day");
    let at = desk.done(
        &["record", "track-stalled", "a-b/talks", "--who", "a", "--attribution", "media"],
        &["--recorded", "2025-04-13T08:00:00Z"],
    );
    assert_eq!((&at["occurred"], &at["recorded"]), (&"2025-04-13".into(), &"2025-04-13T08:00:00Z".into()));
    let confirmed =
        desk.done(&["confirm", "#2", "--who", "b", "--attribution", "media"], &["--recorded", "2025-04-20"]);
    assert_eq!(confirmed["occurred"], "2025-04-20");
}

#[test]
fn a_time_of_recording_that_is_no_day_is_refused() {
    let desk = Desk::new("recorded-slip");
    for slip in ["yesterday", "2025-04", "2025-04-31", "0000-01-01", "2025-04-1X"] {
        let refused = desk.run(
            &["record", "track-stalled", "a-b/talks", "--who", "a"],
            &["--attribution", "media", "--recorded", slip],
        );
        assert!(refused.code == 2 && refused.stderr.contains("expected a day such as"), "{slip}: {}", refused.stderr);
    }
}

fn enter_batch(desk: &Desk, lines: &str) -> Outcome {
    run_with(&["record", "--batch", "-j", &desk.path()], lines.as_bytes(), Terminal::default())
}

#[test]
fn lines_need_no_id_no_version_and_no_time_of_recording() {
    let desk = Desk::new("lines");
    let entered = desk.done(&["record", "--json", STATEMENT], &[]);
    assert_eq!(entered["v"], 3);
    let lines = format!("{STATEMENT}\n\n{}\n", STATEMENT.replace("\"s\"", "\"t\""));
    assert_eq!(enter_batch(&desk, &lines).code, 0);
    let recorded: Vec<Instant> =
        desk.lines().iter().map(|line| line["recorded"].as_str().unwrap().parse().unwrap()).collect();
    assert!(recorded.is_sorted_by(|one, other| one < other), "{recorded:?}");
}

#[test]
fn an_error_in_a_batch_names_the_line_as_it_was_given() {
    let desk = Desk::new("lines-broken");
    let broken = enter_batch(&desk, &format!("{STATEMENT}\n\n{}\n", STATEMENT.replace("\"s\"", "7")));
    assert!(broken.stderr.contains("<stdin>:3:"), "{}", broken.stderr);
    assert!(broken.stderr.contains("\"summary\":7"), "{}", broken.stderr);
}

#[test]
fn a_batch_may_begin_with_a_byte_order_mark() {
    let desk = Desk::new("lines-marked");
    let marked = enter_batch(&desk, &format!("\u{feff}{STATEMENT}\n"));
    assert_eq!(marked.code, 0, "{}", marked.stderr);
}

#[test]
fn what_can_be_left_out_of_a_line_is_not_missed() {
    let desk = Desk::new("lines-missed");
    assert!(enter_batch(&desk, "{}").stderr.contains("missing field `type`"));
}

#[test]
fn what_is_no_event_is_refused_in_a_batch() {
    let desk = Desk::new("lines-nothing");
    for nothing in ["{}", "{\"type\":\"track_stalled\"", "[]", "7"] {
        assert_eq!(enter_batch(&desk, nothing).code, 1, "{nothing}");
    }
}

#[test]
fn a_retry_is_no_conflict_whatever_version_is_expected() {
    let desk = Desk::new("retry");
    let line = STATEMENT.replacen(
        '{',
        r#"{"id":"0199f3c0-5a00-7000-8000-000000000009","v":3,"recorded":"2025-04-14T08:00:00Z","#,
        1,
    );
    let args = ["record", "--json", &line, "--expect-version", "2"];
    assert_eq!(desk.run(&args, &[]).code, 0);
    let again = desk.run(&args, &[]);
    assert_eq!(again.code, 0, "{}", again.stderr);
    assert!(again.stderr.contains("was there already") && !again.stderr.contains("said-already"), "{}", again.stderr);
    let other = desk.run(&["record", "--json", STATEMENT, "--expect-version", "1"], &[]);
    assert!(other.code == 1 && other.stderr.contains("has 3 lines, and not 1"), "{}", other.stderr);
}

#[test]
fn the_same_claim_entered_twice_gets_a_remark() {
    let desk = Desk::new("twice");
    assert!(!desk.run(&["record", "--json", STATEMENT], &[]).stderr.contains("said-already"));
    let again = desk.run(&["record", "--json", STATEMENT], &[]);
    assert!(again.stderr.contains("warning[said-already]: #3 says the same"), "{}", again.stderr);
    for other in
        [("\"s\"", "\"t\""), ("2025-04-14", "2025-04-15"), ("\"who\":\"a\"", "\"who\":\"b\""), ("a-b/talks", "a-b")]
    {
        let other = desk.run(&["record", "--json", &STATEMENT.replace(other.0, other.1), "--dry-run"], &[]);
        assert!(!other.stderr.contains("said-already"), "{}", other.stderr);
    }
}

#[test]
fn a_dry_run_tells_what_an_entry_would_have_changed_by_its_day() {
    let desk = Desk::new("dry");
    let held = ["record", "meeting-held", "a-b/talks", "--meeting", "m", "--who", "a", "--attribution", "media"];
    let then = desk.run(&held, &["--occurred", "2025-05-01", "--dry-run", "--as-of", "2025-05-01"]);
    assert!(then.stdout.contains("was scheduled, now active since 1 May 2025"), "{}", then.stdout);
    let before = desk.run(&held, &["--occurred", "2025-05-01", "--dry-run", "--as-of", "2025-04-30"]);
    assert!(before.stdout.contains("nothing changed\n"), "{}", before.stdout);
    let said = desk.run(&["record", "--json", STATEMENT, "--dry-run"], &[]);
    assert!(said.stdout.contains("nothing changed but the events of 1 track"), "{}", said.stdout);
    assert_eq!(desk.run(&held, &["--as-of", "2025-05-01"]).code, 2);
}

#[test]
fn the_help_of_a_type_lists_its_fields_and_their_words() {
    let help = run(&["record", "meeting-held", "--help"]).stdout;
    assert!(help.contains("one of: direct, indirect") && help.contains("* a name of one word"), "{help}");
    assert!(!help.contains("--deadline"), "{help}");
    let all = run(&["record", "--help"]).stdout;
    assert!(all.contains("--deadline"), "{all}");
    let of = all.split("--of <VALUE>").nth(1).and_then(|rest| rest.split("--outcome").next()).unwrap();
    assert!(of.contains("prisoners") && of.contains("tariffs"), "{of}");
}

#[test]
fn hyphens_of_a_text_stay_though_another_type_has_a_word_there() {
    let desk = Desk::new("hyphens");
    let held = desk.done(
        &["record", "meeting-held", "a-b/talks", "--meeting", "m", "--outcome", "face-to-face"],
        &["--who", "a", "--attribution", "on-record"],
    );
    assert_eq!(held["data"]["outcome"], "face-to-face");
}
