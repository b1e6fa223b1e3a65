//! Entering events: from options, lines and batches, and the short forms.

use demarche_cli::Terminal;
use demarche_core::EventType;
use demarche_core::codec::{Reader, payload_fields};

use super::support::{Folder, Outcome, line, run, run_with};

/// A new journal, and command lines on it.
struct Desk {
    folder: Folder,
}

impl Desk {
    fn new(name: &str) -> Self {
        Self { folder: Folder::new(name) }
    }

    fn journal(&self) -> String {
        format!("{}/desk.jsonl", self.folder.path())
    }

    fn run(&self, command: &str, args: &[&str]) -> Outcome {
        run(&[&[command, "-j", &self.journal()], args].concat())
    }

    fn content(&self) -> String {
        std::fs::read_to_string(self.journal()).unwrap_or_default()
    }

    /// Enters an opening and a meeting; returns the ids of both.
    fn two_events() -> (Self, Vec<String>) {
        let desk = Self::new(&format!("record-{:?}", std::thread::current().id()).replace(['(', ')'], ""));
        std::fs::write(desk.journal(), [line(1, "us-ru/talks", "Talks"), line(2, "us-ru/talks", "Talks")].concat())
            .unwrap();
        let ids = (1..=2).map(|number| format!("0199f3c0-5a00-7000-8000-{number:012}")).collect();
        (desk, ids)
    }
}

const SOURCE: [&str; 4] = ["--who", "us/mfa", "--attribution", "on-record"];

/// A value that fits a field.
fn value_of(event_type: EventType, field: &str) -> &'static str {
    match (field, event_type) {
        ("outcome", EventType::TrackConcluded) => "agreed",
        ("kind", _) => "arms-control",
        ("when" | "until" | "deadline" | "effective", _) => "2026-05",
        ("parties" | "to" | "against", _) => "us,ru",
        ("by", _) => "us",
        ("format", _) => "in-person",
        ("level", _) => "ministers",
        ("answer", _) => "deferred",
        ("stage", _) => "in-principle",
        ("how", _) => "suspended",
        ("extent", _) => "partly",
        ("of", EventType::ExchangeCompleted) => "prisoners",
        ("of", _) => "sanctions",
        ("effect", _) => "imposed",
        ("mode", _) => "indirect",
        ("stance", _) => "open",
        ("claims" | "event", _) => "0199f3c0-5a00-7000-8000-000000000001",
        _ => "some-name",
    }
}

#[test]
fn every_type_is_entered_from_options() {
    let desk = Desk::new("record-types");
    for event_type in EventType::ALL.iter().filter(|event_type| !event_type.is_signed()) {
        let mut args = vec![event_type.as_str().replace('_', "-"), "us-ru".to_owned()];
        for field in payload_fields(*event_type) {
            args.extend([format!("--{}", field.name), value_of(*event_type, field.name).to_owned()]);
        }
        let args: Vec<&str> = args.iter().map(String::as_str).chain(SOURCE).collect();
        // The ids of a pinned clock and pinned randomness are all the same, so each type has its own journal.
        std::fs::remove_file(desk.journal()).ok();
        let outcome = desk.run("record", &args);
        assert_eq!((outcome.code, &*outcome.stderr), (0, ""), "{event_type}");
        let content = desk.content();
        let event = Reader::new(content.as_bytes()).next().unwrap().unwrap().event;
        assert_eq!(event.event_type(), *event_type);
        assert_eq!(demarche_core::codec::encode(&event) + "\n", content, "it is canonical");
        assert_eq!(outcome.stdout, format!("{}\n", event.id), "its id is printed");
    }
}

/// When the last entry of a journal of such entries is recorded, by the clock, which stands at the first instant of
/// 2026; and what is said of that.
fn recorded_behind(entries: &[&str], args: &[&str]) -> (String, String) {
    let desk = Desk::new(&format!("record-behind-{:?}", std::thread::current().id()).replace(['(', ')'], ""));
    let there: String = (1..)
        .zip(entries)
        .map(|(number, at)| line(number, "us-ru", "Talks").replace(&format!("2025-10-23T08:00:{number:02}Z"), at))
        .collect();
    std::fs::write(desk.journal(), there).unwrap();
    let outcome = desk.run("record", &[&["track-stalled", "us-ru"], &SOURCE[..], args].concat());
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    let content = desk.content();
    let last = Reader::new(content.as_bytes()).last().unwrap().unwrap().event;
    let dated = args.iter().rfind(|arg| arg.starts_with("20")).map(|instant| &instant[..10]);
    assert_eq!(last.occurred.as_str(), dated.unwrap_or("2026-01-01"));
    (last.recorded.to_string(), outcome.stderr)
}

