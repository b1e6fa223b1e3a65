//! Journals on object storage, from the command line.

use std::process::{Command, Stdio};
use std::time::Duration;

use demarche_cli::Terminal;

use super::fake_s3::FakeS3;
use super::support::{Folder, Outcome, fixture, line, run, run_with};

/// Lines with a number of events a day, from 1 January 2025.
fn log(events: u32, a_day: u32) -> String {
    let day = |number: u32| {
        let day = chrono::NaiveDate::from_ymd_opt(2025, 1, 1).unwrap() + chrono::Days::new((number / a_day).into());
        line(number, "a", "A").replace("\"recorded\":\"2025-10-23T", &format!("\"recorded\":\"{day}T"))
    };
    (1..=events).map(day).collect()
}

fn address(folder: &Folder) -> String {
    format!("file://{}/archive", folder.path())
}

fn done(args: &[&str]) -> String {
    let outcome = run(args);
    assert_eq!((outcome.code, &*outcome.stderr), (0, ""), "{args:?}");
    outcome.stdout
}

#[test]
fn an_archive_answers_as_the_journal_does() {
    let (folder, journal) = (Folder::new("archive-answers"), fixture("us-russia-2025.jsonl"));
    let archive = address(&folder);
    done(&["export", "archive", &journal, "-o", &archive]);
    let asked: [&[&str]; 6] = [
        &["replay", "--format", "json"],
        &["events", "--format", "jsonl"],
        &["events", "--stream", "--format", "jsonl"],
        &["show", "--track", "us-ru/leaders"],
        &["stats", "--format", "json"],
        &["merge"],
    ];
    for args in asked {
        let of = |log: &str| done(&[&args[..1], &[log], &args[1..]].concat());
        assert_eq!(of(&archive), of(&journal), "{args:?}");
    }
    assert_eq!(done(&["replay", &archive, &journal]), done(&["replay", &journal]), "it is one set with the journal");
}

#[test]
fn a_seal_of_the_journal_holds_for_the_archive_and_the_other_way_round() {
    let folder = Folder::new("archive-seal");
    let (journal, archive) = (folder.write("log.jsonl", log(20, 3)), address(&folder));
    let (key, ours, theirs) = (
        format!("{}/key", folder.path()),
        format!("{}/journal.checkpoint", folder.path()),
        format!("{}/archive.checkpoint", folder.path()),
    );
    let vkey = done(&["seal", "--new-key", &key, "--origin", "example.org/desk"]);
    let exported = done(&["export", "archive", &journal, "-o", &archive]);
    let sealed = done(&["seal", &journal, "--key", &key, "-o", &ours]);
    assert_eq!(done(&["seal", &archive, "--key", &key, "-o", &theirs]), sealed);
    let root = sealed.trim().rsplit(' ').next().unwrap();
    assert!(exported.trim().ends_with(&format!("20 events, root {root}")), "{exported}");
    let verify =
        |log: &str| done(&["verify", log, "--vkey", vkey.trim(), "--checkpoint", &ours, "--checkpoint", &theirs]);
    assert_eq!(verify(&archive), verify(&journal));
    let proof = |log: &str| run(&["prove", log, "#7", "--checkpoint", &ours]);
    let (of_journal, of_archive) = (proof(&journal), proof(&archive));
    assert_eq!((of_archive.code, of_archive.stdout), (0, of_journal.stdout));
}

