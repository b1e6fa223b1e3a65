//! Every rejected input is kept for ever in `fixtures/rejected`, each with the exact text that it must give.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::support::{root, run};

/// The rejected inputs, by their paths from the project's folder.
fn rejected() -> Vec<PathBuf> {
    let mut inputs: Vec<PathBuf> = std::fs::read_dir(root().join("fixtures/rejected"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending != "stderr" && ending != "md"))
        .collect();
    inputs.sort();
    inputs
}

#[test]
fn every_rejected_input_gives_its_exact_error_and_nothing_else() {
    let bless = std::env::var_os("DEMARCHE_BLESS").is_some();
    let inputs = rejected();
    let mut texts = BTreeSet::new();
    for path in &inputs {
        let name = path.file_name().unwrap().to_str().unwrap();
        let outcome = run(&["replay", path.to_str().unwrap()]);
        assert_eq!(outcome.code, if name.starts_with("unreadable-") { 3 } else { 1 }, "{name}: exit code");
        assert_eq!(outcome.stdout, "", "{name}: nothing is printed of a broken log");
        let said = outcome.stderr.replace(root().to_str().unwrap(), "").replace("/fixtures/", "fixtures/");
        let stem = name.split_once('.').unwrap().0;
        let expected = path.with_file_name(format!("{stem}.stderr"));
        if bless {
            std::fs::write(&expected, &said).unwrap();
        }
        let expected = std::fs::read_to_string(&expected).unwrap_or_default();
        assert_eq!(said, expected, "{name}: (DEMARCHE_BLESS=1 takes what is said now)");
        texts.insert(said);
    }
    assert_eq!(texts.len(), inputs.len(), "no two inputs say the same");
    assert!(inputs.len() >= 100, "there are {} rejected inputs", inputs.len());
}

#[test]
fn no_expected_error_is_without_its_input() {
    let stems: BTreeSet<String> = rejected().iter().map(|path| stem(path)).collect();
    for entry in std::fs::read_dir(root().join("fixtures/rejected")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "stderr") {
            assert!(stems.contains(&stem(&path)), "{}", path.display());
        }
    }
}

fn stem(path: &std::path::Path) -> String {
    path.file_name().unwrap().to_str().unwrap().split_once('.').unwrap().0.to_owned()
}

#[test]
fn skipping_reports_each_broken_line_counts_them_and_still_fails() {
    for path in rejected() {
        let name = stem(&path);
        if name.starts_with("unreadable-") {
            continue;
        }
        let outcome = run(&["replay", path.to_str().unwrap(), "--on-error", "skip"]);
        assert_eq!(outcome.code, 1, "{name}");
        assert!(outcome.stderr.contains("skipped; what was printed rests on the others"), "{name}: {}", outcome.stderr);
        let checked = run(&["check", path.to_str().unwrap()]);
        assert_eq!(checked.code, 1, "{name}: check finds it, too");
    }
}
