//! `demarche import`: into a journal, on standard output, or nowhere; what became of every row.

use demarche_cli::Terminal;
use demarche_journal::{Disk, LogLocks};

use super::support::{Folder, Outcome, fixture, run, run_with};

fn sample(name: &str) -> String {
    fixture(&format!("import/{name}"))
}

/// What was said, but for that the samples, which are made up, are of the future.
fn told(outcome: &Outcome) -> String {
    let lines = outcome.stderr.lines().filter(|line| !line.starts_with("warning[recorded-ahead]"));
    lines.map(|line| format!("{line}\n")).collect()
}

/// A file with the first half of the sample's rows, and the text of the whole.
fn half(folder: &Folder) -> (String, String) {
    let text = std::fs::read_to_string(sample("icews-made-up.tab")).unwrap();
    let half: String = text.split_inclusive('\n').take(12).collect();
    (folder.write("icews.tab", half), text)
}

#[test]
fn a_grown_file_adds_the_new_rows() {
    let folder = Folder::new("import-grown");
    let journal = format!("{}/icews.jsonl", folder.path());
    let (file, text) = half(&folder);
    let outcome = run(&["import", "icews", &file, "-o", &journal]);
    assert_eq!((outcome.code, &*told(&outcome)), (0, ""));
    assert!(outcome.stdout.ends_with(&format!("8 added to {journal}, 0 there already\n")), "{}", outcome.stdout);
    folder.write("icews.tab", &text);
    let outcome = run(&["import", "icews", &file, "-o", &journal]);
    assert!(outcome.stdout.ends_with(&format!("8 added to {journal}, 8 there already\n")), "{}", outcome.stdout);
    let written = std::fs::read_to_string(&journal).unwrap();
    assert_eq!(written, run(&["import", "icews", &file]).stdout, "the journal is what standard output gives");
}

#[test]
fn a_dry_run_counts_what_would_be_added() {
    let folder = Folder::new("import-would");
    let journal = format!("{}/icews.jsonl", folder.path());
    let (file, text) = half(&folder);
    run(&["import", "icews", &file, "-o", &journal]);
    let before = std::fs::read_to_string(&journal).unwrap();
    folder.write("icews.tab", &text);
    let outcome = run(&["import", "icews", &file, "-o", &journal, "--dry-run"]);
    assert!(
        outcome.stdout.ends_with(&format!("8 would be added to {journal}, 8 there already\n")),
        "{}",
        outcome.stdout
    );
    assert_eq!(std::fs::read_to_string(&journal).unwrap(), before);
}

#[test]
fn a_journal_takes_each_event_once() {
    let folder = Folder::new("import-once");
    let journal = format!("{}/icews.jsonl", folder.path());
    let file = sample("icews-made-up.tab");
    run(&["import", "icews", &file, "-o", &journal]);
    let written = std::fs::read_to_string(&journal).unwrap();
    let outcome = run(&["import", "icews", &file, "-o", &journal]);
    assert!(outcome.stdout.ends_with(&format!("0 added to {journal}, 16 there already\n")), "{}", outcome.stdout);
    assert_eq!(std::fs::read_to_string(&journal).unwrap(), written);
}

#[test]
fn two_files_imported_one_after_the_other_are_as_one() {
    let folder = Folder::new("import-apart");
    let text = std::fs::read_to_string(sample("icews-made-up.tab")).unwrap();
    let (header, rows) = text.split_once('\n').unwrap();
    let part = |odd: usize| {
        let chosen = rows.split_inclusive('\n').enumerate().filter(move |(at, _)| at % 2 == odd);
        format!("{header}\n{}", chosen.map(|(_, row)| row).collect::<String>())
    };
    let (first, second) = (folder.write("first.tab", part(0)), folder.write("second.tab", part(1)));
    let journal = format!("{}/apart.jsonl", folder.path());
    for file in [&first, &second] {
        assert_eq!(run(&["import", "icews", file, "-o", &journal]).code, 0);
    }
    let sorted = |text: &str| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    let together = run(&["import", "icews", &first, &second]).stdout;
    assert_eq!(sorted(&std::fs::read_to_string(&journal).unwrap()), sorted(&together));
    let nothing = "0 added to";
    let again = run(&["import", "icews", &second, "-o", &journal]);
    assert!(again.stdout.contains(nothing), "{}", again.stdout);
}

