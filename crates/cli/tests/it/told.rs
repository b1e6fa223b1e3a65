//! What became of an event is always told, and a reader that leaves ends every command quietly.

use std::io::{self, ErrorKind, Write};
use std::time::Duration;

use demarche_cli::Terminal;

use super::support::{COMMANDS, Folder, fixture, line, run, run_into, run_with};

/// An output to which nothing can be written.
struct Shut(ErrorKind);

impl Write for Shut {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(self.0.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// An output that takes all and fails once it is to be written out, as a buffer does.
struct Buffered(ErrorKind, bool);

impl Write for Buffered {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.1 |= !bytes.is_empty();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.1 { Err(self.0.into()) } else { Ok(()) }
    }
}

const SHUT: [ErrorKind; 2] = [ErrorKind::StorageFull, ErrorKind::BrokenPipe];

/// Runs a command whose output fails, at once and in the end; what it says on standard error each time.
fn with_shut_output(args: &[&str], stdin: &[u8], mut before: impl FnMut(), mut each: impl FnMut(u8, &str)) {
    for kind in SHUT {
        for is_buffered in [false, true] {
            before();
            let (mut shut, mut buffered) = (Shut(kind), Buffered(kind, false));
            let stdout: &mut dyn Write = if is_buffered { &mut buffered } else { &mut shut };
            let (code, stderr) = run_into(args, stdin, Terminal::default(), stdout);
            each(code, &stderr);
        }
    }
}

#[test]
fn an_event_that_is_stored_is_told_though_its_id_cannot_be_printed() {
    let folder = Folder::new("told-stored");
    let two = [line(1, "a", "A"), line(2, "a", "B")].concat();
    let journal = folder.write("desk.jsonl", "");
    let three = line(3, "a", "C");
    let source = ["--who", "us", "--attribution", "media"];
    for (command, more) in [
        ("record", &["track-stalled", "a"][..]),
        ("record", &["--json", three.trim_end()]),
        ("record", &["--batch"]),
        ("deny", &["#1"]),
        ("confirm", &["#1"]),
        ("withdraw", &["#1"]),
        ("retract", &["#1", "--reason", "no"]),
    ] {
        let mut args = [&[command, "-j", &journal], more].concat();
        args.extend(source);
        let restore = || std::fs::write(&journal, &two).unwrap();
        with_shut_output(&args, three.as_bytes(), restore, |code, stderr| {
            let log = std::fs::read_to_string(&journal).unwrap();
            let stored = log.strip_prefix(&two).unwrap();
            assert_eq!((code, stored.lines().count()), (3, 1), "{args:?}: {stderr}");
            for part in ["stored durably all the same", "do not enter it again", &stored[7..43], "--json"] {
                assert!(stderr.contains(part), "{args:?}: {stderr}");
            }
            // The way out that is named.
            let again = run_with(&["record", "-j", &journal, "--json", stored.trim_end()], b"", Terminal::default());
            assert!(again.code == 0 && again.stderr.contains("was there already"), "{}", again.stderr);
            assert_eq!(std::fs::read_to_string(&journal).unwrap(), log);
        });
        // A dry run stores nothing of which it would have to tell.
        args.push("--dry-run");
        with_shut_output(&args, three.as_bytes(), restore, |code, stderr| {
            assert!(!stderr.contains("stored") && (code == 0 || stderr.contains("no storage")), "{args:?}: {stderr}");
            assert_eq!(std::fs::read_to_string(&journal).unwrap(), two);
        });
    }
}

#[test]
fn a_file_that_is_written_is_told_though_standard_output_fails() {
    let folder = Folder::new("told-written");
    let at = |name: &str| format!("{}/{name}", folder.path());
    let journal = folder.write("desk.jsonl", [" ", &line(1, "a", "A")].concat());
    let icews = fixture("import/icews-made-up.tab");
    let remove = |name: &str| drop(std::fs::remove_file(at(name)));
    let told = |args: &[&str], name: &str, parts: &[&str]| {
        with_shut_output(
            args,
            b"",
            || remove(name),
            |code, stderr| {
                assert_eq!(code, 3, "{args:?}: {stderr}");
                assert!(std::path::Path::new(&at(name)).exists());
                for part in parts {
                    assert!(stderr.contains(part), "{args:?}: {stderr}");
                }
            },
        );
    };
    told(&["import", "icews", &icews, "-o", &at("icews.jsonl")], "icews.jsonl", &["16 events added to"]);
    told(&["seal", "--new-key", &at("key"), "--origin", "desk"], "key", &["the public key is desk+"]);
    let unformatted = std::fs::read(&journal).unwrap();
    let restore = || std::fs::write(&journal, &unformatted).unwrap();
    with_shut_output(&["fmt", &journal], b"", restore, |code, stderr| {
        assert!(code == 3 && stderr.contains("desk.jsonl: 1 line changed"), "{stderr}");
        assert_eq!(std::fs::read_to_string(&journal).unwrap(), line(1, "a", "A"));
    });
    let seal = ["seal", &journal, "--key", &at("key"), "-o", &at("seal")];
    told(&seal, "seal", &["the checkpoint of 1 event is in"]);
    let add = ["user", "add", "bot", "--role", "reader", "--no-password", "--users", &at("users")];
    told(&add, "users", &["added bot as reader to"]);
    let _ = run(&add);
    let token = ["user", "token", "bot", "--label", "x", "--users", &at("users")];
    let revoke = || drop(run(&[&["user", "revoke"], &token[2..]].concat()));
    with_shut_output(&token, b"", revoke, |code, stderr| {
        assert!(code == 3 && stderr.contains("revoke it"), "{stderr}");
    });
    let prove = ["prove", &journal, "#1", "--checkpoint", &at("seal"), "-o", &at("proof")];
    told(&prove, "proof", &["the proof is in"]);
}

#[test]
fn an_import_that_fails_says_how_much_was_stored() {
    let folder = Folder::new("told-import");
    let journal = format!("{}/desk.jsonl", folder.path());
    let rows = "China\tConsult\tRussia\t2018-09-01\nChina\tConsult\tRussia\tsome day\n";
    let file = folder.write("rows.tab", rows);
    let outcome = run(&["import", "icews-quads", &file, "-o", &journal]);
    assert_eq!(outcome.code, 1);
    let stored = std::fs::read_to_string(&journal).unwrap().lines().count();
    assert!(stored > 0 && outcome.stderr.contains(&format!("{stored} event")), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("importing again adds only the rest"), "{}", outcome.stderr);
}

/// What is printed in several formats, in each of them.
fn in_every_format(journal: &str) -> Vec<Vec<String>> {
    let mut tried = Vec::new();
    for format in ["ics", "csv", "jsonl", "parquet", "json-ld", "cloudevents"] {
        tried.push(vec!["export".to_owned(), format.to_owned(), journal.to_owned()]);
    }
    for command in ["replay", "events", "stats", "check", "show", "diff", "history", "agenda", "compare"] {
        for format in ["table", "json", "jsonl", "csv", "markdown"] {
            let more: &[&str] = match command {
                "show" => &["--track", "t1"],
                "diff" => &["--from", "2025-01-01"],
                "compare" => &["--reading", "who:us", "--reading", "who:ru"],
                _ => &[],
            };
            tried.push(
                [&[command, journal, "--format", format], more].concat().iter().map(|arg| (*arg).to_owned()).collect(),
            );
        }
    }
    tried
}

/// Erases, but for doing it.
fn erasing(journal: &str, key: &str) -> Vec<String> {
    let args = ["erase", "-j", journal, "#1", "--field", "title", "--reason", "r", "--key", key, "--dry-run"];
    args.map(str::to_owned).to_vec()
}

#[test]
fn a_reader_that_leaves_ends_every_command_quietly() {
    let folder = Folder::new("told-closed");
    let at = |name: &str| format!("{}/{name}", folder.path());
    let lines: String = (1..=300).map(|number| line(number, &format!("t{number}"), "A")).collect();
    let journal = folder.write("desk.jsonl", lines);
    assert_eq!(run(&["seal", "--new-key", &at("key"), "--origin", "desk"]).code, 0);
    let vkey = run(&["seal", "--new-key", &at("key-2"), "--origin", "desk"]).stdout;
    assert_eq!(run(&["seal", &journal, "--key", &at("key-2"), "-o", &at("seal")]).code, 0);
    let add = ["user", "add", "bot", "--role", "reader", "--no-password", "--users", &at("users")];
    assert_eq!(run(&add).code, 0);
    let rows = fixture("import/icews-made-up.tab");
    let dry = |command: &'static str, more: &[&'static str]| -> Vec<String> {
        let all = [&[command, "-j", "JOURNAL", "--dry-run", "--who", "us", "--attribution", "media"], more].concat();
        all.iter().map(|arg| arg.replace("JOURNAL", &journal)).collect()
    };
    let plain = |args: &[&str]| args.iter().map(|arg| (*arg).to_owned()).collect::<Vec<String>>();
    let mut tried = vec![
        plain(&["show", &journal, "--track", "t1"]),
        plain(&["why", &journal, "--track", "t1"]),
        plain(&["diff", &journal, "--from", "2025-01-01"]),
        plain(&["compare", &journal, "--reading", "who:us", "--reading", "who:ru"]),
        plain(&["check", &journal]),
        dry("record", &["track-stalled", "t1"]),
        dry("retract", &["#1", "--reason", "no"]),
        dry("deny", &["#1"]),
        dry("confirm", &["#1"]),
        dry("withdraw", &["#1"]),
        plain(&["import", "icews", &rows]),
        plain(&["import", "icews", &rows, "--dry-run"]),
        plain(&["import", "csv", "--template"]),
        plain(&["export", "digest", &journal, "--since", "2025-01-01"]),
        plain(&["timeline", &journal]),
        plain(&["schema"]),
        plain(&["merge", &journal]),
        plain(&["copy", &journal, &at("copied.jsonl")]),
        plain(&["fmt", "-"]),
        plain(&["verify", &journal, "--checkpoint", &at("seal"), "--vkey", vkey.trim_end()]),
        plain(&["prove", &journal, "#1", "--checkpoint", &at("seal")]),
        erasing(&journal, &at("key-2")),
        plain(&["completions", "bash"]),
        plain(&["man"]),
        plain(&["watch", &journal, "--for", "1", "--interval", "20"]),
        plain(&["serve", &journal, "--listen", "127.0.0.1:0"]),
        plain(&["user", "list", "--users", &at("users")]),
        plain(&["--help"]),
        plain(&["--version"]),
    ];
    tried.extend(in_every_format(&journal));
    // What these print is a line about what they have done.
    for command in COMMANDS.iter().filter(|command| !["seal", "store"].contains(command)) {
        assert!(tried.iter().any(|args| args[0] == *command), "{command} is not tried");
    }
    for args in &tried {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let growing = (args[0] == "watch").then(|| {
            let journal = journal.clone();
            std::thread::spawn(move || {
                std::thread::sleep(Duration::from_millis(300));
                let mut file = std::fs::OpenOptions::new().append(true).open(journal).unwrap();
                file.write_all(line(900, "new", "New").as_bytes()).unwrap();
            })
        });
        let (code, stderr) =
            run_into(&args, line(1, "a", "A").as_bytes(), Terminal::default(), &mut Shut(ErrorKind::BrokenPipe));
        growing.into_iter().for_each(|thread| thread.join().unwrap());
        assert!(code == 0 && !stderr.contains("error"), "{args:?}: {code} {stderr}");
    }
}
