//! The brief: what changed on which track, who says so, who denies it, and where that can be read.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use demarche_core::{Event, TrackId};
use demarche_projection::narrate::{actor_in_words, clause, date_in_words, speaker_in_words};
use demarche_projection::{Change, Dispute, Status, TrackState, diff};

use super::changed::{in_words, titles};
use super::document::{Block, Run, write_html, write_markdown};
use crate::harmless::web_address;

/// A brief of what changed between two pictures.
///
/// ```
/// use demarche_interop::export::digest::Digest;
/// use demarche_projection::{Fold, Query};
///
/// let line = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"track_stalled","track":"us-ru","occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","source":{"who":"izvestia","attribution":"media","grade":"B2"},"data":{}}"#;
/// let fold = Fold::of([demarche_core::codec::decode(line).unwrap()])?;
/// let states = fold.states(&Query::default());
/// let brief = Digest::new("Since yesterday", &[], &states, None).markdown();
/// assert!(brief.starts_with("# Since yesterday\n\n1 track changed."));
/// assert!(brief.contains("Izvestia reports that it has stalled (B2)"));
/// # Ok::<(), demarche_projection::Conflict>(())
/// ```
#[derive(Debug)]
pub struct Digest {
    title: String,
    blocks: Vec<Block>,
}

impl Digest {
    /// Makes a brief of the states before and after, which are sorted by track; of one region of the tree where it is
    /// named: a track and all beneath it.
    #[must_use]
    pub fn new(title: &str, before: &[TrackState<'_>], after: &[TrackState<'_>], beneath: Option<&TrackId>) -> Self {
        let within = |track: &TrackId| beneath.is_none_or(|region| is_within(track, region));
        let mut changes = diff(before, after);
        changes.retain(|change| within(change.track));
        let mut blocks = vec![Block::Heading(1, title.to_owned())];
        let tracks = if changes.len() == 1 { "1 track".to_owned() } else { format!("{} tracks", changes.len()) };
        let standing = after.iter().filter(|state| within(state.track));
        let counts = counts(standing.map(|state| state.status));
        blocks.push(Block::Paragraph(vec![Run::Plain(format!("{tracks} changed.{counts}"))]));
        changes.iter().for_each(|change| track(change, &mut blocks));
        Self { title: title.to_owned(), blocks }
    }

    /// Writes it as Markdown.
    ///
    /// # Errors
    ///
    /// What the writer says.
    pub fn write_markdown(&self, out: &mut dyn Write) -> io::Result<()> {
        write_markdown(&self.blocks, out)
    }

    /// Writes it as a page of HTML.
    ///
    /// # Errors
    ///
    /// What the writer says.
    pub fn write_html(&self, out: &mut dyn Write) -> io::Result<()> {
        write_html(&self.title, &self.blocks, out)
    }

    /// Makes it as Markdown.
    #[must_use]
    pub fn markdown(&self) -> String {
        let mut out = Vec::new();
        // Writing to a vector can't fail.
        let _ = self.write_markdown(&mut out);
        String::from_utf8(out).unwrap_or_default()
    }

    /// Makes it as a page of HTML.
    #[must_use]
    pub fn html(&self) -> String {
        let mut out = Vec::new();
        // Writing to a vector can't fail.
        let _ = self.write_html(&mut out);
        String::from_utf8(out).unwrap_or_default()
    }
}

/// Tells whether a track is a region of the tree, or lies beneath it.
#[must_use]
pub fn is_within(track: &TrackId, region: &TrackId) -> bool {
    let rest = track.as_str().strip_prefix(region.as_str());
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Where all tracks stand, counted.
fn counts(statuses: impl Iterator<Item = Status>) -> String {
    let mut counts: BTreeMap<Status, usize> = BTreeMap::new();
    for status in statuses {
        *counts.entry(status).or_default() += 1;
    }
    if counts.is_empty() {
        return String::new();
    }
    let all: usize = counts.values().sum();
    let each: Vec<String> = counts.iter().map(|(status, count)| format!("{count} {status}")).collect();
    format!(" Of {all} in all, {}.", each.join(", "))
}

fn track(change: &Change<'_, '_>, blocks: &mut Vec<Block>) {
    let state = change.after.or(change.before);
    blocks.push(Block::Heading(2, state.and_then(|state| state.title).unwrap_or(change.track.as_str()).to_owned()));
    blocks.push(Block::Paragraph(vec![Run::Strong(change.headline())]));
    if let Some(after) = change.after {
        blocks.push(Block::Paragraph(vec![Run::Plain(after.sentence())]));
    }
    let titles = state.map(titles).unwrap_or_default();
    let lines = change.kinds.iter().filter_map(|kind| in_words(kind, &titles));
    blocks.extend(lines.map(|line| Block::Item(vec![Run::Plain(line)])));
    let (new, gone) = change.events();
    list("Who says so", new.iter().map(|event| claim(event)), blocks);
    list("No longer on record", gone.iter().map(|event| claim(event)), blocks);
    if let Some(after) = change.after {
        list("Who denies it", after.contested.iter().map(dispute), blocks);
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

/// What somebody says, when, and how well sourced.
fn claim(event: &Event) -> Vec<Run> {
    vec![
        Run::Strong(date_in_words(event.occurred.date())),
        Run::Plain(format!(": {} that {} ({})", speaker_in_words(&event.source), clause(event), grade(event))),
    ]
}

fn dispute(dispute: &Dispute<'_>) -> Vec<Run> {
    let denials: Vec<String> = dispute
        .denials
        .iter()
        .map(|denial| format!("{} ({})", actor_in_words(&denial.source.who), grade(denial)))
        .collect();
    let weight = if dispute.set_aside { ", which outweighs it" } else { "" };
    let (by, said) = (actor_in_words(&dispute.claim.source.who), clause(dispute.claim));
    vec![Run::Plain(format!("What {by} said, that {said}, is denied by {}{weight}", denials.join(", ")))]
}

fn grade(event: &Event) -> String {
    event.source.grade.map_or_else(|| "ungraded".to_owned(), |grade| grade.to_string())
}

/// Where it can be read: a link only to the web, perhaps behind the number that the entry has elsewhere.
fn source(cite: &str) -> Vec<Run> {
    let (number, last) = cite.rfind(' ').map_or(("", cite), |blank| cite.split_at(blank + 1));
    match web_address(last) {
        Some(address) if number.is_empty() => vec![Run::Link(address.to_owned())],
        Some(address) => vec![Run::Plain(number.to_owned()), Run::Link(address.to_owned())],
        None => vec![Run::Plain(cite.to_owned())],
    }
}