#[test]
fn an_export_says_what_it_stored() {
    let folder = Folder::new("archive-told");
    let archive = address(&folder);
    let export = |log: String| {
        let journal = folder.write("log.jsonl", log);
        let Outcome { code, stdout, stderr } = run(&["export", "archive", &journal, "-o", &archive]);
        let first = stdout.lines().next().unwrap_or_default().replace(&archive, "A");
        (code, first, stderr)
    };
    let told = |first: &str| (0, first.to_owned(), String::new());
    assert_eq!(export(log(9, 3)), told("A: 9 events, 4 segments stored, 0 there before"));
    assert_eq!(export(log(9, 3)), told("A: nothing new, 0 segments stored, 4 there before"));
    assert_eq!(export(log(10, 3)), told("A: 1 more event, 1 segment stored, 3 there before"));
    let (code, first, note) = export(log(10, 3).replace("\"title\":\"A\"", "\"title\":\"B\""));
    assert_eq!((code, &*first), (0, "A: 10 events, 4 segments stored, 0 there before"));
    assert_eq!(
        note,
        "note: lines that were archived before are different now: manifest 2 still names them as they were\n"
    );
    let (code, _, error) = export(log(4, 3));
    assert_eq!(code, 1);
    assert!(error.contains("has 10 events, and the journal has 4"), "{error}");
    let (code, _, error) = export(line(99, "a", "A"));
    assert_eq!(code, 1);
    assert!(error.contains("is the archive of another journal"), "{error}");
    let (code, _, error) = export(log(10, 3) + "{}\n");
    assert_eq!(code, 1);
    assert!(error.contains("log.jsonl:11"), "{error}");
}

#[test]
fn standard_input_and_an_archive_are_archived_too() {
    let folder = Folder::new("archive-stdin");
    let (first, second) = (address(&folder), format!("file://{}/second", folder.path()));
    let outcome = run_with(&["export", "archive", "-", "-o", &first], log(5, 2).as_bytes(), Terminal::default());
    assert_eq!((outcome.code, &*outcome.stderr), (0, ""));
    done(&["export", "archive", &first, "-o", &second]);
    assert_eq!(done(&["merge", &second]), log(5, 2));
}

#[test]
fn what_is_wrong_with_an_export_is_told_before_anything_is_made() {
    let (folder, journal) = (Folder::new("archive-wrong"), fixture("us-russia-2025.jsonl"));
    let archive = address(&folder);
    let asked: [(&[&str], &str); 9] = [
        (&[&journal], "an archive needs a place"),
        (&[&journal, "-o", "-"], "an archive needs a place"),
        (&[&journal, &journal, "-o", &archive], "an archive is of one journal"),
        (&[&journal, "-o", &archive, "--track", "us-ru/**"], "--track is not for an archive"),
        (&[&journal, "-o", &archive, "--known-at", "2025-05"], "--known-at is not for an archive"),
        (&[&journal, "-o", &archive, "--skip-unknown"], "--skip-unknown is not for an archive"),
        (&[&journal, "-o", "archive"], "it is not an address"),
        (&[&journal, "-o", "gopher://u:secret@host"], "expected the place alone"),
        (&[&journal, "-o", "s3://u:secret@bucket/desk"], "credentials are taken from the environment"),
    ];
    for (args, why) in asked {
        let outcome = run(&[&["export", "archive"], args].concat());
        assert_eq!((outcome.code, &*outcome.stdout), (2, ""), "{args:?}");
        assert!(outcome.stderr.contains(why) && !outcome.stderr.contains("secret"), "{args:?}: {}", outcome.stderr);
    }
    let outcome = run(&["export", "csv", &journal, "-o", &archive]);
    assert!(outcome.code == 2 && outcome.stderr.contains("file://… is no file"), "{}", outcome.stderr);
    assert!(std::fs::read_dir(folder.path()).unwrap().next().is_none());
}

