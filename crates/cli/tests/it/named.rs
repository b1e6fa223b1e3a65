//! Commands that act on an event: it is named as the tables show it, and never mistaken.

use demarche_cli::Terminal;
use demarche_core::codec::Reader;

use super::support::{Folder, Outcome, line, run, run_with};

/// The commands that act on an event.
const COMMANDS: [&str; 4] = ["retract", "deny", "confirm", "withdraw"];

/// A line whose id begins with a digit that is also the number of an entry.
fn numbered(number: u32, title: &str) -> String {
    line(number, "a", title).replace("0199f3c0", &format!("{number}199f3c0"))
}

/// The ids that the last event of a journal is about.
fn targets(journal: &str) -> String {
    let log = std::fs::read_to_string(journal).unwrap();
    let last = Reader::new(log.as_bytes()).last().unwrap().unwrap().event;
    last.data.targets().iter().map(|id| format!("{id} ")).collect()
}

/// What a table of events shows in its last column for each title.
fn shown(logs: &[&str], title: &str) -> String {
    let outcome = run_with(&[&["events"], logs].concat(), b"", Terminal { columns: Some(200), ..Terminal::default() });
    let row = outcome.stdout.lines().find(|line| line.contains(title)).unwrap().to_owned();
    row.split_whitespace().last().unwrap().to_owned()
}

fn act(command: &str, journal: &str, event: &str) -> Outcome {
    let more: &[&str] = match command {
        "retract" => &["--reason", "entered twice"],
        _ => &["--who", "ru/mfa", "--attribution", "on-record"],
    };
    run(&[&[command, "-j", journal, event], more].concat())
}

#[test]
fn a_number_alone_is_never_an_id() {
    let folder = Folder::new("named-number");
    let before: String = (1..=9).map(|number| numbered(number, "Talks")).collect();
    let journal = folder.write("desk.jsonl", &before);
    for command in COMMANDS {
        for (event, says) in [("7", "write '#7'"), ("7199f3", "at least 8 characters"), ("7199", "write '#7199'")] {
            let outcome = act(command, &journal, event);
            assert_eq!((outcome.code, &*outcome.stdout), (2, ""), "{command} {event}: {}", outcome.stderr);
            assert!(outcome.stderr.contains(says), "{command} {event}: {}", outcome.stderr);
        }
    }
    let outcome = run(&["prove", &journal, "7", "--checkpoint", "none"]);
    assert!(outcome.code == 2 && outcome.stderr.contains("write '#7'"), "{}", outcome.stderr);
    assert_eq!(std::fs::read_to_string(&journal).unwrap(), before);
}

/// A journal with a blank line, and with one that repeats another.
fn uneven(folder: &Folder) -> String {
    let log = [numbered(9, "First"), "\n".to_owned(), numbered(1, "Second"), numbered(9, "First")].concat();
    folder.write("desk.jsonl", log + &numbered(3, "Third"))
}

#[test]
fn an_entry_is_named_as_the_tables_show_it() {
    for command in COMMANDS {
        let folder = Folder::new(&format!("named-{command}"));
        let journal = uneven(&folder);
        for (title, entry, id) in [("First", "#1", 9), ("Second", "#3", 1), ("Third", "#5", 3)] {
            assert_eq!(shown(&[&journal], title), entry);
            let whole = std::fs::read(&journal).unwrap();
            let outcome = act(command, &journal, entry);
            assert_eq!(outcome.code, 0, "{}", outcome.stderr);
            assert!(targets(&journal).starts_with(&format!("{id}199f3c0-")), "{command} {entry}");
            // The ids of a pinned clock are all the same: the next is entered without this one.
            std::fs::write(&journal, whole).unwrap();
        }
    }
}

#[test]
fn an_entry_is_told_before_it_is_acted_on() {
    for command in COMMANDS {
        let folder = Folder::new(&format!("named-told-{command}"));
        let journal = uneven(&folder);
        for (title, entry, id) in [("First", "#1", 9), ("Second", "#3", 1), ("Third", "#5", 3)] {
            let whole = std::fs::read(&journal).unwrap();
            let outcome = act(command, &journal, entry);
            let told = outcome.stderr.lines().next().unwrap();
            for part in [entry, title, "us/embassy", "2025-10-", &format!("id {id}199f3c0-")] {
                assert!(told.starts_with("note: ") && told.contains(part), "{told}");
            }
            std::fs::write(&journal, whole).unwrap();
        }
    }
}

#[test]
fn a_line_that_repeats_another_names_the_same_event() {
    for command in COMMANDS {
        let folder = Folder::new(&format!("named-repeated-{command}"));
        let journal = uneven(&folder);
        let repeated = act(command, &journal, "#4");
        assert!(repeated.code == 0 && targets(&journal).starts_with("9199f3c0-"), "{}", repeated.stderr);
    }
}

#[test]
fn a_place_without_an_event_is_refused() {
    for command in COMMANDS {
        let folder = Folder::new(&format!("named-nothing-{command}"));
        let journal = uneven(&folder);
        for (event, says) in [("#2", "is blank"), ("#99", "its last is #5"), ("else.jsonl#1", "name one of its logs")] {
            let outcome = act(command, &journal, event);
            assert!(outcome.code == 2 && outcome.stderr.contains(says), "{event}: {}", outcome.stderr);
        }
    }
}

#[test]
fn an_entry_of_a_directory_is_named_with_its_log() {
    let folder = Folder::new("named-directory");
    folder.write("2024.jsonl", [numbered(5, "Old"), numbered(6, "Older")].concat());
    folder.write("journal.jsonl", [numbered(7, "New"), numbered(8, "Newer")].concat());
    for (title, entry, id) in [("Older", "2024.jsonl#2", 6), ("Newer", "journal.jsonl#2", 8)] {
        assert_eq!(shown(&[folder.path()], title), entry);
        let whole = std::fs::read(format!("{}/journal.jsonl", folder.path())).unwrap();
        let outcome = act("deny", folder.path(), entry);
        assert_eq!(outcome.code, 0, "{}", outcome.stderr);
        assert!(targets(&format!("{}/journal.jsonl", folder.path())).starts_with(&format!("{id}199f3c0-")));
        assert!(outcome.stderr.contains(&format!("denying {entry} (")), "{}", outcome.stderr);
        folder.write("journal.jsonl", whole);
    }
    let outcome = act("deny", folder.path(), "#2");
    assert!(outcome.code == 2 && outcome.stderr.contains("'2024.jsonl#2', 'journal.jsonl#2'"), "{}", outcome.stderr);
}

#[test]
fn logs_of_one_name_are_shown_with_as_much_of_their_paths_as_tells_them_apart() {
    let folder = Folder::new("named-apart");
    for name in ["us", "ru"] {
        std::fs::create_dir(format!("{}/{name}", folder.path())).unwrap();
    }
    let (us, ru) =
        (folder.write("us/desk.jsonl", numbered(1, "Ours")), folder.write("ru/desk.jsonl", numbered(2, "Theirs")));
    assert_eq!(shown(&[&us, &ru], "Theirs"), "ru/desk.jsonl#1");
    let outcome = act("deny", &ru, "ru/desk.jsonl#1");
    assert!(outcome.code == 0 && targets(&ru).starts_with("2199f3c0-"), "{}", outcome.stderr);
    let outcome = act("deny", &us, "ru/desk.jsonl#1");
    assert!(outcome.code == 2 && outcome.stderr.contains("name one of its logs"), "{}", outcome.stderr);
}
