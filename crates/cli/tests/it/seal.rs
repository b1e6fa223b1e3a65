//! Sealing, verifying and proving: what was altered is found, and what was not still holds.

use sha2::{Digest, Sha256};

use super::support::{Folder, Outcome, fixture, line, run};

const NAME: &str = "example.org/desk";

/// A folder with a key and a journal with a number of events.
struct Desk {
    folder: Folder,
    vkey: String,
}

impl Desk {
    fn new(name: &str, events: u32) -> Self {
        let folder = Folder::new(name);
        let outcome = run(&["seal", "--new-key", &format!("{}/key", folder.path()), "--origin", NAME]);
        assert_eq!(outcome.code, 0, "{}", outcome.stderr);
        let desk = Self { folder, vkey: outcome.stdout.trim().to_owned() };
        desk.put(log(events));
        desk
    }

    fn put(&self, log: impl AsRef<[u8]>) {
        self.folder.write("log.jsonl", log);
    }

    fn at(&self, name: &str) -> String {
        format!("{}/{name}", self.folder.path())
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.at(name)).unwrap()
    }

    fn seal(&self, name: &str, more: &[&str]) -> Outcome {
        let (log, key, output) = (self.at("log.jsonl"), self.at("key"), self.at(name));
        run(&[&["seal", &log, "--key", &key, "-o", &output], more].concat())
    }

    fn verify(&self, names: &[&str]) -> Outcome {
        let mut args = vec!["verify".to_owned(), self.at("log.jsonl"), "--vkey".to_owned(), self.vkey.clone()];
        args.extend(names.iter().flat_map(|name| ["--checkpoint".to_owned(), self.at(name)]));
        run(&args.iter().map(String::as_str).collect::<Vec<_>>())
    }

    fn prove(&self, id: &str, checkpoint: &str) -> Outcome {
        let (log, checkpoint, output) = (self.at("log.jsonl"), self.at(checkpoint), self.at("proof"));
        run(&["prove", &log, id, "--checkpoint", &checkpoint, "-o", &output, "--force"])
    }

    fn check(&self, proof: &str) -> Outcome {
        run(&["verify", "--proof", &self.at(proof), "--vkey", &self.vkey])
    }
}

fn log(events: u32) -> String {
    (1..=events).map(|number| line(number, "a", &format!("Talks {number}"))).collect()
}

#[track_caller]
fn done(outcome: &Outcome) {
    assert_eq!((outcome.code, &*outcome.stderr), (0, ""), "{}", outcome.stdout);
}

#[track_caller]
fn proved(outcome: &Outcome) {
    assert_eq!((outcome.code, outcome.stderr.lines().count()), (0, 1), "{}{}", outcome.stdout, outcome.stderr);
    assert!(outcome.stderr.starts_with("note: proving "), "{}", outcome.stderr);
}

#[track_caller]
fn refused(outcome: &Outcome, why: &str) {
    assert_eq!(outcome.code, 1, "{}{}", outcome.stdout, outcome.stderr);
    assert!(outcome.stderr.contains(why), "{}", outcome.stderr);
}

