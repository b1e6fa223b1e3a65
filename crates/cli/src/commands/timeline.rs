//! `demarche timeline`: tracks over time as a picture.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use demarche_interop::export::timeline::{Options, Timeline, WIDTH_MAX, WIDTH_MIN};

use crate::failure::Failure;
use crate::options::{End, FastArgs, LogArgs, QuestionArgs, end_of, start_of};
use crate::output::replacing::write;
use crate::session::Session;

/// Tracks over time as a picture: their statuses, meetings and disputes, a lane each
///
/// It is SVG, or where the name of the output ends in .html, a page with the same in words beneath. Colours have
/// patterns and shapes beside them, for print and for eyes that see colours otherwise.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    demarche timeline fixtures/us-russia-2025.jsonl --track 'us-ru/**' -o us-ru.svg\n  \
    demarche timeline journal.jsonl --busiest 12 --from 2025 --known -o year.html")]
pub(crate) struct Args {
    #[command(flatten)]
    log: LogArgs,

    /// The file that is written, or replaced as a whole: .svg or .html [default: SVG on standard output]
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    output: Option<PathBuf>,

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

    /// Only the so many tracks with the most events
    #[arg(long, value_name = "COUNT", help_heading = "Choice")]
    busiest: Option<NonZeroUsize>,

    #[command(flatten)]
    question: QuestionArgs,

    #[command(flatten)]
    fast: FastArgs,
}

pub(crate) fn run(args: &Args, session: &mut Session<'_>) -> Result<u8, Failure> {
    let end = |end: Option<End>| end.and_then(|end| end.0);
    let options = Options { width: args.width, from: end(args.from), to: end(args.to), known: args.known };
    if let (Some(from), Some(to)) = (options.from, options.to)
        && to < from
    {
        return Err(Failure::usage("--from is later than --to", "give the earlier moment as --from"));
    }
    let query = args.question.query(session.now);
    let loaded = args.question.filter.load(&args.log, &args.fast, session)?;
    let mut states = loaded.fold.states(&query);
    states.retain(|state| args.question.filter.admits(state.track, state.status));
    if let Some(count) = args.busiest {
        states.sort_by_key(|state| std::cmp::Reverse(state.events));
        states.truncate(count.get());
        states.sort_by_key(|state| state.track);
    }
    if states.is_empty() {
        return Err(Failure::usage(
            "there is no track to draw",
            "`demarche replay` lists the tracks that there are; widen --track, --status, --as-of, --known-at",
        ));
    }
    let timeline = Timeline::new(&loaded.fold, &query, &states, &options);
    let is_page = args.output.as_ref().and_then(|path| path.extension()).is_some_and(|ending| ending == "html");
    let picture = if is_page { timeline.html() } else { timeline.svg() };
    write(args.output.as_deref(), session, |out| Ok(out.write_all(picture.as_bytes())?))?;
    loaded.conclude(session)
}