#[test]
fn an_entry_is_recorded_now() {
    let (recorded, told) = recorded_behind(&["2025-12-31T23:59:59Z"], &[]);
    assert_eq!((&*recorded, &*told), ("2026-01-01T00:00:00Z", ""));
}

#[test]
fn an_entry_is_recorded_behind_one_of_the_same_instant() {
    let (recorded, told) = recorded_behind(&["2026-01-01T00:00:00Z"], &[]);
    assert_eq!((&*recorded, &*told), ("2026-01-01T00:00:00.000001Z", ""));
}

#[test]
fn an_entry_is_recorded_behind_one_of_a_clock_that_is_ahead_with_a_warning() {
    let (recorded, told) = recorded_behind(&["2026-01-01T12:00:00Z"], &[]);
    assert_eq!(recorded, "2026-01-01T12:00:00.000001Z");
    assert!(told.starts_with("warning[recorded-ahead]: ") && told.contains("later than the clock"), "{told}");
}

#[test]
fn an_entry_of_the_future_does_not_draw_others_after_it() {
    for future in ["2026-01-02T00:00:01Z", "2036-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z"] {
        let (recorded, told) = recorded_behind(&[future], &[]);
        assert_eq!(recorded, "2026-01-01T00:00:00Z");
        assert!(told.contains(future) && told.contains("the new one is recorded now"), "{told}");
        let (recorded, _) = recorded_behind(&["2026-01-01T00:00:07Z", future], &[]);
        assert_eq!(recorded, "2026-01-01T00:00:07.000001Z", "behind the last that is not of the future");
    }
}

#[test]
fn a_time_of_recording_in_the_future_is_kept_with_a_warning() {
    let (recorded, told) = recorded_behind(&[], &["--recorded", "2036-01-01T00:00:00Z"]);
    assert_eq!(recorded, "2036-01-01T00:00:00Z");
    assert!(told.contains("in the future of the clock"), "{told}");
}

#[test]
fn older_material_is_dated_as_it_is_whatever_is_in_the_journal() {
    let (_, told) = recorded_behind(&["2036-01-01T00:00:00Z"], &["--recorded", "2020-01-01T00:00:00Z"]);
    assert!(!told.contains("recorded-ahead"), "{told}");
}

/// A log whose event is recorded in the future of the clock.
fn log_of_the_future(folder: &Folder) -> String {
    folder.write("log.jsonl", line(1, "us-ru", "Talks").replace("2025-10-23T08:00:01Z", "2036-01-01T00:00:00Z"))
}

#[test]
fn events_of_the_future_are_told_wherever_they_come_in() {
    let folder = Folder::new("record-future");
    let log = log_of_the_future(&folder);
    let (told, first) = ("warning[recorded-ahead]: ", "0199f3c0-5a00-7000-8000-000000000001");
    let events = folder.write("events.json", run(&["export", "cloudevents", &log]).stdout);
    for args in
        [&["merge", &log][..], &["import", "cloudevents", &events], &["import", "cloudevents", &events, "--dry-run"]]
    {
        let outcome = run(args);
        assert!(outcome.code == 0 && outcome.stderr.contains(told), "{args:?}: {}", outcome.stderr);
        assert!(outcome.stderr.contains(first), "{args:?}: {}", outcome.stderr);
    }
}

#[test]
fn check_warns_of_events_of_the_future() {
    let folder = Folder::new("record-future-check");
    let log = log_of_the_future(&folder);
    let outcome = run(&["check", &log, "--today", "now", "--format", "jsonl"]);
    assert!(outcome.stdout.contains("\"recorded-ahead\""), "{}", outcome.stdout);
    assert_eq!(run(&["check", &log, "--today", "now", "--strict"]).code, 1);
}

#[test]
fn check_knows_no_future_unless_it_is_given_the_clock() {
    let folder = Folder::new("record-future-unclocked");
    let log = log_of_the_future(&folder);
    for today in [&["--today", "2030-01-01"][..], &[]] {
        let outcome = run(&[&["check", &log], today].concat());
        assert!(!outcome.stdout.contains("recorded-ahead"), "{today:?}: {}", outcome.stdout);
    }
}

#[test]
fn a_dry_run_shows_what_would_change_and_writes_nothing() {
    let (desk, _) = Desk::two_events();
    let before = desk.content();
    let args = ["meeting-scheduled", "us-ru/talks", "--meeting", "round-1", "--when", "2026-06", "--dry-run"];
    let outcome = desk.run("record", &[&args[..], &SOURCE].concat());
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert!(outcome.stdout.contains("now scheduled since 1 January 2026"), "{}", outcome.stdout);
    assert_eq!(desk.content(), before);
}

