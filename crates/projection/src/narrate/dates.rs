//! Dates in words: `2025-06` is "June 2025".

use demarche_core::Edtf;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Returns a date in words; what has no simple words stays as it is written.
///
/// ```
/// use demarche_projection::narrate::date_in_words;
///
/// let words = |date: &str| date_in_words(&date.parse().unwrap());
/// assert_eq!(words("2025-06"), "June 2025");
/// assert_eq!(words("2025-10-25/2025-11-05"), "25 October to 5 November 2025");
/// assert_eq!(words("2025-06~"), "about June 2025");
/// assert_eq!(words("2025-22"), "summer 2025");
/// ```
#[must_use]
pub fn date_in_words(date: &Edtf) -> String {
    let text = date.as_str();
    match text.split_once('/') {
        None => one(text),
        Some((start, "" | "..")) => format!("{} or later", one(start)),
        Some(("" | "..", end)) => format!("{} or before", one(end)),
        Some((start, end)) => between(start, end),
    }
}

/// Shortens an interval for a table: of its end it leaves out what the start says already, as in `2025-10-22/23`.
#[must_use]
pub fn short_date(date: &str) -> String {
    let Some((start, end)) = date.split_once('/') else { return date.to_owned() };
    let is_day = |end: &str| end.len() == 10 && end.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit());
    if !is_day(start) || !is_day(end) {
        return date.to_owned();
    }
    // The year and the month, else the year, each with its hyphen.
    let shared = [8, 5].into_iter().find(|length| start.get(..*length) == end.get(..*length)).unwrap_or(0);
    format!("{start}/{}", end.get(shared..).unwrap_or(end))
}

/// An interval; what both ends share is said once, unless they are qualified.
fn between(start: &str, end: &str) -> String {
    let is_plain = |date: &str| date.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit());
    if !is_plain(start) || !is_plain(end) {
        return format!("{} to {}", one(start), one(end));
    }
    let (first, last) = (parts(start), parts(end));
    match (first.as_slice(), last.as_slice()) {
        ([y1, m1, d1], [y2, m2, _]) if y1 == y2 && m1 == m2 => format!("{} to {}", number(d1), one(end)),
        ([y1, m1, d1], [y2, ..]) if y1 == y2 => match month(m1) {
            Some(month) => format!("{} {month} to {}", number(d1), one(end)),
            None => format!("{} to {}", one(start), one(end)),
        },
        ([y1, m1], [y2, _]) if y1 == y2 => match month(m1) {
            Some(month) => format!("{month} to {}", one(end)),
            None => format!("{} to {}", one(start), one(end)),
        },
        _ => format!("{} to {}", one(start), one(end)),
    }
}

/// A date that is no interval.
fn one(text: &str) -> String {
    for (mark, words) in [('?', "perhaps "), ('~', "about "), ('%', "perhaps about ")] {
        if let Some(plain) = text.strip_suffix(mark) {
            return format!("{words}{}", one(plain));
        }
    }
    if let Some((day, time)) = text.split_once('T') {
        return format!("{} at {}", one(day), time.replace('Z', " UTC"));
    }
    let in_words = match parts(text).as_slice() {
        [year] => decade_or_year(year),
        [year, "XX"] | [year, "XX", "XX"] => decade_or_year(year),
        [year, number] => season(number).or_else(|| month(number)).map(|words| format!("{words} {year}")),
        [year, number, "XX"] => month(number).map(|month| format!("{month} {year}")),
        [year, month_number, day] => month(month_number).map(|month| format!("{} {month} {year}", number(day))),
        _ => None,
    };
    in_words.unwrap_or_else(|| text.to_owned())
}

fn parts(text: &str) -> Vec<&str> {
    text.split('-').collect()
}

fn decade_or_year(year: &str) -> Option<String> {
    match year.strip_suffix("XX") {
        Some(century) => Some(format!("{century}00 to {century}99")),
        None => Some(year.strip_suffix('X').map_or_else(|| year.to_owned(), |decade| format!("the {decade}0s"))),
    }
}

fn month(number: &str) -> Option<&'static str> {
    let number: usize = number.parse().ok()?;
    MONTHS.get(number.checked_sub(1)?).copied()
}

fn season(number: &str) -> Option<&'static str> {
    match number {
        "21" => Some("spring"),
        "22" => Some("summer"),
        "23" => Some("autumn"),
        "24" => Some("winter"),
        _ => None,
    }
}

/// A day without its leading zero.
fn number(day: &str) -> &str {
    day.strip_prefix('0').unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn says(date: &str, words: &str) {
        assert_eq!(date_in_words(&date.parse().unwrap()), words);
    }

    #[test]
    fn every_form_has_words() {
        says("2025", "2025");
        says("2025-10-01", "1 October 2025");
        says("2025-10-XX", "October 2025");
        says("2025-XX-XX", "2025");
        says("2025-XX", "2025");
        says("202X", "the 2020s");
        says("20XX", "2000 to 2099");
        says("2025-24", "winter 2025");
        says("2025-10-16T10:30:00Z", "16 October 2025 at 10:30:00 UTC");
        says("2025-10-16?", "perhaps 16 October 2025");
        says("2025-10-16%", "perhaps about 16 October 2025");
    }

    #[test]
    fn intervals_say_once_what_both_ends_share() {
        says("2025-10-22/2025-10-23", "22 to 23 October 2025");
        says("2025-10-25/2025-11-05", "25 October to 5 November 2025");
        says("2024-12-25/2025-01-05", "25 December 2024 to 5 January 2025");
        says("2025-05/2025-06", "May to June 2025");
        says("2025-05~/2025-06", "about May 2025 to June 2025");
        says("2025-10-22~/2025-10-23", "about 22 October 2025 to 23 October 2025");
        says("2025/2026", "2025 to 2026");
        says("2025-11/..", "November 2025 or later");
        says("/2025-11", "November 2025 or before");
    }

    #[test]
    fn a_short_interval_leaves_out_what_both_ends_share() {
        assert_eq!(short_date("2025-10-22/2025-10-23"), "2025-10-22/23");
        assert_eq!(short_date("2025-10-25/2025-11-05"), "2025-10-25/11-05");
        assert_eq!(short_date("2024-12-25/2025-01-05"), "2024-12-25/2025-01-05");
        assert_eq!(short_date("2025-10-25~/2025-11"), "2025-10-25~/2025-11");
        assert_eq!(short_date("2025-10-22"), "2025-10-22");
    }
}
