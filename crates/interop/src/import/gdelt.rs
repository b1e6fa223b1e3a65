//! GDELT's event exports, separated by tabs: 61 columns mean version 2.0, 58 or 57 mean version 1.0. If a header names
//! the columns, there may be fewer of them, in any order, and the file may be CSV.
//!
//! | column of 2.0, from 1 | used for |
//! | --- | --- |
//! | 1 `GLOBALEVENTID` | the identity of the row, `cite`, and the order of rows with the same instant |
//! | 2 `SQLDATE` | `occurred`, see [`spread`] |
//! | 6–15, 16–25 `Actor1…`, `Actor2…` | source and target: code, name, country, known group, types |
//! | 27 `EventCode` | what becomes of it |
//! | the second to last `DATEADDED` | `recorded` |
//! | the last `SOURCEURL` | the outlet, and `cite` |

use std::io::BufRead;

use chrono::{Days, NaiveDate};
use demarche_core::{Instant, Occurred};

use super::actors::{Actor, ActorResult, NO_ACTOR, NO_PARTY};
use super::cells::{Cells, NO_COLUMN};
use super::clock::RecordedAt;
use super::coding::CodedRow;
use super::column_layout::ColumnLayout;
use super::day::Day;
use super::error::{CellError, ImportError};
use super::grid::Grid;
use super::ids::short;
use super::state::{ImportState, ReadRows};
use crate::names::slug;

pub(super) const FORMAT: &str = "gdelt";

/// The columns that are read, with the names that GDELT's files give them. Every file has the first ones.
const COLUMNS: [&str; 19] = [
    "SQLDATE|Date|Day",
    "EventCode|CAMEOCode|EventBaseCode|EventRootCode",
    "Actor1Code|Source|Actor1CountryCode",
    "Actor2Code|Target|Actor2CountryCode",
    "Actor1Name",
    "Actor1CountryCode",
    "Actor1KnownGroupCode",
    "Actor1Type1Code",
    "Actor1Type2Code",
    "Actor1Type3Code",
    "Actor2Name",
    "Actor2CountryCode",
    "Actor2KnownGroupCode",
    "Actor2Type1Code",
    "Actor2Type2Code",
    "Actor2Type3Code",
    "GLOBALEVENTID",
    "DATEADDED",
    "SOURCEURL",
];
const NEEDED: usize = 4;

/// The indexes of the columns without a header. The last two depend on the version.
const PLACES: [usize; 19] = [1, 26, 5, 15, 6, 7, 8, 12, 13, 14, 16, 17, 18, 22, 23, 24, 0, NO_COLUMN, NO_COLUMN];

/// The indexes of `DATEADDED` and `SOURCEURL` by number of cells: version 2.0, version 1.0, and version 1.0 before
/// April 2013, whose rows have no address.
const VERSIONS: [(usize, [usize; 2]); 3] = [(61, [59, 60]), (58, [56, 57]), (57, [56, NO_COLUMN])];

/// Regions that GDELT lists among the countries.
const REGIONS: [&str; 24] = [
    "AFR", "ASA", "BLK", "CRB", "CAU", "CFR", "CAS", "CEU", "EIN", "EAF", "EEU", "EUR", "LAM", "MEA", "MDT", "NAF",
    "NMR", "PGS", "SCN", "SAM", "SAS", "SEA", "SAF", "WAF",
];

/// Types of actors who act for a state or an organisation of states.
const OFFICIAL: [&str; 7] = ["GOV", "MIL", "SPY", "LEG", "JUD", "COP", "IGO"];

/// Roles that do not act for a state, with which a code can begin.
const OTHER_ROLES: [&str; 26] = [
    "AGR", "BUS", "CRM", "CVL", "DEV", "EDU", "ELI", "ENV", "HLH", "HRI", "INT", "LAB", "MED", "MNC", "MOD", "NGM",
    "NGO", "OPP", "PTY", "RAD", "REB", "REF", "SEP", "SET", "TOP", "UAF",
];

/// Reads rows of GDELT.
pub(super) struct Gdelt<R> {
    rows: Grid<R>,
    layout: ColumnLayout<{ COLUMNS.len() }>,
    day: Option<Day>,
    added: Option<(Box<str>, Instant)>,
}

impl<R: BufRead> Gdelt<R> {
    pub(super) const fn new(rows: Grid<R>) -> Self {
        let layout = ColumnLayout { places: PLACES, count: 0, is_headed: false };
        Self { rows, layout, day: None, added: None }
    }
}

/// Finds the columns of a row, by the header or by their number.
fn places(layout: &ColumnLayout<{ COLUMNS.len() }>, cells: &Cells<'_>) -> Result<[usize; COLUMNS.len()], ImportError> {
    const EXPECTED: &str = "a GDELT export has 61 (2.0), 58 or 57 (1.0), separated by tabs, or a header";
    if layout.is_headed {
        let is_whole = cells.count() == layout.count;
        return if is_whole { Ok(layout.places) } else { Err(cells.miscounted("the header has another number")) };
    }
    let version = VERSIONS.iter().find(|(count, _)| *count == cells.count());
    let (_, [added, address]) = version.ok_or_else(|| cells.miscounted(EXPECTED))?;
    let mut places = PLACES;
    let [.., of_added, of_address] = &mut places;
    (*of_added, *of_address) = (*added, *address);
    Ok(places)
}

