//! `demarche compare`: statuses side by side, one column for each reading.

use clap::ValueEnum;
use demarche_core::TrackId;
use demarche_projection::query::{Query, Reading};
use demarche_projection::state::{Aspect, Comparison, TrackState};
use demarche_projection::{LogChanged, Track};

use crate::failure::Failure;
use crate::input::load;
use crate::options::{FilterArgs, Format, FormatArgs, LogArgs, WhenArgs, any_matches};
use crate::output::table::{Cell, Table};
use crate::output::text::{counted, short_date};
use crate::output::{json, records};
use crate::session::Session;

/// Statuses side by side, a column a reading: what each side says
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    demarche compare journal.jsonl --reading side:us --reading side:ru\n  \
    demarche compare journal.jsonl --reading who:us --reading who:ru")]
pub(crate) struct Args {
    #[command(flatten)]
    log: LogArgs,
    /// A reading: prudent, latest, on-record, grade:B3, who:ru, side:ru; two at least
    #[arg(long = "reading", value_name = "READING", required = true)]
    readings: Vec<Reading>,
    /// Only tracks on which the readings differ in status, next date or place
    #[arg(long, help_heading = "Choice")]
    only_different: bool,
    /// What to show of each reading [default: status]
    #[arg(long, value_enum, value_name = "COLUMN", value_delimiter = ',')]
    columns: Vec<Column>,
    #[command(flatten)]
    when: WhenArgs,
    #[command(flatten)]
    filter: FilterArgs,
    #[command(flatten)]
    format: FormatArgs,
}

/// What is shown of each reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Column {
    /// Where the track stands
    Status,
    /// The date of the next meeting
    Next,
    /// The place of the next meeting
    Place,
}

impl Column {
    const fn aspect(self) -> Aspect {
        match self {
            Self::Status => Aspect::Status,
            Self::Next => Aspect::Next,
            Self::Place => Aspect::Place,
        }
    }
}

pub(crate) fn run(args: &Args, session: &mut Session<'_>) -> Result<u8, Failure> {
    if args.readings.len() < 2 {
        return Err(Failure::usage("one reading compares with nothing", "give --reading at least twice"));
    }
    let loaded = load(&args.log, session)?;
    args.when.note_end(&loaded, session)?;
    let queries: Vec<Query> =
        args.readings.iter().map(|reading| args.when.under(reading.clone(), session.now)).collect();
    let mut tracks = loaded.ask(|fold| fold.compared(&queries).only(|track| any_matches(&args.filter.tracks, track)));
    let compare = |track: &TrackId, sides: &[Option<Track<'_>>], chosen: &mut Vec<Comparison>| {
        let comparison = Comparison::of(track, sides)?;
        if is_chosen(&comparison, args) {
            chosen.push(comparison);
        }
        Ok::<_, LogChanged>(())
    };
    let mut chosen = Vec::new();
    while let Some(parts) = loaded.checked(loaded.run(|| tracks.next_compared(compare)))? {
        chosen.extend(parts.into_iter().flatten());
    }
    let names: Vec<String> = args.readings.iter().map(ToString::to_string).collect();
    let columns = if args.columns.is_empty() { &[Column::Status][..] } else { &args.columns };
    let aspects: Vec<Aspect> = columns.iter().map(|column| column.aspect()).collect();
    let aspects = aspects.as_slice();
    let of_reading = |name: &String| aspects.iter().map(|aspect| heading(name, *aspect)).collect::<Vec<_>>();
    let headings: Vec<String> = std::iter::once("track".to_owned()).chain(names.iter().flat_map(of_reading)).collect();
    let columns: Vec<&str> = headings.iter().map(String::as_str).collect();
    let rows = || chosen.iter().map(|one| row(one, aspects));
    match args.format.begin(session.stdout)? {
        Format::Table => print(&chosen, aspects, &columns, session)?,
        Format::Json => json::array(chosen.iter().map(|one| one.view(&queries)), session.stdout)?,
        Format::Jsonl => {
            for one in &chosen {
                json::line(&one.view(&queries), session.stdout)?;
            }
        }
        Format::Csv => records::csv(&columns, rows(), session.stdout)?,
        Format::Markdown => records::markdown_table(&columns, rows(), session.stdout)?,
    }
    loaded.conclude(session)
}

