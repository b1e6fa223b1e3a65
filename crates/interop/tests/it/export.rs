//! What is exported from the seed is what was looked at, and the text of events stays text in every format.
//! `DEMARCHE_BLESS=1` takes what the formats give now: read the difference.

use std::path::Path;

use demarche_core::Edtf;
use demarche_core::codec::{Reader, encode};
use demarche_core::strategy;
use demarche_interop::export::digest::Digest;
use demarche_interop::export::flat::Table;
use demarche_interop::export::timeline::{Options, Timeline};
use demarche_interop::export::{ExportError, ics, json_ld, parquet, schema};
use demarche_projection::narrate::Names;
use demarche_projection::query::{Query, Reading};
use demarche_projection::{Fold, LogChanged};

use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;

use demarche_interop::import::Format;

use super::support::{import, same, samples, text};

/// The folds of a fixture.
fn fold(name: &str) -> Fold {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures").join(name);
    fold_of(&std::fs::read_to_string(path).unwrap())
}

fn fold_of(log: &str) -> Fold {
    Fold::of(Reader::new(log.as_bytes()).map(|entry| entry.unwrap().event)).unwrap()
}

fn written(write: impl FnOnce(&mut dyn std::io::Write) -> Result<(), ExportError>) -> String {
    let mut out = Vec::new();
    write(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// What each format makes of a fold, by the name of its file.
fn exports(fold: &Fold) -> Vec<(&'static str, String)> {
    let query = Query::default();
    let dossiers = fold.dossiers(&query).unwrap();
    let options = Options { known: true, ..Options::default() };
    let timeline = Timeline::new(fold, &query, |_| true, &Names::default(), &options).unwrap();
    let last = fold.last_recorded().unwrap().date().pred_opt().unwrap();
    let before = Query { known_at: Edtf::day(last).unwrap().latest(), ..Query::default() };
    let changed = fold.differing(&[before, query.clone()]).unwrap();
    let digest = Digest::new("What changed", changed.into_iter().map(Ok), &Names::default()).unwrap();
    let states = || Table::of_states(dossiers.iter().map(|dossier| Ok(&dossier.state)));
    let events = || Table::of_events(fold.events());
    vec![
        ("ics", ics::calendar(fold, &query, &dossiers, &Names::default()).unwrap().text),
        ("svg", timeline.svg()),
        ("html", timeline.html()),
        ("digest.md", digest.markdown()),
        ("digest.html", digest.html()),
        ("states.csv", written(|out| states().write_csv(out))),
        ("states.jsonl", written(|out| states().write_jsonl(out))),
        ("events.csv", written(|out| events().write_csv(out))),
        ("events.jsonl", written(|out| events().write_jsonl(out))),
        ("jsonld", json_ld::document(&dossiers)),
        ("schema.json", format!("{:#}\n", schema::of_event())),
    ]
}

/// A brief of everything that there is.
fn brief_of_all(title: &str, fold: &Fold) -> String {
    let dossiers = fold.dossiers(&Query::default()).unwrap();
    Digest::new(title, dossiers.into_iter().map(|after| Ok((None, Some(after)))), &Names::default()).unwrap().markdown()
}

/// A calendar of everything that there is.
fn calendar_of_all(fold: &Fold) -> String {
    let query = Query::default();
    ics::calendar(fold, &query, &fold.dossiers(&query).unwrap(), &Names::default()).unwrap().text
}

/// Holds what a fold gives against the golden files of a name.
#[track_caller]
fn golden(name: &str, found: Vec<(&'static str, String)>) {
    for (ending, found) in found {
        let name = format!("{name}.{ending}");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/export").join(&name);
        if std::env::var_os("DEMARCHE_BLESS").is_some() {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, &found).unwrap();
        }
        same(&found, &std::fs::read_to_string(&path).unwrap_or_default(), &name);
    }
}

#[test]
fn the_seed_gives_what_was_looked_at() {
    golden("us-russia-2025", exports(&fold("us-russia-2025.jsonl")));
}

#[test]
fn imported_samples_give_what_was_looked_at() {
    for (name, format) in samples() {
        if matches!(format, Format::HistoryAtState | Format::Gdelt) {
            let fold = Fold::of(import(format, &text(name)).0).unwrap();
            let endings = ["ics", "svg", "digest.md", "states.csv", "jsonld"];
            golden(name, exports(&fold).into_iter().filter(|(ending, _)| endings.contains(ending)).collect());
        }
    }
}

#[test]
fn a_brief_calls_actors_and_meetings_by_their_names() {
    let fold = fold("us-russia-2025.jsonl");
    let brief = brief_of_all("x", &fold);
    let lines: Vec<&str> = brief.lines().filter(|line| line.starts_with("- ") && !line.starts_with("- **")).collect();
    let denied = "- Peskov (Russia, Kremlin) (B2) denies what The Telegraph said, that the meeting summit-2 is off";
    assert!(lines.iter().any(|line| line.starts_with(denied)), "{lines:#?}");
    let meeting = "- Meeting summit-2 (“A second summit of the two presidents”): proposed";
    assert!(lines.contains(&meeting), "{lines:#?}");
    assert!(!lines.iter().any(|line| line.contains("ru/kremlin")), "{lines:#?}");
}

/// An event on a meeting; `data` is what follows the meeting's name.
fn on_meeting(number: u32, event_type: &str, text: &str, data: &str) -> String {
    let text = serde_json::to_string(text).unwrap();
    format!(
        "{{\"id\":\"0199f3c0-5a00-7000-8000-{number:012}\",\"v\":1,\"type\":\"{event_type}\",\"track\":\"a-b\",\
         \"occurred\":\"2025-10-{number:02}\",\"recorded\":\"2025-10-{number:02}T08:00:00Z\",\
         \"source\":{{\"who\":\"a\",\"attribution\":\"on_record\"}},\"cite\":{text},\"note\":{text},\
         \"data\":{{\"meeting\":\"round\"{data}}}}}\n"
    )
}

/// A journal all of whose free text is the given one.
pub(crate) fn journal_of(text: &str) -> String {
    let json = serde_json::to_string(text).unwrap();
    let opened = format!(
        "{{\"id\":\"0199f3c0-5a00-7000-8000-000000000009\",\"v\":1,\"type\":\"track_opened\",\"track\":\"a-b\",\
         \"occurred\":\"2025-10-09\",\"recorded\":\"2025-10-09T08:00:00Z\",\
         \"source\":{{\"who\":\"a\",\"attribution\":\"on_record\"}},\"cite\":{json},\
         \"data\":{{\"title\":{json},\"kind\":\"summit\",\"parties\":[\"a\",\"b\"]}}}}\n"
    );
    let details = format!(",\"title\":{json},\"venue\":{json},\"when\":\"2025-11-05\"");
    let reason = format!(",\"reason\":{json}");
    [
        opened,
        on_meeting(10, "meeting_scheduled", text, &details),
        on_meeting(11, "meeting_postponed", text, &reason),
        on_meeting(12, "meeting_rescheduled", text, ",\"when\":\"2025-12\""),
    ]
    .concat()
}

#[test]
fn text_cannot_break_out_of_a_calendar() {
    for text in ["x\r\nATTENDEE:mailto:evil@example.org\r\nEND:VEVENT", "a;b,c\\n:d\"", "\u{85}\u{2028}ATTENDEE:x"] {
        let fold = fold_of(&journal_of(text));
        let calendar = calendar_of_all(&fold);
        let lines = || calendar.split("\r\n");
        assert_eq!(lines().filter(|line| *line == "END:VEVENT").count(), 1, "{calendar}");
        assert!(!lines().any(|line| line.starts_with("ATTENDEE")), "{calendar}");
        assert!(!calendar.replace("\r\n", "").contains(['\r', '\n', '\u{85}', '\u{2028}']), "{calendar:?}");
        assert!(lines().all(|line| line.len() <= 75), "{calendar}");
    }
}

/// Events on one track, recorded one day after the other, each of a type with its data.
fn track_of(events: &[(&str, &str)]) -> Fold {
    let line = |(number, (event_type, data)): (usize, &(&str, &str))| {
        let day = number + 1;
        format!(
            "{{\"id\":\"0199f3c0-5a00-7000-8000-{day:012}\",\"v\":2,\"type\":\"{event_type}\",\"track\":\"a-b\",\
             \"occurred\":\"2025-10-{day:02}\",\"recorded\":\"2025-10-{day:02}T08:00:00Z\",\
             \"source\":{{\"who\":\"a\",\"attribution\":\"on_record\"}},\"data\":{data}}}\n"
        )
    };
    fold_of(&events.iter().enumerate().map(line).collect::<String>())
}

/// The entries of a calendar, each as its lines, unfolded. The last word counts, whoever denies it.
fn entries(fold: &Fold) -> Vec<Vec<String>> {
    let query = Query { reading: Reading::Latest, ..Query::default() };
    let calendar = ics::calendar(fold, &query, &fold.dossiers(&query).unwrap(), &Names::default())
        .unwrap()
        .text
        .replace("\r\n ", "");
    let entries = calendar.split("BEGIN:VEVENT\r\n").skip(1);
    entries.map(|entry| entry.split_terminator("\r\n").map(str::to_owned).collect()).collect()
}

#[track_caller]
fn has(entry: &[String], lines: &[&str]) {
    for line in lines {
        assert!(entry.iter().any(|found| found == line), "{line} in {entry:#?}");
    }
}

const DATES: [(&str, &str); 5] = [
    ("proposal_made", r#"{"proposal":"swap","by":"a","summary":"S","deadline":"2025-11-05"}"#),
    (
        "measure_taken",
        r#"{"measure":"tariffs","of":"tariffs","effect":"announced","by":"a","effective":"2025-11-10/2025-11-12"}"#,
    ),
    ("measure_taken", r#"{"measure":"ban","of":"tariffs","effect":"threatened","by":"a","effective":"2025-11-30"}"#),
    ("agreement_reached", r#"{"agreement":"swap","stage":"signed","until":"2026-02-05"}"#),
    ("meeting_scheduled", r#"{"meeting":"swap","when":"2025-12-01"}"#),
];

#[test]
fn a_calendar_holds_deadlines_measures_and_ends_of_agreements_as_whole_days() {
    let entries = entries(&track_of(&DATES));
    let [meeting, deadline, measure, threat, agreement] = &entries[..] else { panic!("{entries:#?}") };
    let whole_day = |day: &str, next: &str| [format!("DTSTART;VALUE=DATE:{day}"), format!("DTEND;VALUE=DATE:{next}")];
    for (entry, summary, status, [start, end]) in [
        (deadline, "SUMMARY:Answer due: Swap", "STATUS:CONFIRMED", whole_day("20251105", "20251106")),
        (measure, "SUMMARY:Measure takes effect: Tariffs", "STATUS:TENTATIVE", whole_day("20251110", "20251113")),
        (threat, "SUMMARY:Threat falls due: Ban", "STATUS:CONFIRMED", whole_day("20251130", "20251201")),
        (agreement, "SUMMARY:Agreement ends: Swap", "STATUS:CONFIRMED", whole_day("20260205", "20260206")),
    ] {
        has(entry, &[summary, status, &start, &end, "TRANSP:TRANSPARENT", "CATEGORIES:a-b", "SEQUENCE:0"]);
    }
    assert!(!meeting.iter().any(|line| line.starts_with("TRANSP")), "a meeting takes time: {meeting:#?}");
    let uid = |entry: &Vec<String>| entry.iter().find(|line| line.starts_with("UID:")).unwrap().clone();
    let uids: std::collections::BTreeSet<String> = entries.iter().map(uid).collect();
    assert_eq!(uids.len(), 5, "things of one name have ids of their own");
}

#[test]
fn an_entry_keeps_its_id_when_its_date_moves_and_is_doubtful_when_somebody_denies_it() {
    let moved = ("proposal_made", r#"{"proposal":"swap","by":"a","summary":"S","deadline":"2025-11-20"}"#);
    let denied = ("claim_denied", r#"{"claims":["0199f3c0-5a00-7000-8000-000000000002"]}"#);
    let of = |events: &[(&str, &str)]| entries(&track_of(events)).remove(0);
    let (before, after, doubted) = (of(&DATES[..1]), of(&[DATES[0], moved]), of(&[DATES[0], moved, denied]));
    let uid = before.iter().find(|line| line.starts_with("UID:")).unwrap();
    has(&after, &[uid, "SEQUENCE:1", "DTSTART;VALUE=DATE:20251120", "STATUS:CONFIRMED"]);
    has(&doubted, &[uid, "SEQUENCE:2", "DTSTART;VALUE=DATE:20251120", "STATUS:TENTATIVE"]);
    assert!(doubted.iter().any(|line| line.contains("Somebody denies that")), "{doubted:#?}");
}

#[test]
fn what_has_passed_stays_in_the_calendar_and_what_was_answered_or_ended_leaves_it() {
    let later = ("statement_made", r#"{"summary":"S"}"#);
    let today = Query { today: "2026-06-01T00:00:00Z".parse().ok(), ..Query::default() };
    let count = |events: &[(&str, &str)]| {
        let fold = track_of(events);
        ics::calendar(&fold, &today, &fold.dossiers(&today).unwrap(), &Names::default()).unwrap().counts.dates
    };
    assert_eq!(count(&[&DATES[..], &[later]].concat()), 4);
    let answered = ("proposal_answered", r#"{"proposal":"swap","by":"b","answer":"accepted"}"#);
    let ended = ("agreement_ended", r#"{"agreement":"swap","how":"withdrawn","by":"b"}"#);
    assert_eq!(count(&[&DATES[..], &[answered, ended]].concat()), 2);
}

/// What a reader of HTML, SVG or Markdown must never find as markup.
const EVIL: [&str; 4] = [
    "<script>alert(1)</script>",
    "\"/><image href=\"https://evil.example/\"/>",
    "=HYPERLINK(\"https://evil.example/\",\"x\")",
    "a\r\n\r\n# b\u{0}\u{85}\u{2028}\u{202e}",
];

#[test]
fn text_cannot_become_markup() {
    for text in EVIL {
        for (ending, found) in exports(&fold_of(&journal_of(text))) {
            let name = format!("{text:?} in {ending}");
            // Calendars and tables have no markup: there it is text like any other.
            let is_markup = !(ending == "ics" || ending.ends_with(".csv") || ending.ends_with(".jsonl"));
            assert!(!is_markup || !found.contains("<script") && !found.contains("<image"), "{name}: {found}");
            let is_formula = ending.ends_with(".csv") && found.contains(",=");
            assert!(!is_formula && !found.contains(",\"="), "{name}: {found}");
            let acts = |c: char| matches!(c, '\0' | '\u{85}' | '\u{2028}' | '\u{202e}');
            // In JSON they are data, and escaped or not the same.
            let is_json = ending.ends_with(".jsonl") || ending == "jsonld";
            assert!(is_json || !found.contains(acts), "{name}");
            assert!(!is_markup || !found.contains('\r'), "{name}");
        }
    }
}

#[test]
fn an_export_of_a_log_that_was_changed_fails() {
    let fold = fold_of(&journal_of("x"));
    let query = Query::default();
    let [dossier] = &fold.dossiers(&query).unwrap()[..] else { panic!("one track") };
    let event = &dossier.timeline[0].0;
    let states = || Table::of_states([Ok(&dossier.state), Err(LogChanged)]);
    let events = || Table::of_events([Ok(&**event), Err(LogChanged)]);
    let dossiers = || [Ok(dossier), Err(LogChanged)];
    let fails = |write: &dyn Fn(&mut dyn std::io::Write) -> Result<(), ExportError>| {
        let written = write(&mut std::io::sink());
        assert!(matches!(written, Err(ExportError::LogChanged(_))), "{written:?}");
    };
    fails(&|out| states().write_csv(out));
    fails(&|out| states().write_jsonl(out));
    fails(&|out| events().write_csv(out));
    fails(&|out| events().write_jsonl(out));
    fails(&|out| json_ld::write(dossiers(), out));
    fails(&|out| ics::write(&fold, &query, dossiers(), &Names::default(), out).map(|_| ()));
    let as_parquet = parquet::write(states(), &mut std::io::sink());
    assert!(matches!(as_parquet, Err(parquet::Error::LogChanged(_))), "{as_parquet:?}");
    let tracks = [Ok((None, Some(dossier.clone()))), Err(LogChanged)];
    assert_eq!(Digest::new("x", tracks, &Names::default()).unwrap_err(), LogChanged);
}

#[test]
fn a_picture_has_bounds_whatever_its_dates() {
    for when in ["0001", "9999", "../2025", "2025/..", "202X", "2025-10-10T10:30:00Z"] {
        let fold = fold_of(&on_meeting(10, "meeting_scheduled", "x", &format!(",\"when\":\"{when}\"")));
        let query = Query::default();
        for width in [0, 480, u32::MAX] {
            let options = Options { width, ..Options::default() };
            let svg = Timeline::new(&fold, &query, |_| true, &Names::default(), &options).unwrap().svg();
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{when}: {svg}");
        }
    }
}

#[test]
fn a_brief_keeps_text_out_of_its_markup() {
    for text in ["# x", "1. x", "[x](javascript:alert(1))", "**x**", "<b>x</b>", "a\n\n- b", "    x"] {
        let fold = fold_of(&journal_of(text));
        let brief = brief_of_all("1. x", &fold);
        let headings = brief.lines().filter(|line| line.starts_with('#')).count();
        assert_eq!(headings, 1 + 1 + ["Who says so", "Sources"].len(), "{brief}");
        assert!(!brief.contains("[x](") && !brief.lines().any(|line| line.starts_with("- b")), "{brief}");
        assert!(!brief.contains(" <b>") && !brief.contains("“**x"), "{brief}");
        // Blanks at the beginning of an item would make it code.
        assert!(!brief.contains("-  "), "{brief}");
    }
}

#[test]
fn linked_data_says_what_became_of_a_meeting() {
    let log = journal_of("Round");
    let lines: Vec<&str> = log.lines().collect();
    let mut steps = Vec::new();
    for count in 2..=4 {
        let fold = fold_of(&lines[..count].join("\n"));
        let document: serde_json::Value =
            serde_json::from_str(&json_ld::document(&fold.dossiers(&Query::default()).unwrap())).unwrap();
        let event = document["@graph"][0].clone();
        let text =
            |key: &str| event[key].as_str().unwrap_or_default().trim_start_matches("https://schema.org/").to_owned();
        steps.push([text("eventStatus"), text("startDate"), text("endDate"), text("previousStartDate")]);
    }
    let expected = [
        ["EventScheduled", "2025-11-05", "2025-11-05", ""],
        ["EventPostponed", "", "", "2025-11-05"],
        ["EventRescheduled", "2025-12-01", "2025-12-31", "2025-11-05"],
    ];
    assert_eq!(steps, expected);
}

/// The value of a property, unfolded.
fn property(calendar: &str, name: &str) -> String {
    let unfolded = calendar.replace("\r\n ", "");
    let prefix = format!("{name}:");
    unfolded.split("\r\n").find_map(|line| line.strip_prefix(&prefix)).unwrap_or_default().to_owned()
}

#[test]
fn the_sequence_rises_with_every_event_and_the_id_stays() {
    let log = journal_of("Round");
    let lines: Vec<&str> = log.lines().collect();
    let denial = "{\"id\":\"0199f3c0-5a00-7000-8000-000000000013\",\"v\":1,\"type\":\"claim_denied\",\"track\":\"a-b\",\
         \"occurred\":\"2025-10-13\",\"recorded\":\"2025-10-13T08:00:00Z\",\
         \"source\":{\"who\":\"b\",\"attribution\":\"on_record\"},\
         \"data\":{\"claims\":[\"0199f3c0-5a00-7000-8000-000000000012\"]}}";
    let retraction = "{\"id\":\"0199f3c0-5a00-7000-8000-000000000014\",\"v\":1,\"type\":\"event_retracted\",\
         \"track\":\"a-b\",\"occurred\":\"2025-10-14\",\"recorded\":\"2025-10-14T08:00:00Z\",\
         \"source\":{\"who\":\"desk\",\"attribution\":\"document\"},\
         \"data\":{\"event\":\"0199f3c0-5a00-7000-8000-000000000012\",\"reason\":\"A slip\"}}";
    let steps = [lines[1], lines[2], lines[3], denial, retraction];
    // What b denies is outweighed, so that the meeting is put off again.
    let expected = ["CONFIRMED", "CANCELLED", "TENTATIVE", "CANCELLED", "CANCELLED"];
    let mut log = format!("{}\n", lines[0]);
    let mut uids = Vec::new();
    for (sequence, (step, status)) in steps.iter().zip(expected).enumerate() {
        log.push_str(step);
        log.push('\n');
        let fold = fold_of(&log);
        let calendar = calendar_of_all(&fold);
        assert_eq!(property(&calendar, "SEQUENCE"), sequence.to_string());
        assert_eq!(property(&calendar, "STATUS"), status, "after {sequence}");
        uids.push(property(&calendar, "UID"));
    }
    uids.dedup();
    assert_eq!(uids.len(), 1);
}

#[test]
fn the_day_of_the_year_9999_has_an_end() {
    let scheduled = on_meeting(10, "meeting_scheduled", "x", ",\"when\":\"9999-12\"");
    let fold = fold_of(&scheduled);
    let calendar = calendar_of_all(&fold);
    assert_eq!(property(&calendar, "DTEND;VALUE=DATE"), "99991231");
}
/// `tests/foreign/read_back.py` holds these against the schema: what the codec reads, the schema must not refuse.
#[test]
fn events_of_all_kinds_are_written_for_other_readers() {
    let mut runner = TestRunner::deterministic();
    let any = strategy::event();
    let lines: String = (0..500).map(|_| encode(&any.new_tree(&mut runner).unwrap().current()) + "\n").collect();
    std::fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join("any-events.jsonl"), lines).unwrap();
}

#[test]
fn a_picture_marks_each_denial_where_it_was_said() {
    // The claim was made in January, denied twice in March and once in May, and the track has moved on since.
    let told = |number: u32, day: &str, who: &str, event_type: &str, data: &str| {
        format!(
            "{{\"id\":\"0199f3c0-5a00-7000-8000-{number:012}\",\"v\":1,\"type\":\"{event_type}\",\"track\":\"t\",\
             \"occurred\":\"{day}\",\"recorded\":\"{day}T12:00:00Z\",\
             \"source\":{{\"who\":\"{who}\",\"attribution\":\"on_record\",\"grade\":\"B2\"}},\"data\":{{{data}}}}}\n"
        )
    };
    let claims = "\"claims\":[\"0199f3c0-5a00-7000-8000-000000000001\"]";
    let log = [
        told(1, "2025-01-10", "us", "meeting_scheduled", "\"meeting\":\"m\",\"when\":\"2025-02-01\""),
        told(2, "2025-03-10", "ru", "claim_denied", claims),
        told(3, "2025-03-10", "ru/mfa", "claim_denied", claims),
        told(4, "2025-05-10", "hu", "claim_denied", claims),
        told(5, "2025-06-10", "us", "track_resumed", ""),
    ];
    let svg = |from: &str, to: &str| {
        let moment = |text: &str| demarche_projection::query::moment(text).unwrap();
        let options = Options { from: moment(from), to: moment(to), ..Options::default() };
        let fold = fold_of(&log.concat());
        Timeline::new(&fold, &Query::default(), |_| true, &Names::default(), &options).unwrap().svg()
    };
    let marks = |from, to| svg(from, to).matches("<title>Disputed: ").count();
    assert_eq!(marks("2025-01-01", "2025-07-01"), 2, "those of one day are one");
    assert_eq!(marks("2025-01-01", "2025-03-01"), 0, "the claim itself is not marked");
    assert_eq!(marks("2025-03-01", "2025-04-01"), 1);
    assert_eq!(marks("2025-05-01", "2025-06-01"), 1);
}
