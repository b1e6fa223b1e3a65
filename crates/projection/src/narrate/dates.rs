//! Dates in words: `2025-06` is "June 2025", and what takes place then is "in June 2025".

use demarche_core::{Edtf, Instant};

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

/// The relation of a date to what it dates. The preposition itself depends on the date: on a day, in a month, between
/// two days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preposition {
    /// When something takes place: "on 3 May 2025", "in May 2025".
    On,
    /// For when something is planned: "for 3 May 2025".
    For,
    /// To when something is moved: "to 3 May 2025".
    To,
    /// Until when something waits or holds: "until May 2025".
    Until,
    /// By when something is due: "by 3 May 2025", "by the end of May 2025".
    By,
    /// Since when something is so: "since May 2025".
    Since,
}

/// Returns a date in words without a preposition, as for a heading or a table.
///
/// ```
/// use demarche_projection::narrate::date_in_words;
///
/// let words = |date: &str| date_in_words(&date.parse().unwrap());
/// assert_eq!(words("2025-06"), "June 2025");
/// assert_eq!(words("2025-10-25/2025-11-05"), "25 October to 5 November 2025");
/// assert_eq!(words("2025-06~"), "around June 2025");
/// assert_eq!(words("2025-22"), "summer 2025");
/// ```
#[must_use]
pub fn date_in_words(date: &Edtf) -> String {
    match Shape::of(date.as_str()) {
        Shape::One(one, tail) => {
            format!("{}{}{tail}", if one.is_approximate { "around " } else { "" }, one.decorated())
        }
        Shape::Interval { start, end, tail } => format!("{start} to {end}{tail}"),
    }
}

/// Returns a date in words with the preposition that English has for it.
///
/// ```
/// use demarche_projection::narrate::{Preposition, dated};
///
/// let on = |date: &str| dated(Preposition::On, &date.parse().unwrap());
/// assert_eq!(on("2025-05-03"), "on 3 May 2025");
/// assert_eq!(on("2025-05-03?"), "on 3 May 2025 (uncertain)");
/// assert_eq!(on("2025-06-30/2025-07-06"), "between 30 June and 6 July 2025");
/// ```
#[must_use]
pub fn dated(preposition: Preposition, date: &Edtf) -> String {
    match Shape::of(date.as_str()) {
        Shape::One(one, tail) => format!("{} {}{tail}", before_one(preposition, &one), one.decorated()),
        Shape::Interval { start, end, tail } => {
            format!("{} {start} and {end}{tail}", before_interval(preposition))
        }
    }
}

/// Describes the time between two moments, by their days; without the later one, it lasts.
///
/// ```
/// use demarche_projection::narrate::period_in_words;
///
/// let day = |text: &str| text.parse().unwrap();
/// assert_eq!(period_in_words(day("2025-10-22T23:59:59Z"), None), "since 22 October 2025");
/// let week = period_in_words(day("2025-10-20T00:00:00Z"), Some(day("2025-10-26T12:00:00Z")));
/// assert_eq!(week, "between 20 and 26 October 2025");
/// ```
#[must_use]
pub fn period_in_words(from: Instant, to: Option<Instant>) -> String {
    let date = |text: String, preposition| text.parse().map_or(text, |date: Edtf| dated(preposition, &date));
    let (from, to) = (from.date(), to.map(Instant::date));
    match to {
        None => date(from.to_string(), Preposition::Since),
        Some(to) if to == from => date(from.to_string(), Preposition::On),
        Some(to) => date(format!("{from}/{to}"), Preposition::On),
    }
}

/// Shortens an interval for a table: its end omits what it shares with the start, as in `2025-10-22/23`.
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

const fn before_one(preposition: Preposition, one: &One) -> &'static str {
    match (preposition, one.is_day, one.is_approximate) {
        (Preposition::On, _, true) => "around",
        (Preposition::On, true, false) => "on",
        (Preposition::On, false, false) => "in",
        (Preposition::For, _, false) => "for",
        (Preposition::For, _, true) => "for around",
        (Preposition::To, _, false) => "to",
        (Preposition::To, _, true) => "to around",
        (Preposition::Until, _, false) => "until",
        (Preposition::Until, _, true) => "until around",
        (Preposition::By, true, false) => "by",
        (Preposition::By, true, true) => "by around",
        (Preposition::By, false, false) => "by the end of",
        (Preposition::By, false, true) => "by around the end of",
        (Preposition::Since, _, false) => "since",
        (Preposition::Since, _, true) => "since around",
    }
}

const fn before_interval(preposition: Preposition) -> &'static str {
    match preposition {
        Preposition::On | Preposition::By => "between",
        Preposition::For => "for a date between",
        Preposition::To => "to a date between",
        Preposition::Until => "until some time between",
        Preposition::Since => "since some time between",
    }
}

