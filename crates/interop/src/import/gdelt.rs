//! GDELT's event exports: 58 columns (1.0) or 61 (2.0), parted by tabs, told apart by their count.
//!
//! | column, from 1 | used for |
//! | --- | --- |
//! | 1 `GLOBALEVENTID` | the identity of the row, `cite`, and the order in which rows of one instant were told |
//! | 2 `SQLDATE` | `occurred`, see [`spread`] |
//! | 6–15, 16–25 `Actor1…`, `Actor2…` | who acts on whom: code, name, country, known group, types |
//! | 27 `EventCode` | what becomes of it |
//! | the last but one `DATEADDED` | `recorded` |
//! | the last `SOURCEURL` | the outlet, and `cite` |

use std::io::BufRead;

use chrono::{Days, NaiveDate};
use demarche_core::{Instant, Occurred};

use super::actors::{Actor, NO_ACTOR, NO_PARTY, Sight};
use super::clock::Stamp;
use super::coding::Row;
use super::day::Day;
use super::desk::{Desk, ReadRows};
use super::error::{CellError, ImportError};
use super::tabular::{Cells, Tab};
use crate::names::slug;

pub(super) const FORMAT: &str = "gdelt";

/// The columns of the two versions.
const COLUMNS: [usize; 2] = [58, 61];

/// The first column of each actor.
const ACTORS: [usize; 2] = [5, 15];

/// Regions, which GDELT has among the countries.
const REGIONS: [&str; 24] = [
    "AFR", "ASA", "BLK", "CRB", "CAU", "CFR", "CAS", "CEU", "EIN", "EAF", "EEU", "EUR", "LAM", "MEA", "MDT", "NAF",
    "NMR", "PGS", "SCN", "SAM", "SAS", "SEA", "SAF", "WAF",
];

/// Types of those who act for a state or an organisation of states.
const OFFICIAL: [&str; 7] = ["GOV", "MIL", "SPY", "LEG", "JUD", "COP", "IGO"];

/// Reads rows of GDELT.
pub(super) struct Gdelt<R> {
    rows: Tab<R>,
    day: Option<Day>,
    added: Option<(Box<str>, Instant)>,
}

impl<R: BufRead> Gdelt<R> {
    pub(super) const fn new(input: R) -> Self {
        Self { rows: Tab::new(input), day: None, added: None }
    }
}

impl<R: BufRead> ReadRows for Gdelt<R> {
    fn row(&mut self, desk: &mut Desk) -> Result<bool, ImportError> {
        let Some(cells) = self.rows.next()? else { return Ok(false) };
        desk.report.rows += 1;
        if !COLUMNS.contains(&cells.count) {
            return Err(cells.miscounted("a GDELT export has 58 (1.0) or 61 (2.0), parted by tabs"));
        }
        let number = cells.number(0, "GLOBALEVENTID")?;
        let day =
            Day::cached(&mut self.day, cells.at(1), Day::packed).map_err(|reason| cells.bad(1, "SQLDATE", reason))?;
        let recorded = added(&mut self.added, &cells)?;
        let code = cells.at(26);
        if code.is_empty() {
            return Err(cells.bad(26, "EventCode", CellError::Empty));
        }
        let [source, target] =
            ACTORS.map(|first| desk.actors.actor(cells.span(first, first + 9), || actor(&cells, first)));
        let address = cells.at(cells.count - 1);
        let (occurred, note) = match spread(day.date, recorded.date()) {
            Some((occurred, ago)) => (Some(occurred), Some(ago_note(cells.at(1), ago))),
            None => (None, None),
        };
        let row = Row {
            format: FORMAT,
            track: FORMAT,
            identity: cells.at(0).as_bytes(),
            line: cells.number,
            day,
            occurred,
            stamp: Stamp::Numbered(recorded, number),
            source,
            target,
            outlet: host(address).and_then(|host| desk.actors.outlet(host, || host_slug(host))),
            note,
        };
        desk.code_row(&row, |table| table.of_code(code), || format!("gdelt:{} {address}", cells.at(0)))
            .map_err(|kind| cells.blame(0, kind))?;
        Ok(true)
    }
}