#[test]
fn what_is_wrong_is_refused_with_a_way_on() {
    let (desk, _) = Desk::two_events();
    let before = desk.content();
    for (command, args, code, says) in [
        (
            "record",
            &["meeting-cancelled", "us-ru/talks", "--venue", "x"][..],
            2,
            "meeting-cancelled takes no --venue: its fields are --meeting, --by, --reason",
        ),
        ("record", &["meeting-cancelled", "us-ru/talks"], 2, "meeting-cancelled needs --meeting"),
        ("record", &["meeting-scheduled", "us-ru/talks", "--meeting", "m", "--when", "2026-13"], 2, "month 13"),
        ("record", &["meeting-mislaid", "us-ru/talks"], 2, "meeting-cancelled"),
        ("record", &["track-stalled", "us-ru/talks", "--expect-version", "1"], 1, "has 2 lines, and not 1"),
        ("record", &["--json", "{}"], 2, "missing field `type`"),
        ("retract", &["0199f3c0", "--reason", "x"], 2, "2 events have ids that begin"),
        ("deny", &["ffffffff"], 2, "no event has an id"),
    ] {
        let outcome = desk.run(command, &[args, &SOURCE[..]].concat());
        assert_eq!((outcome.code, &*outcome.stdout), (code, ""), "{args:?}: {}", outcome.stderr);
        assert!(outcome.stderr.contains(says), "{args:?}: {}", outcome.stderr);
        assert_eq!(desk.content(), before, "{args:?}");
    }
}

#[test]
fn a_claim_about_a_claim_needs_a_speaker() {
    let (desk, ids) = Desk::two_events();
    let outcome = desk.run("deny", &[&ids[0]]);
    assert!(outcome.code == 2 && outcome.stderr.contains("--who is missing"), "{}", outcome.stderr);
}

#[test]
fn a_file_of_another_kind_is_no_journal() {
    let desk = Desk::new("record-notes");
    let elsewhere = format!("{}/notes.txt", desk.folder.path());
    let outcome = run(&[&["record", "-j", &elsewhere, "track-stalled", "a"], &SOURCE[..]].concat());
    assert!(outcome.code == 2 && outcome.stderr.contains("is no journal"), "{}", outcome.stderr);
}

#[test]
fn the_short_forms_act_on_the_events_they_name() {
    let (desk, ids) = Desk::two_events();
    for (command, args, event_type) in [
        ("deny", &[&*ids[1], "--who", "ru/mfa", "--attribution", "on-record"][..], "claim_denied"),
        ("confirm", &[&*ids[1], "--who", "hu", "--attribution", "media"], "claim_confirmed"),
        ("withdraw", &[&*ids[1], "--summary", "misheard"], "claim_withdrawn"),
        ("retract", &[&*ids[0], "--reason", "entered twice"], "event_retracted"),
    ] {
        let whole = desk.content();
        let outcome = desk.run(command, args);
        assert_eq!(outcome.code, 0, "{command}: {}", outcome.stderr);
        let content = desk.content();
        let last = Reader::new(content.as_bytes()).last().unwrap().unwrap().event;
        assert_eq!((last.event_type().as_str(), last.track.as_str()), (event_type, "us-ru/talks"));
        assert!(args[0].contains(&last.data.targets()[0].to_string()));
        if command == "withdraw" {
            assert_eq!(last.source.who.as_str(), "us/embassy", "it is the claim's own source that takes it back");
        }
        // The next has the same id, by the pinned clock: it gets a journal without this one.
        std::fs::write(desk.journal(), whole).unwrap();
    }
}

fn enter_batch(desk: &Desk, lines: &str) -> Outcome {
    run_with(&["record", "-j", &desk.journal(), "--batch"], lines.as_bytes(), Terminal::default())
}

#[test]
fn a_batch_that_is_entered_twice_is_there_once() {
    let desk = Desk::new("record-batch");
    let batch = [line(1, "a", "A"), line(2, "b", "B")].concat();
    let outcome = enter_batch(&desk, &batch);
    assert_eq!((outcome.code, outcome.stdout.lines().count()), (0, 2));
    assert_eq!(desk.content(), batch);
    let again = enter_batch(&desk, &batch);
    assert_eq!((again.code, again.stderr.matches("was there already").count()), (0, 2));
    assert_eq!(desk.content(), batch);
}

#[test]
fn a_batch_with_a_wrong_line_is_refused_whole() {
    let desk = Desk::new("record-batch-wrong");
    let batch = [line(1, "a", "A"), line(2, "b", "B")].concat();
    assert_eq!(enter_batch(&desk, &batch).code, 0);
    for wrong in [format!("{}{{}}\n", line(3, "c", "C")), [line(3, "c", "C"), line(2, "b", "other")].concat()] {
        let outcome = enter_batch(&desk, &wrong);
        assert_eq!(outcome.code, 1, "{}", outcome.stderr);
        assert_eq!(desk.content(), batch);
    }
}

