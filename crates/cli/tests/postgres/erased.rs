//! Texts erased in a database: gone, sealed still, and not brought back.

use super::program::{Folder, example, journal, refused, run, said};
use super::support::server;

/// A copy of the example in a database, sealed, and an entry of it with a note.
struct Sealed {
    store: String,
    folder: Folder,
    public: String,
    line: String,
    id: String,
    note: String,
}

impl Sealed {
    fn new(schema: &str) -> Self {
        let (folder, store) = (Folder::new(), journal(schema));
        let key = folder.path("key");
        let public = said(&["seal", "--new-key", &key, "--origin", "example.org/desk"]);
        let public = public.lines().last().unwrap().trim().to_owned();
        let log = example().display().to_string();
        said(&["copy", &log, &store]);
        said(&["seal", &store, "--key", &key, "-o", &folder.path("sealed.txt")]);
        let log = std::fs::read_to_string(log).unwrap();
        let line = log.lines().find(|line| line.contains("\"note\":")).unwrap().to_owned();
        let event: serde_json::Value = serde_json::from_str(&line).unwrap();
        let text = |name: &str| event[name].as_str().unwrap().to_owned();
        Self { store, folder, public, id: text("id"), note: text("note"), line }
    }

    fn args<'a>(&'a self, store: &'a str, key: &'a str) -> Vec<&'a str> {
        vec!["erase", "-j", store, &self.id, "--field", "note", "--reason", "asked for", "--key", key]
    }

    fn erase(&self) {
        said(&self.args(&self.store, &self.folder.path("key")));
    }

    fn lines(&self) -> String {
        said(&["merge", &self.store])
    }
}

#[test]
fn an_erased_text_is_gone_and_the_seal_holds() {
    let sealed = Sealed::new("erased");
    assert!(sealed.lines().contains(&sealed.note));
    sealed.erase();
    assert!(!sealed.lines().contains(&sealed.note));
    let checkpoint = sealed.folder.path("sealed.txt");
    let told = said(&["verify", &sealed.store, "--checkpoint", &checkpoint, "--vkey", &sealed.public]);
    assert!(told.contains("79"), "{told}");
    assert!(run(&["store", "check", &sealed.store]).status.success());
}

#[test]
fn the_original_that_comes_again_is_there_already() {
    let sealed = Sealed::new("erased_again");
    sealed.erase();
    let again = run(&["record", "-j", &sealed.store, "--json", &sealed.line]);
    let told = String::from_utf8(again.stderr).unwrap();
    assert!(again.status.success() && told.contains("was there already"), "{told}");
    assert!(!sealed.lines().contains(&sealed.note));
}

#[test]
fn only_the_owner_erases() {
    let sealed = Sealed::new("erased_by_others");
    server().sql("CREATE ROLE eraser LOGIN");
    said(&["store", "grant", &sealed.store, "eraser", "--append"]);
    let as_eraser = server().address("eraser", "erased_by_others").to_string();
    let (code, why) = refused(&sealed.args(&as_eraser, &sealed.folder.path("key")));
    assert_eq!(code, Some(3), "{why}");
    assert!(why.contains("only the owner of the journal may erase"), "{why}");
    assert!(sealed.lines().contains(&sealed.note) && !sealed.lines().contains("event_redacted"), "nothing was written");
}

#[test]
fn erasing_again_writes_nothing() {
    let sealed = Sealed::new("erased_twice");
    sealed.erase();
    let before = sealed.lines();
    sealed.erase();
    assert_eq!(sealed.lines(), before);
}
