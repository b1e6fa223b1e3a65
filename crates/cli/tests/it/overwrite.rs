//! What a command writes never takes the place of what it reads, nor of events.
#![cfg(unix)]

use std::io::Write as _;
use std::os::unix::fs::symlink;
use std::path::Path;

use super::support::{Folder, Outcome, line, run};

/// A folder with a journal, a key and a checkpoint of the journal.
fn desk(name: &str) -> Folder {
    let folder = Folder::new(name);
    let log: String = (1..=3).map(|number| line(number, "a", &format!("Talks {number}"))).collect();
    let log = folder.write("log.jsonl", log);
    let at = |name: &str| format!("{}/{name}", folder.path());
    assert_eq!(run(&["seal", "--new-key", &at("key"), "--origin", "example.org/desk"]).code, 0);
    assert_eq!(run(&["seal", &log, "--key", &at("key"), "-o", &at("seal")]).code, 0);
    folder
}

/// Every command that writes a named file, without that name.
fn writers(folder: &Folder, journal: &str) -> Vec<Vec<String>> {
    let at = |name: &str| format!("{}/{name}", folder.path());
    let mut writers: Vec<Vec<String>> = ["ics", "csv", "jsonl", "parquet", "json-ld", "cloudevents"]
        .into_iter()
        .map(|format| vec!["export".to_owned(), format.to_owned(), journal.to_owned()])
        .collect();
    writers.push(["export", "digest", journal, "--since", "2025"].map(str::to_owned).to_vec());
    writers.push(["timeline", journal].map(str::to_owned).to_vec());
    let id = "0199f3c0-5a00-7000-8000-000000000001".to_owned();
    writers.push(vec!["prove".to_owned(), journal.to_owned(), id, "--checkpoint".to_owned(), at("seal")]);
    writers
}

fn write_to(command: &[String], output: &str, force: bool) -> Outcome {
    let mut args: Vec<&str> = command.iter().map(String::as_str).collect();
    args.extend(["-o", output]);
    args.extend(force.then_some("--force"));
    run(&args)
}

/// What all files of a folder hold.
fn contents(folder: &Folder) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries
        .filter(|path| path.is_file())
        .map(|path| (path.display().to_string(), std::fs::read(&path).unwrap()))
        .collect();
    files.sort();
    files
}

#[track_caller]
fn refused(outcome: &Outcome, why: &str, before: &[(String, Vec<u8>)], folder: &Folder) {
    assert_eq!((outcome.code, &*outcome.stdout), (2, ""), "{}", outcome.stderr);
    assert!(outcome.stderr.contains(why), "{}", outcome.stderr);
    assert!(contents(folder) == before, "a file has changed: {}", outcome.stderr);
}

#[test]
fn no_command_replaces_what_it_reads_by_whatever_name() {
    let folder = desk("overwrite-inputs");
    let at = |name: &str| format!("{}/{name}", folder.path());
    symlink("log.jsonl", at("symbolic")).unwrap();
    std::fs::hard_link(at("log.jsonl"), at("hard")).unwrap();
    symlink(folder.path(), at("around")).unwrap();
    let before = contents(&folder);
    for journal in [at("log.jsonl"), at("symbolic"), folder.path().to_owned()] {
        for command in writers(&folder, &journal) {
            for output in ["log.jsonl", "symbolic", "hard", "around/log.jsonl", "./log.jsonl"] {
                for force in [false, true] {
                    let outcome = write_to(&command, &at(output), force);
                    refused(&outcome, "is read by this command", &before, &folder);
                }
            }
        }
    }
    let proof = writers(&folder, &at("log.jsonl")).pop().unwrap();
    refused(&write_to(&proof, &at("seal"), true), "is read by this command", &before, &folder);
}

#[test]
fn no_seal_replaces_what_it_reads() {
    let folder = desk("overwrite-seal");
    let at = |name: &str| format!("{}/{name}", folder.path());
    symlink("log.jsonl", at("a.hashes")).unwrap();
    std::fs::hard_link(at("key"), at("b.hashes")).unwrap();
    symlink("seal", at("c.hashes")).unwrap();
    let before = contents(&folder);
    for name in ["a", "b", "c"] {
        let (log, key, seal) = (at("log.jsonl"), at("key"), at("seal"));
        let outcome = run(&["seal", &log, "--key", &key, "--extends", &seal, "-o", &at(name), "--force"]);
        refused(&outcome, "is read by this command", &before, &folder);
    }
}

#[test]
fn hashes_take_the_place_of_older_hashes_alone_unless_forced() {
    let folder = desk("overwrite-hashes");
    let at = |name: &str| format!("{}/{name}", folder.path());
    let (log, key) = (at("log.jsonl"), at("key"));
    let seal = |more: &[&str]| run(&[&["seal", &log, "--key", &key, "-o", &at("seal")], more].concat());
    std::fs::OpenOptions::new().append(true).open(&log).unwrap().write_all(line(4, "a", "Talks 4").as_bytes()).unwrap();
    assert_eq!(seal(&[]).code, 0, "older hashes give way");
    let hashes = std::fs::read(at("seal.hashes")).unwrap();
    folder.write("seal.hashes", "a list of another kind\n");
    let before = contents(&folder);
    refused(&seal(&[]), "is there already", &before, &folder);
    assert_eq!(seal(&["--no-hashes"]).code, 0);
    assert_eq!(seal(&["--force"]).code, 0);
    assert_eq!(std::fs::read(at("seal.hashes")).unwrap(), hashes);
    folder.write("seal.hashes", line(9, "a", "An event"));
    let before = contents(&folder);
    refused(&seal(&["--force"]), "holds events", &before, &folder);
}

