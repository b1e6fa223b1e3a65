//! ICEWS as Dataverse publishes it: one coded sentence per line, in 20 columns separated by tabs. If a header names the
//! columns, there may be fewer of them, in any order.
//!
//! | column | used for |
//! | --- | --- |
//! | 1 `Event ID` | the identity of the row, `cite`, and the order of rows within a day |
//! | 2 `Event Date` | `occurred`; the file does not say when it was recorded |
//! | 3–5 `Source Name`, `Sectors`, `Country` | who acts |
//! | 7 `CAMEO Code` | what becomes of it |
//! | 9–11 `Target Name`, `Sectors`, `Country` | the target |
//! | 14 `Publisher` | the outlet |

use std::io::BufRead;

use super::actors::{Actor, ActorResult, NO_ACTOR, NO_PARTY};
use super::cells::{Cells, NO_COLUMN};
use super::clock::RecordedAt;
use super::coding::CodedRow;
use super::column_layout::ColumnLayout;
use super::day::Day;
use super::error::{CellError, ImportError};
use super::grid::Grid;
use super::state::{ImportState, ReadRows};
use crate::names::slug;

/// The name of the format in ids and citations.
pub(super) const FORMAT: &str = "icews";

/// A cell without a value.
const NOTHING: &str = "NA";

/// States whose name as an actor differs from the country column.
const OTHER_NAMES: [(&str, &str); 4] = [
    ("Russia", "Russian Federation"),
    ("Palestinian Territory, Occupied", "Occupied Palestinian Territory"),
    ("Macedonia", "the former Yugoslav Republic of Macedonia"),
    ("Holy See (Vatican City State)", "Holy See"),
];

/// Sectors of actors who act for a state or an organisation of states; each matches a whole name or its end.
const OFFICIAL: [&str; 12] = [
    "Government",
    "Government Organization",
    "Executive",
    "Executive Office",
    "Cabinet",
    "Ministry",
    "Legislative / Parliamentary",
    "Judicial",
    "Military",
    "Police",
    "Government Major Party (In Government)",
    "Diplomatic IGOs",
];

/// The sector of an organisation of states, which is a party itself.
const ORGANISATION: &str = "International Government Organization";

/// The columns that are read. Every file has the first ones.
const COLUMNS: [&str; 10] = [
    "Event Date",
    "Source Name",
    "CAMEO Code",
    "Target Name",
    "Source Sectors",
    "Source Country",
    "Target Sectors",
    "Target Country",
    "Event ID",
    "Publisher",
];
const NEEDED: usize = 4;

/// The indexes of the columns without a header, in rows with a given number of cells.
const PLACES: [usize; 10] = [1, 2, 6, 8, 3, 4, 9, 10, 0, 13];
const COUNT: usize = 20;

/// Reads rows of ICEWS.
pub(super) struct Icews<R> {
    rows: Grid<R>,
    layout: ColumnLayout<{ COLUMNS.len() }>,
    day: Option<Day>,
}

impl<R: BufRead> Icews<R> {
    pub(super) fn new(rows: Grid<R>) -> Self {
        Self { rows, layout: ColumnLayout { places: PLACES, count: COUNT, is_headed: false }, day: None }
    }
}

