//! Erasing: the text goes, what was sealed holds, those who read forget it, and a kill at any moment harms nothing.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::support::{Folder, Outcome, line, run};

const NAME: &str = "example.org/desk";
const TEXT: &str = "heard from A. Smith";

/// A folder with a key, and a journal of three events, of which the second has a note; sealed.
struct Desk {
    folder: Folder,
    vkey: String,
}

impl Desk {
    fn new(name: &str) -> Self {
        let folder = Folder::new(name);
        let made = run(&["seal", "--new-key", &format!("{}/key", folder.path()), "--origin", NAME]);
        let desk = Self { folder, vkey: made.stdout.trim().to_owned() };
        desk.folder.write("desk.jsonl", log());
        let (journal, key, sealed) = (desk.at("desk.jsonl"), desk.at("key"), desk.at("sealed"));
        assert_eq!(run(&["seal", &journal, "--key", &key, "-o", &sealed]).code, 0);
        desk
    }

    fn at(&self, name: &str) -> String {
        format!("{}/{name}", self.folder.path())
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.at(name)).unwrap()
    }

    /// The arguments that erase the note of the second event.
    fn args(&self) -> Vec<String> {
        let (journal, key) = (self.at("desk.jsonl"), self.at("key"));
        let args = ["erase", "-j", &journal, "#2", "--field", "note", "--reason", "asked for", "--key", &key];
        args.map(str::to_owned).to_vec()
    }

    fn erase(&self, more: &[&str]) -> Outcome {
        let args = self.args();
        run(&args.iter().map(String::as_str).chain(more.iter().copied()).collect::<Vec<_>>())
    }

    fn verify(&self) -> Outcome {
        run(&["verify", &self.at("desk.jsonl"), "--checkpoint", &self.at("sealed"), "--vkey", &self.vkey])
    }
}

/// A line with a note.
fn noted(number: u32) -> String {
    line(number, "a", "Talks").replace(",\"data\"", &format!(",\"note\":\"{TEXT}\",\"data\""))
}

fn log() -> String {
    line(1, "a", "A") + &noted(2) + &line(3, "b", "B")
}

#[test]
fn a_text_is_erased_and_what_was_sealed_still_verifies() {
    let desk = Desk::new("erase");
    let before = run(&["replay", &desk.at("desk.jsonl")]).stdout;
    let dry = desk.erase(&["--dry-run"]);
    assert_eq!((dry.code, &*dry.stderr), (0, ""));
    let id = "0199f3c0-5a00-7000-8000-000000000002";
    let expected =
        format!("would erase texts of #2 (track_opened, {id}), in 1 line:\n  note: 19 characters become [erased]\n");
    assert_eq!(dry.stdout, expected);
    assert_eq!(desk.read("desk.jsonl"), log());

    let done = desk.erase(&["--entered-by", "desk/ana"]);
    assert_eq!((done.code, done.stdout.lines().count()), (0, 1), "{}", done.stderr);
    assert_eq!(done.stderr, format!("note: erased texts of #2 (track_opened, {id}), in 1 line\n"));
    assert!(![&done.stdout, &done.stderr, &desk.read("desk.jsonl")].iter().any(|text| text.contains("Smith")));
    assert_eq!(run(&["replay", &desk.at("desk.jsonl")]).stdout, before, "no answer is another");
    let verified = desk.verify();
    assert_eq!((verified.code, &*verified.stderr), (0, ""));
    assert!(verified.stdout.contains("1 event had texts erased since"), "{}", verified.stdout);
    let events = run(&["events", &desk.at("desk.jsonl")]).stdout;
    assert!(events.contains("the desk erases the note of an entry"), "{events}");

    // Again, it changes nothing.
    let there = desk.read("desk.jsonl");
    let again = desk.erase(&[]);
    assert_eq!((again.code, &*again.stdout), (0, ""));
    assert!(again.stderr.contains("nothing was written"), "{}", again.stderr);
    assert_eq!(desk.read("desk.jsonl"), there);

    // The original comes again, from another desk and as a batch.
    let copy = desk.folder.write("copy.jsonl", noted(2));
    let merged = run(&["merge", &copy, &desk.at("desk.jsonl")]);
    assert_eq!((merged.code, merged.stdout.lines().count()), (0, 4), "{}", merged.stderr);
    assert!(!merged.stdout.contains("Smith"));
    let sent = run(&["record", "-j", &desk.at("desk.jsonl"), "--json", noted(2).trim_end()]);
    assert_eq!(sent.code, 0, "{}", sent.stderr);
    assert!(sent.stderr.contains("was there already"), "{}", sent.stderr);
    let clouds = run(&["export", "cloudevents", &copy]).stdout;
    let clouds = desk.folder.write("clouds.json", clouds);
    let imported = run(&["import", "cloudevents", &clouds, "-o", &desk.at("desk.jsonl")]);
    assert_eq!(imported.code, 0, "{}", imported.stderr);
    assert_eq!(desk.read("desk.jsonl"), there);

    // A later seal holds for what follows, and the event can be proved no more.
    let (journal, key, sealed) = (desk.at("desk.jsonl"), desk.at("key"), desk.at("sealed"));
    assert_eq!(run(&["seal", &journal, "--key", &key, "-o", &sealed]).code, 0);
    assert_eq!(desk.verify().code, 0);
    assert_eq!(run(&["prove", &journal, "#1", "--checkpoint", &sealed, "-o", &desk.at("proof")]).code, 0);
    let gone = run(&["prove", &journal, "#2", "--checkpoint", &sealed, "-o", &desk.at("other")]);
    assert!(gone.code == 2 && gone.stderr.contains("were erased"), "{}", gone.stderr);
}

