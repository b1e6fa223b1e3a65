//! `demarche replay`: where every track stands.

use demarche_core::TrackId;
use demarche_core::facts::Texts;
use demarche_projection::{Course, LogFold, Meeting, Node, Query, Status, TrackState, TrackView, rollup};
use std::collections::{BTreeMap, BTreeSet};

use crate::failure::Failure;
use crate::input::{Surveyed, Unmapped, Way, load_behind, survey};
use crate::options::{FastArgs, FilterArgs, FormatArgs, LogArgs, ReadingArgs, WhenArgs};
use crate::output::entries::{Entries, Layout};
use crate::output::table::{Cell, Table};
use crate::output::text::{counted, short_date};
use crate::session::Session;

/// Where every track stands: status, since when, what comes next, who says so
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    demarche replay fixtures/us-russia-2025.jsonl\n  \
    demarche replay journal.jsonl --as-of 2025-05-20 --track 'us-ru/**'\n  \
    demarche replay journal.jsonl --reading side:ru --format json")]
pub(crate) struct Args {
    #[command(flatten)]
    log: LogArgs,
    #[command(flatten)]
    when: WhenArgs,
    #[command(flatten)]
    reading: ReadingArgs,
    #[command(flatten)]
    filter: FilterArgs,
    #[command(flatten)]
    format: FormatArgs,

    #[command(flatten)]
    fast: FastArgs,
}

pub(crate) fn run(args: &Args, session: &mut Session<'_>) -> Result<u8, Failure> {
    let query = args.when.query(&args.reading, session.now);
    let layout = Layout::of(args.format.format);
    let mut taken = Vec::new();
    if let Some(layout) = layout {
        match survey(&args.log, &args.fast, Unmapped::Held, session)? {
            Way::Fast(surveyed) => return replay_facts(*surveyed, args, &query, layout, session),
            Way::Plain(stdin) => taken = stdin,
        }
    }
    let loaded = load_behind(&taken, &args.log, session)?;
    let states = loaded.fold.states(&query);
    let tree = rollup(&states);
    match layout {
        None => print_tree(&tree, args, session)?,
        Some(layout) => {
            let mut entries = Entries::new(layout, &COLUMNS);
            for view in views(&tree, &states).filter(|view| args.filter.admits(view.track, view.status)) {
                entries.print_one(&view, || cells(&view), session.stdout)?;
            }
            entries.finish(session.stdout)?;
        }
    }
    loaded.conclude(session)
}

/// Prints where every track stands by the facts of logs.
fn replay_facts(
    Surveyed { logs, threads, facts }: Surveyed,
    args: &Args,
    query: &Query,
    layout: Layout,
    session: &mut Session<'_>,
) -> Result<u8, Failure> {
    let texts = logs.texts();
    let fold = threads.run(|| LogFold::new(facts, Texts::new(&texts)));
    let mut views = threads.run(|| fold.views(query));
    let mut entries = Entries::new(layout, &COLUMNS);
    let wanted = |view: &TrackView<'_>| args.filter.admits(view.track, view.status);
    let render = |view: &TrackView<'_>, rows: &mut Vec<u8>| layout.render(view, || cells(view), rows);
    while let Some(rows) = threads.run(|| views.next(wanted, render))? {
        rows.iter().try_for_each(|rows| entries.print(rows, session.stdout))?;
    }
    entries.finish(session.stdout)?;
    session.stdout.flush()?;
    Ok(0)
}

/// The scalar columns of a state.
const COLUMNS: [&str; 20] = [
    "track",
    "title",
    "kind",
    "parties",
    "status",
    "since",
    "decided_by",
    "next_meeting",
    "next_when",
    "next_venue",
    "meetings_held",
    "last_held",
    "open_proposals",
    "last_activity",
    "last_progress",
    "sources",
    "events",
    "said_by",
    "silent",
    "contested",
];

/// The scalar columns of a track.
fn cells(view: &TrackView<'_>) -> Vec<String> {
    let next = view.next.as_ref();
    vec![
        view.track.to_string(),
        text(view.title.as_ref()),
        text(view.kind),
        spaced(&view.parties),
        view.status.to_string(),
        view.since.to_string(),
        text(view.decided_by),
        text(next.map(|next| next.meeting)),
        text(next.and_then(|next| next.when.as_ref())),
        text(next.and_then(|next| next.venue.as_ref())),
        view.meetings_held.to_string(),
        text(view.last_held.as_ref()),
        spaced(&view.open_proposals),
        view.last_activity.to_string(),
        text(view.last_progress.as_ref()),
        view.sources.to_string(),
        view.events.to_string(),
        spaced(&view.said_by),
        spaced(&view.silent),
        view.contested.len().to_string(),
    ]
}

fn text(value: Option<impl ToString>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

fn spaced(values: &[impl ToString]) -> String {
    values.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

/// The states in the form of the JSON contract, sorted by track.
fn views<'s>(tree: &'s [Node<'s, '_>], states: &'s [TrackState<'_>]) -> impl Iterator<Item = TrackView<'s>> {
    let beneath: BTreeMap<_, _> = tree.iter().map(|node| (&node.track, &node.beneath)).collect();
    states.iter().map(move |state| match beneath.get(state.track) {
        Some(beneath) => state.view().with_descendants(beneath),
        None => state.view(),
    })
}

