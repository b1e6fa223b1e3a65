//! Tracks as a tree, one per line, with what comes next and who says so.

use std::collections::BTreeMap;

use demarche_core::TrackId;
use demarche_projection::state::{Appointment, Milestone, Status, TrackState};

use super::naming::Naming;
use super::table::{Cell, Table};
use super::text::{counted, short_date};
use crate::failure::Failure;
use crate::session::{Session, Terminal};

/// The chosen tracks, in any order. Keeps only what is printed of each.
#[derive(Default)]
pub(crate) struct Tree {
    rows: Vec<(TrackId, Vec<Cell>)>,
    counts: BTreeMap<Status, usize>,
    is_any_contested: bool,
}

/// How much a row says, depending on the terminal width.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RowDetail {
    /// Whether venues fit, and the full counts of descendants.
    shows_venues: bool,
    /// Whether titles fit.
    shows_titles: bool,
}

impl RowDetail {
    pub(crate) fn of(terminal: &Terminal) -> Self {
        let width = terminal.width();
        Self { shows_venues: width >= 120, shows_titles: width >= 140 }
    }
}

impl Tree {
    /// Adds a track.
    pub(crate) fn push(&mut self, state: &TrackState, milestones: &[Milestone], detail: RowDetail, naming: &Naming) {
        self.rows.push((state.track.clone(), row(state, milestones, detail, naming)));
        *self.counts.entry(state.status).or_default() += 1;
        self.is_any_contested |= !state.contested.is_empty();
    }

    /// Adds the tracks of another tree, none of which this one has.
    pub(crate) fn append(&mut self, mut other: Self) {
        self.rows.append(&mut other.rows);
        for (status, count) in other.counts {
            *self.counts.entry(status).or_default() += count;
        }
        self.is_any_contested |= other.is_any_contested;
    }

    /// Prints the tree: each track before its descendants, siblings by name. Ancestors of a chosen track are named even
    /// if they were not chosen, to show where it belongs.
    pub(crate) fn print(mut self, session: &mut Session<'_>) -> Result<(), Failure> {
        if self.rows.is_empty() {
            writeln!(session.stdout, "no track: nothing in the log is on such a track, in bounds and considered")?;
            return Ok(());
        }
        let tracks = counted(self.rows.len(), "track");
        // Sort by segments: sorting by text would separate a track from its descendants.
        self.rows.sort_unstable_by(|(one, _), (other, _)| segments(one).cmp(segments(other)));
        let mut table = Table::new(["track", "status", "since", "next or last", "said by"]).keep_whole(&[0, 1, 2, 4]);
        let mut before: Option<TrackId> = None;
        for (track, row) in self.rows {
            let is_named =
                |above: &TrackId| before.as_ref().is_some_and(|last| last == above || last.is_beneath(above));
            let mut above: Vec<_> = ancestors(&track).take_while(|above| !is_named(above)).collect();
            while let Some(above) = above.pop() {
                table.push(vec![name(&above, None)]);
            }
            table.push(row);
            before = Some(track);
        }
        table.print(&session.terminal, session.stdout)?;
        writeln!(session.stdout)?;
        session.wrapped(&format!("{tracks}: {}", in_words(&self.counts)))?;
        if self.is_any_contested {
            session.wrapped("* contested: `demarche why --track …` says by whom")?;
        }
        Ok(())
    }
}

fn segments(track: &TrackId) -> impl Iterator<Item = &str> {
    track.as_str().split('/')
}

/// Yields the ancestors of a track, the nearest first.
fn ancestors(track: &TrackId) -> impl Iterator<Item = TrackId> {
    std::iter::successors(track.parent(), TrackId::parent)
}

fn in_words(counts: &BTreeMap<Status, usize>) -> String {
    counts.iter().map(|(status, count)| format!("{count} {status}")).collect::<Vec<_>>().join(", ")
}

fn row(state: &TrackState, milestones: &[Milestone], detail: RowDetail, naming: &Naming) -> Vec<Cell> {
    let mut told: Vec<String> = milestones.iter().map(|milestones| in_short(milestones, detail)).collect();
    if let Some(beneath) = state.descendants.as_ref().filter(|beneath| !beneath.is_empty()) {
        told.push(if detail.shows_venues {
            format!("beneath: {}", in_words(beneath))
        } else {
            format!("{} beneath", beneath.values().sum::<usize>())
        });
    }
    vec![
        name(&state.track, state.title.as_deref().filter(|_| detail.shows_titles)),
        Cell::status(state.status, !state.contested.is_empty()),
        Cell::new(short_date(state.since.as_str())),
        Cell::lines(&told),
        Cell::new(voices(state, naming)),
    ]
}

/// Names a track within the tree: its last segment, indented by its depth.
fn name(track: &TrackId, title: Option<&str>) -> Cell {
    let indent = "  ".repeat(track.depth() - 1);
    let segment = track.last_segment();
    match title {
        Some(title) => Cell::new(format!("{indent}{segment}  {title}")),
        None => Cell::new(format!("{indent}{segment}")),
    }
}

/// Describes what comes next, or what came last.
fn in_short(milestones: &Milestone, detail: RowDetail) -> String {
    let meeting = |what: &str, meeting: &Appointment| {
        let when = meeting.when.as_ref().map_or_else(String::new, |when| format!(" {}", short_date(when.as_str())));
        let venue = meeting.venue.as_deref().filter(|_| detail.shows_venues);
        let venue = venue.map_or_else(String::new, |venue| format!(", {venue}"));
        format!("{what} {}{when}{venue}", meeting.meeting)
    };
    match milestones {
        Milestone::Next(next) => meeting("next", next),
        Milestone::Wanted(wanted) => meeting("wanted", wanted),
        Milestone::Unanswered(proposal) => format!("unanswered {proposal}"),
        Milestone::Last(held) => meeting("last", held),
    }
}

/// Lists which parties say so, and which are silent.
fn voices(state: &TrackState, naming: &Naming) -> String {
    match (state.said_by.as_slice(), state.silent.as_slice()) {
        ([], []) => String::new(),
        ([], [_, _]) => "neither".to_owned(),
        ([], silent) => format!("not {}", naming.cells(silent)),
        (said, []) => naming.cells(said),
        (said, silent) => format!("{}, not {}", naming.cells(said), naming.cells(silent)),
    }
}
