//! `demarche replay`: where every track stands.

use std::collections::BTreeMap;

use demarche_core::facts::Texts;
use demarche_projection::{LogFold, Query, Row, TrackView, rollup};

use crate::failure::Failure;
use crate::input::{Surveyed, Unmapped, Way, load_behind, survey};
use crate::options::{FastArgs, FormatArgs, LogArgs, QuestionArgs};
use crate::output::entries::{Entries, Layout};
use crate::output::text::spaced;
use crate::output::tree::{Room, Tree};
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
    question: QuestionArgs,
    #[command(flatten)]
    format: FormatArgs,

    #[command(flatten)]
    fast: FastArgs,
}

pub(crate) fn run(args: &Args, session: &mut Session<'_>) -> Result<u8, Failure> {
    let query = args.question.query(session.now);
    match survey(&args.log, &args.fast, Unmapped::Held, session)? {
        Way::Fast(surveyed) => replay_facts(*surveyed, args, &query, session),
        Way::Plain(stdin) => replay_events(&stdin, args, &query, session),
    }
}

/// Prints where every track stands by the events of logs, where so much of standard input was taken out of it already.
fn replay_events(taken: &[u8], args: &Args, query: &Query, session: &mut Session<'_>) -> Result<u8, Failure> {
    let loaded = load_behind(taken, &args.log, session)?;
    let states = loaded.fold.states(query);
    let tree = rollup(&states);
    let beneath: BTreeMap<_, _> = tree.iter().map(|node| (&node.track, &node.beneath)).collect();
    let chosen = states.iter().filter(|state| args.question.filter.admits(state.track, state.status)).map(|state| {
        let mut view = state.view();
        view.descendants = beneath.get(state.track).copied();
        (state, view)
    });
    match Layout::of(args.format.format) {
        None => {
            let mut tree = Tree::default();
            let room = Room::of(&session.terminal);
            chosen.for_each(|(state, view)| tree.push(&view, &state.course(), room));
            tree.print(session)?;
        }
        Some(layout) => {
            let mut entries = Entries::new(layout, &COLUMNS);
            for (_, view) in chosen {
                entries.print_one(|out| view.write_json(out), || cells(&view), session.stdout)?;
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
    session: &mut Session<'_>,
) -> Result<u8, Failure> {
    let texts = logs.texts();
    let fold = threads.run(|| LogFold::new(facts, Texts::new(&texts)));
    let mut views = threads.run(|| fold.views(query));
    let wanted = |view: &TrackView<'_>| args.question.filter.admits(view.track, view.status);
    match Layout::of(args.format.format) {
        None => {
            let mut tree = Tree::default();
            let room = Room::of(&session.terminal);
            let plant = |row: &Row<'_>, part: &mut Tree| {
                part.push(&row.view, &row.course()?, room);
                Ok(())
            };
            while let Some(parts) = logs.checked(threads.run(|| views.next(wanted, plant)))? {
                parts.into_iter().for_each(|part| tree.append(part));
            }
            tree.print(session)?;
        }
        Some(layout) => {
            let mut entries = Entries::new(layout, &COLUMNS);
            let render = |row: &Row<'_>, rows: &mut Vec<u8>| {
                if rows.is_empty() {
                    rows.reserve(ROWS_BYTES);
                }
                layout.render(|out| row.view.write_json(out), || cells(&row.view), rows);
                Ok(())
            };
            while let Some(parts) = logs.checked(threads.run(|| views.next(wanted, render)))? {
                parts.iter().try_for_each(|rows| entries.print(rows, session.stdout))?;
            }
            entries.finish(session.stdout)?;
        }
    }
    session.stdout.flush()?;
    Ok(0)
}

/// What the rows of some tracks take together, in bytes: where it is more, more is made.
const ROWS_BYTES: usize = 64 * 1024;

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
