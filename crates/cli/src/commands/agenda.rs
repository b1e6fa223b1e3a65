//! `demarche agenda`: what lies ahead over all tracks, and what is overdue.

use demarche_core::{Edtf, Instant, TrackPattern};
use demarche_interop::export::flat::{AGENDA, agenda_row, names_of};
use demarche_projection::narrate::date_in_words;
use demarche_projection::state::{AgendaItem, AheadKind};

use crate::failure::Failure;
use crate::input::load;
use crate::options::{End, FormatArgs, LogArgs, ReadingArgs, WhenArgs, any_matches, end_of};
use crate::output::entries::{Entries, Layout};
use crate::output::json;
use crate::output::records::plain;
use crate::output::table::{Cell, Table};
use crate::output::text::short_date;
use crate::session::Session;

/// What lies ahead over all tracks, in order of date, and what is overdue: meetings, deadlines, measures, agreements
///
/// Ahead are the meetings that are scheduled, the deadlines of proposals that await an answer, the days on which
/// measures take effect, and those on which agreements end. Overdue is a meeting or an answer whose day has passed,
/// where nobody has said what came of it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    demarche agenda fixtures/us-russia-2025.jsonl\n  \
    demarche agenda journal.jsonl --today now --until 2025-12\n  \
    demarche agenda journal.jsonl --track 'us-ru/**' --format csv > agenda.csv")]
pub(crate) struct Args {
    #[command(flatten)]
    log: LogArgs,

    #[command(flatten)]
    when: WhenArgs,

    #[command(flatten)]
    reading: ReadingArgs,

    /// Only what can begin by then: a date (its last instant), or an instant
    #[arg(long, value_name = "WHEN", value_parser = end_of, help_heading = "Choice")]
    until: Option<End>,

    /// Only tracks that match: `us-ru/irritants`, `us-ru/*`, `us-ru/**`
    #[arg(long = "track", value_name = "GLOB", value_parser = TrackPattern::new, help_heading = "Choice")]
    tracks: Vec<TrackPattern>,

    #[command(flatten)]
    format: FormatArgs,
}

pub(crate) fn run(args: &Args, session: &mut Session<'_>) -> Result<u8, Failure> {
    let query = args.when.query(&args.reading, session.now);
    let until = args.until.and_then(|until| until.0);
    let loaded = load(&args.log, session)?;
    args.when.note_end(&loaded, session)?;
    let agenda =
        loaded.checked(loaded.ask(|fold| fold.agenda(&query, until, |track| any_matches(&args.tracks, track))))?;
    match Layout::of(args.format.begin(session.stdout)?) {
        Some(layout) => {
            let mut entries = Entries::new(layout, names_of(AGENDA));
            for item in &agenda {
                entries.print_one(json::of(&item.view()), || plain(&agenda_row(item)), session.stdout)?;
            }
            entries.finish(session.stdout)?;
        }
        None => print(&agenda, loaded.fold.today(&query), session)?,
    }
    loaded.conclude(session)
}

/// Prints one table of what lies ahead and one of what is overdue.
fn print(agenda: &[AgendaItem], today: Option<Instant>, session: &mut Session<'_>) -> Result<(), Failure> {
    let (overdue, ahead): (Vec<&AgendaItem>, Vec<&AgendaItem>) = agenda.iter().partition(|item| item.is_overdue());
    let (ahead_count, overdue_count) = (ahead.len(), overdue.len());
    for (title, items) in [("Ahead", ahead), ("Overdue", overdue)] {
        if items.is_empty() {
            continue;
        }
        let mut table = Table::new(["when", "what", "name", "venue", "track"]).keep_whole(&[0, 1]);
        items.into_iter().for_each(|item| table.push(row(item)));
        writeln!(session.stdout, "{title}:")?;
        table.print_indented(&session.terminal, session.stdout)?;
        writeln!(session.stdout)?;
    }
    let day = today.and_then(|today| Edtf::day(today.date()));
    let day = day.map_or_else(String::new, |day| format!("On {}: ", date_in_words(&day)));
    session.wrapped(&format!("{day}{ahead_count} ahead, {overdue_count} overdue"))?;
    Ok(())
}

fn row(item: &AgendaItem) -> Vec<Cell> {
    let dated = &item.dated;
    let what = match dated.what {
        AheadKind::Meeting => "meeting",
        AheadKind::Deadline => "answer due",
        AheadKind::Measure => "measure",
        AheadKind::Agreement => "agreement ends",
    };
    vec![
        Cell::new(short_date(dated.on.as_str())),
        Cell::new(what),
        Cell::new(&*dated.name),
        Cell::new(dated.venue.as_deref().unwrap_or_default()),
        Cell::new(item.track.as_str()),
    ]
}
