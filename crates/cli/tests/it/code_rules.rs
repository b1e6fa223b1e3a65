//! The rules of the house: what may depend on what, and how long things get.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::support::root;

#[test]
fn dependencies_point_down() {
    let allowed: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("demarche-core", &[][..]),
        ("demarche-projection", &["demarche-core"]),
        ("demarche-journal", &["demarche-core"]),
        ("demarche-journal-postgres", &["demarche-core", "demarche-journal"]),
        ("demarche-interop", &["demarche-core", "demarche-projection"]),
        ("demarche-archive", &["demarche-core", "demarche-journal"]),
        ("demarche-server", &["demarche-core", "demarche-interop", "demarche-journal", "demarche-projection"]),
        (
            "demarche",
            &[
                "demarche-archive",
                "demarche-core",
                "demarche-interop",
                "demarche-journal",
                "demarche-journal-postgres",
                "demarche-projection",
                "demarche-server",
            ],
        ),
        ("demarche-example-service", &["demarche-core", "demarche-journal", "demarche-projection"]),
    ]);
    // What a front page shows, or an example measures, no crate rests on.
    let allowed_in_examples: BTreeMap<&str, &[&str]> = BTreeMap::from(
        ["demarche-journal", "demarche-journal-postgres"].map(|name| (name, &["demarche-projection"][..])),
    );
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    assert_eq!(packages.len(), allowed.len(), "a new crate must say here what it may depend on");
    for package in packages {
        let name = package["name"].as_str().unwrap();
        let allowed = allowed.get(name).unwrap_or_else(|| panic!("{name} must say here what it may depend on"));
        for dependency in package["dependencies"].as_array().unwrap() {
            let needed = dependency["name"].as_str().unwrap();
            let own = needed.starts_with("demarche");
            let is_for_tests = dependency["kind"] == "dev";
            let in_examples = allowed_in_examples.get(name).is_some_and(|allowed| allowed.contains(&needed));
            let is_allowed = allowed.contains(&needed) || is_for_tests && in_examples;
            assert!(!own || is_allowed, "{name} must not depend on {needed}");
        }
    }
}

/// All that `core` and `projection` rest on with their default features. None of it reads a clock, draws random
/// numbers, starts threads or opens anything, with the features that it may not have.
const PURE: [&str; 28] = [
    "autocfg",
    "base64",
    "bytemuck",
    "chrono",
    "demarche-core",
    "demarche-projection",
    "foldhash",
    "hashbrown",
    "iso3166",
    "itoa",
    "memchr",
    "num-traits",
    "proc-macro2",
    "quote",
    "safe_arch",
    "serde",
    "serde_core",
    "serde_derive",
    "serde_json",
    "simdutf8",
    "strsim",
    "syn",
    "thiserror",
    "thiserror-impl",
    "unicode-ident",
    "uuid",
    "wide",
    "zmij",
];

/// The features with which crates among these would read a clock or draw random numbers.
const IMPURE_FEATURES: [(&str, &[&str]); 3] = [
    ("chrono", &["clock", "iana-time-zone", "now", "oldtime"]),
    ("foldhash", &["std"]),
    ("uuid", &["fast-rng", "rng", "rng-getrandom", "rng-rand", "v1", "v4", "v6", "v7"]),
];

#[test]
fn core_and_projection_rest_on_pure_crates_alone() {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "-p", "demarche-core", "-p", "demarche-projection", "--edges", "normal,build"])
        .args(["--prefix", "none", "--no-dedupe", "--format", "{p} |{f}", "--offline", "--locked"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let tree = String::from_utf8(output.stdout).unwrap();
    let mut found = BTreeSet::new();
    for line in tree.lines().filter(|line| !line.is_empty()) {
        let (package, features) = line.split_once(" |").unwrap();
        let name = package.split(' ').next().unwrap();
        assert!(PURE.contains(&name), "{name}: what it does is for this test to say before core rests on it");
        let impure = IMPURE_FEATURES.iter().filter(|(of, _)| *of == name).flat_map(|(_, features)| *features);
        for feature in impure {
            assert!(!features.split(',').any(|found| found == *feature), "{name} has the feature {feature}");
        }
        found.insert(name);
    }
    let gone: Vec<&str> = PURE.into_iter().filter(|name| !found.contains(name)).collect();
    assert!(gone.is_empty(), "nothing rests on {gone:?} any more");
}

/// What `core` and `projection` must not know of: the world.
const IMPURE: [&str; 9] = [
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "SystemTime",
    "Utc::now",
    "std::time::Instant",
    "thread_rng",
];

#[test]
fn core_and_projection_are_pure() {
    for file in sources().iter().filter(|file| in_crate(file, "core") || in_crate(file, "projection")) {
        let text = std::fs::read_to_string(file).unwrap();
        for word in IMPURE {
            assert!(!text.contains(word), "{}: {word}", file.display());
        }
    }
}

/// The one file that may have unsafe code, and why is told there.
const UNSAFE: &str = "crates/journal/src/map.rs";

#[test]
fn unsafe_code_stands_in_one_place() {
    for file in sources() {
        let allows = std::fs::read_to_string(&file).unwrap().contains(concat!("allow(unsafe", "_code"));
        assert_eq!(allows, file.ends_with(UNSAFE), "{}", file.display());
    }
}

/// The longest that a source file, and a line of it, may be.
const FILE_MAX_LINES: usize = 400;
const LINE_MAX_COLUMNS: usize = 120;

#[test]
fn source_files_have_at_most_400_lines() {
    for file in sources() {
        let lines = std::fs::read_to_string(&file).unwrap().lines().count();
        assert!(lines <= FILE_MAX_LINES, "{} has {lines} lines: two things live in it", file.display());
    }
}

#[test]
fn source_files_begin_by_saying_what_they_are_for() {
    for file in sources() {
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.starts_with("//!"), "{} does not begin with `//!`", file.display());
    }
}

#[test]
fn lines_fit() {
    let root = root();
    for file in sources().into_iter().chain(files(&root.join("docs"), "md")).chain(files_here(&root, "md")) {
        let text = std::fs::read_to_string(&file).unwrap();
        for (number, line) in (1..).zip(text.lines()) {
            // What can't be broken: tables, sample lines of a log, addresses.
            let whole = line.starts_with('|') || line.contains("{\"") || line.contains("://");
            let columns = line.chars().count();
            assert!(columns <= LINE_MAX_COLUMNS || whole, "{}:{number} has {columns} columns", file.display());
        }
    }
}

fn in_crate(file: &Path, name: &str) -> bool {
    file.starts_with(root().join("crates").join(name).join("src"))
}

/// The source files of all crates and of the Python package, without tests and benches.
fn sources() -> Vec<PathBuf> {
    let crates = root().join("crates");
    let sources = std::fs::read_dir(crates).unwrap().flat_map(|entry| files(&entry.unwrap().path().join("src"), "rs"));
    let sources: Vec<PathBuf> = sources.chain(files(&root().join("python/src"), "rs")).collect();
    assert!(sources.len() > 50, "{}", sources.len());
    sources
}

pub(crate) fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = files_here(folder, ending);
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        }
    }
    found
}

pub(crate) fn files_here(folder: &Path, ending: &str) -> Vec<PathBuf> {
    std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file() && path.extension().is_some_and(|found| found == ending))
        .collect()
}
