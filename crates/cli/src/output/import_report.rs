//! Prints what became of the rows of an import.

use std::io::{self, Write};

use demarche_interop::import::Report;

use super::text::{counted, printable};

/// Prints a tally. The indented lines add up to the line above them.
pub(crate) fn print(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{} read", rows(report.rows))?;
    part(report.coded(), "coded", out)?;
    for (kind, count) in sorted(report.coded.iter().map(|(kind, count)| (kind.as_str(), *count))) {
        detail(count, kind, out)?;
    }
    part(report.mirrors + report.duplicates, "folded", out)?;
    detail(report.mirrors, "told from the other side", out)?;
    detail(report.duplicates, "told once more", out)?;
    part(report.set_aside.values().sum(), "set aside", out)?;
    for (reason, count) in sorted(report.set_aside.iter().map(|(reason, count)| (&**reason, *count))) {
        detail(count, reason, out)?;
    }
    part(report.broken, "broken, and skipped", out)?;
    let mut beside = Vec::new();
    if report.opened > 0 {
        beside.push(format!("{} opened", counted(small(report.opened), "track")));
    }
    if report.retracted > 0 {
        beside.push(format!("{} retracted", counted(small(report.retracted), "event")));
    }
    let beside = if beside.is_empty() { String::new() } else { format!(", with {}", beside.join(" and ")) };
    writeln!(out, "{} made{beside}", counted(small(report.events()), "event"))
}

fn rows(count: u64) -> String {
    counted(small(count), "row")
}

fn small(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

/// Sorts counts, the most frequent first.
fn sorted<'r>(counts: impl Iterator<Item = (&'r str, u64)>) -> Vec<(&'r str, u64)> {
    let mut counts: Vec<_> = counts.collect();
    counts.sort_by(|(name, count), (other, than)| than.cmp(count).then(name.cmp(other)));
    counts
}

fn part(count: u64, what: &str, out: &mut dyn Write) -> io::Result<()> {
    if count == 0 { Ok(()) } else { writeln!(out, "{count:>9}  {what}") }
}

fn detail(count: u64, what: &str, out: &mut dyn Write) -> io::Result<()> {
    if count == 0 { Ok(()) } else { writeln!(out, "{count:>11}  {}", printable(what)) }
}