/// When a row was added: an instant, or in version 1.0 a day, at whose end the day's file was made.
fn added(last: &mut Option<(Box<str>, Instant)>, cells: &Cells<'_>) -> Result<Instant, ImportError> {
    let cell = cells.count - 2;
    let text = cells.at(cell);
    if let Some((given, instant)) = last
        && **given == *text
    {
        return Ok(*instant);
    }
    let bad = |reason: CellError| cells.bad(cell, "DATEADDED", reason);
    let instant = match (text.get(..8), text.get(8..10), text.get(10..12), text.get(12..14)) {
        (Some(day), Some(hour), Some(minute), Some(second)) if text.len() == 14 => {
            let day = Day::packed(day).map_err(bad)?;
            let text = format!("{}T{hour}:{minute}:{second}Z", day.occurred);
            text.parse().map_err(|error| bad(CellError::Instant(error)))?
        }
        _ => Day::packed(text).map_err(bad)?.last_minute(),
    };
    *last = Some((text.into(), instant));
    Ok(instant)
}

/// What GDELT makes a day of words that name none: where a row is dated exactly so many days before it was added, the
/// article most likely said "last week", "a month ago", "a year ago" or "a decade ago", and GDELT counted back.
///
/// The days are kept in `note`, and `occurred` is as wide as the words: the week around the day, its month, its year,
/// each marked as approximate. `None` if the day is taken at its word.
fn spread(day: NaiveDate, added: NaiveDate) -> Option<(Occurred, i64)> {
    let ago = added.signed_duration_since(day).num_days();
    let text = match ago {
        7 => {
            let (first, last) = (day.checked_sub_days(Days::new(3))?, day.checked_add_days(Days::new(3))?);
            format!("{first}~/{last}~")
        }
        30 => day.format("%Y-%m~").to_string(),
        365.. if ago % 365 == 0 => day.format("%Y~").to_string(),
        _ => return None,
    };
    Some((text.parse().ok()?, ago))
}

fn ago_note(day: &str, ago: i64) -> Box<str> {
    format!("GDELT has {day}, exactly {ago} days before it was added: counted back from words that name no day").into()
}

/// The host of an address, without `www.`; `None` if it is no address.
fn host(address: &str) -> Option<&str> {
    let (_, rest) = address.split_once("://")?;
    let host = rest.split(['/', ':', '?', '#']).next()?;
    Some(host.strip_prefix("www.").unwrap_or(host)).filter(|host| !host.is_empty())
}

/// `thetimes.co.uk` is `thetimes-co-uk`; one with hyphens of its own gets a hash, since its dots are lost among them.
fn host_slug(host: &str) -> String {
    if host.contains('-') { slug(host) } else { slug(&host.replace('.', "-")) }
}

/// Who stands in the ten columns of an actor.
fn actor(cells: &Cells<'_>, first: usize) -> Sight {
    let [name, country, group] = [1, 2, 3].map(|column| cells.at(first + column));
    let types = [7, 8, 9].map(|column| cells.at(first + column));
    if cells.at(first).is_empty() && name.is_empty() {
        return Err(NO_ACTOR);
    }
    // An organisation of states is a party by its own code; what else is known as a group belongs to its country.
    if types.contains(&"IGO") && !group.is_empty() {
        return Actor::party(group, true);
    }
    if country.is_empty() || REGIONS.contains(&country) {
        return Err(NO_PARTY);
    }
    if types == ["", "", ""] && group.is_empty() {
        // A country, its people, its capital: GDELT does not tell them apart.
        return Actor::party(country, true);
    }
    let is_official = types.iter().any(|kind| OFFICIAL.contains(kind));
    let role = if name.is_empty() { cells.at(first) } else { name };
    Actor::within(country, role, &format!("{role} ({country})"), is_official)
}