#[test]
fn no_import_appends_to_what_it_reads() {
    let folder = Folder::new("overwrite-import");
    let event = run(&["export", "cloudevents", &folder.write("log.jsonl", line(1, "a", "Talks"))]).stdout;
    let sheet = folder.write("events.jsonl", event.trim_end());
    let link = format!("{}/link.jsonl", folder.path());
    std::fs::hard_link(&sheet, &link).unwrap();
    let before = contents(&folder);
    for output in [&sheet, &link] {
        let outcome = run(&["import", "cloudevents", &sheet, "-o", output]);
        refused(&outcome, "is read by this command", &before, &folder);
    }
    for option in ["--mapping", "--table", "--actors"] {
        let outcome = run(&["import", "icews", "-", option, &sheet, "-o", &link]);
        refused(&outcome, "is read by this command", &before, &folder);
    }
}

#[test]
fn a_file_that_holds_events_is_never_replaced() {
    let folder = desk("overwrite-events");
    let at = |name: &str| format!("{}/{name}", folder.path());
    let other = line(7, "b", "Other talks");
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(other.as_bytes()).unwrap();
    for (name, bytes) in [
        ("plain", other.clone().into_bytes()),
        ("blank-first", format!("\u{feff}\n  \n{other}").into_bytes()),
        ("not-ended", other.trim_end().as_bytes().to_vec()),
        ("newer", other.replace("\"v\":3", "\"v\":99").into_bytes()),
        ("broken-behind", format!("{other}{{\"id\":").into_bytes()),
        ("gzip", packed.finish().unwrap()),
        ("zstd", zstd::encode_all(other.as_bytes(), 1).unwrap()),
    ] {
        folder.write("other", bytes);
        let before = contents(&folder);
        for command in writers(&folder, &at("log.jsonl")) {
            let outcome = write_to(&command, &at("other"), true);
            assert!(outcome.stderr.contains("holds events"), "{name}: {}", outcome.stderr);
            refused(&outcome, "--force replaces no journal", &before, &folder);
        }
    }
}

#[test]
fn another_file_is_replaced_only_where_that_is_forced_and_an_empty_one_always() {
    let folder = desk("overwrite-forced");
    let at = |name: &str| format!("{}/{name}", folder.path());
    for command in writers(&folder, &at("log.jsonl")) {
        let there = folder.write("there", "a letter\n");
        let before = contents(&folder);
        refused(&write_to(&command, &there, false), "replace this one with --force", &before, &folder);
        assert_eq!(write_to(&command, &there, true).code, 0, "{command:?}");
        let forced = std::fs::read(&there).unwrap();
        folder.write("there", "");
        assert_eq!(write_to(&command, &there, false).code, 0, "{command:?}");
        assert!(!forced.is_empty() && std::fs::read(&there).unwrap() == forced, "{command:?}");
    }
}

#[test]
fn what_is_written_becomes_no_log_of_a_directory_that_is_read() {
    let folder = desk("overwrite-directory");
    let before = contents(&folder);
    for command in writers(&folder, folder.path()) {
        for name in ["new.jsonl", "new.jsonl.gz"] {
            let outcome = write_to(&command, &format!("{}/{name}", folder.path()), true);
            refused(&outcome, "would be read as a log of the journal", &before, &folder);
        }
    }
}

#[test]
fn a_dash_is_standard_output() {
    let folder = desk("overwrite-dash");
    for command in writers(&folder, &format!("{}/log.jsonl", folder.path())) {
        if command[1] == "parquet" {
            continue;
        }
        let outcome = write_to(&command, "-", false);
        assert!(outcome.code == 0 && !outcome.stdout.is_empty(), "{command:?}: {}", outcome.stderr);
    }
    assert!(!Path::new("-").exists());
}

/// The folder is writable, and the file is not: a rename would go through, and change the owner.
#[test]
fn a_file_that_its_user_may_not_write_stays() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new("overwrite-user");
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o777)).unwrap();
    let log = folder.write("log.jsonl", [" ".to_owned(), line(1, "a", "A")].concat());
    let more = folder.write("more.jsonl", line(2, "a", "A"));
    let table = folder.write("table", "a letter\n");
    let binary = format!("{}/demarche", folder.path());
    std::fs::copy(env!("CARGO_BIN_EXE_demarche"), &binary).unwrap();
    let before = contents(&folder);
    for args in [
        &["merge", &log, &more, "-o", &log][..],
        &["fmt", &log],
        &["export", "csv", &log, "-o", &table, "--force"],
        &["retract", "-j", &log, "0199f3c0-5a00-7000-8000-000000000001", "--reason", "no"],
    ] {
        let output = std::process::Command::new("setpriv")
            .args(["--reuid=65534", "--regid=65534", "--clear-groups", &binary])
            .args(args)
            .output()
            .unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(3), "{args:?}: {told}");
        assert!(told.contains("Permission denied") && told.contains(folder.path()), "{args:?}: {told}");
        assert!(contents(&folder) == before, "{args:?}");
    }
}
