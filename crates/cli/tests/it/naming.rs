//! What actors are called, by the file of names beside a journal or by the one that is given.

use super::support::{Folder, fixture, run};

const NAMES: &str = "ru\tMoscow\tMoscow\nus\tthe United States\tUSA\nizvestia\tthe daily Izvestia\n";

/// The seed in a folder, with names beside it or without.
fn desk(name: &str, names: Option<&str>) -> (Folder, String) {
    let folder = Folder::new(name);
    let log = folder.write("log.jsonl", std::fs::read(fixture("us-russia-2025.jsonl")).unwrap());
    if let Some(names) = names {
        folder.write("names.tsv", names);
    }
    (folder, log)
}

/// What a command prints on standard output, its lines joined.
#[track_caller]
fn printed(args: &[&str]) -> String {
    let outcome = run(args);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    outcome.stdout.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_names_beside_a_journal_stand_in_its_sentences() {
    let (folder, log) = desk("names-beside", Some(NAMES));
    for log in [&log, folder.path()] {
        for command in ["show", "why"] {
            let shown = printed(&[command, log, "--track", "us-ru/leaders"]);
            assert!(shown.contains("the daily Izvestia reports that"), "{shown}");
            assert!(shown.contains("Peskov (Moscow, Kremlin)"), "{shown}");
            assert!(shown.contains("; Moscow says so, the United States says otherwise."), "{shown}");
        }
    }
    let json = printed(&["show", &log, "--track", "us-ru/leaders", "--format", "json"]);
    assert!(json.contains("Moscow says so") && json.contains(r#""said_by":["ru"]"#), "{json}");
    let events = printed(&["events", &log, "--track", "us-ru/irritants", "--format", "csv"]);
    assert!(events.contains("called off by the United States"), "{events}");
}

#[test]
fn names_that_are_given_replace_those_beside_the_journal() {
    let (folder, log) = desk("names-given", Some(NAMES));
    let others = folder.write("others.tsv", "us\tWashington\n");
    let shown = printed(&["show", &log, "--track", "us-ru/leaders", "--names", &others]);
    assert!(shown.contains("; Russia says so, Washington says otherwise."), "{shown}");
}

#[test]
fn of_several_journals_the_names_beside_the_first_count() {
    let (one, log) = desk("names-first", Some("ru\tMoscow\n"));
    let other = Folder::new("names-second");
    let second = other.write("log.jsonl", std::fs::read(fixture("us-russia-2025.jsonl")).unwrap());
    other.write("names.tsv", "ru\tRussia\nus\tWashington\n");
    let shown = printed(&["show", &log, &second, one.path(), "--track", "us-ru/leaders"]);
    assert!(shown.contains("; Moscow says so, Washington says otherwise."), "{shown}");
}

#[test]
fn tables_have_slugs_unless_names_are_asked_for_and_data_has_them_always() {
    let (_folder, log) = desk("names-tables", Some(NAMES));
    let show = |more: &[&str]| printed(&[&["show", &log, "--track", "us-ru/leaders"], more].concat());
    assert!(show(&[]).contains("parties us, ru said by ru otherwise us"));
    let named = show(&["--names-in-tables"]);
    assert!(named.contains("parties USA, Moscow said by Moscow otherwise USA"), "{named}");
    let replay = |more: &[&str]| printed(&[&["replay", &log, "--track", "us-ru/irritants/*"], more].concat());
    assert!(replay(&[]).contains("ru, not us"));
    let named = replay(&["--names-in-tables"]);
    assert!(named.contains("Moscow, not USA"), "{named}");
    for format in ["csv", "json", "jsonl", "markdown"] {
        assert_eq!(replay(&["--format", format]), replay(&["--format", format, "--names-in-tables"]), "{format}");
    }
}

#[test]
fn exports_have_the_names() {
    let (folder, log) = desk("names-exports", Some(NAMES));
    let brief = printed(&["export", "digest", &log, "--since", "2025-10-01"]);
    assert!(brief.contains("Peskov (Moscow, Kremlin) (B2) denies"), "{brief}");
    let page = printed(&["export", "digest", &log, "--since", "2025-10-01", "--html"]);
    assert!(page.contains("Peskov (Moscow, Kremlin) (B2) denies"), "{page}");
    let calendar = run(&["export", "ics", &log]).stdout.replace("\r\n ", "");
    assert!(calendar.contains("The daily Izvestia reports that"), "{calendar}");
    let picture = printed(&["timeline", &log]);
    assert!(picture.contains("Moscow says so, the United States says otherwise."), "{picture}");
    let names = format!("{}/names.tsv", folder.path());
    let outcome = run(&["export", "digest", &log, "--since", "2025-10-01", "-o", &names, "--force"]);
    assert_eq!((outcome.code, std::fs::read_to_string(&names).unwrap().as_str()), (2, NAMES), "{}", outcome.stderr);
}

#[test]
fn a_note_on_an_entry_has_the_names() {
    let (_folder, log) = desk("names-note", Some(NAMES));
    let id = "0199f3c0-5a00-7000-8000-000000000001";
    let entries = run(&["events", &log, "--format", "jsonl"]).stdout;
    let off = entries.lines().find(|line| line.contains("meeting_cancelled") && line.contains(r#""by":"us""#)).unwrap();
    let id = off.split('"').find(|part| part.len() == id.len() && part.contains("-7")).unwrap();
    let outcome = run(&["deny", "-j", &log, id, "--who", "us", "--attribution", "on-record", "--dry-run"]);
    assert!(outcome.stderr.contains("called off by the United States"), "{}", outcome.stderr);
}

#[test]
fn a_broken_file_of_names_is_refused_with_its_place() {
    let (folder, log) = desk("names-broken", Some("ru\tMoscow\nus Washington\n"));
    let place = "names.tsv: line 2, column 1 of the names: expected an actor such as ir/mfa";
    for args in [&["replay", &log][..], &["why", &log, "--track", "us-ru/leaders"], &["export", "ics", &log]] {
        let outcome = run(args);
        assert_eq!((outcome.code, outcome.stdout.as_str()), (2, ""), "{}", outcome.stderr);
        assert!(outcome.stderr.contains(place), "{}", outcome.stderr);
    }
    // What is recorded does not rest on it.
    let statement = ["statement-made", "us-ru", "--who", "us", "--attribution", "on-record", "--summary", "We wait"];
    let recorded = run(&[&["record", "-j", &log][..], &statement].concat());
    assert_eq!(recorded.code, 0, "{}", recorded.stderr);
    folder.write("names.tsv", b"ru\tMoskau\xFC\n");
    assert_eq!(run(&["replay", &log]).code, 2);
    let missing = run(&["replay", &log, "--names", "no-such-file.tsv"]);
    assert_eq!(missing.code, 3, "{}", missing.stderr);
}

#[test]
fn a_file_too_long_to_hold_names_is_not_read() {
    let (_folder, log) = desk("names-long", Some(&"#\n".repeat(600 * 1024)));
    let outcome = run(&["replay", &log]);
    assert_eq!(outcome.code, 3, "{}", outcome.stderr);
    assert!(outcome.stderr.contains("it is longer than any file of names"), "{}", outcome.stderr);
}

#[cfg(unix)]
#[test]
fn what_lies_beside_a_journal_and_is_no_file_is_not_waited_for() {
    let (folder, log) = desk("names-pipe", None);
    let names = format!("{}/names.tsv", folder.path());
    let refused = || {
        let outcome = run(&["replay", &log]);
        assert!(outcome.code > 1 && outcome.stdout.is_empty(), "{}", outcome.stderr);
        std::fs::remove_file(&names).or_else(|_| std::fs::remove_dir(&names)).unwrap();
    };
    assert!(std::process::Command::new("mkfifo").arg(&names).status().unwrap().success());
    refused();
    for target in ["/dev/zero", "nowhere.tsv"] {
        std::os::unix::fs::symlink(target, &names).unwrap();
        refused();
    }
    std::fs::create_dir(&names).unwrap();
    refused();
    let elsewhere = folder.write("elsewhere.tsv", NAMES);
    std::os::unix::fs::symlink(&elsewhere, &names).unwrap();
    assert!(printed(&["show", &log, "--track", "us-ru/leaders"]).contains("Moscow says so"));
}

#[test]
fn a_name_does_nothing_to_a_terminal() {
    let (_folder, log) = desk("names-harmless", Some("ru\tMos\u{202E}cow\n"));
    let shown = printed(&["show", &log, "--track", "us-ru/leaders", "--names-in-tables"]);
    assert!(shown.contains("Mos\\u{202e}cow") && !shown.contains('\u{202E}'), "{shown}");
}

#[test]
fn standard_input_has_no_names_beside_it() {
    let (folder, _) = desk("names-stdin", Some(NAMES));
    let log = std::fs::read(fixture("us-russia-2025.jsonl")).unwrap();
    let terminal = demarche_cli::Terminal { columns: Some(80), ..demarche_cli::Terminal::default() };
    let named = format!("{}/names.tsv", folder.path());
    for (args, said) in [
        (&["show", "-", "--track", "us-ru/leaders"][..], "Russia says so"),
        (&["show", "-", "--track", "us-ru/leaders", "--names", &named][..], "Moscow says so"),
    ] {
        let shown = super::support::run_with(args, &log, terminal).stdout;
        assert!(shown.split_whitespace().collect::<Vec<_>>().join(" ").contains(said), "{shown}");
    }
}
