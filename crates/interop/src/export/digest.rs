//! The brief: what changed on each track, who says so, who denies it, and where to read it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use demarche_core::{Event, TrackId};
use demarche_projection::diff::Change;
use demarche_projection::narrate::{Names, date_in_words};
use demarche_projection::state::{Dossier, Status};
use demarche_projection::{LogChanged, Sides};

use super::document::{Block, Run, write_html, write_markdown};
use super::titles;
use crate::escape::web_address;

/// A brief of what changed between two states of the journal.
///
/// ```
/// use demarche_interop::export::digest::Digest;
/// use demarche_projection::narrate::Names;
/// use demarche_projection::Fold;
/// use demarche_projection::query::Query;
///
/// let line = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"track_stalled","track":"us-ru","occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","source":{"who":"izvestia","attribution":"media","grade":"B2"},"data":{}}"#;
/// let fold = Fold::of([demarche_core::codec::decode(line).unwrap()])?;
/// let yesterday = Query { known_at: Some("2025-10-22T23:59:59Z".parse()?), ..Query::default() };
/// let tracks = fold.differing(&[yesterday, Query::default()])?;
/// let brief = Digest::new("Since yesterday", tracks.into_iter().map(Ok), &Names::default())?.markdown();
/// assert!(brief.starts_with("# Since yesterday\n\n1 track changed."));
/// assert!(brief.contains("Izvestia reports that the track has stalled (B2)"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Digest {
    title: String,
    blocks: Vec<Block>,
}

impl Digest {
    /// Makes a brief of tracks before and after, sorted by track, each as
    /// [`Track::differing`](demarche_projection::Track::differing) returns it. It holds one track at a time, so the
    /// iterator can be lazy.
    ///
    /// # Errors
    ///
    /// [`LogChanged`] if a track could not be read.
    pub fn new(
        title: &str,
        tracks: impl IntoIterator<Item = Result<Sides, LogChanged>>,
        names: &Names,
    ) -> Result<Self, LogChanged> {
        let mut brief = Brief::default();
        for sides in tracks {
            let (before, after) = sides?;
            brief.enter(before.as_ref(), after.as_ref(), names);
        }
        Ok(Self { title: title.to_owned(), blocks: brief.into_blocks(title) })
    }

    /// Writes the brief as Markdown.
    ///
    /// # Errors
    ///
    /// The error of the writer.
    pub fn write_markdown(&self, out: &mut dyn Write) -> io::Result<()> {
        write_markdown(&self.blocks, out)
    }

    /// Writes the brief as an HTML page.
    ///
    /// # Errors
    ///
    /// The error of the writer.
    pub fn write_html(&self, out: &mut dyn Write) -> io::Result<()> {
        write_html(&self.title, &self.blocks, out)
    }

    /// Returns the brief as Markdown.
    #[must_use]
    pub fn markdown(&self) -> String {
        let mut out = Vec::new();
        // Writing to a vector can't fail.
        let _ = self.write_markdown(&mut out);
        String::from_utf8(out).unwrap_or_default()
    }

    /// Returns the brief as an HTML page.
    #[must_use]
    pub fn html(&self) -> String {
        let mut out = Vec::new();
        // Writing to a vector can't fail.
        let _ = self.write_html(&mut out);
        String::from_utf8(out).unwrap_or_default()
    }
}

/// Tells whether a track is the root of a region, or lies beneath it.
#[must_use]
pub fn is_within(track: &TrackId, region: &TrackId) -> bool {
    let rest = track.as_str().strip_prefix(region.as_str());
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A brief under construction.
#[derive(Default)]
struct Brief {
    changed: usize,
    /// How many tracks have each status.
    counts: BTreeMap<Status, usize>,
    blocks: Vec<Block>,
}

impl Brief {
    /// Adds a track before and after.
    fn enter(&mut self, before: Option<&Dossier>, after: Option<&Dossier>, names: &Names) {
        if let Some(after) = after {
            *self.counts.entry(after.state.status).or_default() += 1;
        }
        if let Some(change) = Change::between(before, after) {
            self.changed += 1;
            track(&change, names, &mut self.blocks);
        }
    }

    fn into_blocks(self, title: &str) -> Vec<Block> {
        let tracks = if self.changed == 1 { "1 track".to_owned() } else { format!("{} tracks", self.changed) };
        let summary = format!("{tracks} changed.{}", in_all(&self.counts));
        let head = [Block::Heading(1, title.to_owned()), Block::Paragraph(vec![Run::Plain(summary)])];
        head.into_iter().chain(self.blocks).collect()
    }
}

/// Summarizes the statuses of all tracks.
fn in_all(counts: &BTreeMap<Status, usize>) -> String {
    if counts.is_empty() {
        return String::new();
    }
    let all: usize = counts.values().sum();
    let each: Vec<String> = counts.iter().map(|(status, count)| format!("{count} {status}")).collect();
    format!(" Of {all} in all, {}.", each.join(", "))
}

fn track(change: &Change<'_>, names: &Names, blocks: &mut Vec<Block>) {
    let dossier = change.after.or(change.before);
    let title = dossier.map_or(change.track.as_str(), |dossier| titles::of_track(&dossier.state));
    blocks.push(Block::Heading(2, title.to_owned()));
    blocks.push(Block::Paragraph(vec![Run::Strong(change.headline())]));
    if let Some(after) = change.after {
        blocks.push(Block::Paragraph(vec![Run::Plain(after.sentence(names))]));
    }
    blocks.extend(change.lines(names).into_iter().map(|line| Block::Item(vec![Run::Plain(line)])));
    let (new, gone) = change.events();
    let said = |side: Option<&Dossier>, events: &[&Event]| -> Vec<Vec<Run>> {
        side.map_or_else(Vec::new, |side| events.iter().map(|event| claim(side, event, names)).collect())
    };
    list("Who says so", said(change.after, &new).into_iter(), blocks);
    list("No longer on record", said(change.before, &gone).into_iter(), blocks);
    if let Some(after) = change.after {
        let disputes = after.disputes().filter_map(|dispute| after.dispute_in_words(dispute, names));
        list("Who denies it", disputes.map(|line| vec![Run::Plain(line)]), blocks);
    }
    let cites: BTreeSet<&str> = new.iter().filter_map(|event| event.cite.as_deref()).collect();
    list("Sources", cites.into_iter().map(source), blocks);
}

fn list(title: &str, items: impl Iterator<Item = Vec<Run>>, blocks: &mut Vec<Block>) {
    let items: Vec<Block> = items.map(Block::Item).collect();
    if !items.is_empty() {
        blocks.push(Block::Heading(3, title.to_owned()));
        blocks.extend(items);
    }
}

/// Describes a statement: who makes it, when, and how well it is sourced.
fn claim(dossier: &Dossier, event: &Event, names: &Names) -> Vec<Run> {
    vec![
        Run::Strong(date_in_words(event.occurred.date())),
        Run::Plain(format!(": {} ({})", dossier.said(event, names), grade(event))),
    ]
}

fn grade(event: &Event) -> String {
    event.source.grade.map_or_else(|| "ungraded".to_owned(), |grade| grade.to_string())
}

/// Describes where a statement can be read. Only web addresses become links.
fn source(cite: &str) -> Vec<Run> {
    let (number, last) = cite.rfind(' ').map_or(("", cite), |blank| cite.split_at(blank + 1));
    match web_address(last) {
        Some(address) if number.is_empty() => vec![Run::Link(address.to_owned())],
        Some(address) => vec![Run::Plain(number.to_owned()), Run::Link(address.to_owned())],
        None => vec![Run::Plain(cite.to_owned())],
    }
}
