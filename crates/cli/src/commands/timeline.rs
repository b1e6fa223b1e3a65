//! `demarche timeline`: tracks over time as a picture.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;

use demarche_core::TrackId;
use demarche_interop::export::timeline::{Options, Timeline, WIDTH_MAX, WIDTH_MIN};
use demarche_projection::Track;
use demarche_projection::state::TrackState;

use crate::failure::Failure;
use crate::input::load;
use crate::options::{End, LogArgs, QuestionArgs, any_matches, end_of, start_of};
use crate::output::naming::NamesArgs;
use crate::output::replacing::OutputArgs;
use crate::session::Session;

/// Tracks over time as a picture: their statuses, meetings and disputes, a lane each
///
/// The ending of the output's name says what it is: .svg, .png, or .html for a page with the same in words beneath; on
/// standard output it is SVG. Colours have patterns and shapes beside them, for print and for eyes that see colours
/// otherwise.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    demarche timeline fixtures/us-russia-2025.jsonl --track 'us-ru/**' -o us-ru.png\n  \
    demarche timeline journal.jsonl --busiest 12 --from 2025 --known -o year.html")]
pub(crate) struct Args {
    #[command(flatten)]
    log: LogArgs,

    #[command(flatten)]
    output: OutputArgs,

    /// The width in pixels
    #[arg(long, value_name = "PIXELS", default_value_t = 960, help_heading = "Output",
        value_parser = clap::value_parser!(u32).range(i64::from(WIDTH_MIN)..=i64::from(WIDTH_MAX)))]
    width: u32,

    /// Where the picture begins: a date (its first instant), or an instant [default: the first event or meeting]
    #[arg(long, value_name = "WHEN", value_parser = start_of, help_heading = "Output")]
    from: Option<End>,

    /// Where it ends: a date (its last instant), or an instant [default: today, or the last meeting]
    #[arg(long, value_name = "WHEN", value_parser = end_of, help_heading = "Output")]
    to: Option<End>,

    /// Show by a second bar what the journal said at the time
    #[arg(long, help_heading = "Output")]
    known: bool,

    /// Only this many tracks, those with the most events [default: 300]
    #[arg(long, value_name = "COUNT", help_heading = "Choice")]
    busiest: Option<NonZeroUsize>,

    #[command(flatten)]
    names: NamesArgs,

    #[command(flatten)]
    question: QuestionArgs,
}

/// The format that a file's extension asks for.
#[derive(Debug, Clone, Copy)]
enum Ending {
    Svg,
    Html,
    #[cfg(feature = "png")]
    Png,
}

#[cfg(feature = "png")]
const ENDINGS: [(&str, Ending); 4] =
    [("svg", Ending::Svg), ("html", Ending::Html), ("htm", Ending::Html), ("png", Ending::Png)];

#[cfg(not(feature = "png"))]
const ENDINGS: [(&str, Ending); 3] = [("svg", Ending::Svg), ("html", Ending::Html), ("htm", Ending::Html)];

/// How many tracks are drawn by default. With more, lanes cannot be told apart.
const LANES_MAX: usize = 300;

pub(crate) fn run(args: &Args, session: &mut Session<'_>) -> Result<u8, Failure> {
    let end = |end: Option<End>| end.and_then(|end| end.0);
    let options = Options { width: args.width, from: end(args.from), to: end(args.to), known: args.known };
    if let (Some(from), Some(to)) = (options.from, options.to)
        && to < from
    {
        return Err(Failure::usage("--from is later than --to", "give the earlier moment as --from"));
    }
    let query = args.question.query(session.now);
    let loaded = load(&args.log, session)?;
    args.question.when.note_end(&loaded, session)?;
    let names = args.names.read(&args.log.logs)?;
    let filter = &args.question.filter;
    let mut chosen: Vec<TrackState> = loaded
        .map_tracks(
            std::slice::from_ref(&query),
            |track| any_matches(&filter.tracks, track),
            |_, sides| {
                let state = sides.iter().flatten().next().map_or(Ok(None), Track::state)?;
                Ok(state.filter(|state| filter.admits(&state.track, state.status)).into_iter().collect())
            },
        )
        .collect::<Result<_, _>>()?;
    let all = chosen.len();
    let most = args.busiest.map_or(LANES_MAX, NonZeroUsize::get);
    if all > most {
        chosen.sort_by_key(|state| std::cmp::Reverse(state.events));
        chosen.truncate(most);
    }
    if chosen.is_empty() {
        return Err(Failure::usage(
            "there is no track to draw",
            "`demarche replay` lists the tracks that there are; widen --track, --status, --as-of, --known-at",
        ));
    }
    if all > most && args.busiest.is_none() {
        writeln!(
            session.stderr,
            "note: of {all} tracks the {most} with the most events are drawn; choose others with --track, --status or \
             --busiest"
        )?;
    }
    let tracks: BTreeSet<TrackId> = chosen.into_iter().map(|state| state.track).collect();
    let timeline = loaded
        .checked(loaded.ask(|fold| Timeline::new(fold, &query, |track| tracks.contains(track), &names, &options)))?;
    args.output.write(&args.names.with_inputs(&args.log.logs), session, |out| {
        // Check for an input first, so that its error wins over that of an unknown extension.
        let picture = match args.output.meant(&ENDINGS)? {
            Ending::Svg => timeline.svg().into_bytes(),
            Ending::Html => timeline.html().into_bytes(),
            #[cfg(feature = "png")]
            Ending::Png => timeline.png().map_err(|error| {
                Failure::usage(error.to_string(), "choose fewer tracks or a smaller --width, or write it as SVG")
            })?,
        };
        Ok(out.write_all(&picture)?)
    })?;
    loaded.conclude(session)
}
