//! `demarche history`: the statuses of each track over time.

use demarche_core::{TrackId, TrackPattern};
use demarche_interop::export::flat::{SPELLS, names_of, spell_row};
use demarche_projection::LogChanged;
use demarche_projection::state::{Spell, Status};

use crate::failure::Failure;
use crate::input::load;
use crate::options::{FormatArgs, LogArgs, ReadingArgs, WhenArgs, any_matches, status_parser};
use crate::output::entries::{Entries, Layout};
use crate::output::json;
use crate::output::records::plain;
use crate::output::table::{Cell, Table};
use crate::output::text::{counted, short_date};
use crate::period::Along;
use crate::session::Session;

/// The statuses of each track over time: from when to when, how many days, by which rule
///
/// A spell begins where the status changes, and ends where the next begins. Its days are counted from the UTC day on
/// which it begins to that on which it ends; while it lasts, to the day on which the question is judged (--today).
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    demarche history fixtures/us-russia-2025.jsonl --track us-ru/irritants\n  \
    demarche history journal.jsonl --status stalled --format csv > stalls.csv\n  \
    demarche history journal.jsonl --along recorded --track 'us-ru/**'")]
pub(crate) struct Args {
    #[command(flatten)]
    log: LogArgs,

    /// Whether it goes by when things occurred, or by what the journal said at the time
    #[arg(long, value_enum, value_name = "TIME", default_value_t = Along::Occurred, help_heading = "Question")]
    along: Along,

    #[command(flatten)]
    when: WhenArgs,

    #[command(flatten)]
    reading: ReadingArgs,

    /// Only tracks that match: `us-ru/irritants`, `us-ru/*`, `us-ru/**`
    #[arg(long = "track", value_name = "GLOB", value_parser = TrackPattern::new, help_heading = "Choice")]
    tracks: Vec<TrackPattern>,

    /// Only spells of this status; repeatable
    #[arg(long = "status", value_name = "STATUS", value_parser = status_parser(), help_heading = "Choice")]
    statuses: Vec<Status>,

    #[command(flatten)]
    format: FormatArgs,
}

pub(crate) fn run(args: &Args, session: &mut Session<'_>) -> Result<u8, Failure> {
    let query = args.when.query(&args.reading, session.now);
    let loaded = load(&args.log, session)?;
    args.when.note_end(&loaded, session)?;
    // The history of a track needs no query, only its events.
    let mut tracks = loaded.ask(|fold| fold.compared(&[]).only(|track| any_matches(&args.tracks, track)));
    let spells = |track: &TrackId| -> Result<Vec<Spell>, LogChanged> {
        let mut spells = loaded.fold.history(track, &query, args.along.into())?;
        spells.retain(|spell| args.statuses.is_empty() || args.statuses.contains(&spell.status));
        Ok(spells)
    };
    let mut next = || {
        loaded.checked(loaded.run(|| {
            tracks.next_compared(|track, _, told: &mut Vec<_>| {
                told.extend(spells(track)?.into_iter().map(|spell| (track, spell)));
                Ok::<_, LogChanged>(())
            })
        }))
    };
    match Layout::of(args.format.begin(session.stdout)?) {
        Some(layout) => {
            let mut entries = Entries::new(layout, names_of(SPELLS));
            while let Some(parts) = next()? {
                for (track, spell) in parts.into_iter().flatten() {
                    entries.print_one(
                        json::of(&spell.view(track)),
                        || plain(&spell_row(track, &spell)),
                        session.stdout,
                    )?;
                }
            }
            entries.finish(session.stdout)?;
        }
        None => {
            let mut told = Vec::new();
            while let Some(parts) = next()? {
                told.extend(parts.into_iter().flatten());
            }
            let entries = told.iter().map(|(_, spell)| loaded.entry_of(spell.decided_by));
            print(&told, entries, args.along, session)?;
        }
    }
    loaded.conclude(session)
}

/// Prints a row for each spell. Only the first spell of a track names it.
fn print(
    told: &[(&TrackId, Spell)],
    entries: impl Iterator<Item = String>,
    along: Along,
    session: &mut Session<'_>,
) -> Result<(), Failure> {
    if told.is_empty() {
        session.wrapped("no status: nothing in the log is on such a track, in bounds and considered")?;
        return Ok(());
    }
    let mut table = Table::new(["track", "from", "to", "days", "status", "entry"]).keep_whole(&[0, 1, 2, 3, 4, 5]);
    let (mut before, mut tracks) = (None, 0);
    for ((track, spell), entry) in told.iter().zip(entries) {
        let is_first = before.replace(*track) != Some(*track);
        tracks += usize::from(is_first);
        table.push(vec![
            Cell::new(if is_first { track.as_str() } else { "" }),
            Cell::new(beginning(spell, along)),
            Cell::new(spell.to().map_or_else(|| "ongoing".to_owned(), |to| to.date().to_string())),
            Cell::new(spell.days().to_string()),
            Cell::status(spell.status, false),
            Cell::new(entry),
        ]);
    }
    table.print(&session.terminal, session.stdout)?;
    writeln!(session.stdout)?;
    session.wrapped(&format!("{} on {}", counted(told.len(), "spell"), counted(tracks, "track")))?;
    Ok(())
}

/// Formats the day on which a spell begins, or the range of days in which it may begin.
fn beginning(spell: &Spell, along: Along) -> String {
    let (first, last) = (spell.from.date(), spell.certain_from(along.into()).date());
    if first == last { first.to_string() } else { short_date(&format!("{first}/{last}")) }
}