/// Prints the tracks as a tree. What stands above a chosen track is named, so that it can be found.
fn print_tree(tree: &[Node<'_, '_>], args: &Args, session: &mut Session<'_>) -> Result<(), Failure> {
    let admits = |state: &TrackState<'_>| args.filter.admits(state.track, state.status);
    let chosen: Vec<_> = tree.iter().filter(|node| node.state.is_some_and(admits)).collect();
    if chosen.is_empty() {
        writeln!(session.stdout, "no track: nothing in the log is on such a track, in bounds and considered")?;
        return Ok(());
    }
    let room = Room::of(session.terminal.width());
    let above: BTreeSet<_> = chosen.iter().flat_map(|node| ancestors(&node.track)).collect();
    let mut table = Table::new(["track", "status", "since", "next or last", "said by"]).keep_whole(&[0, 1, 2, 4]);
    for node in tree {
        match node.state.filter(|state| admits(state)) {
            Some(state) => table.push(row(node, state, room)),
            None if above.contains(&node.track) => table.push(vec![name(node, None)]),
            None => {}
        }
    }
    table.print(&session.terminal, session.stdout)?;
    let states: Vec<_> = chosen.iter().filter_map(|node| node.state).collect();
    let mut counts: BTreeMap<Status, usize> = BTreeMap::new();
    for state in &states {
        *counts.entry(state.status).or_default() += 1;
    }
    writeln!(session.stdout)?;
    session.wrapped(&format!("{}: {}", counted(states.len(), "track"), in_words(&counts)))?;
    if states.iter().any(|state| !state.contested.is_empty()) {
        session.wrapped("* contested: `demarche why --track …` says by whom")?;
    }
    Ok(())
}

/// How much a row says.
#[derive(Debug, Clone, Copy)]
struct Room {
    /// Whether there is room for venues, and for what lies beneath in full.
    for_venues: bool,
    /// Whether there is room for titles.
    for_titles: bool,
}

impl Room {
    const fn of(width: u16) -> Self {
        Self { for_venues: width >= 120, for_titles: width >= 140 }
    }
}

fn ancestors(track: &TrackId) -> impl Iterator<Item = TrackId> {
    std::iter::successors(track.parent(), TrackId::parent)
}

fn in_words(counts: &BTreeMap<Status, usize>) -> String {
    counts.iter().map(|(status, count)| format!("{count} {status}")).collect::<Vec<_>>().join(", ")
}

fn row(node: &Node<'_, '_>, state: &TrackState<'_>, room: Room) -> Vec<Cell> {
    let mut course = course(state, room);
    if !node.beneath.is_empty() {
        let all = node.beneath.values().sum::<usize>();
        course.push(if room.for_venues {
            format!("beneath: {}", in_words(&node.beneath))
        } else {
            format!("{all} beneath")
        });
    }
    vec![
        name(node, state.title.filter(|_| room.for_titles)),
        Cell::status(state.status, !state.contested.is_empty()),
        Cell::new(short_date(state.since.as_str())),
        Cell::lines(&course),
        Cell::new(voices(state)),
    ]
}

/// The track within the tree: its last segment, indented.
fn name(node: &Node<'_, '_>, title: Option<&str>) -> Cell {
    let indent = "  ".repeat(node.track.depth() - 1);
    let segment = node.track.last_segment();
    match title {
        Some(title) => Cell::new(format!("{indent}{segment}  {title}")),
        None => Cell::new(format!("{indent}{segment}")),
    }
}

/// What comes next, or came last.
fn course(state: &TrackState<'_>, room: Room) -> Vec<String> {
    let meeting = |what: &str, meeting: &Meeting<'_>| {
        let when = meeting.when.map_or_else(String::new, |when| format!(" {}", short_date(when.as_str())));
        let venue = meeting.venue.filter(|_| room.for_venues).map_or_else(String::new, |venue| format!(", {venue}"));
        format!("{what} {}{when}{venue}", meeting.name)
    };
    let told = |course: &Course<'_, '_>| match course {
        Course::Next(next) => meeting("next", next),
        Course::Wanted(wanted) => meeting("wanted", wanted),
        Course::Unanswered(proposal) => format!("unanswered {}", proposal.name),
        Course::Last(held) => meeting("last", held),
    };
    state.course().iter().map(told).collect()
}

/// Which parties say so, and which are silent.
fn voices(state: &TrackState<'_>) -> String {
    match (state.said_by.as_slice(), state.silent.as_slice()) {
        ([], []) => String::new(),
        ([], [_, _]) => "neither".to_owned(),
        ([], silent) => format!("not {}", spaced(silent)),
        (said, []) => spaced(said),
        (said, silent) => format!("{}, not {}", spaced(said), spaced(silent)),
    }
}