#[test]
fn an_alteration_does_not_pass_for_an_erasure() {
    let desk = Desk::new("erase-forged");
    desk.folder.write("desk.jsonl", log().replace(TEXT, "[erased]"));
    let unsigned = desk.verify();
    assert!(unsigned.code == 1 && unsigned.stderr.contains("event 2 is not the one"), "{}", unsigned.stderr);

    desk.folder.write("desk.jsonl", log());
    let other = desk.at("other.key");
    run(&["seal", "--new-key", &other, "--origin", NAME]);
    let args = desk.args();
    let args: Vec<&str> = args.iter().map(|arg| if *arg == desk.at("key") { &other } else { &**arg }).collect();
    assert_eq!(run(&args).code, 0);
    let foreign = desk.verify();
    assert_eq!(foreign.code, 1);
    assert!(foreign.stderr.contains("a redaction says that its texts were erased, but"), "{}", foreign.stderr);
}

#[test]
fn a_desk_that_changed_its_key_proves_what_it_sealed_and_erased_with_either() {
    let desk = Desk::new("erase-rotated");
    let (journal, sealed, anew, new) = (desk.at("desk.jsonl"), desk.at("sealed"), desk.at("anew"), desk.at("new.key"));
    let new_vkey = run(&["seal", "--new-key", &new, "--origin", NAME]).stdout.trim().to_owned();
    let (old, both) = (["--vkey", &desk.vkey], ["--vkey", &new_vkey, "--vkey", &desk.vkey]);
    let verify = |vkeys: &[&str], more: &[&str]| {
        let outcome = run(&[&["verify", &journal, "--checkpoint", &sealed], vkeys, more].concat());
        (outcome.code, outcome.stdout + &outcome.stderr)
    };
    // One text is erased with the old key, and another of the same event with the new one.
    assert_eq!(desk.erase(&[]).code, 0);
    let erased = ["erase", "-j", &journal, "#2", "--field", "title", "--reason", "asked for", "--key", &new];
    assert_eq!(run(&erased).code, 0);

    let (code, told) = verify(&both, &[]);
    assert!(code == 0 && told.contains("1 event had texts erased since"), "{told}");
    let (code, told) = verify(&old, &[]);
    assert!(code == 1 && told.contains("a redaction says that its texts were erased, but"), "{told}");
    let (code, told) = verify(&["--vkey", &new_vkey], &[]);
    assert!(code == 1 && told.contains("not signed by the key"), "{told}");

    // A seal with the new key goes on from those with the old one.
    let seal = |more: &[&str]| run(&[&["seal", &journal, "--key", &new, "-o", &anew], more].concat());
    let alone = seal(&["--extends", &sealed]);
    assert!(alone.code == 1 && alone.stderr.contains("not signed by the key"), "{}", alone.stderr);
    let goes_on = seal(&["--extends", &sealed, "--vkey", &desk.vkey]);
    assert_eq!((goes_on.code, &*goes_on.stderr), (0, ""));
    assert_eq!(verify(&both, &["--checkpoint", &anew]).0, 0);
    let proof = desk.at("proof");
    assert_eq!(run(&["prove", &journal, "#1", "--checkpoint", &sealed, "-o", &proof]).code, 0);
    assert_eq!(run(&[&["verify", "--proof", &proof][..], &both].concat()).code, 0);

    // Who leaves the old key out is told what that means.
    std::fs::remove_file(&anew).unwrap();
    let apart = seal(&[]);
    assert_eq!(apart.code, 0, "{}", apart.stderr);
    assert!(apart.stderr.contains("note: 1 redaction signed by another key"), "{}", apart.stderr);
}

