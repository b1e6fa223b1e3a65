//! The seeds of the fuzz targets, run through every command without a fuzzer.

use demarche_cli::Terminal;

use super::support::{root, run_with};

#[test]
fn no_command_falls_over_a_seed_of_the_fuzzer() {
    let mut seeds = 0;
    for target in ["decode", "replay"] {
        for entry in std::fs::read_dir(root().join("fuzz/corpus").join(target)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|ending| ending != "jsonl") {
                continue;
            }
            seeds += 1;
            let log = std::fs::read(&path).unwrap();
            for command in [
                &["replay", "-"][..],
                &["replay", "-", "--format", "json", "--reading", "side:ru"],
                &["events", "-", "--format", "csv"],
                &["diff", "-", "--from", "2025-06"],
                &["history", "-", "--along", "recorded", "--format", "csv"],
                &["agenda", "-"],
                &["compare", "-", "--reading", "latest", "--reading", "on-record"],
                &["check", "-"],
                &["stats", "-"],
            ] {
                let args = [command, &["--on-error", "skip"]].concat();
                let outcome = run_with(&args, &log, Terminal::default());
                assert!(outcome.code <= 1, "{} {args:?}: {}", path.display(), outcome.stderr);
            }
        }
    }
    assert!(seeds >= 80, "{seeds} seeds");
}
