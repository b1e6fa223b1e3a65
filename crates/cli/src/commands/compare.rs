//! `demarche compare`: statuses side by side, a column a reading.

use std::collections::BTreeMap;

use demarche_core::TrackId;
use demarche_projection::{LogChanged, Query, Reading, Track, TrackState};
use serde::Serialize;

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
    /// Only tracks on which the readings differ
    #[arg(long, help_heading = "Choice")]
    only_different: bool,
    #[command(flatten)]
    when: WhenArgs,
    #[command(flatten)]
    filter: FilterArgs,
    #[command(flatten)]
    format: FormatArgs,
}

/// A track under each reading, in the order of the arguments; none where there is nothing to say.
struct Comparison {
    track: TrackId,
    states: Vec<Option<TrackState>>,
}

pub(crate) fn run(args: &Args, session: &mut Session<'_>) -> Result<u8, Failure> {
    if args.readings.len() < 2 {
        return Err(Failure::usage("one reading compares with nothing", "give --reading at least twice"));
    }
    let loaded = load(&args.log, session)?;
    let queries: Vec<Query> =
        args.readings.iter().map(|reading| args.when.under(reading.clone(), session.now)).collect();
    let mut tracks = loaded.ask(|fold| fold.compared(&queries).only(|track| any_matches(&args.filter.tracks, track)));
    let compare = |track: &TrackId, sides: &[Option<Track<'_>>], chosen: &mut Vec<Comparison>| {
        let state = |side: &Option<Track<'_>>| side.as_ref().map_or(Ok(None), Track::state);
        let states = sides.iter().map(state).collect::<Result<_, LogChanged>>()?;
        let comparison = Comparison { track: track.clone(), states };
        if comparison.is_chosen(args) {
            chosen.push(comparison);
        }
        Ok::<_, LogChanged>(())
    };
    let mut chosen = Vec::new();
    while let Some(parts) = loaded.checked(loaded.run(|| tracks.next_compared(compare)))? {
        chosen.extend(parts.into_iter().flatten());
    }
    let names: Vec<String> = args.readings.iter().map(ToString::to_string).collect();
    let columns: Vec<&str> = std::iter::once("track").chain(names.iter().map(String::as_str)).collect();
    match args.format.format {
        Format::Table => print(&chosen, &columns, session)?,
        Format::Json => json::array(chosen.iter().map(|one| one.view(&names)), session.stdout)?,
        Format::Jsonl => {
            for one in &chosen {
                json::line(&one.view(&names), session.stdout)?;
            }
        }
        Format::Csv => records::csv(&columns, chosen.iter().map(Comparison::row), session.stdout)?,
        Format::Markdown => records::markdown_table(&columns, chosen.iter().map(Comparison::row), session.stdout)?,
    }
    loaded.conclude(session)
}

/// From this width on there is room for dates.
const WIDE_COLUMNS: u16 = 120;

/// A comparison as JSON.
#[derive(Serialize)]
struct View<'c> {
    track: &'c TrackId,
    differs: bool,
    readings: BTreeMap<&'c str, Option<&'c TrackState>>,
}

impl Comparison {
    fn is_chosen(&self, args: &Args) -> bool {
        self.states.iter().flatten().any(|state| args.filter.admits(&state.track, state.status))
            && (!args.only_different || self.differs())
    }

    fn differs(&self) -> bool {
        let status = |state: &Option<TrackState>| state.as_ref().map(|state| state.status);
        let first = self.states.first().and_then(status);
        self.states.iter().any(|state| status(state) != first)
    }

    fn row(&self) -> Vec<String> {
        let status =
            |state: &Option<TrackState>| state.as_ref().map_or_else(String::new, |state| state.status.to_string());
        std::iter::once(self.track.to_string()).chain(self.states.iter().map(status)).collect()
    }

    fn view<'c>(&'c self, names: &'c [String]) -> View<'c> {
        let views = self.states.iter().map(|state| state.as_ref());
        let readings = names.iter().map(String::as_str).zip(views).collect();
        View { track: &self.track, differs: self.differs(), readings }
    }
}

fn print(chosen: &[Comparison], columns: &[&str], session: &mut Session<'_>) -> Result<(), Failure> {
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
        let cell = |state: &Option<TrackState>| match state {
            None => Cell::new("–").faint(),
            Some(state) => {
                let since = format!("  {}", short_date(state.since.as_str()));
                Cell::status(state.status, !state.contested.is_empty()).with(if wide { &since } else { "" })
            }
        };
        let mark = Cell::new(if one.differs() { "differs" } else { "" });
        let cells = [Cell::new(one.track.as_str())].into_iter().chain(one.states.iter().map(cell));
        table.push(cells.chain([mark]).collect());
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
