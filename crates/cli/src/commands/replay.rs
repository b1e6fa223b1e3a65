//! `demarche replay`: where every track stands.

use demarche_projection::state::TrackState;
use demarche_projection::{LogChanged, Track};

use crate::failure::Failure;
use crate::input::load;
use crate::options::{FormatArgs, LogArgs, QuestionArgs, any_matches};
use crate::output::entries::{Entries, Layout};
use crate::output::naming::NamingArgs;
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
    naming: NamingArgs,
    #[command(flatten)]
    format: FormatArgs,
}

pub(crate) fn run(args: &Args, session: &mut Session<'_>) -> Result<u8, Failure> {
    let query = args.question.query(session.now);
    let loaded = load(&args.log, session)?;
    let naming = args.naming.read(&args.log.logs)?;
    let filter = &args.question.filter;
    let (mut batches, beneath) = loaded.ask(|fold| {
        let batches = fold.batches(&query);
        let beneath = batches.beneath();
        (batches.only(|track| any_matches(&filter.tracks, track)), beneath)
    });
    let beneath = loaded.checked(beneath)?;
    let chosen = |track: &Track<'_>| -> Result<Option<TrackState>, LogChanged> {
        let mut state = track.state()?.filter(|state| filter.admits(&state.track, state.status));
        if let Some(state) = &mut state {
            state.descendants = Some(track.descendants(&beneath));
        }
        Ok(state)
    };
    match Layout::of(args.format.format) {
        None => {
            let mut tree = Tree::default();
            let room = Room::of(&session.terminal);
            let plant = |track: &Track<'_>, part: &mut Tree| {
                if let Some(state) = chosen(track)? {
                    part.push(&state, &track.course(&state)?, room, &naming);
                }
                Ok::<_, LogChanged>(())
            };
            while let Some(parts) = loaded.checked(loaded.run(|| batches.next(plant)))? {
                parts.into_iter().for_each(|part| tree.append(part));
            }
            match loaded.fold.is_empty() {
                true => writeln!(session.stdout, "no track: there is no event in the log")?,
                false => tree.print(session)?,
            }
        }
        Some(layout) => {
            let mut entries = Entries::new(layout, &COLUMNS);
            let render = |track: &Track<'_>, rows: &mut Vec<u8>| {
                if rows.is_empty() {
                    rows.reserve(ROWS_BYTES);
                }
                if let Some(state) = chosen(track)? {
                    layout.render(|out| state.write_json(out), || cells(&state), rows);
                }
                Ok::<_, LogChanged>(())
            };
            while let Some(parts) = loaded.checked(loaded.run(|| batches.next(render)))? {
                parts.iter().try_for_each(|rows| entries.print(rows, session.stdout))?;
            }
            entries.finish(session.stdout)?;
        }
    }
    loaded.conclude(session)
}

/// What the rows of some tracks take together, in bytes: where it is more, more is made.
const ROWS_BYTES: usize = 64 * 1024;

/// The scalar columns of a state.
const COLUMNS: [&str; 23] = [
    "track",
    "title",
    "kind",
    "parties",
    "mediators",
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
    "otherwise",
    "silent",
    "contested",
    "disputes",
];

/// The scalar columns of a track.
fn cells(state: &TrackState) -> Vec<String> {
    let next = state.next.as_ref();
    vec![
        state.track.to_string(),
        text(state.title.as_ref()),
        text(state.kind),
        spaced(&state.parties),
        spaced(&state.mediators),
        state.status.to_string(),
        state.since.to_string(),
        state.decided_by.to_string(),
        text(next.map(|next| &next.meeting)),
        text(next.and_then(|next| next.when.as_ref())),
        text(next.and_then(|next| next.venue.as_ref())),
        state.meetings_held.to_string(),
        text(state.last_held.as_ref()),
        spaced(&state.open_proposals),
        state.last_activity.to_string(),
        text(state.last_progress.as_ref()),
        state.sources.to_string(),
        state.events.to_string(),
        spaced(&state.said_by),
        spaced(&state.otherwise),
        spaced(&state.silent),
        state.contested.len().to_string(),
        state.disputes.len().to_string(),
    ]
}

fn text(value: Option<impl ToString>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}
