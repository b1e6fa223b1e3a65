//! The fast way through files and standard input against the plain way: the same bytes, the same errors.

use demarche_core::codec::encode;
use demarche_core::{Event, strategy};
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};
use proptest::test_runner::{Config, FileFailurePersistence};

use crate::support::{Folder, Outcome, run_with};
use demarche_cli::Terminal;

/// What befalls a line on its way into a log.
#[derive(Debug, Clone)]
enum Fate {
    /// It stays canonical.
    Kept,
    /// White space that says nothing: it is put in order.
    Spaced,
    /// A key is written otherwise than anybody would: the patient path reads it.
    Escaped,
    /// It ends as on other systems.
    CarriageReturn,
    /// A line that says nothing stands before it.
    Blank,
    /// It stands there twice.
    Twice,
    /// Some byte of it is another.
    Broken(Index, u8),
    /// Its id stands there with another content.
    Contradicted,
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        20 => Just(Fate::Kept),
        4 => Just(Fate::Spaced),
        4 => Just(Fate::Escaped),
        2 => Just(Fate::CarriageReturn),
        2 => Just(Fate::Blank),
        2 => Just(Fate::Twice),
        // Rare, so that most logs have no error, and the others one or two.
        1 => (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Fate::Broken(at, byte)),
        1 => Just(Fate::Contradicted),
    ]
}

/// A log as text, perhaps with a byte order mark, perhaps without a last line end.
fn log() -> impl Strategy<Value = Vec<u8>> {
    let lines = (strategy::log(), proptest::collection::vec(fate(), 40));
    (lines, prop::bool::weighted(0.1), prop::bool::weighted(0.1)).prop_map(|((events, fates), mark, open)| {
        let mut text = if mark { b"\xEF\xBB\xBF".to_vec() } else { Vec::new() };
        for (event, fate) in events.iter().zip(fates) {
            write(event, &fate, &mut text);
        }
        if open {
            text.pop();
        }
        text
    })
}

fn write(event: &Event, fate: &Fate, text: &mut Vec<u8>) {
    let mut line = encode(event).into_bytes();
    match fate {
        Fate::Kept => {}
        Fate::Spaced => line.insert(1, b' '),
        Fate::Escaped => {
            line.splice(2..4, *b"\\u0069d");
        }
        Fate::CarriageReturn => line.push(b'\r'),
        Fate::Blank => text.extend_from_slice(b" \t\n\n"),
        Fate::Twice => {
            text.extend_from_slice(&line);
            text.push(b'\n');
        }
        Fate::Broken(at, byte) => {
            let at = at.index(line.len());
            line[at] = *byte;
        }
        Fate::Contradicted => {
            let other = Event { note: Some("Something else.".into()), ..event.clone() };
            text.extend_from_slice(encode(&other).as_bytes());
            text.push(b'\n');
        }
    }
    text.extend_from_slice(&line);
    text.push(b'\n');
}

