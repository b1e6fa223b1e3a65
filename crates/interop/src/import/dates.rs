//! Dates as spreadsheets show them: reads them if the mapping gives the format, and otherwise explains how to write
//! them.

use std::str::FromStr;

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime};

use super::error::{CellError, cut};

/// How a sheet writes its dates: `dd/mm/yyyy`, `d.m.yy hh:mm`, or `excel` for Excel's serial numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DateFormat(Vec<DatePart>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum DatePart {
    Year,
    /// Two digits: up to 29 they mean this century, from 30 on the last one, as in Excel.
    ShortYear,
    Month,
    /// `Mar`, or `March`.
    MonthName,
    Day,
    Hour,
    Minute,
    Second,
    Excel,
    Other(char),
}

/// The names of the parts of a format, the longest first.
const PARTS: [(&str, DatePart); 12] = [
    ("excel", DatePart::Excel),
    ("yyyy", DatePart::Year),
    ("mmmm", DatePart::MonthName),
    ("mmm", DatePart::MonthName),
    ("yy", DatePart::ShortYear),
    ("mm", DatePart::Month),
    ("dd", DatePart::Day),
    ("hh", DatePart::Hour),
    ("ss", DatePart::Second),
    ("m", DatePart::Month),
    ("d", DatePart::Day),
    ("h", DatePart::Hour),
];

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The day before Excel's first day, as Excel counts from March 1900 on.
const EXCEL_EPOCH: (i32, u32, u32) = (1899, 12, 30);

/// The range in which numbers are taken for Excel dates: 1910 to 2173. It excludes four-digit years.
const EXCEL_DAYS: std::ops::Range<u64> = 10_000..100_000;

impl FromStr for DateFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (mut parts, mut rest) = (Vec::new(), text);
        while let Some(first) = rest.chars().next() {
            let known =
                PARTS.iter().find(|(name, _)| rest.get(..name.len()).is_some_and(|t| t.eq_ignore_ascii_case(name)));
            let (part, length) = match known {
                // After an hour, `mm` means minutes.
                Some((name, DatePart::Month)) if parts.contains(&DatePart::Hour) => (DatePart::Minute, name.len()),
                Some((name, part)) => (part.clone(), name.len()),
                None if first.is_alphanumeric() && first != 'T' => {
                    return Err(format!("{text:?} is no form of dates: expected such as dd/mm/yyyy, d mmm yy, excel"));
                }
                None => (DatePart::Other(first), first.len_utf8()),
            };
            parts.push(part);
            rest = rest.get(length..).unwrap_or_default();
        }
        let has = |wanted: &[DatePart]| wanted.iter().any(|part| parts.contains(part));
        let is_date = has(&[DatePart::Year, DatePart::ShortYear]) && has(&[DatePart::Month, DatePart::MonthName]);
        if is_date || parts == [DatePart::Excel] {
            Ok(Self(parts))
        } else {
            Err(format!("{text:?} has no year or no month: expected such as dd/mm/yyyy, d mmm yy, excel"))
        }
    }
}

impl DateFormat {
    /// Converts a date to EDTF. Returns `None` if it does not have this format.
    pub(super) fn read(&self, text: &str) -> Option<String> {
        if self.0 == [DatePart::Excel] {
            return of_excel(text).map(|at| written(at.date(), Some(at.time())));
        }
        let (mut year, mut month, mut day, mut time) = (0, 0, None, [None, None, None]);
        let mut rest = text;
        for part in &self.0 {
            match part {
                DatePart::Other(c) => rest = rest.strip_prefix(*c)?,
                DatePart::MonthName => (month, rest) = month_name(rest)?,
                DatePart::Year => (year, rest) = number(rest, 4, 4)?,
                DatePart::ShortYear => {
                    (year, rest) = number(rest, 2, 2)?;
                    year += if year < 30 { 2000 } else { 1900 };
                }
                DatePart::Month => (month, rest) = number(rest, 1, 2)?,
                DatePart::Day => {
                    let (found, behind) = number(rest, 1, 2)?;
                    (day, rest) = (Some(found), behind);
                }
                DatePart::Hour | DatePart::Minute | DatePart::Second => {
                    let (found, behind) = number(rest, 1, 2)?;
                    let at = if *part == DatePart::Hour { 0 } else { 1 + usize::from(*part == DatePart::Second) };
                    *time.get_mut(at)? = Some(found);
                    rest = behind;
                }
                DatePart::Excel => return None,
            }
        }
        if !rest.is_empty() {
            return None;
        }
        let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day.unwrap_or(1))?;
        if day.is_none() {
            return Some(date.format("%Y-%m").to_string());
        }
        match time {
            [None, ..] => Some(written(date, None)),
            [Some(hour), minute, second] => {
                let time = NaiveTime::from_hms_opt(hour, minute.unwrap_or(0), second.unwrap_or(0))?;
                Some(written(date, Some(time)))
            }
        }
    }
}

/// Formats a day, or an instant if the time is not midnight.
fn written(date: NaiveDate, time: Option<NaiveTime>) -> String {
    match time.filter(|time| *time != NaiveTime::MIN) {
        None => date.format("%Y-%m-%d").to_string(),
        Some(time) => format!("{}T{}Z", date.format("%Y-%m-%d"), time.format("%H:%M:%S")),
    }
}

/// Splits a number of `least` to `most` digits off a text.
fn number(text: &str, least: usize, most: usize) -> Option<(u32, &str)> {
    let digits = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    let (number, rest) = (text.get(..digits)?, text.get(digits..)?);
    if digits < least { None } else { Some((number.parse().ok()?, rest)) }
}

