//! `demarche merge`: the union, in the order of recording; and real git, which merges with it.

use std::process::{Command, Output};

use demarche_cli::Terminal;

use super::support::{Folder, fixture, line, run, run_with};

/// What a file of a folder holds.
fn read(folder: &Folder, name: &str) -> String {
    std::fs::read_to_string(format!("{}/{name}", folder.path())).unwrap()
}

/// The names in a folder.
fn names(folder: &Folder) -> Vec<String> {
    let entries = std::fs::read_dir(folder.path()).unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Two logs that are not canonical and have a line in common, and their union.
fn two_logs(folder: &Folder) -> (String, String, String) {
    let a = folder.write("a.jsonl", ["\u{feff}", &line(7, "a", "A"), "\n", &line(2, "b", "B")].concat());
    let b = folder.write("b.jsonl", [line(5, "a", "A").replace('\n', "\r\n"), line(2, "b", "B")].concat());
    (a, b, [line(2, "b", "B"), line(5, "a", "A"), line(7, "a", "A")].concat())
}

#[test]
fn the_union_is_canonical_and_in_the_order_of_recording() {
    let folder = Folder::new("merge");
    let (a, b, union) = two_logs(&folder);
    for args in [&["merge", &a, &b][..], &["merge", &b, &a], &["merge", &b, &a, &b, "-o", "-"]] {
        let outcome = run(args);
        assert_eq!((outcome.code, &*outcome.stderr, &*outcome.stdout), (0, "", &*union), "{args:?}");
    }
}

#[test]
fn standard_input_is_merged_with_a_log() {
    let folder = Folder::new("merge-stdin");
    let (a, _, union) = two_logs(&folder);
    let outcome = run_with(&["merge", "-", &a], line(5, "a", "A").as_bytes(), Terminal::default());
    assert_eq!(outcome.stdout, union);
}

#[test]
fn a_merge_into_a_file_leaves_nothing_beside_it() {
    let folder = Folder::new("merge-output");
    let (a, b, union) = two_logs(&folder);
    let output = format!("{}/union.jsonl", folder.path());
    for _ in 0..2 {
        let outcome = run(&["merge", &a, &b, "--output", &output]);
        assert_eq!((outcome.code, &*outcome.stderr, &*outcome.stdout), (0, "", ""));
        assert_eq!(read(&folder, "union.jsonl"), union);
    }
    assert_eq!(names(&folder), ["a.jsonl", "b.jsonl", "union.jsonl"]);
}

#[test]
fn a_log_may_be_the_output_of_its_merge() {
    let folder = Folder::new("merge-into");
    let (a, b, union) = two_logs(&folder);
    assert_eq!(run(&["merge", &a, &b, "-o", &a]).code, 0);
    assert_eq!(read(&folder, "a.jsonl"), union);
    assert_eq!(names(&folder), ["a.jsonl", "b.jsonl"]);
}

#[test]
fn a_merge_says_what_its_parts_say() {
    let journal = fixture("us-russia-2025.jsonl");
    let merged = run(&["merge", &journal]);
    assert_eq!(merged.stdout.lines().count(), 79);
    let replayed = run_with(&["replay", "-", "--format", "json"], merged.stdout.as_bytes(), Terminal::default());
    assert_eq!(replayed.stdout, run(&["replay", &journal, "--format", "json"]).stdout);
    let again = run_with(&["merge", "-"], merged.stdout.as_bytes(), Terminal::default());
    assert_eq!(again.stdout, merged.stdout);
}

#[test]
fn a_conflict_or_a_broken_line_ends_it_and_nothing_is_written() {
    let folder = Folder::new("merge-refused");
    let a = folder.write("a.jsonl", [line(2, "a", "A"), line(1, "a", "A")].concat());
    let output = folder.write("out.jsonl", line(1, "a", "A"));
    for (other, said) in [
        (line(1, "a", "another"), "duplicate id 0199f3c0-5a00-7000-8000-000000000001"),
        (line(3, "a", "A") + "{\"id\":\n", "b.jsonl:2:"),
        (line(3, "a", "A").replace("\"v\":3", "\"v\":7"), "not passed over"),
    ] {
        let b = folder.write("b.jsonl", &other);
        for output in [&output, "-", &a] {
            let outcome = run(&["merge", &a, &b, "-o", output]);
            assert_eq!((outcome.code, &*outcome.stdout), (1, ""), "{}", outcome.stderr);
            assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
            assert!(!outcome.stderr.contains("--skip-unknown"), "{}", outcome.stderr);
        }
        assert_eq!(read(&folder, "out.jsonl"), line(1, "a", "A"));
        assert_eq!(read(&folder, "a.jsonl"), [line(2, "a", "A"), line(1, "a", "A")].concat());
    }
    assert_eq!(names(&folder), ["a.jsonl", "b.jsonl", "out.jsonl"]);
}

#[test]
fn a_conflict_names_both_places() {
    let folder = Folder::new("merge-places");
    let a = folder.write("a.jsonl", [line(2, "a", "A"), line(1, "a", "A")].concat());
    let b = folder.write("b.jsonl", line(1, "a", "another"));
    let stderr = run(&["merge", &a, &b]).stderr;
    assert!(stderr.contains("b.jsonl:1\n") && stderr.contains("a.jsonl:2"), "{stderr}");
}

#[test]
fn no_event_is_lost_by_writing_over_it() {
    let folder = Folder::new("merge-over");
    let a = folder.write("a.jsonl", line(1, "a", "A"));
    for there in [line(2, "a", "A"), line(1, "a", "another")] {
        let output = folder.write("out.jsonl", &there);
        let outcome = run(&["merge", &a, "-o", &output]);
        assert_eq!(outcome.code, 2, "{}", outcome.stderr);
        assert!(outcome.stderr.contains("out.jsonl has 1 event that no log has"), "{}", outcome.stderr);
        assert_eq!(read(&folder, "out.jsonl"), there);
    }
}

#[test]
fn a_merge_writes_over_no_file_that_is_no_log() {
    let folder = Folder::new("merge-over-notes");
    let a = folder.write("a.jsonl", line(1, "a", "A"));
    let notes = folder.write("notes.txt", "My notes\n");
    assert_eq!(run(&["merge", &a, "-o", &notes]).code, 1);
    assert_eq!(read(&folder, "notes.txt"), "My notes\n");
}

#[test]
fn a_merge_writes_no_compressed_log() {
    let folder = Folder::new("merge-packed");
    let a = folder.write("a.jsonl", line(1, "a", "A"));
    let outcome = run(&["merge", &a, "-o", &format!("{}/b.jsonl.gz", folder.path())]);
    assert_eq!(outcome.code, 2, "{}", outcome.stderr);
}

#[test]
fn an_output_that_cannot_be_written_is_told() {
    let folder = Folder::new("merge-unwritable");
    let a = folder.write("a.jsonl", line(1, "a", "A"));
    for (output, told) in [(folder.path(), "is no regular file"), ("no/such/folder/out.jsonl", "cannot write no/such")]
    {
        let outcome = run(&["merge", &a, "-o", output]);
        assert_eq!(outcome.code, 3, "{}", outcome.stderr);
        assert!(outcome.stderr.contains(told), "{}", outcome.stderr);
    }
}

/// A repository with the merge driver as docs/merging.md sets it up, and a journal of one event on `main`.
struct Repository(Folder);

impl Repository {
    fn new(name: &str) -> Self {
        let repository = Self(Folder::new(name));
        repository.done(&["init", "--quiet", "--initial-branch", "main"]);
        let driver = format!("'{}' merge %O %A %B -o %A", env!("CARGO_BIN_EXE_demarche"));
        repository.done(&["config", "merge.demarche.name", "the union of two journals"]);
        repository.done(&["config", "merge.demarche.driver", &driver]);
        repository.0.write(".gitattributes", "*.jsonl text eol=lf merge=demarche\n*.expect.jsonl !merge\n");
        repository.commit("main", &[line(10, "a", "base")]);
        repository
    }

    fn git(&self, args: &[&str]) -> Output {
        Command::new("git")
            .args(["-c", "user.name=Desk", "-c", "user.email=desk@example.org", "-c", "commit.gpgSign=false"])
            .args(args)
            .current_dir(self.0.path())
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env_remove("GIT_DIR")
            .env_remove("GIT_WORK_TREE")
            .env_remove("GIT_INDEX_FILE")
            .output()
            .expect("git is needed for this test: install it")
    }

    /// Runs what must succeed, and returns what it prints.
    #[track_caller]
    fn done(&self, args: &[&str]) -> String {
        let output = self.git(args);
        assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Commits the journal with these lines; on a branch of that name, made from `main` where it is new.
    fn commit(&self, branch: &str, lines: &[String]) {
        if branch != "main" {
            self.done(&["checkout", "--quiet", "-b", branch, "main"]);
        }
        self.0.write("journal.jsonl", lines.concat());
        self.done(&["add", "--all"]);
        self.done(&["commit", "--quiet", "--message", branch]);
    }
}

#[test]
fn a_line_of_an_older_version_stays_as_it_was_sealed() {
    let folder = Folder::new("merge-versions");
    let older = line(1, "a", "A").replace("\"v\":3", "\"v\":1");
    let (a, b) = (folder.write("a.jsonl", &older), folder.write("b.jsonl", line(2, "b", "B")));
    assert_eq!(run(&["merge", &b, &a]).stdout, [older, line(2, "b", "B")].concat());
}

#[test]
fn git_merges_two_branches_to_the_union_in_order() {
    let repository = Repository::new("merge-git");
    let base = line(10, "a", "base");
    // Both have 12; without the driver, lines added at one place are a conflict.
    repository.commit("desk", &[base.clone(), line(12, "a", "both"), line(30, "b", "desk")]);
    repository
        .commit("embassy", &[base.clone(), line(11, "c", "embassy"), line(12, "a", "both"), line(40, "c", "late")]);
    repository.done(&["checkout", "--quiet", "desk"]);
    repository.done(&["merge", "--quiet", "--no-edit", "embassy"]);
    let merged = read(&repository.0, "journal.jsonl");
    let expected =
        [base, line(11, "c", "embassy"), line(12, "a", "both"), line(30, "b", "desk"), line(40, "c", "late")];
    assert_eq!(merged, expected.concat(), "the union, without markers");
    assert_eq!(repository.done(&["status", "--porcelain"]), "", "all is committed, and nothing is left behind");
    // The other way round it is the same.
    repository.done(&["checkout", "--quiet", "-b", "other-way", "embassy"]);
    repository.done(&["merge", "--quiet", "--no-edit", "desk^1"]);
    assert_eq!(read(&repository.0, "journal.jsonl"), merged);
}

#[test]
fn git_merges_a_journal_that_both_branches_began() {
    let repository = Repository::new("merge-git-new");
    for (branch, number) in [("desk", 20), ("embassy", 15)] {
        repository.done(&["checkout", "--quiet", "-b", branch, "main"]);
        repository.0.write("second.jsonl", line(number, "a", branch));
        repository.done(&["add", "--all"]);
        repository.done(&["commit", "--quiet", "--message", branch]);
    }
    repository.done(&["merge", "--quiet", "--no-edit", "desk"]);
    assert_eq!(read(&repository.0, "second.jsonl"), [line(15, "a", "embassy"), line(20, "a", "desk")].concat());
}

/// A repository whose branches gave one event two contents, in the middle of the merge; with our lines, and what git
/// has said.
fn conflict(name: &str) -> (Repository, String, String) {
    let repository = Repository::new(name);
    let ours = [line(10, "a", "base"), line(12, "a", "ours")];
    repository.commit("embassy", &[line(10, "a", "base"), line(12, "a", "theirs")]);
    repository.commit("desk", &ours);
    let output = repository.git(&["merge", "--no-edit", "embassy"]);
    assert_eq!(output.status.code(), Some(1));
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
    (repository, ours.concat(), said)
}

#[test]
fn git_reports_a_conflict_of_contents_and_leaves_the_journal() {
    let (repository, ours, said) = conflict("merge-git-conflict");
    assert!(said.contains("CONFLICT (content): Merge conflict in journal.jsonl"), "{said}");
    assert!(said.contains("duplicate id 0199f3c0-5a00-7000-8000-000000000012"), "{said}");
    assert_eq!(read(&repository.0, "journal.jsonl"), ours, "ours, without markers");
    assert_eq!(repository.done(&["status", "--porcelain"]), "UU journal.jsonl\n");
}

#[test]
fn a_conflict_in_git_is_resolved_as_the_guide_says() {
    let (repository, _, _) = conflict("merge-git-resolved");
    // The way out that docs/merging.md gives.
    let theirs = repository.done(&["show", ":3:journal.jsonl"]).replace("000000000012", "000000000013");
    let theirs = repository.0.write("theirs.jsonl", theirs);
    let journal = format!("{}/journal.jsonl", repository.0.path());
    assert_eq!(run(&["merge", &journal, &theirs, "-o", &journal]).code, 0);
    std::fs::remove_file(theirs).unwrap();
    repository.done(&["add", "journal.jsonl"]);
    repository.done(&["commit", "--quiet", "--no-edit"]);
    assert_eq!(read(&repository.0, "journal.jsonl").lines().count(), 3);
    assert_eq!(repository.done(&["status", "--porcelain"]), "");
}