impl<R: BufRead> ReadRows for Icews<R> {
    fn row(&mut self, state: &mut ImportState) -> Result<bool, ImportError> {
        let mut cells = match self.rows.next()? {
            Some(cells) => cells,
            None => return Ok(false),
        };
        while self.layout.is_header(&cells, self.layout.places[0], COLUMNS[0]) {
            self.layout = ColumnLayout::of_header(&cells, &COLUMNS, NEEDED)?;
            match self.rows.next()? {
                Some(next) => cells = next,
                None => return Ok(false),
            }
        }
        state.begin_row(cells.number);
        if cells.count() != self.layout.count {
            return Err(cells.miscounted("an ICEWS file has 20, separated by tabs, or as many as its header"));
        }
        let [
            date,
            source,
            code,
            target,
            source_sectors,
            source_country,
            target_sectors,
            target_country,
            number,
            outlet,
        ] = self.layout.places;
        cells.must_be_text(&self.layout.places)?;
        let day = Day::cached(&mut self.day, cells.at(date), Day::new)
            .map_err(|reason| cells.bad(date, "Event Date", reason))?;
        let stamp = match number {
            NO_COLUMN => RecordedAt::From(day.last_minute()),
            number => RecordedAt::Numbered(day.last_minute(), cells.number(number, "Event ID")?),
        };
        if cells.at(code).is_empty() {
            return Err(cells.bad(code, "CAMEO Code", CellError::Empty));
        }
        let actors = [[source, source_sectors, source_country], [target, target_sectors, target_country]];
        let [source, target] = actors.map(|places| sight(&cells, places, state));
        // The data set has reused some numbers for other sentences on other days.
        let identity = match number {
            NO_COLUMN => cells.whole().to_owned(),
            number => format!("{}\t{}", cells.at(number), day.occurred),
        };
        let row = CodedRow {
            format: FORMAT,
            track: FORMAT,
            identity: identity.as_bytes(),
            line: cells.number,
            day,
            occurred: None,
            stamp,
            source,
            target,
            outlet: outlet_of(cells.at(outlet), state),
            note: None,
        };
        let cite = || match number {
            NO_COLUMN => format!("icews:{}:{}", day.occurred, super::ids::short(&identity)),
            number => format!("icews:{}", cells.at(number)),
        };
        let (layout, code) = (&self.layout, cells.at(code));
        state.code_row(&row, |table| layout.rule(table, code), cite).map_err(|kind| cells.blame(number, kind))?;
        Ok(true)
    }
}

/// Reads an actor from its columns: name, sectors, country.
fn sight(cells: &Cells<'_>, places: [usize; 3], state: &mut ImportState) -> ActorResult {
    let people = std::rc::Rc::clone(&state.people);
    let [name, sectors, country] = places.map(|cell| cells.at(cell));
    let sight = || match places {
        // Only the name, as in the quadruples.
        [_, _, NO_COLUMN] => people.who(name).unwrap_or_else(|| super::quads::actor(name)),
        _ => people.who(name).unwrap_or_else(|| actor(name, sectors, country)),
    };
    state.actors.actor(&cells.joined(&places), sight)
}

fn outlet_of(publisher: &str, state: &mut ImportState) -> Option<std::rc::Rc<demarche_core::ActorId>> {
    if publisher.is_empty() || publisher == NOTHING {
        return None;
    }
    state.actors.outlet(publisher, || slug(publisher))
}

/// Returns the actor with a name, sectors and a country.
fn actor(name: &str, sectors: &str, country: &str) -> ActorResult {
    let no_sectors = sectors.is_empty() || sectors == NOTHING;
    let is_organisation = sectors.contains(ORGANISATION);
    if name.is_empty() || name == NOTHING {
        return Err(NO_ACTOR);
    }
    if country.is_empty() || country == NOTHING {
        return if is_organisation { Actor::party(name, true) } else { Err(NO_PARTY) };
    }
    if name == country || OTHER_NAMES.contains(&(name, country)) {
        return Actor::party(country, true);
    }
    // A name without a sector belongs to somebody whose office was not coded, often a minister.
    let is_official = no_sectors
        || sectors
            .split([',', ';'])
            .map(str::trim)
            .any(|sector| OFFICIAL.iter().any(|official| sector.ends_with(official)));
    let role = role_and_place(name).filter(|(_, place)| *place == country);
    Actor::within(country, role.map_or(name, |(role, _)| role), name, is_official)
}

/// Splits `Police (Singapore)`. The place may contain brackets, as in `Envoy (Holy See (Vatican City State))`.
pub(super) fn role_and_place(name: &str) -> Option<(&str, &str)> {
    let inner = name.strip_suffix(')')?;
    let mut depth = 1;
    for (at, c) in inner.char_indices().rev() {
        match c {
            ')' => depth += 1,
            '(' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            let (role, place) = (inner.get(..at)?, inner.get(at + 1..)?);
            return Some((role.trim_end(), place)).filter(|(role, place)| !role.is_empty() && !place.is_empty());
        }
    }
    None
}
