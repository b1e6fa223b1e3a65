//! ICEWS as machine learning uses it: actor, relation, actor and day, one row per line, separated by tabs.
//!
//! The rows have no number, outlet or country. A row identifies itself, its source is the data set, and each actor is a
//! party under its own name, unless the name ends in a country: `Police (Singapore)`.

use std::io::BufRead;

use super::actors::{Actor, ActorResult, NO_ACTOR, NO_PARTY};
use super::clock::RecordedAt;
use super::coding::CodedRow;
use super::day::Day;
use super::error::{CellError, ImportError};
use super::grid::Grid;
use super::icews::role_and_place;
use super::state::{ImportState, ReadRows};

pub(super) const FORMAT: &str = "icews-quads";

/// Both formats of ICEWS share one track.
const TRACK: &str = "icews";

const COLUMNS: usize = 4;

/// The one state whose name looks like a role: `Holy See (Vatican City State)`.
const HOLY_SEE: &str = "Holy See";

/// Names that denote nobody, and regions, which have no country in Dataverse's files either.
const NO_PARTIES: [&str; 16] = [
    "Africa",
    "Antarctica",
    "Arab Unidentified State Actor",
    "Caribbean",
    "Central America",
    "International",
    "International Government Organizations",
    "Latin America",
    "Middle East",
    "Non-Governmental Organizations",
    "North America",
    "Persian Gulf",
    "South Asia",
    "Southeast Asia",
    "Unidentified State Actor",
    "Unspecified Actor",
];

/// Words in roles that act for a state. If none of them occurs before the country, the actor is not official.
const OFFICIAL: [&str; 26] = [
    "Government",
    "Minister",
    "Ministry",
    "Ministery",
    "Foreign Affairs",
    "Domestic Affairs",
    "Military",
    "Naval",
    "Air Force",
    "Army",
    "Officials",
    "Cabinet",
    "Congress",
    "Senate",
    "Lawmaker",
    "Parliament",
    "Legislat",
    "Representatives",
    "Royal",
    "Envoy",
    "Diplomat",
    "Ambassador",
    "Judiciary",
    "Court",
    "Police",
    "Governor",
];

/// Reads quadruples.
pub(super) struct Quads<R> {
    rows: Grid<R>,
    day: Option<Day>,
}

impl<R: BufRead> Quads<R> {
    pub(super) const fn new(rows: Grid<R>) -> Self {
        Self { rows, day: None }
    }
}

impl<R: BufRead> ReadRows for Quads<R> {
    fn row(&mut self, state: &mut ImportState) -> Result<bool, ImportError> {
        let Some(cells) = self.rows.next()? else { return Ok(false) };
        state.begin_row(cells.number);
        if cells.count() != COLUMNS {
            return Err(cells.miscounted("a quadruple is actor, relation, actor and day, separated by tabs"));
        }
        cells.must_be_text(&[0, 1, 2, 3])?;
        let day = Day::cached(&mut self.day, cells.at(3), Day::new).map_err(|reason| cells.bad(3, "date", reason))?;
        let relation = cells.at(1);
        if relation.is_empty() {
            return Err(cells.bad(1, "relation", CellError::Empty));
        }
        let people = std::rc::Rc::clone(&state.people);
        let mut actor = |cell: usize| {
            let name = cells.at(cell);
            state.actors.actor(name, || people.who(name).unwrap_or_else(|| actor(name)))
        };
        let (source, target) = (actor(0), actor(2));
        let identity = cells.whole().as_bytes();
        let row = CodedRow {
            format: FORMAT,
            track: TRACK,
            identity,
            line: cells.number,
            day,
            occurred: None,
            stamp: RecordedAt::From(day.last_minute()),
            source,
            target,
            outlet: None,
            note: None,
        };
        let cite = || format!("icews-quads:{}:{} / {} / {}", cells.at(3), cells.at(0), relation, cells.at(2));
        state.code_row(&row, |table| table.of_label(relation), cite).map_err(|kind| cells.blame(0, kind))?;
        Ok(true)
    }
}

/// Returns the actor with a name.
pub(super) fn actor(name: &str) -> ActorResult {
    if name.is_empty() || name == "NA" {
        return Err(NO_ACTOR);
    }
    let place = role_and_place(name);
    if NO_PARTIES.contains(&place.map_or(name, |(_, place)| place)) {
        return Err(NO_PARTY);
    }
    match place {
        None => Actor::party(name, true),
        // It is a state under its own name.
        Some((HOLY_SEE, _)) => Actor::party(name, true),
        Some((role, country)) => Actor::within(country, role, name, OFFICIAL.iter().any(|word| role.contains(word))),
    }
}