/// The terminal width from which the table has room for dates.
const WIDE_COLUMNS: u16 = 120;

fn is_chosen(one: &Comparison, args: &Args) -> bool {
    one.states.iter().flatten().any(|state| args.filter.admits(&state.track, state.status))
        && (!args.only_different || one.differs())
}

/// In what the readings differ, in words.
fn mark(one: &Comparison) -> String {
    let differing: Vec<&str> =
        Aspect::ALL.into_iter().filter(|aspect| one.differs_in(*aspect)).map(Aspect::as_str).collect();
    if differing.is_empty() { String::new() } else { format!("differs: {}", differing.join(", ")) }
}

fn row(one: &Comparison, aspects: &[Aspect]) -> Vec<String> {
    let of =
        |state: &Option<TrackState>, aspect: &Aspect| state.as_ref().map_or_else(String::new, |state| aspect.of(state));
    let cells = one.states.iter().flat_map(|state| aspects.iter().map(move |aspect| of(state, aspect)));
    std::iter::once(one.track.to_string()).chain(cells).collect()
}

/// Returns the heading of a column: the reading, and the aspect unless it is the status.
fn heading(reading: &str, aspect: Aspect) -> String {
    match aspect {
        Aspect::Status => reading.to_owned(),
        Aspect::Next | Aspect::Place => format!("{reading} {}", aspect.as_str()),
    }
}

/// Returns a cell of the table: a status in its colour, marked if it is contested, or a shortened date.
fn cell(state: Option<&TrackState>, aspect: Aspect, with_since: bool) -> Cell {
    let Some(state) = state else { return Cell::new("–").faint() };
    let text = aspect.of(state);
    match aspect {
        Aspect::Status => {
            let since = format!("  {}", short_date(state.since.as_str()));
            Cell::status(state.status, !state.contested.is_empty()).with(if with_since { &since } else { "" })
        }
        Aspect::Next => Cell::new(short_date(&text)),
        Aspect::Place => Cell::new(text),
    }
}

fn print(
    chosen: &[Comparison],
    aspects: &[Aspect],
    columns: &[&str],
    session: &mut Session<'_>,
) -> Result<(), Failure> {
    if chosen.is_empty() {
        writeln!(session.stdout, "no track on which they differ")?;
        return Ok(());
    }
    let wide = session.terminal.width() >= WIDE_COLUMNS;
    let all: Vec<usize> = (0..=columns.len()).collect();
    let mut table = Table::new(columns.iter().copied().chain([""])).keep_whole(&all);
    for (at, name) in columns.iter().enumerate().skip(1) {
        table = table.titled(at, name);
    }
    for one in chosen {
        let of_reading = |state: &Option<TrackState>| {
            aspects.iter().map(|aspect| cell(state.as_ref(), *aspect, wide)).collect::<Vec<_>>()
        };
        let cells = [Cell::new(one.track.as_str())].into_iter().chain(one.states.iter().flat_map(of_reading));
        table.push(cells.chain([Cell::new(mark(one))]).collect());
    }
    table.print(&session.terminal, session.stdout)?;
    if chosen.iter().any(|one| one.states.iter().any(Option::is_none)) {
        writeln!(session.stdout, "\n– nothing to say by that reading")?;
    }
    let differing = chosen.iter().filter(|one| one.differs()).count();
    writeln!(session.stdout)?;
    session.wrapped(&format!("{}, {differing} on which the readings differ", counted(chosen.len(), "track")))?;
    if chosen.iter().any(|one| one.states.iter().flatten().any(|state| !state.contested.is_empty())) {
        session.wrapped("* contested: `demarche why --track …` says by whom")?;
    }
    Ok(())
}