/// The parts of a date, in words.
enum Shape {
    /// One date, with what follows it: " or later", " or earlier", or nothing.
    One(One, &'static str),
    /// Two dates; the parts that they share are said once.
    Interval { start: String, end: String, tail: &'static str },
}

/// A date that is not an interval, in words.
struct One {
    words: String,
    /// Whether it is a day or an instant, and not a longer time.
    is_day: bool,
    is_uncertain: bool,
    is_approximate: bool,
}

impl Shape {
    fn of(text: &str) -> Self {
        match text.split_once('/') {
            None => Self::One(One::of(text), ""),
            Some((start, "" | "..")) => Self::One(One::of(start), " or later"),
            Some(("" | "..", end)) => Self::One(One::of(end), " or earlier"),
            Some((start, end)) if start == end => Self::One(One::of(start), ""),
            Some((start, end)) => Self::between(start, end),
        }
    }

    fn between(start: &str, end: &str) -> Self {
        let ((first, mark), (last, other_mark)) = (unqualified(start), unqualified(end));
        let tail = match mark {
            _ if mark != other_mark => "",
            Some('?') => " (uncertain)",
            Some('~') => " (approximate)",
            Some(_) => " (uncertain and approximate)",
            None => "",
        };
        let whole = |text: &str| {
            let one = One::of(text);
            format!("{}{}", if one.is_approximate { "around " } else { "" }, one.decorated())
        };
        if mark != other_mark {
            return Self::Interval { start: whole(start), end: whole(end), tail };
        }
        let start = match (parts(first).as_slice(), parts(last).as_slice()) {
            ([y1, m1, d1], [y2, m2, _]) if y1 == y2 && m1 == m2 => number(d1).to_owned(),
            ([y1, m1, d1], [y2, _, ..]) if y1 == y2 => format!("{} {}", number(d1), month(m1)),
            ([y1, m1], [y2, _, ..]) if y1 == y2 => month(m1).to_owned(),
            // A century gives its years as two ends.
            ([century], _) if century.ends_with("XX") => trimmed(&century.replace('X', "0")).to_owned(),
            _ => whole(first),
        };
        let end = if last.ends_with("XX") && last.len() == 4 { last.replace('X', "9") } else { whole(last) };
        Self::Interval { start, end, tail }
    }
}

impl One {
    fn of(text: &str) -> Self {
        let (plain, mark) = unqualified(text);
        let (words, is_day) = match plain.split_once('T') {
            Some((day, time)) => (format!("{} at {}", day_or_longer(day).0, time_in_words(time)), true),
            None => day_or_longer(plain),
        };
        Self {
            words,
            is_day,
            is_uncertain: matches!(mark, Some('?' | '%')),
            is_approximate: matches!(mark, Some('~' | '%')),
        }
    }

    /// Returns the words, marked if they are uncertain. "Around" is put before them by the caller.
    fn decorated(&self) -> String {
        format!("{}{}", self.words, if self.is_uncertain { " (uncertain)" } else { "" })
    }
}

/// Splits off the qualifier.
fn unqualified(text: &str) -> (&str, Option<char>) {
    match text.strip_suffix(['?', '~', '%']) {
        Some(plain) => (plain, text.chars().next_back()),
        None => (text, None),
    }
}

/// A day, month, season, year, decade or century in words, and whether it is a day.
fn day_or_longer(text: &str) -> (String, bool) {
    match parts(text).as_slice() {
        [year, number_of_season @ ("21" | "22" | "23" | "24")] => (season(year, number_of_season), false),
        [year, number] => (format!("{} {}", month(number), trimmed(year)), false),
        [year, month_number, day] => (format!("{} {} {}", number(day), month(month_number), trimmed(year)), true),
        [year] => (years(year), false),
        _ => (text.to_owned(), false),
    }
}

/// Returns the parts of a date that are specified: for `2025-10-XX` the year and the month.
fn parts(text: &str) -> Vec<&str> {
    text.split('-').enumerate().filter(|(at, part)| *at == 0 || *part != "XX").map(|(_, part)| part).collect()
}

fn years(year: &str) -> String {
    if let Some(century) = year.strip_suffix("XX") {
        return format!("the years {}00 to {}99", trimmed(century), trimmed(century));
    }
    let decade = year.strip_suffix('X').map(|decade| format!("the {}0s", trimmed(decade)));
    decade.unwrap_or_else(|| trimmed(year).to_owned())
}

/// A year without leading zeros.
fn trimmed(year: &str) -> &str {
    year.trim_start_matches('0')
}

fn month(number: &str) -> &str {
    let at = number.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
    at.and_then(|at| MONTHS.get(at).copied()).unwrap_or(number)
}

/// A season; winter goes on into the next year.
fn season(year: &str, number: &str) -> String {
    let shown = trimmed(year);
    match number {
        "21" => format!("spring {shown}"),
        "22" => format!("summer {shown}"),
        "23" => format!("autumn {shown}"),
        _ => {
            let next = year.parse::<u16>().map_or(0, |year| (year + 1) % 100);
            format!("winter {shown}–{next:02}")
        }
    }
}

/// A time of day to the minute, or where there are seconds, to the second.
fn time_in_words(time: &str) -> String {
    let at_zone = time.find(['Z', '+', '-']).unwrap_or(time.len());
    let (clock, zone) = time.split_at(at_zone);
    let to_the_second = clock.split_once('.').map_or(clock, |(seconds, _)| seconds);
    let shown = to_the_second.strip_suffix(":00").filter(|_| to_the_second == clock).unwrap_or(to_the_second);
    if zone == "Z" { format!("{shown} UTC") } else { format!("{shown} (UTC{zone})") }
}

/// A day without its leading zero.
fn number(day: &str) -> &str {
    day.strip_prefix('0').unwrap_or(day)
}

#[cfg(test)]
mod tests;
