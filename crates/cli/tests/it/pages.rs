//! The documents as a whole: links lead somewhere, and every page has its place in the guide.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use demarche_core::{Edtf, Instant};

use super::code_rules::{files, files_here};
use super::support::root;

/// A link of a page: the line that it stands on, and where it leads.
struct Link {
    line: usize,
    target: String,
}

/// The pages of the repository.
fn pages() -> Vec<PathBuf> {
    let root = root();
    let mut pages = files_here(&root, "md");
    for folder in ["docs", "fixtures", "seeds", "fuzz", "benches", "crates", "python"] {
        pages.extend(files(&root.join(folder), "md"));
    }
    // Golden files are what the program writes; a template becomes a page elsewhere.
    pages.retain(|page| !page.components().any(|part| part.as_os_str() == "tests"));
    pages.retain(|page| !read(page).contains("{{"));
    assert!(pages.len() > 30, "{}", pages.len());
    pages
}

/// The lines of a page outside its code blocks.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut in_code = false;
    (1..).zip(text.lines()).filter(move |(_, line)| {
        let is_fence = line.trim_start().starts_with("```");
        in_code ^= is_fence;
        !in_code && !is_fence
    })
}

/// The links of a page that lead to other files, or into a page.
fn links(text: &str) -> Vec<Link> {
    let targets = |line: &str| -> Vec<String> {
        line.split("](").skip(1).filter_map(|rest| Some(rest.split_once(')')?.0.to_owned())).collect()
    };
    let outside = |target: &str| target.contains("://") || target.starts_with("mailto:");
    prose(text)
        .flat_map(|(line, prose)| targets(prose).into_iter().map(move |target| Link { line, target }))
        .filter(|link| !outside(&link.target) && !link.target.contains(' '))
        .collect()
}

/// The anchors of a page's headings, as forges make them.
fn anchors(text: &str) -> BTreeSet<String> {
    prose(text)
        .filter(|(_, line)| line.starts_with('#'))
        .map(|(_, line)| {
            let heading = line.trim_start_matches('#').trim().to_lowercase();
            let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
            kept.map(|c| if c == ' ' { '-' } else { c }).collect()
        })
        .collect()
}

fn read(page: &Path) -> String {
    std::fs::read_to_string(page).unwrap_or_else(|error| panic!("{}: {error}", page.display()))
}

#[test]
fn links_lead_to_files_and_headings_that_exist() {
    let mut links_seen = 0;
    for page in pages() {
        for Link { line, target } in links(&read(&page)) {
            links_seen += 1;
            let place = format!("{}:{line}: {target}", page.display());
            let (file, anchor) = target.split_once('#').unwrap_or((&target, ""));
            let file = if file.is_empty() { page.clone() } else { page.parent().unwrap().join(file) };
            assert!(file.exists(), "{place} leads to nothing");
            assert!(anchor.is_empty() || anchors(&read(&file)).contains(anchor), "{place} leads to no heading");
        }
    }
    assert!(links_seen > 100, "{links_seen}");
}

#[test]
fn every_page_of_the_guide_is_in_its_summary() {
    let docs = root().join("docs");
    let listed: BTreeSet<PathBuf> =
        links(&read(&docs.join("SUMMARY.md"))).into_iter().map(|link| docs.join(link.target)).collect();
    let there: BTreeSet<PathBuf> =
        files(&docs, "md").into_iter().filter(|page| !page.ends_with("SUMMARY.md")).collect();
    assert_eq!(listed, there);
}

/// The guide is also a site of its own, which has no other folder of the repository.
#[test]
fn links_of_the_guide_stay_in_the_guide() {
    let docs = root().join("docs").canonicalize().unwrap();
    for page in files(&docs, "md") {
        for Link { line, target } in links(&read(&page)) {
            let file = target.split('#').next().unwrap_or_default();
            let leads_to = page.parent().unwrap().join(file).canonicalize().unwrap();
            assert!(leads_to.starts_with(&docs), "{}:{line}: {target} leads out of docs", page.display());
        }
    }
}

#[test]
fn decisions_are_numbered_without_holes() {
    let mut numbers: Vec<usize> = files_here(&root().join("docs/decisions"), "md")
        .iter()
        .filter_map(|page| page.file_name()?.to_str()?.get(..4)?.parse().ok())
        .collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=numbers.len()).collect::<Vec<_>>());
}

/// Each date that the page on dates shows is read, with the days that it says.
#[test]
fn the_page_on_dates_is_right() {
    let text = read(&root().join("docs/dates.md"));
    let mut dates = 0;
    for row in text.lines().filter(|line| line.starts_with("| \"")) {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        let [_, date, from, to] = cells[..] else { continue };
        let date: Edtf = date.trim_matches('`').parse().unwrap_or_else(|error| panic!("{row}: {error}"));
        let day = |bound: Option<Instant>| bound.map_or("open".to_owned(), |instant| instant.date().to_string());
        assert_eq!((day(date.earliest()), day(date.latest())), (from.to_owned(), to.to_owned()), "{row}");
        dates += 1;
    }
    assert!(dates > 20, "{dates}");
    assert!("2025-03-20/21".parse::<Edtf>().is_err(), "the page says that it is not read");
}