const QUESTIONS: [&[&str]; 42] = [
    &["replay"],
    &["replay", "--as-of", "2025-10-01", "--reading", "latest", "--status", "active", "--status", "stalled"],
    &["replay", "--known-at", "2025-12-01", "--reading", "on-record", "--track", "*/**"],
    &["replay", "--reading", "side:ru", "--today", "2026-06-01", "--patience", "30", "--track", "us-ru/**"],
    &["replay", "--on-error", "skip", "--reading", "grade:B3"],
    &["replay", "--format", "json"],
    &["replay", "--format", "jsonl", "--reading", "latest"],
    &["replay", "--format", "csv", "--as-of", "2025-06-01"],
    &["replay", "--format", "markdown", "--known-at", "2025-10-01", "--reading", "on-record"],
    &["replay", "--format", "jsonl", "--reading", "side:ru", "--today", "2026-06-01", "--patience", "30"],
    &["replay", "--format", "json", "--on-error", "skip", "--reading", "grade:B3"],
    &["events", "--format", "json", "--track", "us-ru/**", "--track", "a*"],
    &["events", "--format", "jsonl", "--who", "ru", "--as-of", "2025-10-01", "--from", "2025"],
    &["events", "--format", "csv", "--text", "MEET", "--known-at", "2025-12-01"],
    &["events", "--format", "markdown", "--type", "claim_denied", "--type", "meeting_held", "--on-error", "skip"],
    &["events"],
    &["events", "--text", "Meet", "--track", "us-ru/*", "--as-of", "2025-12-01"],
    &["events", "--track", "us-ru/leaders", "--on-error", "skip"],
    &["stats", "--format", "json"],
    &["stats"],
    &["stats", "--format", "csv", "--on-error", "skip"],
    &["show", "--track", "us-ru/irritants"],
    &["show", "--track", "us-ru/irritants", "--format", "json", "--known-at", "2025-11-01"],
    &["show", "--track", "us-ru/irritants", "--reading", "latest", "--on-error", "skip"],
    &["why", "--track", "us-ru/irritants"],
    &["events", "--track", "us-ru*/**", "--from", "2025"],
    &["events", "--text", "e", "--on-error", "skip"],
    &["diff", "--track", "us-ru*/**", "--from", "2025-06-01", "--to", "2025-11-01"],
    &["diff", "--track", "us-ru/*", "--from", "2025-10-01", "--along", "occurred", "--format", "json"],
    &["history", "--track", "us-ru*/**", "--along", "recorded", "--format", "csv"],
    &["history", "--status", "active", "--on-error", "skip", "--patience", "30"],
    &["agenda", "--format", "markdown", "--today", "2025-11-01"],
    &["agenda", "--format", "json", "--reading", "latest"],
    &["compare", "--track", "us-ru/*", "--reading", "latest", "--reading", "side:ru", "--known-at", "2025-12-01"],
    &["export", "csv", "--track", "us-ru/*", "--as-of", "2025-11-01"],
    &["export", "jsonl", "--events", "--track", "us-ru*/**", "--known-at", "2025-12-01"],
    &["export", "ics", "--track", "us-ru/*"],
    &["export", "json-ld", "--track", "us-ru*/**", "--reading", "on-record"],
    &["export", "digest", "--since", "2025-10-01", "--beneath", "us-ru"],
    &["export", "digest", "--month", "2025-10", "--track", "us-ru/*", "--along", "occurred"],
    &["timeline", "--track", "us-ru/*", "--known"],
    &["why", "--track", "us-ru/irritants", "--format", "json", "--reading", "side:ru", "--today", "2026-06-01"],
];

/// A terminal in which a table has room for all that it can tell.
fn terminal() -> Terminal {
    Terminal { columns: Some(160), ..Terminal::default() }
}

/// What was said, with standard input in the place of a log. A table names one of several logs in short; `b.jsonl`
/// takes as much room as `<stdin>`.
fn told(outcome: &Outcome, log: &str) -> (u8, String, String) {
    let short = format!("{}#", log.rsplit(['/', '\\']).next().unwrap());
    (outcome.code, outcome.stdout.replace(&short, "<stdin>#"), outcome.stderr.replace(log, "<stdin>"))
}

/// Asks a question of logs of which the last one is a file, and of the same with standard input in its place, in every
/// way; all must say the same.
fn compare(question: &[&str], more: &[&str], log: &str, stdin: &[u8]) -> Result<(), TestCaseError> {
    let asked = [question, more].concat();
    // Standard input is read line by line where broken lines are skipped.
    let skipping = if question.contains(&"--on-error") { &[][..] } else { &["--on-error", "skip"] };
    let plain = run_with(&[&asked[..], &["-"], skipping].concat(), stdin, terminal());
    let streamed = told(&run_with(&[&asked[..], &["-"]].concat(), stdin, terminal()), log);
    let read = told(&run_with(&[&asked[..], &[log]].concat(), b"", terminal()), log);
    prop_assert_eq!(&read, &streamed, "{:?}", asked);
    let plain = told(&plain, log);
    if read.0 == 1 && !skipping.is_empty() {
        // It ends with the first of the errors, and says nothing else.
        prop_assert!(plain.0 > 0 && read.1.is_empty(), "{:?}", asked);
        prop_assert!(!read.2.is_empty() && plain.2.starts_with(&read.2), "{:?}: {}", asked, read.2);
    } else {
        prop_assert_eq!(&read, &plain, "{:?}", asked);
    }
    Ok(())
}