#[test]
fn a_checkpoint_is_a_signed_note_over_the_root_of_rfc_6962() {
    fn root(lines: &[&str]) -> Vec<u8> {
        match lines {
            [] => Sha256::digest([]).to_vec(),
            [line] => Sha256::digest([b"\0", line.as_bytes()].concat()).to_vec(),
            _ => {
                let (left, right) = lines.split_at(lines.len().next_power_of_two() / 2);
                Sha256::digest([vec![1], root(left), root(right)].concat()).to_vec()
            }
        }
    }
    let desk = Desk::new("seal-form", 0);
    for events in [0, 1, 2, 3, 7, 8, 9] {
        let log = log(events);
        desk.put(&log);
        done(&desk.seal("checkpoint", &[]));
        let note = desk.read("checkpoint");
        let lines: Vec<&str> = note.lines().collect();
        assert_eq!((lines[0], lines[1], lines[3]), (NAME, &*events.to_string(), ""));
        let hashes: Vec<&str> = log.lines().collect();
        assert_eq!(hex_of_base64(lines[2]), hex(&root(&hashes)), "{events} events");
        assert!(lines[4].starts_with(&format!("— {NAME} ")));
        done(&desk.verify(&["checkpoint"]));
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Base64 by hand, so that the test rests on none of the code that it tests.
fn hex_of_base64(text: &str) -> String {
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bits: String =
        text.trim_end_matches('=').chars().map(|c| format!("{:06b}", alphabet.find(c).unwrap())).collect();
    let bytes: Vec<u8> = bits
        .as_bytes()
        .chunks_exact(8)
        .map(|bits| u8::from_str_radix(str::from_utf8(bits).unwrap(), 2).unwrap())
        .collect();
    hex(&bytes)
}

#[test]
fn a_key_is_told_to_its_owner_alone() {
    let desk = Desk::new("seal-key", 1);
    let secret = desk.read("key");
    assert!(secret.starts_with("PRIVATE+KEY+") && desk.vkey.starts_with(NAME), "{}", desk.vkey);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(desk.at("key")).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn a_key_is_never_overwritten() {
    let desk = Desk::new("seal-key-kept", 1);
    let secret = desk.read("key");
    assert_eq!(run(&["seal", "--new-key", &desk.at("key"), "--origin", NAME]).code, 3);
    assert_eq!(desk.read("key"), secret);
}

#[test]
fn a_private_key_is_refused_where_a_public_one_is_due() {
    let desk = Desk::new("seal-key-mistaken", 1);
    let outcome = run(&["verify", "--proof", "x", "--vkey", desk.read("key").trim()]);
    assert_eq!(outcome.code, 2);
}

#[test]
fn a_journal_that_grew_extends_every_older_checkpoint() {
    let desk = Desk::new("seal-grew", 0);
    let names: Vec<String> = (0..20).map(|events| format!("c{events}")).collect();
    for (events, name) in (0..).zip(&names) {
        desk.put(log(events));
        done(&desk.seal(name, &[]));
    }
    let outcome = desk.verify(&names.iter().map(String::as_str).collect::<Vec<_>>());
    done(&outcome);
    assert!(
        outcome.stdout.ends_with("the first 19 events are as they were sealed; 0 came later\n"),
        "{}",
        outcome.stdout
    );
}

/// Every byte of a text, altered in one bit, another one at each: all bits of each would take minutes, and the library
/// tries them.
fn altered(text: &[u8]) -> impl Iterator<Item = (usize, Vec<u8>)> {
    (0..text.len()).map(|at| {
        let mut altered = text.to_vec();
        altered[at] ^= 1 << (at % 8);
        (at, altered)
    })
}

#[test]
fn every_flipped_byte_of_a_sealed_journal_fails_and_names_its_line() {
    let desk = Desk::new("seal-flips", 2);
    done(&desk.seal("checkpoint", &[]));
    let whole = log(2);
    for (at, log) in altered(whole.as_bytes()) {
        desk.put(&log);
        let line = 1 + whole.bytes().take(at).filter(|byte| *byte == b'\n').count();
        refused(&desk.verify(&["checkpoint"]), &format!("log.jsonl:{line}"));
    }
}

#[test]
fn only_what_is_canonical_is_sealed() {
    let desk = Desk::new("seal-canonical", 3);
    done(&desk.seal("checkpoint", &[]));
    let note = desk.read("checkpoint");
    let spaced = line(2, "a", "Talks 2").replace("\"v\":3", "\"v\": 3");
    desk.put([line(1, "a", "Talks 1"), spaced, line(3, "a", "Talks 3")].concat());
    refused(&desk.seal("checkpoint", &[]), "log.jsonl:2:50");
    let outcome = desk.verify(&["checkpoint"]);
    refused(&outcome, "here stands \" \", and it has \"3\"");
    assert!(outcome.stderr.contains("log.jsonl:2:50") && outcome.stdout.contains("does not hold"), "{outcome:?}");
    assert_eq!(desk.read("checkpoint"), note);
}

#[test]
fn behind_what_was_sealed_lines_that_are_not_canonical_are_only_remarked_on() {
    let desk = Desk::new("seal-behind", 3);
    done(&desk.seal("checkpoint", &[]));
    let note = desk.read("checkpoint");
    desk.put(log(3) + "\n");
    let outcome = desk.verify(&["checkpoint"]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert!(outcome.stderr.contains("1 line behind them not in canonical form, first "), "{}", outcome.stderr);
    assert_eq!(desk.read("checkpoint"), note);
}

#[test]
fn an_error_in_a_checkpoint_names_its_line_unless_the_whole_is_broken() {
    let desk = Desk::new("seal-note-line", 3);
    done(&desk.seal("checkpoint", &[]));
    let note = desk.read("checkpoint");
    for (wrong, place) in [
        (note.replacen("\n3\n", "\n4\n", 1), "wrong\n"),
        (note.replacen('\n', "\u{7}\n", 1), "wrong:1\n"),
        (note.replacen("\n\n— ", "\n\n~ ", 1), "wrong:5\n"),
        ("not a note".to_owned(), "wrong\n"),
    ] {
        desk.folder.write("wrong", &wrong);
        let outcome = desk.verify(&["wrong"]);
        assert_eq!(outcome.code, 1);
        assert!(outcome.stderr.contains(place), "{wrong:?}: {}", outcome.stderr);
    }
}

/// A journal of five events in a folder of two logs, of which the older one was set aside; sealed when it had three
/// events, and now.
struct Shelf {
    desk: Desk,
    folder: String,
}

const LAST: &str = "0199f3c0-5a00-7000-8000-000000000005";

impl Shelf {
    fn new(name: &str) -> Self {
        let desk = Desk::new(name, 0);
        let folder = desk.at("journal");
        std::fs::create_dir(&folder).unwrap();
        let shelf = Self { desk, folder };
        shelf.put("journal.jsonl", 1..4);
        done(&shelf.seal("three"));
        std::fs::rename(shelf.at("journal.jsonl"), shelf.at("2024.jsonl")).unwrap();
        shelf.put("journal.jsonl", 4..6);
        std::fs::write(shelf.at("z.expect.jsonl"), "no log\n").unwrap();
        done(&shelf.seal("five"));
        shelf
    }

    fn at(&self, name: &str) -> String {
        format!("{}/{name}", self.folder)
    }

    fn put(&self, name: &str, numbers: std::ops::Range<u32>) {
        let log: String = numbers.map(|number| line(number, "a", &format!("Talks {number}"))).collect();
        std::fs::write(self.at(name), log).unwrap();
    }

    fn seal(&self, name: &str) -> Outcome {
        run(&["seal", &self.folder, "--key", &self.desk.at("key"), "-o", &self.desk.at(name)])
    }

    fn verify(&self, journal: &str, name: &str) -> Outcome {
        run(&["verify", journal, "--vkey", &self.desk.vkey, "--checkpoint", &self.desk.at(name)])
    }
}

#[test]
fn a_log_that_is_set_aside_stays_in_its_place_in_the_sequence() {
    let shelf = Shelf::new("seal-shelf");
    done(&shelf.verify(&shelf.folder, "three"));
    done(&shelf.verify(&shelf.folder, "five"));
    assert_eq!(shelf.desk.read("five").lines().nth(1), Some("5"));
}

#[test]
fn a_directory_is_the_same_sequence_as_one_file_plain_or_compressed() {
    let shelf = Shelf::new("seal-shelf-whole");
    let whole: Vec<u8> = (1..6).flat_map(|number| line(number, "a", &format!("Talks {number}")).into_bytes()).collect();
    let gzip = {
        use std::io::Write as _;
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        gzip.write_all(&whole).unwrap();
        gzip.finish().unwrap()
    };
    let zstd = zstd::encode_all(whole.as_slice(), 0).unwrap();
    for (name, bytes) in [("whole.jsonl", &whole), ("whole.jsonl.gz", &gzip), ("whole.jsonl.zst", &zstd)] {
        done(&shelf.verify(&shelf.desk.folder.write(name, bytes), "five"));
        let args = ["verify", "-", "--vkey", &shelf.desk.vkey, "--checkpoint", &shelf.desk.at("five")];
        done(&super::support::run_with(&args, bytes, demarche_cli::Terminal::default()));
    }
}

#[test]
fn an_event_of_a_directory_is_proved() {
    let shelf = Shelf::new("seal-shelf-proof");
    let (checkpoint, proof) = (shelf.desk.at("five"), shelf.desk.at("proof"));
    proved(&run(&["prove", &shelf.folder, LAST, "--checkpoint", &checkpoint, "-o", &proof]));
    assert!(shelf.desk.check("proof").stdout.ends_with(&line(5, "a", "Talks 5")));
}

#[test]
fn a_difference_in_a_directory_names_its_log() {
    let shelf = Shelf::new("seal-shelf-differs");
    shelf.put("journal.jsonl", 5..7);
    refused(&shelf.verify(&shelf.folder, "five"), "journal.jsonl:1");
}

#[test]
fn what_is_not_kept_is_not_sealed_and_proves_nothing() {
    let shelf = Shelf::new("seal-shelf-stdin");
    let (key, checkpoint, none) = (shelf.desk.at("key"), shelf.desk.at("five"), shelf.desk.at("none"));
    for args in [
        &["seal", "-", "--key", &key, "-o", &none][..],
        &["prove", "-", LAST, "--checkpoint", &checkpoint],
        &["prove", LAST, "--checkpoint", &checkpoint],
    ] {
        let outcome = run(args);
        assert_eq!(outcome.code, 2, "{}", outcome.stderr);
    }
    assert!(!std::path::Path::new(&none).exists());
}

#[test]
fn the_environment_names_the_journal_and_hinders_nothing() {
    let desk = Desk::new("seal-environment", 2);
    let run = |args: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_demarche"));
        let output = command.args(args).env("DEMARCHE_JOURNAL", desk.at("log.jsonl")).output().unwrap();
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    };
    let (key, checkpoint, proof) = (desk.at("key"), desk.at("checkpoint"), desk.at("proof"));
    run(&["seal", "--new-key", &desk.at("key-2"), "--origin", NAME]);
    run(&["seal", "--key", &key, "-o", &checkpoint]);
    run(&["verify", "--checkpoint", &checkpoint, "--vkey", &desk.vkey]);
    run(&["prove", "0199f3c0-5a00-7000-8000-000000000002", "--checkpoint", &checkpoint, "-o", &proof]);
    run(&["verify", "--proof", &proof, "--vkey", &desk.vkey]);
}

#[test]
fn the_first_event_that_differs_is_named_by_its_line() {
    let desk = Desk::new("seal-names", 6);
    done(&desk.seal("all", &[]));
    let lines: Vec<String> = log(6).lines().map(|line| format!("{line}\n")).collect();
    let place = |number: usize| format!("log.jsonl:{number}\n");
    // Altered, taken out, put in, moved, and cut off.
    desk.put(log(6).replace("Talks 4", "Walks 4"));
    refused(&desk.verify(&["all"]), &place(4));
    desk.put([&lines[..2], &lines[3..]].concat().concat());
    refused(&desk.verify(&["all"]), &place(3));
    desk.put([&lines[..1], &[line(9, "a", "New")], &lines[1..]].concat().concat());
    refused(&desk.verify(&["all"]), &place(2));
    desk.put([&lines[..4], &lines[5..], &lines[4..5]].concat().concat());
    refused(&desk.verify(&["all"]), &place(5));
    desk.put(log(4));
    refused(&desk.verify(&["all"]), "the log ends after event 4: 6 were sealed");
}

#[test]
fn without_hashes_it_is_known_between_which_checkpoints_it_differs() {
    let desk = Desk::new("seal-between", 2);
    done(&desk.seal("two", &["--no-hashes"]));
    desk.put(log(5));
    done(&desk.seal("five", &["--no-hashes"]));
    desk.put(log(5).replace("Talks 4", "Walks 4"));
    let outcome = desk.verify(&["two", "five"]);
    refused(&outcome, "one of the events 3 to 5 is not as it was sealed");
    assert!(outcome.stdout.contains("two: holds") && outcome.stdout.contains("five: does not hold"));
    desk.put(log(3));
    refused(&desk.verify(&["two", "five"]), "has 3 of the 5 events that were sealed, of which only the first 2");
    // Hashes that do not belong to the checkpoint are of no use, and do no harm.
    desk.folder.write("five.hashes", desk.read("two"));
    refused(&desk.verify(&["two", "five"]), "of which only the first 2");
}

#[test]
fn nothing_is_sealed_that_contradicts_an_older_checkpoint() {
    let desk = Desk::new("seal-contradicts", 3);
    done(&desk.seal("old", &[]));
    let note = desk.read("old");
    desk.put(log(4).replace("Talks 2", "Walks 2"));
    refused(&desk.seal("old", &[]), "event 2 is not the one that was sealed");
    refused(&desk.seal("new", &["--extends", &desk.at("old")]), "log.jsonl:2");
    assert_eq!(desk.read("old"), note);
    // If it is signed all the same, anybody who has both checkpoints finds out.
    done(&desk.seal("new", &[]));
    refused(&desk.verify(&["old", "new"]), "contradict each other");
    desk.folder.write("other", "not a checkpoint\n");
    refused(&desk.seal("other", &[]), "no signed note");
}

#[test]
fn another_key_or_another_origin_is_refused() {
    let (desk, other) = (Desk::new("seal-desk", 2), Desk::new("seal-other", 2));
    done(&desk.seal("checkpoint", &[]));
    let verify = |vkey: &str, more: &[&str]| {
        let (log, checkpoint) = (desk.at("log.jsonl"), desk.at("checkpoint"));
        run(&[&["verify", &log, "--checkpoint", &checkpoint, "--vkey", vkey], more].concat())
    };
    refused(&verify(&other.vkey, &[]), "not signed by the key");
    refused(&verify(&desk.vkey, &["--origin", "example.org/other"]), "and not of \"example.org/other\"");
    assert_eq!(verify(&desk.vkey.replace("+A", "+B"), &[]).code, 2);
}

#[test]
fn every_altered_byte_of_a_checkpoint_is_refused() {
    let desk = Desk::new("seal-note", 2);
    done(&desk.seal("checkpoint", &["--no-hashes"]));
    for (at, note) in altered(desk.read("checkpoint").as_bytes()) {
        desk.folder.write("altered", note);
        assert_eq!(desk.verify(&["altered"]).code, 1, "{at}");
    }
}

/// A journal of nine events of which the third is proved against the checkpoint of the first five; then the journal is
/// emptied.
fn proof_alone(name: &str) -> Desk {
    let desk = Desk::new(name, 5);
    done(&desk.seal("five", &[]));
    desk.put(log(9));
    done(&desk.seal("nine", &[]));
    proved(&desk.prove("0199F3C0-5a00-7000-8000-000000000003", "five"));
    desk.put("");
    desk
}

#[test]
fn a_proof_needs_no_journal() {
    let desk = proof_alone("seal-proof");
    let outcome = desk.check("proof");
    done(&outcome);
    let told: Vec<&str> = outcome.stdout.lines().collect();
    assert!(told[0].starts_with("event 3 of 5 events of example.org/desk, root "), "{}", outcome.stdout);
    assert_eq!(told[1], line(3, "a", "Talks 3").trim_end());
}

#[test]
fn a_proof_holds_against_its_own_checkpoint_alone() {
    let desk = proof_alone("seal-proof-against");
    let against = |name: &str| {
        let (proof, checkpoint) = (desk.at("proof"), desk.at(name));
        run(&["verify", "--proof", &proof, "--checkpoint", &checkpoint, "--vkey", &desk.vkey])
    };
    done(&against("five"));
    refused(&against("nine"), "the proof is of another checkpoint");
}

#[test]
fn no_altered_proof_holds() {
    let desk = proof_alone("seal-proof-altered");
    for (at, proof) in altered(desk.read("proof").as_bytes()) {
        desk.folder.write("altered", &proof);
        assert_eq!(desk.check("altered").code, 1, "{at}: {}", String::from_utf8_lossy(&proof));
    }
}

#[test]
fn what_came_later_or_was_altered_is_not_proved() {
    let desk = Desk::new("seal-later", 3);
    done(&desk.seal("three", &[]));
    desk.put(log(4));
    let id = |number: u32| format!("0199f3c0-5a00-7000-8000-{number:012}");
    assert_eq!(desk.prove(&id(4), "three").code, 2);
    assert!(desk.prove("0199f3c0", "three").stderr.contains("4 events have ids that begin or end with"));
    assert!(desk.prove("ffffffff", "three").stderr.contains("no event has an id that begins or ends with"));
    desk.put(log(4).replace("Talks 1", "Walks 1"));
    refused(&desk.prove(&id(2), "three"), "does not extend");
}

#[test]
fn the_fixture_is_sealed_and_every_event_of_it_proved() {
    let desk = Desk::new("seal-fixture", 0);
    desk.put(std::fs::read(fixture("us-russia-2025.jsonl")).unwrap());
    done(&desk.seal("checkpoint", &[]));
    for line in desk.read("log.jsonl").lines() {
        proved(&desk.prove(&line[7..43], "checkpoint"));
        assert!(desk.check("proof").stdout.ends_with(&format!("{line}\n")));
    }
}
