//! What is exported from the seed is what was looked at, and the text of events stays text in every format.
//! `DEMARCHE_BLESS=1` takes what the formats give now: read the difference.

use std::path::Path;

use demarche_core::Edtf;
use demarche_core::codec::encode;
use demarche_core::strategy;
use demarche_interop::export::digest::Digest;
use demarche_interop::export::flat::Table;
use demarche_interop::export::timeline::{Options, Timeline};
use demarche_interop::export::{ExportError, ics, json_ld, parquet, schema};
use demarche_projection::narrate::Names;
use demarche_projection::query::Query;
use demarche_projection::{Fold, LogChanged};

use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;

use demarche_interop::import::Format;

use super::journals::{fold_of, journal_of};
use super::support::{import, same, samples, text};

/// The folds of a fixture.
fn fold(name: &str) -> Fold {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures").join(name);
    fold_of(&std::fs::read_to_string(path).unwrap())
}

fn written(write: impl FnOnce(&mut dyn std::io::Write) -> Result<(), ExportError>) -> String {
    let mut out = Vec::new();
    write(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// What each format makes of a fold, by the name of its file. The pages have the picture and the brief within them, and
/// tests of their own.
fn exports(fold: &Fold) -> Vec<(&'static str, String)> {
    let query = Query::default();
    let dossiers = fold.dossiers(&query).unwrap();
    let options = Options { known: true, ..Options::default() };
    let timeline = Timeline::new(fold, &query, |_| true, &Names::default(), &options).unwrap();
    let last = fold.last_recorded().unwrap().date().pred_opt().unwrap();
    let before = Query { known_at: Edtf::day(last).unwrap().latest(), ..Query::default() };
    let changed = fold.differing(&[before, query.clone()]).unwrap();
    let digest = Digest::new("What changed", changed.into_iter().map(Ok), &Names::default()).unwrap();
    let states = || Table::of_states(dossiers.iter().map(|dossier| Ok(&dossier.state)), &query);
    let names = Names::default();
    let events = || Table::of_events(fold.events(), &names);
    vec![
        ("ics", ics::calendar(fold, &query, &dossiers, &Names::default()).unwrap().text),
        ("svg", timeline.svg()),
        ("digest.md", digest.markdown()),
        ("states.csv", written(|out| states().write_csv(out))),
        ("states.jsonl", written(|out| states().write_jsonl(out))),
        ("events.csv", written(|out| events().write_csv(out))),
        ("events.jsonl", written(|out| events().write_jsonl(out))),
        ("jsonld", json_ld::document(&dossiers)),
        ("schema.json", format!("{:#}\n", schema::of_event())),
    ]
}

/// The words of a page or of a brief, one paragraph, heading or item each, without their markup.
fn words_of(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for line in text.replace("&#39;", "'").lines() {
        let (mut words, mut in_tag) = (String::new(), false);
        for c in line.chars() {
            match c {
                '<' => in_tag = true,
                '>' if in_tag => in_tag = false,
                '*' | '#' | '\\' => {}
                _ if !in_tag => words.push(c),
                _ => {}
            }
        }
        let words = words.replace("&quot;", "\"").replace("&lt;", "<").replace("&amp;", "&");
        let words = words.trim().trim_start_matches("- ").trim();
        if !words.is_empty() {
            lines.push(words.to_owned());
        }
    }
    lines
}

#[test]
fn the_page_of_a_brief_says_what_its_markdown_says() {
    let fold = fold("us-russia-2025.jsonl");
    let dossiers = fold.dossiers(&Query::default()).unwrap();
    let all = dossiers.into_iter().map(|after| Ok((None, Some(after))));
    let digest = Digest::new("Brief", all, &Names::default()).unwrap();
    let page = digest.html();
    let body = page.split_once("<body>").unwrap().1;
    let (page, brief) = (words_of(body), words_of(&digest.markdown()));
    assert!(brief.len() > 100, "{}", brief.len());
    assert_eq!(page, brief);
}

/// A brief of everything that there is.
fn brief_of_all(title: &str, fold: &Fold) -> String {
    let dossiers = fold.dossiers(&Query::default()).unwrap();
    Digest::new(title, dossiers.into_iter().map(|after| Ok((None, Some(after)))), &Names::default()).unwrap().markdown()
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
    let states = || Table::of_states([Ok(&dossier.state), Err(LogChanged)], &query);
    let names = Names::default();
    let events = || Table::of_events([Ok(&**event), Err(LogChanged)], &names);
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

/// `tests/foreign/read_back.py` holds these against the schema: what the codec reads, the schema must not refuse.
#[test]
fn events_of_all_kinds_are_written_for_other_readers() {
    let mut runner = TestRunner::deterministic();
    let any = strategy::event();
    let lines: String = (0..500).map(|_| encode(&any.new_tree(&mut runner).unwrap().current()) + "\n").collect();
    std::fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join("any-events.jsonl"), lines).unwrap();
}