/// Splits an English month name off a text.
fn month_name(text: &str) -> Option<(u32, &str)> {
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (name, rest) = (text.get(..letters)?.to_ascii_lowercase(), text.get(letters..)?);
    let known = (1..).zip(MONTHS).find(|(_, month)| name.len() >= 3 && month.starts_with(&*name))?;
    Some((known.0, rest))
}

/// Converts an Excel serial number to a time.
fn of_excel(text: &str) -> Option<NaiveDateTime> {
    let (days, part) = text.split_once(['.', ',']).unwrap_or((text, ""));
    let is_number = days.len() == 5 && days.bytes().chain(part.bytes()).all(|byte| byte.is_ascii_digit());
    let days = days.parse::<u64>().ok().filter(|days| is_number && EXCEL_DAYS.contains(days))?;
    let (year, month, day) = EXCEL_EPOCH;
    let date = NaiveDate::from_ymd_opt(year, month, day)?.checked_add_days(Days::new(days))?;
    let fraction: f64 = if part.is_empty() { 0.0 } else { format!("0.{part}").parse().ok()? };
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between none and the seconds of a day")]
    let second = (fraction * 86_400.0).round() as u32;
    NaiveTime::from_num_seconds_from_midnight_opt(second.min(86_399), 0).map(|time| date.and_time(time))
}

/// Common spreadsheet formats, by which a date without a declared format is recognized.
const SEEN: [&str; 22] = [
    "dd/mm/yyyy",
    "mm/dd/yyyy",
    "dd.mm.yyyy",
    "dd-mm-yyyy",
    "mm-dd-yyyy",
    "dd/mm/yy",
    "mm/dd/yy",
    "dd.mm.yy",
    "yyyy/mm/dd",
    "yyyy.mm.dd",
    "yyyy-m-d",
    "yyyy-mm-dd hh:mm:ss",
    "yyyy-mm-dd hh:mm",
    "yyyy-mm-ddThh:mm:ss",
    "dd/mm/yyyy hh:mm:ss",
    "dd/mm/yyyy hh:mm",
    "mm/dd/yyyy hh:mm",
    "dd.mm.yyyy hh:mm",
    "d-mmm-yy",
    "d mmm yyyy",
    "mmm d, yyyy",
    "mmm-yy",
];

/// Explains a text that is a date in a spreadsheet format instead of EDTF, and how to write it. Returns `None` for any
/// other text.
pub(super) fn seen(text: &str) -> Option<CellError> {
    let mut found: Vec<(&str, String)> = Vec::new();
    for form in SEEN {
        let date = form.parse::<DateFormat>().ok().and_then(|form| form.read(text));
        if let Some(date) = date.filter(|date| found.iter().all(|(_, other)| other != date)) {
            found.push((form, date));
        }
    }
    if let Some(at) = of_excel(text) {
        found.push(("excel", written(at.date(), Some(at.time()))));
    }
    let (form, _) = found.first()?;
    let write: Vec<&str> = found.iter().map(|(_, date)| &**date).collect();
    Some(CellError::SheetDate { found: cut(text), write: write.join(" or ").into(), form })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that fails must say so")]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_the_declared_format() {
        for (form, text, expected) in [
            ("dd/mm/yyyy", "02/03/2031", Some("2031-03-02")),
            ("mm/dd/yyyy", "02/03/2031", Some("2031-02-03")),
            ("d.m.yy", "2.3.31", Some("1931-03-02")),
            ("d.m.yy", "2.3.25", Some("2025-03-02")),
            ("yyyy-mm-dd hh:mm:ss", "2031-03-02 09:05:00", Some("2031-03-02T09:05:00Z")),
            ("yyyy-mm-dd hh:mm:ss", "2031-03-02 00:00:00", Some("2031-03-02")),
            ("d mmm yyyy", "2 March 2031", Some("2031-03-02")),
            ("mmm-yy", "Mar-25", Some("2025-03")),
            ("excel", "47909", Some("2031-03-02")),
            ("excel", "47909.375", Some("2031-03-02T09:00:00Z")),
            ("dd/mm/yyyy", "31/02/2031", None),
            ("dd/mm/yyyy", "02/03/2031x", None),
            ("dd/mm/yyyy", "", None),
            ("excel", "2031", None),
        ] {
            assert_eq!(form.parse::<DateFormat>().unwrap().read(text).as_deref(), expected, "{form}: {text}");
        }
        for form in ["", "dd", "quarter", "yyyy", "q/yyyy"] {
            assert!(form.parse::<DateFormat>().is_err(), "{form}");
        }
    }

    #[test]
    fn spreadsheet_dates_are_recognized_and_edtf_dates_are_not() {
        for (text, write) in [
            ("02/03/2031", "2031-03-02 or 2031-02-03"),
            ("13/03/2031", "2031-03-13"),
            ("2031-03-02 09:00:00", "2031-03-02T09:00:00Z"),
            ("2.3.2031", "2031-03-02"),
            ("2-Mar-25", "2025-03-02"),
            ("March 2, 2031", "2031-03-02"),
            ("2031/03/02", "2031-03-02"),
            ("47909", "2031-03-02"),
        ] {
            let told = seen(text).unwrap().to_string();
            assert!(told.contains(&format!("write {write}, ")), "{text}: {told}");
        }
        for text in ["2031", "soon", "", "12", "99/99/9999", "é/é"] {
            assert_eq!(seen(text), None, "{text}");
        }
    }
}
