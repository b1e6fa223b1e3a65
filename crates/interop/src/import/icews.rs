//! ICEWS as Dataverse has it: one coded sentence a line, 20 columns parted by tabs.
//!
//! | column | used for |
//! | --- | --- |
//! | 1 `Event ID` | the identity of the row, `cite`, and the order in which rows of a day were told |
//! | 2 `Event Date` | `occurred`; the file has no date of its own for when it was recorded |
//! | 3–5 `Source Name`, `Sectors`, `Country` | who acts |
//! | 7 `CAMEO Code` | what becomes of it |
//! | 9–11 `Target Name`, `Sectors`, `Country` | on whom |
//! | 14 `Publisher` | the outlet |

use std::io::BufRead;

use super::actors::{Actor, NO_ACTOR, NO_PARTY, Sight};
use super::clock::Stamp;
use super::coding::Row;
use super::day::Day;
use super::desk::{Desk, ReadRows};
use super::error::{CellError, ImportError};
use super::tabular::{Cells, Tab};
use crate::names::slug;

/// How the format is called in ids and citations.
pub(super) const FORMAT: &str = "icews";

const COLUMNS: usize = 20;

/// A cell that says nothing.
const NOTHING: &str = "NA";

/// States whose name as an actor is not that of the country column.
const OTHER_NAMES: [(&str, &str); 4] = [
    ("Russia", "Russian Federation"),
    ("Palestinian Territory, Occupied", "Occupied Palestinian Territory"),
    ("Macedonia", "the former Yugoslav Republic of Macedonia"),
    ("Holy See (Vatican City State)", "Holy See"),
];

/// Sectors of those who act for a state or an organisation of states; each as a whole or as the end of a name.
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

/// An organisation of states, which is a party of its own.
const ORGANISATION: &str = "International Government Organization";

/// Reads rows of ICEWS.
pub(super) struct Icews<R> {
    rows: Tab<R>,
    day: Option<Day>,
}

impl<R: BufRead> Icews<R> {
    pub(super) const fn new(input: R) -> Self {
        Self { rows: Tab::new(input), day: None }
    }
}

impl<R: BufRead> ReadRows for Icews<R> {
    fn row(&mut self, desk: &mut Desk) -> Result<bool, ImportError> {
        let Some(mut cells) = self.rows.next()? else { return Ok(false) };
        if cells.at(0) == "Event ID" {
            match self.rows.next()? {
                Some(next) => cells = next,
                None => return Ok(false),
            }
        }
        desk.report.rows += 1;
        if cells.count != COLUMNS {
            return Err(cells.miscounted("an ICEWS file has 20, parted by tabs"));
        }
        let number = cells.number(0, "Event ID")?;
        let day =
            Day::cached(&mut self.day, cells.at(1), Day::new).map_err(|reason| cells.bad(1, "Event Date", reason))?;
        let code = cells.at(6);
        if code.is_empty() {
            return Err(cells.bad(6, "CAMEO Code", CellError::Empty));
        }
        let people = std::rc::Rc::clone(&desk.people);
        let mut actor = |first: usize| {
            let [name, sectors, country] = [first, first + 1, first + 2].map(|cell| cells.at(cell));
            let sight = || people.who(name).unwrap_or_else(|| actor(name, sectors, country));
            desk.actors.actor(cells.span(first, first + 2), sight)
        };
        let (source, target) = (actor(2), actor(8));
        // The data set has given some numbers twice, on other days, to other sentences.
        let identity = format!("{}\t{}", cells.at(0), day.occurred);
        let row = Row {
            format: FORMAT,
            track: FORMAT,
            identity: identity.as_bytes(),
            line: cells.number,
            day,
            occurred: None,
            stamp: Stamp::Numbered(day.last_minute(), number),
            source,
            target,
            outlet: outlet(&cells, desk),
            note: None,
        };
        desk.code_row(&row, |table| table.of_code(code), || format!("icews:{}", cells.at(0)))
            .map_err(|kind| cells.blame(0, kind))?;
        Ok(true)
    }
}

fn outlet(cells: &Cells<'_>, desk: &mut Desk) -> Option<std::rc::Rc<demarche_core::ActorId>> {
    let publisher = cells.at(13);
    if publisher.is_empty() || publisher == NOTHING {
        return None;
    }
    desk.actors.outlet(publisher, || slug(publisher))
}

/// Who a name of given sectors and country is.
fn actor(name: &str, sectors: &str, country: &str) -> Sight {
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
    // A name that has no sector is of somebody whose office nobody noted: a minister as likely as not.
    let is_official =
        no_sectors || sectors.split(',').any(|sector| OFFICIAL.iter().any(|official| sector.ends_with(official)));
    let role = role_and_place(name).filter(|(_, place)| *place == country);
    Actor::within(country, role.map_or(name, |(role, _)| role), name, is_official)
}

/// Parts `Police (Singapore)`; the place may have brackets of its own, as `Envoy (Holy See (Vatican City State))` has.
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
