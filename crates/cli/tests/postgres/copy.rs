//! Copies between a file and a database: the same lines in the same order, so the same root.

use super::program::{Folder, command, example, journal, refused, said};

/// The root of a journal, as a new key seals it.
fn root(log: &str, folder: &Folder) -> String {
    let key = folder.path("desk.key");
    if !std::path::Path::new(&key).exists() {
        said(&["seal", "--new-key", &key, "--origin", "example.org/desk"]);
    }
    let sealed = said(&["seal", log, "--key", &key, "-o", &folder.path("sealed.txt")]);
    std::fs::remove_file(folder.path("sealed.txt")).unwrap();
    std::fs::remove_file(folder.path("sealed.txt.hashes")).unwrap();
    sealed.rsplit_once("root ").unwrap().1.trim().to_owned()
}

#[test]
fn a_copy_there_and_back_is_the_same_byte_for_byte() {
    let (folder, store) = (Folder::new(), journal("copy_there_and_back"));
    let (from, back) = (example().display().to_string(), folder.path("back.jsonl"));
    let told = said(&["copy", &from, &store]);
    assert!(told.starts_with("79 events copied, root "), "{told}");
    said(&["copy", &store, &back]);
    assert_eq!(std::fs::read(&from).unwrap(), std::fs::read(&back).unwrap());
}

#[test]
fn a_file_and_its_copy_have_the_same_root() {
    let (folder, store) = (Folder::new(), journal("copy_root"));
    let from = example().display().to_string();
    said(&["copy", &from, &store]);
    assert_eq!(root(&from, &folder), root(&store, &folder));
}

#[test]
fn a_seal_of_the_file_holds_for_the_copy() {
    let (folder, store) = (Folder::new(), journal("copy_sealed"));
    let (from, key, sealed) = (example().display().to_string(), folder.path("key"), folder.path("sealed.txt"));
    let public = said(&["seal", "--new-key", &key, "--origin", "example.org/desk"]);
    said(&["seal", &from, "--key", &key, "-o", &sealed]);
    said(&["copy", &from, &store]);
    let public = public.lines().last().unwrap().trim().to_owned();
    let verified = said(&["verify", &store, "--checkpoint", &sealed, "--vkey", &public]);
    assert!(verified.contains("79"), "{verified}");
}

#[test]
fn a_copy_that_was_stopped_goes_on_where_it_ended() {
    let (folder, store) = (Folder::new(), journal("copy_goes_on"));
    let log = std::fs::read_to_string(example()).unwrap();
    let (part, from) = (folder.path("part.jsonl"), example().display().to_string());
    std::fs::write(&part, log.split_inclusive('\n').take(30).collect::<String>()).unwrap();
    said(&["copy", &part, &store]);
    let told = said(&["copy", &from, &store]);
    assert!(told.starts_with("49 events copied, 30 were there already, root "), "{told}");
    let told = said(&["copy", &from, &store]);
    assert!(told.starts_with("0 events copied, 79 were there already, root "), "{told}");
}

#[test]
fn a_journal_that_is_no_beginning_is_not_copied_to() {
    let (folder, store) = (Folder::new(), journal("copy_refused"));
    let log = std::fs::read_to_string(example()).unwrap();
    let (part, from) = (folder.path("part.jsonl"), example().display().to_string());
    std::fs::write(&part, log.split_inclusive('\n').skip(1).collect::<String>()).unwrap();
    said(&["copy", &part, &store]);
    let (code, why) = refused(&["copy", &from, &store]);
    assert_eq!(code, Some(1), "{why}");
    assert!(why.contains("is no beginning of it: its event 1 is ") && why.contains("nothing was written"), "{why}");
    let (code, why) = refused(&["copy", &store, &store]);
    assert_eq!(code, Some(2), "{why}");
}

#[test]
fn a_copy_that_is_killed_loses_nothing_and_ends_the_same() {
    let (folder, store) = (Folder::new(), journal("copy_killed"));
    let log = folder.path("large.jsonl");
    let lines: String = (1..=20_000)
        .map(|number| {
            format!(
                "{{\"id\":\"0199f3c0-5a00-7000-8000-{number:012}\",\"v\":2,\"type\":\"track_stalled\",\
                 \"track\":\"us-ru/t{}\",\"occurred\":\"2025-11\",\"recorded\":\"2025-12-01T08:00:00Z\",\
                 \"source\":{{\"who\":\"izvestia\",\"attribution\":\"media\"}},\"data\":{{}}}}\n",
                number % 50
            )
        })
        .collect();
    std::fs::write(&log, lines).unwrap();
    for milliseconds in [30, 120, 300] {
        let mut child = command(&["copy", &log, &store]).stdout(std::process::Stdio::null()).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(milliseconds));
        let _ = child.kill();
        child.wait().unwrap();
    }
    said(&["copy", &log, &store]);
    let back = folder.path("back.jsonl");
    said(&["copy", &store, &back]);
    assert_eq!(std::fs::read(&log).unwrap(), std::fs::read(&back).unwrap());
}
