//! `demarche watch`: follows a growing journal.

use std::io;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use demarche_core::TrackId;
use demarche_journal::{Followed, Follower};
use demarche_projection::narrate::{clause, date_in_words, speaker_in_words};
use demarche_projection::{Applied, Change, Fold, Query, TrackState, diff};

use crate::failure::{Failure, Report};
use crate::options::{Format, FormatArgs, ReadingArgs, TrackGlob, any_matches};
use crate::output::json;
use crate::output::text::printable;
use crate::session::Session;

/// Follows a growing journal, and prints each change of a track's status as it happens
///
/// What stands in the journal at first is taken in silence. It goes on where the journal is cut or replaced, and says
/// so, until it is ended. With --format jsonl it prints the changes as `diff` does.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    demarche watch journal.jsonl\n  \
    demarche watch journal.jsonl --track 'us-ru/**' --format jsonl")]
pub(crate) struct Args {
    /// The journal: a file *.jsonl, which need not be there yet
    #[arg(value_name = "JOURNAL", env = "DEMARCHE_JOURNAL", hide_env_values = true)]
    journal: PathBuf,

    /// Milliseconds between two looks
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 200)]
    interval: u64,

    /// End after so many seconds
    #[arg(long = "for", value_name = "SECONDS")]
    time: Option<f64>,

    /// Only tracks that match: `us-ru/irritants`, `us-ru/*`, `us-ru/**`
    #[arg(long = "track", value_name = "GLOB", value_parser = TrackGlob::new, help_heading = "Choice")]
    tracks: Vec<TrackGlob>,

    #[command(flatten)]
    reading: ReadingArgs,
    #[command(flatten)]
    format: FormatArgs,
}

pub(crate) fn run(args: &Args, session: &mut Session<'_>) -> Result<u8, Failure> {
    if args.journal.is_dir() || args.journal.as_os_str() == "-" {
        return Err(Failure::usage("only a file can be watched", "name the file *.jsonl that grows"));
    }
    let end = args.time.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()).map(|time| Instant::now() + time);
    let mut watch = Watch {
        args,
        follower: Follower::new(&args.journal),
        fold: Fold::new(),
        before: Fold::new(),
        query: Query { reading: args.reading.reading.clone(), ..Query::default() },
    };
    watch.look(false, session)?;
    while end.is_none_or(|end| Instant::now() < end) {
        std::thread::sleep(Duration::from_millis(args.interval.max(1)));
        watch.look(true, session)?;
        session.stdout.flush()?;
    }
    Ok(0)
}

struct Watch<'a> {
    args: &'a Args,
    follower: Follower,
    fold: Fold,
    /// The same fold, one event behind: so that what an event changes is seen without folding anything again.
    before: Fold,
    query: Query,
}

impl Watch<'_> {
    /// Takes in what came, and prints what it changed.
    fn look(&mut self, tell: bool, session: &mut Session<'_>) -> Result<(), Failure> {
        let read = |error| Failure::Read { path: self.args.journal.clone(), error };
        for followed in self.follower.poll().map_err(read)? {
            match followed {
                Followed::Event(event) => {
                    let track = event.track.clone();
                    match self.fold.apply((*event).clone()) {
                        Err(conflict) => self.say(&conflict.to_string(), session)?,
                        Ok(Applied::Duplicate(_)) => {}
                        Ok(Applied::New(_)) => {
                            if tell {
                                self.compare(&track, session)?;
                            }
                            // What the one fold takes, the other can't refuse.
                            let _ = self.before.apply(*event);
                        }
                    }
                }
                Followed::Broken(error) => {
                    Report::of(*error, &self.args.journal.display().to_string()).print(session.stderr)?;
                }
                Followed::Replaced => {
                    self.say("another file took its place: it is read from its beginning", session)?;
                }
                Followed::Truncated => self.say("it was cut: it is read again from its beginning", session)?,
                Followed::Gone => self.say("it is gone: it is waited for", session)?,
            }
        }
        Ok(())
    }

    /// Says something about the journal itself.
    fn say(&self, text: &str, session: &mut Session<'_>) -> io::Result<()> {
        let journal = self.args.journal.display().to_string();
        writeln!(session.stderr, "note: {}: {}", printable(&journal), printable(text))?;
        session.stderr.flush()
    }

    fn compare(&self, track: &TrackId, session: &mut Session<'_>) -> Result<(), Failure> {
        if !any_matches(&self.args.tracks, track) {
            return Ok(());
        }
        let old: Vec<TrackState<'_>> = self.before.state(track, &self.query).into_iter().collect();
        let new: Vec<TrackState<'_>> = self.fold.state(track, &self.query).into_iter().collect();
        for change in diff(&old, &new) {
            let statuses = (change.before.map(|state| state.status), change.after.map(|state| state.status));
            if statuses.0 == statuses.1 {
                continue;
            }
            match self.args.format.format {
                Format::Json | Format::Jsonl => json::line(&change.view(), session.stdout)?,
                Format::Table | Format::Csv | Format::Markdown => {
                    writeln!(session.stdout, "{}", printable(&line(&change)))?;
                }
            }
        }
        Ok(())
    }
}

/// A change of status in a line.
fn line(change: &Change<'_, '_>) -> String {
    let was = change.before.map_or("unheard of", |state| state.status.as_str());
    let Some(after) = change.after else { return format!("{}: {was} → nothing to say", change.track) };
    let because = after
        .decided_by()
        .map_or_else(String::new, |event| format!(": {} that {}", speaker_in_words(&event.source), clause(event)));
    format!("{}: {was} → {} since {}{because}", change.track, after.status, date_in_words(&after.since))
}