#[test]
fn the_report_accounts_for_every_row() {
    let outcome = run(&["import", "icews", &sample("icews-made-up.tab"), "--dry-run"]);
    let expected = "\
24 rows read
       14  coded
          3  claim_confirmed
          2  measure_taken
          2  meeting_held
          2  meeting_proposed
          2  statement_made
          1  agreement_reached
          1  proposal_answered
          1  track_stalled
        5  folded
          4  told from the other side
          1  told once more
        5  set aside
          1  a code that the table does not have
          1  an actor of no party: a region, or somebody without a country
          1  an actor who is no official: citizens, media, business, opposition
          1  both actors of one party: nothing between two
          1  what a state does among its own people is no diplomacy; across a border the code is too vague
16 events made, with 2 tracks opened
";
    assert_eq!((outcome.code, &*outcome.stdout, &*told(&outcome)), (0, expected, ""));
    // Where events go to standard output, the report does not.
    let outcome = run(&["import", "icews", &sample("icews-made-up.tab")]);
    assert_eq!((outcome.code, &*told(&outcome)), (0, expected));
}

/// A file with a good row, a row with a bad date, and one that is too short.
fn broken_rows(folder: &Folder) -> String {
    folder.write("q.tsv", "A\tConsult\tB\t2031-03-01\nA\tConsult\tB\t2031-13-01\nA\tConsult\n")
}

#[test]
fn a_broken_row_stops_an_import() {
    let folder = Folder::new("import-broken");
    let file = broken_rows(&folder);
    let error = format!(
        "error: bad value in `date`: \"2031-13-01\": month 13 does not exist\n  --> {file}:2:13\n  |\n\
         2 | A\tConsult\tB\t2031-13-01\n  |             ^^^^^^^^^^\n"
    )
    .replace('\t', "\\t");
    let outcome = run(&["import", "icews-quads", &file, "--dry-run"]);
    assert_eq!((outcome.code, &*outcome.stdout), (1, ""));
    assert_eq!(outcome.stderr.lines().take(2).collect::<Vec<_>>(), error.lines().take(2).collect::<Vec<_>>());
}

#[test]
fn broken_rows_that_are_skipped_are_told_and_counted() {
    let folder = Folder::new("import-skipped");
    let file = broken_rows(&folder);
    let outcome = run(&["import", "icews-quads", &file, "--dry-run", "--on-error", "skip"]);
    assert_eq!(outcome.code, 1);
    assert!(outcome.stdout.contains("3 rows read\n"), "{}", outcome.stdout);
    assert!(outcome.stdout.contains("        2  broken, and skipped\n"), "{}", outcome.stdout);
    assert!(outcome.stderr.contains(&format!("--> {file}:3:10\n")), "{}", outcome.stderr);
    assert!(outcome.stderr.ends_with("error: 2 rows skipped; the others were imported\n"), "{}", outcome.stderr);
}

#[test]
fn what_was_read_before_a_broken_row_is_kept() {
    let folder = Folder::new("import-kept");
    let journal = format!("{}/q.jsonl", folder.path());
    let file = folder.write("q.tsv", "A\tConsult\tB\t2031-03-01\nA\tConsult\tB\t2031-13-01\n");
    assert_eq!(run(&["import", "icews-quads", &file, "-o", &journal]).code, 1);
    assert_eq!(std::fs::read_to_string(&journal).unwrap().lines().count(), 2);
}