fn config() -> Config {
    let persistence = FileFailurePersistence::WithSource("proptest-regressions");
    Config { failure_persistence: Some(Box::new(persistence)), ..Config::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_file_and_standard_input_say_the_same_on_any_number_of_threads(
        text in log(),
        threads in 1_usize..=7,
        // All of them about every log would be most of what the tests of the command line take.
        questions in subsequence(QUESTIONS.to_vec(), 10),
    ) {
        let folder = Folder::new(&format!("fast-path-{threads}-{}", text.len()));
        let log = folder.write("log.jsonl", &text);
        for question in questions {
            compare(question, &["--threads", &threads.to_string()], &log, &text)?;
        }
    }

    #[test]
    fn logs_that_overlap_are_one_set_either_way(text in log(), cut: Index, question in select(&QUESTIONS)) {
        let folder = Folder::new(&format!("fast-overlap-{}-{}", text.len(), cut.index(1 << 20)));
        let lines: Vec<&[u8]> = text.split_inclusive(|byte| *byte == b'\n').collect();
        let first = folder.write("a.jsonl", lines[..cut.index(lines.len() + 1)].concat());
        let second = folder.write("b.jsonl", &text);
        compare(question, &[&first], &second, &text)?;
    }
}

#[test]
fn a_compressed_file_says_what_the_plain_way_says() {
    let folder = Folder::new("fast-compressed");
    let text = std::fs::read(crate::support::fixture("us-russia-2025.jsonl")).unwrap();
    let broken = [&text[..], b"{\"id\":\n"].concat();
    for (text, is_whole) in [(&text, true), (&broken, true), (&text, false)] {
        let mut packed = zstd::encode_all(&text[..], 3).unwrap();
        if !is_whole {
            packed.truncate(packed.len() / 2);
        }
        let log = folder.write("log.jsonl.zst", &packed);
        for question in QUESTIONS {
            compare(question, &[], &log, &packed).unwrap();
        }
    }
}

#[test]
fn the_journal_of_the_fixtures_takes_the_fast_way_to_the_same_answer() {
    let log = crate::support::fixture("us-russia-2025.jsonl");
    let text = std::fs::read(&log).unwrap();
    for question in QUESTIONS {
        let plain = run_with(&[question, &["-"]].concat(), &text, terminal());
        assert!(plain.stdout.len() > 300, "{question:?}");
        compare(question, &["--threads", "3"], &log, &text).unwrap();
    }
}

#[test]
fn a_file_of_facts_beside_a_log_is_ignored() {
    let folder = Folder::new("facts-beside-a-log");
    let text: String = (0..4_000).map(|number| crate::support::line(number, "a/b", "a title")).collect();
    let log = folder.write("a.jsonl", &text);
    let answers = || {
        let answers = [["replay", log.as_str()], ["events", log.as_str()], ["replay", folder.path()]].map(|asked| {
            let answer = crate::support::run(&asked);
            (answer.code, answer.stdout, answer.stderr)
        });
        (answers, std::fs::read_dir(folder.path()).unwrap().count())
    };
    let (alone, files) = answers();
    assert_eq!(files, 1, "nothing appears beside a log");
    folder.write("a.jsonl.facts", "DMRFACTS, or whatever else");
    assert_eq!(answers(), (alone, 2));
}