/// A journal whose last line is torn, and what is whole of it.
fn torn() -> (Desk, String) {
    let (desk, _) = Desk::two_events();
    let whole = desk.content();
    std::fs::write(desk.journal(), format!("{whole}{{\"id\":\"0199")).unwrap();
    (desk, whole)
}

#[test]
fn a_dry_run_does_not_mend_a_torn_line() {
    let (desk, _) = torn();
    let before = desk.content();
    let outcome = desk.run("record", &[&["track-stalled", "us-ru/talks", "--dry-run"], &SOURCE[..]].concat());
    assert_eq!(outcome.code, 1, "{}", outcome.stderr);
    assert_eq!(desk.content(), before);
}

#[test]
fn a_torn_line_is_told_and_kept() {
    let (desk, whole) = torn();
    let outcome = desk.run("record", &[&["track-stalled", "us-ru/talks"], &SOURCE[..]].concat());
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert!(outcome.stderr.contains("line 3") && outcome.stderr.contains("desk.jsonl.torn"), "{}", outcome.stderr);
    let content = desk.content();
    assert!(content.starts_with(&whole) && content.lines().count() == 3, "{content}");
    assert_eq!(std::fs::read_to_string(format!("{}.torn", desk.journal())).unwrap(), "{\"id\":\"0199");
}

#[test]
fn a_slip_in_the_name_of_a_track_is_asked_about() {
    let (desk, _) = Desk::two_events();
    let outcome = desk.run("record", &[&["track-stalled", "us-ru/talsk", "--dry-run"], &SOURCE[..]].concat());
    assert!(outcome.stderr.contains("did you mean us-ru/talks?"), "{}", outcome.stderr);
}

#[test]
fn a_slip_in_the_name_of_an_actor_is_asked_about() {
    let (desk, _) = Desk::two_events();
    let outcome = desk.run("record", &["track-stalled", "us-ru/talks", "--who", "us/embasy", "--attribution", "media"]);
    assert!(outcome.stderr.contains("did you mean us/embassy?"), "{}", outcome.stderr);
}

#[test]
fn the_first_event_of_a_batch_makes_its_names_known() {
    let (desk, _) = Desk::two_events();
    let batch = [line(8, "us-ru/talks", "A"), line(9, "us-ru/talks", "B")].concat().replace("us/embassy", "us/embasy");
    let args = ["record", "-j", &desk.journal(), "--batch", "--dry-run"];
    let outcome = run_with(&args, batch.as_bytes(), Terminal::default());
    assert_eq!(outcome.stderr.matches("the actor us/embasy is new").count(), 1, "{}", outcome.stderr);
}

#[test]
fn the_help_of_a_type_and_its_errors_name_the_same_words() {
    let (desk, _) = Desk::two_events();
    for (given, option) in [
        (&["track-opened", "a", "--title", "x", "--kind", "?", "--parties", "us"][..], "kind"),
        (&["meeting-proposed", "a", "--meeting", "m", "--format", "?"], "format"),
        (&["meeting-proposed", "a", "--meeting", "m", "--level", "?"], "level"),
        (&["meeting-proposed", "a", "--meeting", "m", "--mode", "?"], "mode"),
        (&["proposal-answered", "a", "--proposal", "p", "--by", "us", "--answer", "?"], "answer"),
        (&["agreement-reached", "a", "--agreement", "g", "--stage", "?"], "stage"),
        (&["agreement-ended", "a", "--agreement", "g", "--how", "?"], "how"),
        (&["measure-taken", "a", "--measure", "m", "--of", "?", "--effect", "eased", "--by", "us"], "of"),
        (&["exchange-completed", "a", "--exchange", "m", "--of", "?"], "of"),
        (&["statement-made", "a", "--summary", "s", "--stance", "?"], "stance"),
    ] {
        let refused = desk.run("record", &[given, &SOURCE[..]].concat());
        let words = refused.stderr.lines().next().and_then(|line| line.split_once("one of: ")).map(|(_, words)| words);
        let words = words.unwrap_or_else(|| panic!("{given:?}: {}", refused.stderr));
        assert!(refused.stderr.starts_with(&format!("error: --{option}: ")), "{}", refused.stderr);
        assert!(!words.contains('_'), "{words}");
        let help = run(&["record", given[0], "--help"]).stdout;
        let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(help.contains(&format!("one of: {words}")), "{words} in {help}");
    }
}

#[test]
fn the_help_and_its_errors_name_the_same_types() {
    let (desk, _) = Desk::two_events();
    let all = run(&["record", "--help"]).stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    let refused = desk.run("record", &["no-such", "a"]).stderr;
    let types = refused.lines().next().and_then(|line| line.split_once("one of: ")).map(|(_, types)| types).unwrap();
    assert!(all.contains(types), "{types} in {all}");
}