#[test]
fn every_sample_replays_and_checks_without_an_error() {
    let folder = Folder::new("import-samples");
    let mapping = run(&["import", "csv", "--template"]);
    assert_eq!(mapping.code, 0);
    let mapping = folder.write("mapping.txt", mapping.stdout);
    let cases: [&[&str]; 7] = [
        &["icews", "icews-made-up.tab"],
        &["icews-quads", "quads-made-up.tsv"],
        &["gdelt", "gdelt-1.0.tsv"],
        &["gdelt", "gdelt-2.0.tsv"],
        &["historyatstate", "historyatstate.csv"],
        &["csv", "desk.csv"],
        &["cloudevents", "cloudevents.json"],
    ];
    for case in cases {
        let journal = format!("{}/{}.jsonl", folder.path(), case[1]);
        let file = sample(case[1]);
        let mut args = vec!["import", case[0], &file, "-o", &journal];
        if case[0] == "csv" {
            args.extend(["--mapping", &mapping]);
        }
        let outcome = run(&args);
        assert_eq!((outcome.code, &*told(&outcome)), (0, ""), "{case:?}");
        assert_eq!(run(&["check", &journal]).code, 0, "{case:?}");
        assert_eq!(run(&["fmt", "--check", &journal]).code, 0, "{case:?}");
    }
}

#[test]
fn another_content_under_an_id_is_refused() {
    let folder = Folder::new("import-conflict");
    let journal = format!("{}/q.jsonl", folder.path());
    let file = sample("quads-made-up.tsv");
    assert_eq!(run(&["import", "icews-quads", &file, "-o", &journal]).code, 0);
    let before = std::fs::read_to_string(&journal).unwrap();
    let outcome = run(&["import", "icews-quads", &file, "-o", &journal, "--grade", "C3"]);
    assert_eq!(outcome.code, 1, "{}", outcome.stderr);
    assert_eq!(std::fs::read_to_string(&journal).unwrap(), before);
}

#[test]
fn rows_are_read_from_standard_input() {
    let text = std::fs::read(sample("quads-made-up.tsv")).unwrap();
    let from_pipe = run_with(&["import", "icews-quads", "-"], &text, Terminal::default());
    assert_eq!(from_pipe.stdout, run(&["import", "icews-quads", &sample("quads-made-up.tsv")]).stdout);
}

#[test]
fn options_that_a_format_does_not_take_are_wrong_usage() {
    let quads = sample("quads-made-up.tsv");
    for args in [
        &["import", "csv", &quads][..],
        &["import", "gdelt", &quads, "--mapping", &quads],
        &["import", "historyatstate", &quads, "--table", &quads],
        &["import", "gdelt", &quads, "--actors", &quads],
        &["import", "icews-quads", &quads, "--actors", &quads],
        &["import", "cloudevents", &quads, "--grade", "B2"],
        &["import", "icews", &quads, "--table", &quads],
        &["import", "cloudevents", "--template"],
        &["import", "icews"],
    ] {
        assert_eq!(run(args).code, 2, "{args:?}");
    }
}

#[test]
fn a_file_of_rows_that_is_not_there_is_told() {
    assert_eq!(run(&["import", "icews", "no-such-file.tab"]).code, 3);
}

#[test]
fn the_template_of_a_table_has_every_code() {
    assert!(run(&["import", "gdelt", "--template"]).stdout.contains("\n161\tReduce or break diplomatic relations\t"));
}

#[test]
fn a_journal_that_another_holds_is_waited_for_and_not_broken() {
    let folder = Folder::new("import-held");
    let path = folder.write("q.jsonl", "");
    let held = LogLocks::of_logs(&Disk, &[(&path).into()], std::time::Duration::ZERO).unwrap();
    let outcome = run(&["import", "icews-quads", &sample("quads-made-up.tsv"), "-o", &path, "--dry-run"]);
    assert_eq!(outcome.code, 0, "a dry run takes no lock: {}", outcome.stderr);
    drop(held);
    assert_eq!(run(&["import", "icews-quads", &sample("quads-made-up.tsv"), "-o", &path]).code, 0);
}