impl<R: BufRead> ReadRows for Gdelt<R> {
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
        let places = places(&self.layout, &cells)?;
        cells.must_be_text(&places)?;
        let [date, code, a1, b1, a2, a3, a4, a5, a6, a7, b2, b3, b4, b5, b6, b7, number, added, address] = places;
        let day = Day::cached(&mut self.day, cells.at(date), Day::packed)
            .map_err(|reason| cells.bad(date, "SQLDATE", reason))?;
        let recorded = match added {
            NO_COLUMN => None,
            cell => Some(added_at(&mut self.added, &cells, cell)?),
        };
        let given = recorded.unwrap_or_else(|| day.last_minute());
        let stamp = match number {
            NO_COLUMN => RecordedAt::From(given),
            number => RecordedAt::Numbered(given, cells.number(number, "GLOBALEVENTID")?),
        };
        if cells.at(code).is_empty() {
            return Err(cells.bad(code, "EventCode", CellError::Empty));
        }
        let [source, target] = [[a1, a2, a3, a4, a5, a6, a7], [b1, b2, b3, b4, b5, b6, b7]]
            .map(|places| state.actors.actor(&cells.joined(&places), || actor(&cells, places)));
        let (identity, told) = match number {
            NO_COLUMN => (cells.whole(), format!("{}:{}", day.occurred, short(cells.whole()))),
            number => (cells.at(number), cells.at(number).to_owned()),
        };
        let address = cells.at(address);
        let (occurred, note) = match recorded.and_then(|recorded| spread(day.date, recorded.date())) {
            Some((occurred, ago)) => (Some(occurred), Some(ago_note(cells.at(date), ago))),
            None => (None, None),
        };
        let row = CodedRow {
            format: FORMAT,
            track: FORMAT,
            identity: identity.as_bytes(),
            line: cells.number,
            day,
            occurred,
            stamp,
            source,
            target,
            outlet: host(address).and_then(|host| state.actors.outlet(host, || host_slug(host))),
            note,
        };
        let cite = || if address.is_empty() { format!("gdelt:{told}") } else { format!("gdelt:{told} {address}") };
        let (layout, code) = (&self.layout, cells.at(code));
        state.code_row(&row, |table| layout.rule(table, code), cite).map_err(|kind| cells.blame(number, kind))?;
        Ok(true)
    }
}

/// Returns when a row was added: an instant, or in version 1.0 a day, at the end of which the file was made.
fn added_at(last: &mut Option<(Box<str>, Instant)>, cells: &Cells<'_>, cell: usize) -> Result<Instant, ImportError> {
    let text = cells.at(cell);
    if let Some((given, instant)) = last
        && **given == *text
    {
        return Ok(*instant);
    }
    let bad = |reason: CellError| cells.bad(cell, "DATEADDED", reason);
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    // Databases write the same value as `2017-04-15 23:30:00 UTC`.
    let is_instant = digits.len() == 14 && (text.len() == 14 || text.get(10..11).is_some_and(|at| " T".contains(at)));
    let instant = match (digits.get(..8), digits.get(8..10), digits.get(10..12), digits.get(12..14)) {
        (Some(day), Some(hour), Some(minute), Some(second)) if is_instant => {
            let day = Day::packed(day).map_err(bad)?;
            let text = format!("{}T{hour}:{minute}:{second}Z", day.occurred);
            text.parse().map_err(|error| bad(CellError::Instant(error)))?
        }
        _ => Day::packed(text).map_err(bad)?.last_minute(),
    };
    *last = Some((text.into(), instant));
    Ok(instant)
}

/// Recognizes days that GDELT computed from vague words. If a row is dated exactly one of these numbers of days before
/// it was added, the article most likely said "last week", "a month ago", "a year ago" or "a decade ago", and GDELT
/// counted back.
///
/// The number of days goes into `note`, and `occurred` is as wide as the words: the week around the day, its month or
/// its year, marked as approximate. Returns `None` if the day is taken literally.
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

/// Returns the host of an address without `www.`, or `None` if it is not an address.
fn host(address: &str) -> Option<&str> {
    let (_, rest) = address.split_once("://")?;
    let host = rest.split(['/', ':', '?', '#']).next()?;
    Some(host.strip_prefix("www.").unwrap_or(host)).filter(|host| !host.is_empty())
}

/// Makes a slug of a host: `thetimes.co.uk` becomes `thetimes-co-uk`. A host with hyphens gets a hash, because its dots
/// become indistinguishable from them.
fn host_slug(host: &str) -> String {
    if host.contains('-') { slug(host) } else { slug(&host.replace('.', "-")) }
}

/// Reads an actor from its columns: code, name, country, known group, and three types.
fn actor(cells: &Cells<'_>, places: [usize; 7]) -> ActorResult {
    let [code, name, mut country, mut group, mut first, second, third] = places.map(|cell| cells.at(cell));
    if code.is_empty() && name.is_empty() {
        return Err(NO_ACTOR);
    }
    // In files with codes only, the code contains the rest: `USAGOV`, `IGOUNO`.
    if places.get(2) == Some(&NO_COLUMN) {
        let part = |from: usize| code.get(from..from + 3).unwrap_or_default();
        match part(0) {
            "IGO" => (first, group) = ("IGO", part(3)),
            role if OFFICIAL.contains(&role) || OTHER_ROLES.contains(&role) => first = role,
            state => (country, first) = (state, if first.is_empty() { part(3) } else { first }),
        }
    }
    let types = [first, second, third];
    // An organisation of states is a party under its own code. Any other known group belongs to its country.
    if types.contains(&"IGO") && !group.is_empty() {
        return Actor::party(group, true);
    }
    if country.is_empty() || REGIONS.contains(&country) {
        return Err(NO_PARTY);
    }
    if types == ["", "", ""] && group.is_empty() {
        // A country, its people or its capital: GDELT does not distinguish them.
        return Actor::party(country, true);
    }
    let is_official = types.iter().any(|kind| OFFICIAL.contains(kind));
    let role = if name.is_empty() { code } else { name };
    Actor::within(country, role, &format!("{role} ({country})"), is_official)
}