#[test]
fn what_is_no_text_stays_and_the_error_says_why() {
    let desk = Desk::new("erase-refused");
    for (field, why) in [
        ("source.who", "it names actors"),
        ("data.venue", "venues are compared"),
        ("occurred", "rests on dates"),
        ("type", "not a free text"),
    ] {
        let refused = desk.erase(&["--field", field]);
        assert!(refused.code == 2 && refused.stderr.contains(why), "{field}: {}", refused.stderr);
    }
    let missing = desk.erase(&["--field", "summary"]);
    let told = "has no `data.summary`: what can be erased of it is `note`, `data.title`";
    assert!(missing.code == 2 && missing.stderr.contains(told), "{}", missing.stderr);
    let by_hand = run(&["record", "event-redacted", "a", "-j", &desk.at("desk.jsonl")]);
    assert!(by_hand.stderr.contains("`demarche erase` enters it"), "{}", by_hand.stderr);
    assert_eq!(desk.read("desk.jsonl"), log());
}

#[test]
fn files_beside_the_log_that_have_the_text_are_named() {
    let desk = Desk::new("erase-beside");
    desk.folder.write("desk.jsonl.torn", noted(2).trim_end());
    desk.folder.write(".demarche-1-0.tmp", "nothing of it");
    let done = desk.erase(&[]);
    let warnings: Vec<&str> = done.stderr.lines().filter(|line| line.starts_with("warning")).collect();
    assert!(warnings.len() == 1 && warnings[0].contains("desk.jsonl.torn still has such a text"), "{warnings:?}");
}

#[test]
fn a_watch_forgets_the_text_and_prints_no_change() {
    let desk = Desk::new("erase-watch");
    let watched = desk.at("desk.jsonl");
    let watch = std::thread::spawn(move || run(&["watch", &watched, "--interval", "20", "--for", "2"]));
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(desk.erase(&[]).code, 0);
    let outcome = watch.join().unwrap();
    assert_eq!((outcome.code, &*outcome.stdout), (0, ""), "{}", outcome.stderr);
    assert!(!outcome.stderr.contains("different content"), "{}", outcome.stderr);
}

/// Kills the program at moments that come later and later, until it is done before it is killed.
#[test]
fn a_kill_at_any_moment_leaves_all_or_nothing() {
    let desk = Desk::new("erase-killed");
    let bulk: String = (10..3000).map(|number| line(number, "c", "C")).collect();
    let log = log() + &bulk;
    let mut is_done = false;
    for wait in (0..400).map(|step| Duration::from_micros(step * 500)) {
        desk.folder.write("desk.jsonl", &log);
        let mut child = Command::new(env!("CARGO_BIN_EXE_demarche"))
            .args(desk.args())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(wait);
        is_done = child.try_wait().unwrap().is_some();
        child.kill().unwrap();
        child.wait().unwrap();
        let now = desk.read("desk.jsonl");
        let is_old = now == log;
        assert!(is_old || (!now.contains("Smith") && now.matches("event_redacted").count() == 1), "after {wait:?}");
        assert_eq!(desk.verify().code, 0, "after {wait:?}");
        if is_done {
            break;
        }
    }
    assert!(is_done, "it was never done in time");
    for left in std::fs::read_dir(Path::new(desk.folder.path())).unwrap().map(|entry| entry.unwrap().path()) {
        if left.extension().is_some_and(|ending| ending == "tmp") {
            std::fs::remove_file(left).unwrap();
        }
    }
    assert_eq!(desk.erase(&[]).code, 0);
    assert!(!desk.read("desk.jsonl").contains("Smith"));
}
