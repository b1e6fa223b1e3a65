//! `demarche import` of files as they are found: archives, other encodings, sheets in their own words.

use demarche_cli::Terminal;

use super::support::{Folder, Outcome, fixture, run, run_with};

fn sample(name: &str) -> String {
    fixture(&format!("import/{name}"))
}

#[test]
fn archives_give_what_the_files_in_them_give() {
    let folder = Folder::new("import-archives");
    let plain = std::fs::read(sample("gdelt-2.0.tsv")).unwrap();
    let expected = run(&["import", "gdelt", &sample("gdelt-2.0.tsv")]).stdout;
    let gzip = {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut encoder, &plain).unwrap();
        encoder.finish().unwrap()
    };
    let zip = std::fs::read(sample("gdelt-2.0.export.CSV.zip")).unwrap();
    // By their first bytes, whatever the names say; as a file and by a pipe.
    for bytes in [&plain, &gzip, &zip] {
        let file = folder.write("rows", bytes);
        assert_eq!(run(&["import", "gdelt", &file]).stdout, expected);
        assert_eq!(run_with(&["import", "gdelt", "-"], bytes, Terminal::default()).stdout, expected);
    }
}

#[test]
fn an_error_in_an_archive_names_the_file_in_it() {
    let zip = sample("gdelt-2.0.export.CSV.zip");
    let outcome = run(&["import", "icews", &zip, "--dry-run"]);
    assert_eq!(outcome.code, 1);
    assert!(outcome.stderr.contains("zip:20170415233000.export.CSV:1:"), "{}", outcome.stderr);
}

#[test]
fn what_is_no_archive_of_rows_is_refused_by_name() {
    let folder = Folder::new("import-no-archives");
    let bytes = std::fs::read(sample("gdelt-2.0.export.CSV.zip")).unwrap();
    let cut = folder.write("cut.zip", &bytes[..bytes.len() / 2]);
    let empty = folder.write("empty.zip", [&b"PK\x05\x06"[..], &[0; 18]].concat());
    for (file, why) in [(&cut, "cut.zip"), (&empty, "the archive has no file")] {
        let outcome = run(&["import", "gdelt", file, "--dry-run"]);
        assert_eq!(outcome.code, 3, "{}", outcome.stderr);
        assert!(outcome.stderr.contains(why), "{}", outcome.stderr);
    }
}

/// Imports a sheet in German, with its mapping and its aliases.
fn excel(sheet: &str, more: &[&str]) -> Outcome {
    let (mapping, aliases) = (sample("desk-excel.mapping.txt"), sample("desk-excel.aliases.tsv"));
    run(&[&["import", "csv", &sample(sheet), "--mapping", &mapping, "--aliases", &aliases], more].concat())
}

#[test]
fn a_sheet_gives_the_same_in_each_encoding() {
    let told = excel("desk-excel.csv", &["--encoding", "windows-1252"]);
    assert_eq!((told.code, told.stdout.lines().count()), (0, 4), "{}", told.stderr);
    assert_eq!(excel("desk-excel-utf16.csv", &[]).stdout, told.stdout);
}

#[test]
fn a_sheet_that_is_no_utf8_is_refused_with_the_encoding_to_name() {
    let outcome = excel("desk-excel.csv", &[]);
    assert!(outcome.code == 1 && outcome.stderr.contains("--encoding windows-1252"), "{}", outcome.stderr);
}

#[test]
fn an_encoding_that_does_not_exist_is_refused() {
    let outcome = excel("desk-excel.csv", &["--encoding", "utf-9"]);
    assert!(outcome.code == 2 && outcome.stderr.contains("no encoding has that name"), "{}", outcome.stderr);
}

/// A sheet and a journal made of it; then a row of the sheet was edited, and one came in addition.
struct Edited {
    _folder: Folder,
    mapping: String,
    sheet: String,
    journal: String,
    before: String,
}

impl Edited {
    fn new(name: &str) -> Self {
        let folder = Folder::new(name);
        let mapping = folder.write("mapping.txt", run(&["import", "csv", "--template"]).stdout);
        let text = std::fs::read_to_string(sample("desk.csv")).unwrap();
        let sheet = folder.write("desk.csv", &text);
        let journal = format!("{}/desk.jsonl", folder.path());
        let mut edited = Self { _folder: folder, mapping, sheet, journal, before: String::new() };
        assert_eq!(edited.import(&[]).code, 0);
        edited.before = edited.content();
        let added = text.lines().last().unwrap().replacen('4', "5", 1);
        std::fs::write(&edited.sheet, text.replace("Round one", "Round 1") + &added).unwrap();
        edited
    }

    fn import(&self, more: &[&str]) -> Outcome {
        run(&[&["import", "csv", &self.sheet, "--mapping", &self.mapping, "-o", &self.journal], more].concat())
    }

    fn content(&self) -> String {
        std::fs::read_to_string(&self.journal).unwrap()
    }
}

#[test]
fn an_edited_row_is_refused_by_its_place() {
    let edited = Edited::new("import-edited");
    for more in [&["--dry-run"][..], &[]] {
        let outcome = edited.import(more);
        assert_eq!(outcome.code, 1);
        let told = format!("{}:3:1", edited.sheet);
        assert!(
            outcome.stderr.contains("the journal has this row") && outcome.stderr.contains(&told),
            "{}",
            outcome.stderr
        );
    }
    assert_eq!(edited.content(), edited.before);
}

#[test]
fn beside_an_edited_row_that_is_skipped_the_rest_is_imported() {
    let edited = Edited::new("import-edited-skip");
    let outcome = edited.import(&["--on-error", "skip"]);
    assert!(outcome.code == 1 && outcome.stdout.contains("1 added to"), "{}{}", outcome.stdout, outcome.stderr);
    assert!(edited.content().starts_with(&edited.before));
    assert_eq!(run(&["check", &edited.journal]).code, 0);
}

const ROWS: &str = "A\tConsult\tB\t2031-03-01\nB\tConsult\tA\t2031-03-01\nA\tFly\tB\t2031-03-01\nA\tx\n";

#[test]
fn what_became_of_each_row_is_told_in_a_file() {
    let folder = Folder::new("import-explain");
    let rows = folder.write("q.tsv", ROWS);
    let told = format!("{}/told.csv", folder.path());
    for more in [&[][..], &["--on-error", "skip"]] {
        // The second time the file is there, and replaced.
        let outcome = run(&[&["import", "icews-quads", &rows, "--dry-run", "--explain", &told], more].concat());
        assert_eq!(outcome.code, 1, "{}", outcome.stderr);
        let text = std::fs::read_to_string(&told).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "file,row,became,type,event,reason");
        assert!(lines[1].starts_with(&format!("{rows},1,coded,meeting_held,")), "{text}");
        assert_eq!(lines[2], format!("{rows},2,folded,,,told from the other side"));
        assert_eq!(lines[3], format!("{rows},3,set aside,,,a code that the table does not have"));
        assert!(lines[4].starts_with(&format!("{rows},4,broken,,,")), "{text}");
        assert_eq!(lines.len(), 5);
    }
}

#[test]
fn what_became_of_each_row_is_not_written_over_the_rows() {
    let folder = Folder::new("import-explain-over");
    let rows = folder.write("q.tsv", ROWS);
    let outcome = run(&["import", "icews-quads", &rows, "--dry-run", "--explain", &rows]);
    assert_ne!(outcome.code, 0);
    assert!(std::fs::read_to_string(&rows).unwrap().starts_with("A\tConsult"));
}
