//! The days of rows. Each is parsed once, however many rows share it.

use std::cell::OnceCell;

use chrono::NaiveDate;
use demarche_core::{Edtf, Instant, Occurred};

use super::error::{CellError, cut};

/// A day on which something happened.
#[derive(Debug, Clone)]
pub(super) struct Day {
    /// The day as the row writes it.
    given: Box<str>,
    pub(super) date: NaiveDate,
    pub(super) occurred: Occurred,
    /// The day marked as doubted: `2018-06-01?`. It is made when a row first needs it.
    doubted: OnceCell<Occurred>,
}

/// The minute in which rows are taken to have been recorded if the format gives only a day. It is late enough not to
/// precede the event, and early enough for queries as of the end of that day.
const LAST_MINUTE: (u32, u32) = (23, 59);

/// The expected form in formats without separators.
const PACKED: &str = "a day such as 20180601";

/// What databases and notebooks append to a day.
const MIDNIGHTS: [&str; 4] = [" 00:00:00", "T00:00:00", "T00:00:00Z", " 00:00:00 UTC"];

impl Day {
    /// Reads `2018-06-01` or `20180601`, with or without the midnight that other programs append.
    pub(super) fn new(text: &str) -> Result<Self, CellError> {
        Self::read(text, "a day such as 2018-06-01")
    }

    /// Reads the same, for formats that write `20180601`.
    pub(super) fn packed(text: &str) -> Result<Self, CellError> {
        Self::read(text, PACKED)
    }

    fn read(text: &str, expected: &'static str) -> Result<Self, CellError> {
        let day = MIDNIGHTS.iter().find_map(|midnight| text.strip_suffix(midnight)).unwrap_or(text);
        let is_packed = day.len() == 8 && day.bytes().all(|byte| byte.is_ascii_digit());
        match (day.get(..4), day.get(4..6), day.get(6..)) {
            (Some(year), Some(month), Some(day)) if is_packed => {
                Self::of(text, &format!("{year}-{month}-{day}"), expected)
            }
            _ if expected == PACKED && day.len() != 10 => Err(CellError::NotADay(cut(text), expected)),
            _ => Self::of(text, day, expected),
        }
    }

    fn of(given: &str, text: &str, expected: &'static str) -> Result<Self, CellError> {
        let edtf: Edtf = text.parse()?;
        let (earliest, latest) = (edtf.earliest(), edtf.latest());
        let is_plain = text.len() == 10 && earliest.map(Instant::date) == latest.map(Instant::date);
        match (earliest, Occurred::new(edtf)) {
            (Some(earliest), Some(occurred)) if is_plain => {
                Ok(Self { given: given.into(), date: earliest.date(), occurred, doubted: OnceCell::new() })
            }
            _ => Err(CellError::NotADay(cut(given), expected)),
        }
    }

    /// Returns the day marked as doubted.
    pub(super) fn doubted(&self) -> &Occurred {
        self.doubted.get_or_init(|| doubted(&self.occurred))
    }

    /// Returns the instant from which rows with only this day are recorded.
    pub(super) fn last_minute(&self) -> Instant {
        let (hour, minute) = LAST_MINUTE;
        let instant = self.date.and_hms_opt(hour, minute, 0).and_then(|time| Instant::new(time.and_utc()));
        instant.unwrap_or(self.occurred.earliest())
    }

    /// Returns the cached day if the text is the same as before, else reads it.
    pub(super) fn cached<'d>(
        last: &'d mut Option<Self>,
        text: &str,
        read: impl FnOnce(&str) -> Result<Self, CellError>,
    ) -> Result<&'d Self, CellError> {
        match last {
            Some(day) if *day.given == *text => {}
            _ => *last = Some(read(text)?),
        }
        last.as_ref().ok_or(CellError::Empty)
    }
}

/// Marks a date as doubted: appends `?` to a plain one, and turns `~` of an approximate one into `%`.
pub(super) fn doubted(occurred: &Occurred) -> Occurred {
    let text = occurred.as_str();
    let text = if text.contains('~') { text.replace('~', "%") } else { format!("{text}?") };
    text.parse().unwrap_or_else(|_| occurred.clone())
}
