//! `demarche watch`: follows a growing journal.

mod erased;
mod followed;

use std::io;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use demarche_core::{Event, TrackPattern};
use demarche_projection::narrate::{Names, clause};
use demarche_projection::query::Query;
use demarche_projection::{ApplyError, Fold, News, Watch};

use crate::failure::Failure;
use crate::options::{Format, FormatArgs, ReadingArgs, any_matches};
use crate::output::json;
use crate::output::naming::NamesArgs;
use crate::output::text::printable;
use crate::recording::{is_there, must_be_kept};
use crate::session::Session;
use erased::Erased;
use followed::{FollowedJournal, Seen};

/// Follows a growing journal, and prints each change as it happens
///
/// A change is what `diff` reports: of status, dates, places, disputes, and of who says so. The journal's contents at
/// the start are taken in silently, including what time has changed since. From then on the clock also reports, on the
/// day, that a track has stalled or that a date has passed. Each line begins where the last one on its track ended. If
/// the journal is cut or replaced, `watch` says so and continues until it is stopped.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    demarche watch journal.jsonl\n  \
    demarche watch journal.jsonl --track 'us-ru/**' --format jsonl")]
pub(crate) struct Args {
    /// The journal: a file *.jsonl, which need not be there yet, or postgres://…
    #[arg(value_name = "JOURNAL", env = "DEMARCHE_JOURNAL", hide_env_values = true)]
    journal: PathBuf,

    /// Milliseconds between two looks
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 200, value_parser = clap::value_parser!(u64).range(1..))]
    interval: u64,

    /// End after this many seconds
    #[arg(long = "for", value_name = "SECONDS", value_parser = seconds_of, allow_negative_numbers = true)]
    time: Option<Duration>,

    /// Only tracks that match: `us-ru/irritants`, `us-ru/*`, `us-ru/**`
    #[arg(long = "track", value_name = "GLOB", value_parser = TrackPattern::new, help_heading = "Choice")]
    tracks: Vec<TrackPattern>,

    #[command(flatten)]
    reading: ReadingArgs,
    #[command(flatten)]
    names: NamesArgs,
    #[command(flatten)]
    format: FormatArgs,
}

pub(crate) fn run(args: &Args, session: &mut Session<'_>) -> Result<u8, Failure> {
    let is_there = is_there(&args.journal);
    let is_no_file = args.journal.exists() && !args.journal.is_file();
    if args.journal.as_os_str() == "-" || is_no_file {
        return Err(Failure::usage("only a file or a store can be watched", "name the file *.jsonl that grows"));
    }
    must_be_kept(&args.journal)?;
    if matches!(args.format.format, Format::Csv | Format::Markdown) {
        return Err(Failure::usage("changes are printed as lines or as JSON", "give --format table or jsonl"));
    }
    args.format.begin(session.stdout)?;
    let names = args.names.read(std::slice::from_ref(&args.journal))?;
    let end = args.time.and_then(|time| Instant::now().checked_add(time));
    let mut followed = FollowedJournal::open(&args.journal)?;
    if !is_there {
        say(args, "it is not there yet: it is waited for", session)?;
    }
    let query = Query { reading: args.reading.reading.clone(), ..Query::default() };
    let (mut fold, mut erased) = (Fold::new(), Erased::default());
    let events = look(args, &mut followed, session)?;
    erased.note(&events);
    for event in events {
        match fold.apply(event) {
            Ok(_) => {}
            Err(ApplyError::Conflict(conflict)) => {
                if let Some(conflict) = erased.take(&fold, conflict)? {
                    say(args, &conflict.to_string(), session)?;
                }
            }
            Err(ApplyError::LogChanged(changed)) => return Err(changed.into()),
        }
    }
    let mut watch = Watch::new(erased.forget(fold)?, query.clone())?;
    // Changes that time has already caused are not news.
    watch.advance(session.instant()?)?;
    while end.is_none_or(|end| Instant::now() < end) {
        let interval = Duration::from_millis(args.interval);
        followed.wait(end.map_or(interval, |end| interval.min(end.saturating_duration_since(Instant::now()))));
        let events = look(args, &mut followed, session)?;
        erased.note(&events);
        for event in events {
            match watch.apply(event) {
                Ok(news) => tell(&news, args, &names, session)?,
                Err(ApplyError::Conflict(conflict)) => {
                    if let Some(conflict) = erased.take(watch.fold(), conflict)? {
                        say(args, &conflict.to_string(), session)?;
                    }
                }
                Err(ApplyError::LogChanged(changed)) => return Err(changed.into()),
            }
        }
        if erased.has_any() {
            let fold = erased.forget(watch.fold().clone())?;
            watch = Watch::new(fold, query.clone())?;
        }
        let news = watch.advance(session.instant()?)?;
        tell(&news, args, &names, session)?;
        session.stdout.flush()?;
    }
    Ok(0)
}

fn seconds_of(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    seconds.ok_or_else(|| format!("{text:?} is no number of seconds, such as 30 or 2.5"))
}

/// Returns the new events, and prints notices about the journal.
fn look(args: &Args, followed: &mut FollowedJournal, session: &mut Session<'_>) -> Result<Vec<Event>, Failure> {
    let mut events = Vec::new();
    for seen in followed.look(&args.journal)? {
        match seen {
            Seen::Event(event) => events.push(event),
            Seen::Broken(diagnostic) => diagnostic.print(session.stderr)?,
            Seen::Note(text) => say(args, &text, session)?,
        }
    }
    Ok(events)
}

/// Prints a notice about the journal file.
fn say(args: &Args, text: &str, session: &mut Session<'_>) -> io::Result<()> {
    let journal = args.journal.display().to_string();
    writeln!(session.stderr, "note: {}: {}", printable(&journal), printable(text))?;
    session.stderr.flush()
}

/// Prints the news about the chosen tracks.
fn tell(news: &[News], args: &Args, names: &Names, session: &mut Session<'_>) -> io::Result<()> {
    for news in news.iter().filter(|news| any_matches(&args.tracks, &news.track)) {
        match args.format.format {
            Format::Json | Format::Jsonl => json::line(&news.view(), session.stdout)?,
            Format::Table | Format::Csv | Format::Markdown => {
                for line in lines(news, names) {
                    writeln!(session.stdout, "{}", printable(&line))?;
                }
            }
        }
    }
    Ok(())
}

/// Formats news: a headline, and beneath it the other changes and the statements.
fn lines(news: &News, names: &Names) -> Vec<String> {
    let change = news.change();
    let (new, gone) = change.events();
    let said = |what: &str, event: &Event| {
        let grade = event.source.grade.map_or_else(|| "no grade".to_owned(), |grade| grade.to_string());
        format!("  {what} {} ({grade}): {}", names.source(&event.source), clause(event, names))
    };
    let changed = change.lines(names).into_iter().map(|line| format!("  - {line}"));
    let new = new.into_iter().map(|event| said("+", event));
    let gone = gone.into_iter().map(|event| said("gone:", event));
    std::iter::once(change.headline()).chain(changed).chain(new).chain(gone).collect()
}