#[test]
fn an_archive_that_is_not_there_or_was_altered_is_named() {
    let folder = Folder::new("archive-altered");
    let (journal, archive) = (folder.write("log.jsonl", log(9, 3)), address(&folder));
    let outcome = run(&["replay", &archive]);
    assert_eq!(outcome.code, 3);
    assert!(outcome.stderr.contains(&format!("there is no archive at {archive}")), "{}", outcome.stderr);
    done(&["export", "archive", &journal, "-o", &archive]);
    let day = format!("{}/archive/segments/day=2025-01-02", folder.path());
    let segment = std::fs::read_dir(day).unwrap().next().unwrap().unwrap().path();
    std::fs::write(&segment, "noise").unwrap();
    for args in [&["replay", &archive][..], &["stats", "--stream", &archive], &["merge", &archive]] {
        let outcome = run(args);
        assert_eq!((outcome.code, &*outcome.stdout), (3, ""), "{args:?}");
        let name = segment.file_name().unwrap().to_str().unwrap();
        assert!(outcome.stderr.contains(name) && outcome.stderr.contains("was altered"), "{}", outcome.stderr);
    }
}

fn demarche(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_demarche"));
    command.args(args).env_clear().stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

#[test]
fn a_bucket_is_reached_as_the_environment_says_and_no_secret_is_told() {
    let (folder, server) = (Folder::new("archive-s3"), FakeS3::start());
    let (journal, bucket) = (folder.write("log.jsonl", log(20, 2)), "s3://bucket/desk");
    let secret = "wJalrXUtnFEMI";
    let run = |args: &[&str], key: &str| {
        let endpoint = format!("http://{}", server.address);
        let told = [("AWS_ACCESS_KEY_ID", key), ("AWS_SECRET_ACCESS_KEY", secret), ("AWS_REGION", "eu-central-1")];
        let reached = [("AWS_ENDPOINT_URL", &*endpoint), ("AWS_ALLOW_HTTP", "true")];
        let output = demarche(args).envs(told).envs(reached).output().unwrap();
        let said = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        (output.status.code(), said(&output.stdout), said(&output.stderr))
    };
    let (code, told, error) = run(&["export", "archive", &journal, "-o", bucket], "AKIDEXAMPLE");
    assert_eq!((code, &*error), (Some(0), ""));
    assert!(told.starts_with("s3://bucket/desk: 20 events, 11 segments stored"), "{told}");
    let (code, lines, error) = run(&["merge", bucket], "AKIDEXAMPLE");
    assert_eq!((code, &*error, lines), (Some(0), "", log(20, 2)));
    let (code, told, error) = run(&["replay", bucket], "AKIDOTHER");
    assert_eq!((code, &*told), (Some(3), ""));
    assert!(error.contains("403 Forbidden"), "{error}");
    assert!(!error.contains("AKIDOTHER") && !error.contains(secret), "{error}");
    let no_role = ("AWS_METADATA_ENDPOINT", format!("http://{}", server.address));
    let output = demarche(&["replay", bucket]).envs([no_role]).output().unwrap();
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "error: cannot read s3://bucket/desk: the environment has no credentials, and this machine no role: set \
         AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY\n"
    );
}

#[test]
fn an_export_that_is_killed_anywhere_leaves_a_whole_archive_and_the_next_one_finishes() {
    let folder = Folder::new("archive-killed");
    let (archive, mut stored, mut killed) = (address(&folder), 0, 0);
    for round in 1..=12 {
        let events = round * 40;
        let journal = folder.write("log.jsonl", log(events, 2));
        let mut child = demarche(&["export", "archive", &journal, "-o", &archive]).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(u64::from(round * 17 % 60)));
        child.kill().unwrap();
        killed += u32::from(!child.wait().unwrap().success());
        // A reader sees what was there before, or all of it.
        let outcome = run(&["merge", &archive]);
        let there = u32::try_from(outcome.stdout.lines().count()).unwrap();
        assert!(there == stored || there == events, "{there} of {events}: {}", outcome.stderr);
        assert!(outcome.code == 0 || (stored == 0 && outcome.stderr.contains("there is no archive")));
        stored = there;
    }
    assert!(killed > 0, "no export took long enough to be killed");
    let whole = log(12 * 40, 2);
    done(&["export", "archive", &folder.write("log.jsonl", &whole), "-o", &archive]);
    assert_eq!(done(&["merge", &archive]), whole);
}
