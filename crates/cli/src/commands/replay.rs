//! `demarche replay`: where every track stands.

use demarche_interop::export::flat::{STATES, names_of, state_row};
use demarche_projection::state::TrackState;
use demarche_projection::{LogChanged, Track};

use crate::failure::Failure;
use crate::input::load;
use crate::options::{FormatArgs, LogArgs, QuestionArgs, any_matches};
use crate::output::entries::{Entries, Layout};
use crate::output::naming::NamingArgs;
use crate::output::records::plain;
use crate::output::tree::{RowDetail, Tree};
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
    args.question.when.note_end(&loaded, session)?;
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
    match Layout::of(args.format.begin(session.stdout)?) {
        None => {
            let mut tree = Tree::default();
            let detail = RowDetail::of(&session.terminal);
            let plant = |track: &Track<'_>, part: &mut Tree| {
                if let Some(state) = chosen(track)? {
                    part.push(&state, &track.milestones(&state)?, detail, &naming);
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
            let mut entries = Entries::new(layout, names_of(STATES));
            let render = |track: &Track<'_>, rows: &mut Vec<u8>| {
                if rows.is_empty() {
                    rows.reserve(ROWS_BYTES);
                }
                if let Some(state) = chosen(track)? {
                    layout.render(|out| state.write_json(out), || plain(&state_row(&state, &query)), rows);
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

/// The initial capacity for the rows of a batch, in bytes.
const ROWS_BYTES: usize = 64 * 1024;
